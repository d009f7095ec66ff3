"""Every net of a λ × p grid is the training that torch's own parts make, alone."""

from itertools import pairwise, product

import pytest
import torch
from torch.nn import functional as F

from helpers import dropout_layer, load_digits, sweep_decay_and_dropout, sweep_dropout, synthetic_regression

FEW = load_digits(130)  # no multiple of the batch size
OPTIONS = {"num_hiddens": (24, 16), "num_epochs": 6, "lr": 0.2, "batch_size": 25}


def draw(seed):
    return load_digits(60, seed=seed)


def by_sgd(data, lambd, p, seed, num_hiddens, num_epochs, lr, batch_size):
    """Train one net by ``torch.optim.SGD(weight_decay=λ)``, the biases in a group without decay."""
    init, shuffle, masks = (torch.Generator().manual_seed(seed + purpose) for purpose in (0, 1000, 2000))
    sizes = [data.num_inputs, *num_hiddens, 10]
    Ws = [(torch.randn(a, b, generator=init) * (2 / a) ** 0.5).requires_grad_() for a, b in pairwise(sizes)]
    bs = [torch.zeros(b, requires_grad=True) for b in sizes[1:]]
    optimizer = torch.optim.SGD([{"params": Ws, "weight_decay": lambd}, {"params": bs}], lr=lr)

    def net(X, p):
        for W, b in zip(Ws[:2], bs[:2], strict=True):
            X = dropout_layer(torch.relu(X @ W + b), p, masks)
        return X @ Ws[2] + bs[2]

    for _ in range(num_epochs):
        for i in torch.randperm(data.num_train, generator=shuffle).split(batch_size):
            optimizer.zero_grad()
            F.cross_entropy(net(data.X_train[i], p), data.y_train[i]).backward()
            optimizer.step()
    return Ws, bs, F.cross_entropy(net(data.X_test, 0.0), data.y_test)


@pytest.mark.parametrize("data", [draw, FEW], ids=["data of each seed", "one data set"])
def test_every_pair_of_every_seed_is_sgd_with_weight_decay(data):
    grid = list(product([0.0, 0.01, 0.3], [0.0, 0.4]))
    sweep = sweep_decay_and_dropout(data, [0.0, 0.01, 0.3], [0.0, 0.4], num_seeds=2, seed=8, **OPTIONS)
    for s, (k, (lambd, p)) in product(range(2), enumerate(grid)):
        Ws, bs, test_loss = by_sgd(draw(8 + s) if data is draw else data, lambd, p, 8 + s, **OPTIONS)
        for layer in (1, 2, 3):
            torch.testing.assert_close(sweep.weights[f"W{layer}"][s, k].T, Ws[layer - 1], rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(sweep.weights[f"b{layer}"][s, k, :, 0], bs[layer - 1], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(sweep.final("test_loss")[s, k], test_loss, rtol=1e-4, atol=1e-6)


def test_without_decay_it_is_the_dropout_sweep():
    grid = sweep_decay_and_dropout(FEW, [0.0], [0.0, 0.4], **OPTIONS)
    assert torch.equal(grid.curves["test_loss"], sweep_dropout(FEW, [0.0, 0.4], **OPTIONS).curves["test_loss"])


def test_pairs_lie_row_by_row():
    sweep = sweep_decay_and_dropout(FEW, [0.0, 0.1, 0.2], torch.tensor([0.0, 0.5]), num_epochs=1)
    assert sweep.name == "(λ, p)"
    assert sweep.values.tolist() == [[0.0, 0.0], [0.0, 0.5], [0.1, 0.0], [0.1, 0.5], [0.2, 0.0], [0.2, 0.5]]
    assert sweep.index((0.1, 0.5)) == 3
    with pytest.raises(ValueError, match=r"\(λ, p\) = \(0.5, 0.1\) was not trained"):
        sweep.index((0.5, 0.1))


ERRORS = [
    ({"lambdas": []}, ValueError, r"a sweep over \(λ, p\) must have at least one value"),
    ({"ps": []}, ValueError, r"a sweep over \(λ, p\) must have at least one value"),
    ({"lambdas": [-1]}, ValueError, "lambd must be finite and at least 0, got -1"),
    ({"lambdas": [7.0], "lr": 0.3}, ValueError, "lr .* lambd must be below 2"),
    ({"ps": [1.5]}, ValueError, r"p must be in \[0, 1\], got 1.5"),
    ({"num_hiddens": (8,)}, ValueError, "num_hiddens must be two numbers"),
    ({"lr": 0.0}, ValueError, "lr must be finite and above 0"),
    ({"data": synthetic_regression()}, TypeError, "data must be ImageData"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), ERRORS)
def test_it_refuses(wrong, error, message):
    with pytest.raises(error, match=message):
        sweep_decay_and_dropout(**{"data": FEW, "lambdas": [0.1], "ps": [0.5]} | wrong)
