"""Choosing λ: ridge regression for many λ at once, its cross-validation, and the bias and variance of its errors."""

from collections.abc import Sequence

import torch
from torch import Tensor

from helpers.linear import decompose, ridge_path, shrink
from helpers.validation import check_count

Folds = Sequence[tuple[Tensor, Tensor]]


def kfold_indices(n: int, num_folds: int, generator: torch.Generator | None = None) -> list[tuple[Tensor, Tensor]]:
    """Return, for each of K folds, the indices of the examples to train on and of those held out.

    Each example is held out once. The sizes of the folds differ by at most one: they are scikit-learn's `KFold`.

    Parameters
    ----------
    n : int
        Number of examples.
    num_folds : int, 2 to n
        K; with n, each fold is one example ("leave one out").
    generator : torch.Generator, optional
        Shuffles the examples first. Without it the folds are consecutive.

    Raises
    ------
    ValueError, TypeError
        If `num_folds` is out of range or not an integer.

    Source: Stone (1974); Hastie, Tibshirani and Friedman, 7.10.
    """
    check_count("num_folds", num_folds, most=n)
    if num_folds < 2:
        raise ValueError(f"num_folds must be at least 2, got {num_folds}: nothing would be left to train on")
    from sklearn.model_selection import KFold  # here, not above: it takes as long to import as torch

    order = torch.arange(n) if generator is None else torch.randperm(n, generator=generator)
    return [tuple(order[torch.from_numpy(part)] for part in fold) for fold in KFold(num_folds).split(order)]


def cross_validate_ridge(X: Tensor, y: Tensor, lambdas: Tensor, folds: Folds) -> Tensor:
    """Return the mean squared error on every held-out fold for every λ, (..., K, L).

    λ is the same in each fold, so scikit-learn's `Ridge` gives the same with ``alpha = n λ``, n counting the examples
    that the fold trains on, not all of them.

    Parameters
    ----------
    X : Tensor, (..., n, d)
    y : Tensor, (..., n, 1)
    lambdas : Tensor, (L,)
    folds : pairs of Tensors
        As from `kfold_indices`.
    """
    return torch.stack([_error_of_fold(X, y, lambdas, *fold) for fold in folds], dim=-2)


def _error_of_fold(X: Tensor, y: Tensor, lambdas: Tensor, train: Tensor, held_out: Tensor) -> Tensor:
    w, b = ridge_path(X[..., train, :], y[..., train, :], lambdas)
    return (X[..., held_out, :] @ w + b - y[..., held_out, :]).square().mean(dim=-2)


def nested_cross_validate_ridge(
    X: Tensor, y: Tensor, lambdas: Tensor, folds: Folds, num_inner: int
) -> tuple[Tensor, Tensor]:
    """Return the mean squared error of "choose λ, then fit" on every held-out fold, and the λ chosen, (K,) each.

    λ is chosen by another cross-validation within the training part of the fold, so no example influences the choice
    of the model that predicts it: choosing λ does not make the mean over folds too low.

    Parameters
    ----------
    X : Tensor, (n, d)
    y : Tensor, (n, 1)
    lambdas : Tensor, (L,)
    folds : pairs of Tensors
        As from `kfold_indices`; in random order, since the inner folds are consecutive.
    num_inner : int, at least 2
        Number of inner folds.

    Source: Varma and Simon, BMC Bioinformatics 7 (2006); Stone (1974).
    """
    errors, chosen = [], []
    for train, held_out in folds:
        inner = kfold_indices(len(train), num_inner)
        best = cross_validate_ridge(X[train], y[train], lambdas, inner).mean(dim=0).argmin()
        chosen.append(lambdas[best])
        errors.append(_error_of_fold(X, y, lambdas[best, None], train, held_out)[0])
    return torch.stack(errors), torch.stack(chosen)


def leave_one_out_ridge(X: Tensor, y: Tensor, lambdas: Tensor) -> Tensor:
    """Return the squared error on each example of the model that is fitted to all others, (..., n, L), from *one* fit.

    ``y_i − ŷ_i⁽⁻ⁱ⁾ = (y_i − ŷ_i) / (1 − h_ii)``, where ``ŷ = H y`` is the fit to all n examples with the penalty that
    the n − 1 others have, ``α = (n − 1) λ``, and ``H = 11ᵀ/n + U diag(s² / (s² + α)) Uᵀ``. With α, not λ, fixed, it is
    scikit-learn's `RidgeCV` by default, with ``alphas = (n − 1) λ``. λ must be above 0 unless n exceeds d + 1.

    Source: Allen, The relationship between variable selection and data augmentation, Technometrics 16 (1974).
    """
    U, s, _, y_centred = decompose(X, y, lambdas)
    kept = s[..., None] * shrink(s, (X.shape[-2] - 1) * lambdas)  # (..., r, L)
    residual = y_centred - U @ (kept * (U.mT @ y_centred))
    leverage = 1 / X.shape[-2] + U.square() @ kept
    return (residual / (1 - leverage)).square()


def one_standard_error(lambdas: Tensor, errors: Tensor) -> Tensor:
    """Return the largest λ whose mean error is within one standard error of the smallest mean, (...).

    The standard error is that of the best λ, over folds: their standard deviation divided by √K.

    Parameters
    ----------
    lambdas : Tensor, (L,)
    errors : Tensor, (..., K, L)
        Of K folds, as from `cross_validate_ridge`.

    Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), 3.4.3.
    """
    mean, error = mean_and_standard_error(errors)
    lowest, best = mean.min(dim=-1, keepdim=True)
    near = mean <= lowest + error.gather(-1, best)
    return torch.where(near, lambdas, -torch.inf).amax(dim=-1)


def mean_and_standard_error(errors: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean over K folds, or draws, and its standard error, (..., L) each, of errors (..., K, L)."""
    return errors.mean(dim=-2), errors.std(dim=-2) / errors.shape[-2] ** 0.5


def bias_and_variance(predictions: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Return bias² and variance of predictions, averaged over inputs, (L,) each.

    ``bias² = mean_x (mean_r f_r(x) − f(x))²``, ``variance = mean_x mean_r (f_r(x) − mean_r f_r(x))²``; their sum is the
    mean of ``(f_r(x) − f(x))²`` exactly. On new targets, the variance of their noise is added.

    Parameters
    ----------
    predictions : Tensor, (R, m, L)
        Of the models f_r fitted to R training sets, at m inputs, for L values of λ.
    truth : Tensor, (m, 1)
        f at the inputs, without noise.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Source: Geman, Bienenstock and Doursat (1992); Hastie, Tibshirani and Friedman, 7.3.
    """
    if predictions.ndim != 3 or truth.shape != (predictions.shape[1], 1):
        raise ValueError(
            f"predictions must be (R, m, L) and truth (m, 1), got {tuple(predictions.shape)} and {tuple(truth.shape)}"
        )
    mean = predictions.mean(dim=0)
    return (mean - truth).square().mean(dim=0), (predictions - mean).square().mean(dim=(0, 1))
