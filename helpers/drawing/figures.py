"""Drawings on a given figure: what the labs show, and how all pictures of an axis are made at once."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from PIL import Image

from helpers.drawing.png import encode, palette
from helpers.drawing.style import CSS_DPI, CURSOR, DPI, EDGE, GRID, INK, RC, TEST, TRAIN
from helpers.sweeps import Sweep

_LOOK = RC | {"font.size": 9}
Move = Callable[[int], Iterable[Artist]]


def make_figure(width: int, height: int, rows: int, columns: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of so many CSS pixels, drawn with two dots for each, and its panels, row by row.

    pyplot does not know it: what nobody holds is freed.
    """
    inches = {"left": 0.65, "right": 0.2, "bottom": 0.5, "top": 0.35, "wspace": 0.75, "hspace": 0.85}
    w, h = width / CSS_DPI, height / CSS_DPI
    panel_w = (w - inches["left"] - inches["right"] - (columns - 1) * inches["wspace"]) / columns
    panel_h = (h - inches["bottom"] - inches["top"] - (rows - 1) * inches["hspace"]) / rows
    place = {"left": inches["left"] / w, "right": 1 - inches["right"] / w, "bottom": inches["bottom"] / h}
    place |= {"top": 1 - inches["top"] / h, "wspace": inches["wspace"] / panel_w, "hspace": inches["hspace"] / panel_h}
    with mpl.rc_context(_LOOK):
        figure = Figure((w, h), dpi=DPI)
        FigureCanvasAgg(figure)
        return figure, list(figure.subplots(rows, columns, squeeze=False, gridspec_kw=place).flat)


def render(figure: Figure, moves: Sequence[Move], n: int, *, small: bool = False) -> list[bytes]:
    """Return n pictures of a figure as PNG files: the background is drawn once, what moves is drawn on it.

    Parameters
    ----------
    figure : Figure
        From `make_figure`. The artists that moves return must be animated, so that the background goes without them.
    moves : sequence of functions i -> artists
        Each sets artists that differ from picture to picture to state i, and returns them in the order of drawing.
    n : int
        Number of pictures.
    small : bool
        Whether to use fewer shades and to pack harder: a third less to send, for grids of a hundred pictures.
    """
    canvas = figure.canvas
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    return [_picture(canvas, background, chain.from_iterable(move(i) for move in moves), small) for i in range(n)]


def _picture(canvas: FigureCanvasAgg, background: object, artists: Iterable[Artist], small: bool) -> bytes:
    canvas.restore_region(background)
    for artist in artists:
        artist.axes.draw_artist(artist)
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    shades = palette((INK, EDGE, GRID, TRAIN, TEST), 40 if small else 256)
    return encode(image.quantize(palette=shades, dither=Image.Dither.NONE), compress_level=4 if small else 1)


def draw_curves(ax: Axes, sweep: Sweep, curves: dict[str, str], title: str, yscale: str = "linear") -> Move:
    """Draw curves over epochs, the mean over seeds, on axes that hold all values of the sweep.

    Parameters
    ----------
    curves : mapping of str to str
        Colour of each curve of the sweep.
    """
    means = {name: sweep.curves[name].mean(dim=0).numpy() for name in curves}  # (L, E) each
    epochs = sweep.epochs.numpy()
    ax.set(xlabel="epoch", yscale=yscale, xlim=(epochs[0], epochs[-1]))
    ax.set_title(title, loc="left", fontsize=10)
    ax.set_ylim(*_limits(list(means.values()), yscale))
    ax.yaxis.set_minor_locator(NullLocator())
    lines = [ax.plot([], [], **curve_look(name, color), animated=True)[0] for name, color in curves.items()]
    if len(curves) > 1:
        place = {"loc": "lower right", "bbox_to_anchor": (1.02, 0.97), "borderpad": 0}
        ax.legend(handles=lines, frameon=False, ncols=2, fontsize=9, **place)

    def move(i: int) -> list[Artist]:
        for line, mean in zip(lines, means.values(), strict=True):
            line.set_data(epochs, mean[i])
        return lines

    return move


def draw_final(
    ax: Axes, sweep: Sweep, curves: dict[str, str], labels: Sequence[str], title: str, yscale="linear"
) -> Move:
    """Draw final values over the axis of the sweep: the mean, a band from the lowest seed to the highest, a cursor."""
    places = np.arange(len(sweep.values))
    finals = {name: sweep.final(name).double().numpy() for name in curves}  # (S, L) each
    ax.set(xlabel=sweep.name, yscale=yscale, ylim=_limits(list(finals.values()), yscale))
    ax.set_title(title, loc="left", fontsize=10)
    ax.yaxis.set_minor_locator(NullLocator())
    for name, color in curves.items():
        final = finals[name]
        ax.plot(places, final.mean(axis=0), **curve_look(name, color))
        ax.fill_between(places, final.min(axis=0), final.max(axis=0), color=color, alpha=0.15, lw=0)
    mark_values(ax, labels)
    cursor = ax.axvline(0, color=CURSOR, lw=1, animated=True)
    dots = [ax.plot([], [], "o", color=color, animated=True, clip_on=False)[0] for color in curves.values()]

    def move(i: int) -> list[Artist]:
        cursor.set_xdata([i, i])
        for dot, final in zip(dots, finals.values(), strict=True):
            dot.set_data([i], [final.mean(axis=0)[i]])
        return [cursor, *dots]

    return move


def draw_slice(
    ax: Axes, sweep: Sweep, curves: dict[str, str], labels: Sequence[Sequence[str]], axis: int, title: str
) -> Move:
    """Draw final values along one axis of a grid, the other held: the mean, a band from lowest seed to highest.

    Parameters
    ----------
    labels : two sequences of str
        The values of both axes of the grid, whose points lie row by row.
    axis : 0 or 1
        Along rows' numbers or along columns'.
    """
    shape = [len(names) for names in labels]
    finals = {name: sweep.final(name).view(-1, *shape).movedim(1 + axis, -1).numpy() for name in curves}
    ax.set_title(title, loc="left", fontsize=10)
    mark_values(ax, labels[axis])
    lines = [ax.plot([], [], **curve_look(name, color), animated=True)[0] for name, color in curves.items()]
    bands = [ax.fill_between([0], 0, color=color, alpha=0.15, lw=0, animated=True) for color in curves.values()]
    cursor = ax.axvline(0, color=CURSOR, lw=1, animated=True)
    places = np.arange(shape[axis])

    def move(i: int) -> list[Artist]:
        at = divmod(i, shape[1])
        for line, band, final in zip(lines, bands, finals.values(), strict=True):
            held = final[:, at[1 - axis]]  # (S, places)
            line.set_data(places, held.mean(axis=0))
            band.set_data(places, held.min(axis=0), held.max(axis=0))
        cursor.set_xdata([at[axis], at[axis]])
        return [cursor, *bands, *lines]

    return move


def draw_weights(ax: Axes, sweep: Sweep, true_w: np.ndarray, title: str) -> Move:
    """Draw the weights of the first seed as bars, and the true ones as a line."""
    weights = sweep.weights[0].numpy()  # (L, d)
    d = weights.shape[1]
    ax.set(xlabel="weight number", xlim=(-1, d))
    ax.set_title(title, loc="left", fontsize=10)
    top = 1.05 * max(np.abs(weights).max(), np.abs(true_w).max())
    ax.set_ylim(-top, top)
    ax.grid(False, axis="x")
    bars = ax.vlines(np.arange(d), 0, 0, color=TRAIN, lw=1.2, animated=True)
    truth = ax.plot(np.arange(d), true_w, color=TEST, lw=1.2, ls="--", animated=True)[0]

    def move(i: int) -> list[Artist]:
        bars.set_segments([[(j, 0), (j, w)] for j, w in enumerate(weights[i])])
        return [bars, truth]

    return move


def curve_look(name: str, color: str) -> dict[str, str]:
    """Return how a curve is drawn: dashes tell test from training without colour."""
    return {"color": color, "label": name.partition("_")[0], "ls": "--" if "test" in name else "-"}


def _limits(values: Sequence[np.ndarray], yscale: str) -> tuple[float, float]:
    """Return limits that hold every finite value; on a log scale at most eight decades of the positive ones."""
    flat = np.concatenate([v.ravel() for v in values])
    flat = flat[np.isfinite(flat) & (flat > 0 if yscale == "log" else True)]
    low, high = flat.min(), flat.max()
    if yscale == "log":
        return max(low, high / 1e8) / 1.3, high * 1.3
    margin = 0.05 * (high - low) or 0.05
    return low - margin, high + margin


def mark_values(ax: Axes, labels: Sequence[str], most: int = 7) -> None:
    """Name some places of an axis of values, the first and the last among them."""
    places = np.unique(np.linspace(0, len(labels) - 1, min(most, len(labels))).round().astype(int))
    ax.set_xticks(places, [labels[i] for i in places])
    ax.set_xlim(-0.5, len(labels) - 0.5)
