"""Right and wrong answers to the experiments with thinned nets; the claim stands behind an answer."""

import torch
from torch import nn

from helpers import dropout_mlp, load_digits, mc_dropout, mutual_information, sweep_nets, train_classifier


def trained(seed, num_train, num_epochs):
    digits = load_digits(num_train, seed=seed)
    net = dropout_mlp([64, 64, 64, 10], 0.5, seed=seed)
    return train_classifier(net, digits, num_epochs=num_epochs, seed=seed), digits


def report(values, spread=lambda values: values.std() / len(values) ** 0.5):
    values = torch.tensor(values)
    return values.mean(), spread(values)


def gains(seeds, average=lambda logits: logits.softmax(dim=2).mean(dim=0), num_draws=10):
    gained = []
    for seed in seeds:
        net, digits = trained(seed, 200, 30)
        right = [
            (output.argmax(dim=1) == digits.y_test).float().mean()
            for output in (average(mc_dropout(net, digits.X_test, num_draws)), net(digits.X_test))
        ]
        gained.append(right[0] - right[1])
    return gained


def average_of_masks(seeds):
    return report(gains(seeds))


def average_by_hand(seeds):
    """Leave dropout on, and draw from the global generator."""
    gained = []
    for seed in seeds:
        net, digits = trained(seed, 200, 30)
        off = (net(digits.X_test).argmax(dim=1) == digits.y_test).double().mean()
        net.train()
        mean = sum(net(digits.X_test).detach().softmax(dim=1) for _ in range(10)) / 10
        gained.append((mean.argmax(dim=1) == digits.y_test).double().mean() - off)
    return report(gained)


def one_mask(seeds):
    return report(gains(seeds, num_draws=1))


def dropout_off_twice(seeds):
    gained = []
    for seed in seeds:
        net, digits = trained(seed, 200, 30)
        mean = torch.stack([net(digits.X_test) for _ in range(10)]).softmax(dim=2).mean(dim=0)
        gained.append(((mean - net(digits.X_test)).argmax(dim=1) == -1).float().mean())
    return report(gained)


def in_reverse(seeds):
    return report([-gain for gain in gains(seeds)])


def in_percent(seeds):
    return report([100 * gain for gain in gains(seeds)])


def spread_of_gains(seeds):
    return report(gains(seeds), torch.std)


def disagreement(seed, num_epochs):
    net, digits = trained(seed, 100, num_epochs)
    return mutual_information(mc_dropout(net, digits.X_test[:300], 30).softmax(dim=2)).mean()


def longer_training(seeds):
    return report([disagreement(seed, 80) - disagreement(seed, 20) for seed in seeds])


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
    return report([late - early for late, early in zip(*found, strict=True)])


def shorter_training(seeds):
    return report([disagreement(seed, 20) - disagreement(seed, 80) for seed in seeds])


def far_fewer_epochs(seeds):
    return report([disagreement(seed, 40) - disagreement(seed, 20) for seed in seeds])


def std_over_s(seeds):
    return report(
        [disagreement(seed, 80) - disagreement(seed, 20) for seed in seeds], lambda values: values.std() / len(values)
    )


OFF, MORE = "dropout off is more accurate", "longer training: more disagreement"
RIGHT = [
    ("average_of_masks", average_of_masks, OFF),
    ("average_of_masks", average_by_hand, OFF),
    ("longer_training", longer_training, MORE),
    ("longer_training", longer_training_of_a_stack, MORE),
]

WRONG = {
    "average_of_masks": [
        (average_of_masks, "speaks for 'dropout off is more accurate'", "the average of ten masks is more accurate"),
        (one_mask, "is the setting that of the text", OFF),
        (in_reverse, "the sign is reversed", OFF),
        (in_percent, "return fractions, not percent", OFF),
        (spread_of_gains, "that is the standard deviation", OFF),
        (dropout_off_twice, "the standard error is 0", "there is no difference in accuracy"),
    ],
    "longer_training": [
        (longer_training, "speaks for 'longer training: more", "longer training: less disagreement"),
        (shorter_training, "the sign is reversed", MORE),
        (far_fewer_epochs, "is the setting that of the text", MORE),
        (std_over_s, "not std / S", MORE),
    ],
}
