"""Test sets that are opened once: the score is written down, and a second look is refused."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from helpers.data import load_digits
from helpers.project.baselines import plain_ridge, untuned_net
from helpers.project.sources import NUM_OPEN, NUM_TRAIN, load_cars, sealed_rows, wrong_digits


@dataclass(frozen=True)
class Sealed:
    """A test set that scores one model, once.

    Attributes
    ----------
    name : str
        What it is called: its record is ``opened-<name>.json``.
    inputs : object of n rows
        What a model is given.
    targets : array, (n,)
        What the model should predict.
    score : function of predictions and targets, each (n,)
        A number; `unit` says what it is.
    unit : str
    baselines : function
        Returns what is compared, by name: functions that predict from `inputs`.
    """

    name: str
    inputs: object
    targets: np.ndarray
    score: Callable[[np.ndarray, np.ndarray], float]
    unit: str
    baselines: Callable[[], dict[str, Callable]]

    def open(self, predict: Callable, folder: str | os.PathLike = ".") -> None:
        """Print the score of a model beside those of the baselines, and record it; or say that it was opened before.

        Parameters
        ----------
        predict : function
            Takes `inputs`, and returns n predictions. With ``...`` in its place the seal stays closed.
        folder : path
            Where the record is kept.

        Raises
        ------
        ValueError, TypeError
            If `predict` is no function, or does not return n finite numbers. The seal stays closed then.
        OSError
            If the record cannot be written. The score is not shown then.
        """
        record = Path(folder) / f"opened-{self.name}.json"
        if predict is ...:
            print(f"{self.name}: sealed. Pass the function that predicts, when your choice is final.")
            return
        if record.exists():
            print(self._refusal(record))
            return
        own = self.score(self._predictions(predict), self.targets)
        record.write_text(json.dumps({"date": date.today().isoformat(), "score": round(own, 6)}), encoding="utf-8")
        others = {name: self.score(model(self.inputs), self.targets) for name, model in self.baselines().items()}
        print(f"{self.name}, opened: {own:.3g} {self.unit}")
        print("measured: " + ", ".join(f"{name} {value:.3g}" for name, value in others.items()))

    def _refusal(self, record: Path) -> str:
        try:
            found = json.loads(record.read_text(encoding="utf-8"))
            when = f"on {found['date']}, with {found['score']:.3g} {self.unit}"
        except (ValueError, KeyError, TypeError):
            when = f"before, but {record.name} is damaged"
        return (
            f"{self.name}: it was opened {when}. It is not opened a second time: "
            "a test set that helps to choose is a validation set."
        )

    def _predictions(self, predict: Callable) -> np.ndarray:
        if not callable(predict):
            raise TypeError(f"predict must be a function, got {type(predict).__name__}: pass it without calling it")
        found = np.asarray(predict(self.inputs))
        if found.shape not in ((len(self.targets),), (len(self.targets), 1)):
            raise ValueError(f"predict must return shape ({len(self.targets)},), got {found.shape}: one for each row")
        if found.dtype.kind not in "biuf" or not np.isfinite(found).all():
            raise ValueError(f"predict must return finite numbers, got {found.ravel()[:3]}, …: the seal stays closed")
        return found.reshape(-1)


def error(predictions: np.ndarray, targets: np.ndarray) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean((predictions - targets) ** 2)))


def accuracy(predictions: np.ndarray, targets: np.ndarray) -> float:
    """Return the share of right predictions."""
    return float(np.mean(predictions == targets))


def _both(data: Callable[[], object]) -> dict[str, Callable]:
    return {"plain ridge": plain_ridge(data()), "untuned net": untuned_net(data())}


def sealed_cars() -> Sealed:
    """Return the sealed 100 cars: the error is the root mean squared error, in miles per gallon."""
    rows = sealed_rows()
    inputs, unit = rows.drop(columns="mpg"), "miles per gallon (root mean squared error)"
    return Sealed("cars", inputs, rows["mpg"].to_numpy(), error, unit, partial(_both, load_cars))


def sealed_digits() -> Sealed:
    """Return 700 sealed digits that `wrong_digits` leaves out: the score is the accuracy."""
    data = load_digits(NUM_TRAIN)
    inputs, targets = data.X_test[NUM_OPEN:], data.y_test[NUM_OPEN:].numpy()
    return Sealed("digits", inputs, targets, accuracy, "of the digits right", partial(_both, wrong_digits))
