"""`UncertaintyLab`: turn a digit, and see what many thinned nets of one trained net say of it."""

from functools import cached_property

import numpy as np
import torch
from ipywidgets import BoundedFloatText, BoundedIntText, Button, Layout, SelectionSlider
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from torch import Tensor, nn

from helpers.classifier import dropout_mlp, train_classifier
from helpers.data import load_digits
from helpers.data.rotation import rotate_images
from helpers.drawing.figures import Move, make_figure, render
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.sliders import STYLE, Lab
from helpers.thinned import entropy, mc_dropout, mutual_information

ANGLES = tuple(7.5 * i for i in range(25))  # 0 to 180 degrees
NUM_DRAWS = 100


class UncertaintyLab(Lab):
    """Turn a test digit from 0 to 180 degrees: what each of 100 thinned nets says, and how much they disagree.

    The net has two hidden layers, is trained with dropout (p = 0.5) on 1,000 upright digits, and asked with masks drawn
    anew (Gal and Ghahramani 2016). The controls choose the digit and the p of the masks at prediction.

    Parameters
    ----------
    seed : int
        Numbers the split of the digits, the training, and the masks.
    """

    BUSY = "Drawing …"

    def __init__(self, seed: int = 0):
        self._seed, self._seeds = seed, torch.Generator().manual_seed(seed)
        controls = {
            "digit": BoundedIntText(2, min=0, max=9, description="digit", style=STYLE),
            "p": BoundedFloatText(0.5, min=0.05, max=0.95, step=0.05, description="p at prediction", style=STYLE),
            "resample": Button(description="resample", tooltip="Draw new masks"),
        }
        options = [(f"{angle:g}°", angle) for angle in ANGLES]
        super().__init__(SelectionSlider(options=options, description="turn", layout=Layout(width="420px")), controls)

    def at(self, angle: float) -> dict[str, float]:
        """Return what is shown at an angle of the axis.

        Returns
        -------
        dict
            label, the digit that it is; predicted and probability, by the mean over the masks; off_predicted and
            off_probability, with dropout off; entropy and mutual_information, in nats.

        Raises
        ------
        ValueError
            If the angle is not on the axis.
        """
        i = self._index(angle)
        shown = {"label": self.controls["digit"].value}
        for name, probs in (("", self._probs[:, i].mean(dim=0)), ("off_", self._off[i])):
            shown |= {f"{name}predicted": probs.argmax().item(), f"{name}probability": probs.max().item()}
        information = mutual_information(self._probs)[i].item()
        return shown | {"entropy": entropy(self._probs.mean(dim=0))[i].item(), "mutual_information": information}

    def picture(self, angle: float) -> bytes:
        """Return the picture shown at an angle of the axis, a PNG; raise what `at` raises."""
        return self.frames.pngs[self._index(angle)]

    def _index(self, angle: float) -> int:
        near = [i for i, value in enumerate(ANGLES) if abs(value - angle) < 1e-9]
        if not near:
            raise ValueError(f"angle must be a value of the slider, got {angle}: pictures were drawn every 7.5 degrees")
        return near[0]

    @cached_property
    def _trained(self) -> tuple[nn.Sequential, Tensor]:
        """The net, trained when it is first asked, and the test image of each class that it is surest of, (10, 64)."""
        data, start = load_digits(seed=self._seed), dropout_mlp([64, 128, 128, 10], 0.5, seed=self._seed)
        net = train_classifier(start, data, seed=self._seed).requires_grad_(False)
        probs = net(data.X_test).softmax(dim=1)
        surest = [torch.where(data.y_test == k, probs[:, k], 0).argmax() for k in range(10)]
        return net, data.X_test[torch.stack(surest)]

    def _make(self) -> dict[str, list]:
        digit, (net, digits) = self.controls["digit"].value, self._trained
        turned = torch.cat([rotate_images(digits[digit][None], angle, (8, 8)) for angle in ANGLES])
        for layer in (net[2], net[5]):
            layer.p = self.controls["p"].value
        seed = int(torch.randint(2**62, (), generator=self._seeds))
        self._probs = mc_dropout(net, turned, NUM_DRAWS, seed=seed).softmax(dim=2)
        self._off = net(turned).softmax(dim=1)
        texts = [self._sentence(angle) for angle in ANGLES]
        pngs = draw_frames(self.WIDTH, turned, self._probs, self._off, digit)
        return {"pngs": pngs, "alt": texts, "readout": texts}

    def _sentence(self, angle: float) -> str:
        at = self.at(angle)
        return (
            f"The {at['label']} turned by {angle:g}°: the mean of {NUM_DRAWS} thinned nets says {at['predicted']} with "
            f"{at['probability']:.0%}, dropout off says {at['off_predicted']} with {at['off_probability']:.0%}; "
            f"entropy {at['entropy']:.2f}, mutual information {at['mutual_information']:.2f}."
        )


def draw_frames(width: int, turned: Tensor, probs: Tensor, off: Tensor, digit: int) -> list[bytes]:
    """Return a picture for each of A angles.

    Parameters
    ----------
    turned : Tensor, (A, 64)
    probs : Tensor, (T, A, 10)
        Class probabilities by each thinned net.
    off : Tensor, (A, 10)
        The same with dropout off.
    digit : int
        What the image shows.
    """
    figure, axes = make_figure(width, 480, 2, 2)
    mean = probs.mean(dim=0)
    unsure = {"entropy of the mean": entropy(mean), "mutual information": mutual_information(probs)}
    sure = {"mean of the masks": mean[:, digit], "dropout off": off[:, digit]}
    moves = [
        _draw_image(axes[0], turned.reshape(-1, 8, 8).numpy(), f"what the net sees of a {digit}"),
        _draw_probs(axes[1], probs.numpy(), off.numpy()),
        _draw_curves(axes[2], unsure, TRAIN, "how unsure, in nats (at most log 10 = 2.3)", (0, 0.5, 1, 1.5, 2, 2.5)),
        _draw_curves(axes[3], sure, TEST, f"probability of what it is, a {digit}", (0, 0.25, 0.5, 0.75, 1)),
    ]
    return render(figure, moves, len(turned))


def _draw_image(ax: Axes, images: np.ndarray, title: str) -> Move:
    ax.set_axis_off()
    ax.set_title(title, loc="left", fontsize=10)
    shown = ax.imshow(images[0], cmap="gray_r", vmin=0, vmax=1, animated=True)

    def move(i: int) -> list[Artist]:
        shown.set_data(images[i])
        return [shown]

    return move


def _draw_probs(ax: Axes, probs: np.ndarray, off: np.ndarray) -> Move:
    """Draw a dot for each thinned net and class, side by side within the class, their mean, and dropout off."""
    num_draws, _, num_classes = probs.shape
    classes, beside = np.arange(num_classes), np.linspace(-0.3, 0.3, num_draws)
    places = (classes + beside[:, None]).ravel()
    ax.set(xticks=classes, xlim=(-0.6, num_classes - 0.4))
    ax.grid(False, axis="x")
    ax.set_title("probability of each class", loc="left", fontsize=10)
    dots = ax.plot([], [], "o", ms=3, color=TRAIN, mec="none", animated=True, clip_on=False, label="a mask")[0]
    bars = ax.plot([], [], "_", ms=20, mew=2.5, color=CURSOR, animated=True, clip_on=False, label="mean")[0]
    cross = ax.plot([], [], "x", ms=8, mew=2, color=TEST, animated=True, clip_on=False, label="dropout off")[0]
    _leave_room(ax, (0, 0.25, 0.5, 0.75, 1), [dots, bars, cross])

    def move(i: int) -> list[Artist]:
        dots.set_data(places, probs[:, i].ravel())
        bars.set_data(classes, probs[:, i].mean(axis=0))
        cross.set_data(classes, np.where(off[i] < 0.01, np.nan, off[i]))  # ten crosses at 0 would hide the dots
        return [dots, bars, cross]

    return move


def _draw_curves(ax: Axes, curves: dict[str, Tensor], color: str, title: str, yticks: tuple[float, ...]) -> Move:
    """Draw two curves over the angle, the first as dark as the mean of the masks is everywhere, and a cursor."""
    ax.set(xlim=(-3, 183), xlabel="degrees", xticks=range(0, 181, 45))
    ax.set_title(title, loc="left", fontsize=10)
    looks = ({"color": CURSOR}, {"color": color, "ls": "--"})
    lines = [ax.plot(ANGLES, y, label=name, **look)[0] for (name, y), look in zip(curves.items(), looks, strict=True)]
    _leave_room(ax, yticks, lines)
    cursor = ax.axvline(0, ymax=0.82, color=CURSOR, lw=1, animated=True)
    dots = [ax.plot([], [], "o", clip_on=False, animated=True, color=line.get_color())[0] for line in lines]

    def move(i: int) -> list[Artist]:
        cursor.set_xdata([ANGLES[i], ANGLES[i]])
        for dot, y in zip(dots, curves.values(), strict=True):
            dot.set_data([ANGLES[i]], [y[i]])
        return [cursor, *dots]

    return move


def _leave_room(ax: Axes, yticks: tuple[float, ...], handles: list[Artist]) -> None:
    """Put the legend above the last tick, where nothing is drawn."""
    top = yticks[-1]
    ax.set(ylim=(-0.03 * top, 1.22 * top), yticks=yticks)
    ax.legend(handles=handles, frameon=False, ncols=3, fontsize=9, loc="upper left", borderaxespad=0)
