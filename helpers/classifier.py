"""A net with dropout and the loop that trains it, for chapters whose subject is what happens after training."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from helpers.validation import check_probability


class TrainingPart(Protocol):
    """What labelled data must have for training: inputs, (n, d), and classes, (n,)."""

    X_train: Tensor
    y_train: Tensor


def dropout_mlp(sizes: Sequence[int], p: float, *, seed: int = 0) -> nn.Sequential:
    """Return a net of linear layers, with ReLU and dropout after each hidden one: Linear, ReLU, Dropout, …, Linear.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs and outputs included.
    p : float in [0, 1]
        Probability of dropping, for all hidden layers.
    seed : int
        Determines the initial weights. The global random state is restored.

    Raises
    ------
    ValueError
        If p is not a probability, or there is no layer between two sizes.
    """
    check_probability(p)
    if len(sizes) < 2:
        raise ValueError(
            f"sizes must hold at least 2 numbers of units, got {list(sizes)}: a layer needs inputs and outputs"
        )
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        layers = [part for ends in pairwise(sizes) for part in (nn.Linear(*ends), nn.ReLU(), nn.Dropout(p))]
    return nn.Sequential(*layers[:-2])  # no activation and no dropout after the output layer


def train_classifier(
    net: nn.Module,
    data: TrainingPart,
    *,
    num_epochs: int = 40,
    lr: float = 0.2,
    batch_size: int = 50,
    seed: int = 0,
) -> nn.Module:
    """Train a net by minibatch SGD on the cross-entropy, and return it in eval mode.

    Parameters
    ----------
    net : Module
        Takes (n, d), returns logits (n, classes).
    data : ImageData, or anything else with X_train (n, d) and y_train (n,)
        Only its training part is used.
    seed : int
        Determines the batches and the masks. The global random state is restored.
    """
    optimizer = torch.optim.SGD(net.parameters(), lr)
    net.train()
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        for _ in range(num_epochs):
            for i in torch.randperm(len(data.X_train)).split(batch_size):
                optimizer.zero_grad()
                F.cross_entropy(net(data.X_train[i]), data.y_train[i]).backward()
                optimizer.step()
    return net.eval()
