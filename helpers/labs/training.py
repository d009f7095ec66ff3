"""What labs of trained sweeps share: the numbers of each point, and how many seeds stand behind them."""

from collections.abc import Callable, Iterable, Mapping

from torch import Tensor

from helpers.data import ImageData
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
    """Return the test accuracy of always predicting the commonest training label, a mean over seeds."""
    drawn = [data(seed) for seed in range(num_seeds)]
    return sum((one.y_test == one.y_train.mode().values).double().mean().item() for one in drawn) / num_seeds


def describe_accuracy(point: str, now: dict[str, float], sweep: Sweep) -> str:
    """Return the sentence above a picture of a classifier."""
    return _SHARED["classifier"].format(point=point, seeds=of_seeds(sweep), **now)
