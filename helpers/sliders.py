"""The axes of λ and p that sliders use: ``lambda_slider()`` and ``p_slider()``, and `Axis`, which labs use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.validation import check_decay, check_probability

if TYPE_CHECKING:
    from ipywidgets import SelectionSlider

_STEPS = (1, 1.2, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8)  # round numbers, about evenly spaced on a log scale
LAMBDAS = (0.0, *(round(step * 10**k, 4) for k in (-2, -1, 0, 1) for step in _STEPS if step * 10**k <= 30))
PS = tuple(i / 20 for i in range(20))


@dataclass(frozen=True)
class Axis:
    """A named sequence of values, and the index at which a slider over them starts.

    Attributes
    ----------
    name : str
        What the slider is called: "λ".
    values : tuple of float
    start : int
        An index: 0 is the first value.
    unit : str
        Written after each value: "°".
    """

    name: str
    values: tuple[float, ...]
    start: int = 0
    unit: str = ""

    @property
    def labels(self) -> list[str]:
        """The values as the slider shows them."""
        return [f"{value:g}{self.unit}" for value in self.values]

    @property
    def zero_is_apart(self) -> bool:
        """Whether the values are 0 and then numbers that rise by factors: on a log scale there is no place for 0."""
        values = self.values
        if len(values) < 3 or values[0] != 0 or values[1] <= 0:
            return False
        steps = [after - before for before, after in pairwise(values)]
        return max(steps) > 3 * values[1] and values[-1] >= 10 * values[1]

    def index(self, value: float) -> int:
        """Return the place of a value.

        Raises
        ------
        ValueError
            If it is not on the axis; the message names its neighbours.
        """
        nearest = sorted(range(len(self.values)), key=lambda i: abs(self.values[i] - value))[:2]
        if not abs(self.values[nearest[0]] - value) <= 1e-6 * abs(value):  # a value may have gone through float32
            places = " and ".join(self.labels[i] for i in sorted(nearest))
            raise ValueError(f"{self.name} = {value} is not on the slider: the nearest values are {places}")
        return nearest[0]

    def slider(self) -> SelectionSlider:
        """Return a new slider along the axis."""
        from ipywidgets import Layout, SelectionSlider  # here, not above: labs of other axes import this module too

        options, style = list(zip(self.labels, self.values, strict=True)), {"description_width": "initial"}
        place = {"index": self.start, "layout": Layout(width="420px"), "style": style}
        return SelectionSlider(options=options, description=self.name, **place)


def axis(name: str, values: Sequence[float], value: float | None = None, unit: str = "") -> Axis:
    """Return an axis that starts at the value nearest to `value`, or at the first.

    Raises
    ------
    ValueError
        If there are no values.
    """
    values = tuple(values)
    if not values:
        raise ValueError(f"values must hold at least one {name}, got none: a slider needs a value to stand on")
    start = 0 if value is None else min(range(len(values)), key=lambda i: abs(values[i] - value))
    return Axis(name, values, start, unit)


def lambda_axis(values: Sequence[float] = LAMBDAS, value: float | None = None) -> Axis:
    """Return an axis of λ; raise a ValueError if a λ is negative or not finite, or there is none."""
    return axis("λ", [check_decay(lambd) for lambd in values], value)


def p_axis(values: Sequence[float] = PS, value: float | None = None, name: str = "p") -> Axis:
    """Return an axis of p; raise a ValueError if a p lies outside [0, 1], or there is none."""
    return axis(name, [check_probability(p) for p in values], value)


def lambda_slider(values: Sequence[float] = LAMBDAS, *, value: float | None = None) -> SelectionSlider:
    """Return a slider over values of λ, 0 among them, for your own function: ``interact(f, lambd=lambda_slider())``.

    Parameters
    ----------
    values : sequence of floats, each at least 0
    value : float, optional
        Where the slider starts: at the nearest value of the grid. The default is the first.

    Raises
    ------
    ValueError
        If a value is negative or not finite, or there is none.
    """
    return lambda_axis(values, value).slider()


def p_slider(values: Sequence[float] = PS, *, value: float | None = None) -> SelectionSlider:
    """Return a slider over probabilities of dropping, 0 among them: ``interact(f, p=p_slider())``.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1], or there is none.
    """
    return p_axis(values, value).slider()
