"""The checks of the exercises on averages over masks, and on the ridge regression that dropout on inputs is."""

import torch

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read


@exercise
def p_of_alpha(answer: Answer) -> str:
    """Check ``p_of_alpha(alpha, n)``: the p on standardized inputs that equals scikit-learn's `Ridge`."""
    alpha, n = 60.0, 200
    lambd = alpha / n
    known = {
        "that is λ = alpha / n: now solve λ = p / (1 - p) for p": lambd,
        "that is p / (1 - p) of alpha / n: it is λ that equals p / (1 - p)": lambd / (1 - lambd),
        "alpha is not λ: scikit-learn does not divide the loss by n, so alpha = n λ": alpha / (1 + alpha),
        "alpha = n λ: divide by n, do not multiply": n * alpha / (1 + n * alpha),
        "that is the probability of keeping": 1 / (1 + lambd),
        "that is n / alpha upside down: the larger alpha, the larger p": n / alpha / (1 + n / alpha),
        "twice too much: with Ridge, loss and penalty both lack the ½": 2 * lambd / (1 + 2 * lambd),
        "half of what it must be: with Ridge, loss and penalty both lack the ½": lambd / (2 + lambd),
    }
    compare("it returned", read(answer(alpha=alpha, n=n)), alpha / (n + alpha), known)
    compare("it returned", read(answer(alpha=0.0, n=n)), 0.0)
    return "for a fixed alpha, p falls as n grows: with more examples the same alpha drops fewer inputs"


@exercise
def draws_needed(answer: Answer) -> str:
    """Check ``draws_needed(std, error)``: the number of masks whose mean is that exact."""
    known = {
        "it is not rounded up: 225.6 masks must be 226": 0.3755**2 / 0.025**2,
        "it is rounded down, and so the error is a little too large": 225,
        "the error falls with the root of the number: square std / error": 16,
        "its root is one too many: std / error must be squared": 4,
        "std and error are swapped: a smaller error needs more masks": 1,
        "that squares std only": 6,
        "that takes std for the variance": 601,
    }
    got = read(answer(std=0.3755, error=0.025))
    compare("it returned", got, 226, known, atol=0.0)
    compare("it returned", read(answer(std=0.1, error=0.2)), 1, {"one mask is the least": 0})
    return "half the error costs four times as many passes: that is what an average over masks costs at prediction"


@exercise
def geometric_mean(answer: Answer) -> str:
    """Check ``geometric_mean(probs)``: of (T, n, K) the normalized geometric mean over T, (n, K)."""
    probs = torch.tensor([[[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]], [[0.1, 0.8, 0.1], [0.5, 0.3, 0.2]]])
    logs = probs.log().mean(dim=0)
    expected = logs.softmax(dim=1)
    known = {
        "that is the arithmetic mean: average the logarithms": probs.mean(dim=0),
        "its rows do not sum to 1: divide each by its sum": logs.exp(),
        "those are logarithms": expected.log(),
        "those are logarithms, not yet normalized": logs,
        "that is the product: its T-th root is missing": probs.prod(dim=0) / probs.prod(dim=0).sum(dim=1, keepdim=True),
        "that is the product: its T-th root is missing, and the rows do not sum to 1": probs.prod(dim=0),
        "it takes the softmax of probabilities: of their logarithms": probs.mean(dim=0).softmax(dim=1),
        "that divides each column by its sum: each row must sum to 1": logs.softmax(dim=0),
    }
    got = read(answer(probs=probs), (2, 3))
    compare("the first row is", got[0], expected[0], {text: mean[0] for text, mean in known.items()})
    compare("it returned", got, expected, known)
    many = probs.repeat(500, 1, 1)
    if not read(answer(probs=many), (2, 3)).isfinite().all():
        raise NotYetError("for 1000 draws it is not finite: the product of many probabilities is 0; add logarithms")
    return "it is what dropout off predicts, where only the last hidden layer is dropped"
