"""The book's drawing functions on today's matplotlib and IPython; `helpers.d2l` exports them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, cycle

import numpy as np
import torch
from IPython import get_ipython
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib_inline.backend_inline import set_matplotlib_formats

from helpers.d2l.installed import installed

Limits = Sequence[float] | None


def use_svg_display() -> None:
    """Show figures as SVG in a Jupyter kernel; do nothing where there is none (book, section 2.4).

    Replaced: the book's calls `IPython.display.set_matplotlib_formats`, which no longer exists.
    """
    if hasattr(get_ipython(), "kernel"):
        set_matplotlib_formats("svg")


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size, in inches, of the figures made from now on (book, section 2.4).

    Replaced: the book's calls its broken `use_svg_display`.
    """
    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def set_axes(
    axes: Axes,
    xlabel: str | None,
    ylabel: str | None,
    xlim: Limits,
    ylim: Limits,
    xscale: str,
    yscale: str,
    legend: Sequence[str] | None,
) -> None:
    """Set labels, limits, scales, legend and grid of `axes` (book, section 2.4).

    Replaced: the book's ``xlim=[1, num_epochs]`` warns when one epoch is run; an empty range is left to matplotlib.
    """
    installed.set_axes(axes, xlabel, ylabel, _limits(xlim), _limits(ylim), xscale, yscale, legend)


def plot(
    X: Iterable,
    Y: Iterable | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    legend: Sequence[str] | None = None,
    xlim: Limits = None,
    ylim: Limits = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: Sequence[str] = ("-", "m--", "g-.", "r:"),
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Axes | None = None,
) -> None:
    """Plot one curve or several, over X or over their index (book, section 2.4).

    Replaced: the book's calls its broken `set_figsize`, drops each curve after the fourth, and fails on tensors that
    require grad.

    Parameters
    ----------
    X : one curve, or a sequence of curves
        A curve is an array, a tensor or a list, with one axis. Without `Y`, these are drawn over 0, 1, 2, ...
    Y : one curve, or a sequence of curves, optional
        As many as in `X`, unless `X` is one curve, which then serves all.

    Raises
    ------
    ValueError
        If `X` and `Y` hold different numbers of curves.
    """
    curves = [(y,) for y in _curves(X)] if Y is None else _pairs(_curves(X), _curves(Y))
    set_figsize(figsize)
    axes = plt.gca() if axes is None else axes
    axes.cla()
    for curve, fmt in zip(curves, _formats(fmts), strict=False):
        axes.plot(*curve, fmt)
    set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


def show_images(
    imgs: Iterable, num_rows: int, num_cols: int, titles: Sequence[str] | None = None, scale: float = 1.5
) -> np.ndarray:
    """Show images, tensors or arrays (h, w) or PIL's, in a grid, and return its axes, flat (book, section 3.5).

    Replaced: the book's fails on a grid of one, and on tensors that require grad.
    """
    _, grid = plt.subplots(num_rows, num_cols, figsize=(num_cols * scale, num_rows * scale), squeeze=False)
    for i, (axes, img) in enumerate(zip(grid.flat, imgs, strict=False)):
        axes.imshow(_array(img))
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        if titles:
            axes.set_title(titles[i])
    return grid.flatten()


def _limits(ends: Limits) -> Limits:
    """Return the two ends of an axis, or None if they are equal."""
    return None if ends is None or ends[0] == ends[1] else ends


def _curves(values: Iterable) -> list:
    """Return a list of curves, whether `values` is one curve or a sequence of them."""
    first = next(iter(values), 0.0)
    is_number = getattr(first, "ndim", None) == 0 or not hasattr(first, "__len__")
    return [_array(values)] if is_number else [_array(curve) for curve in values]


def _array(values):
    """Return `values` without tensors that require grad, which matplotlib cannot draw."""
    if torch.is_tensor(values):
        return values.detach().cpu().numpy()
    if isinstance(values, list | tuple):
        return [value.item() if torch.is_tensor(value) else value for value in values]
    return values


def _pairs(X: list, Y: list) -> list[tuple]:
    """Pair each curve of `Y` with its own x, or with the only x."""
    if len(X) not in (1, len(Y)):
        raise ValueError(
            f"X must hold one curve or as many as Y, got {len(X)} and {len(Y)}: each curve is drawn over its own x"
        )
    return list(zip(X if len(X) == len(Y) else X * len(Y), Y, strict=True))


def _formats(fmts: Sequence[str]) -> Iterator[str]:
    """Return `fmts`, followed by others without end, in colours that the book's formats do not use."""
    return chain(fmts, cycle(("C1-", "C5--", "C7-.", "k:", "C9-", "C8--")))
