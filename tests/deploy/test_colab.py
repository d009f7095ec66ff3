"""The cell that installs the course on Colab, and the copies that begin with it; on Colab itself it was not tried."""

import subprocess
import sys
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from packaging.requirements import Requirement

from deploy.colab import NOT_ON_COLAB, REQUIREMENTS, copy, first_cell, main

REPO = "https://github.com/owner/course.git"


@pytest.fixture
def commands(monkeypatch):
    """What would be run, in order, and nothing is."""
    called = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: called.append((command, check)))
    return called


@pytest.fixture
def colab(monkeypatch, commands):
    """Modules as on Colab; the widget manager notes that it was switched on."""
    output = SimpleNamespace(enable_custom_widget_manager=lambda: commands.append("widgets"))
    modules = {"google": ModuleType("google"), "google.colab": ModuleType("google.colab")}
    modules["google.colab"].output = output
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


def test_elsewhere_the_cell_does_nothing(commands):
    assert "google.colab" not in sys.modules
    exec(first_cell(REPO, "main"), {})
    assert commands == []


def test_on_colab_it_installs_what_is_missing_there_then_the_course_then_shows_widgets(colab, commands):
    exec(first_cell(REPO, "spring"), {})
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    (needed, checked), (course, checked_too), last = commands
    assert needed[:5] == course[:5] == pip
    assert {Requirement(line).name for line in needed[5:]} == set(NOT_ON_COLAB)
    assert set(needed[5:]) <= set(REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    assert course[5:] == ["--no-deps", "git+https://github.com/owner/course@spring"]
    assert (checked, checked_too, last) == (True, True, "widgets")


def test_a_copy_begins_with_the_cell_and_is_the_chapter_otherwise(tmp_path):
    chapter, out = tmp_path / "a.ipynb", tmp_path / "out"
    out.mkdir()
    cells = [nbformat.v4.new_markdown_cell("# λ", id="one"), nbformat.v4.new_code_cell("1 + 1", id="two")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), chapter)
    first, *others = nbformat.read(copy(chapter, out, first_cell(REPO, "main")), as_version=4).cells
    assert first.source + "\n" == first_cell(REPO, "main")
    assert first.source.count("\n") < 20
    assert others == nbformat.read(chapter, as_version=4).cells


def test_copies_never_replace_the_chapters(tmp_path, monkeypatch, capsys):
    chapter = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), chapter)
    before = chapter.read_bytes()
    monkeypatch.setattr(sys, "argv", ["colab.py", "--repo", REPO, str(tmp_path), str(chapter)])
    with pytest.raises(SystemExit):
        main()
    assert "holds the chapters themselves" in capsys.readouterr().err
    assert chapter.read_bytes() == before


def test_the_script_writes_into_a_new_folder(tmp_path, monkeypatch, capsys):
    chapter, out = tmp_path / "a.ipynb", tmp_path / "new" / "out"
    nbformat.write(nbformat.v4.new_notebook(), chapter)
    monkeypatch.setattr(sys, "argv", ["colab.py", "--repo", REPO, str(out), str(chapter)])
    main()
    assert capsys.readouterr().out.strip() == str(out / "a.ipynb")
    assert len(nbformat.read(out / "a.ipynb", as_version=4).cells) == 1
