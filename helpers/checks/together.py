"""The checks of the experiments with weight decay and dropout together."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from helpers.checks.exploration import exploration
from helpers.data import ImageData, load_digits
from helpers.sweeps import sweep_decay_and_dropout

SEEDS = tuple(range(901, 913))  # those of a sweep must be below 1000


@exploration("more than the sum", "less than the sum", "the gains add up", seeds=SEEDS)
def interaction(seeds: list[int]) -> Tensor:
    """Check ``interaction(seeds)``: the gain of both, less the sum of the gains, where both are weak."""
    plain, dropout, decay, both = _accuracies(_digits(400, 0.4), (0.0, 0.006), (0.0, 0.1), seeds, (32, 32), 50).T
    return torch.stack([both - plain, (dropout - plain) + (decay - plain)], dim=1)


@exploration("the checked digits", "all digits, with both methods", "there is no difference", seeds=SEEDS)
def checked_labels(seeds: list[int]) -> Tensor:
    """Check ``checked_labels(seeds)``: 150 right labels without a method, less 300 labels, 40% wrong, with both."""
    checked = _accuracies(_digits(150, 0.0), (0.0,), (0.0,), seeds, (48, 48), 60)
    all_of_them = _accuracies(_digits(300, 0.4), (0.008,), (0.3,), seeds, (48, 48), 60)
    return torch.cat([checked, all_of_them], dim=1)


def _digits(num_train: int, share: float) -> Callable[[int], ImageData]:
    """Return the data of a seed, with this share of wrong training labels."""
    return lambda seed: load_digits(num_train, seed=seed).with_label_noise(share, seed=seed)


def _accuracies(
    data: Callable[[int], ImageData],
    lambdas: Sequence[float],
    ps: Sequence[float],
    seeds: list[int],
    num_hiddens: tuple[int, int],
    num_epochs: int,
) -> Tensor:
    """Return the test accuracies at the end, (seeds, pairs of a λ and a p)."""
    options = {"num_hiddens": num_hiddens, "num_epochs": num_epochs, "record_every": num_epochs}
    sweep = sweep_decay_and_dropout(data, lambdas, ps, seed=seeds[0], num_seeds=len(seeds), **options)
    return sweep.final("test_acc")
