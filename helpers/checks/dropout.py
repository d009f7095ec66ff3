"""The checks of the exercises on dropout from scratch."""

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, close, compare, exercise, read


@exercise
def dropout(answer: Answer) -> str:
    """Check ``dropout(X, p)``: each entry 0 with probability p, else divided by 1 − p."""
    X, p = torch.full((200, 100), 2.0), 0.25
    out = read(answer(X=X, p=p), X.shape)
    _check_mask(out == 0, p)
    if torch.equal(read(answer(X=X, p=p), X.shape) == 0, out == 0):
        raise NotYetError("it drops the same units at every call: draw a new mask each time, without a seed")
    _check_scale((out / X)[out != 0], p)
    _check_ends(answer)
    _check_gradient(answer)
    return "E[h'] = h, so the layers above see the same mean with dropout as without"


def _check_mask(dropped: Tensor, p: float) -> None:
    known = {
        "torch.randn is normal, and normal draws lie below p more often; torch.rand is uniform": _normal_cdf(p),
        "torch.randn is normal, and the comparison is the wrong way round too": 1 - _normal_cdf(p),
        "it keeps with probability p, but p is the probability of dropping": 1 - p,
        "nothing is dropped": 0.0,
    }
    if 0 < dropped.sum() < dropped.numel():
        if (dropped == dropped[:1]).all():
            raise NotYetError(
                "it uses one mask for all rows, so all examples lose the same units: draw X.shape numbers"
            )
        if (dropped == dropped[:, :1]).all():
            raise NotYetError("it drops whole rows, so an example loses all units or none: draw X.shape numbers")
    compare("the share of dropped entries is", dropped.double().mean(), p, known, atol=0.03)  # 0.03 is ten deviations


def _normal_cdf(x: float) -> float:
    return torch.special.ndtr(torch.tensor(x)).item()


def _check_scale(factors: Tensor, p: float) -> None:
    known = {
        "they are not scaled, so the mean shrinks by 1 - p": 1.0,
        "1 / p would be right if p were the probability of keeping": 1 / p,
        "they are multiplied by 1 - p, so the mean shrinks twice: divide": 1 - p,
    }
    if not close(factors, factors[0]):
        raise NotYetError(
            f"it multiplies kept entries by different factors, {factors.min():.4g} to {factors.max():.4g}"
        )
    compare("it multiplies kept entries by", factors[0], 1 / (1 - p), known)


def _check_ends(answer: Answer) -> None:
    X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    none_left = read(answer(X=X, p=1.0), X.shape)
    if not none_left.isfinite().all():
        raise NotYetError("it returned nan or inf, expected zeros: 1 / (1 - p) is 1 / 0, so handle p = 1 separately")
    compare("it returned", none_left, torch.zeros_like(X))
    all_left = read(answer(X=X, p=0.0), X.shape)
    compare("it returned", all_left, X, {"p = 0 drops nothing and scales nothing": all_left})
    for p in (1.5, -0.5):
        error = answer.error(X=X, p=p)
        if error is None:
            raise NotYetError("it raised no error, expected a ValueError: p is a probability, in [0, 1]")
        if not isinstance(error, ValueError):
            why = ": python -O skips asserts" if isinstance(error, AssertionError) else ""
            raise NotYetError(f"it raised {type(error).__name__}, expected ValueError{why}")


def _check_gradient(answer: Answer) -> None:
    X = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    out = answer(X=X, p=0.5)
    if not (isinstance(out, Tensor) and out.requires_grad):
        raise NotYetError("it lost the gradient: compute with tensors, without detach, no_grad, .data or numpy")
    (grad,) = torch.autograd.grad(out.sum(), X)
    compare("the gradient of the sum of its output is", grad, (out / X).detach())


@exercise
def keep_variance(answer: Answer) -> str:
    """Check ``keep_variance(h, p)``, the variance of a unit h under dropout: ``p / (1 − p) h²``."""
    h, p = 3.0, 0.2
    variance = p / (1 - p) * h**2
    known = {
        "that is without scaling: h' = h / (1 - p) has 1 / (1 - p)² times that variance": p * (1 - p) * h**2,
        "that is the second moment E[h'²]: subtract E[h']² = h²": h**2 / (1 - p),
        "that is the standard deviation: the variance is its square": variance**0.5,
        "h must be squared": p / (1 - p) * h,
        "p and 1 - p are swapped: p is the probability of dropping": (1 - p) / p * h**2,
    }
    compare("it returned", read(answer(h=h, p=p)), variance, known)
    return "the noise is proportional to h, and grows without bound as p approaches 1"
