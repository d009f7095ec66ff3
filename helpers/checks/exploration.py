"""Checks of experiments: a mean with its standard error over seeds, recomputed on seeds of the check, and a claim."""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, judge, read

SEEDS = tuple(range(900, 916))  # a chapter's own seeds are small
_SEEDS = "the seeds of the check"


def exploration(
    *claims: str, seeds: tuple[int, ...] = SEEDS, reach: float = 4.0
) -> Callable[[Callable], Callable[..., None]]:
    """Turn the check's own experiment into a check of the learner's.

    The learner's function takes seeds, and returns the mean of a difference over them and its standard error; beside
    it the learner passes a claim. The experiment of the check takes the same seeds, and returns (S, 2): for each seed
    what is compared and its baseline; or (S,), the differences. The check prints one line: whether the learner's mean
    and error agree with its own, and whether the claim holds for them.

    Parameters
    ----------
    claims : three texts
        What the learner may claim: that the difference is positive, that it is negative, and that neither shows. The
        first two hold where the mean is more than two standard errors from zero.
    seeds : tuple of int
        The seeds of the check, 12 at least: with fewer, a standard error cannot be told from a standard deviation.
    reach : float
        How many standard errors the learner's mean may lie from that of the check: few where the seeds fix everything,
        4 where initial weights or masks may be drawn in another way.
    """
    if len(claims) != 3 or len(seeds) < 12:
        raise ValueError(f"an exploration needs three claims and at least 12 seeds, got {claims} and {len(seeds)}")

    def decorate(experiment: Callable[[list[int]], Tensor]) -> Callable[..., None]:
        name = experiment.__name__
        measured = cache(lambda: measure(experiment(list(seeds))))

        def run(answer: Callable, claim: object = ...) -> None:
            """Print the line."""
            verdict = f"not yet: pass the function itself, without calling it: checks.{name}({name}, claim=...)"
            if callable(answer):
                verdict = _verdict(Answer(answer), claim, claims, seeds, measured, reach)
            print(f"{name}: {verdict}")

        run.__name__, run.__doc__, run.experiment = name, experiment.__doc__, experiment
        return run

    return decorate


class Measured(NamedTuple):
    """What the check found: a mean, its standard error, and wrong errors with their diagnoses."""

    mean: float
    error: float
    wrong_errors: dict[str, float]

    def __str__(self) -> str:
        return f"{self.mean:.3g} ± {self.error:.2g}"


def measure(values: Tensor) -> Measured:
    """Return the mean of the differences, (S,), or of the first column minus the second, (S, 2), and its errors."""
    values, count = values.double(), len(values)
    differences = values if values.ndim == 1 else values[:, 0] - values[:, 1]
    error = (differences.std() / count**0.5).item()
    wrong = {
        "that is the standard deviation: the error of the mean is std / sqrt(S)": error * count**0.5,
        "the standard error is std / sqrt(S), not std / S": error / count**0.5,
    }
    if values.ndim == 2 and (apart := (values.var(dim=0).sum() / count).sqrt().item()) > 2 * error:
        wrong["that treats the two as independent: subtract seed by seed first"] = apart
    return Measured(differences.mean().item(), error, wrong)


def _verdict(
    answer: Answer,
    claim: object,
    claims: tuple[str, ...],
    seeds: tuple[int, ...],
    measured: Callable[[], Measured],
    reach: float,
) -> str:
    found: list[float] = []

    def call() -> str:
        found.extend(_two_numbers(answer(seeds=list(seeds))))
        if _two_numbers(answer(seeds=list(seeds[-3:]))) == tuple(found):
            raise NotYetError(f"it returned the same for {len(seeds)} seeds: does it use them?")
        return ""

    if stopped := judge(answer, call):
        return stopped
    answer.called = ""
    compared = lambda: _compare(*found, measured(), reach) or _conclude(claim, claims, measured(), len(seeds))  # noqa: E731
    return judge(answer, compared, seconds=math.inf)  # the experiment of the check ends, however slow the machine


def _two_numbers(result: object) -> tuple[float, float]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise NotYetError("it must return two numbers: the mean over the seeds, and its standard error")
    mean, error = (read(part).item() for part in result)
    if not math.isfinite(mean) or not math.isfinite(error):
        raise NotYetError(f"it returned {mean:.3g} and {error:.3g}, expected finite numbers")
    if error <= 0:
        raise NotYetError(f"the standard error is {error:.3g}, expected a positive number: does the seed play a part?")
    return mean, error


def _compare(mean: float, error: float, own: Measured, reach: float) -> None:
    """Raise `NotYetError` unless mean and error agree with those of the check, as far as chance allows."""
    reached = reach * own.error  # the learner's error does not count here: a large one must not excuse a wrong mean
    if abs(mean - own.mean) > reached:
        reason = "is the setting that of the text?"
        if abs(mean + own.mean) <= min(2 * own.error, reached) < abs(own.mean):
            reason = "the sign is reversed"
        elif abs(mean / 100 - own.mean) <= reached and 10 < error / own.error < 1000:
            reason = "return fractions, not percent"
        raise NotYetError(f"it found {mean:.3g} ± {error:.2g} over {_SEEDS}, the check {own}: {reason}")
    errors = {"": own.error} | own.wrong_errors
    diagnosis = min(errors, key=lambda text: abs(math.log(error / errors[text])))
    if diagnosis:
        raise NotYetError(f"the standard error over {_SEEDS} is {error:.2g}, the check finds {own}: {diagnosis}")


def _conclude(claim: object, claims: tuple[str, ...], own: Measured, count: int) -> str:
    choices = ", ".join(repr(text) for text in claims)
    if claim is ...:
        raise NotYetError(f"your numbers agree with those of the check, {own}. Now pass a claim: {choices}")
    same = {text.casefold(): text for text in claims}
    claim = same.get(claim.strip().casefold(), claim) if isinstance(claim, str) else claim
    if claim not in claims:
        raise NotYetError(f"the claim must be one of {choices}, got {str(claim)[:40]!r}")
    holds = claims[0] if own.mean > 2 * own.error else claims[1] if own.mean < -2 * own.error else claims[2]
    if claim != holds:
        raise NotYetError(f"you claim {claim!r}, but {count} fresh seeds give {own}, which speaks for {holds!r}")
    return f"correct: {claim!r} holds on {count} fresh seeds, which give {own}"
