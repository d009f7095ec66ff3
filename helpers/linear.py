"""Linear regression with a penalty, solved to the end: what a training that is long enough must come to."""

import torch
from torch import Tensor

from helpers.regularizers import check_decay


def ridge(X: Tensor, y: Tensor, lambd: float) -> tuple[Tensor, Tensor]:
    """Return the weights and the bias that minimize the course's objective with the ℓ2 penalty.

    ``1/n Σ ½ (x_iᵀ w + b − y_i)² + λ/2 ‖w‖²``, the bias not decayed. With the centred ``X = U diag(s) Vᵀ`` the weights
    are ``V diag(s / (s² + nλ)) Uᵀ y``. scikit-learn's `Ridge` gives the same with ``alpha = n λ``.

    Parameters
    ----------
    X : Tensor, (n, d)
    y : Tensor, (n, 1)
    lambd : float, at least 0
        With 0, the weights of least norm among those with the least loss.

    Returns
    -------
    w : Tensor, (d, 1)
    b : Tensor, (1,)

    Raises
    ------
    ValueError
        If `lambd` is negative or not finite, or y is not (n, 1).

    Source: Hoerl and Kennard (1970); Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 3.4.1.
    """
    check_decay(lambd)
    if y.shape != (len(X), 1):
        raise ValueError(f"y must be ({len(X)}, 1), one target for each row of X, got {tuple(y.shape)}")
    X_mean, y_mean = X.mean(dim=0), y.mean(dim=0)
    U, s, Vt = torch.linalg.svd(X - X_mean, full_matrices=False)
    seen = s > s.max() * max(X.shape) * torch.finfo(s.dtype).eps  # directions in which the examples differ
    shrunk = torch.where(seen, s / (s**2 + len(X) * lambd), 0)
    w = Vt.T @ (shrunk[:, None] * (U.T @ (y - y_mean)))
    return w, y_mean - X_mean @ w
