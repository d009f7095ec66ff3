"""`Frames`: a widget that holds all pictures of an axis, or of a grid, with the sliders that choose one of them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path

import anywidget
import traitlets

from helpers.drawing.png import common_size
from helpers.labs.words import WORDS
from helpers.sliders import Axis

MAX_BYTES = 4_000_000  # of all pictures: they go to the browser at once, and stay in its memory


class Frames(anywidget.AnyWidget):
    """Show one of many pictures, all of which the browser holds, and sliders that need neither callback nor kernel.

    Where there are no widgets, as in a stored notebook, the current picture is shown.

    Parameters
    ----------
    pngs : sequence of bytes, (n,)
        The pictures, all of one size, row by row. With two pixels for each pixel of the page they are sharp on every
        screen.
    axes : one or two Axis
        What the sliders go along. With two, the first chooses the row of pictures.
    alt : sequence of str, (n,)
        What each picture shows, for those who cannot see it.
    readout : sequence of str, (n,)
        One sentence for each picture.
    width : int
        Width on the page in CSS pixels; the height follows from the pictures.
    also : mapping of str to sequence of str, optional
        Further names of the places of the first axis. Each gets a slider of its own that moves with the first.
    table : sequence of mapping of str to str, (n,), optional
        The numbers of each picture by their names, which the reader can unfold as a table.

    Attributes
    ----------
    index, index_2 : int
        Where on the axes the picture shown lies. On one axis `index_2` is 0.
    message : str
        Shown in place of the read-out while it is not empty: progress, or an error.
    stoppable : bool
        Whether there is a button "Stop" beside it.

    Raises
    ------
    ValueError
        If there are no pictures, or not as many as texts and axes say, or something that is no PNG, or pictures of
        several sizes, or more than `MAX_BYTES`.
    """

    # Its text, since anywidget holds each widget for good that was given a path.
    _esm = Path(__file__).with_name("frames.js").read_text(encoding="utf-8")
    _buffer = traitlets.Bytes().tag(sync=True)
    _sizes = traitlets.List(traitlets.Int()).tag(sync=True)
    _version = traitlets.Int().tag(sync=True)  # goes up with each `show`, be it that only texts are new
    words = traitlets.Dict(WORDS["frames"]).tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    axes = traitlets.List(traitlets.Dict()).tag(sync=True)  # name, labels, and the index that the slider moves
    table = traitlets.Dict().tag(sync=True)  # head and rows, texts
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    alt = traitlets.List(traitlets.Unicode()).tag(sync=True)
    readout = traitlets.List(traitlets.Unicode()).tag(sync=True)
    index = traitlets.Int().tag(sync=True)
    index_2 = traitlets.Int().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    stoppable = traitlets.Bool().tag(sync=True)

    def __init__(self, pngs: Sequence[bytes], *axes: Axis, width: int, **texts: object):
        super().__init__(**_state(pngs, axes, width, **texts))
        self._axes = axes
        self.index, self.index_2 = [*(axis.start for axis in axes), 0][:2]

    def show(self, pngs: Sequence[bytes], **texts: object) -> None:
        """Replace all pictures and texts at once; the axes and the place on them stay.

        The texts are those of the constructor: alt, readout, also, table. Raises what the constructor raises, and then
        nothing has changed.
        """
        state = _state(pngs, self._axes, self.width, **texts)
        names, new = ([axis["name"] for axis in axes] for axes in (self.axes, state["axes"]))
        if names != new:
            raise ValueError(f"also must keep its names, got sliders for {new} after {names}: the page has these")
        with self.hold_sync():  # one message, so that no picture is seen with the text of another
            for name, value in state.items():
                setattr(self, name, value)
            self._version += 1

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call a function whenever the button "Stop" is pressed."""
        self.on_msg(lambda _, content, buffers: stop() if content == {"stop": True} else None)

    @property
    def pngs(self) -> list[bytes]:
        """All pictures, in order."""
        return [self._buffer[start:end] for start, end in pairwise(accumulate(self._sizes, initial=0))]

    @property
    def position(self) -> int:
        """Number of the current picture among all, counted row by row from 0."""
        return self.index * prod(self.shape[1:]) + self.index_2

    @property
    def picture(self) -> bytes:
        """The current picture, a PNG."""
        return self.pngs[self.position]

    def close(self) -> None:
        """Take the widget off the page and free its pictures, also where an output history still holds the widget."""
        if self.comm is not None:
            super().close()
            self.layout.close()
            self._buffer, self._sizes = b"", []

    def __repr__(self) -> str:
        return "Frames"  # constant, since notebooks store it

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        place = {"width": self.width, "height": self.height, "alt": self.alt[self.position]}
        return data | {"image/png": self.picture}, metadata | {"image/png": place}

    @traitlets.validate("index", "index_2")
    def _check_index(self, proposal: dict) -> int:
        name, i = proposal["trait"].name, proposal["value"]
        size = self.shape[0] if name == "index" else prod(self.shape[1:])
        if not 0 <= i < size:
            raise traitlets.TraitError(f"{name} must be in [0, {size - 1}], got {i}: its axis has {size} pictures")
        return i


def _state(
    pngs: Sequence[bytes],
    axes: Sequence[Axis],
    width: int,
    *,
    alt: Sequence[str],
    readout: Sequence[str],
    also: Mapping[str, Sequence[str]] | None = None,
    table: Sequence[Mapping[str, str]] = (),
) -> dict[str, object]:
    """Return what a set of pictures is in the widget's traits, or raise what is wrong with it."""
    shape, sliders = [len(axis.values) for axis in axes], _sliders(axes, also or {})
    _check_number(len(pngs), shape, alt=alt, readout=readout, **({"table": table} if table else {}))
    png_width, png_height = common_size(pngs)
    sizes = [len(png) for png in pngs]
    _check_room(width, sizes)
    return {
        "_buffer": b"".join(pngs),
        "_sizes": sizes,
        "shape": shape,
        "axes": sliders,
        "width": width,
        "height": round(width * png_height / png_width),
        "alt": list(alt),
        "readout": list(readout),
        "table": {"head": list(table[0]), "rows": [list(row.values()) for row in table]} if table else {},
    }


def _sliders(axes: Sequence[Axis], also: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Return what the script must know of each slider, in their order on the page."""
    if len(axes) not in (1, 2):
        raise ValueError(f"axes must be one or two, got {len(axes)}: a picture lies on a line or in a grid")
    first, *second = ({"name": axis.name, "labels": axis.labels} for axis in axes)
    for name, labels in also.items():
        if len(labels) != len(first["labels"]):
            raise ValueError(f"also must name {len(first['labels'])} places, got {len(labels)} for {name}")
    joined = [{"name": name, "labels": list(labels)} for name, labels in also.items()]
    rows = [axis | {"moves": "index"} for axis in (first, *joined)]
    return rows + [axis | {"moves": "index_2"} for axis in second]


def _check_number(n: int, shape: list[int], **texts: Sequence) -> None:
    if n == 0:
        raise ValueError("pngs must hold at least one picture, got none: there would be nothing to show")
    if prod(shape) != n:
        raise ValueError(f"axes must have a place for each of {n} pictures, got {' × '.join(map(str, shape))} places")
    for name, each in texts.items():
        if isinstance(each, str):
            raise ValueError(f"{name} must hold a text for each of {n} pictures, got one: {each!r}")
        if len(each) != n:
            raise ValueError(f"{name} must hold a text for each of {n} pictures, got {len(each)}")


def _check_room(width: int, sizes: list[int]) -> None:
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}: it is the width on the page in CSS pixels")
    if sum(sizes) > MAX_BYTES:
        raise ValueError(
            f"pngs must take at most {MAX_BYTES / 1e6:g} MB, got {sum(sizes) / 1e6:.2f} MB in {len(sizes)} pictures: "
            "all go to the browser at once; draw fewer, or smaller ones, or with fewer colours"
        )
