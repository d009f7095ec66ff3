"""Right and wrong answers to the exercises on averages over masks; each wrong one with words of its diagnosis."""

import math

import torch
from sklearn.linear_model import Ridge

from helpers.thinned import exact_expectation


def p_by_search(alpha, n):
    """Find the p whose expected normal equations have the solution of Ridge(alpha), for one column of n rows."""
    x = torch.tensor([1.0, -1.0] * (n // 2), dtype=torch.double)[:, None]
    w = Ridge(alpha=alpha).fit(x.numpy(), 3 * x.numpy()[:, 0]).coef_.item()
    low, high = 0.0, 1 - 1e-9
    for _ in range(60):
        p = (low + high) / 2
        mean_square = exact_expectation(lambda factors: (x * factors).square().mean(), 1, p)
        low, high = (low, p) if 3 / mean_square < w else (p, high)
    return p


def by_counting(std, error):
    num_draws = 1
    while std / num_draws**0.5 > error:
        num_draws += 1
    return num_draws


def normalized(means):
    return means / means.sum(dim=1, keepdim=True)


def by_the_root(probs):
    """Take the root of each probability first, so that their product does not vanish."""
    return normalized((probs.double() ** (1 / len(probs))).prod(dim=0))


RIGHT = [
    ("p_of_alpha", lambda alpha, n: alpha / (n + alpha)),
    ("p_of_alpha", lambda alpha, n: 1 - 1 / (1 + alpha / n)),
    ("p_of_alpha", p_by_search),
    ("draws_needed", lambda std, error: math.ceil((std / error) ** 2)),
    ("draws_needed", by_counting),
    ("geometric_mean", lambda probs: probs.log().mean(dim=0).softmax(dim=1)),
    ("geometric_mean", by_the_root),
]

WRONG = {
    "p_of_alpha": [
        (lambda alpha, n: alpha / n, "that is λ = alpha / n: now solve"),
        (lambda alpha, n: (alpha / n) / (1 - alpha / n), r"it is λ that equals p / \(1 - p\)"),
        (lambda alpha, n: alpha / (1 + alpha), "alpha is not λ"),
        (lambda alpha, n: n * alpha / (1 + n * alpha), "divide by n"),
        (lambda alpha, n: n / (n + alpha), "probability of keeping"),
        (lambda alpha, n: 2 * alpha / (n + 2 * alpha), "twice too much"),
        (lambda alpha, n: alpha / (2 * n + alpha), "half of what it must be"),
        (lambda alpha, n: 60 / 260, "for alpha = 0, n = 200 it returned 0.2308, expected 0"),
    ],
    "draws_needed": [
        (lambda std, error: (std / error) ** 2, "it is not rounded up"),
        (lambda std, error: int((std / error) ** 2), "it is rounded down"),
        (lambda std, error: math.ceil(std / error), "falls with the root"),
        (lambda std, error: math.ceil((std / error) ** 0.5), "one too many"),
        (lambda std, error: math.ceil(error / std), "swapped"),
        (lambda std, error: math.ceil(std / error**2), "takes std for the variance"),
        (lambda std, error: round((std / error) ** 2), "one mask is the least|not rounded up|it is rounded down"),
    ],
    "geometric_mean": [
        (lambda probs: probs.mean(dim=0), "that is the arithmetic mean"),
        (lambda probs: probs.log().mean(dim=0).exp(), "do not sum to 1"),
        (lambda probs: probs.log().mean(dim=0), "not yet normalized"),
        (lambda probs: probs.log().mean(dim=0).log_softmax(dim=1), "those are logarithms"),
        (lambda probs: normalized(probs.prod(dim=0)), "that is the product: its T-th root is missing$"),
        (lambda probs: normalized(probs.prod(dim=0) ** (1 / len(probs))), "for 1000 draws it is not finite"),
        (lambda probs: probs.mean(dim=0).softmax(dim=1), "takes the softmax of probabilities"),
        (lambda probs: probs.log().mean(dim=0).softmax(dim=0), "each column"),
        (lambda probs: probs.log().mean(dim=1).softmax(dim=1), "the first row is|shape"),
    ],
}
