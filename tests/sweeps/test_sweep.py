"""Nothing that was recorded is lost: it is looked up by value, saved and loaded, and says what went wrong."""

import math
import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers.sweeps import Sweep, sweep_dropout, sweep_weight_decay
from tests.sweeps.sweep_data import FEW, REGRESSION, close, draw, same


@pytest.fixture(scope="module")
def decay():
    return sweep_weight_decay(draw, [0, 0.3, 3.0, 30.0], num_seeds=3, num_epochs=12)


@pytest.fixture(scope="module")
def dropout():
    return sweep_dropout(FEW, [(0.0, 0.2), (0.5, 0.2)], num_epochs=2, num_hiddens=(6, 5), num_seeds=2)


def test_shapes(decay, dropout):
    assert decay.name == "λ"
    assert decay.values.tolist() == [0, 0.3, 3, 30]
    assert decay.epochs.tolist() == [5, 10, 12], "every fifth, and the last"
    assert {name: tuple(curve.shape) for name, curve in decay.curves.items()} == dict.fromkeys(
        ("train_loss", "test_loss", "w_norm"), (3, 4, 3)
    )
    assert decay.weights.shape == (3, 4, 7)
    close(decay.weights.norm(dim=2), decay.final("w_norm"))
    assert (decay.planned_epochs, decay.planned_seeds) == (12, 3)
    assert (dropout.name, dropout.num_seeds, dropout.epochs.tolist()) == ("p", 2, [2])
    assert dropout.values.tolist() == [[0.0, 0.2], [0.5, 0.2]]
    assert list(dropout.curves) == ["train_loss", "test_loss", "train_acc", "test_acc"]
    shapes = {name: tuple(weights.shape[2:]) for name, weights in dropout.weights.items()}
    assert shapes == {"W1": (6, 64), "b1": (6, 1), "W2": (5, 6), "b2": (5, 1), "W3": (10, 5), "b3": (10, 1)}


def test_prints_itself_in_a_line(decay, dropout):
    assert repr(decay) == "Sweep(λ: 4 values from 0 to 30, 3 seeds, epochs 5 to 12, train_loss test_loss w_norm)"
    assert repr(dropout).startswith("Sweep(p: 2 values from (0, 0.2) to (0.5, 0.2), 2 seeds, epochs 2 to 2, train_loss")
    assert "1 seed," in repr(sweep_weight_decay(draw, [1], num_epochs=1))


def test_is_frozen(decay):
    with pytest.raises(AttributeError):
        decay.name = "p"


def test_a_value_is_looked_up(decay, dropout):
    assert decay.index(3) == 2
    assert decay.index(torch.tensor(0.3)) == 1, "float32 rounds 0.3 to another number"
    assert torch.equal(decay.at(0.3)["test_loss"], decay.curves["test_loss"][:, 1])
    assert torch.equal(dropout.at((0.5, 0.2))["test_acc"], dropout.curves["test_acc"][:, 1])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2, "λ = 2 was not trained: the nearest trained values are 0.3 and 3"),
        (1e-9, "are 0 and 0.3"),
        ((1, 2), "like 0"),
    ],
)
def test_a_value_that_is_not_there(decay, value, message):
    with pytest.raises(ValueError, match=message):
        decay.at(value)


def test_a_pair_that_is_not_there(dropout):
    with pytest.raises(ValueError, match=r"nearest trained values are \(0, 0.2\) and \(0.5, 0.2\)"):
        dropout.at((0.5, 0.1))
    with pytest.raises(ValueError, match=r"p must be like \(0, 0.2\), got 0.5"):
        dropout.at(0.5)


def made(**finals):
    """Return a sweep over λ = 1, 2, 3 whose curves end as given, for one seed or more."""
    curves = {name: torch.tensor(final).reshape(-1, 3, 1) for name, final in finals.items()}
    return Sweep("λ", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([9]), curves, torch.zeros(1, 3, 2))


def test_best():
    sweep = made(test_loss=[[2.0, 1.0, 3.0], [2.0, 5.0, 0.5]], test_acc=[[0.1, 0.2, 0.9], [0.9, 0.9, 0.0]])
    assert torch.equal(sweep.final("test_loss")[1], torch.tensor([2.0, 5.0, 0.5]))
    assert sweep.best() == 3.0, "means 2, 3 and 1.75"
    assert sweep.best("test_acc") == 2.0
    assert made(test_loss=[math.nan, 5.0, math.inf]).best() == 2.0
    with pytest.raises(ValueError, match="curve must be one of test_loss, test_acc, got 'loss'"):
        sweep.best("loss")
    with pytest.raises(ValueError, match="test_loss must be finite somewhere"):
        made(test_loss=[math.nan, math.inf, math.nan]).best()


def test_best_of_pairs_is_a_pair(dropout):
    assert dropout.best() in [(0.0, 0.2), (0.5, 0.2)]


@pytest.mark.parametrize("name", ["decay", "dropout"])
def test_pickles_saves_and_loads(name, request, tmp_path):
    sweep, path = request.getfixturevalue(name), tmp_path / "as it is named"
    same(pickle.loads(pickle.dumps(sweep)), sweep)
    sweep.save(path)
    same(Sweep.load(path), sweep)
    assert repr(Sweep.load(str(path))) == repr(sweep)
    with np.load(path, allow_pickle=False) as arrays:
        assert not any(array.dtype.hasobject for array in arrays.values())
    assert all(member.filename.endswith(".npy") for member in zipfile.ZipFile(path).infolist())


def test_says_where_it_was_stopped():
    sweep = made(test_loss=[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    assert (sweep.stopped, "stopped" in repr(sweep)) == ("", False)
    stopped = replace(sweep, interrupted=True, planned_epochs=500, planned_seeds=2)
    assert stopped.stopped == "stopped at epoch 9 of 500"
    assert replace(stopped, planned_seeds=20).stopped == "stopped after 2 of 20 seeds"
    assert (
        repr(stopped) == "Sweep(λ: 3 values from 1 to 3, 2 seeds, epochs 9 to 9, test_loss, stopped at epoch 9 of 500)"
    )


def test_what_was_planned_is_saved_and_an_older_file_loads_without(tmp_path):
    stopped = replace(made(test_loss=[1.0, 2.0, 3.0]), interrupted=True, planned_epochs=500, planned_seeds=1)
    stopped.save(tmp_path / "new")
    same(Sweep.load(tmp_path / "new"), stopped)
    with np.load(tmp_path / "new") as arrays:
        np.savez(tmp_path / "old.npz", **{key: arrays[key] for key in arrays if not key.startswith("planned")})
    old = Sweep.load(tmp_path / "old.npz")
    assert (old.interrupted, old.planned_epochs, old.planned_seeds) == (True, 0, 0)
    assert old.stopped == "stopped early"


def not_sweeps(folder):
    (folder / "empty").touch()
    (folder / "text").write_text("no sweep")
    (folder / "pickle").write_bytes(pickle.dumps({"name": "λ"}))
    with open(folder / "array", "wb") as file:
        np.save(file, np.arange(3))
    with open(folder / "arrays", "wb") as file:
        np.savez(file, name="λ")
    with open(folder / "objects", "wb") as file:
        np.savez(file, name=np.array(["λ", None], dtype=object))
    made(test_loss=[1.0, 2.0, 3.0]).save(folder / "torn")
    (folder / "torn").write_bytes((folder / "torn").read_bytes()[:-40])


def test_what_is_no_sweep_is_refused(tmp_path):
    not_sweeps(tmp_path)
    for path in tmp_path.iterdir():
        with pytest.raises(ValueError, match=rf"{path.name} holds no Sweep .*that Sweep.save wrote"):
            Sweep.load(path)
    with pytest.raises(FileNotFoundError):
        Sweep.load(tmp_path / "nowhere")


def test_divergence_is_kept_and_reported():
    sweep = sweep_weight_decay(REGRESSION, [0, 1, 15.0, 19.0], lr=0.1, record_every=1, num_seeds=2)
    assert set(sweep.diverged) == {0, 1, 15, 19}, "a step of 0.1 is too large for 200 inputs"
    for value, epoch in sweep.diverged.items():
        finite = torch.stack(list(sweep.at(value).values())).isfinite().all(dim=0).all(dim=0)
        assert epoch == 1 + int(finite.sum()) > 1, "finite before, and never again"
        assert not finite[epoch - 1 :].any()
    assert f"diverged at λ = 0 from epoch {sweep.diverged[0.0]} and at 3 more" in repr(sweep)


def test_what_converges_does_not_diverge(decay, dropout):
    assert decay.diverged == dropout.diverged == {}


def test_only_some_diverge():
    sweep = sweep_dropout(FEW, [0.0, 1.0], lr=1e30, num_epochs=3)
    assert list(sweep.diverged) == [0.0], "p = 1 trains nothing but the last bias"
    assert repr(sweep).endswith("diverged at p = 0 from epoch 3)")
    assert sweep.best() == 1.0


def test_a_value_whose_second_seed_diverges_is_reported():
    loss = torch.tensor([[[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, torch.inf]]])  # (seeds, values, epochs)
    sweep = Sweep("λ", torch.tensor([0.0, 1.0]), torch.tensor([1, 2]), {"loss": loss}, torch.zeros(2, 2, 1))
    assert sweep.diverged == {1.0: 2}
