"""`BiasVarianceLab`: drag λ through the fits of many training sets, and the bill of their bias and variance."""

import torch
from ipywidgets import BoundedFloatText, BoundedIntText
from torch import Tensor

from helpers.drawing.figures import make_figure, mark_values, render
from helpers.labs.bias_variance_drawing import draw_bill, draw_fits, draw_folds, draw_one, draw_truth
from helpers.seeding import generator_for
from helpers.selection import (
    bias_and_variance,
    cross_validate_ridge,
    kfold_indices,
    mean_and_standard_error,
    one_standard_error,
    ridge_path,
)
from helpers.sliders import STYLE, Lab, lambda_slider
from helpers.sweeps import Sweep

AXIS = (0.0, *(float(f"{step}e{k}") for k in range(-5, 1) for step in (1, 2, 3, 5)), 10.0)
NUM_SETS, NUM_FOLDS = 200, 5
GRID = torch.linspace(-1, 1, 161, dtype=torch.float64)[:, None]


def wiggle(x: Tensor) -> Tensor:
    """Return the truth of the lab, ``f(x) = sin 5x + ½ cos 11x``."""
    return torch.sin(5 * x) + torch.cos(11 * x) / 2


def bumps(x: Tensor, num: int = 15, width: float = 0.15) -> Tensor:
    """Return radial basis functions ``exp(−½ ((x − c_j) / width)²)``, c_j even over [−1, 1]: (..., num) of (..., 1)."""
    return torch.exp(-(((x - torch.linspace(-1, 1, num, dtype=x.dtype)) / width) ** 2) / 2)


class BiasVarianceLab(Lab):
    """Drag λ: fits of 20 training sets, bias² and variance over λ, and one cross-validation (chapter 6).

    Ridge regression on 15 bumps, to a wiggly curve with noise. Bias and variance are those of 200 training sets, the
    cross-validation has 5 folds, and all errors are mean squared ones, without ½.

    Attributes
    ----------
    lambdas : list of float
        The axis of the slider.
    best : dict of str to float
        The λ with the smallest "sum" of bias², variance and noise, and those that one training set chooses by
        "cross-validation" and by the rule of "one standard error".
    """

    BUSY = "Drawing …"

    def __init__(self):
        controls = {
            "n": BoundedIntText(20, min=15, max=300, description="examples", style=STYLE),
            "noise": BoundedFloatText(0.5, min=0.05, max=3, step=0.1, description="noise", style=STYLE),
            "seed": BoundedIntText(1, min=0, max=9999, description="seed", style=STYLE),
        }
        self.lambdas, self.best = list(AXIS), {}
        super().__init__(lambda_slider(AXIS), controls)

    def at(self, lambd: float) -> dict[str, float]:
        """Return bias2, variance, error (their sum with the noise), cv_error and cv_se at a λ of the axis."""
        return self._at(lambd)

    def picture(self, lambd: float) -> bytes:
        """Return the picture shown at a λ of the axis, a PNG."""
        return self._picture(lambd)

    def _make(self) -> dict[str, list]:
        x, y = draw_sets(**self._now)
        lambdas = torch.tensor(self.lambdas, dtype=torch.float64)
        w, b = ridge_path(bumps(x), y, lambdas)
        fits = bumps(GRID) @ w + b  # (NUM_SETS, m, L)
        folds = kfold_indices(len(x[0]), NUM_FOLDS, generator_for(self._now["seed"], "folds"))
        errors = cross_validate_ridge(bumps(x[0]), y[0], lambdas, folds)
        numbers = measure(fits, errors, self._now["noise"])
        self.sweep, self.best = _as_sweep(lambdas, numbers), _choose(lambdas, numbers, errors)
        readout = [self._sentence(lambd) for lambd in self.lambdas]
        pngs = self._draw(x[0], y[0], fits, numbers)
        return {"pngs": pngs, "alt": [self._description(text) for text in readout], "readout": readout}

    def _sentence(self, lambd: float) -> str:
        now = self._at(lambd)
        return (
            f"λ = {lambd:g}: bias² {now['bias2']:.3f} + variance {now['variance']:.3f} + noise = {now['error']:.3f}, "
            f"smallest at λ = {self.best['sum']:g}; cross-validation says {now['cv_error']:.3g} ± {now['cv_se']:.2g}, "
            f"smallest at λ = {self.best['cross-validation']:g}."
        )

    def _description(self, readout: str) -> str:
        one_se = f"{self.best['one standard error']:g}"
        shown = "20 fits to a wiggly curve, their errors over λ, and a cross-validation"
        return f"{shown}: {readout[:-1]} ({one_se} by one standard error)."

    def _draw(self, x: Tensor, y: Tensor, fits: Tensor, numbers: dict[str, Tensor]) -> list[bytes]:
        figure, axes = make_figure(self.WIDTH, 540, 2, 2)
        labels = [label for label, _ in self.slider.options]
        titles = ("the fits of many training sets", "the bill: what the error is made of")
        titles += ("one of the training sets, and its fit", "what its cross-validation says, ± 1 standard error")
        for ax, title in zip(axes, titles, strict=True):
            ax.set_title(title, loc="left", fontsize=10)
        for ax in axes[::2]:
            draw_truth(ax, GRID, wiggle(GRID), reach=1.6 + 2.2 * self._now["noise"])
        for ax in axes[1::2]:
            ax.set(xlabel="λ", ylim=(0, _reach(numbers)))
            mark_values(ax, labels)
        at = {name: self.lambdas.index(lambd) for name, lambd in self.best.items()}
        moves = [draw_fits(axes[0], GRID, fits), draw_bill(axes[1], numbers, at.pop("sum"))]
        moves += [draw_one(axes[2], x, y, GRID, fits[0]), draw_folds(axes[3], numbers, at)]
        return render(figure, moves, len(labels))


def draw_sets(n: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return x and y of many training sets, (NUM_SETS, n, 1) each: one x at random in each n-th of [−1, 1]."""
    generator = generator_for(seed, "bias and variance")
    u, eps = (torch.empty(NUM_SETS, n, 1, dtype=torch.float64) for _ in range(2))
    x = 2 * (torch.arange(n)[:, None] + u.uniform_(generator=generator)) / n - 1
    return x, wiggle(x) + noise * eps.normal_(generator=generator)


def measure(fits: Tensor, errors: Tensor, noise: float) -> dict[str, Tensor]:
    """Return what `BiasVarianceLab.at` gives, for every λ, (L,) each."""
    bias2, variance = bias_and_variance(fits, wiggle(GRID))
    cv_error, cv_se = mean_and_standard_error(errors)
    error = bias2 + variance + noise**2
    return {"bias2": bias2, "variance": variance, "error": error, "cv_error": cv_error, "cv_se": cv_se}


def _choose(lambdas: Tensor, numbers: dict[str, Tensor], errors: Tensor) -> dict[str, float]:
    names = {"sum": "error", "cross-validation": "cv_error"}
    best = {name: lambdas[numbers[key].argmin()].item() for name, key in names.items()}
    return best | {"one standard error": one_standard_error(lambdas, errors).item()}


def _reach(numbers: dict[str, Tensor]) -> float:
    """Return how far up errors are drawn: both curves from their lowest to their right end, with room for names."""
    error, measured = numbers["error"], numbers["cv_error"] + numbers["cv_se"]
    return max(1.5 * error[-1], 1.5 * measured[-1], 2 * error.min()).item()


def _as_sweep(lambdas: Tensor, numbers: dict[str, Tensor]) -> Sweep:
    """Return the numbers as if trained: one seed, one epoch."""
    curves = {name: number[None, :, None] for name, number in numbers.items()}
    return Sweep("λ", lambdas, torch.tensor([1]), curves, torch.empty(1, len(lambdas), 0))
