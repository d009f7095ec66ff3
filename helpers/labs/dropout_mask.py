"""The dropout mask lab: what dropout does to the units of a network, drawn for every p."""

from itertools import pairwise

import numpy as np
import torch
from ipywidgets import Button
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import NullLocator
from torch import Tensor

from helpers.drawing.figures import Move, make_figure, render
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.regularizers import dropout_layer
from helpers.sliders import Lab, p_slider
from helpers.validation import check_probability

LAYERS = (4, 5, 5, 3)  # units: inputs, two hidden layers, outputs
H = torch.tensor([2.0, 0.7, 1.4, 0.4, 1.1])  # what the first hidden layer puts out for some input
NUM_DRAWS = 1000
_NAMES = ["h₁", "h₂", "h₃", "h₄", "h₅"]
_BAND, _LIGHT, _LINK = "#e4e4e4", "#d0d0d0", "#9a9a9a"
_TOP = 8  # of the bars: h = 2 comes to it at p = 0.75


class DropoutMaskLab(Lab):
    """Drag p, and see units go dark and the others grow: mask, activations, mean and variance (book, section 4.6).

    A unit is dropped at every p above its own number, drawn from U(0, 1): more p only ever drops more units. The
    button draws new numbers.

    Parameters
    ----------
    seed : int
        Where the draws begin: labs of one seed show the same pictures, also after the same number of new draws.
    """

    BUSY = "Drawing …"

    def __init__(self, seed: int = 0):
        self._seeds = torch.Generator().manual_seed(seed)
        super().__init__(p_slider(value=0.5), {"resample": Button(description="resample", tooltip="Draw new masks")})

    def at(self, p: float) -> dict[str, float]:
        """Return what is shown at a p of the axis.

        Returns
        -------
        dict
            num_dropped, the hidden units without output in the mask shown; mean and variance of h′ over all draws, for
            the first hidden unit; and expected_variance, ``p / (1 - p) h²``.

        Raises
        ------
        ValueError
            If p is no probability, or not on the axis.
        """
        i = self._index(p)
        h_new = H[0] * self._factors[i, :, 0, 0]
        return {
            "num_dropped": int((self._factors[i, 0] == 0).sum()),
            "mean": h_new.mean().item(),
            "variance": h_new.var().item(),
            "expected_variance": _expected_variance(self._ps[i]).item(),
        }

    def picture(self, p: float) -> bytes:
        """Return the picture shown at a p of the axis, a PNG; raise what `at` raises."""
        return self.frames.pngs[self._index(p)]

    @property
    def _ps(self) -> Tensor:
        return torch.tensor([p for _, p in self.slider.options], dtype=torch.float64)

    def _index(self, p: float) -> int:
        near = (self._ps - check_probability(p)).abs() < 1e-9
        if not near.any():
            ps = ", ".join(f"{value:g}" for value in self._ps)
            raise ValueError(f"p must be a value of the slider, got {p}: pictures were drawn for {ps}")
        return int(near.nonzero())

    def _make(self) -> dict[str, list]:
        seed = int(torch.randint(2**62, (), generator=self._seeds))
        self._factors = draw_factors(self._ps.tolist(), seed)
        texts = [self._sentence(p) for p in self._ps.tolist()]
        return {"pngs": _draw(self.WIDTH, self._ps, self._factors), "alt": texts, "readout": texts}

    def _sentence(self, p: float) -> str:
        now, scale, n = self.at(p), 1 / (1 - p), sum(LAYERS[1:-1])
        k, mean = now["num_dropped"], now["mean"]
        dropped = f"{k} of {n} hidden units {'is' if k == 1 else 'are'} dropped"
        change = {1: "stays as it is", 2: "is doubled"}.get(scale, f"is multiplied by {scale:.3g}")
        rest = ("" if k == n else f", the rest {change}") if k else f", each {change}"
        return f"p = {p:g}: {dropped}{rest}; over {NUM_DRAWS:,} draws the mean of h′₁ is {mean:.2f} (h₁ = {H[0]:g})."


def draw_factors(ps: list[float], seed: int) -> Tensor:
    """Return by what dropout multiplies hidden units, 0 or ``1 / (1 - p)``: (P, draws, hidden layers, units).

    All p share their uniform draws: the generator starts anew for each.
    """
    ones = torch.ones(NUM_DRAWS, len(LAYERS) - 2, LAYERS[1])
    return torch.stack([dropout_layer(ones, p, torch.Generator().manual_seed(seed)) for p in ps])


def _expected_variance(p: Tensor) -> Tensor:
    return p / (1 - p) * H[0].double() ** 2


def _draw(width: int, ps: Tensor, factors: Tensor) -> list[bytes]:
    figure, axes = make_figure(width, 540, 2, 2)
    moves = [
        _draw_net(axes[0], (factors[:, 0] == 0).numpy()),
        _draw_bars(axes[1], factors[:, 0, 0], 1 / (1 - ps)),
        _draw_mean(axes[2], ps, H[0] * factors[:, :, 0, 0]),
        _draw_variance(axes[3], ps, (H[0] * factors[:, :, 0, 0]).var(dim=1)),
    ]
    return render(figure, moves, len(ps))


def _draw_net(ax: Axes, dropped: np.ndarray) -> Move:
    """Draw the network; `dropped` (P, hidden layers, units) says who is crossed out."""
    places = [np.array([(x, (n - 1) / 2 - j) for j in range(n)]) for x, n in enumerate(LAYERS)]
    lines = np.array([(a, b) for near, far in pairwise(places) for a in near for b in far])
    ax.set(xlim=(-0.3, 3.3), ylim=(-2.9, 2.5))
    ax.set_axis_off()
    ax.set_title("one mask: × is a dropped unit", loc="left", fontsize=10)
    for x, name in enumerate(("inputs", "hidden 1", "hidden 2", "outputs")):
        ax.text(x, -2.95, name, ha="center", va="center")
    faded = ax.add_collection(LineCollection([], colors=_LIGHT, lw=0.6, ls=":", animated=True))
    links = ax.add_collection(LineCollection([], colors=_LINK, lw=0.9, animated=True))
    look = {"ls": "", "animated": True, "clip_on": False}
    ends = ax.plot(*np.vstack([places[0], places[-1]]).T, "s", color=_LIGHT, ms=15, mec=CURSOR, **look)[0]
    kept = ax.plot([], [], "o", ms=20, color=TRAIN, **look)[0]
    hollow = ax.plot([], [], "o", ms=20, mfc="white", mec=_LINK, **look)[0]
    crosses = ax.plot([], [], "x", ms=9, mew=1.8, mec=CURSOR, **look)[0]
    centred = {"color": "white", "ha": "center", "va": "center_baseline"}
    names = [ax.text(*place, _NAMES[j], animated=True, **centred) for j, place in enumerate(places[1])]

    def move(i: int) -> list[Artist]:
        off = [np.zeros(LAYERS[0], bool), *dropped[i], np.zeros(LAYERS[-1], bool)]
        touched = np.concatenate([(near[:, None] | far).ravel() for near, far in pairwise(off)])
        faded.set_segments(lines[touched])
        links.set_segments(lines[~touched])
        units, gone = np.vstack(places[1:-1]), dropped[i].ravel()
        kept.set_data(*units[~gone].T)
        for line in (hollow, crosses):
            line.set_data(*units[gone].T)
        for name, out in zip(names, off[1], strict=True):
            name.set_visible(not out)
        return [faded, links, ends, kept, hollow, crosses, *names]

    return move


def _draw_bars(ax: Axes, factors: Tensor, scales: Tensor) -> Move:
    """Draw h and, by the factors (P, units), h′; bars that are too long are cut, and say so."""
    n = len(H)
    ax.set(ylim=(0, 1.25 * _TOP), yticks=range(0, _TOP + 1, 2))
    ax.set_xticks(range(n), _NAMES)
    ax.grid(False, axis="x")
    ax.set_title("hidden 1: outputs before and after dropout", loc="left", fontsize=10)
    before = ax.bar([j - 0.2 for j in range(n)], H.tolist(), 0.36, color=_LIGHT, ec=CURSOR, lw=0.8, label="h")
    after = ax.bar([j + 0.2 for j in range(n)], 0, 0.36, color=TRAIN, animated=True, label="h′")
    ax.legend(handles=[before, after], frameon=False, loc="upper left", ncols=2, borderaxespad=0)
    texts = [ax.text(j + 0.2, 0, "", ha="center", va="bottom", animated=True) for j in range(n)]
    scale = ax.text(1, 0.99, "", transform=ax.transAxes, ha="right", va="top", animated=True)

    def move(i: int) -> list[Artist]:
        for bar, text, h_new in zip(after, texts, (H * factors[i]).tolist(), strict=True):
            bar.set_height(min(h_new, _TOP))
            text.set_y(bar.get_height() + 0.1)
            text.set_text(f"{h_new:.3g}{' ↑' * (h_new > _TOP + 0.01)}" if h_new else "×")
        scale.set_text(f"1 / (1 − p) = {scales[i]:.3g}")
        return [*after, *texts, scale]

    return move


def _draw_mean(ax: Axes, ps: Tensor, h_new: Tensor) -> Move:
    """Draw the running mean of h′ (P, draws), on a band of two standard errors around h."""
    n, h = torch.arange(1, NUM_DRAWS + 1), H[0].item()
    means = h_new.cumsum(dim=1) / n
    ax.set(xscale="log", xlim=(1, NUM_DRAWS), ylim=(0, 3 * h), xlabel="number of draws")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    ax.set_title("mean of h′₁ so far; shaded: h₁ ± 2 standard errors", loc="left", fontsize=10)
    band = ax.fill_between(n, h, h, color=_BAND, lw=0, animated=True)
    truth = ax.axhline(h, color=TEST, ls="--", lw=1.5, animated=True, label=f"h₁ = {h:g}")
    line = ax.plot([], [], color=TRAIN, animated=True, label="mean of h′₁")[0]
    ax.legend(handles=[line, truth], frameon=False, loc="upper right")

    def move(i: int) -> list[Artist]:
        error = 2 * (_expected_variance(ps[i]) / n).sqrt()
        band.set_data(n, h - error, h + error)
        line.set_data(n, means[i])
        return [band, truth, line]

    return move


def _draw_variance(ax: Axes, ps: Tensor, measured: Tensor) -> Move:
    """Draw the variance of h′ over p, as measured (P,) and as expected, and a cursor."""
    fine = torch.linspace(0, ps.max().item(), 200)
    expected = _expected_variance(fine)
    top = 1.1 * max(measured.max().item(), expected.max().item())
    ax.set(xlim=(-0.02, 1), ylim=(-0.02 * top, top), xlabel="p")
    ax.set_title(f"variance of h′₁ over {NUM_DRAWS:,} draws", loc="left", fontsize=10)
    theory = ax.plot(fine, expected, color=TEST, ls="--", label="p / (1 − p) · h₁²")[0]
    dots = ax.plot(ps, measured, "o", mfc="white", mec=TRAIN, mew=1.2, ms=5, label="measured")[0]
    ax.legend(handles=[dots, theory], frameon=False, loc="upper left")
    cursor = ax.axvline(0, color=CURSOR, lw=1, animated=True)
    here = ax.plot([], [], "o", color=TRAIN, ms=8, animated=True)[0]

    def move(i: int) -> list[Artist]:
        cursor.set_xdata([ps[i], ps[i]])
        here.set_data([ps[i]], [measured[i]])
        return [cursor, here]

    return move
