"""Right and wrong answers to the experiments on choosing λ and p; the claim stands behind an answer."""

from functools import cache

import numpy as np
import torch
from sklearn.datasets import load_diabetes

from helpers import load_digits, sweep_decay_and_dropout
from helpers.selection import ridge_path

LAMBDAS = torch.logspace(-3, 2, 40).double()


def report(values, spread=lambda values: values.std() / len(values) ** 0.5):
    return values.mean(), spread(values)


def map_of(seeds):
    def data(seed):
        return load_digits(100, seed=seed).with_label_noise(0.3, seed=seed)

    options = {"num_hiddens": (16, 16), "num_epochs": 40, "record_every": 40}
    axes = [0, 0.001, 0.003, 0.01], [0, 0.1, 0.2, 0.3]
    sweep = sweep_decay_and_dropout(data, *axes, seed=seeds[0], num_seeds=len(seeds), **options)
    acc = sweep.final("test_acc")
    return acc, acc - acc.mean(dim=1, keepdim=True)


def lucks(seeds):
    acc, leads = map_of(seeds)
    found = []
    for s, best in enumerate(acc.argmax(dim=1)):
        others = torch.cat([leads[:s, best], leads[s + 1 :, best]])
        found.append(leads[s, best] - others.mean())
    return torch.stack(found)


def luck_of_the_map(seeds):
    return report(lucks(seeds))


def judged_by_the_next_seed(seeds):
    acc, leads = map_of(seeds)
    best = acc.argmax(dim=1)
    rows = torch.arange(len(seeds))
    return report(leads[rows, best] - leads[rows.roll(1), best])


def lead_alone(seeds):
    return report(map_of(seeds)[1].amax(dim=1))


def one_cell_for_all(seeds):
    """Choose one cell by the mean over the seeds, as the map of a chapter does."""
    _, leads = map_of(seeds)
    best = leads[:, leads.mean(dim=0).argmax()]
    return report(best - (best.sum() - best) / (len(seeds) - 1))


def luck_in_reverse(seeds):
    return report(-lucks(seeds))


def spread_of_luck(seeds):
    return report(lucks(seeds), torch.std)


def draw(X, y, generator, num_train=30):
    """Return the errors on the held-out rows and on the rest, (40,) each."""
    order = torch.randperm(len(X), generator=generator)
    train, held_out, rest = order[:num_train], order[num_train : num_train + 10], order[num_train + 10 :]
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    w, b = ridge_path((X[train] - mean) / std, y[train], LAMBDAS)
    return [((X[rows] - mean) / std @ w + b - y[rows]).square().mean(dim=0) for rows in (held_out, rest)]


@cache
def table():
    X, y = (torch.tensor(values) for values in load_diabetes(return_X_y=True, scaled=False))
    return X, y[:, None]


def choices(seeds, judged=slice(5, None)):
    """Return the errors of both choices, (S, 2): 8 values on five draws, 40 on one."""
    rows = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        held_out, rest = (
            torch.stack(errors) for errors in zip(*(draw(*table(), generator) for _ in range(10)), strict=True)
        )
        few = torch.arange(2, 40, 5)[held_out[:5, 2::5].mean(dim=0).argmin()]
        rows.append(rest[judged, [few, held_out[0].argmin()]].mean(dim=0))
    return torch.stack(rows)


def many_lambdas(seeds):
    found = choices(seeds)
    return report(found[:, 0] - found[:, 1])


def errors_by_svd(X, y, order):
    """Return the same as `draw`, by the singular values of the 30 rows."""
    train, *others = np.split(order, [30, 40])
    mean, std = X[train].mean(axis=0), X[train].std(axis=0, ddof=1)
    Z, y_mean = (X - mean) / std, y[train].mean()
    U, values, V = np.linalg.svd(Z[train], full_matrices=False)  # the columns have mean 0
    shrunk = values[:, None] / (values[:, None] ** 2 + 30 * LAMBDAS.numpy())
    w = V.T @ (shrunk * (U.T @ (y[train] - y_mean))[:, None])
    return [((Z[rows] @ w + y_mean - y[rows, None]) ** 2).mean(axis=0) for rows in others]


def many_lambdas_by_numpy(seeds):
    (X, y), gains = (part.numpy() for part in table()), []
    for seed in seeds:
        shuffle = np.random.default_rng(seed)
        errors = np.array([errors_by_svd(X, y[:, 0], shuffle.permutation(len(X))) for _ in range(10)])
        few = 5 * errors[:5, 0, 2::5].mean(axis=0).argmin() + 2
        judged = errors[5:, 1].mean(axis=0)
        gains.append(judged[few] - judged[errors[0, 0].argmin()])
    return np.mean(gains), np.std(gains, ddof=1) / len(gains) ** 0.5


def many_in_reverse(seeds):
    found = choices(seeds)
    return report(found[:, 1] - found[:, 0])


def judged_by_one_draw_of_the_choice(seeds):
    """Judge both by the rows that the first one was chosen on."""
    gains = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        held_out = torch.stack([draw(*table(), generator)[0] for _ in range(5)])
        few = torch.arange(2, 40, 5)[held_out[:, 2::5].mean(dim=0).argmin()]
        gains.append(held_out[0, few] - held_out[0].min())
    return report(torch.stack(gains))


def std_over_s(seeds):
    found = choices(seeds)
    return report(found[:, 0] - found[:, 1], lambda values: values.std() / len(values))


def spread_of_gains(seeds):
    found = choices(seeds)
    return report(found[:, 0] - found[:, 1], torch.std)


LUCK, FEW = "on its own seed it looks better than it is", "8 values, five draws"
RIGHT = [
    ("luck_of_the_map", luck_of_the_map, LUCK),
    ("luck_of_the_map", lambda seeds: luck_of_the_map([seed - 300 for seed in seeds]), LUCK),
    ("many_lambdas", many_lambdas, FEW),
    ("many_lambdas", many_lambdas_by_numpy, FEW),
]

WRONG = {
    "luck_of_the_map": [
        (luck_of_the_map, "speaks for 'on its own seed it looks better", "it is as good as it looks"),
        (lead_alone, "is the setting that of the text", LUCK),
        (one_cell_for_all, "is the setting that of the text", LUCK),
        (luck_in_reverse, "the sign is reversed", LUCK),
        (spread_of_luck, "that is the standard deviation", LUCK),
    ],
    "many_lambdas": [
        (many_lambdas, "speaks for '8 values, five draws'", "40 values, one draw"),
        (many_in_reverse, "the sign is reversed", FEW),
        (judged_by_one_draw_of_the_choice, "the sign is reversed", FEW),
        (spread_of_gains, "that is the standard deviation", FEW),
        (std_over_s, "not std / S", FEW),
    ],
}
