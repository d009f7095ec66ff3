"""What tests of pictures share: what was drawn is read back from the artists, and compared with reference images.

``python -m tests.labs.pictures`` draws the reference images anew. Look at each before it is committed.
"""

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import ceil, floor
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image, ImageFilter, ImageStat

import helpers
from helpers.drawing.canvas import Drawing, render
from helpers.drawing.png import palette
from helpers.drawing.style import COLORS, EDGE, GRID, INK
from helpers.labs.scene import Scene

# Reading artists back


def places(drawing: Drawing, n: int) -> Iterator[int]:
    """Go to each of n places and yield its number; from the last to the first, so that no update leans on the order."""
    for i in reversed(range(n)):
        drawing.update(i)
        yield i


def xy(line: Line2D) -> np.ndarray:
    """Return the points of a line or of dots, (2, n)."""
    return np.array(line.get_data(), dtype=float)


def edges(band: PolyCollection) -> np.ndarray:
    """Return where a band lies, how far down and how far up it reaches there, (3, n)."""
    (path,) = band.get_paths()
    x, y = path.vertices.T
    columns = [(place, y[x == place].min(), y[x == place].max()) for place in np.unique(x)]
    return np.transpose(columns)


def segments(lines: LineCollection) -> np.ndarray:
    """Return the lines of a collection, (n, points, 2), as the paths that are drawn."""
    return np.array([path.vertices for path in lines.get_paths()])


def heights(bars: LineCollection) -> np.ndarray:
    """Return how far bars reach from 0, (n,), for bars at 0, 1, 2, …"""
    drawn = segments(bars)
    np.testing.assert_array_equal(drawn[:, :, 0], np.repeat(np.arange(len(drawn))[:, None], 2, axis=1))
    np.testing.assert_array_equal(drawn[:, 0, 1], 0)
    return drawn[:, 1, 1]


def look(line: Line2D) -> tuple[str, str]:
    """Return colour and dashes of a line."""
    return to_hex(line.get_color()), line.get_linestyle()


def band_look(band: PolyCollection) -> tuple[str, float]:
    """Return colour and opacity of a band."""
    (color,) = band.get_facecolor()
    return to_hex(color), round(float(color[3]), 3)


def keys(legend: Legend) -> dict[str, tuple[str, str]]:
    """Return the look of each line by the name that the legend gives it."""
    names = [text.get_text() for text in legend.get_texts()]
    return {name: look(handle) for name, handle in zip(names, legend.legend_handles, strict=True)}


def ticks(axis: Axis) -> dict[float, str]:
    """Return the labels of an axis by their places."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return dict(zip(axis.get_ticklocs().tolist(), labels, strict=True))


def title(drawing: Drawing) -> str:
    """Return what stands above the panel of a drawing."""
    return panel(drawing).get_title(loc="left")


def panel(drawing: Drawing):
    """Return the axes that a drawing was drawn into."""
    (ax,) = {artist.axes for artist in drawing.moving.values()}
    return ax


def is_drawn(artist: Artist) -> bool:
    """Return whether an artist can be seen: it belongs to a figure, is visible, and is not transparent."""
    return artist.figure is not None and artist.get_visible() and artist.get_alpha() != 0


def one_place_off(drawing: Drawing) -> Drawing:
    """Return a drawing with a fault: it goes to the place after the one that it is told."""
    return replace(drawing, update=lambda i: drawing.update(i + 1))


# Scenes without pictures


class Made(NamedTuple):
    """A scene, and what its pictures would have been drawn from; its pngs are empty."""

    scene: Scene
    figure: Figure
    drawings: Mapping[str, Drawing]
    small: bool

    def picture(self, i: int) -> bytes:
        """Return the picture at a place, a PNG."""
        here = [replace(drawing, update=lambda _, d=drawing: d.update(i)) for drawing in self.drawings.values()]
        return render(self.figure, here, 1, small=self.small)[0]


def made(module: ModuleType, make: str = "make", **settings: object) -> Made:
    """Call a module's `make`, which draws, but do not render what it drew: that takes most of the time."""
    drawn, rendered = [], []

    def spy(*args: object, real=module.draw, **options: object):
        drawn.append(real(*args, **options))
        return drawn[-1]

    def skip(figure: Figure, drawings: Iterator[Drawing], n: int, *, small: bool = False) -> list[bytes]:
        rendered.append((figure, list(drawings), small))
        return [b""] * n

    with patch.object(module, "draw", spy), patch.object(module, "render", skip):
        scene = getattr(module, make)(**settings)
    ((figure, drawings),), ((canvas, all_drawings, small),) = drawn, rendered
    assert canvas is figure
    assert all_drawings == list(drawings.values()), "each drawing must be rendered, in this order"
    assert len(scene.pngs) == len(scene.numbers) == len(scene.readout), "one picture and one sentence for each point"
    return Made(scene, figure, drawings, small)


def module_of(name: str) -> ModuleType:
    """Return the module of a lab."""
    return sys.modules[getattr(helpers, name).__module__]


# Figures for print


def written(figure: Figure, kind: str) -> bytes:
    """Return the file of a figure."""
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=figure.dpi)
    return file.getvalue()


def printed(figure: Figure, small: bool = False) -> Image.Image:
    """Return a figure as a PNG, in the shades that pictures of labs have."""
    shades = palette((INK, EDGE, GRID, *COLORS), 63 if small else 252)
    image = Image.open(io.BytesIO(written(figure, "png"))).convert("RGB")
    return image.quantize(palette=shades, dither=Image.Dither.NONE).convert("RGB")


def as_image(png: bytes) -> Image.Image:
    """Return a PNG as an image."""
    return Image.open(io.BytesIO(png)).convert("RGB")


# Reference images

LABS = [name for name in helpers.__all__ if name.endswith("Lab")]
DIRECTORY = Path(__file__).parent / "references"
WIDTH = 560  # pixels: a third of what a lab shows
BLUR = 2.5  # pixels: more than what rounding moves, less than what any curve covers
TOLERANCE = 15  # of 255
Box = tuple[int, int, int, int]  # left, upper, right and lower end, in pixels of a reference image


class Reference(NamedTuple):
    """One picture of a lab: of a scene that is made quickly, at one of its places."""

    settings: Mapping[str, object]
    place: int


_QUICK_BOOK = {"preset": "the book's demo", "n": 20, "noise": 0.01, "scale": 1.0, "epochs": 40, "seeds": 4}
_QUICK_OVERFIT = {"preset": "real overfitting", "n": 200, "noise": 0.5, "scale": 0.0, "epochs": 40, "seeds": 4}
_DIGITS = {"images": "digits", "flipped": 0.2, "epochs": 15, "seeds": 2}
REFERENCES = {
    "BiasVarianceLab": [Reference({"n": 20, "noise": 0.5, "seed": 1}, 8)],
    "ConstraintLab": [Reference({"penalty": "ℓ2"}, 21), Reference({"penalty": "ℓ1"}, 27)],
    "DecayDropoutLab": [Reference({"flipped": 0.3, "epochs": 12, "seeds": 2}, 12)],
    "DropoutLab": [Reference(_DIGITS, 15)],
    "DropoutMaskLab": [Reference({"seed": 0, "resample": 0}, 10), Reference({"seed": 0, "resample": 0}, 18)],
    "MemorizationLab": [Reference({"flipped": 0.3, "units": 16, "seeds": 1}, 33)],
    "NetLab": [Reference({"epochs": 10, "seeds": 2, "lr": 0.2}, 6)],
    "PathLab": [Reference({"n": 60, "junk": 0, "seeds": 3}, 39), Reference({"n": 60, "junk": 5, "seeds": 3}, 25)],
    "SelectionLab": [Reference({"folds": 5, "seed": 0}, 10)],
    "UncertaintyLab": [Reference({"seed": 0, "digit": 2, "p": 0.5, "resample": 0}, 12)],
    "WeightDecayLab": [Reference(_QUICK_BOOK, 26), Reference(_QUICK_OVERFIT, 10)],
}


def shrink(png: bytes) -> Image.Image:
    """Return a picture of a lab at the size of the reference images."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return image.resize((WIDTH, round(WIDTH * image.height / image.width)), Image.Resampling.LANCZOS)


def words(figure: Figure) -> list[Box]:
    """Return where the words and legends of a figure are, in pixels of its reference image, with a little room."""
    legends = figure.findobj(Legend)
    inside = {text for legend in legends for text in legend.findobj(Text)}
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text not in inside]
    extents = [artist.get_window_extent() for artist in (*texts, *legends) if is_drawn(artist)]
    return [_box(extent.bounds, figure.bbox.height, WIDTH / figure.bbox.width) for extent in extents]


def _box(bounds: tuple[float, float, float, float], total: float, scale: float) -> Box:
    x, y, width, height = bounds  # from the lower left corner
    room = 1 / scale + 0.03 * width  # hinting makes words so much longer or shorter
    left, right, upper, lower = x - room, x + width + room, total - y - height, total - y
    return floor(scale * left), floor(scale * upper), ceil(scale * right), ceil(scale * lower)


def difference(a: Image.Image, b: Image.Image, boxes: Iterable[Box] = ()) -> float:
    """Return by how much two blurred pictures differ where they differ most, from 0 to 255.

    In each box they are compared by their mean colour: how much is written there, and not where each letter stands.
    """
    if a.size != b.size:
        return 255.0
    boxes = list(boxes)
    one, other = (np.asarray(_without_letters(image, boxes), dtype=float) for image in (a, b))
    return np.abs(one - other).max()


def _without_letters(image: Image.Image, boxes: list[Box]) -> Image.Image:
    image = image.convert("RGB")
    means = [tuple(map(round, ImageStat.Stat(image.crop(box)).mean)) for box in boxes]
    for box, mean in zip(boxes, means, strict=True):
        image.paste(mean, box)
    return image.filter(ImageFilter.GaussianBlur(BLUR))


def path_of(name: str, number: int) -> Path:
    """Return where a reference image of a lab is stored."""
    return DIRECTORY / f"{name}-{number}.png"


def _write(name: str) -> None:
    shades = palette((INK, EDGE, GRID, *COLORS), 120)
    for number, (settings, place) in enumerate(REFERENCES[name]):
        image = shrink(made(module_of(name), **settings).picture(place))
        image.quantize(palette=shades, dither=Image.Dither.NONE).save(path_of(name, number), optimize=True)


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for lab in LABS:
        _write(lab)
