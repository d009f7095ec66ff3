"""Every slice of a sweep is the training that the chapters write out."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import torch
from torch.nn import functional as F

from helpers import check_decay, dropout_layer, load_digits, squared_loss, synthetic_regression
from helpers.sweeps import mlp, sweep_dropout, sweep_weight_decay
from tests.sweeps.sweep_data import FEW, REGRESSION, close, draw, draw_digits, same

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DIGITS = load_digits(1000).with_label_noise(0.2)


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
    monkeypatch.setattr(mlp, "CHUNK", 48)
    same(sweep_dropout(FEW, [0.3], num_epochs=1), whole, close)


def test_a_value_does_not_depend_on_its_neighbours():
    alone, amid = (sweep_dropout(FEW, ps, num_epochs=6) for ps in ([0.3], [0.0, 0.3, 0.9]))
    for curve in alone.curves:
        close(amid.at(0.3)[curve], alone.at(0.3)[curve])
    alone, amid = (sweep_weight_decay(draw(0), lambdas) for lambdas in ([2], [0, 2, 50]))
    for curve in alone.curves:
        close(amid.at(2)[curve], alone.at(2)[curve])


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


def test_there_is_an_output_for_every_class_even_if_no_image_has_it():
    data = replace(FEW, y_train=FEW.y_train.clamp(max=4))
    assert sweep_dropout(data, [0.0], num_epochs=1).weights["W3"].shape[2] == 10


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
    ({"seed": 0.5}, TypeError, "seed must be an integer, got 0.5"),
    ({"seed": -1}, ValueError, r"all seeds must lie in 0..999, got seed = -1 with num_seeds = 1"),
    ({"seed": 1000}, ValueError, r"seed 0 shuffles with the random stream 1000"),
    ({"seed": 990, "num_seeds": 11}, ValueError, "got seed = 990 with num_seeds = 11"),
    ({"lr": 0.0}, ValueError, "lr must be finite and above 0, got 0.0"),
    ({"lr": math.nan}, ValueError, "lr must be finite"),
    ({"init_std": -1.0}, ValueError, "init_std must be finite and at least 0, got -1.0"),
    ({"data": FEW}, TypeError, "data must be RegressionData, or a function seed -> RegressionData, got ImageData"),
    ({"data": lambda seed: None}, TypeError, "got None"),
    (
        {"data": lambda seed: synthetic_regression(5 + seed), "num_seeds": 2},
        ValueError,
        r"X_train must have the same shape for all seeds, got \[\(5, 200\), \(6, 200\)\]",
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
    ({"seed": 1000}, ValueError, r"all seeds must lie in 0..999"),
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


def test_the_last_seeds_of_all():
    sweep = sweep_weight_decay(REGRESSION, [1.0], seed=998, num_seeds=2, num_epochs=1)
    close(sweep.curves["w_norm"][1], sweep_weight_decay(REGRESSION, [1.0], seed=999, num_epochs=1).curves["w_norm"][0])


def test_p_0_drops_nothing_even_where_a_draw_is_0(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *shape, generator: torch.zeros(shape))
    dropout = mlp.paired_dropout(torch.tensor([[0.0, 0.0], [0.5, 0.5]]), [0])
    H = torch.ones(2, 3, 4)  # the nets of two values, their units, examples
    assert torch.equal(dropout(H, 0), torch.stack([torch.ones(3, 4), torch.zeros(3, 4)]))
