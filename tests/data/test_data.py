"""The data: what is drawn is what was asked for, what is loaded is whole, and what is wrong is refused at the door."""

import subprocess
import sys

import pytest
import torch

from helpers import data


@pytest.fixture
def digits():
    return data.load_digits()


def residuals(made, part):
    X, y = getattr(made, f"X_{part}"), getattr(made, f"y_{part}")
    return y - X @ made.w - made.b


# Synthetic regression


def test_synthetic_regression_has_the_books_shapes():
    made = data.synthetic_regression()
    assert (made.X_train.shape, made.y_train.shape) == ((20, 200), (20, 1))
    assert (made.X_test.shape, made.y_test.shape) == ((100, 200), (100, 1))
    assert (made.num_train, made.num_test, made.num_inputs) == (20, 100, 200)
    assert made.w.shape == (200, 1)
    assert made.w.unique().tolist() == pytest.approx([0.01])
    assert {t.dtype for t in (made.X_train, made.y_train, made.X_test, made.y_test, made.w)} == {torch.float32}


@pytest.mark.parametrize("part", ["train", "test"])
def test_synthetic_regression_follows_its_equation(part):
    made = data.synthetic_regression(40_000, 40_000, 5, w=torch.arange(5.0), b=-2, noise=0.5, seed=3)
    X, errors = getattr(made, f"X_{part}"), residuals(made, part)
    tolerance = 5 / 200  # five standard errors of a mean of 40,000
    assert torch.allclose(X.mean(0), torch.zeros(5), atol=tolerance)
    assert torch.allclose(X.T @ X / len(X), torch.eye(5), atol=2 * tolerance)
    assert errors.mean().item() == pytest.approx(0, abs=0.5 * tolerance)
    assert errors.std().item() == pytest.approx(0.5, rel=tolerance)
    assert torch.allclose(X.T @ errors / len(X), torch.zeros(5, 1), atol=0.5 * tolerance)
    found = torch.linalg.lstsq(torch.cat([X, torch.ones(len(X), 1)], 1), getattr(made, f"y_{part}")).solution
    assert torch.allclose(found.flatten(), torch.tensor([0.0, 1, 2, 3, 4, -2]), atol=tolerance)


def test_no_noise_leaves_the_equation_exact():
    made = data.synthetic_regression(noise=0)
    assert torch.allclose(residuals(made, "train"), torch.zeros(20, 1), atol=1e-5)


def test_training_and_test_part_are_drawn_apart():
    made = data.synthetic_regression(300, 300, 50)
    assert abs((made.X_train * made.X_test).mean()) < 5 / 15_000**0.5
    assert abs((residuals(made, "train") * residuals(made, "test")).mean()) < 5 * 0.01**2 / 300**0.5


def test_the_size_of_one_part_does_not_change_the_other():
    made = data.synthetic_regression(20, 100, 10)
    more_test, more_train = data.synthetic_regression(20, 500, 10), data.synthetic_regression(90, 100, 10)
    assert torch.equal(made.X_train, more_test.X_train)
    assert torch.equal(made.y_train, more_test.y_train)
    assert torch.equal(made.X_test, more_train.X_test)
    assert torch.equal(made.y_test, more_train.y_test)


def test_the_seed_decides_and_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    first, again, other = (data.synthetic_regression(seed=seed) for seed in (-1, -1, 2**70))
    assert torch.equal(first.y_train, again.y_train)
    assert not torch.equal(first.X_train, other.X_train)
    for part in ("train", "test"):
        assert not torch.allclose(residuals(first, part), residuals(other, part), atol=1e-4)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_weights_may_be_a_vector_or_a_column_and_are_copied(shape):
    w = torch.arange(4.0).reshape(shape)
    made = data.synthetic_regression(num_inputs=4, w=w)
    w.zero_()
    assert torch.equal(made.w, torch.arange(4.0).reshape(4, 1))


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"num_train": 0}, ValueError, "num_train must be at least 1, got 0"),
        ({"num_test": -3}, ValueError, "num_test must be at least 1, got -3"),
        ({"num_inputs": 0}, ValueError, "num_inputs must be at least 1, got 0"),
        ({"num_train": 2.5}, TypeError, "num_train must be an integer, got 2.5"),
        ({"noise": -0.1}, ValueError, "noise must be finite and at least 0, got -0.1"),
        ({"noise": float("nan")}, ValueError, "noise must be finite"),
        ({"seed": 0.5}, TypeError, "seed must be an integer, got 0.5"),
        ({"seed": None}, TypeError, "seed must be an integer, got None"),
        ({"w": torch.ones(3)}, ValueError, r"w must be a number, \(200,\) or \(200, 1\), got \(3,\)"),
        ({"w": torch.ones(1, 200)}, ValueError, r"got \(1, 200\)"),
    ],
)
def test_synthetic_regression_refuses(wrong, error, says):
    with pytest.raises(error, match=says):
        data.synthetic_regression(**wrong)


# The digits


def rows(pixels, labels):
    return sorted((*row, label) for row, label in zip(pixels.tolist(), labels.tolist(), strict=True))


def test_digits_are_scikit_learns_each_once():
    from sklearn import datasets

    digits = data.load_digits(1200, seed=5)
    theirs = datasets.load_digits()
    pixels = torch.cat([digits.X_train, digits.X_test]) * 16
    labels = torch.cat([digits.y_train, digits.y_test])
    assert (digits.num_train, digits.num_test, digits.num_inputs, digits.shape) == (1200, 597, 64, (8, 8))
    assert (digits.X_train.min(), digits.X_train.max()) == (0, 1)
    assert rows(pixels, labels) == rows(theirs.data, theirs.target)


def test_digits_are_split_by_the_seed(digits):
    assert torch.equal(digits.X_train, data.load_digits(seed=0).X_train)
    assert not torch.equal(digits.X_train, data.load_digits(seed=1).X_train)
    assert digits.y_train[:100].bincount(minlength=10).min() > 0  # shuffled, not the first 1,000 in order


@pytest.mark.parametrize(("num_train", "error"), [(0, ValueError), (1797, ValueError), (0.5, TypeError)])
def test_digits_refuse_a_split_without_two_parts(num_train, error):
    with pytest.raises(error, match="num_train must be"):
        data.load_digits(num_train)


# The real Fashion-MNIST


def test_fashion_mnist_is_whole_and_right(fashion_mnist_dir):
    fashion = data.load_fashion_mnist(fashion_mnist_dir)
    assert repr(fashion) == "ImageData('Fashion-MNIST', 60,000 training and 10,000 test images of 28×28, 10 classes)"
    assert fashion.y_train.bincount().tolist() == [6000] * 10
    assert fashion.y_test.bincount().tolist() == [1000] * 10
    # Mean and standard deviation as published for this data set's training images.
    assert fashion.X_train.mean().item() == pytest.approx(0.2860, abs=1e-4)
    assert fashion.X_train.std().item() == pytest.approx(0.3530, abs=1e-4)
    assert [fashion.class_names[label] for label in fashion.y_train[:3]] == ["ankle boot", "t-shirt", "t-shirt"]
    assert fashion.X_train[0].reshape(28, 28)[:3].sum() == 0  # the boot stands at the bottom: rows are rows


def test_fashion_mnist_can_be_changed_without_changing_the_next_one(fashion_mnist_dir):
    data.load_fashion_mnist(fashion_mnist_dir).X_train.zero_()
    assert data.load_fashion_mnist(fashion_mnist_dir, num_train=10).X_train.max() > 0.5


def test_fashion_mnist_subset_is_the_subset_of_the_whole(fashion_mnist_dir):
    part, whole = (data.load_fashion_mnist(fashion_mnist_dir, num_train=n, seed=2) for n in (1000, None))
    assert torch.equal(part.X_train, whole.subset(1000, seed=2).X_train)
    assert torch.equal(part.y_train, whole.subset(1000, seed=2).y_train)
    assert part.num_test == 10_000


# Import


def test_importing_the_data_loads_nothing_that_only_some_of_it_needs():
    heavy = {"matplotlib", "IPython", "sklearn", "scipy", "pooch", "requests", "tqdm"}
    code = f"import sys, torch; old = {{*sys.modules}}; import helpers.data; print({heavy} & {{*sys.modules}} - old)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
