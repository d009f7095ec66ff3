"""Right and wrong answers to the exercises on nets with dropout; each wrong one with words of its diagnosis."""

import torch
from torch import nn


def mlp(dropout_1, dropout_2):
    relu = nn.ReLU()  # used twice
    return nn.Sequential(
        nn.Linear(784, 256), relu, nn.Dropout(dropout_1), nn.Linear(256, 256), relu, nn.Dropout(dropout_2),
        nn.Linear(256, 10),
    )  # fmt: skip


def lazy_mlp(dropout_1, dropout_2):
    hidden = [nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.Dropout(p)) for p in (dropout_1, dropout_2)]
    return nn.Sequential(nn.Flatten(), *hidden, nn.LazyLinear(10))


def drop_before_relu(dropout_1, dropout_2):
    relu, hidden = nn.ReLU(), (nn.Linear(784, 256), nn.Linear(256, 256))
    return nn.Sequential(
        hidden[0], nn.Dropout(dropout_1), relu, hidden[1], nn.Dropout(dropout_2), relu, nn.Linear(256, 10)
    )


def edited(*edits):
    """Make the net of `mlp`, then insert, replace or delete layers, in this order."""

    def make_net(dropout_1, dropout_2):
        layers = list(mlp(dropout_1, dropout_2))
        for start, stop, new in edits:
            layers[start:stop] = new
        return nn.Sequential(*layers)

    return make_net


def classes(net, X):
    was_training = net.training
    net.eval()
    with torch.no_grad():
        found = net(X).argmax(dim=1)
    net.train(was_training)
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
    was_training = net.training
    found = net.eval()(X).argmax(dim=1)
    net.train(was_training)
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
    ("make_net", mlp),
    ("make_net", lazy_mlp),
    ("predict", classes),
    ("predict", classes_one_by_one),
    ("predict", lambda net, X: classes(net, X).numpy()),
]

WRONG = {
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
        (lambda dropout_1, dropout_2: mlp(dropout_2, dropout_1), "swapped"),
        (lambda dropout_1, dropout_2: mlp(1 - dropout_1, 1 - dropout_2), "not of keeping"),
        (lambda dropout_1, dropout_2: mlp(dropout_1, dropout_1), "dropout_1 is used twice"),
        (lambda dropout_1, dropout_2: mlp(dropout_2, dropout_2), "dropout_2 is used twice"),
        (lambda dropout_1, dropout_2: mlp(0.5, 0.5), "without p uses 0.5"),
        (lambda dropout_1, dropout_2: [*mlp(dropout_1, dropout_2)], "returned a list, expected nn.Sequential"),
    ],
    "predict": [
        (lambda net, X: net(X).argmax(dim=1), "dropout was left on"),
        (lambda net, X: net.train()(X).argmax(dim=1), "dropout was left on"),
        (left_in_eval, "was in train mode and is in eval mode"),
        (left_in_train, "was in eval mode and is in train mode"),
        (outermost_in_its_mode, "was in train mode and is in eval mode"),
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
