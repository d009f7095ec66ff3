"""Right and wrong answers to the exercises on an own table and network; each wrong one with words of its diagnosis."""

import math

import torch
from sklearn.linear_model import Ridge
from torch import nn

from helpers.selection import ridge_path


def cnn(p, *, last=(), image=(1, 8, 8), layer=nn.Dropout):
    first = [nn.Unflatten(1, image), nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten()]
    return nn.Sequential(*first, layer(p), nn.Linear(144, 10), *last)


class Own(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.first, self.dropout, self.last = nn.Conv2d(1, 2, 8), nn.Dropout2d(p), nn.LazyLinear(10)

    def forward(self, X):
        return self.last(self.dropout(self.first(X.view(-1, 1, 8, 8)).relu()).flatten(1))


def by_predictions(w, b, mean, std):
    """Read the weights off the predictions for a row of zeros and for the rows of the unit matrix."""
    rows = torch.cat([torch.zeros(1, len(w)), torch.eye(len(w))])
    predictions = (rows - mean) / std @ w + b
    return [(predictions[1:] - predictions[0]).tolist(), predictions[0].item()]


def by_counting(std, gain):
    num_seeds = 2
    while 3 * std / num_seeds**0.5 > gain:
        num_seeds += 1
    return num_seeds


def errors(X, y, lambdas, folds, mean_of=lambda rows: rows, std_of=lambda rows: rows, score=torch.mean):
    found = []
    for train, held_out in folds:
        mean, std = X[mean_of(train)].mean(dim=0), X[std_of(train)].std(dim=0)
        w, b = ridge_path((X[train] - mean) / std, y[train], lambdas)
        found.append(score(((X[held_out] - mean) / std @ w + b - y[held_out]) ** 2, dim=0))
    return torch.stack(found)


def errors_by_sklearn(X, y, lambdas, folds):
    found = []
    for train, held_out in folds:
        mean, std = X[train].mean(dim=0), X[train].std(dim=0)
        Z, Z_new = ((X[rows] - mean) / std for rows in (train, held_out))
        fits = [Ridge(alpha=len(train) * float(lambd)).fit(Z.numpy(), y[train, 0].numpy()) for lambd in lambdas]
        found.append([((fit.predict(Z_new.numpy()) - y[held_out, 0].numpy()) ** 2).mean() for fit in fits])
    return found


def all_rows(rows):
    return slice(None)


def each_by_its_own(X, y, lambdas, folds):
    found = []
    for train, held_out in folds:
        Z, Z_new = ((X[rows] - X[rows].mean(dim=0)) / X[rows].std(dim=0) for rows in (train, held_out))
        w, b = ridge_path(Z, y[train], lambdas)
        found.append((Z_new @ w + b - y[held_out]).square().mean(dim=0))
    return torch.stack(found)


def with_n_in_std(X, y, lambdas, folds):
    found = []
    for train, held_out in folds:
        mean, std = X[train].mean(dim=0), X[train].std(dim=0, correction=0)
        w, b = ridge_path((X[train] - mean) / std, y[train], lambdas)
        found.append((((X[held_out] - mean) / std) @ w + b - y[held_out]).square().mean(dim=0))
    return torch.stack(found)


def as_they_are(X, y, lambdas, folds):
    fits = [ridge_path(X[train], y[train], lambdas) for train, _ in folds]
    return torch.stack(
        [(X[rows] @ w + b - y[rows]).square().mean(dim=0) for (w, b), (_, rows) in zip(fits, folds, strict=True)]
    )


RIGHT = [
    ("small_cnn", cnn),
    ("small_cnn", Own),
    ("in_units", lambda w, b, mean, std: (w / std, b - (w * mean / std).sum())),
    ("in_units", by_predictions),
    ("seeds_needed", lambda std, gain: max(2, math.ceil((3 * std / gain) ** 2))),
    ("seeds_needed", by_counting),
    ("fold_errors", errors),
    ("fold_errors", errors_by_sklearn),
]

WRONG = {
    "small_cnn": [
        (lambda p: [cnn(p)], "returned a list, expected an nn.Module"),
        (lambda p: nn.Sequential(nn.Dropout(p), nn.Linear(64, 10)), "no nn.Conv2d"),
        (lambda p: cnn(p, layer=lambda p: nn.Identity()), "no nn.Dropout: a sweep"),
        (lambda p: cnn(0.5), "without p uses 0.5"),
        (lambda p: cnn(1 - p), "not of keeping"),
        (lambda p: cnn(p, last=[nn.Dropout(p)]), "erases the logits"),
        (lambda p: cnn(p, last=[nn.Linear(10, 3)]), r"it returns \(5, 3\), expected \(5, 10\)"),
        (lambda p: cnn(p, image=(64, 1, 1)), "cannot be used: RuntimeError"),
    ],
    "in_units": [
        (lambda w, b, mean, std: (w * std, b - (w * mean / std).sum()), "w is multiplied by std"),
        (lambda w, b, mean, std: (w, b), "w is unchanged"),
        (lambda w, b, mean, std: (w / std, b), "b is unchanged"),
        (lambda w, b, mean, std: (w / std, b + (w * mean / std).sum()), "b needs a minus sign"),
        (lambda w, b, mean, std: (w / std, b - (w * mean).sum()), "b lacks the division by std"),
        (lambda w, b, mean, std: (w / std, b - mean / std), r"returned shape \(2,\), expected \(\)"),
        (lambda w, b, mean, std: w / std, "it must return w and b"),
    ],
    "seeds_needed": [
        (lambda std, gain: math.ceil((std / gain) ** 2), "one standard error is not enough"),
        (lambda std, gain: math.ceil(3 * std / gain), "falls with the root"),
        (lambda std, gain: int((3 * std / gain) ** 2), "it is rounded down"),
        (lambda std, gain: (3 * std / gain) ** 2, "not rounded up"),
        (lambda std, gain: math.ceil(3 * (std / gain) ** 2), "three must be squared"),
        (lambda std, gain: math.ceil((3 * gain / std) ** 2), "swapped"),
        (lambda std, gain: math.ceil((3 * std / gain) ** 2), "a single seed has no standard deviation"),
    ],
    "fold_errors": [
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, folds, all_rows, all_rows), "knows the rows it holds out"),
        (as_they_are, "nothing is standardized"),
        (with_n_in_std, "n in place of n - 1"),
        (each_by_its_own, "by their own mean and std"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, [(a, a) for a, _ in folds]), "error on the rows trained"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, [(b, a) for a, b in folds]), "trains on the held-out"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, folds) / 2, "half of what it must be"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, folds, score=torch.sum), "the sum over the held-out rows"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, folds).sqrt(), "root of the mean squared error"),
        (lambda X, y, lambdas, folds: errors(X, y, lambdas, folds).mean(dim=0), r"shape \(3,\), expected \(5, 3\)"),
    ],
}
