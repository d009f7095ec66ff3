"""What is stored of a chapter: its outputs, the language, marks set on purpose, and nothing that changes by itself."""

import runpy
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
store = runpy.run_path(str(ROOT / "tools" / "store.py"))["store"]
code, prose = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


@pytest.fixture
def write(tmp_path):
    def made(*cells):
        metadata = {"kernelspec": KERNEL, "toc": {}}
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), tmp_path / "made.ipynb")
        return tmp_path / "made.ipynb"

    return made


def test_what_is_kept_and_what_is_not(write):
    marks = {"slideshow": {"slide_type": "slide"}, "tags": ["exercise"]}
    path = write(
        prose("# Title", metadata=marks | {"editable": False}),
        code("from ipywidgets import IntSlider\nIntSlider()", metadata=marks | {"scrolled": True}),
        code("1 + 1"),
    )
    store(path)
    stored = nbformat.read(path, as_version=4)
    assert [cell.metadata for cell in stored.cells] == [marks, marks, {}]
    assert [cell.execution_count for cell in stored.cells[1:]] == [1, 2]
    (slider,), (two,) = (cell.outputs for cell in stored.cells[1:])
    assert set(slider.data) == {"text/plain"}
    assert two.data == {"text/plain": "2"}
    again = path.read_bytes()
    store(path)
    assert path.read_bytes() == again


def test_the_language_is_that_of_the_chapters(write):
    path = write(code("1"))
    store(path)
    language = nbformat.read(path, as_version=4).metadata["language_info"]
    assert language["name"] == "python"
    assert "version" not in language, "it differs from machine to machine"
    for chapter in (ROOT / "notebooks").glob("*.ipynb"):
        assert nbformat.read(chapter, as_version=4).metadata == {"kernelspec": KERNEL, "language_info": language}


def test_a_chapter_that_fails_stays_as_it_was(write):
    path = write(code("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        store(path)
    assert path.read_bytes() == before
