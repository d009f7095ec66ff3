"""`NetLab`: drag λ and p of your own network."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import NamedTuple

from matplotlib.figure import Figure
from torch import nn

from helpers.data import ImageData, RegressionData, load_digits
from helpers.drawing.canvas import Drawing, make_figure, render
from helpers.drawing.figures import draw_curves, draw_final
from helpers.drawing.map import draw_grid
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.training import finals, largest_class_acc, mean_predictor_loss, means, of_seeds, ranges
from helpers.sliders import Axis, lambda_axis, p_axis
from helpers.sweeps import Sweep, sweep_nets

_WORDS, _SHARED = LABS["net"], LABS["shared"]
Data = ImageData | RegressionData
PAIRS = {"loss": {"train_loss": TRAIN, "test_loss": TEST}, "accuracy": {"train_acc": TRAIN, "test_acc": TEST}}
BASELINES = ("largest_class_acc", "mean_predictor_loss")
SMALL = 40  # pictures: with more of them, each has fewer colours


class Job(NamedTuple):
    """What a lab trains: the arguments of `sweep_nets` that have no box."""

    net: Callable[..., nn.Module]
    data: Data | Callable[[int], Data]
    p: tuple[float, ...] | None
    lambd: tuple[float, ...] | None
    options: Mapping[str, object] = MappingProxyType({})

    def sweep(self, **numbers: float) -> Sweep:
        """Train all nets."""
        return sweep_nets(self.net, self.data, p=self.p, lambd=self.lambd, **numbers, **self.options)

    def baseline(self, num_seeds: int) -> dict[str, float]:
        """Return what always predicting the largest class, or the mean, reaches on the test data; a mean over seeds."""
        data = self.data if callable(self.data) else lambda _: self.data
        if isinstance(data(0), ImageData):
            return {"largest_class_acc": largest_class_acc(data, num_seeds)}
        if "loss" in self.options:
            return {}  # the best constant prediction depends on the loss
        return {"mean_predictor_loss": mean_predictor_loss(data, num_seeds)}


def example_net() -> nn.Module:
    """Return a network of one hidden layer, with dropout before and after it, for digits."""
    return nn.Sequential(nn.Dropout(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 10))


@cache
def example_data(seed: int) -> ImageData:
    """Return 300 digits, a fifth of which carry wrong labels."""
    return load_digits(300, seed=seed).with_label_noise(0.2, seed=seed)


EXAMPLE = Job(example_net, example_data, (0.0, 0.1, 0.25, 0.5), (0.0, 0.003, 0.01, 0.03), {"batch_size": 20})


def NetLab(
    net: Sweep | Callable[..., nn.Module] = example_net,
    data: Data | Callable[[int], Data] | None = None,
    *,
    p: Iterable[float] | None = None,
    lambd: Iterable[float] | None = None,
    num_epochs: int = 30,
    num_seeds: int = 2,
    lr: float = 0.2,
    **options: object,
) -> Lab:
    """Drag λ and p of your own network: its curves, and their final values along each axis.

    Without arguments it shows a small network for digits. Its points are the values of the sweep, or pairs of a λ and a
    p; its numbers are the last losses and, for classes, accuracies, means over seeds; its source is a `Sweep`.

    Parameters
    ----------
    net : function of p, or of nothing -> Module; or a Sweep
        `sweep_nets` calls the function, and boxes change epochs, seeds and lr. A sweep is shown as it is, first at its
        best value.
    data, p, lambd, options
        As in `sweep_nets`.
    num_epochs, num_seeds, lr
        What the boxes start with.

    Raises
    ------
    ValueError, TypeError
        As `sweep_nets` does; or if a sweep is not over λ, p or both.
    """
    if isinstance(net, Sweep):
        lost = len(net.diverged) == len(net.points)
        best = None if lost else net.best("test_acc" if "test_acc" in net.curves else "test_loss")
        return Lab(partial(scene_of, net), *axes_of(net, best), name="NetLab")
    if net is example_net and data is None:
        job = EXAMPLE
    else:
        job = Job(net, data, *(None if axis is None else tuple(axis) for axis in (p, lambd)), options)
    axes = axes_of(job.sweep(num_epochs=1, num_seeds=1, lr=lr))  # it raises errors before the lab opens
    controls = {
        "epochs": integer(_SHARED["epochs"], num_epochs, 1, 1000),
        "seeds": integer(_SHARED["seeds"], num_seeds, 1, 50),
        "lr": number(_WORDS["lr"], lr, 1e-5, 10, 0.01),
    }
    return Lab(partial(make, job=job), *axes, name="NetLab", **controls)


def make(epochs: int, seeds: int, lr: float, job: Job = EXAMPLE) -> Scene:
    """Train all nets of a job and draw them."""
    sweep = job.sweep(num_epochs=epochs, num_seeds=seeds, lr=lr, record_every=max(1, epochs // 15))
    return scene_of(sweep, **job.baseline(seeds))


def axes_of(sweep: Sweep, start: float | tuple[float, float] | None = None) -> list[Axis]:
    """Return the axes of a sweep over λ, over p, or over both, with sliders that start at one of its values.

    Raises
    ------
    ValueError
        If it is over something else, such as pairs of p.
    """
    kinds = {"λ": lambda_axis, "p": p_axis}
    if sweep.name in kinds and sweep.values.dim() == 1:
        return [kinds[sweep.name](sweep.values.tolist(), start)]
    if sweep.name == "(λ, p)":
        starts = start or (None, None)
        values = [tuple(dict.fromkeys(column)) for column in sweep.values.T.tolist()]
        return [kinds[name](values[k], starts[k]) for k, name in enumerate("λp")]
    raise ValueError(f"the sweep must be over λ, p or both, got {sweep!r}: NetLab has no slider for it")


def scene_of(sweep: Sweep, **baseline: float) -> Scene:
    """Draw a sweep; a baseline, where it is known, is given in the read-outs."""
    measured = finals(sweep, [name for pair in PAIRS.values() for name in pair if name in sweep.curves])
    numbers = means(measured, **baseline)
    names = [axis.name for axis in axes_of(sweep)]
    readout = [_describe(names, point, now, sweep) for point, now in zip(sweep.points, numbers, strict=True)]
    figure, drawings = draw(sweep)
    pngs = render(figure, drawings.values(), len(numbers), small=len(numbers) > SMALL)
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(measured))


def _describe(names: list[str], point: float | tuple[float, float], now: dict[str, float], sweep: Sweep) -> str:
    values = point if isinstance(point, tuple) else (point,)
    place = ", ".join(f"{name} = {value:g}" for name, value in zip(names, values, strict=True))
    words = _WORDS["classes" if "test_acc" in now else "numbers"]
    behind = [of_seeds(sweep), *(_WORDS[name].format(value) for name, value in now.items() if name in BASELINES)]
    return words.format(point=place, behind="; ".join(behind), **now)


def draw(sweep: Sweep) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the curves per epoch, and their final values along each axis."""
    kinds = {name: pair for name, pair in PAIRS.items() if set(pair) <= set(sweep.curves)}
    axes = axes_of(sweep)
    return _draw_line(sweep, *axes, kinds) if len(axes) == 1 else _draw_grid(sweep, axes, kinds)


def _draw_line(sweep: Sweep, axis: Axis, kinds: dict[str, dict]) -> tuple[Figure, dict[str, Drawing]]:
    """Draw a row of two panels for the losses and, for classes, one for the accuracies."""
    figure, panels = make_figure(WIDTH, 430 if len(kinds) == 2 else 250, len(kinds), 2)
    drawings = {}
    for (name, pair), left, right in zip(kinds.items(), panels[::2], panels[1::2], strict=True):
        drawings[name] = draw_curves(left, sweep, pair, _SHARED[f"{name}_per_epoch"])
        ends = {curve: sweep.final(curve).double().numpy() for curve in pair}
        title = _WORDS["final"][name].format(axis=axis.name)
        drawings[f"final {name}"] = draw_final(right, ends, pair, axis, title, xlabel=axis.name)
    return figure, drawings


def _draw_grid(sweep: Sweep, axes: list[Axis], kinds: dict[str, dict]) -> tuple[Figure, dict[str, Drawing]]:
    """Draw a map of the test accuracy, or of the test loss, the curves, and a slice along each axis."""
    name, pair = list(kinds.items())[-1]
    titles = [_SHARED[f"{name}_per_epoch"], *(_WORDS["cut"][name].format(axis=axis.name) for axis in axes)]
    return draw_grid(sweep, axes, pair, titles, (WIDTH, 415))
