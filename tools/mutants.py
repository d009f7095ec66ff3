"""Put faults into a copy of the project, one at a time, and check that tests fail: ``python tools/mutants.py [names]``.

A fault of `mutants.toml` is a change of one line: its text `before`, which must occur in its file exactly once, becomes
`after`. Then the tests that should catch it run, its own `tests` or else those of its file. A fault that no test
catches survives: a test is missing, unless the entry has a `reason` why it may survive.
"""

import argparse
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FAULTS = Path(__file__).with_suffix(".toml")
# Chapters and workers are not needed here; a hypothesis seed, so that a fault is caught every time or never.
OPTIONS = ("-x", "-q", "--no-header", "--tb=no", "--hypothesis-seed=0", "-o", "addopts=--import-mode=importlib")
OPTIONS += ("-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:xdist")
# Modules that most tests import and no fault changes are imported once, for all test processes; not on Windows.
PRELOADED = ["torch", "sklearn.datasets", "sklearn.linear_model", "sklearn.model_selection", "sklearn.preprocessing"]
PRELOADED += ["ipywidgets", "matplotlib.font_manager", "matplotlib.pyplot", "nbclient", "pytest"]
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
PASSED = 0  # pytest's exit status
CONTEXT = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")


class Fault(NamedTuple):
    """One changed line, and the tests that should catch it."""

    name: str
    file: str
    before: str
    after: str
    tests: list[str]
    reason: str = ""  # why it may survive


class Verdict(NamedTuple):
    """The outcome of a fault: caught, timeout, SURVIVED, accepted, STALE or BROKEN."""

    kind: str
    detail: str = ""
    seconds: float = 0.0

    @property
    def is_bad(self) -> bool:
        """Whether somebody must look at it."""
        return self.kind.isupper()


def read_faults(path: Path = FAULTS) -> list[Fault]:
    """Return the faults of a list, those without tests of their own with the tests of their file."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Fault(**{"tests": listed["tests"].get(entry["file"], [])} | entry) for entry in listed["fault"]]


def chosen(faults: Sequence[Fault], patterns: Sequence[str], sample: int | None, seed: int) -> list[Fault]:
    """Return the faults whose name or file matches a pattern, or a random sample of them, in their order."""
    found = [f for f in faults if any(fnmatch(f.name, p) or fnmatch(f.file, p) for p in patterns)]
    if sample is None or sample >= len(found):
        return found
    return [found[i] for i in sorted(random.Random(seed).sample(range(len(found)), sample))]


def changed(source: str, fault: Fault) -> str:
    """Return the source with the fault in it; raise ValueError if its text is not there exactly once."""
    count = source.count(fault.before)
    if count != 1:
        raise ValueError(f"{fault.file} must hold {fault.before!r} once, found {count} times")
    return source.replace(fault.before, fault.after)


def copy_project(root: Path, place: Path) -> None:
    """Copy the files that git tracks or would add, as they are in the working tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if name and (root / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, place / name)


def run_tests(project: Path, tests: Sequence[str], limit: float | None) -> tuple[int | None, str]:
    """Run tests in a copy of the project; return pytest's exit status, None after a timeout, and its output."""
    with tempfile.TemporaryDirectory() as place:
        printed = Path(place) / "printed"
        process = CONTEXT.Process(target=run_pytest, args=(str(project), [*OPTIONS, *tests], str(printed)))
        process.start()
        process.join(limit)
        status = process.exitcode
        if status is None:
            _stop(process)
        return status, printed.read_text(encoding="utf-8", errors="replace") if printed.exists() else ""


def run_pytest(project: str, arguments: list[str], printed: str) -> None:
    """In a separate process, run pytest in the project, and write its output to a file."""
    if hasattr(os, "setsid"):
        os.setsid()
    for stream in (1, 2):
        os.dup2(os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.chdir(project)
    os.environ["PYTHONPATH"] = project  # for the processes that tests start
    sys.path.insert(0, project)
    import pytest

    import helpers

    if Path(helpers.__file__).parents[1] != Path(
        project
    ):  # otherwise an installed copy would be tested in place of the changed one
        sys.exit(f"tested the wrong package: {helpers.__file__}")
    sys.exit(pytest.main(arguments))


def _stop(process: multiprocessing.Process) -> None:
    """End a process and those that it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.join()


def judge(fault: Fault, project: Path, limit: float) -> Verdict:
    """Put the fault into a copy of the project, run its tests, and return the outcome."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place).resolve() / "copy"
        shutil.copytree(project, copy)
        try:
            source = changed((copy / fault.file).read_text(encoding="utf-8"), fault)
        except (OSError, ValueError) as error:
            return Verdict("STALE", str(error))
        (copy / fault.file).write_text(source, encoding="utf-8")
        status, printed = run_tests(copy, fault.tests, limit)
    return Verdict(*_meaning(status, printed, fault), time.monotonic() - start)


def _meaning(status: int | None, printed: str, fault: Fault) -> tuple[str, str]:
    failed = FAILED.search(printed)
    if status is None:
        return "timeout", "counts as caught"
    if status == 1 and failed:
        return "caught", failed[1]
    if status == PASSED:
        return ("accepted", fault.reason) if fault.reason else ("SURVIVED", fault.file)
    return "BROKEN", f"no test finished: {printed.strip()[-300:]}"


def check_tests(faults: Sequence[Fault], project: Path, jobs: int) -> str:
    """Run all tests of the faults in the project as it is; return the output if one fails, else nothing."""
    tests = list(dict.fromkeys(test for fault in faults for test in fault.tests))
    parts = [part for part in (tests[i::jobs] for i in range(jobs)) if part]
    with ThreadPoolExecutor(jobs) as executor:
        runs = list(executor.map(lambda part: run_tests(project, part, None), parts))
    return "\n".join(printed for status, printed in runs if status != PASSED)


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return the count of each kind of verdict, and the share that survived."""
    kinds = Counter(verdict.kind for verdict in verdicts)
    survived = kinds["SURVIVED"] + kinds["accepted"]
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{len(verdicts)} faults: {counts}; {survived / len(verdicts):.1%} survived"


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", default=["*"], help="faults or files, as patterns: 'sweeps-*'")
    parser.add_argument("--sample", type=int, metavar="N", help="try only N of them, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="of the choice")
    parser.add_argument("--jobs", type=int, default=1, help="how many to try at a time")
    parser.add_argument("--timeout", type=float, default=180, help="seconds for each")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT, path: Path = FAULTS) -> int:
    """Try the faults; return 1 if one survived without a reason, could not be inserted, or kept tests from running."""
    asked = options(arguments)
    _prepare()
    faults = chosen(read_faults(path), asked.names, asked.sample, asked.seed)
    if not faults:
        raise SystemExit(f"no fault is called {' or '.join(asked.names)}")
    with tempfile.TemporaryDirectory() as place:
        project = Path(place).resolve()
        copy_project(root, project)
        if failures := check_tests(faults, project, asked.jobs):
            print(failures, "these tests fail without any fault, so they cannot catch one", sep="\n")
            return 1
        verdicts = try_all(faults, partial(judge, project=project, limit=asked.timeout), asked.jobs)
    print(summary(verdicts))
    return int(any(verdict.is_bad for verdict in verdicts))


def _prepare() -> None:
    """Set the environment that all test processes inherit."""
    os.environ |= {"OMP_WAIT_POLICY": "PASSIVE", "TQDM_DISABLE": "1"}  # read when torch and tqdm are imported
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # files compiled without a fault are copied for the next ones
    if CONTEXT.get_start_method() == "forkserver":
        CONTEXT.set_forkserver_preload(PRELOADED)


def try_all(faults: Sequence[Fault], judge: partial, jobs: int) -> list[Verdict]:
    """Judge the faults, and print one line for each."""
    verdicts = []
    with ThreadPoolExecutor(jobs) as executor:
        for fault, verdict in zip(faults, executor.map(judge, faults), strict=True):
            print(f"{verdict.kind:9}{verdict.seconds:6.1f} s  {fault.name:48} {verdict.detail}", flush=True)
            verdicts.append(verdict)
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
