"""What labs of trained sweeps share: the numbers of each point, and how many seeds they are means of."""

import math
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

from helpers.data import ImageData, RegressionData
from helpers.labs.lab_words import LABS
from helpers.labs.scene import by_point
from helpers.sweeps import Sweep

_SHARED = LABS["shared"]
CURVES = ("train_loss", "test_loss", "train_acc", "test_acc")


def finals(sweep: Sweep, curves: Iterable[str] = CURVES) -> dict[str, Tensor]:
    """Return the last record of some curves of a sweep, (S, L) each."""
    return {name: sweep.final(name) for name in curves}


def means(measured: Mapping[str, Tensor], **baselines: float) -> list[dict[str, float]]:
    """Return for each point the mean over seeds of what was measured, (S, points) each, and then the baselines."""
    return [now | baselines for now in by_point({name: each.mean(dim=0) for name, each in measured.items()})]


def ranges(measured: Mapping[str, Tensor]) -> list[dict[str, tuple[float, float]]]:
    """Return for each point the lowest and the highest seed of what was measured, (S, points) each."""
    lows = by_point({name: each.amin(dim=0) for name, each in measured.items()})
    highs = by_point({name: each.amax(dim=0) for name, each in measured.items()})
    return [{name: (low[name], high[name]) for name in low} for low, high in zip(lows, highs, strict=True)]


def of_seeds(sweep: Sweep) -> str:
    """Return "means of 8 seeds", for example, and where training was stopped if it was."""
    seeds = _SHARED["one_seed" if sweep.num_seeds == 1 else "means"].format(n=sweep.num_seeds)
    where = {"epoch": sweep.epochs[-1], "planned": sweep.planned_epochs}  # labs train all seeds together
    return _SHARED["stopped"].format(seeds=seeds, **where) if sweep.interrupted else seeds


def largest_class_acc(data: Callable[[int], ImageData], num_seeds: int) -> float:
    """Return the test accuracy of always predicting the most common training label, a mean over seeds."""
    drawn = [data(seed) for seed in range(num_seeds)]
    return sum((one.y_test == one.y_train.mode().values).double().mean().item() for one in drawn) / num_seeds


def mean_predictor_loss(data: Callable[[int], RegressionData], num_seeds: int) -> float:
    """Return the test loss, ½ mean squared error, of always predicting the mean training target, a mean over seeds."""
    drawn = [data(seed) for seed in range(num_seeds)]
    return sum((one.y_test - one.y_train.mean()).square().mean().item() / 2 for one in drawn) / num_seeds


def describe_accuracy(point: str, now: dict[str, float], sweep: Sweep) -> str:
    """Return the sentence above a picture of a classifier."""
    return _SHARED["classifier"].format(point=point, seeds=of_seeds(sweep), **now)


def lowest_tenth(sweep: Sweep) -> float:
    """Return the largest tenth below all mean accuracies during training and all final ones, at most 0.4."""
    drawn = [part for name in ("train_acc", "test_acc") for part in (sweep.curves[name].mean(dim=0), sweep.final(name))]
    return math.floor(10 * min(0.4, *(part.min().item() for part in drawn))) / 10


def check_data(data: object, kind: type) -> None:
    """Raise a TypeError that says how to make one, unless a user's data are a record of that kind."""
    if not isinstance(data, kind):
        ways = ", ".join(f"{kind.__name__}.{way}" for way in dir(kind) if way.startswith("from_"))
        raise TypeError(f"data must be {kind.__name__}, got {type(data).__name__}: create it with {ways}")


def stable_lr(X: Tensor, batch_size: int, lambd: float) -> float:
    """Return a rate, half of what stays stable, for linear regression with a bias on minibatches of the rows of X.

    ``1 / (λ + s L + (1 − s) max ‖x_i‖²)``, with L the largest eigenvalue of the mean of ``x_i x_iᵀ``, each x_i followed
    by a 1 for the bias, and ``s = n (B − 1) / (B (n − 1))``. A batch of all examples has s = 1.

    Parameters
    ----------
    X : Tensor, (n, d)
    batch_size : int
        The B above, at most n.
    lambd : float, at least 0
        The largest of those that are trained.

    Source: Gower et al., SGD: General Analysis and Improved Rates, ICML (2019), proposition 3.8.
    """
    n, A = len(X), torch.cat([X, torch.ones_like(X[:, :1])], dim=1).double()
    share = n * (batch_size - 1) / (batch_size * max(n - 1, 1))
    largest = torch.linalg.matrix_norm(A, 2) ** 2 / n
    return 1 / (lambd + share * largest + (1 - share) * A.square().sum(dim=1).max()).item()
