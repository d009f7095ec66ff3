"""Processes of this machine: what they compute, when they stop, and that they end."""

import _thread
import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from helpers.sweeps import processes, sweep_dropout, sweep_weight_decay
from helpers.sweeps.run import reporting
from tests.sweeps.sweep_data import FEW, draw, same
from tests.sweeps.tasks import die_once, draw_slowly

ROOT = Path(__file__).parents[2]
DEATH = r"workers must live until their tasks are done, got BrokenProcessPool: .* memory\. With store="


@pytest.fixture(scope="module")
def two():
    with processes(2) as executor:
        yield executor


def test_each_has_one_thread(two):
    assert [two.submit(torch.get_num_threads).result() for _ in range(4)] == [1] * 4


def test_results_are_the_same_to_the_bit_also_of_a_function_without_a_name(two, tmp_path):
    sweep = partial(sweep_weight_decay, lambda seed: draw(seed), [0.0, 1.0], num_seeds=3, num_epochs=9)
    stored = sweep(store=tmp_path / "one by one")
    same(sweep(executor=two), stored)
    same(sweep(executor=two, store=tmp_path / "tasks"), stored)
    names = [{path.name for path in place.iterdir()} for place in tmp_path.iterdir()]
    assert names[0] == names[1], "one store serves both"
    nets = partial(sweep_dropout, FEW, [0.0, 0.5], num_epochs=2, num_seeds=2)
    same(nets(executor=two), nets(store=tmp_path / "nets"))


def test_an_interrupt_gives_up_what_waits_and_keeps_what_is_done(two, tmp_path):
    data = partial(draw_slowly, tmp_path)
    sweep = partial(sweep_weight_decay, data, [0.0, 1.0], num_epochs=9, executor=two)
    with reporting(lambda share: share >= 0.04 and _thread.interrupt_main()):
        stopped = sweep(num_seeds=100)
    assert two.submit(pow, 2, 3).result() == 8
    assert len(list(tmp_path.iterdir())) < 30, "the processes are free again, where 100 seeds were asked for"
    assert 1 <= stopped.num_seeds < 30
    assert stopped.stopped == f"stopped after {stopped.num_seeds} of 100 seeds"
    same(stopped, replace(sweep(num_seeds=stopped.num_seeds), interrupted=True, planned_seeds=100))


def test_an_interrupt_of_the_whole_group_as_by_control_c_does_not_break_them(two):
    for pid in {two.submit(os.getpid).result() for _ in range(8)}:
        os.kill(pid, signal.SIGINT)
    assert two.submit(pow, 2, 3).result() == 8


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_a_process_was_killed_the_sweep_goes_on_from_the_store(tmp_path):
    data, store = partial(die_once, tmp_path / "died", 3), tmp_path / "store"
    sweep = partial(sweep_weight_decay, data, [0.0, 1.0], num_epochs=9, num_seeds=8, store=store)
    with processes(1) as executor, pytest.raises(RuntimeError, match=DEATH):
        sweep(executor=executor)
    assert len(list(store.iterdir())) == 3, "what was done before is kept"
    same(sweep(), sweep_weight_decay(draw, [0.0, 1.0], num_epochs=9, num_seeds=8, store=tmp_path / "other"))


ORPHANS = """
import os, time
from helpers.sweeps import processes
if __name__ == "__main__":
    executor = processes(1)
    print(executor.submit(pow, 2, 3).result(), flush=True)
    executor.submit(time.sleep, 600)
    time.sleep(600)
"""


def test_they_end_with_the_process_that_started_them(tmp_path):
    (tmp_path / "script.py").write_text(ORPHANS)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, tmp_path / "script.py"], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        process.stdout.readline()
        process.kill()
        process.communicate(timeout=10)  # returns when nobody can write any more


def test_they_work_in_a_notebook():
    cells = [
        "from helpers import synthetic_regression\nfrom helpers.sweeps import processes, sweep_weight_decay",
        "def draw(seed):\n    return synthetic_regression(9, 9, 3, seed=seed)",
        "with processes(1) as executor:\n    print(sweep_weight_decay(draw, [0, 1], num_epochs=5, executor=executor))",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120).execute()
    (output,) = notebook.cells[-1].outputs
    assert output.text.startswith("Sweep(λ: 2 values from 0 to 1, 1 seed, epochs 5 to 5")


@pytest.mark.parametrize("n", [0, 1.5])
def test_a_number_that_is_none_of_processes(n):
    with pytest.raises((ValueError, TypeError), match=f"n must be .*, got {n}"):
        processes(n)
