"""`Frames`: a widget that holds all pictures of an axis, or of a grid, and shows one of them."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path

import anywidget
import traitlets

from helpers.drawing.png import common_size

MAX_BYTES = 4_000_000  # of all pictures: they go to the browser at once, and stay in its memory


class Frames(anywidget.AnyWidget):
    """Show one of many pictures, all of which the browser holds, so that a slider needs neither callback nor kernel.

    Join a slider by ``jslink((slider, "index"), (frames, "index"))``, and one for the second axis of a grid by
    ``jslink((slider_2, "index"), (frames, "index_2"))``. Where there are no widgets, as in a stored notebook, the
    current picture is shown.

    Parameters
    ----------
    pngs : sequence of bytes, (n,)
        The pictures, all of one size. With two pixels for each pixel of the page they are sharp on every screen.
    alt : sequence of str, (n,)
        What each picture shows, for those who cannot see it.
    readout : sequence of str, (n,)
        One sentence under each picture.
    width : int
        Width on the page in CSS pixels; the height follows from the pictures.
    shape : (n,) or (rows, columns), optional
        How the pictures lie on one axis or, row by row, on two. The default is one axis.

    Attributes
    ----------
    index, index_2 : int
        Where on the axes the picture shown lies. On one axis `index_2` is 0.
    message : str
        Shown in place of the read-out while it is not empty: progress, or an error.

    Raises
    ------
    ValueError
        If there are no pictures, or not as many as texts and `shape` say, or something that is no PNG, or pictures of
        several sizes, or more than `MAX_BYTES`.
    """

    # Its text, since anywidget holds each widget for good that was given a path.
    _esm = Path(__file__).with_name("frames.js").read_text(encoding="utf-8")
    _buffer = traitlets.Bytes().tag(sync=True)
    _sizes = traitlets.List(traitlets.Int()).tag(sync=True)
    _version = traitlets.Int().tag(sync=True)  # goes up with each `show`, be it that only texts are new
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    alt = traitlets.List(traitlets.Unicode()).tag(sync=True)
    readout = traitlets.List(traitlets.Unicode()).tag(sync=True)
    index = traitlets.Int().tag(sync=True)
    index_2 = traitlets.Int().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        pngs: Sequence[bytes],
        *,
        alt: Sequence[str],
        readout: Sequence[str],
        width: int,
        shape: Sequence[int] | None = None,
    ):
        super().__init__(**_state(pngs, alt, readout, width, [len(pngs)] if shape is None else shape))

    def show(self, pngs: Sequence[bytes], *, alt: Sequence[str], readout: Sequence[str]) -> None:
        """Replace all pictures and their texts at once; the index stays, or moves to the end of a shorter axis.

        A grid keeps its shape. Raises what the constructor raises, and then nothing has changed.
        """
        shape = self.shape if len(self.shape) == 2 else [len(pngs)]
        state = _state(pngs, alt, readout, self.width, shape)
        with self.hold_sync():  # one message, so that no picture is seen with the text of another
            for name, value in state.items():
                setattr(self, name, value)
            self._version += 1
            self.index = min(self.index, shape[0] - 1)

    @property
    def pngs(self) -> list[bytes]:
        """All pictures, in order."""
        return [self._buffer[start:end] for start, end in pairwise(accumulate(self._sizes, initial=0))]

    @property
    def position(self) -> int:
        """Number of the current picture among all, counted row by row from 0."""
        return self.index * _columns(self.shape) + self.index_2

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
        size = self.shape[0] if name == "index" else _columns(self.shape)
        if not 0 <= i < size:
            raise traitlets.TraitError(f"{name} must be in [0, {size - 1}], got {i}: its axis has {size} pictures")
        return i


def _columns(shape: Sequence[int]) -> int:
    return shape[1] if len(shape) == 2 else 1


def _state(
    pngs: Sequence[bytes], alt: Sequence[str], readout: Sequence[str], width: int, shape: Sequence[int]
) -> dict[str, object]:
    """Return what a set of pictures is in the widget's traits, or raise what is wrong with it."""
    _check_number(len(pngs), alt, readout, list(shape))
    png_width, png_height = common_size(pngs)
    sizes = [len(png) for png in pngs]
    _check_room(width, sizes)
    return {
        "_buffer": b"".join(pngs),
        "_sizes": sizes,
        "shape": list(shape),
        "width": width,
        "height": round(width * png_height / png_width),
        "alt": list(alt),
        "readout": list(readout),
    }


def _check_number(n: int, alt: Sequence[str], readout: Sequence[str], shape: list[int]) -> None:
    if n == 0:
        raise ValueError("pngs must hold at least one picture, got none: there would be nothing to show")
    for name, texts in (("alt", alt), ("readout", readout)):
        if isinstance(texts, str):
            raise ValueError(f"{name} must hold a text for each of {n} pictures, got one: {texts!r}")
        if len(texts) != n:
            raise ValueError(f"{name} must hold a text for each of {n} pictures, got {len(texts)}")
    if len(shape) not in (1, 2) or prod(shape) != n or min(shape) < 1:
        raise ValueError(f"shape must be (n,) or (rows, columns) of {n} pictures, got {tuple(shape)}")


def _check_room(width: int, sizes: list[int]) -> None:
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}: it is the width on the page in CSS pixels")
    if sum(sizes) > MAX_BYTES:
        raise ValueError(
            f"pngs must take at most {MAX_BYTES / 1e6:g} MB, got {sum(sizes) / 1e6:.2f} MB in {len(sizes)} pictures: "
            "all go to the browser at once; draw fewer, or smaller ones, or with fewer colours"
        )
