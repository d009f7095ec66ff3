"""Make links between chapters lead to the sections that they name: ``python tools/links.py notebooks/*.ipynb``.

A link ``[1.4](01_weight_decay_scratch.ipynb)`` gets the identifier of the cell where section 1.4 begins, to which
JupyterLab scrolls. The site has its own identifiers of sections; elsewhere the chapter opens at its beginning.
"""

import re
import sys
from pathlib import Path

import nbformat

_LINK = re.compile(r"\[(\d+\.\d+)\]\((\w+\.ipynb)(?:#[^)]*)?\)")


def sections(path: Path) -> dict[str, str]:
    """Return the identifier of the cell in which each section of a chapter begins, by its number."""
    cells = nbformat.read(path, as_version=4).cells
    return {
        number: cell.id
        for cell in cells
        if cell.cell_type == "markdown"
        for number in re.findall(r"^## (\d+\.\d+) ", cell.source, re.MULTILINE)
    }


def linked(text: str, folder: Path) -> str:
    """Return a text whose links to sections lead there.

    Raises
    ------
    ValueError
        If a chapter has no such section.
    """

    def lead(match: re.Match) -> str:
        number, name = match.groups()
        cell = sections(folder / name).get(number)
        if cell is None:
            raise ValueError(
                f"{name} must have a section {number}, got a link to it: the chapter has none with that number"
            )
        return f"[{number}]({name}#cell-id={cell})"

    return _LINK.sub(lead, text)


def main(paths: list[Path]) -> None:
    """Rewrite the links of chapters."""
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = linked(cell.source, path.parent)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
