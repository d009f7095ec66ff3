"""Right and wrong answers to the exercises on choosing λ; each wrong one with words of its diagnosis."""

import numpy as np
import torch
from sklearn.preprocessing import StandardScaler

from helpers import selection


def one_se(lambdas, errors, spread=lambda e: e.std(dim=0) / len(e) ** 0.5, pick=torch.max):
    mean = errors.mean(dim=0)
    best = mean.argmin()
    return pick(lambdas[mean <= mean[best] + spread(errors)[best]])


def one_se_by_loops(lambdas, errors):
    means = [sum(column) / len(column) for column in errors.T.tolist()]
    best = int(np.argmin(means))
    limit = means[best] + np.std(errors[:, best].numpy(), ddof=1) / np.sqrt(len(errors))
    return max(lambd for lambd, mean in zip(lambdas.tolist(), means, strict=True) if mean <= limit)


def scaled(X_train, X_val):
    scaler = StandardScaler().fit(X_train)
    shrink = ((len(X_train) - 1) / len(X_train)) ** 0.5  # StandardScaler divides by the std with n
    return [scaler.transform(X) * shrink for X in (X_train, X_val)]


def ruled(ruler, *, val=None):
    """Return an answer that standardizes X_train by one ruler (mean, std) and X_val by another, or by the same."""

    def standardize(X_train, X_val):
        (mean, std), (val_mean, val_std) = (rule(X_train, X_val) for rule in (ruler, val or ruler))
        return (X_train - mean) / std, (X_val - val_mean) / val_std

    return standardize


def of_train(X_train, X_val):
    return X_train.mean(dim=0), X_train.std(dim=0)


def of_both(X_train, X_val):
    return of_train(torch.cat([X_train, X_val]), None)


RIGHT = [
    ("one_standard_error", one_se),
    ("one_standard_error", one_se_by_loops),
    ("one_standard_error", selection.one_standard_error),
    ("standardize", ruled(of_train)),
    ("standardize", scaled),
]

WRONG = {
    "one_standard_error": [
        (lambda lambdas, errors: lambdas[errors.mean(dim=0).argmin()], "smallest mean error"),
        (lambda lambdas, errors: one_se(lambdas, errors, lambda e: e.std(dim=0)), "one standard deviation"),
        (lambda lambdas, errors: one_se(lambdas, errors, lambda e: e.std(dim=0, correction=0) / 2), "with K - 1"),
        (lambda lambdas, errors: one_se(lambdas, errors, lambda e: e.std(dim=0) / len(e)), "not std / K"),
        (
            lambda lambdas, errors: lambdas[
                errors.mean(dim=0) - errors.std(dim=0) / 2 <= errors.mean(dim=0).min()
            ].max(),
            "the limit comes from the best λ",
        ),
        (
            lambda lambdas, errors: one_se(lambdas, errors, lambda e: e.std().expand(e.shape[1]) / 2),
            "not over all errors",
        ),
        (lambda lambdas, errors: errors.mean(dim=0).min() + errors[:, 1].std() / 2, "that is the limit"),
        (lambda lambdas, errors: lambdas[errors.mean(dim=1).argmin()], "folds are the rows"),
        (lambda lambdas, errors: one_se(lambdas, errors, pick=torch.min), "the rule takes the largest"),
        (lambda lambdas, errors: one_se(lambdas, errors, pick=lambda within: within[-1]), "in any order"),
        (lambda lambdas, errors: 2, "an index into lambdas"),
        (lambda lambdas, errors: lambdas.max(), "without a limit"),
        (lambda lambdas, errors: lambdas, "returned shape"),
    ],
    "standardize": [
        (ruled(of_both), r"its X_train\[:, 0\] is .* a leak"),
        (ruled(of_train, val=of_both), "its X_val.* is .* a leak"),
        (
            ruled(of_train, val=lambda X_train, X_val: of_train(X_val, None)),
            "its X_val.* is .* scaled by its own mean and std",
        ),
        (ruled(of_train, val=lambda X, X_val: (X_val.mean(dim=0), X.std(dim=0))), "its X_val.* with the mean of X_val"),
        (ruled(of_train, val=lambda X, X_val: (X.mean(dim=0), X_val.std(dim=0))), "its X_val.* by the std of X_val"),
        (
            lambda *parts: [(X - X.mean(1, keepdim=True)) / X.std(1, keepdim=True) for X in parts],
            "each example is scaled",
        ),
        (lambda *parts: [X / X.norm(dim=0) for X in parts], r"X_train\[:, 0\] is \[.*\], expected \[-.*\]$"),
        (ruled(lambda X, _: (X.mean(dim=0), 1)), "not scaled"),
        (ruled(lambda X, _: (0, X.std(dim=0))), "not centred"),
        (ruled(lambda X, _: (X.mean(dim=0), X.var(dim=0))), "divided by the variance"),
        (ruled(lambda X, _: (X.mean(dim=0), X.std(dim=0, correction=0))), "n - 1"),
        (ruled(lambda X, _: (X.mean(), X.std())), "share one mean and std"),
        (lambda X_train, X_val: (X_train, X_val), "unchanged"),
        (lambda X_train, X_val: X_train, "two parts"),
        (lambda X_train, X_val: ruled(of_train)(X_train, X_val)[::-1], "returned shape"),
    ],
}
