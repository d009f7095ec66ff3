"""How `ImageData` is made of a reader's own images: of arrays, or a dataset of torch."""

from collections.abc import Sequence

import numpy as np
import torch

from helpers.data.columns import stack_dataset, to_array, two_parts


class ImageSources:
    """How `ImageData` is made of a reader's own images."""

    @classmethod
    def from_dataset(cls, train: object, test: object = None, **how: object):
        """Return the images of a torch Dataset that fits in memory; without `test` they are split at random.

        Parameters
        ----------
        train, test : Dataset
            Items are pairs: a grey image, as a Tensor, an array or a PIL image, and its label.
        how : test_share, seed, class_names, name
            See `from_arrays`. Names that the Dataset knows (``train.classes``) need not be given.

        Raises
        ------
        ValueError
            If items differ in shape, or cannot be learned from.
        """
        parts = stack_dataset("train", train) + (() if test is None else stack_dataset("test", test))
        known = {"name": type(train).__name__, "class_names": getattr(train, "classes", None)}
        return cls.from_arrays(*parts, **known | how)

    @classmethod
    def from_arrays(
        cls,
        X: object,
        y: object,
        X_test: object = None,
        y_test: object = None,
        *,
        test_share: float = 0.25,
        seed: int = 0,
        class_names: Sequence | None = None,
        name: str = "own images",
    ):
        """Return labelled images; without `X_test` and `y_test` they are split at random.

        Parameters
        ----------
        X, X_test : array or Tensor, (n, h, w) or (n, 1, h, w), and likewise of the m
            Grey images: bytes from 0 to 255, or numbers from 0 to 1.
        y, y_test : array or Tensor, (n,) and (m,)
            Labels: numbers or words.
        test_share : float, between 0 and 1
            Share of the images that is drawn at random to test on, where no test part is given.
        seed : int
            Numbers the draw.
        class_names : sequence of str, optional
            Names of the classes 0, 1, 2, … Without them, classes are the values in y in their order, and so named.
        name : str
            What the data set is called.

        Raises
        ------
        ValueError
            If shapes do not fit, a pixel lies outside its range, or a label is not among the classes.
        """
        if (X_test is None) != (y_test is None):
            raise ValueError("X_test and y_test must be given together: images and labels of one test part")
        parts = [(_pixels("X", X), to_array(y))]
        parts += [] if X_test is None else [(_pixels("X_test", X_test), to_array(y_test))]
        _check_alike(parts)
        shape = parts[0][0].shape[1:]
        classes = _classes(parts[0][1], class_names)
        parts = [(part.reshape(len(part), -1), _places(labels, classes)) for part, labels in parts]
        (X, y), (X_test, y_test) = two_parts(parts, test_share, seed)
        X, X_test = (torch.tensor(part, dtype=torch.float32) for part in (X, X_test))
        y, y_test = (torch.tensor(part, dtype=torch.int64) for part in (y, y_test))
        names = tuple(map(str, classes if class_names is None else class_names))
        return cls(name, X, y, X_test, y_test, names, tuple(shape))


def _pixels(name: str, X: object) -> np.ndarray:
    """Return grey images (n, h, w) from 0 to 1."""
    X = to_array(X)
    if X.ndim == 4 and X.shape[1] == 1:
        X = X[:, 0]
    if X.ndim != 3 or 0 in X.shape:
        raise ValueError(
            f"{name} must be (n, h, w) or (n, 1, h, w), got {X.shape}: grey images; the mean over its channels makes a "
            "coloured image grey"
        )
    if X.dtype == np.uint8:
        return X / np.float32(255)
    low, high = X.min(), X.max()
    if not (low >= 0 and high <= 1):
        raise ValueError(f"{name} must lie in [0, 1], or be bytes (uint8), got [{low:g}, {high:g}]: rescale it")
    return X


def _check_alike(parts: list) -> None:
    """Raise unless each part has a label for each image, and the images of all have one size."""
    for name, (X, y) in zip(("", "_test"), parts, strict=False):
        if y.shape not in ((len(X),), (len(X), 1)):
            raise ValueError(f"y{name} must be {(len(X),)}, got {y.shape}: one label for each image of X{name}")
    sizes = [X.shape[1:] for X, _ in parts]
    if sizes[0] != sizes[-1]:
        raise ValueError(f"images of X and X_test must have one size, got {sizes[0]} and {sizes[1]}: resize them")


def _classes(labels: np.ndarray, class_names: Sequence | None) -> list:
    """Return the label of each class: the labels that there are, in their order, or the numbers or names of all."""
    if class_names is None:
        return np.unique(labels).tolist()
    return list(class_names if labels.dtype.kind in "OUST" else range(len(class_names)))


def _places(labels: np.ndarray, classes: list) -> np.ndarray:
    places = {label: k for k, label in enumerate(classes)}
    for label in (labels := labels.ravel().tolist()):
        if label not in places:
            raise ValueError(f"labels must be among {classes!r:.200}, got {label!r}: there is no such class to learn")
    return np.array([places[label] for label in labels])
