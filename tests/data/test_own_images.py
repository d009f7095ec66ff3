"""A reader's own images: what goes in comes out, and what cannot be learned from is refused."""

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch.utils.data import TensorDataset

from helpers import ImageData


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def rows(data):
    parts = [torch.cat([X, y[:, None]], dim=1) for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test))]
    return sorted(torch.cat(parts).tolist())


def test_every_image_is_there_once_with_its_own_label(digits):
    data = ImageData.from_arrays(digits.images / 16, digits.target, name="my digits")
    wanted = np.column_stack([digits.data / 16, digits.target]).astype(np.float32)
    assert rows(data) == sorted(wanted.tolist())
    assert (data.name, data.shape, data.class_names) == ("my digits", (8, 8), tuple("0123456789"))
    assert (data.num_train, data.num_test) == (1348, 449)
    again, other = (ImageData.from_arrays(digits.images / 16, digits.target, seed=seed) for seed in (0, 1))
    assert torch.equal(data.X_train, again.X_train)
    assert not torch.equal(data.X_train, other.X_train)


def test_bytes_floats_tensors_and_datasets_give_the_same(digits):
    images, labels = (digits.images[:200] * 15).astype(np.uint8), digits.target[:200]
    wanted = ImageData.from_arrays(images / 255, labels)
    X, y = torch.tensor(images)[:, None], torch.tensor(labels)
    pictures = [(Image.fromarray(image), int(label)) for image, label in zip(images, labels, strict=True)]
    for data in (
        ImageData.from_arrays(images, labels),
        ImageData.from_arrays(X, y),
        ImageData.from_arrays(X / 255, y[:, None]),
        ImageData.from_dataset(TensorDataset(X, y)),
        ImageData.from_dataset(pictures),
    ):
        torch.testing.assert_close(data.X_train, wanted.X_train)
        assert torch.equal(data.y_test, wanted.y_test)
    assert ImageData.from_dataset(TensorDataset(X, y)).name == "TensorDataset"


def test_two_parts_stay_as_they_are():
    X, y = torch.rand(9, 1, 2, 3), torch.arange(9) % 3
    train, test = TensorDataset(X[:6], y[:6]), TensorDataset(X[6:], y[6:])
    train.classes = ["cat", "dog", "owl"]
    data = ImageData.from_dataset(train, test, name="pets")
    assert torch.equal(data.X_train, X[:6].flatten(1))
    assert torch.equal(data.y_test, y[6:])
    assert (data.name, data.shape, data.class_names) == ("pets", (2, 3), ("cat", "dog", "owl"))


@pytest.mark.parametrize(
    ("labels", "class_names", "names", "places"),
    [
        ([3, 7, 3, 9], None, ("3", "7", "9"), [0, 1, 0, 2]),
        (["owl", "cat", "owl", "dog"], None, ("cat", "dog", "owl"), [2, 0, 2, 1]),
        (["owl", "cat", "owl", "dog"], ["owl", "dog", "cat"], ("owl", "dog", "cat"), [0, 2, 0, 1]),
        ([0, 2, 0, 1], ["owl", "dog", "cat"], ("owl", "dog", "cat"), [0, 2, 0, 1]),
        ([0, 1, 0, 1], ["owl", "dog", "cat"], ("owl", "dog", "cat"), [0, 1, 0, 1]),
    ],
)
def test_labels_become_places_among_the_classes(labels, class_names, names, places):
    X = np.zeros((4, 2, 2))
    data = ImageData.from_arrays(X, labels, X, labels, class_names=class_names)
    assert data.class_names == names
    assert data.y_train.tolist() == data.y_test.tolist() == places


X, Y = np.zeros((8, 2, 2)), np.arange(8) % 2


@pytest.mark.parametrize(
    ("arguments", "how", "says"),
    [
        ((X + 16, Y), {}, r"X must lie in \[0, 1\], or be bytes \(uint8\), got \[16, 16\]"),
        ((X - 1, Y), {}, r"X must lie in \[0, 1\].*got \[-1, -1\]"),
        ((X * np.nan, Y), {}, r"X must lie in \[0, 1\].*got \[nan, nan\]"),
        ((X[:, 0], Y), {}, r"X must be \(n, h, w\) or \(n, 1, h, w\), got \(8, 2\)"),
        ((np.zeros((8, 3, 2, 2)), Y), {}, r"got \(8, 3, 2, 2\): .*only grey images"),
        ((X, Y[1:]), {}, r"y must be \(8,\), got \(7,\): one label for each image of X"),
        ((X, Y, X, Y[1:]), {}, r"y_test must be \(8,\), got \(7,\)"),
        ((X, Y, X[:, :, :1], Y), {}, r"same size, got \(2, 2\) and \(2, 1\)"),
        ((X, Y, X, Y + 1), {}, r"labels must be among \[0, 1\], got 2"),
        ((X, Y + 1), {"class_names": ("a", "b")}, r"labels must be among \[0, 1\], got 2"),
        ((X, ["a", "c"] * 4), {"class_names": ("a", "b")}, r"labels must be among \['a', 'b'\], got 'c'"),
        ((X, 0 * Y), {}, "class_names must hold at least 2 names"),
        ((X, Y, X), {}, "X_test and y_test must be given together"),
        ((X[:2], Y[:2]), {}, "at least 2 rows to train on and 1 to test on, got 2 rows"),
    ],
)
def test_images_that_do_not_fit_are_refused(arguments, how, says):
    with pytest.raises(ValueError, match=says):
        ImageData.from_arrays(*arguments, **how)


def test_a_dataset_whose_images_differ_in_size_is_refused():
    with pytest.raises(
        ValueError, match=r"inputs of train must have the same shape, got \(2, 2\) in item 0 and \(2, 3\) in"
    ):
        ImageData.from_dataset([(torch.zeros(2, 2), 0), (torch.zeros(2, 3), 1)])
