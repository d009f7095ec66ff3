"""Figures of labs: a background that is drawn once, and artists on it that change from picture to picture.

A function that draws into a panel returns a `Drawing`, so that a test can compare each artist with the numbers that it
represents, at every place of the axis.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import cloudpickle
import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers.drawing.png import encode, palette
from helpers.drawing.style import COLORS, CSS_DPI, DPI, EDGE, GRID, INK, RC

NARROW = 360  # CSS pixels: the width of figures whose panels are stacked, for phones
_LOOK = RC | {"font.size": 9}
_PRINT = {"svg.fonttype": "none", "pdf.fonttype": 42, "ps.fonttype": 42}  # text stays text, fonts are embedded
_ABOVE = 1000  # in drawing order: more than anything that stays the same has
_INCHES = {"left": 0.65, "right": 0.2, "bottom": 0.5, "top": 0.35, "wspace": 0.75, "hspace": 0.85}  # around panels
_STACKED = ContextVar("stacked", default=False)
Update = Callable[[int], object]


@dataclass(frozen=True)
class Drawing:
    """What was drawn into a panel: its artists by name, and how to move those that change to a place of the axis.

    Attributes
    ----------
    update : function of a place, an int
        Sets the artists that move.
    moving : mapping of str to Artist
        In drawing order; they are drawn over everything that stays the same.
    still : mapping of str to Artist
        What is the same in all pictures.
    """

    update: Update
    moving: Mapping[str, Artist]
    still: Mapping[str, Artist] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for artist in self.moving.values():
            artist.set_animated(True)  # the background is drawn without it


class PrintFigure(Figure):
    """A figure in whose SVG and PDF files text stays text, to be searched and edited."""

    def savefig(self, *args: object, **options: object) -> None:
        with mpl.rc_context(_PRINT):
            super().savefig(*args, **options)


class Pictures(list):
    """Pictures as PNG files, and what they were drawn from, so that each can be drawn as vectors too.

    Parameters
    ----------
    pngs : iterable of bytes
    figure : Figure
        From `make_figure`.
    drawings : iterable of Drawing
        What was drawn into its panels.
    """

    def __init__(self, pngs: Iterable[bytes], figure: Figure, drawings: Iterable[Drawing]):
        super().__init__(pngs)
        self._figure, self._drawings = figure, list(drawings)

    def figure(self, i: int) -> Figure:
        """Return the figure at place i, a copy: ``savefig`` writes it as SVG or PDF."""
        for one in self._drawings:
            one.update(i)
        moving = [artist for drawing in self._drawings for artist in drawing.moving.values()]
        copy, artists = cloudpickle.loads(cloudpickle.dumps((self._figure, moving)))
        copy.set_dpi(self._figure.dpi)  # which pickle resets
        for order, artist in enumerate(artists, start=_ABOVE):
            artist.set(animated=False, zorder=order)
        return copy


@contextmanager
def stacked() -> Iterator[None]:
    """Let `make_figure` stack the panels of each figure in one column, for screens as narrow as a phone's."""
    token = _STACKED.set(True)
    try:
        yield
    finally:
        _STACKED.reset(token)


def are_stacked() -> bool:
    """Return whether `make_figure` stacks panels now."""
    return _STACKED.get()


def make_figure(
    width: int, height: int, rows: int, columns: int, *, widths: Sequence[float] | None = None
) -> tuple[Figure, list[Axes]]:
    """Return a figure of width × height CSS pixels, with two dots per pixel, and its panels, row by row.

    It is not registered with pyplot, so it is freed when nothing refers to it.

    Parameters
    ----------
    widths : sequence of float, optional
        Relative widths of the columns; by default, and when `stacked`, they are equal.
    """
    w, h = width / CSS_DPI, height / CSS_DPI
    panel_w, panel_h = _panel_size(w, h, rows, columns)
    if are_stacked():
        rows, columns, widths, w = rows * columns, 1, None, NARROW / CSS_DPI
        panel_w, _ = _panel_size(w, h, 1, 1)
        panel_h = min(panel_h, 0.8 * panel_w)
        h = _INCHES["bottom"] + _INCHES["top"] + rows * panel_h + (rows - 1) * _INCHES["hspace"]
    place = {"left": _INCHES["left"] / w, "right": 1 - _INCHES["right"] / w, "bottom": _INCHES["bottom"] / h}
    place |= {"top": 1 - _INCHES["top"] / h, "wspace": _INCHES["wspace"] / panel_w}
    place |= {"hspace": _INCHES["hspace"] / panel_h, "width_ratios": widths}
    with mpl.rc_context(_LOOK):
        figure = PrintFigure((w, h), dpi=DPI)
        FigureCanvasAgg(figure)
        return figure, list(figure.subplots(rows, columns, squeeze=False, gridspec_kw=place).flat)


def _panel_size(w: float, h: float, rows: int, columns: int) -> tuple[float, float]:
    """Return width and height of a panel in a figure of w × h inches."""
    panel_w = (w - _INCHES["left"] - _INCHES["right"] - (columns - 1) * _INCHES["wspace"]) / columns
    return panel_w, (h - _INCHES["bottom"] - _INCHES["top"] - (rows - 1) * _INCHES["hspace"]) / rows


def render(figure: Figure, drawings: Iterable[Drawing], n: int, *, small: bool = False) -> Pictures:
    """Return n pictures of a figure as PNG files: the background is drawn once, and what moves is drawn on it.

    Parameters
    ----------
    figure : Figure
        From `make_figure`.
    drawings : iterable of Drawing
        What was drawn into its panels.
    n : int
        Number of pictures.
    small : bool
        Whether to use fewer shades and compress harder: a third fewer bytes, for grids of a hundred pictures, and for
        phones, on whose screens the shades of an edge cannot be distinguished.
    """
    canvas, drawings, small = figure.canvas, list(drawings), small or are_stacked()
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    shades = palette((INK, EDGE, GRID, *COLORS), 63 if small else 252)
    before = _pixels(canvas).copy()
    indices = np.asarray(_quantized(before, shades))
    pngs = []
    for i in range(n):
        canvas.restore_region(background)
        _move(drawings, i)
        image = _changed(indices, before, _pixels(canvas), shades)
        pngs.append(encode(image, compress_level=4 if small else 1))
    return Pictures(pngs, figure, drawings)


def _move(drawings: list[Drawing], i: int) -> None:
    """Move all artists to a place, and draw them on what is there."""
    for drawing in drawings:
        drawing.update(i)
        for artist in drawing.moving.values():
            artist.axes.draw_artist(artist)


def _pixels(canvas: FigureCanvasAgg) -> np.ndarray:
    """Return the pixels of a canvas, each as one number of four bytes; they change when it is drawn on."""
    return np.asarray(canvas.buffer_rgba()).view(np.uint32)[..., 0]


def _quantized(pixels: np.ndarray, shades: Image.Image) -> Image.Image:
    """Return pixels (height, width) as an image whose pixels are the nearest of some shades."""
    colors = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
    return Image.fromarray(colors).convert("RGB").quantize(palette=shades, dither=Image.Dither.NONE)


def _changed(indices: np.ndarray, before: np.ndarray, pixels: np.ndarray, shades: Image.Image) -> Image.Image:
    """Return a quantized picture; only pixels that differ from those before, of which it is known, are quantized."""
    changed = np.flatnonzero(pixels != before)
    indices = indices.copy()
    if len(changed):
        indices.flat[changed] = np.asarray(_quantized(pixels.flat[changed][None], shades))[0]
    image = Image.fromarray(indices)
    image.putpalette(shades.getpalette())
    return image


def name_panel(ax: Axes, title: str) -> None:
    """Write a title above a panel, at its left end, or where panels are stacked at the left end of the figure."""
    left, _, width, _ = ax.get_position().bounds
    look = {"x": (0.02 - left) / width, "pad": 9, "fontsize": 9} if are_stacked() else {"fontsize": 10}
    ax.set_title(title, loc="left", **look)


def mark_gap(ax: Axes, x: float) -> Text:
    """Mark a break of the x axis at x: what lies before it is not on the scale of what follows."""
    return ax.text(x, 0, "//", transform=ax.get_xaxis_transform(), ha="center", va="center", color=INK, fontsize=10)


def legend_look(fontsize: float | None = None) -> dict[str, float]:
    """Return the settings of a legend: more compact where panels are stacked."""
    tight = {"fontsize": 8, "handlelength": 1.4, "columnspacing": 1}
    return tight if are_stacked() else {"fontsize": fontsize}
