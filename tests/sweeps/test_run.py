"""Where a sweep is trained and how far it came: executors, interrupts, progress."""

import _thread
import math
import multiprocessing
import os
import pickle
import re
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from helpers.sweeps import run, sweep_dropout, sweep_weight_decay
from tests.sweeps.sweep_data import FEW, REGRESSION, close, draw, draw_digits, same, tensors_of

ONCE = run.Training(num_epochs=5, lr=0.1, batch_size=1, record_every=1)


def test_only_the_last_weights_are_kept():
    yielded = []

    def train(training, seeds, show_progress):
        for epoch in range(1, training.num_epochs + 1):
            assert sum(weights() is not None for weights in yielded) <= 2, "they may be large"
            weights = torch.ones(1, 2, 3)
            yielded.append(weakref.ref(weights))
            yield {"epoch": epoch, "curves": {"test_loss": torch.ones(1, 2)}, "weights": weights}

    arrays = run.collect(train, ONCE, [0], show_progress=True)
    assert arrays["weights"].shape == (1, 2, 3)
    assert not arrays["interrupted"]


def test_an_interrupt_after_the_last_record_has_lost_nothing():
    def train(training, seeds, show_progress):
        yield {"epoch": 5, "curves": {"test_loss": torch.ones(1, 2)}, "weights": torch.ones(1, 2, 3)}
        raise KeyboardInterrupt

    assert not run.collect(train, ONCE, [0], show_progress=True)["interrupted"]


def test_every_so_many_epochs_are_recorded_and_the_last():
    training = replace(ONCE, num_epochs=7, record_every=3)
    assert [epoch for epoch in range(1, 8) if training.is_recorded(epoch)] == [3, 6, 7]


def interrupt_after(seconds):
    timer = threading.Timer(seconds, _thread.interrupt_main)
    timer.start()
    return timer


@pytest.mark.parametrize(
    "sweep",
    [
        partial(sweep_weight_decay, draw, [0.0, 2.0], num_seeds=2),
        partial(sweep_dropout, FEW, [0.0, 0.5], num_seeds=2, record_every=2),
    ],
    ids=["lambda", "p"],
)
def test_an_interrupt_keeps_what_was_recorded(sweep, monkeypatch):
    monkeypatch.setattr(run, "DELAY", math.inf)
    timer = interrupt_after(0.5)
    stopped = sweep(num_epochs=10**7)
    timer.join()
    assert stopped.interrupted
    assert stopped.stopped == f"stopped at epoch {stopped.epochs[-1]} of 10000000"
    assert stopped.stopped in repr(stopped)
    whole = sweep(num_epochs=int(stopped.epochs[-1]))
    assert (whole.interrupted, whole.stopped) == (False, "")
    for ours, theirs in zip(tensors_of(stopped), tensors_of(whole), strict=True):
        assert torch.equal(ours, theirs), "weights, too, are those of the last record"


def test_an_interrupt_before_the_first_record_is_passed_on(monkeypatch):
    monkeypatch.setattr(run, "DELAY", math.inf)
    timer = interrupt_after(0.3)
    with pytest.raises(KeyboardInterrupt):
        sweep_weight_decay(draw, [1.0], num_epochs=10**7, record_every=10**7)
    timer.join()


def interrupted_at(last, seed):
    if seed == last:
        raise KeyboardInterrupt
    return draw(seed)


def test_an_interrupt_keeps_the_seeds_that_were_done():
    with ThreadPoolExecutor(1) as executor:
        sweep = sweep_weight_decay(partial(interrupted_at, 2), [0.0, 1.0], num_seeds=4, executor=executor)
        assert sweep.interrupted
        assert sweep.stopped == "stopped after 2 of 4 seeds"
        assert repr(sweep).endswith(", stopped after 2 of 4 seeds)")
        whole = sweep_weight_decay(draw, [0.0, 1.0], num_seeds=2)
        for curve in whole.curves:
            close(sweep.curves[curve], whole.curves[curve])
        with pytest.raises(KeyboardInterrupt):
            sweep_weight_decay(partial(interrupted_at, 0), [0.0, 1.0], num_seeds=4, executor=executor)


def spawned():
    method = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(2, method, initializer=torch.set_num_threads, initargs=(1,))


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, spawned], ids=["threads", "processes"])
def test_results_do_not_depend_on_where_they_are_computed(pool):
    sweeps = [
        partial(sweep_weight_decay, draw, [0.0, 1.0, 9.0], num_seeds=3, seed=2),
        partial(sweep_weight_decay, REGRESSION, [0.0, 3.0], num_seeds=3),
        partial(sweep_dropout, draw_digits, [0.0, 0.5], num_epochs=5, num_seeds=3, num_hiddens=(16, 8)),
        partial(sweep_dropout, FEW, [(0.0, 0.5), (0.2, 0.7)], num_epochs=5, num_seeds=2),
    ]
    with pool() as executor:
        for sweep in sweeps:
            same(sweep(executor=executor), sweep(), close)


def test_a_function_that_no_process_can_find():
    with spawned() as executor, pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        sweep_weight_decay(lambda seed: draw(seed), [1.0], executor=executor)


def test_an_error_of_the_data_comes_through_and_ends_the_rest():
    drawn = []

    def slow(seed):
        drawn.append(seed)
        time.sleep(0.05)
        return draw(1 // seed)

    with ThreadPoolExecutor(1) as executor, pytest.raises(ZeroDivisionError):
        sweep_weight_decay(slow, [1.0], num_seeds=40, executor=executor)
    assert len(drawn) < 20, "those that waited were not begun"


SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
import torch
from helpers import synthetic_regression
from helpers.sweeps import run, sweep_weight_decay
run.DELAY = {delay}
torch.set_num_threads(1)
sweep_weight_decay(synthetic_regression(), [0, 1], num_epochs={num_epochs}, {more})
print([name for name in ("matplotlib", "ipywidgets", "IPython") if name in sys.modules])
"""


def script(more="", **how):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TQDM_")}
    return {"args": [sys.executable, "-W", "error", "-c", SCRIPT.format(more=more, **how)], "env": environment}


def output_of(**how):
    return subprocess.run(**script(**how), capture_output=True, text=True)


def read_terminal(end):
    """Yield what is written to the other end of a terminal until all have closed it."""
    try:
        while part := os.read(end, 1000):
            yield part
    except OSError:  # how Linux says that it is closed
        pass
    finally:
        os.close(end)


def test_a_short_sweep_prints_nothing_and_loads_no_plots_and_no_widgets():
    out = output_of(delay=60, num_epochs=50)
    assert (out.stdout, out.stderr) == ("[]\n", "")


def test_in_a_log_a_long_sweep_leaves_one_line():
    out = output_of(delay=0.05, num_epochs=10_000)
    assert out.stdout == "[]\n"
    assert re.fullmatch(r"100%\S* 10000/10000 \[.*epoch/s\]\n", out.stderr), "no line but one, and that not redrawn"


def test_in_a_log_the_tasks_of_an_executor_are_silent():
    out = output_of(delay=0.01, num_epochs=500, more="num_seeds=5, executor=ThreadPoolExecutor(1)")
    assert re.fullmatch(r"100%\S* 5/5 \[.*(seed/s|s/seed)\]\n", out.stderr)


def test_in_a_terminal_a_long_sweep_shows_how_far_it_is():
    pty, termios = (pytest.importorskip(name, reason="no POSIX system, no pty") for name in ("pty", "termios"))
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    with subprocess.Popen(**script(delay=0.05, num_epochs=2000), stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(read_terminal(ours)).decode()
        assert process.stdout.read() == b"[]\n"
    assert shown.count("/2000 [") > 1, "it is redrawn"
    assert "\n" not in shown, "and taken away in the end"


def test_in_a_notebook_the_bar_is_a_widget_and_can_be_switched_off():
    setup = "import os, torch; torch.set_num_threads(1); from ipywidgets.widgets.widget import _instances as widgets\n"
    setup += "from helpers import synthetic_regression; from helpers.sweeps import run, sweep_weight_decay"
    train = "_ = sweep_weight_decay(synthetic_regression(), [0, 1], num_epochs={})"
    on, off = "run.DELAY = {}; os.environ.pop('TQDM_DISABLE', None)", "os.environ['TQDM_DISABLE'] = '1'"
    short = [on.format(60), train.format(5), "print(len(widgets))"]
    sources = [setup, "\n".join(short), "\n".join([on.format(0.01), train.format(500)]), f"{off}\n{train.format(500)}"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120).execute()
    kinds = [[output.output_type for output in cell.outputs] for cell in cells]
    assert kinds == [[], ["stream"], ["display_data"], []]
    assert cells[1].outputs[0].text == "0\n", "what shows no bar makes no widgets, which would never be freed"
    assert "application/vnd.jupyter.widget-view+json" in cells[2].outputs[0].data
