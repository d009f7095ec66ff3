"""A learner runs a notebook, saves it, and opens it again the next day, when its kernel is gone."""

import json
import re

import pytest

import helpers
from tests.browser.lab import PANEL
from tests.browser.notebook_server import until

NAMES = [name for name in helpers.__all__ if name.endswith("Lab")]
IMPORT = "import torch, helpers\ntorch.set_num_threads(1)"
SHOW = "lab = helpers.{}()\nlab"


@pytest.fixture(scope="module")
def reopened(new_lab, jupyter):
    """A notebook with a lab a cell that was run, saved, closed with its kernel, and is open again."""
    name = jupyter.write("next_day.ipynb", [IMPORT, *(SHOW.format(name) for name in NAMES)])
    with new_lab() as first:
        first.open(name)
        first.page.set_viewport_size({"width": 1280, "height": 1000})
        first.run_all()
        until(lambda: bool(first.page.locator(".frames-picture[data-index]").count()), True)
        first.save()
        first.shutdown_kernel()
    with new_lab() as second:
        second.open(name)
        yield second


def outputs(jupyter, name):
    cells = json.loads((jupyter.root / name).read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells[1:] for output in cell["outputs"]]


def test_each_lab_is_saved_as_its_picture(reopened, jupyter):
    kinds = [set(output["data"]) for output in outputs(jupyter, "next_day.ipynb")]
    assert kinds == [{"text/plain", "image/png"}] * len(NAMES)


@pytest.mark.parametrize("nth", range(len(NAMES)), ids=NAMES)
def test_the_picture_of_each_lab_is_there(reopened, nth):
    reopened.page.evaluate(f"i => {PANEL}.content.scrollToItem(i, 'start')", 1 + nth)
    cell = reopened.page.locator(f".jp-Cell[data-windowed-list-index='{1 + nth}']")
    picture = cell.locator(".jp-RenderedImage img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    assert picture.bounding_box()["width"] > 300
    assert reopened.page.get_by_text("model not found").count() == 0


@pytest.mark.parametrize("chapter", ["00_start_here", "03_dropout_scratch"])
def test_a_chapter_that_is_only_opened_is_not_changed(lab, chapter):
    lab.open(f"{chapter}.ipynb")
    language = f"{PANEL}.model.toJSON().metadata.language_info"
    kernels = f"{PANEL}.sessionContext.session.kernel.info.then(info => info.language_info)"
    assert lab.page.evaluate(language) == lab.page.evaluate(kernels)
    assert not lab.page.evaluate(f"{PANEL}.context.model.dirty")


@pytest.mark.parametrize("number", ["1.7", "3.5"])
def test_a_link_to_a_section_opens_its_chapter_there(lab, number):
    lab.open("00_start_here.ipynb")
    lab.page.evaluate(f"{PANEL}.content.scrollToItem({PANEL}.content.widgets.length - 1, 'start')")
    lab.page.get_by_role("link", name=number, exact=True).first.click()
    until(lambda: lab.page.evaluate(f"{PANEL}.context.path")[:2], f"0{number[0]}")
    heading = lab.page.get_by_role("heading", name=re.compile(f"^{re.escape(number)} "), level=2)
    assert until(lambda: lab.page.evaluate(f"{PANEL}.content.widgets.every(cell => cell.node.isConnected)"), True)
    top = lab.page.evaluate(f"{PANEL}.content.node.getBoundingClientRect().top")
    assert until(lambda: -1 < heading.bounding_box()["y"] - top < 50, True)
