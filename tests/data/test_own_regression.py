"""A reader's own regression: what goes in comes out, whatever it came from, and what cannot be learned is refused."""

import re
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from torch.utils.data import Dataset, TensorDataset, random_split

from helpers import RegressionData, synthetic_regression

PARTS = ("X_train", "y_train", "X_test", "y_test")


@pytest.fixture
def table():
    """The diabetes data, in the units of the clinic."""
    return load_diabetes(as_frame=True, scaled=False).frame


def frame(**columns):
    """Return a small table: an area, a target that follows it, and other columns."""
    area = np.arange(20.0)
    return pd.DataFrame({"area": area, "price": 3 * area + 1} | columns)


def rows(data, *parts):
    return sorted(torch.cat([torch.cat([getattr(data, name) for name in parts[k::2]]) for k in (0, 1)], 1).tolist())


def assert_same(one, other):
    for name in PARTS:
        torch.testing.assert_close(getattr(one, name), getattr(other, name))


# What goes in


def test_every_row_is_there_once_with_its_own_target(table):
    data = RegressionData.from_table(table, "target", standardize=False)
    assert (data.num_train, data.num_test, data.num_inputs) == (332, 110, 10)
    wanted = torch.tensor(table.to_numpy(), dtype=torch.float32)
    assert rows(data, *PARTS) == sorted(wanted.tolist())
    assert {getattr(data, name).dtype for name in PARTS} == {torch.float32}
    assert data.feature_names == tuple(table.columns[:-1])
    assert data.target_name == "target"
    assert (data.w, data.b, data.noise) == (None, None, None)
    assert repr(data) == "RegressionData(332 training and 110 test examples of 10 inputs, target 'target')"


def test_inputs_are_standardized_by_the_training_part_as_scikit_learn_does(table):
    raw = RegressionData.from_table(table, "target", seed=3, standardize=False)
    data = RegressionData.from_table(table, "target", seed=3)
    scaler = StandardScaler().fit(raw.X_train.double().numpy())
    for part in ("X_train", "X_test"):
        wanted = scaler.transform(getattr(raw, part).double().numpy())
        np.testing.assert_allclose(getattr(data, part), wanted, rtol=1e-4, atol=1e-5)
    assert torch.equal(data.y_train, raw.y_train), "the target stays in its units"
    assert (data.X_test.mean(dim=0).abs() > 1e-4).all()


def test_the_split_is_random_and_its_seed_repeats_it(table):
    first, again, other = (RegressionData.from_table(table, "target", seed=seed) for seed in (0, 0, 1))
    assert_same(first, again)
    assert not torch.equal(first.y_train, other.y_train)
    assert not np.array_equal(first.y_train[:, 0], table["target"][:332])


@pytest.mark.parametrize(("share", "num_test"), [(0.5, 10), (0.01, 1), (0.33, 7)])
def test_the_share_of_the_test_part_is_as_asked(share, num_test):
    data = RegressionData.from_table(frame(), "price", test_share=share)
    assert (data.num_train, data.num_test) == (20 - num_test, num_test)


def test_a_path_a_table_arrays_tensors_and_a_dataset_give_the_same(table, tmp_path):
    wanted = RegressionData.from_table(table, target="target")
    table.to_csv(tmp_path / "table.csv", index=False)
    X, y = table.drop(columns="target"), table["target"]
    tensors = torch.tensor(X.to_numpy()), torch.tensor(y.to_numpy())
    for data in (
        RegressionData.from_table(str(tmp_path / "table.csv"), target="target"),
        RegressionData.from_table(tmp_path / "table.csv", target="target"),
        RegressionData.from_arrays(X, y),
        RegressionData.from_arrays(X.to_numpy(), y.to_numpy()[:, None]),
        RegressionData.from_arrays(*tensors),
        RegressionData.from_arrays(X.to_numpy().tolist(), y.tolist()),
        RegressionData.from_dataset(TensorDataset(*tensors)),
    ):
        assert_same(data, wanted)
    assert RegressionData.from_arrays(X, y).feature_names == wanted.feature_names
    assert RegressionData.from_arrays(*tensors).feature_names[:2] == ("x1", "x2")


def test_features_choose_columns_in_their_order(table):
    data = RegressionData.from_table(table, "s5", features=["bmi", "age"], standardize=False)
    wanted = torch.tensor(table[["bmi", "age", "s5"]].to_numpy(), dtype=torch.float32)
    assert rows(data, *PARTS) == sorted(wanted.tolist())
    assert (data.feature_names, data.target_name) == (("bmi", "age"), "s5")


def test_two_parts_stay_as_they_are():
    X, y = torch.rand(30, 2), torch.rand(30)
    data = RegressionData.from_arrays(X[:20], y[:20], X[20:], y[20:], standardize=False)
    assert torch.equal(data.X_train, X[:20])
    assert torch.equal(data.y_test, y[20:, None])
    train, test = (TensorDataset(X[part], y[part]) for part in (slice(20), slice(20, 30)))
    assert_same(RegressionData.from_dataset(train, test, standardize=False), data)


def test_the_parts_of_a_random_split_of_torch_are_datasets_too():
    whole = TensorDataset(torch.rand(30, 2, 2), torch.rand(30, 1))
    train, test = random_split(whole, [0.8, 0.2])
    data = RegressionData.from_dataset(train, test)
    assert (data.num_train, data.num_test, data.num_inputs) == (24, 6, 4)


def test_numbers_may_be_whole_true_or_of_a_type_that_knows_missing_ones():
    table = frame(
        rooms=pd.array([1, 2] * 10, dtype="Int64"), new=[True, False] * 10, old=pd.Series([1, 2.5] * 10, dtype=object)
    )
    assert RegressionData.from_table(table, "price").num_inputs == 4


def test_a_sparse_matrix_is_taken():
    from scipy.sparse import csr_matrix

    X = np.eye(6)[np.arange(60) % 6]
    assert_same(RegressionData.from_arrays(csr_matrix(X), X[:, 0]), RegressionData.from_arrays(X, X[:, 0]))


# What is refused


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"city": ["Oslo", "Bern"] * 10}, r"column 'city' must hold numbers, got 'Oslo' in row 0: .*make_column_tr"),
        (
            {"city": pd.Categorical(["b", "a"] * 10)},
            r"column 'city' must hold numbers, got 'b' in row 0: these are cat",
        ),
        ({"size": ["1.5"] * 9 + ["?"] + ["2"] * 10}, r"'size' must hold numbers, got '\?' in row 9: pandas.to_numeric"),
        ({"size": ["1.5"] * 20}, r"column 'size' must hold numbers, got '1.5' in row 0: pandas.to_numeric"),
        ({"day": pd.Timestamp("2026-01-01")}, r"column 'day' must hold numbers, got times \(datetime64"),
        ({"pair": [(1, 2)] * 20}, r"column 'pair' must hold numbers, got \(1, 2\) in row 0: convert each to a number"),
        ({"age": [np.nan, 1] * 10}, r"got 10 missing ones: 10 in 'age' \(first in row 0\): .*dropna.*SimpleImputer"),
        ({"age": pd.array([1, None] * 10, dtype="Int64")}, r"10 missing ones: 10 in 'age' \(first in row 1\)"),
        ({"age": [1, 2] * 9 + [1, np.inf]}, r"got 1 infinite ones: 1 in 'age' \(first in row 19\)"),
        ({"age": 7}, r"column 'age' must vary, got 7 in all 15 rows.*cannot be standardized"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_column_that_cannot_be_learned_from_is_named_with_what_to_do(columns, says):
    with pytest.raises(ValueError, match=says):
        RegressionData.from_table(frame(**columns), "price")


def test_the_advice_for_categories_works():
    table = frame(city=["Oslo", "Bern"] * 10)
    with pytest.raises(ValueError, match="categories") as refused:
        RegressionData.from_table(table, "price")
    advice = re.search(r"make_column_transformer.*", str(refused.value))[0]
    scope = {"make_column_transformer": make_column_transformer, "OneHotEncoder": OneHotEncoder, "table": table}
    data = RegressionData.from_table(eval(advice, scope), "price")
    assert sorted(data.feature_names) == ["area", "city_Bern", "city_Oslo"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"target": "prise"}, r"must have a column 'prise', got none of that name: the closest is 'price'"),
        ({"target": "PRICE"}, r"the closest is 'price'"),
        ({"target": "x"}, r"there are 'area', 'price'"),
        ({"target": "price", "features": ["areas"]}, r"'areas', got none of that name: the closest is 'area'"),
        ({"target": "price", "features": ["area", "price"]}, r"features must not name the target, got 'price'"),
        ({"target": "price", "features": []}, r"features must name at least one column"),
        ({"target": "price", "test_share": 1}, r"test_share must lie between 0 and 1, got 1"),
        ({"target": "price", "test_share": 0.95}, r"at least 2 rows to train on and 1 to test on, got 20 rows"),
    ],
)
def test_a_bad_argument_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        RegressionData.from_table(frame(), **arguments)


def test_a_table_has_columns_with_different_names():
    with pytest.raises(TypeError, match="table must be a DataFrame or the path of a CSV file, got ndarray"):
        RegressionData.from_table(np.ones((3, 2)), "y")
    with pytest.raises(ValueError, match="names of columns must be unique, got 'area' 2 times"):
        RegressionData.from_table(pd.concat([frame(), frame()], axis=1), "price")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
        RegressionData.from_table("nowhere.csv", "price")


def test_without_pandas_a_path_says_what_to_do_and_arrays_still_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match=r"reading houses\.csv needs pandas: install it, or pass arrays"):
        RegressionData.from_table("houses.csv", "price")
    assert RegressionData.from_arrays(X, Y).num_inputs == 2


X, Y = np.arange(24.0).reshape(12, 2), np.arange(12.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((Y, Y), r"X must be \(n, d\), got \(12,\)"),
        ((X, Y[1:]), r"y must be \(12,\) or \(12, 1\), got \(11,\)"),
        ((X, X), r"y must be \(12,\) or \(12, 1\), got \(12, 2\)"),
        ((X, ["a"] * 12), r"target 'y' must hold numbers, got 'a' in row 0: a regression predicts a number"),
        ((X, Y * np.nan), r"12 missing ones: 12 in 'y'"),
        ((X[:2], Y[:2]), r"at least 2 rows to train on and 1 to test on, got 2 rows"),
        ((X, Y, X[:, :1], Y), r"X must be \(n, 2\), got \(12, 1\)"),
        ((X, Y, X), "X_test and y_test must be given together"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        RegressionData.from_arrays(*arguments)


def test_a_constant_input_is_taken_if_nothing_is_standardized():
    assert RegressionData.from_table(frame(age=7), "price", standardize=False).num_inputs == 2


class Ragged(Dataset):
    """A dataset whose third input is longer."""

    def __len__(self):
        return 5

    def __getitem__(self, i):
        return torch.ones(3 if i == 2 else 2), 1.0


@pytest.mark.parametrize(
    ("dataset", "says"),
    [
        (Ragged(), r"inputs of train must have the same shape, got \(2,\) in item 0 and \(3,\) in item 2"),
        ([], "train must have at least one item, got none"),
        (TensorDataset(torch.ones(3, 2)), r"items of train must be pairs \(input, target\), got \(tensor"),
    ],
)
def test_a_dataset_that_is_no_table_is_refused(dataset, says):
    with pytest.raises(ValueError, match=says):
        RegressionData.from_dataset(dataset)


# Targets in standard deviations


def test_a_scaled_target_has_mean_0_and_deviation_1_where_it_was_learned(table):
    data = RegressionData.from_table(table, "target")
    scaled = data.with_scaled_target()
    assert scaled.y_train.mean().item() == pytest.approx(0, abs=1e-6)
    assert scaled.y_train.square().mean().item() == pytest.approx(1, rel=1e-5)
    models = [LinearRegression().fit(one.X_train, one.y_train) for one in (data, scaled)]
    fits = [model.score(one.X_test, one.y_test) for model, one in zip(models, (data, scaled), strict=True)]
    assert fits[0] == pytest.approx(fits[1], rel=1e-4), "R² does not depend on units"


def test_a_scaled_target_has_a_scaled_truth():
    data = synthetic_regression(noise=0).with_scaled_target()
    torch.testing.assert_close(data.X_test @ data.w + data.b, data.y_test, rtol=1e-4, atol=1e-5)
    noisy = synthetic_regression(noise=2.0)
    assert noisy.with_scaled_target().noise == pytest.approx(2 / noisy.y_train.std(correction=0).item())


def test_a_constant_target_cannot_be_scaled():
    with pytest.raises(ValueError, match="y_train must vary, got 1 in all 9 rows"):
        RegressionData.from_arrays(X, np.ones(12)).with_scaled_target()
