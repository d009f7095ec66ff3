"""Two threads of torch that spin while they wait against two that sleep, on an idle machine and on a busy one.

OpenMP's threads spin by default. ``OMP_WAIT_POLICY=PASSIVE`` lets them sleep; it is read when torch is loaded, so each
training runs in a process of its own. Run it by ``python -m benchmarks.threads``.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

TRAIN = """
import time, torch
torch.set_num_threads(2)
torch.manual_seed(0)
X, y = torch.randn(256, 784), torch.randint(10, (256,))
net = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
trainer = torch.optim.SGD(net.parameters(), lr=0.1)
start = time.perf_counter()
for step in range(1, 301):
    trainer.zero_grad()
    torch.nn.functional.cross_entropy(net(X), y).backward()
    trainer.step()
    if time.perf_counter() - start > 4:
        break
print((time.perf_counter() - start) / step * 1000)
"""
POLICIES = ("ACTIVE", "PASSIVE")


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep so many cores busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def milliseconds(policy: str) -> float:
    """Return what a step of training takes, over 300 steps, or as many as four seconds allow."""
    environment = os.environ | {"OMP_WAIT_POLICY": policy}
    out = subprocess.run([sys.executable, "-c", TRAIN], env=environment, capture_output=True, text=True, check=True)
    return float(out.stdout)


def main(repeats: int = 3) -> None:
    """Print the table."""
    print("| cores | spinning | sleeping | spinning / sleeping |\n| --- | ---: | ---: | ---: |")
    for name, count in (("idle", 0), ("all busy", os.cpu_count())):
        with busy(count):
            times = [[milliseconds(policy) for policy in POLICIES] for _ in range(repeats)]
        spinning, sleeping = (median(column) for column in zip(*times, strict=True))
        print(f"| {name} | {spinning:.2f} ms | {sleeping:.2f} ms | {spinning / sleeping:.1f} |", flush=True)


if __name__ == "__main__":
    main()
