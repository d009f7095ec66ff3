"""A directory that keeps what was trained: it holds whole blocks or none, of this sweep and no other."""

import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from helpers.sweeps import store as storing
from helpers.sweeps import sweep_decay_and_dropout, sweep_dropout, sweep_weight_decay
from helpers.sweeps.run import reporting
from tests.sweeps.sweep_data import FEW, REGRESSION, Here, close, draw, draw_digits, same

ROOT = Path(__file__).parents[2]


def trained_seeds(sweep, **more):
    """Return which seeds a sweep trains, and what it is."""
    here = Here()
    swept = sweep(executor=here, **more)
    return here.seeds, swept


SWEEPS = {
    "λ": partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=7, num_seeds=3, seed=4),
    "p": partial(sweep_dropout, FEW, [(0.0, 0.5), (0.2, 0.7)], num_epochs=2, num_seeds=2, num_hiddens=(8, 8)),
    "both": partial(sweep_decay_and_dropout, draw_digits, [0.0, 0.1], [0.0, 0.5], num_epochs=2, num_hiddens=(8, 8)),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_that_was_done_is_only_read_and_is_the_same_to_the_bit(name, tmp_path):
    sweep = SWEEPS[name]
    place = tmp_path / "made" / "on the way"
    first = sweep(store=place)
    same(first, sweep(), close)
    with ThreadPoolExecutor(2) as executor:
        same(first, sweep(executor=executor))
    seeds, again = trained_seeds(sweep, store=place)
    assert seeds == []
    same(first, again)
    assert len(list(place.iterdir())) == first.num_seeds, "a file a seed, and nothing else"


def test_what_is_missing_is_trained_and_nothing_else(tmp_path):
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=7)
    sweep(num_seeds=2, seed=1, store=str(tmp_path))
    seeds, more = trained_seeds(partial(sweep, num_seeds=5), store=tmp_path)
    assert seeds == [0, 3, 4]
    same(more, trained_seeds(partial(sweep, num_seeds=5))[1])


SMALL = {"data": REGRESSION, "lambdas": [0.0, 1.0], "num_epochs": 3}
OTHERS = {
    "a value": {"lambdas": [0.0, 2.0]},
    "a value more": {"lambdas": [0.0, 1.0, 2.0]},
    "epochs": {"num_epochs": 4},
    "records": {"record_every": 2},
    "lr": {"lr": 0.002},
    "batches": {"batch_size": 6},
    "start": {"init_std": 0.5},
    "seed": {"seed": 1},
    "data": {"data": draw(0)},
    "a function of data": {"data": draw},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_nothing_is_taken_for_what_differs_in(other, tmp_path):
    sweep_weight_decay(**SMALL, store=tmp_path)
    swept = sweep_weight_decay(**SMALL | other, store=tmp_path)
    same(swept, sweep_weight_decay(**SMALL | other, executor=Here()))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("place", "name", "value"), [(torch, "__version__", "2.13.1"), (storing, "FORMAT", 0)])
def test_another_version_trains_anew(place, name, value, tmp_path, monkeypatch):
    sweep_weight_decay(**SMALL, store=tmp_path)
    monkeypatch.setattr(place, name, value)
    assert trained_seeds(partial(sweep_weight_decay, **SMALL), store=tmp_path)[0] == [0]


def test_data_count_by_their_content_and_not_by_how_they_are_given(tmp_path):
    whole = torch.cat([REGRESSION.X_train, REGRESSION.X_train])
    view = replace(REGRESSION, X_train=whole[: REGRESSION.num_train])
    sweep_weight_decay(REGRESSION, [1.0], num_epochs=2, num_seeds=2, store=tmp_path)
    for data in (view, lambda seed: REGRESSION):
        assert trained_seeds(partial(sweep_weight_decay, data, [1], num_epochs=2, num_seeds=2), store=tmp_path)[0] == []


def spoil(path, how):
    content = path.read_bytes()
    middle = len(content) // 2
    if how == "cut off":
        path.write_bytes(content[:middle])
    elif how == "a flipped bit":
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "one byte more":
        path.write_bytes(content + b"\0")
    elif how == "another file":
        path.write_bytes((ROOT / "README.md").read_bytes())


FAULTS = {
    "cut off": "is damaged, its checksum does not fit",
    "a flipped bit": "is damaged, its checksum does not fit",
    "one byte more": "is damaged, its checksum does not fit",
    "empty": "is no block of a sweep",
    "another file": "is no block of a sweep",
}


@pytest.mark.parametrize("how", FAULTS)
def test_a_spoiled_file_is_named_in_a_warning_and_trained_anew(how, tmp_path):
    sweep = SWEEPS["λ"]
    first = sweep(store=tmp_path)
    path = sorted(tmp_path.iterdir())[1]
    spoil(path, how)
    with pytest.warns(UserWarning, match=FAULTS[how]) as caught:
        seeds, again = trained_seeds(sweep, store=tmp_path)
    assert len(caught) == 1
    assert str(caught[0].message) == f"{path} {FAULTS[how]}: seed {seeds[0]}, values 1 to 2, is trained anew"
    assert len(seeds) == 1
    same(first, again)
    assert trained_seeds(sweep, store=tmp_path)[0] == [], "the file is whole again"


def test_a_block_under_the_name_of_another_is_not_used(tmp_path):
    sweep = SWEEPS["λ"]
    first = sweep(store=tmp_path)
    one, other, _ = sorted(tmp_path.iterdir())
    one.write_bytes(other.read_bytes())
    with pytest.warns(UserWarning, match=f"{one.name} is the block of another sweep"):
        same(first, sweep(store=tmp_path))


def test_no_flipped_bit_goes_unseen(tmp_path):
    sweep_weight_decay(draw(0), [0.0], num_epochs=1, store=tmp_path)
    (path,) = tmp_path.iterdir()
    content, key = path.read_bytes(), path.stem
    assert storing.fault_of(content, key) == ""
    for i in range(len(content)):
        assert storing.fault_of(content[:i] + bytes([content[i] ^ 1 << i % 8]) + content[i + 1 :], key), i
        assert storing.fault_of(content[:i], key), i


def test_a_file_for_a_directory(tmp_path):
    (tmp_path / "file").write_text("taken")
    with pytest.raises(ValueError, match=r"store must be a directory, got '.*file': it is a file"):
        sweep_weight_decay(REGRESSION, [1.0], store=tmp_path / "file")


def test_a_write_that_fails_leaves_nothing_half(tmp_path):
    path = tmp_path / "taken"
    path.mkdir()
    with pytest.raises((IsADirectoryError, PermissionError)):  # the second on Windows
        storing.write_whole(path, b"content")
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_keeps_the_seeds_up_to_the_first_that_is_missing_and_in_the_store_all(tmp_path):
    sweep_weight_decay(draw, [0.0, 1.0], num_epochs=7, seed=6, store=tmp_path)
    sweep, real, taken = SWEEPS["λ"], storing.Store.save, []

    def save(self, block, arrays):
        real(self, block, arrays)
        taken.append(block.seed)
        if len(taken) == 2:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing.Store, "save", save)
        stopped = sweep(store=tmp_path)
    assert (stopped.stopped, taken) == ("stopped after 1 of 3 seeds", [4, 5])
    seeds, whole = trained_seeds(sweep, store=tmp_path)
    assert seeds == [], "what was stored when the interrupt came is not lost"
    same(whole, sweep(executor=Here()))


def test_one_seed_that_is_interrupted_keeps_its_epochs_but_is_not_stored(tmp_path):
    reports = []

    def report(share):
        reports.append(share)
        if len(reports) == 60:
            raise KeyboardInterrupt

    with reporting(report):
        stopped = sweep_weight_decay(REGRESSION, [1.0], store=tmp_path)
    assert stopped.stopped == "stopped at epoch 60 of 100"
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys
import torch
from helpers.sweeps import sweep_weight_decay
from tests.sweeps.sweep_data import draw
torch.set_num_threads(1)
sweep_weight_decay(draw, [0.0, 1.0], num_epochs=300, num_seeds=200, store=sys.argv[1])
"""


def test_a_sweep_whose_process_is_killed_goes_on_from_what_is_there(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    while len(list(tmp_path.glob("*.block"))) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    there = len(list(tmp_path.glob("*.block")))
    assert 3 <= there < 200
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=300, num_seeds=there + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seeds, resumed = trained_seeds(sweep, store=tmp_path)
    assert seeds == [there], "whole blocks are there, and no others"
    same(resumed, sweep(executor=Here()))
