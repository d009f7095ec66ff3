"""`DecayDropoutLab`: drag λ and p through a map of trained networks."""

import math

import numpy as np
from ipywidgets import BoundedFloatText, BoundedIntText
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from helpers.data import ImageData, load_digits
from helpers.drawing.figures import Move, draw_curves, draw_slice, make_figure, render
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.sliders import STYLE, Lab, lambda_slider, p_slider
from helpers.sweeps import sweep_decay_and_dropout

LAMBDAS = (0.0, 0.002, 0.004, 0.008, 0.016, 0.03)
PS = (0.0, 0.1, 0.25, 0.4, 0.55)
NUM_IMAGES = 500
ACCURACIES = {"train_acc": TRAIN, "test_acc": TEST}
SPAN = 0.1  # of test accuracy, from white to the darkest cell of the map


class DecayDropoutLab(Lab):
    """Drag λ and p: a map of the test accuracy, the accuracies while training, and a cut along each axis of the map.

    The data are 500 of scikit-learn's digits with some of the training labels replaced by wrong ones (Srivastava et al.
    2014, section 6.5, compare and combine dropout and ℓ2 likewise).
    """

    def __init__(self):
        controls = {
            "flipped": BoundedFloatText(0.3, min=0, max=0.8, step=0.1, description="labels flipped", style=STYLE),
            "epochs": BoundedIntText(60, min=3, max=300, description="epochs", style=STYLE),
            "seeds": BoundedIntText(3, min=1, max=20, description="seeds", style=STYLE),
        }
        super().__init__(lambda_slider(LAMBDAS), controls, p_slider(PS))

    def at(self, lambd: float, p: float) -> dict[str, float]:
        """Return the final train_loss, test_loss, train_acc and test_acc of a cell of the map, means over seeds."""
        return self._at((lambd, p))

    def picture(self, lambd: float, p: float) -> bytes:
        """Return the picture shown at a cell of the map, a PNG."""
        return self._picture((lambd, p))

    def _data(self, seed: int) -> ImageData:
        return load_digits(NUM_IMAGES, seed=seed).with_label_noise(self._now["flipped"], seed=seed)

    def _make(self) -> dict[str, list]:
        epochs, seeds = self._now["epochs"], self._now["seeds"]
        options = {"num_epochs": epochs, "num_seeds": seeds, "record_every": max(1, epochs // 10), "lr": 0.2}
        self.sweep = sweep_decay_and_dropout(self._data, LAMBDAS, PS, **options)
        texts = [self._sentence(pair) for pair in self.sweep.values.tolist()]
        return {"pngs": self._draw(), "alt": texts, "readout": texts}

    def _sentence(self, pair: list[float]) -> str:
        final = self._at(pair)
        return (
            f"λ = {pair[0]:g} and p = {pair[1]:g}: accuracy {final['train_acc']:.3f} on the training labels, "
            f"{final['test_acc']:.3f} on the test labels {self._of_seeds}."
        )

    def _draw(self) -> list[bytes]:
        figure, axes = make_figure(self.WIDTH, 540, 2, 2)
        labels = [[f"{value:g}" for value in axis] for axis in (LAMBDAS, PS)]
        moves = [
            draw_map(axes[0], self.sweep.final("test_acc").mean(dim=0).view(len(LAMBDAS), len(PS)).numpy(), labels),
            draw_curves(axes[1], self.sweep, ACCURACIES, "accuracy while training"),
            draw_slice(axes[2], self.sweep, ACCURACIES, labels, 0, "accuracy at the end, over λ (this column)"),
            draw_slice(axes[3], self.sweep, ACCURACIES, labels, 1, "accuracy at the end, over p (this row)"),
        ]
        lowest = min(0.4, *(self.sweep.final(name).min().item() for name in ACCURACIES))  # 0.4 holds the default
        for ax, name in zip(axes[1:], ("epoch", "λ", "p"), strict=True):
            ax.set(xlabel=name, ylim=(math.floor(10 * lowest) / 10, 1))
        return render(figure, moves, len(self.sweep.values))


def draw_map(ax: Axes, accuracy: np.ndarray, labels: list[list[str]]) -> Move:
    """Draw accuracies (rows, columns) as shades and numbers in percent; the current cell is framed."""
    darkest = accuracy.max()
    shades = LinearSegmentedColormap.from_list("test", ["white", TEST])
    look = {"alpha": 0.55, "origin": "lower", "aspect": "auto"}  # pale: dark numbers are read on every shade
    ax.imshow(accuracy, cmap=shades, vmin=darkest - SPAN, vmax=darkest, **look)
    for (i, j), value in np.ndenumerate(accuracy):
        weight = "bold" if value == accuracy[i].max() else "normal"
        ax.text(j, i, f"{100 * value:.1f}", ha="center", va="center", fontsize=13, weight=weight)
    ax.set_yticks(range(len(labels[0])), labels[0], fontsize=10)
    ax.set_xticks(range(len(labels[1])), labels[1], fontsize=10)
    ax.set_xlabel("p", fontsize=11)
    ax.set_ylabel("λ", fontsize=11, rotation=0, labelpad=4, va="center")
    ax.set_title("test accuracy at the end, in % (bold: best of its row)", loc="left", fontsize=10)
    ax.grid(False)
    look = {"fill": False, "edgecolor": CURSOR, "lw": 3, "animated": True, "clip_on": False}
    frame = ax.add_patch(Rectangle((0, 0), 1, 1, **look))

    def move(i: int) -> list[Artist]:
        row, column = divmod(i, len(labels[1]))
        frame.set_xy((column - 0.5, row - 0.5))
        return [frame]

    return move
