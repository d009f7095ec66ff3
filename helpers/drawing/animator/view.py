"""The picture of an Animator: a figure whose artists are made once and then moved to other points."""

from collections.abc import Iterable, Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from matplotlib.transforms import blended_transform_factory
from PIL import Image

from helpers.drawing.animator.axes import drawable, fraction, limits, spread, tick_labels, ticks
from helpers.drawing.animator.curves import CurveArtist, Style
from helpers.drawing.png import encode, palette
from helpers.drawing.style import ALARM, DPI, EDGE, GAP, GRID, INK, LINE, RC

Curves = Mapping[str, Iterable[tuple[float, float]]]


class View:
    """A figure that shows curves in a `Style`, and can be reused for other curves and styles.

    Parameters
    ----------
    shape : (rows, columns)
        The curves are in the first of these panels.
    figsize : (width, height) in inches
    exact : bool
        Keep all colours in `png`: for a figure that may hold more than our own artists.
    """

    def __init__(self, shape: tuple[int, int], figsize: tuple[float, float], exact: bool = False):
        self.style: Style | None = None
        self.artists: list[CurveArtist] = []
        self.exact, self.alone = exact, shape == (1, 1)
        with mpl.rc_context(RC):
            self.figure = Figure(figsize, dpi=DPI, layout=None if self.alone else "constrained")
            self.canvas = FigureCanvasAgg(self.figure)
            self.axes: list[Axes] = list(self.figure.subplots(*shape, squeeze=False).flat)
            self._prepare(self.axes[0])

    def _prepare(self, ax: Axes) -> None:
        ax.set_autoscale_on(False)
        self.note = ax.text(1, 1.01, "", transform=ax.transAxes, ha="right", va="bottom", size="small", color=ALARM)
        if self.alone:  # at the edges of the figure, so that no draw has to look for a place
            ax.xaxis.set_label_coords(0.5, 0.02, blended_transform_factory(ax.transAxes, self.figure.transFigure))
            ax.yaxis.set_label_coords(0.01, 0.5, blended_transform_factory(self.figure.transFigure, ax.transAxes))
            ax.xaxis.label.set_va("bottom")
            ax.yaxis.label.set_va("top")

    def show(self, style: Style, curves: Curves) -> None:
        """Move all artists to the points of these curves."""
        points = [np.array(list(curve), float).reshape(-1, 2).T for curve in curves.values()]  # (2, n) each
        shown = [drawable(x, style.xscale) & drawable(y, style.yscale) for x, y in points]
        drawn = [xy[:, ok] for xy, ok in zip(points, shown, strict=True)]
        self._prepare_artists(style, len(points))
        for artist, xy, ok in zip(self.artists, points, shown, strict=True):
            artist.move(xy, ok)
        self.note.set_text(_faults(style.xlabel, curves, points, shown))
        self._set_limits(*np.hstack([np.empty((2, 0)), *drawn]))
        self._place_labels(drawn)

    def _prepare_artists(self, style: Style, n: int) -> None:
        """Set the style, with artists for `n` curves; change nothing that is already right."""
        restyle = style != self.style
        if restyle:
            self._set_style(style)
        if restyle or len(self.artists) != n:
            while self.artists:
                self.artists.pop().remove()
            with mpl.rc_context(RC):
                self.axes[0].set_prop_cycle(None)  # a format without a colour takes the next of these
                self.artists = [CurveArtist(self.axes[0], style, i) for i in range(n)]

    def _set_style(self, style: Style) -> None:
        ax, self.style = self.axes[0], style
        ax.set(xlabel=style.xlabel, ylabel=style.ylabel, xscale=style.xscale, yscale=style.yscale)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_locator(NullLocator())  # a log scale would spend most of a draw on these

    def _set_limits(self, x: np.ndarray, y: np.ndarray) -> None:
        ax, style = self.axes[0], self.style
        xlim, ylim = limits(x, style.xlim, style.xscale), limits(y, style.ylim, style.yscale)
        ax.set(xlim=xlim, ylim=ylim)
        xticks = ticks(*xlim, style.xscale, whole=bool((x % 1 == 0).all()))
        yticks = ticks(*ylim, style.yscale)
        ax.set_xticks(xticks, tick_labels(xticks, style.xscale))
        ax.set_yticks(yticks, texts := tick_labels(yticks, style.yscale))
        if self.alone:
            self._leave_room(texts)

    def _leave_room(self, yticks: Iterable[str]) -> None:
        """Give the axes the room that the texts around it leave."""
        ax, renderer = self.axes[0], self.canvas.get_renderer()
        font = ax.yaxis.label.get_fontproperties()
        width, height = self.canvas.get_width_height()
        left = 2 * GAP + LINE * bool(ax.get_ylabel())
        left += max((renderer.get_text_width_height_descent(text, font, False)[0] for text in yticks), default=0)
        right = 2 * GAP + max((artist.width for artist in self.artists), default=0)
        bottom = LINE * (1.5 + bool(ax.get_xlabel()))
        top = LINE * (1 + bool(ax.get_title()) + self.note.get_text().count("\n"))
        ax.set_position((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))

    def _place_labels(self, drawn: Sequence[np.ndarray]) -> None:
        """Put each name beside the end of its curve, moved up or down where they would overlap."""
        ax, style = self.axes[0], self.style
        ended = [(artist, *xy[:, -1]) for artist, xy in zip(self.artists, drawn, strict=True) if xy.size]
        for artist in self.artists:
            artist.label.set_visible(False)
        if not ended:
            return
        artists, x, y = zip(*ended, strict=True)
        columns = fraction(np.array(x), *ax.get_xlim(), style.xscale)
        columns[columns > columns.max() - 0.2] = columns.max()  # one column, where they end nearly together
        heights = np.array([artist.height for artist in artists]) / ax.bbox.height
        rows = spread(fraction(np.array(y), *ax.get_ylim(), style.yscale), heights, 0, 1 + LINE / ax.bbox.height)
        for artist, column, row in zip(artists, columns + GAP / ax.bbox.width, rows, strict=True):
            artist.label.set(visible=True, position=(column, row))

    def png(self, style: Style, curves: Curves) -> bytes:
        """Draw these curves and return the picture as a PNG file."""
        self.show(style, curves)
        self.canvas.draw()
        image = Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB")
        if not self.exact:
            colors = palette((INK, EDGE, GRID, ALARM, *(artist.color for artist in self.artists)))
            image = image.quantize(palette=colors, dither=Image.Dither.NONE)
        return encode(image)


def _faults(xlabel: str, names: Iterable[str], points: Sequence[np.ndarray], shown: Sequence[np.ndarray]) -> str:
    """Say which curves hold values that cannot be drawn, what the first of them is, and where."""
    faults: dict[str, list[str]] = {}
    for name, xy, ok in zip(names, points, shown, strict=True):
        if not ok.all():
            x, y = xy[:, np.argmin(ok)]
            where = f"{xlabel} {x:g}" if xlabel else f"x = {x:g}"
            faults.setdefault(f"{y:g} {'at' if ok[-1] else 'from'} {where}", []).append(name)
    return "\n".join(f"{', '.join(curves)}: {what}" for what, curves in faults.items())
