"""Right and wrong answers to the experiments on dropout; each wrong one with words of its diagnosis.

Nets are trained once for all answers that differ only in what they make of the numbers.
"""

from copy import deepcopy
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from helpers import load_digits, sweep_dropout, sweep_nets
from tests.checks.reports import mistakes, of, report

BETTER, WORSE = "dropout does better with more epochs", "dropout does worse with more epochs"

SWEEP = {"lr": 0.2, "batch_size": 50}


@cache
def swapped(seeds, num_hiddens=(16, 64), wrong=0.0, curve="test_loss"):
    options = SWEEP | {"num_hiddens": num_hiddens, "num_epochs": 40, "record_every": 40}

    def data(seed):
        return load_digits(200, seed=seed).with_label_noise(wrong, seed=seed)

    sweep = sweep_dropout(data, [(0.5, 0.2), (0.2, 0.5)], seed=seeds[0], num_seeds=len(seeds), **options)
    return sweep.final(curve)


def swapped_one_by_one(seeds):
    """Train each seed by itself, and take its best of what was recorded last: the same numbers up to rounding."""
    return report(torch.cat([swapped((seed,)) for seed in seeds]) @ torch.tensor([1.0, -1.0]))


@cache
def gains(seeds):
    options = SWEEP | {"num_hiddens": (32, 32), "num_epochs": 60, "record_every": 20}
    data = lambda seed: load_digits(200, seed=seed)  # noqa: E731
    accs = sweep_dropout(data, [0.0, 0.5], seed=seeds[0], num_seeds=len(seeds), **options).curves["test_acc"]
    return accs[:, 1] - accs[:, 0]  # (S, 3 epochs)


def late_and_early(seeds):
    return gains(seeds)[:, [2, 0]]


def two_trainings(seeds):
    """Train twice, for 20 and for 60 epochs."""
    runs = []
    for num_epochs in (60, 20):
        options = SWEEP | {"num_hiddens": (32, 32), "num_epochs": num_epochs, "record_every": num_epochs}
        data = lambda seed: load_digits(200, seed=seed)  # noqa: E731
        accs = sweep_dropout(data, [0.5, 0.0], seed=seeds[0], num_seeds=len(seeds), **options).final("test_acc")
        runs.append(accs[:, 0] - accs[:, 1])
    return report(runs[0] - runs[1])


@cache
def with_and_without_bug(seeds):
    rows = []
    for seed in seeds:
        data, row = load_digits(200, seed=seed).with_label_noise(0.3, seed=seed), []
        for forget in (True, False):
            torch.manual_seed(seed)
            net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))
            optimizer = torch.optim.Adam(net.parameters(), lr=0.03)
            for epoch in range(25):
                if epoch == 0 or not forget:
                    net.train()
                loss = F.cross_entropy(net(data.X_train), data.y_train)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                net.eval()
            row.append((net(data.X_test).argmax(dim=1) == data.y_test).float().mean())
        rows.append(row)
    return torch.tensor(rows)


def unpaired_starts(seeds):
    """Compare nets with different starts and masks: a larger error, and the same conclusion."""
    pairs = with_and_without_bug(tuple(seeds))
    return report(pairs[:, 0] - pairs[:, 1].roll(1))


@cache
def on_inputs(seeds):
    options = {"lambd": [0.0], "num_epochs": 16, "lr": 0.4, "batch_size": 100, "record_every": 16}
    options |= {"seed": seeds[0], "num_seeds": len(seeds)}
    hidden = [nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)]

    def draw_hidden():
        for layer in (hidden[0], hidden[3]):
            layer.reset_parameters()
        return deepcopy(hidden)

    nets = [lambda: nn.Sequential(nn.Dropout(0.2), *draw_hidden()), lambda: nn.Sequential(*draw_hidden())]
    data = lambda seed: load_digits(400, seed=seed)  # noqa: E731
    return torch.stack([sweep_nets(net, data, **options).final("test_acc")[:, 0] for net in nets], dim=1)


def replaced_by_p(seeds):
    """Ask the sweep for p, which replaces that of all layers, the inputs' too."""

    def make_net(p):
        return nn.Sequential(nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 10))

    options = {"num_epochs": 16, "lr": 0.4, "batch_size": 100, "record_every": 16}
    options |= {"seed": seeds[0], "num_seeds": len(seeds)}
    accs = sweep_nets(make_net, lambda seed: load_digits(400, seed=seed), p=[0.5, 0.0], **options).final("test_acc")
    return report(accs[:, 0] - accs[:, 1])


HIGHER, LOWER = "(0.5, 0.2) has the higher test loss", "(0.5, 0.2) has the lower test loss"
RIGHT = [
    ("swapped_ps", of(swapped), HIGHER),
    ("swapped_ps", swapped_one_by_one, HIGHER),
    ("more_epochs", of(late_and_early), BETTER),
    ("more_epochs", two_trainings, BETTER),
    ("forgotten_train", of(with_and_without_bug), "the bug lowers the accuracy"),
    ("forgotten_train", unpaired_starts, "the bug lowers the accuracy"),
    ("input_dropout", of(on_inputs), "it hurts"),
    ("input_dropout", lambda seeds: [float(part) for part in of(on_inputs)(seeds)], "it hurts"),
]

WRONG = {
    "swapped_ps": [
        *mistakes(swapped, HIGHER),
        (of(swapped), "which speaks for '.0.5, 0.2. has the higher test loss'", LOWER),
        (of(swapped), "you claim 'no difference'", "no difference"),
        (of(lambda seeds: swapped(seeds, curve="test_acc")), "is the setting that of the text", LOWER),
        (of(lambda seeds: swapped(seeds, num_hiddens=(64, 16))), "the check 0.1", LOWER),
    ],
    "more_epochs": [
        *mistakes(late_and_early, BETTER),
        (of(lambda seeds: gains(seeds)[:, 2]), "it found -0.0", WORSE),
        (of(late_and_early), f"which speaks for '{BETTER}'", WORSE),
        (of(late_and_early), "you claim 'no difference'", "no difference"),
    ],
    "forgotten_train": [
        *mistakes(with_and_without_bug, "the bug lowers the accuracy"),
        (of(lambda seeds: 100 * with_and_without_bug(seeds)), "not percent", "the bug lowers the accuracy"),
        (of(with_and_without_bug), "which speaks for 'the bug lowers", "the bug raises the accuracy"),
    ],
    "input_dropout": [
        *mistakes(on_inputs, "it hurts"),
        (of(lambda seeds: 100 * on_inputs(seeds)), "not percent", "it hurts"),
        (of(on_inputs), "which speaks for 'it hurts'", "it helps"),
        (replaced_by_p, "is the setting that of the text", "it hurts"),
    ],
}
