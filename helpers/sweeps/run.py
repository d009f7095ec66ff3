"""Running a sweep: all seeds together, or each as a block, with progress, and until an interrupt."""

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from helpers.validation import check_count

DELAY = 1.0  # seconds: what takes less shows no progress

Arrays = dict[str, np.ndarray]  # a flat form of what a sweep holds: it goes to files and between processes
Record = dict  # "epoch", "curves" at that epoch, (S, L) each, and "weights"


@dataclass(frozen=True)
class Training:
    """How every value of a sweep is trained, and how often the curves are recorded.

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range.
    """

    num_epochs: int
    lr: float
    batch_size: int
    record_every: int

    def __post_init__(self) -> None:
        for name in ("num_epochs", "batch_size", "record_every"):
            check_count(name, getattr(self, name))
        if not 0 < self.lr < math.inf:
            raise ValueError(f"lr must be finite and above 0, got {self.lr}: it is the size of a step")

    def is_recorded(self, epoch: int) -> bool:
        """Whether an epoch, counted from 1, is recorded: every so many, and the last."""
        return epoch % self.record_every == 0 or epoch == self.num_epochs


Train = Callable[
    [Training, Sequence[int], bool], Iterator[Record]
]  # of a training, seeds, and whether to show progress


class Blocks(Protocol):
    """Where finished blocks are kept, each the record of one seed, see `helpers.sweeps.store.Store`."""

    def load(self, seed: int) -> Arrays | None:
        """Return a block, or None if it is not there."""

    def save(self, seed: int, arrays: Arrays) -> None:
        """Keep a block."""


def run(
    train: Train, training: Training, seeds: Sequence[int], executor: Executor | None, store: Blocks | None = None
) -> Arrays:
    """Train all seeds together here, or each as a block of its own; an interrupt keeps what is done.

    Blocks are tasks of the executor, or are trained here one after the other; those of the store are only read.
    """
    if executor is None and store is None:
        return collect(train, training, seeds, show_progress=True)
    done, one = {}, len(seeds) == 1 and executor is None  # one block here shows its epochs, several are counted
    try:
        with (
            closing(progress(len(seeds), "seed", show_progress=not one)) as count,
            closing(_blocks(train, training, seeds, executor, store, show_progress=one)) as blocks,
        ):
            for _, (seed, arrays) in zip(count, blocks, strict=True):
                done[seed] = arrays
    except KeyboardInterrupt:
        if seeds[0] not in done:
            raise
    parts = [done[seed] for seed in takewhile(done.__contains__, seeds)]  # what is missing is missing at the end
    joined = join(parts)
    return joined | {"interrupted": joined["interrupted"] | (len(parts) < len(seeds))}


def _blocks(
    train: Train,
    training: Training,
    seeds: Sequence[int],
    executor: Executor | None,
    store: Blocks | None,
    show_progress: bool,
) -> Iterator[tuple[int, Arrays]]:
    """Yield each seed with its block, those of the store first; what is trained is stored before it is yielded."""
    missing = []
    for seed in seeds:
        arrays = store.load(seed) if store else None
        if arrays is None:
            missing.append(seed)
        else:
            yield seed, arrays
    if executor is None:
        trained = ((seed, collect(train, training, [seed], show_progress)) for seed in missing)
    else:
        trained = _as_completed(train, training, missing, executor)
    with closing(trained):
        for seed, arrays in trained:
            if store and not arrays["interrupted"]:
                store.save(seed, arrays)
            yield seed, arrays


def _as_completed(
    train: Train, training: Training, seeds: Sequence[int], executor: Executor
) -> Iterator[tuple[int, Arrays]]:
    """Train each seed as a task and yield it when it is done; what has not begun at the end is given up."""
    futures = {executor.submit(collect, train, training, [seed], show_progress=False): seed for seed in seeds}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def collect(train: Train, training: Training, seeds: Sequence[int], show_progress: bool) -> Arrays:
    """Gather the records of a training. One that shows progress may be interrupted."""
    records = []
    try:
        for record in train(training, seeds, show_progress):
            records.append(record)
            if len(records) > 1:
                records[-2]["weights"] = None  # only the last are kept; not before they are, or an interrupt loses all
    except KeyboardInterrupt:
        if not (show_progress and records):
            raise
    curves = {name: torch.stack([r["curves"][name] for r in records], dim=2) for name in records[0]["curves"]}
    tensors = flat("curves", curves) | flat("weights", records[-1]["weights"])
    arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
    epochs = np.array([r["epoch"] for r in records])
    return arrays | {"epochs": epochs, "interrupted": np.array(epochs[-1] < training.num_epochs)}


def flat(name: str, value: Tensor | Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return ``{name: value}``, or for a mapping ``{name.key: value[key], ...}``."""
    return {name: value} if isinstance(value, Tensor) else {f"{name}.{key}": value[key] for key in value}


def nested(name: str, tensors: Mapping[str, Tensor]) -> Tensor | dict[str, Tensor]:
    """Return what `flat` was given."""
    below = {key.removeprefix(f"{name}."): tensors[key] for key in tensors if key.startswith(f"{name}.")}
    return below or tensors[name]


def join(parts: list[Arrays]) -> Arrays:
    """Put the seeds of several runs into one."""
    per_seed = [key for key in parts[0] if key.startswith(("curves", "weights"))]
    return parts[0] | {key: np.concatenate([part[key] for part in parts]) for key in per_seed}


_REPORT: ContextVar[Callable[[float], None] | None] = ContextVar("report", default=None)


@contextmanager
def reporting(report: Callable[[float], None]) -> Iterator[None]:
    """Have trainings within this block call ``report(share done)`` in place of a progress bar."""
    token = _REPORT.set(report)
    try:
        yield
    finally:
        _REPORT.reset(token)


def progress(total: int, unit: str, show_progress: bool) -> Iterator[int]:
    """Count from 1 to `total`; `report` how far, or show it, if asked to, from the second `DELAY` on."""
    report, start = _REPORT.get() if show_progress else None, time.monotonic()
    shown = show_progress and report is None and not os.environ.get("TQDM_DISABLE")  # tqdm's notebook bar ignores it
    count = iter(range(1, total + 1))
    for done in count:
        yield done
        if report is not None:
            report(done / total)
        elif shown and time.monotonic() - start > DELAY:
            yield from _with_bar(count, done, total, unit, start)


def _with_bar(count: Iterator[int], done: int, total: int, unit: str, start: float) -> Iterator[int]:
    """Yield the rest of a count behind a progress bar; write one line at the end where it could not be redrawn.

    The bar is made only now, and not at the start with ``tqdm(delay=...)``: in a notebook it consists of ten widgets,
    which would be sent to the browser, and never be freed, for each of the many sweeps that take no second.
    """
    from tqdm.auto import tqdm  # here, not above: in a notebook it loads ipywidgets

    bar = tqdm(count, initial=done, total=total, unit=unit, leave=False, disable=None)  # None: if stderr is no terminal
    in_a_log = bar.disable
    yield from bar
    if in_a_log:
        print(tqdm.format_meter(total, total, time.monotonic() - start, unit=unit), file=sys.stderr)
