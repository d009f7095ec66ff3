"""`DropoutLab`: drag p of layer 1 and p of layer 2 through a grid of trained networks."""

from collections.abc import Callable
from functools import partial

from ipywidgets import BoundedFloatText, BoundedIntText, Dropdown

from helpers.data import ImageData, load_digits, load_fashion_mnist
from helpers.data.fashion_mnist import are_here, data_directory
from helpers.drawing.figures import draw_curves, draw_slice, make_figure, render
from helpers.drawing.style import TEST, TRAIN
from helpers.sliders import STYLE, Lab, p_slider
from helpers.sweeps import sweep_dropout

GRID = (0.0, 0.1, 0.25, 0.5, 0.7, 0.9)
NUM_IMAGES = 1000
IMAGES = {  # a few seconds each
    "digits": {"epochs": 50, "seeds": 2, "lr": 0.3},
    "Fashion-MNIST": {"epochs": 30, "seeds": 1, "lr": 0.1},
}
ACCURACY_RANGE = (0.4, 1.0)
ACCURACIES = {"train_acc": TRAIN, "test_acc": TEST}


class DropoutLab(Lab):
    """Drag the p of two hidden layers: loss and accuracy while training, and the final accuracy over each p.

    The data are 1,000 images with some of the labels replaced by wrong ones: a network that learns these by heart
    overfits (book, section 4.6; Srivastava et al. 2014). They are scikit-learn's digits or, where its files are on this
    computer, Fashion-MNIST, with 1,000 images to test on.
    """

    def __init__(self):
        names = [name for name in IMAGES if name == "digits" or are_here(data_directory())]
        controls = {
            "images": Dropdown(options=names, description="images", style=STYLE),
            "flipped": BoundedFloatText(0.2, min=0, max=0.8, step=0.1, description="labels flipped", style=STYLE),
            "epochs": BoundedIntText(IMAGES["digits"]["epochs"], min=3, max=300, description="epochs", style=STYLE),
            "seeds": BoundedIntText(IMAGES["digits"]["seeds"], min=1, max=20, description="seeds", style=STYLE),
        }
        super().__init__(p_slider(GRID), controls, p_slider(GRID))
        for i, slider in enumerate((self.slider, self.slider_2), start=1):
            slider.description = f"p of layer {i}"
            slider.style.description_width = "initial"  # a new style would leave the old one open for good

    def at(self, p_1: float, p_2: float) -> dict[str, float]:
        """Return the final train_loss, test_loss, train_acc and test_acc at a pair of the grid, means over seeds."""
        return self._at((p_1, p_2))

    def picture(self, p_1: float, p_2: float) -> bytes:
        """Return the picture shown at a pair of the grid, a PNG."""
        return self._picture((p_1, p_2))

    def _again(self, change: object = None) -> None:
        if change is not None and change["owner"] is self.controls["images"]:
            now = IMAGES[change["new"]]
            self._set_quietly(epochs=now["epochs"], seeds=now["seeds"])
        super()._again(change)

    def _data(self) -> Callable[[int], ImageData]:
        """Return what draws the images of a seed; the files of Fashion-MNIST are read once for all seeds."""
        now = self._now
        draw = partial(load_digits, NUM_IMAGES)
        if now["images"] != "digits":
            draw = partial(load_fashion_mnist().subset, NUM_IMAGES, NUM_IMAGES)
        return lambda seed: draw(seed=seed).with_label_noise(now["flipped"], seed=seed)

    def _make(self) -> dict[str, list]:
        epochs, seeds, lr = self._now["epochs"], self._now["seeds"], IMAGES[self._now["images"]]["lr"]
        pairs = [(p_1, p_2) for p_1 in GRID for p_2 in GRID]
        options = {"num_hiddens": (48, 48), "num_epochs": epochs, "lr": lr, "record_every": max(1, epochs // 15)}
        self.sweep = sweep_dropout(self._data(), pairs, num_seeds=seeds, **options)
        texts = [self._sentence(pair) for pair in pairs]
        return {"pngs": self._draw(), "alt": texts, "readout": texts}

    def _sentence(self, pair: tuple[float, float]) -> str:
        final = self._at(pair)
        return (
            f"p = {pair[0]:g} and {pair[1]:g}: accuracy {final['train_acc']:.3f} on the training labels, "
            f"{final['test_acc']:.3f} on the test labels {self._of_seeds}."
        )

    def _draw(self) -> list[bytes]:
        figure, axes = make_figure(self.WIDTH, 500, 2, 2)
        losses = {"train_loss": TRAIN, "test_loss": TEST}
        moves = [
            draw_curves(axes[0], self.sweep, losses, "loss while training"),
            draw_curves(axes[1], self.sweep, ACCURACIES, "accuracy while training"),
        ]
        labels = [[f"{p:g}" for p in GRID]] * 2
        for axis, ax in enumerate(axes[2:]):
            title = f"accuracy at the end, over p of layer {axis + 1}"
            moves.append(draw_slice(ax, self.sweep, ACCURACIES, labels, axis, title))
            ax.set(xlabel=f"p of layer {axis + 1}", ylim=ACCURACY_RANGE)
        axes[0].set_ylim(0, 2)  # with p = 0.9 twice nothing is learned: off the scales, and in the read-out
        axes[1].set_ylim(*ACCURACY_RANGE)
        return render(figure, moves, len(self.sweep.values))
