"""Write copies of the chapters that install the course where they run on Colab.

Run it by ``python deploy/colab.py --repo https://github.com/OWNER/NAME colab notebooks/*.ipynb``. Each copy begins with
one more cell, which does nothing elsewhere. Colab keeps its own torch, numpy and matplotlib: to replace them would take
minutes and a restart. So numbers may differ there in their last digits.
"""

import argparse
from pathlib import Path

import nbformat

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
NOT_ON_COLAB = ("anywidget", "pooch")  # what the labs and the images need besides
CELL = """\
# On Colab: install the course, and let its labs appear. Elsewhere this cell does nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess

    from google.colab import output

    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *{pins}], check=True)
    subprocess.run([*pip, "--no-deps", {source!r}], check=True)
    output.enable_custom_widget_manager()
"""


def pins(names: tuple[str, ...]) -> list[str]:
    """Return the lines of requirements.txt for these packages."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0] in names]


def first_cell(repo: str, branch: str) -> str:
    """Return the code of the cell that installs the course from a repository."""
    return CELL.format(pins=pins(NOT_ON_COLAB), source=f"git+{repo.removesuffix('.git')}@{branch}")


def copy(path: Path, folder: Path, code: str) -> Path:
    """Write a copy of a chapter that begins with this code, and return where."""
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_code_cell(code.rstrip("\n"), id="install")
    notebook.cells.insert(0, cell)
    nbformat.write(notebook, folder / path.name)
    return folder / path.name


def main() -> None:
    """Write the copies."""
    parser = argparse.ArgumentParser(description="Write copies of the chapters for Colab.")
    parser.add_argument("--repo", required=True, help="public address of the project")
    parser.add_argument("--branch", default="main")
    parser.add_argument("folder", type=Path, help="where the copies go")
    parser.add_argument("chapters", type=Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.folder.resolve() in {path.resolve().parent for path in arguments.chapters}:
        parser.error(f"{arguments.folder} holds the chapters themselves: copies go to another folder")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for path in arguments.chapters:
        print(copy(path, arguments.folder, first_cell(arguments.repo, arguments.branch)))


if __name__ == "__main__":
    main()
