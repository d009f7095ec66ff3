"""The checks of the experiments on choosing λ and p, and on how far a choice is luck."""

import torch
from torch import Tensor

from helpers.checks.exploration import exploration
from helpers.data import ImageData, load_digits
from helpers.selection import ridge_path
from helpers.sweeps import sweep_decay_and_dropout

LAMBDAS = torch.logspace(-3, 2, 40).double()
NUM_TRAIN, NUM_HELD_OUT = 30, 10


@exploration(
    "on its own seed it looks better than it is",
    "on its own seed it looks worse than it is",
    "it is as good as it looks",
    seeds=tuple(range(901, 925)),  # those of a sweep must be below 1000
)
def luck_of_the_map(seeds: list[int]) -> Tensor:
    """Check ``luck_of_the_map(seeds)``: the lead of each seed's best cell on its own seed, less that on the others."""
    options = {"num_hiddens": (16, 16), "num_epochs": 40, "record_every": 40}
    lambdas, ps = (0.0, 0.001, 0.003, 0.01), (0.0, 0.1, 0.2, 0.3)
    sweep = sweep_decay_and_dropout(_noisy_digits, lambdas, ps, seed=seeds[0], num_seeds=len(seeds), **options)
    acc = sweep.final("test_acc")
    leads = acc - acc.mean(dim=1, keepdim=True)
    best = acc.argmax(dim=1, keepdim=True)
    own = leads.gather(1, best)[:, 0]
    others = (leads.sum(dim=0)[best[:, 0]] - own) / (len(seeds) - 1)
    return torch.stack([own, others], dim=1)


def _noisy_digits(seed: int) -> ImageData:
    return load_digits(100, seed=seed).with_label_noise(0.3, seed=seed)


@exploration("40 values, one draw", "8 values, five draws", "there is no difference", seeds=tuple(range(1001, 1151)))
def many_lambdas(seeds: list[int]) -> Tensor:
    """Check ``many_lambdas(seeds)``: the error of a λ chosen from 8 on five draws, less that of one from 40 on one."""
    from sklearn.datasets import load_diabetes  # here, not above: it takes as long to import as torch

    X, y = (torch.tensor(values) for values in load_diabetes(return_X_y=True, scaled=False))
    return torch.stack([_two_choices(X, y[:, None], torch.Generator().manual_seed(seed)) for seed in seeds])


def _two_choices(X: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
    """Return the errors on five fresh draws: of the best of 8 λ on five draws, and of the best of 40 on one."""
    held_out, fresh = torch.stack([_errors_of_draw(X, y, generator) for _ in range(10)], dim=1)  # (10, 40) each
    few = range(2, len(LAMBDAS), 5)
    of_few = few[held_out[:5, few].mean(dim=0).argmin()]
    of_many = held_out[0].argmin()
    return fresh[5:, [of_few, of_many]].mean(dim=0)


def _errors_of_draw(X: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
    """Return the mean squared errors of ridge for each λ, on the held-out rows and on the rest, (2, 40)."""
    train, *others = torch.randperm(len(X), generator=generator).tensor_split([NUM_TRAIN, NUM_TRAIN + NUM_HELD_OUT])
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    w, b = ridge_path((X[train] - mean) / std, y[train], LAMBDAS)
    return torch.stack([((X[rows] - mean) / std @ w + b - y[rows]).square().mean(dim=0) for rows in others])
