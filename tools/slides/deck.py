"""The slides of an executed chapter: each with what a class sees, and with what its speaker reads."""

import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from tools.site.page import Cells
from tools.site.prose import Prose, plain
from tools.slides.blocks import Block, choose, choose_title, markdown, pages
from tools.slides.guide import notes_of
from tools.slides.marks import Place, places

_SECTION = re.compile(r"^## ((\d+\.\d+)?.*)$", re.MULTILINE)


@dataclass
class Slide:
    """One slide, as HTML.

    Attributes
    ----------
    section : str
        The heading of the section that it is from, with its number.
    below : bool
        Whether it lies below the slide before, and not to its right.
    steps : list of list of str
        What is there at once, then each fragment.
    notes : list of str
        What only the speaker reads.
    """

    section: str
    below: bool
    steps: list[list[str]] = field(default_factory=lambda: [[]])
    notes: list[str] = field(default_factory=list)


def slides_of(cells: Cells, guide: Path) -> list[Slide]:
    """Return the slides of a chapter, the notes of its guide at the first slide of each section.

    Raises
    ------
    ValueError
        If nothing of what is marked as a slide can stand on one, or what `Cells.outputs` raises.
    """
    found, sections, guided = [], _sections(cells), notes_of(guide)
    for place in places(cells.chapter.cells):
        made = _Maker(cells, place, *sections[place.steps[0][0]]).slides()
        said = guided.pop(sections[place.steps[0][0]][1], "")
        made[0].notes.insert(0, _notes(said))
        found += made
    return found


def _sections(cells: Cells) -> list[tuple[str, str]]:
    """Return the heading of the section of each cell, as plain text, and its number."""
    found, here = [], ("", "")
    for cell in cells.chapter.cells:
        if cell.cell_type == "markdown" and (heading := _SECTION.search(cell.source)):
            here = plain(Prose().html(heading[1])), heading[2] or ""
        found.append(here)
    return found


class _Maker:
    """Makes the slides of one place: more than one if its prose needs more room."""

    def __init__(self, cells: Cells, place: Place, section: str, number: str):
        self._cells, self._place, self._section = cells, place, section
        self._made = [Slide(section, place.below)]

    def slides(self) -> list[Slide]:
        for k, step in enumerate(self._place.steps):
            if k:
                self._made[-1].steps.append([])
            for i in step:
                self._put(i, is_fragment=k > 0)
        for i in self._place.notes:
            self._made[-1].notes.append(_notes(self._cells.chapter.cells[i].source))
        if not all(any(slide.steps) for slide in self._made):
            where = f"{self._cells.chapter.name}, cell {self._place.steps[0][0]}"
            raise ValueError(f"{where} is marked as a slide, but nothing of it can be shown: mark another cell")
        return self._made

    def _put(self, i: int, is_fragment: bool) -> None:
        cell = self._cells.chapter.cells[i]
        if cell.cell_type == "code":
            shown = self._cells.outputs(i) if cell.outputs else self._cells.code(i)
            self._made[-1].steps[-1].append(f'<div class="cell">{shown}</div>')
        elif cell.cell_type == "markdown":
            shown, hidden = choose_title(cell.source) if i == 0 else choose(cell.source)
            self._made[-1].notes.append(_notes(markdown(hidden)))
            self._write([shown] if is_fragment or i == 0 else pages(shown))

    def _write(self, found: list[list[Block]]) -> None:
        """Put the first page on this slide, and each other one on a slide below it."""
        for k, page in enumerate(found):
            if k:
                self._made.append(Slide(self._section, True))
            if page:
                self._made[-1].steps[-1].append(self._cells.prose(markdown(page)))


def _notes(source: str) -> str:
    """Return Markdown as HTML without anchors and pictures."""
    if not source.strip():
        return ""
    return re.sub(r'(<h\d) id="[^"]*"', r"\1", Prose(lambda url, alt: escape(alt)).html(source))
