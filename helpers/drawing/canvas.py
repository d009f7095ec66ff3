"""Figures of labs: a background that is drawn once, and drawings on it that move from picture to picture.

A function that draws into a panel returns a `Drawing`, so that a test can compare each artist with the numbers that it
stands for, at every place of the axis.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.drawing.png import encode, palette
from helpers.drawing.style import CSS_DPI, DPI, EDGE, GRID, INK, RC, TEST, TRAIN

_LOOK = RC | {"font.size": 9}
Update = Callable[[int], object]


@dataclass(frozen=True)
class Drawing:
    """What was drawn into a panel: its artists by name, and how those that move come to a place of the axis.

    Attributes
    ----------
    update : function of a place, an int
        Sets the artists that move.
    moving : mapping of str to Artist
        In the order of drawing, over all that stands still.
    still : mapping of str to Artist
        What is the same in all pictures.
    """

    update: Update
    moving: Mapping[str, Artist]
    still: Mapping[str, Artist] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for artist in self.moving.values():
            artist.set_animated(True)  # the background is drawn without it


def make_figure(width: int, height: int, rows: int, columns: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of so many CSS pixels, drawn with two dots for each, and its panels, row by row.

    pyplot does not know it: a figure that nobody holds is freed.
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


def render(figure: Figure, drawings: Iterable[Drawing], n: int, *, small: bool = False) -> list[bytes]:
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
        Whether to use fewer shades and to pack harder: a third less to send, for grids of a hundred pictures.
    """
    canvas, drawings = figure.canvas, list(drawings)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    return [_picture(canvas, background, drawings, i, small) for i in range(n)]


def _picture(canvas: FigureCanvasAgg, background: object, drawings: list[Drawing], i: int, small: bool) -> bytes:
    canvas.restore_region(background)
    for drawing in drawings:
        drawing.update(i)
        for artist in drawing.moving.values():
            artist.axes.draw_artist(artist)
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    shades = palette((INK, EDGE, GRID, TRAIN, TEST), 40 if small else 256)
    return encode(image.quantize(palette=shades, dither=Image.Dither.NONE), compress_level=4 if small else 1)


def name_panel(ax: Axes, title: str) -> None:
    """Write a title above a panel, at its left end."""
    ax.set_title(title, loc="left", fontsize=10)
