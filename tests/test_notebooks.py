"""What holds for every chapter: outputs are stored, nothing is on stderr, cells are short, prose is ample."""

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "notebooks").glob("[01]*.ipynb"))
CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
each_chapter = pytest.mark.parametrize("name", CHAPTERS)
START, PROJECT = "00_start_here", "10_project"
each_lesson = pytest.mark.parametrize("name", [name for name in CHAPTERS if name != START])


def cells(name, kind):
    return [cell for cell in CHAPTERS[name].cells if cell.cell_type == kind and cell.source.strip()]


def prose_of(name):
    return "\n".join(cell.source for cell in cells(name, "markdown"))


def test_the_chapters_are_here():
    assert list(CHAPTERS) == [
        "00_start_here",
        "01_weight_decay_scratch",
        "02_weight_decay_concise",
        "03_dropout_scratch",
        "04_dropout_concise",
        "05_l1_and_elastic_net",
        "06_choosing_lambda_and_p",
        "07_dropout_and_weight_decay_together",
        "08_dropout_at_test_time",
        "09_your_own",
        "10_project",
    ]


@each_chapter
def test_stored_as_executed_from_top_to_bottom(name):
    counts = [cell.execution_count for cell in cells(name, "code")]
    assert counts == list(range(1, len(counts) + 1))
    assert any(cell.outputs for cell in cells(name, "code")), "without outputs nbval would compare nothing"


@each_chapter
def test_nothing_went_wrong(name):
    for cell in cells(name, "code"):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text


@each_chapter
def test_stored_without_widget_state_and_timings(name):
    assert set(CHAPTERS[name].metadata) <= {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"slideshow", "tags"} for cell in CHAPTERS[name].cells)
    assert not any(cell.metadata.get("tags") for cell in CHAPTERS[name].cells), "no cell is hidden or excused"


@each_chapter
def test_no_path_of_a_machine_is_stored(name):
    for cell in cells(name, "code"):
        text = str([output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs])
        assert not re.search(r"(/home/|/root/|/Users/|/tmp/|C:\\)", text), text


@each_chapter
def test_executed_on_the_real_images(name):
    stored = str(CHAPTERS[name])
    assert "Fashion-MNIST is not available" not in stored


@each_chapter
def test_cells_are_short_and_prose_is_ample(name):
    sizes = [len(cell.source.splitlines()) for cell in cells(name, "code")]
    assert max(sizes) <= 20
    assert median(sizes) <= 6
    words = sum(len(cell.source.split()) for cell in cells(name, "markdown"))
    code = sum(len(cell.source.split()) for cell in cells(name, "code"))
    assert words >= code


@each_lesson
def test_anatomy(name):
    prose = prose_of(name)
    for part in ("Predict, then run", "In practice", "Exercises"):
        assert part in prose, f"{name} has no {part!r}"
    claims = 5 if name == PROJECT else 8
    assert sum("assert" in cell.source for cell in cells(name, "code")) >= claims


@each_chapter
def test_each_section_begins_a_cell_so_that_links_lead_to_it(name):
    for cell in cells(name, "markdown"):
        before, heading, _ = f"\n{cell.source}".partition("\n## ")
        assert not heading or not before.strip() or re.fullmatch(r"\s*> \*\*Part [^\n]*\s*", before), cell.source[:80]


@each_chapter
def test_how_it_begins_and_ends(name):
    assert re.fullmatch(r"# \d+ · .*\?", cells(name, "markdown")[0].source.splitlines()[0]), "the title is a question"
    assert cells(name, "markdown")[0] is CHAPTERS[name].cells[0]
    for part in ("Predict, then", "What to take home", "*References.*"):
        assert part in prose_of(name), f"{name} has no {part!r}"
    assert any("assert" in cell.source for cell in cells(name, "code"))


@each_lesson
def test_parts_are_numbered_and_say_what_they_give_and_where_to_stop(name):
    parts = re.findall(
        r"^> \*\*Part (\d) of (\d) · [^*]+ \(about \d+ minutes\)\.\*\* (.*)$", prose_of(name), re.MULTILINE
    )
    assert len(parts) == prose_of(name).count("**Part ")
    assert [(int(k), int(n)) for k, n, _ in parts] == [(k, len(parts)) for k in range(1, len(parts) + 1)]
    assert all("*Afterwards you can*" in text for *_, text in parts)
    assert all("*You may stop here*" in text for *_, text in parts[1:])
    if len(cells(name, "code")) > 55:
        assert len(parts) >= 2, "a long chapter has parts"


@each_chapter
def test_every_link_leads_to_a_chapter_and_a_section_that_are_there(name):
    links = re.findall(r"\[([^\]]*)\]\(([01]\w+)\.ipynb(?:#cell-id=([\w-]+))?\)", prose_of(name))
    for text, target, cell in links:
        assert target in CHAPTERS, target
        if re.fullmatch(r"\d+\.\d+", text):
            advice = f"section {text}: `python tools/links.py notebooks/*.ipynb`"
            begins = {one.id for one in cells(target, "markdown") if f"\n## {text} " in f"\n{one.source}"}
            assert begins == {cell}, advice
            assert target.startswith(f"{int(text.partition('.')[0]):02}_"), f"section {text} is not in {target}"


def test_the_map_has_every_chapter_with_its_title_and_its_picture():
    prose = prose_of(START)
    for name in CHAPTERS.keys() - {START}:
        title = CHAPTERS[name].cells[0].source.splitlines()[0].partition(" · ")[2]
        assert f"(pictures/{name}.png)" in prose
        assert f"[{title}]({name}.ipynb)" in prose


def test_every_question_of_the_index_has_an_answer():
    index = prose_of(START).partition("Looking for an answer?")[2].partition("What to take home")[0]
    questions = [line for line in index.splitlines() if line.startswith("- ")]
    assert len(questions) >= 31
    for line in questions:
        assert re.search(r"\? (\[\d+\.\d+\]\(\w+\.ipynb#cell-id=[\w-]+\)(, )?)+$", line), line


@each_chapter
def test_no_measured_number_is_typed_into_prose(name):
    """What a cell prints with three or more digits must not stand in the text, where nothing would keep it true."""
    printed = {
        number
        for cell in cells(name, "code")
        for output in cell.outputs
        if output.output_type == "stream"
        for number in re.findall(r"\d\.\d{2,}", output.text)
    }
    constants = {
        "0.0001",
        "0.95",
        "0.003",
        "0.05",
        "0.01",
        "0.14",
        "0.36",
        "0.76",
        "13.4",
    }  # given by the example or derived in the text
    prose = prose_of(name)
    typed = set(re.findall(r"\d\.\d{2,}", prose)) & printed - constants
    assert not typed, f"{name} types {typed}, which a cell measures"


@each_chapter
def test_each_picture_has_a_description_of_its_own(name):
    """A page of `make site` needs them; labs, predictions and questions describe themselves."""
    notebook = CHAPTERS[name].cells
    for i, cell in enumerate(notebook):
        shown = [output["data"] for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
        pictures = [data for data in shown if not re.fullmatch(r"\w*Lab|Prediction|Question", data["text/plain"])]
        following = next((later.source for later in notebook[i + 1 :] if later.cell_type == "markdown"), "")
        described = len(re.findall(r"^\*Picture:\*", following, re.MULTILINE))
        assert not pictures or described == len(pictures), cell.source
