"""Right and wrong reports of the experiments of chapters 1 and 2: a mean, its standard error, a claim."""

from functools import cache

import torch
from sklearn.linear_model import Ridge
from torch import nn

from helpers import sweep_weight_decay, synthetic_regression
from tests.checks.reports import mistakes, of, report, unpaired


def by_ridge(data, lambd, n, fit_intercept=False):
    """Return the test loss of scikit-learn's ridge on the first n examples."""
    model = Ridge(alpha=n * lambd, fit_intercept=fit_intercept)
    model.fit(data.X_train[:n].numpy(), data.y_train[:n].numpy().ravel())
    return ((model.predict(data.X_test.numpy()) - data.y_test.numpy().ravel()) ** 2).mean() / 2


@cache
def penalty_and_data(seeds, lambd=None, n=80):
    w = 2 / torch.arange(1.0, 31.0)
    lambd = 30 / (40 * w.square().sum().item()) if lambd is None else lambd
    sets = [synthetic_regression(80, 500, 30, w=w, b=0.0, noise=1.0, seed=seed) for seed in seeds]
    return torch.tensor([[by_ridge(data, lambd, 40), by_ridge(data, 1e-9, n)] for data in sets])


def pinv_and_solve(seeds):
    differences = []
    for seed in seeds:
        w = torch.tensor([2 / j for j in range(1, 31)])
        losses = []
        for n, lambd in ((40, 30 / (40 * (w @ w).item())), (80, 0.0)):
            data = synthetic_regression(n, 1000, 30, w=w, b=0.0, noise=1.0, seed=seed)
            X = torch.cat([data.X_train, (n * lambd) ** 0.5 * torch.eye(30)])  # each penalty is one more example
            y_hat = data.X_test @ (torch.linalg.pinv(X) @ torch.cat([data.y_train, torch.zeros(30, 1)]))
            losses.append(((y_hat - data.y_test) ** 2).mean() / 2)
        differences.append(losses[0] - losses[1])
    return report(differences)


@cache
def two_hundred(seeds, init_std=0.0, lambdas=(3.0, 0.0), n=200, noise=0.01):
    sets = {seed: synthetic_regression(n, 500, 200, w=0.01, b=0.05, noise=noise, seed=seed) for seed in seeds}
    options = {"num_epochs": 25, "init_std": init_std, "num_seeds": len(seeds), "seed": seeds[0], "record_every": 25}
    return sweep_weight_decay(sets.__getitem__, lambdas, **options).final("test_loss")


def gradient_descent_on_all(seeds):
    """Train all seeds in one loop of full batches, as long as 25 epochs of minibatches of 5."""
    sets = [synthetic_regression(200, 1000, 200, w=0.01, b=0.05, noise=0.01, seed=seed) for seed in seeds]
    X, y, X_test, y_test = (
        torch.stack([getattr(one, part) for one in sets]) for part in ("X_train", "y_train", "X_test", "y_test")
    )
    losses = []
    for lambd in (3.0, 0.0):
        w, b = torch.zeros(len(sets), 200, 1), torch.zeros(len(sets), 1, 1)
        for _ in range(100):
            residual = X @ w + b - y
            w, b = w - 0.03 * (X.mT @ residual / 200 + lambd * w), b - 0.03 * residual.mean(dim=1, keepdim=True)
        losses.append(((X_test @ w + b - y_test) ** 2).mean(dim=(1, 2)) / 2)
    return report(losses[0] - losses[1])


@cache
def bias_arms(seeds, centred=True, n=20):
    rows = []
    for seed in seeds:
        data = synthetic_regression(n, 1000, 5, w=1.0, b=5.0, noise=0.1, seed=seed)
        X, X_test = (torch.cat([X, torch.ones(len(X), 1)], dim=1) for X in (data.X_train, data.X_test))
        shift = data.y_train.mean() if centred else 0.0
        y, y_test = data.y_train - shift, data.y_test - shift
        w = torch.linalg.solve(X.T @ X / n + 0.3 * torch.eye(6), X.T @ y / n)
        rows.append([((X_test @ w - y_test) ** 2).mean().item() / 2, by_ridge(data, 0.3, n, fit_intercept=True)])
    return torch.tensor(rows)


def trained_bias(seeds):
    """Train both kinds of groups with SGD, all seeds at once."""
    sets = [synthetic_regression(20, 1000, 5, w=1.0, b=5.0, noise=0.1, seed=seed) for seed in seeds]
    X, y, X_test, y_test = (
        torch.stack([getattr(one, part) for one in sets]) for part in ("X_train", "y_train", "X_test", "y_test")
    )
    y_test, y = y_test - y.mean(dim=1, keepdim=True), y - y.mean(dim=1, keepdim=True)
    losses = []
    for decay in (0.3, 0.0):
        w, b = nn.Parameter(torch.zeros(len(sets), 5, 1)), nn.Parameter(torch.zeros(len(sets), 1, 1))
        optimizer = torch.optim.SGD(
            [{"params": [w], "weight_decay": 0.3}, {"params": [b], "weight_decay": decay}], lr=0.2
        )
        for _ in range(300):
            optimizer.zero_grad()
            (((X @ w + b - y) ** 2).mean(dim=1) / 2).sum().backward()
            optimizer.step()
        losses.append(((X_test @ w + b - y_test) ** 2).detach().mean(dim=(1, 2)) / 2)
    return report(losses[0] - losses[1])


@cache
def norms(seeds, make_optimizer=torch.optim.Adam, scale=1.0):
    """Return the final and the predicted norms; all seeds train at once, on minibatches of the same places."""
    sets = [synthetic_regression(20, 1, 200, w=0.01, b=0.05, noise=0.01, seed=seed) for seed in seeds]
    X, y = (torch.stack([getattr(one, part) for one in sets]) for part in ("X_train", "y_train"))
    draw = torch.Generator().manual_seed(seeds[0])
    start = scale * torch.randn(len(sets), 200, 1, generator=draw)
    w, b = nn.Parameter(start.clone()), nn.Parameter(torch.zeros(len(sets), 1, 1))
    optimizer = make_optimizer([{"params": [w], "weight_decay": 3.0}, {"params": [b], "weight_decay": 0}], lr=0.003)
    for _ in range(25):
        for i in torch.randperm(20, generator=draw).split(5):
            optimizer.zero_grad()
            (((X[:, i] @ w + b - y[:, i]) ** 2).mean(dim=1) / 2).sum().backward()
            optimizer.step()
    return torch.stack([w.detach().norm(dim=(1, 2)), (1 - 0.003 * 3) ** 100 * start.norm(dim=(1, 2))], dim=1)


@cache
def norms_by_hand(seeds):
    """Train with minibatches, and Adam written out."""
    rows = []
    for seed in seeds[:12]:  # a test: twelve are enough
        data, draw = synthetic_regression(20, 1, 200, seed=seed), torch.Generator().manual_seed(seed)
        X, y = data.X_train, data.y_train
        w, b, m, v = torch.randn(200, 1, generator=draw), torch.zeros(1), torch.zeros(200, 1), torch.zeros(200, 1)
        predicted = w.norm() * 0.991**100
        for t in range(1, 101):
            i = torch.randperm(20, generator=draw)[:5]
            residual = X[i] @ w + b - y[i]
            grad = X[i].T @ residual / 5 + 3.0 * w
            m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
            w = w - 0.003 * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
            b = b - 0.003 * residual.mean().sign()
        rows.append([w.norm(), predicted])
    return torch.tensor(rows)


DATA, MORE, BIAS = "twice the data is better", "λ = 3 raises the test loss", "decaying the bias raises the test loss"
ABOVE = "the norm ends above the prediction"

RIGHT = [
    ("data_or_penalty", of(penalty_and_data), DATA),
    ("data_or_penalty", pinv_and_solve, DATA),
    ("ten_times_the_data", of(two_hundred), MORE),
    ("ten_times_the_data", gradient_descent_on_all, MORE),
    ("centred_bias", of(bias_arms), BIAS),
    ("centred_bias", trained_bias, BIAS),
    ("adam_norm", of(norms), ABOVE),
    ("adam_norm", of(norms_by_hand), ABOVE),
]

WRONG = {
    "data_or_penalty": [
        *mistakes(penalty_and_data, DATA),
        (of(penalty_and_data), "which speaks for 'twice the data is better'", "the penalty is better"),
        (of(lambda seeds: penalty_and_data(seeds, n=40)), "the sign is reversed|setting that of the text", DATA),
    ],
    "ten_times_the_data": [
        *mistakes(two_hundred, MORE),
        (of(two_hundred), "which speaks for 'λ = 3 raises the test loss'", "λ = 3 lowers the test loss"),
        (of(two_hundred), "which speaks for 'λ = 3 raises the test loss'", "no difference"),
        (of(lambda seeds: two_hundred(seeds, 1.0)), "is the setting that of the text", MORE),
        (of(lambda seeds: two_hundred(seeds, n=20)), "the sign is reversed|the setting that of the text", MORE),
    ],
    "centred_bias": [
        *mistakes(bias_arms, BIAS),
        (of(bias_arms), "which speaks for 'decaying the bias raises", "no difference"),
        (of(lambda seeds: bias_arms(seeds, centred=False)), "is the setting that of the text", BIAS),
        (unpaired(bias_arms), "subtract seed by seed first", BIAS),
        (lambda seeds: (0.0, 0.0), "does the seed play a part", BIAS),
    ],
    "adam_norm": [
        *mistakes(norms, ABOVE),
        (of(norms), "which speaks for 'the norm ends above", "the norm ends below the prediction"),
        (of(lambda seeds: norms(seeds, torch.optim.AdamW)), "is the setting that of the text", ABOVE),
        (of(lambda seeds: norms(seeds, scale=0.04)), "is the setting that of the text", ABOVE),
        (of(lambda seeds: norms(seeds)[:, 0]), "is the setting that of the text", ABOVE),
    ],
}
