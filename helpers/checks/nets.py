"""The checks of the exercises on nets with dropout."""

import re
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, close, compare, exercise, read

_KINDS = {"L": nn.Linear, "A": nn.ReLU, "D": nn.Dropout, "S": (nn.Softmax, nn.LogSoftmax)}
_MISPLACED = {
    r"\?": "only nn.Linear, nn.ReLU and nn.Dropout are needed",
    r"S": "no softmax: nn.CrossEntropyLoss takes logits and applies softmax itself",
    r"^D": "dropout on the input erases pixels: here only hidden units are dropped",
    r"D$": "dropout on the output erases the logits themselves: only hidden units are dropped",
    r"A$": "no activation on the output: logits may be negative",
    r"LD*L": "without an activation between them, two linear layers are one",
    r"LAL": "a hidden layer has no dropout",
}


@exercise
def make_net(answer: Answer) -> str:
    """Check ``make_net(dropout_1, dropout_2)``: 784-256-256-10 with `nn.Dropout` after each hidden ReLU."""
    net = answer(dropout_1=0.1, dropout_2=0.4)
    if not isinstance(net, nn.Sequential):
        raise NotYetError(f"it returned a {type(net).__name__}, expected nn.Sequential")
    layers = [layer for layer in _flat(net) if not isinstance(layer, nn.Flatten | nn.Identity)]
    _check_sizes([layer for layer in layers if isinstance(layer, nn.Linear)])
    kinds = "".join(next((k for k, kind in _KINDS.items() if isinstance(layer, kind)), "?") for layer in layers)
    _check_places(kinds, ", ".join(type(layer).__name__ for layer in layers))
    _check_rates([layer.p for layer in layers if isinstance(layer, nn.Dropout)])
    net(torch.rand(2, 784)).sum().backward()
    if "DA" in kinds:
        return "dropout before ReLU is the same as after it: ReLU keeps zeros and positive factors; tanh would not"
    return "any hidden unit can be missing, so the net cannot rely on a single one"


def _flat(net: nn.Sequential) -> Iterator[nn.Module]:
    """Yield the layers in order; unlike `net.modules()`, a layer that is used twice comes twice."""
    for layer in net:
        yield from _flat(layer) if isinstance(layer, nn.Sequential) else [layer]


def _check_sizes(linear: list[nn.Linear]) -> None:
    # A lazy layer has 0 inputs before its first call.
    sizes = [linear[0].in_features or 784, *(layer.out_features for layer in linear)] if linear else []
    if sizes != [784, 256, 256, 10]:
        raise NotYetError(f"its sizes are {'-'.join(map(str, sizes))}, expected 784-256-256-10")


def _check_places(kinds: str, names: str) -> None:
    for pattern, text in _MISPLACED.items():
        if re.search(pattern, kinds):
            raise NotYetError(f"it is {names}: {text}")
    if not re.fullmatch("L(AD|DA)L(AD|DA)L", kinds):
        raise NotYetError(f"it is {names}, expected one nn.ReLU and one nn.Dropout after each hidden layer")


def _check_rates(rates: list[float]) -> None:
    known = {
        "they are swapped: dropout_1 belongs to the layer closer to the input": (0.4, 0.1),
        "nn.Dropout takes the probability of dropping, not of keeping": (0.9, 0.6),
        "dropout_1 is used twice": (0.1, 0.1),
        "dropout_2 is used twice": (0.4, 0.4),
        "nn.Dropout() without p uses 0.5": (0.5, 0.5),
    }
    compare("its probabilities are", torch.tensor(rates), torch.tensor([0.1, 0.4]), known)


@exercise
def predict(answer: Answer) -> str:
    """Check ``predict(net, X)``: (n,) class indices, without dropout or gradient, leaving the mode of net as it was."""
    net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))
    X = torch.randn(100, 8)
    logits, runs = net.eval()(X).detach(), []
    net[2].register_forward_hook(lambda module, inputs, output: runs.append((module.training, output.requires_grad)))
    for training in (True, False):
        result = answer(net=net.train(training), X=X)
        _check_classes(result, logits, any(dropping for dropping, _ in runs))
        _check_mode(net, training)
    if any(requires_grad for _, requires_grad in runs):
        raise NotYetError("it recorded a graph for a gradient that is never used: run the net under torch.no_grad()")
    return "the same input gets the same answer every time, and training goes on as before"


def _check_classes(result: object, logits: Tensor, dropping: bool) -> None:
    if getattr(result, "shape", None) == logits.shape:
        raise NotYetError(f"it returned the outputs of the net, {tuple(logits.shape)}: the class is argmax(dim=1)")
    got = read(result, logits.shape[:1])
    if dropping:
        raise NotYetError("dropout was left on, so the predictions are random: net.eval() first")
    if close(got, logits.amax(dim=1)):
        raise NotYetError("it returned the largest outputs: the class is their index, argmax(dim=1)")
    right = (got == logits.argmax(dim=1)).double().mean()
    compare("the share of examples with the class of the largest output is", right, 1.0)


def _check_mode(net: nn.Module, training: bool) -> None:
    if {module.training for module in net.modules()} != {training}:
        was, left = ("train", "eval") if training else ("eval", "train")
        raise NotYetError(
            f"the net was in {was} mode and is in {left} mode after it: save net.training first, and restore it"
        )
