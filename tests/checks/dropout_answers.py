"""Right and wrong answers to the exercises on dropout from scratch; each wrong one with words of its diagnosis."""

import math

import numpy as np
import torch
from torch import nn

from helpers import dropout_layer


def guarded(p):
    if not 0 <= p <= 1:
        raise ValueError(p)


def book_dropout(X, p):
    """Drop out as the book does, with an error in place of its assert."""
    guarded(p)
    if p == 1:
        return torch.zeros_like(X)
    return (torch.rand(X.shape) > p).float() * X / (1 - p)


def numpy_mask(X, p):
    guarded(p)
    return X * torch.from_numpy(np.random.default_rng().random(X.shape) >= p) / max(1 - p, 1e-9)


def masked(mask, scale=lambda p: 1 / (1 - p)):
    """Make a dropout with this mask, with nothing else wrong."""

    def dropout(X, p):
        guarded(p)
        return X * 0 if p == 1 else X * mask(X, p) * scale(p)

    return dropout


def uniform(X, p):
    return (torch.rand(X.shape) >= p).float()


def seeded(X, p):
    torch.manual_seed(1)
    return uniform(X, p)


def in_place_dropout(X, p):
    X[torch.rand(X.shape) < p] = 0
    return X / (1 - p)


def asserted(X, p):
    assert 0 <= p <= 1
    return dropout_layer(X, p)


RIGHT = [
    ("dropout", book_dropout),
    ("dropout", dropout_layer),
    ("dropout", nn.functional.dropout),
    ("dropout", numpy_mask),
    ("keep_variance", lambda h, p: p / (1 - p) * h**2),
    ("keep_variance", lambda h, p: torch.tensor((1 - p) * (h / (1 - p)) ** 2 - h**2)),  # E[h'²] - E[h']²
]

WRONG = {
    "dropout": [
        (
            masked(lambda X, p: torch.randn(X.shape) > p),
            r"entries is 0\.(59|60)\d*, expected 0.25: torch.randn is normal",
        ),
        (masked(lambda X, p: torch.randn(X.shape) < p), r"entries is 0\.(39|40)\d*, .* the wrong way round"),
        (masked(uniform, scale=lambda p: 1), "not scaled"),
        (
            masked(uniform, scale=lambda p: 1 / p if p else 1),
            "1 / p would be right if p were the probability of keeping",
        ),
        (masked(uniform, scale=lambda p: 1 - p), "the mean shrinks twice"),
        (masked(lambda X, p: uniform(X, p) * (1 + torch.rand(X.shape))), "by different factors, 1.3.* to 2.6"),
        (masked(lambda X, p: torch.rand(X.shape) < p), "it keeps with probability p"),
        (masked(lambda X, p: 1), "nothing is dropped"),
        (masked(lambda X, p: uniform(X[0], p)), "one mask for all rows"),
        (masked(lambda X, p: uniform(X[:, :1], p)), "whole rows"),
        (masked(seeded), "the same units at every call"),
        (lambda X, p: X * uniform(X, p) / (1 - p), "p = 1 it returned nan or inf"),
        (lambda X, p: X * uniform(X, p) * (1 / (1 - p)), "p = 1 it raised ZeroDivisionError"),
        (lambda X, p: X if p == 1 else masked(uniform)(X, p), r"p = 1 it returned .*, expected \[\[0, 0\], \[0, 0\]\]"),
        (lambda X, p: None if p == 1 else masked(uniform)(X, p), "p = 1 it returned nothing"),
        (lambda X, p: masked(uniform)(X, p) * (p > 0), "p = 0 drops nothing"),
        (lambda X, p: dropout_layer(X, min(p, 1)), "p = 1.5 it raised no error, expected a ValueError"),
        (lambda X, p: dropout_layer(X, max(p, 0)), "p = -0.5 it raised no error, expected a ValueError"),
        (asserted, "it raised AssertionError, expected ValueError: python -O"),
        (in_place_dropout, "changed X in place"),
        (lambda X, p: dropout_layer(X.detach(), p), "lost the gradient"),
        (lambda X, p: dropout_layer(X, p).detach().numpy(), "lost the gradient"),
        (lambda X, p: dropout_layer(X, p).detach() + X - X.detach(), "the gradient of the sum"),
        (lambda X, p: dropout_layer(X, p).flatten(), r"returned shape \(20000,\), expected \(200, 100\)"),
    ],
    "keep_variance": [
        (lambda h, p: p * (1 - p) * h**2, "that is without scaling"),
        (lambda h, p: h**2 / (1 - p), "the second moment"),
        (lambda h, p: h * math.sqrt(p / (1 - p)), "the standard deviation"),
        (lambda h, p: p / (1 - p) * h, "h must be squared"),
        (lambda h, p: (1 - p) / p * h**2, "swapped"),
    ],
}
