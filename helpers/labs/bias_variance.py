"""`BiasVarianceLab`: drag λ through fits to many training sets, and see the bias and variance in their errors."""

from typing import NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from torch import Tensor

from helpers.data.regression import bumps, draw_wiggles, wiggle
from helpers.drawing.canvas import Drawing, make_figure, name_panel, render
from helpers.drawing.figures import Curve, draw_cursor, mark_values
from helpers.drawing.style import INK, TEST, TRAIN
from helpers.labs.controls import integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene, by_point
from helpers.seeding import generator_for
from helpers.selection import (
    bias_and_variance,
    cross_validate_ridge,
    kfold_indices,
    mean_and_standard_error,
    one_standard_error,
    ridge_path,
)
from helpers.sliders import lambda_axis

_WORDS, _SHARED = LABS["bias_variance"], LABS["shared"]
AXIS = lambda_axis((0.0, *(float(f"{step}e{k}") for k in range(-5, 1) for step in (1, 2, 3, 5)), 10.0))
NUM_SETS, NUM_FOLDS = 200, 5
_SMALLEST = {"sum": "error", "cross-validation": "cv_error"}  # rules that choose where a number is smallest
GRID = torch.linspace(-1, 1, 161, dtype=torch.float64)[:, None]
SHOWN = 20  # of the fits
LINES_END = 0.66  # of the height of a panel: above are the names of its curves
_KEYS = {"loc": "upper center", "fontsize": 9, "borderpad": 0.2, "frameon": True, "framealpha": 1, "edgecolor": "white"}
_AT_THE_RIGHT = {**_KEYS, "loc": "upper right"}  # where no error reaches; at the left they may be large


class Fits(NamedTuple):
    """What is drawn: one training set, the fits of all, and for every λ the parts of their errors.

    Attributes
    ----------
    x, y : Tensor, (n, 1)
        The first training set.
    fits : Tensor, (NUM_SETS, m, L)
        Every fit on `GRID`.
    numbers : dict of str to Tensor, (L,) each
        bias2, variance, error, cv_error and cv_se.
    best : dict of str to float
        The λ with the smallest "sum" of bias², variance and noise, and those that the first training set chooses by
        "cross-validation" and by the rule of "one standard error".
    """

    x: Tensor
    y: Tensor
    fits: Tensor
    numbers: dict[str, Tensor]
    best: dict[str, float]


def BiasVarianceLab() -> Lab:
    """Drag λ: fits of 20 training sets, bias² and variance over λ, and one cross-validation (chapter 6).

    Ridge regression on 15 bumps, to a wiggly curve with noise. Bias and variance are those of 200 training sets, the
    cross-validation has 5 folds, and all errors are mean squared ones, without ½.

    Its points are λ. Its numbers are bias2, variance, error (their sum with the noise), cv_error and cv_se. Its source
    is `Fits`, whose `best` are the λ that three rules choose.
    """
    controls = {
        "n": integer(_SHARED["examples"], 20, 15, 300),
        "noise": number(_SHARED["noise"], 0.5, 0.05, 3, 0.1),
        "seed": integer(_WORDS["seed"], 1, 0, 9999),
    }
    return Lab(make, AXIS, name="BiasVarianceLab", busy=_SHARED["drawing"], **controls)


def make(n: int, noise: float, seed: int) -> Scene:
    """Fit every training set with every λ, and draw the fits and the parts of their errors."""
    fits = fit(n, noise, seed)
    numbers = by_point(fits.numbers)
    readout = [_describe(label, now, fits.best) for label, now in zip(AXIS.labels, numbers, strict=True)]
    chosen = fits.best["one standard error"]
    alt = [_WORDS["alt"].format(n=SHOWN, readout=text[:-1], lambd=chosen) for text in readout]
    figure, drawings = draw(fits, noise)
    return Scene(numbers, render(figure, drawings.values(), len(numbers)), readout, alt, source=fits)


def _describe(label: str, now: dict[str, float], best: dict[str, float]) -> str:
    return _WORDS["readout"].format(label=label, lowest=best["sum"], chosen=best["cross-validation"], **now)


def fit(n: int, noise: float, seed: int) -> Fits:
    """Draw training sets of n examples, fit them all, and measure bias, variance and a cross-validation."""
    x, y = draw_wiggles(NUM_SETS, n, noise, seed)
    lambdas = torch.tensor(AXIS.values, dtype=torch.float64)
    w, b = ridge_path(bumps(x), y, lambdas)
    fits = bumps(GRID) @ w + b  # (NUM_SETS, m, L)
    errors = cross_validate_ridge(bumps(x[0]), y[0], lambdas, kfold_indices(n, NUM_FOLDS, generator_for(seed, "folds")))
    numbers = measure(fits, errors, noise)
    best = {name: lambdas[numbers[key].argmin()].item() for name, key in _SMALLEST.items()}
    best["one standard error"] = one_standard_error(lambdas, errors).item()
    return Fits(x[0], y[0], fits, numbers, best)


def measure(fits: Tensor, errors: Tensor, noise: float) -> dict[str, Tensor]:
    """Return the numbers of the lab for every λ, (L,) each."""
    bias2, variance = bias_and_variance(fits, wiggle(GRID))
    cv_error, cv_se = mean_and_standard_error(errors)
    error = bias2 + variance + noise**2
    return {"bias2": bias2, "variance": variance, "error": error, "cv_error": cv_error, "cv_se": cv_se}


def draw(fits: Fits, noise: float) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the fits, the parts of their errors, one training set with its fit, and its cross-validation."""
    figure, axes = make_figure(WIDTH, 450, 2, 2)
    for ax, name in zip(axes, ("fits", "parts", "one", "folds"), strict=True):
        name_panel(ax, _WORDS[name])
    for ax in axes[::2]:
        draw_truth(ax, GRID, wiggle(GRID), reach=1.6 + 2.2 * noise)
    for ax in axes[1::2]:
        ax.set(xlabel="λ", ylim=(0, _reach(fits.numbers)))
        mark_values(ax, AXIS)
    at = {name: AXIS.index(lambd) for name, lambd in fits.best.items()}
    lowest = at.pop("sum")
    return figure, {
        "fits": draw_fits(axes[0], GRID, fits.fits),
        "parts": draw_error_parts(axes[1], fits.numbers, lowest),
        "one": draw_one(axes[2], fits.x, fits.y, GRID, fits.fits[0]),
        "folds": draw_folds(axes[3], fits.numbers, at),
    }


def _reach(numbers: dict[str, Tensor]) -> float:
    """Return the upper limit of errors: both curves fit from their minimum to their right end, with room for names."""
    error, measured = numbers["error"], numbers["cv_error"] + numbers["cv_se"]
    return max(1.5 * error[-1], 1.5 * measured[-1], 2 * error.min()).item()


def draw_truth(ax: Axes, x: Tensor, f: Tensor, reach: float) -> None:
    """Draw the truth f at x, (m, 1) each, on axes from −reach to reach, with room for names above."""
    ax.set(xlabel="x", xlim=(-1, 1), xticks=(-1, -0.5, 0, 0.5, 1), ylim=(-reach, 1.4 * reach))
    ax.plot(x, f, "--", color=INK, lw=1.8, label=_WORDS["truth"], zorder=4)


def draw_fits(ax: Axes, x: Tensor, fits: Tensor) -> Drawing:
    """Draw some of the fits, (R, m, L), at x, (m, 1), and the mean of all."""
    some = _WORDS["some_fits"].format(n=SHOWN)
    spread = ax.add_collection(LineCollection([], colors=TEST, lw=0.7, alpha=0.45, label=some))
    (mean,) = ax.plot([], [], color=TRAIN, lw=2.4, label=_WORDS["mean_fit"].format(n=len(fits)))
    ax.legend(**_KEYS, ncols=3, columnspacing=1.5)
    x, shown, middle = x.ravel().numpy(), fits[:SHOWN].numpy(), fits.mean(dim=0).numpy()

    def update(i: int) -> None:
        spread.set_segments([np.column_stack([x, fit]) for fit in shown[:, :, i]])
        mean.set_data(x, middle[:, i])

    return Drawing(update, {"fits": spread, "mean": mean})


def draw_one(ax: Axes, x: Tensor, y: Tensor, grid: Tensor, fits: Tensor) -> Drawing:
    """Draw one training set, (n, 1) each, and its fit, (m, L), at grid, (m, 1)."""
    (examples,) = ax.plot(x, y, "o", color=INK, ms=4, label=_WORDS["points"])
    (line,) = ax.plot(grid, fits[:, 0], color=TEST, label=_WORDS["fit"])
    ax.legend(**_KEYS, ncols=3, columnspacing=1.5)
    return Drawing(lambda i: line.set_ydata(fits[:, i]), {"fit": line}, {"examples": examples})


def draw_error_parts(ax: Axes, numbers: dict[str, Tensor], lowest: int) -> Drawing:
    """Draw bias², variance, and their sum with the noise over λ, a cursor, and a star at the smallest sum."""
    looks = {"error": (INK, "-"), "bias2": (TRAIN, "--"), "variance": (TEST, ":")}
    still, curves = {}, {}
    for name, (color, ls) in looks.items():
        still[name] = ax.plot(numbers[name], color=color, ls=ls, label=_WORDS[name])[0]
        curves[name] = Curve(numbers[name].numpy(), color)
    still["star"] = ax.plot(lowest, numbers["error"][lowest], "*", color=INK, ms=11)[0]
    ax.legend(**_AT_THE_RIGHT)
    cursor = draw_cursor(ax, curves, top=LINES_END)
    return Drawing(cursor.update, cursor.moving, still)


def draw_folds(ax: Axes, numbers: dict[str, Tensor], chosen: dict[str, int]) -> Drawing:
    """Draw the cross-validated error over λ with its standard errors, a cursor, and the λ chosen."""
    error, se = numbers["cv_error"].numpy(), numbers["cv_se"].numpy()
    line, caps, bars = ax.errorbar(range(len(error)), error, se, color=TEST, elinewidth=0.8, capsize=1.5, lw=1.6)
    still = {"error": line, "bars": bars[0]} | {f"cap {i}": cap for i, cap in enumerate(caps)}
    for (name, i), ls in zip(chosen.items(), ("-", ":"), strict=True):
        still[name] = ax.axvline(i, ymax=LINES_END, color=TRAIN, ls=ls, label=_WORDS[name])
    ax.legend(**_AT_THE_RIGHT)
    cursor = draw_cursor(ax, {"cv_error": Curve(error, TEST)}, top=LINES_END)
    return Drawing(cursor.update, cursor.moving, still)
