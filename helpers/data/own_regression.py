"""Build a regression from a user's own data: from arrays, a table with named columns, or a torch Dataset."""

from collections.abc import Sequence

import numpy as np
import torch

from helpers.data.columns import (
    check_column,
    check_finite,
    check_given_together,
    read_table,
    scale,
    stack_datasets,
    to_array,
    to_numbers,
    two_parts,
)


class RegressionSources:
    """Build `RegressionData` from a user's own data, whose true weights and noise are unknown.

    All of these methods take, as keywords:

    test_share : float, between 0 and 1
        Share of the rows drawn at random as the test part, if none is given.
    seed : int
        Determines the draw.
    standardize : bool
        Whether to subtract from each input its mean, and to divide it by its standard deviation, both of the training
        part. If not, a penalty depends on the units: with metres instead of kilometres, a weight is a thousandth.

    They raise a ValueError that says what to do if a value is missing, infinite or not a number, an input is constant
    in the training part, or there are too few rows.
    """

    @classmethod
    def from_table(cls, table: object, target: object, *, features: Sequence | None = None, **how: object):
        """Return the regression of one column of a table on others.

        Parameters
        ----------
        table : DataFrame, or path of a CSV file
        target : str
            Name of the column to predict.
        features : sequence of str, optional
            Names of the columns to predict it from; all others if not given.
        how : test_share, seed, standardize
            See `RegressionSources`.

        Raises
        ------
        ValueError, TypeError
            If there is no such column, or one cannot be used for training; the message says what to do.
        """
        table = read_table(table)
        names = [name for name in table.columns if name != target] if features is None else list(features)
        for name in (target, *names):
            check_column(table, name)
        if not names:
            raise ValueError(f"features must name at least one column, got none besides the target {target!r}")
        if target in names:
            raise ValueError(f"features must not name the target, got {target!r}: it would predict itself")
        X = np.column_stack([to_numbers(str(name), table[name]) for name in names])
        return cls.from_arrays(X, table[target], feature_names=names, target_name=target, **how)

    @classmethod
    def from_dataset(cls, train: object, test: object = None, **how: object):
        """Return the regression of a torch Dataset that fits in memory; without `test` it is split at random.

        Parameters
        ----------
        train, test : Dataset
            Items are pairs: an input, flattened if it is not a vector, and a number.
        how : test_share, seed, standardize
            See `RegressionSources`.

        Raises
        ------
        ValueError
            If items differ in shape, or cannot be used for training.
        """
        parts = stack_datasets(train, test)
        flat = [part.reshape(len(part), -1) if i % 2 == 0 else part for i, part in enumerate(parts)]
        return cls.from_arrays(*flat, **how)

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
        standardize: bool = True,
        feature_names: Sequence | None = None,
        target_name: object = "y",
    ):
        """Return the regression of y on X; without `X_test` and `y_test` the rows are split at random.

        Parameters
        ----------
        X, X_test : array, Tensor or DataFrame, (n, d) and (m, d)
        y, y_test : array or Tensor, (n,) or (n, 1), with m in place of n for y_test
        test_share, seed, standardize
            See `RegressionSources`.
        feature_names : sequence of str, optional
            Names of the d inputs; those of a DataFrame, else x1, x2, …
        target_name : str

        Raises
        ------
        ValueError
            If shapes do not fit, or the data cannot be used for training.
        """
        check_given_together(X_test, y_test)
        names = _names(X, feature_names)
        parts = [_checked(X, y, names, target_name)]
        parts += [] if X_test is None else [_checked(X_test, y_test, names, target_name)]
        (X, y), (X_test, y_test) = two_parts(parts, test_share, seed)
        if standardize:
            X, X_test = scale(X, X_test, names)
        tensors = [torch.tensor(part, dtype=torch.float32) for part in (X, y, X_test, y_test)]
        return cls(*tensors, feature_names=tuple(names), target_name=str(target_name))


def _names(X: object, feature_names: Sequence | None) -> list[str]:
    if feature_names is None:
        shape = np.shape(X)
        feature_names = getattr(X, "columns", [f"x{j}" for j in range(1, shape[1] + 1 if len(shape) > 1 else 1)])
    return [str(name) for name in feature_names]


def _checked(X: object, y: object, names: Sequence[str], target_name: object) -> tuple[np.ndarray, np.ndarray]:
    """Return finite inputs (n, d) and targets (n, 1) as float64."""
    X = to_array(X)
    if X.ndim != 2 or X.shape[1] != len(names):
        raise ValueError(f"X must be (n, {len(names) or 'd'}), got {X.shape}: a row is an example, a column an input")
    columns = [to_numbers(name, column) for name, column in zip(names, X.T, strict=True)]
    y = to_numbers(str(target_name), y, "target")
    if y.shape not in ((len(X),), (len(X), 1)):
        raise ValueError(f"y must be {(len(X),)} or {(len(X), 1)}, got {y.shape}: one target for each row of X")
    check_finite(np.column_stack([*columns, y]), [*names, str(target_name)])
    return np.column_stack(columns), y.reshape(-1, 1)
