"""The regularizers themselves, as pure functions of tensors."""

import torch
from torch import Tensor

from helpers.validation import check_probability


def squared_loss(y_hat: Tensor, y: Tensor) -> Tensor:
    """Return ``½ (ŷ − y)²`` for each example (book, section 3.1).

    Parameters
    ----------
    y_hat, y : Tensor, both (n, 1) or both (n,)
        Predictions and targets, n at least 1.

    Raises
    ------
    ValueError
        If the shapes differ: (n, 1) minus (n,) would broadcast to (n, n). If there are no examples.
    """
    if y_hat.shape != y.shape:
        raise ValueError(
            f"y_hat and y must have the same shape, got {tuple(y_hat.shape)} and {tuple(y.shape)}: "
            "subtracting them would broadcast, pairing each prediction with the wrong targets"
        )
    if y.numel() == 0:
        raise ValueError(f"y must hold at least one example, got shape {tuple(y.shape)}: the mean of nothing is nan")
    return (y_hat - y) ** 2 / 2


def l2_penalty(w: Tensor) -> Tensor:
    """Return ``½ ‖w‖²``, half the sum of the squares of w of any shape (book, section 4.5)."""
    return (w**2).sum() / 2


def l1_penalty(w: Tensor) -> Tensor:
    """Return ``‖w‖₁``, the sum of the absolute values of w of any shape (Tibshirani 1996)."""
    return w.abs().sum()


def elastic_net_penalty(w: Tensor, l1_ratio: float = 0.5) -> Tensor:
    """Return ``ρ ‖w‖₁ + (1 − ρ) ½ ‖w‖²`` (Zou and Hastie 2005).

    Parameters
    ----------
    w : Tensor, any shape
    l1_ratio : float in [0, 1]
        The ρ above: 0 is ridge, 1 is lasso.

    Raises
    ------
    ValueError
        If `l1_ratio` lies outside [0, 1].
    """
    if not 0 <= l1_ratio <= 1:
        raise ValueError(f"l1_ratio must be in [0, 1], got {l1_ratio}: it is the share of the ℓ1 penalty")
    return l1_ratio * l1_penalty(w) + (1 - l1_ratio) * l2_penalty(w)


def dropout_layer(X: Tensor, p: float, generator: torch.Generator | None = None) -> Tensor:
    """Drop each entry of X with probability p and divide the others by 1 − p (Srivastava et al. 2014; book, 4.6).

    ``h' = 0`` with probability p, else ``h / (1 − p)``, so that ``E[h'] = h`` and ``Var[h'] = p / (1 − p) h²``.

    Parameters
    ----------
    X : Tensor, any shape, floating point
    p : float in [0, 1]
        Probability of dropping. 0 keeps every entry, 1 none.
    generator : torch.Generator, optional
        Source of the mask, on the device of X; the global one if not given.

    Raises
    ------
    ValueError
        If p lies outside [0, 1].
    TypeError
        If X is not floating point: 1 / (1 − p) would be rounded.
    """
    check_probability(p)
    if not X.is_floating_point():
        raise TypeError(f"X must be floating point, got {X.dtype}: the units that stay are divided by 1 - p")
    # At least float32: a half-precision draw has steps so coarse that the drop rate is off.
    mask = torch.rand(X.shape, generator=generator, device=X.device, dtype=torch.promote_types(X.dtype, torch.float32))
    mask.ge_(p).mul_(1 / (1 - p) if p < 1 else 0.0)  # >=: a draw can be 0, never 1, so p = 0 keeps all and p = 1 none
    return X * mask.to(X.dtype)
