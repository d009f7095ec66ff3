"""`SelectionLab`: its numbers against scikit-learn's, and its pictures against its numbers."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, make_regression
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, Ridge

from helpers import RegressionData, SelectionLab
from helpers.drawing.style import COLORS, INK, TEST, TRAIN
from helpers.labs import selection
from helpers.seeding import generator_for
from helpers.selection import kfold_indices
from tests.labs.pictures import keys, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

LAMBDAS = [0, *(float(f"{step}e{k}") for k in range(-4, 2) for step in (1, 2, 3, 5)), 100]


@pytest.fixture(scope="module")
def data():
    return RegressionData.from_table(load_diabetes(as_frame=True, scaled=False).frame, target="target")


@pytest.fixture(scope="module")
def shown():
    return made(selection, folds=5, seed=0)


@pytest.fixture(scope="module")
def column(shown):
    return {name: np.array([now[name] for now in shown.scene.numbers]) for name in shown.scene.numbers[0]}


def table(data):
    return [part.double().numpy() for part in (data.X_train, data.y_train[:, 0], data.X_test, data.y_test[:, 0])]


def model(lambd, n):
    """Return scikit-learn's model of a λ: it sums over the n examples that it fits, where the course averages."""
    return Ridge(alpha=n * lambd) if lambd else LinearRegression()


def error(estimator, X, y, X_out, y_out):
    return ((estimator.fit(X, y).predict(X_out) - y_out) ** 2).mean()


def folds_of(n, num_folds, seed):
    return [(train.numpy(), out.numpy()) for train, out in kfold_indices(n, num_folds, generator_for(seed, "folds"))]


def cross_validation(X, y, folds):
    """Return the error of each fold for each λ, (K, L)."""
    return np.array([[error(model(lambd, len(a)), X[a], y[a], X[b], y[b]) for lambd in LAMBDAS] for a, b in folds])


# The numbers


def test_the_errors_are_those_of_scikit_learn_on_the_training_part(shown, column, data):
    X, y, X_test, y_test = table(data)
    folds = folds_of(len(X), 5, 0)
    errors = cross_validation(X, y, folds)
    np.testing.assert_allclose(shown.scene.source.errors, errors, rtol=1e-5)
    np.testing.assert_allclose(column["cv_error"], errors.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(column["cv_se"], errors.std(axis=0, ddof=1) / 5**0.5, rtol=1e-5)
    tested = [error(model(lambd, len(X)), X, y, X_test, y_test) for lambd in LAMBDAS]
    np.testing.assert_allclose(column["test_error"], tested, rtol=1e-5)
    of_mean = np.mean([error(DummyRegressor(), X[a], y[a], X[b], y[b]) for a, b in folds])
    assert column["mean_predictor_error"] == pytest.approx([of_mean] * len(LAMBDAS), rel=1e-5)


def test_the_nested_error_chooses_within_each_fold(shown, column, data):
    X, y, _, _ = table(data)
    errors = []
    for train, out in folds_of(len(X), 5, 0):
        inner = [(a.numpy(), b.numpy()) for a, b in kfold_indices(len(train), 5)]
        best = LAMBDAS[cross_validation(X[train], y[train], inner).mean(axis=0).argmin()]
        errors.append(error(model(best, len(train)), X[train], y[train], X[out], y[out]))
    np.testing.assert_allclose(shown.scene.source.nested, errors, rtol=1e-5)
    assert column["nested_error"] == pytest.approx([np.mean(errors)] * len(LAMBDAS), rel=1e-5)
    assert column["nested_se"] == pytest.approx([np.std(errors, ddof=1) / 5**0.5] * len(LAMBDAS), rel=1e-5)


def test_two_rules_choose(shown, column):
    lowest = column["cv_error"].argmin()
    near = column["cv_error"] <= column["cv_error"][lowest] + column["cv_se"][lowest]
    assert shown.scene.source.best == {
        "cross-validation": LAMBDAS[lowest],
        "one standard error": max(np.array(LAMBDAS)[near]),
    }
    assert len(set(shown.scene.source.best.values())) == 2


def test_the_texts_say_the_numbers(shown):
    best = shown.scene.source.best
    for lambd, now, text, alt in zip(LAMBDAS, *shown.scene[:1], *shown.scene[2:4], strict=True):
        assert text == (
            f"λ = {lambd:g}: cross-validation error {now['cv_error']:.4g} ± {now['cv_se']:.3g} "
            f"(test: {now['test_error']:.4g}), smallest at λ = {best['cross-validation']:g}, "
            f"λ = {best['one standard error']:g} by one standard error; "
            f"nested {now['nested_error']:.4g} ± {now['nested_se']:.3g}, "
            f"predicting the mean {now['mean_predictor_error']:.4g}."
        )
        assert alt.endswith(text)


# A reader's data


def test_it_starts_as_it_says_and_its_boxes_change_the_folds(data):
    with quick_lab("SelectionLab", data=data) as lab:
        assert values(lab) == {"folds": 5, "seed": 0}
        assert lab.axes[0].values == tuple(LAMBDAS)
        assert lab.axes[0].values[lab.frames.index] == 0.1
        before = lab.scene
        lab.set(folds=10)
        assert lab.source.errors.shape == (10, len(LAMBDAS))
        lab.set(folds=5, seed=1)
        assert lab.at(0.1)["cv_error"] != before.numbers[lab.index(0.1)]["cv_error"]
        assert lab.at(0.1)["test_error"] == before.numbers[lab.index(0.1)]["test_error"], "it knows nothing of folds"
        lab.set(seed=0)
        assert (lab.scene.numbers, lab.scene.readout) == (before.numbers, before.readout)


def test_lambda_follows_the_units_of_inputs_that_are_not_standardized(data):
    X, y = data.X_train * 1000, data.y_train
    with quick_lab("SelectionLab", data=RegressionData.from_arrays(X, y, standardize=False)) as lab:
        assert lab.axes[0].values == pytest.approx([1e6 * lambd for lambd in LAMBDAS])
        chosen = lab.source.best["cross-validation"]
    with quick_lab("SelectionLab", data=RegressionData.from_arrays(X, y)) as lab:
        assert chosen == pytest.approx(1e6 * lab.source.best["cross-validation"])


@pytest.mark.parametrize(("num_inputs", "scale"), [(2, 1e-4), (100, 1.0), (100, 1e7)])
def test_few_and_many_inputs_of_any_unit(num_inputs, scale):
    X, y = make_regression(60, num_inputs, n_informative=2, noise=30, random_state=0)
    data = RegressionData.from_arrays(X, scale * y)
    extreme = made(selection, folds=2, seed=0, data=data)
    assert np.isfinite([list(now.values()) for now in extreme.scene.numbers]).all()
    assert max(map(len, extreme.scene.readout)) < 200
    for drawing in extreme.drawings.values():
        assert panel(drawing).get_title(loc="left")


def test_a_nearly_perfect_model_gets_a_log_scale():
    X = np.random.default_rng(0).standard_normal((60, 3))
    data = RegressionData.from_arrays(X, X.sum(axis=1) + 0.01 * np.sin(9 * X[:, 0]))
    drawings = made(selection, folds=5, seed=0, data=data).drawings
    for name in ("choice", "each"):
        assert panel(drawings[name]).get_yscale() == "log"


def test_what_cannot_be_cross_validated_is_refused():
    few = RegressionData.from_arrays(np.random.default_rng(0).random((11, 2)), np.arange(11.0))
    with pytest.raises(ValueError, match="data must have 10 training examples, got 8: each fold needs some"):
        SelectionLab(data=few)
    with pytest.raises(TypeError, match=r"data must be RegressionData, got DataFrame: .*RegressionData\.from_table"):
        SelectionLab(data=load_diabetes(as_frame=True).frame)


# The pictures


def check_cursor(drawing):
    for i in places(drawing, len(LAMBDAS)):
        assert drawing.moving["cursor"].get_xdata() == [i, i]


def test_the_choice(shown, column):
    drawing = shown.drawings["choice"]
    still, ax, best = drawing.still, panel(shown.drawings["choice"]), shown.scene.source.best
    np.testing.assert_allclose(xy(still["error"]), [range(len(LAMBDAS)), column["cv_error"]])
    assert still["nested"].get_ydata() == pytest.approx([column["nested_error"][0]] * 2)
    band = still["nested_band"]
    ends = [column["nested_error"][0] + sign * column["nested_se"][0] for sign in (-1, 1)]
    assert [band.get_y(), band.get_y() + band.get_height()] == pytest.approx(ends)
    assert still["baseline"].get_ydata() == pytest.approx([column["mean_predictor_error"][0]] * 2)
    for rule in best:
        assert still[rule].get_xdata() == [LAMBDAS.index(best[rule])] * 2
    assert keys(ax.get_legend()) == {
        "smallest error": (TRAIN, "-"),
        "one standard error": (TRAIN, ":"),
        "nested": (COLORS[3], "--"),
    }
    low, high = ax.get_ylim()
    assert low < (column["cv_error"] - column["cv_se"]).min()
    assert column["mean_predictor_error"][0] < high
    assert title(drawing) == "cross-validation error, ± 1 standard error"
    check_cursor(drawing)


def test_the_error_on_each_fold_with_a_ring_where_it_is_smallest(shown):
    drawing, errors = shown.drawings["each"], shown.scene.source.errors.numpy()
    for k, each in enumerate(errors):
        np.testing.assert_allclose(xy(drawing.still[f"fold {k}"]), [range(len(LAMBDAS)), each])
        assert look(drawing.still[f"fold {k}"]) == (TEST, "-")
    np.testing.assert_allclose(xy(drawing.still["best"]), [errors.argmin(axis=1), errors.min(axis=1)])
    low, high = panel(drawing).get_ylim()
    assert low < errors.min() < errors[:, -1].max() < high
    check_cursor(drawing)


def test_each_example_is_predicted_by_a_model_that_has_not_seen_it(shown, data):
    drawing, (X, y, _, _) = shown.drawings["predictions"], table(data)
    for i in places(drawing, len(LAMBDAS)):
        predicted, targets = xy(drawing.moving["examples"])
        np.testing.assert_allclose(targets, y)
        if i % 8 == 0:
            for train, out in folds_of(len(X), 5, 0):
                fit = model(LAMBDAS[i], len(train)).fit(X[train], y[train])
                np.testing.assert_allclose(predicted[out], fit.predict(X[out]), rtol=1e-4)
    ax = panel(drawing)
    assert ax.get_xlim() == ax.get_ylim()
    assert ax.get_xlim()[0] < y.min() < y.max() < ax.get_xlim()[1]
    assert (drawing.still["equal"].get_slope(), look(drawing.still["equal"])) == (1, (INK, "--"))


def test_the_weights_over_lambda_with_the_names_of_the_largest(shown, data):
    drawing, w = shown.drawings["weights"], shown.scene.source.weights.numpy()
    X, y, _, _ = table(data)
    np.testing.assert_allclose(w[:, 14], model(LAMBDAS[14], len(X)).fit(X, y).coef_, rtol=1e-4)
    for i in places(drawing, len(LAMBDAS)):
        assert drawing.moving["cursor"].get_xdata() == [i, i]
        np.testing.assert_array_equal(xy(drawing.moving["dots"]), [[i] * 10, w[:, i]])
    for j, path in enumerate(w):
        np.testing.assert_array_equal(xy(drawing.still[f"weight {j}"])[1], path)
    names = {text.get_text() for text in panel(drawing).texts} - {"//"}
    assert names == set(data.feature_names)
    marked = ticks(panel(drawing).xaxis)
    assert marked == {k: f"{LAMBDAS[int(k)]:g}" for k in marked}


def test_of_many_weights_the_ten_largest_have_names():
    X, y = make_regression(60, 30, n_informative=10, random_state=0)
    X = torch.tensor(X)
    drawing = made(selection, folds=2, seed=0, data=RegressionData.from_arrays(X, y)).drawings["weights"]
    middle = [abs(xy(drawing.still[f"weight {j}"])[1][13]) for j in range(30)]
    largest = {f"x{j + 1}" for j in np.argsort(middle)[-10:]}
    assert {text.get_text() for text in panel(drawing).texts} - {"//"} == largest
