"""A class on one machine: students log in, work, and are disturbed; run it by ``make class STUDENTS=20``.

A hub of JupyterHub with its proxy and a server for each student, on loopback and in a temporary directory. Nothing
remains. If something fails, the exit status is 1 and the last lines say which student failed at which step.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psutil

from deploy.class_test import figures, steps
from deploy.class_test.chapter import ROOT, move_control, run_chapter
from deploy.class_test.place import Place
from deploy.class_test.student import Student


class StepError(RuntimeError):
    """Names the students that failed, the step, and why."""


class Class:
    """The students of a place, who do each step at the same time."""

    def __init__(self, place: Place):
        self.place = place
        self.students = [Student(name, place.url) for name in place.names]
        self.pool = ThreadPoolExecutor(len(self.students))

    def all(self, step: str, do: Callable, *columns: Iterable, students: list[Student] | None = None) -> list:
        """Have students do something at once; return what it gives, in order, or raise a StepError."""
        start, students = time.perf_counter(), students or self.students
        tasks = [self.pool.submit(do, *row) for row in zip(students, *columns, strict=True)]
        failed = [(s.name, task.exception()) for s, task in zip(students, tasks, strict=True) if task.exception()]
        if failed:
            reasons = "\n".join(f"{name}: {type(error).__name__}: {error}" for name, error in failed)
            raise StepError(f"{step}: {len(failed)} of {len(students)} students fail\n{reasons}")
        print(f"{step}: {len(students)} in {time.perf_counter() - start:.1f} s", flush=True)
        return [task.result() for task in tasks]


def come(everyone: Class) -> None:
    """Log in, and start servers."""
    place, students = everyone.place, everyone.students
    if not students[0].refused("another password"):
        raise StepError(f"log in: {students[0].name} enters with a wrong password")
    everyone.all("log in", Student.log_in, [place.password] * len(students))
    everyone.all("start a server, open JupyterLab", Student.start_server)


def work(everyone: Class) -> None:
    """Run the chapter, and move a lab's control."""
    place, many = everyone.place, len(everyone.students)
    notebooks = everyone.all("open the chapter", Student.open_notebook, [place.chapter.name] * many)
    kernels = [student.kernel for student in everyone.students]
    everyone.all("run the chapter", lambda _, *rest: run_chapter(*rest), kernels, notebooks)
    print(everyone.all("move a lab's control", lambda _, kernel: move_control(kernel), kernels)[0])


def read(everyone: Class) -> list[tuple]:
    """Save files, and see that nobody reads another's; return what each kernel remembers."""
    students, others = everyone.students, everyone.students[1:] + everyone.students[:1]
    everyone.all("save a file", lambda s: s.save(steps.NOTE, s.name))
    before = everyone.all("keep a variable", steps.remember)
    processes = [state[1] for state in before[1:] + before[:1]]
    places = [everyone.place] * len(students)
    everyone.all("read no other's files", steps.reads_only_its_own, others, processes, places)
    if not everyone.place.isolated:
        print("  SKIPPED: the file system's part. Only root can give each student a user id of its own.")
    return before


def disturb(everyone: Class, gigabytes: float) -> None:
    """Let one student's cell run for ever and another's take all memory, while the rest work."""
    loop, hog, *rest = everyone.students
    quiet = everyone.all("train, undisturbed", steps.train, students=rest)
    number = loop.kernel.start("while True: pass")
    eating = everyone.pool.submit(steps.eat, hog, gigabytes)
    disturbed = everyone.all("train, beside a loop and a hog", steps.train, students=rest)
    print(f"  the hog got {eating.result():.1f} GB of its {gigabytes:g}, then a MemoryError (RLIMIT_AS)")
    print(f"  the slowest of the rest took {max(disturbed):.1f} s, and {max(quiet):.1f} s undisturbed")
    everyone.all("interrupt the loop", steps.stop_loop, [number], students=[loop])


def restart(everyone: Class, before: list[tuple]) -> None:
    """Kill the hub while cells run, then hub and proxy, and see that nothing is lost."""
    place, killed = everyone.place, Barrier(len(everyone.students) + 1)
    kill = ThreadPoolExecutor(1).submit(kill_hub, place, killed)
    everyone.all("go on while the hub is down", steps.works_without_hub, before, [killed] * len(before))
    kill.result()
    place.start_hub()
    everyone.all("find all again after the hub's restart", steps.nothing_is_lost, before)
    place.kill("hub")
    place.kill("proxy")
    place.start_proxy()
    place.start_hub()
    everyone.all("find all again after hub's and proxy's", steps.nothing_is_lost, before)


def kill_hub(place: Place, killed: Barrier) -> None:
    """Kill the hub as soon as all cells run."""
    killed.wait(60)
    place.kill("hub")
    if not steps.hub_is_down(place.url):
        raise StepError("the hub is killed, and still answers")
    killed.wait(60)


def report(place: Place, idle: dict, done: dict, peak: int) -> None:
    """Print what a student costs, and how many students machines serve."""
    many = len(place.names)
    memory, rest = max(peak, sum(done[name].memory for name in place.names)) / many / 1e9, done[""].memory / 1e9
    start = sum(idle[name].seconds for name in place.names) / many
    seconds = sum(done[name].seconds for name in place.names) / many - start
    print(f"\n| {many} students, {place.chapter.stem} | each |\n| --- | ---: |")
    print(f"| memory of a server without a kernel | {sum(idle[n].memory for n in place.names) / many / 1e6:.0f} MB |")
    print(f"| memory at most, with a kernel | {memory * 1000:.0f} MB |")
    print(f"| processor to start a server | {start:.1f} s |")
    print(f"| processor to run the chapter and move a control | {seconds:.1f} s |")
    print(f"\nHub and proxy together: {rest * 1000:.0f} MB.\n\n{figures.table(memory, rest, seconds)}")


def run(place: Place, gigabytes: float) -> None:
    """Do all steps."""
    place.start_proxy()
    place.start_hub()
    everyone = Class(place)
    come(everyone)
    idle = figures.usage(place)
    with figures.Peak(place) as peak:
        work(everyone)
    done = figures.usage(place)
    before = read(everyone)
    disturb(everyone, gigabytes)
    restart(everyone, before)
    report(place, idle, done, peak.memory)


def main() -> int:
    """Run the class test and return the exit status."""
    parser = argparse.ArgumentParser(description="A class on one machine, tried with real servers.")
    parser.add_argument("--students", type=int, default=3, help="at least 3: one loops, one eats memory, the rest work")
    parser.add_argument("--chapter", type=Path, default=ROOT / "notebooks" / "01_weight_decay_scratch.ipynb")
    parser.add_argument("--gigabytes", type=float, default=4, help="limit of the address space of each process")
    arguments = parser.parse_args()
    if arguments.students < 3:
        parser.error(
            f"--students must be at least 3, got {arguments.students}: one loops, one eats memory, the rest work"
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell has it ignored
    print(
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    with Place(arguments.students, arguments.chapter, arguments.gigabytes) as place:
        try:
            run(place, arguments.gigabytes)
        except KeyboardInterrupt:
            print("Interrupted.", file=sys.stderr)
            return 130
        except Exception as error:
            print(f"FAILED at {error}", file=sys.stderr)
            print(f"\nThe hub's last lines:\n{place.log('hub')}", file=sys.stderr)
            return 1
    print("\nThe class test passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
