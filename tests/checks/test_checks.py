"""Every check accepts right answers of any style, names the known wrong ones, and disturbs nothing."""

import re
import warnings
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
import torch
from torch import nn

from helpers import checks
from tests.checks import (
    decay_answers,
    dropout_answers,
    net_answers,
    optimizer_answers,
    own_answers,
    penalty_answers,
    selection_answers,
    thinned_answers,
)

ANSWERS = (
    decay_answers,
    dropout_answers,
    net_answers,
    optimizer_answers,
    own_answers,
    penalty_answers,
    selection_answers,
    thinned_answers,
)
RIGHT = [case for topic in ANSWERS for case in topic.RIGHT]
WRONG = {name: cases for topic in ANSWERS for name, cases in topic.WRONG.items()}
SOLUTION = r"<details><summary>Solution</summary>\n\n```python\n(.*?)```\n\n</details>"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def verdict(capsys):
    """Return what a check says of an answer, after its name; it must be one line, on stdout."""

    def run(name, answer):
        assert getattr(checks, name)(answer) is None
        printed = capsys.readouterr()
        assert printed.err == ""
        assert re.fullmatch(rf"{name}: [^\n]+\n", printed.out)
        return printed.out.removeprefix(f"{name}: ").rstrip("\n")

    return run


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_is_correct(verdict, name, answer):
    assert verdict(name, answer).startswith("correct: ")


def test_dropout_before_relu_is_accepted_because_it_is_the_same(verdict):
    assert verdict("make_net", net_answers.drop_before_relu).startswith("correct: dropout before ReLU is the same")
    X, drop = torch.randn(50, 20), nn.Dropout(0.3)
    torch.manual_seed(0)
    before = nn.functional.relu(drop(X))
    torch.manual_seed(0)
    torch.testing.assert_close(before, drop(nn.functional.relu(X)))


@pytest.mark.parametrize(
    ("name", "answer", "diagnosis"),
    [pytest.param(name, *case, id=f"{name}-{case[1]}") for name, cases in WRONG.items() for case in cases],
)
def test_a_wrong_answer_is_diagnosed(verdict, name, answer, diagnosis):
    line = verdict(name, answer)
    assert line.startswith("not yet: for ")
    assert re.search(diagnosis, line)
    assert len(line) < 300


@pytest.mark.parametrize("name", checks.__all__)
class TestEveryCheck:
    def test_knows_an_empty_starter(self, verdict, name):
        def starter(*inputs): ...

        assert verdict(name, starter) == "not answered yet"
        assert verdict(name, lambda *inputs: ...) == "not answered yet"

    def test_names_what_the_answer_raises(self, verdict, name):
        def broken(*inputs):
            raise RuntimeError("first line\nsecond line")

        assert verdict(name, broken).endswith(" it raised RuntimeError: first line second line")
        assert "it raised TypeError: " in verdict(name, lambda: 0)

    @pytest.mark.parametrize("nonsense", ["text", 3.5, [], {"a": 1}, object(), torch.ones(3, 3, 3), float("nan"), 1j])
    def test_survives_nonsense(self, verdict, name, nonsense):
        assert verdict(name, lambda *inputs: nonsense).startswith("not yet: for ")

    def test_wants_the_function_itself(self, verdict, name):
        assert f"checks.{name}({name})" in verdict(name, torch.ones(2))

    def test_leaves_random_state_grad_mode_and_warnings_alone(self, verdict, name):
        def noisy(*inputs):
            warnings.warn("never seen", stacklevel=1)
            torch.manual_seed(1)
            torch.set_grad_enabled(False)
            return torch.rand(2)

        state = torch.get_rng_state()
        for answer in (noisy, *(answer for right, answer in RIGHT if right == name)):
            with warnings.catch_warnings(record=True, action="always") as seen:
                verdict(name, answer)
            assert not seen
            assert torch.equal(torch.get_rng_state(), state)
            assert torch.is_grad_enabled()

    def test_says_the_same_every_time(self, verdict, name):
        for answer, _ in WRONG[name]:
            first = verdict(name, answer)
            torch.rand(3)
            assert verdict(name, answer) == first


def exercises(folder):
    """Yield each exercise of the chapters: set-up cell, name, starter cell, text that follows it."""
    for path in sorted(folder.glob("0[1-9]*.ipynb")):  # chapter 0 shows one without asking it
        cells = nbformat.read(path, as_version=4).cells
        setup = next(cell.source for cell in cells if cell.cell_type == "code")
        setup = re.sub(r"(?m)^%.*$", "", setup)  # IPython's magics are not Python
        for cell, following in pairwise(cells):
            for name in re.findall(r"^checks\.(\w+)\(", cell.source if cell.cell_type == "code" else "", re.MULTILINE):
                yield pytest.param(setup, name, cell, following, id=f"{path.stem}-{name}")


@pytest.fixture
def own_look():
    """Keep what a chapter's set-up tells matplotlib from other tests."""
    with mpl.rc_context():
        yield


@pytest.mark.usefixtures("own_look")
@pytest.mark.parametrize(("setup", "name", "starter", "following"), list(exercises(NOTEBOOKS)))
class TestExerciseOfAChapter:
    def test_starter_is_unanswered_as_stored_and_as_run(self, capsys, setup, name, starter, following):
        exec(setup + "\n" + starter.source, {})
        assert capsys.readouterr().out == f"{name}: not answered yet\n"
        assert [output.text for output in starter.outputs] == [f"{name}: not answered yet\n"]

    def test_folded_solution_is_correct(self, verdict, setup, name, starter, following):
        assert following.cell_type == "markdown"
        solution = re.match(SOLUTION, following.source, re.DOTALL)
        scope = {}
        exec(setup + "\n" + solution[1], scope)
        assert verdict(name, scope[name]).startswith("correct: ")


def test_every_check_belongs_to_an_exercise():
    assert sorted(exercise.values[1] for exercise in exercises(NOTEBOOKS)) == checks.__all__
