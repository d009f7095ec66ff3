"""Right and wrong answers to the exercises of chapter 2, weight decay in PyTorch; each wrong one with its diagnosis."""

import torch


def split(net, decayed, rest, is_weight=lambda name, param: param.ndim >= 2):
    """Make two groups with these further entries: the weights, and all other parameters."""
    params = {kind: [p for n, p in net.named_parameters() if is_weight(n, p) == kind] for kind in (True, False)}
    return [{"params": params[True], **decayed}, {"params": params[False], **rest}]


def weight_by_name(name, param):
    return name.endswith("weight")


def lazy_groups(net, lambd):
    yield {"params": (param for param in net.parameters() if param.ndim < 2)}
    for param in net.parameters():
        if param.ndim >= 2:
            yield {"params": param, "weight_decay": torch.tensor(lambd), "lr": 0.1}


def most_probable(X, y, alpha, mean):
    """Return the w that minimizes ``‖X w − y‖² + Σ α_j (w_j − mean_j)²``."""
    return torch.linalg.solve(X.T @ X + alpha.flatten().diag(), X.T @ y + alpha * mean)


def by_more_rows(X, y, sigma, mean, tau):
    """Each weight's prior is one more example."""
    rows = torch.cat([X / sigma, torch.diag(1 / tau.flatten())])
    return torch.linalg.lstsq(rows, torch.cat([y / sigma, mean / tau])).solution


def by_descent(X, y, sigma, mean, tau):
    w = mean.clone()
    for _ in range(3000):
        w -= 0.02 * (X.T @ (X @ w - y) / sigma**2 + (w - mean) / tau**2)
    return w


def broadcast(X, y, sigma, mean, tau):
    return torch.linalg.solve(X.T @ X / sigma**2 + 1 / tau**2, X.T @ y / sigma**2 + mean / tau**2)


def broadcast_flat(X, y, sigma, mean, tau):
    return torch.linalg.solve(X.T @ X / sigma**2 + 1 / tau.flatten() ** 2, X.T @ y / sigma**2 + mean / tau**2)


def diagonal_of_a_column(X, y, sigma, mean, tau):
    return torch.linalg.solve(X.T @ X / sigma**2 + torch.diag(1 / tau**2), X.T @ y / sigma**2 + mean / tau**2)


def unweighted_mean(X, y, sigma, mean, tau):
    return torch.linalg.solve(X.T @ X / sigma**2 + torch.diag(1 / tau.flatten() ** 2), X.T @ y / sigma**2 + mean)


RIGHT = [
    ("sum_settings", lambda lr, lambd, batch_size: (lr / (2 * batch_size), 2 * batch_size * lambd)),
    ("sum_settings", lambda lr, lambd, B: torch.tensor([lr / B, 4 * B * lambd], requires_grad=True) / 2),
    ("prior_std", lambda lambd, n, sigma: sigma * (2 / (n * lambd)) ** 0.5),
    ("prior_std", lambda lambd, n, sigma: torch.tensor(sigma**2 / (n * (lambd / 2))).sqrt()),
    ("param_groups", lambda net, lambd: split(net, {"weight_decay": lambd}, {"weight_decay": 0})),
    ("param_groups", lambda net, lambd: tuple(split(net, {"weight_decay": lambd}, {"decay": 0}))),
    ("param_groups", lazy_groups),
    ("map_weights", lambda X, y, sigma, mean, tau: most_probable(X, y, (sigma / tau) ** 2, mean)),
    ("map_weights", by_more_rows),
    ("map_weights", by_descent),
]

WRONG = {
    "sum_settings": [
        (lambda lr, lambd, batch_size: (lr, lambd), "lr is unchanged, .*; λ is unchanged"),
        (lambda lr, lambd, batch_size: (lr / 2, 2 * lambd), "lr allows for the ½, .*; λ allows for the ½, "),
        (lambda lr, lambd, B: (lr / B, B * lambd), "lr allows for the sum, .*; λ allows for the sum, "),
        (lambda lr, lambd, B: (lr / (2 * B), lambd), "lr is right; λ is unchanged"),
        (lambda lr, lambd, B: (lr, 2 * B * lambd), "lr is unchanged, .*; λ is right"),
        (lambda lr, lambd, B: (2 * B * lr, lambd / (2 * B)), "must be divided; λ is divided, but must be multiplied"),
        (lambda lr, lambd, B: (B / 2 * lr, 2 / B * lambd), "lr is too large: .*; λ is too small"),
        (lambda lr, lambd, B: (2 * B * lambd, lr / (2 * B)), "swapped"),
        (lambda lr, lambd, B: lr / (2 * B), r"returned shape \(\), expected \(2,\)"),
        (lambda lr, lambd, B: (-lr, lambd), "cannot be used: ValueError: Invalid learning rate"),
        (lambda lr, lambd, B: (float("nan"), lambd), r"returned \[nan, 0.5\]"),
    ],
    "prior_std": [
        (lambda lambd, n, sigma: sigma / (n * lambd) ** 0.5, "that belongs to half_mse"),
        (lambda lambd, n, sigma: sigma / (2 * n * lambd) ** 0.5, "the wrong way round"),
        (lambda lambd, n, sigma: 2 * sigma**2 / (n * lambd), "that is the variance τ²: return its root"),
        (lambda lambd, n, sigma: sigma**2 / (n * lambd), "that is the variance for half_mse"),
        (lambda lambd, n, sigma: sigma * (2 / lambd) ** 0.5, "n is missing"),
        (lambda lambd, n, sigma: (2 * sigma / (n * lambd)) ** 0.5, "sigma is not squared"),
        (lambda lambd, n, sigma: (2 / (n * lambd)) ** 0.5, "sigma plays no part"),
        (lambda lambd, n, sigma: (n * lambd / 2) ** 0.5 / sigma, "the inverse"),
        (lambda lambd, n, sigma: sigma * (2 * n * lambd) ** 0.5, "n and lambd must divide"),
    ],
    "param_groups": [
        (
            lambda net, lambd: [{"params": net.parameters(), "weight_decay": lambd}],
            "bias is 0.3, expected 0: it is decayed",
        ),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {}, weight_by_name), "1.weight is 0.3, expected 0"),
        (lambda net, lambd: split(net, {}, {"weight_decay": lambd}), "weight is 0, expected 0.3: it is not decayed$"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {})[:1], "bias is missing"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {}) * 2, "weight is listed more than once"),
        (lambda net, lambd: [{"params": [*net.parameters()] * 2}], "weight is listed more than once"),
        (
            lambda net, lambd: split(net, {"decay": lambd}, {"weight_decay": 0}),
            "ignores decay, the key is weight_decay",
        ),
        (lambda net, lambd: split(net, {"wd": lambd}, {"wd": 0}), "ignores wd, the key is weight_decay"),
        (lambda net, lambd: split(net, {"weight_decay": 2 * lambd}, {}), "twice too much"),
        (lambda net, lambd: split(net, {"weight_decay": lambd / 2}, {}), "half of what it must be"),
        (lambda net, lambd: net.parameters(), "must return a list of dicts"),
        (lambda net, lambd: split(net, {"weight_decay": lambd}, {})[0], "must return a list of dicts"),
        (lambda net, lambd: torch.optim.SGD(net.parameters()), "cannot be used: TypeError: 'SGD'"),
        (lambda net, lambd: [{"weight_decay": lambd}], "cannot be used: KeyError: 'params'"),
    ],
    "map_weights": [
        (lambda X, y, sigma, mean, tau: most_probable(X, y, (sigma / tau) ** 2, 0 * mean), "the mean plays no part"),
        (
            lambda X, y, sigma, mean, tau: mean + most_probable(X, y, (sigma / tau) ** 2, 0 * mean),
            "then moved by the mean",
        ),
        (unweighted_mean, "the mean is not weighted"),
        (lambda X, y, sigma, mean, tau: most_probable(X, y, sigma**2 / tau, mean), "with 1/τ"),
        (lambda X, y, sigma, mean, tau: most_probable(X, y, (sigma * tau) ** 2, mean), "with τ²"),
        (lambda X, y, sigma, mean, tau: most_probable(X, y, 1 / tau**2, mean), "sigma plays no part"),
        (lambda X, y, sigma, mean, tau: most_probable(X, y, sigma / tau**2, mean), "with σ: "),
        (broadcast, "added to whole rows: broadcasting"),
        (broadcast_flat, "added to whole columns: broadcasting"),
        (diagonal_of_a_column, "torch.diag takes the diagonal of a column"),
        (lambda X, y, sigma, mean, tau: most_probable(X, y, 6 * (sigma / tau) ** 2, mean), "the data are averaged"),
        (lambda X, y, sigma, mean, tau: torch.linalg.pinv(X) @ y, "that is least squares"),
        (
            lambda X, y, sigma, mean, tau: most_probable(X, y, (sigma / tau) ** 2, mean)[:, 0],
            r"returned shape \(5,\), expected \(5, 1\)",
        ),
    ],
}
