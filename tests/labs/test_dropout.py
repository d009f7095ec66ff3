"""`DropoutLab`: its sweep against one that is asked for directly, its curves and cuts against the sweep."""

from unittest.mock import patch

import numpy as np
import pytest
import torch

from helpers import ImageData, load_digits, load_fashion_mnist
from helpers.data.fashion_mnist import FILES
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.labs import dropout
from helpers.sweeps import sweep_dropout
from tests.labs.pictures import band_look, edges, keys, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

PS = [0.0, 0.1, 0.25, 0.5, 0.7, 0.9]
PAIRS = [(p_1, p_2) for p_1 in PS for p_2 in PS]
LAYERS = ("p of layer 1", "p of layer 2")
START = {"images": "digits", "flipped": 0.2, "epochs": 50, "seeds": 2}
SETTINGS = {"images": "digits", "flipped": 0.3, "epochs": 4, "seeds": 2}
LOSSES = {"train_loss": (TRAIN, "-"), "test_loss": (TEST, "--")}
ACCURACIES = {"train_acc": (TRAIN, "-"), "test_acc": (TEST, "--")}
FEW = 60  # images, where a test trains as often as the lab starts


def direct(images, flipped, epochs, seeds, num_images=1000):
    """Return the sweep that the lab should show: each seed has its own images and its own wrong labels."""

    def data(seed):
        if images == "digits":
            chosen = load_digits(num_images, seed=seed)
        else:
            chosen = load_fashion_mnist().subset(num_images, num_images, seed=seed)
        return chosen.with_label_noise(flipped, seed=seed)

    lr = {"digits": 0.3, "Fashion-MNIST": 0.1}[images]
    options = {"num_hiddens": (48, 48), "num_epochs": epochs, "lr": lr, "record_every": max(1, epochs // 15)}
    return sweep_dropout(data, PAIRS, num_seeds=seeds, **options)


def largest_class():
    """Return the accuracy of the commonest training label on the test images, the mean of two seeds."""
    data = [load_digits(1000, seed=seed).with_label_noise(0.3, seed=seed) for seed in (0, 1)]
    return np.mean([(one.y_test == one.y_train.bincount().argmax()).float().mean() for one in data])


def check_sweep(shown, wanted):
    assert torch.equal(shown.values, wanted.values)
    assert torch.equal(shown.epochs, wanted.epochs)
    assert shown.curves.keys() == wanted.curves.keys()
    for name, curve in wanted.curves.items():
        torch.testing.assert_close(shown.curves[name], curve, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def shown():
    return made(dropout, **SETTINGS)


@pytest.fixture(scope="module")
def lab():
    """A lab of few images, for it starts with 50 epochs."""
    with patch.object(dropout, "NUM_IMAGES", FEW), quick_lab("DropoutLab") as opened:
        yield opened


# The numbers


def test_it_trains_on_1000_digits_with_wrong_labels_of_each_seed(shown):
    check_sweep(shown.scene.source, direct(**SETTINGS))


def test_the_numbers_are_the_means_at_the_end(shown):
    sweep = shown.scene.source
    for pair, now in zip(PAIRS, shown.scene.numbers, strict=True):
        curves = {name: sweep.at(pair)[name] for name in LOSSES | ACCURACIES}
        means = {name: curve[:, -1].mean().item() for name, curve in curves.items()}
        assert now == pytest.approx(means | {"largest_class_acc": largest_class()})


def test_the_read_out_says_the_numbers(shown):
    for (p_1, p_2), now, text in zip(PAIRS, shown.scene.numbers, shown.scene.readout, strict=True):
        assert text == (
            f"p = {p_1:g} and {p_2:g}: accuracy {now['train_acc']:.3f} on the training labels, "
            f"{now['test_acc']:.3f} on the test labels "
            f"(means of 2 seeds; largest class {largest_class():.3f})."
        )


def test_two_seeds_differ(shown):
    for curve in shown.scene.source.curves.values():
        assert not torch.equal(curve[0], curve[1])


def test_without_dropout_wrong_labels_are_learned_by_heart_and_with_too_much_nothing():
    final = {name: values_.mean(dim=0) for name, values_ in finals(direct(**START | {"seeds": 1})).items()}
    none, too_much = PAIRS.index((0, 0)), PAIRS.index((0.9, 0.9))
    assert final["train_acc"][none] > final["train_acc"].max() - 0.01
    assert final["test_acc"][none] < final["test_acc"].max() - 0.02
    assert final["train_acc"][too_much] < 0.6


# The boxes


def test_it_starts_as_it_says(lab):
    assert values(lab) == START
    assert [(axis.name, list(axis.values)) for axis in lab.axes] == [(name, PS) for name in LAYERS]
    check_sweep(lab.source, direct(**START, num_images=FEW))


@pytest.mark.parametrize("change", [{"epochs": 31}, {"seeds": 1}, {"flipped": 0.8}, {"flipped": 0.0}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    settings = SETTINGS | change
    lab.set(**settings)
    assert lab.frames.message == ""
    assert values(lab) == settings
    check_sweep(lab.source, direct(**settings, num_images=FEW))


def test_the_same_boxes_make_the_same_scene_again(lab):
    lab.set(**SETTINGS | {"seeds": 1})
    before = lab.scene
    assert all("(one seed; " in text for text in before.readout)
    lab.set(flipped=0.0)
    assert lab.scene.numbers != before.numbers
    lab.set(flipped=0.3)
    assert (lab.scene.numbers, lab.scene.readout) == (before.numbers, before.readout)


def test_fashion_mnist_is_offered_where_its_files_are(lab, monkeypatch, tmp_path):
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path))
    monkeypatch.setattr(dropout, "make", lambda **_: lab.scene)  # training does not matter here
    for name in FILES:
        with quick_lab("DropoutLab") as without:  # also where some of the files are
            assert without.controls["images"].options == ("digits",)
        (tmp_path / name).touch()
    with quick_lab("DropoutLab") as opened:
        assert opened.controls["images"].options == ("digits", "Fashion-MNIST")
        assert values(opened) == START, "the digits come first"


def clothes():
    """Return noise in the form of Fashion-MNIST, from which images can be chosen."""
    generator = torch.Generator().manual_seed(0)
    X, X_test = (torch.rand(n, 784, generator=generator) for n in (300, 200))
    names = tuple("0123456789")
    return ImageData("Fashion-MNIST", X, torch.arange(300) % 10, X_test, torch.arange(200) % 10, names, (28, 28))


def test_fashion_mnist_is_read_once_and_trained_at_its_own_rate(lab, monkeypatch):
    reads = []
    monkeypatch.setattr(dropout, "load_fashion_mnist", lambda: reads.append(1) or clothes())
    monkeypatch.setitem(globals(), "load_fashion_mnist", clothes)
    lab.controls["images"].options = ("digits", "Fashion-MNIST")
    lab.set(**SETTINGS)
    lab.set(images="Fashion-MNIST")
    assert lab.frames.message == ""
    assert values(lab) == SETTINGS | {"images": "Fashion-MNIST", "epochs": 30, "seeds": 1}
    lab.set(epochs=3, seeds=2)
    assert len(reads) == 2, "once for each scene, not for each seed"
    check_sweep(lab.source, direct("Fashion-MNIST", 0.3, 3, 2, num_images=FEW))
    lab.set(images="digits")
    assert values(lab) == SETTINGS | {"epochs": 50, "seeds": 2}


# The pictures


def finals(sweep):
    """Return what the curves end with, (S, pairs) each."""
    return {name: curve[:, :, -1] for name, curve in sweep.curves.items()}


@pytest.mark.parametrize(
    ("name", "looks", "limits"),
    [("losses", LOSSES, (0, 2)), ("accuracies", ACCURACIES, (0.4, 1))],
    ids=["losses", "accuracies"],
)
def test_the_curves_are_means_over_seeds(shown, name, looks, limits):
    drawing, sweep = shown.drawings[name], shown.scene.source
    for i in places(drawing, len(PAIRS)):
        for curve in looks:
            mean = sweep.at(PAIRS[i])[curve].mean(dim=0)
            np.testing.assert_allclose(xy(drawing.moving[curve]), [[1, 2, 3, 4], mean], rtol=1e-6)
    ax = panel(drawing)
    assert {curve: look(drawing.moving[curve]) for curve in looks} == looks
    assert list(keys(ax.get_legend()).items())[:2] == list(zip(("train", "test"), looks.values(), strict=True))
    assert title(drawing) == {"losses": "loss per epoch", "accuracies": "accuracy per epoch"}[name]
    assert (ax.get_xlabel(), ax.get_xlim(), ax.get_ylim()) == ("epoch", (1, 4), limits)


def through(pair, layer):
    """Return the pairs of a cut: all p of a layer, the other p as it is."""
    return [(p, pair[1]) if layer == 0 else (pair[0], p) for p in PS]


@pytest.mark.parametrize("layer", [0, 1])
def test_a_cut_holds_the_p_of_the_other_layer(shown, layer):
    drawing, final = shown.drawings[LAYERS[layer]], finals(shown.scene.source)
    at = np.array(PS) / PS[-1] * (len(PS) - 1)
    for i in places(drawing, len(PAIRS)):
        cut = [PAIRS.index(pair) for pair in through(PAIRS[i], layer)]
        for name in ACCURACIES:
            held = final[name][:, cut]  # (S, places)
            np.testing.assert_allclose(xy(drawing.moving[name]), [at, held.mean(dim=0)], rtol=1e-6)
            band = [at, held.amin(dim=0), held.amax(dim=0)]
            np.testing.assert_allclose(edges(drawing.moving[f"{name}_band"]), band, rtol=1e-6)
        place = at[PS.index(PAIRS[i][layer])]
        assert drawing.moving["cursor"].get_xdata() == [place, place]


@pytest.mark.parametrize("layer", [0, 1])
def test_a_cut_looks_as_the_curves_and_names_its_layer(shown, layer):
    drawing = shown.drawings[LAYERS[layer]]
    ax = panel(drawing)
    assert {name: look(drawing.moving[name]) for name in ACCURACIES} == ACCURACIES
    bands = {name: band_look(drawing.moving[f"{name}_band"]) for name in ACCURACIES}
    assert bands == {name: (color, 0.15) for name, (color, _) in ACCURACIES.items()}
    assert look(drawing.moving["cursor"]) == (CURSOR, "-")
    assert list(ticks(ax.xaxis).values()) == [f"{p:g}" for p in PS]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, len(PS) - 0.5), (0.4, 1))
    assert (ax.get_xlabel(), title(drawing)) == (LAYERS[layer], f"final accuracy over {LAYERS[layer]}")


def test_the_cuts_lie_side_by_side_below_the_curves(shown):
    assert list(shown.drawings) == ["losses", "accuracies", *LAYERS]
    assert [panel(drawing) for drawing in shown.drawings.values()] == shown.figure.axes
