"""Publish chapters as pages whose labs go on answering: ``python tools/site.py site notebooks/*.ipynb``.

Each chapter is executed, and becomes one HTML file that holds its labs with all their pictures, so that any static host
will do. What draws the sliders on such a page, a reader's browser fetches from where nbconvert says.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter


def publish(path: Path, **options: object) -> str:
    """Execute a chapter and return its page; the options are those of nbconvert's `HTMLExporter`."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent), "name": path.stem}}
    NotebookClient(notebook, resources=resources, timeout=600).execute()  # with the state of the widgets
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(".ipynb)", ".html)")  # links from chapter to chapter
    page, _ = HTMLExporter(embed_images=True, **options).from_notebook_node(notebook, resources)
    return page


if __name__ == "__main__":
    place, *names = sys.argv[1:]
    Path(place).mkdir(exist_ok=True)
    for name in names:
        print(name, flush=True)
        (Path(place) / f"{Path(name).stem}.html").write_text(publish(Path(name)), encoding="utf-8")
