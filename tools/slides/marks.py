"""Which cells are on which slide: the marks that Jupyter keeps in a cell's metadata, as nbconvert reads them."""

from collections.abc import Sequence
from typing import NamedTuple

from nbformat import NotebookNode

TYPES = ("slide", "subslide", "fragment", "-", "notes", "skip")


class Place(NamedTuple):
    """The cells of one slide, by their numbers.

    Attributes
    ----------
    below : bool
        Whether it lies below the slide before, a `subslide`, and not to its right.
    steps : list of list of int
        Cells that appear together: first those that are there at once, then each fragment with what continues it.
    notes : list of int
        Cells that only the speaker sees.
    """

    below: bool
    steps: list[list[int]]
    notes: list[int]


def slide_type(cell: NotebookNode) -> str:
    """Return the mark of a cell; one without a mark is not on a slide.

    This is the only difference from nbconvert, where it continues the slide. There are many more cells than slides.

    Raises
    ------
    ValueError
        If Jupyter has no such mark.
    """
    kind = cell.metadata.get("slideshow", {}).get("slide_type", "skip")
    if kind not in TYPES:
        raise ValueError(f"slide_type must be one of {', '.join(TYPES)}, got {kind!r} in cell {cell.get('id')}")
    return kind


def places(cells: Sequence[NotebookNode]) -> list[Place]:
    """Return the slides of a chapter in their order. The first cell begins the first slide, marked or not.

    Notes that stand before a slide belong to the slide before, as in nbconvert.
    """
    found = [Place(False, [[0]], [])]
    for i, cell in enumerate(cells[1:], start=1):
        kind, here = slide_type(cell), found[-1]
        if kind in ("slide", "subslide"):
            found.append(Place(kind == "subslide", [[i]], []))
        elif kind == "fragment":
            here.steps.append([i])
        elif kind == "-":
            here.steps[-1].append(i)
        elif kind == "notes":
            here.notes.append(i)
    return found
