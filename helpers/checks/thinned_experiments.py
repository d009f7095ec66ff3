"""The checks of the experiments with thinned nets at prediction."""

import torch
from torch import Tensor, nn

from helpers.checks.exploration import exploration
from helpers.classifier import dropout_mlp, train_classifier
from helpers.data import ImageData, load_digits
from helpers.thinned import mc_dropout, mutual_information

P = 0.5
SEEDS = tuple(range(901, 913))  # each trains nets one by one; below 1000, for answers that train them in a stack


@exploration(
    "the average of ten masks is more accurate",
    "dropout off is more accurate",
    "there is no difference in accuracy",
    seeds=SEEDS,
)
def average_of_masks(seeds: list[int]) -> Tensor:
    """Check ``average_of_masks(seeds)``: test accuracy of the mean of ten masks, less that with dropout off."""
    return torch.stack([torch.stack(_two_accuracies(*_trained(seed, 200, num_epochs=30), seed)) for seed in seeds])


def _trained(seed: int, num_train: int, num_epochs: int) -> tuple[nn.Module, ImageData]:
    digits = load_digits(num_train, seed=seed)
    net = dropout_mlp([64, 64, 64, 10], P, seed=seed)
    return train_classifier(net, digits, num_epochs=num_epochs, seed=seed), digits


@torch.no_grad()
def _two_accuracies(net: nn.Module, digits: ImageData, seed: int) -> list[Tensor]:
    averaged = mc_dropout(net, digits.X_test, num_draws=10, seed=seed).softmax(dim=2).mean(dim=0)
    outputs = averaged, net(digits.X_test)
    return [(output.argmax(dim=1) == digits.y_test).double().mean() for output in outputs]


@exploration(
    "longer training: more disagreement",
    "longer training: less disagreement",
    "longer training: the same disagreement",
    seeds=SEEDS,
)
def longer_training(seeds: list[int]) -> Tensor:
    """Check ``longer_training(seeds)``: mutual information after 80 epochs, less that after 20, on the same digits."""
    return torch.stack([torch.stack([_disagreement(seed, num_epochs) for num_epochs in (80, 20)]) for seed in seeds])


def _disagreement(seed: int, num_epochs: int) -> Tensor:
    net, digits = _trained(seed, 100, num_epochs)
    logits = mc_dropout(net, digits.X_test[:300], num_draws=30, seed=seed)
    return mutual_information(logits.softmax(dim=2)).mean()
