"""The checks of the exercises on your own network and your own comparison."""

import torch
from torch import nn

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read


@exercise
def small_cnn(answer: Answer) -> str:
    """Check ``small_cnn(p)``: a module with a convolution and dropout at p, from rows of 64 pixels to 10 logits."""
    net = answer(p=0.3)
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
        "nn.Dropout takes the probability of dropping, not of keeping": 0.7,
    }
    for rate in rates:
        compare("a dropout layer has p =", torch.tensor(rate), 0.3, known)
    _check_logits(net)
    return "a sweep can now set its p and its λ: it needs nothing else from a network"


def _check_logits(net: nn.Module) -> None:
    shape = tuple(net.eval()(torch.rand(5, 64)).shape)
    if shape != (5, 10):
        raise NotYetError(f"for 5 rows of 64 pixels it returns {shape}, expected (5, 10): one logit per class")


@exercise
def paired_gain(answer: Answer) -> str:
    """Check ``paired_gain(plain, regularized)``: the mean gain over seeds, and its standard error."""
    plain = torch.tensor([0.70, 0.80, 0.75, 0.90, 0.60])
    gains = torch.tensor([0.02, 0.05, 0.04, 0.01, 0.03])
    result = answer(plain=plain, regularized=plain + gains)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise NotYetError("it must return two numbers: the mean gain, and its standard error")
    mean, error = (read(part) for part in result)
    compare(
        "the mean is", mean, gains.mean(), {"the sign is reversed: the gain is regularized minus plain": -gains.mean()}
    )
    n, both = len(gains), plain.var() + (plain + gains).var()
    known = {
        "that is the standard deviation of single gains: the error of their mean is std / sqrt(S)": gains.std(),
        "the standard error is std / sqrt(S), not std / S": gains.std() / n,
        "the standard error is std / sqrt(S), with S - 1 in std": gains.std(correction=0) / n**0.5,
        "that treats the two as independent: subtract seed by seed first, then take the standard error": (both / n)
        ** 0.5,
        "that is the square of the standard error: take its root": gains.var() / n,
    }
    compare("the standard error is", error, gains.std() / n**0.5, known)
    return "both share what the seed determines, so most of the variation between seeds cancels"
