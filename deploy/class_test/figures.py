"""What a student costs: memory and processor time, and from these the students that a machine can serve."""

import threading
from dataclasses import dataclass

import psutil

from deploy.class_test.place import Place

CORES, GIGABYTES = (2, 4, 8, 16), (4, 8, 16, 32, 64)
SYSTEM = 1.0  # GB that are left to the operating system
PATIENCE = 300  # seconds that a chapter may take when all run it at the same moment


@dataclass
class Usage:
    """Memory in bytes, as the share of each process in what it maps (PSS), and seconds of the processor."""

    memory: int = 0
    seconds: float = 0.0

    def add(self, process: psutil.Process) -> None:
        times = process.cpu_times()
        self.memory += process.memory_full_info().pss
        self.seconds += times.user + times.system


def usage(place: Place) -> dict[str, Usage]:
    """Return what each student uses now, by name, and what hub and proxy use, under ""."""
    found = {name: Usage() for name in ("", *place.names)}
    for process in place.all_processes():
        try:
            found[process.environ().get("JUPYTERHUB_USER", "")].add(process)
        except psutil.NoSuchProcess:
            continue
    return found


class Peak:
    """Watch in a thread the largest memory of all students together; use it in a ``with`` statement."""

    def __init__(self, place: Place, every: float = 5.0):
        self.memory, self._place, self._every, self._end = 0, place, every, threading.Event()

    def __enter__(self) -> "Peak":
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            students = [used.memory for name, used in usage(self._place).items() if name]
            self.memory = max(self.memory, sum(students))
            if self._end.wait(self._every):
                return


def capacity(cores: int, gigabytes: float, memory: float, rest: float, seconds: float) -> int:
    """Return how many students a machine serves.

    Parameters
    ----------
    cores : int
    gigabytes : float
        Of the machine.
    memory : float
        GB of a student.
    rest : float
        GB of hub and proxy.
    seconds : float
        Of the processor, for a chapter from top to bottom.
    """
    return max(0, min(int((gigabytes - SYSTEM - rest) / memory), int(cores * PATIENCE / seconds)))


def table(memory: float, rest: float, seconds: float) -> str:
    """Return the table of students by cores and memory."""
    lines = ["| | " + " | ".join(f"{gb} GB" for gb in GIGABYTES) + " |", "| --- |" + " ---: |" * len(GIGABYTES)]
    for cores in CORES:
        counts = [capacity(cores, gb, memory, rest, seconds) for gb in GIGABYTES]
        lines.append(f"| {cores} cores | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)
