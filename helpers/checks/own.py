"""The checks of the exercises on your own table and your own network."""

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read
from helpers.selection import kfold_indices, ridge_path


@exercise
def small_cnn(answer: Answer) -> str:
    """Check ``small_cnn(p)``: a module with a convolution and dropout at p, from rows of 64 pixels to 10 logits."""
    nets = {p: answer(p=p) for p in (0.6, 0.3)}
    if nets[0.6] is nets[0.3]:
        raise NotYetError("it returned the same object at every call: each call must make a network")
    for p, net in nets.items():
        _check_cnn(net, p)
    return "a sweep can now set its p and its λ: it needs nothing else from a network"


def _check_cnn(net: object, p: float) -> None:
    if not isinstance(net, nn.Module):
        raise NotYetError(f"it returned a {type(net).__name__}, expected an nn.Module")
    layers = list(net.modules())
    if not any(isinstance(layer, nn.Conv2d) for layer in layers):
        raise NotYetError("it has no nn.Conv2d")
    rates = [layer.p for layer in layers if isinstance(layer, nn.Dropout | nn.Dropout2d)]
    if not rates:
        raise NotYetError("it has no nn.Dropout: a sweep over p has nothing to set")
    if isinstance(layers[-1], nn.Dropout):
        raise NotYetError("its last layer is nn.Dropout, which erases the logits themselves")
    known = {
        "nn.Dropout() without p uses 0.5": 0.5,
        "nn.Dropout takes the probability of dropping, not of keeping": 1 - p,
    }
    for rate in rates:
        compare("a dropout layer has p =", torch.tensor(rate), p, known)
    _check_logits(net)


def _check_logits(net: nn.Module) -> None:
    out = net.eval()(torch.rand(5, 64))
    if tuple(out.shape) != (5, 10):
        text = f"for 5 rows of 64 pixels it returns {tuple(out.shape)}"
        raise NotYetError(f"{text}, expected (5, 10): one logit per class")
    if (out >= 0).all() and torch.allclose(out.sum(dim=1), torch.ones(5)):
        raise NotYetError("it returns probabilities: leave out the softmax, which the loss applies itself")


@exercise
def in_units(answer: Answer) -> str:
    """Check ``in_units(w, b, mean, std)``: (w, b) for the columns of the table, from those for standardized ones."""
    w, b, mean, std = torch.tensor([3.0, -2.0]), 150.0, torch.tensor([50.0, 4.0]), torch.tensor([10.0, 0.5])
    of_w = {
        "": w / std,
        "w is multiplied by std, but z = (x - mean) / std divides": w * std,
        "w is unchanged, but a step of 1 in a column is 1 / std of the standardized one": w,
        "w is divided by the mean": w / mean,
    }
    of_b = {
        "": b - (w * mean / std).sum(),
        "b is unchanged, but the mean of each column is no longer subtracted": torch.tensor(b),
        "b needs a minus sign: w (x - mean) / std subtracts w mean / std": b + (w * mean / std).sum(),
        "b lacks the division by std: it subtracts w mean / std": b - (w * mean).sum(),
    }
    result = answer(w=w, b=b, mean=mean, std=std)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise NotYetError("it must return w and b")
    compare("w is", read(result[0], (2,)), *_expected_and_known(of_w))
    compare("b is", read(result[1]), *_expected_and_known(of_b))
    return "the predictions are the same; each weight now says what one unit of its column adds"


def _expected_and_known(values: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    return values[""], {text: value for text, value in values.items() if text}


@exercise
def seeds_needed(answer: Answer) -> str:
    """Check ``seeds_needed(std, gain)``: how many seeds make a gain three standard errors."""
    known = {
        "one standard error is not enough: three of them must fit into the gain": 6,
        "the error falls with the root of the number of seeds: square 3 std / gain": 7,
        "it is rounded down, and so the gain is a little below three errors": 45,
        "it is not rounded up: a part of a seed cannot be trained": (3 * 0.045 / 0.02) ** 2,
        "the three must be squared, too: (3 std / gain)²": 16,
        "std and gain are swapped: a smaller gain needs more seeds": 2,
    }
    compare("it returned", read(answer(std=0.045, gain=0.02)), 46, known, atol=0.0)
    compare(
        "it returned", read(answer(std=0.01, gain=0.1)), 2, {"a single seed has no standard deviation": 1}, atol=0.0
    )
    return "half the gain takes four times as many seeds: estimate std from a few seeds before you plan the rest"


@exercise
def fold_errors(answer: Answer) -> str:
    """Check ``fold_errors(X, y, lambdas, folds)``: (K, L), where each fold standardizes by the rows it trains on."""
    n, lambdas = 15, torch.tensor([0.0, 0.1, 2.0], dtype=torch.double)
    X = torch.randn(n, 3, dtype=torch.double) * torch.tensor([1.0, 30.0, 0.1]) + torch.tensor([5.0, -40.0, 1.0])
    X[0] *= 3  # far from the others, so that it matters which rows the means are of
    y = X @ torch.tensor([[1.0], [0.1], [5.0]], dtype=torch.double) + torch.randn(n, 1, dtype=torch.double)
    folds = kfold_indices(n, 5)
    expected = _fold_errors(X, y, lambdas, folds)
    known = {
        "all rows are standardized at once, so each fold knows the rows it holds out": _fold_errors(
            _standardized(X, X), y, lambdas, folds, standardize=False
        ),
        "nothing is standardized": _fold_errors(X, y, lambdas, folds, standardize=False),
        "the held-out rows are standardized by their own mean and std": _fold_errors(X, y, lambdas, folds, own=True),
        "its std has n in place of n - 1: use X.std(dim=0)": _fold_errors(X, y, lambdas, folds, correction=0),
        "it is the error on the rows trained on": _fold_errors(X, y, lambdas, [(a, a) for a, _ in folds]),
        "it trains on the held-out rows: a fold is (training rows, held-out rows)": _fold_errors(
            X, y, lambdas, [(b, a) for a, b in folds]
        ),
        "half of what it must be: the errors of this chapter have no ½": expected / 2,
        "that is the sum over the held-out rows: take the mean": expected * 3,
        "that is the root of the mean squared error": expected.sqrt(),
    }
    got = read(answer(X=X, y=y, lambdas=lambdas, folds=folds), expected.shape)
    first = {text: errors[0] for text, errors in known.items()}
    compare("the errors of the first fold are", got[0], expected[0], first, atol=1e-4)
    compare("it returned", got, expected, known, atol=1e-4)
    return "now no fold has seen anything of the rows that judge it; on a large table the difference is small"


def _standardized(X: Tensor, of: Tensor, correction: int = 1) -> Tensor:
    return (X - of.mean(dim=0)) / of.std(dim=0, correction=correction)


def _fold_errors(
    X: Tensor, y: Tensor, lambdas: Tensor, folds: list, standardize: bool = True, own: bool = False, correction: int = 1
) -> Tensor:
    errors = []
    for train, held_out in folds:
        parts = X[train], X[held_out]
        if standardize:
            parts = [_standardized(part, part if own else parts[0], correction) for part in parts]
        w, b = ridge_path(parts[0], y[train], lambdas)
        errors.append((parts[1] @ w + b - y[held_out]).square().mean(dim=0))
    return torch.stack(errors)
