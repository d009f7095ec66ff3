"""Right and wrong answers to the exercises on choosing λ; each wrong one with words of its diagnosis."""

import math

import numpy as np
import torch
from sklearn.model_selection import GroupKFold

from helpers import selection


def whole_groups(groups, num_folds):
    parts = groups.unique().tensor_split(num_folds)
    held_out = [torch.isin(groups, part) for part in parts]
    return [((~mask).nonzero().flatten(), mask.nonzero().flatten()) for mask in held_out]


def masks(groups, num_folds):
    """Deal the groups out in turn, and return masks instead of indices."""
    names = sorted(set(groups.tolist()))
    fold_of = torch.tensor([names.index(group) % num_folds for group in groups.tolist()])
    return tuple([fold_of != k, fold_of == k] for k in range(num_folds))


def scikit_folds(groups, num_folds):
    return list(GroupKFold(num_folds).split(np.zeros(len(groups)), groups=groups.numpy()))


def generated(groups, num_folds):
    for train, held_out in whole_groups(groups, num_folds):
        yield train.tolist(), held_out.tolist()


def changed(change):
    """Return an answer whose right folds are changed one by one."""
    return lambda groups, num_folds: [change(groups, *fold) for fold in whole_groups(groups, num_folds)]


def by_sorted_examples(groups, num_folds):
    return [
        (torch.cat([*parts[:k], *parts[k + 1 :]]), parts[k])
        for parts in [groups.argsort().tensor_split(num_folds)]
        for k in range(num_folds)
    ]


def by_label(groups, num_folds):
    return [
        ((groups % num_folds != k).nonzero()[:, 0], (groups % num_folds == k).nonzero()[:, 0]) for k in range(num_folds)
    ]


def stop(losses, patience):
    best, waited = 0, 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best, waited = epoch, 0
        elif epoch > 0:
            waited += 1
        if waited == patience:
            break
    return best, epoch


def stop_by_distance(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch - best >= patience:
            break
    return torch.tensor([best, epoch])


def stop_when(losses, patience, waits, better=lambda losses, epoch, best: losses[epoch] < losses[best], reset=True):
    """Stop after `waits(patience)` epochs that are not better, by another definition of better."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        improved = better(losses, epoch, best)
        best = epoch if improved else best
        waited = 0 if improved and reset else waited + (not improved)
        if waited == waits(patience):
            break
    return best, epoch


def lowest(losses):
    return losses.index(min(losses))


RIGHT = [
    ("examples_needed", lambda accuracy, error: accuracy * (1 - accuracy) / error**2),
    ("examples_needed", lambda accuracy, error: math.ceil((accuracy - accuracy**2) / error / error)),
    ("p_for_more_data", lambda p, n, n_new: p * n / (p * n + (1 - p) * n_new)),
    ("p_for_more_data", lambda p, n, n_new: 1 - 1 / (1 + p / (1 - p) * n / n_new)),
    ("group_folds", whole_groups),
    ("group_folds", masks),
    ("group_folds", scikit_folds),
    ("group_folds", generated),
    ("early_stop", stop),
    ("early_stop", stop_by_distance),
]

WRONG = {
    "examples_needed": [
        (lambda a, e: a * (1 - a) / e, "four times the examples"),
        (lambda a, e: (a * (1 - a)) ** 0.5 / e, "its square root"),
        (lambda a, e: (a * (1 - a) / e) ** 2, "the variance is one already"),
        (lambda a, e: a / e**2, "factor 1 - a is missing"),
        (lambda a, e: (1 - a) / e**2, "factor a is missing"),
        (lambda a, e: 0.25 / e**2, "enough for every accuracy"),
        (lambda a, e: 1 / e**2, "not 1$"),
        (lambda a, e: 4 * a * (1 - a) / e**2, "two standard errors"),
        (lambda a, e: 902, r"it returned 902, expected 900$"),
    ],
    "p_for_more_data": [
        (lambda p, n, n_new: p * n / n_new, "not p$"),
        (lambda p, n, n_new: p / (1 - p) * n / n_new, "that is the new λ"),
        (lambda p, n, n_new: p * n_new / (p * n_new + (1 - p) * n), "more data need less .* n / n_new$"),
        (lambda p, n, n_new: p / (1 - p) * n_new / n, "more data need less .* convert it back$"),
        (lambda p, n, n_new: p, "p is unchanged"),
        (lambda p, n, n_new: 1 - 1 / (1 + p / (1 - p) * (n / n_new) ** 0.5), "not as one over its root"),
        (lambda p, n, n_new: p * n / (p * n + n_new), "convert p into λ first"),
        (lambda p, n, n_new: 1 / ((1 - p) / p * n_new / n - 1), "convert back with"),
        (lambda p, n, n_new: p + n, r"returned 100\.6, expected 0\.3333$"),
    ],
    "group_folds": [
        (
            lambda groups, num_folds: selection.kfold_indices(len(groups), num_folds),
            "group 6 is both in train and held",
        ),
        (changed(lambda groups, train, held_out: (held_out, train)), "2 times, .*: the pairs are"),
        (changed(lambda groups, train, held_out: (torch.arange(len(groups)), held_out)), "an example is both"),
        (changed(lambda groups, train, held_out: (train[1:], held_out)), "fold 0 leaves examples out"),
        (changed(lambda groups, train, held_out: (groups[train], groups[held_out])), "not labels"),
        (changed(lambda groups, train, held_out: held_out), "must return 3 pairs"),
        (
            changed(lambda groups, train, held_out: (train / 1, held_out / 1)),
            "list or tensor of indices, got torch.float",
        ),
        (by_sorted_examples, "group 6 is both in train and held"),
        (by_label, "in fold 0 no example is left to train on"),
        (lambda groups, num_folds: whole_groups(groups, num_folds)[:2], "must return 3 pairs"),
        (lambda groups, num_folds: whole_groups(groups, num_folds)[:1] * num_folds, "example 0 is held out 3 times"),
        (lambda groups, num_folds: whole_groups(groups, len(groups.unique())), "must return 3 pairs"),
        (lambda groups, num_folds: whole_groups(groups, 3), "for groups = .*, num_folds = 2 it must return 2 pairs"),
    ],
    "early_stop": [
        (lambda losses, patience: (lowest(losses), stop(losses, patience)[1]), "nobody has seen it"),
        (lambda losses, patience: (lowest(losses), len(losses) - 1), "it waited too long"),
        (lambda losses, patience: stop_when(losses, patience, lambda p: p - 1), "one epoch too few"),
        (
            lambda losses, patience: stop_when(
                losses, patience, lambda p: p, lambda x, epoch, best: x[epoch] < x[epoch - 1]
            ),
            "look at no later one",
        ),
        (lambda losses, patience: stop_when(losses, patience, lambda p: p, reset=False), "in a row"),
        (lambda losses, patience: (stop(losses, patience)[1],) * 2, "not the last"),
        (lambda losses, patience: [epoch + 1 for epoch in stop(losses, patience)], "count the epochs from 0"),
        (lambda losses, patience: stop(losses, patience)[::-1], "swapped"),
        (lambda losses, patience: (min(losses[:8]), stop(losses, patience)[1]), "not its loss"),
        (lambda losses, patience: (stop(losses, patience)[0], stop(losses, patience)[1] + 1), "one epoch too many"),
        (lambda losses, patience: stop_when(losses, patience, lambda p: p + 1), "it waited too long"),
        (
            lambda losses, patience: stop_when(
                losses, patience, lambda p: p, lambda x, epoch, best: x[epoch] <= x[best]
            ),
            "for losses = .* a loss that equals",
        ),
        (lambda losses, patience: (4, 7), r"losses = \[3.0, 2.0, 1.0\]"),
        (lambda losses, patience: stop(losses, patience)[0], r"returned shape \(\), expected \(2,\)"),
    ],
}
