"""A task that runs out of memory is trained in halves, and a process that dies is explained."""

import os
import sys
import weakref
from concurrent.futures import Executor, Future
from functools import partial

import numpy as np
import pytest
import torch

from helpers.sweeps import memory, processes, sweep_weight_decay
from helpers.sweeps.run import Training
from tests.sweeps.sweep_data import close, draw, same
from tests.sweeps.tasks import draw_until, draw_with_little_memory

LAMBDAS = [k / 64 for k in range(64)]
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited by Linux only")


def limited(most, **more):
    """Train 64 values, whose 100,000 residuals each take 26 MB, two or three of them at a time."""
    data = partial(draw_with_little_memory, most, os.getpid())
    with processes(2) as executor:
        return sweep_weight_decay(data, LAMBDAS, num_epochs=2, num_seeds=3, executor=executor, **more)


@linux
def test_a_worker_with_too_little_memory_trains_in_parts_and_says_so_once(tmp_path):
    with pytest.warns(UserWarning, match=r"memory ran out for 64 values of seed \d, which .* in \d parts") as caught:
        swept = limited(30 * 2**20, store=tmp_path)
    assert len(caught) == 1
    whole = sweep_weight_decay(partial(draw_with_little_memory, 0, os.getpid()), LAMBDAS, num_epochs=2, num_seeds=3)
    same(swept, whole, close)
    assert len(list(tmp_path.iterdir())) == 3, "what was trained in parts is stored as the block that it is"
    same(limited(0, store=tmp_path), swept)


@linux
def test_less_memory_than_one_value_needs():
    with pytest.raises(MemoryError, match=r"one value of a seed, got too little for seed \d \(.*llocat.*\): choose"):
        limited(2**16)


TRAINING = Training(num_epochs=1, lr=0.1, batch_size=1, record_every=1)
ERRORS = {
    "Python": MemoryError(),
    "numpy": np._core._exceptions._ArrayMemoryError((10**9,), np.dtype(float)),
    "torch": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
    "torch on Windows": RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
    "CUDA": torch.OutOfMemoryError("CUDA out of memory."),
    "C++": RuntimeError("std::bad_alloc"),
}


def train(training, seeds, show_progress, *, values, most, error, tried):
    """Train at most so many values at a time, of which nothing is learned."""
    tried.append(list(values))
    if len(values) > most:
        raise error
    numbers = torch.tensor([values])
    yield {"epoch": 1, "curves": {"test_loss": numbers}, "weights": numbers[..., None]}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_halves_are_halved_until_they_fit_and_are_put_together_in_order(error):
    tried, values = [], [float(k) for k in range(7)]
    one = partial(train, values=values, most=2, error=error, tried=tried)
    arrays = memory.collect_what_fits(one, TRAINING, [5], show_progress=False)
    assert arrays["curves.test_loss"].tolist() == [[[value] for value in values]]
    assert arrays["weights"].tolist() == [[[value] for value in values]]
    assert arrays["parts"].tolist() == [2, 2, 2, 1]
    assert [len(part) for part in tried] == [7, 4, 2, 2, 3, 2, 1]
    assert memory.fallback(5, arrays["parts"]).startswith("memory ran out for 7 values of seed 5, which were therefore")
    with pytest.raises(MemoryError, match=r"a worker must have the memory for one value of a seed, .* seed 5"):
        memory.collect_what_fits(partial(one, most=0), TRAINING, [5], show_progress=False)


def test_other_errors_are_passed_on():
    for error in (RuntimeError("shapes do not fit"), ValueError("out of memory")):
        tried = []
        one = partial(train, values=[0.0, 1.0], most=1, error=error, tried=tried)
        with pytest.raises(type(error), match=str(error)):
            memory.collect_what_fits(one, TRAINING, [5], show_progress=False)
        assert len(tried) == 1


def test_what_the_failed_attempt_held_is_free_before_the_halves_are_trained():
    held = []

    def hungry(training, seeds, show_progress, *, values):
        assert all(tensor() is None for tensor in held)
        tensor = torch.ones(len(values))
        held.append(weakref.ref(tensor))
        if len(values) > 1:
            raise MemoryError
        yield {"epoch": 1, "curves": {"test_loss": tensor[None]}, "weights": tensor[None, :, None]}
        del tensor

    memory.collect_what_fits(partial(hungry, values=[0.0, 1.0]), TRAINING, [0], show_progress=False)
    assert len(held) == 3


DEATH = r"workers must live until their tasks are done, got {}: .* lack of memory.* store= .* values_per_task"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_process_that_dies_is_explained():
    with processes(1) as executor, pytest.raises(RuntimeError, match=DEATH.format("BrokenProcessPool")):
        sweep_weight_decay(partial(draw_until, 1), [0.0, 1.0], num_epochs=2, num_seeds=3, executor=executor)


KilledWorker = type("KilledWorker", (Exception,), {})  # Dask's, by its name


class Deadly(Executor):
    def submit(self, call, *args, **keywords):
        future = Future()
        future.set_exception(KilledWorker("task"))
        return future


def test_a_worker_of_dask_that_dies_is_explained():
    with pytest.raises(RuntimeError, match=DEATH.format("KilledWorker")) as caught:
        sweep_weight_decay(draw, [0.0], executor=Deadly())
    assert isinstance(caught.value.__cause__, KilledWorker)
