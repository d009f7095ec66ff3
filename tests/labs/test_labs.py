"""What holds for every lab without a browser: its size, its texts, its bundle for stored notebooks, and its end."""

import gc
import math
import re
import weakref
from collections import Counter
from itertools import product

import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import helpers
from helpers.labs.frames import MAX_BYTES
from helpers.labs.lab import WIDTH

NAMES = [name for name in helpers.__all__ if name.endswith("Lab")]


@pytest.fixture(scope="module", params=NAMES)
def lab(request):
    made = getattr(helpers, request.param)()
    yield made
    made.close()


def points(lab):
    """Return the first point of a lab, the last, and one in between."""
    middle = [axis.values[len(axis.values) // 2] for axis in lab.axes]
    return [axis.values[0] for axis in lab.axes], [axis.values[-1] for axis in lab.axes], middle


def test_there_is_a_picture_for_every_place_and_room_for_all(lab):
    assert lab.frames.shape == [len(axis.values) for axis in lab.axes]
    pngs = lab.frames.pngs
    assert sum(map(len, pngs)) <= MAX_BYTES
    assert len(set(pngs)) == len(pngs), "no two places look the same"
    assert lab.frames.width == WIDTH


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
    assert data["text/plain"] == repr(lab)
    assert repr(lab) in NAMES
    assert data["image/png"] == lab.frames.picture
    assert metadata["image/png"]["alt"] == lab.frames.alt[lab.frames.position]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.box.model_id


def test_the_scene_is_what_the_browser_shows(lab):
    assert lab.frames.pngs == lab.scene.pngs
    assert lab.frames.readout == lab.scene.readout
    assert lab.frames.alt == (lab.scene.alt or lab.scene.readout)


def test_a_point_has_its_numbers_and_its_picture(lab):
    for point in points(lab):
        i = lab.index(*point)
        assert lab.at(*point) == lab.scene.numbers[i]
        assert lab.picture(*point) == lab.frames.pngs[i]
    assert [lab.index(*point) for point in points(lab)[:2]] == [0, len(lab.scene.pngs) - 1]


def test_sliders_go_along_the_axes_and_start_where_the_picture_is(lab):
    own = [slider for slider in lab.frames.axes if slider["name"] not in lab.scene.also]
    for slider, axis, trait in zip(own, lab.axes, ("index", "index_2"), strict=False):
        assert slider == {"name": axis.name, "labels": axis.labels, "moves": trait}
        assert getattr(lab.frames, trait) == axis.start
    assert len(own) == len(lab.axes)


def test_the_table_holds_every_number_of_every_point(lab):
    head, rows = lab.frames.table["head"], lab.frames.table["rows"]
    assert head[: len(lab.axes)] == [axis.name for axis in lab.axes]
    for row, labels, now in zip(rows, product(*(axis.labels for axis in lab.axes)), lab.scene.numbers, strict=True):
        cells = dict(zip(head, row, strict=True))
        assert tuple(row[: len(labels)]) == labels
        for name, value in now.items():
            assert float(cells[name.replace("_", " ")]) == pytest.approx(value, rel=1e-3)


def test_a_point_off_the_sliders_is_refused_with_its_neighbours(lab):
    (first, *_), point = lab.axes, [axis.values[1] for axis in lab.axes]
    with pytest.raises(ValueError, match=rf"{first.name} = .* is not on the slider: .*{re.escape(first.labels[1])}"):
        lab.at(1.0001 * point[0], *point[1:])
    with pytest.raises(ValueError, match="a point must be a value of"):
        lab.picture(*point, 1)


def count_figures():
    gc.collect()
    return sum(issubclass(type(thing), Figure) for thing in gc.get_objects())


def test_what_makes_the_pictures_leaves_no_figure(lab):
    before = count_figures()
    lab._make(**lab._panel.settings)
    assert count_figures() == before
    assert plt.get_fignums() == []


def test_opened_and_closed_fifty_times_nothing_stays(lab, monkeypatch):
    """Fifty labs in a session are nothing unusual: each opens anew what a cell runs again."""
    scene = lab.scene  # the same pictures: training fifty times takes minutes
    monkeypatch.setattr("helpers.labs.lab.Lab._made", lambda self, settings: scene)
    before, gone = Counter(map(type, _instances.values())), []
    for _ in range(50):
        another = getattr(helpers, repr(lab))()
        gone += [weakref.ref(another), weakref.ref(another.frames)]
        another.close()
    del another
    gc.collect()
    assert Counter(map(type, _instances.values())) == before
    assert not any(reference() for reference in gone)


def test_every_box_can_be_reset(lab, monkeypatch):
    start = lab._panel.settings
    monkeypatch.setattr(type(lab), "_made", lambda self, settings: self.scene)
    boxes = {key: widget for key, widget in lab.controls.items() if hasattr(widget, "min")}
    if boxes:
        lab.set(**{key: widget.min for key, widget in boxes.items()})
        assert all(widget.value == widget.min for widget in boxes.values())
        lab.reset()
    assert lab._panel.settings == start


def test_numbers_are_finite(lab):
    assert all(math.isfinite(value) for numbers in lab.scene.numbers for value in numbers.values())
