"""Right and wrong answers to the experiments with weight decay and dropout; the claim stands behind an answer."""

from dataclasses import replace

import torch
from torch import nn

from helpers import load_digits, sweep_decay_and_dropout, sweep_nets


def digits_with(num_train, share):
    return lambda seed: load_digits(num_train, seed=seed).with_label_noise(share, seed=seed)


def final(data, lambdas, ps, seeds, num_hiddens, num_epochs):
    options = {"num_hiddens": num_hiddens, "num_epochs": num_epochs, "record_every": num_epochs}
    sweep = sweep_decay_and_dropout(data, lambdas, ps, seed=seeds[0], num_seeds=len(seeds), **options)
    return sweep.final("test_acc")


def report(values, spread=lambda values: values.std() / len(values) ** 0.5):
    return values.mean(), spread(values)


def four(seeds):
    return final(digits_with(400, 0.4), (0, 0.006), (0, 0.1), seeds, (32, 32), 50).unbind(dim=1)


def interaction(seeds):
    plain, dropout, decay, both = four(seeds)
    return report(both - decay - dropout + plain)


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


def gain_of_both(seeds):
    plain, _, _, both = four(seeds)
    return report(both - plain)


def interaction_in_percent(seeds):
    mean, error = interaction(seeds)
    return 100 * mean, 100 * error


def reversed_interaction(seeds):
    mean, error = interaction(seeds)
    return -mean, error


def spread_of_the_interaction(seeds):
    plain, dropout, decay, both = four(seeds)
    return report(both - decay - dropout + plain, lambda values: values.std())


def independent_gains(seeds):
    plain, *others = four(seeds)
    gains = [other - plain for other in others]
    dropout, decay, both = (gain.mean() for gain in gains)
    return both - decay - dropout, (sum(gain.var() for gain in gains) / len(seeds)) ** 0.5


def checked_and_all(seeds):
    checked = final(digits_with(150, 0.0), [0], [0], seeds, (48, 48), 60)[:, 0]
    return checked, final(digits_with(300, 0.4), [0.008], [0.3], seeds, (48, 48), 60)[:, 0]


def checked_labels(seeds):
    checked, everything = checked_and_all(seeds)
    return report(checked - everything)


def first_150_of_the_300(seeds):
    """Take the first 150 images of the same split, and its test images."""

    def checked(seed):
        digits = load_digits(300, seed=seed)
        return replace(digits, X_train=digits.X_train[:150], y_train=digits.y_train[:150])

    return report(final(checked, [0], [0], seeds, (48, 48), 60)[:, 0] - checked_and_all(seeds)[1])


def in_reverse(seeds):
    checked, everything = checked_and_all(seeds)
    return report(everything - checked)


def without_a_method(seeds):
    checked, _ = checked_and_all(seeds)
    return report(checked - final(digits_with(300, 0.4), [0], [0], seeds, (48, 48), 60)[:, 0])


def one_seed_for_all(seeds):
    checked, everything = checked_and_all(seeds[:1])
    return report((checked - everything).repeat(len(seeds)))


def std_over_s(seeds):
    checked, everything = checked_and_all(seeds)
    return report(checked - everything, lambda values: values.std() / len(values))


LESS, CHECKED = "less than the sum", "the checked digits"
RIGHT = [
    ("interaction", interaction, LESS),
    ("interaction", interaction_of_own_nets, LESS),
    ("checked_labels", checked_labels, CHECKED),
    ("checked_labels", first_150_of_the_300, CHECKED),
]

WRONG = {
    "interaction": [
        (interaction, "you claim 'the gains add up', but 12 fresh seeds give -", "the gains add up"),
        (interaction, "Now pass a claim"),
        (gain_of_both, "is the setting that of the text"),
        (interaction_in_percent, "return fractions, not percent"),
        (reversed_interaction, "the sign is reversed"),
        (spread_of_the_interaction, "that is the standard deviation"),
        (independent_gains, "treats the two as independent"),
    ],
    "checked_labels": [
        (checked_labels, "speaks for 'the checked digits'", "all digits, with both methods"),
        (in_reverse, "the sign is reversed", CHECKED),
        (without_a_method, "is the setting that of the text", CHECKED),
        (std_over_s, "not std / S", CHECKED),
        (one_seed_for_all, "does the seed play a part", CHECKED),
    ],
}
