"""The steps of the class test after all have logged in: who reads what, runaway cells, and a hub that dies."""

import ast
import time
from pathlib import Path
from threading import Barrier

import requests

from deploy.class_test.kernel import CellError
from deploy.class_test.place import Place
from deploy.class_test.student import Student

NOTE = "notes.txt"
PIECE = """
import torch
torch.set_num_threads(2)
X, net = torch.randn(256, 784), torch.nn.Linear(784, 256)
for _ in range(300):
    net(X).square().mean().backward()
"""
EAT = """
blocks = []
while len(blocks) < {most}:  # a limit that does not hold must not take the machine down
    blocks.append(b"x" * 2**26)
raise RuntimeError("nothing has limited the memory")
"""
EATEN = "blocks.clear()\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)"
WHO = "import os\nprint((kept, os.getpid(), os.getppid()))"
OPEN = "try:\n    {}\n    print('allowed')\nexcept PermissionError:\n    print('refused')"


def refused(student: Student, attempt: str) -> bool:
    """Return whether the operating system refuses what a student's kernel tries."""
    return student.kernel.run(OPEN.format(attempt)).strip() == "refused"


def reads_only_its_own(student: Student, other: Student, process: int, place: Place) -> None:
    """Check that a student reads nothing of another, whose kernel has that process id: by server, and by files."""
    if (status := student.status_at(other, NOTE)) - {403, 404}:
        raise RuntimeError(f"{other.name}'s server answers {student.name} with {status}")
    if student.read(NOTE) != student.name:
        raise RuntimeError(f"{student.name} does not read what it wrote")
    if not place.isolated:
        return
    home = place.homes / other.name
    for attempt in (
        f"open({str(home / NOTE)!r})",
        f"__import__('os').listdir({str(home)!r})",
        f"open({str(home / 'new.txt')!r}, 'w')",
        f"open('/proc/{process}/environ').read()",
        f"__import__('os').kill({process}, 0)",
        f"__import__('os').listdir({str(place.state)!r})",
        f"open({str(Path(__file__))!r}, 'a')",
    ):
        if not refused(student, attempt):
            raise RuntimeError(f"{student.name}'s kernel may {attempt}")


def train(student: Student) -> float:
    """Train a little on two threads, and return the seconds."""
    start = time.perf_counter()
    student.kernel.run(PIECE, seconds=120)
    return time.perf_counter() - start


def stop_loop(student: Student, number: str) -> None:
    """Interrupt a cell that never ends, and see that the kernel works again."""
    student.ask("POST", f"kernels/{student.number}/interrupt")
    try:
        student.kernel.result(number, seconds=60)
    except CellError as error:
        if error.name != "KeyboardInterrupt":
            raise
    else:
        raise RuntimeError("a loop without end has ended by itself")
    student.kernel.run("1 + 1")


def eat(student: Student, gigabytes: float) -> float:
    """Take memory without end, be refused, and work again; return the GB that were taken at most."""
    try:
        student.kernel.run(EAT.format(most=round(1.5 * gigabytes * 2**4)), seconds=120)
    except CellError as error:
        if error.name != "MemoryError":
            raise
    taken = float(student.kernel.run(EATEN))
    if taken > gigabytes:
        raise RuntimeError(f"it took {taken:.1f} GB, with a limit of {gigabytes:g}")
    return taken


def remember(student: Student) -> tuple:
    """Put something into the kernel's memory, and return it with the process ids of kernel and server."""
    student.kernel.run(f"kept = {student.name!r}")
    return known(student)


def known(student: Student) -> tuple:
    """Return what the kernel remembers, and the process ids of kernel and server."""
    return ast.literal_eval(student.kernel.run(WHO, seconds=60))


def works_without_hub(student: Student, before: tuple, killed: Barrier) -> None:
    """Check that a cell that runs while the hub dies goes on, and so do others after it."""
    number = student.kernel.start("import time\nfor _ in range(30):\n    time.sleep(0.1)\nprint('done')")
    killed.wait(60)
    killed.wait(60)
    if student.kernel.result(number, seconds=60) != "done\n" or known(student) != before:
        raise RuntimeError("the kernel has lost something while the hub was down")


def nothing_is_lost(student: Student, before: tuple) -> None:
    """Check, after hub or proxy came back, that a student finds all as it was, without a new login."""
    student.wait_until_ready(60)
    student.open_page()
    student.kernel.close()
    student.kernel.connect()
    if (now := known(student)) != before:
        raise RuntimeError(f"the kernel had {before} and has {now}")
    if student.read(NOTE) != student.name:
        raise RuntimeError("a file has changed")


def hub_is_down(url: str) -> bool:
    """Return whether nobody answers for the hub."""
    try:
        return requests.get(f"{url}/hub/api", timeout=5).status_code >= 500
    except requests.ConnectionError:
        return True
