"""`DropoutLab`: drag p of layer 1 and p of layer 2 through a grid of trained networks."""

import math
from collections.abc import Callable
from functools import cache, partial
from itertools import product

import torch
from matplotlib.figure import Figure
from torch import Tensor

from helpers.data import ImageData, load_digits, load_fashion_mnist
from helpers.data.fashion_mnist import are_here, data_directory
from helpers.drawing.canvas import Drawing, make_figure, render
from helpers.drawing.figures import draw_curves, draw_slice
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import choice, integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.training import check_data, describe_accuracy, finals, largest_class_acc, lowest_tenth, means, ranges
from helpers.sliders import p_axis
from helpers.sweeps import Sweep, sweep_dropout

_WORDS, _SHARED = LABS["dropout"], LABS["shared"]
AXES = tuple(p_axis((0.0, 0.1, 0.25, 0.5, 0.7, 0.9), name=_WORDS["axis"].format(layer=layer)) for layer in (1, 2))
PAIRS = list(product(*(axis.values for axis in AXES)))
NUM_IMAGES = 1000
PRESETS = {"digits": {"epochs": 50, "seeds": 2}, "Fashion-MNIST": {"epochs": 30, "seeds": 1}}  # a few seconds each
LR = {"digits": 0.3, "Fashion-MNIST": 0.1}
ACCURACY_RANGE = (0.4, 1.0)
LOSSES, ACCURACIES = {"train_loss": TRAIN, "test_loss": TEST}, {"train_acc": TRAIN, "test_acc": TEST}


def DropoutLab(data: ImageData | None = None) -> Lab:
    """Drag the p of two hidden layers: loss and accuracy per epoch, and the final accuracy over each p.

    The data are 1,000 images with some of the labels replaced by wrong ones: a network that memorizes these overfits
    (book, section 4.6; Srivastava et al. 2014). They are scikit-learn's digits or, where its files are on this
    computer, Fashion-MNIST, with 1,000 images to test on.

    Its points are pairs of p; its numbers train_loss, test_loss, train_acc and test_acc, means over seeds; its source
    is a `Sweep`.

    Parameters
    ----------
    data : ImageData, optional
        Your own images. Each seed draws some of them at random, by default 1,000 if there are enough, and at most
        1,000 to test on; by default no label is replaced. The learning rate is 0.3, or less where images are
        large and bright: 4 divided by the largest eigenvalue of the mean of ``x xᵀ`` over images x.

    Raises
    ------
    TypeError
        If the data are not `ImageData`.
    """
    if data is not None:
        check_data(data, ImageData)
        controls = {
            "n": integer(_SHARED["examples"], min(NUM_IMAGES, data.num_train), 2, min(10_000, data.num_train)),
            "flipped": number(_SHARED["flipped"], 0, 0, 0.8, 0.1),
            "epochs": integer(_SHARED["epochs"], 50, 3, 300),
            "seeds": integer(_SHARED["seeds"], 2, 1, 20),
        }
        return Lab(partial(make_own, data), *AXES, name="DropoutLab", **controls)
    names = [name for name in PRESETS if name == "digits" or are_here(data_directory())]
    controls = {
        "images": choice(_WORDS["images"], names, "digits"),
        "flipped": number(_SHARED["flipped"], 0.2, 0, 0.8, 0.1),
        "epochs": integer(_SHARED["epochs"], PRESETS["digits"]["epochs"], 3, 300),
        "seeds": integer(_SHARED["seeds"], PRESETS["digits"]["seeds"], 1, 20),
    }
    return Lab(make, *AXES, name="DropoutLab", presets={"images": PRESETS}, **controls)


def make(images: str, flipped: float, epochs: int, seeds: int) -> Scene:
    """Train every pair of p and draw it."""
    return _train(_data(images, flipped), LR[images], epochs, seeds)


def make_own(data: ImageData, n: int, flipped: float, epochs: int, seeds: int) -> Scene:
    """Train every pair of p on n of a user's images, and draw it."""
    drawn = cache(
        lambda seed: data.subset(n, min(NUM_IMAGES, data.num_test), seed=seed).with_label_noise(flipped, seed=seed)
    )
    return _train(drawn, lr_of(data.X_train[:NUM_IMAGES]), epochs, seeds, is_own=True)


def lr_of(X: Tensor) -> float:
    """Return the learning rate for images, (n, d): less where they are large and bright."""
    largest = torch.linalg.matrix_norm(X, 2).square().item() / len(X)
    return min(LR["digits"], 4 / max(largest, 1e-9))


def _train(data: Callable[[int], ImageData], lr: float, epochs: int, seeds: int, is_own: bool = False) -> Scene:
    """Train every pair on the data of each seed, and draw it."""
    options = {"num_hiddens": (48, 48), "num_epochs": epochs, "lr": lr, "record_every": max(1, epochs // 15)}
    sweep = sweep_dropout(data, PAIRS, num_seeds=seeds, **options)
    measured = finals(sweep)
    numbers = means(measured, largest_class_acc=largest_class_acc(data, seeds))
    readout = [
        describe_accuracy(_WORDS["point"].format(p_1=p_1, p_2=p_2), now, sweep)
        for (p_1, p_2), now in zip(PAIRS, numbers, strict=True)
    ]
    figure, drawings = draw(sweep, data(0) if is_own else None)
    pngs = render(figure, drawings.values(), len(PAIRS))
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(measured))


def _data(images: str, flipped: float) -> Callable[[int], ImageData]:
    """Return a function that draws the images of a seed, once; Fashion-MNIST is read once for all seeds."""
    draw_images = partial(load_digits, NUM_IMAGES)
    if images == "Fashion-MNIST":
        draw_images = partial(load_fashion_mnist().subset, NUM_IMAGES, NUM_IMAGES)
    return cache(lambda seed: draw_images(seed=seed).with_label_noise(flipped, seed=seed))


def draw(sweep: Sweep, own: ImageData | None = None) -> tuple[Figure, dict[str, Drawing]]:
    """Draw losses and accuracies while training, and the accuracies at the end over the p of each layer.

    Parameters
    ----------
    own : ImageData, optional
        A user's images, which may need other scales.
    """
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    drawings = {
        "losses": draw_curves(axes[0], sweep, LOSSES, _SHARED["loss_per_epoch"]),
        "accuracies": draw_curves(axes[1], sweep, ACCURACIES, _SHARED["accuracy_per_epoch"]),
    }
    accuracies = ACCURACY_RANGE if own is None else (lowest_tenth(sweep), 1)
    for i, (axis, ax) in enumerate(zip(AXES, axes[2:], strict=True)):
        title = _WORDS["final"].format(axis=axis.name)
        drawings[axis.name] = draw_slice(ax, sweep, ACCURACIES, AXES, i, title)
        ax.set(xlabel=axis.name, ylim=accuracies)
    # with p = 0.9 in both layers nothing is learned: outside the scales, but in the read-out
    axes[0].set_ylim(0, 2 if own is None else 2 * math.log(len(own.class_names)) / math.log(10))
    axes[1].set_ylim(*accuracies)
    return figure, drawings
