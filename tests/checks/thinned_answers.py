"""Right and wrong answers to the exercises on dropout at test time; each wrong one with words of its diagnosis."""

from copy import deepcopy

import torch
from torch import nn

from helpers import mc_dropout


def prepare(net):
    """Put the net into eval mode, but for its dropout layers."""
    net.eval()
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.train()


@torch.no_grad()
def loop(net, X, num_draws):
    modes = {module: module.training for module in net.modules()}
    prepare(net)
    probs = sum(net(X).softmax(dim=1) for _ in range(num_draws)) / num_draws
    for module, mode in modes.items():
        module.training = mode
    return probs


@torch.no_grad()
def on_a_copy(net, X, num_draws):
    thinned = deepcopy(net)
    prepare(thinned)
    return torch.stack([thinned(X).softmax(dim=1) for _ in range(num_draws)]).mean(dim=0)


def one_mode_for_all(net, X, num_draws):
    mode = net.training
    probs = loop(net, X, num_draws)
    net.train(mode)
    return probs


def of_draws(function):
    """Make an answer from a function of the logits (num_draws, n, classes)."""
    return lambda net, X, num_draws: function(mc_dropout(net, X, num_draws))


def left_in_train_mode(net, X, num_draws):
    probs = loop(net, X, num_draws)
    net.train()
    return probs


def left_in_eval_mode(net, X, num_draws):
    probs = loop(net, X, num_draws)
    net.eval()
    return probs


def dropout_left_on(net, X, num_draws):
    probs = loop(net, X, num_draws)
    prepare(net)
    return probs


@torch.no_grad()
def all_in_train_mode(net, X, num_draws):
    mode = net.training
    net.train()
    probs = torch.stack([net(X).softmax(dim=1) for _ in range(num_draws)]).mean(dim=0)
    net.train(mode)
    return probs


@torch.no_grad()
def all_in_eval_mode(net, X, num_draws):
    mode = net.training
    net.eval()
    probs = torch.stack([net(X).softmax(dim=1) for _ in range(num_draws)]).mean(dim=0)
    net.train(mode)
    return probs


RIGHT = [
    ("mc_predict", loop),
    ("mc_predict", on_a_copy),
    ("mc_predict", lambda model, inputs, T: mc_dropout(model, inputs, T, seed=3).softmax(dim=2).mean(dim=0).tolist()),
]

WRONG = {
    "mc_predict": [
        (left_in_train_mode, "was in eval mode, and no longer is after the call"),
        (left_in_eval_mode, "was in train mode, and no longer is after the call"),
        (one_mode_for_all, "only batch normalization was in eval mode, and no longer is after the call"),
        (dropout_left_on, "was in eval mode, and no longer is after the call"),
        (all_in_train_mode, "batch normalization was in train mode too"),
        (all_in_eval_mode, "dropout was off"),
        (of_draws(lambda logits: logits.mean(dim=0)), "do not sum to 1"),
        (of_draws(lambda logits: logits.mean(dim=0).softmax(dim=1)), "it averages logits"),
        (of_draws(lambda logits: nn.functional.one_hot(logits.argmax(dim=2), 3).double().mean(dim=0)), "counts votes"),
        (of_draws(lambda logits: logits.softmax(dim=2).mean(dim=0).argmax(dim=1)), r"shape \(8,\), expected \(8, 3\)"),
        (of_draws(lambda logits: logits.softmax(dim=2)), r"shape \(500, 8, 3\), expected \(8, 3\)"),
        (lambda net, X, num_draws: loop(net, X, 1), "through dropout 1 times, expected num_draws = 500"),
    ],
}
