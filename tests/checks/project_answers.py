"""Right and wrong models for the project; each wrong one with words of its diagnosis."""

import numpy as np
import torch
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from torch import nn

from helpers.project import baselines

NUMBERS = baselines.NUMBERS


def numbers(rows):
    return baselines._numbers(rows)


def cubic(table, *, power=3, link=(lambda y: y, lambda z: z), lambdas=(0.1, 1, 10, 100, 1000)):
    """Ridge regression on products of the numbers."""
    scale = make_pipeline(SimpleImputer(), StandardScaler(), PolynomialFeatures(power), StandardScaler())
    model = make_pipeline(scale, RidgeCV(lambdas)).fit(numbers(table), link[0](table["mpg"]))
    return lambda rows: link[1](model.predict(numbers(rows)))


def column(table):
    """Return (n, 1), as networks do."""
    predict = cubic(table, power=2, link=(np.log, np.exp))
    return lambda rows: predict(rows)[:, None]


def complete(table):
    """Ridge regression that passes on what is missing."""
    predict = cubic(table)
    return lambda rows: np.where(np.isnan(numbers(rows)).any(axis=1), np.nan, predict(rows))


def strict_brands(table):
    brands = make_column_transformer((OneHotEncoder(), ["name"]))
    model = make_pipeline(brands, RidgeCV()).fit(table, table["mpg"])
    return model.predict


def net_of(data, *, p=0.5, num_epochs=15):
    torch.manual_seed(1)
    first = [nn.Linear(64, 256), nn.ReLU(), nn.Dropout(p), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(p)]
    net = nn.Sequential(*first, nn.Linear(256, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    for _ in range(num_epochs):
        for rows in torch.randperm(len(data.X_train)).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(data.X_train[rows]), data.y_train[rows]).backward()
            optimizer.step()
    return net


def classes_of(data):
    net = net_of(data, p=0.3, num_epochs=12).eval()
    return lambda X: net(X).argmax(dim=1).tolist()


RIGHT = [
    ("fit_cars", cubic),
    ("fit_cars", column),
    ("fit_digits", lambda data: net_of(data).eval()),
    ("fit_digits", classes_of),
]

WRONG = {
    "fit_cars": [
        (lambda table: cubic(table)(table), "it returned ndarray, expected a function"),
        (baselines.plain_ridge, "plain ridge has .*, a gain of 0 ± 0: it must be more than two"),
        (lambda table: lambda rows: rows["mpg"], "the rows to predict have no column mpg"),
        (lambda table: lambda rows: cubic(table)(rows)[:-1], r"returned shape \(73,\) for 74 rows, expected \(74,\)"),
        (lambda table: lambda rows: ["many"] * len(rows), "returned shape"),
        (complete, "predictions are missing or infinite: predict rows without horsepower too"),
        (strict_brands, "see handle_unknown"),
        (lambda table: cubic(table, link=(np.log, lambda z: z)), r"it predicts log\(mpg\): apply exp"),
        (lambda table: cubic(table, link=(lambda y: 1 / y, lambda z: z)), "it predicts 1 / mpg"),
        (lambda table: lambda rows: np.zeros(len(rows)), "predicting the mean has [0-9.]+$"),
        (lambda table: lambda rows: None, "it returned nothing: is a return missing"),
    ],
    "fit_digits": [
        (lambda data: net_of(data)(data.X_test), "it returned Tensor, expected a function"),
        (net_of, "is dropout still on"),
        (baselines.plain_ridge, "plain ridge has .*, a gain of 0 ± 0"),
        (lambda data: lambda X: X, r"it returned shape \(697, 64\) for 697 images"),
        (lambda data: lambda X: 1 / 0, "its function: it raised ZeroDivisionError"),
        (lambda data: lambda X: torch.zeros(len(X)), "plain ridge has"),
    ],
}
