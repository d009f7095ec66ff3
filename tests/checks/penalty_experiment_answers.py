"""Right and wrong reports of the experiments on ℓ1; each wrong one with words of its diagnosis."""

from functools import cache

import torch

from helpers import elastic_net, ridge
from helpers.linear import ridge_path
from tests.checks.reports import mistakes, of, report, unpaired

FEW = torch.cat([torch.ones(3, 1), torch.zeros(27, 1)])
L1, L2 = torch.logspace(-2, 0.3, 15), torch.logspace(-2, 1, 15)


def draw(seed, noise):
    torch.manual_seed(seed)
    X = torch.randn(50, 30)
    return X, X @ FEW + noise * torch.randn(50, 1)


def excess(w, b, true_w=FEW):
    return (((w - true_w) ** 2).sum(dim=-2) + b**2).min() / 2


def without_half(w, b):
    return 2 * excess(w, b)


@cache
def adaptive(seeds, measure=excess, back=True):
    """Scale the columns by |ŵ|, one data set after the other."""
    rows = []
    for seed in seeds:
        X, y = draw(seed, 1.0)
        size = ridge(X, y, 0.1)[0].abs()  # (30, 1)
        v, b = elastic_net(X * size.T, y, L1, tol=1e-5)
        rows.append([measure(size * v if back else v, b), measure(*elastic_net(X, y, L1, tol=1e-5))])
    return torch.tensor(rows, dtype=torch.double)


def adaptive_on_new_data(seeds):
    """Measure the loss on 2,000 new examples instead, with `torch.linalg` for ridge."""
    gains = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        X, X_test = (torch.randn(n, 30, generator=generator) for n in (50, 2000))
        y, y_test = (part @ FEW + torch.randn(len(part), 1, generator=generator) for part in (X, X_test))
        inputs = X - X.mean(dim=0)
        first = torch.linalg.solve(inputs.T @ inputs / 50 + 0.1 * torch.eye(30), inputs.T @ (y - y.mean()) / 50)
        losses = []
        for scale in (first.abs(), torch.ones(30, 1)):
            v, b = elastic_net(X * scale.T, y, L1, tol=1e-5)
            losses.append(((X_test @ (scale * v) + b - y_test) ** 2).mean(dim=0).min() / 2)
        gains.append(losses[0] - losses[1])
    return report(torch.stack(gains))


@cache
def rotated(seeds, rotate=True, lasso=True):
    gains = []
    for seed in seeds:
        X, y = draw(seed, 2.0)
        Q = torch.linalg.qr(torch.randn(30, 30))[0] if rotate else torch.eye(30)
        l1 = elastic_net(X @ Q, y, 2 * L1, tol=1e-5) if lasso else elastic_net(X, y, 2 * L1, tol=1e-5)
        w, b = ridge_path(X @ Q, y, 2 * L2)
        gains.append(excess(*l1, Q.T @ FEW) - excess(w, b[0], Q.T @ FEW))
    return torch.stack(gains)


def rotated_at_once(seeds):
    """Solve all data sets as one stack, and measure on 2,000 new examples."""
    generator = torch.Generator().manual_seed(sum(seeds))
    X, X_test = (torch.randn(len(seeds), n, 30, generator=generator) for n in (50, 2000))
    Q = torch.linalg.qr(torch.randn(len(seeds), 30, 30, generator=generator))[0]
    y = X @ FEW + 2 * torch.randn(len(seeds), 50, 1, generator=generator)
    l1, l2 = torch.cat([2 * L1, 0 * L1]), torch.cat([0 * L2, 2 * L2])
    w, b = elastic_net(X @ Q, y, l1, l2, tol=1e-5)
    losses = ((X_test @ Q @ w + b[:, None] - X_test @ FEW) ** 2).mean(dim=1) / 2
    return report(losses[:, :15].amin(dim=1) - losses[:, 15:].amin(dim=1))


RIGHT = [
    ("adaptive_lasso", of(adaptive), "the adaptive lasso is better"),
    ("adaptive_lasso", adaptive_on_new_data, "the adaptive lasso is better"),
    ("rotated_inputs", of(rotated), "ridge is better"),
    ("rotated_inputs", rotated_at_once, "ridge is better"),
]

WRONG = {
    "adaptive_lasso": [
        *mistakes(adaptive, "the adaptive lasso is better"),
        (of(adaptive), "speaks for 'the adaptive lasso is better'", "the adaptive lasso is worse"),
        (of(adaptive), "speaks for 'the adaptive lasso is better'", "no difference"),
        (unpaired(adaptive), "as independent"),
        (of(lambda seeds: adaptive(seeds, measure=without_half)), "is the setting that of the text"),
        (of(lambda seeds: adaptive(seeds, back=False)), "is the setting that of the text"),
    ],
    "rotated_inputs": [
        *mistakes(rotated, "ridge is better"),
        (of(rotated), "speaks for 'ridge is better'", "the lasso is better"),
        (of(rotated), "speaks for 'ridge is better'", "no difference"),
        (of(lambda seeds: rotated(seeds, rotate=False)), "is the setting that of the text"),
        (of(lambda seeds: rotated(seeds, lasso=False)), "is the setting that of the text"),
    ],
}
