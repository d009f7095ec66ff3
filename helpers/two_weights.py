"""A loss of two weights, a valley, and its best weights with an ℓ2 or an ℓ1 penalty (book, section 4.5; chapter 1)."""

from itertools import product

import numpy as np

A = np.array([[1.0, 0.6], [0.6, 0.8]])  # how steep the valley is
W_TILDE = np.array([2.0, 1.0])  # its bottom
_ANGLES = np.radians(np.arange(361))
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]).round(15)  # (2, 361), the axes among its directions


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

    s_j is the sign of w_j. At w_j = 0 it may be anything in [−1, 1]: the penalty balances the loss if it can.
    """
    loss = A @ (W_TILDE - w)
    if q == 2:
        return np.stack([loss, -lambd * w])
    return np.stack([loss, np.where(w == 0, np.clip(-loss, -lambd, lambd), -lambd * np.sign(w))])


def level(height: float) -> np.ndarray:
    """Return the ellipse, (2, 361), on which the loss is `height`: with A = C Cᵀ it is a circle of Cᵀ (w − w̃)."""
    return W_TILDE[:, None] + np.sqrt(2 * height) * np.linalg.solve(np.linalg.cholesky(A).T, _CIRCLE)


def outline_through(w: np.ndarray, q: int) -> np.ndarray:
    """Return the edge of the constraint, (2, 361), that goes through w: where the q-norm is that of w."""
    return np.linalg.norm(w, q) * _CIRCLE / np.linalg.norm(_CIRCLE, q, axis=0)
