"""`SelectionLab`: choose λ for a table by cross-validation, and see how good the choice is."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from helpers.data import RegressionData
from helpers.drawing.canvas import Drawing, make_figure, name_panel, render
from helpers.drawing.figures import Baseline, draw_baseline, draw_cursor, mark_values
from helpers.drawing.names import name_lines
from helpers.drawing.style import COLORS, INK, TEST
from helpers.labs.bias_variance import LINES_END, draw_folds
from helpers.labs.choice import Choice, choose
from helpers.labs.controls import integer
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS, NUMBERS
from helpers.labs.scene import Scene, by_point
from helpers.labs.training import check_data
from helpers.sliders import Axis, lambda_axis

_WORDS, _SHARED = LABS["selection"], LABS["shared"]
_LAMBDAS = (
    0.0,
    *(float(f"{step}e{k}") for k in range(-4, 2) for step in (1, 2, 3, 5)),
    100.0,
)  # of inputs of variance 1
_START = 0.1
SHOWN = 500  # examples
PURPLE = COLORS[3]
FEWEST = 10  # examples to choose on: even the smallest inner training set has some left


def SelectionLab(data: RegressionData | None = None) -> Lab:
    """Drag λ of ridge regression on a table: its cross-validation, the λ that this chooses, and how good the choice is.

    Cross-validation sees the training part only; the test part is for the report, as is the error of nested
    cross-validation, which repeats the choice within each fold. All errors are mean squared ones, without ½, in the
    units of the target (chapter 6).

    Its points are λ. Its numbers are cv_error, cv_se, test_error (of a fit to the whole training part), and, the same
    for every λ, nested_error, nested_se and mean_predictor_error. Its source is `Choice`, whose `best` are the λ that
    two rules choose.

    Parameters
    ----------
    data : RegressionData, optional
        Your own, for example from ``RegressionData.from_table("houses.csv", target="price")``. Without it, ten
        measurements of 442 diabetes patients (Efron et al. 2004), a quarter of them to test on. λ goes up to 100 times
        the mean variance of the inputs, rounded to a power of ten.

    Raises
    ------
    TypeError
        If the data are not `RegressionData`.
    ValueError
        If there are fewer than 10 examples to choose on.
    """
    if data is None:
        data = diabetes()
    check_data(data, RegressionData)
    if data.num_train < FEWEST:
        raise ValueError(f"data must have {FEWEST} training examples, got {data.num_train}: each fold needs some")
    controls = {
        "folds": integer(_WORDS["folds"], 5, 2, min(20, data.num_train // 2)),
        "seed": integer(_WORDS["seed"], 0, 0, 9999),
    }
    return Lab(partial(make, data=data), axis_of(data), name="SelectionLab", busy=_SHARED["drawing"], **controls)


def diabetes() -> RegressionData:
    """Return scikit-learn's diabetes data, a quarter of the patients to test on."""
    from sklearn.datasets import load_diabetes  # here, not above: it takes as long to import as torch

    return RegressionData.from_table(load_diabetes(as_frame=True, scaled=False).frame, target="target")


def axis_of(data: RegressionData) -> Axis:
    """Return the axis of λ: penalties of a suitable size for the variance of the inputs."""
    variance = data.X_train.double().var(dim=0, correction=0).mean().item()
    unit = 10.0 ** round(math.log10(variance)) if variance > 0 else 1.0
    return lambda_axis([float(f"{lambd * unit:.1g}") for lambd in _LAMBDAS], _START * unit)


def make(folds: int, seed: int, data: RegressionData | None = None) -> Scene:
    """Cross-validate every λ, choose, and draw it; without data, those of the diabetes patients."""
    data = diabetes() if data is None else data
    axis = axis_of(data)
    chosen = choose(data, torch.tensor(axis.values, dtype=torch.float64), folds, seed)
    numbers = by_point(chosen.numbers)
    best = {"smallest": chosen.best["cross-validation"], "simplest": chosen.best["one standard error"]}
    readout = [
        _WORDS["readout"].format(label=label, **best, **now) for label, now in zip(axis.labels, numbers, strict=True)
    ]
    alt = [_WORDS["alt"].format(folds=folds, readout=text) for text in readout]
    figure, drawings = draw(chosen, data, axis)
    return Scene(numbers, render(figure, drawings.values(), len(numbers)), readout, alt, source=chosen)


def draw(chosen: Choice, data: RegressionData, axis: Axis) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the cross-validation with the λ chosen, the error on each fold, predictions, and weights."""
    figure, axes = make_figure(WIDTH, 450, 2, 2)
    for ax, name in zip(axes, ("choice", "each", "predictions", "weights"), strict=True):
        name_panel(ax, _WORDS[name])
    for ax in (axes[0], axes[1], axes[3]):
        ax.set_xlabel("λ")
        mark_values(ax, axis)
    at = {name: axis.index(lambd) for name, lambd in chosen.best.items()}
    names = [NUMBERS.get(name, name) for name in data.feature_names]
    drawings = {
        "choice": draw_choice(axes[0], chosen, at),
        "each": draw_each(axes[1], chosen.errors.numpy()),
        "predictions": draw_predictions(axes[2], chosen),
        "weights": draw_paths(axes[3], chosen.weights.numpy(), names),
    }
    for axis_of_numbers in (*(ax.yaxis for ax in axes), axes[2].xaxis):
        axis_of_numbers.set_major_formatter(_short)
        axis_of_numbers.set_minor_locator(NullLocator())
    return figure, drawings


def _is_wide(low: float, high: float) -> bool:
    """Return whether errors need a log scale."""
    return high > 30 * low > 0


def _short(value: float, place: int | None = None) -> str:
    return f"{value:g}" if abs(value) < 1e5 else f"{value:.2g}"


def draw_choice(ax: Axes, chosen: Choice, at: dict[str, int]) -> Drawing:
    """Draw the error over λ, the λ chosen, the nested error with its standard error, and that of the mean."""
    now = {name: column[0].item() for name, column in chosen.numbers.items()}
    level, se, of_mean = now["nested_error"], now["nested_se"], now["mean_predictor_error"]
    numbers = chosen.numbers
    lowest = min(numbers["cv_error"].min().item(), level)
    highest = max(of_mean, level + se)
    if _is_wide(lowest, of_mean):
        low = 0.7 * lowest
        ax.set(yscale="log", ylim=(low, low * (1.2 * highest / low) ** (1 / LINES_END)))
    else:
        low = 0.9 * min(level - se, (numbers["cv_error"] - numbers["cv_se"]).min().item())
        ax.set_ylim(low, low + (1.05 * highest - low) / LINES_END)
    drawing = draw_folds(ax, chosen.numbers, at)
    still = {
        "nested": ax.axhline(level, color=PURPLE, ls="--", lw=1.2, label=_WORDS["nested"]),
        "nested_band": ax.axhspan(level - se, level + se, color=PURPLE, alpha=0.12, lw=0),
        **draw_baseline(ax, Baseline(_WORDS["of_mean"], of_mean)),
    }
    ax.legend(loc="upper right", fontsize=9, ncols=2, borderpad=0.2, columnspacing=1.5, frameon=False)
    return Drawing(drawing.update, drawing.moving, drawing.still | still)


def draw_each(ax: Axes, errors: np.ndarray) -> Drawing:
    """Draw the error on each of K folds, (K, L), a ring where it is smallest, and a cursor."""
    lowest, highest = errors.min(), errors[:, -1].max()
    ax.set_yscale("log" if _is_wide(lowest, highest) else "linear")
    ax.set_ylim(0.9 * lowest, max(1.05 * highest, 2 * lowest))
    lines = ax.plot(errors.T, color=TEST, lw=1.2, alpha=0.7)
    best = errors.argmin(axis=1)
    (rings,) = ax.plot(best, errors.min(axis=1), "o", mfc="white", mec=TEST)
    cursor = draw_cursor(ax, {})
    return Drawing(cursor.update, cursor.moving, {f"fold {k}": line for k, line in enumerate(lines)} | {"best": rings})


def draw_predictions(ax: Axes, chosen: Choice) -> Drawing:
    """Draw targets over predictions of the first 500 examples, and a line where the two are equal."""
    targets, predictions = chosen.targets[:SHOWN, 0].numpy(), chosen.predictions[:SHOWN].numpy()
    margin = 0.05 * np.ptp(targets)
    limits = (targets.min() - margin, targets.max() + margin)
    ax.set(xlabel=_WORDS["predicted"], xlim=limits, ylim=limits)
    line = ax.axline((targets.mean(), targets.mean()), slope=1, color=INK, lw=1, ls="--")
    (dots,) = ax.plot([], [], "o", color=TEST, ms=3, alpha=0.5)
    return Drawing(lambda i: dots.set_data(predictions[:, i], targets), {"examples": dots}, {"equal": line})


def draw_paths(ax: Axes, w: np.ndarray, names: Sequence[str]) -> Drawing:
    """Draw weights (d, L) over λ, with the names of the ten largest at the left, and a cursor with its dots."""
    margin = 0.06 * np.ptp(w) or 1.0
    ax.set_ylim(w.min() - margin, w.max() + margin)
    lines = ax.plot(w.T, color=COLORS[2], lw=1.5 if len(w) < 30 else 0.8)
    named = np.sort(np.argsort(-np.abs(w[:, w.shape[1] // 2]), kind="stable")[:10]) if names else []
    name_lines(ax, w[named, 0], [names[j] for j in named], [COLORS[2]] * len(named))
    (dots,) = ax.plot([], [], "o", color=COLORS[2], ms=4)
    cursor, places = draw_cursor(ax, {}), np.arange(len(w))

    def update(i: int) -> None:
        cursor.update(i)
        dots.set_data(np.full(len(places), i), w[:, i])

    return Drawing(update, {**cursor.moving, "dots": dots}, {f"weight {j}": line for j, line in enumerate(lines)})
