"""The checks of the exercises on choosing λ."""

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read


@exercise
def one_standard_error(answer: Answer) -> str:
    """Check ``one_standard_error(lambdas, errors)``: the largest λ within one standard error of the best mean."""
    lambdas = torch.tensor([7.0, 0.2, 1.0, 0.05, 5.0, 0.7, 10.0, 0.5, 0.3, 3.5, 2.5])
    mean = torch.tensor([8.0, 2.0, 2.9, 2.7, 5.0, 2.8, 9.0, 2.4, 2.2, 3.8, 3.1])  # least at 0.2: the limit is 3
    std = torch.tensor([1.0, 2.0, 1.0, 1.0, 8.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    errors = mean + std * torch.tensor([-1.5, -0.5, 0.5, 1.5])[:, None] * 0.6**0.5  # (4, 11): K = 4 folds
    known = {
        "it has the smallest mean error: take the largest λ within one standard error of that": 0.2,
        "that is one standard deviation: the standard error of a mean over K folds is std / sqrt(K)": 3.5,
        "the standard error is std / sqrt(K), with K - 1 in std": 0.7,
        "the standard error is std / sqrt(K), not std / K": 0.5,
        "take the standard error over the folds of the best λ, not over all errors": 2.5,
        "the limit comes from the best λ: its mean plus its standard error": 5.0,
        "that is the limit: return the largest λ whose mean error is at most that": 3.0,
        "it is the smallest λ within the limit: the rule takes the largest": 0.05,
        "it is the last within the limit, not the largest: lambdas may come in any order": 0.3,
        "that is an index into lambdas: return the λ at that index": 2.0,
        "the folds are the rows of errors: take the mean of each λ over dim=0": 7.0,
        "it is the largest of all, without a limit": 10.0,
    }
    compare("it returned", read(answer(lambdas=lambdas, errors=errors)), 1.0, known)
    return "K folds show how far their mean can be trusted; section 6.4 measures what this caution costs"


@exercise
def standardize(answer: Answer) -> str:
    """Check ``standardize(X_train, X_val)``: both parts, standardized with the mean and std of the training part."""
    X_train = torch.tensor([[1.0, 10.0], [3.0, 40.0], [5.0, 10.0], [11.0, 60.0]])
    X_val = torch.tensor([[6.0, 90.0], [20.0, 0.0], [7.0, 30.0]])
    parts = answer(X_train=X_train, X_val=X_val)
    if not isinstance(parts, tuple | list) or len(parts) != 2:
        raise NotYetError("it must return two parts: X_train, X_val")
    for name, part, X in zip(("X_train", "X_val"), parts, (X_train, X_val), strict=True):
        right = (X - X_train.mean(dim=0)) / X_train.std(dim=0)
        known = {diagnosis: (X - mean) / std for diagnosis, (mean, std) in _rulers(X_train, X_val, X).items()}
        for j, column in enumerate(read(part, X.shape).T):  # one input at a time: short enough to be shown
            compare(f"its {name}[:, {j}] is", column, right[:, j], {text: wrong[:, j] for text, wrong in known.items()})
    return "anything learned from the held-out part, even a mean, makes its error look smaller"


def _rulers(X_train: Tensor, X_val: Tensor, X: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Return the mean and the standard deviation that each known mistake uses for X, one of the two parts."""
    both, mean, std = torch.cat([X_train, X_val]), X_train.mean(dim=0), X_train.std(dim=0)
    return {
        "a leak: mean and std are those of both parts together": (both.mean(dim=0), both.std(dim=0)),
        "X_val is scaled by its own mean and std: take those of X_train": (X_val.mean(dim=0), X_val.std(dim=0)),
        "it is centred with the mean of X_val: use that of X_train": (X_val.mean(dim=0), std),
        "it is divided by the std of X_val: use that of X_train": (mean, X_val.std(dim=0)),
        "each example is scaled by its own mean and std: take one of each per input, over dim=0": (
            X.mean(dim=1, keepdim=True),
            X.std(dim=1, keepdim=True),
        ),
        "it is not scaled: divide by the std, too": (mean, torch.ones(2)),
        "it is not centred: subtract the mean first": (torch.zeros(2), std),
        "it is divided by the variance: take the std": (mean, std**2),
        "its std divides by n, but torch's divides by n - 1": (mean, X_train.std(dim=0, correction=0)),
        "all inputs share one mean and std: take one of each per input, over dim=0": (X_train.mean(), X_train.std()),
        "it is unchanged": (torch.zeros(2), torch.ones(2)),
    }
