"""Labs whose pictures are not rendered, for tests of what their controls do: rendering takes most of the time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from PIL import Image

from helpers.labs.lab import Lab
from tests.labs.pictures import module_of


def _dot() -> bytes:
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "png")
    return file.getvalue()


@contextmanager
def quick_lab(name: str, **arguments: object) -> Iterator[Lab]:
    """Open a lab that draws, but renders nothing: all its pictures are one dot. It is closed at the end."""
    module = module_of(name)
    with patch.object(module, "render", lambda figure, drawings, n, **options: [_dot()] * n):
        lab = getattr(module, name)(**arguments)
        yield lab
        lab.close()


def values(lab: Lab) -> dict[str, object]:
    """Return what the boxes and menus of a lab say, by their names."""
    return {name: control.value for name, control in lab.controls.items()}
