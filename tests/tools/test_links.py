"""Links between chapters lead to the cells in which the sections that they name begin."""

import runpy
from pathlib import Path

import nbformat
import pytest

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "links.py"))
prose = nbformat.v4.new_markdown_cell


@pytest.fixture
def folder(tmp_path):
    cells = [prose("# 1 · What?\n\n## 1.1 First", id="one"), prose("Text.\n\n## 1.2 Second", id="two")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "01_a.ipynb")
    return tmp_path


def test_a_link_gets_the_cell_of_its_section_and_loses_an_old_one(folder):
    text = "See [1.2](01_a.ipynb), [1.1](01_a.ipynb#cell-id=gone) and [chapter 1](01_a.ipynb)."
    wanted = "See [1.2](01_a.ipynb#cell-id=two), [1.1](01_a.ipynb#cell-id=one) and [chapter 1](01_a.ipynb)."
    assert TOOL["linked"](text, folder) == wanted
    assert TOOL["linked"](wanted, folder) == wanted


def test_a_link_to_a_section_that_is_not_there(folder):
    with pytest.raises(ValueError, match=r"01_a\.ipynb must have a section 1\.3"):
        TOOL["linked"]("[1.3](01_a.ipynb)", folder)


def test_chapters_are_rewritten(folder):
    path = folder / "00_b.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[prose("[1.2](01_a.ipynb)", id="x")]), path)
    TOOL["main"]([path])
    assert nbformat.read(path, as_version=4).cells[0].source == "[1.2](01_a.ipynb#cell-id=two)"
