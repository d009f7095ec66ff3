"""The record of a sweep: the results for every value of an axis, which can be looked up by value, saved and loaded."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from helpers.sweeps.run import Arrays, flat, nested

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
        For p: train_loss, test_loss (cross entropy), train_acc, test_acc, all with dropout off. Where training labels
        were replaced by wrong ones: wrong_acc and right_acc, the learned shares of the wrong and of the right ones.
    weights : Tensor, (num_seeds, L, d), or mapping of str to Tensor
        Final weights. For p: W1, W2, W3 of shape (num_seeds, L, outputs, inputs), and b1, b2, b3, with 1 for inputs.
    interrupted : bool
        Whether training was stopped: epochs or seeds are missing at the end.
    planned_epochs, planned_seeds : int
        How many were requested; 0 if unknown, as in files of earlier versions.
    """

    name: str
    values: Tensor
    epochs: Tensor
    curves: Mapping[str, Tensor]
    weights: Tensor | Mapping[str, Tensor]
    interrupted: bool = False
    planned_epochs: int = 0
    planned_seeds: int = 0

    @property
    def num_seeds(self) -> int:
        """Number of repetitions."""
        return len(next(iter(self.curves.values())))

    @property
    def stopped(self) -> str:
        """Where training was stopped, as "stopped at epoch 25 of 500" or "stopped after 3 of 20 seeds"; else ""."""
        if not self.interrupted:
            return ""
        if not self.planned_epochs:
            return "stopped early"
        if self.num_seeds < self.planned_seeds:
            return f"stopped after {self.num_seeds} of {self.planned_seeds} seeds"
        return f"stopped at epoch {self.epochs[-1]} of {self.planned_epochs}"

    @property
    def diverged(self) -> dict[Value, int]:
        """The values whose record is not finite throughout, with the first epoch at which it was not."""
        lost = ~torch.stack(list(self.curves.values())).isfinite().all(dim=0).all(dim=0)  # (L, E)
        return {value: int(self.epochs[at][0]) for value, at in zip(self.points, lost, strict=True) if at.any()}

    @property
    def points(self) -> list[Value]:
        """The values as numbers, or as pairs of them."""
        return [tuple(value) if isinstance(value, list) else value for value in self.values.tolist()]

    def __repr__(self) -> str:
        points, seeds = [_show(point) for point in self.points], "seed" if self.num_seeds == 1 else "seeds"
        parts = [f"{self.name}: {len(points)} values from {points[0]} to {points[-1]}", f"{self.num_seeds} {seeds}"]
        parts += [f"epochs {self.epochs[0]} to {self.epochs[-1]}", " ".join(self.curves), self.stopped]
        parts += [self._of_divergence()]
        return f"Sweep({', '.join(part for part in parts if part)})"

    def _of_divergence(self) -> str:
        if not self.diverged:
            return ""
        (value, epoch), *others = self.diverged.items()
        text = f"diverged at {self.name} = {_show(value)} from epoch {epoch}"
        return f"{text} and at {len(others)} more" if others else text

    def index(self, value: Value) -> int:
        """Return the place of a value on the axis; a ValueError names the nearest if it is not there."""
        wanted, points = torch.as_tensor(value, dtype=self.values.dtype), self.points
        if wanted.shape != self.values.shape[1:]:
            raise ValueError(
                f"{self.name} must be like {_show(points[0])}, got {value}: the sweep was trained on such values"
            )
        distances = (self.values - wanted).view(len(points), -1).norm(dim=1)
        k = int(distances.argmin())
        if not torch.allclose(self.values[k], wanted, rtol=1e-6, atol=0):  # rtol: for values that went through float32
            nearest = " and ".join(_show(points[i]) for i in sorted(distances.argsort(stable=True)[:2].tolist()))
            raise ValueError(f"{self.name} = {value} was not trained: the nearest trained values are {nearest}")
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
        return self.points[int(scores.argmax())]

    def _arrays(self) -> Arrays:
        tensors = {"values": self.values, "epochs": self.epochs}
        tensors |= flat("curves", self.curves) | flat("weights", self.weights)
        arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
        rest = ("name", "interrupted", "planned_epochs", "planned_seeds")
        return arrays | {key: np.array(getattr(self, key)) for key in rest}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Sweep":
        """Return the sweep that a flat mapping holds, as `helpers.sweeps.run` and files do."""
        tensors = {key: torch.tensor(arrays[key]) for key in arrays if key != "name"}
        curves, weights = nested("curves", tensors), nested("weights", tensors)
        head = (str(arrays["name"]), tensors["values"], tensors["epochs"])
        planned = (int(tensors.get(key, 0)) for key in ("planned_epochs", "planned_seeds"))
        return cls(*head, curves, weights, bool(tensors["interrupted"]), *planned)

    def save(self, path: str | os.PathLike) -> None:
        """Write everything into one .npz file, under exactly this name."""
        with open(path, "wb") as file:
            np.savez(file, **self._arrays())

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Sweep":
        """Read what `save` wrote, or raise ValueError. The file holds only data: reading it runs no code."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls.from_arrays(arrays)
        except (KeyError, ValueError, TypeError, EOFError, BadZipFile) as error:
            raise ValueError(f"{path} holds no Sweep ({error}): it must be a file that Sweep.save wrote") from error


def _show(value: Value) -> str:
    return f"({value[0]:g}, {value[1]:g})" if isinstance(value, tuple) else f"{value:g}"
