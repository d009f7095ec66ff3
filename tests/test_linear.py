"""The solved problems agree with scikit-learn, with the scaling between the two definitions of λ."""

import pytest
import torch
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, Ridge

from helpers import ridge


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True, scaled=False)
    X = torch.from_numpy((X - X.mean(axis=0)) / X.std(axis=0)) + 3  # not centred: the bias has work to do
    return X, torch.from_numpy(y)[:, None]


@pytest.mark.parametrize("lambd", [0.001, 0.1, 1.0, 30.0])
def test_ridge_is_that_of_scikit_learn_with_alpha_n_lambda(diabetes, lambd):
    X, y = diabetes
    w, b = ridge(X, y, lambd)
    reference = Ridge(alpha=len(X) * lambd, solver="cholesky").fit(X.numpy(), y.numpy().ravel())
    torch.testing.assert_close(w.ravel(), torch.from_numpy(reference.coef_), rtol=1e-8, atol=1e-10)
    assert b.item() == pytest.approx(reference.intercept_, rel=1e-8)


def test_without_penalty_it_is_least_squares_of_least_norm(diabetes):
    X, y = (t[:6] for t in diabetes)  # fewer examples than inputs
    w, b = ridge(X, y, 0)
    torch.testing.assert_close(X @ w + b, y)
    reference = LinearRegression().fit(X.numpy(), y.numpy().ravel())
    torch.testing.assert_close(w.ravel(), torch.from_numpy(reference.coef_), rtol=1e-6, atol=1e-8)


def test_the_bias_is_not_decayed(diabetes):
    X, y = diabetes
    w, b = ridge(X, y, 1e9)
    assert w.norm() < 1e-5
    assert b.item() == pytest.approx(y.mean().item(), rel=1e-4)


def test_what_cannot_be_is_refused(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match=r"lambd must be .*-1"):
        ridge(X, y, -1.0)
    with pytest.raises(ValueError, match=r"y must be \(442, 1\).*\(442,\)"):
        ridge(X, y.ravel(), 1.0)
