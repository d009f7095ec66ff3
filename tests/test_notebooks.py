"""What holds for every chapter: outputs are stored, nothing is on stderr, cells are short, prose is ample."""

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
each_chapter = pytest.mark.parametrize("name", CHAPTERS)


def cells(name, kind):
    return [cell for cell in CHAPTERS[name].cells if cell.cell_type == kind and cell.source.strip()]


def test_the_chapters_are_here():
    assert list(CHAPTERS) == [
        "01_weight_decay_scratch",
        "02_weight_decay_concise",
        "03_dropout_scratch",
        "04_dropout_concise",
        "05_l1_and_elastic_net",
        "06_choosing_lambda_and_p",
        "07_dropout_and_weight_decay_together",
        "08_dropout_at_test_time",
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
    assert all(set(cell.metadata) <= {"tags"} for cell in CHAPTERS[name].cells)
    assert not any(cell.metadata.get("tags") for cell in CHAPTERS[name].cells), "no cell is hidden or excused"


@each_chapter
def test_no_path_of_a_machine_is_stored(name):
    for cell in cells(name, "code"):
        text = str([output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs])
        assert not re.search(r"(/home/|/root/|/Users/|/tmp/|C:\\)", text), text


@each_chapter
def test_executed_on_the_real_images(name):
    stored = str(CHAPTERS[name])
    assert "Fashion-MNIST could not be had" not in stored


@each_chapter
def test_cells_are_short_and_prose_is_ample(name):
    sizes = [len(cell.source.splitlines()) for cell in cells(name, "code")]
    assert max(sizes) <= 20
    assert median(sizes) <= 6
    words = sum(len(cell.source.split()) for cell in cells(name, "markdown"))
    code = sum(len(cell.source.split()) for cell in cells(name, "code"))
    assert words >= code


@each_chapter
def test_anatomy(name):
    prose = "\n".join(cell.source for cell in cells(name, "markdown"))
    assert cells(name, "markdown")[0].source.startswith("# ")
    assert CHAPTERS[name].cells[0].source.splitlines()[0].endswith("?"), "the title is a question"
    for part in ("Predict, then run", "In practice", "Exercises", "What to take home", "*References.*"):
        assert part in prose, f"{name} has no {part!r}"
    assert sum("assert" in cell.source for cell in cells(name, "code")) >= 8


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
    prose = "\n".join(cell.source for cell in cells(name, "markdown"))
    typed = set(re.findall(r"\d\.\d{2,}", prose)) & printed - constants
    assert not typed, f"{name} types {typed}, which a cell measures"
