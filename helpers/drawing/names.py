"""Names beside what is drawn: below bars, and at the start of lines."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from helpers.drawing.animator.axes import spread


def name_bars(ax: Axes, names: Sequence[str], num_bars: int | None = None) -> None:
    """Write the names of bars at 0, 1, 2, … below them: rotated where they are many or long.

    Parameters
    ----------
    names : sequence of str
        Names of the first bars.
    num_bars : int, optional
        Number of all bars, if some have no name.
    """
    room = 60 * len(names) / (num_bars or len(names))  # letters that fit side by side
    upright = sum(map(len, names)) + 2 * len(names) > room
    shown = [name if len(name) < 9 else f"{name[:7]}…" for name in names] if upright else list(names)
    ax.set_xticks(
        range(len(names)),
        shown,
        fontsize=7 if upright and max(map(len, names)) > 4 else 8,
        rotation=90 if upright else 0,
    )


def name_lines(ax: Axes, starts: np.ndarray, names: Sequence[str], colors: Sequence[str]) -> None:
    """Write the names of lines left of where they start, (n,) at x = 0, as close as they fit."""
    left, right = ax.get_xlim()
    ax.set_xlim(left - (0.2 if max(map(len, names), default=0) > 5 else 0.14) * (right - left), right)
    low, high = ax.get_ylim()
    room = np.full(len(names), min(0.09, 1 / max(len(names), 1)) * (high - low))
    for name, y, color in zip(names, spread(starts, room, low, high), colors, strict=True):
        short = name if len(name) < 8 else f"{name[:6]}…"
        ax.text(-0.5, y, short, ha="right", va="center", fontsize=8, color=color)
