"""Execute chapters from top to bottom and store their outputs: ``python tools/store.py notebooks/*.ipynb``.

What differs from run to run and from machine to machine is left out: timings, versions, and the state of widgets. A
widget's view is removed too, since it refers to a model that no longer exists when the notebook is opened again; its
picture stays. Of a cell's metadata, only slide marks and tags are kept, which somebody set on purpose.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from course_server import WIDGET_VIEW

KEPT = {"slideshow", "tags"}


def store(path: Path) -> None:
    """Execute one chapter and write it back, or raise at the cell that fails and leave the file as it was."""
    notebook = nbformat.read(path, as_version=4)
    options = {"record_timing": False, "store_widget_state": False, "timeout": 600}
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}, **options).execute()
    notebook.metadata = {name: notebook.metadata[name] for name in ("kernelspec", "language_info")}
    notebook.metadata["language_info"].pop("version")  # JupyterLab, or our server, determines it
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in KEPT}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name, flush=True)
        store(Path(name))
