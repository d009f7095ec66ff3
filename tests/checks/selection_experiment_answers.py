"""Right and wrong reports of the experiments on choosing λ; each wrong one with words of its diagnosis."""

from functools import cache

import torch

from helpers import ridge, selection
from tests.checks.reports import mistakes, of, report, unpaired

TRUE_W = (2 / torch.arange(1, 31, dtype=torch.double))[:, None]
LAMBDAS = torch.logspace(-3, 1, 33, dtype=torch.double)
STAR = 30 / (40 * TRUE_W.square().sum().item())


def draw(n, generator):
    X = torch.randn(n, 30, generator=generator, dtype=torch.double)
    return X, X @ TRUE_W + torch.randn(n, 1, generator=generator, dtype=torch.double)


def true_error(w, b):
    return ((w - TRUE_W) ** 2).sum(dim=0) + b.reshape(-1) ** 2 + 1


@cache
def validated(seeds, num_val=100, star=STAR, choose_on=None):
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
    return torch.stack(rows)


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
    return report(torch.stack(gains))


@cache
def halved(seeds, num_folds=2, factor=0.5, halve_grid=False):
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
    return torch.cat(gains)


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
    return report(torch.stack(gains))


VALIDATED, HALF = "the validated λ is better", "half of λ is better"
RIGHT = [
    ("validated_lambda", of(validated), VALIDATED),
    ("validated_lambda", validated_on_new_data, VALIDATED),
    ("halved_lambda", of(halved), HALF),
    ("halved_lambda", halved_by_hand, HALF),
]

WRONG = {
    "validated_lambda": [
        *mistakes(validated, VALIDATED),
        (of(validated), "speaks for 'the validated λ is better'", "the oracle's λ is better"),
        (of(validated), "speaks for 'the validated λ is better'", "no difference"),
        (unpaired(validated), "as independent"),
        (of(lambda seeds: validated(seeds, num_val=10)), "is the setting that of the text"),
        (of(lambda seeds: validated(seeds, choose_on="train")), "is the setting that of the text"),
        (of(lambda seeds: validated(seeds, star=40 * STAR)), "is the setting that of the text"),
    ],
    "halved_lambda": [
        *mistakes(halved, HALF),
        (of(halved), "speaks for 'half of λ is better'", "half of λ is worse"),
        (of(halved), "speaks for 'half of λ is better'", "no difference"),
        (of(lambda seeds: halved(seeds, num_folds=5)), "is the setting that of the text"),
        (of(lambda seeds: halved(seeds, halve_grid=True)), "is the setting that of the text"),
        (of(lambda seeds: halved(seeds, factor=2.0)), "the sign is reversed|is the setting"),
    ],
}
