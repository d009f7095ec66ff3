"""What a page needs of the widgets that a chapter shows: their state, and each picture of a lab as a file.

The chapter's own kernel runs this, after the last cell.
"""

import gc
import io
import json
import shutil
from pathlib import Path

from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances  # ipywidgets has no public access to all widgets
from PIL import Image

from helpers.drawing.canvas import NARROW, stacked
from helpers.labs.frames import Frames
from helpers.labs.lab import Lab
from helpers.labs.prediction import Prediction
from helpers.labs.question import Question

FRAMES_STATE = ("axes", "shape", "alt", "readout", "table", "words", "index", "index_2")
STATE = {
    Prediction: ("question", "x", "y", "computed", "best", "colors", "words"),
    Question: ("question", "answers", "right", "words"),
}


def record(shown: dict[str, int], place: Path, narrow: bool = True) -> None:
    """Write what a page needs of widgets to a folder: pictures, and a file widgets.json.

    Parameters
    ----------
    shown : mapping of str to int
        The model ids of the widgets that the chapter displays, and the cells that do so. Others cost nothing.
    narrow : bool
        Whether to write the pictures of labs with stacked panels too, for phones.
    """
    alive = {widget.model_id: widget for widget in _live_widgets() if widget.model_id in shown}
    open_labs = [lab for lab in gc.get_objects() if issubclass(type(lab), Lab) and lab.box.comm is not None]
    labs = {lab.box.model_id: lab for lab in open_labs}
    found = {}
    for model_id, widget in alive.items():
        folder = place / f"lab-{shown[model_id]}"
        if model_id in labs:
            found[model_id] = record_lab(labs[model_id], folder, narrow)
        elif isinstance(widget, Frames):
            found[model_id] = _frames(widget, folder)
        elif kind := next((kind for kind in STATE if isinstance(widget, kind)), None):  # anywidget makes a subclass
            state = {name: getattr(widget, name) for name in STATE[kind]}
            found[model_id] = {"widget": kind.__name__, "state": state}
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, sort_keys=True, ensure_ascii=False)
    (place / "widgets.json").write_text(text, encoding="utf-8")


def _live_widgets() -> list[Widget]:
    return [widget for widget in _instances.values() if isinstance(widget, Widget) and widget.comm is not None]


def record_lab(lab: Lab, folder: Path, narrow: bool = True) -> dict[str, object]:
    """Write the pictures of a lab, as they are and with stacked panels, and return what else a page needs of it.

    Slides need only the first, and do not name the controls: pass ``narrow=False``.

    Raises
    ------
    RuntimeError
        If a lab that is made twice gives different texts the second time: a page would not match the chapter.
    """
    made = _frames(lab.frames, folder) | {"name": repr(lab)}
    if not narrow:
        return made
    with stacked():
        scene = lab.remade()
    if scene.readout != lab.scene.readout:
        raise RuntimeError(
            f"{lab!r} must give the same texts when it is made again with the same settings: seed its draws"
        )
    height = _write(scene.pngs, folder / "narrow", NARROW)
    sets = made["sets"] | {"narrow": {"width": NARROW, "height": height}}
    return made | {"controls": _names(lab), "sets": sets}


def _names(lab: Lab) -> list[str]:
    """Return the texts at the controls of a lab."""
    return [widget.description.removesuffix(" (changed)") for widget in lab.controls.values()]


def _frames(frames: Frames, folder: Path) -> dict[str, object]:
    height = _write(frames.pngs, folder / "wide", frames.width)
    state = {name: getattr(frames, name) for name in FRAMES_STATE}
    return {
        "widget": "Frames",
        "name": "Frames",
        "controls": [],
        "state": state,
        "sets": {"wide": {"width": frames.width, "height": height}},
        "folder": folder.name,
        "position": frames.position,
    }


def _write(pngs: list[bytes], folder: Path, width: int) -> int:
    """Write pictures as files 0.webp, 1.webp, ..., and return their height on a page where they have this width."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i, png in enumerate(pngs):
        image = write_webp(png, folder / f"{i}.webp")
    return round(width * image.height / image.width)


def write_webp(data: bytes, path: Path) -> Image.Image:
    """Write a picture as a WebP file that shows the same pixels, and is half as long as a PNG."""
    image = Image.open(io.BytesIO(data))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.save(path, "webp", lossless=True, quality=60, method=2)
    return image
