"""An extension of the Jupyter server, for what happens to a chapter when it is saved and opened again.

A notebook that is opened again has no kernel. JupyterLab then shows an error where a lab stood, though the lab's
picture lies beside it in the file. So a lab is saved as its picture. And a chapter that is only opened is not taken for
changed. A second extension, of JupyterLab's page, has a link to a section stay at that section.
"""

import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from inspect import isawaitable
from pathlib import Path
from shutil import copyfile

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
PAGE_EXTENSION = {
    "name": "course-sections",
    "version": "0.1.0",
    "jupyterlab": {"extension": True, "_build": {"load": "static/sections.js", "extension": "./extension"}},
}


def switch_on(config: Path, data: Path) -> list[Path]:
    """Have servers load this extension, and their pages `sections.js`: return what tells them to.

    Parameters
    ----------
    config, data : Path
        Directories from which Jupyter reads its configuration and its data.
    """
    note = config / "jupyter_server_config.d" / "course_server.json"
    page = data / "labextensions" / "course-sections" / "package.json"
    script = page.parent / "static" / "sections.js"
    for folder in (note.parent, script.parent):
        folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {"course_server": True}}}), encoding="utf-8")
    page.write_text(json.dumps(PAGE_EXTENSION), encoding="utf-8")
    copyfile(Path(__file__).with_name("sections.js"), script)
    return [note, page]


def keep_pictures(model: dict, **_: object) -> None:
    """Drop the view of a widget from a notebook that is about to be saved, where there is a picture beside it.

    A view stays where the state of its widget is saved too ("Save Widget State Automatically"): it works without a
    kernel. What is no notebook of format 4 stays as it is.
    """
    with suppress(AttributeError, KeyError, TypeError):  # malformed: then it is saved as it is
        notebook = model["content"]
        if model["type"] != "notebook" or notebook["nbformat"] != 4:
            return
        widgets = notebook["metadata"].get("widgets", {})
        saved = widgets.get(WIDGET_STATE, {}).get("state", {})
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "image/png" in data and WIDGET_VIEW in data and data[WIDGET_VIEW]["model_id"] not in saved:
                    del data[WIDGET_VIEW]


def complete_language(model: dict) -> dict:
    """Add the version of Python to what a notebook that was read notes of its language, if only that is missing.

    The chapters are stored without it, since it differs from machine to machine. JupyterLab would add it itself, and
    take the notebook for changed.
    """
    with suppress(AttributeError, KeyError, TypeError):
        metadata = model["content"]["metadata"]
        kernel, language = metadata["kernelspec"]["name"], metadata["language_info"]
        if (model["type"], kernel, language["name"]) == ("notebook", "python3", "python"):
            language.setdefault("version", sys.version.split()[0])
    return model


def _then(get: Callable[..., dict | Awaitable[dict]], change: Callable[[dict], dict]) -> Callable:
    """Return a function that changes what another returns, now or later."""

    async def later(answer: Awaitable[dict]) -> dict:
        return change(await answer)

    @wraps(get)
    def changed(*args: object, **kwargs: object) -> dict | Awaitable[dict]:
        answer = get(*args, **kwargs)
        return later(answer) if isawaitable(answer) else change(answer)

    return changed


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "course_server"}]


def _load_jupyter_server_extension(app: object) -> None:
    manager = app.contents_manager
    manager.register_pre_save_hook(keep_pictures)
    manager.get = _then(manager.get, complete_language)
