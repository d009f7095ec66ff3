"""Random generators: one stream for each purpose, so that changing how much one purpose draws changes no other."""

import hashlib
import operator
from collections.abc import Sequence

import torch

START, BATCHES, MASKS = 0, 1000, 2000  # added to a seed: no two purposes may draw the same numbers


def seeded(seeds: Sequence[int], purpose: int) -> list[torch.Generator]:
    """Return a generator for each seed, of its own for each purpose, as the chapters do."""
    return [torch.Generator().manual_seed(seed + purpose) for seed in seeds]


def generator_for(seed: int, purpose: str) -> torch.Generator:
    """Return the generator of one purpose, so that changing how much one purpose draws changes no other."""
    try:
        key = f"{purpose} {operator.index(seed)}"
    except TypeError:
        raise TypeError(f"seed must be an integer, got {seed!r}: it numbers the random draws") from None
    digest = hashlib.blake2b(key.encode(), digest_size=7).digest()  # 7 bytes: below torch's limit for a seed
    return torch.Generator().manual_seed(int.from_bytes(digest, "big"))
