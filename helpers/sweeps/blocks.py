"""A sweep in blocks, some values of one seed each: trained anywhere, stored when they are done, and put together."""

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing
from functools import partial
from itertools import groupby, takewhile
from typing import NamedTuple, Protocol

import numpy as np

from helpers.sweeps.memory import collect_what_fits, explaining_deaths, fallback
from helpers.sweeps.run import Arrays, Train, Training, collect, join, progress


class Block(NamedTuple):
    """Some values of a seed: those from place `start` to before place `stop`, counted from 0."""

    seed: int
    start: int
    stop: int

    def part_of(self, train: Train) -> Train:
        """Return what trains only these values. It is the same as in a sweep of these alone, so is what it stores."""
        return partial(train, values=train.keywords["values"][self.start : self.stop])


class Blocks(Protocol):
    """Where finished blocks are kept, see `helpers.sweeps.store.Store`."""

    def load(self, block: Block) -> Arrays | None:
        """Return the record of a block, or None if it is not there."""

    def save(self, block: Block, arrays: Arrays) -> None:
        """Keep the record of a block."""


def blocks_of(seeds: Sequence[int], num_values: int, size: int | None) -> list[Block]:
    """Return the blocks of all seeds in order, of `size` values each, the last of a seed of what remains."""
    starts = range(0, num_values, size or num_values)
    return [Block(seed, k, min(k + (size or num_values), num_values)) for seed in seeds for k in starts]


def run(
    train: Train,
    training: Training,
    seeds: Sequence[int],
    executor: Executor | None,
    store: Blocks | None = None,
    values_per_task: int | None = None,
) -> Arrays:
    """Train all seeds together here, or in blocks; an interrupt keeps what is done.

    Blocks are tasks of the executor, or are trained here one after the other; those of the store are only read.
    """
    if executor is None and store is None and values_per_task is None:
        return collect(train, training, seeds, show_progress=True)
    blocks = blocks_of(seeds, len(train.keywords["values"]), values_per_task)
    one = len(blocks) == 1 and executor is None  # one block here shows its epochs, several are counted
    done, unit = {}, "seed" if len(blocks) == len(seeds) else "block"
    try:
        with (
            closing(progress(len(blocks), unit, show_progress=not one)) as count,
            closing(_finished(blocks, train, training, executor, store, show_progress=one)) as finished,
        ):
            for _, (block, arrays) in zip(count, finished, strict=True):
                done[block] = arrays
    except KeyboardInterrupt:
        if not whole_seeds(blocks, done):
            raise
    whole = whole_seeds(blocks, done)
    joined = join(whole)
    return joined | {"interrupted": joined["interrupted"] | (len(whole) < len(seeds))}


def whole_seeds(blocks: Sequence[Block], done: dict[Block, Arrays]) -> list[list[Arrays]]:
    """Return the records of each seed's blocks, up to the first seed of which one is missing."""
    of_seeds = [list(of_seed) for _, of_seed in groupby(blocks, key=lambda block: block.seed)]
    whole = takewhile(lambda of_seed: all(block in done for block in of_seed), of_seeds)
    return [[done[block] for block in of_seed] for of_seed in whole]


def _finished(
    blocks: Sequence[Block],
    train: Train,
    training: Training,
    executor: Executor | None,
    store: Blocks | None,
    show_progress: bool,
) -> Iterator[tuple[Block, Arrays]]:
    """Yield each block with its record, those of the store first; what is trained is stored before it is yielded."""
    missing = []
    for block in blocks:
        arrays = store.load(block) if store else None
        if arrays is None:
            missing.append(block)
        else:
            yield block, arrays
    if executor is None:
        trained = _one_by_one(missing, train, training, show_progress)
    else:
        trained = _as_completed(missing, train, training, executor)
    with closing(_telling_of_parts(trained)) as told:
        for block, arrays in told:
            if store and not arrays["interrupted"]:
                store.save(block, arrays)
            yield block, arrays


def _one_by_one(
    blocks: Sequence[Block], train: Train, training: Training, show_progress: bool
) -> Iterator[tuple[Block, Arrays]]:
    for block in blocks:
        yield block, collect_what_fits(block.part_of(train), training, [block.seed], show_progress)


def _as_completed(
    blocks: Sequence[Block], train: Train, training: Training, executor: Executor
) -> Iterator[tuple[Block, Arrays]]:
    """Train each block as a task and yield it when it is done; what has not begun at the end is given up."""
    futures = {}
    try:
        with explaining_deaths():
            for block in blocks:
                task = (block.part_of(train), training, [block.seed])
                futures[executor.submit(collect_what_fits, *task, show_progress=False)] = block
            for future in as_completed(futures):
                yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _telling_of_parts(trained: Iterator[tuple[Block, Arrays]]) -> Iterator[tuple[Block, Arrays]]:
    """Yield what is trained; warn of the first block for which memory ran out."""
    told = False
    with closing(trained):
        for block, arrays in trained:
            parts: np.ndarray | None = arrays.pop("parts", None)
            if parts is not None and not told:
                told = True
                warnings.warn(fallback(block.seed, parts), stacklevel=2)
            yield block, arrays
