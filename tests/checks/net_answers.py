"""Right and wrong answers to the exercises on nets with dropout; each wrong one with words of its diagnosis."""

import math

import torch
from torch import nn


def by_layers(net):
    return any(layer.training and layer.p > 0 for layer in net.modules() if isinstance(layer, nn.Dropout))


def by_names(net):
    layers = [layer for _, layer in net.named_modules() if "Dropout" in type(layer).__name__]
    return torch.tensor(bool([layer for layer in layers if layer.training and layer.p]))


def by_what_runs(net):
    """Count how often a dropout layer is asked for ones and drops some."""
    ones = torch.ones(1000)
    return sum(bool((layer(ones) == 0).any()) for layer in net.modules() if isinstance(layer, nn.Dropout)) > 0


def mlp(sizes, ps):
    layers, relu = [], nn.ReLU()  # used several times
    for num_inputs, num_outputs, p in zip(sizes[:-2], sizes[1:-1], ps, strict=True):
        layers += [nn.Linear(num_inputs, num_outputs), relu, nn.Dropout(p)]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def lazy_mlp(sizes, ps):
    hidden = [nn.Sequential(nn.LazyLinear(n), nn.ReLU(), nn.Dropout(p)) for n, p in zip(sizes[1:-1], ps, strict=True)]
    return nn.Sequential(nn.Flatten(), *hidden, nn.LazyLinear(sizes[-1]))


def drop_before_relu(sizes, ps):
    layers = list(mlp(sizes, ps))
    for k in range(1, len(layers) - 1, 3):
        layers[k], layers[k + 1] = layers[k + 1], layers[k]
    return nn.Sequential(*layers)


def after_every_layer(sizes, ps):
    """Put ReLU and dropout after every linear layer, the last one too."""
    pairs = zip(sizes[:-1], sizes[1:], [*ps, ps[-1]], strict=True)
    return nn.Sequential(*(layer for n, m, p in pairs for layer in (nn.Linear(n, m), nn.ReLU(), nn.Dropout(p))))


def edited(*edits):
    """Make the net of `mlp`, then insert, replace or delete layers, in this order."""

    def make_net(sizes, ps):
        layers = list(mlp(sizes, ps))
        for start, stop, new in edits:
            layers[start:stop] = new
        return nn.Sequential(*layers)

    return make_net


def classes(net, X):
    modes = [module.training for module in net.modules()]
    with torch.no_grad():
        found = net.eval()(X).argmax(dim=1)
    for module, mode in zip(net.modules(), modes, strict=True):
        module.training = mode
    return found


def thawed(net, X):
    """Restore the mode of the net, for all its layers: as chapter 4's `measure` does."""
    mode = net.training
    found = classes(net, X)
    net.train(mode)
    return found


@torch.inference_mode()
def classes_one_by_one(net, X):
    modes = {module: module.training for module in net.modules()}
    found = [int(net.eval()(x).argmax()) for x in X]
    for module, mode in modes.items():
        module.training = mode
    return found


def left_in_train(net, X):
    found = classes(net, X)
    net.train()
    return found


def left_in_eval(net, X):
    found = classes(net, X)
    net.eval()
    return found


def outermost_in_its_mode(net, X):
    was_training = net.training
    found = classes(net.eval(), X)
    net.training = was_training  # what it holds stays in eval mode
    return found


def with_graph(net, X):
    modes = [module.training for module in net.modules()]
    found = net.eval()(X).argmax(dim=1)
    for module, mode in zip(net.modules(), modes, strict=True):
        module.training = mode
    return found


def eval_then(read):
    """Make a prediction without dropout or gradient that reads the logits in another way."""

    def predict(net, X):
        was_training = net.training
        with torch.no_grad():
            logits = net.eval()(X)
        net.train(was_training)
        return read(logits)

    return predict


RIGHT = [
    ("is_dropping", by_layers),
    ("is_dropping", by_names),
    ("is_dropping", by_what_runs),
    ("units_needed", lambda kept, p: kept / (1 - p)),
    ("units_needed", lambda kept, p: torch.tensor(math.ceil(kept / (1 - p) - 1e-9))),
    ("make_net", mlp),
    ("make_net", lazy_mlp),
    ("predict", classes),
    ("predict", classes_one_by_one),
    ("predict", lambda net, X: classes(net, X).numpy()),
]

WRONG = {
    "is_dropping": [
        (
            lambda net: net.training,
            "the mode of the dropout layer decides",
        ),
        (
            lambda net: any(isinstance(layer, nn.Dropout) for layer in net.modules()),
            "expected False: it is in eval mode",
        ),
        (
            lambda net: net.training and any(isinstance(layer, nn.Dropout) for layer in net.modules()),
            "the mode of the dropout layer decides",
        ),
        (lambda net: any(layer.training for layer in net.modules()), "the mode of the dropout layer decides"),
        (lambda net: any(layer.training for layer in net.modules() if isinstance(layer, nn.Dropout)), "p is 0"),
        (
            lambda net: all(layer.training and layer.p > 0 for layer in net.modules() if isinstance(layer, nn.Dropout)),
            "the mode of the dropout layer decides",
        ),
        (
            lambda net: any(layer.training and layer.p for layer in net.children() if isinstance(layer, nn.Dropout)),
            "one layer that drops is enough",
        ),
        (
            lambda net: any(
                layer.training and layer.p for layer in list(net.modules())[1:] if isinstance(layer, nn.Dropout)
            ),
            "a dropout layer itself",
        ),
        (lambda net: torch.is_grad_enabled() and by_layers(net), "under no_grad it says otherwise"),
        (lambda net: not by_layers(net), "its dropout is in train mode"),
    ],
    "units_needed": [
        (lambda kept, p: kept * (1 - p), "what dropout leaves of `kept`"),
        (lambda kept, p: kept * (1 + p), "a share p of the larger number"),
        (lambda kept, p: kept / p, "not of keeping"),
        (lambda kept, p: 2 * kept, "p = 0.5 only"),
        (lambda kept, p: kept, "are left on average"),
        (lambda kept, p: kept / (1 - p) - kept, "those that are kept are missing"),
    ],
    "make_net": [
        (edited((7, 7, [nn.Dropout(0.5)])), "dropout on the output"),
        (edited((0, 0, [nn.Dropout(0.5)])), "dropout on the input"),
        (edited((5, 6, [])), "a hidden layer has no dropout"),
        (edited((5, 6, []), (2, 3, [])), "a hidden layer has no dropout"),
        (edited((1, 2, [])), "without an activation"),
        (edited((2, 2, [nn.Dropout(0.1)])), "expected one nn.ReLU and one nn.Dropout"),
        (edited((1, 2, [nn.Tanh()])), "only nn.Linear, nn.ReLU and nn.Dropout"),
        (edited((7, 7, [nn.ReLU()])), "no activation on the output"),
        (edited((7, 7, [nn.Softmax(dim=1)])), "no softmax"),
        (edited((7, 7, [nn.LogSoftmax(dim=1)])), "no softmax"),
        (edited((0, 1, [nn.Linear(784, 128)])), "784-128-256-10, expected 784-256-256-10"),
        (edited((3, 4, [nn.Linear(128, 256)])), "cannot be used: RuntimeError"),
        (edited((2, 3, [nn.Dropout(0.1, inplace=True)]), (1, 2, [nn.Sigmoid()])), "only nn.Linear"),
        (edited((0, 7, [])), "its sizes are , expected"),
        (lambda sizes, ps: mlp(sizes, ps[::-1]), "in reverse order"),
        (lambda sizes, ps: mlp(sizes, [1 - p for p in ps]), "not of keeping"),
        (lambda sizes, ps: mlp(sizes, ps[:1] * len(ps)), "the first p is used for all"),
        (lambda sizes, ps: mlp(sizes, ps[-1:] * len(ps)), "the last p is used for all"),
        (lambda sizes, ps: mlp(sizes, [0.5] * len(ps)), "without p uses 0.5"),
        (lambda sizes, ps: mlp([784, 256, 256, 10], [0.1, 0.4]), "784-256-256-10, expected 64-32-10"),
        (after_every_layer, "dropout on the output"),
        (lambda sizes, ps: [*mlp(sizes, ps)], "returned a list, expected nn.Sequential"),
    ],
    "predict": [
        (lambda net, X: net(X).argmax(dim=1), "dropout was left on"),
        (lambda net, X: net.train()(X).argmax(dim=1), "dropout was left on"),
        (left_in_eval, "was in train mode and is in eval mode"),
        (left_in_train, "was in eval mode and is in train mode"),
        (outermost_in_its_mode, "was in train mode and is in eval mode"),
        (thawed, "in eval mode by itself is in train mode after it"),
        (with_graph, "recorded a graph"),
        (lambda net, X: net(X), "the outputs of the net"),
        (eval_then(lambda logits: logits.softmax(dim=1)), "the outputs of the net"),
        (eval_then(lambda logits: logits.amax(dim=1)), "the largest outputs"),
        (eval_then(lambda logits: logits.max(dim=1)), "it returned a max"),
        (eval_then(lambda logits: logits.argmin(dim=1)), "the largest output is 0, expected 1"),
        (eval_then(lambda logits: logits[:, :2].argmax(dim=1)), r"the largest output is 0\.\d+, expected 1"),
        (eval_then(lambda logits: logits.argmax(dim=0)), r"returned shape \(3,\), expected \(100,\)"),
        (eval_then(lambda logits: logits.argmax()), r"returned shape \(\), expected \(100,\)"),
    ],
}
