"""What happens when memory runs out: a task is trained in halves, and errors say what to do."""

from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch

from helpers.sweeps.run import Arrays, Train, Training, collect, join

OF_TORCH = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc")  # in its RuntimeErrors


def is_out_of_memory(error: Exception) -> bool:
    """Return whether an error says that memory could not be had, as those of torch do in words."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in OF_TORCH)


def collect_what_fits(train: Train, training: Training, seeds: Sequence[int], show_progress: bool) -> Arrays:
    """Gather the records of a training; if memory runs out, those of its values in halves, and so on.

    The halves follow one another in the same task. As tasks of their own they would wait behind all others, and an
    interrupt would lose their seed and all later ones.

    Returns
    -------
    dict of str to array
        As `helpers.sweeps.run.collect` does; after memory ran out also ``parts``, how many values each part had, (P,).

    Raises
    ------
    MemoryError
        If there is too little for a single value.
    """
    values = train.keywords["values"]
    try:
        return collect(train, training, seeds, show_progress)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        if len(values) == 1:
            raise MemoryError(_advice(error, *seeds)) from error
    # Not within the except clause, where the error still holds all that had been allocated.
    middle = (len(values) + 1) // 2
    halves = [partial(train, values=values[:middle]), partial(train, values=values[middle:])]
    made = [collect_what_fits(half, training, seeds, show_progress=False) for half in halves]
    sizes = [one.pop("parts", [len(half.keywords["values"])]) for one, half in zip(made, halves, strict=True)]
    return join([made]) | {"parts": np.concatenate(sizes)}


def _advice(error: Exception, seed: int) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    return (
        f"a worker must have the memory for one value of a seed, got too little for seed {seed} ({reason}): choose a "
        "smaller batch_size, net or test part, a larger record_every, or a worker with more memory"
    )


def fallback(seed: int, parts: np.ndarray) -> str:
    """Return what to tell of a task that was trained in parts."""
    return (
        f"memory ran out for {sum(parts)} values of seed {seed}, which were therefore trained in {len(parts)} parts of "
        f"at most {max(parts)}; other tasks do the same where they must. The numbers are equal up to rounding. "
        f"values_per_task={max(parts)} saves the failed attempts"
    )


@contextmanager
def explaining_deaths() -> Iterator[None]:
    """Raise a RuntimeError that names the likely reason if a process that trains has died.

    Dask's KilledWorker is known by its name, for Dask may not be installed.
    """
    try:
        yield
    except Exception as error:
        if not (isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"):
            raise
        raise RuntimeError(
            f"workers must live until their tasks are done, got {type(error).__name__}: the system has probably killed "
            "one for lack of memory. With store= the same call goes on from what was done, also with fewer workers. "
            "Fewer values_per_task need less memory, but blocks of another size are trained anew"
        ) from error
