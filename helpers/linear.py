"""Linear regression with a penalty, solved exactly: the solution that sufficiently long training must reach."""

import torch
from torch import Tensor

from helpers.validation import check_decay

_ROUNDING = 10 * torch.finfo(torch.double).eps


def ridge(X: Tensor, y: Tensor, lambd: float) -> tuple[Tensor, Tensor]:
    """Return the weights and the bias that minimize the course's objective with the ℓ2 penalty.

    ``1/n Σ ½ (x_iᵀ w + b − y_i)² + λ/2 ‖w‖²``, the bias not decayed. With the centred ``X = U diag(s) Vᵀ`` the weights
    are ``V diag(s / (s² + nλ)) Uᵀ y``. scikit-learn's `Ridge` gives the same with ``alpha = n λ``.

    Parameters
    ----------
    X : Tensor, (n, d)
    y : Tensor, (n, 1)
    lambd : float, at least 0
        With 0, the minimum-norm weights among those that minimize the loss.

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
    w, b = ridge_path(X, y, torch.tensor([lambd], dtype=X.dtype))
    return w, b[:, 0]


def ridge_path(X: Tensor, y: Tensor, lambdas: Tensor) -> tuple[Tensor, Tensor]:
    """Return weights and bias of ridge regression for every λ, and for every data set of a stack.

    ``1/n Σ ½ (x_iᵀ w + b − y_i)² + λ/2 ‖w‖²``, the bias not decayed, as `ridge`: one decomposition of the centred
    ``X = U diag(s) Vᵀ`` serves all λ, since ``w = V diag(s / (s² + nλ)) Uᵀ y``.

    Parameters
    ----------
    X : Tensor, (..., n, d)
    y : Tensor, (..., n, 1)
    lambdas : Tensor, (L,), each at least 0

    Returns
    -------
    w : Tensor, (..., d, L)
    b : Tensor, (..., 1, L)
        So that ``X @ w + b`` are the predictions, (..., n, L).

    Raises
    ------
    ValueError
        If a λ is negative or not finite, or y is not (..., n, 1).

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 3.4.1.
    """
    U, s, Vt, y_centred = decompose(X, y, lambdas)
    w = Vt.mT @ (shrink(s, X.shape[-2] * lambdas) * (U.mT @ y_centred))
    return w, y.mean(dim=-2, keepdim=True) - X.mean(dim=-2, keepdim=True) @ w


def decompose(X: Tensor, y: Tensor, lambdas: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return U, s and Vᵀ of the centred X, and the centred y, after checking their shapes and the λs."""
    for lambd in lambdas.tolist():
        check_decay(lambd)
    if y.shape != (*X.shape[:-1], 1):
        raise ValueError(f"y must be {(*X.shape[:-1], 1)}, one target for each row of X, got {tuple(y.shape)}")
    X_centred, y_centred = (t - t.mean(dim=-2, keepdim=True) for t in (X, y))
    return *torch.linalg.svd(X_centred, full_matrices=False), y_centred


def shrink(s: Tensor, alphas: Tensor) -> Tensor:
    """Return ``s / (s² + α)``, (..., r, L), and 0 for directions in which the examples do not differ."""
    s = s[..., None]
    seen = s > s[..., :1, :] * 1e3 * torch.finfo(s.dtype).eps
    return torch.where(seen, s / torch.where(seen, s**2 + alphas, 1), 0)


def soft_threshold(w: Tensor, t: float | Tensor) -> Tensor:
    """Move every weight towards 0 by t, and no further: ``sign(w) max(|w| − t, 0)``.

    That is the v that minimizes ``½ (v − w)² + t |v|``: the proximal step of the ℓ1 penalty.

    Parameters
    ----------
    w : Tensor, any shape
    t : float or Tensor that broadcasts with w, at least 0

    Raises
    ------
    ValueError
        If t is negative somewhere.

    Source: Donoho and Johnstone (1994); `torch.nn.functional.softshrink` gives the same for a number t.
    """
    t = torch.as_tensor(t, dtype=w.dtype, device=w.device)
    if not (t >= 0).all():
        raise ValueError(f"t must be at least 0, got {t.min():g}: weights move towards 0, not away from it")
    return w - w.clamp(-t, t)


def elastic_net(
    X: Tensor, y: Tensor, l1: float | Tensor, l2: float | Tensor = 0.0, *, tol: float = 1e-9, max_steps: int = 50_000
) -> tuple[Tensor, Tensor]:
    """Return the weights and biases that minimize the course's objective with both penalties, for L problems at once.

    ``1/n Σ ½ (x_iᵀ w + b − y_i)² + λ₁ ‖w‖₁ + λ₂/2 ‖w‖²``, the bias not penalized, by accelerated proximal gradient
    steps (FISTA) with restarts. scikit-learn's `ElasticNet` gives the same with ``alpha = λ₁ + λ₂`` and
    ``l1_ratio = λ₁ / alpha``, its `Lasso` with ``alpha = λ₁``.

    Parameters
    ----------
    X : Tensor, (..., n, d)
        Several data sets of one size may be stacked: they are solved at once, much faster than one after the other.
    y : Tensor, (..., n, 1) or (..., n, L)
    l1, l2 : float or Tensor (L,), at least 0
        The λ₁ and λ₂ above. A number is shared by all problems, as is a y with a single column.
    tol : float
        Stop when no weight's gradient step exceeds this share of the largest gradient entry at w = 0.
    max_steps : int

    Returns
    -------
    w : Tensor, (..., d, L)
        Weights that are not needed are exactly 0. It is computed in double precision and returned in that of X.
    b : Tensor, (..., L)

    Raises
    ------
    ValueError
        If a penalty is negative or not finite, or y does not have a row for each row of X.
    RuntimeError
        If `max_steps` steps do not reach `tol`.

    Source: Zou and Hastie (2005), their "naive" elastic net; Beck and Teboulle (2009) for FISTA; O'Donoghue and Candès
    (2015) for the restarts.
    """
    l1, l2 = _penalties(l1), _penalties(l2)
    if y.ndim < 2 or y.shape[:-1] != X.shape[:-1]:
        rows = ", ".join(map(str, X.shape[:-1]))
        raise ValueError(f"y must be ({rows}, 1) or ({rows}, L), a target for each row of X, got {tuple(y.shape)}")
    X_mean, y_mean = (values.double().mean(dim=-2, keepdim=True) for values in (X, y))
    centred = X.double() - X_mean
    gram, pull = (centred.mT @ values / X.shape[-2] for values in (centred, y - y_mean))  # (..., d, d) and (..., d, L)
    w = _fista(gram, pull, l1, l2, tol, max_steps)
    return w.to(X.dtype), (y_mean - X_mean @ w).squeeze(-2).to(X.dtype)


def _fista(gram: Tensor, pull: Tensor, l1: Tensor, l2: Tensor, tol: float, max_steps: int) -> Tensor:
    steepest = torch.linalg.eigvalsh(gram)[..., -1:, None] + l2
    step = 1 / steepest.clamp(min=torch.finfo(gram.dtype).tiny)  # (..., 1, L)
    shift, threshold, keep = step * pull, step * l1, 1 - step * l2
    enough = tol * step * pull.abs().amax(dim=(-2, -1), keepdim=True)
    w = ahead = torch.zeros_like(shift + threshold)
    t = torch.ones_like(w[..., :1, :])
    for i in range(max_steps):
        new = soft_threshold(keep * ahead - step * (gram @ ahead) + shift, threshold)
        back = ahead - new
        if i % 5 == 0 and (back.abs() <= enough).all():  # not at each step: the check takes as long as a product
            return new
        gain = new - w
        overshot = (back * gain).sum(dim=-2, keepdim=True) > 0  # the momentum points uphill: restart it
        t_next = (1 + (1 + 4 * t**2).sqrt()) / 2
        ahead = new + torch.where(overshot, 0, (t - 1) / t_next) * gain
        w, t = new, torch.where(overshot, 1, t_next)
    raise RuntimeError(f"{max_steps} steps did not reach tol = {tol:g}: allow more steps, or a larger tol")


def degrees_of_freedom(X: Tensor, w: Tensor, l2: float | Tensor = 0.0) -> Tensor:
    """Return the effective number of free parameters of each of L penalized fits, without the bias, (L,).

    With ``s`` the singular values of the centred columns of X whose weights are not 0: ``Σ s² / (s² + n λ₂)``. For
    ridge that is all columns; for the lasso (λ₂ = 0) it is the number of weights that are not 0, where those columns
    are independent. It estimates ``Σ_i Cov(ŷ_i, y_i) / σ²`` without bias (for ridge it equals it).

    Parameters
    ----------
    X : Tensor, (n, d)
    w : Tensor, (d, L)
        The weights of the fits.
    l2 : float or Tensor (L,), at least 0

    Raises
    ------
    ValueError
        If `l2` is negative or not finite, or w does not have d rows.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 3.4.1; Zou, Hastie and Tibshirani
    (2007); Tibshirani and Taylor (2012).
    """
    l2 = _penalties(l2)[:, None]
    if w.ndim != 2 or len(w) != X.shape[1]:
        raise ValueError(f"w must be ({X.shape[1]}, L), a weight for each column of X, got {tuple(w.shape)}")
    used = (w != 0).T.double()  # (L, d)
    gram = torch.cov(X.T.double(), correction=0).reshape(len(w), len(w))
    s = torch.linalg.eigvalsh(used[:, :, None] * gram * used[:, None, :])  # s² / n, and 0 for what is not used
    return torch.where(s > gram.diagonal().max() * _ROUNDING * len(w), s / (s + l2), 0).sum(dim=1)


def _penalties(values: float | Tensor) -> Tensor:
    values = torch.as_tensor(values, dtype=torch.double).reshape(-1)
    for value in values.tolist():
        check_decay(value)
    return values
