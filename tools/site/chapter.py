"""A chapter that has been executed, with what pages need of the widgets that it shows."""

import json
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient

from course_server import WIDGET_VIEW

ROOT = Path(__file__).parents[2]
_RECORD = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tools.site.stills import record
record({shown!r}, Path({place!r}), {narrow})
"""


class Chapter(NamedTuple):
    """An executed chapter.

    Attributes
    ----------
    name : str
        Of its file, without suffix.
    cells : list of NotebookNode
        With their outputs.
    widgets : mapping of str to dict
        What `tools.site.stills.record` found, by the ids of models.
    """

    name: str
    cells: list
    widgets: dict[str, dict]


def execute(path: Path, place: Path, *, narrow: bool = True) -> Chapter:
    """Execute a chapter, and write the pictures of its labs to the folder of its name in `place`.

    Parameters
    ----------
    narrow : bool
        Whether to write those with stacked panels too, for phones.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    folder = (place / path.stem).resolve()
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, resources=resources, timeout=600, store_widget_state=False, record_timing=False)
    with client.setup_kernel():
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
        widgets = _record(client, folder, narrow)
    return Chapter(path.stem, notebook.cells, widgets)


def _record(client: NotebookClient, folder: Path, narrow: bool) -> dict[str, dict]:
    """Let the chapter's kernel record what pages need of the widgets that are shown, in a hidden cell."""
    cells = client.nb.cells
    if not (shown := _shown(cells)):
        return {}
    code = _RECORD.format(root=str(ROOT), shown=shown, place=str(folder), narrow=narrow)
    cells.append(nbformat.v4.new_code_cell(code))
    client.execute_cell(cells[-1], len(cells) - 1, store_history=False)
    cells.pop()
    found = folder / "widgets.json"
    widgets = json.loads(found.read_text(encoding="utf-8"))
    found.unlink()
    return widgets


def _shown(cells: list) -> dict[str, int]:
    """Return the ids of all models that outputs show, and the number of the first cell that shows each."""
    shown = {}
    for i, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            if view := output.get("data", {}).get(WIDGET_VIEW):
                shown.setdefault(view["model_id"], i)
    return shown
