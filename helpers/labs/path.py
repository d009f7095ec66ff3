"""`PathLab`: drag λ and the share of ℓ1 in the penalty, and see which weights of a real regression stay."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from ipywidgets import BoundedIntText, Layout, SelectionSlider
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from helpers.drawing.figures import Move, make_figure, mark_values, render
from helpers.drawing.style import CSS_DPI, CURSOR, TEST, TRAIN
from helpers.linear import degrees_of_freedom, elastic_net
from helpers.seeding import generator_for
from helpers.sliders import STYLE, Lab, lambda_slider
from helpers.sweeps import Sweep

FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
LAMBDAS = (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50)
SHARES = (0.0, 0.5, 0.9, 1.0)  # where the paths look different, and few: each is a row of pictures to draw
_JUNK = "0.6"
_PAIR = ((TRAIN, "-", 2), (TEST, "--", 2))
_NUMBERS = ("train_loss", "test_loss", "num_nonzero", "dof")


class PathLab(Lab):
    """Drag λ and the ℓ1 share ρ of ``λ (ρ ‖w‖₁ + (1 − ρ) ½ ‖w‖²)``: weights, loss and degrees of freedom.

    The data are scikit-learn's diabetes: ten measurements of 442 patients, and how far the illness had gone a year
    later (Efron et al. 2004). Some patients are drawn to learn from, the others are held out; each input is
    standardized by what was learned from. The controls are their number, that of inputs of pure noise that are added,
    and that of random splits. Weights and degrees of freedom are those of the first split, losses are means.
    """

    BUSY = "Solving …"

    def __init__(self):
        controls = {
            "n": BoundedIntText(60, min=20, max=400, description="patients", style=STYLE),
            "junk": BoundedIntText(0, min=0, max=20, description="noise inputs", style=STYLE),
            "seeds": BoundedIntText(10, min=1, max=50, description="splits", style=STYLE),
        }
        shares = {"options": [(f"{share:g}", share) for share in SHARES], "value": 1.0, "description": "ℓ1 share"}
        slider_2 = SelectionSlider(**shares, layout=Layout(width="420px"))
        super().__init__(lambda_slider(LAMBDAS, value=5), controls, slider_2)

    def at(self, lambd: float, share: float) -> dict[str, float]:
        """Return train_loss and test_loss, means over splits, and num_nonzero and dof of the first split."""
        k = self.sweep.index((lambd, share))
        final = {name: self.sweep.final(name)[:, k] for name in _NUMBERS}
        return {name: (f.mean() if "loss" in name else f[0]).item() for name, f in final.items()}

    def weights(self, lambd: float, share: float) -> dict[str, float]:
        """Return the weight of each of the ten measurements in the first split."""
        w = self.sweep.weights[0, self.sweep.index((lambd, share))]
        return dict(zip(FEATURES, w.tolist(), strict=False))

    def picture(self, lambd: float, share: float) -> bytes:
        """Return the picture shown at a λ and a share of the axes, a PNG."""
        return self._picture((lambd, share))

    def _make(self) -> dict[str, list]:
        now, pairs = self._now, list(product(LAMBDAS, SHARES))
        self.sweep = _solve([_split(now["n"], now["junk"], seed) for seed in range(now["seeds"])], pairs)
        texts = [self._sentence(*pair) for pair in pairs]
        return {"pngs": _draw(self.WIDTH, self.sweep), "alt": texts, "readout": texts}

    def _sentence(self, lambd: float, share: float) -> str:
        now, d = self.at(lambd, share), self.sweep.weights.shape[-1]
        count, splits = f"{now['num_nonzero']:.0f} of {d} weights are not 0", self.sweep.num_seeds
        loss = f"held-out loss {now['test_loss']:.0f} (mean of {splits} split{'s' * (splits > 1)})"
        return f"λ = {lambd:g}, ℓ1 share {share:g}: {count}, {now['dof']:.1f} degrees of freedom, {loss}."


def _split(n: int, junk: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return X_train, y_train, X_test, y_test of a random split, standardized, with `junk` inputs of noise."""
    from sklearn.datasets import load_diabetes  # here, not above: it takes as long to import as torch

    X, y = (torch.from_numpy(values) for values in load_diabetes(return_X_y=True, scaled=False))
    noise = torch.randn(len(X), junk, generator=generator_for(seed, "junk"), dtype=X.dtype)
    X, y = torch.cat([X, noise], dim=1), y[:, None]
    train, test = torch.randperm(len(X), generator=generator_for(seed, "diabetes")).tensor_split([n])
    X = (X - X[train].mean(dim=0)) / X[train].std(dim=0, correction=0)
    return X[train], y[train], X[test], y[test]


def _solve(splits: Sequence[tuple[Tensor, ...]], pairs: list[tuple[float, float]]) -> Sweep:
    """Return the solutions for every pair (λ, ℓ1 share) and split, as if trained: one epoch."""
    values = torch.tensor(pairs, dtype=torch.double)
    l1, l2 = values[:, 0] * values[:, 1], values[:, 0] * (1 - values[:, 1])
    X, y, X_test, y_test = (torch.stack(parts) for parts in zip(*splits, strict=True))  # (S, n, d), (S, n, 1), ...
    w, b = elastic_net(X, y, l1, l2, tol=1e-7)  # (S, d, L)
    train_loss, test_loss = (
        ((A @ w + b[:, None] - target) ** 2).mean(dim=1) / 2 for A, target in ((X, y), (X_test, y_test))
    )
    dof = torch.stack([degrees_of_freedom(one, its_w, l2) for one, its_w in zip(X, w, strict=True)])
    finals = zip(_NUMBERS, (train_loss, test_loss, (w != 0).sum(dim=1), dof), strict=True)
    curves = {name: final[:, :, None] for name, final in finals}
    return Sweep("(λ, ℓ1 share)", values, torch.tensor([1]), curves, w.mT)


def _draw(width: int, sweep: Sweep) -> list[bytes]:
    figure, axes = make_figure(width, 430, 2, 2)
    figure.set_dpi(1.5 * CSS_DPI)  # not 2: there are a hundred pictures to send
    w = sweep.weights[0].numpy()  # (L * S, d)
    losses = [sweep.final(name).mean(dim=0).numpy() for name in _NUMBERS[:2]]
    sizes = [sweep.final(name)[0].numpy() for name in _NUMBERS[2:]]
    moves = [
        _draw_over_lambda(axes[0], w.T, [_look(j) for j in range(w.shape[1])], "the weights over λ"),
        _draw_bars(axes[1], w),
        _draw_over_lambda(axes[2], losses, _PAIR, "loss"),
        _draw_over_lambda(axes[3], sizes[::-1], _PAIR, ""),
    ]
    _name_lines(axes[0], w[0])
    axes[2].set_ylim(0.95 * np.min(losses), 1.2 * max(losses[0][0], losses[1][0]))  # beyond, no model is left
    _name_pair(axes[2], "training", "held out")
    axes[3].yaxis.set_major_locator(MaxNLocator(5, integer=True))
    _name_pair(axes[3], "degrees of freedom", "weights that are not 0")
    return render(figure, moves, len(w), small=True)


def _look(j: int) -> tuple[str, str, float]:
    """Return colour, dashes and width of the line of input j: the correlated s1 to s4 stand out, noise does not."""
    if j >= len(FEATURES):
        return _JUNK, "-", 0.8
    return (TEST if FEATURES[j] in ("s1", "s2", "s3", "s4") else TRAIN), "-", 1.5


def _draw_over_lambda(ax: Axes, curves: Sequence[np.ndarray], looks: Sequence[tuple], title: str) -> Move:
    """Draw curves (L * S,) over λ for one share at a time, and a cursor with a dot on each."""
    values = np.reshape(curves, (len(looks), len(LAMBDAS), len(SHARES)))
    margin = 0.06 * np.ptp(values)
    ax.set(xlabel="λ", ylim=(values.min() - margin, values.max() + margin))
    ax.set_title(title, loc="left", fontsize=10)
    mark_values(ax, [f"{lambd:g}" for lambd in LAMBDAS])
    colors, dashes, widths = map(list, zip(*looks, strict=True))
    lines = LineCollection([], colors=colors, linestyles=dashes, linewidths=widths, animated=True)
    ax.add_collection(lines)
    dots = ax.scatter([], [], s=16, zorder=3, animated=True)
    dots.set_color(colors)
    cursor = ax.axvline(0, color=CURSOR, lw=1, animated=True)

    def move(i: int) -> list[Artist]:
        k, share = divmod(i, len(SHARES))
        cursor.set_xdata([k, k])
        lines.set_segments([np.column_stack([np.arange(len(LAMBDAS)), value]) for value in values[:, :, share]])
        dots.set_offsets(np.column_stack([np.full(len(looks), k), values[:, k, share]]))
        return [cursor, lines, dots]

    return move


def _name_pair(ax: Axes, *names: str) -> None:
    keys = [Line2D([], [], color=c, ls=ls, lw=lw, label=name) for name, (c, ls, lw) in zip(names, _PAIR, strict=True)]
    place = {"loc": "lower right", "bbox_to_anchor": (1.02, 0.98), "borderaxespad": 0}  # beside the title
    ax.legend(handles=keys, ncols=2, frameon=False, **place)


def _name_lines(ax: Axes, starts: np.ndarray) -> None:
    """Write the names of the measurements left of where their lines start, as near as they can stand."""
    from sklearn.isotonic import IsotonicRegression

    ax.set_xlim(-3, ax.get_xlim()[1])
    order = np.argsort(starts[: len(FEATURES)])
    low, high = ax.get_ylim()
    steps = 0.09 * (high - low) * np.arange(len(order))
    # each name at least a step above the one before
    near = IsotonicRegression(y_min=low + steps[1] / 2, y_max=high - steps[-1] - steps[1] / 2)
    places = near.fit_transform(steps, starts[order] - steps) + steps
    for j, y in zip(order, places, strict=True):
        ax.text(-0.5, y, FEATURES[j], ha="right", va="center", fontsize=8, color=_look(j)[0])


def _draw_bars(ax: Axes, w: np.ndarray) -> Move:
    """Draw the weights (L * S, d) as bars; a ring marks a weight that is exactly 0."""
    places, top = np.arange(w.shape[1]), 1.05 * np.abs(w).max()
    ax.set(ylim=(-top, top), xlim=(-0.8, len(places) - 0.2))
    ax.set_title("the weights now; a ring is exactly 0", loc="left", fontsize=10)
    ax.set_xticks(places[: len(FEATURES)], FEATURES, fontsize=8, rotation=0 if len(places) < 13 else 90)
    ax.grid(False, axis="x")
    ax.axhline(0, color=CURSOR, lw=0.8)
    bars = ax.vlines(places, 0, 0, colors=[_look(j)[0] for j in places], lw=150 / len(places), animated=True)
    rings = ax.plot([], [], "o", ms=6, mfc="white", mec=CURSOR, mew=1.3, animated=True)[0]

    def move(i: int) -> list[Artist]:
        bars.set_segments([[(j, 0), (j, height)] for j, height in enumerate(w[i])])
        gone = places[w[i] == 0]
        rings.set_data(gone, np.zeros(len(gone)))
        return [bars, rings]

    return move
