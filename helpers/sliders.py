"""Sliders for λ and p, and what all labs share: a whole axis drawn ahead, and a slider through its pictures."""

import math
import threading
from collections.abc import Iterator, Sequence

from ipywidgets import (
    Box,
    Button,
    HBox,
    Layout,
    Play,
    SelectionSlider,
    VBox,
    Widget,
    jslink,
)

from helpers.labs.frames import Frames
from helpers.sweeps import Sweep
from helpers.sweeps.run import reporting
from helpers.validation import check_decay, check_probability

_STEPS = (1, 1.2, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8)  # round numbers, about evenly spaced on a log scale
LAMBDAS = (0.0, *(round(step * 10**k, 4) for k in (-2, -1, 0, 1) for step in _STEPS if step * 10**k <= 30))
PS = tuple(i / 20 for i in range(20))
STYLE = {"description_width": "initial"}  # of controls: their names are longer than the place ipywidgets gives them


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

    A lab of your own gives `controls` (widgets that change data or model; a button draws anew) and `_make`, which
    trains and draws: it returns pictures, alternative texts and read-outs, one for each value of the slider. With a
    second slider they lie on a grid, row by row: the first slider chooses the row.

    Attributes
    ----------
    slider : SelectionSlider
    slider_2 : SelectionSlider or None
    frames : Frames
    controls : dict of str to Widget
    sweep : Sweep or None
        What the pictures show, where it was trained.
    """

    BUSY = "Training …"
    sweep: Sweep | None = None
    WIDTH = 840  # CSS pixels: what JupyterLab leaves for outputs beside its file browser on a projector

    def __init__(self, slider: SelectionSlider, controls: dict[str, Widget], slider_2: SelectionSlider | None = None):
        self.slider, self.slider_2, self.controls, self._lock = slider, slider_2, controls, threading.Lock()
        axes = {"index": slider} if slider_2 is None else {"index": slider, "index_2": slider_2}
        shape = [len(axis.options) for axis in axes.values()]
        self.frames = Frames(**self._make(), width=self.WIDTH, shape=shape)
        self.play = Play(value=slider.index, min=0, max=shape[0] - 1, interval=150, show_repeat=False)
        self._links = [jslink((self.play, "value"), (slider, "index"))]
        for index, axis in axes.items():
            setattr(self.frames, index, axis.index)
            self._links.append(jslink((axis, "index"), (self.frames, index)))
        for control in controls.values():
            control.layout.width = "200px"
            self._listen(control)
        rows = [HBox([slider, self.play]), slider_2, self.frames, HBox(list(controls.values()), layout=wrapping())]
        self.box = VBox([row for row in rows if row is not None])

    def _listen(self, control: Widget) -> None:
        if isinstance(control, Button):
            control.on_click(self._again)
        else:
            control.observe(self._again, "value")

    def _make(self) -> dict[str, list]:
        raise NotImplementedError

    def _again(self, change: object = None) -> None:
        """Train and draw anew; what goes wrong is shown in the lab, and the old pictures stay."""
        with self._lock, reporting(self._report):  # callbacks may come on several threads
            self.frames.message, before = self.BUSY, vars(self).copy()
            try:
                self.frames.show(**self._make())
                self.frames.message = ""
            except Exception as error:  # the edge: a callback has nobody above it who could show the error
                vars(self).update(before)  # the numbers stay those of the old pictures
                self.frames.message = f"{type(error).__name__}: {error}"

    def _report(self, share: float) -> None:
        self.frames.message = f"{self.BUSY} {math.floor(10 * share) * 10} %"  # in tenths: few messages

    def set(self, **values: object) -> None:
        """Set controls by name, as a hand would.

        Raises
        ------
        ValueError
            If there is no such control, or it is a button.
        """
        for name, value in values.items():
            control = self._control(name)
            if isinstance(control, Button):
                raise ValueError(f"{name} has no value, got {value!r}: it is a button, lab.press({name!r})")
            control.value = value

    def _set_quietly(self, **values: object) -> None:
        """Set controls whose values belong together, without a training for each."""
        for name, value in values.items():
            control = self.controls[name]
            control.unobserve(self._again, "value")
            control.value = value
            control.observe(self._again, "value")

    @property
    def _now(self) -> dict[str, object]:
        """What the controls say."""
        return {name: control.value for name, control in self.controls.items() if not isinstance(control, Button)}

    def press(self, name: str) -> None:
        """Press a button among the controls, as a hand would; raise ValueError if there is none of that name."""
        control = self._control(name)
        if not isinstance(control, Button):
            raise ValueError(f"{name} is no button, got press({name!r}): it has a value, lab.set({name}=...)")
        control.click()

    def _control(self, name: str) -> Widget:
        if name not in self.controls:
            raise ValueError(f"no control named {name!r}: there are {', '.join(self.controls)}")
        return self.controls[name]

    @property
    def _of_seeds(self) -> str:
        n = self.sweep.num_seeds
        return "(one seed)" if n == 1 else f"(means of {n} seeds)"

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


def __getattr__(name: str) -> type[Lab]:
    """Hand on the labs, each of which has a module of its own that needs this one."""
    import helpers

    if not (name.endswith("Lab") and name in helpers.__all__):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(helpers, name)
