"""`NetLab`: for a network and data of one's own, or a sweep: its numbers, its read-outs, its panels and its boxes."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from helpers import ImageData, NetLab, load_digits, sweep_dropout, sweep_nets, synthetic_regression
from helpers.drawing.style import TEST, TRAIN
from helpers.labs import net as module
from tests.labs.pictures import edges, look, made, panel, places, ticks, title, xy
from tests.labs.quick import values

DIGITS = load_digits(80)
NUMBERS = synthetic_regression(30, 20, 5, w=0.5, noise=0.3)
PS, LAMBDAS = [0.0, 0.2, 0.5], [0.0, 0.01]
LOOKS = {"train": (TRAIN, "-"), "test": (TEST, "--")}


def classifier():
    return nn.Sequential(nn.Dropout(), nn.Linear(64, 10))


def regressor():
    return nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 1))


def sweep(net, data, **axes):
    return sweep_nets(net, data, **axes, num_epochs=4, num_seeds=2, lr=0.1, batch_size=10)


@pytest.fixture(scope="module", params=["p of classes", "grid of classes", "λ of numbers", "grid of numbers"])
def shown(request):
    """A sweep, and the lab that shows it."""
    net, data = (classifier, DIGITS) if request.param.endswith("classes") else (regressor, NUMBERS)
    axes = {"p": {"p": PS}, "λ": {"lambd": LAMBDAS}, "grid": {"p": PS, "lambd": LAMBDAS}}
    trained = sweep(net, data, **axes[request.param.split()[0]])
    lab = NetLab(trained)
    yield trained, lab
    lab.close()


def test_a_sweep_is_shown_as_it_is_one_picture_for_each_value(shown):
    trained, lab = shown
    assert lab.source is trained
    assert len(lab.frames.pngs) == len(trained.points) == len(set(lab.frames.pngs))
    for point in trained.points:
        now = lab.at(*point) if isinstance(point, tuple) else lab.at(point)
        for name, value in now.items():
            assert value == pytest.approx(trained.at(point)[name][:, -1].mean().item())
    best = trained.best("test_acc" if "test_acc" in trained.curves else "test_loss")
    assert trained.points[lab.frames.position] == best
    assert values(lab) == {}


def test_what_is_drawn_are_the_curves_and_their_ends(shown):
    trained, _ = shown
    _, drawings = module.draw(trained)
    axes, kind = module.axes_of(trained), "acc" if "test_acc" in trained.curves else "loss"
    curves = drawings["curves"] if len(axes) == 2 else drawings["accuracy" if kind == "acc" else "loss"]
    for i in places(curves, len(trained.points)):
        for half, wanted in LOOKS.items():
            line, curve = curves.moving[f"{half}_{kind}"], trained.curves[f"{half}_{kind}"][:, i].mean(dim=0)
            np.testing.assert_allclose(xy(line), [trained.epochs, curve], rtol=1e-5)
            assert look(line) == wanted
    ends = {axis.name: drawings[axis.name] for axis in axes} if len(axes) == 2 else {}
    for along, (name, drawing) in enumerate(ends.items()):
        assert panel(drawing).get_xlabel() == name in title(drawing)
        assert list(ticks(panel(drawing).xaxis).values()) == axes[along].labels
        final = trained.final(f"test_{kind}").view(2, len(LAMBDAS), len(PS))
        for i in places(drawing, len(trained.points)):
            row, column = divmod(i, len(PS))
            cut = final[:, :, column] if along == 0 else final[:, row]
            np.testing.assert_allclose(xy(drawing.moving[f"test_{kind}"])[1], cut.mean(dim=0), rtol=1e-5)
            band = edges(drawing.moving[f"test_{kind}_band"])
            np.testing.assert_allclose(band[1:], [cut.amin(dim=0), cut.amax(dim=0)], rtol=1e-5)
            low, high = panel(drawing).get_ylim()
            assert low < cut.min() <= cut.max() < high


def test_a_map_has_the_accuracy_or_the_loss_of_each_pair():
    for net, data, name, text in ((classifier, DIGITS, "acc", "{:.1f}"), (regressor, NUMBERS, "loss", "{:.3g}")):
        trained = sweep(net, data, p=PS, lambd=LAMBDAS)
        still = module.draw(trained)[1]["map"].still
        mean = trained.final(f"test_{name}").double().mean(dim=0).view(2, 3)
        best = mean >= mean.max() - 0.005 if name == "acc" else mean <= 1.01 * mean.min()
        for i in range(2):
            for j in range(3):
                cell = still[f"cell {i} {j}"]
                assert cell.get_text() == text.format((100 if name == "acc" else 1) * mean[i, j].item())
                assert (cell.get_weight() == "bold") == best[i, j]


def test_of_a_function_boxes_train_it_again():
    lab = NetLab(classifier, DIGITS, p=PS, num_epochs=3, num_seeds=1, lr=0.1, batch_size=10)
    wanted = sweep_nets(classifier, DIGITS, p=PS, num_epochs=3, num_seeds=1, lr=0.1, batch_size=10)
    torch.testing.assert_close(lab.source.final("test_loss"), wanted.final("test_loss"))
    lab.set(epochs=5, seeds=2, lr=0.3)
    assert lab.frames.message == ""
    wanted = sweep_nets(classifier, DIGITS, p=PS, num_epochs=5, num_seeds=2, lr=0.3, batch_size=10)
    torch.testing.assert_close(lab.source.final("test_loss"), wanted.final("test_loss"))
    largest = (DIGITS.y_test == DIGITS.y_train.bincount().argmax()).double().mean().item()
    assert lab.at(0.2)["largest_class_acc"] == pytest.approx(largest)
    now = lab.at(0.2)
    assert lab.frames.readout[1] == (
        f"p = 0.2: test accuracy {now['test_acc']:.3f}, test loss {now['test_loss']:.3g}; on the training data "
        f"{now['train_acc']:.3f} and {now['train_loss']:.3g} (means of 2 seeds; largest class {largest:.3f})."
    )
    lab.close()


def test_numbers_are_compared_with_predicting_their_mean():
    lab = NetLab(regressor, NUMBERS, lambd=LAMBDAS, num_epochs=2, num_seeds=1, lr=0.01)
    mean = ((NUMBERS.y_test - NUMBERS.y_train.mean()) ** 2).mean().item() / 2
    assert lab.at(0.0)["mean_predictor_loss"] == pytest.approx(mean)
    assert lab.frames.readout[0].endswith(f"(one seed; predicting the mean {mean:.3g}).")
    lab.close()
    other = NetLab(regressor, NUMBERS, lambd=LAMBDAS, num_epochs=2, num_seeds=1, lr=0.01, loss=nn.functional.l1_loss)
    assert "mean_predictor_loss" not in other.at(0.0), "for this loss the mean is not the best constant"
    other.close()


def test_the_example_is_a_small_grid_on_wrong_labels():
    shown = made(module, epochs=2, seeds=1, lr=0.1)
    assert shown.scene.source.name == "(λ, p)"
    assert isinstance(module.example_data(0), ImageData)
    assert module.example_data(0).is_wrong.sum() == 60


def test_the_network_of_the_readme_works():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(from torch import nn.*?)```", readme, re.DOTALL)
    names = {}
    exec(code.replace("lr=0.01", "lr=0.01, num_epochs=2"), names)
    assert names["sweep"].points == [(lambd, p) for lambd in (0.0, 0.1, 1.0) for p in (0.0, 0.2, 0.5)]
    assert names["sweep"].final("test_acc").unique().numel() > 5


@pytest.mark.parametrize(
    ("net", "options", "error", "words"),
    [
        (classifier, {"p": [2.0]}, ValueError, "2.0"),
        (classifier, {}, ValueError, "p or lambd must be given"),
        (lambda: nn.Linear(64, 3), {"lambd": [0.0]}, ValueError, "output of the net must be"),
    ],
)
def test_what_is_wrong_is_told_before_the_lab_opens(net, options, error, words):
    with pytest.raises(error, match=words):
        NetLab(net, DIGITS, **options)


def test_a_sweep_over_pairs_of_p_has_no_slider_here():
    pairs = sweep_dropout(DIGITS, [(0.1, 0.2), (0.3, 0.4)], num_hiddens=(4, 4), num_epochs=1)
    with pytest.raises(ValueError, match="must be over λ, p or both"):
        NetLab(pairs)
