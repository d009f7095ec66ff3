"""The records of data: what is wrong is refused at the door, subsets and label noise are what they say."""

from dataclasses import replace

import pytest
import torch

from helpers import data
from helpers.data import ImageData, RegressionData


@pytest.fixture
def digits():
    return data.load_digits()


def regression(**changes):
    fields = {"X_train": torch.ones(3, 2), "y_train": torch.ones(3, 1), "X_test": torch.ones(4, 2)}
    return RegressionData(
        **(fields | {"y_test": torch.ones(4, 1), "w": torch.ones(2, 1), "b": 0, "noise": 0} | changes)
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"y_train": torch.ones(3)}, r"y_train must be \(3, 1\), got \(3,\).*broadcasts to \(n, n\)"),
        ({"y_test": torch.ones(3, 1)}, r"y_test must be \(4, 1\), got \(3, 1\)"),
        ({"X_train": torch.ones(0, 2), "y_train": torch.ones(0, 1)}, r"X_train must be \(n, d\).*got \(0, 2\)"),
        ({"X_test": torch.ones(4, 3)}, "the same number of columns, got 2 and 3"),
        ({"X_test": torch.ones(4)}, r"X_test must be \(n, d\).*got \(4,\)"),
        ({"w": torch.ones(2)}, r"w must be \(2, 1\), got \(2,\)"),
        ({"noise": -1}, "noise must be finite and at least 0, got -1"),
    ],
)
def test_regression_data_refuses(wrong, says):
    regression()
    with pytest.raises(ValueError, match=says):
        regression(**wrong)


def images(**changes):
    fields = {"X_train": torch.ones(3, 6), "y_train": torch.tensor([0, 1, 0]), "X_test": torch.zeros(2, 6)}
    fields |= {"y_test": torch.tensor([1, 1]), "class_names": ("a", "b"), "shape": (2, 3)}
    return ImageData("made", **(fields | changes))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"X_train": torch.full((3, 6), 255.0)}, r"X_train must lie in \[0, 1\], got \[255, 255\]"),
        ({"X_test": torch.full((2, 6), float("nan"))}, r"X_test must lie in \[0, 1\]"),
        ({"X_test": torch.full((2, 6), -0.1)}, r"X_test must lie in \[0, 1\]"),
        ({"X_train": torch.ones(3, 6, dtype=torch.uint8)}, "X_train must be float32, got torch.uint8"),
        ({"X_train": torch.ones(3, 2, 3)}, r"X_train must be \(n, d\).*got \(3, 2, 3\)"),
        ({"X_test": torch.ones(0, 6)}, r"X_test must be \(n, d\)"),
        ({"X_test": torch.ones(2, 5)}, "the same number of columns, got 6 and 5"),
        ({"y_train": torch.tensor([0, 1, 2])}, r"y_train must lie in 0..1, got 0..2"),
        ({"y_test": torch.tensor([-1, 1])}, r"y_test must lie in 0..1, got -1..1"),
        ({"y_test": torch.tensor([1, 1, 1])}, r"y_test must be int64 \(2,\), got torch.int64 \(3,\)"),
        ({"y_train": torch.zeros(3)}, r"y_train must be int64 \(3,\), got torch.float32"),
        ({"class_names": ("a",)}, "at least 2 names"),
        ({"shape": (2, 2)}, r"shape must have 6 pixels, got \(2, 2\)"),
    ],
)
def test_image_data_refuses(wrong, says):
    images()
    with pytest.raises(ValueError, match=says):
        images(**wrong)


def test_records_show_themselves_in_one_line(digits):
    assert repr(data.synthetic_regression()) == (
        "RegressionData(20 training and 100 test examples of 200 inputs, noise 0.01)"
    )
    assert repr(digits) == "ImageData('digits (scikit-learn)', 1,000 training and 797 test images of 8×8, 10 classes)"


@pytest.mark.parametrize("made", [regression(), images()])
def test_records_cannot_be_reassigned(made):
    with pytest.raises(AttributeError):
        made.X_train = made.X_test


# Subsets and label noise


def test_subset_takes_each_image_at_most_once_with_its_label(digits):
    part = digits.subset(300, seed=1)
    whole = {tuple(row): label for row, label in zip(digits.X_train.tolist(), digits.y_train.tolist(), strict=True)}
    rows = [tuple(row) for row in part.X_train.tolist()]
    assert len(set(rows)) == 300
    assert [whole[row] for row in rows] == part.y_train.tolist()
    assert part.X_test is digits.X_test
    assert torch.equal(part.X_train, digits.subset(300, seed=1).X_train)
    assert not torch.equal(part.X_train, digits.subset(300, seed=2).X_train)


@pytest.mark.parametrize("num_train", [0, 1001])
def test_subset_refuses_more_than_there_is(digits, num_train):
    with pytest.raises(ValueError, match=f"num_train must be at (least 1|most 1000), got {num_train}"):
        digits.subset(num_train)


def test_the_test_part_can_be_made_smaller_too(digits):
    part = digits.subset(300, 100, seed=1)
    assert torch.equal(part.X_train, digits.subset(300, seed=1).X_train)
    assert part.num_test == 100
    assert not torch.equal(part.X_test, digits.subset(300, 100, seed=2).X_test)
    rows = {(tuple(x), y) for x, y in zip(digits.X_test.tolist(), digits.y_test.tolist(), strict=True)}
    assert {(tuple(x), y) for x, y in zip(part.X_test.tolist(), part.y_test.tolist(), strict=True)} <= rows
    assert digits.subset(300, seed=1).num_test == digits.num_test
    with pytest.raises(ValueError, match=r"num_test must be at most 797, got 798"):
        digits.subset(300, 798)


@pytest.mark.parametrize("fraction", [0, 0.2, 0.3337, 1])
def test_label_noise_changes_exactly_that_many_training_labels(digits, fraction):
    clean = digits.y_train.clone()
    noisy = digits.with_label_noise(fraction, seed=4)
    assert (noisy.y_train != clean).sum() == round(fraction * 1000)
    assert torch.equal(digits.y_train, clean)
    assert noisy.y_test is digits.y_test
    assert noisy.X_train is digits.X_train


def test_label_noise_is_uniform_over_the_other_classes_and_the_places():
    X = torch.zeros(90_000, 1)
    many = ImageData("made", X, torch.full((90_000,), 3), X[:1], torch.tensor([3]), tuple("0123456789"), (1, 1))
    noisy = many.with_label_noise(0.5)
    counts = noisy.y_train.bincount(minlength=10)
    wrong = torch.tensor([c for c in range(10) if c != 3])
    assert counts[3] == 45_000
    assert ((counts[wrong] - 5000).abs() < 5 * 5000**0.5).all()
    assert abs((noisy.y_train[:45_000] != 3).sum() - 22_500) < 5 * 106  # 106: of the hypergeometric distribution
    assert not torch.equal(noisy.y_train, many.with_label_noise(0.5, seed=1).y_train)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_label_noise_refuses_what_is_no_fraction(digits, fraction):
    with pytest.raises(ValueError, match=r"fraction must be in \[0, 1\]"):
        digits.with_label_noise(fraction)


def test_which_labels_are_wrong_is_known_also_after_more_noise_and_in_a_subset(digits):
    assert not digits.is_wrong.any()
    noisy = digits.with_label_noise(0.3, seed=1)
    assert torch.equal(noisy.is_wrong, noisy.y_train != digits.y_train)
    again = noisy.with_label_noise(0.3, seed=2)
    assert torch.equal(again.is_wrong, again.y_train != digits.y_train)
    some = noisy.subset(digits.num_train // 2, seed=3)
    assert some.is_wrong.sum() == (some.y_train != some.y_true).sum() > 0
    with pytest.raises(ValueError, match="y_true must be int64"):
        replace(noisy, y_true=noisy.y_true[1:])
