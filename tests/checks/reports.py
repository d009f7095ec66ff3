"""Reports of experiments, right and wrong: what the answers of several chapters share.

An experiment takes a tuple of seeds and returns pairs, (S, 2), of which the differences count, or differences, (S,).
It is cached: answers that differ only in what they make of its numbers run it once.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Experiment = Callable[[tuple[int, ...]], Tensor]


def standard_error(values: Tensor) -> Tensor:
    return values.std() / len(values) ** 0.5


def report(values: object, error: Callable[[Tensor], Tensor] = standard_error) -> tuple[float, float]:
    values = torch.as_tensor(values, dtype=torch.double)
    return values.mean().item(), error(values).item()


def differences(values: Tensor) -> Tensor:
    return values if values.ndim == 1 else values[:, 0] - values[:, 1]


def of(experiment: Experiment, change: Callable = lambda values: values, error: Callable = standard_error) -> Callable:
    """Return an answer: the mean of what an experiment finds, changed or not, and its error."""
    return lambda seeds: report(change(differences(experiment(tuple(seeds)))), error)


def unpaired(experiment: Experiment) -> Callable:
    """Return an answer that treats the two columns of an experiment as independent."""

    def answer(seeds: list[int]) -> tuple[float, float]:
        pairs = experiment(tuple(seeds))
        return report(differences(pairs))[0], (pairs.var(dim=0).sum() / len(pairs)).sqrt().item()

    return answer


def mistakes(experiment: Experiment, claim: str) -> list[tuple]:
    """Return the mistakes that any report of an experiment can contain."""
    return [
        (of(experiment, torch.neg), "the sign is reversed", claim),
        (of(experiment, error=torch.std), "that is the standard deviation", claim),
        (of(experiment, error=lambda values: values.std() / len(values)), "not std / S", claim),
        (lambda seeds: of(experiment)(seeds)[0], "must return two numbers", claim),
        (of(experiment), "Now pass a claim"),
    ]
