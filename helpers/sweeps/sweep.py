"""Sweeps: a whole axis of λ or of p, trained at once. A slider then looks up, and never trains."""

import math
import operator
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from helpers.data.records import ImageData, RegressionData
from helpers.sweeps.linear import train_decay
from helpers.sweeps.mlp import check_hiddens, train_dropout
from helpers.sweeps.run import Arrays, flat, nested, run
from helpers.validation import check_count, check_decay, check_probability

Value = float | tuple[float, float]


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """Hold what was recorded while every value of an axis was trained.

    Attributes
    ----------
    name : str
        "λ", "p" or "(λ, p)".
    values : Tensor, (L,) or, for pairs, (L, 2), float64
        The axis, in the order in which it was given.
    epochs : Tensor, (E,), int64
        When the curves were recorded, counted from 1.
    curves : mapping of str to Tensor, (num_seeds, L, E) each
        For λ: train_loss, test_loss (½ mean squared error, no penalty), w_norm.
        For p: train_loss, test_loss (cross entropy), train_acc, test_acc, all with dropout off.
    weights : Tensor, (num_seeds, L, d), or mapping of str to Tensor
        Final weights. For p: W1, W2, W3 of shape (num_seeds, L, outputs, inputs), and b1, b2, b3, with 1 for inputs.
    interrupted : bool
        Whether training was stopped: epochs or seeds are missing at the end.
    """

    name: str
    values: Tensor
    epochs: Tensor
    curves: Mapping[str, Tensor]
    weights: Tensor | Mapping[str, Tensor]
    interrupted: bool = False

    @property
    def num_seeds(self) -> int:
        """Number of repetitions."""
        return len(next(iter(self.curves.values())))

    @property
    def diverged(self) -> dict[Value, int]:
        """The values whose record is not finite throughout, with the first epoch at which it was not."""
        lost = ~torch.stack(list(self.curves.values())).isfinite().all(dim=0).all(dim=0)  # (L, E)
        return {value: int(self.epochs[at][0]) for value, at in zip(self._points, lost, strict=True) if at.any()}

    @property
    def _points(self) -> list[Value]:
        return [tuple(value) if isinstance(value, list) else value for value in self.values.tolist()]

    def __repr__(self) -> str:
        points, diverged = [_show(point) for point in self._points], self.diverged
        text = f"{self.name}: {len(points)} values from {points[0]} to {points[-1]}, {self.num_seeds} seed"
        text += f"{'s' * (self.num_seeds > 1)}, epochs {self.epochs[0]} to {self.epochs[-1]}, {' '.join(self.curves)}"
        text += ", interrupted" * self.interrupted
        if diverged:
            value, epoch = next(iter(diverged.items()))
            text += f", diverged at {self.name} = {_show(value)} from epoch {epoch}"
            text += f" and at {len(diverged) - 1} more" * (len(diverged) > 1)
        return f"Sweep({text})"

    def index(self, value: Value) -> int:
        """Return the place of a value on the axis; a ValueError names the nearest if it is not there."""
        wanted, points = torch.as_tensor(value, dtype=self.values.dtype), self._points
        if wanted.shape != self.values.shape[1:]:
            raise ValueError(f"{self.name} must be like {_show(points[0])}, got {value}: such values were trained")
        distances = (self.values - wanted).view(len(points), -1).norm(dim=1)
        k = int(distances.argmin())
        if not torch.allclose(self.values[k], wanted, rtol=1e-6, atol=0):  # rtol: for values that went through float32
            nearest = " and ".join(_show(points[i]) for i in sorted(distances.argsort(stable=True)[:2].tolist()))
            raise ValueError(f"{self.name} = {value} was not trained: the nearest that were are {nearest}")
        return k

    def at(self, value: Value) -> dict[str, Tensor]:
        """Return the curves of one value, (num_seeds, E) each; raise as `index` does."""
        k = self.index(value)
        return {curve: tensor[:, k] for curve, tensor in self.curves.items()}

    def final(self, curve: str) -> Tensor:
        """Return a curve's last record, (num_seeds, L)."""
        if curve not in self.curves:
            raise ValueError(f"curve must be one of {', '.join(self.curves)}, got {curve!r}: others were not recorded")
        return self.curves[curve][:, :, -1]

    def best(self, curve: str = "test_loss") -> Value:
        """Return the value whose last record, averaged over seeds, is lowest (of ``*_acc``: highest) and finite."""
        means = self.final(curve).mean(dim=0)
        scores = (means if curve.endswith("_acc") else -means).nan_to_num(nan=-math.inf, neginf=-math.inf)
        if scores.max() == -math.inf:
            raise ValueError(f"{curve} must be finite somewhere, got {means[0]:g} for every {self.name}: all diverged")
        return self._points[int(scores.argmax())]

    def _arrays(self) -> Arrays:
        tensors = {"values": self.values, "epochs": self.epochs}
        tensors |= flat("curves", self.curves) | flat("weights", self.weights)
        arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
        return arrays | {"name": np.array(self.name), "interrupted": np.array(self.interrupted)}

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Sweep":
        tensors = {key: torch.tensor(arrays[key]) for key in arrays if key != "name"}
        curves, weights = nested("curves", tensors), nested("weights", tensors)
        head = (str(arrays["name"]), tensors["values"], tensors["epochs"])
        return cls(*head, curves, weights, bool(tensors["interrupted"]))

    def save(self, path: str | os.PathLike) -> None:
        """Write everything into one .npz file, whatever its name."""
        with open(path, "wb") as file:
            np.savez(file, **self._arrays())

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Sweep":
        """Read what `save` wrote, or raise ValueError. The file is only data: reading it runs no code of it."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls._from_arrays(arrays)
        except (KeyError, ValueError, TypeError, EOFError, BadZipFile) as error:
            raise ValueError(f"{path} holds no Sweep ({error}): it must be a file that Sweep.save wrote") from error


def sweep_weight_decay(
    data: RegressionData | Callable[[int], RegressionData],
    lambdas: Iterable[float],
    *,
    num_epochs: int = 100,
    lr: float = 0.003,
    batch_size: int = 5,
    init_std: float = 1.0,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 5,
    executor: Executor | None = None,
) -> Sweep:
    """Train linear regression with weight decay for every λ and seed at once (book, section 4.5).

    ``w ← (1 − ηλ) w − η ∇L(w)``, with L half the mean squared error of a minibatch; the bias is not decayed. All λ of a
    seed have one start and one order of minibatches, those of chapter 1.

    Parameters
    ----------
    data : RegressionData, or function seed -> RegressionData
        With a function, each seed draws its own data, all of one shape.
    lambdas : iterable of float, at least one, each at least 0
        ``lr * lambd`` must be below 2.
    num_epochs, batch_size, num_seeds, record_every : int, at least 1
        The last epoch is always recorded.
    lr : float, above 0
        The η above.
    init_std : float, at least 0
        Standard deviation of the initial weights, which are normal.
    seed : int
        The first seed; the others follow it.
    executor : concurrent.futures.Executor, optional
        Where to train, one task a seed. For processes, a function must be at the top level of a module, and
        ``initializer=torch.set_num_threads, initargs=(1,)`` sets their threads.

    Returns
    -------
    Sweep
        Losses that are not finite stay in it; see `Sweep.diverged`. After an interrupt, it holds the epochs that were
        recorded (with an executor, the seeds that were done) and is marked `interrupted`.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range.
    """
    if not 0 <= init_std < math.inf:
        raise ValueError(f"init_std must be finite and at least 0, got {init_std}: it is a standard deviation")
    lambdas = [check_decay(float(lambd), lr) for lambd in lambdas]
    options = {"num_epochs": num_epochs, "lr": lr, "batch_size": batch_size, "record_every": record_every}
    train = partial(train_decay, lambdas, data=data, init_std=init_std, **options)
    return sweep_all("λ", lambdas, train, num_seeds, seed, executor)


def sweep_dropout(
    data: ImageData | Callable[[int], ImageData],
    ps: Iterable[Value],
    *,
    num_hiddens: tuple[int, int] = (64, 64),
    num_epochs: int = 60,
    lr: float = 0.2,
    batch_size: int = 50,
    num_seeds: int = 1,
    seed: int = 0,
    record_every: int = 3,
    executor: Executor | None = None,
) -> Sweep:
    """Train a ReLU network with dropout after both hidden layers for every p and seed at once (book, section 4.6).

    All p of a seed have one start, one order of minibatches, those of chapter 3, and one uniform draw per layer and
    step: a unit is dropped where the draw is below p.

    Parameters
    ----------
    data : ImageData, or function seed -> ImageData
    ps : iterable of float in [0, 1], or of pairs of them
        One p for both layers, or the p of the first and of the second.
    num_hiddens : two int, at least 1
        Units of the hidden layers.
    num_epochs, lr, batch_size, num_seeds, seed, record_every, executor
        As in `sweep_weight_decay`; so is what is returned and raised.
    """
    check_hiddens(num_hiddens)
    ps = [tuple(map(float, p)) if np.ndim(p) else float(p) for p in ps]
    if {np.shape(p) for p in ps} not in ({()}, {(2,)}, set()):
        raise ValueError(f"ps must be all numbers, or all pairs, got {ps}: there are two hidden layers")
    for p in np.ravel(ps).tolist():
        check_probability(p)
    options = {"num_epochs": num_epochs, "lr": lr, "batch_size": batch_size, "record_every": record_every}
    train = partial(train_dropout, ps, data=data, num_hiddens=num_hiddens, **options)
    return sweep_all("p", ps, train, num_seeds, seed, executor)


def sweep_all(name: str, values: list, train: partial, num_seeds: int, seed: int, executor: Executor | None) -> Sweep:
    """Train every value and seed, after a look at what all sweeps are told."""
    if not values:
        raise ValueError(f"a sweep over {name} must have at least one value, got none: there is nothing to train")
    for count in ("num_epochs", "batch_size", "record_every"):
        check_count(count, train.keywords[count])
    check_count("num_seeds", num_seeds)
    lr = train.keywords["lr"]
    if not 0 < lr < math.inf:
        raise ValueError(f"lr must be finite and above 0, got {lr}: it is the size of a step")
    arrays = run(train, range(operator.index(seed), seed + num_seeds), executor)
    return Sweep._from_arrays({"name": np.array(name), "values": np.array(values), **arrays})


def _show(value: Value) -> str:
    return f"({value[0]:g}, {value[1]:g})" if isinstance(value, tuple) else f"{value:g}"
