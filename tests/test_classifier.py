"""The net with dropout and its training, as the last chapters use them."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

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


def test_the_seeds_of_start_and_of_training_each_decide():
    first, other = (dropout_mlp([4, 3, 2], 0.5, seed=seed) for seed in (1, 2))
    assert not torch.equal(first[0].weight, other[0].weight)
    digits = load_digits(60)
    nets = [train_classifier(dropout_mlp([64, 8, 10], 0.5), digits, num_epochs=1, seed=seed) for seed in (1, 2)]
    assert not torch.equal(nets[0][0].weight, nets[1][0].weight)


def test_a_step_is_one_of_sgd_on_the_mean_loss_of_a_shuffled_minibatch():
    digits = load_digits(70)
    net, same = (dropout_mlp([64, 8, 10], 0.5) for _ in range(2))
    train_classifier(net, digits, num_epochs=2, lr=0.1, batch_size=30, seed=3)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(3)
        minibatches = (i for _ in range(2) for i in torch.randperm(70).split(30))  # drawn in turn with the masks
        for i in minibatches:
            loss = F.cross_entropy(same(digits.X_train[i]), digits.y_train[i])
            grads = torch.autograd.grad(loss, list(same.parameters()))
            with torch.no_grad():
                for param, grad in zip(same.parameters(), grads, strict=True):
                    param -= 0.1 * grad
    for param, expected in zip(net.parameters(), same.parameters(), strict=True):
        torch.testing.assert_close(param, expected)


def test_any_inputs_and_classes_will_do():
    digits = load_digits(60)
    part = SimpleNamespace(X_train=digits.X_train, y_train=digits.y_train)
    nets = [train_classifier(dropout_mlp([64, 8, 10], 0.5), data, num_epochs=1) for data in (digits, part)]
    assert torch.equal(nets[0][0].weight, nets[1][0].weight)


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
