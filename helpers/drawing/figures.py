"""What several labs draw: curves while training, values at the end, weights, and a cursor at the current place."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullLocator

from helpers.drawing.canvas import Drawing, are_stacked, mark_gap, name_panel
from helpers.drawing.names import name_bars
from helpers.drawing.style import CURSOR, INK, TEST, TRAIN
from helpers.drawing.words import WORDS
from helpers.sliders import Axis
from helpers.sweeps import Sweep

RING = {"ls": "none", "marker": "o", "ms": 8, "mfc": "none", "mew": 1.5, "clip_on": False}


class Baseline(NamedTuple):
    """What a trivial model reaches: a thin line, and where its name stands along it."""

    name: str
    level: float
    ha: str = "left"
    va: str = "bottom"


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


def draw_curves(
    ax: Axes,
    sweep: Sweep,
    curves: dict[str, str],
    title: str,
    yscale: str = "linear",
    *,
    baseline: Baseline | None = None,
) -> Drawing:
    """Draw curves over epochs, the mean over seeds, on axes that hold all values of the sweep.

    A ring marks the best epoch of the test curve: where ideal early stopping would stop.

    Parameters
    ----------
    curves : mapping of str to str
        Colour of each curve of the sweep.
    baseline : Baseline, optional
        What a trivial model reaches; its name is drawn over the curves, with a halo.
    """
    means = {name: sweep.curves[name].mean(dim=0).numpy() for name in curves}  # (L, E) each
    epochs = sweep.epochs.numpy()
    ax.set(xlabel=WORDS["epoch"], yscale=yscale, xlim=(epochs[0], epochs[-1]))
    name_panel(ax, title)
    ax.set_ylim(*_limits([*means.values(), *([baseline.level] if baseline else [])], yscale))
    ax.yaxis.set_minor_locator(NullLocator())
    lines = {name: ax.plot([], [], **curve_look(name, color))[0] for name, color in curves.items()}
    tested = [name for name in curves if name.startswith("test")]
    ring = {**RING, "label": WORDS["best"]}
    rings = {f"{name}_best": ax.plot([], [], color=curves[name], **ring)[0] for name in tested}
    if len(curves) > 1:
        place = {"loc": "lower right", "bbox_to_anchor": (1.02, 0.97), "borderpad": 0}
        handles, tight = [*lines.values(), *rings.values()], {"handlelength": 1.6, "columnspacing": 1}
        ax.legend(handles=handles, frameon=False, ncols=3, fontsize=9, **tight, **place)

    def update(i: int) -> None:
        for name, line in lines.items():
            line.set_data(epochs, means[name][i])
        for name in tested:
            best = best_epoch(means[name][i], name)
            rings[f"{name}_best"].set_data([epochs[best]], [means[name][i][best]])

    still = draw_baseline(ax, baseline)
    name = {"baseline_name": still.pop("baseline_name")} if still else {}  # over the curves
    return Drawing(update, {**lines, **rings, **name}, still)


def best_epoch(curve: np.ndarray, name: str) -> int:
    """Return the place (of E) of the highest accuracy or the lowest loss; losses that are not finite are ignored."""
    return int(np.argmax(curve) if name.endswith("acc") else np.argmin(np.where(np.isfinite(curve), curve, np.inf)))


def draw_baseline(ax: Axes, baseline: Baseline | None) -> dict[str, Artist]:
    """Draw a thin line at what a trivial model reaches, and its name at an end of it."""
    if baseline is None:
        return {}
    line = ax.axhline(baseline.level, color=INK, lw=1, ls=(0, (1, 2)))
    x = 0.02 if baseline.ha == "left" else 0.98
    look = {"ha": baseline.ha, "va": baseline.va, "fontsize": 9, "transform": ax.get_yaxis_transform()}
    name = ax.text(x, baseline.level, baseline.name, path_effects=[withStroke(linewidth=2, foreground="white")], **look)
    return {"baseline": line, "baseline_name": name}


def draw_final(
    ax: Axes,
    finals: Mapping[str, np.ndarray],
    colors: dict[str, str],
    axis: Axis,
    title: str,
    *,
    baseline: Baseline | None = None,
    **look: str,
) -> Drawing:
    """Draw final values (S, L) over an axis: the mean, a band from the lowest seed to the highest, a cursor.

    Parameters
    ----------
    finals : mapping of str to array, (S, L) each
    colors : mapping of str to str
        Colour of each curve that is drawn.
    axis : Axis
        That of the L values.
    baseline : Baseline, optional
        What a trivial model reaches.
    look : xlabel, yscale
    """
    places, yscale = mark_values(ax, axis), look.get("yscale", "linear")
    ax.set(**look)
    ax.set_ylim(*_limits([*(finals[name] for name in colors), *([baseline.level] if baseline else [])], yscale))
    name_panel(ax, title)
    ax.yaxis.set_minor_locator(NullLocator())
    means, still = {}, draw_baseline(ax, baseline)
    for name, color in colors.items():
        final = finals[name]
        means[name] = Curve(final.mean(axis=0), color)
        still[name] = ax.plot(places, means[name].values, **curve_look(name, color))[0]
        band = {"color": color, "alpha": 0.15, "lw": 0}
        still[f"{name}_band"] = ax.fill_between(places, final.min(axis=0), final.max(axis=0), **band)
    cursor = draw_cursor(ax, means, x=places)
    return Drawing(cursor.update, cursor.moving, still)


def draw_slice(ax: Axes, sweep: Sweep, curves: dict[str, str], grid: Sequence[Axis], along: int, title: str) -> Drawing:
    """Draw final values along one axis of a grid, the other fixed: the mean, a band from lowest seed to highest.

    Parameters
    ----------
    grid : two Axis
        The axes of the grid, whose points lie row by row.
    along : 0 or 1
        The axis to draw along: 0 is that of the rows.
    """
    shape = [len(axis.values) for axis in grid]
    finals = {name: sweep.final(name).view(-1, *shape).movedim(1 + along, -1).numpy() for name in curves}
    name_panel(ax, title)
    places = mark_values(ax, grid[along])
    ax.set_ylim(*_limits(list(finals.values()), "linear"))
    lines = {name: ax.plot([], [], **curve_look(name, color))[0] for name, color in curves.items()}
    bands = {name: ax.fill_between([0], 0, color=color, alpha=0.15, lw=0) for name, color in curves.items()}
    cursor = draw_cursor(ax, {}, x=places)

    def update(i: int) -> None:
        at = divmod(i, shape[1])
        for name, line in lines.items():
            held = finals[name][:, at[1 - along]]  # (S, places)
            line.set_data(places, held.mean(axis=0))
            bands[name].set_data(places, held.min(axis=0), held.max(axis=0))
        cursor.update(at[along])

    return Drawing(update, {**cursor.moving, **{f"{name}_band": band for name, band in bands.items()}, **lines})


def draw_weights(
    ax: Axes, weights: np.ndarray, true_w: np.ndarray | None, title: str, names: Sequence[str] = ()
) -> Drawing:
    """Draw weights (L, d) as bars with the names of the inputs, or their numbers; known true ones (d,) as a line."""
    d = weights.shape[1]
    ax.set(xlabel="" if names else WORDS["weight"], xlim=(-1, d))
    name_panel(ax, title)
    if names:
        name_bars(ax, names)
    top = 1.05 * max(np.abs(weights).max(), 0 if true_w is None else np.abs(true_w).max())
    ax.set_ylim(-top, top)
    ax.grid(False, axis="x")
    moving = {"weights": ax.vlines(np.arange(d), 0, 0, color=TRAIN, lw=max(1.2, min(12, 120 / d)))}
    ends = np.zeros((d, 2, 2))  # each bar, from (j, 0) to (j, w)
    ends[..., 0] = np.arange(d)[:, None]
    if true_w is not None:
        moving["true_weights"] = ax.plot(np.arange(d), true_w, color=TEST, lw=1.2, ls="--")[0]

    def update(i: int) -> None:
        ends[:, 1, 1] = weights[i]
        moving["weights"].set_segments(ends)

    return Drawing(update, moving)


def curve_look(name: str, color: str) -> dict[str, str]:
    """Return how a curve is drawn: dashes distinguish test from training without colour."""
    first = name.partition("_")[0]
    return {"color": color, "label": WORDS["curves"].get(first, first), "ls": "--" if "test" in name else "-"}


def _limits(values: Sequence[np.ndarray], yscale: str) -> tuple[float, float]:
    """Return limits that hold every finite value; on a log scale at most eight decades of the positive ones."""
    flat = np.concatenate([np.ravel(v) for v in values])
    flat = flat[np.isfinite(flat) & (flat > 0 if yscale == "log" else True)]
    low, high = flat.min(), flat.max()
    if yscale == "log":
        return max(low, high / 1e8) / 1.3, high * 1.3
    margin = 0.05 * (high - low) or 0.05
    return low - margin, high + margin


def mark_values(ax: Axes, axis: Axis, most: int = 7) -> np.ndarray:
    """Label some values of an axis, including the first and the last, and return the positions of all, (L,).

    Values are evenly spaced; a few that rise by unequal steps, but not by factors, are drawn to scale.
    """
    values, n = np.array(axis.values), len(axis.values)
    if axis.zero_is_apart:
        mark_gap(ax, 0.5)
    is_own_scale = n <= most and not axis.zero_is_apart
    x = (values - values[0]) / (values[-1] - values[0]) * (n - 1) if is_own_scale and n > 1 else np.arange(n)
    most = min(most, n, 6 if are_stacked() else most)
    named = np.unique(np.linspace(0, n - 1, most).round().astype(int))
    ax.set_xticks(x[named], [axis.labels[i] for i in named])
    ax.set_xlim(-0.5, n - 0.5)
    return x
