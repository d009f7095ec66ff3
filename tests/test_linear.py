"""The solved problems agree with scikit-learn, with the scaling between the two definitions of λ."""

import pytest
import torch
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, LinearRegression, Ridge, lasso_path

from helpers import degrees_of_freedom, elastic_net, l1_penalty, l2_penalty, ridge, soft_threshold


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


def test_without_inputs_the_bias_is_the_mean(diabetes):
    X, y = diabetes
    w, b = ridge(X[:, :0], y, 1.0)
    assert w.shape == (0, 1)
    torch.testing.assert_close(b, y.mean(dim=0))


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


@pytest.mark.parametrize("l1_ratio", [0.25, 0.5, 1.0])
def test_elastic_net_is_that_of_scikit_learn_with_alpha_l1_plus_l2(diabetes, l1_ratio):
    X, y = diabetes
    alphas = torch.tensor([0.1, 3.0, 20.0], dtype=torch.double)
    w, b = elastic_net(X, y, l1_ratio * alphas, (1 - l1_ratio) * alphas)
    for i, alpha in enumerate(alphas.tolist()):
        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-9, max_iter=100_000).fit(X.numpy(), y.numpy().ravel())
        reference = torch.from_numpy(model.coef_)
        torch.testing.assert_close(w[:, i], reference, rtol=1e-4, atol=1e-5)
        assert ((w[:, i] == 0) == (reference == 0)).all()
        assert b[i].item() == pytest.approx(model.intercept_, rel=1e-6)


def test_the_lasso_path_is_that_of_scikit_learn(diabetes):
    X, y = diabetes
    centred, target = (X - X.mean(dim=0)).numpy(), (y - y.mean()).numpy().ravel()
    alphas, reference, _ = lasso_path(centred, target, alphas=30, tol=1e-9, max_iter=100_000)
    w, _ = elastic_net(X, y, torch.from_numpy(alphas))
    torch.testing.assert_close(w, torch.from_numpy(reference), rtol=1e-4, atol=1e-3)


def test_without_l1_it_is_ridge_and_without_both_least_squares(diabetes):
    X, y = diabetes
    lambdas = torch.tensor([0.0, 0.1, 10.0], dtype=torch.double)
    w, b = elastic_net(X, y, 0.0, lambdas)
    for i, lambd in enumerate(lambdas.tolist()):
        reference, reference_b = ridge(X, y, lambd)
        torch.testing.assert_close(w[:, [i]], reference, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(b[[i]], reference_b, rtol=1e-4, atol=1e-4)


def test_more_inputs_than_examples_without_penalty_gives_the_least_norm(diabetes):
    X, y = (t[:6] for t in diabetes)
    torch.testing.assert_close(elastic_net(X, y, 0.0, 0.0)[0], ridge(X, y, 0.0)[0], rtol=1e-5, atol=1e-5)


def test_many_targets_are_many_problems(diabetes):
    X, y = diabetes
    targets = torch.cat([y, 2 * y + X[:, :1]], dim=1)
    w, b = elastic_net(X, targets, 1.0, torch.tensor([0.0, 1.0]))
    for i, l2 in enumerate((0.0, 1.0)):
        alone, alone_b = elastic_net(X, targets[:, [i]], 1.0, l2)
        torch.testing.assert_close(w[:, [i]], alone, rtol=1e-6, atol=1e-6)
        torch.testing.assert_close(b[[i]], alone_b, rtol=1e-6, atol=1e-6)


def test_stacked_data_sets_are_solved_each_for_itself(diabetes):
    X, y = (t[:440].reshape(4, 110, -1) for t in diabetes)
    l1, l2 = torch.tensor([0.5, 3.0, 0.0]), torch.tensor([0.0, 0.1, 0.5])
    w, b = elastic_net(X, y, l1, l2)
    assert (w.shape, b.shape) == ((4, 10, 3), (4, 3))
    for i in range(4):
        alone, alone_b = elastic_net(X[i], y[i], l1, l2)
        torch.testing.assert_close(w[i], alone, rtol=1e-5, atol=1e-5)
        assert ((w[i] == 0) == (alone == 0)).all()
        torch.testing.assert_close(b[i], alone_b)
    with pytest.raises(ValueError, match=r"y must be \(4, 110, 1\) or \(4, 110, L\).*\(110, 1\)"):
        elastic_net(X, y[0], 1.0)


def test_momentum_weakens_a_threshold_that_does_not_know_of_it(diabetes):
    """What chapter 5 answers to its last exercise."""
    X, y = (t - t.mean(dim=0) for t in diabetes)
    w = v = torch.zeros(10, 1, dtype=torch.double)
    for _ in range(3000):
        v = 0.9 * v + X.T @ (X @ w - y) / len(X)
        w = soft_threshold(w - 0.1 * v, 0.1 * 4.0)
    torch.testing.assert_close(w, elastic_net(X, y, 0.4)[0], rtol=1e-4, atol=1e-4)


def test_single_precision_comes_back_in_single_precision(diabetes):
    X, y = diabetes
    w, b = elastic_net(X.float(), y.float(), 3.0, 0.1)
    assert w.dtype == b.dtype == torch.float32
    torch.testing.assert_close(w.double(), elastic_net(X, y, 3.0, 0.1)[0], rtol=1e-4, atol=1e-4)


def test_no_step_away_from_the_solution_is_downhill(diabetes):
    X, y = diabetes
    w, b = elastic_net(X, y, 2.0, 0.3)

    def objective(w, b):
        return ((X @ w + b - y) ** 2).mean() / 2 + 2.0 * l1_penalty(w) + 0.3 * l2_penalty(w)

    for j in range(10):
        for step in (-0.01, 0.01):
            other = w.clone()
            other[j] += step
            assert objective(other, b) > objective(w, b)


def test_too_few_steps_are_said(diabetes):
    with pytest.raises(RuntimeError, match="3 steps did not reach tol = 1e-09"):
        elastic_net(*diabetes, 1.0, max_steps=3)


def test_inputs_that_never_vary_get_no_weight():
    y = torch.randn(5, 1, generator=torch.Generator().manual_seed(0))
    w, b = elastic_net(torch.ones(5, 2), y, 0.0)
    assert (w == 0).all()
    torch.testing.assert_close(b, y.mean(dim=0))


def test_soft_threshold_is_the_minimizer_of_its_problem():
    w, v = torch.linspace(-3, 3, 61, dtype=torch.double), torch.arange(-4000, 4001).double() / 1000
    for t in (0.0, 0.5, 1.0):
        tried = v[((v - w[:, None]) ** 2 / 2 + t * v.abs()).argmin(dim=1)]
        torch.testing.assert_close(soft_threshold(w, t), tried, atol=1e-3, rtol=0)
        torch.testing.assert_close(soft_threshold(w, t), torch.nn.functional.softshrink(w, t))


def test_soft_threshold_gives_zeros_without_sign_and_takes_a_t_for_each():
    assert not torch.signbit(soft_threshold(torch.tensor([-0.3, 0.3]), 0.5)).any()
    w = soft_threshold(torch.tensor([[2.0, 2.0], [-2.0, -2.0]]), torch.tensor([0.5, 3.0]))
    assert w.tolist() == [[1.5, 0.0], [-1.5, 0.0]]


def test_degrees_of_freedom_count_or_shrink(diabetes):
    X, y = diabetes
    l1, l2 = torch.tensor([0.0, 0.0, 5.0, 5.0, 1e4]), torch.tensor([0.0, 0.5, 0.0, 0.5, 0.0])
    w, _ = elastic_net(X, y, l1, l2)
    dof = degrees_of_freedom(X, w, l2)
    s2 = torch.linalg.svdvals(X - X.mean(dim=0)) ** 2
    assert dof[0].item() == pytest.approx(10)
    assert dof[1].item() == pytest.approx((s2 / (s2 + len(X) * 0.5)).sum().item())
    assert dof[2].item() == pytest.approx((w[:, 2] != 0).sum().item())
    assert 0 < dof[3] < (w[:, 3] != 0).sum()
    assert dof[4] == 0


def test_degrees_of_freedom_count_a_copy_once(diabetes):
    X = diabetes[0]
    twice = torch.cat([X, X[:, :1]], dim=1)
    assert degrees_of_freedom(twice, torch.ones(11, 1)).item() == pytest.approx(10)


def test_what_cannot_be_a_penalty_or_a_target_is_refused(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match=r"lambd must be .*-1"):
        elastic_net(X, y, torch.tensor([1.0, -1.0]))
    with pytest.raises(ValueError, match=r"y must be \(442, 1\).*\(442,\)"):
        elastic_net(X, y.ravel(), 1.0)
    with pytest.raises(ValueError, match="t must be at least 0, got -1"):
        soft_threshold(X, -1.0)
    with pytest.raises(ValueError, match=r"w must be \(10, L\).*\(10,\)"):
        degrees_of_freedom(X, torch.ones(10))
    with pytest.raises(ValueError, match=r"lambd must be .*inf"):
        degrees_of_freedom(X, torch.ones(10, 1), float("inf"))
