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
def is_dropping(answer: Answer) -> str:
    """Check ``is_dropping(net)``: whether any `nn.Dropout` inside is in train mode and has p > 0."""
    drop, frozen = nn.Dropout(0.5), nn.Dropout(0.5).eval()
    layer, still = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).eval()
    for expected, net, why in [
        (True, nn.Sequential(layer, drop), "its dropout is in train mode"),
        (False, still, "it is in eval mode"),
        (False, _in_train_mode(layer, frozen), "the mode of the dropout layer decides, not that of the net"),
        (True, _in_eval_mode(still, drop), "the mode of the dropout layer decides, not that of the net"),
        (False, nn.Sequential(layer, nn.ReLU()), "it has no dropout"),
        (False, nn.Sequential(layer, nn.Dropout(0.0)), "p is 0"),
        (True, nn.Sequential(nn.Sequential(layer, drop), nn.Dropout(0.0)), "one layer that drops is enough"),
        (True, drop, "it is a dropout layer itself"),
    ]:
        got = read(answer(net=net)).item()
        if got != expected:
            raise NotYetError(f"it returned {bool(got)}, expected {expected}: {why}")
    with torch.no_grad():
        if read(answer(net=drop)).item() != 1:
            raise NotYetError("under no_grad it says otherwise, but dropout depends on the mode alone")
    return "an assert on it, before a measurement and before training, catches both forgotten eval() and train()"


def _in_train_mode(*layers: nn.Module) -> nn.Module:
    net = nn.Sequential(*layers)
    net.training = True  # of the outermost module only
    return net


def _in_eval_mode(*layers: nn.Module) -> nn.Module:
    net = nn.Sequential(*layers)
    net.training = False
    return net


@exercise
def units_needed(answer: Answer) -> str:
    """Check ``units_needed(kept, p)``: how many units leave `kept` on average under dropout."""
    kept, p = 64, 0.2
    known = {
        "that is what dropout leaves of `kept` units: divide by 1 - p": kept * (1 - p),
        "dropout drops a share p of the larger number, too: divide by 1 - p": kept * (1 + p),
        "p is the probability of dropping, not of keeping": kept / p,
        "that is right for p = 0.5 only": 2 * kept,
        "then only kept · (1 - p) are left on average": kept,
        "that many are dropped: those that are kept are missing": kept * p / (1 - p),
    }
    compare("it returned", read(answer(kept=kept, p=p)), kept / (1 - p), known)
    return "a rule of thumb (Srivastava et al., 2014, appendix A.1): where dropout follows, make the layer this wide"


@exercise
def make_net(answer: Answer) -> str:
    """Check ``make_net(sizes, ps)``: linear layers of these sizes, `nn.Dropout` after each hidden ReLU."""
    before = False
    for sizes, ps in [([784, 256, 256, 10], [0.1, 0.4]), ([64, 32, 10], [0.3]), ([8, 6, 5, 4, 3], [0.1, 0.2, 0.3])]:
        net = answer(sizes=sizes, ps=ps)
        if not isinstance(net, nn.Sequential):
            raise NotYetError(f"it returned a {type(net).__name__}, expected nn.Sequential")
        layers = [layer for layer in _flat(net) if not isinstance(layer, nn.Flatten | nn.Identity)]
        _check_sizes([layer for layer in layers if isinstance(layer, nn.Linear)], sizes)
        kinds = "".join(next((k for k, kind in _KINDS.items() if isinstance(layer, kind)), "?") for layer in layers)
        _check_places(kinds, ", ".join(type(layer).__name__ for layer in layers))
        _check_rates([layer.p for layer in layers if isinstance(layer, nn.Dropout)], ps)
        net(torch.rand(2, sizes[0])).sum().backward()
        before = before or "DA" in kinds
    if before:
        return "dropout before ReLU is the same as after it: ReLU keeps zeros and positive factors; tanh would not"
    return "any hidden unit can be missing, so the net cannot rely on a single one"


def _flat(net: nn.Sequential) -> Iterator[nn.Module]:
    """Yield the layers in order; unlike `net.modules()`, a layer that is used twice comes twice."""
    for layer in net:
        yield from _flat(layer) if isinstance(layer, nn.Sequential) else [layer]


def _check_sizes(linear: list[nn.Linear], expected: list[int]) -> None:
    # A lazy layer has 0 inputs before its first call.
    sizes = [linear[0].in_features or expected[0], *(layer.out_features for layer in linear)] if linear else []
    if sizes != expected:
        raise NotYetError(f"its sizes are {'-'.join(map(str, sizes))}, expected {'-'.join(map(str, expected))}")


def _check_places(kinds: str, names: str) -> None:
    for pattern, text in _MISPLACED.items():
        if re.search(pattern, kinds):
            raise NotYetError(f"it is {names}: {text}")
    if not re.fullmatch("L((AD|DA)L)+", kinds):
        raise NotYetError(f"it is {names}, expected one nn.ReLU and one nn.Dropout after each hidden layer")


def _check_rates(rates: list[float], expected: list[float]) -> None:
    known = {
        "they are in reverse order: the first p belongs to the layer closest to the input": expected[::-1],
        "nn.Dropout takes the probability of dropping, not of keeping": [1 - p for p in expected],
        "the first p is used for all layers": expected[:1] * len(expected),
        "the last p is used for all layers": expected[-1:] * len(expected),
        "nn.Dropout() without p uses 0.5": [0.5] * len(expected),
    }
    compare("its probabilities are", torch.tensor(rates), expected, known)


@exercise
def predict(answer: Answer) -> str:
    """Check ``predict(net, X)``: (n,) class indices, without dropout or gradient, each module left in its own mode."""
    net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))
    X = torch.randn(100, 8)
    logits, runs = net.eval()(X).detach(), []
    net[2].register_forward_hook(lambda module, inputs, output: runs.append((module.training, output.requires_grad)))
    for training, frozen in [(True, False), (False, False), (True, True)]:
        net.train(training)
        net[2].train(training and not frozen)
        modes = [module.training for module in net.modules()]
        result = answer(net=net, X=X)
        _check_classes(result, logits, any(dropping for dropping, _ in runs))
        _check_modes(net, modes)
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


def _check_modes(net: nn.Module, modes: list[bool]) -> None:
    now = [module.training for module in net.modules()]
    if now == modes:
        return
    if len(set(modes)) == 2:
        raise NotYetError("a layer that was in eval mode by itself is in train mode after it: save each module's mode")
    was, left = ("train", "eval") if modes[0] else ("eval", "train")
    raise NotYetError(
        f"the net was in {was} mode and is in {left} mode after it: save net.training first, and restore it"
    )
