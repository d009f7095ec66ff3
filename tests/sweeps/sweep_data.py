"""What the tests of sweeps share: data, functions that draw them, an executor, and a comparison of sweeps."""

from concurrent.futures import Executor, Future
from functools import partial

import torch

from helpers import load_digits, synthetic_regression

REGRESSION = synthetic_regression()
FEW = load_digits(130)  # no multiple of the batch size
close = partial(torch.testing.assert_close, rtol=1e-4, atol=1e-6)


def draw(seed):
    return synthetic_regression(12, 30, 7, w=0.3, noise=0.5, seed=seed)


def draw_digits(seed):
    return load_digits(60, seed=seed)


class Here(Executor):
    """Compute each task at once, so that a test knows which were asked for."""

    def __init__(self):
        self.seeds, self.values = [], []

    def submit(self, call, train, training, seeds, **more):
        future = Future()
        future.set_result(call(train, training, seeds, **more))
        self.seeds += seeds
        self.values.append(train.keywords["values"])
        return future


def same(sweep, other, equal=torch.equal):
    assert (sweep.name, sweep.stopped, list(sweep.curves)) == (other.name, other.stopped, list(other.curves))
    assert (sweep.planned_epochs, sweep.planned_seeds) == (other.planned_epochs, other.planned_seeds)
    for ours, theirs in zip(tensors_of(sweep), tensors_of(other), strict=True):
        assert ours.dtype == theirs.dtype
        assert equal(ours, theirs) in (True, None)


def tensors_of(sweep):
    weights = [sweep.weights] if isinstance(sweep.weights, torch.Tensor) else sweep.weights.values()
    return [sweep.values, sweep.epochs, *sweep.curves.values(), *weights]
