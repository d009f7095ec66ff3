"""`ConstraintLab`: two weights, where a fence θ and a rubber band λ are one and the same, seen from above."""

from itertools import product

import numpy as np
import torch
from ipywidgets import Dropdown, Layout, SelectionSlider, jslink
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from helpers.drawing.figures import Move, draw_final, make_figure, render
from helpers.drawing.style import EDGE, INK, TEST, TRAIN
from helpers.sliders import Lab, lambda_slider
from helpers.sweeps import Sweep

A = np.array([[1.0, 0.6], [0.6, 0.8]])  # how steep the valley is
W_TILDE = np.array([2.0, 1.0])  # its bottom
PENALTIES = {"ℓ2": 2, "ℓ1": 1}  # q: the fence is Σ |w_j|^q ≤ θ
_NORMS, _SHAPES = {2: "‖w‖²", 1: "‖w‖₁"}, {2: "circle", 1: "diamond"}
_ARROW = 0.5  # length of an arrow for a pull of 1
_ANGLES = np.radians(np.arange(361))
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]).round(15)  # (2, 361), the axes among its directions
_HALO = (withStroke(linewidth=3, foreground="white"),)


def valley(w: np.ndarray) -> np.ndarray:
    """Return the loss, L(w) = ½ (w − w̃)ᵀ A (w − w̃), of weights of shape (2, ...)."""
    d = w - W_TILDE.reshape(-1, *[1] * (w.ndim - 1))
    return (d * np.tensordot(A, d, axes=1)).sum(axis=0) / 2


def solve_l2(lambd: float) -> np.ndarray:
    """Return argmin L(w) + λ/2 ‖w‖², (2,): the solution of (A + λI) w = A w̃."""
    return np.linalg.solve(A + lambd * np.eye(2), A @ W_TILDE)


def solve_l1(lambd: float) -> np.ndarray:
    """Return argmin L(w) + λ ‖w‖₁, (2,), exactly: the best of what solves A (w − w̃) + λs = 0 for some signs s."""
    candidates = [_solve_signs(np.array(signs), lambd) for signs in product((0, 1, -1), repeat=2)]
    return min(candidates, key=lambda w: valley(w) + lambd * np.abs(w).sum())


def _solve_signs(signs: np.ndarray, lambd: float) -> np.ndarray:
    on, w = signs != 0, np.zeros(2)
    w[on] = np.linalg.solve(A[np.ix_(on, on)], (A @ W_TILDE - lambd * signs)[on])
    return w


def solve(lambd: float, q: int) -> np.ndarray:
    """Return the best weights, (2,), with the ℓ2 penalty (q = 2) or with the ℓ1 penalty (q = 1)."""
    return solve_l2(lambd) if q == 2 else solve_l1(lambd)


def pulls(w: np.ndarray, lambd: float, q: int) -> np.ndarray:
    """Return what pulls at w, (2, 2): first the loss, −∇L(w), then the penalty, −λw for ℓ2 and −λs for ℓ1.

    s_j is the sign of w_j. At w_j = 0 it may be anything in [−1, 1]: the penalty holds on as firmly as it must.
    """
    loss = A @ (W_TILDE - w)
    if q == 2:
        return np.stack([loss, -lambd * w])
    return np.stack([loss, np.where(w == 0, np.clip(-loss, -lambd, lambd), -lambd * np.sign(w))])


def draw_valley(ax: Axes, lambdas: list[float], q: int) -> Move:
    """Draw the valley and the path of the best weights, and what moves along it: fence, touching ellipse, pulls."""
    _draw_ground(ax, q)
    lay = {"animated": True, "path_effects": _HALO, "textcoords": "offset points"}
    fill = ax.fill(*_CIRCLE, color=TRAIN, alpha=0.1, lw=0, animated=True)[0]
    fence, ellipse = (ax.plot([], [], color=color, lw=2.2, animated=True)[0] for color in (TRAIN, TEST))
    colors = {"color": [TEST, TRAIN], "angles": "xy", "scale_units": "xy", "scale": 1 / _ARROW}
    arrows = ax.quiver([0, 0], [0, 0], [0, 0], [0, 0], **colors, units="xy", width=0.05, zorder=3, animated=True)
    star = ax.plot(*W_TILDE, "*", color=INK, ms=15, mec="white", animated=True)[0]
    best = ax.plot([], [], "o", color=INK, ms=9, mec="white", animated=True)[0]
    bottom = ax.annotate("w̃*", W_TILDE, (5, 8), color=INK, fontsize=12, **lay)
    name = ax.annotate(f"{_NORMS[q]} = θ", (0, 0), (-9, 4), color=TRAIN, fontsize=12, ha="right", va="center", **lay)

    def move(i: int) -> list[Artist]:
        w = solve(lambdas[i], q)
        outline = _fence(w, q)
        fill.set_xy(outline.T)
        fence.set_data(*outline)
        ellipse.set_data(*_level(valley(w)))
        arrows.set_offsets([w, w])
        arrows.set_UVC(*pulls(w, lambdas[i], q).T)
        best.set_data(*w[:, None])
        name.xy = outline[:, 135]  # upper left: neither the ellipse nor the arrows ever cross it there
        return [fill, fence, ellipse, star, arrows, best, bottom, name]

    return move


def _draw_ground(ax: Axes, q: int) -> None:
    top = 3.55 * ax.bbox.height / ax.bbox.width  # equal scales, and the panel stays full
    ax.set(xlim=(-3.1, 4.0), ylim=(-top, top))
    ax.set_xlabel("w₁", fontsize=11)
    ax.set_ylabel("w₂", fontsize=11)
    ax.grid(False)
    ax.axhline(0, color=EDGE, lw=1, zorder=0)
    ax.axvline(0, color=EDGE, lw=1, zorder=0)
    for height in (0.1, 0.6, 1.6, 3.6, 7.0):
        ax.plot(*_level(height), color=EDGE, lw=0.8, zorder=1)
    lambdas = [*np.linspace(0, 3, 301), *np.geomspace(3, 1e4, 100)]
    ax.plot(*np.stack([solve(lambd, q) for lambd in lambdas], axis=1), ":", color=INK, lw=2)


def _draw_keys(ax: Axes, q: int) -> None:
    """Give a panel's upper part to the names of what the other panel shows, where nothing moves across them."""
    x, y, width, height = ax.get_position().bounds
    ax.set_position((x, y, width, 0.66 * height))
    pull = "−λw" if q == 2 else "−λs"
    looks = {
        "w̃*, bottom of the loss": {"color": INK, "marker": "*", "ms": 11, "lw": 0},
        "w*, best on the fence": {"color": INK, "marker": "o", "lw": 0},
        "way of w* as λ grows": {"color": INK, "ls": ":"},
        "−∇L, pull of the loss": {"color": TEST, "marker": ">"},
        f"{pull}, pull of the penalty": {"color": TRAIN, "marker": "<"},
    }
    keys = [Line2D([], [], label=label, **look) for label, look in looks.items()]
    place = {"loc": "upper left", "bbox_to_anchor": (x - 0.03, y + height + 0.02), "borderaxespad": 0}
    ax.figure.legend(handles=keys, **place, frameon=False, fontsize=10)


def _level(height: float) -> np.ndarray:
    """Return the ellipse, (2, 361), on which the loss is `height`: with A = C Cᵀ it is a circle of Cᵀ (w − w̃)."""
    return W_TILDE[:, None] + np.sqrt(2 * height) * np.linalg.solve(np.linalg.cholesky(A).T, _CIRCLE)


def _fence(w: np.ndarray, q: int) -> np.ndarray:
    """Return the fence, (2, 361), that goes through w: where the q-norm is that of w."""
    return np.linalg.norm(w, q) * _CIRCLE / np.linalg.norm(_CIRCLE, q, axis=0)


class ConstraintLab(Lab):
    """Drag λ or θ, and see that each fence has its rubber band (two weights; book, section 4.5; chapter 1).

    Attributes
    ----------
    theta_slider : SelectionSlider
        The fences θ, in the order of the λs of `slider`; joined to it in the browser, so that either moves both.

    Parameters
    ----------
    penalty : {"ℓ2", "ℓ1"}
        λ/2 ‖w‖², whose fence ‖w‖² ≤ θ is a circle, or λ ‖w‖₁, whose fence ‖w‖₁ ≤ θ is a diamond with corners.

    Raises
    ------
    ValueError
        If there is no such penalty.
    """

    BUSY = "Drawing …"

    WIDTH = 840

    def __init__(self, penalty: str = "ℓ2"):
        if penalty not in PENALTIES:
            raise ValueError(f"penalty must be one of {', '.join(map(repr, PENALTIES))}, got {penalty!r}")
        slider = lambda_slider(value=0.5)
        self.theta_slider = SelectionSlider(options=slider.options, description="θ", layout=Layout(width="420px"))
        super().__init__(slider, {"penalty": Dropdown(options=list(PENALTIES), value=penalty, description="penalty")})
        self._links.append(jslink((slider, "index"), (self.theta_slider, "index")))
        self.box.children = (self.box.children[0], self.theta_slider, *self.box.children[1:])

    def at(self, lambd: float) -> dict[str, float]:
        """Return w_1, w_2, theta and loss (without the penalty) at a λ of the axis."""
        return self._at(lambd)

    def picture(self, lambd: float) -> bytes:
        """Return the picture shown at a λ of the axis, a PNG."""
        return self._picture(lambd)

    def _make(self) -> dict[str, list]:
        lambdas, q = [value for _, value in self.slider.options], PENALTIES[self.controls["penalty"].value]
        self.sweep = _solve_axis(lambdas, q)
        pngs = self._draw(q)  # before the fences are named: should drawing fail, the slider keeps the old ones
        numbers = [self._at(lambd) for lambd in lambdas]
        self._name_fences([now["theta"] for now in numbers])
        readout = [_sentence(lambd, now, q) for lambd, now in zip(lambdas, numbers, strict=True)]
        return {"pngs": pngs, "alt": [_description(now, q) for now in numbers], "readout": readout}

    def _name_fences(self, thetas: list[float]) -> None:
        with self.theta_slider.hold_sync():  # new options set the index to 0: the browser must not follow
            self.theta_slider.options = [(_digits(theta), theta) for theta in thetas]
            self.theta_slider.index = self.slider.index

    def _draw(self, q: int) -> list[bytes]:
        lambdas, labels = self.sweep.values.tolist(), [label for label, _ in self.slider.options]
        figure, axes = make_figure(self.WIDTH, 500, 1, 2)
        axes[0].get_gridspec().set_width_ratios((2.2, 1))
        figure.subplots_adjust()  # moves the panels to where the grid now has them
        _draw_keys(axes[1], q)
        axes[0].set_title("the best w on each fence: there the pulls balance", loc="left", fontsize=10)
        moves = [
            draw_valley(axes[0], lambdas, q),
            draw_final(axes[1], self.sweep, {"theta": TRAIN}, labels, "θ for each λ"),
        ]
        return render(figure, moves, len(labels))


def _solve_axis(lambdas: list[float], q: int) -> Sweep:
    """Return the best weights of every λ, as if trained: one seed, one epoch."""
    w = np.stack([solve(lambd, q) for lambd in lambdas], axis=1)  # (2, L)
    numbers = {"w_1": w[0], "w_2": w[1], "theta": (np.abs(w) ** q).sum(axis=0), "loss": valley(w)}
    curves = {name: torch.tensor(number)[None, :, None] for name, number in numbers.items()}
    values = torch.tensor(lambdas, dtype=torch.float64)
    return Sweep("λ", values, torch.tensor([1]), curves, torch.tensor(w.T)[None])


def _digits(theta: float) -> str:
    return f"{theta:#.3g}"


def _point(now: dict[str, float]) -> str:
    return f"({now['w_1']:.2f}, {now['w_2']:.2f})"


def _sentence(lambd: float, now: dict[str, float], q: int) -> str:
    fence = f"λ = {lambd:g} is the fence {_NORMS[q]} ≤ {_digits(now['theta'])}"
    return f"{fence}: w = {_point(now)}, loss {now['loss']:.2f}."


def _description(now: dict[str, float], q: int) -> str:
    fence = f"the {_SHAPES[q]} {_NORMS[q]} = {_digits(now['theta'])}"
    return f"Ellipses of equal loss around (2, 1), and {fence}, which meets one of them at w = {_point(now)}."
