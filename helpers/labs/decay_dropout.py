"""`DecayDropoutLab`: drag λ and p through a map of trained networks."""

from functools import cache
from itertools import product

from matplotlib.figure import Figure

from helpers.data import ImageData, load_digits
from helpers.drawing.canvas import Drawing, render
from helpers.drawing.map import draw_grid
from helpers.drawing.style import TEST, TRAIN
from helpers.labs.controls import integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.training import describe_accuracy, finals, largest_class_acc, lowest_tenth, means, ranges
from helpers.sliders import lambda_axis, p_axis
from helpers.sweeps import Sweep, sweep_decay_and_dropout

_WORDS, _SHARED = LABS["decay_dropout"], LABS["shared"]
AXES = (lambda_axis((0.0, 0.002, 0.004, 0.008, 0.016, 0.03)), p_axis((0.0, 0.1, 0.25, 0.4, 0.55)))
LABELS = [axis.labels for axis in AXES]
NUM_IMAGES = 500
ACCURACIES = {"train_acc": TRAIN, "test_acc": TEST}


def DecayDropoutLab() -> Lab:
    """Drag λ and p: a map of the test accuracy, the accuracies during training, and a slice along each axis of the map.

    The data are 500 of scikit-learn's digits with some of the training labels replaced by wrong ones (Srivastava et al.
    2014, section 6.5, compare and combine dropout and ℓ2 in the same way).

    Its points are pairs of a λ and a p; its numbers train_loss, test_loss, train_acc and test_acc, means over seeds;
    its source is a `Sweep`.
    """
    controls = {
        "flipped": number(_SHARED["flipped"], 0.3, 0, 0.8, 0.1),
        "epochs": integer(_SHARED["epochs"], 60, 3, 300),
        "seeds": integer(_SHARED["seeds"], 3, 1, 20),
    }
    return Lab(make, *AXES, name="DecayDropoutLab", **controls)


def make(flipped: float, epochs: int, seeds: int) -> Scene:
    """Train every pair of a λ and a p, and draw it."""

    @cache
    def data(seed: int) -> ImageData:
        return load_digits(NUM_IMAGES, seed=seed).with_label_noise(flipped, seed=seed)

    options = {"num_hiddens": (48, 48), "num_epochs": epochs, "record_every": max(1, epochs // 10), "lr": 0.2}
    sweep = sweep_decay_and_dropout(data, *(axis.values for axis in AXES), num_seeds=seeds, **options)
    measured = finals(sweep)
    numbers = means(measured, largest_class_acc=largest_class_acc(data, seeds))
    readout = [
        describe_accuracy(_WORDS["point"].format(lambd=lambd, p=p), now, sweep)
        for (lambd, p), now in zip(product(*LABELS), numbers, strict=True)
    ]
    figure, drawings = draw(sweep)
    pngs = render(figure, drawings.values(), len(numbers))
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(measured))


def draw(sweep: Sweep) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the map, the accuracies during training, and the accuracies at the end along the column and the row."""
    titles = [_SHARED["accuracy_per_epoch"], _WORDS["over_lambda"], _WORDS["over_p"]]
    return draw_grid(sweep, AXES, ACCURACIES, titles, (WIDTH, 430), ylim=(lowest_tenth(sweep), 1))
