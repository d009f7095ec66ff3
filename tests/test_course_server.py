"""What the server's extension does to a notebook that is saved or read; in a browser: `tests.browser.test_next_day`."""

import asyncio
import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_server import (
    WIDGET_STATE,
    WIDGET_VIEW,
    _load_jupyter_server_extension,
    complete_language,
    keep_pictures,
    switch_on,
)

PYTHON = sys.version.split()[0]
VIEW = {WIDGET_VIEW: {"model_id": "a1", "version_major": 2, "version_minor": 0}}
PNG, TEXT = {"image/png": "iVBORw0KGgo="}, {"text/plain": "WeightDecayLab()"}


def model(*datas, **metadata):
    """Return what the server saves: a notebook whose one cell has these outputs."""
    outputs = [{"output_type": "display_data", "data": deepcopy(data), "metadata": {}} for data in datas]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return {"type": "notebook", "format": "json", "content": content}


def saved(given):
    keep_pictures(model=given, path="a.ipynb", contents_manager=None)
    return given


def test_a_view_goes_where_a_picture_stands_beside_it_and_nothing_else_does():
    assert saved(model(VIEW | PNG | TEXT, VIEW | TEXT, PNG | TEXT)) == model(PNG | TEXT, VIEW | TEXT, PNG | TEXT)
    stream = {"output_type": "stream", "name": "stdout", "text": "1"}
    given = model(VIEW | PNG)
    given["content"]["cells"][1]["outputs"].append(stream)
    assert saved(given)["content"]["cells"][1]["outputs"][1] == stream


def test_a_view_stays_where_its_state_is_saved_too():
    def state(name):
        return {"widgets": {WIDGET_STATE: {"state": {name: {}}, "version_major": 2}}}

    assert saved(model(VIEW | PNG, **state("a1"))) == model(VIEW | PNG, **state("a1"))
    assert saved(model(VIEW | PNG, **state("b2"))) == model(PNG, **state("b2"))


def old(given):
    given["content"]["nbformat"] = 3
    return given


ODD = [
    {},
    {"type": "file", "format": "text", "content": "text"},
    {"type": "directory", "content": None},
    {"type": "notebook", "content": None},
    {"type": "notebook", "content": {"nbformat": 4, "metadata": {}}},
    {"type": "notebook", "content": {"nbformat": 4, "metadata": {}, "cells": [{"outputs": None}, 7]}},
    {**model(VIEW | PNG), "type": "file"},
    old(model(VIEW | PNG)),
    model({**PNG, WIDGET_VIEW: "?"}),
]


@pytest.mark.parametrize("change", [keep_pictures, complete_language])
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_notebook_of_ours_stays_as_it_is(change, odd):
    given = deepcopy(odd)
    change(given)
    assert given == odd


def chapter(kernel="python3", /, **language):
    return model(PNG, kernelspec={"name": kernel}, language_info=language)


def test_the_version_of_python_is_added_where_only_it_is_missing():
    assert complete_language(chapter(name="python")) == chapter(name="python", version=PYTHON)
    for other in (
        chapter("python3", name="python", version="3.1"),
        chapter("julia", name="python"),
        chapter(name="julia"),
        model(PNG),
    ):
        assert complete_language(deepcopy(other)) == other


class Manager:
    """What the extension uses of a server's contents manager."""

    def __init__(self):
        self.hooks = []
        self.register_pre_save_hook = self.hooks.append

    def get(self, path, content=True):
        return chapter(name="python") if content else {"type": "notebook", "content": None}


class AsyncManager(Manager):
    async def get(self, path, content=True):
        return Manager.get(self, path, content)


def test_it_joins_a_contents_manager_of_either_kind():
    plain, later = Manager(), AsyncManager()
    for manager in (plain, later):
        _load_jupyter_server_extension(SimpleNamespace(contents_manager=manager))
        assert manager.hooks == [keep_pictures]
    for content, language in ((True, {"name": "python", "version": PYTHON}), (False, None)):
        for got in (plain.get("a.ipynb", content=content), asyncio.run(later.get("a.ipynb", content=content))):
            assert (got["content"] and got["content"]["metadata"]["language_info"]) == language


def test_it_is_switched_on_by_notes_that_servers_read(tmp_path):
    etc, share = tmp_path / "etc" / "jupyter", tmp_path / "share" / "jupyter"
    note, _page = switch_on(etc, share)
    assert note == etc / "jupyter_server_config.d" / "course_server.json"
    assert json.loads(note.read_text()) == {"ServerApp": {"jpserver_extensions": {"course_server": True}}}
    out = subprocess.run([sys.executable, "-m", "jupyter", "--paths", "--json"], capture_output=True, text=True)
    assert str(Path(sys.prefix, "etc", "jupyter")) in json.loads(out.stdout)["config"]
    assert str(Path(sys.prefix, "share", "jupyter")) in json.loads(out.stdout)["data"]


def test_jupyterlab_finds_the_extension_of_its_page_and_the_script_in_it(tmp_path):
    _note, page = switch_on(tmp_path / "etc", tmp_path / "share")
    assert page.parent.parent == tmp_path / "share" / "labextensions"
    noted = json.loads(page.read_text())
    script = (page.parent / noted["jupyterlab"]["_build"]["load"]).read_text()
    assert f'window._JUPYTERLAB ??= {{}})["{noted["name"]}"]' in script
    environment = os.environ | {"JUPYTER_PATH": str(tmp_path / "share")}
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    out = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert re.search(rf"{noted['name']} v{noted['version']}.*enabled.*OK", out.stdout + out.stderr)
