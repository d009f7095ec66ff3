"""Right and wrong answers to the experiments with weight decay and dropout; the claim stands behind an answer."""

from dataclasses import replace
from functools import cache

import torch
from torch import nn

from helpers import load_digits, sweep_decay_and_dropout, sweep_nets
from tests.checks.reports import mistakes, of, report


def digits_with(num_train, share):
    return lambda seed: load_digits(num_train, seed=seed).with_label_noise(share, seed=seed)


def final(data, lambdas, ps, seeds, num_hiddens, num_epochs):
    options = {"num_hiddens": num_hiddens, "num_epochs": num_epochs, "record_every": num_epochs}
    sweep = sweep_decay_and_dropout(data, lambdas, ps, seed=seeds[0], num_seeds=len(seeds), **options)
    return sweep.final("test_acc")


@cache
def four(seeds):
    return final(digits_with(400, 0.4), (0, 0.006), (0, 0.1), seeds, (32, 32), 50)


def interaction(seeds):
    plain, dropout, decay, both = four(seeds).T
    return both - decay - dropout + plain


def interaction_of_own_nets(seeds):
    """Train nets with PyTorch's initialization, which is another one than that of the sweeps."""

    def make_net():
        hidden = [nn.Linear(64, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 32), nn.ReLU(), nn.Dropout()]
        net = nn.Sequential(*hidden, nn.Linear(32, 10))
        for layer in [*hidden[::3], net[-1]]:
            nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5)
            nn.init.zeros_(layer.bias)
        return net

    options = {"num_epochs": 50, "lr": 0.2, "record_every": 50, "num_seeds": len(seeds), "seed": seeds[0]}
    sweep = sweep_nets(make_net, digits_with(400, 0.4), lambd=[0, 0.006], p=[0, 0.1], **options)
    return report(sweep.final("test_acc") @ torch.tensor([1.0, -1.0, -1.0, 1.0]))


def independent_gains(seeds):
    plain, *others = four(tuple(seeds)).T
    gains = [other - plain for other in others]
    dropout, decay, both = (gain.mean() for gain in gains)
    return both - decay - dropout, (sum(gain.var() for gain in gains) / len(seeds)) ** 0.5


@cache
def checked_and_all(seeds, lambd=0.008, p=0.3):
    checked = final(digits_with(150, 0.0), [0], [0], seeds, (48, 48), 60)
    return torch.cat([checked, final(digits_with(300, 0.4), [lambd], [p], seeds, (48, 48), 60)], dim=1)


def first_150_of_the_300(seeds):
    """Take the first 150 images of the same split, and its test images."""

    def checked(seed):
        digits = load_digits(300, seed=seed)
        return replace(digits, X_train=digits.X_train[:150], y_train=digits.y_train[:150])

    return report(final(checked, [0], [0], seeds, (48, 48), 60)[:, 0] - checked_and_all(tuple(seeds))[:, 1])


LESS, CHECKED = "less than the sum", "the checked digits"
RIGHT = [
    ("interaction", of(interaction), LESS),
    ("interaction", interaction_of_own_nets, LESS),
    ("checked_labels", of(checked_and_all), CHECKED),
    ("checked_labels", first_150_of_the_300, CHECKED),
]

WRONG = {
    "interaction": [
        *mistakes(interaction, LESS),
        (of(interaction), "you claim 'the gains add up', but 12 fresh seeds give -", "the gains add up"),
        (of(lambda seeds: four(seeds)[:, [3, 0]]), "is the setting that of the text"),
        (of(interaction, lambda values: 100 * values), "return fractions, not percent"),
        (independent_gains, "treats the two as independent"),
    ],
    "checked_labels": [
        *mistakes(checked_and_all, CHECKED),
        (of(checked_and_all), "speaks for 'the checked digits'", "all digits, with both methods"),
        (of(lambda seeds: checked_and_all(seeds, 0, 0)), "is the setting that of the text", CHECKED),
        (of(lambda seeds: checked_and_all(seeds[:1]).repeat(len(seeds), 1)), "does the seed play a part", CHECKED),
    ],
}
