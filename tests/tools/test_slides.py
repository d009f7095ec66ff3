"""Decks: marks as Jupyter sets them, notes, and pages that repeat byte for byte and ask nobody for anything."""

import re

import nbformat
import pytest
from nbconvert.exporters.slides import _RevealMetadataPreprocessor  # what the marks mean in nbconvert

from tests.tools.small_deck import GUIDE, build_deck, write_marked
from tools.site.chapter import Chapter
from tools.site.page import Cells
from tools.slides.blocks import Block, blocks, choose, choose_title, markdown, pages
from tools.slides.build import HERE
from tools.slides.deck import slides_of
from tools.slides.guide import notes_of
from tools.slides.marks import places, slide_type

MARKED = ["-", "slide", "-", "fragment", "-", "fragment", "notes", "subslide", "skip", "fragment", "slide", "-"]


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    return build_deck(tmp_path_factory.mktemp("deck"))


@pytest.fixture(scope="module")
def page(deck):
    return (deck / "made.html").read_text(encoding="utf-8")


def cell(mark=None, text="text"):
    metadata = {"slideshow": {"slide_type": mark}} if mark else {}
    return nbformat.v4.new_markdown_cell(text, metadata=metadata)


def sections(page):
    """Return each slide of a deck as HTML."""
    return re.findall(r"<section[^>]*>\n<div class=\"slide\">.*?</section>", page, re.DOTALL)


# Marks


def test_marks_mean_what_they_mean_to_nbconvert():
    notebook = nbformat.v4.new_notebook(cells=[cell(mark) for mark in MARKED])
    theirs, _ = _RevealMetadataPreprocessor().preprocess(notebook, {})
    shown = [
        (i, one.metadata) for i, one in enumerate(theirs.cells) if one.metadata.slide_type not in ("notes", "skip")
    ]
    ours = places(notebook.cells)
    assert [i for i, one in shown if one.get("subslide_start")] == [place.steps[0][0] for place in ours]
    assert [i for i, one in shown if one.get("slide_start")] == [place.steps[0][0] for place in ours if not place.below]
    fragments = [step[0] for place in ours for step in place.steps[1:]]
    assert [i for i, one in shown if one.get("fragment_start")] == fragments
    assert [i for i, _ in shown] == [i for place in ours for step in place.steps for i in step]
    assert [place.notes for place in ours] == [[], [6], [], []]


def test_a_cell_without_a_mark_is_on_no_slide():
    cells = [cell(), cell(), cell("slide"), cell()]
    assert [place.steps for place in places(cells)] == [[[0]], [[2]]]


def test_an_unknown_mark_is_an_error():
    with pytest.raises(ValueError, match=r"slide_type must be one of slide, .*, got 'slyde'"):
        slide_type(cell("slyde"))


# What stands on a slide


def test_a_short_cell_is_shown_whole_but_for_what_describes_a_picture():
    shown, hidden = choose("## Title\nFew words.\n\n*Picture:* A line.\n\n$$x$$")
    assert [block.kind for block in shown] == ["heading", "paragraph", "formula"]
    assert [block.kind for block in hidden] == ["description"]


def test_of_a_long_cell_only_what_a_class_can_read():
    long = "word " * 70
    source = f"## T\n\n{long}\n\nThey are:\n\n- one\n- two\n  more\n\n**Bold.** Short.\n\n> **Predict.** Up?\n\n{long}"
    shown, hidden = choose(source)
    texts = ["## T", "They are:", "- one", "- two\n  more", "**Bold.** Short.", "> **Predict.** Up?"]
    assert [block.text for block in shown] == texts
    assert [block.kind for block in hidden] == ["paragraph"] * 2
    assert markdown(shown).count("\n\n") == 4, "the items stay one list"


def test_a_heading_is_not_left_alone_and_a_colon_introduces_nothing():
    long = " ".join(["word"] * 70)
    assert [block.text for block in choose(f"## T\n\n{long}")[0]] == ["## T", long]
    assert [block.text for block in choose("First.\n\nThe next cell shows:")[0]] == ["First."]


def test_solutions_and_references_stay_off_and_code_stays_whole():
    found = blocks("<details>\n\n```python\na\n\nb\n```\n</details>\n\n*References.* X.\n\n```python\nx\n\n- y\n```")
    assert [block.kind for block in found] == ["html", "references", "code"]
    assert choose("<details>\n\nno\n</details>\n\ntext")[0] == [Block("paragraph", "text")]


def test_long_lists_go_on_below_and_a_part_stands_alone():
    items = [Block("list", "- " + "word " * 30)] * 6
    found = pages([Block("heading", "## T"), *items])
    assert [len(page) for page in found] == [4, 3]
    assert [len(page) for page in pages([Block("part", "> **Part 1"), Block("heading", "## T"), items[0]])] == [1, 2]


def test_the_first_slide_has_the_question_and_the_objectives():
    part = "> **Part 1 of 2 · Why? (about 45 minutes).** *Afterwards you can* x. *You may stop here*: y."
    shown, hidden = choose_title(f"# 1 · Why?\n\n**Bold words.** Much more.\n\nOther.\n\n{part}")
    texts = ["# 1 · Why?", "**Bold words.**", "> **Part 1 of 2 · Why?** *Afterwards you can* x."]
    assert [block.text for block in shown] == texts
    assert [block.text for block in hidden] == ["**Bold words.** Much more.", "Other."]
    assert [block.text for block in choose_title("# 1\n\nAbout it.\n\nMore.")[0]] == ["# 1", "About it."]


def test_what_can_show_nothing_is_an_error(tmp_path):
    path = write_marked(tmp_path, {1: "slide"}, ["# T", "*Picture:* A line."])
    cells = Cells(Chapter("made", nbformat.read(path, as_version=4).cells, {}), tmp_path, tmp_path / "slides")
    with pytest.raises(ValueError, match="made, cell 1 is marked as a slide, but nothing of it can be shown"):
        slides_of(cells, tmp_path / "none.md")


# Notes


def test_a_guide_is_read_by_the_numbers_of_its_sections(tmp_path):
    (tmp_path / "guide.md").write_text(GUIDE, encoding="utf-8")
    notes = notes_of(tmp_path / "guide.md")
    assert list(notes) == ["", "1.1", "1.2"]
    assert notes[""] == "Bring a coin."
    assert "**Ten minutes**\n\nDraw it on the board." in notes["1.1"]
    assert "# 1.2 a comment" in notes["1.1"]
    assert notes["1.2"] == "Wait."
    assert "About no section" not in "".join(notes.values())
    (tmp_path / "plain.md").write_text("No heading.", encoding="utf-8")
    assert notes_of(tmp_path / "plain.md") == notes_of(tmp_path / "missing.md") == {}


def test_the_speaker_reads_what_the_guide_says_and_what_the_slide_leaves_out(page):
    found = [re.search(r'<aside class="notes">(.*?)</aside>', slide, re.DOTALL) for slide in sections(page)]
    texts = [re.sub(r"<math.*?</math>|<[^>]*>", "", note[1]) if note else "" for note in found]
    assert "Bring a coin." in texts[0]
    assert "Ask why first" in texts[1]
    assert "Draw it on the board." in texts[1]
    assert sum("Wait." in text for text in texts) == 1
    assert not re.search(r'<aside class="notes">((?!</aside>).)* id=', page, re.DOTALL), "anchors are on slides"


# The page


def test_slides_have_what_is_marked_and_nothing_else(page):
    slides = sections(page)
    assert len(slides) == 6
    assert "A <em>small</em> chapter" in slides[0]
    assert 'id="s1.1"' in slides[1]
    assert slides[2].count("<img") == 2
    assert re.search(r'<div class="fragment">\s*<div class="cell"><pre class="output stdout">done', slides[2])
    assert "plt.plot" not in page, "outputs stand for their code"
    assert 'id="lab-5"' in slides[3]
    assert 'id="widget-8"' in slides[5]
    assert 'id="widget-9"' in slides[5]
    assert "Solution" not in page
    assert page.count("<section>\n<section") == 3
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_nothing_leads_away_but_links(deck, page):
    places = re.findall(r'<(?:link|script|img|source)[^>]* (?:src|href|srcset)="([^"]*)"', page)
    assert len(places) > 8
    for place in places:
        assert not re.match(r"\w+:|//", place), place
        assert (deck / place).is_file(), place
    for own in ("slides.css", "slides.js", "style.css", "course.js", "reveal/reveal.css"):
        found = re.findall(r"url\((?!#|data:)|@import|https?://(?!www\.w3\.org/)", (deck / own).read_text("utf-8"))
        assert not found, own


def test_pictures_for_phones_are_not_made(deck):
    assert {path.name for path in (deck / "made" / "lab-5").iterdir()} == {"wide"}


def test_reveal_has_its_licence_and_its_version_is_said(deck):
    version = re.search(r"reveal\.js (\d+\.\d+\.\d+)", (HERE / "__init__.py").read_text(encoding="utf-8"))[1]
    assert f'"{version}"' in (deck / "reveal" / "reveal.js").read_text("utf-8").replace("`", '"')
    assert "Permission is hereby granted, free of charge" in (deck / "reveal" / "LICENSE").read_text(encoding="utf-8")


def test_the_list_has_each_deck(deck):
    assert 'href="made.html">1 · A *small* chapter' in (deck / "index.html").read_text(encoding="utf-8")


def test_two_builds_are_the_same_byte_for_byte(deck, tmp_path):
    again = build_deck(tmp_path)
    files = sorted(path.relative_to(deck) for path in deck.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    read = lambda place, name: re.sub(rb"from commit \w+", b"", (place / name).read_bytes())  # noqa: E731
    assert not [name for name in files if read(deck, name) != read(again, name)]
