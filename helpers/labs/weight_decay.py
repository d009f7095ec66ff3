"""`WeightDecayLab`: drag λ through a whole axis of trained models."""

from ipywidgets import BoundedFloatText, BoundedIntText, Dropdown

from helpers.data import RegressionData, synthetic_regression
from helpers.drawing.figures import draw_curves, draw_final, draw_weights, make_figure, render
from helpers.drawing.style import TEST, TRAIN
from helpers.sliders import STYLE, Lab, lambda_slider
from helpers.sweeps import sweep_weight_decay

PRESETS = {
    "the book's demo": {"n": 20, "noise": 0.01, "scale": 1.0, "w": 0.01, "lr": 0.003},
    "real overfitting": {"n": 200, "noise": 0.5, "scale": 0.0, "w": 0.05, "lr": 0.01},
}


class WeightDecayLab(Lab):
    """Drag λ, and see what 200 weights become: losses, weights, their norm, and the whole axis (book, section 4.5).

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

    def __init__(self, preset: str = "the book's demo"):
        if preset not in PRESETS:
            raise ValueError(f"preset must be one of {', '.join(map(repr, PRESETS))}, got {preset!r}")
        start = PRESETS[preset]
        controls = {
            "preset": Dropdown(options=list(PRESETS), value=preset, description="preset", style=STYLE),
            "n": BoundedIntText(start["n"], min=5, max=400, description="examples", style=STYLE),
            "noise": BoundedFloatText(start["noise"], min=0, max=10, step=0.1, description="noise", style=STYLE),
            "scale": BoundedFloatText(start["scale"], min=0, max=10, step=0.5, description="start", style=STYLE),
            "epochs": BoundedIntText(100, min=5, max=500, description="epochs", style=STYLE),
            "seeds": BoundedIntText(8, min=1, max=50, description="seeds", style=STYLE),
        }
        super().__init__(lambda_slider(value=3.0), controls)

    def at(self, lambd: float) -> dict[str, float]:
        """Return the final train_loss, test_loss and w_norm at a λ of the axis, means over seeds."""
        return self._at(lambd)

    def picture(self, lambd: float) -> bytes:
        """Return the picture shown at a λ of the axis, a PNG."""
        return self._picture(lambd)

    def _again(self, change: object = None) -> None:
        if change is not None and change["owner"] is self.controls["preset"]:
            preset = PRESETS[change["new"]]
            self._set_quietly(**{name: preset[name] for name in ("n", "noise", "scale")})
        super()._again(change)

    def _data(self, seed: int) -> RegressionData:
        now = self._now
        return synthetic_regression(now["n"], w=PRESETS[now["preset"]]["w"], noise=now["noise"], seed=seed)

    def _make(self) -> dict[str, list]:
        now = self._now
        options = {
            "lr": PRESETS[now["preset"]]["lr"],
            "init_std": now["scale"],
            "record_every": max(1, now["epochs"] // 20),
        }
        lambdas = [value for _, value in self.slider.options]
        self.sweep = sweep_weight_decay(
            self._data, lambdas, num_epochs=now["epochs"], num_seeds=now["seeds"], **options
        )
        texts = [self._sentence(lambd) for lambd in lambdas]
        return {"pngs": self._draw(), "alt": texts, "readout": texts}

    def _sentence(self, lambd: float) -> str:
        final = self._at(lambd)
        return (
            f"λ = {lambd:g}: training loss {final['train_loss']:.3g}, test loss {final['test_loss']:.3g}, "
            f"‖w‖ = {final['w_norm']:.3g} {self._of_seeds}."
        )

    def _draw(self) -> list[bytes]:
        figure, axes = make_figure(self.WIDTH, 500, 2, 2)
        losses, labels = {"train_loss": TRAIN, "test_loss": TEST}, [label for label, _ in self.slider.options]
        true_w = self._data(0).w.flatten().numpy()
        moves = [
            draw_curves(axes[0], self.sweep, losses, "loss while training", "log"),
            draw_weights(axes[1], self.sweep, true_w, "the weights at the end, and the true ones (dashed)"),
            draw_curves(axes[2], self.sweep, {"w_norm": TRAIN}, "norm of the weights, ‖w‖", "log"),
            draw_final(axes[3], self.sweep, losses, labels, "loss at the end, for every λ", "log"),
        ]
        return render(figure, moves, len(labels))
