"""What all checks of exercises share: call a learner's function, convert what it returns, print one line."""

import math
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from helpers.checks.limit import TooLongError, within

SECONDS = 20.0  # more than any check needs


class NotYetError(Exception):
    """The answer is wrong; the message says how."""


class UnansweredError(Exception):
    """The answer is still the empty starter."""


class Answer:
    """The learner's function, and a text that shows how it was last called."""

    def __init__(self, function: Callable):
        self.function, self.called, self.answered = function, "", False

    def __call__(self, **inputs: object) -> object:
        """Call the function with the inputs by position: its parameters may have other names.

        Raises
        ------
        NotYetError
            If the function raises, changes a tensor that it was given, or returns nothing in some cases.
        UnansweredError
            If its first call returns nothing.
        """
        self.called = f"for {', '.join(f'{name} = {_show(value)}' for name, value in inputs.items())} "
        before = {name: value.clone() for name, value in inputs.items() if isinstance(value, Tensor)}
        try:
            result = self.function(*inputs.values())
        except Exception as error:  # the learner reads every error of the learner's code
            raise NotYetError(f"it raised {_name(error)}") from error
        for name, value in before.items():
            if not value.equal(inputs[name]):
                raise NotYetError(f"it changed {name} in place: the caller may still need it; return a new tensor")
        return self._answered(result)

    def _answered(self, result: object) -> object:
        if result is None or result is ...:
            raise NotYetError("it returned nothing: is a return missing?") if self.answered else UnansweredError
        self.answered = True
        return result

    def error(self, **inputs: object) -> BaseException | None:
        """Return the exception that the function raises for the inputs, or None."""
        try:
            self(**inputs)
        except NotYetError as stop:
            return stop.__cause__
        return None


def exercise(check: Callable[[Answer], str]) -> Callable[[Callable], None]:
    """Turn a check, which returns why the exercise matters or raises `NotYetError`, into one that prints a line."""

    def run(answer: Callable) -> None:
        print(f"{check.__name__}: {_verdict(check, Answer(answer))}")

    run.__name__, run.__doc__ = check.__name__, check.__doc__
    return run


def _verdict(check: Callable[[Answer], str], answer: Answer) -> str:
    if not callable(answer.function):
        return f"not yet: pass the function itself, without calling it: checks.{check.__name__}({check.__name__})"
    return judge(answer, lambda: f"correct: {check(answer)}")


def judge(answer: Answer, verdict: Callable[[], str], seconds: float | None = None) -> str:
    """Return a verdict on an answer, or the line that says why there is none; raise nothing, and disturb nothing."""
    seconds = SECONDS if seconds is None else seconds
    try:
        return within(seconds, lambda: _undisturbed(verdict))
    except UnansweredError:
        return "not answered yet"
    except NotYetError as diagnosis:
        return f"not yet: {answer.called}{diagnosis}"
    except TooLongError:
        return f"not yet: {answer.called}it was stopped after {seconds:g} seconds: does a loop never end?"
    except Exception as error:  # an unexpected answer must not stop the learner's notebook
        return f"not yet: {answer.called}what it returned cannot be used: {_name(error)}"


def _undisturbed(verdict: Callable[[], str]) -> str:
    """Return a verdict with the global random state and warnings as they were, and always with the same numbers."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad(), warnings.catch_warnings(action="ignore"):
        torch.default_generator.manual_seed(0)  # torch.manual_seed would seed GPUs too, which are not restored
        return verdict()


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _show(value: object) -> str:
    if isinstance(value, nn.Module):
        inside = ", ".join(type(child).__name__ for child in value.children())
        return f"{type(value).__name__}({inside})" if inside else str(value)
    if hasattr(value, "columns"):
        return f"a table of {len(value)} rows"
    if isinstance(value, list) and len(value) > 4:
        return f"a list of {len(value)}"
    if not isinstance(value, Tensor):
        return f"{value:.4g}" if isinstance(value, float) else str(value)
    if value.numel() > 4:
        return f"a tensor of shape {tuple(value.shape)}"
    return f"{value.item():.4g}" if value.ndim == 0 else f"[{', '.join(_show(entry) for entry in value)}]"


def read(result: object, shape: tuple[int, ...] = ()) -> Tensor:
    """Return a number, sequence, array or tensor as a float64 tensor, or raise `NotYetError` if the shape is wrong."""
    try:
        value = torch.as_tensor(result, dtype=torch.double, device="cpu")
    except (TypeError, ValueError, RuntimeError):
        raise NotYetError(f"it returned a {type(result).__name__}, expected numbers of shape {tuple(shape)}") from None
    if value.numel() == 1 and math.prod(shape) == 1:
        return value.reshape(shape)
    if value.shape != shape:
        raise NotYetError(f"it returned shape {tuple(value.shape)}, expected {tuple(shape)}")
    return value


def close(value: Tensor, other: object, atol: float = 1e-6) -> bool:
    """Return whether the two are equal up to rounding in float32."""
    return torch.allclose(value.double(), torch.as_tensor(other, dtype=torch.double), rtol=1e-4, atol=atol)


def compare(what: str, value: Tensor, expected: object, known: dict[str, object] | None = None, atol: float = 1e-6):
    """Raise `NotYetError` unless `value` is as expected; `known` maps each diagnosis to the value that reveals it."""
    if not close(value, expected, atol):
        diagnosis = next((f": {text}" for text, wrong in (known or {}).items() if close(value, wrong, atol)), "")
        raise NotYetError(f"{what} {_show(value)}, expected {_show(torch.as_tensor(expected))}{diagnosis}")
