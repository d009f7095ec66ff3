"""One lab where it is not JupyterLab that shows it: its own slider moves its picture."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.lab import IDLE
from tests.browser.notebook_server import until

ROOT = Path(__file__).parents[2]

CELL = "from helpers import ConstraintLab\nlab = ConstraintLab()\nlab"


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def moves(page):
    """Move the slider to both ends, and return whether picture and value text follow."""
    slider, picture = page.get_by_role("slider", name="λ", exact=True), page.locator(".frames-picture")
    for key, place, value in (("End", "43", "λ = 30"), ("Home", "0", "λ = 0"), ("ArrowRight", "1", "λ = 0.01")):
        slider.press(key)
        until(lambda: picture.get_attribute("data-index"), place)
        assert slider.get_attribute("aria-valuetext") == value
    return page.locator(".frames-readout").inner_text().startswith("λ = 0.01 ")


def test_notebook_7(page, jupyter):
    name = jupyter.write("seven.ipynb", [CELL])
    page.goto(f"{jupyter.url}/notebooks/{name}?token={jupyter.token}")
    page.wait_for_function(IDLE, timeout=120_000)  # a cell that is run before that is forgotten, with no word
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".frames-picture[data-index]", timeout=120_000)
    assert moves(page)
    menu = page.get_by_label("penalty")
    menu.select_option("ℓ1")
    until(lambda: "‖w‖₁" in page.locator(".frames-readout").inner_text(), True)


MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from helpers import ConstraintLab

    mo.ui.anywidget(ConstraintLab().frames)
    return
"""


@pytest.fixture
def marimo(tmp_path):
    """The address of a marimo server that runs a notebook with a lab."""
    path, port = tmp_path / "lab.py", free_port()
    path.write_text(MARIMO, encoding="utf-8")
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        streams = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL}
        server = subprocess.Popen([sys.executable, "-m", "marimo", "run", str(path), *options], cwd=ROOT, **streams)
        try:
            until(lambda: answers(port), True)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_marimo(page, marimo):
    page.goto(marimo)
    page.wait_for_selector(".frames-picture[data-index]", timeout=120_000)
    assert moves(page)
