"""Sliders for λ and p, and what all labs share: a whole axis drawn ahead, and a slider through its pictures."""

import threading
from collections.abc import Iterator, Sequence

from ipywidgets import (
    Box,
    HBox,
    Layout,
    Play,
    SelectionSlider,
    VBox,
    Widget,
    jslink,
)

from helpers.frames import Frames
from helpers.regularizers import check_decay, check_probability
from helpers.sweeps import Sweep

_STEPS = (1, 1.2, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8)  # round numbers, about evenly spaced on a log scale
LAMBDAS = (0.0, *(round(step * 10**k, 4) for k in (-2, -1, 0, 1) for step in _STEPS if step * 10**k <= 30))
PS = tuple(i / 20 for i in range(20))


def lambda_slider(values: Sequence[float] = LAMBDAS, *, value: float | None = None) -> SelectionSlider:
    """Return a slider over values of λ, 0 among them, for your own function: ``interact(f, lambd=lambda_slider())``.

    Parameters
    ----------
    values : sequence of floats, each at least 0
    value : float, optional
        Where the slider starts: the place on the grid that is nearest to it. The default is the first.

    Raises
    ------
    ValueError
        If a value is negative or not finite, or there is none.
    """
    return _slider("λ", [check_decay(lambd) for lambd in values], value)


def p_slider(values: Sequence[float] = PS, *, value: float | None = None) -> SelectionSlider:
    """Return a slider over probabilities of dropping, 0 among them: ``interact(f, p=p_slider())``.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1], or there is none.
    """
    return _slider("p", [check_probability(p) for p in values], value)


def _slider(name: str, values: list[float], value: float | None) -> SelectionSlider:
    if not values:
        raise ValueError(f"values must hold at least one {name}, got none: the slider would have nowhere to go")
    start = values[0] if value is None else min(values, key=lambda v: abs(v - value))
    options = [(f"{v:g}", v) for v in values]
    layout = Layout(width="420px")
    return SelectionSlider(options=options, value=start, description=name, layout=layout)


class Lab:
    """Show the pictures of a whole axis, and a slider that goes through them in the browser, without a kernel.

    A lab of your own gives `controls` (widgets that change data or model) and `_make`, which trains and draws: it
    returns pictures, alternative texts and read-outs, one for each value of the slider.

    Attributes
    ----------
    slider : SelectionSlider
    frames : Frames
    controls : dict of str to Widget
    sweep : Sweep or None
        What the pictures show, where it was trained.
    """

    BUSY = "Training …"
    sweep: Sweep | None = None
    WIDTH = 840  # CSS pixels: what JupyterLab leaves for outputs beside its file browser on a projector

    def __init__(self, slider: SelectionSlider, controls: dict[str, Widget]):
        self.slider, self.controls, self._lock = slider, controls, threading.Lock()
        self.frames = self._new_frames(self._make())
        self.frames.index = slider.index
        self.play = Play(value=slider.index, min=0, max=len(slider.options) - 1, interval=150, show_repeat=False)
        self._links = [
            jslink((slider, "index"), (self.frames, "index")),
            jslink((self.play, "value"), (slider, "index")),
        ]
        for control in controls.values():
            control.layout.width = "200px"
            control.observe(self._again, "value")
        self.box = VBox([HBox([slider, self.play]), self.frames, HBox(list(controls.values()), layout=wrapping())])

    def _make(self) -> dict[str, list]:
        raise NotImplementedError

    def _new_frames(self, made: dict[str, list]) -> Frames:
        return Frames(**made, width=self.WIDTH)

    def _again(self, change: object = None) -> None:
        """Train and draw anew; what goes wrong is shown in the lab, and the old pictures stay."""
        with self._lock:  # callbacks may come on several threads
            self.frames.message, sweep = self.BUSY, self.sweep
            try:
                self.frames.show(**self._make())
                self.frames.message = ""
            except Exception as error:  # the edge: a callback has nobody above it who could show the error
                self.sweep = sweep  # what the old pictures show
                self.frames.message = f"{type(error).__name__}: {error}"

    def set(self, **values: object) -> None:
        """Set controls by name, as a hand would.

        Raises
        ------
        ValueError
            If there is no such control.
        """
        for name, value in values.items():
            if name not in self.controls:
                raise ValueError(f"no control named {name!r}: there are {', '.join(self.controls)}")
            self.controls[name].value = value

    def _at(self, value: float | tuple[float, float]) -> dict[str, float]:
        """Return the final numbers at a value of the axis, means over seeds."""
        return {name: curve[:, -1].mean().item() for name, curve in self.sweep.at(value).items()}

    def _picture(self, value: float | tuple[float, float]) -> bytes:
        return self.frames.pngs[self.sweep.index(value)]

    def close(self) -> None:
        """Take the lab off the page and free all that it holds."""
        for link in self._links:
            link.unlink()
        for widget in {self.box, *_family(self.box)}:
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
                if isinstance(part, Widget):
                    part.close()

    def __repr__(self) -> str:
        return type(self).__name__  # constant, since notebooks store it

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = self.frames._repr_mimebundle_()
        view = "application/vnd.jupyter.widget-view+json"
        return data | {"text/plain": repr(self), view: data[view] | {"model_id": self.box.model_id}}, metadata


def _family(box: Box) -> Iterator[Widget]:
    """Yield all widgets in a box and in the boxes within it."""
    for child in box.children:
        yield child
        yield from _family(child) if isinstance(child, Box) else ()


def wrapping() -> Layout:
    return Layout(flex_flow="row wrap", width="840px")
