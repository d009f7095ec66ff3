"""A sealed test set is scored once, whatever happens, and its record survives."""

import json
import re

import numpy as np
import pytest

from helpers.project import Sealed, load_cars, plain_ridge, sealed_cars, sealed_digits, wrong_digits


@pytest.fixture
def small():
    """Three rows whose targets are 1, 2, 3; the score is the largest error."""
    targets = np.array([1.0, 2.0, 3.0])
    return Sealed(
        "small", targets, targets, lambda a, b: float(abs(a - b).max()), "apart", lambda: {"zero": np.zeros_like}
    )


def test_opens_once_and_shows_the_baselines(small, tmp_path, capsys):
    small.open(lambda rows: rows + 0.5, tmp_path)
    assert capsys.readouterr().out == "small, opened: 0.5 apart\nmeasured: zero 3\n"
    record = json.loads((tmp_path / "opened-small.json").read_text())
    assert record["score"] == 0.5
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])


def test_a_second_look_is_refused_with_the_first_score(small, tmp_path, capsys):
    small.open(lambda rows: rows + 0.5, tmp_path)
    capsys.readouterr()
    small.open(lambda rows: rows, tmp_path)
    said = capsys.readouterr().out
    assert said.startswith("small: it was opened on 20")
    assert "with 0.5 apart. It is not opened a second time" in said
    assert json.loads((tmp_path / "opened-small.json").read_text())["score"] == 0.5


def test_a_damaged_record_does_not_open_it_again(small, tmp_path, capsys):
    (tmp_path / "opened-small.json").write_text("{")
    small.open(lambda rows: rows, tmp_path)
    assert "opened before, but opened-small.json is damaged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("predict", "error", "message"),
    [
        (lambda rows: rows[:2], ValueError, r"predict must return shape \(3,\), got \(2,\)"),
        (lambda rows: rows * np.nan, ValueError, "finite numbers, got .*: the seal stays closed"),
        (lambda rows: ["a", "b", "c"], ValueError, "finite numbers"),
        (np.ones(3), TypeError, "predict must be a function, got ndarray"),
        (lambda rows: 1 / 0, ZeroDivisionError, "division"),
    ],
)
def test_a_model_that_cannot_be_scored_leaves_it_sealed(small, tmp_path, predict, error, message):
    with pytest.raises(error, match=message):
        small.open(predict, tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_score_is_shown_that_cannot_be_recorded(small, tmp_path, capsys):
    with pytest.raises(OSError, match="missing"):
        small.open(lambda rows: rows, tmp_path / "missing")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("make", [sealed_cars, sealed_digits])
def test_without_a_model_the_real_ones_stay_closed(make, tmp_path, capsys):
    make().open(..., tmp_path)
    assert "sealed. Pass the function" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_the_real_ones_share_nothing_with_the_open_data(tmp_path, capsys):
    table, cars = load_cars(), sealed_cars()
    assert (len(table), len(cars.inputs), len(cars.targets)) == (297, 100, 100)
    assert "mpg" not in cars.inputs
    assert not set(map(tuple, table.drop(columns="mpg").astype(str).to_numpy())) & set(
        map(tuple, cars.inputs.astype(str).to_numpy())
    )
    data, digits = wrong_digits(), sealed_digits()
    assert (len(data.X_train), len(data.X_test), len(digits.inputs)) == (400, 697, 700)
    assert 0.2 < (data.y_train != data.y_true).float().mean() < 0.35
    seen = {row.numpy().tobytes() for row in (*data.X_train, *data.X_test)}
    assert not seen & {row.numpy().tobytes() for row in digits.inputs}


def test_the_real_ones_open(tmp_path, capsys):
    sealed_cars().open(plain_ridge(load_cars()), tmp_path)
    sealed_digits().open(plain_ridge(wrong_digits()), tmp_path)
    cars, of_cars, digits, of_digits = capsys.readouterr().out.splitlines()
    assert 2 < float(re.search(r"opened: ([\d.]+) miles", cars)[1]) < 4
    assert 0.8 < float(re.search(r"opened: ([\d.]+) of the digits right", digits)[1]) < 0.95
    assert all(re.fullmatch(r"measured: plain ridge [\d.]+, untuned net [\d.]+", line) for line in (of_cars, of_digits))
