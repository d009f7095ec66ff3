"""The book's API: what is handed on is the installed one, what is replaced agrees with it wherever that works."""

import io
import json
import os
import re
import subprocess
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython import display
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from helpers import d2l, load_digits
from helpers.d2l.installed import installed
from helpers.data import Batches

plt.switch_backend("agg")


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    """No Fashion-MNIST, every warning of torch each time (it gives most of them once), and no figure left behind."""
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(False)
    plt.close("all")


@pytest.fixture
def book(monkeypatch):
    """The installed d2l, its warnings silenced, and with the one call that IPython has dropped, so that it can draw."""
    monkeypatch.setattr(display, "set_matplotlib_formats", lambda *formats: None, raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield installed


@contextmanager
def same_seed():
    state = torch.get_rng_state()
    torch.manual_seed(0)
    yield
    torch.set_rng_state(state)


def classification(n=50, num_classes=3):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n, 4, generator=generator), torch.randint(num_classes, (n,), generator=generator)


def make_net(*extra):
    with same_seed():
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), *extra, nn.Linear(8, 3))


# The namespace


def test_names_are_there_once_and_described_by_dir():
    assert len(set(d2l.__all__)) == len(d2l.__all__)
    assert dir(d2l) == sorted(d2l.__all__)
    assert all(hasattr(d2l, name) for name in d2l.__all__)


@pytest.mark.parametrize("name", d2l._HANDED_ON)
def test_what_is_handed_on_is_the_installed_one(name):
    assert getattr(d2l, name) is getattr(installed, name)


@pytest.mark.parametrize("name", sorted({*d2l.__all__} - {*d2l._HANDED_ON}))
def test_what_is_replaced_says_why_and_leaves_the_installed_module_alone(name):
    ours, theirs = getattr(d2l, name), getattr(installed, name)
    assert theirs.__module__ == "d2l.torch"
    assert ours.__module__.startswith("helpers.")
    assert name == "Animator" or "Replaced: " in ours.__doc__


def test_every_name_that_the_listings_use_is_in_all():
    used = {
        name
        for path in Path(__file__).parent.glob("listings/*.py")
        for name in re.findall(r"d2l\.(\w+)", path.read_text())
    }
    assert len(used) > 20
    assert used <= set(d2l.__all__)


def test_a_name_of_other_chapters_is_refused_with_the_way_to_it():
    with pytest.raises(AttributeError, match=r"no attribute 'train_ch6': it belongs .* `d2l\.torch\.train_ch6`$"):
        _ = d2l.train_ch6


@pytest.mark.parametrize("name", ["no_such_name", "__wrapped__", "_get_batch_loss_bert"])
def test_a_name_that_is_nowhere_is_refused_plainly(name):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'$"):
        getattr(d2l, name)


# The import: torchvision missing, present, broken

FAKES = {
    "missing": {"__init__": "raise ModuleNotFoundError(\"No module named 'torchvision'\", name='torchvision')"},
    "working": {
        "__init__": "import warnings; from torchvision import datasets; warnings.warn('no image extension')",
        "datasets": "",
        "transforms": "Compose = list",
    },
    "broken": {
        "__init__": "from torchvision import extension, ops, datasets",
        "extension": "",
        "ops": "raise RuntimeError('operator torchvision::nms does not exist')",
    },
}

# Every warning is an error here, so a line that runs has not warned.
IMPORT = """
import importlib, json, sys, warnings
import torch
from IPython.core.interactiveshell import InteractiveShell
{before}
seen = dict(sys.modules)
from helpers import d2l
from helpers.d2l.installed import installed
torch.set_warn_always(True)
float((torch.ones(2, requires_grad=True) ** 2).sum())  # the one warning that is filtered
num_filters = len(warnings.filters)
importlib.reload(d2l)
d2l.set_figsize()
try:
    attempt = repr(installed.transforms.Compose)
except ImportError as error:
    attempt = str(error)
print(json.dumps({{
    "torchvision": sorted(name for name in sys.modules if name.partition(".")[0] == "torchvision"),
    "kept": all(sys.modules.get(name) is module for name, module in seen.items()),
    "working": installed.torchvision is sys.modules.get("torchvision"),
    "attempt": attempt,
    "shell": InteractiveShell.initialized(),
    "new_filters": len(warnings.filters) - num_filters,
    "accuracy": d2l.evaluate_accuracy(lambda X: X, [(torch.eye(3), torch.arange(3))]),
}}))
"""


IMPORTED_AND_GONE = """
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import d2l.torch
for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):
    del sys.modules[name]
"""


def import_beside(kind, directory, before=""):
    """Import helpers.d2l in a fresh Python, beside one of the fakes, after a piece of program; return the report."""
    package = directory / "torchvision"
    package.mkdir()
    for module, source in FAKES[kind].items():
        (package / f"{module}.py").write_text(source)
    path = os.pathsep.join([str(directory), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-c", IMPORT.format(before=before)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["kept"]  # no module was dropped or replaced
    assert not report["shell"]  # set_figsize has not made itself a kernel
    assert report["new_filters"] == 0  # importing twice filters once
    assert report["accuracy"] == 1
    return report


def test_import_without_torchvision(tmp_path):
    report = import_beside("missing", tmp_path)
    assert report["torchvision"] == []
    assert re.match(r"torchvision\.transforms\.Compose needs torchvision.*\(ModuleNotFoundError: ", report["attempt"])


def test_import_with_a_torchvision_that_works_and_warns(tmp_path):
    report = import_beside("working", tmp_path)
    assert report["working"]
    assert report["torchvision"] == ["torchvision", "torchvision.datasets", "torchvision.transforms"]
    assert report["attempt"] == "<class 'list'>"


def test_import_with_a_broken_torchvision(tmp_path):
    report = import_beside("broken", tmp_path)
    assert report["torchvision"] == []
    assert "(RuntimeError: operator torchvision::nms does not exist)" in report["attempt"]


def test_import_after_the_program_itself_met_the_broken_torchvision(tmp_path):
    report = import_beside("broken", tmp_path, "try:\n    import torchvision\nexcept RuntimeError: pass")
    assert report["torchvision"] == ["torchvision.extension"]  # what Python leaves there, and not ours to clean


def test_import_after_the_program_itself_imported_the_installed_d2l(tmp_path):
    assert import_beside("working", tmp_path, IMPORTED_AND_GONE)["torchvision"] == []  # not imported again


# Measuring


def test_accumulator_sums_like_the_books():
    ours, theirs = d2l.Accumulator(2), installed.Accumulator(2)
    for accumulator in (ours, theirs):
        accumulator.add(1, torch.tensor(2.5))
        accumulator.add(torch.tensor([3]), 4.0)
    assert [ours[0], ours[1]] == [theirs[0], theirs[1]] == [4, 6.5]
    ours.reset()
    assert ours.data == [0, 0]


def test_accumulator_takes_tensors_that_require_grad_without_a_warning():
    total = d2l.Accumulator(1)
    total.add((torch.ones(3, requires_grad=True) * 2).sum())
    assert total.data == [6]


def test_evaluate_accuracy_agrees_with_the_book():
    data_iter = DataLoader(TensorDataset(*classification()), 16)
    net = make_net()
    accuracy = d2l.evaluate_accuracy(net, data_iter)
    assert accuracy == installed.evaluate_accuracy(net, data_iter)
    assert 0 < accuracy < 1


@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_evaluate_loss_agrees_with_the_book(book, reduction):
    X, y = torch.randn(40, 4), torch.randn(40)  # (n,) beside the net's (n, 1), and no smaller last minibatch
    data_iter, net, loss = Batches(X, y, 10), nn.Linear(4, 1), nn.MSELoss(reduction=reduction)
    assert d2l.evaluate_loss(net, data_iter, loss) == pytest.approx(book.evaluate_loss(net, data_iter, loss), rel=1e-6)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the one fixture serves all
@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), reduction=st.sampled_from(["none", "mean", "sum"]))
def test_losses_are_means_over_examples_whatever_the_minibatches_and_the_reduction(n, batch_size, reduction):
    X, y = classification(n)
    net = make_net()
    truth = nn.CrossEntropyLoss()(net(X), y).item()
    loss, data_iter = nn.CrossEntropyLoss(reduction=reduction), Batches(X, y, batch_size)
    assert d2l.evaluate_loss(net, data_iter, loss) == pytest.approx(truth, rel=1e-5)
    trained = d2l.train_epoch_ch3(net, data_iter, loss, torch.optim.SGD(net.parameters(), lr=0))
    assert trained == pytest.approx((truth, d2l.evaluate_accuracy(net, data_iter)), rel=1e-5)


def test_losses_with_several_outputs_are_means_over_all():
    X, y = torch.randn(25, 4), torch.randn(25, 3)
    net = make_net()
    for reduction in ("none", "mean", "sum"):
        measured = d2l.evaluate_loss(net, Batches(X, y, 10), nn.MSELoss(reduction=reduction))
        assert measured == pytest.approx(nn.MSELoss()(net(X), y).item(), rel=1e-5)


class HandSet(nn.Module):
    """The net of the book's dropout section, reduced to its flag."""

    def __init__(self, **flags):
        super().__init__()
        self.layers = make_net(nn.Dropout(0.5))
        for name, value in flags.items():
            setattr(self, name, value)

    def forward(self, X):
        hot = self.training or getattr(self, "is_training", False)
        return self.layers(X) * (float("nan") if hot else 1)


def flags_of(net):
    return [(name, vars(part).get("training"), vars(part).get("is_training")) for name, part in net.named_modules()]


@pytest.mark.parametrize(
    "flags", [{}, {"training": True}, {"training": False}, {"is_training": True}, {"is_training": False}], ids=str
)
@pytest.mark.parametrize("mode", [True, False])
def test_measuring_is_in_evaluation_mode_and_puts_every_flag_back(flags, mode):
    net, data_iter = HandSet().train(mode), Batches(*classification(), 16, shuffle=False)
    net.layers[1].eval()  # one part differs from the rest
    for name, value in flags.items():
        setattr(net, name, value)
    before = flags_of(net)
    assert len({d2l.evaluate_loss(net, data_iter, nn.CrossEntropyLoss()) for _ in range(3)}) == 1
    assert flags_of(net) == before
    assert d2l.evaluate_accuracy(net, data_iter) > 0  # nan has class 0, and there are such
    assert flags_of(net) == before


def test_measuring_records_no_graph():
    net, data_iter, recorded = make_net(), Batches(*classification(), 16), []
    net.register_forward_hook(lambda module, inputs, y_hat: recorded.append(y_hat.requires_grad))
    d2l.evaluate_loss(net, data_iter, nn.CrossEntropyLoss())
    d2l.evaluate_accuracy(net, data_iter)
    assert recorded
    assert not any(recorded)


def test_flags_come_back_after_an_error():
    net = HandSet(is_training=True)
    before = flags_of(net)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        d2l.evaluate_accuracy(net, [(torch.ones(2, 5), torch.zeros(2))])
    assert flags_of(net) == before
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("flag", ["training", "is_training"])
def test_a_function_is_measured_with_its_flag_off(flag):
    code = f"def net(X, {flag}=True):\n    assert not torch.is_grad_enabled()\n    return -X if {flag} else X"
    scope = {"torch": torch}
    exec(code, scope)
    assert d2l.evaluate_accuracy(scope["net"], [(torch.eye(3), torch.arange(3))]) == 1


@pytest.mark.parametrize("net", [torch.relu, lambda X: X, nn.Identity().forward])
def test_any_callable_can_be_measured(net):
    assert d2l.evaluate_accuracy(net, [(torch.eye(3), torch.arange(3))]) == 1


def test_no_data_is_an_error_that_says_so():
    used_up = iter([])
    for measure in (
        lambda: d2l.evaluate_accuracy(torch.relu, used_up),
        lambda: d2l.evaluate_loss(torch.relu, used_up, nn.MSELoss()),
        lambda: d2l.train_epoch_ch3(torch.relu, used_up, nn.MSELoss(), lambda batch_size: None),
    ):
        with pytest.raises(ValueError, match="at least one minibatch, got none: a generator is exhausted"):
            measure()


# Training


def scratch(net, lr=0.1):
    return lambda batch_size: d2l.sgd(net.parameters(), lr, batch_size)


def optimizer(net, lr=0.1):
    return torch.optim.SGD(net.parameters(), lr=lr)


def trained(library, reduction, updater, epochs=3):
    """Train by `library`; return the weights and the metrics of each epoch."""
    net = make_net(nn.Dropout(0.3))
    data_iter, loss = Batches(*classification(), 10), nn.CrossEntropyLoss(reduction=reduction)
    step = updater(net)
    with same_seed():
        metrics = [library.train_epoch_ch3(net, data_iter, loss, step) for _ in range(epochs)]
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()]), metrics


@pytest.mark.parametrize(("reduction", "updater"), [("mean", optimizer), ("none", scratch)])
def test_train_epoch_takes_the_books_steps(book, reduction, updater):
    weights, metrics = trained(d2l, reduction, updater)
    book_weights, book_metrics = trained(book, reduction, updater)
    assert torch.equal(weights, book_weights)
    assert torch.tensor(metrics).allclose(torch.tensor(book_metrics), rtol=1e-6)


def test_train_epoch_takes_the_same_steps_for_each_way_to_write_them():
    weights, metrics = trained(d2l, "mean", optimizer)
    for reduction, updater in (("none", optimizer), ("none", scratch)):
        other_weights, other_metrics = trained(d2l, reduction, updater)
        assert torch.allclose(weights, other_weights, rtol=1e-4, atol=1e-6)
        assert torch.tensor(metrics).allclose(torch.tensor(other_metrics), rtol=1e-4)


def test_train_epoch_turns_dropout_on_after_a_measurement_and_a_net_told_not_to_train():
    net = HandSet(training=False)
    data_iter = Batches(*classification(), 10)
    d2l.evaluate_accuracy(net, data_iter)
    assert not net.training
    train_loss, _ = d2l.train_epoch_ch3(net, data_iter, nn.CrossEntropyLoss(), optimizer(net, lr=0))
    assert train_loss != train_loss  # nan: the flag was on
    assert net.training


def test_train_ch3_records_every_epoch_and_leaves_the_net_ready_for_use(monkeypatch):
    added = []
    monkeypatch.setattr(d2l.Animator, "add", lambda self, x, y: added.append((x, *y)))
    (X, y), net = classification(), make_net(nn.Dropout(0.5))
    train_iter, test_iter = Batches(X, y, 10), Batches(X, net.eval()(X).argmax(dim=1), 10)  # all of the test are right
    d2l.train_ch3(net, train_iter, test_iter, nn.CrossEntropyLoss(), 3, optimizer(net, lr=0))  # a loss above 0.5
    assert [x for x, *_ in added] == [1, 2, 3]
    test_acc = d2l.evaluate_accuracy(net, test_iter)
    assert d2l.evaluate_accuracy(net, train_iter) < test_acc == 1
    assert all(curves[2] == test_acc for _, *curves in added)
    assert len({train_loss for _, train_loss, *_ in added}) == 3  # dropout was on in each epoch
    assert not any(part.training for part in net.modules())


@pytest.mark.parametrize("num_epochs", [1, 2])
def test_train_ch3_draws_without_a_warning(monkeypatch, num_epochs):
    made = []
    monkeypatch.setattr(
        "helpers.d2l.training.Animator", lambda **options: made.append(d2l.Animator(**options)) or made[0]
    )
    net, data_iter = make_net(), Batches(*classification(), 10)
    d2l.train_ch3(net, data_iter, data_iter, nn.CrossEntropyLoss(reduction="none"), num_epochs, scratch(net))
    made[0].savefig(io.BytesIO())
    assert [len(curve) for curve in made[0].history.values()] == [num_epochs] * 3


# Data


def test_load_data_gives_digits_of_the_books_size_where_there_is_no_fashion(capsys):
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    assert capsys.readouterr().out.count("digits instead") == 1
    digits = load_digits()
    for data_iter, n in ((train_iter, digits.num_train), (test_iter, digits.num_test)):
        X, y = next(iter(data_iter))
        assert (X.shape, X.dtype, y.shape, y.dtype) == ((256, 1, 28, 28), torch.float32, (256,), torch.int64)
        assert 0 <= X.min() < 0.01
        assert 0.99 < X.max() <= 1
        assert sum(len(y) for _, y in data_iter) == n
        assert data_iter.class_names == digits.class_names
    X, y = next(iter(test_iter))
    shrunk = nn.functional.interpolate(X, (8, 8), mode="area").flatten(1)
    assert torch.equal(y, digits.y_test[:256])
    assert torch.corrcoef(torch.stack([shrunk.flatten(), digits.X_test[:256].flatten()]))[0, 1] > 0.95


def test_training_data_are_shuffled_anew_under_the_global_seed_and_test_data_never():
    train_iter, test_iter = d2l.load_data_fashion_mnist(64)
    orders = []
    for _ in range(2):
        with same_seed():
            orders += [torch.cat([y for _, y in train_iter]) for _ in range(2)]
    assert torch.equal(orders[0], orders[2])
    assert not torch.equal(orders[0], orders[1])
    assert torch.equal(*(torch.cat([y for _, y in test_iter]) for _ in range(2)))


@pytest.mark.parametrize(("resize", "size"), [(64, (64, 64)), (14, (14, 14)), ((20, 40), (20, 40)), (None, (28, 28))])
def test_load_data_resizes(resize, size):
    for data_iter in d2l.load_data_fashion_mnist(8, resize):
        X, _ = next(iter(data_iter))
        assert X.shape == (8, 1, *size)
        assert X.dtype == torch.float32
        assert 0 <= X.min() <= X.max() <= 1


def test_load_data_gives_all_of_fashion_mnist(fashion_mnist_dir, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(fashion_mnist_dir))
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    assert (len(train_iter), len(test_iter)) == (235, 40)
    X, y = next(iter(test_iter))
    assert X.shape == (256, 1, 28, 28)
    assert y[:6].tolist() == [9, 2, 1, 1, 6, 1]  # as published
    assert d2l.get_fashion_mnist_labels(y[:2]) == [test_iter.class_names[9], test_iter.class_names[2]]


def test_get_dataloader_workers_makes_no_loader_warn():
    data_iter = DataLoader(TensorDataset(*classification()), 16, num_workers=d2l.get_dataloader_workers())
    assert len(list(data_iter)) == 4


# Drawing


def lines_of(axes):
    return [(line.get_xdata().tolist(), line.get_ydata().tolist(), line.get_linestyle()) for line in axes.lines]


CALLS = {
    "array": lambda x: (x, x**2, "x", "f(x)"),
    "list of arrays over one x": lambda x: (x, [x, x**2, x**3], "x", None, ["a", "b", "c"]),
    "own x each": lambda x: ([x, x + 1], [x, x**2]),
    "no y": lambda x: ([x, x**2],),
    "one curve, no y": lambda x: (x,),
    "lists": lambda x: (list(range(3)), [[1.0, 2, 3], [3.0, 2, 1]]),
    "log scales": lambda x: (x + 1, x + 1, None, None, None, (1, 5), (1, 9), "log", "log"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
@pytest.mark.parametrize("kind", [torch.arange, d2l.np.arange])
def test_plot_draws_what_the_book_draws(book, call, kind):
    pictures = []
    for library in (book, d2l):
        plt.close("all")
        library.plot(*call(kind(0.0, 4.0, 0.5)))
        axes, (width, height) = plt.gca(), plt.gcf().get_size_inches()
        texts = [axes.get_xlabel(), axes.get_ylabel(), *(axes.get_legend().get_texts() if axes.get_legend() else [])]
        texts = [text if isinstance(text, str) else text.get_text() for text in texts]
        colors = [to_hex(line.get_color()) for line in axes.lines]
        limits = axes.get_xlim(), axes.get_ylim(), axes.get_xscale(), axes.get_yscale()
        pictures.append((lines_of(axes), colors, texts, limits, width, height))
    assert pictures[0] == pictures[1]
    assert pictures[0][0]


def test_plot_tells_many_curves_apart():
    d2l.plot([0, 1, 2], [[k, k + 1, k + 2] for k in range(10)], legend=[f"fold {k}" for k in range(10)])
    looks = {(to_hex(line.get_color()), line.get_linestyle()) for line in plt.gca().lines}
    assert len(looks) == len(plt.gca().get_legend().get_texts()) == 10


@pytest.mark.parametrize("pack", [lambda y: y, lambda y: [y, y], lambda y: list(y), lambda y: [list(y)]])
def test_plot_takes_tensors_that_require_grad(pack):
    x = torch.arange(3.0, requires_grad=True)
    d2l.plot(x, pack(x * 2))
    assert {tuple(line.get_ydata()) for line in plt.gca().lines} == {(0, 2, 4)}


def test_plot_clears_and_draws_on_the_axes_given():
    _, (left, right) = plt.subplots(1, 2)
    for _ in range(2):
        d2l.plot([1, 2, 3], axes=left)
    assert (len(left.lines), len(right.lines)) == (1, 0)


def test_plot_refuses_curves_that_do_not_pair_up():
    with pytest.raises(ValueError, match=r"X must hold one curve or as many as Y, got 2 and 3: each curve"):
        d2l.plot([[1, 2]] * 2, [[1, 2]] * 3)


def test_an_empty_range_is_left_to_matplotlib():
    d2l.plot([1], [0.5], xlim=[1, 1], ylim=[0, 1])
    assert plt.gca().get_xlim()[0] < 1 < plt.gca().get_xlim()[1]
    assert plt.gca().get_ylim() == (0, 1)


def test_set_figsize_holds_for_the_next_figures():
    d2l.set_figsize((4, 1))
    assert plt.figure().get_size_inches().tolist() == [4, 1]
    d2l.set_figsize()
    assert plt.figure().get_size_inches().tolist() == [3.5, 2.5]


@pytest.mark.parametrize("grid", [(1, 1), (1, 3), (2, 2)])
def test_show_images_shows_as_many_as_fit(grid):
    images = torch.rand(5, 6, 7, requires_grad=True)
    axes = d2l.show_images(images, *grid, titles=list("abcde"), scale=2)
    assert axes.shape == (grid[0] * grid[1],)
    assert plt.gcf().get_size_inches().tolist() == [2 * grid[1], 2 * grid[0]]
    for ax, image, title in zip(axes, images, "abcde", strict=False):
        assert ax.images[0].get_array().tolist() == image.tolist()
        assert (ax.get_title(), ax.xaxis.get_visible(), ax.yaxis.get_visible()) == (title, False, False)


def titles_after_prediction(test_iter, **kwargs):
    X, _ = next(iter(test_iter))
    net = nn.Sequential(nn.Flatten(), nn.Linear(X[0].numel(), 10), nn.Dropout(1.0))  # training mode would predict 0
    nn.init.zeros_(net[1].weight)
    net[1].bias.data = torch.eye(10)[3]
    d2l.predict_ch3(net, test_iter, **kwargs)
    assert net.training
    return [axes.get_title() for axes in plt.gcf().axes]


def test_predict_names_the_classes_of_the_data():
    _, test_iter = d2l.load_data_fashion_mnist(8, resize=14)
    expected = [f"{y}\n3" for y in load_digits().y_test.tolist()]
    assert titles_after_prediction(test_iter) == expected[:6]
    assert titles_after_prediction(test_iter, n=100) == expected[:8]


@pytest.mark.parametrize("shape", [(7, 1, 28, 28), (7, 28, 28), (7, 784)])
def test_predict_calls_classes_clothes_where_the_data_have_no_names(shape):
    X = torch.rand(shape)
    assert titles_after_prediction([(X, torch.arange(7))], n=2) == ["t-shirt\ndress", "trouser\ndress"]
    assert plt.gcf().axes[1].images[0].get_array().tolist() == X[1].reshape(28, 28).tolist()
