"""Checks of arguments: each returns a valid value, or raises an error that names the value and the reason."""

import operator


def check_probability(p: float) -> float:
    """Return `p` as a float, or raise if it is not a probability.

    Raises
    ------
    ValueError
        If p lies outside [0, 1] or is not a number.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p must be in [0, 1], got {p}: p is the probability of dropping a unit")
    return float(p)


def check_decay(lambd: float, lr: float | None = None) -> float:
    """Return λ as a float, or raise if it is negative or too large for gradient steps of size `lr`.

    A step on ``λ/2 ‖w‖²`` multiplies w by ``1 - lr λ``. With ``lr λ >= 2`` that factor is -1 or beyond it: w changes
    sign at every step and does not shrink.

    Parameters
    ----------
    lambd : float
        Strength of the penalty, at least 0.
    lr : float, optional
        Learning rate of plain gradient descent. If given, ``lr * lambd`` must be below 2.

    Raises
    ------
    ValueError
        If λ is negative or not finite, or ``lr * lambd >= 2``.
    """
    if not 0 <= lambd < float("inf"):
        raise ValueError(f"lambd must be finite and at least 0, got {lambd}: a negative penalty rewards large weights")
    if lr is not None and lr * lambd >= 2:
        raise ValueError(
            f"lr * lambd must be below 2, got {lr} * {lambd} = {lr * lambd:.3g}: "
            f"each step multiplies w by 1 - lr * lambd = {1 - lr * lambd:.3g}, so the penalty alone diverges"
        )
    return float(lambd)


def check_count(name: str, value: int, most: int | None = None) -> None:
    """Raise unless `value` is an integer between 1 and `most`."""
    try:
        operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}: it is a count") from None
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}: there would be nothing to learn from")
    if most is not None and value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}: there are no more examples to choose from")
