"""The experiments of the exercises on dropout: small nets on a few digits, with seeds that the chapters do not use."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from helpers.checks.exploration import exploration
from helpers.data import load_digits
from helpers.sweeps import Sweep, sweep_dropout, sweep_nets

FRESH = tuple(range(901, 917))  # sweeps take seeds up to 999


@exploration("(0.5, 0.2) has the higher test loss", "(0.5, 0.2) has the lower test loss", "no difference", seeds=FRESH)
def swapped_ps(seeds: list[int]) -> Tensor:
    """Check the test loss with p = (0.5, 0.2) against (0.2, 0.5), where the first hidden layer is narrow."""
    options = {"num_hiddens": (16, 64), "num_epochs": 40, "record_every": 40}
    return _sweep(seeds, [(0.5, 0.2), (0.2, 0.5)], options).final("test_loss")


BETTER, WORSE = "dropout does better with more epochs", "dropout does worse with more epochs"


@exploration(BETTER, WORSE, "no difference", seeds=FRESH)
def more_epochs(seeds: list[int]) -> Tensor:
    """Check the gain of p = 0.5 in test accuracy after 60 epochs against that after 20, all labels correct."""
    options = {"num_hiddens": (32, 32), "num_epochs": 60, "record_every": 20}
    accuracies = _sweep(seeds, [0.0, 0.5], options).curves["test_acc"]  # (S, 2, 3 epochs)
    gains = accuracies[:, 1] - accuracies[:, 0]
    return gains[:, [-1, 0]]


def _sweep(seeds: list[int], ps: list, options: dict) -> Sweep:
    options = options | {"lr": 0.2, "batch_size": 50, "seed": seeds[0], "num_seeds": len(seeds)}
    return sweep_dropout(lambda seed: load_digits(200, seed=seed), ps, **options)


@exploration("the bug raises the accuracy", "the bug lowers the accuracy", "no difference", seeds=FRESH[:12])
def forgotten_train(seeds: list[int]) -> Tensor:
    """Check the test accuracy of a net that stays in eval mode after its first step against one that does not."""
    return torch.tensor([[_accuracy(seed, forget) for forget in (True, False)] for seed in seeds])


def _accuracy(seed: int, forget: bool) -> float:
    data = load_digits(200, seed=seed).with_label_noise(0.3, seed=seed)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.03)
    for _ in range(25):
        optimizer.zero_grad()
        F.cross_entropy(net(data.X_train), data.y_train).backward()
        optimizer.step()
        net.train(not forget)
    with torch.no_grad():
        return (net.eval()(data.X_test).argmax(dim=1) == data.y_test).float().mean().item()


@exploration("it helps", "it hurts", "no difference", seeds=FRESH)
def input_dropout(seeds: list[int]) -> Tensor:
    """Check the test accuracy with a fifth of the inputs dropped, beside half of the hidden units, against without."""

    def accuracies(p: float) -> Tensor:
        def make_net() -> nn.Module:
            return nn.Sequential(nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))

        options = {"num_epochs": 16, "lr": 0.4, "batch_size": 100, "record_every": 16}
        options |= {"lambd": [0.0], "seed": seeds[0], "num_seeds": len(seeds)}
        return sweep_nets(make_net, lambda seed: load_digits(400, seed=seed), **options).final("test_acc")[:, 0]

    return torch.stack([accuracies(0.2), accuracies(0.0)], dim=1)
