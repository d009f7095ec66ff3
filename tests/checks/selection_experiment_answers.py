"""Right and wrong reports of the experiments on choosing λ; each wrong one with words of its diagnosis."""

import torch

from helpers import ridge, selection

TRUE_W = (2 / torch.arange(1, 31, dtype=torch.double))[:, None]
LAMBDAS = torch.logspace(-3, 1, 33, dtype=torch.double)
STAR = 30 / (40 * TRUE_W.square().sum().item())


def summary(values):
    return values.mean(), values.std() / len(values) ** 0.5


def reversed_sign(values):
    return summary(-values)


def spread(values):
    return values.mean(), values.std()


def over_s(values):
    return values.mean(), values.std() / len(values)


def draw(n, generator):
    X = torch.randn(n, 30, generator=generator, dtype=torch.double)
    return X, X @ TRUE_W + torch.randn(n, 1, generator=generator, dtype=torch.double)


def true_error(w, b):
    return ((w - TRUE_W) ** 2).sum(dim=0) + b.reshape(-1) ** 2 + 1


def validated(seeds, report=summary, num_val=100, star=STAR, choose_on=None, paired=True):
    """Draw the validation set after the training set, one data set after the other."""
    rows = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        (X, y), held_out = draw(40, generator), draw(num_val, generator)
        w, b = selection.ridge_path(X, y, LAMBDAS)
        X_val, y_val = (X, y) if choose_on == "train" else held_out
        chosen = ((X_val @ w + b - y_val) ** 2).mean(dim=0).argmin()
        if choose_on == "truth":
            chosen = true_error(w, b).argmin()
        rows.append(torch.stack([true_error(w, b)[chosen], true_error(*ridge(X, y, star))[0]]))
    one, other = torch.stack(rows).T
    if paired:
        return report(one - other)
    return one.mean() - other.mean(), ((one.var() + other.var()) / len(rows)) ** 0.5


def validated_on_new_data(seeds):
    """Measure errors on 5,000 new examples."""
    gains = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed + 5)
        (X, y), (X_val, y_val), (X_new, y_new) = (draw(n, generator) for n in (40, 100, 5000))
        w, b = selection.ridge_path(X, y, torch.cat([LAMBDAS, torch.tensor([STAR])]))
        chosen = ((X_val @ w + b - y_val) ** 2).mean(dim=0)[:-1].argmin()
        errors = ((X_new @ w + b - y_new) ** 2).mean(dim=0)
        gains.append(errors[chosen] - errors[-1])
    return summary(torch.stack(gains))


def halved(seeds, report=summary, num_folds=2, factor=0.5, halve_grid=False):
    gains = []
    for seed in seeds:
        X, y = draw(40, torch.Generator().manual_seed(seed))
        errors = selection.cross_validate_ridge(X, y, LAMBDAS, selection.kfold_indices(40, num_folds))
        lambd = LAMBDAS[errors.mean(dim=0).argmin()].item()
        other = factor * lambd
        if halve_grid:
            folds = selection.kfold_indices(40, num_folds)
            again = selection.cross_validate_ridge(X, y, factor * LAMBDAS, folds).mean(dim=0)
            other = factor * LAMBDAS[again.argmin()].item()
        gains.append(true_error(*ridge(X, y, other)) - true_error(*ridge(X, y, lambd)))
    return report(torch.cat(gains))


def halved_by_hand(seeds):
    """Cross-validate in two explicit halves, shuffled."""
    gains = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        X, y = draw(40, generator)
        halves = torch.randperm(40, generator=generator).chunk(2)
        errors = 0
        for train, held_out in (halves, halves[::-1]):
            w, b = selection.ridge_path(X[train], y[train], LAMBDAS)
            errors = errors + ((X[held_out] @ w + b - y[held_out]) ** 2).mean(dim=0)
        w, b = selection.ridge_path(X, y, LAMBDAS[errors.argmin()] * torch.tensor([0.5, 1.0]))
        one, other = true_error(w, b)
        gains.append(one - other)
    return summary(torch.stack(gains))


RIGHT = [
    ("validated_lambda", validated, "the validated λ is better"),
    ("validated_lambda", validated_on_new_data, "the validated λ is better"),
    ("halved_lambda", halved, "half of λ is better"),
    ("halved_lambda", halved_by_hand, "half of λ is better"),
]

WRONG = {
    "validated_lambda": [
        (validated, "speaks for 'the validated λ is better'", "the oracle's λ is better"),
        (validated, "speaks for 'the validated λ is better'", "no difference"),
        (lambda seeds: validated(seeds, num_val=10), "is the setting that of the text"),
        (lambda seeds: validated(seeds, choose_on="train"), "is the setting that of the text"),
        (lambda seeds: validated(seeds, star=40 * STAR), "is the setting that of the text"),
        (lambda seeds: validated(seeds, reversed_sign), "the sign is reversed"),
        (lambda seeds: validated(seeds, spread), "the standard deviation"),
        (lambda seeds: validated(seeds, over_s), "not std / S"),
        (lambda seeds: validated(seeds, paired=False), "as independent"),
    ],
    "halved_lambda": [
        (halved, "speaks for 'half of λ is better'", "half of λ is worse"),
        (halved, "speaks for 'half of λ is better'", "no difference"),
        (lambda seeds: halved(seeds, num_folds=5), "is the setting that of the text"),
        (lambda seeds: halved(seeds, halve_grid=True), "is the setting that of the text"),
        (lambda seeds: halved(seeds, factor=2.0), "the sign is reversed|is the setting"),
        (lambda seeds: halved(seeds, reversed_sign), "the sign is reversed"),
        (lambda seeds: halved(seeds, spread), "the standard deviation"),
        (lambda seeds: halved(seeds, over_s), "not std / S"),
        (lambda seeds: halved(seeds)[0], "must return two numbers"),
    ],
}
