"""Which exercises of the chapters are solved, as the notebooks were last saved: ``python -m helpers.exercises``."""

import json
import os
import re
import sys
from pathlib import Path

_CHECK = re.compile(r"^checks\.(\w+)\(", re.MULTILINE)


def progress(folder: str | os.PathLike = ".") -> None:
    """Print for each chapter in a folder how many of its exercises are solved, and the names of those that are not.

    An exercise counts as solved if the saved output of its cell says "correct". Nothing is executed: save a notebook
    to have its answers counted. A notebook that cannot be read is named, and the others are counted all the same.

    Raises
    ------
    ValueError
        If the folder has no notebook with exercises.
    """
    chapters = {path.stem: _exercises(path) for path in sorted(Path(folder).glob("*.ipynb"))}
    chapters = {name: found for name, found in chapters.items() if found}
    if not chapters:
        raise ValueError(f"folder must contain chapters with exercises, got {os.fspath(folder)!r}: there are none")
    width = max(map(len, chapters))
    for name, found in chapters.items():
        print(f"{name:{width}}  {_line(found)}")
    verdicts = [verdict for found in chapters.values() if isinstance(found, dict) for verdict in found.values()]
    print(f"{'all':{width}}  {verdicts.count('correct')} of {len(verdicts)} solved")


def _exercises(path: Path) -> dict[str, str] | str:
    """Return the verdict on each exercise of a notebook, or a text that says why it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        texts = [("".join(cell["source"]), _printed(cell)) for cell in code]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"cannot be read, {type(error).__name__}: {' '.join(str(error).split())}"
    names = [(name, printed) for source, printed in texts for name in _CHECK.findall(source)]
    return {name: _verdict(name, printed) for name, printed in names if path.stem[:2] != "00"}


def _printed(cell: dict) -> str:
    return "".join("".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream")


def _verdict(name: str, printed: str) -> str:
    found = re.search(rf"^{name}: (correct|not yet|not answered yet)", printed, re.MULTILINE)
    return found[1] if found else "not answered yet"


def _line(found: dict[str, str] | str) -> str:
    if isinstance(found, str):
        return found
    solved = list(found.values()).count("correct")
    wrong, empty = ([name for name in found if found[name] == kind] for kind in ("not yet", "not answered yet"))
    parts = [f"{solved} of {len(found)} solved"]
    parts += [f"not yet right: {', '.join(wrong)}"] if wrong else []
    parts += [f"open: {', '.join(empty)}"] if empty and (solved or wrong) else []
    return "; ".join(parts)


if __name__ == "__main__":
    progress(*sys.argv[1:])
