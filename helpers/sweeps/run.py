"""Running a sweep: seeds together or as tasks of an executor, with progress, and an interrupt keeps what is done."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from contextvars import ContextVar

import numpy as np
import torch
from torch import Tensor

DELAY = 1.0  # seconds: what takes less shows no progress

Arrays = dict[str, np.ndarray]  # a flat form of what a sweep holds: it goes to files and between processes
Record = dict  # "epoch", "curves" at that epoch, (S, L) each, and "weights"


def run(train: Callable[..., Iterator[Record]], seeds: Sequence[int], executor: Executor | None) -> Arrays:
    """Train all seeds together here, or each as a task of the executor; an interrupt keeps what is done."""
    if executor is None:
        return collect(train, seeds, watched=True)
    futures = [executor.submit(collect, train, [seed], watched=False) for seed in seeds]
    parts = []
    try:
        with closing(progress(len(futures), "seed", watched=True)) as count:
            for future, _ in zip(futures, count, strict=True):
                parts.append(future.result())
    except KeyboardInterrupt:
        if not parts:
            raise
    finally:
        for future in futures:
            future.cancel()  # those that did not begin
    return join(parts) | {"interrupted": np.array(len(parts) < len(futures))}


def collect(train: Callable[..., Iterator[Record]], seeds: Sequence[int], watched: bool) -> Arrays:
    """Gather the records of a training. One that is watched shows progress and may be interrupted."""
    records, interrupted = [], False
    try:
        for record in train(seeds=seeds, watched=watched):
            records.append(record)
            for older in records[-2:-1]:
                older["weights"] = None  # only the last are kept
    except KeyboardInterrupt:
        if not (watched and records):
            raise
        interrupted = True
    curves = {name: torch.stack([r["curves"][name] for r in records], dim=2) for name in records[0]["curves"]}
    tensors = flat("curves", curves) | flat("weights", records[-1]["weights"])
    arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
    return arrays | {"epochs": np.array([r["epoch"] for r in records]), "interrupted": np.array(interrupted)}


def flat(name: str, value: Tensor | Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return ``{name: value}``, or for a mapping ``{name.key: value[key], ...}``."""
    return {name: value} if isinstance(value, Tensor) else {f"{name}.{key}": value[key] for key in value}


def nested(name: str, tensors: Mapping[str, Tensor]) -> Tensor | dict[str, Tensor]:
    """Return what `flat` took apart."""
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


def progress(total: int, unit: str, watched: bool) -> Iterator[int]:
    """Count from 1 to `total`; from the first second on, show how far, or `report` it where somebody asked for it."""
    start, bar, report = time.monotonic(), None, _REPORT.get() if watched else None
    barred = report or os.environ.get("TQDM_DISABLE")  # tqdm's own switch, which its notebook bar overlooks
    try:
        for done in range(1, total + 1):
            yield done
            if report is not None:
                report(done / total)
            elif bar is not None:
                bar.update()
            elif watched and not barred and time.monotonic() - start > DELAY:
                from tqdm.auto import tqdm  # here, not above: in a notebook it loads ipywidgets

                bar = tqdm(total=total, initial=done, unit=unit, leave=False)
    finally:
        if bar is not None:
            bar.close()
