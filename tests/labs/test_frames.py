"""`Frames` without a browser: what it takes, what it sends, what it leaves in a stored notebook."""

import gc
import io
import re
import shutil
import subprocess
import weakref
from base64 import b64encode
from pathlib import Path

import nbformat
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from nbconvert import HTMLExporter
from PIL import Image
from traitlets import TraitError

from helpers.labs import frames as module
from helpers.labs.frames import MAX_BYTES, Frames
from helpers.labs.words import WORDS
from helpers.sliders import axis

SCRIPT = Path(module.__file__).with_suffix(".js")
VIEW = "application/vnd.jupyter.widget-view+json"


def png(shade, size=(40, 20)):
    file = io.BytesIO()
    Image.new("L", size, shade).save(file, "png")
    return file.getvalue()


def made(n, first=0, **others):
    texts = {"alt": [f"picture {i}" for i in range(n)], "readout": [f"{i} is shown." for i in range(n)]}
    return {"pngs": [png(first + i) for i in range(n)], **texts, **others}


def line(n):
    return axis("λ", range(n))


def shown(*axes, **texts):
    return Frames(texts.pop("pngs"), *axes, **texts)


@pytest.fixture
def frames():
    widget = shown(line(6), **made(6), width=20)
    yield widget
    widget.close()


@pytest.fixture
def grid():
    widget = shown(axis("a", (1, 2)), axis("b", (1, 2, 3), 3), **made(6), width=20)
    yield widget
    widget.close()


@pytest.fixture
def sent(frames):
    """What goes to the browser from now on, message by message."""
    messages = []
    frames.comm.send = lambda data, buffers: messages.append({**data["state"], "buffers": buffers})
    return messages


def test_the_index_chooses_the_picture(frames):
    for i in (0, 5, 2):
        frames.index = i
        assert frames.position == i
        assert frames.picture == frames.pngs[i] == png(i)


def test_two_indices_choose_row_by_row(grid):
    for row in (0, 1):
        for column in (0, 1, 2):
            grid.index, grid.index_2 = row, column
            assert grid.picture == png(3 * row + column)


@pytest.mark.parametrize(("name", "i", "end"), [("index", 6, 5), ("index", -1, 5), ("index_2", 1, 0)])
def test_an_index_beyond_its_axis(frames, name, i, end):
    with pytest.raises(TraitError, match=rf"{name} must be in \[0, {end}\], got {i}"):
        setattr(frames, name, i)
    with pytest.raises(TraitError):
        frames.set_state({name: i})  # from the browser
    assert frames.picture == png(0)


def test_each_axis_of_a_grid_has_its_own_end(grid):
    grid.index, grid.index_2 = 1, 2
    with pytest.raises(TraitError, match=r"index must be in \[0, 1\], got 2: its axis has 2 pictures"):
        grid.index = 2
    with pytest.raises(TraitError, match=r"index_2 must be in \[0, 2\], got 3: its axis has 3 pictures"):
        grid.index_2 = 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pngs": [], "alt": [], "readout": []}, "at least one picture, got none"),
        ({"alt": ["a"]}, "alt must hold a text for each of 6 pictures, got 1"),
        ({"alt": "abcdef"}, "alt must hold a text for each of 6 pictures, got one: 'abcdef'"),
        ({"readout": ["a"] * 7}, "readout must hold a text for each of 6 pictures, got 7"),
        ({"pngs": [*made(5)["pngs"], b"GIF89a"]}, r"pngs\[5\] must be the bytes of a PNG, got b'GIF89a'"),
        ({"pngs": [None] * 6}, r"pngs\[0\] must be the bytes of a PNG, got None"),
        ({"pngs": [png(0)[:20]] * 6}, r"pngs\[0\] must be the bytes of a PNG"),
        ({"pngs": [*made(5)["pngs"], png(0, (20, 20))]}, r"the same size in pixels, got \[\(20, 20\), \(40, 20\)\]"),
        ({"pngs": [png(0) + bytes(MAX_BYTES // 6)] * 6}, r"at most 4 MB, got 4.00 MB in 6 pictures"),
        ({"pngs": [png(0) + bytes(2 * MAX_BYTES)] * 6}, r"at most 4 MB, got 48.00 MB in 6 pictures"),
        ({"width": 0}, "width must be at least 1, got 0"),
        ({"axes": (line(2), line(2))}, r"axes must have a place for each of 6 pictures, got 2 × 2 places"),
        ({"axes": ()}, "axes must be one or two, got 0"),
        ({"axes": (line(1), line(2), line(3))}, "axes must be one or two, got 3"),
        ({"also": {"θ": ["1", "2"]}}, "also must name 6 places, got 2 for θ"),
        ({"table": [{"loss": "1"}]}, "table must hold a text for each of 6 pictures, got 1"),
    ],
)
def test_what_it_does_not_take(change, message):
    before = len(_instances)
    arguments = made(6, width=20) | {"axes": (line(6),)} | change
    with pytest.raises(ValueError, match=message):
        shown(*arguments.pop("axes"), **arguments)
    assert len(_instances) == before


def test_up_to_four_megabytes():
    exactly = [png(0) + bytes(MAX_BYTES // 2 - len(png(0)))] * 2
    frames = shown(line(2), **made(2) | {"pngs": exactly}, width=20)
    assert sum(map(len, frames.pngs)) == MAX_BYTES
    frames.close()


def test_new_pictures_come_in_one_message(frames, sent):
    frames.index = 3
    sent.clear()
    frames.show(**made(6, first=100) | {"alt": [f"new {i}" for i in range(6)]})
    (message,) = sent
    assert message["buffers"] == [b"".join(png(100 + i) for i in range(6))]
    assert message["alt"][5] == "new 5"
    assert "index" not in message  # what the slider has done meanwhile stays
    assert frames.picture == png(103)


def test_new_texts_for_the_same_pictures(frames, sent):
    frames.show(**made(6) | {"readout": ["new"] * 6})
    (message,) = sent
    assert message["readout"] == ["new"] * 6
    assert "_version" in message  # which tells the browser to look


def test_the_axes_stay(grid):
    grid.index, grid.index_2 = 1, 2
    grid.show(**made(6, first=60))
    assert grid.picture == png(65)
    with pytest.raises(ValueError, match=r"a place for each of 8 pictures, got 2 × 3 places"):
        grid.show(**made(8))


def test_each_axis_has_a_slider_that_starts_at_its_place(frames, grid):
    assert frames.axes == [{"name": "λ", "labels": ["0", "1", "2", "3", "4", "5"], "moves": "index"}]
    assert [(slider["name"], slider["labels"], slider["moves"]) for slider in grid.axes] == [
        ("a", ["1", "2"], "index"),
        ("b", ["1", "2", "3"], "index_2"),
    ]
    assert (frames.index, frames.index_2, grid.index, grid.index_2) == (0, 0, 0, 2)


def test_other_names_of_places_have_a_slider_that_moves_with_the_first():
    widget = shown(line(2), **made(2), width=20, also={"θ": ["10", "5"]})
    assert widget.axes[1] == {"name": "θ", "labels": ["10", "5"], "moves": "index"}
    widget.show(**made(2), also={"θ": ["9", "4"]})
    assert widget.axes[1]["labels"] == ["9", "4"]
    with pytest.raises(ValueError, match=r"also must keep its names, got sliders for \['λ'\] after \['λ', 'θ'\]"):
        widget.show(**made(2))
    assert widget.axes[1]["labels"] == ["9", "4"]
    widget.close()


def test_the_numbers_are_a_table(frames):
    frames.show(**made(6), table=[{"λ": str(i), "loss": f"0.{i}"} for i in range(6)])
    assert frames.table["head"] == ["λ", "loss"]
    assert frames.table["rows"][4] == ["4", "0.4"]
    frames.show(**made(6))
    assert frames.table == {}


def test_what_cannot_be_shown_changes_nothing(frames, sent):
    with pytest.raises(ValueError, match="alt must hold"):
        frames.show(**made(6, first=9) | {"alt": []})
    assert sent == []
    assert frames.pngs == made(6)["pngs"]


def test_a_message_is_sent_alone(frames, sent):
    frames.message = "training…"
    assert sent == [{"message": "training…", "buffers": []}]


def test_where_there_is_no_widget_the_picture_stands(frames):
    frames.index = 2
    data, metadata = frames._repr_mimebundle_()
    assert data["image/png"] == png(2)
    assert data["text/plain"] == "Frames"  # constant: stored, and compared
    assert data[VIEW]["model_id"] == frames.model_id
    assert metadata["image/png"] == {"width": 20, "height": 10, "alt": "picture 2"}


def test_a_page_made_of_a_stored_notebook_shows_the_picture(frames):
    data, metadata = frames._repr_mimebundle_()
    picture = b64encode(data["image/png"]).decode()
    output = nbformat.v4.new_output("display_data", data | {"image/png": picture}, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("frames", outputs=[output])])
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert f"data:image/png;base64,{picture}" in page
    assert 'alt="picture 0"' in page


def test_nothing_stays_when_it_is_closed():
    """Fifty labs in a session are nothing unusual: each opens anew what a cell runs again."""
    before, gone = set(_instances), []
    for _ in range(50):
        widget = shown(line(6), **made(6), width=20)
        gone.append(weakref.ref(widget))
        widget.close()
        widget.close()
        assert widget.pngs == []
    del widget
    gc.collect()
    assert set(_instances) == before
    assert not any(reference() for reference in gone)


def test_drawn_by_matplotlib():
    figure = Figure((2, 1), dpi=200)
    figure.subplots().plot([0, 1, 2])
    file = io.BytesIO()
    figure.savefig(file, format="png")
    widget = Frames([file.getvalue()], line(1), alt=["a line"], readout=["It goes up."], width=200)
    assert (widget.width, widget.height) == (200, 100)
    widget.close()


@pytest.mark.skipif(not shutil.which("node"), reason="no node here that could parse JavaScript")
def test_the_script_parses(tmp_path):
    copy = shutil.copy(SCRIPT, tmp_path / "frames.mjs")
    subprocess.run(["node", "--check", copy], check=True)


def test_the_script_needs_nothing_from_elsewhere():
    script = SCRIPT.read_text(encoding="utf-8")
    assert Frames._esm == script
    assert "import" not in script
    assert "http" not in script


def test_every_word_that_the_script_uses_is_there():
    used = set(re.findall(r"\bwords\.(\w+)", SCRIPT.read_text(encoding="utf-8")))
    assert used == set(WORDS["frames"])
