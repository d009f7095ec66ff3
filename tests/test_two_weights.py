"""The valley of two weights: its best weights by scikit-learn and by walking downhill, and what pulls at them."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from helpers.sliders import LAMBDAS
from helpers.two_weights import W_TILDE, A, pulls, solve, solve_l1, solve_l2, valley

POSITIVE = LAMBDAS[1:]
X = np.linalg.cholesky(A).T  # so that the valley is ½ ‖X (w − w̃)‖²: a regression of two examples
PENALTY = {2: lambda w: w @ w / 2, 1: lambda w: np.abs(w).sum()}


def test_the_valley_is_its_equation():
    w = np.array([1.0, -2.0])
    assert valley(w) == pytest.approx(0.5 * (w - [2, 1]) @ [[1, 0.6], [0.6, 0.8]] @ (w - [2, 1]))
    assert valley(W_TILDE) == 0


def test_the_valley_of_many_weights_is_that_of_each():
    grid = np.random.default_rng(0).normal(size=(2, 5, 3))
    np.testing.assert_allclose(valley(grid), [[valley(grid[:, i, j]) for j in range(3)] for i in range(5)])


@pytest.mark.parametrize("q", [2, 1])
def test_without_penalty_it_is_the_bottom(q):
    np.testing.assert_allclose(solve(0.0, q), W_TILDE)


@pytest.mark.parametrize("lambd", POSITIVE)
def test_l2_is_what_scikit_learn_finds(lambd):
    np.testing.assert_allclose(solve_l2(lambd), Ridge(lambd, fit_intercept=False).fit(X, X @ W_TILDE).coef_)


@pytest.mark.parametrize("lambd", POSITIVE)
def test_l1_is_what_scikit_learn_finds(lambd):
    model = Lasso(alpha=lambd / 2, fit_intercept=False, tol=1e-14, max_iter=100_000)  # it averages over two examples
    np.testing.assert_allclose(solve_l1(lambd), model.fit(X, X @ W_TILDE).coef_, atol=1e-6)


def walk_within(theta, num_steps=4000):
    """Walk downhill; whenever outside of the circle ‖w‖² ≤ θ, go back to its nearest point: as in chapter 1."""
    w = np.zeros(2)
    for _ in range(num_steps):
        w = w - 0.5 * A @ (w - W_TILDE)
        w = w * min(1.0, theta**0.5 / np.linalg.norm(w))
    return w


@pytest.mark.parametrize("lambd", [0.05, 0.5, 2.0, 10.0])
def test_a_penalty_and_a_constraint_are_one(lambd):
    w = solve_l2(lambd)
    np.testing.assert_allclose(walk_within(w @ w), w, rtol=1e-6)


def test_l1_has_a_corner_and_an_end():
    assert (solve_l1(1.0) > 0).all()
    for lambd in (1.2, 2.5):
        assert solve_l1(lambd)[0] == pytest.approx(2.6 - lambd)
        assert solve_l1(lambd)[1] == 0
    assert not solve_l1(3.0).any()


@pytest.mark.parametrize("q", [2, 1])
@pytest.mark.parametrize("lambd", [0.1, 1.0, 2.0])
def test_no_weights_nearby_are_better(lambd, q):
    best = solve(lambd, q)
    around = best + 0.01 * np.random.default_rng(0).normal(size=(200, 2))
    assert valley(best) + lambd * PENALTY[q](best) < min(valley(w) + lambd * PENALTY[q](w) for w in around)


@pytest.mark.parametrize("q", [2, 1])
@pytest.mark.parametrize("lambd", LAMBDAS)
def test_the_pulls_balance_at_the_best_weights(lambd, q):
    loss, penalty = pulls(solve(lambd, q), lambd, q)
    np.testing.assert_allclose(loss, -penalty, atol=1e-12)


@pytest.mark.parametrize("q", [2, 1])
def test_the_pulls_balance_nowhere_else(q):
    for w in (solve(0.5, q) + np.array([0.1, 0]), np.zeros(2)):
        assert np.abs(pulls(w, 0.5, q).sum(axis=0)).max() > 0.05


@pytest.mark.parametrize("q", [2, 1])
def test_the_pulls_are_slopes_downhill(q):
    w, lambd = np.array([-0.7, 1.3]), 0.8
    steps = 1e-6 * np.eye(2)
    downhill = [[f(w - step) - f(w + step) for step in steps] for f in (valley, lambda w: lambd * PENALTY[q](w))]
    np.testing.assert_allclose(pulls(w, lambd, q), np.array(downhill) / 2e-6, rtol=1e-6)


def test_at_zero_l1_holds_on_as_firmly_as_it_must_and_can():
    w = np.array([0.0, 0.0])
    loss, penalty = pulls(w, 2.0, 1)
    assert loss.tolist() == pytest.approx([2.6, 2.0])
    assert penalty.tolist() == pytest.approx([-2.0, -2.0]), "at most λ"
    assert pulls(w, 5.0, 1)[1].tolist() == pytest.approx([-2.6, -2.0]), "no more than the loss pulls"
