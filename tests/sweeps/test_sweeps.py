"""Every slice of a sweep is the training that the chapters write out, and nothing that was recorded is lost."""

import _thread
import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
import weakref
import zipfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from sklearn.linear_model import Ridge
from torch.nn import functional as F

from helpers import check_decay, dropout_layer, load_digits, squared_loss, synthetic_regression
from helpers.sweeps import Sweep, sweep_dropout, sweep_weight_decay
from helpers.sweeps import mlp as _sweep_nets
from helpers.sweeps import run as _sweep_run

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
REGRESSION = synthetic_regression()
DIGITS = load_digits(1000).with_label_noise(0.2)
FEW = load_digits(130)  # no multiple of the batch size
close = partial(torch.testing.assert_close, rtol=1e-4, atol=1e-6)


def draw(seed):
    return synthetic_regression(12, 30, 7, w=0.3, noise=0.5, seed=seed)


def draw_digits(seed):
    return load_digits(60, seed=seed)


def same(sweep, other, equal=torch.equal):
    assert (sweep.name, sweep.interrupted, list(sweep.curves)) == (other.name, other.interrupted, list(other.curves))
    for ours, theirs in zip(tensors_of(sweep), tensors_of(other), strict=True):
        assert ours.dtype == theirs.dtype
        assert equal(ours, theirs) in (True, None)


def tensors_of(sweep):
    weights = [sweep.weights] if isinstance(sweep.weights, torch.Tensor) else sweep.weights.values()
    return [sweep.values, sweep.epochs, *sweep.curves.values(), *weights]


# ---- exactness


class Record:
    """Stands in for the Animator: keeps what a chapter's loop adds."""

    def __init__(self):
        self.epochs, self.rows = [], []

    def add(self, epoch, row):
        self.epochs.append(epoch)
        self.rows.append(row)

    def curve(self, k):
        return torch.tensor([row[k] for row in self.rows])


def chapter(stem, *functions):
    """Return the functions as a chapter defines them."""
    names = {"torch": torch, "F": F, "check_decay": check_decay, "SEED": 0}
    for cell in nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and any(f"def {function}(" in cell.source for function in functions):
            exec(cell.source, names)
    return names


@pytest.mark.parametrize("seed", [0, 7])
def test_each_lambda_is_chapter_one(seed):
    train = chapter("01_weight_decay_scratch", "init_params", "train")["train"]
    lambdas = [0.0, 0.1, 3.0, 100.0, 600.0]
    sweep = sweep_weight_decay(REGRESSION, lambdas, seed=seed)
    for k, lambd in enumerate(lambdas):
        record = Record()
        w, _ = train(REGRESSION, lambd, animator=record, seed=seed)
        at = sweep.at(lambd)
        assert sweep.epochs.tolist() == record.epochs
        close(at["train_loss"][0], record.curve(0))
        close(at["test_loss"][0], record.curve(1))
        close(at["w_norm"][0, -1], w.norm())
        close(sweep.weights[0, k], w.flatten())


@pytest.mark.parametrize("dropout", [(0.0, 0.0), (0.2, 0.5), (0.9, 0.1)])
def test_each_pair_of_p_is_chapter_three(dropout):
    names = chapter("03_dropout_scratch", "dropout_layer", "init_params", "measure", "sgd", "train")
    options = {"num_epochs": 4, "lr": 0.2, "batch_size": 50}
    ps = [(0.0, 0.0), (0.2, 0.5), (0.9, 0.1)]
    sweep = sweep_dropout(DIGITS, ps, num_hiddens=(256, 256), record_every=1, seed=3, **options)
    record = Record()
    params = names["train"](DIGITS, dropout, animator=record, seed=3, **options)
    at, k = sweep.at(dropout), sweep.index(dropout)
    close(at["train_loss"][0], record.curve(0))
    close(at["train_acc"][0], record.curve(1))
    close(at["test_acc"][0], record.curve(2))
    for j, (W, b) in enumerate(params, start=1):
        close(sweep.weights[f"W{j}"][0, k].T, W.detach())
        close(sweep.weights[f"b{j}"][0, k].flatten(), b.detach())


def decay_by_autograd(data, lambd, seed, num_epochs, lr, batch_size, init_std):
    """Return train loss, test loss and norm after each epoch: the penalty in the loss, nothing written out."""
    w = init_std * torch.randn(data.num_inputs, 1, generator=torch.Generator().manual_seed(seed))
    w, b, rows = w.requires_grad_(), torch.zeros(1, requires_grad=True), []
    shuffle = torch.Generator().manual_seed(seed + 1000)
    for _ in range(num_epochs):
        for i in torch.randperm(data.num_train, generator=shuffle).split(batch_size):
            loss = squared_loss(data.X_train[i] @ w + b, data.y_train[i]).mean() + lambd / 2 * (w**2).sum()
            grads = torch.autograd.grad(loss, [w, b])
            with torch.no_grad():
                w -= lr * grads[0]
                b -= lr * grads[1]
        sets = [(data.X_train, data.y_train), (data.X_test, data.y_test)]
        rows.append([*(squared_loss(X @ w + b, y).mean().item() for X, y in sets), w.norm().item()])
    return torch.tensor(rows).T


@pytest.mark.parametrize("data", [draw, draw(5)], ids=["data of each seed", "one data set"])
def test_every_seed_has_its_own_start_order_and_data(data):
    options = {"num_epochs": 8, "lr": 0.05, "batch_size": 5, "init_std": 0.3}  # 12 examples: the last batch has 2
    lambdas = [0.0, 0.7, 20.0]
    sweep = sweep_weight_decay(data, lambdas, num_seeds=3, seed=40, record_every=1, **options)
    for s in range(3):
        for k, lambd in enumerate(lambdas):
            rows = decay_by_autograd(draw(40 + s) if data is draw else data, lambd, 40 + s, **options)
            for curve, row in zip(("train_loss", "test_loss", "w_norm"), rows, strict=True):
                close(sweep.curves[curve][s, k], row)


def dropout_by_autograd(data, dropout, seed, num_hiddens, num_epochs, lr, batch_size):
    """Return train loss, test loss, train accuracy and test accuracy after each epoch."""
    init, shuffle, masks = (torch.Generator().manual_seed(seed + purpose) for purpose in (0, 1000, 2000))
    sizes = [data.num_inputs, *num_hiddens, 10]
    Ws = [torch.randn(a, b, generator=init) * (2 / a) ** 0.5 for a, b in pairwise(sizes)]
    params = [tensor.requires_grad_() for W in Ws for tensor in (W, torch.zeros(W.shape[1]))]

    def net(X, *dropout):
        for W, b, p in zip(params[0:4:2], params[1:4:2], dropout, strict=True):
            X = dropout_layer(torch.relu(X @ W + b), p, masks) if p is not None else torch.relu(X @ W + b)
        return X @ params[4] + params[5]

    rows = []
    for _ in range(num_epochs):
        for i in torch.randperm(data.num_train, generator=shuffle).split(batch_size):
            loss = F.cross_entropy(net(data.X_train[i], *dropout), data.y_train[i])
            for param, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
                param.data -= lr * grad
        sets = [(net(X, None, None), y) for X, y in [(data.X_train, data.y_train), (data.X_test, data.y_test)]]
        accs = [(logits.argmax(1) == y).float().mean().item() for logits, y in sets]
        rows.append([*(F.cross_entropy(*pair).item() for pair in sets), *accs])
    return torch.tensor(rows).T


@pytest.mark.parametrize("data", [draw_digits, FEW], ids=["data of each seed", "one data set"])
@pytest.mark.parametrize("ps", [[0.0, 0.4, 1.0], [(0.0, 0.6), (0.6, 0.0), (1.0, 0.3)]], ids=["one p", "pairs"])
def test_every_p_of_every_seed_is_a_training_with_its_masks(ps, data):
    options = {"num_hiddens": (24, 16), "num_epochs": 6, "lr": 0.2, "batch_size": 25}
    sweep = sweep_dropout(data, ps, num_seeds=2, seed=8, record_every=1, **options)
    for s in range(2):
        for k, p in enumerate(ps):
            one = draw_digits(8 + s) if data is draw_digits else data
            rows = dropout_by_autograd(one, p if isinstance(p, tuple) else (p, p), 8 + s, **options)
            for curve, row in zip(("train_loss", "test_loss", "train_acc", "test_acc"), rows, strict=True):
                close(sweep.curves[curve][s, k], row)


def test_what_is_measured_does_not_depend_on_how_many_examples_are_taken_at_a_time(monkeypatch):
    whole = sweep_dropout(FEW, [0.3], num_epochs=1)
    monkeypatch.setattr(_sweep_nets, "CHUNK", 48)
    same(sweep_dropout(FEW, [0.3], num_epochs=1), whole, close)


def test_a_value_does_not_depend_on_its_neighbours():
    alone, amid = (sweep_dropout(FEW, ps, num_epochs=6) for ps in ([0.3], [0.0, 0.3, 0.9]))
    for curve in alone.curves:
        close(amid.at(0.3)[curve], alone.at(0.3)[curve])
    alone, amid = (sweep_weight_decay(draw(0), lambdas) for lambdas in ([2], [0, 2, 50]))
    for curve in alone.curves:
        close(amid.at(2)[curve], alone.at(2)[curve])


def test_lambda_ends_at_the_closed_form():
    lambdas = [1.0, 3.0]  # the bias, which does not decay, is the slowest to arrive
    sweep = sweep_weight_decay(
        REGRESSION, lambdas, num_epochs=8000, lr=0.08, batch_size=20, record_every=8000, num_seeds=2
    )
    for k, lambd in enumerate(lambdas):
        ridge = Ridge(alpha=20 * lambd).fit(REGRESSION.X_train.numpy(), REGRESSION.y_train.numpy().ravel())
        for w in sweep.weights[:, k]:
            torch.testing.assert_close(w, torch.tensor(ridge.coef_, dtype=torch.float32), rtol=1e-3, atol=1e-5)


def test_double_precision_stays_double():
    parts = {name: getattr(draw(0), name).double() for name in ("X_train", "y_train", "X_test", "y_test", "w")}
    sweep = sweep_weight_decay(type(REGRESSION)(**parts, b=0.0, noise=0.5), [1.0])
    assert {tensor.dtype for tensor in sweep.curves.values()} == {torch.float64}
    close(sweep.final("test_loss").float(), sweep_weight_decay(draw(0), [1.0]).final("test_loss"))


def test_the_default_axis_on_noisy_digits_overfits_at_0_and_underfits_at_its_end():
    ps = [k / 10 for k in range(10)]
    sweep = sweep_dropout(DIGITS, ps, num_seeds=2)
    train_acc, test_acc = sweep.final("train_acc").mean(0), sweep.final("test_acc").mean(0)
    assert 0.2 <= sweep.best("test_acc") <= 0.7
    assert test_acc.max() > test_acc[0] + 0.03, "p = 0 overfits"
    assert train_acc[0] > 0.82, "it has begun to learn the lies: a fifth of the labels are wrong"
    assert test_acc[-1] < 0.5, "p = 0.9 underfits"
    assert train_acc[-1] < 0.5


# ---- the record


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
    assert (dropout.name, dropout.num_seeds, dropout.epochs.tolist()) == ("p", 2, [2])
    assert dropout.values.tolist() == [[0.0, 0.2], [0.5, 0.2]]
    assert list(dropout.curves) == ["train_loss", "test_loss", "train_acc", "test_acc"]
    shapes = {name: tuple(weights.shape[2:]) for name, weights in dropout.weights.items()}
    assert shapes == {"W1": (6, 64), "b1": (6, 1), "W2": (5, 6), "b2": (5, 1), "W3": (10, 5), "b3": (10, 1)}


def test_there_is_an_output_for_every_class_even_if_no_image_has_it():
    data = replace(FEW, y_train=FEW.y_train.clamp(max=4))
    assert sweep_dropout(data, [0.0], num_epochs=1).weights["W3"].shape[2] == 10


def test_only_the_last_weights_are_kept():
    yielded = []

    def train(seeds, watched):
        for epoch in range(5):
            assert sum(weights() is not None for weights in yielded) <= 2, "they may be large"
            weights = torch.ones(1, 2, 3)
            yielded.append(weakref.ref(weights))
            yield {"epoch": epoch, "curves": {"test_loss": torch.ones(1, 2)}, "weights": weights}

    assert _sweep_run.collect(train, [0], watched=True)["weights"].shape == (1, 2, 3)


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
    [(2, "λ = 2 was not trained: the nearest that were are 0.3 and 3"), (1e-9, "are 0 and 0.3"), ((1, 2), "like 0")],
)
def test_a_value_that_is_not_there(decay, value, message):
    with pytest.raises(ValueError, match=message):
        decay.at(value)


def test_a_pair_that_is_not_there(dropout):
    with pytest.raises(ValueError, match=r"nearest that were are \(0, 0.2\) and \(0.5, 0.2\)"):
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


# ---- what goes wrong


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


REGRESSION_ERRORS = [
    ({"lambdas": []}, ValueError, "a sweep over λ must have at least one value"),
    ({"lambdas": [1, -1]}, ValueError, "lambd must be finite and at least 0, got -1"),
    ({"lambdas": [math.nan]}, ValueError, "lambd must be finite"),
    ({"lambdas": [1, 700]}, ValueError, "lr .* lambd must be below 2"),
    ({"lambdas": 3.0}, TypeError, "not iterable"),
    ({"num_epochs": 0}, ValueError, "num_epochs must be at least 1, got 0"),
    ({"batch_size": 2.5}, TypeError, "batch_size must be an integer, got 2.5"),
    ({"num_seeds": 0}, ValueError, "num_seeds must be at least 1, got 0"),
    ({"record_every": 0}, ValueError, "record_every must be at least 1, got 0"),
    ({"seed": 0.5}, TypeError, "integer"),
    ({"lr": 0.0}, ValueError, "lr must be finite and above 0, got 0.0"),
    ({"lr": math.nan}, ValueError, "lr must be finite"),
    ({"init_std": -1.0}, ValueError, "init_std must be finite and at least 0, got -1.0"),
    ({"data": FEW}, TypeError, "data must be RegressionData, or a function seed -> RegressionData, got ImageData"),
    ({"data": lambda seed: None}, TypeError, "got None"),
    (
        {"data": lambda seed: synthetic_regression(5 + seed), "num_seeds": 2},
        ValueError,
        r"X_train must have one shape for all seeds, got \[\(5, 200\), \(6, 200\)\]",
    ),
]
DROPOUT_ERRORS = [
    ({"ps": []}, ValueError, "a sweep over p must have at least one value"),
    ({"ps": [0.5, 1.5]}, ValueError, r"p must be in \[0, 1\], got 1.5"),
    ({"ps": [(0.5, -0.5)]}, ValueError, r"p must be in \[0, 1\], got -0.5"),
    ({"ps": [(0.1, 0.2, 0.3)]}, ValueError, "ps must be all numbers, or all pairs"),
    ({"ps": [0.1, (0.1, 0.2)]}, ValueError, "ps must be all numbers, or all pairs"),
    ({"num_hiddens": (8,)}, ValueError, r"num_hiddens must be two numbers, got \(8,\)"),
    ({"num_hiddens": (8, 0)}, ValueError, "num_hiddens must be at least 1, got 0"),
    ({"lr": -0.1}, ValueError, "lr must be finite and above 0, got -0.1"),
    ({"data": REGRESSION}, TypeError, "data must be ImageData, or a function seed -> ImageData, got RegressionData"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), REGRESSION_ERRORS)
def test_lambda_sweep_refuses(wrong, error, message):
    with pytest.raises(error, match=message):
        sweep_weight_decay(**{"data": REGRESSION, "lambdas": [1.0]} | wrong)


@pytest.mark.parametrize(("wrong", "error", "message"), DROPOUT_ERRORS)
def test_p_sweep_refuses(wrong, error, message):
    with pytest.raises(error, match=message):
        sweep_dropout(**{"data": FEW, "ps": [0.5]} | wrong)


def test_axes_may_be_tensors():
    assert sweep_weight_decay(draw, torch.logspace(-1, 1, 3), num_epochs=1).index(10) == 2
    assert sweep_dropout(FEW, torch.tensor([[0.1, 0.2]]), num_epochs=1).index((0.1, 0.2)) == 0
    assert sweep_dropout(FEW, torch.tensor([0.1]), num_epochs=1).index(0.1) == 0


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
    monkeypatch.setattr(_sweep_run, "DELAY", math.inf)
    timer = interrupt_after(0.5)
    stopped = sweep(num_epochs=10**7)
    timer.join()
    assert stopped.interrupted
    assert "interrupted" in repr(stopped)
    whole = sweep(num_epochs=int(stopped.epochs[-1]))
    assert not whole.interrupted
    for ours, theirs in zip(tensors_of(stopped), tensors_of(whole), strict=True):
        assert torch.equal(ours, theirs), "weights, too, are those of the last record"


def test_an_interrupt_before_the_first_record_is_passed_on(monkeypatch):
    monkeypatch.setattr(_sweep_run, "DELAY", math.inf)
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
        whole = sweep_weight_decay(draw, [0.0, 1.0], num_seeds=2)
        for curve in whole.curves:
            close(sweep.curves[curve], whole.curves[curve])
        with pytest.raises(KeyboardInterrupt):
            sweep_weight_decay(partial(interrupted_at, 0), [0.0, 1.0], num_seeds=4, executor=executor)


# ---- elsewhere


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
from helpers.sweeps import run as _sweep_run
from helpers.sweeps import sweep_weight_decay
_sweep_run.DELAY = {delay}
torch.set_num_threads(1)
sweep_weight_decay(synthetic_regression(), [0, 1], num_epochs={num_epochs}, {more})
print([name for name in ("matplotlib", "ipywidgets", "IPython") if name in sys.modules])
"""


IN_A_CELL = "from helpers import synthetic_regression; from helpers.sweeps import sweep_weight_decay"


def output_of(more="", **how):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TQDM_")}
    code = SCRIPT.format(more=more, **how)
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=environment)


def test_a_short_sweep_prints_nothing_and_loads_no_plots_and_no_widgets():
    out = output_of(delay=60, num_epochs=50)
    assert (out.stdout, out.stderr) == ("[]\n", "")


def test_a_long_sweep_shows_how_far_it_is():
    out = output_of(delay=0.05, num_epochs=2000)
    assert out.stdout == "[]\n"
    assert "/2000" in out.stderr
    assert "epoch/s" in out.stderr
    assert "Error" not in out.stderr


def test_with_an_executor_it_shows_how_many_seeds_are_done():
    out = output_of(delay=0.01, num_epochs=500, more="num_seeds=5, executor=ThreadPoolExecutor(1)")
    assert "/5" in out.stderr
    assert "epoch" not in out.stderr, "tasks are silent"


def test_in_a_notebook_the_bar_is_a_widget_and_can_be_switched_off():
    setup = ["import os, torch", "torch.set_num_threads(1)", "from helpers.sweeps import run as _sweep_run", IN_A_CELL]
    sweep = ["_sweep_run.DELAY = 0.01", "_ = sweep_weight_decay(synthetic_regression(), [0, 1], num_epochs=500)"]
    on, off = (["os.environ.pop('TQDM_DISABLE', None)"], ["os.environ['TQDM_DISABLE'] = '1'"])
    cells = [nbformat.v4.new_code_cell("\n".join(lines)) for lines in (setup, on + sweep, off + sweep)]
    NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120).execute()
    kinds = [[output.output_type for output in cell.outputs] for cell in cells]
    assert kinds == [[], ["display_data"], []]
    assert "application/vnd.jupyter.widget-view+json" in cells[1].outputs[0].data
