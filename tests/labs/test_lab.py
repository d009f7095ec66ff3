"""A lab of one's own, with a picture that takes no time: what is shown is a whole scene, or the one before."""

import io
import re
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from helpers.labs.controls import Controls, button, choice, integer, number
from helpers.labs.lab import Lab
from helpers.labs.scene import Scene, by_point
from helpers.labs.watch import line
from helpers.sliders import axis
from helpers.sweeps import run
from helpers.sweeps.run import reporting

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
A, B = axis("a", (0.0, 1.0, 2.0), 1.0), axis("b", (10.0, 20.0))
PRESETS = {"kind": {"small": {"n": 3}, "large": {"n": 30}}}


def png(shade):
    file = io.BytesIO()
    Image.new("RGB", (8, 4), (shade % 256, shade // 256, 0)).save(file, "png")
    return file.getvalue()


def scene(points, number, **more):
    return Scene(
        [{"value": number + i} for i in range(points)],
        [png(number + i) for i in range(points)],
        [f"Number {number + i}." for i in range(points)],
        **more,
    )


class Maker:
    """Make scenes of three points that show the settings, note each call, and do what is asked meanwhile."""

    def __init__(self):
        self.calls, self.meanwhile = [], lambda: None

    def __call__(self, kind, n, noise, again):
        self.calls.append({"kind": kind, "n": n, "noise": noise, "again": again})
        self.meanwhile()
        ranges = [{"value": (100 * again + n + i - 1, 100 * again + n + i + 1)} for i in range(3)]
        return scene(3, 100 * again + n, also={"twice": [f"{2 * n + i}" for i in range(3)]}, ranges=ranges)


@pytest.fixture
def make():
    return Maker()


@pytest.fixture
def lab(make):
    controls = {
        "kind": choice("kind", PRESETS["kind"], "small"),
        "n": integer("examples", 3, 1, 40),
        "noise": number("noise", 0.5, 0, 1, 0.1),
        "again": button("again", "Draw again"),
    }
    made = Lab(make, A, name="OwnLab", busy="Thinking …", presets=PRESETS, **controls)
    yield made
    made.close()


def shown(lab):
    """Return all that a user sees."""
    boxes = {key: widget.value for key, widget in lab.controls.items()}
    return lab.scene, lab.frames.pngs, lab.frames.readout, lab.frames.alt, lab.frames.axes, lab.frames.table, boxes


def test_it_shows_the_scene_of_its_settings(lab, make):
    assert make.calls == [{"kind": "small", "n": 3, "noise": 0.5, "again": 0}]
    assert repr(lab) == "OwnLab"
    assert lab.at(2) == {"value": 5}
    assert lab.picture(2) == png(5) == lab.frames.pngs[2]
    assert lab.frames.index == 1
    assert lab.frames.axes[1] == {"name": "twice", "labels": ["6", "7", "8"], "moves": "index"}
    assert lab.frames.table["rows"][2] == ["2", "5", "4 to 6"]


def test_a_user_who_changes_a_box_gets_a_new_scene(lab, make):
    lab.controls["n"].value = 7
    assert make.calls[1:] == [{"kind": "small", "n": 7, "noise": 0.5, "again": 0}]
    assert lab.at(0) == {"value": 7}
    assert lab.frames.readout[0] == "Number 7."
    assert lab.frames.axes[1]["labels"] == ["14", "15", "16"]
    assert lab.frames.table["rows"][2] == ["2", "9", "8 to 10"]
    assert lab.frames.message == ""


def test_values_set_together_make_one_scene(lab, make):
    lab.set(n=7, noise=0.1)
    assert make.calls[1:] == [{"kind": "small", "n": 7, "noise": 0.1, "again": 0}]
    lab.set(n=7)
    assert len(make.calls) == 2, "nothing has changed"


def test_a_button_counts(lab, make):
    lab.press("again")
    lab.controls["again"].click()
    assert [call["again"] for call in make.calls] == [0, 1, 2]
    assert lab.at(0) == {"value": 203}


def test_a_preset_sets_other_boxes_and_makes_one_scene(lab, make):
    lab.controls["kind"].value = "large"
    assert make.calls[1:] == [{"kind": "large", "n": 30, "noise": 0.5, "again": 0}]
    lab.set(kind="small", n=12)
    assert make.calls[-1]["n"] == 12, "what is set by name wins"
    assert len(make.calls) == 3


def test_a_preset_that_no_longer_holds_says_so_until_it_is_reset(lab, make):
    menu = lab.controls["kind"]
    assert menu.description == "kind"
    lab.set(kind="large")
    lab.set(n=5, noise=0.9)
    assert menu.description == "kind (changed)"
    lab.press("again")
    lab.reset()
    assert menu.description == "kind"
    assert make.calls[-1] == {"kind": "large", "n": 30, "noise": 0.5, "again": 1}, "the preset and the draws stay"


def test_there_is_a_reset_button_if_there_is_a_box(lab, make):
    reset = lab.box.children[-1].children[-1]
    assert reset.description == "reset"
    lab.set(n=5)
    reset.click()
    assert lab.controls["n"].value == 3
    buttons_only = Lab(lambda again: scene(3, again), A, again=button("again", ""))
    assert [child.description for child in buttons_only.box.children[-1].children] == ["again"]
    buttons_only.close()


@pytest.mark.parametrize(
    ("error", "message"),
    [(RuntimeError("no luck"), "RuntimeError: no luck"), (KeyboardInterrupt(), "Stopped: the boxes again show")],
)
def test_where_a_scene_cannot_be_made_everything_is_as_it_was(lab, make, error, message):
    lab.press("again")
    before = shown(lab)

    def fail():
        raise error

    make.meanwhile = fail
    lab.controls["n"].value = 9
    assert lab.frames.message.startswith(message)
    assert shown(lab) == before
    lab.press("again")
    assert shown(lab) == before
    make.meanwhile = lambda: None
    lab.press("again")
    assert lab.at(0) == {"value": 203}, "a press that failed does not count"
    assert lab.frames.message == ""


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"numbers": [{"value": 1}]}, "numbers must have 3 entries, got 1: one a a"),
        ({"pngs": [png(1)]}, "axes must have a place for each of 1 pictures, got 3 places"),
        ({"readout": ["One."]}, "must hold a text for each of 3 pictures, got 1"),
        ({"also": {"twice": ["1"]}}, "also must name 3 places, got 1 for twice"),
        ({"pngs": [b"no picture"] * 3}, r"pngs\[0\] must be the bytes of a PNG"),
    ],
)
def test_half_a_scene_is_not_shown(broken, message):
    faults = {}
    lab = Lab(lambda n: scene(3, n)._replace(**faults), A, n=integer("n", 1, 0, 9))
    before = shown(lab)
    faults.update(broken)
    lab.controls["n"].value = 2
    assert re.search(message, lab.frames.message)
    assert shown(lab) == before
    with pytest.raises(ValueError, match=message):
        Lab(lambda: scene(3, 1)._replace(**broken), A)
    lab.close()


def test_a_refused_value_changes_nothing(lab, make):
    before = shown(lab)
    for values, message in [
        ({"noise": 0.7, "n": 41}, r"n must be in \[1, 40\], got 41"),
        ({"kind": "middle"}, "kind must be one of small, large, got 'middle'"),
        ({"n": "many"}, "n must be a number, got 'many'"),
        ({"colour": 1}, "no control named 'colour': there are kind, n, noise, again"),
        ({"again": 3}, r"again has no value, got 3: it is a button, lab.press\('again'\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            lab.set(**values)
    with pytest.raises(ValueError, match=r"n is no button, got press\('n'\): it has a value, lab.set\(n=...\)"):
        lab.press("n")
    with pytest.raises(ValueError, match="no control named 'm'"):
        lab.press("m")
    assert shown(lab) == before
    assert len(make.calls) == 1


def test_two_threads_make_one_scene_after_the_other(lab, make):
    """Callbacks may come on several threads, also while a cell runs: what is shown must be one scene, and the last."""
    working, overlaps = threading.Lock(), []

    def work():
        overlaps.append(not working.acquire(blocking=False))
        time.sleep(0.05)
        working.release()

    make.meanwhile = work
    threads = [threading.Thread(target=lambda n=n: lab.set(n=n)) for n in (11, 12, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(overlaps) <= 3, "wishes that came meanwhile count once"
    assert True not in overlaps
    assert lab.at(0)["value"] == lab.controls["n"].value == make.calls[-1]["n"]


def test_controls_are_set_by_one_thread_at_a_time():
    boxes = {name: integer(name, 0, 0, 9) for name in "ab"}
    controls = Controls(boxes, {}, lambda: None)
    within, go_on = threading.Event(), threading.Event()
    boxes["a"].observe(lambda change: within.set() or go_on.wait(5), "value")
    first = threading.Thread(target=controls.put, args=({"a": 1, "b": 1},))
    second = threading.Thread(target=controls.put, args=({"b": 2},))
    first.start()
    assert within.wait(60)
    second.start()
    second.join(0.2)
    assert boxes["b"].value == 0, "the second waits until the first has set all of its boxes"
    go_on.set()
    first.join()
    second.join()
    assert controls.settings == {"a": 1, "b": 2}


def test_progress_is_shown_in_tenths(lab, make):
    messages = []
    lab.frames.observe(lambda change: messages.append(change["new"]), "message")

    def work():
        for share in (0.04, 0.11, 0.19, 1.0):
            report(share)

    make.meanwhile = work
    lab.set(n=4)
    assert messages == ["Thinking …", "Thinking … 0 %", "Thinking … 10 %", "Thinking … 100 %", ""]


def report(share):
    run._REPORT.get()(share)


def test_a_training_that_is_stopped_leaves_everything_as_it_was(lab, make):
    before = shown(lab)
    seen = []

    def work():
        report(0.3)
        seen.append(lab.frames.stoppable)
        lab.frames._handle_custom_msg({"stop": True}, [])  # what a click sends
        report(0.4)
        seen.append("not reached")

    make.meanwhile = work
    lab.set(n=9)
    assert lab.frames.message == "Stopped: the boxes again show the settings of the pictures."
    assert seen == [True]
    assert not lab.frames.stoppable
    assert shown(lab) == before
    make.meanwhile = lambda: report(0.5)
    lab.set(n=9)
    assert lab.at(0) == {"value": 9}, "the next one is not stopped"


def test_boxes_changed_while_a_lab_trains_end_that_training_and_count_once(lab, make, monkeypatch):
    went_on = []

    def work():
        if make.calls[-1]["n"] == 9:
            for n in (10, 11, 12):
                lab.controls["n"].value = n
            report(0.1)
            went_on.append(True)

    make.meanwhile = work
    monkeypatch.setattr("helpers.labs.lab.called_by_page", lambda: True)
    others = set(threading.enumerate())
    lab.set(n=9)
    while set(threading.enumerate()) - others:
        time.sleep(0.01)
    assert not went_on, "nobody wants it any more"
    assert [call["n"] for call in make.calls] == [3, 9, 12]
    assert lab.at(0)["value"] == lab.controls["n"].value == 12
    assert lab.frames.message == ""


def test_a_lab_that_is_interrupted_anywhere_does_not_go_on_to_say_that_it_trains(lab, make):
    def interrupted(*args):
        raise KeyboardInterrupt

    make.meanwhile = lambda: report(0.2)
    lab._panel.mark_presets = interrupted
    with pytest.raises(KeyboardInterrupt):
        lab.set(n=9)
    assert lab.frames.message.startswith("Stopped")
    assert not lab.frames.stoppable


@pytest.mark.parametrize(
    ("share", "seconds", "text"),
    [
        (0.009, 50, "Training … 0 %"),
        (0.01, 0.5, "Training … 0 %"),
        (0.01, 2, "Training … 0 %, about 4 min left"),
        (0.5, 30, "Training … 50 %"),
        (0.5, 90, "Training … 50 %, about 2 min left"),
        (1.0, 90, "Training … 100 %, about 0 min left"),
    ],
)
def test_of_a_training_of_more_than_a_minute_the_line_says_how_long(share, seconds, text):
    assert line("Training …", share, seconds) == text


def test_refresh_makes_the_same_scene_anew(lab, make):
    version = lab.frames._version
    lab.refresh()
    assert make.calls[0] == make.calls[1]
    assert lab.frames._version == version + 1


def test_a_grid_is_counted_row_by_row():
    lab = Lab(lambda: scene(6, 0), A, B)
    assert [lab.index(a, b) for a in A.values for b in B.values] == list(range(6))
    assert lab.frames.shape == [3, 2]
    assert [slider["name"] for slider in lab.frames.axes] == ["a", "b"]
    assert lab.frames.table["head"] == ["a", "b", "value"]
    assert lab.frames.table["rows"][3] == ["1", "20", "3"]
    with pytest.raises(ValueError, match=r"a point must be a value of a and b, got \(1,\): the lab has 2 sliders"):
        lab.at(1)
    lab.close()


def test_what_at_returns_is_a_copy(lab):
    lab.at(0)["value"] = "changed"
    assert lab.at(0) == {"value": 3}


def test_a_picture_shows_itself_and_is_saved(lab, tmp_path):
    picture = lab.picture(1)
    data, size = picture._repr_png_()
    assert (repr(picture), data, size) == ("Png(8 × 4 pixels)", png(4), {"width": 4, "height": 2})
    lab.save(tmp_path / "slide.png", 1)
    assert (tmp_path / "slide.png").read_bytes() == png(4)
    with pytest.raises(ValueError, match=r"path must end in \.png, \.svg or \.pdf, got 'slide\.jpg'"):
        lab.save("slide.jpg", 1)
    for draw in (lab.figure, lambda value: lab.save(tmp_path / "slide.pdf", value)):
        with pytest.raises(ValueError, match=r"pngs must come from helpers\.drawing\.canvas\.render, got a list"):
            draw(1)


def test_numbers_by_point():
    import torch

    columns = {"loss": torch.tensor([0.5, 0.25]), "label": torch.tensor([3, 4])}
    assert by_point(columns) == [{"loss": 0.5, "label": 3}, {"loss": 0.25, "label": 4}]
    assert isinstance(by_point(columns)[0]["label"], int)


def test_reporting_outside_a_lab_is_not_disturbed(lab, make):
    reports = []
    with reporting(reports.append):
        lab.set(n=4)
        run._REPORT.get()(0.5)
    assert reports == [0.5]


def test_the_lab_of_ones_own_in_contributing_works():
    """A small CNN on the digits, dragged along p, with two controls: the text's code is executed as it stands."""
    (code,) = re.findall(r"```python\n(.*?)```", CONTRIBUTING.read_text(encoding="utf-8"), re.DOTALL)
    assert sum(bool(line) for line in code.splitlines()) <= 20
    names = {}
    exec(code, names)
    lab = names["lab"]
    before = lab.frames.pngs
    assert len(set(before)) == len(lab.axes[0].values) >= 3
    assert len(lab.controls) == 2
    lab.set(**{"epochs": lab.controls["epochs"].min})
    assert lab.frames.message == ""
    assert lab.frames.pngs != before
    lab.close()
