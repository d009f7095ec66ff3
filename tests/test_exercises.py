"""What is solved is read from the notebooks as they were saved, also from a half-solved and a broken one."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from helpers import checks
from helpers.exercises import progress

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def course(tmp_path):
    """Copy the chapters as they are stored."""
    for path in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(path, tmp_path)
    return tmp_path


def lines(capsys, folder):
    progress(folder)
    return dict(re.split(r"  +", line, maxsplit=1) for line in capsys.readouterr().out.splitlines())


def say(path, **verdicts):
    """Save a chapter as if its checks had said this."""
    notebook = nbformat.read(path, as_version=4)
    for name, verdict in verdicts.items():
        cell = next(cell for cell in notebook.cells if f"checks.{name}(" in cell.source and cell.cell_type == "code")
        cell.outputs = [nbformat.v4.new_output("stream", text=f"{name}: {verdict}\n")]
    nbformat.write(notebook, path)


def test_untouched_chapters_have_nothing_solved(course, capsys):
    found = lines(capsys, course)
    assert found.pop("all") == f"0 of {len(checks.__all__)} solved"
    assert all(re.fullmatch(r"0 of \d solved", line) for line in found.values())
    assert len(found) == len(list(NOTEBOOKS.glob("[01]*.ipynb"))) - 1, "all chapters but the start, which asks none"


def test_a_half_solved_chapter(course, capsys):
    say(
        course / "01_weight_decay_scratch.ipynb",
        noise_variance="correct: it is",
        matrix_step="not yet: for norm = 10 it ...",
    )
    found = lines(capsys, course)
    line = found["01_weight_decay_scratch"]
    assert re.match(r"1 of \d solved; not yet right: matrix_step; open: \w+", line)
    assert "noise_variance" not in line
    assert found["all"].startswith("1 of ")


def test_an_answer_whose_output_was_cleared_is_open(course, capsys):
    path = course / "01_weight_decay_scratch.ipynb"
    say(path, noise_variance="correct: it is")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(notebook, path)
    assert lines(capsys, course)["all"].startswith("0 of ")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "<<<<<<< mine\n" + text,
        lambda text: "[]",
        lambda text: '{"cells": [{"cell_type": "code"}]}',
        lambda text: '{"cells": null}',
        lambda text: "",
    ],
)
def test_a_broken_chapter_is_named_and_the_others_counted(course, capsys, damage):
    say(course / "03_dropout_scratch.ipynb", dropconnect="correct: it is")
    broken = course / "02_weight_decay_concise.ipynb"
    broken.write_text(damage(broken.read_text(encoding="utf-8")), encoding="utf-8")
    found = lines(capsys, course)
    assert found["02_weight_decay_concise"].startswith("cannot be read, ")
    assert found["03_dropout_scratch"].startswith("1 of ")


def test_a_folder_without_chapters_is_an_error(tmp_path):
    (tmp_path / "notes.ipynb").write_text(json.dumps({"cells": []}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"folder must contain chapters with exercises, got .*: there are none"):
        progress(tmp_path)
