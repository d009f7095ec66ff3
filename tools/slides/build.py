"""Build the decks: a page for each chapter, a list of them, and the files that they share."""

import shutil
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import jinja2

from helpers.labs.words import WORDS
from tools.site.build import made_with, title_of
from tools.site.chapter import ROOT, execute
from tools.site.page import Cells
from tools.site.template import TEMPLATES, write_shared
from tools.slides.deck import Slide, slides_of

HERE = Path(__file__).parent
_TEMPLATES = TEMPLATES.overlay(loader=jinja2.FileSystemLoader([HERE / "parts", *TEMPLATES.loader.searchpath]))


def build(
    place: Path,
    chapters: Sequence[Path],
    *,
    date: str | None = None,
    guides: Path = ROOT / "teaching",
    complain: Callable[[str], None] | None = None,
) -> None:
    """Execute chapters and write a deck of slides for each, a list of the decks, and the files that they share.

    Parameters
    ----------
    date : str, optional
        Shown on each first slide; by default that of the last commit, as on the pages of the site.
    guides : Path
        Where the teacher's guides are, named as the chapters; they may be missing.
    complain : function of a text, optional
        Called where a picture has no description, in place of raising an error.
    """
    write_shared(place)
    for name in ("slides.css", "slides.js"):
        shutil.copyfile(HERE / "parts" / name, place / name)
    shutil.copytree(HERE / "reveal", place / "reveal", dirs_exist_ok=True)
    made, decks = made_with(date), []
    for path in chapters:
        print(path.stem, file=sys.stderr, flush=True)
        shutil.rmtree(place / path.stem, ignore_errors=True)
        cells = Cells(execute(path, place, narrow=False), path.parent, place, complain)
        slides = slides_of(cells, guides / f"{path.stem}.md")
        decks.append({"name": path.stem, "title": title_of(path), "number": len(slides)})
        _write(place / f"{path.stem}.html", "deck.html", title=title_of(path), stacks=_stacks(slides), made=made)
    _write(place / "index.html", "decks.html", title=WORDS["slides"]["slides"], decks=decks, made=made)


def _stacks(slides: Sequence[Slide]) -> list[list[Slide]]:
    """Return slides as columns: each with those below it."""
    column, number = {}, -1
    for i, slide in enumerate(slides):
        number += not slide.below
        column[i] = number
    return [[slides[i] for i in group] for _, group in groupby(column, column.get)]


def _write(path: Path, template: str, **values: object) -> None:
    words = WORDS["site"] | WORDS["slides"]
    path.write_text(_TEMPLATES.get_template(template).render(words=words, up="", **values), encoding="utf-8")
