"""`UncertaintyLab`: rotate a digit, and see what many thinned nets of one trained net predict for it."""

from copy import deepcopy
from functools import lru_cache

import numpy as np
import torch
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from helpers.classifier import dropout_mlp, train_classifier
from helpers.data import load_digits, rotate_images
from helpers.drawing.canvas import Drawing, legend_look, make_figure, name_panel, render
from helpers.drawing.figures import Curve, draw_cursor
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.labs.controls import button, integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene, by_point
from helpers.seeding import nth_seed
from helpers.sliders import axis
from helpers.thinned import entropy, mc_dropout, mutual_information

_WORDS, _SHARED = LABS["uncertainty"], LABS["shared"]
AXIS = axis(_WORDS["rotation"], [7.5 * i for i in range(25)], unit="°")  # 0 to 180 degrees
NUM_DRAWS = 100


def UncertaintyLab(seed: int = 0) -> Lab:
    """Rotate a test digit from 0 to 180 degrees: what each of 100 thinned nets predicts, and how much they disagree.

    The net has two hidden layers, is trained with dropout (p = 0.5) on 1,000 upright digits, and predicts with new
    masks (Gal and Ghahramani 2016). The controls choose the digit and the p of the masks at prediction.

    Its points are angles. Its numbers are label, the true digit; predicted and probability, from the mean over the
    masks; off_predicted and off_probability, with dropout off; entropy and mutual_information, in nats.

    Parameters
    ----------
    seed : int
        Determines the split of the digits, the training, and the masks.
    """
    controls = {
        "digit": integer(_WORDS["digit"], 2, 0, 9),
        "p": number(_WORDS["p"], 0.5, 0.05, 0.95, 0.05),
        "resample": button(_SHARED["resample"], _SHARED["resample_tip"]),
    }
    return Lab(lambda **now: make(seed, **now), AXIS, name="UncertaintyLab", busy=_SHARED["drawing"], **controls)


@lru_cache(maxsize=2)
def _trained(seed: int) -> tuple[nn.Sequential, Tensor]:
    """Return a trained net, and the test image of each class with the highest confidence, (10, 64)."""
    data, start = load_digits(seed=seed), dropout_mlp([64, 128, 128, 10], 0.5, seed=seed)
    net = train_classifier(start, data, seed=seed).requires_grad_(False)
    probs = net(data.X_test).softmax(dim=1)
    surest = [torch.where(data.y_test == k, probs[:, k], 0).argmax() for k in range(10)]
    return net, data.X_test[torch.stack(surest)]


def make(seed: int, digit: int, p: float, resample: int) -> Scene:
    """Predict every angle with the thinned nets, and draw the predictions."""
    net, digits = deepcopy(_trained(seed))  # a copy: other labs of this seed use the same net with other masks
    turned = torch.cat([rotate_images(digits[digit][None], angle, (8, 8)) for angle in AXIS.values])  # (A, 64)
    for layer in (net[2], net[5]):
        layer.p = p
    probs = mc_dropout(net, turned, NUM_DRAWS, seed=nth_seed(seed, resample)).softmax(dim=2)  # (T, A, 10)
    off = net(turned).softmax(dim=1)  # (A, 10)
    numbers = measure(probs, off, digit)
    readout = [_describe(label, now) for label, now in zip(AXIS.labels, numbers, strict=True)]
    figure, drawings = draw(turned, probs, off, digit)
    return Scene(numbers, render(figure, drawings.values(), len(numbers)), readout)


def measure(probs: Tensor, off: Tensor, digit: int) -> list[dict[str, float]]:
    """Return the lab's numbers for each angle, from class probabilities by T thinned nets and with dropout off.

    Parameters
    ----------
    probs : Tensor, (T, A, 10)
    off : Tensor, (A, 10)
    digit : int
        What the image shows.
    """
    mean = probs.mean(dim=0)
    columns = {"predicted": mean.argmax(dim=1), "probability": mean.amax(dim=1)}
    columns |= {"off_predicted": off.argmax(dim=1), "off_probability": off.amax(dim=1)}
    columns |= {"entropy": entropy(mean), "mutual_information": mutual_information(probs)}
    return [{"label": digit, **numbers} for numbers in by_point(columns)]


def _describe(angle: str, now: dict[str, float]) -> str:
    return _WORDS["readout"].format(angle=angle, draws=NUM_DRAWS, **now)


def draw(turned: Tensor, probs: Tensor, off: Tensor, digit: int) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the image, the probabilities of each class, and two measures of uncertainty and of correctness.

    Parameters
    ----------
    turned : Tensor, (A, 64)
    probs, off, digit
        As in `measure`.
    """
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    mean = probs.mean(dim=0)
    unsure = {_WORDS["entropy"]: entropy(mean), _WORDS["information"]: mutual_information(probs)}
    sure = {_WORDS["masks"]: mean[:, digit], _WORDS["off"]: off[:, digit]}
    in_nats, of_it = _WORDS["unsure"], _WORDS["sure"].format(digit=digit)
    return figure, {
        "image": _draw_image(axes[0], turned.reshape(-1, 8, 8).numpy(), _WORDS["image"].format(digit=digit)),
        "probabilities": _draw_probs(axes[1], probs.numpy(), off.numpy()),
        "unsure": _draw_curves(axes[2], unsure, TRAIN, in_nats, (0, 0.5, 1, 1.5, 2, 2.5)),
        "sure": _draw_curves(axes[3], sure, TEST, of_it, (0, 0.25, 0.5, 0.75, 1)),
    }


def _draw_image(ax: Axes, images: np.ndarray, title: str) -> Drawing:
    ax.set_axis_off()
    name_panel(ax, title)
    shown = ax.imshow(images[0], cmap="gray_r", vmin=0, vmax=1)
    return Drawing(lambda i: shown.set_data(images[i]), {"image": shown})


def _draw_probs(ax: Axes, probs: np.ndarray, off: np.ndarray) -> Drawing:
    """Draw a dot for each thinned net and class, side by side within the class, their mean, and dropout off."""
    num_draws, _, num_classes = probs.shape
    classes, beside = np.arange(num_classes), np.linspace(-0.3, 0.3, num_draws)
    places = (classes + beside[:, None]).ravel()
    ax.set(xticks=classes, xlim=(-0.6, num_classes - 0.4))
    ax.grid(False, axis="x")
    name_panel(ax, _WORDS["probabilities"])
    masks = ax.plot([], [], "o", ms=3, color=TRAIN, mec="none", clip_on=False, label=_WORDS["mask"])[0]
    mean = ax.plot([], [], "_", ms=20, mew=2.5, color=CURSOR, clip_on=False, label=_WORDS["mean"])[0]
    cross = ax.plot([], [], "x", ms=8, mew=2, color=TEST, clip_on=False, label=_WORDS["off"])[0]
    _leave_room(ax, (0, 0.25, 0.5, 0.75, 1), [masks, mean, cross])

    def update(i: int) -> None:
        masks.set_data(places, probs[:, i].ravel())
        mean.set_data(classes, probs[:, i].mean(axis=0))
        cross.set_data(classes, np.where(off[i] < 0.01, np.nan, off[i]))  # ten crosses at 0 would hide the dots

    return Drawing(update, {"masks": masks, "mean": mean, "off": cross})


def _draw_curves(ax: Axes, curves: dict[str, Tensor], color: str, title: str, yticks: tuple[float, ...]) -> Drawing:
    """Draw two curves over the angle, the first in the dark colour of the mean of the masks, and a cursor."""
    ax.set(xlim=(-3, 183), xlabel=_WORDS["degrees"], xticks=range(0, 181, 45))
    name_panel(ax, title)
    looks = ({"color": CURSOR}, {"color": color, "ls": "--"})
    lines = {
        name: ax.plot(AXIS.values, y, label=name, **look)[0]
        for (name, y), look in zip(curves.items(), looks, strict=True)
    }
    _leave_room(ax, yticks, list(lines.values()))
    dots = {name: Curve(curves[name].numpy(), line.get_color()) for name, line in lines.items()}
    cursor = draw_cursor(ax, dots, x=AXIS.values, top=0.82)
    return Drawing(cursor.update, cursor.moving, lines)


def _leave_room(ax: Axes, yticks: tuple[float, ...], handles: list[Artist]) -> None:
    """Put the legend above the last tick, where nothing is drawn."""
    top = yticks[-1]
    ax.set(ylim=(-0.03 * top, 1.22 * top), yticks=yticks)
    place = {"loc": "upper left", "borderaxespad": 0}
    ax.legend(handles=handles, frameon=False, ncols=3, **place, **legend_look(9))
