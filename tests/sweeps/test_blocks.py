"""Tasks of some values of a seed: they give the numbers of the whole, are stored, and fill an executor."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import torch
from torch import nn

from helpers.sweeps import processes, sweep_decay_and_dropout, sweep_dropout, sweep_nets, sweep_weight_decay
from helpers.sweeps import store as storing
from helpers.sweeps.blocks import Block, blocks_of
from helpers.sweeps.run import reporting
from tests.sweeps.sweep_data import FEW, Here, close, draw, draw_digits, same


def make_net():
    return nn.Sequential(nn.Linear(64, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 10))


SMALL = {"num_epochs": 3, "num_seeds": 2}
SWEEPS = {
    "λ": partial(sweep_weight_decay, draw, [0.0, 1.0, 3.0, 9.0, 20.0], **SMALL),
    "p": partial(sweep_dropout, FEW, [(0.0, 0.5), (0.2, 0.7), (1.0, 0.3)], num_hiddens=(8, 7), **SMALL),
    "both": partial(sweep_decay_and_dropout, draw_digits, [0.0, 0.1], [0.0, 0.5], num_hiddens=(8, 7), **SMALL),
    "any net": partial(sweep_nets, make_net, FEW, p=[0.0, 0.2, 0.6], lambd=[0.0, 0.01], **SMALL),
    "one by one": partial(sweep_nets, make_net, FEW, p=[0.0, 0.6], lambd=[0.0, 0.01], stack=False, **SMALL),
}


@pytest.fixture(scope="module")
def two():
    with processes(2) as executor:
        yield executor


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("name", SWEEPS)
def test_the_numbers_are_those_of_the_whole_up_to_rounding(name, size):
    same(SWEEPS[name](values_per_task=size), SWEEPS[name](), close)


@pytest.mark.parametrize("name", SWEEPS)
def test_the_numbers_are_the_same_to_the_bit_wherever_the_tasks_are_computed(name, two, tmp_path):
    sweep = partial(SWEEPS[name], values_per_task=2)
    here = sweep()
    same(sweep(executor=two), here)
    with ThreadPoolExecutor(2) as threads:
        same(sweep(executor=threads, store=tmp_path), here)
    same(sweep(store=tmp_path), here)


def make_slowly():
    first = nn.Linear(64, 8)
    time.sleep(0.02)
    return nn.Sequential(first, nn.ReLU(), nn.Dropout(), nn.Linear(8, 10))


@pytest.mark.parametrize("stack", [True, False])
def test_threads_do_not_disturb_the_random_start_of_one_another(stack):
    sweep = partial(sweep_nets, make_slowly, FEW, p=[0.0, 0.5], num_epochs=1, num_seeds=3, stack=stack)
    with ThreadPoolExecutor(3) as threads:
        same(sweep(executor=threads, values_per_task=1), sweep(values_per_task=1))


def test_a_task_holds_as_many_values_as_were_asked_for_and_the_last_of_a_seed_the_rest():
    assert blocks_of(range(3, 5), 5, 2) == [
        *(Block(3, 0, 2), Block(3, 2, 4), Block(3, 4, 5)),
        *(Block(4, 0, 2), Block(4, 2, 4), Block(4, 4, 5)),
    ]
    assert blocks_of(range(2), 5, None) == blocks_of(range(2), 5, 9) == [Block(0, 0, 5), Block(1, 0, 5)]


def test_one_seed_becomes_many_tasks():
    here = Here()
    sweep_weight_decay(draw, [0.0, 1.0, 2.0], num_epochs=1, executor=here, values_per_task=1)
    assert (here.seeds, here.values) == ([0, 0, 0], [[0.0], [1.0], [2.0]])


def missing(sweep, store):
    here = Here()
    return sweep(executor=here, store=store), list(zip(here.seeds, here.values, strict=True))


def test_a_block_is_stored_as_the_sweep_of_its_values_and_what_is_missing_is_trained(tmp_path):
    sweep = partial(sweep_weight_decay, draw, num_epochs=3, values_per_task=2)
    first, _ = missing(partial(sweep, [0.0, 1.0, 2.0]), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2, "a file a block"
    again, trained = missing(partial(sweep, [0.0, 1.0, 2.0]), tmp_path)
    assert trained == []
    same(first, again)
    more, trained = missing(partial(sweep, [0.0, 1.0, 5.0, 6.0, 2.0], num_seeds=2), tmp_path)
    assert trained == [(0, [5.0, 6.0]), *((1, values) for values in ([0.0, 1.0], [5.0, 6.0], [2.0]))]
    same(more, sweep([0.0, 1.0, 5.0, 6.0, 2.0], num_seeds=2))
    assert missing(partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=3), tmp_path)[1] == []
    _, trained = missing(partial(sweep, [0.0, 1.0, 2.0], values_per_task=3), tmp_path)
    assert trained == [(0, [0.0, 1.0, 2.0])], "its numbers may be rounded otherwise than those of two blocks"


def test_a_damaged_block_is_named_by_its_values(tmp_path):
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0, 2.0], num_epochs=3, values_per_task=2, store=tmp_path)
    whole = sweep()
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="is damaged") as caught:
        same(sweep(), whole)
    assert [str(one.message).rpartition(": ")[2] for one in caught] == [
        f"seed 0, values {values}, is trained anew" for values in ("1 to 2", "3 to 3")
    ]


def test_an_interrupt_keeps_the_seeds_of_which_all_blocks_are_done_and_in_the_store_all(tmp_path, monkeypatch):
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0, 2.0], num_epochs=3, num_seeds=3, values_per_task=2)
    real, taken = storing.Store.save, []

    def save(self, block, arrays):
        real(self, block, arrays)
        taken.append(block)
        if len(taken) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(storing.Store, "save", save)
    stopped = sweep(store=tmp_path)
    assert (stopped.stopped, len(taken)) == ("stopped after 1 of 3 seeds", 4)
    whole, trained = missing(sweep, tmp_path)
    assert trained == [(2, [0.0, 1.0]), (2, [2.0])]
    same(whole, sweep())
    assert torch.equal(stopped.curves["test_loss"][0], whole.curves["test_loss"][0])


def test_an_interrupt_before_the_first_seed_is_whole_is_passed_on():
    def report(share):
        raise KeyboardInterrupt

    with reporting(report), pytest.raises(KeyboardInterrupt):
        sweep_weight_decay(draw, [0.0, 1.0], num_epochs=3, values_per_task=1)


def test_progress_counts_blocks():
    shares = []
    with reporting(shares.append):
        sweep_weight_decay(draw, [0.0, 1.0, 2.0], num_epochs=3, num_seeds=2, values_per_task=2)
    assert shares == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(("size", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError)])
def test_a_size_that_is_none(size, error):
    for sweep in SWEEPS.values():
        with pytest.raises(error, match=f"values_per_task must be .*, got {size}"):
            sweep(values_per_task=size)
