"""PNG files of pictures with few colours."""

import io
import reprlib
from collections.abc import Sequence
from functools import lru_cache
from struct import unpack

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from helpers.drawing.style import CSS_DPI, DPI

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(image: Image.Image, compress_level: int = 1) -> bytes:
    """Return `image` as a PNG file, compressed fast rather than small, unless a higher level is given."""
    buffer = io.BytesIO()
    image.save(buffer, "png", compress_level=compress_level)
    return buffer.getvalue()


@lru_cache(maxsize=8)
def palette(colors: tuple[str, ...], size: int = 256) -> Image.Image:
    """Return the shades from white to each of these colours: a PNG of 256 colours is written four times as fast."""
    ends = np.array([to_rgb(color) for color in dict.fromkeys(colors)])
    shades = np.linspace(0, 1, size // len(ends))[:, None, None]
    table = np.round(255 * (1 - shades * (1 - ends))).astype(np.uint8).reshape(-1, 3)
    table[(table > 244).all(axis=1)] = 255  # PIL looks colours up in steps of 4, and white must stay white
    image = Image.new("P", (1, 1))
    image.putpalette(table.tobytes())
    return image


class Png(bytes):
    """The bytes of a PNG file, which show themselves as a picture at the end of a cell."""

    def __repr__(self) -> str:
        width, height = self._size
        return f"Png({width} × {height} pixels)"

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        width, height = (round(pixels * CSS_DPI / DPI) for pixels in self._size)
        return bytes(self), {"width": width, "height": height}

    @property
    def _size(self) -> tuple[int, int]:
        return common_size([self])


def common_size(pngs: Sequence[bytes]) -> tuple[int, int]:
    """Return the width and height in pixels that all pictures have.

    Raises
    ------
    ValueError
        If one is not a PNG, or if they differ in size.
    """
    for i, png in enumerate(pngs):
        if not isinstance(png, bytes) or len(png) < 24 or not png.startswith(_SIGNATURE):
            raise ValueError(
                f"pngs[{i}] must be the bytes of a PNG, got {reprlib.repr(png)}: browsers get it as image/png"
            )
    sizes = {unpack(">II", png[16:24]) for png in pngs}  # the header of a PNG begins with them
    if len(sizes) > 1:
        raise ValueError(
            f"pngs must have the same size in pixels, got {sorted(sizes)}: they are shown in the same place"
        )
    return sizes.pop()
