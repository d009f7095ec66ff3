"""`DropoutMaskLab`: what dropout does to the units of a network, drawn for every p."""

from functools import partial
from itertools import pairwise

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from torch import Tensor

from helpers.drawing.canvas import Drawing, make_figure, name_panel, render
from helpers.drawing.figures import Curve, draw_cursor
from helpers.drawing.style import CURSOR, EDGE, GRID, TEST, TRAIN
from helpers.labs.controls import button
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene, by_point
from helpers.regularizers import dropout_layer
from helpers.seeding import nth_seed
from helpers.sliders import PS, p_axis

_WORDS, _SHARED = LABS["dropout_mask"], LABS["shared"]
AXIS = p_axis(PS, 0.5)
LAYERS = (4, 5, 5, 3)  # units: inputs, two hidden layers, outputs
H = torch.tensor([2.0, 0.7, 1.4, 0.4, 1.1])  # outputs of the first hidden layer for some input
NUM_DRAWS = 1000
_NAMES = ["h₁", "h₂", "h₃", "h₄", "h₅"]
_LIGHT = "#d0d0d0"
_TOP = 8  # of the bars: h = 2 reaches it at p = 0.75


def DropoutMaskLab(seed: int = 0) -> Lab:
    """Drag p, and see units dropped and the others scaled up: mask, activations, mean and variance (book, section 4.6).

    A unit is dropped at every p above its own number, drawn from U(0, 1): a larger p drops the same units and possibly
    more. The button draws new numbers.

    Its points are p. Its numbers are num_dropped, the hidden units without output in the mask shown; mean and variance
    of h′ over all draws, for the first hidden unit; and expected_variance, ``p / (1 - p) h²``. Its source is the
    tensor that `draw_factors` returns.

    Parameters
    ----------
    seed : int
        Determines the draws: labs with the same seed show the same pictures, also after the same number of new draws.
    """
    resample = button(_SHARED["resample"], _SHARED["resample_tip"])
    return Lab(partial(make, seed), AXIS, name="DropoutMaskLab", busy=_SHARED["drawing"], resample=resample)


def make(seed: int, resample: int) -> Scene:
    """Draw the masks after this many presses of the button, and their pictures."""
    ps, factors = torch.tensor(AXIS.values, dtype=torch.float64), draw_factors(AXIS.values, nth_seed(seed, resample))
    h_new = H[0] * factors[:, :, 0, 0]  # (P, draws)
    measured = {"num_dropped": (factors[:, 0] == 0).sum(dim=(1, 2)), "mean": h_new.mean(dim=1)}
    numbers = by_point(measured | {"variance": h_new.var(dim=1), "expected_variance": expected_variance(ps)})
    readout = [_describe(p, now) for p, now in zip(AXIS.values, numbers, strict=True)]
    figure, drawings = draw(ps, factors)
    return Scene(numbers, render(figure, drawings.values(), len(ps)), readout, source=factors)


def draw_factors(ps: tuple[float, ...], seed: int) -> Tensor:
    """Return the factors of hidden units under dropout, 0 or ``1 / (1 - p)``: (P, draws, hidden layers, units).

    All p share their uniform draws: the generator starts anew for each.
    """
    ones = torch.ones(NUM_DRAWS, len(LAYERS) - 2, LAYERS[1])
    return torch.stack([dropout_layer(ones, p, torch.Generator().manual_seed(seed)) for p in ps])


def expected_variance(p: Tensor) -> Tensor:
    """Return ``p / (1 - p) h²`` for the first hidden unit."""
    return p / (1 - p) * H[0].double() ** 2


def _describe(p: float, now: dict[str, float]) -> str:
    scale, n, k = 1 / (1 - p), sum(LAYERS[1:-1]), now["num_dropped"]
    dropped = _WORDS["dropped_one" if k == 1 else "dropped"].format(k=k, n=n)
    change = _WORDS[{1: "same", 2: "doubled"}.get(scale, "multiplied")].format(scale=scale)
    dropped += {0: _WORDS["each"], n: ""}.get(k, _WORDS["rest"]).format(change=change)
    return _WORDS["readout"].format(p=p, dropped=dropped, draws=NUM_DRAWS, mean=now["mean"], h=H[0])


def draw(ps: Tensor, factors: Tensor) -> tuple[Figure, dict[str, Drawing]]:
    """Draw one mask in the network and in its outputs, and the mean and the variance over all draws."""
    figure, axes = make_figure(WIDTH, 450, 2, 2)
    h_new = H[0] * factors[:, :, 0, 0]
    return figure, {
        "net": _draw_net(axes[0], (factors[:, 0] == 0).numpy()),
        "outputs": _draw_outputs(axes[1], factors[:, 0, 0], 1 / (1 - ps)),
        "mean": _draw_mean(axes[2], ps, h_new),
        "variance": _draw_variance(axes[3], ps, h_new.var(dim=1)),
    }


def _draw_net(ax: Axes, dropped: np.ndarray) -> Drawing:
    """Draw the network; `dropped` (P, hidden layers, units) says which units are crossed out."""
    places = [np.array([(x, (n - 1) / 2 - j) for j in range(n)]) for x, n in enumerate(LAYERS)]
    lines = np.array([(a, b) for near, far in pairwise(places) for a in near for b in far])
    ax.set(xlim=(-0.3, 3.3), ylim=(-2.9, 2.5))
    ax.set_axis_off()
    name_panel(ax, _WORDS["net"])
    for x, name in enumerate(_WORDS["layers"]):
        ax.text(x, -2.95, name, ha="center", va="center")
    look, white = {"ls": "", "clip_on": False}, {"color": "white", "ha": "center", "va": "center_baseline"}
    moving = {
        "cut_links": ax.add_collection(LineCollection([], colors=_LIGHT, lw=0.6, ls=":")),
        "links": ax.add_collection(LineCollection([], colors=EDGE, lw=0.9)),
        "ends": ax.plot(*np.vstack([places[0], places[-1]]).T, "s", color=_LIGHT, ms=13, mec=CURSOR, **look)[0],
        "kept": ax.plot([], [], "o", ms=17, color=TRAIN, **look)[0],
        "dropped": ax.plot([], [], "o", ms=17, mfc="white", mec=EDGE, **look)[0],
        "crosses": ax.plot([], [], "x", ms=8, mew=1.8, mec=CURSOR, **look)[0],
    }
    names = {name: ax.text(*place, name, **white) for name, place in zip(_NAMES, places[1], strict=True)}
    units = np.vstack(places[1:-1])

    def update(i: int) -> None:
        off = [np.zeros(LAYERS[0], bool), *dropped[i], np.zeros(LAYERS[-1], bool)]
        touched = np.concatenate([(near[:, None] | far).ravel() for near, far in pairwise(off)])
        moving["cut_links"].set_segments(lines[touched])
        moving["links"].set_segments(lines[~touched])
        gone = dropped[i].ravel()
        moving["kept"].set_data(*units[~gone].T)
        moving["dropped"].set_data(*units[gone].T)
        moving["crosses"].set_data(*units[gone].T)
        for name, out in zip(names.values(), off[1], strict=True):
            name.set_visible(not out)

    return Drawing(update, moving | names)


def _draw_outputs(ax: Axes, factors: Tensor, scales: Tensor) -> Drawing:
    """Draw h and, by the factors (P, units), h′; bars that are too long are cut and marked."""
    n = len(H)
    ax.set(ylim=(0, 1.4 * _TOP), yticks=range(0, _TOP + 1, 2))
    ax.set_xticks(range(n), _NAMES)
    ax.grid(False, axis="x")
    name_panel(ax, _WORDS["outputs"])
    before = ax.bar([j - 0.2 for j in range(n)], H.tolist(), 0.36, color=_LIGHT, ec=CURSOR, lw=0.8, label="h")
    after = ax.bar([j + 0.2 for j in range(n)], 0, 0.36, color=TRAIN, label="h′")
    ax.legend(handles=[before, after], frameon=False, loc="upper left", ncols=2, borderaxespad=0)
    texts = [ax.text(j + 0.2, 0, "", ha="center", va="bottom") for j in range(n)]
    scale = ax.text(1, 0.99, "", transform=ax.transAxes, ha="right", va="top")

    def update(i: int) -> None:
        for bar, text, h_new in zip(after, texts, (H * factors[i]).tolist(), strict=True):
            bar.set_height(min(h_new, _TOP))
            text.set_y(bar.get_height() + 0.1)
            cut = " ↑" if h_new > _TOP + 0.01 else ""
            text.set_text(f"{h_new:.3g}{cut}" if h_new else "×")
        scale.set_text(f"1 / (1 − p) = {scales[i]:.3g}")

    bars = {f"bar {j}": bar for j, bar in enumerate(after)} | {f"text {j}": text for j, text in enumerate(texts)}
    return Drawing(update, bars | {"scale": scale}, {f"before {j}": bar for j, bar in enumerate(before)})


def _draw_mean(ax: Axes, ps: Tensor, h_new: Tensor) -> Drawing:
    """Draw the running mean of h′ (P, draws), on a band of two standard errors around h."""
    n, h = torch.arange(1, NUM_DRAWS + 1), H[0].item()
    means = h_new.cumsum(dim=1) / n
    ax.set(xscale="log", xlim=(1, NUM_DRAWS), ylim=(0, 3 * h), xlabel=_WORDS["draws"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    name_panel(ax, _WORDS["mean"])
    band = ax.fill_between(n, h, h, color=GRID, lw=0)
    truth = ax.axhline(h, color=TEST, ls="--", lw=1.5, label=f"h₁ = {h:g}")
    line = ax.plot([], [], color=TRAIN, label=_WORDS["mean_line"])[0]
    ax.legend(handles=[line, truth], frameon=False, loc="upper right")

    def update(i: int) -> None:
        error = 2 * (expected_variance(ps[i]) / n).sqrt()
        band.set_data(n, h - error, h + error)
        line.set_data(n, means[i])

    return Drawing(update, {"band": band, "truth": truth, "mean": line})


def _draw_variance(ax: Axes, ps: Tensor, measured: Tensor) -> Drawing:
    """Draw the variance of h′ over p, as measured (P,) and as expected, and a cursor."""
    fine = torch.linspace(0, ps.max().item(), 200)
    expected = expected_variance(fine)
    top = 1.1 * max(measured.max().item(), expected.max().item())
    ax.set(xlim=(-0.02, 1), ylim=(-0.02 * top, top), xlabel="p")
    name_panel(ax, _WORDS["variance"].format(draws=NUM_DRAWS))
    theory = ax.plot(fine, expected, color=TEST, ls="--", label="p / (1 − p) · h₁²")[0]
    dots = ax.plot(ps, measured, "o", mfc="white", mec=TRAIN, mew=1.2, ms=5, label=_WORDS["measured"])[0]
    ax.legend(handles=[dots, theory], frameon=False, loc="upper left")
    cursor = draw_cursor(ax, {"variance": Curve(measured.numpy(), TRAIN)}, x=ps.tolist())
    return Drawing(cursor.update, cursor.moving, {"expected": theory, "measured": dots})
