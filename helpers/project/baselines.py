"""What a model reaches that nobody has tuned: ridge regression with λ at its default, a network without a penalty."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from helpers.data import ImageData

NUMBERS = ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"]
Predict = Callable[[object], np.ndarray]


def _numbers(table: object) -> np.ndarray:
    """Return the columns of numbers, (n, 6), with NaN where a value is missing."""
    import pandas

    return table[NUMBERS].apply(pandas.to_numeric, errors="coerce").to_numpy(dtype=float)


def plain_ridge(data: object) -> Predict:
    """Fit scikit-learn's ridge with its default λ to the numbers of a table, or to the pixels of images.

    Parameters
    ----------
    data : DataFrame with the columns of `load_cars`, or ImageData
        A missing number is replaced by the mean of its column.

    Returns
    -------
    predict : function
        Rows of a table to miles per gallon, (n,); images, (n, pixels), to classes, (n,).
    """
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge, RidgeClassifier
    from sklearn.pipeline import make_pipeline

    if isinstance(data, ImageData):
        classes = RidgeClassifier().fit(data.X_train.numpy(), data.y_train.numpy())
        return lambda X: classes.predict(np.asarray(X))
    model = make_pipeline(SimpleImputer(), Ridge()).fit(_numbers(data), data["mpg"])
    return lambda rows: model.predict(_numbers(rows))


def untuned_net(data: object, seed: int = 0) -> Predict:
    """Train a network with two hidden layers by Adam, without any regularization, until it has learned what it can.

    Parameters
    ----------
    data : DataFrame with the columns of `load_cars`, or ImageData
        Numbers of a table are standardized; a missing one becomes the mean of its column.
    seed : int
        Determines the initial weights and the minibatches.

    Returns
    -------
    predict : function
        As that of `plain_ridge`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        if isinstance(data, ImageData):
            net = _train([data.num_inputs, 256, 256, len(data.class_names)], data.X_train, data.y_train, 40, 50, 3e-3)
            return lambda X: _apply(net, torch.as_tensor(np.asarray(X))).argmax(axis=1)
        X = _numbers(data)
        mean, std = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
        scaled = lambda X: torch.tensor(np.nan_to_num((X - mean) / std), dtype=torch.float32)  # noqa: E731
        y = torch.tensor(data["mpg"].to_numpy(), dtype=torch.float32).reshape(-1, 1)
        net = _train([len(NUMBERS), 64, 64, 1], scaled(X), (y - y.mean()) / y.std(), 600, len(y), 1e-2)
    return lambda rows: _apply(net, scaled(_numbers(rows)))[:, 0] * y.std().item() + y.mean().item()


def _train(widths: list[int], X: Tensor, y: Tensor, num_epochs: int, batch_size: int, lr: float) -> nn.Module:
    layers = [part for pair in pairwise(widths) for part in (nn.Linear(*pair), nn.ReLU())]
    net = nn.Sequential(*layers[:-1])
    loss = nn.CrossEntropyLoss() if y.dtype == torch.long else nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    for _ in range(num_epochs):
        for rows in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            loss(net(X[rows]), y[rows]).backward()
            optimizer.step()
    return net


@torch.no_grad()
def _apply(net: nn.Module, X: Tensor) -> np.ndarray:
    return net(X).numpy()
