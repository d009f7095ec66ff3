"""The assignment: its solutions agree with PyTorch, and its tests tell right answers from wrong ones."""

import re
from pathlib import Path

import nbformat
import pytest
import torch

FOLDER = Path(__file__).parents[2] / "deploy" / "grading"
NAMES = ("decay_step", "keep_variance")
CELLS = nbformat.read(FOLDER / "decay.ipynb", as_version=4).cells


def source(name):
    """Return the code of a solution."""
    return next(cell.source for cell in CELLS if cell.cell_type == "code" and cell.source.startswith(f"def {name}("))


def solution(name):
    found = {}
    exec(source(name), found)
    return found[name]


def questions(name):
    """Return the tests of a question: the visible one, then the hidden one."""
    raw = [cell.source for cell in CELLS]
    begin = raw.index(next(text for text in raw if f"name: {name}" in text and "BEGIN QUESTION" in text))
    found = [text for text in raw[begin : raw.index("# END QUESTION", begin)] if "BEGIN TEST CONFIG" in text]
    assert ["hidden: true" in text for text in found] == [False, True]
    return found


def passes(test, answer, name):
    """Return whether an answer passes a test, which is a cell whose last line is an expression."""
    *lines, last = re.sub(r'""".*"""[^\n]*\n', "", test, flags=re.DOTALL).splitlines()
    names = {"torch": torch, name: answer}
    exec("\n".join(lines), names)
    try:
        return eval(last, names)
    except RuntimeError:  # tensors of sizes that do not match
        return False


WRONG = {
    "decay_step": [
        lambda w, grad, lr, lambd: torch.full((2,), 0.8),
        lambda w, grad, lr, lambd: (1 - lr * lambd) * w,
        lambda w, grad, lr, lambd: (1 - lr * lambd) * (w - lr * grad),
        lambda w, grad, lr, lambd: (1 + lr * lambd) * w - lr * grad,
    ],
    "keep_variance": [lambda h, p: 0.0, lambda h, p: p * h**2, lambda h, p: p / (1 - p) * abs(h)],
}


def test_the_step_is_that_of_sgd():
    w, grad = torch.randn(2, 5)
    parameter = torch.nn.Parameter(w.clone())
    parameter.grad = grad
    torch.optim.SGD([parameter], lr=0.3, weight_decay=0.7).step()
    torch.testing.assert_close(solution("decay_step")(w, grad, 0.3, 0.7), parameter.detach())


def test_the_variance_is_that_of_dropout():
    h, p = 2.0, 0.2
    dropped = torch.nn.functional.dropout(torch.full((400_000,), h), p)
    assert solution("keep_variance")(h, p) == pytest.approx(dropped.var().item(), rel=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_a_solution_passes_all_tests(name):
    assert all(passes(test, solution(name), name) for test in questions(name))


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name in NAMES for answer in WRONG[name]])
def test_a_wrong_answer_fails_a_test(name, answer):
    torch.manual_seed(0)
    results = [passes(test, answer, name) for test in questions(name)]
    assert not results[1]


@pytest.mark.parametrize("name", NAMES)
def test_students_do_not_get_the_solution(name):
    assert source(name).count("\n") == 1
    assert source(name).endswith("  # SOLUTION")


def test_the_version_is_pinned_with_a_reason():
    comment, pin = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    version = re.fullmatch(r"otter-grader==([\d.]+)", pin)[1]
    assert comment.startswith("# ")
    assert f"With otter-grader {version}," in (FOLDER / "README.md").read_text(encoding="utf-8")
