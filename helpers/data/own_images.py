"""Build `ImageData` from a user's own images: from arrays, or a torch Dataset."""

from collections.abc import Sequence

import numpy as np
import torch

from helpers.data.columns import check_given_together, stack_datasets, to_array, two_parts


class ImageSources:
    """Build `ImageData` from a user's own images."""

    @classmethod
    def from_dataset(cls, train: object, test: object = None, **how: object):
        """Return the images of a torch Dataset that fits in memory; without `test` they are split at random.

        Parameters
        ----------
        train, test : Dataset
            Items are pairs: a grey image, as a Tensor, an array or a PIL image, and its label.
        how : test_share, seed, class_names, name
            See `from_arrays`. Names that the Dataset has (``train.classes``) need not be given.

        Raises
        ------
        ValueError
            If items differ in shape, or cannot be used for training.
        """
        parts = stack_datasets(train, test)
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
        X, X_test : array or Tensor, (n, h, w) or (n, 1, h, w), with m in place of n for X_test
            Grey images: bytes from 0 to 255, or numbers from 0 to 1.
        y, y_test : array or Tensor, (n,) and (m,)
            Labels: numbers or words.
        test_share : float, between 0 and 1
            Share of the images drawn at random as the test part, if none is given.
        seed : int
            Determines the draw.
        class_names : sequence of str, optional
            Names of the classes 0, 1, 2, … Without them, the classes are the sorted values in y, named as they are.
        name : str
            What the data set is called.

        Raises
        ------
        ValueError
            If shapes do not fit, a pixel lies outside its range, or a label is not among the classes.
        """
        check_given_together(X_test, y_test)
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
            f"{name} must be (n, h, w) or (n, 1, h, w), got {X.shape}: only grey images are supported; average the "
            "channels of a colour image"
        )
    if X.dtype == np.uint8:
        return X / np.float32(255)
    low, high = X.min(), X.max()
    if not (low >= 0 and high <= 1):
        raise ValueError(f"{name} must lie in [0, 1], or be bytes (uint8), got [{low:g}, {high:g}]: rescale it")
    return X


def _check_alike(parts: list) -> None:
    """Raise unless each part has a label for each image, and all images have the same size."""
    for name, (X, y) in zip(("", "_test"), parts, strict=False):
        if y.shape not in ((len(X),), (len(X), 1)):
            raise ValueError(f"y{name} must be {(len(X),)}, got {y.shape}: one label for each image of X{name}")
    sizes = [X.shape[1:] for X, _ in parts]
    if sizes[0] != sizes[-1]:
        raise ValueError(f"images of X and X_test must have the same size, got {sizes[0]} and {sizes[1]}: resize them")


def _classes(labels: np.ndarray, class_names: Sequence | None) -> list:
    """Return the label of each class: the sorted labels that occur, or, with class names, all numbers or names."""
    if class_names is None:
        return np.unique(labels).tolist()
    return list(class_names if labels.dtype.kind in "OUST" else range(len(class_names)))


def _places(labels: np.ndarray, classes: list) -> np.ndarray:
    places = {label: k for k, label in enumerate(classes)}
    for label in (labels := labels.ravel().tolist()):
        if label not in places:
            raise ValueError(f"labels must be among {classes!r:.200}, got {label!r}: there is no such class to learn")
    return np.array([places[label] for label in labels])
