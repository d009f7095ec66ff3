"""The dropout lab without a browser: a grid of pairs."""

import pytest
import torch

from helpers import DropoutLab, ImageData
from helpers.data.fashion_mnist import FILES
from helpers.labs.dropout import GRID


@pytest.fixture(scope="module")
def lab():
    made = DropoutLab()
    yield made
    made.close()


def test_a_picture_for_each_pair(lab):
    pictures = [lab.picture(p_1, p_2) for p_1 in GRID for p_2 in GRID]
    assert pictures == lab.frames.pngs


def test_two_indices_lead_to_a_pair(lab):
    for i, j in ((0, 0), (5, 0), (2, 3)):
        lab.frames.index, lab.frames.index_2 = i, j
        assert lab.frames.picture == lab.picture(GRID[i], GRID[j])
        assert lab.frames.readout[lab.frames.position].startswith(f"p = {GRID[i]:g} and {GRID[j]:g}: accuracy ")


def test_numbers_are_the_sweeps(lab):
    at = lab.at(0.25, 0.5)
    assert set(at) == {"train_loss", "test_loss", "train_acc", "test_acc"}
    assert at["test_acc"] == pytest.approx(lab.sweep.at((0.25, 0.5))["test_acc"][:, -1].mean().item())
    assert f"{at['test_acc']:.3f} on the test labels" in lab.frames.readout[2 * len(GRID) + 3]


def test_none_overfits_and_too_much_learns_nothing(lab):
    final = lab.sweep.final("test_acc").mean(dim=0)
    assert lab.at(0.0, 0.0)["test_acc"] < final.max() - 0.02
    assert lab.at(0.9, 0.9)["train_acc"] < 0.6


def test_a_pair_off_the_grid(lab):
    with pytest.raises(ValueError, match=r"0\.3"):
        lab.at(0.3, 0.3)


def test_a_control_trains_again(lab):
    before = lab.frames.pngs
    lab.set(epochs=3)
    assert lab.frames.message == ""
    assert lab.frames.pngs != before
    assert lab.sweep.epochs[-1] == 3


def test_fashion_mnist_is_offered_where_its_files_are(lab, monkeypatch, tmp_path):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    monkeypatch.setattr("helpers.labs.dropout.GRID", (0.0, 0.5))
    without = DropoutLab()
    assert without.controls["images"].options == ("digits",)
    without.close()
    for name in FILES:
        (tmp_path / name).touch()
    asked = []

    def load():
        asked.append(1)
        X, y = torch.rand(1100, 784), torch.arange(1100) % 10
        return ImageData("Fashion-MNIST", X, y, X, y, tuple("0123456789"), (28, 28))

    monkeypatch.setattr("helpers.labs.dropout.load_fashion_mnist", load)
    other = DropoutLab()
    assert not asked, "the digits come first"
    other.set(images="Fashion-MNIST")
    assert other.frames.message == ""
    assert other.sweep.weights["W1"].shape[-1] == 784
    assert (other.controls["epochs"].value, other.sweep.num_seeds) == (30, 1)
    assert other.frames.readout[0].endswith("(one seed).")
    other.close()


def test_progress_is_shown_in_the_lab(monkeypatch):
    monkeypatch.setattr("helpers.labs.dropout.GRID", (0.0, 0.5))
    lab, seen = DropoutLab(), []
    lab.frames.observe(lambda change: seen.append(change["new"]), "message")
    lab.set(epochs=20)
    assert seen == [DropoutLab.BUSY, *(f"{DropoutLab.BUSY} {share} %" for share in range(0, 101, 10)), ""]
    lab.close()
