"""The checks of the experiments on choosing λ."""

import torch
from torch import Tensor

from helpers.checks.exploration import exploration
from helpers.linear import ridge_path
from helpers.selection import cross_validate_ridge, kfold_indices

_W = (2 / torch.arange(1, 31, dtype=torch.double))[:, None]  # (30, 1)
_LAMBDAS = torch.logspace(-3, 1, 33, dtype=torch.double)
_SEEDS = tuple(range(1001, 1201))  # the error at a chosen λ varies a lot, and one fit takes a millisecond


def _draw(seeds: list[int], n: int) -> tuple[Tensor, Tensor]:
    """Return inputs (S, n, 30), and targets with noise of variance 1, (S, n, 1)."""
    sets = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        X, eps = (torch.randn(n, k, generator=generator, dtype=torch.double) for k in (30, 1))
        sets.append((X, X @ _W + eps))
    return tuple(torch.stack(part) for part in zip(*sets, strict=True))


def _true_error(w: Tensor, b: Tensor) -> Tensor:
    return (w - _W).square().sum(dim=-2) + b[..., 0, :].square() + 1


@exploration("the oracle's λ is better", "the validated λ is better", "no difference", seeds=_SEEDS, reach=2.5)
def validated_lambda(seeds: list[int], num_val: int = 100) -> Tensor:
    """Check ``validated_lambda(seeds)``: the error at the λ that a validation set chooses less that at λ*."""
    X, y = _draw(seeds, 40 + num_val)
    star = 30 / (40 * _W.square().sum(dim=0))  # (1,)
    w, b = ridge_path(X[:, :40], y[:, :40], torch.cat([_LAMBDAS, star]))
    chosen = (X[:, 40:] @ w + b - y[:, 40:]).square().mean(dim=1)[:, :33].argmin(dim=1)  # not λ*
    errors = _true_error(w, b)
    return torch.stack([errors[torch.arange(len(errors)), chosen], errors[:, 33]], dim=1)


@exploration("half of λ is worse", "half of λ is better", "no difference", seeds=_SEEDS, reach=2.5)
def halved_lambda(seeds: list[int], num_folds: int = 2) -> Tensor:
    """Check ``halved_lambda(seeds)``: the error at half of the λ that two folds choose less that at the λ itself."""
    X, y = _draw(seeds, 40)
    measured = cross_validate_ridge(X, y, _LAMBDAS, kfold_indices(40, num_folds)).mean(dim=1)
    chosen = measured.argmin(dim=1)
    factor = (num_folds - 1) / num_folds
    errors = _true_error(*ridge_path(X, y, torch.cat([factor * _LAMBDAS, _LAMBDAS])))
    each = torch.arange(len(errors))
    return torch.stack([errors[each, chosen], errors[each, 33 + chosen]], dim=1)
