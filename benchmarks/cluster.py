"""What a sweep costs in processes and on Dask: 10,000 small trainings, bytes a task, and the store.

Run it by ``python -m benchmarks.cluster``; without Dask, its rows are left out. With ``--large`` it trains 100,000
networks in two processes instead, and prints how much memory that took.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import cloudpickle
import torch

from helpers.data import load_digits
from helpers.sweeps import processes, sweep_decay_and_dropout, sweep_dropout

DIGITS = load_digits(200)
PS = [i / 50 for i in range(50)]
NETS = {"num_epochs": 10, "num_hiddens": (32, 32), "record_every": 2}
SWEEP = partial(sweep_dropout, DIGITS, PS, **NETS)
NUM_SEEDS = 200  # times 50 values: 10,000 trainings
LAMBDAS = [0.0, *(10 ** (k / 3 - 4) for k in range(9))]  # with 10 p and 1,000 seeds: 100,000 trainings


class Weighing(Executor):
    """Compute each task at once, and note how many bytes it and its result take between processes."""

    def submit(self, call: Callable, /, *args: object, **keywords: object) -> Future:
        self.task = len(cloudpickle.dumps(partial(call, *args, **keywords)))
        future = Future()
        future.set_result(call(*args, **keywords))
        self.result = len(cloudpickle.dumps(future.result()))
        return future


@contextmanager
def on_dask(n: int) -> Iterator[Executor]:
    """Start n workers of one thread each, which do not give memory back to the system after each minibatch."""
    import dask
    from distributed import Client, LocalCluster

    memory = dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), 2**30)
    dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1} | memory})
    options = {"threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(n_workers=n, **options) as cluster, Client(cluster) as client:
        yield client.get_executor()


def seconds(**where: object) -> float:
    """Return how long the sweep takes, once all workers have loaded what they need."""
    start = time.perf_counter()
    SWEEP(num_seeds=NUM_SEEDS, **where)
    return time.perf_counter() - start


def gigabytes(who: int) -> float:
    """Return the most memory that a process has had, on Linux: this one, or the largest of those that it started."""
    import resource  # here, not above: Windows has none

    return resource.getrusage(who).ru_maxrss * 1024 / 1e9


def large() -> None:
    """Train 100 pairs of λ and p for 1,000 seeds, in 2,000 tasks of 50, and print what it took."""
    import resource

    start = time.perf_counter()
    with processes(2) as executor:
        sweep = sweep_decay_and_dropout(
            DIGITS, LAMBDAS, PS[::5], num_seeds=1000, executor=executor, values_per_task=50, **NETS
        )
    taken, trained = time.perf_counter() - start, len(sweep.points) * sweep.num_seeds
    print(f"{trained:,} trainings on `processes(2)`: {taken:.0f} s, {trained / taken:.0f} a second")
    held = sum(weights.nbytes for weights in sweep.weights.values()) / 1e9
    of_worker, here = gigabytes(resource.RUSAGE_CHILDREN), gigabytes(resource.RUSAGE_SELF)
    print(f"at most {of_worker:.2f} GB in a worker, {here:.2f} GB here, of which the final weights are {held:.2f} GB")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--large", action="store_true", help="train 100,000 networks instead")
    if parser.parse_args().large:
        large()
    else:
        tables()


def tables() -> None:
    """Print what 10,000 trainings take, in bytes and seconds."""
    torch.set_num_threads(1)
    weighing = Weighing()
    SWEEP(executor=weighing)
    print(f"a task of {len(PS)} trainings takes {weighing.task:,} bytes, its result {weighing.result:,}\n")
    print("| where | 10,000 trainings | a second |\n| --- | ---: | ---: |")
    for name, make in {"`processes({})`": processes, "Dask, {} workers": on_dask}.items():
        if make is on_dask and not find_spec("distributed"):
            continue
        for n in (1, 2):
            with make(n) as executor:
                SWEEP(num_seeds=2 * n, executor=executor)
                report(name.format(n), seconds(executor=executor))
    with tempfile.TemporaryDirectory() as store:
        report("here, with a store", seconds(store=store))
        report("here, read from the store", seconds(store=store))
        size = sum(path.stat().st_size for path in Path(store).iterdir())
        print(f"\nthe store takes {size / 1e6:.1f} MB in {NUM_SEEDS} files")


def report(name: str, taken: float) -> None:
    """Print a row."""
    print(f"| {name} | {taken:.1f} s | {len(PS) * NUM_SEEDS / taken:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
