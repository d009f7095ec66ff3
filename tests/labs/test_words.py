"""Every word that a lab shows comes from the files for translators: in marked words nothing is left unmarked."""

import re
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib.text import Text

import helpers
from helpers.drawing.words import WORDS
from helpers.labs import lab_words
from helpers.labs.controls import Controls
from tests.labs.pictures import LABS, REFERENCES, Made, made, module_of

EACH = [(name, number) for name in LABS for number in range(len(REFERENCES[name]))]
QUICK = {"epochs": 2, "seeds": 1, "units": 8}
SMALL = {"NUM_IMAGES": 60, "NUM_SETS": 20, "train_classifier": lambda net, *_, **__: net}  # in place of a module's own
MODULES = [path for room in ("labs", "drawing") for path in Path(helpers.__path__[0], room).glob("*.py")]


def marked(words):
    """Return words with each in «», and with what Python fills in as it is."""
    if isinstance(words, str):
        return re.sub(r"(\{[^}]*\})|([A-Za-z]{2,})", lambda found: found[1] or f"«{found[2]}»", words)
    return {key: marked(word) for key, word in words.items()} if isinstance(words, dict) else list(map(marked, words))


def unmarked(text: str) -> list[str]:
    """Return the words of a text that carry no mark; a single letter is a symbol, and \\mathdefault is of a tick."""
    return re.findall("[A-Za-z]{2,}", re.sub(r"«[A-Za-z]+»|\\[a-z]+", " ", text))


@pytest.fixture
def translated(monkeypatch):
    """Mark all words where they stand."""
    for words in (*lab_words.LABS.values(), lab_words.NUMBERS, WORDS):
        for key, word in words.items():
            monkeypatch.setitem(words, key, marked(word))


def imported_anew(name: str) -> ModuleType:
    """Return another copy of a lab's module, which reads the words as they are now, and is quick."""
    spec = find_spec(module_of(name).__name__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(SMALL, Lab=lambda make, *axes, busy="", presets=None, name, **controls: (axes, busy, controls))
    return module


def said(shown: Made, axes: tuple) -> Iterator[str]:
    """Yield what stands in the figure of a lab and beside it."""
    for drawing in shown.drawings.values():
        drawing.update(0)
    beside = shown.scene.texts(axes)
    yield from (text.get_text() for text in shown.figure.findobj(Text))
    yield from (*beside["alt"], *beside["readout"], *beside["also"], *(axis.name for axis in axes))
    yield from (text for row in beside["table"] for column in row.items() for text in column)


@pytest.mark.parametrize(("name", "number"), EACH)
def test_every_word_of_a_lab_stands_in_the_files_for_translators(name, number, translated):
    module = imported_anew(name)
    axes, busy, controls = getattr(module, name)()
    settings = {key: QUICK.get(key, value) for key, value in REFERENCES[name][number].settings.items()}
    row = Controls(controls, {}, lambda: None).row(lambda: None, 840).children
    labels = [text for widget in row for text in (widget.description, widget.tooltip or "")]
    texts = [busy, *labels, *said(made(module, **settings), axes)]
    assert {text for text in texts if unmarked(text)} == set()
    assert sum("«" in text for text in texts) > 40, "words were translated"


def test_a_word_that_stands_elsewhere_is_seen():
    assert marked("λ = {lambd:g}: a loss of {loss}") == "λ = {lambd:g}: a «loss» «of» {loss}"
    assert unmarked(r"λ = 1e-05: a «loss» of $\mathdefault{10^{2}}$") == ["of"]


def test_no_word_is_left_over():
    source = "".join(path.read_text(encoding="utf-8") for path in MODULES if "words" not in path.stem)
    keys = [key for words in (*lab_words.LABS.values(), WORDS) for key in words]
    assert [key for key in keys if f'"{key}"' not in source] == []
