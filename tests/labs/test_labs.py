"""What holds for every lab without a browser: its size, its texts, its bundle for stored notebooks, and its end."""

import gc
import re
import sys
import weakref
from collections import Counter

import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import helpers
from helpers import sliders
from helpers.labs.frames import MAX_BYTES

NAMES = [name for name in helpers.__all__ if name.endswith("Lab")]


def test_labs_are_found_beside_the_sliders():
    for name in NAMES:
        assert getattr(sliders, name) is getattr(helpers, name)
    with pytest.raises(AttributeError, match="no attribute 'ThirdLab'"):
        _ = sliders.ThirdLab


@pytest.fixture(scope="module", params=NAMES)
def lab(request):
    made = getattr(helpers, request.param)()
    yield made
    made.close()


def test_there_is_a_picture_for_every_place_and_room_for_all(lab):
    sizes = [len(s.options) for s in (lab.slider, lab.slider_2) if s is not None]
    assert lab.frames.shape == sizes
    pngs = lab.frames.pngs
    assert sum(map(len, pngs)) <= MAX_BYTES
    assert len(set(pngs)) == len(pngs), "no two places look the same"
    assert lab.frames.width == lab.WIDTH


def test_texts_are_one_sentence_each_and_fit_in_a_line_or_two(lab):
    for text in lab.frames.readout:
        assert text.endswith(".")
        assert not re.search(r"[.!?]\s+[A-Z]", text), text
        assert not re.search(r"\b(nan|inf)\b", text), text
        assert len(text) < 200
    assert len(set(lab.frames.readout)) == len(lab.frames.readout)
    assert all(len(text.split()) >= 5 for text in lab.frames.alt)


def test_a_stored_notebook_has_the_current_picture_and_a_constant_text(lab):
    data, metadata = lab._repr_mimebundle_()
    assert data["text/plain"] == repr(lab) == type(lab).__name__
    assert data["image/png"] == lab.frames.picture
    assert metadata["image/png"]["alt"] == lab.frames.alt[lab.frames.position]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.box.model_id


def count_figures():
    gc.collect()
    return sum(issubclass(type(thing), Figure) for thing in gc.get_objects())


def test_what_makes_the_pictures_leaves_no_figure(lab):
    before = count_figures()
    lab._make()
    assert count_figures() == before
    assert plt.get_fignums() == []


def test_where_drawing_fails_numbers_and_pictures_are_the_old_ones(lab, monkeypatch):
    before, pngs = vars(lab).copy(), lab.frames.pngs

    def fail(*args, **options):
        raise RuntimeError("no ink")

    monkeypatch.setattr(sys.modules[type(lab).__module__], "render", fail)
    lab._again()
    assert lab.frames.message == "RuntimeError: no ink"
    assert all(vars(lab)[name] is value for name, value in before.items())
    assert lab.frames.pngs == pngs
    lab.frames.message = ""


def test_opened_and_closed_fifty_times_nothing_stays(lab, monkeypatch):
    """Fifty labs in a session are nothing unusual: each opens anew what a cell runs again."""
    kind, made = type(lab), lab._make()
    monkeypatch.setattr(kind, "_make", lambda self: dict(made))  # the same pictures: training fifty times takes minutes
    before, gone = Counter(map(type, _instances.values())), []
    for _ in range(50):
        another = kind()
        gone += [weakref.ref(another), weakref.ref(another.frames)]
        another.close()
    del another
    gc.collect()
    assert Counter(map(type, _instances.values())) == before
    assert not any(reference() for reference in gone)


def test_an_unknown_control_and_a_button_are_told_apart(lab):
    with pytest.raises(ValueError, match="no control named 'colour': there are "):
        lab.set(colour="red")
    for name, control in lab.controls.items():
        is_button = type(control).__name__ == "Button"
        with pytest.raises(ValueError, match=rf"^{name} (has no value, got 1: it is a button|is no button)"):
            lab.set(**{name: 1}) if is_button else lab.press(name)
