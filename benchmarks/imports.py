"""What ``import helpers`` costs on top of ``import torch``. Run by ``python -m benchmarks.imports``."""

import subprocess
import sys
import time
from statistics import median

STATEMENTS = [
    "import torch",
    "import torch, helpers",
    "import torch, helpers; helpers.dropout_layer",
    "import torch, helpers; helpers.load_images",
    "import torch, helpers; helpers.Animator",
    "import torch; from helpers import d2l",
]


def seconds(statement):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main(repeats=7):
    times = [median(t) for t in zip(*[[seconds(s) for s in STATEMENTS] for _ in range(repeats)], strict=True)]
    print("| statement | time | over `import torch` |")
    print("| --- | ---: | ---: |")
    for statement, time_taken in zip(STATEMENTS, times, strict=True):
        print(f"| `{statement}` | {time_taken:.2f} s | {time_taken - times[0]:+.2f} s |")


if __name__ == "__main__":
    main()
