"""Convert users' tables, arrays and datasets to arrays of numbers, and reject data that no model can learn from."""

import difflib
import os
from collections.abc import Sequence
from numbers import Real

import numpy as np
import torch
from torch import Tensor

from helpers.seeding import generator_for

_ENCODE = (
    "make_column_transformer((OneHotEncoder(sparse_output=False), [{name!r}]), remainder='passthrough', "
    "verbose_feature_names_out=False).set_output(transform='pandas').fit_transform(table)"
)
_FILL = "drop the rows (table.dropna()) or fill them in (SimpleImputer of sklearn.impute)"


def read_table(table: object) -> object:
    """Return a table with named columns: `table` itself, or the contents of the CSV file at that path."""
    if isinstance(table, str | os.PathLike):
        try:
            import pandas  # here, not above: a DataFrame does not need it
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"reading {table} needs pandas: install it, or pass arrays to from_arrays"
            ) from error
        table = pandas.read_csv(table)
    if not hasattr(table, "columns"):
        raise TypeError(
            f"table must be a DataFrame or the path of a CSV file, got {type(table).__name__}: columns need names"
        )
    names = list(table.columns)
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"names of columns must be unique, got {twice[0]!r} {names.count(twice[0])} times")
    return table


def check_column(table: object, name: object) -> None:
    """Raise a ValueError that suggests the closest column name, unless the table has this one."""
    names = list(table.columns)
    if name not in names:
        texts = [str(each) for each in names]
        lower = {text.lower(): text for text in reversed(texts)}
        near = [lower[found] for found in difflib.get_close_matches(str(name).lower(), lower, n=1)]
        said = f"the closest is {near[0]!r}" if near else f"there are {', '.join(map(repr, texts[:20]))}"
        raise ValueError(f"table must have a column {name!r}, got none of that name: {said}")


def to_array(values: object) -> np.ndarray:
    """Return what a tensor, a sequence, a DataFrame or a sparse matrix holds."""
    if isinstance(values, Tensor):
        values = values.detach().cpu().numpy()
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def to_numbers(name: str, values: object, role: str = "column") -> np.ndarray:
    """Return values as float64, with NaN where one is missing, or raise a ValueError if one is not a number.

    Parameters
    ----------
    name : str
        What the values are called.
    values : array, Tensor or Series
    role : "column" or "target"
        What they are: only a column of inputs can be encoded.
    """
    values = to_array(values)
    if values.dtype.kind in "mM":
        raise ValueError(
            f"{role} {name!r} must hold numbers, got times ({values.dtype}): convert them first, to days for example"
        )
    if values.dtype.kind not in "biuf":
        flat = values.ravel().tolist()
        _check_are_numbers(name, flat, role)
        values = np.array([np.nan if _is_missing(value) else value for value in flat]).reshape(values.shape)
    return values.astype(np.float64)


def _check_are_numbers(name: str, values: list, role: str) -> None:
    """Raise a ValueError that says what to do, unless all values that are not missing are numbers."""
    wrong = [value for value in values if not (_is_missing(value) or isinstance(value, Real))]
    if not wrong:
        return
    other = [value for value in wrong if not _reads_as_number(value)]
    first = (other or wrong)[0]
    if len(other) < len(wrong):
        remedy = f"pandas.to_numeric(table[{name!r}], errors='coerce') reads the numbers and marks the rest as missing"
    elif role == "target":
        remedy = "a regression predicts a number"
    elif isinstance(first, str):
        remedy = f"these are categories; scikit-learn makes numbers of them: {_ENCODE.format(name=name)}"
    else:
        remedy = "convert each to a number first"
    raise ValueError(f"{role} {name!r} must hold numbers, got {first!r} in row {values.index(first)}: {remedy}")


def _is_missing(value: object) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _reads_as_number(value: object) -> bool:
    try:
        float(value)
    except (ValueError, TypeError):
        return False
    return True


def check_finite(values: np.ndarray, names: Sequence[str]) -> None:
    """Raise a ValueError that says where values, (n, columns), are missing or infinite, if any is."""
    for is_wrong, what, why in (
        (np.isnan(values), "missing", f"a weight needs a number to multiply; {_FILL}"),
        (np.isinf(values), "infinite", "one such number makes every weight infinite; find out where it comes from"),
    ):
        if is_wrong.any():
            counts = [
                f"{column.sum()} in {name!r} (first in row {column.argmax()})"
                for name, column in zip(names, is_wrong.T, strict=True)
                if column.any()
            ]
            where = ", ".join(counts[:5] + ["…"] * (len(counts) > 5))
            raise ValueError(f"values must be finite, got {is_wrong.sum()} {what} ones: {where}: {why}")


def split(n: int, test_share: float, seed: int) -> list[np.ndarray]:
    """Return which of n rows to train on and which to test on, drawn at random.

    Raises
    ------
    ValueError, TypeError
        If the share lies outside (0, 1), there are fewer than 2 rows to train on, or the seed is not an integer.
    """
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must lie between 0 and 1, got {test_share}: both parts need examples")
    num_test = max(1, round(test_share * n))
    if n - num_test < 2:
        raise ValueError(
            f"there must be at least 2 rows to train on and 1 to test on, got {n} rows with test_share = {test_share:g}"
        )
    return np.split(torch.randperm(n, generator=generator_for(seed, "split")).numpy(), [n - num_test])


def check_given_together(X_test: object, y_test: object) -> None:
    """Raise a ValueError if one of both is given without the other."""
    if (X_test is None) != (y_test is None):
        missing = "X_test" if X_test is None else "y_test"
        raise ValueError(f"X_test and y_test must be given together, got no {missing}: they form one test part")


def two_parts(parts: list, test_share: float, seed: int) -> list:
    """Return (X, y) of the training and of the test part: both as given, or a random split of the single part."""
    if len(parts) == 2:
        return parts
    ((X, y),) = parts
    return [(X[rows], y[rows]) for rows in split(len(X), test_share, seed)]


def scale(X: np.ndarray, X_test: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return both parts, (n, d) and (m, d), minus the mean of X, divided by its standard deviation, column by column.

    Raises
    ------
    ValueError
        If a column is constant in X: its standard deviation is 0.
    """
    if len(constant := np.flatnonzero(np.ptp(X, axis=0) == 0)):
        name, value = names[constant[0]], X[0, constant[0]]
        others = f" (and {len(constant) - 1} other columns)" if len(constant) > 1 else ""
        raise ValueError(
            f"column {name!r} must vary, got {value:g} in all {len(X)} rows to train on{others}: it cannot be "
            "standardized and explains nothing; leave it out, or pass standardize=False"
        )
    return tuple((part - X.mean(axis=0)) / X.std(axis=0) for part in (X, X_test))


def stack_datasets(train: object, test: object = None) -> tuple[np.ndarray, ...]:
    """Return inputs and targets of `train`, and then of `test` if there is one; raise what `stack_dataset` raises."""
    return stack_dataset("train", train) + (() if test is None else stack_dataset("test", test))


def stack_dataset(name: str, dataset: object) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, ...) and targets (n, ...) of a dataset whose items are pairs (input, target).

    Raises
    ------
    ValueError
        If it is empty, an item is not a pair, or items differ in shape.
    """
    indexed = hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")
    items = [dataset[i] for i in range(len(dataset))] if indexed else list(dataset)
    if not items:
        raise ValueError(f"{name} must have at least one item, got none: there is nothing to learn from")
    if not isinstance(items[0], tuple | list) or len(items[0]) != 2:
        raise ValueError(f"items of {name} must be pairs (input, target), got {items[0]!r:.80}")
    stacks = []
    for what, values in zip(("inputs", "targets"), zip(*items, strict=True), strict=True):
        arrays = [to_array(value) for value in values]
        for i, array in enumerate(arrays):
            if array.shape != arrays[0].shape:
                raise ValueError(
                    f"{what} of {name} must have the same shape, got {arrays[0].shape} in item 0 and {array.shape} "
                    f"in item {i}: they form one batch; resize or pad them"
                )
        stacks.append(np.stack(arrays))
    return tuple(stacks)
