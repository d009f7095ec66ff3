"""A chapter from top to bottom: with nothing else running, and beside two other busy processes.

``make lab`` sets ``OMP_WAIT_POLICY=PASSIVE``. For comparison the chapter also runs without that variable, as in a
JupyterLab that was started in another way. Run it by ``python -m benchmarks.chapter``, on Linux or macOS.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.threads import busy

CHAPTER = Path("notebooks/03_dropout_scratch.ipynb")
VARIABLE = "OMP_WAIT_POLICY"
OTHERS = 2  # busy processes
RUN = """
import sys
import nbformat
from nbclient import NotebookClient
options = {"timeout": None, "store_widget_state": False, "resources": {"metadata": {"path": "notebooks"}}}
NotebookClient(nbformat.read(sys.argv[1], as_version=4), **options).execute()
"""


def run(path: Path, policy: str | None, most: float) -> tuple[float, float] | None:
    """Return the seconds that a chapter takes and the processor's seconds, or None if it takes more than `most`."""
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE} | {"TQDM_DISABLE": "1"}
    environment |= {VARIABLE: policy} if policy else {}
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", RUN, path], env=environment)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)  # its kernel's processor time included
        seconds = time.perf_counter() - start
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"{path} fails with {VARIABLE}={policy}")
            return seconds, usage.ru_utime + usage.ru_stime
        if seconds > most:
            process.kill()  # its kernel notices that and ends
            process.wait()
            return None
        time.sleep(0.1)


def measure(path: Path, policy: str | None, count: int, repeats: int, most: float) -> tuple[float, float] | None:
    """Return the medians over runs beside `count` busy processes, or None if one takes more than `most` seconds."""
    with busy(count):
        runs = [run(path, policy, most) for _ in range(repeats)]
    return None if None in runs else tuple(map(median, zip(*runs, strict=True)))


def row(path: Path, policy: str | None, repeats: int, most: float) -> str:
    """Return a line of the table."""
    alone = measure(path, policy, 0, repeats, most)
    beside = measure(path, policy, OTHERS, repeats, most)
    cells = [f"{run[0]:.0f} s | {run[1]:.0f} s" if run else f"more than {most:.0f} s | " for run in (alone, beside)]
    if alone:
        least, ratio = ("", beside[0] / alone[0]) if beside else ("more than ", most / alone[0])
        cells.append(f"{least}{ratio:.1f}")
    return f"| {f'`{policy}`' if policy else 'not set'} | {' | '.join(cells)} |"


def main(repeats: int = 3) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time a chapter alone and beside two busy processes.")
    parser.add_argument("--chapter", type=Path, default=CHAPTER)
    parser.add_argument("--repeats", type=int, default=repeats)
    parser.add_argument("--most", type=float, default=600, help="seconds after which a run is given up")
    arguments = parser.parse_args()
    print(f"{arguments.chapter.stem}; load average before: {os.getloadavg()[0]:.1f}\n")
    print(f"| `{VARIABLE}` | alone | processor | beside {OTHERS} | processor | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for policy in ("PASSIVE", None):
        print(row(arguments.chapter, policy, arguments.repeats, arguments.most), flush=True)


if __name__ == "__main__":
    main()
