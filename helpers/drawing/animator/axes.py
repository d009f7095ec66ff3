"""The arithmetic of the Animator's picture: limits, ticks, and labels that do not overlap."""

from collections.abc import Sequence
from math import floor, isfinite, log10

import numpy as np
from matplotlib.ticker import MaxNLocator

Limits = tuple[float | None, float | None]

_MARGIN = 0.04  # empty share of an axis beyond the data
_HUGE = 1e250  # beyond it, and below its inverse on a log scale, the ends of an axis would overflow


def check_scale(name: str, scale: str) -> str:
    """Return `scale`, or raise a ValueError if it is neither linear nor log."""
    if scale not in ("linear", "log"):
        raise ValueError(f"{name} must be 'linear' or 'log', got {scale!r}: the Animator supports no other scale")
    return scale


def check_limits(name: str, given: Sequence[float | None] | None, scale: str) -> Limits:
    """Return `given` as two floats, None where the data decide: not given, or not on a log scale.

    Raises
    ------
    ValueError
        If these are not two finite numbers in order.
    """
    ends = [None, None] if given is None else [None if end is None else float(end) for end in given]
    if len(ends) != 2 or not all(end is None or isfinite(end) for end in ends):
        raise ValueError(f"{name} must be two finite numbers, got {ends}: an axis has two ends")
    if None not in ends and ends[0] > ends[1]:
        raise ValueError(f"{name} must be (low, high), got {ends}: the Animator does not reverse axes")
    return tuple(end if end is not None and drawable(np.float64(end), scale) else None for end in ends)


def drawable(values: np.ndarray, scale: str) -> np.ndarray:
    """Return which values an axis can show: finite ones, on a log scale positive ones."""
    return (np.abs(values) < _HUGE) & ((values > 1 / _HUGE) | (scale != "log"))  # nan < x is False


def _forward(values, scale: str):
    return np.log10(values) if scale == "log" else values


def limits(values: np.ndarray, given: Limits, scale: str) -> tuple[float, float]:
    """Return (low, high) that hold the given limits and all values, with a margin at each end that the data decide.

    Parameters
    ----------
    values : array, (n,)
        What the axis is to show, all `drawable`; n may be 0.
    given : pair of floats or None
        See `check_limits`.
    scale : {'linear', 'log'}
    """
    low, high = (None if end is None else float(_forward(end, scale)) for end in given)
    seen = [float(_forward(end, scale)) for end in (values.min(), values.max())] if len(values) else []
    seen += [end for end in (low, high) if end is not None]
    bottom, top = (min(seen), max(seen)) if seen else (0.0, 1.0)
    margin = _MARGIN * (top - bottom)
    ends = bottom if bottom == low else bottom - margin, top if top == high else top + margin
    if top - bottom <= 1e-9 * max(abs(top), abs(bottom)):  # one epoch only, or a curve that does not move
        half = 0.5 if scale == "log" or bottom == 0 else abs(bottom) / 2
        ends = bottom - half, top + half
    return tuple(10.0**end for end in ends) if scale == "log" else ends


def fraction(values: np.ndarray, low: float, high: float, scale: str) -> np.ndarray:
    """Return where the values lie on their axis: 0 at `low`, 1 at `high`."""
    start, end = _forward(low, scale), _forward(high, scale)
    return (_forward(values, scale) - start) / (end - start)


def ticks(low: float, high: float, scale: str, whole: bool = False) -> list[float]:
    """Return a few round numbers from `low` to `high`; on a log scale powers of ten where they are enough.

    Parameters
    ----------
    low, high : float
    scale : {'linear', 'log'}
    whole : bool
        Whether only whole numbers make sense, as for epochs.
    """
    if scale == "log":
        for steps in ((1,), (1, 3), (1, 2, 5)):
            found = _powers(low, high, steps)
            if len(found) >= 3:
                return found
    found = MaxNLocator(6, steps=(1, 2, 5, 10), integer=whole, min_n_ticks=1).tick_values(low, high)
    return _within(found, low, high)


def _powers(low: float, high: float, steps: Sequence[int]) -> list[float]:
    first, last = floor(log10(low)), floor(log10(high) + 1e-9)
    stride = 1 + max(0, last - first - 1) // 6
    return _within([float(f"{step}e{k}") for k in range(first, last + 1, stride) for step in steps], low, high)


def _within(values: Sequence[float], low: float, high: float) -> list[float]:
    slack = 1e-9 * (high - low)
    return [float(v) for v in values if low - slack <= v <= high + slack]


def tick_labels(values: Sequence[float], scale: str) -> list[str]:
    """Return a text for each tick; on a linear scale all with the same number of decimals."""
    short = [f"{v:g}" for v in values]
    if len(values) < 2 or (scale == "log" and len(set(short)) == len(values)):
        return short
    largest, decimals = max(map(abs, values)), -floor(log10(values[1] - values[0]) + 1e-9)
    if largest < 1e5 and decimals <= 4:
        return [f"{v:.{max(decimals, 0)}f}" for v in values]
    digits = max(1, floor(log10(largest)) + decimals + 1)
    return [f"{v:.{digits}g}" for v in values]


def spread(centres: np.ndarray, sizes: np.ndarray, low: float, high: float) -> np.ndarray:
    """Move boxes as little as possible so that none overlap and all lie in [low, high].

    Least squares under ``c[i + 1] - c[i] >= (s[i] + s[i + 1]) / 2``: isotonic regression of the centres minus the room
    that the boxes below them take.

    Parameters
    ----------
    centres, sizes : array, (n,)
        In any order; equal centres keep theirs.
    low, high : float

    Returns
    -------
    array, (n,)
        The new centres, in the order of the old.
    """
    order = np.argsort(centres, kind="stable")
    room = np.cumsum(sizes[order]) - sizes[order] / 2
    starts = centres[order] - room
    if (np.diff(starts) < 0).any():
        from scipy.optimize import isotonic_regression  # here, not above: it takes half a second

        starts = isotonic_regression(starts).x
    moved = np.empty(len(centres))
    moved[order] = np.clip(starts, low, max(low, high - sizes.sum())) + room
    return moved
