"""Every check accepts right answers of any style, names the known wrong ones, and disturbs nothing.

An answer is a function; to an experiment belongs a claim, which stands behind it.
"""

import re
import warnings
from collections import Counter
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from helpers import checks
from helpers.checks import exercise
from tests.checks import net_answers

ANSWERS = [import_module(f"tests.checks.{path.stem}") for path in sorted(Path(__file__).parent.glob("*_answers.py"))]
RIGHT = [case for topic in ANSWERS for case in topic.RIGHT]
WRONG = {name: cases for topic in ANSWERS for name, cases in topic.WRONG.items()}
NUMBERS = st.integers() | st.floats() | st.complex_numbers() | st.sampled_from([float("nan"), 1 << 2000, True])
TEXTS = st.none() | st.text(max_size=5) | st.binary(max_size=5)
TENSORS = st.lists(st.integers(0, 3), max_size=3).map(torch.zeros)
OBJECTS = st.sampled_from([object(), nn.Linear(2, 2), int, {1}, iter(()), print, torch.empty(0)])
GARBAGE = st.recursive(
    NUMBERS | TEXTS | TENSORS | OBJECTS,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
SOLUTION = r"<details><summary>Solution</summary>\n\n```python\n(.*?)```\n\n.*?</details>"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module", autouse=True)
def patience():
    """Let an answer take long: here it shares its machine with other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exercise, "SECONDS", 600.0)
        yield


@pytest.fixture
def verdict(capsys):
    """Return what a check says of an answer, after its name; it must be one line on stdout, and nothing else."""

    def run(name, answer, *claim):
        state = torch.get_rng_state()
        with warnings.catch_warnings(record=True, action="always") as seen:
            assert getattr(checks, name)(answer, *claim) is None
        assert not seen
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.is_grad_enabled()
        printed = capsys.readouterr()
        assert printed.err == ""
        assert re.fullmatch(rf"{name}: [^\n]+\n", printed.out)
        return printed.out.removeprefix(f"{name}: ").rstrip("\n")

    return run


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, *answer in RIGHT])
def test_a_right_answer_is_correct(verdict, name, answer):
    assert verdict(name, *answer).startswith("correct: ")


def test_right_answers_of_two_kinds_are_tried_for_each_check():
    counts = Counter(name for name, *_ in RIGHT)
    assert counts.keys() == set(checks.__all__) == WRONG.keys()
    assert min(counts.values()) >= 2


def test_dropout_before_relu_is_accepted_because_it_is_the_same(verdict):
    assert verdict("make_net", net_answers.drop_before_relu).startswith("correct: dropout before ReLU is the same")
    X, drop = torch.randn(50, 20), nn.Dropout(0.3)
    torch.manual_seed(0)
    before = nn.functional.relu(drop(X))
    torch.manual_seed(0)
    torch.testing.assert_close(before, drop(nn.functional.relu(X)))


@pytest.mark.parametrize(
    ("name", "answer", "diagnosis", "claim"),
    [
        pytest.param(name, *case[:2], case[2:], id=f"{name}-{case[1]}")
        for name, cases in WRONG.items()
        for case in cases
    ],
)
def test_a_wrong_answer_is_diagnosed(verdict, name, answer, diagnosis, claim):
    line = verdict(name, answer, *claim)
    assert line.startswith("not yet: ")
    assert re.search(diagnosis, line)
    assert len(line) < 300
    torch.rand(3)
    assert verdict(name, answer, *claim) == line, "it says the same every time"


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

    @given(garbage=GARBAGE)
    @settings(max_examples=40, deadline=None)
    def test_survives_any_garbage(self, name, garbage):
        with redirect_stdout(StringIO()) as printed:
            getattr(checks, name)(lambda *inputs: garbage)
        line = printed.getvalue().removesuffix("\n").rpartition("\n")[2]  # what an answer prints comes before it
        assert re.fullmatch(rf"{name}: (not yet: .+|not answered yet)", line)

    def test_wants_the_function_itself(self, verdict, name):
        assert f"checks.{name}({name}" in verdict(name, torch.ones(2))

    def test_leaves_random_state_grad_mode_and_warnings_alone(self, verdict, name):
        def noisy(*inputs):
            warnings.warn("never seen", stacklevel=1)
            torch.manual_seed(1)
            torch.set_grad_enabled(False)
            return torch.rand(2)

        assert verdict(name, noisy)


def exercises(folder):
    """Yield each exercise of the chapters: set-up cell, name, starter cell, text that follows it."""
    for path in sorted(folder.glob("[01]*.ipynb")):
        if path.stem.startswith("00"):  # it shows an exercise without asking one
            continue
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

    def test_folded_solution_is_correct(self, capsys, setup, name, starter, following):
        assert following.cell_type == "markdown"
        solution = re.match(SOLUTION, following.source, re.DOTALL)[1]
        call = "" if f"\nchecks.{name}(" in solution else f"\nchecks.{name}({name})"  # an experiment states its claim
        exec(setup + "\n" + solution + call, {})
        assert capsys.readouterr().out.startswith(f"{name}: correct: ")


def test_every_check_belongs_to_an_exercise():
    assert sorted(exercise.values[1] for exercise in exercises(NOTEBOOKS)) == checks.__all__
