"""Right and wrong answers to the exercises on dropout from scratch; each wrong one with words of its diagnosis."""

import math

import numpy as np
import torch
from torch import nn


def sampled_variance(mean, variance, p):
    """Measure it on normal activations, moved and scaled so that their mean and variance are exact."""
    h = torch.randn(1_000_000, dtype=torch.double)
    h = mean + (h - h.mean()) * (variance / h.var()) ** 0.5
    moment = (1 - p) * (h / (1 - p)).square().mean()
    return moment - mean**2


def connect(X, W, b, p):
    keep = torch.rand(len(X), *W.shape) >= p
    return torch.einsum("nd,ndh->nh", X, keep * W / (1 - p)) + b


def connect_with_torch(X, W, b, p):
    return torch.bmm(X[:, None], nn.functional.dropout(W.expand(len(X), -1, -1), p)).squeeze(1) + b


def connect_in_a_loop(X, W, b, p):
    rows = [x[:, None] * W for x in X]
    return torch.stack([nn.functional.dropout(row, p).sum(dim=0) for row in rows]) + b


def with_mask(shape, scale=lambda p: 1 / (1 - p), keeps=torch.ge, seed=None):
    """Make a DropConnect whose mask has this shape, of sizes n, d and h; scale and comparison can be wrong, too."""

    def dropconnect(X, W, b, p):
        if seed is not None:
            torch.manual_seed(seed)
        keep = keeps(torch.rand(*shape(len(X), *W.shape)), p)
        return torch.einsum("nd,ndh->nh", X, keep * W * scale(p)) + b

    return dropconnect


def full(n, d, h):
    return n, d, h


def gaussian(X, p):
    return X * (1 + (p / (1 - p)) ** 0.5 * torch.randn(X.shape))


def additive(X, p):
    return X + math.sqrt(p / (1 - p)) * X.detach().abs() * torch.randn_like(X)


def uniform(X, p):
    return X + X * (p / (1 - p)) ** 0.5 * 12**0.5 * (torch.rand(X.shape) - 0.5)


def lognormal(X, p):
    variance = math.log(1 + p / (1 - p))
    return X * torch.exp(variance**0.5 * torch.randn(X.shape) - variance / 2)


def two_points(X, p):
    """Weaken half of the units, and strengthen the others."""
    return X * (1 + (p / (1 - p)) ** 0.5 * (2 * torch.randint(2, X.shape) - 1))


def factor(noise):
    """Make noise that multiplies X by 1 plus this function of X and the strength of dropout, p / (1 − p)."""
    return lambda X, p: X * (1 + noise(X, p / (1 - p)))


def seeded(noise):
    def own_noise(X, p):
        torch.manual_seed(1)
        return noise(X, p)

    return own_noise


def with_numpy(X, p):
    draws = np.random.default_rng().normal(1, (p / (1 - p)) ** 0.5, X.shape)
    return torch.from_numpy(X.detach().numpy() * draws)


RIGHT = [
    ("p_for_variance", lambda h, variance: variance / (variance + h**2)),
    ("p_for_variance", lambda h, variance: torch.tensor([1 - 1 / (1 + variance / h**2)])),
    ("activation_variance", lambda mean, variance, p: (variance + mean**2) / (1 - p) - mean**2),
    ("activation_variance", lambda mean, variance, p: variance + p / (1 - p) * (variance + mean**2)),
    ("activation_variance", sampled_variance),
    ("dropconnect", connect),
    ("dropconnect", connect_with_torch),
    ("dropconnect", connect_in_a_loop),
    ("own_noise", gaussian),
    ("own_noise", additive),
    ("own_noise", uniform),
    ("own_noise", lognormal),
    ("own_noise", two_points),
]

WRONG = {
    "p_for_variance": [
        (lambda h, variance: variance / h**2, "solve for p"),
        (lambda h, variance: h**2 / (variance + h**2), "the probability of keeping"),
        (lambda h, variance: variance / (variance + h), "h must be squared"),
        (lambda h, variance: (1 - math.sqrt(1 - 4 * variance / h**2)) / 2, "without the division"),
        (lambda h, variance: variance**2 / (variance**2 + h**2), "the square of the standard deviation already"),
        (lambda h, variance: variance / (1 + variance), r"it returned 0.6, expected 0.1429$"),
    ],
    "activation_variance": [
        (lambda mean, variance, p: variance, "keeps the mean, not the variance"),
        (lambda mean, variance, p: (variance + mean**2) / (1 - p), "second moment"),
        (lambda mean, variance, p: p / (1 - p) * (variance + mean**2), "only what dropout adds"),
        (lambda mean, variance, p: variance + p / (1 - p) * mean**2, r"average h² over the examples"),
        (lambda mean, variance, p: p / (1 - p) * mean**2, "the examples differ, too"),
        (lambda mean, variance, p: variance / (1 - p), "right at mean = 0"),
        (lambda mean, variance, p: variance / (1 - p) ** 2, "drops none"),
        (lambda mean, variance, p: (1 - p) * (variance + p * mean**2), "without the division by 1 - p"),
    ],
    "dropconnect": [
        (lambda X, W, b, p: X @ W + b, "nothing is dropped"),
        (lambda X, W, b, p: X @ nn.functional.dropout(W, p) + b, "one mask serves all examples"),
        (lambda X, W, b, p: nn.functional.dropout(X, p) @ W + b, "whole inputs are dropped, as dropout does"),
        (lambda X, W, b, p: nn.functional.dropout(X @ W, p) + b, "whole outputs are dropped: "),
        (lambda X, W, b, p: nn.functional.dropout(X @ W + b, p), "whole outputs are dropped, b too"),
        (lambda X, W, b, p: connect(X, W, 0 * b, p), "b is missing"),
        (lambda X, W, b, p: connect(X, W, b / (1 - p), p), "b is scaled too"),
        (
            lambda X, W, b, p: connect(X, W, nn.functional.dropout(b.expand(len(X), -1), p), p),
            "b is dropped too",
        ),
        (with_mask(full, scale=lambda p: 1), "the kept weights are not scaled"),
        (with_mask(full, scale=lambda p: 1 - p), "multiplied by 1 - p: divide"),
        (with_mask(full, scale=lambda p: 1 / p if p else 1), "it divides by p"),
        (with_mask(full, keeps=torch.lt), "it keeps with probability p"),
        (
            lambda X, W, b, p: with_mask(full, lambda p: 1 / p if p else 1, torch.lt)(X, W, b, p),
            "p is the probability of dropping, not of keeping",
        ),
        (with_mask(full, seed=1), "the same weights at every call"),
        (with_mask(lambda n, d, h: (1, d, h)), "one mask serves all examples"),
        (with_mask(lambda n, d, h: (n, d, 1)), "whole inputs are dropped"),
        (with_mask(lambda n, d, h: (n, 1, h)), "whole outputs are dropped"),
        (lambda X, W, b, p: connect(X[:1].expand(len(X), -1), W, b, p), r"p = 0 it returned"),
        (lambda X, W, b, p: connect(X, W.detach(), b, p), "it lost the gradient"),
        (lambda X, W, b, p: connect(X, W, b, p)[:, :, None], r"returned shape \(20000, 2, 1\), expected \(20000, 2\)"),
        (lambda X, W, b, p: connect(X, W.mul_(1), b.add_(1), p), "changed b in place"),
    ],
    "own_noise": [
        (nn.functional.dropout, "sets 20% of the units to 0: that is dropout itself"),
        (lambda X, p: X, "it adds no noise"),
        (seeded(gaussian), "the same numbers at every call"),
        (factor(lambda X, v: v**0.5 * torch.randn(1)), "one draw serves all entries"),
        (factor(lambda X, v: v**0.5 * torch.randn(X.shape[-1])), "one draw serves all entries"),
        (factor(lambda X, v: v**0.5 * torch.randn(len(X), 1)), "entries share their noise"),
        (lambda X, p: X + (p / (1 - p)) ** 0.5 * torch.randn(X.shape), "whose output is 0 got noise"),
        (
            lambda X, p: X + (X != 0) * (p / (1 - p)) ** 0.5 * torch.randn(X.shape),
            "does not grow with X: multiply it by X",
        ),
        (lambda X, p: X + (p / (1 - p) * X.abs()) ** 0.5 * torch.randn(X.shape), "its variance with X²"),
        (lambda X, p: X * (p / (1 - p)) ** 0.5 * torch.randn(X.shape), "the factor has mean 0"),
        (lambda X, p: gaussian(X, p) * (1 - p), "as if units had been dropped"),
        (factor(lambda X, v: v**0.5 * torch.rand(X.shape)), "torch.rand has mean 1/2"),
        (factor(lambda X, v: v**0.5 * (torch.rand(X.shape) - 0.5)), "a variance of 1/12"),
        (factor(lambda X, v: v * torch.randn(X.shape)), "its square: scale the noise by the standard deviation"),
        (factor(lambda X, v: v**0.25 * torch.randn(X.shape)), "its root"),
        (lambda X, p: X * (1 + p**0.5 * torch.randn(X.shape)), "p alone"),
        (lambda X, p: X * (1 + p * torch.randn(X.shape)), "its standard deviation is p"),
        (lambda X, p: X * (1 + (p * (1 - p)) ** 0.5 * torch.randn(X.shape)), "without the division by 1 - p"),
        (
            lambda X, p: X * (1 + ((1 - p) / p if p else 0) ** 0.5 * torch.randn(X.shape)),
            "p and 1 - p are swapped",
        ),
        (with_numpy, "it lost the gradient"),
        (lambda X, p: gaussian(X.detach(), p) + 0 * torch.ones(1, requires_grad=True), "no gradient reaches its input"),
        (lambda X, p: gaussian(X, p)[0], r"returned shape \(3,\), expected \(20000, 3\)"),
        (lambda X, p: gaussian(X, p) if p else X + 1, "p = 0 it returned"),
    ],
}
