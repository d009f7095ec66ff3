"""The net with dropout and its training, as the last chapters use them."""

import pytest
import torch
from torch import nn

from helpers import dropout_mlp, load_digits, train_classifier


def test_the_net_is_linear_relu_dropout_and_ends_in_linear():
    net = dropout_mlp([4, 3, 5, 2], 0.3)
    assert [type(layer) for layer in net] == [nn.Linear, nn.ReLU, nn.Dropout] * 2 + [nn.Linear]
    assert [tuple(layer.weight.shape) for layer in net[::3]] == [(3, 4), (5, 3), (2, 5)]
    assert {layer.p for layer in net if isinstance(layer, nn.Dropout)} == {0.3}


def test_a_seed_repeats_start_and_training_and_the_global_state_stays():
    digits, state = load_digits(100), torch.get_rng_state()
    weights = [
        train_classifier(dropout_mlp([64, 8, 10], 0.5, seed=seed), digits, num_epochs=2, seed=seed)[0].weight
        for seed in (1, 1, 2)
    ]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert torch.equal(torch.get_rng_state(), state)


def test_training_learns_with_dropout_on_and_ends_in_eval_mode():
    digits, seen = load_digits(500), []
    net = dropout_mlp([64, 64, 10], 0.2)
    net[2].register_forward_hook(lambda layer, *_: seen.append(layer.training))
    train_classifier(net.eval(), digits, num_epochs=20)
    assert all(seen)
    assert not any(module.training for module in net.modules())
    assert (net(digits.X_test).argmax(dim=1) == digits.y_test).float().mean() > 0.85


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"sizes must hold at least 2 numbers of units, got \[4\]"):
        dropout_mlp([4], 0.5)
    with pytest.raises(ValueError, match="p must be in"):
        dropout_mlp([4, 2], 2.0)
