"""The data of the course, in memory as tensors: a synthetic regression, Fashion-MNIST, scikit-learn's digits."""

import html
import os

import torch
from torch import Tensor

from helpers.data.fashion_mnist import DataUnavailableError, data_directory, fetch, read_idx
from helpers.data.records import ImageData, RegressionData
from helpers.seeding import generator_for
from helpers.validation import check_count

FASHION_CLASSES = (
    *("t-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
NUM_DIGITS = 1000  # training images when the digits stand in for Fashion-MNIST: 797 are left to test with


def synthetic_regression(
    num_train: int = 20,
    num_test: int = 100,
    num_inputs: int = 200,
    *,
    w: float | Tensor = 0.01,
    b: float = 0.05,
    noise: float = 0.01,
    seed: int = 0,
) -> RegressionData:
    """Draw the data of a linear regression, ``y = X w + b + noise ε`` with X and ε ~ N(0, 1) (book, section 4.5).

    Parameters
    ----------
    num_train, num_test, num_inputs : int, at least 1
        The n, m and d of the shapes. The training part does not depend on m, nor the test part on n.
    w : float, or Tensor (d, 1) or (d,)
        True weights; a number stands for every entry.
    b : float
        True bias.
    noise : float, at least 0
        Standard deviation of the noise.
    seed : int
        Determines the draws; the global generator is not used.

    Raises
    ------
    ValueError, TypeError
        If a count is below 1 or not an integer, w does not fit, the noise is negative, or the seed is not an integer.
    """
    for name, value in (("num_train", num_train), ("num_test", num_test), ("num_inputs", num_inputs)):
        check_count(name, value)
    w = torch.as_tensor(w, dtype=torch.float32)
    if w.shape not in ((), (num_inputs,), (num_inputs, 1)):
        raise ValueError(f"w must be a number, {(num_inputs,)} or {(num_inputs, 1)}, got {tuple(w.shape)}")
    w = w.reshape(-1, 1).expand(num_inputs, 1).clone()

    def draw(part: str, n: int) -> tuple[Tensor, Tensor]:
        X = torch.randn(n, num_inputs, generator=generator_for(seed, f"{part} inputs"))
        return X, X @ w + b + noise * torch.randn(n, 1, generator=generator_for(seed, f"{part} noise"))

    return RegressionData(*draw("train", num_train), *draw("test", num_test), w, float(b), float(noise))


def load_fashion_mnist(
    root: str | os.PathLike | None = None, *, num_train: int | None = None, seed: int = 0
) -> ImageData:
    """Load Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28×28 (Xiao, Rasul and Vollgraf 2017).

    The files are downloaded once (31 MB) and verified each time.

    Parameters
    ----------
    root : path, optional
        Directory of the files; else the environment's ``FASHION_MNIST_DIR``, else a place in the user's cache. It need
        not be writable if the files are there. ``FASHION_MNIST_DOWNLOAD=0`` in the environment forbids the download.
    num_train : int, optional
        Number of training images, chosen at random; all of them if not given.
    seed : int
        Determines the choice.

    Raises
    ------
    DataUnavailableError
        If the files are missing and cannot be downloaded; the message says why.
    ValueError, TypeError
        If `num_train` is below 1, above 60,000, or not an integer.
    """
    images = _read_fashion_mnist(fetch(data_directory(root)))
    return images if num_train is None else images.subset(num_train, seed=seed)


def _read_fashion_mnist(paths: list) -> ImageData:
    X_train, y_train, X_test, y_test = map(read_idx, paths)
    return ImageData(
        "Fashion-MNIST",
        *(X_train.float().div_(255), y_train.flatten().long()),
        *(X_test.float().div_(255), y_test.flatten().long()),
        class_names=FASHION_CLASSES,
        shape=(28, 28),
    )


def load_digits(num_train: int = NUM_DIGITS, *, seed: int = 0) -> ImageData:
    """Load scikit-learn's 1,797 handwritten digits, 8×8, split at random; they need no network.

    Parameters
    ----------
    num_train : int, 1 to 1,796
        Number of training images; the rest are for testing.
    seed : int
        Determines the split.

    Raises
    ------
    ValueError, TypeError
        If `num_train` is out of range, or it or the seed is not an integer.
    """
    from sklearn import datasets  # here, not above: it takes as long to import as torch

    X, y = (torch.tensor(values) for values in datasets.load_digits(return_X_y=True))
    check_count("num_train", num_train, most=len(X) - 1)
    train, test = torch.randperm(len(X), generator=generator_for(seed, "digits")).tensor_split([num_train])
    X, y = X.float() / 16, y.long()
    return ImageData("digits (scikit-learn)", X[train], y[train], X[test], y[test], tuple("0123456789"), (8, 8))


def load_images(num_train: int | None = None, *, seed: int = 0) -> ImageData:
    """Load Fashion-MNIST if it is available, else the digits, and show in one line which it is, and why.

    Parameters
    ----------
    num_train : int, optional
        Number of training images, chosen at random; all 60,000 if not given. The digits have at most 1,000.
    seed : int
        Determines the choice.

    Raises
    ------
    ValueError, TypeError
        If `num_train` is below 1, above 60,000, or not an integer.
    """
    try:
        paths = fetch(data_directory(), retry=False)
    except DataUnavailableError as error:
        images = load_digits(NUM_DIGITS if num_train is None else min(num_train, NUM_DIGITS), seed=seed)
        asked = f" ({num_train:,} for training were asked for)" if num_train and num_train > NUM_DIGITS else ""
        _announce(
            f"{error} Using scikit-learn's digits instead: {images.sizes} pixels{asked}. "
            "Numbers in this chapter will differ.",
            style="border-left: 4px solid #e08a00; padding: 0.4em 0.8em;",
        )
        return images
    images = _read_fashion_mnist(paths)
    images = images if num_train is None else images.subset(num_train, seed=seed)
    _announce(f"{images.name}: {images.sizes} pixels")
    return images


def _announce(message: str, style: str = "") -> None:
    """Show one line: in a notebook as HTML, readable on light and on dark, elsewhere as text."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    text = " ".join(f"Images: {message}".split())
    colour = "color: var(--jp-ui-font-color1, inherit);"
    div = f'<div class="images-notice" style="{colour} {style}">{html.escape(text)}</div>'
    if InteractiveShell.initialized():
        display({"text/plain": text, "text/html": div}, raw=True)
    else:
        print(text)
