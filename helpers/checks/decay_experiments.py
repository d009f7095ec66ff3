"""The experiments of chapters 1 and 2: data or a penalty, λ with more data, a centred target, Adam's norm."""

import torch
from torch import Tensor, nn

from helpers.checks.exploration import exploration
from helpers.data import RegressionData, synthetic_regression
from helpers.seeding import BATCHES, START, seeded
from helpers.sweeps import sweep_weight_decay


@exploration(
    "twice the data is better", "the penalty is better", "no difference", seeds=tuple(range(1001, 1033)), reach=0.5
)  # the sign is that of the penalty's test loss minus the one with more data
def data_or_penalty(seeds: list[int]) -> Tensor:
    """Measure the test loss with 40 examples and the oracle λ, and with 80 and λ = 0: (S, 2)."""
    w = 2 / torch.arange(1.0, 31.0)
    oracle = 30 / (40 * w.square().sum().item())
    rows = []
    for seed in seeds:
        some, more = (synthetic_regression(n, 1000, 30, w=w, b=0.0, noise=1.0, seed=seed) for n in (40, 80))
        rows.append([_loss_without_bias(some, oracle), _loss_without_bias(more, 0.0)])
    return torch.tensor(rows)


def _loss_without_bias(data: RegressionData, lambd: float) -> float:
    n, d = data.X_train.shape
    w = torch.linalg.solve(data.X_train.T @ data.X_train / n + lambd * torch.eye(d), data.X_train.T @ data.y_train / n)
    return ((data.X_test @ w - data.y_test) ** 2).mean().item() / 2


@exploration(
    "λ = 3 raises the test loss", "λ = 3 lowers the test loss", "no difference", seeds=tuple(range(501, 517)), reach=0.5
)  # sweeps take seeds below 1000
def ten_times_the_data(seeds: list[int]) -> Tensor:
    """Measure the test loss of the book's example with 200 examples from w = 0, at λ = 3 and λ = 0: (S, 2)."""
    data = {seed: synthetic_regression(200, 1000, 200, w=0.01, b=0.05, noise=0.01, seed=seed) for seed in seeds}
    options = {"num_epochs": 25, "init_std": 0.0, "num_seeds": len(seeds), "seed": seeds[0]}
    return sweep_weight_decay(data.__getitem__, [3.0, 0.0], **options).final("test_loss")


@exploration(
    "decaying the bias raises the test loss",
    "decaying the bias lowers the test loss",
    "no difference",
    seeds=tuple(range(1001, 1065)),
    reach=0.5,
)
def centred_bias(seeds: list[int]) -> Tensor:
    """Measure the test loss of ridge with centred targets, the bias decayed and not: (S, 2)."""
    rows = []
    for seed in seeds:
        data = synthetic_regression(20, 1000, 5, w=1.0, b=5.0, noise=0.1, seed=seed)
        X, X_test = (torch.cat([X, torch.ones(len(X), 1)], dim=1) for X in (data.X_train, data.X_test))
        centre = data.y_train.mean()
        for decay in (torch.ones(6), torch.tensor([1.0, 1, 1, 1, 1, 0])):
            w = torch.linalg.solve(X.T @ X / 20 + 0.3 * torch.diag(decay), X.T @ (data.y_train - centre) / 20)
            rows.append(((X_test @ w + centre - data.y_test) ** 2).mean() / 2)
    return torch.stack(rows).reshape(-1, 2)


@exploration("the norm ends above the prediction", "the norm ends below the prediction", "no difference")
def adam_norm(seeds: list[int]) -> Tensor:
    """Measure ‖w‖ after 100 steps of Adam at λ = 3, and the share of its start that decay leaves: (S, 2)."""
    drawn = [synthetic_regression(20, 1, 200, w=0.01, b=0.05, noise=0.01, seed=seed) for seed in seeds]
    X, y = (torch.stack([getattr(data, part) for data in drawn]) for part in ("X_train", "y_train"))
    start = torch.stack([torch.randn(200, 1, generator=init) for init in seeded(seeds, START)])  # (S, 200, 1)
    w, b = nn.Parameter(start.clone()), nn.Parameter(torch.zeros(len(seeds), 1, 1))
    groups = [{"params": [w], "weight_decay": 3.0}, {"params": [b], "weight_decay": 0.0}]
    optimizer, shuffles = torch.optim.Adam(groups, lr=0.003), seeded(seeds, BATCHES)
    for _ in range(25):
        order = torch.stack([torch.randperm(20, generator=shuffle) for shuffle in shuffles])  # (S, 20)
        for i in order[:, :, None].split(5, dim=1):
            X_i, y_i = X.take_along_dim(i, dim=1), y.take_along_dim(i, dim=1)
            optimizer.zero_grad()
            (((X_i @ w + b - y_i) ** 2).mean(dim=1) / 2).sum().backward()  # Adam treats each entry by itself
            optimizer.step()
    return torch.stack([w.detach().norm(dim=(1, 2)), (1 - 0.003 * 3.0) ** 100 * start.norm(dim=(1, 2))], dim=1)
