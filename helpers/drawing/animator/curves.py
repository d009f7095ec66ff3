"""How an Animator looks: what the caller asked for, the colours and sizes, and the artists of one curve."""

import textwrap
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.drawing.animator.axes import Limits
from helpers.drawing.style import COLORS, DASHES, TEST, TRAIN

BOOK_FMTS = ("-", "m--", "g-.", "r:")


@dataclass(frozen=True)
class Style:
    """What the caller asked for: pictures of equal styles differ in their points only."""

    xlabel: str
    ylabel: str
    legend: tuple[str, ...]
    xlim: Limits
    ylim: Limits
    xscale: str
    yscale: str
    fmts: tuple[str, ...]
    shape: tuple[int, int]
    figsize: tuple[float, float]

    def label(self, i: int) -> str:
        """Return what stands beside curve `i`: its name on lines short enough for the figure, or nothing."""
        name = self.legend[i] if i < len(self.legend) else ""
        return name if "$" in name else textwrap.fill(name, max(8, round(4 * self.figsize[0])))

    def color(self, i: int) -> str:
        """Return the colour of curve `i`: one for training and one for testing wherever names say so, as in labs."""
        fixed = [_color_of(name) for name in self.legend]
        if i < len(fixed) and fixed[i]:
            return fixed[i]
        free = [color for color in COLORS if not any(fixed) or color not in (TRAIN, TEST)]
        return free[(i - sum(color is not None for color in fixed[:i])) % len(free)]

    def plot(self, ax: Axes, i: int) -> Line2D:
        """Return a new line for curve `i`, without points; drawn over the frame, where its end may lie."""
        if self.fmts == BOOK_FMTS:
            n = len(DASHES)
            return ax.plot([], [], clip_on=False, color=self.color(i), linestyle=DASHES[(i + i // n) % n])[0]
        return ax.plot([], [], self.fmts[i % len(self.fmts)], clip_on=False)[0]


def _color_of(name: str) -> str | None:
    """Return the colour that a curve's name asks for, if it does."""
    words = name.casefold().replace("_", " ").split()
    return TRAIN if words[:1] in (["train"], ["training"]) else TEST if words[:1] == ["test"] else None


class CurveArtist:
    """A line, a dot at its end, and the name of the curve beside that."""

    def __init__(self, ax: Axes, style: Style, i: int):
        self.line = style.plot(ax, i)
        self.color = self.line.get_color()
        self.dots = self.line.get_marker() == "None"  # else the caller's format has markers of its own
        if self.dots:
            self.line.set(marker="o", markeredgecolor="white", markersize=8)
        self.label = ax.text(0, 0, style.label(i), transform=ax.transAxes, va="center", color=self.color)
        box = self.label.get_window_extent()
        self.width, self.height = box.width, box.height

    def move(self, xy: np.ndarray, ok: np.ndarray) -> None:
        """Draw the line through the points that are `ok`, and dots at its end and where a line would be invisible.

        Parameters
        ----------
        xy : array, (2, n)
        ok : array of bool, (n,)
        """
        self.line.set_data(*np.where(ok, xy, np.nan))
        if self.dots:
            alone = ok & ~np.append(False, ok[:-1]) & ~np.append(ok[1:], False)
            self.line.set_markevery([*np.flatnonzero(alone), *np.flatnonzero(ok)[-1:]])

    def remove(self) -> None:
        """Take the artists off their axes."""
        self.line.remove()
        self.label.remove()
