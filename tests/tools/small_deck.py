"""The small chapter of the site's tests with marks of slides, for tests of decks."""

from pathlib import Path

import nbformat

from tests.tools.small_site import CHAPTER, write_chapter
from tools.slides.build import build

MARKS = {1: "slide", 2: "subslide", 3: "fragment", 5: "subslide", 7: "slide", 8: "subslide", 9: "-"}
GUIDE = """# How to teach it

Bring a coin.

## 1.1 What is drawn

Ask *why* first: $\\lambda = 0$.

### Ten minutes

Draw it on the board.

```python
# 1.2 a comment, no heading
```

## What comes next

About no section.

## 1.2 What you expect

Wait.
"""


def write_marked(place: Path, marks: dict[int, str] = MARKS, cells: list[str] = CHAPTER) -> Path:
    """Write the small chapter with marks of some cells."""
    path = write_chapter(place, cells)
    notebook = nbformat.read(path, as_version=4)
    for i, mark in marks.items():
        notebook.cells[i].metadata["slideshow"] = {"slide_type": mark}
    nbformat.write(notebook, path)
    return path


def build_deck(place: Path) -> Path:
    """Build the deck of the small chapter with a guide, and return its folder."""
    (place / "teaching").mkdir()
    (place / "teaching" / "made.md").write_text(GUIDE, encoding="utf-8")
    build(place / "slides", [write_marked(place)], date="2026-01-31", guides=place / "teaching")
    return place / "slides"
