"""`PathLab`: drag λ and the share of ℓ1 in the penalty, and see which weights of a real regression stay nonzero."""

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from helpers.data import RegressionData
from helpers.data.regression import split_diabetes, split_own
from helpers.drawing.canvas import Drawing, legend_look, make_figure, name_panel, render
from helpers.drawing.figures import draw_cursor, mark_values
from helpers.drawing.names import name_bars, name_lines
from helpers.drawing.style import COLORS, CSS_DPI, CURSOR, TEST, TRAIN
from helpers.labs.controls import integer
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS, NUMBERS
from helpers.labs.scene import Scene, by_point
from helpers.labs.training import check_data
from helpers.linear import degrees_of_freedom, elastic_net
from helpers.sliders import Axis, axis, lambda_axis

_WORDS, _SHARED = LABS["path"], LABS["shared"]
FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
_LAMBDAS = (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50)
# Of standardized targets: from 1 on, the lasso sets every weight of standardized inputs to 0. As many as above.
_OWN_LAMBDAS = (0, *(float(f"{step}e{k}") for k in (-3, -2, -1) for step in (1, 2, 3, 5, 7)), 0.85, 1)
_SHARES = (0.0, 0.5, 0.9, 1.0)  # where the paths differ visibly; few, since each is a row of pictures to draw
_JUNK = "0.6"
MOST_NAMES, MOST_LINES = 30, 10  # of inputs that have a name below their bar, and beside their line
_LOSSES = ((TRAIN, "-", 2), (TEST, "--", 2))
_SIZES = ((CURSOR, "-", 2), (COLORS[2], "--", 2))  # neither train nor test
AXES = (lambda_axis(_LAMBDAS, 5), axis(_WORDS["share"], _SHARES, 1.0))
OWN_AXES = (lambda_axis(_OWN_LAMBDAS, 0.1), AXES[1])
PAIRS = list(product(*(one.values for one in AXES)))
SHAPE = [len(one.values) for one in AXES]


class Solutions(NamedTuple):
    """The solutions of every split and pair of a λ and an ℓ1 share, L pairs in all, row by row.

    Attributes
    ----------
    weights : Tensor, (splits, L, d)
    train_loss, test_loss : Tensor, (splits, L)
    num_nonzero, dof : Tensor, (splits, L)
        Weights that are not 0, and degrees of freedom.
    """

    weights: Tensor
    train_loss: Tensor
    test_loss: Tensor
    num_nonzero: Tensor
    dof: Tensor


def PathLab(data: RegressionData | None = None) -> Lab:
    """Drag λ and the ℓ1 share ρ of ``λ (ρ ‖w‖₁ + (1 − ρ) ½ ‖w‖²)``: weights, loss and degrees of freedom.

    The data are scikit-learn's diabetes: ten measurements of 442 patients, and the progression of the disease a
    year later (Efron et al. 2004). Some patients are drawn at random to train on, the others are held out; each input
    is standardized with the mean and deviation of the training part. The controls are the number of patients to train
    on, of added inputs of pure noise, and of random splits.

    Its points are pairs of a λ and a share. Its numbers are train_loss and test_loss, means over splits, and of
    the first split num_nonzero, dof, and the weight of each measurement by its name. Its source is `Solutions`.

    Parameters
    ----------
    data : RegressionData, optional
        Your own. The target is standardized: losses have no unit, predicting the mean has a loss of about ½, and for
        standardized inputs λ = 1 with ℓ1 alone sets every weight to 0. The first split is that of your data; further
        ones divide all examples at random.

    Raises
    ------
    TypeError
        If the data are not `RegressionData`.
    ValueError
        If all training targets are equal.
    """
    if data is not None:
        check_data(data, RegressionData)
        controls = {
            "n": integer(_SHARED["examples"], data.num_train, 2, data.num_train),
            "junk": integer(_WORDS["junk"], 0, 0, 20),
            "seeds": integer(_WORDS["splits"], 1, 1, 50),
        }
        return Lab(partial(make_own, data), *OWN_AXES, name="PathLab", busy=_WORDS["busy"], **controls)
    controls = {
        "n": integer(_WORDS["patients"], 60, 20, 400),
        "junk": integer(_WORDS["junk"], 0, 0, 20),
        "seeds": integer(_WORDS["splits"], 10, 1, 50),
    }
    return Lab(make, *AXES, name="PathLab", busy=_WORDS["busy"], **controls)


def make(n: int, junk: int, seeds: int) -> Scene:
    """Solve for every pair and split, and draw the first split."""
    return _show([split_diabetes(n, junk, seed) for seed in range(seeds)], FEATURES, AXES, _WORDS["readout"])


def make_own(data: RegressionData, n: int, junk: int, seeds: int) -> Scene:
    """Solve for every pair and split of a user's data, and draw the first split."""
    scaled = data.with_scaled_target()
    splits = [split_own(scaled, n, junk, seed) for seed in range(seeds)]
    names = data.feature_names or [f"x{j}" for j in range(1, data.num_inputs + 1)]
    return _show(splits, names, OWN_AXES, _WORDS["own_readout"])


def _show(splits: Sequence[tuple[Tensor, ...]], names: Sequence[str], axes: Sequence[Axis], readout: str) -> Scene:
    pairs = list(product(*(one.values for one in axes)))
    solved = solve(splits, pairs)
    columns = {"train_loss": solved.train_loss.mean(dim=0), "test_loss": solved.test_loss.mean(dim=0)}
    columns |= {"num_nonzero": solved.num_nonzero[0], "dof": solved.dof[0]}
    weights = dict(zip(names, solved.weights[0].T, strict=False)) if len(names) <= MOST_NAMES else {}
    numbers = by_point(columns | {name: w for name, w in weights.items() if name not in columns})
    sentences = [_describe(readout, *pair, now, solved) for pair, now in zip(pairs, numbers, strict=True)]
    figure, drawings = draw(solved, names, axes)
    return Scene(numbers, render(figure, drawings.values(), len(pairs), small=True), sentences, source=solved)


def _describe(readout: str, lambd: float, share: float, now: dict[str, float], solved: Solutions) -> str:
    n, _, d = solved.weights.shape
    splits = _WORDS["one_split" if n == 1 else "means"].format(n=n)
    return readout.format(lambd=lambd, share=share, d=d, splits=splits, **now)


def solve(splits: Sequence[tuple[Tensor, ...]], pairs: Sequence[tuple[float, float]]) -> Solutions:
    """Return the solutions for every pair (λ, ℓ1 share) and split."""
    lambdas, shares = torch.tensor(pairs, dtype=torch.double).T
    l1, l2 = lambdas * shares, lambdas * (1 - shares)
    X, y, X_test, y_test = (torch.stack(parts) for parts in zip(*splits, strict=True))  # (S, n, d), (S, n, 1), ...
    w, b = elastic_net(X, y, l1, l2, tol=1e-7)  # (S, d, L)
    losses = [((A @ w + b[:, None] - target) ** 2).mean(dim=1) / 2 for A, target in ((X, y), (X_test, y_test))]
    dof = torch.stack([degrees_of_freedom(one, its_w, l2) for one, its_w in zip(X, w, strict=True)])
    return Solutions(w.mT, *losses, (w != 0).sum(dim=1), dof)


def draw(
    solved: Solutions, names: Sequence[str] = FEATURES, axes_of: Sequence[Axis] = AXES
) -> tuple[Figure, dict[str, Drawing]]:
    """Draw weights over λ and as bars, losses, and degrees of freedom with the number of weights that are not 0."""
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    figure.set_dpi(1.5 * CSS_DPI)  # not 2: there are a hundred pictures to send
    w = solved.weights[0].numpy()  # (L, d)
    losses = [loss.mean(dim=0).numpy() for loss in (solved.train_loss, solved.test_loss)]
    sizes, lambdas = [solved.dof[0].numpy(), solved.num_nonzero[0].numpy()], axes_of[0]
    looks = [_look(j, names) for j in range(w.shape[1])]
    drawings = {
        "paths": _draw_over_lambda(axes[0], w.T, looks, _WORDS["paths"], lambdas),
        "weights": _draw_bars(axes[1], w, names, looks),
        "losses": _draw_over_lambda(axes[2], losses, _LOSSES, _WORDS["losses"], lambdas),
        "sizes": _draw_over_lambda(axes[3], sizes, _SIZES, "", lambdas),
    }
    largest = np.sort(np.argsort(-np.abs(w).mean(axis=0)[: len(names)], kind="stable")[:MOST_LINES])
    shown = [NUMBERS.get(names[j], names[j]) for j in largest]
    name_lines(axes[0], w[0, largest], shown, [looks[j][0] for j in largest])
    top = max(losses[0][0], losses[1][0])
    if axes_of is OWN_AXES:  # with too few examples, the loss without a penalty can be arbitrarily large
        nothing = max(loss[-1] for loss in losses)
        top = np.clip(top, 0.9 * nothing, 3 * nothing)
    axes[2].set_ylim(0.95 * np.min(losses), 1.2 * top)  # beyond, no model is left
    _name_pair(axes[2], _LOSSES, _WORDS["training"], _WORDS["held_out"])
    axes[3].yaxis.set_major_locator(MaxNLocator(5, integer=True))
    _name_pair(axes[3], _SIZES, _WORDS["dof"], _WORDS["nonzero"])
    return figure, drawings


def _look(j: int, names: Sequence[str]) -> tuple[str, str, float]:
    """Return colour, dashes and width of the line of input j: the correlated s1 to s4 stand out, noise does not."""
    if j >= len(names):
        return _JUNK, "-", 0.8
    is_one_of_four = names is FEATURES and names[j] in ("s1", "s2", "s3", "s4")
    return COLORS[3] if is_one_of_four else COLORS[2], "-", 1.5 if len(names) <= MOST_NAMES else 0.9


def _draw_over_lambda(
    ax: Axes, curves: Sequence[np.ndarray], looks: Sequence[tuple], title: str, axis: Axis
) -> Drawing:
    """Draw curves (L,) over λ for one share at a time, and a cursor with a dot on each."""
    values = np.reshape(curves, (len(looks), *SHAPE))
    margin = 0.06 * np.ptp(values)
    ax.set(xlabel="λ", ylim=(values.min() - margin, values.max() + margin))
    name_panel(ax, title)
    mark_values(ax, axis)
    colors, dashes, widths = map(list, zip(*looks, strict=True))
    lines = ax.add_collection(LineCollection([], colors=colors, linestyles=dashes, linewidths=widths))
    dots = ax.scatter([], [], s=16, zorder=3)
    dots.set_color(colors)
    cursor = draw_cursor(ax, {})

    def update(i: int) -> None:
        k, share = divmod(i, SHAPE[1])
        cursor.update(k)
        lines.set_segments([np.column_stack([np.arange(SHAPE[0]), value]) for value in values[:, :, share]])
        dots.set_offsets(np.column_stack([np.full(len(looks), k), values[:, k, share]]))

    return Drawing(update, {**cursor.moving, "lines": lines, "dots": dots})


def _name_pair(ax: Axes, pair: Sequence[tuple], *names: str) -> None:
    keys = [Line2D([], [], color=c, ls=ls, lw=lw, label=name) for name, (c, ls, lw) in zip(names, pair, strict=True)]
    place = {"loc": "lower right", "bbox_to_anchor": (1.02, 0.98), "borderaxespad": 0}  # beside the title
    ax.legend(handles=keys, ncols=2, frameon=False, **place, **legend_look())


def _draw_bars(ax: Axes, w: np.ndarray, names: Sequence[str], looks: Sequence[tuple]) -> Drawing:
    """Draw the weights (L, d) as bars; a ring marks a weight that is exactly 0."""
    places, top = np.arange(w.shape[1]), 1.05 * np.abs(w).max() or 1.0
    ax.set(ylim=(-top, top), xlim=(-0.8, len(places) - 0.2))
    name_panel(ax, _WORDS["weights"])
    if len(names) <= MOST_NAMES:
        name_bars(ax, [NUMBERS.get(name, name) for name in names], len(places))
    ax.grid(False, axis="x")
    ax.axhline(0, color=CURSOR, lw=0.8)
    bars = ax.vlines(places, 0, 0, colors=[color for color, *_ in looks], lw=min(15, 150 / len(places)))
    rings = ax.plot([], [], "o", ms=6 if len(places) <= 40 else 2.5, mfc="white", mec=CURSOR, mew=1.3)[0]

    def update(i: int) -> None:
        bars.set_segments([[(j, 0), (j, height)] for j, height in enumerate(w[i])])
        gone = places[w[i] == 0]
        rings.set_data(gone, np.zeros(len(gone)))

    return Drawing(update, {"weights": bars, "rings": rings})
