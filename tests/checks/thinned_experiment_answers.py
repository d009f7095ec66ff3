"""Right and wrong answers to the experiments with thinned nets; the claim stands behind an answer."""

from functools import cache

import torch
from torch import nn

from helpers import dropout_mlp, load_digits, mc_dropout, mutual_information, sweep_nets, train_classifier
from tests.checks.reports import mistakes, of, report


def trained(seed, num_train, num_epochs):
    digits = load_digits(num_train, seed=seed)
    net = dropout_mlp([64, 64, 64, 10], 0.5, seed=seed)
    return train_classifier(net, digits, num_epochs=num_epochs, seed=seed), digits


def share_right(outputs, digits):
    return (outputs.argmax(dim=1) == digits.y_test).double().mean()


@cache
def gain(seed, num_draws=10):
    net, digits = trained(seed, 200, 30)
    mean = mc_dropout(net, digits.X_test, num_draws).softmax(dim=2).mean(dim=0)
    return share_right(mean, digits) - share_right(net(digits.X_test), digits)


def average_of_masks(seeds, num_draws=10):
    return torch.stack([gain(seed, num_draws) for seed in seeds])


def average_by_hand(seeds):
    """Leave dropout on, and draw from the global generator."""
    gained = []
    for seed in seeds:
        net, digits = trained(seed, 200, 30)
        off = share_right(net(digits.X_test), digits)
        net.train()
        mean = sum(net(digits.X_test).detach().softmax(dim=1) for _ in range(10)) / 10
        gained.append(share_right(mean, digits) - off)
    return report(gained)


def dropout_off_twice(seeds):
    gained = []
    for seed in seeds:
        net, digits = trained(seed, 200, 30)
        mean = torch.stack([net(digits.X_test) for _ in range(10)]).softmax(dim=2).mean(dim=0)
        gained.append(((mean - net(digits.X_test)).argmax(dim=1) == -1).float().mean())
    return report(gained)


@cache
def disagreement(seed, num_epochs):
    net, digits = trained(seed, 100, num_epochs)
    return mutual_information(mc_dropout(net, digits.X_test[:300], 30).softmax(dim=2)).mean()


def longer_training(seeds, num_epochs=80):
    return torch.stack([disagreement(seed, num_epochs) - disagreement(seed, 20) for seed in seeds])


@cache
def longer_training_of_a_stack(seeds):
    """Train the nets of all seeds at once."""

    def make_net():
        hidden = [nn.Linear(64, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 64), nn.ReLU(), nn.Dropout()]
        return nn.Sequential(*hidden, nn.Linear(64, 10))

    found = []
    for num_epochs in (80, 20):
        options = {"num_epochs": num_epochs, "lr": 0.2, "record_every": num_epochs, "num_seeds": len(seeds)}
        options["seed"] = seeds[0]
        sweep, net = sweep_nets(make_net, lambda seed: load_digits(100, seed=seed), p=[0.5], **options), make_net()
        found.append([])
        for s, seed in enumerate(seeds):
            net.load_state_dict({name: values[s, 0] for name, values in sweep.weights.items()})
            logits = mc_dropout(net, load_digits(100, seed=seed).X_test[:300], 20)
            found[-1].append(mutual_information(logits.softmax(dim=2)).mean())
    return torch.tensor(found).T


OFF, MORE = "dropout off is more accurate", "longer training: more disagreement"
RIGHT = [
    ("average_of_masks", of(average_of_masks), OFF),
    ("average_of_masks", average_by_hand, OFF),
    ("longer_training", of(longer_training), MORE),
    ("longer_training", of(longer_training_of_a_stack), MORE),
]

WRONG = {
    "average_of_masks": [
        *mistakes(average_of_masks, OFF),
        (of(average_of_masks), f"speaks for '{OFF}'", "the average of ten masks is more accurate"),
        (of(lambda seeds: average_of_masks(seeds, 1)), "is the setting that of the text", OFF),
        (of(average_of_masks, lambda gains: 100 * gains), "return fractions, not percent", OFF),
        (dropout_off_twice, "the standard error is 0", "there is no difference in accuracy"),
    ],
    "longer_training": [
        *mistakes(longer_training, MORE),
        (of(longer_training), "speaks for 'longer training: more", "longer training: less disagreement"),
        (of(lambda seeds: longer_training(seeds, 40)), "is the setting that of the text", MORE),
    ],
}
