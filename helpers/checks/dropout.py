"""The checks of the exercises on dropout from scratch: its arithmetic, and other noise of the same strength."""

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read

N = 20_000  # examples in which a mean and a variance are measured


@exercise
def p_for_variance(answer: Answer) -> str:
    """Check ``p_for_variance(h, variance)``, the p at which h' has this variance."""
    h, variance = 3.0, 1.5
    known = {
        "that is p / (1 - p), the variance as a share of h²: solve for p": variance / h**2,
        "that is the probability of keeping, 1 - p": h**2 / (variance + h**2),
        "h must be squared": variance / (variance + h),
        "that is for dropout without the division by 1 - p": (1 - (1 - 4 * variance / h**2) ** 0.5) / 2,
        "the variance is the square of the standard deviation already": variance**2 / (variance**2 + h**2),
    }
    compare("it returned", read(answer(h=h, variance=variance)), variance / (variance + h**2), known)
    return "at p = 1/2 the noise is as large as h itself: its standard deviation is |h|"


@exercise
def activation_variance(answer: Answer) -> str:
    """Check ``activation_variance(mean, variance, p)``, of a unit's output under dropout, over examples and masks."""
    mean, variance, p = 2.0, 3.0, 0.2
    second = variance + mean**2  # E[h²]
    known = {
        "that is the variance without dropout, which keeps the mean, not the variance": variance,
        "that is the second moment E[h'²]: subtract the square of its mean": second / (1 - p),
        "that is only what dropout adds: add the variance that is there without it": p / (1 - p) * second,
        "p / (1 - p) h² is the variance for one h: average h² over the examples, E[h²] = variance + mean²": variance
        + p / (1 - p) * mean**2,
        "that is the noise on an example with h = mean: the examples differ, too": p / (1 - p) * mean**2,
        "that would be right at mean = 0: a mean of h adds p / (1 - p) mean²": variance / (1 - p),
        "that scales all examples and drops none": variance / (1 - p) ** 2,
        "that is without the division by 1 - p": (1 - p) * second - ((1 - p) * mean) ** 2,
    }
    expected = second / (1 - p) - mean**2
    compare("it returned", read(answer(mean=mean, variance=variance, p=p)), expected, known)
    return "the next layer sees the mean that it will see at prediction, but a larger variance: here by more than half"


@exercise
def dropconnect(answer: Answer) -> str:
    """Check ``dropconnect(X, W, b, p)``: X W + b, each weight dropped by itself and for each example, unbiased."""
    W, b, p = torch.tensor([[1.0, 2.0], [0.5, -1.0], [1.0, 1.0]]), torch.tensor([4.0, -2.0]), 0.25
    X = torch.tensor([[1.0, -2.0, 3.0]]).repeat(N, 1)
    out = read(answer(X=X, W=W, b=b, p=p), (N, 2))
    if torch.equal(read(answer(X=X, W=W, b=b, p=p), (N, 2)), out):
        known = torch.allclose(out, (X @ W + b).double())
        raise NotYetError("nothing is dropped" if known else "it drops the same weights at every call: use no seed")
    if (out == out[:1]).all():
        raise NotYetError("one mask serves all examples: draw a number for each example and weight, (n, d, h)")
    _check_connections(X[0], W, b, p, out)
    X = torch.tensor([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])
    compare("it returned", read(answer(X=X, W=W, b=b, p=0.0), (2, 2)), X @ W + b)
    W.requires_grad_()
    _check_differentiable(answer(X=X, W=W, b=b, p=0.5), W)
    return "each weight is lost by itself, at a price: n · d · h random numbers a step in place of n · d"


def _check_connections(x: Tensor, W: Tensor, b: Tensor, p: float, out: Tensor) -> None:
    """Compare mean, variance and covariance of the two outputs over N masks for the same x."""
    clean, noise = x @ W, p / (1 - p)
    known = {
        "the kept weights are not scaled": (1 - p) * clean + b,
        "they are multiplied by 1 - p: divide": (1 - p) ** 2 * clean + b,
        "it keeps with probability p, but p is the probability of dropping": noise * clean + b,
        "b is scaled too: only weights are dropped": clean + b / (1 - p),
        "b is missing": clean,
        "it divides by p": (1 - p) / p * clean + b,
    }
    compare("the mean output for one x is", out.mean(dim=0), clean + b, known, atol=0.15)
    products = x[:, None] ** 2 * W**2
    known = {
        "whole outputs are dropped: draw a number for each weight": noise * clean**2,
        "whole outputs are dropped, b too: draw a number for each weight": noise * (clean + b) ** 2,
        "b is dropped too": noise * (products.sum(dim=0) + b**2),
        "p is the probability of dropping, not of keeping": products.sum(dim=0) / noise,
    }
    compare("the variance of the outputs for one x is", out.var(dim=0), noise * products.sum(dim=0), known, atol=0.6)
    together = noise * (x**2 * W.prod(dim=1)).sum()
    known = {"whole inputs are dropped, as dropout does: draw a number for each weight": together}
    compare("the covariance of the two outputs is", torch.cov(out.T)[0, 1], 0.0, known, atol=0.6)


@exercise
def own_noise(answer: Answer) -> str:
    """Check ``own_noise(X, p)``: other noise than dropout, with its mean, X, and its variance, ``p / (1 − p) X²``."""
    X = torch.tensor([2.0, -3.0, 0.0]).repeat(N, 1)
    for p in (0.2, 0.8):
        out = read(answer(X=X, p=p), X.shape)
        if torch.equal(out, X.double()):
            raise NotYetError("it adds no noise")
        if torch.equal(read(answer(X=X, p=p), X.shape), out):
            raise NotYetError("it draws the same numbers at every call: use no seed")
        _check_noise(X, p, out)
    X = torch.tensor([[1.0, 2.0]], requires_grad=True)
    compare("it returned", read(answer(X=X, p=0.0), X.shape), X.detach())
    _check_differentiable(answer(X=X, p=0.5), X)
    return "at the next layer's weighted sum it has the mean and the variance of dropout, whatever its distribution"


def _check_noise(X: Tensor, p: float, out: Tensor) -> None:
    h, variance = X[0, :2].double(), p / (1 - p)
    if (out[:, :2] == 0).double().mean() > p / 2:
        raise NotYetError(f"it sets {(out[:, :2] == 0).double().mean():.0%} of the units to 0: that is dropout itself")
    if (out[:, 2] != 0).any():
        raise NotYetError("a unit whose output is 0 got noise: its variance must be p / (1 - p) X² = 0")
    factors = out[:, :2] / h
    if (factors == factors[0]).all():
        raise NotYetError("one draw serves all entries: draw X.shape numbers")
    if torch.corrcoef(factors.T)[0, 1].abs() > 0.5:
        raise NotYetError("entries share their noise: draw X.shape numbers")
    known = {
        "the factor has mean 0: multiply by 1 + noise": torch.zeros(2),
        "without the division by 1 - p, as if units had been dropped": (1 - p) * h,
        "a number of torch.rand has mean 1/2: subtract it": (1 + variance**0.5 / 2) * h,
    }
    reached = 18 * (variance / N) ** 0.5  # six standard errors at X = -3
    compare("the mean at X = 2 and -3 is", out[:, :2].mean(dim=0), h, known, atol=reached)
    wrong = {
        "that is its square: scale the noise by the standard deviation, sqrt(p / (1 - p))": variance**2,
        "that is its root: sqrt(p / (1 - p)) is the standard deviation of the factor": variance**0.5,
        "p alone is not the strength of dropout's noise: it is p / (1 - p)": p,
        "its standard deviation is p": p**2,
        "that is without the division by 1 - p": p * (1 - p),
        "a uniform number has a variance of 1/12: multiply by sqrt(12) too": variance / 12,
        "p and 1 - p are swapped": (1 - p) / p,
    }
    known = {text: torch.full((2,), value) for text, value in wrong.items()}
    known["the noise does not grow with X: multiply it by X"] = variance / h**2
    known["the noise must grow with X, not with its root: its variance with X²"] = variance / h.abs()
    squares = (factors - factors.mean(dim=0)) ** 2
    errors = squares.std(dim=0) / N**0.5  # standard errors: large where the noise has long tails
    found, expected = squares.mean(dim=0), torch.full((2,), variance)
    compare("the variance over X², at X = 2 and -3, is", found, expected, known, atol=4 * errors.max().item())


def _check_differentiable(out: object, leaf: Tensor) -> None:
    if not (isinstance(out, Tensor) and out.requires_grad):
        raise NotYetError("it lost the gradient: compute with tensors, without detach, no_grad, .data or numpy")
    if torch.autograd.grad(out.sum(), leaf, allow_unused=True)[0] is None:
        raise NotYetError("no gradient reaches its input: compute with it, not with a copy")
