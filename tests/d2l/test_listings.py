"""Listings in the book's API, and lecture-note variants, run cell by cell in a live kernel.

Each program of `listings/` is what a learner types, but for the import line: ``from helpers import d2l``.
"""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

LISTINGS = Path(__file__).parent / "listings"

# What a learner has before the first cell, and seeds; torch gives most of its warnings once, here always.
FRESH = """
%reset -f
import os, random, numpy, torch
os.environ["FASHION_MNIST_DIR"] = {directory!r}
random.seed(0), numpy.random.seed(0), torch.manual_seed(0)
torch.set_num_threads(1)
torch.set_warn_always(True)
del os, random, numpy, torch
"""

# Listing: how many pictures it shows, and what holds at its end. (Ten epochs on 1,000 digits are few for dropout.)
EXPECTED = {
    "dropout_concise": (1, "d2l.evaluate_accuracy(net, test_iter) > 0.2"),
    "dropout_scratch": (2, "d2l.evaluate_accuracy(net, test_iter) > 0.2 and (before[1], after[1]) == (False, True)"),
    "linear_regression_concise": (1, "(w - true_w).abs().max() < 0.01 and abs(b - true_b) < 0.01"),
    "linear_regression_scratch": (1, "(w.T - true_w).abs().max() < 0.01 and abs(b - true_b) < 0.01"),
    "mlp_concise": (1, "test_acc > 0.5"),
    "mlp_scratch": (5, "d2l.evaluate_accuracy(net, test_iter) > 0.5"),
    "notes_inner_loop": (2, "test_acc > 0.8 and train_acc > 0.8"),
    "notes_reduced_losses": (4, "max(ends[k] for k in ('none', 'mean', 'sum')) < 0.01 and ends['scratch'] < 0.01"),
    "notes_training_flags": (
        3,
        "len(measured) == 1 and measured.pop() > 0.8 and d2l.evaluate_accuracy(model, test_iter) > 0.6",
    ),
    "softmax_concise": (3, "d2l.evaluate_accuracy(net, test_iter) > 0.8 and X.shape == (32, 1, 64, 64)"),
    "softmax_scratch": (4, "evaluate_accuracy(net, test_iter) == d2l.evaluate_accuracy(net, test_iter) > 0.8"),
    "underfit_overfit": (3, "(weight - true_w[:4]).abs().max() < 0.3"),
    "weight_decay_concise": (3, "norm_with < 1 < 10 < norm_without"),
    "weight_decay_scratch": (2, "norm_with < 1 < 10 < norm_without"),
}


class Listener(NotebookClient):
    """Runs cells, and keeps what is written to stderr: the book's Animator clears the output, warnings included."""

    complaints = ()

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "stream" and msg["content"]["name"] == "stderr":
            self.complaints = (*self.complaints, msg["content"]["text"])
        return super().process_message(msg, cell, cell_index)


def cells_of(source):
    return [nbformat.v4.new_code_cell(part) for part in source.split("# %%\n")]


@pytest.fixture(scope="module")
def run():
    """Run a program, cell by cell, in a kernel that forgets the one before; return its outputs, if it was quiet."""
    client = Listener(nbformat.v4.new_notebook(), timeout=120, kernel_name="python3")

    def run_cells(source, holds, directory):
        cells = cells_of(FRESH.format(directory=str(directory))) + cells_of(source) + cells_of(f"assert {holds}")
        client.reset_execution_trackers()
        client.complaints = ()
        client.nb = nbformat.v4.new_notebook(cells=cells)
        for index, cell in enumerate(cells):
            client.execute_cell(cell, index)  # raises if the cell does
        assert client.complaints == ()
        return [output for cell in cells for output in cell.outputs]

    with client.setup_kernel():
        yield run_cells


def pictures(outputs):
    return [output for output in outputs if {"image/png", "image/svg+xml"} & set(output.get("data", {}))]


def test_every_listing_has_its_expectation():
    assert {path.stem for path in LISTINGS.glob("*.py")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_listing_runs_as_it_stands(name, run, tmp_path):
    num_pictures, holds = EXPECTED[name]
    outputs = run((LISTINGS / f"{name}.py").read_text(), holds, tmp_path)
    assert len(pictures(outputs)) == num_pictures


def test_figures_are_svg_in_a_kernel(run, tmp_path):
    outputs = run("from helpers import d2l\nd2l.plot([1, 2, 3], xlabel='x')", "d2l", tmp_path)
    assert [set(output.data) for output in pictures(outputs)] == [{"image/svg+xml", "text/plain"}]


def test_listing_runs_on_the_real_images(run, fashion_mnist_dir):
    source = (LISTINGS / "softmax_concise.py").read_text()
    assert source.count("num_epochs = 10\n") == 1
    source = source.replace("num_epochs = 10\n", "num_epochs = 2\n")
    outputs = run(source, "d2l.evaluate_accuracy(net, test_iter) > 0.75 and len(train_iter) == 235", fashion_mnist_dir)
    assert len(pictures(outputs)) == 3
