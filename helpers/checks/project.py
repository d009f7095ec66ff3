"""The checks of the project: a model of the reader's own against one that nobody has tuned, on fresh splits."""

from dataclasses import replace
from functools import cache

import numpy as np
import torch

from helpers.checks.exercise import Answer, NotYetError, exercise
from helpers.project.baselines import plain_ridge, untuned_net
from helpers.project.sealed import accuracy, error
from helpers.project.sources import load_cars, wrong_digits

SPLITS = 6


def car_splits() -> list[tuple[object, object]]:
    """Return the splits of the open table: rows to train on, and a quarter of the rows to predict."""
    table = load_cars()
    orders = [torch.randperm(len(table), generator=torch.Generator().manual_seed(900 + k)) for k in range(SPLITS)]
    quarter = len(table) // 4
    return [(table.iloc[order[quarter:].numpy()], table.iloc[order[:quarter].numpy()]) for order in orders]


@cache
def _scores_of_cars() -> dict[str, np.ndarray]:
    """Return the errors of the baselines, (SPLITS,) each."""
    models = {"plain ridge": plain_ridge, "the untuned net": untuned_net}
    splits = car_splits()
    return {
        name: np.array([error(fit(rows)(others), others["mpg"].to_numpy()) for rows, others in splits])
        for name, fit in models.items()
    }


@exercise
def fit_cars(answer: Answer) -> str:
    """Check ``fit_cars(table)``, which returns a function that predicts mpg for rows, against two untuned models."""
    errors = []
    for rows, others in car_splits():
        predict = _predictor(answer(table=rows.copy()))
        targets, inputs = others["mpg"].to_numpy(), others.drop(columns="mpg")
        found = _cars_predicted(predict, inputs)
        errors.append(error(found, targets))
        _check_scale(found, targets, rows["mpg"].mean())
    return _compare(np.array(errors), _scores_of_cars(), lower=True, unit="mpg")


def _predictor(predict: object) -> Answer:
    if not callable(predict):
        raise NotYetError(f"it returned {type(predict).__name__}, expected a function that predicts from rows")
    inner = Answer(predict)
    inner.answered = True  # what returns nothing is not an empty starter here
    return inner


def _cars_predicted(predict: Answer, rows: object) -> np.ndarray:
    """Return the predictions for rows, (n,), or raise `NotYetError` with what went wrong."""
    try:
        found = predict(rows=rows.copy())
    except NotYetError as stop:
        raise NotYetError(f"its function, called with {len(rows)} rows without mpg: {_cause(stop)}") from None
    found = np.asarray(found)
    if found.shape not in ((len(rows),), (len(rows), 1)) or found.dtype.kind not in "biuf":
        raise NotYetError(f"its function returned shape {found.shape} for {len(rows)} rows, expected ({len(rows)},)")
    if not (fine := np.isfinite(found.ravel())).all():
        raise NotYetError(
            f"{(~fine).sum()} of {len(rows)} predictions are missing or infinite: predict rows without horsepower too"
        )
    return found.ravel().astype(float)


def _cause(stop: NotYetError) -> str:
    text = str(stop)
    if "unknown categories" in text:
        return "a brand or a name is new to it; see handle_unknown of OneHotEncoder"
    known = ": the rows to predict have no column mpg" if "KeyError" in text and "mpg" in text else ""
    return f"{text[:150]}{known}"


def _check_scale(found: np.ndarray, targets: np.ndarray, mean: float) -> None:
    """Raise `NotYetError` where the predictions are on another scale, or no better than the mean."""
    with np.errstate(over="ignore"):
        known = {"it predicts log(mpg): apply exp": np.exp(found), "it predicts 1 / mpg": 1 / np.where(found, found, 1)}
    own, trivial = error(found, targets), error(np.full(len(targets), mean), targets)
    if own < trivial:
        return
    reason = next((f": {text}" for text, other in known.items() if error(other, targets) < trivial), "")
    raise NotYetError(f"its error is {own:.3g} mpg, predicting the mean has {trivial:.3g}{reason}")


@cache
def _scores_of_digits() -> dict[str, np.ndarray]:
    models = {"plain ridge": plain_ridge, "the untuned net": untuned_net}
    drawn = [wrong_digits(900 + k) for k in range(SPLITS)]
    return {
        name: np.array([accuracy(fit(data)(data.X_test), data.y_test.numpy()) for data in drawn])
        for name, fit in models.items()
    }


@exercise
def fit_digits(answer: Answer) -> str:
    """Check ``fit_digits(data)``, which returns a function or a network from images to classes or logits."""
    shares = []
    for k in range(SPLITS):
        data = wrong_digits(900 + k)
        given = replace(data, X_test=data.X_train, y_test=data.y_train, y_true=None)  # what may be known, and no more
        classes = _digits_predicted(_predictor(answer(data=given)), data.X_test)
        shares.append(accuracy(classes, data.y_test.numpy()))
    return _compare(np.array(shares), _scores_of_digits(), lower=False, unit="of the digits right")


def _digits_predicted(predict: Answer, X: torch.Tensor) -> np.ndarray:
    try:
        both = [_classes(predict(X=X), len(X)) for _ in range(2)]
    except NotYetError as stop:
        raise NotYetError(f"its function: {stop}") from None
    if not np.array_equal(*both):
        raise NotYetError("it predicts other classes when it is called again: is dropout still on?")
    return both[0]


def _classes(found: object, count: int) -> np.ndarray:
    found = np.asarray(found.detach() if isinstance(found, torch.Tensor) else found)
    if found.shape == (count, 10):
        found = found.argmax(axis=1)
    if found.shape != (count,) or found.dtype.kind not in "biuf":
        raise NotYetError(f"it returned shape {found.shape} for {count} images, expected ({count},) or ({count}, 10)")
    return found


def _compare(own: np.ndarray, others: dict[str, np.ndarray], *, lower: bool, unit: str) -> str:
    """Return the verdict if the reader's model is better than each other by two standard errors, split by split."""
    scores = f"{own.mean():.3g} {unit} over {len(own)} fresh splits"
    for name, values in others.items():
        gains = values - own if lower else own - values
        gain, spread = gains.mean(), gains.std(ddof=1) / len(gains) ** 0.5
        told = f"{name} has {values.mean():.3g}, a gain of {gain:.2g} ± {spread:.2g}"
        if not gain > 2 * spread:
            raise NotYetError(f"{scores}, {told}: it must be more than two standard errors")
        scores += f"; {told}"
    return scores
