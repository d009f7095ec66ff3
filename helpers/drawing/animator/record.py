"""The points of an Animator, as plain floats, whether the caller gave numbers, arrays or tensors."""

from math import prod
from numbers import Real


class Record:
    """The points (x, y) of each curve, by its name; a curve beyond the legend is called ``curve 3``, say."""

    def __init__(self, legend: tuple[str, ...]):
        self.legend = legend
        self.curves: dict[str, list[tuple[float, float]]] = {}

    def add(self, x: object, y: object) -> None:
        """Append a point to each curve, or raise and append none. See ``Animator.add``."""
        values, places = _numbers("y", y), _numbers("x", x)
        curves = self.curves or self._start(len(values))
        n = len(curves)
        if len(values) != n:
            raise ValueError(f"y must hold {n} values, got {len(values)}: one for each curve, None for no point")
        if len(places) not in (1, n):
            raise ValueError(f"x must be one number or {n}, got {len(places)}: one for all curves or one for each")
        for curve, place, value in zip(curves.values(), places * (n // len(places)), values, strict=True):
            if place is not None and value is not None:
                curve.append((place, value))
        self.curves = curves

    def _start(self, n: int) -> dict[str, list]:
        names = [*self.legend[:n], *(f"curve {i + 1}" for i in range(len(self.legend), n))]
        if n == 0:
            raise ValueError("y must hold a value for at least one curve, got none: the first call makes the curves")
        if len(set(names)) < n:
            raise ValueError(f"legend must give each curve a unique name, got {names}: they are the keys of .history")
        return {name: [] for name in names}


def _numbers(name: str, values: object) -> list[float | None]:
    """Return the numbers in `values`, or a list of the one number that it is."""
    single = not hasattr(values, "__len__") or isinstance(values, str) or getattr(values, "ndim", 1) == 0
    return [None if value is None else _number(name, value) for value in ([values] if single else values)]


def _number(name: str, value: object) -> float:
    shape = tuple(getattr(value, "shape", ()))
    if prod(shape) != 1:
        raise ValueError(
            f"{name} must hold one number for each curve, got shape {shape} for one: take its mean, for example"
        )
    plain = value.item() if hasattr(value, "item") else value  # of a tensor: without its graph and its device
    if not isinstance(plain, Real):
        raise TypeError(f"{name} must hold numbers, got {plain!r}: only numbers can be drawn")
    return float(plain)
