"""`ConstraintLab`: two weights, for which a constraint θ and a penalty λ have the same solution."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from helpers.drawing.canvas import Drawing, are_stacked, make_figure, name_panel, render
from helpers.drawing.figures import draw_final
from helpers.drawing.style import EDGE, INK, TEST, TRAIN
from helpers.labs.controls import choice
from helpers.labs.lab import WIDTH, Lab
from helpers.labs.lab_words import LABS
from helpers.labs.scene import Scene
from helpers.sliders import LAMBDAS, lambda_axis
from helpers.two_weights import W_TILDE, level, outline_through, pulls, solve, valley

_WORDS, _SHARED = LABS["constraint"], LABS["shared"]
PENALTIES = {"ℓ2": 2, "ℓ1": 1}  # q: the constraint is Σ |w_j|^q ≤ θ
_NORMS, _SHAPES = {2: "‖w‖²", 1: "‖w‖₁"}, {2: "circle", 1: "diamond"}
AXIS = lambda_axis(LAMBDAS, 0.5)
_ARROW = 0.5  # length of an arrow for a pull of 1
_HALO = (withStroke(linewidth=3, foreground="white"),)


def ConstraintLab(penalty: str = "ℓ2") -> Lab:
    """Drag λ or θ, and see that each constraint corresponds to a penalty (two weights; book, section 4.5; chapter 1).

    Its points are λ; its numbers w_1, w_2, theta and loss (without the penalty). A second slider shows the θ of each λ
    and is linked to the first in the browser, so that moving one moves both.

    Parameters
    ----------
    penalty : {"ℓ2", "ℓ1"}
        λ/2 ‖w‖², whose constraint ‖w‖² ≤ θ is a circle, or λ ‖w‖₁, whose constraint ‖w‖₁ ≤ θ is a diamond with corners.

    Raises
    ------
    ValueError
        If there is no such penalty.
    """
    if penalty not in PENALTIES:
        raise ValueError(f"penalty must be one of {', '.join(map(repr, PENALTIES))}, got {penalty!r}")
    menu = choice(_WORDS["penalty"], PENALTIES, penalty)
    return Lab(make, AXIS, name="ConstraintLab", busy=_SHARED["drawing"], penalty=menu)


def make(penalty: str) -> Scene:
    """Solve for every λ and draw it."""
    q = PENALTIES[penalty]
    numbers = [_solution(lambd, q) for lambd in AXIS.values]
    readout = [_sentence(lambd, now, q) for lambd, now in zip(AXIS.values, numbers, strict=True)]
    figure, drawings = draw(numbers, q)
    pngs, alt = render(figure, drawings.values(), len(numbers)), [_description(now, q) for now in numbers]
    return Scene(numbers, pngs, readout, alt, also={"θ": [_digits(now["theta"]) for now in numbers]})


def _solution(lambd: float, q: int) -> dict[str, float]:
    w = solve(lambd, q)
    return {"w_1": float(w[0]), "w_2": float(w[1]), "theta": float((np.abs(w) ** q).sum()), "loss": float(valley(w))}


def draw(numbers: list[dict[str, float]], q: int) -> tuple[Figure, dict[str, Drawing]]:
    """Draw the valley of the loss with the constraint, and θ over λ."""
    figure, axes = make_figure(WIDTH, 430, 1, 2, widths=(2.2, 1))
    _draw_keys(axes[1], q)
    name_panel(axes[0], _WORDS["valley"])
    theta = {"theta": np.array([[now["theta"] for now in numbers]])}
    return figure, {
        "valley": draw_valley(axes[0], AXIS.values, q),
        "theta": draw_final(axes[1], theta, {"theta": TRAIN}, AXIS, _WORDS["theta"], xlabel="λ"),
    }


def draw_valley(ax: Axes, lambdas: Sequence[float], q: int) -> Drawing:
    """Draw the valley and the path of the best weights, and what λ changes: constraint, touching ellipse, pulls."""
    still = _draw_ground(ax, q)
    beside = {"path_effects": _HALO, "textcoords": "offset points", "fontsize": 12}
    colors = {"color": [TEST, TRAIN], "angles": "xy", "scale_units": "xy", "scale": 1 / _ARROW}
    moving = {
        "area": ax.fill([], [], color=TRAIN, alpha=0.1, lw=0)[0],
        "constraint": ax.plot([], [], color=TRAIN, lw=2.2)[0],
        "ellipse": ax.plot([], [], color=TEST, lw=2.2)[0],
        "bottom": ax.plot(*W_TILDE, "*", color=INK, ms=15, mec="white")[0],
        "pulls": ax.quiver([0, 0], [0, 0], [0, 0], [0, 0], **colors, units="xy", width=0.05, zorder=3),
        "best": ax.plot([], [], "o", color=INK, ms=9, mec="white")[0],
        "bottom_name": ax.annotate("w̃*", W_TILDE, (5, 8), color=INK, **beside),
        "name": ax.annotate(f"{_NORMS[q]} = θ", (0, 0), (-9, 4), color=TRAIN, ha="right", va="center", **beside),
    }

    def update(i: int) -> None:
        w = solve(lambdas[i], q)
        outline = outline_through(w, q)
        moving["area"].set_xy(outline.T)
        moving["constraint"].set_data(*outline)
        moving["ellipse"].set_data(*level(valley(w)))
        moving["pulls"].set_offsets([w, w])
        moving["pulls"].set_UVC(*pulls(w, lambdas[i], q).T)
        moving["best"].set_data(*w[:, None])
        moving["name"].xy = outline[:, 135]  # upper left: neither the ellipse nor the arrows ever cross it there

    return Drawing(update, moving, still)


def _draw_ground(ax: Axes, q: int) -> dict[str, Line2D]:
    top = 4.15 * ax.bbox.height / ax.bbox.width  # equal scales, and the panel stays full
    ax.set(xlim=(-3.4, 4.9), ylim=(-top, top))
    ax.set_xlabel("w₁", fontsize=11)
    ax.set_ylabel("w₂", fontsize=11)
    ax.grid(False)
    ax.axhline(0, color=EDGE, lw=1, zorder=0)
    ax.axvline(0, color=EDGE, lw=1, zorder=0)
    for height in (0.1, 0.6, 1.6, 3.6, 7.0):
        ax.plot(*level(height), color=EDGE, lw=0.8, zorder=1)
    lambdas = [*np.linspace(0, 3, 301), *np.geomspace(3, 1e4, 100)]
    return {"path": ax.plot(*np.stack([solve(lambd, q) for lambd in lambdas], axis=1), ":", color=INK, lw=2)[0]}


def _draw_keys(ax: Axes, q: int) -> None:
    """Put the legend of the other panel into the upper part of this one, where nothing covers it."""
    x, y, width, height = ax.get_position().bounds
    ax.set_position((x, y, width, (0.5 if are_stacked() else 0.66) * height))
    pull = "−λw" if q == 2 else "−λs"
    looks = {
        _WORDS["bottom"]: {"color": INK, "marker": "*", "ms": 11, "lw": 0},
        _WORDS["best"]: {"color": INK, "marker": "o", "lw": 0},
        _WORDS["path"]: {"color": INK, "ls": ":"},
        _WORDS["loss"]: {"color": TEST, "marker": ">"},
        _WORDS["pull"].format(pull=pull): {"color": TRAIN, "marker": "<"},
    }
    keys = [Line2D([], [], label=label, **look) for label, look in looks.items()]
    place = {"loc": "upper left", "bbox_to_anchor": (x - 0.03, y + height + 0.02), "borderaxespad": 0}
    ax.figure.legend(handles=keys, **place, frameon=False, fontsize=10)


def _digits(theta: float) -> str:
    return f"{theta:#.3g}"


def _sentence(lambd: float, now: dict[str, float], q: int) -> str:
    return _WORDS["readout"].format(lambd=lambd, norm=_NORMS[q], **now)


def _description(now: dict[str, float], q: int) -> str:
    return _WORDS["alt"].format(shape=_WORDS[_SHAPES[q]], norm=_NORMS[q], **now)
