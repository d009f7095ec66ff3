"""The guides for teachers say what the chapters say, and the glossary leads to where its terms are explained."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(ROOT.glob("notebooks/[01]*.ipynb"))}
GUIDES = {name: ROOT / "teaching" / f"{name}.md" for name in CHAPTERS}
each_guide = pytest.mark.parametrize("name", GUIDES)
PARTS = ["Objectives", "Units of 45 minutes", "Misconceptions", "Polls", "The explore exercises"]


def prose(name):
    return "\n".join(cell.source for cell in CHAPTERS[name].cells if cell.cell_type == "markdown")


def sections(name):
    return dict(re.findall(r"^## (\d+\.\d+) (.+)$", prose(name), re.MULTILINE))


def bullets(text):
    return [line.removeprefix("- ").rstrip(" .;,") for line in text.splitlines() if line.startswith("- ")]


def part(text, title):
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


@each_guide
def test_a_guide_has_its_parts_and_notes_for_sections_that_are_there(name):
    heads = re.findall(r"^## (.+)$", GUIDES[name].read_text(encoding="utf-8"), re.MULTILINE)
    assert [head for head in heads if not head[0].isdigit()] == PARTS
    noted = dict(head.split(" ", 1) for head in heads if head[0].isdigit())
    assert noted.items() <= sections(name).items()
    without = set(sections(name)) - set(noted)
    assert all(re.search("Exercises|What to take home|In practice", sections(name)[number]) for number in without)


@each_guide
def test_objectives_are_those_of_the_chapter(name):
    first = CHAPTERS[name].cells[0].source.partition("**Afterwards you can**\n")[2].split("\n> ")[0]
    objectives = bullets(first)
    assert 3 <= len(objectives) <= 7
    assert bullets(part(GUIDES[name].read_text(encoding="utf-8"), "Objectives")) == objectives


@each_guide
def test_every_section_that_a_guide_names_is_there(name):
    text = GUIDES[name].read_text(encoding="utf-8")
    for number, target in re.findall(r"\[(\d+\.\d+)\]\(\.\./notebooks/(\w+)\.ipynb\)", text):
        assert number in sections(target), f"{target} has no section {number}"
    for other in re.findall(r"\]\(\.\./notebooks/(\w+)\.ipynb\)", text):
        assert other in CHAPTERS or other == "glossary"


@each_guide
def test_misconceptions_and_polls_name_what_settles_them(name):
    text = GUIDES[name].read_text(encoding="utf-8")
    rows = [line for line in part(text, "Misconceptions").splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 3
    assert all(re.search(r"\[\d+\.\d+\]\(", row) for row in rows)
    assert len(re.findall(r"^\*\*\d", part(text, "Polls"), re.MULTILINE)) >= 3


GLOSSARY = nbformat.read(ROOT / "notebooks" / "glossary.ipynb", as_version=4)
ROWS = [
    (cell.id, *(entry.strip() for entry in line.strip("| ").split("|")))
    for cell in GLOSSARY.cells
    for line in cell.source.splitlines()
    if line.startswith("| **")
]


def test_every_term_has_a_sentence_and_a_section_that_is_there():
    assert len(ROWS) >= 40
    assert len({term for _, term, *_ in ROWS}) == len(ROWS)
    for _, term, *_, text, explained, _ in (row + ("",) * (6 - len(row)) for row in ROWS):
        assert text.endswith("."), term
        number, target, cell = re.fullmatch(r"\[(\d+\.\d+)\]\((\w+)\.ipynb#cell-id=([\w-]+)\)", explained).groups()
        begins = [one.id for one in CHAPTERS[target].cells if f"\n## {number} " in f"\n{one.source}"]
        assert begins == [cell], f"{term}: `python tools/links.py notebooks/*.ipynb`"


def test_chapters_lead_to_every_group_of_the_glossary_and_only_to_what_is_there():
    links = re.findall(r"\(glossary\.ipynb(?:#cell-id=([\w-]+))?\)", "\n".join(map(prose, CHAPTERS)))
    ids = {cell.id for cell in GLOSSARY.cells}
    assert {link for link in links if link} == ids - {"glossary"}
    assert len(links) >= len(ROWS) - 2, "the chapter that explains a term links its first use"
