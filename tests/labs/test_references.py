"""Pictures of each lab against reference images that somebody looked at, and that this comparison can fail."""

from functools import cache
from unittest.mock import patch

import matplotlib as mpl
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text
from PIL import Image

from tests.labs import pictures
from tests.labs.pictures import DIRECTORY, LABS, REFERENCES, TOLERANCE, Made, difference, made, path_of, shrink, words

EACH = [(name, number) for name in LABS for number in range(len(REFERENCES[name]))]
QUICK = [("ConstraintLab", 0), ("DropoutMaskLab", 0), ("PathLab", 1)]  # without much training


def make(name: str, number: int) -> Made:
    return made(pictures.module_of(name), **REFERENCES[name][number].settings)


drawn = cache(make)


def picture_of(shown: Made, name: str, number: int) -> Image.Image:
    return shrink(shown.picture(REFERENCES[name][number].place))


def error(shown: Made, name: str, number: int) -> float:
    """Return by how much what is drawn now differs from its reference image."""
    picture = picture_of(shown, name, number)
    with Image.open(path_of(name, number)) as reference:
        return difference(reference, picture, words(shown.figure))


def hide(artist):
    return patch.object(artist, "draw", lambda renderer: None)


def test_every_lab_has_reference_images_and_there_are_no_others():
    assert set(REFERENCES) == set(LABS)
    assert set(DIRECTORY.iterdir()) == {path_of(name, number) for name, number in EACH}


@pytest.mark.parametrize(("name", "number"), EACH)
def test_each_picture_looks_like_its_reference_image(name, number):
    advice = "`python -m tests.labs.pictures` draws it anew: look at both"
    assert error(drawn(name, number), name, number) < TOLERANCE, f"{path_of(name, number)}: {advice}"


# It can fail


@pytest.mark.parametrize(
    ("name", "number", "drawing", "artist"),
    [
        ("BiasVarianceLab", 0, "parts", "star"),
        ("ConstraintLab", 0, "valley", "ellipse"),
        ("ConstraintLab", 1, "valley", "pulls"),
        ("DropoutLab", 0, "p of layer 2", "test_acc_band"),
        ("DropoutMaskLab", 0, "mean", "mean"),
        ("PathLab", 0, "paths", "lines"),
        ("SelectionLab", 0, "choice", "nested"),
        ("UncertaintyLab", 0, "probabilities", "masks"),
        ("WeightDecayLab", 1, "finals", "test_loss_dot"),
    ],
)
def test_a_hidden_curve_is_seen(name, number, drawing, artist):
    shown = drawn(name, number)
    one = shown.drawings[drawing]
    with hide((one.moving | one.still)[artist]):
        assert error(shown, name, number) > TOLERANCE


@pytest.mark.parametrize(
    ("name", "number", "drawing"),
    [
        ("ConstraintLab", 1, "valley"),
        ("DecayDropoutLab", 0, "map"),
        ("DropoutLab", 0, "accuracies"),
        ("DropoutMaskLab", 0, "variance"),
        ("PathLab", 0, "weights"),
        ("SelectionLab", 0, "choice"),
        ("UncertaintyLab", 0, "image"),
        ("WeightDecayLab", 0, "finals"),
    ],
)
def test_a_drawing_one_place_off_is_seen(name, number, drawing):
    shown = drawn(name, number)
    late = pictures.one_place_off(shown.drawings[drawing])
    assert error(shown._replace(drawings={**shown.drawings, drawing: late}), name, number) > TOLERANCE


@pytest.mark.parametrize(
    ("name", "number", "word"),
    [
        ("ConstraintLab", 0, "the best w for each constraint: there the gradients balance"),
        ("DecayDropoutLab", 0, "87.9"),
        ("DropoutMaskLab", 0, "hidden 2"),
        ("PathLab", 0, "s1"),
        ("WeightDecayLab", 0, "epoch"),
    ],
)
def test_a_hidden_word_is_seen(name, number, word):
    shown = drawn(name, number)
    text = next(text for text in shown.figure.findobj(Text) if text.get_text() == word)
    with hide(text):
        assert error(shown, name, number) > TOLERANCE


def test_a_hidden_legend_is_seen():
    shown = drawn("BiasVarianceLab", 0)
    with hide(shown.figure.findobj(Legend)[0]):
        assert error(shown, "BiasVarianceLab", 0) > TOLERANCE


def test_a_picture_of_another_size_is_seen():
    large, small = Image.new("RGB", (560, 333)), Image.new("RGB", (560, 332))
    assert difference(large, large) == 0
    assert difference(large, small) == 255


# It does not fail where nothing is wrong


@pytest.mark.parametrize(("name", "number"), QUICK)
def test_fonts_may_be_hinted_otherwise(name, number):
    before = picture_of(drawn(name, number), name, number)
    with mpl.rc_context({"text.hinting": "none"}):
        other = make(name, number)
        assert difference(before, picture_of(other, name, number)) > TOLERANCE, "letters do move"
        assert error(other, name, number) < TOLERANCE
