"""Regression problems that labs draw repeatedly: a wiggly curve with noise, and splits of the diabetes data."""

import torch
from torch import Tensor

from helpers.data.records import RegressionData
from helpers.seeding import generator_for


def wiggle(x: Tensor) -> Tensor:
    """Return a wiggly curve, ``f(x) = sin 5x + ½ cos 11x``."""
    return torch.sin(5 * x) + torch.cos(11 * x) / 2


def bumps(x: Tensor, num: int = 15, width: float = 0.15) -> Tensor:
    """Return radial basis functions ``exp(−½ ((x − c_j) / width)²)``, c_j evenly in [−1, 1]: (..., 1) to (..., num)."""
    return torch.exp(-(((x - torch.linspace(-1, 1, num, dtype=x.dtype)) / width) ** 2) / 2)


def draw_wiggles(num_sets: int, n: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return x and noisy `wiggle` of training sets, (num_sets, n, 1) each: a random x in each nth of [−1, 1]."""
    generator = generator_for(seed, "bias and variance")
    u, eps = (torch.empty(num_sets, n, 1, dtype=torch.float64) for _ in range(2))
    x = 2 * (torch.arange(n)[:, None] + u.uniform_(generator=generator)) / n - 1
    return x, wiggle(x) + noise * eps.normal_(generator=generator)


def split_diabetes(n: int, junk: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return X_train, y_train, X_test and y_test of a random split of scikit-learn's diabetes data (Efron et al. 2004).

    Parameters
    ----------
    n : int, below 442
        Patients to train on; the others are held out.
    junk : int
        Inputs of pure noise that are added to the ten measurements.
    seed : int
        Determines the split and the noise.

    Returns
    -------
    tuple of Tensor
        (n, 10 + junk), (n, 1), (442 - n, 10 + junk) and (442 - n, 1), float64. Inputs have mean 0 and standard
        deviation 1 on the training part.
    """
    from sklearn.datasets import load_diabetes  # here, not above: it takes as long to import as torch

    X, y = (torch.from_numpy(values) for values in load_diabetes(return_X_y=True, scaled=False))
    noise = torch.randn(len(X), junk, generator=generator_for(seed, "junk"), dtype=X.dtype)
    X, y = torch.cat([X, noise], dim=1), y[:, None]
    train, test = torch.randperm(len(X), generator=generator_for(seed, "diabetes")).tensor_split([n])
    X = (X - X[train].mean(dim=0)) / X[train].std(dim=0, correction=0)
    return X[train], y[train], X[test], y[test]


def split_own(data: RegressionData, n: int, junk: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return X_train, y_train, X_test and y_test of a user's data: the given split for seed 0, else a random one.

    Parameters
    ----------
    data : RegressionData
    n : int, at most the number of its training examples
        Examples to train on: all of them, or a random subset.
    junk : int
        Inputs of pure noise that are added.
    seed : int
        0 keeps the given test part; any other draws a test part of the same size from all examples.

    Returns
    -------
    tuple of Tensor
        (n, d + junk), (n, 1), (m, d + junk) and (m, 1), float64.
    """
    X, y = torch.cat([data.X_train, data.X_test]).double(), torch.cat([data.y_train, data.y_test]).double()
    noise = torch.randn(len(X), junk, generator=generator_for(seed, "junk"), dtype=X.dtype)
    X, generator = torch.cat([X, noise], dim=1), generator_for(seed, "own split")
    order = torch.randperm(len(X), generator=generator)
    if seed == 0:
        order = torch.arange(len(X))
        if n < data.num_train:
            order[: data.num_train] = torch.randperm(data.num_train, generator=generator)
    train, test = order[:n], order[data.num_train :]
    return X[train], y[train], X[test], y[test]
