"""The data of the project: a table of cars as it was collected, and digits of which some labels are wrong."""

from dataclasses import replace
from pathlib import Path

from helpers.data import ImageData, load_digits
from helpers.data.columns import read_table

HERE = Path(__file__).parent
NUM_TRAIN, NUM_OPEN, WRONG = 400, 697, 0.3  # digits to train on, open test digits, share of wrong training labels


def load_cars() -> object:
    """Return the open part of the table of cars, a pandas DataFrame of 297 rows; `DATA.md` beside it says what it is.

    The columns are mpg (the target), cylinders, displacement, horsepower, weight, acceleration, year, origin and name.
    Nothing has been cleaned: horsepower has a ``?`` where it is missing, origin is a category written as a number.
    """
    return read_table(HERE / "cars.csv")


def sealed_rows() -> object:
    """Return the sealed part of the table, 100 rows. Use `sealed_cars` instead, which scores a model on it once."""
    return read_table(HERE / "cars_sealed.csv")


def wrong_digits(seed: int = 0) -> ImageData:
    """Return 400 training digits, 30% of whose labels are wrong, and 697 test digits whose labels are right.

    Parameters
    ----------
    seed : int
        Determines which digits are for training and which labels are wrong. `sealed_digits` is made for seed 0.
    """
    data = load_digits(NUM_TRAIN, seed=seed).with_label_noise(WRONG, seed=seed)
    return replace(data, X_test=data.X_test[:NUM_OPEN], y_test=data.y_test[:NUM_OPEN])
