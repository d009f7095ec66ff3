"""Random generators: one stream for each purpose, so that changing how much one purpose draws changes no other."""

import hashlib
import operator
from collections.abc import Sequence

import torch

START, BATCHES, MASKS = 0, 1000, 2000  # added to a seed: no two purposes may draw the same numbers
NUM_SEEDS = 1000  # with more of them, the streams of two purposes would overlap


def check_seeds(seed: int, num_seeds: int = 1) -> range:
    """Return `num_seeds` seeds, the first of which is `seed`, or raise if their streams would overlap.

    Raises
    ------
    ValueError
        If a seed lies outside 0 to 999.
    TypeError
        If the first seed is not an integer.
    """
    first = _integer(seed)
    if first < 0 or first + num_seeds > NUM_SEEDS:
        raise ValueError(
            f"all seeds must lie in 0..{NUM_SEEDS - 1}, got seed = {first} with num_seeds = {num_seeds}: "
            f"seed 0 shuffles with the random stream {BATCHES}, from which seed {NUM_SEEDS} would be initialized"
        )
    return range(first, first + num_seeds)


def seeded(seeds: Sequence[int], purpose: int) -> list[torch.Generator]:
    """Return a generator for each seed, numbered ``seed + purpose`` as in the chapters."""
    return [torch.Generator().manual_seed(seed + purpose) for seed in seeds]


def generator_for(seed: int, purpose: str) -> torch.Generator:
    """Return the generator of any integer seed for a purpose that is given in words."""
    key = f"{purpose} {_integer(seed)}"
    digest = hashlib.blake2b(key.encode(), digest_size=7).digest()  # 7 bytes: below torch's limit for a seed
    return torch.Generator().manual_seed(int.from_bytes(digest, "big"))


def _integer(seed: int) -> int:
    try:
        return operator.index(seed)
    except TypeError:
        raise TypeError(f"seed must be an integer, got {seed!r}: it determines the random draws") from None


def nth_seed(seed: int, n: int) -> int:
    """Return the seed of the draws that follow n others."""
    return int(torch.randint(2**62, (n + 1,), generator=torch.Generator().manual_seed(_integer(seed)))[n])
