"""The cross-validation error of every λ on a table, the λ that two rules choose, and how good the choice is."""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.data import RegressionData
from helpers.seeding import generator_for
from helpers.selection import (
    Folds,
    cross_validate_ridge,
    kfold_indices,
    mean_and_standard_error,
    nested_cross_validate_ridge,
    one_standard_error,
    ridge_path,
)


class Choice(NamedTuple):
    """The cross-validation error of every λ, and the λ that two rules choose.

    Attributes
    ----------
    lambdas : Tensor, (L,)
    errors : Tensor, (K, L)
        The mean squared error on every fold.
    predictions, targets : Tensor, (n, L) and (n, 1)
        Every example of the training part, and its prediction by the model that was not fitted to it.
    weights : Tensor, (d, L)
        Fitted to the whole training part.
    nested : Tensor, (K,)
        The error of "choose λ, then fit" on every fold.
    numbers : dict of str to Tensor, (L,) each
    best : dict of str to float
        The λ of the smallest error, "cross-validation", and that by the rule of "one standard error".
    """

    lambdas: Tensor
    errors: Tensor
    predictions: Tensor
    targets: Tensor
    weights: Tensor
    nested: Tensor
    numbers: dict[str, Tensor]
    best: dict[str, float]


def choose(data: RegressionData, lambdas: Tensor, num_folds: int, seed: int) -> Choice:
    """Cross-validate every λ, (L,), on the training part, choose by two rules, and measure how good the choice is."""
    X, y, X_test, y_test = (part.double() for part in (data.X_train, data.y_train, data.X_test, data.y_test))
    folds = kfold_indices(len(X), num_folds, generator_for(seed, "folds"))
    errors = cross_validate_ridge(X, y, lambdas, folds)
    w, b = ridge_path(X, y, lambdas)
    nested, _ = nested_cross_validate_ridge(X, y, lambdas, folds, num_folds)
    of_mean = torch.stack([(y[held_out] - y[train].mean()).square().mean() for train, held_out in folds]).mean()
    cv_error, cv_se = mean_and_standard_error(errors)
    same = {"nested_error": nested.mean(), "nested_se": nested.std() / num_folds**0.5, "mean_predictor_error": of_mean}
    numbers = {"cv_error": cv_error, "cv_se": cv_se, "test_error": (X_test @ w + b - y_test).square().mean(dim=0)}
    numbers |= {name: value.expand(len(lambdas)) for name, value in same.items()}
    chosen = {"cross-validation": lambdas[cv_error.argmin()], "one standard error": one_standard_error(lambdas, errors)}
    best = {rule: lambd.item() for rule, lambd in chosen.items()}
    return Choice(lambdas, errors, _held_out(X, y, lambdas, folds), y, w, nested, numbers, best)


def _held_out(X: Tensor, y: Tensor, lambdas: Tensor, folds: Folds) -> Tensor:
    """Return the prediction of every example by the model that was not fitted to it, (n, L)."""
    predictions = torch.empty(len(X), len(lambdas), dtype=X.dtype)
    for train, held_out in folds:
        w, b = ridge_path(X[train], y[train], lambdas)
        predictions[held_out] = X[held_out] @ w + b
    return predictions
