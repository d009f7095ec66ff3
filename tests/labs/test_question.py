"""`Question` without a browser: what it takes, what it sends, and what it leaves in a stored notebook."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

import helpers
from helpers.labs import question as module
from helpers.labs.question import Question
from helpers.labs.words import WORDS

SCRIPT = Path(module.__file__).with_suffix(".js")
LOSSES = {"λ = 0": 0.3, "λ = 3": 0.1, "λ = 30": 0.2}


def made(losses=LOSSES):
    best = min(losses, key=losses.get)
    return helpers.Question("Which is best?", {name: (name == best, f"It is {losses[name]}.") for name in losses})


def test_the_data_say_which_answer_is_right():
    assert made().right == 1
    assert made(LOSSES | {"λ = 0": 0.01}).right == 0
    assert made().answers[2] == {"answer": "λ = 30", "reason": "It is 0.2."}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "answers must be at least 2, got 0"),
        ({"a": (True, "so")}, "answers must be at least 2, got 1"),
        ({"a": (False, "so"), "b": (False, "so")}, "exactly one of 2 answers must hold, got none"),
        ({"a": (True, "so"), "b": (False, "so"), "c": (True, "so")}, "exactly one of 3 .* got 'a', 'c'"),
        ({"a": (True, "so"), "b": (False, "")}, "the answer 'b' must have a reason, got ''"),
    ],
)
def test_what_it_does_not_take(answers, message):
    with pytest.raises(ValueError, match=message):
        Question("What?", answers)


def test_where_there_is_no_widget_the_question_stands_with_its_answers():
    data, metadata = made()._repr_mimebundle_()
    assert data["text/plain"] == "Question"  # constant: stored, and compared
    assert data["text/markdown"] == "**Which is best?**\n\n- λ = 0\n- λ = 3\n- λ = 30"
    place = metadata["image/png"]
    assert place["alt"] == "Which is best? Answers to choose from: λ = 0; λ = 3; λ = 30"
    assert Image.open(io.BytesIO(data["image/png"])).size == (2 * place["width"], 2 * place["height"])


def test_what_stands_there_does_not_say_which_is_right():
    one, other = made(), made(LOSSES | {"λ = 0": 0.01})
    assert one.right != other.right
    for kind in ("image/png", "text/markdown"):
        assert one._repr_mimebundle_()[0][kind] == other._repr_mimebundle_()[0][kind]


def test_the_words_come_from_one_place():
    script = SCRIPT.read_text(encoding="utf-8")
    assert made().words == WORDS["question"]
    assert WORDS["question"].keys() - set(re.findall(r'"(\w+)"', script)) == {"still_alt"}  # which Python says
    assert set(re.findall(r'say\("(\w+)"', script)) <= WORDS["question"].keys()


def test_the_script_needs_nothing_from_elsewhere():
    script = SCRIPT.read_text(encoding="utf-8")
    assert Question._esm == script
    for word in ("import", "http", "save_changes", ".set("):
        assert word not in script
