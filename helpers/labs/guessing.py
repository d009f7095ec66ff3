"""The axes that a guess is drawn on: which places the learner sets, and limits that do not reveal the answer."""

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from helpers.sliders import Axis

MOST_PLACES = 12  # that a learner sets
_ROUND = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])


def x_axis(x: Axis | Sequence[str] | Sequence[float], label: str) -> dict[str, object]:
    """Return the places of the axis (n,), and which of them, at most `MOST_PLACES`, a learner sets.

    Numbers are drawn to scale between the first and the last; names, and the values of an `Axis`, are evenly spaced. A
    longer axis is thinned: the learner sets every kth name, or the numbers that are nearest to round ones.

    Returns
    -------
    dict
        label; names of all places; places, from 0 to 1; at: the numbers, from 0, of those that are set; gap: where the
        axis is broken, if its 0 stands apart from a log scale.

    Raises
    ------
    ValueError
        If there are fewer than two, or numbers that are not finite or do not rise.
    """
    names = x.labels if isinstance(x, Axis) else [v if isinstance(v, str) else f"{v:g}" for v in x]
    if len(names) < 2:
        raise ValueError(f"x must hold at least 2 places, got {len(names)}: a guess is a line from place to place")
    if isinstance(x, Axis) or isinstance(x[0], str):
        places, at = np.linspace(0, 1, len(names)).tolist(), _evenly(len(names))
        gap = {"gap": places[1] / 2} if isinstance(x, Axis) and x.zero_is_apart else {}
        return {"label": label, "names": names, "places": places, "at": at} | gap
    x = np.array([float(v) for v in x])
    if not (np.isfinite(x).all() and (np.diff(x) > 0).all()):
        raise ValueError(f"x must be finite and rise from place to place, got {', '.join(names)}: it is an axis")
    at = _near_round_numbers(x) if len(x) > MOST_PLACES else list(range(len(x)))
    return {"label": label, "names": names, "places": ((x - x[0]) / (x[-1] - x[0])).tolist(), "at": at}


def _evenly(n: int) -> list[int]:
    """Return at most `MOST_PLACES` of n places, both ends among them: every kth if that leaves six or more."""
    for step in range(1, (n - 1) // 5 + 1):
        if (n - 1) % step == 0 and (n - 1) // step < MOST_PLACES:
            return list(range(0, n, step))
    return np.linspace(0, n - 1, min(n, MOST_PLACES)).round().astype(int).tolist()


def _near_round_numbers(x: np.ndarray) -> list[int]:
    """Return the places (k,) nearest to round numbers, both ends among them, none much closer than the others."""
    ticks = MaxNLocator(MOST_PLACES - 2).tick_values(x[0], x[-1])
    inner = ticks[(ticks - x[0] > 0.6 * (ticks[1] - ticks[0])) & (x[-1] - ticks > 0.6 * (ticks[1] - ticks[0]))]
    nearest = {int(np.abs(x - tick).argmin()) for tick in inner}
    return sorted({0, *nearest, len(x) - 1})


def y_axis(
    values: np.ndarray, label: str, yscale: str, ylim: tuple[float, float] | None, most: float = np.inf
) -> dict[str, object]:
    """Return an axis that holds all values (S, n), and by default room on both sides, so that it reveals little.

    Returns
    -------
    dict
        label; limits, two floats; log: whether the scale is logarithmic; ticks.

    Raises
    ------
    ValueError
        If the scale is not known, a logarithmic one would show values <= 0, or `ylim` does not hold all values.
    """
    if yscale not in ("linear", "log"):
        raise ValueError(f"yscale must be linear or log, got {yscale!r}: there are no other scales")
    low, high = float(values.min()), float(values.max())
    least = min(low, *ylim) if ylim else low
    if yscale == "log" and least <= 0:
        raise ValueError(f"yscale must be linear for values down to {least:g}, got 'log': only numbers > 0 have a log")
    if ylim and not (np.isfinite(ylim).all() and ylim[0] < ylim[1] and ylim[0] <= low and high <= ylim[1]):
        raise ValueError(f"ylim must rise and hold all values from {low:g} to {high:g}, got {tuple(ylim)}")
    limits, ticks = _log(low, high, ylim) if yscale == "log" else _linear(low, high, ylim, most)
    return {"label": label, "limits": limits, "log": yscale == "log", "ticks": ticks}


def _linear(low: float, high: float, ylim: Sequence[float] | None, most: float) -> tuple[list[float], list[float]]:
    if ylim is None:
        around = 0.5 * max(high - low, 0.2 * max(abs(low), abs(high))) or 1
        outer = _ROUND.tick_values(low - around if low < 0 else max(low - around, 0), high + around)
        ylim = outer[0], max(min(outer[-1], most), high)
    ticks = _ROUND.tick_values(*ylim)
    return [float(v) for v in ylim], _within(ticks, ylim)


def _log(low: float, high: float, ylim: Sequence[float] | None) -> tuple[list[float], list[float]]:
    ends = ylim or (low, high)
    decades = 10.0 ** np.arange(np.floor(np.log10(ends[0])) - 2, np.ceil(np.log10(ends[1])) + 3)
    finer = np.sort(np.outer(decades, (1, 2, 5)).ravel())
    if ylim is None:
        factor = min(max((high / low) ** 0.5, 2), 10)
        ylim = finer[finer <= low / factor * (1 + 1e-9)][-1], finer[finer >= high * factor * (1 - 1e-9)][0]
    fine, coarse = _within(finer, ylim), _within(decades, ylim)
    return [float(v) for v in ylim], fine if len(fine) <= 6 else coarse[:: 1 + len(coarse) // 7]


def _within(ticks: np.ndarray, ylim: Sequence[float]) -> list[float]:
    low, high = ylim[0] - 1e-9 * abs(ylim[0]), ylim[1] + 1e-9 * abs(ylim[1])
    return [float(f"{tick:.9g}") for tick in ticks if low <= tick <= high]
