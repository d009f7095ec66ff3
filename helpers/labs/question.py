"""`Question`: a learner chooses an answer, and reads why it is right or wrong."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import anywidget
import traitlets

from helpers.drawing.canvas import make_figure, render
from helpers.drawing.style import INK
from helpers.labs.words import WORDS

WIDTH, LINE = 560, 20  # of the still picture, and of a line in it, in CSS pixels


class Question(anywidget.AnyWidget):
    """Ask a question with answers to choose from; a cell computes which of them is right.

    The page needs no kernel, sends nothing and stores nothing. Where there are no widgets, as in a stored notebook, the
    question is shown with its answers.

    Parameters
    ----------
    question : str
    answers : mapping of str to (bool, str)
        For each answer whether it holds, computed from what the chapter has trained, and a text for whoever chooses it.

    Raises
    ------
    ValueError
        If there are fewer than two answers, if not exactly one holds, or if one has no reason.
    """

    _esm = Path(__file__).with_name("question.js").read_text(encoding="utf-8")
    _css = Path(__file__).with_name("guessing.css").read_text(encoding="utf-8")
    question = traitlets.Unicode().tag(sync=True)
    answers = traitlets.List().tag(sync=True)  # of {answer, reason}
    right = traitlets.Int().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, question: str, answers: Mapping[str, tuple[bool, str]]):
        texts = [{"answer": answer, "reason": reason} for answer, (_, reason) in answers.items()]
        right = _right(answers)
        super().__init__(question=question, answers=texts, right=right, words=WORDS["question"])

    def __repr__(self) -> str:
        return "Question"  # constant, since notebooks store it

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture, height = self._still()
        texts = [text["answer"] for text in self.answers]
        alt = self.words["still_alt"].format(question=self.question, answers="; ".join(texts))
        markdown = "\n".join([f"**{self.question}**", "", *(f"- {text}" for text in texts)])
        place = {"width": WIDTH, "height": height, "alt": alt}
        return data | {"image/png": picture, "text/markdown": markdown}, metadata | {"image/png": place}

    def _still(self) -> tuple[bytes, int]:
        """Return a picture of the question and its answers, a PNG, and its height in CSS pixels."""
        asked = textwrap.wrap(self.question, 66)
        offered = [textwrap.wrap(text["answer"], 72) for text in self.answers]
        lines = [*asked, *(line for answer in offered for line in ("○ " + "\n    ".join(answer)).split("\n"))]
        height = LINE * (len(lines) + 1)
        figure, (ax,) = make_figure(WIDTH, height, 1, 1)
        ax.set_position((0, 0, 1, 1))
        ax.set(xlim=(0, WIDTH), ylim=(height, 0))
        ax.set_axis_off()
        for i, line in enumerate(lines):
            weight = "bold" if i < len(asked) else "normal"
            ax.text(6, (i + 1) * LINE, line, color=INK, fontsize=10, va="center", weight=weight, parse_math=False)
        return render(figure, [], 1)[0], height


def _right(answers: Mapping[str, tuple[bool, str]]) -> int:
    """Return which of the answers holds, counted from 0, or raise what is wrong with them."""
    if len(answers) < 2:
        raise ValueError(f"answers must be at least 2, got {len(answers)}: there would be nothing to choose")
    for answer, (_, reason) in answers.items():
        if not reason:
            raise ValueError(
                f"the answer {answer!r} must have a reason, got {reason!r}: it is shown to those who choose it"
            )
    holding = [i for i, (holds, _) in enumerate(answers.values()) if holds]
    if len(holding) != 1:
        found = ", ".join(repr(list(answers)[i]) for i in holding) or "none"
        raise ValueError(f"exactly one of {len(answers)} answers must hold, got {found}: the data decide")
    return holding[0]
