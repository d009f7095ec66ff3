"""Each chapter has six exercises at three levels, with two hints and one folded solution."""

import re
from itertools import takewhile
from pathlib import Path

import nbformat
import pytest

from helpers import checks

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = [path for path in sorted(NOTEBOOKS.glob("0*.ipynb")) if not path.stem.startswith("00")]
LEVELS = ("Recall", "Apply", "Explore")
SOLUTION = r"<summary>Solution</summary>\n\n```python\n(.*?)```"
HINTS = r"<details><summary>{} hint</summary>\n\n(.+?)\n\n</details>"


def section(path):
    """Return the cells of a chapter's section of exercises."""
    cells = nbformat.read(path, as_version=4).cells
    heads = [cell.source.split("\n")[0] for cell in cells]
    first = next(i for i, head in enumerate(heads) if re.match(r"## \d+\.\d+ Exercises$", head))
    return cells[first : first + 1] + list(
        takewhile(lambda cell: not cell.source.startswith("## "), cells[first + 1 :])
    )


def exercises(path):
    """Return (number, level, text, starter) of each exercise; the text goes as far as its starter."""
    found, text = [], ""
    for cell in section(path):
        if cell.cell_type == "code":
            found.append((*re.search(r"^\*\*(\d) · (\w+)\.\*\* ", text, re.MULTILINE).groups(), text, cell.source))
            text = ""
        else:
            text += cell.source.partition("<summary>Solution</summary>")[2] or cell.source
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
class TestExercisesOfAChapter:
    def test_six_at_three_levels(self, path):
        found = exercises(path)
        assert [number for number, *_ in found] == list("123456")
        levels = [level for _, level, *_ in found]
        assert levels == sorted(levels, key=LEVELS.index)
        assert set(levels) == set(LEVELS)

    def test_two_hints_the_second_stronger(self, path):
        for number, _, text, _ in exercises(path):
            hints = [re.findall(HINTS.format(which), text, re.DOTALL) for which in ("First", "Second")]
            assert [len(hint) for hint in hints] == [1, 1], f"exercise {number}"
            assert text.count("<summary>") == 2, f"exercise {number} folds something else"

    def test_every_starter_is_empty_and_asks_its_check(self, path):
        for number, level, _, starter in exercises(path):
            claim = r", claim=\.\.\." if level == "Explore" else ""
            assert re.fullmatch(rf"def (\w+)\([\w, ]+\): \.\.\.\n\n\nchecks\.\1\(\1{claim}\)", starter), (
                f"exercise {number}"
            )

    def test_levels_and_checks_agree(self, path):
        for _, level, _, starter in exercises(path):
            check = getattr(checks, re.search(r"checks\.(\w+)", starter)[1])
            assert hasattr(check, "experiment") == (level == "Explore")

    def test_a_solution_of_recall_is_a_line_and_of_apply_at_most_fifteen(self, path):
        solutions = re.findall(SOLUTION, "\n".join(cell.source for cell in section(path)), re.DOTALL)
        assert len(solutions) == 6
        for (_, level, *_), solution in zip(exercises(path), solutions, strict=True):
            heads = ("def ", "@", "from ", "import ", "checks.")
            body = [line for line in solution.splitlines() if line and not line.startswith(heads)]
            assert len(body) <= {"Recall": 2, "Apply": 15, "Explore": 20}[level], solution
