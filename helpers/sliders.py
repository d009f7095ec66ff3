"""Sliders for λ and p, and labs: a whole axis trained and drawn ahead, and a slider through its pictures."""

import threading
from collections.abc import Callable, Iterator, Sequence

from ipywidgets import (
    BoundedFloatText,
    BoundedIntText,
    Box,
    Dropdown,
    HBox,
    Layout,
    Play,
    SelectionSlider,
    VBox,
    Widget,
    jslink,
)

from helpers.data import RegressionData, synthetic_regression
from helpers.figures import TEST, TRAIN, draw_curves, draw_final, draw_weights, make_figure, render
from helpers.frames import Frames
from helpers.regularizers import check_decay, check_probability
from helpers.sweeps import sweep_weight_decay

_STEPS = (1, 1.2, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8)  # round numbers, about evenly spaced on a log scale
LAMBDAS = (0.0, *(round(step * 10**k, 4) for k in (-2, -1, 0, 1) for step in _STEPS if step * 10**k <= 30))
PS = tuple(i / 20 for i in range(20))
_STYLE = {"description_width": "initial"}


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
    sweep : Sweep
        What the pictures show.
    """

    BUSY = "Training …"
    WIDTH = 840  # CSS pixels: what JupyterLab leaves for outputs beside its file browser on a projector

    def __init__(self, slider: SelectionSlider, controls: dict[str, Widget]):
        self.slider, self.controls, self._lock = slider, controls, threading.Lock()
        self.frames = self._new_frames(self._make())
        self.frames.index = slider.index
        self.play = Play(min=0, max=len(slider.options) - 1, interval=150, show_repeat=False)
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
            self.frames.message = self.BUSY
            try:
                self.frames.show(**self._make())
                self.frames.message = ""
            except Exception as error:  # the edge: a callback has nobody above it who could show the error
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


PRESETS = {
    "the book's demo": {"n": 20, "noise": 0.01, "scale": 1.0, "w": 0.01, "lr": 0.003},
    "real overfitting": {"n": 200, "noise": 0.5, "scale": 0.0, "w": 0.05, "lr": 0.01},
}


class WeightDecayLab(Lab):
    """Drag λ, and see what 200 weights become: losses, weights, their norm, and the whole axis (book, section 4.5).

    Parameters
    ----------
    preset : {"the book's demo", "real overfitting"}
        The book's: 20 examples, noise 0.01, weights that start at N(0, 1). The other: 200 examples of 200 inputs with
        true weights 0.05, noise 0.5, and a start at 0, where the test loss has a minimum inside the axis.

    Raises
    ------
    ValueError
        If there is no such preset.
    """

    def __init__(self, preset: str = "the book's demo"):
        if preset not in PRESETS:
            raise ValueError(f"preset must be one of {', '.join(map(repr, PRESETS))}, got {preset!r}")
        start = PRESETS[preset]
        controls = {
            "preset": Dropdown(options=list(PRESETS), value=preset, description="preset", style=_STYLE),
            "n": BoundedIntText(start["n"], min=5, max=400, description="examples", style=_STYLE),
            "noise": BoundedFloatText(start["noise"], min=0, max=10, step=0.1, description="noise", style=_STYLE),
            "scale": BoundedFloatText(start["scale"], min=0, max=10, step=0.5, description="start", style=_STYLE),
            "epochs": BoundedIntText(100, min=5, max=500, description="epochs", style=_STYLE),
            "seeds": BoundedIntText(8, min=1, max=50, description="seeds", style=_STYLE),
        }
        super().__init__(lambda_slider(value=3.0), controls)

    def at(self, lambd: float) -> dict[str, float]:
        """Return the final train_loss, test_loss and w_norm at a λ of the axis, means over seeds."""
        return self._at(lambd)

    def picture(self, lambd: float) -> bytes:
        """Return the picture shown at a λ of the axis, a PNG."""
        return self._picture(lambd)

    def _again(self, change: object = None) -> None:
        if change is not None and change["owner"] is self.controls["preset"]:
            self._take_preset(PRESETS[change["new"]])
        super()._again(change)

    def _take_preset(self, preset: dict[str, float]) -> None:
        for name in ("n", "noise", "scale"):  # quietly: one training for all three
            control = self.controls[name]
            control.unobserve(self._again, "value")
            control.value = preset[name]
            control.observe(self._again, "value")

    def _data(self, seed: int) -> RegressionData:
        now = {name: control.value for name, control in self.controls.items()}
        return synthetic_regression(now["n"], w=PRESETS[now["preset"]]["w"], noise=now["noise"], seed=seed)

    def _make(self) -> dict[str, list]:
        now = {name: control.value for name, control in self.controls.items()}
        options = {
            "lr": PRESETS[now["preset"]]["lr"],
            "init_std": now["scale"],
            "record_every": max(1, now["epochs"] // 20),
        }
        lambdas = [value for _, value in self.slider.options]
        self.sweep = sweep_weight_decay(
            self._data, lambdas, num_epochs=now["epochs"], num_seeds=now["seeds"], **options
        )
        texts = [self._sentence(lambd) for lambd in lambdas]
        return {"pngs": self._draw(), "alt": texts, "readout": texts}

    def _sentence(self, lambd: float) -> str:
        final = self._at(lambd)
        return (
            f"λ = {lambd:g}: training loss {final['train_loss']:.3g}, test loss {final['test_loss']:.3g}, "
            f"‖w‖ = {final['w_norm']:.3g} (means of {self.sweep.num_seeds} seeds)."
        )

    def _draw(self) -> list[bytes]:
        figure, axes = make_figure(self.WIDTH, 500, 2, 2)
        losses, labels = {"train_loss": TRAIN, "test_loss": TEST}, [label for label, _ in self.slider.options]
        true_w = self._data(0).w.flatten().numpy()
        moves: list[Callable] = [
            draw_curves(axes[0], self.sweep, losses, "loss while training", "log"),
            draw_weights(axes[1], self.sweep, true_w, "the weights at the end, and the true ones (dashed)"),
            draw_curves(axes[2], self.sweep, {"w_norm": TRAIN}, "norm of the weights, ‖w‖", "log"),
            draw_final(axes[3], self.sweep, losses, labels, "loss at the end, for every λ", "log"),
        ]
        return render(figure, lambda i: [artist for move in moves for artist in move(i)], len(labels))
