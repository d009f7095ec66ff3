"""The checks of the experiments on ℓ1."""

import torch
from torch import Tensor

from helpers.checks.exploration import exploration
from helpers.linear import elastic_net, ridge_path

_FEW = torch.cat([torch.ones(3, 1), torch.zeros(27, 1)]).double()  # three of thirty inputs matter
_L1, _L2 = (torch.logspace(-2, end, 15, dtype=torch.double) for end in (0.3, 1.0))


def _draw(seeds: list[int], noise: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return X (S, 50, 30), y (S, 50, 1), and 30 more normal columns of 30 for each seed, (S, 30, 30)."""
    sets = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        X, eps, more = (torch.randn(m, k, generator=generator).double() for m, k in ((50, 30), (50, 1), (30, 30)))
        sets.append((X, X @ _FEW + noise * eps, more))
    return tuple(torch.stack(part) for part in zip(*sets, strict=True))


def _lowest(w: Tensor, b: Tensor, true_w: Tensor) -> Tensor:
    """Return the test loss above the noise floor at the best of the λs, (S,), of w (S, 30, L) and b (S, L)."""
    return ((w - true_w).square().sum(dim=1) + b.square()).amin(dim=1) / 2


@exploration(
    "the adaptive lasso is worse",
    "the adaptive lasso is better",
    "no difference",
    seeds=tuple(range(1001, 1041)),
    reach=2.5,
)
def adaptive_lasso(seeds: list[int], noise: float = 1.0) -> Tensor:
    """Check ``adaptive_lasso(seeds)``: the loss with λ / |ŵ_j| for weight j, ŵ from ridge, less the lasso's.

    Source: Zou, The adaptive lasso and its oracle properties, JASA 101 (2006).
    """
    X, y, _ = _draw(seeds, noise)
    w, b = elastic_net(X, y, noise * _L1, tol=1e-6)
    first, _ = ridge_path(X, y, torch.tensor([0.1], dtype=torch.double))  # (S, 30, 1)
    v, b_adaptive = elastic_net(X * first.mT.abs(), y, noise * _L1, tol=1e-6)
    return torch.stack([_lowest(first.abs() * v, b_adaptive, _FEW), _lowest(w, b, _FEW)], dim=1)


@exploration("ridge is better", "the lasso is better", "no difference", seeds=tuple(range(1001, 1051)), reach=2.5)
def rotated_inputs(seeds: list[int], rotated: bool = True) -> Tensor:
    """Check ``rotated_inputs(seeds)``: the lasso's loss less that of ridge, on inputs that a rotation has mixed."""
    X, y, columns = _draw(seeds, noise=2.0)
    Q = torch.linalg.qr(columns).Q if rotated else torch.eye(30, dtype=torch.double)
    by_lasso = elastic_net(X @ Q, y, 2 * _L1, tol=1e-6)
    w, b = ridge_path(X @ Q, y, 2 * _L2)
    return torch.stack([_lowest(*by_lasso, Q.mT @ _FEW), _lowest(w, b[:, 0], Q.mT @ _FEW)], dim=1)
