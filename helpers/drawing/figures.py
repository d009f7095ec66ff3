"""What several labs draw: curves while training, values at the end, weights, and a cursor at the current place."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from helpers.drawing.canvas import Drawing, are_stacked, name_panel
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.sweeps import Sweep

MAP_SPAN = 0.1  # of accuracy, from white to the darkest cell of a map


class Curve(NamedTuple):
    """Values over the places of an axis, and their colour."""

    values: np.ndarray
    color: str


def draw_cursor(ax: Axes, curves: Mapping[str, Curve], *, x: Sequence[float] | None = None, top: float = 1) -> Drawing:
    """Draw a vertical line at the current place, up to a share `top` of the panel, and a dot on each curve there.

    Parameters
    ----------
    curves : mapping of str to Curve
        The dot of the curve "error" is called "error_dot".
    x : sequence of float, optional
        Where the places lie; at 0, 1, 2, … if not given.
    """
    line = ax.axvline(0, ymax=top, color=CURSOR, lw=1)
    dots = {name: ax.plot([], [], "o", color=curve.color, clip_on=False)[0] for name, curve in curves.items()}

    def update(i: int) -> None:
        here = i if x is None else x[i]
        line.set_xdata([here, here])
        for name, dot in dots.items():
            dot.set_data([here], [curves[name].values[i]])

    return Drawing(update, {"cursor": line} | {f"{name}_dot": dot for name, dot in dots.items()})


def draw_curves(ax: Axes, sweep: Sweep, curves: dict[str, str], title: str, yscale: str = "linear") -> Drawing:
    """Draw curves over epochs, the mean over seeds, on axes that hold all values of the sweep.

    Parameters
    ----------
    curves : mapping of str to str
        Colour of each curve of the sweep.
    """
    means = {name: sweep.curves[name].mean(dim=0).numpy() for name in curves}  # (L, E) each
    epochs = sweep.epochs.numpy()
    ax.set(xlabel="epoch", yscale=yscale, xlim=(epochs[0], epochs[-1]))
    name_panel(ax, title)
    ax.set_ylim(*_limits(list(means.values()), yscale))
    ax.yaxis.set_minor_locator(NullLocator())
    lines = {name: ax.plot([], [], **curve_look(name, color))[0] for name, color in curves.items()}
    if len(curves) > 1:
        place = {"loc": "lower right", "bbox_to_anchor": (1.02, 0.97), "borderpad": 0}
        ax.legend(handles=list(lines.values()), frameon=False, ncols=2, fontsize=9, **place)

    def update(i: int) -> None:
        for name, line in lines.items():
            line.set_data(epochs, means[name][i])

    return Drawing(update, lines)


def draw_final(
    ax: Axes, finals: Mapping[str, np.ndarray], colors: dict[str, str], labels: Sequence[str], title: str, **look: str
) -> Drawing:
    """Draw final values (S, L) over an axis: the mean, a band from the lowest seed to the highest, a cursor.

    Parameters
    ----------
    finals : mapping of str to array, (S, L) each
    colors : mapping of str to str
        Colour of each curve that is drawn.
    labels : sequence of str, (L,)
    look : xlabel, yscale
    """
    places, yscale = np.arange(len(labels)), look.get("yscale", "linear")
    ax.set(**look)
    ax.set_ylim(*_limits([finals[name] for name in colors], yscale))
    name_panel(ax, title)
    ax.yaxis.set_minor_locator(NullLocator())
    means, still = {}, {}
    for name, color in colors.items():
        final = finals[name]
        means[name] = Curve(final.mean(axis=0), color)
        still[name] = ax.plot(places, means[name].values, **curve_look(name, color))[0]
        band = {"color": color, "alpha": 0.15, "lw": 0}
        still[f"{name}_band"] = ax.fill_between(places, final.min(axis=0), final.max(axis=0), **band)
    mark_values(ax, labels)
    cursor = draw_cursor(ax, means)
    return Drawing(cursor.update, cursor.moving, still)


def draw_slice(
    ax: Axes, sweep: Sweep, curves: dict[str, str], labels: Sequence[Sequence[str]], axis: int, title: str
) -> Drawing:
    """Draw final values along one axis of a grid, the other held: the mean, a band from lowest seed to highest.

    Parameters
    ----------
    labels : two sequences of str
        The values of both axes of the grid, whose points lie row by row.
    axis : 0 or 1
        The axis to draw along: 0 is that of the rows.
    """
    shape = [len(names) for names in labels]
    finals = {name: sweep.final(name).view(-1, *shape).movedim(1 + axis, -1).numpy() for name in curves}
    name_panel(ax, title)
    mark_values(ax, labels[axis])
    lines = {name: ax.plot([], [], **curve_look(name, color))[0] for name, color in curves.items()}
    bands = {name: ax.fill_between([0], 0, color=color, alpha=0.15, lw=0) for name, color in curves.items()}
    cursor = draw_cursor(ax, {})
    places = np.arange(shape[axis])

    def update(i: int) -> None:
        at = divmod(i, shape[1])
        for name, line in lines.items():
            held = finals[name][:, at[1 - axis]]  # (S, places)
            line.set_data(places, held.mean(axis=0))
            bands[name].set_data(places, held.min(axis=0), held.max(axis=0))
        cursor.update(at[axis])

    return Drawing(update, {**cursor.moving, **{f"{name}_band": band for name, band in bands.items()}, **lines})


def draw_weights(ax: Axes, weights: np.ndarray, true_w: np.ndarray, title: str) -> Drawing:
    """Draw weights (L, d) as bars, and the true ones (d,) as a line."""
    d = weights.shape[1]
    ax.set(xlabel="weight number", xlim=(-1, d))
    name_panel(ax, title)
    top = 1.05 * max(np.abs(weights).max(), np.abs(true_w).max())
    ax.set_ylim(-top, top)
    ax.grid(False, axis="x")
    bars = ax.vlines(np.arange(d), 0, 0, color=TRAIN, lw=1.2)
    truth = ax.plot(np.arange(d), true_w, color=TEST, lw=1.2, ls="--")[0]

    def update(i: int) -> None:
        bars.set_segments([[(j, 0), (j, w)] for j, w in enumerate(weights[i])])

    return Drawing(update, {"weights": bars, "true_weights": truth})


def draw_map(ax: Axes, accuracy: np.ndarray, labels: list[list[str]]) -> Drawing:
    """Draw accuracies (rows, columns) as shades and numbers in percent; the current cell is framed."""
    darkest = accuracy.max()
    shades = LinearSegmentedColormap.from_list("test", ["white", TEST])
    look = {"alpha": 0.55, "origin": "lower", "aspect": "auto"}  # pale: dark numbers are read on every shade
    still = {"shades": ax.imshow(accuracy, cmap=shades, vmin=darkest - MAP_SPAN, vmax=darkest, **look)}
    for (i, j), value in np.ndenumerate(accuracy):
        weight = "bold" if value == accuracy[i].max() else "normal"
        centred = {"ha": "center", "va": "center", "fontsize": 13, "weight": weight}
        still[f"cell {i} {j}"] = ax.text(j, i, f"{100 * value:.1f}", **centred)
    ax.set_yticks(range(len(labels[0])), labels[0], fontsize=10)
    ax.set_xticks(range(len(labels[1])), labels[1], fontsize=10)
    ax.set_xlabel("p", fontsize=11)
    ax.set_ylabel("λ", fontsize=11, rotation=0)
    ax.yaxis.set_label_coords(-0.06, -0.2 if are_stacked() else 1.01)  # no room is left beside the values
    name_panel(ax, "test accuracy at the end, in % (bold: best of its row)")
    ax.grid(False)
    frame = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=CURSOR, lw=3, clip_on=False))

    def update(i: int) -> None:
        row, column = divmod(i, len(labels[1]))
        frame.set_xy((column - 0.5, row - 0.5))

    return Drawing(update, {"frame": frame}, still)


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
    most = min(most, len(labels), 6 if are_stacked() else most)
    places = np.unique(np.linspace(0, len(labels) - 1, most).round().astype(int))
    ax.set_xticks(places, [labels[i] for i in places])
    ax.set_xlim(-0.5, len(labels) - 0.5)
