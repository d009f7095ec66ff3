"""A chapter as a page: its labs are in it with all their pictures, and nothing on it leads back to a notebook."""

import json
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page():
    publish = runpy.run_path(str(ROOT / "tools" / "site.py"))["publish"]
    return publish(ROOT / "notebooks" / "00_start_here.ipynb")


def test_the_lab_and_all_its_pictures_are_in_the_page(page):
    (state,) = re.findall(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', page, re.DOTALL)
    models = json.loads(state)["state"].values()
    (frames,) = [model for model in models if len(model["state"].get("_sizes", [])) == 44]
    assert {tuple(buffer["path"]) for buffer in frames["buffers"]} == {("_buffer",)}
    assert "jslink" not in page
    assert sum(model["model_name"] == "LinkModel" for model in models) == 2, "slider to picture, play to slider"
    assert re.search(r'<script type="application/vnd.jupyter.widget-view\+json">', page)


def test_it_stands_on_its_own(page):
    assert not re.search(r'<img[^>]*src="(?!data:)', page)
    assert page.count('src="data:image/png') >= 8, "the map"
    assert 'href="01_weight_decay_scratch.html"' in page
    assert ".ipynb" not in page
