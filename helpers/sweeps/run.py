"""Running a training: what it is told, how its records are gathered until an interrupt, and its progress."""

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

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


# Of a training, seeds, and whether to show progress. That of a sweep is a partial, whose keyword `values` can be cut.
Train = Callable[[Training, Sequence[int], bool], Iterator[Record]]


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


def join(rows: list[list[Arrays]]) -> Arrays:
    """Put several runs into one: a row for each seed, in it the runs of its values."""
    first = rows[0][0]
    per_net = [key for key in first if key.startswith(("curves", "weights"))]
    return first | {key: np.concatenate([_in_a_row(key, row) for row in rows]) for key in per_net}


def _in_a_row(key: str, row: list[Arrays]) -> np.ndarray:
    return row[0][key] if len(row) == 1 else np.concatenate([part[key] for part in row], axis=1)


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
