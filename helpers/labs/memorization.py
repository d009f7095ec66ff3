"""`MemorizationLab`: drag the epoch and p, and see which labels a network has learned by then."""

from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from helpers.data import ImageData, load_digits
from helpers.drawing.canvas import Drawing, legend_look, make_figure, name_panel, render
from helpers.drawing.figures import draw_cursor
from helpers.drawing.style import COLORS, EDGE, INK, TEST, TRAIN
from helpers.labs.controls import integer, number
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.labs.training import means, of_seeds, ranges
from helpers.sliders import axis, p_axis
from helpers.sweeps import Sweep, sweep_dropout

_WORDS, _SHARED = LABS["memorization"], LABS["shared"]
NUM_IMAGES = 500
NUM_EPOCHS, EVERY = 160, 5
_SHOWN = (10, 20, 30, 40, 60, 80, 100, 120, 140, 160)
AXES = (axis(_SHARED["epoch"], _SHOWN, 40), p_axis((0.0, 0.1, 0.2, 0.3, 0.4, 0.5), 0.4))
PS = AXES[1].values
RECORDS = [epoch // EVERY - 1 for epoch in AXES[0].values]  # which of the records the slider goes through
LOOKS = {
    "right_acc": {"color": TRAIN, "ls": "-", "label": _WORDS["right_acc"]},
    "wrong_acc": {"color": COLORS[3], "ls": ":", "label": _WORDS["wrong_acc"]},
    "test_acc": {"color": TEST, "ls": "--", "label": _WORDS["test_acc"]},
}


def MemorizationLab() -> Lab:
    """Drag the epoch and p: how many of the wrong and of the right labels are learned, and the test accuracy.

    The data are 500 of scikit-learn's digits, and some of the training labels are replaced by wrong ones. Networks
    learn the right labels first (Arpit et al. 2017); dropout slows the rest.

    Its points are pairs of an epoch and a p; its numbers right_acc and wrong_acc, the shares of the right and of the
    wrong labels that the network predicts, and test_acc, means over seeds; its source is a `Sweep`.
    """
    controls = {
        "flipped": number(_SHARED["flipped"], 0.3, 0.1, 0.8, 0.1),
        "units": integer(_WORDS["units"], 48, 8, 128),
        "seeds": integer(_SHARED["seeds"], 3, 1, 10),
    }
    return Lab(make, *AXES, name="MemorizationLab", **controls)


def make(flipped: float, units: int, seeds: int) -> Scene:
    """Train every p, record it along the epochs, and draw it."""

    def data(seed: int) -> ImageData:
        return load_digits(NUM_IMAGES, seed=seed).with_label_noise(flipped, seed=seed)

    options = {"num_hiddens": (units, units), "num_epochs": NUM_EPOCHS, "record_every": EVERY, "lr": 0.2}
    sweep = sweep_dropout(data, PS, num_seeds=seeds, **options)
    if sweep.interrupted:
        raise KeyboardInterrupt  # a grid with missing epochs cannot be shown: the lab keeps the previous one
    shares = {name: sweep.curves[name][:, :, RECORDS].mT.flatten(1) for name in LOOKS}  # (S, points) each: row by row
    numbers = means(shares)
    points = product(*(axis.labels for axis in AXES))
    readout = [_describe(*point, now, sweep) for point, now in zip(points, numbers, strict=True)]
    figure, drawings = draw(sweep)
    pngs = render(figure, drawings.values(), len(numbers), small=True)
    return Scene(numbers, pngs, readout, source=sweep, ranges=ranges(shares))


def _describe(epoch: str, p: str, now: dict[str, float], sweep: Sweep) -> str:
    return _WORDS["readout"].format(epoch=epoch, p=p, seeds=of_seeds(sweep), **now)


def draw(sweep: Sweep) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the shares over epochs and over p, the paths of all p, and what stopping at the best epoch would give."""
    figure, axes = make_figure(WIDTH, 430, 2, 2)
    grid = {name: sweep.curves[name].mean(dim=0).T.numpy() for name in LOOKS}  # (E, L) each
    return figure, {
        "epochs": _draw_shares(axes[0], grid, 0, _WORDS["epochs"]),
        "ps": _draw_shares(axes[1], grid, 1, _WORDS["ps"]),
        "paths": _draw_paths(axes[2], grid["wrong_acc"], grid["test_acc"]),
        "stopping": _draw_stopping(axes[3], grid["test_acc"], stopped_early(sweep.curves["test_acc"])),
    }


def _draw_shares(ax: Axes, grid: dict[str, np.ndarray], along: int, title: str) -> Drawing:
    """Draw the shares (E, L) along one axis of the grid, the other fixed, and a cursor."""
    x = (range(EVERY, NUM_EPOCHS + 1, EVERY), PS)[along]
    ax.set(xlabel=AXES[along].name, xlim=(x[0], x[-1]), ylim=(0, 1.25), yticks=(0, 0.25, 0.5, 0.75, 1))
    name_panel(ax, title)
    lines = {name: ax.plot([], [], clip_on=False, **look)[0] for name, look in LOOKS.items()}
    ax.legend(handles=list(lines.values()), frameon=False, ncols=3, loc="upper left", borderaxespad=0, **legend_look(9))
    cursor = draw_cursor(ax, {}, x=x, top=0.78)

    def update(i: int) -> None:
        at = place_of(i)
        for name, line in lines.items():
            line.set_data(x, grid[name].take(at[1 - along], axis=1 - along))
        cursor.update(at[along])

    return Drawing(update, {**cursor.moving, **lines})


def place_of(i: int) -> tuple[int, int]:
    """Return the indices of the record and of the p of a point of the lab."""
    epoch, p = divmod(i, len(PS))
    return RECORDS[epoch], p


def _draw_paths(ax: Axes, wrong: np.ndarray, test: np.ndarray) -> Drawing:
    """Draw the path of each p during training: test accuracy against the share of wrong labels learned, (E, L)."""
    ax.set(xlabel=_WORDS["wrong_learned"], ylabel=_WORDS["test_accuracy"], xlim=(0, 1))
    name_panel(ax, _WORDS["paths"])
    still = {f"p = {p:g}": ax.plot(wrong[:, k], test[:, k], color=EDGE, lw=1)[0] for k, p in enumerate(PS)}
    still["p = 0"].set(color=INK, lw=1.5)
    path = ax.plot([], [], **LOOKS["test_acc"])[0]
    dot = ax.plot([], [], "o", color=TEST, clip_on=False)[0]

    def update(i: int) -> None:
        epoch, k = place_of(i)
        path.set_data(wrong[:, k], test[:, k])
        dot.set_data([wrong[epoch, k]], [test[epoch, k]])

    return Drawing(update, {"path": path, "dot": dot}, still)


def stopped_early(test: Tensor) -> np.ndarray:
    """Return the accuracy (L,) at the best epoch of each p, a mean over seeds, from accuracies (S, L, E).

    Each seed stops where the others are best on average: its own best epoch would be an optimistic choice. A single
    seed has no others and stops at its own best.
    """
    others = (test.sum(dim=0) - test) / (len(test) - 1) if len(test) > 1 else test
    return test.gather(2, others.argmax(dim=2, keepdim=True)).mean(dim=(0, 2)).numpy()


def _draw_stopping(ax: Axes, test: np.ndarray, early: np.ndarray) -> Drawing:
    """Draw the test accuracy of each p at its best epoch (L,) and at the last, and a dot at the current place."""
    ax.set(xlabel="p", xlim=(PS[0], PS[-1]))
    name_panel(ax, _WORDS["stopping"])
    still = {
        "best": ax.plot(PS, early, color=INK, label=_WORDS["best"])[0],
        "last": ax.plot(PS, test[-1], label=_WORDS["last"], color=TEST, ls="--")[0],
    }
    ax.legend(frameon=False, loc="best", **legend_look(9))
    dot = ax.plot([], [], "o", color=TEST, clip_on=False)[0]

    def update(i: int) -> None:
        epoch, k = place_of(i)
        dot.set_data([PS[k]], [test[epoch, k]])

    return Drawing(update, {"dot": dot}, still)
