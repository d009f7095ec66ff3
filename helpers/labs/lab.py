"""`Lab`: pictures of a whole axis, drawn ahead by one function, sliders through them, and controls that draw anew."""

import math
import os
import threading
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

from ipywidgets import VBox, Widget
from matplotlib.figure import Figure

from helpers.drawing.png import Png
from helpers.labs.controls import Controls, Presets
from helpers.labs.frames import Frames
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.watch import OutdatedError, StoppedError, Watch, called_by_page
from helpers.sliders import Axis
from helpers.sweeps.run import reporting

_SHARED = LABS["shared"]
WIDTH = 840  # CSS pixels: what JupyterLab leaves for outputs beside its file browser on a projector


class Lab:
    """Show the pictures of a whole axis, or of a grid, and sliders that go through them without a kernel.

    Parameters
    ----------
    make : function of the settings -> Scene
        Called with the value of each control by its name. It trains, draws, and returns all that is shown.
    axes : one or two Axis
        What the sliders go along. With two, the first chooses the row of pictures.
    name : str
        How the lab shows itself as text, for example in stored notebooks.
    busy : str
        Shown while `make` runs.
    presets : mapping of str to {option: {control: value}}, optional
        What choosing an option of a menu sets.
    controls : Widget
        Changing one makes a new scene. See `integer`, `number`, `choice` and `button` in `helpers.labs.controls`.

    Attributes
    ----------
    scene : Scene
        What is shown. If a new one cannot be made, this one stays, and the controls go back to its settings.
    frames : Frames
        The pictures with their sliders. Its `index` and `index_2` say where these are, and move them.
    controls : dict of str to Widget

    Raises
    ------
    ValueError
        If the scene has another number of entries than the axes have points.
    """

    def __init__(
        self,
        make: Callable[..., Scene],
        *axes: Axis,
        name: str = "Lab",
        busy: str = _SHARED["training"],
        presets: Presets | None = None,
        **controls: Widget,
    ):
        self.axes, self._make, self._name, self._busy = axes, make, name, busy
        self.controls, self._panel = controls, Controls(controls, presets or {}, self._update)
        self._making, self._shown = threading.RLock(), self._panel.settings
        self.scene = self._made(self._shown)
        self.frames = Frames(self.scene.pngs, *axes, width=WIDTH, **self.scene.texts(axes))
        self.frames.on_stop(self.stop)
        self.box = VBox([self.frames, self._panel.row(self.reset, WIDTH)])
        self._panel.mark_presets()
        self._watch = Watch(self._busy, lambda line: None, lambda: True)  # of nothing yet

    def _made(self, settings: dict[str, object]) -> Scene:
        scene, shape = self._make(**settings), [len(axis.values) for axis in self.axes]
        if len(scene.numbers) != math.prod(shape):
            names = " × ".join(axis.name for axis in self.axes)
            raise ValueError(f"numbers must have {math.prod(shape)} entries, got {len(scene.numbers)}: one a {names}")
        return scene

    def _update(self) -> None:
        """Make what the controls ask for; for the page in a thread, so that the kernel hears of Stop meanwhile."""
        if called_by_page():
            threading.Thread(target=copy_context().run, args=(self._make_wanted,), daemon=True).start()
        else:
            self._make_wanted()

    def refresh(self) -> None:
        """Make the scene anew. It is shown when all of it is there; if that fails, the lab says why."""
        self._make_wanted(again=True)

    def remade(self) -> Scene:
        """Return the scene that is shown, made anew: with stacked panels within `helpers.drawing.canvas.stacked`."""
        return self._made(self._shown)

    def stop(self) -> None:
        """End what is being trained, as the button does: the pictures stay, and the controls go back to them."""
        self._watch.stop()

    def _make_wanted(self, again: bool = False) -> None:
        """Make scenes until the newest wish is shown; changes that come together, or meanwhile, make one."""
        with self._making:
            while again or self._panel.settings != self._shown:
                again, message = False, _SHARED["interrupted"]
                try:
                    message = self._make_one(self._panel.settings)
                finally:  # whatever happens, the line does not go on to say that something is being trained
                    self.frames.stoppable, self.frames.message = False, message

    def _make_one(self, wanted: dict[str, object]) -> str:
        """Make a scene and show it, or return why not."""
        self._watch = Watch(self._busy, self._say, lambda: self._panel.settings == wanted)
        try:
            with reporting(self._report):
                scene = self._made(wanted)
            self.frames.show(scene.pngs, **scene.texts(self.axes))
        except OutdatedError:
            return ""
        except (KeyboardInterrupt, StoppedError):
            self._panel.put(self._shown)
            return _SHARED["interrupted"]
        except Exception as error:  # the edge: a callback has nobody above it who could show the error
            self._panel.take_back(wanted, self._shown)
            return f"{type(error).__name__}: {error}"
        self.scene, self._shown = scene, wanted
        self._panel.mark_presets()
        return ""

    def _say(self, line: str) -> None:
        self.frames.message = line

    def _report(self, share: float) -> None:
        self.frames.stoppable = True  # what reports can be stopped
        self._watch.report(share)

    @property
    def source(self) -> object:
        """What the numbers come from: a `Sweep`, for example."""
        return self.scene.source

    def at(self, *point: float) -> dict[str, float]:
        """Return the numbers shown at a point: one value for each axis.

        Raises
        ------
        ValueError
            If the sliders have no such point.
        """
        return dict(self.scene.numbers[self.index(*point)])

    def picture(self, *point: float) -> Png:
        """Return the picture shown at a point, a PNG; raise what `at` raises."""
        return Png(self.scene.pngs[self.index(*point)])

    def figure(self, *point: float) -> Figure:
        """Return the picture at a point as a figure of matplotlib, vectors for print; `save` writes it as SVG or PDF.

        Raises
        ------
        ValueError
            If the sliders have no such point, or the pictures were not made by `helpers.drawing.canvas.render`.
        """
        return self.scene.figure(self.index(*point))

    def save(self, path: str | os.PathLike, *point: float) -> None:
        """Write the picture at a point to a file: PNG as shown, SVG or PDF as vectors: ``lab.save("slide.png", 3)``.

        Raises
        ------
        ValueError
            If the name of the file does not end in .png, .svg or .pdf, or what `figure` raises.
        """
        kind = Path(path).suffix.lower()
        if kind not in (".png", ".svg", ".pdf"):
            raise ValueError(f"path must end in .png, .svg or .pdf, got {str(path)!r}: a lab writes no other files")
        if kind == ".png":
            Path(path).write_bytes(self.picture(*point))
        else:
            self.figure(*point).savefig(path)

    def index(self, *point: float) -> int:
        """Return the number of a point among all, counted row by row from 0; raise what `at` raises."""
        if len(point) != len(self.axes):
            names = " and ".join(axis.name for axis in self.axes)
            raise ValueError(f"a point must be a value of {names}, got {point}: the lab has {len(self.axes)} sliders")
        place = 0
        for axis, value in zip(self.axes, point, strict=True):
            place = place * len(axis.values) + axis.index(value)
        return place

    def set(self, **values: object) -> None:
        """Set controls by name, all at once, as if the user had.

        Raises
        ------
        ValueError
            If there is no such control, it is a button, or it does not take the value. Then nothing has changed.
        """
        for key, value in values.items():
            if self._panel.is_button(key):
                raise ValueError(f"{key} has no value, got {value!r}: it is a button, lab.press({key!r})")
        self._panel.put(values)
        self._update()

    def press(self, key: str) -> None:
        """Press a button among the controls, as if the user had; raise ValueError if there is none of that name."""
        if not self._panel.is_button(key):
            raise ValueError(f"{key} is no button, got press({key!r}): it has a value, lab.set({key}=...)")
        self.controls[key].click()

    def reset(self) -> None:
        """Set all controls to their values at the start, or to those of the preset that is chosen."""
        self._panel.put(self._panel.start)
        self._update()

    def close(self) -> None:
        """Take the lab off the page and free all that it holds."""
        self.stop()
        row = self.box.children[-1]
        for widget in (self.frames, *row.children, row, self.box):
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
                if isinstance(part, Widget):
                    part.close()

    def __repr__(self) -> str:
        return self._name  # constant, since notebooks store it

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = self.frames._repr_mimebundle_()
        view = "application/vnd.jupyter.widget-view+json"
        return data | {"text/plain": repr(self), view: data[view] | {"model_id": self.box.model_id}}, metadata
