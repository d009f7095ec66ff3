"""What labs of trained sweeps share: the numbers of each point, and how many seeds stand behind them."""

from collections.abc import Callable, Iterable

from helpers.data import ImageData
from helpers.labs.lab_words import LABS
from helpers.labs.scene import by_point
from helpers.sweeps import Sweep

_SHARED = LABS["shared"]
CURVES = ("train_loss", "test_loss", "train_acc", "test_acc")


def final_numbers(sweep: Sweep, curves: Iterable[str] = CURVES) -> list[dict[str, float]]:
    """Return the last record of some curves, a mean over seeds, for each value of a sweep."""
    return by_point({name: sweep.final(name).mean(dim=0) for name in curves})


def ranges(sweep: Sweep, curves: Iterable[str] = CURVES) -> list[dict[str, tuple[float, float]]]:
    """Return the lowest and the highest seed of these curves' last record, for each value of a sweep."""
    lows = by_point({name: sweep.final(name).amin(dim=0) for name in curves})
    highs = by_point({name: sweep.final(name).amax(dim=0) for name in curves})
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
