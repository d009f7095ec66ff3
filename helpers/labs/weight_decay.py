"""`WeightDecayLab`: drag λ through a whole axis of trained models."""

import numpy as np
from matplotlib.figure import Figure

from helpers.data import RegressionData, synthetic_regression
from helpers.drawing.canvas import Drawing, make_figure, render
from helpers.drawing.figures import draw_curves, draw_final, draw_weights
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import choice, integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.scene import Scene
from helpers.labs.training import final_numbers, of_seeds, ranges
from helpers.sliders import LAMBDAS, lambda_axis
from helpers.sweeps import Sweep, sweep_weight_decay

AXIS = lambda_axis(LAMBDAS, 3.0)
PRESETS = {
    "the book's demo": {"n": 20, "noise": 0.01, "scale": 1.0},
    "real overfitting": {"n": 200, "noise": 0.5, "scale": 0.0},
}
FIXED = {"the book's demo": {"w": 0.01, "lr": 0.003}, "real overfitting": {"w": 0.05, "lr": 0.01}}  # of each preset
LOSSES = {"train_loss": TRAIN, "test_loss": TEST}


def WeightDecayLab(preset: str = "the book's demo") -> Lab:
    """Drag λ, and see what 200 weights become: losses, weights, their norm, and the whole axis (book, section 4.5).

    Its points are λ; its numbers train_loss, test_loss and w_norm, means over seeds; its source is a `Sweep`.

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
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(map(repr, PRESETS))}, got {preset!r}")
    start = PRESETS[preset]
    controls = {
        "preset": choice("preset", PRESETS, preset),
        "n": integer("examples", start["n"], 5, 400),
        "noise": number("noise", start["noise"], 0, 10, 0.1),
        "scale": number("start", start["scale"], 0, 10, 0.5),
        "epochs": integer("epochs", 100, 5, 500),
        "seeds": integer("seeds", 8, 1, 50),
    }
    return Lab(make, AXIS, name="WeightDecayLab", presets={"preset": PRESETS}, **controls)


def make(preset: str, n: int, noise: float, scale: float, epochs: int, seeds: int) -> Scene:
    """Train every λ and draw it."""
    fixed = FIXED[preset]

    def data(seed: int) -> RegressionData:
        return synthetic_regression(n, w=fixed["w"], noise=noise, seed=seed)

    options = {"lr": fixed["lr"], "init_std": scale, "record_every": max(1, epochs // 20)}
    sweep = sweep_weight_decay(data, AXIS.values, num_epochs=epochs, num_seeds=seeds, **options)
    numbers = final_numbers(sweep)
    readout = [_describe(label, now, sweep) for label, now in zip(AXIS.labels, numbers, strict=True)]
    figure, drawings = draw(sweep, data(0).w.flatten().numpy())
    return Scene(numbers, render(figure, drawings.values(), len(numbers)), readout, source=sweep, ranges=ranges(sweep))


def _describe(label: str, now: dict[str, float], sweep: Sweep) -> str:
    losses = f"training loss {now['train_loss']:.3g}, test loss {now['test_loss']:.3g}"
    return f"λ = {label}: {losses}, ‖w‖ = {now['w_norm']:.3g} {of_seeds(sweep)}."


def draw(sweep: Sweep, true_w: np.ndarray) -> tuple[Figure, dict[str, Drawing]]:
    """Draw losses, weights of the first seed, their norm, and the losses at the end for every λ."""
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    finals = {name: sweep.final(name).double().numpy() for name in LOSSES}
    over = {"xlabel": "λ", "yscale": "log"}
    return figure, {
        "losses": draw_curves(axes[0], sweep, LOSSES, "loss while training", "log"),
        "weights": draw_weights(
            axes[1], sweep.weights[0].numpy(), true_w, "the weights at the end, and the true ones (dashed)"
        ),
        "norm": draw_curves(axes[2], sweep, {"w_norm": TRAIN}, "norm of the weights, ‖w‖", "log"),
        "finals": draw_final(axes[3], finals, LOSSES, AXIS.labels, "loss at the end, for every λ", **over),
    }
