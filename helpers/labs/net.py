"""`NetLab`: drag λ and p of a network of yours."""

from collections.abc import Iterable

from matplotlib.figure import Figure

from helpers.data import ImageData, RegressionData
from helpers.drawing.canvas import Drawing, make_figure, render
from helpers.drawing.figures import draw_curves, draw_final, draw_slice
from helpers.drawing.map import draw_map
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.scene import Scene
from helpers.labs.training import final_numbers, of_seeds, ranges
from helpers.sliders import Axis, lambda_axis, p_axis
from helpers.sweeps import Sweep, sweep_nets

PAIRS = {
    "loss": {"train_loss": TRAIN, "test_loss": TEST},
    "accuracy": {"train_acc": TRAIN, "test_acc": TEST},
}


def NetLab(
    net: object,
    data: ImageData | RegressionData | None = None,
    *,
    p: Iterable[float] | None = None,
    lambd: Iterable[float] | None = None,
    num_epochs: int = 20,
    num_seeds: int = 2,
    lr: float = 0.1,
    **options: object,
) -> Lab:
    """Drag λ and p of a network of yours: its curves, and what they end with along the axes.

    Its points are the values of the sweep; its numbers the final losses and, for classes, accuracies, means over seeds;
    its source is a `Sweep`.

    Parameters
    ----------
    net : Sweep, or function of p, or of nothing -> Module
        A sweep is shown as it is. With a function, which `sweep_nets` calls, boxes change epochs, seeds and lr.
    data, p, lambd, options
        As in `sweep_nets`.

    Raises
    ------
    ValueError, TypeError
        As `sweep_nets`; also if the sweep is not one of λ, p or both.
    """
    if isinstance(net, Sweep):
        return Lab(lambda: scene_of(net), *axes_of(net), name="NetLab")
    ps, lambdas = (None if axis is None else list(axis) for axis in (p, lambd))
    first = sweep_nets(net, data, p=ps, lambd=lambdas, num_epochs=1, num_seeds=1, lr=lr, **options)  # the errors, early

    def make(epochs: int, seeds: int, lr: float) -> Scene:
        every = max(1, epochs // 15)
        numbers = {"num_epochs": epochs, "num_seeds": seeds, "lr": lr, "record_every": every}
        return scene_of(sweep_nets(net, data, p=ps, lambd=lambdas, **numbers, **options))

    controls = {
        "epochs": integer("epochs", num_epochs, 1, 500),
        "seeds": integer("seeds", num_seeds, 1, 20),
        "lr": number("learning rate", lr, 1e-5, 10, 1e-3),
    }
    return Lab(make, *axes_of(first), name="NetLab", **controls)


def axes_of(sweep: Sweep) -> list[Axis]:
    """Return the axes of a sweep over λ, over p, or over both."""
    kinds = {"λ": lambda_axis, "p": p_axis}
    if sweep.name in kinds and sweep.values.dim() == 1:
        return [kinds[sweep.name](sweep.values.tolist())]
    if sweep.name == "(λ, p)":
        return [kinds[name](list(dict.fromkeys(sweep.values[:, k].tolist()))) for k, name in enumerate("λp")]
    raise ValueError(f"the sweep must go along λ, p or both, got {sweep!r}: NetLab has no axes for it")


def scene_of(sweep: Sweep) -> Scene:
    """Draw a sweep."""
    curves = [name for pair in PAIRS.values() for name in pair if name in sweep.curves]
    numbers = final_numbers(sweep, curves)
    points = [point if isinstance(point, tuple) else (point,) for point in sweep.points]
    names = [axis.name for axis in axes_of(sweep)]
    readout = [_describe(names, point, now, sweep) for point, now in zip(points, numbers, strict=True)]
    figure, drawings = draw(sweep)
    pngs = render(figure, drawings.values(), len(numbers), small=len(numbers) > 40)
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(sweep, curves))


def _describe(names: list[str], point: tuple[float, ...], now: dict[str, float], sweep: Sweep) -> str:
    place = ", ".join(f"{name} = {value:g}" for name, value in zip(names, point, strict=True))
    parts = [f"test loss {now['test_loss']:.3g}", f"training loss {now['train_loss']:.3g}"]
    if "test_acc" in now:
        parts = [f"test accuracy {now['test_acc']:.3f}", *parts]
    return f"{place}: {', '.join(parts)} {of_seeds(sweep)}."


def draw(sweep: Sweep) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the curves per epoch, and what they end with along each axis."""
    pairs = {name: pair for name, pair in PAIRS.items() if set(pair) <= set(sweep.curves)}
    axes = axes_of(sweep)
    return _draw_line(sweep, axes[0], pairs) if len(axes) == 1 else _draw_grid(sweep, axes, pairs)


def _draw_line(sweep: Sweep, axis: Axis, pairs: dict) -> tuple[Figure, dict[str, Drawing]]:
    figure, panels = make_figure(WIDTH, 430 if len(pairs) == 2 else 240, len(pairs), 2)
    drawings = {}
    for (name, pair), (left, right) in zip(pairs.items(), zip(panels[::2], panels[1::2], strict=True), strict=True):
        finals = {curve: sweep.final(curve).double().numpy() for curve in pair}
        drawings[name] = draw_curves(left, sweep, pair, f"{name} per epoch")
        title = f"final {name} for every {axis.name}"
        drawings[f"final {name}"] = draw_final(right, finals, pair, axis.labels, title, xlabel=axis.name)
    return figure, drawings


def _draw_grid(sweep: Sweep, axes: list[Axis], pairs: dict) -> tuple[Figure, dict[str, Drawing]]:
    name, pair = list(pairs.items())[-1]
    figure, panels = make_figure(WIDTH, 430, 2, 2)
    labels = [axis.labels for axis in axes]
    mean = sweep.final(list(pair)[1]).mean(dim=0).view(*map(len, labels)).numpy()
    first = draw_map(panels[0], mean, labels) if name == "accuracy" else draw_curves(panels[0], sweep, pair, name)
    drawings = {"map": first, "curves": draw_curves(panels[1], sweep, pair, f"{name} per epoch")}
    for k, (axis, ax) in enumerate(zip(axes, panels[2:], strict=True)):
        drawings[axis.name] = draw_slice(ax, sweep, pair, labels, k, f"final {name} over {axis.name}")
        ax.set(xlabel=axis.name)
    return figure, drawings
