"""Right and wrong answers to the exercises on one's own network; each wrong one with words of its diagnosis."""

import numpy as np
from torch import nn


def cnn(p, *, last=(), image=(1, 8, 8), layer=nn.Dropout):
    first = [nn.Unflatten(1, image), nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten()]
    return nn.Sequential(*first, layer(p), nn.Linear(144, 10), *last)


class Own(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.first, self.dropout, self.last = nn.Conv2d(1, 2, 8), nn.Dropout2d(p), nn.LazyLinear(10)

    def forward(self, X):
        return self.last(self.dropout(self.first(X.view(-1, 1, 8, 8)).relu()).flatten(1))


def paired(plain, regularized, spread=lambda gains: gains.std() / len(gains) ** 0.5):
    gains = regularized - plain
    return gains.mean(), spread(gains)


def by_numpy(plain, regularized):
    gains = np.subtract(regularized.tolist(), plain.tolist())
    return [gains.mean(), gains.std(ddof=1) / np.sqrt(len(gains))]


RIGHT = [("small_cnn", cnn), ("small_cnn", Own), ("paired_gain", paired), ("paired_gain", by_numpy)]

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
    "paired_gain": [
        (lambda plain, regularized: regularized.mean() - plain.mean(), "two numbers"),
        (lambda plain, regularized: paired(regularized, plain), "regularized minus plain"),
        (
            lambda plain, regularized: paired(plain, regularized, lambda g: g.std()),
            "standard deviation of single gains",
        ),
        (lambda plain, regularized: paired(plain, regularized, lambda g: g.std() / len(g)), "not std / S"),
        (
            lambda plain, regularized: paired(plain, regularized, lambda g: g.std(correction=0) / len(g) ** 0.5),
            "with S - 1",
        ),
        (
            lambda plain, regularized: (
                (regularized - plain).mean(),
                ((plain.var() + regularized.var()) / len(plain)) ** 0.5,
            ),
            "treats the two as independent",
        ),
        (
            lambda plain, regularized: paired(plain, regularized, lambda g: g.var() / len(g)),
            "that is the square of the standard error",
        ),
    ],
}
