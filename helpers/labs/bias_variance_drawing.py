"""What `BiasVarianceLab` draws: fits of many training sets, the bill of their errors, and one cross-validation."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from torch import Tensor

from helpers.drawing.figures import Move
from helpers.drawing.style import CURSOR, INK, TEST, TRAIN

SHOWN = 20  # of the fits
LINES_END = 0.66  # of the height of a panel: above are the names of its curves
_KEYS = {"loc": "upper center", "fontsize": 9, "borderpad": 0.2, "frameon": True, "framealpha": 1, "edgecolor": "white"}
_AT_THE_RIGHT = {**_KEYS, "loc": "upper right"}  # where no error reaches; at the left they may be large


def draw_truth(ax: Axes, x: Tensor, f: Tensor, reach: float) -> None:
    """Draw the truth f at x, (m, 1) each, on axes that reach so far up and down, with room for names above."""
    ax.set(xlabel="x", xlim=(-1, 1), xticks=(-1, -0.5, 0, 0.5, 1), ylim=(-reach, 1.4 * reach))
    ax.plot(x, f, "--", color=INK, lw=1.8, label="truth", zorder=4)


def draw_fits(ax: Axes, x: Tensor, fits: Tensor) -> Move:
    """Draw some of the fits, (R, m, L), at x, (m, 1), and the mean of all."""
    spread = LineCollection([], colors=TEST, lw=0.7, alpha=0.45, animated=True, label="20 fits")
    ax.add_collection(spread)
    (mean,) = ax.plot([], [], color=TRAIN, lw=2.4, animated=True, label=f"mean of {len(fits)} fits")
    ax.legend(**_KEYS, ncols=3, columnspacing=1.5)
    x, shown, middle = x.ravel().numpy(), fits[:SHOWN].numpy(), fits.mean(dim=0).numpy()

    def move(i: int) -> list[Artist]:
        spread.set_segments([np.column_stack([x, fit]) for fit in shown[:, :, i]])
        mean.set_data(x, middle[:, i])
        return [spread, mean]

    return move


def draw_one(ax: Axes, x: Tensor, y: Tensor, grid: Tensor, fits: Tensor) -> Move:
    """Draw one training set, (n, 1) each, and its fit, (m, L), at grid, (m, 1)."""
    ax.plot(x, y, "o", color=INK, ms=4, label="examples")
    (line,) = ax.plot(grid, fits[:, 0], color=TEST, animated=True, label="fit")
    ax.legend(**_KEYS, ncols=3, columnspacing=1.5)

    def move(i: int) -> list[Artist]:
        line.set_ydata(fits[:, i])
        return [line]

    return move


def draw_bill(ax: Axes, numbers: dict[str, Tensor], lowest: int) -> Move:
    """Draw bias², variance, and their sum with the noise over λ, a cursor, and a star at the smallest sum."""
    looks = {"error": (INK, "-", "sum, with the noise"), "bias2": (TRAIN, "--", "bias²")}
    looks["variance"] = (TEST, ":", "variance")
    for name, (color, ls, label) in looks.items():
        ax.plot(numbers[name], color=color, ls=ls, label=label)
    ax.plot(lowest, numbers["error"][lowest], "*", color=INK, ms=11)
    ax.legend(**_AT_THE_RIGHT)
    return _cursor(ax, {name: (numbers[name], color) for name, (color, _, _) in looks.items()})


def draw_folds(ax: Axes, numbers: dict[str, Tensor], chosen: dict[str, int]) -> Move:
    """Draw the cross-validated error over λ with its standard errors, a cursor, and the λ chosen."""
    error, se = numbers["cv_error"].numpy(), numbers["cv_se"].numpy()
    ax.errorbar(range(len(error)), error, se, color=TEST, elinewidth=0.8, capsize=1.5, lw=1.6)
    for (name, i), ls in zip(chosen.items(), ("-", ":"), strict=True):
        ax.axvline(i, ymax=LINES_END, color=TRAIN, ls=ls, label={"cross-validation": "smallest error"}.get(name, name))
    ax.legend(**_AT_THE_RIGHT)
    return _cursor(ax, {"cv_error": (numbers["cv_error"], TEST)})


def _cursor(ax: Axes, curves: dict[str, tuple[Tensor, str]]) -> Move:
    line = ax.axvline(0, ymax=LINES_END, color=CURSOR, lw=1, animated=True)
    dots = [ax.plot([], [], "o", color=color, animated=True)[0] for _, color in curves.values()]

    def move(i: int) -> list[Artist]:
        line.set_xdata([i, i])
        for dot, (curve, _) in zip(dots, curves.values(), strict=True):
            dot.set_data([i], [curve[i].item()])
        return [line, *dots]

    return move
