"""`WeightDecayLab`: drag λ through a whole axis of trained models."""

from collections.abc import Callable, Iterable
from functools import cache, partial

import torch
from matplotlib.figure import Figure

from helpers.data import RegressionData, synthetic_regression
from helpers.drawing.canvas import Drawing, make_figure, render
from helpers.drawing.figures import Baseline, draw_curves, draw_final, draw_weights
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import choice, integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.training import check_data, finals, mean_predictor_loss, means, of_seeds, ranges, stable_lr
from helpers.sliders import LAMBDAS, lambda_axis
from helpers.sweeps import Sweep, sweep_weight_decay

_WORDS, _SHARED = LABS["weight_decay"], LABS["shared"]
AXIS = lambda_axis(LAMBDAS, 1.0)  # where both presets show what λ does
PRESETS = {
    "the book's demo": {"n": 20, "noise": 0.01, "scale": 1.0},
    "real overfitting": {"n": 200, "noise": 0.5, "scale": 0.0},
}
FIXED = {  # of each preset
    "the book's demo": {"w": 0.01, "lr": 0.003, "side": "left"},
    "real overfitting": {"w": 0.05, "lr": 0.01, "side": "right"},
}
MOST_NAMES = 30  # of inputs, below their weights
LOSSES = {"train_loss": TRAIN, "test_loss": TEST}


def WeightDecayLab(preset: str = "the book's demo", *, data: RegressionData | None = None) -> Lab:
    """Drag λ, and see what 200 weights become: losses, weights, their norm, and losses over λ (book, section 4.5).

    Its points are λ; its numbers train_loss, test_loss and w_norm, means over seeds; its source is a `Sweep`.

    Parameters
    ----------
    preset : {"the book's demo", "real overfitting"}
        The book's: 20 examples, noise 0.01, weights that start at N(0, 1). The other: 200 examples of 200 inputs with
        true weights 0.05, noise 0.5, and a start at 0, where the test loss has a minimum inside the axis.
    data : RegressionData, optional
        Your own, instead of a preset. The target is standardized, so losses have no unit, and predicting the mean has a
        loss of about ½. All seeds train on the same examples; they differ in their start and in the order of
        minibatches. These have 5 examples, or a twentieth of all if that is more; the learning rate, half of what stays
        stable for every λ, comes from `helpers.labs.training.stable_lr`.

    Raises
    ------
    ValueError
        If there is no such preset, or all training targets are equal.
    TypeError
        If the data are not `RegressionData`.
    """
    if data is not None:
        check_data(data, RegressionData)
        controls = {
            "scale": number(_WORDS["start"], 0, 0, 10, 0.5),
            "epochs": integer(_SHARED["epochs"], 100, 5, 500),
            "seeds": integer(_SHARED["seeds"], 4, 1, 50),
        }
        return Lab(partial(make_own, data), AXIS, name="WeightDecayLab", **controls)
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(map(repr, PRESETS))}, got {preset!r}")
    start = PRESETS[preset]
    controls = {
        "preset": choice(_WORDS["preset"], PRESETS, preset),
        "n": integer(_SHARED["examples"], start["n"], 5, 400),
        "noise": number(_SHARED["noise"], start["noise"], 0, 10, 0.1),
        "scale": number(_WORDS["start"], start["scale"], 0, 10, 0.5),
        "epochs": integer(_SHARED["epochs"], 100, 5, 500),
        "seeds": integer(_SHARED["seeds"], 8, 1, 50),
    }
    return Lab(make, AXIS, name="WeightDecayLab", presets={"preset": PRESETS}, **controls)


def make(preset: str, n: int, noise: float, scale: float, epochs: int, seeds: int) -> Scene:
    """Train every λ and draw it."""
    fixed = FIXED[preset]

    @cache
    def data(seed: int) -> RegressionData:
        return synthetic_regression(n, w=fixed["w"], noise=noise, seed=seed)

    return _train(data, fixed["side"], scale, epochs, seeds, lr=fixed["lr"])


def make_own(data: RegressionData, scale: float, epochs: int, seeds: int) -> Scene:
    """Train every λ on a user's data and draw it."""
    data = data.with_scaled_target()
    batch_size = min(data.num_train, max(5, -(-data.num_train // 20)))
    how = {"lr": stable_lr(data.X_train, batch_size, AXIS.values[-1]), "batch_size": batch_size}
    return _train(lambda seed: data, "right", scale, epochs, seeds, **how)


def _train(
    data: Callable[[int], RegressionData], side: str, scale: float, epochs: int, seeds: int, **how: float
) -> Scene:
    """Train every λ, and each seed on its data, and draw it."""
    how |= {"num_epochs": epochs, "num_seeds": seeds, "init_std": scale, "record_every": max(1, epochs // 20)}
    sweep = sweep_weight_decay(data, AXIS.values, **how)
    of_mean = mean_predictor_loss(data, seeds)
    measured = finals(sweep, sweep.curves)
    numbers = means(measured, mean_predictor_loss=of_mean)
    readout = [_describe(label, now, sweep) for label, now in zip(AXIS.labels, numbers, strict=True)]
    figure, drawings = draw(sweep, data(0), of_mean, side)
    pngs = render(figure, drawings.values(), len(numbers))
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(measured))


def _describe(label: str, now: dict[str, float], sweep: Sweep) -> str:
    return _WORDS["readout"].format(label=label, seeds=of_seeds(sweep), **now)


def draw(sweep: Sweep, data: RegressionData, of_mean: float, side: str) -> tuple[Figure, dict[str, Drawing]]:
    """Draw losses, weights of the first seed, their norm, and the losses at the end for every λ.

    Parameters
    ----------
    data : RegressionData
        That of the first seed: its true weights are drawn if they are known, and so are the names of its inputs.
    of_mean : float
        The test loss of predicting the mean, a line in both panels of losses.
    side : "left" or "right"
        Where the name of that line stands.
    """
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    losses = {name: sweep.final(name).double().numpy() for name in LOSSES}
    is_own, true_w = data.w is None, None if data.w is None else data.w.flatten().numpy()
    names = data.feature_names if data.num_inputs <= MOST_NAMES else ()
    weights, over_lambda = ("own_weights", "own_finals") if is_own else ("weights", "finals")
    scales = [_yscale(sweep, curves) if is_own else "log" for curves in (LOSSES, ("w_norm",))]
    while_training = Baseline(_WORDS["mean"], of_mean, side, "bottom" if side == "right" else "top")
    at_end = while_training._replace(ha="left", va="top") if is_own else while_training._replace(va="bottom")
    over = {"xlabel": "λ", "yscale": scales[0], "baseline": at_end}
    return figure, {
        "losses": draw_curves(axes[0], sweep, LOSSES, _SHARED["loss_per_epoch"], scales[0], baseline=while_training),
        "weights": draw_weights(axes[1], sweep.weights[0].numpy(), true_w, _WORDS[weights], names),
        "norm": draw_curves(axes[2], sweep, {"w_norm": TRAIN}, _WORDS["norm"], scales[1]),
        "finals": draw_final(axes[3], losses, LOSSES, AXIS, _WORDS[over_lambda], **over),
    }


def _yscale(sweep: Sweep, curves: Iterable[str]) -> str:
    """Return "log" if the largest value of some curves is more than 30 times the smallest, else "linear"."""
    drawn = torch.stack([sweep.curves[name].mean(dim=0) for name in curves])
    return "log" if drawn.max() > 30 * drawn.min() else "linear"
