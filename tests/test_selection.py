"""Choosing λ agrees with scikit-learn, with the scaling between the two definitions of λ."""

import pytest
import torch
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.model_selection import KFold, LeaveOneOut, cross_val_score

from helpers import ridge
from helpers.selection import (
    bias_and_variance,
    cross_validate_ridge,
    kfold_indices,
    leave_one_out_ridge,
    mean_and_standard_error,
    nested_cross_validate_ridge,
    one_standard_error,
    ridge_path,
)

LAMBDAS = torch.logspace(-4, 2, 13, dtype=torch.float64)


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return torch.from_numpy(X)[:120] * 442**0.5 + 3, torch.from_numpy(y)[:120, None]  # not centred


class TestRidgePath:
    def test_is_ridge_at_every_lambda(self, diabetes):
        w, b = ridge_path(*diabetes, LAMBDAS)
        for i, lambd in enumerate(LAMBDAS.tolist()):
            torch.testing.assert_close((w[:, i : i + 1], b[:, i]), ridge(*diabetes, lambd))

    def test_a_stack_is_solved_as_its_parts_are(self, diabetes):
        X, y = (t.view(2, 3, 20, -1) for t in diabetes)
        w, b = ridge_path(X, y, LAMBDAS)
        assert (w.shape, b.shape) == ((2, 3, 10, 13), (2, 3, 1, 13))
        torch.testing.assert_close((w[1, 2], b[1, 2]), ridge_path(X[1, 2], y[1, 2], LAMBDAS))

    def test_without_penalty_the_norm_is_least(self, diabetes):
        X, y = (t[:6] for t in diabetes)  # fewer examples than inputs
        w, b = ridge_path(X, y, torch.zeros(1, dtype=torch.float64))
        torch.testing.assert_close(X @ w + b, y)
        torch.testing.assert_close((w, b[0]), ridge(X, y, 0))

    def test_no_input_differs(self):
        w, b = ridge_path(torch.ones(4, 2), torch.arange(4.0)[:, None], torch.tensor([0.0, 1.0]))
        assert torch.equal(w, torch.zeros(2, 2))
        assert b.tolist() == [[1.5, 1.5]]

    def test_what_cannot_be_is_refused(self, diabetes):
        X, y = diabetes
        with pytest.raises(ValueError, match=r"lambd must be .*-1"):
            ridge_path(X, y, torch.tensor([1.0, -1.0]))
        with pytest.raises(ValueError, match=r"y must be \(120, 1\).*\(120,\)"):
            ridge_path(X, y.ravel(), LAMBDAS)


class TestFolds:
    @pytest.mark.parametrize("seed", [None, 3])
    @pytest.mark.parametrize(("n", "num_folds"), [(12, 3), (13, 5), (7, 7)])
    def test_are_parts_of_one_order_and_what_is_left_of_it(self, n, num_folds, seed):
        """The order of the numbers counts too: stored results are sums in that order."""
        generator, same = ((None if seed is None else torch.Generator().manual_seed(seed)) for _ in range(2))
        folds = kfold_indices(n, num_folds, generator)
        order = range(n) if seed is None else torch.randperm(n, generator=same).tolist()
        sizes = [n // num_folds + (k < n % num_folds) for k in range(num_folds)]
        for k, (train, held_out) in enumerate(folds):
            start = sum(sizes[:k])
            assert held_out.tolist() == list(order[start : start + sizes[k]])
            assert train.tolist() == [*order[:start], *order[start + sizes[k] :]]
            assert train.dtype == held_out.dtype == torch.int64
        assert len(folds) == num_folds

    def test_shuffled_each_example_is_held_out_once(self):
        folds = kfold_indices(23, 5, torch.Generator().manual_seed(0))
        held_out = torch.cat([fold[1] for fold in folds])
        assert held_out.tolist() != list(range(23))
        assert held_out.sort().values.tolist() == list(range(23))
        assert {len(fold[1]) for fold in folds} == {4, 5}
        assert all(sorted([*train.tolist(), *out.tolist()]) == list(range(23)) for train, out in folds)

    def test_the_generator_decides_and_the_global_one_is_left_alone(self):
        state = torch.get_rng_state()
        first, again, other = (kfold_indices(23, 5, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
        assert all(torch.equal(*pair) for pair in zip(first[0], again[0], strict=True))
        assert not torch.equal(first[0][1], other[0][1])
        assert torch.equal(torch.get_rng_state(), state)

    @pytest.mark.parametrize(("num_folds", "error"), [(1, ValueError), (0, ValueError), (9, ValueError)])
    def test_impossible_numbers(self, num_folds, error):
        with pytest.raises(error, match=f"num_folds must be at .*{num_folds}"):
            kfold_indices(8, num_folds)

    def test_no_number(self):
        with pytest.raises(TypeError, match=r"num_folds must be an integer, got 2\.5"):
            kfold_indices(8, 2.5)


class TestCrossValidation:
    def test_of_every_fold_and_lambda_is_that_of_scikit_learn_with_alpha_n_lambda(self, diabetes):
        X, y = diabetes
        errors = cross_validate_ridge(X, y, LAMBDAS, kfold_indices(120, 10))
        for i, lambd in enumerate(LAMBDAS.tolist()):
            model = Ridge(alpha=108 * lambd)  # each fold trains on 108
            scores = cross_val_score(
                model, X.numpy(), y.numpy().ravel(), cv=KFold(10), scoring="neg_mean_squared_error"
            )
            assert errors[:, i].numpy() == pytest.approx(-scores, rel=1e-8)

    def test_the_choice_is_that_of_ridge_cv(self, diabetes):
        X, y = diabetes
        mean = cross_validate_ridge(X, y, LAMBDAS, kfold_indices(120, 5)).mean(dim=0)
        reference = RidgeCV(alphas=96 * LAMBDAS.numpy(), cv=KFold(5), scoring="neg_mean_squared_error")
        reference.fit(X.numpy(), y.numpy().ravel())
        assert 96 * LAMBDAS[mean.argmin()].item() == pytest.approx(reference.alpha_)
        assert mean.min().item() == pytest.approx(-reference.best_score_, rel=1e-8)

    def test_unequal_folds_have_one_lambda(self, diabetes):
        X, y = (t[:10] for t in diabetes)
        folds = kfold_indices(10, 3)
        errors = cross_validate_ridge(X, y, LAMBDAS[6:7], folds)
        for (train, held_out), error in zip(folds, errors, strict=True):
            w, b = ridge(X[train], y[train], LAMBDAS[6].item())
            torch.testing.assert_close(error, (X[held_out] @ w + b - y[held_out]).square().mean(dim=0))

    def test_a_stack(self, diabetes):
        X, y = (t.view(4, 30, -1) for t in diabetes)
        folds = kfold_indices(30, 5)
        errors = cross_validate_ridge(X, y, LAMBDAS, folds)
        assert errors.shape == (4, 5, 13)
        torch.testing.assert_close(errors[3], cross_validate_ridge(X[3], y[3], LAMBDAS, folds))


class TestLeaveOneOut:
    def test_one_fit_is_as_good_as_n(self, diabetes):
        X, y = (t[:40] for t in diabetes)
        slow = cross_validate_ridge(X, y, LAMBDAS, kfold_indices(40, 40))
        torch.testing.assert_close(leave_one_out_ridge(X, y, LAMBDAS), slow, rtol=1e-6, atol=0)

    def test_is_that_of_ridge_cv_with_alpha_n_minus_1_lambda(self, diabetes):
        X, y = diabetes
        reference = RidgeCV(alphas=119 * LAMBDAS.numpy(), store_cv_results=True).fit(X.numpy(), y.numpy().ravel())
        ours = leave_one_out_ridge(X, y, LAMBDAS)
        assert ours.numpy() == pytest.approx(reference.cv_results_, rel=1e-6)
        assert 119 * LAMBDAS[ours.mean(dim=0).argmin()].item() == pytest.approx(reference.alpha_)

    def test_more_inputs_than_examples(self, diabetes):
        X, y = (t[:8] for t in diabetes)
        scores = cross_val_score(
            Ridge(alpha=7 * 0.3),
            X.numpy(),
            y.numpy().ravel(),
            cv=LeaveOneOut(),
            scoring="neg_mean_squared_error",
        )
        ours = leave_one_out_ridge(X, y, torch.tensor([0.3], dtype=torch.float64))
        assert ours.ravel().numpy() == pytest.approx(-scores, rel=1e-8)


class TestOneStandardError:
    ERRORS = torch.tensor([[1.0, 0.0, 2.5, 3.0], [5.0, 4.0, 3.5, 4.0]])  # means 3, 2, 3, 3.5; standard error at 1: 2

    def test_takes_the_largest_lambda_that_is_near(self):
        assert one_standard_error(torch.tensor([0.1, 1.0, 10.0, 0.5]), self.ERRORS) == 10.0
        assert one_standard_error(torch.tensor([0.1, 10.0, 1.0, 0.5]), self.ERRORS) == 10.0

    def test_the_limit_is_that_of_the_best(self):
        errors = torch.tensor([[1.0, 1.0], [1.2, 3.0]])  # the second has a large error bar, the best a small one
        assert one_standard_error(torch.tensor([1.0, 2.0]), errors) == 1.0

    def test_folds_that_agree_choose_the_best_itself(self):
        errors = torch.tensor([[2.0, 1.0, 3.0]] * 4)
        assert one_standard_error(torch.tensor([0.1, 1.0, 10.0]), errors) == 1.0

    def test_a_stack(self):
        lambdas = torch.tensor([1.0, 2.0])
        errors = torch.tensor([[[1.0, 1.0], [1.2, 3.0]], [[1.0, 1.5], [3.0, 2.7]]])
        assert one_standard_error(lambdas, errors).tolist() == [1.0, 2.0]

    def test_mean_and_standard_error(self):
        mean, error = mean_and_standard_error(self.ERRORS)
        assert mean.tolist() == [3.0, 2.0, 3.0, 3.5]
        assert error.tolist() == pytest.approx([2.0, 2.0, 0.5, 0.5])


class TestBiasAndVariance:
    def test_their_sum_is_the_error_exactly(self):
        generator = torch.Generator().manual_seed(0)
        predictions = torch.randn(7, 5, 3, generator=generator)
        truth = torch.randn(5, 1, generator=generator)
        bias2, variance = bias_and_variance(predictions, truth)
        torch.testing.assert_close(bias2 + variance, (predictions - truth).square().mean(dim=(0, 1)))

    def test_known_cases(self):
        truth = torch.tensor([[1.0], [2.0]])
        wrong_alike = (truth + 3).expand(4, 2, 1)
        spread = torch.stack([truth - 1, truth + 1])
        assert [part.item() for part in bias_and_variance(wrong_alike, truth)] == [9.0, 0.0]
        assert [part.item() for part in bias_and_variance(spread, truth)] == [0.0, 1.0]

    def test_against_theory(self):
        """Ridge on a fixed X: the mean of w is V diag(s² / (s² + nλ)) Vᵀ w, its covariance σ² A Aᵀ."""
        generator = torch.Generator().manual_seed(0)
        X, eps = (torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in [(20, 3), (4000, 20, 1)])
        X, w, lambd = X - X.mean(dim=0), torch.ones(3, 1, dtype=torch.float64), 0.5
        w_hat, b = ridge_path(X.expand(4000, 20, 3), X @ w + eps, torch.tensor([lambd], dtype=torch.float64))
        A = torch.linalg.solve(X.T @ X + 20 * lambd * torch.eye(3), X.T)  # ŵ = A y
        bias2, variance = bias_and_variance(X @ w_hat + b, X @ w)
        assert bias2.item() == pytest.approx((X @ A @ X @ w - X @ w).square().mean().item(), rel=0.05)
        assert variance.item() == pytest.approx(((X @ A).square().sum() / 20 + 1 / 20).item(), rel=0.05)

    @pytest.mark.parametrize(("shape", "of_truth"), [((4, 2), (2, 1)), ((4, 2, 1), (2,)), ((4, 2, 1), (4, 1))])
    def test_shapes(self, shape, of_truth):
        with pytest.raises(ValueError, match="predictions must be"):
            bias_and_variance(torch.zeros(shape), torch.zeros(of_truth))


def test_the_nested_error_is_that_of_the_lambda_chosen_within_each_fold():
    X, y = torch.randn(40, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64).split([5, 1], dim=1)
    lambdas = torch.tensor([0.01, 1.0, 100.0], dtype=torch.float64)
    folds = kfold_indices(40, 4, torch.Generator().manual_seed(1))
    errors, chosen = nested_cross_validate_ridge(X, y, lambdas, folds, 3)
    assert errors.shape == chosen.shape == (4,)
    for k, (train, held_out) in enumerate(folds):
        inner = cross_validate_ridge(X[train], y[train], lambdas, kfold_indices(30, 3)).mean(dim=0)
        assert chosen[k] == lambdas[inner.argmin()]
        w, b = ridge_path(X[train], y[train], chosen[k, None])
        torch.testing.assert_close(errors[k], (X[held_out] @ w + b - y[held_out]).square().mean())
    assert errors.mean() > y.var() * 0.5, "pure noise cannot be predicted"
