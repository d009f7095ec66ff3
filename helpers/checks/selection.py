"""The checks of the exercises on choosing λ and p, and on validation."""

import math

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read


@exercise
def examples_needed(answer: Answer) -> str:
    """Check ``examples_needed(accuracy, error)``: how many validation examples give such a standard error."""
    accuracy, error = 0.9, 0.01
    variance = accuracy * (1 - accuracy)
    known = {
        "take the square: to halve a standard error you need four times the examples": variance / error,
        "only the error is squared when you square both sides: the variance is one already": (variance / error) ** 2,
        "that is its square root": variance**0.5 / error,
        "the variance of one answer, right or wrong, is a (1 - a): the factor 1 - a is missing": accuracy / error**2,
        "the variance of one answer, right or wrong, is a (1 - a): the factor a is missing": (1 - accuracy) / error**2,
        "that is enough for every accuracy, but needed only at ½": 1 / (4 * error**2),
        "the variance of one answer, right or wrong, is a (1 - a), not 1": 1 / error**2,
        "that makes two standard errors as small as error; one was asked for": 4 * variance / error**2,
    }
    needed = read(answer(accuracy=accuracy, error=error))
    if not 900 <= needed <= 901:  # an exact formula may be rounded up, and rounding errors may add one
        compare("it returned", needed, round(variance / error**2), known)
    return "to tell two values of p apart whose accuracies differ by a point, 250 validation examples are too few"


@exercise
def p_for_more_data(answer: Answer) -> str:
    """Check ``p_for_more_data(p, n, n_new)``: the p on the inputs whose λ is that of p times ``n / n_new``."""
    p, n, n_new = 0.6, 100, 300
    lambd, few = p / (1 - p), n / n_new
    new = lambd * few
    known = {
        "p times n/n_new: it is λ = p/(1 - p) that falls as 1/n, not p": p * few,
        "that is the new λ: convert it back, p = λ/(1 + λ)": new,
        "more data need less dropout: multiply λ by n / n_new": lambd / few / (1 + lambd / few),
        "more data need less dropout: multiply λ by n / n_new, and convert it back": lambd / few,
        "p is unchanged, but the best λ falls as 1/n": p,
        "λ falls as 1/n, not as one over its root": lambd * few**0.5 / (1 + lambd * few**0.5),
        "convert p into λ first: λ = p/(1 - p)": p * few / (1 + p * few),
        "convert back with p = λ/(1 + λ)": new / (1 - new),
    }
    compare("it returned", read(answer(p=p, n=n, n_new=n_new)), new / (1 + new), known)
    return "a p that was tuned on a small sample is too large for the full data; tune it again, or scale its λ"


@exercise
def group_folds(answer: Answer) -> str:
    """Check ``group_folds(groups, num_folds)``: K pairs (train, held_out) of indices that divide no group."""
    groups = torch.tensor([6, 6, 30, 12, 6, 12, 12, 3, 9, 3, 6, 21, 9, 30])  # sorted, equal parts would divide 6
    _check_folds(list(answer(groups=groups, num_folds=3)), groups, 3)
    groups = torch.tensor([8, 2, 8, 2])
    _check_folds(list(answer(groups=groups, num_folds=2)), groups, 2)
    return "with a patient in both parts a model may recognize the patient: its error can look too small for new ones"


def _check_folds(folds: list, groups: Tensor, num_folds: int) -> None:
    if len(folds) != num_folds or not all(isinstance(fold, tuple | list) and len(fold) == 2 for fold in folds):
        raise NotYetError(f"it must return {num_folds} pairs (train, held_out), one a fold")
    held_out_times = torch.zeros(len(groups), dtype=torch.long)
    for k, (train, held_out) in enumerate(
        (_indices(one, len(groups)), _indices(two, len(groups))) for one, two in folds
    ):
        for name, part in (("held out", held_out), ("left to train on", train)):
            if len(part) == 0:
                raise NotYetError(
                    f"in fold {k} no example is {name}: the labels in groups are names, not numbers to count with"
                )
        held_out_times[held_out] += 1
        both = sorted(set(groups[train].tolist()) & set(groups[held_out].tolist()))
        if set(train.tolist()) & set(held_out.tolist()):
            raise NotYetError(f"in fold {k} an example is both in train and held out")
        if both:
            raise NotYetError(f"in fold {k} group {both[0]} is both in train and held out: keep each group together")
        if len(train) + len(held_out) != len(groups):
            raise NotYetError(f"fold {k} leaves examples out: train on all that are not held out")
    if (wrong := (held_out_times != 1).nonzero().flatten()).numel():
        i, times = wrong[0].item(), held_out_times[wrong[0]].item()
        swapped = ": the pairs are (train, held_out), in this order" if (held_out_times == num_folds - 1).all() else ""
        raise NotYetError(f"example {i} is held out {times} times, expected once{swapped}")


def _indices(part: object, n: int) -> Tensor:
    """Return indices, or the places of True in a mask, as a tensor of integers."""
    part = torch.as_tensor(part)
    if part.dtype == torch.bool and part.shape == (n,):
        return part.nonzero().flatten()
    if part.ndim != 1 or part.is_floating_point() or part.is_complex():
        raise NotYetError(
            f"each part must be a list or tensor of indices, got {part.dtype} of shape {tuple(part.shape)}"
        )
    if len(part) and (part.min() < 0 or part.max() >= n):
        raise NotYetError(f"it returned the index {part.max()} for {n} examples: return places in groups, not labels")
    return part.long()


@exercise
def early_stop(answer: Answer) -> str:
    """Check ``early_stop(losses, patience)``: the epoch to keep, and the one after which training stops, from 0."""
    losses = [5.0, 5.2, 4.0, 4.2, 3.0, 3.3, 3.2, 3.1, 2.0, 2.5, 2.6, 2.7, 2.8]
    known = {
        "the lowest of all losses comes after training has stopped: nobody has seen it": (8, 7),
        "it waited too long: after `patience` epochs without a new lowest loss it stops": (8, 12),
        "it waited one epoch too few": (4, 6),
        "it did not stop in time: compare with the lowest loss so far, and look at no later one": (8, 11),
        "count epochs without a new lowest loss in a row: a new lowest loss sets the count to 0": (4, 5),
        "keep the epoch with the lowest loss, not the last": (7, 7),
        "count the epochs from 0": (5, 8),
        "they are swapped: first the epoch to keep, then the last": (7, 4),
        "return the number of the epoch, not its loss": (3.0, 7),
        "one epoch too many: stop at the epoch that makes patience of them": (4, 8),
    }
    _check_stop(answer, losses, 3, (4, 7), known)
    _check_stop(answer, [3.0, 2.0, 1.0], 2, (2, 2), {"return the epochs also where training is not stopped": (2, 3)})
    equal = "a loss that equals the lowest is not a new lowest"
    _check_stop(answer, [2.0, 1.0, 1.0, 1.0, 0.5], 2, (1, 3), {equal: (4, 4), f"{equal}: keep the first": (3, 3)})
    return "patience is one more setting: too little of it stops at a random bump, too much costs epochs"


def _check_stop(answer: Answer, losses: list[float], patience: int, right: tuple, known: dict[str, object]) -> None:
    got = read(answer(losses=losses, patience=patience), (2,))
    if not math.isclose(got[0], right[0]) or not math.isclose(got[1], right[1]):
        text = losses if len(losses) < 6 else f"[{', '.join(f'{loss:g}' for loss in losses)}]"
        compare(f"(losses = {text}) it returned", got, torch.tensor(right, dtype=torch.double), known)
