"""Pictures of each lab against reference images that somebody looked at, and that this comparison can fail."""

import re
from functools import cache
from unittest.mock import patch
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from PIL import Image, ImageChops

from helpers.drawing.canvas import Pictures
from tests.labs import pictures
from tests.labs.pictures import (
    DIRECTORY,
    LABS,
    REFERENCES,
    TOLERANCE,
    Made,
    as_image,
    difference,
    is_drawn,
    made,
    path_of,
    printed,
    shrink,
    words,
    written,
)

SVG = "{http://www.w3.org/2000/svg}"

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


# For print


@cache
def figure_of(name: str) -> Figure:
    """Return the figure of the first reference image of a lab."""
    shown = drawn(name, 0)
    pictures = Pictures([], shown.figure, shown.drawings.values())
    figure = pictures.figure(REFERENCES[name][0].place)
    pictures.figure(0)  # changes nothing of the figure before
    return figure


@pytest.mark.parametrize("name", LABS)
def test_a_figure_is_the_picture_dot_for_dot(name):
    shown, place = drawn(name, 0), REFERENCES[name][0].place
    figure = figure_of(name)
    picture, other = as_image(shown.picture(place)), as_image(shown.picture(0))
    assert ImageChops.difference(picture, printed(figure, shown.small)).getbbox() is None
    assert ImageChops.difference(picture, other).getbbox() is not None


@pytest.mark.parametrize("name", LABS)
def test_its_words_stay_words(name):
    figure = figure_of(name)
    page = ElementTree.fromstring(written(figure, "svg"))
    found = {_joined("".join(node.itertext())) for node in page.iter(f"{SVG}text")}
    missing = {text for text in _plain_texts(figure) if _joined(text) not in found}
    assert len({*_plain_texts(figure)}) > 5
    assert not missing
    pixels = [float(image.get("width")) for image in page.iter(f"{SVG}image")]
    assert max(pixels, default=0) < 0.5 * float(page.get("viewBox").split()[2]), "only what is an image is one"


def _joined(text):
    return "".join(text.split())


def _plain_texts(figure):
    """Yield what stands in a figure in one line, without formulas: names of panels, axes and curves."""
    for ax in figure.axes:
        shown = [text for text in ax.texts if is_drawn(text) and not text.get_path_effects()]  # a halo is a path
        shown += ax.get_legend().get_texts() if ax.get_legend() else []
        shown += [ax.xaxis.label, ax.yaxis.label] if ax.axison else []
        texts = [ax.get_title(loc="left"), *(text.get_text() for text in shown)]
        yield from (text for text in texts if text.strip() and not re.search(r"[$\n]", text))


@pytest.mark.parametrize("name", LABS)
def test_a_pdf_has_its_fonts(name):
    page = written(figure_of(name), "pdf")
    assert page.startswith(b"%PDF")
    assert re.search(rb"/FontFile2|/Type /Font", page)
    assert b"/Subtype /Type3" not in page
