"""Which share of the wrong and of the right labels a sweep's nets have learned."""

import pytest
import torch

from helpers import load_digits, sweep_dropout

NUM_SEEDS = 2


def noisy(seed):
    return load_digits(60, seed=seed).with_label_noise(0.3, seed=seed)


@pytest.fixture(scope="module")
def sweep():
    return sweep_dropout(noisy, [0, 0.5], num_hiddens=(24, 16), num_epochs=30, lr=0.2, num_seeds=NUM_SEEDS)


def learned(sweep, seed, k, is_wanted):
    """Return the share of some training labels that the trained net of a seed and a value gives back."""
    data, weights = noisy(seed), {name: tensor[seed, k] for name, tensor in sweep.weights.items()}
    H = data.X_train.T
    for layer in (1, 2):
        H = torch.relu(weights[f"W{layer}"] @ H + weights[f"b{layer}"])
    labels = (weights["W3"] @ H + weights["b3"]).argmax(dim=0)
    return (labels == data.y_train)[is_wanted(data)].float().mean()


@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("seed", range(NUM_SEEDS))
def test_the_shares_are_those_of_the_trained_nets(sweep, seed, k):
    wrong, right = (sweep.final(name)[seed, k] for name in ("wrong_acc", "right_acc"))
    torch.testing.assert_close(wrong, learned(sweep, seed, k, lambda data: data.is_wrong))
    torch.testing.assert_close(right, learned(sweep, seed, k, lambda data: ~data.is_wrong))
    assert wrong != right


def test_without_wrong_labels_there_are_no_shares_of_them():
    options = {"num_hiddens": (4, 4), "num_epochs": 1, "num_seeds": 2}
    assert "wrong_acc" not in sweep_dropout(load_digits(60), [0], **options).curves
    some = [load_digits(60).with_label_noise(share) for share in (0.1, 0.2)]
    assert "wrong_acc" not in sweep_dropout(lambda seed: some[seed], [0], **options).curves, "not as many for each seed"
