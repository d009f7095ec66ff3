"""`MemorizationLab`: its sweep against one that is asked for directly, and what is drawn against the sweep."""

from unittest.mock import patch

import numpy as np
import pytest
import torch

from helpers import load_digits, sweep_dropout
from helpers.drawing.style import COLORS, INK, TEST, TRAIN
from helpers.labs import memorization
from tests.labs.pictures import keys, look, made, panel, places, title, xy
from tests.labs.quick import quick_lab, values

EPOCHS = [10, 20, 30, 40, 60, 80, 100, 120, 140, 160]
RECORDED = list(range(5, 161, 5))
PS = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
POINTS = [(epoch, p) for epoch in EPOCHS for p in PS]
START = {"flipped": 0.3, "units": 48, "seeds": 3}
SETTINGS = {"flipped": 0.4, "units": 16, "seeds": 2}
LOOKS = {"right_acc": (TRAIN, "-"), "wrong_acc": (COLORS[3], ":"), "test_acc": (TEST, "--")}
FEW = 60  # images


def direct(flipped, units, seeds, num_images=FEW):
    """Return the sweep that the lab should show: each seed has its own images and its own wrong labels."""

    def data(seed):
        return load_digits(num_images, seed=seed).with_label_noise(flipped, seed=seed)

    options = {"num_hiddens": (units, units), "num_epochs": 160, "record_every": 5, "lr": 0.2}
    return sweep_dropout(data, PS, num_seeds=seeds, **options)


@pytest.fixture(scope="module", autouse=True)
def few_images():
    with patch.object(memorization, "NUM_IMAGES", FEW):
        yield


@pytest.fixture(scope="module")
def shown(few_images):
    return made(memorization, **SETTINGS)


@pytest.fixture(scope="module")
def means():
    """Return the curves as means over seeds, (p, recorded epochs) each."""
    return {name: direct(**SETTINGS).curves[name].mean(dim=0).numpy() for name in LOOKS}


def test_it_trains_on_digits_with_wrong_labels_of_each_seed(shown):
    wanted = direct(**SETTINGS)
    assert shown.scene.source.epochs.tolist() == RECORDED
    for name, curve in wanted.curves.items():
        torch.testing.assert_close(shown.scene.source.curves[name], curve, rtol=1e-4, atol=1e-5)


def test_numbers_read_outs_and_ranges_are_those_of_their_epoch_and_p(shown):
    sweep = shown.scene.source
    for (epoch, p), now, span, text in zip(
        POINTS, shown.scene.numbers, shown.scene.ranges, shown.scene.readout, strict=True
    ):
        here = {name: sweep.at(p)[name][:, RECORDED.index(epoch)] for name in LOOKS}
        assert now == pytest.approx({name: seeds.mean().item() for name, seeds in here.items()})
        assert span == {name: (seeds.min().item(), seeds.max().item()) for name, seeds in here.items()}
        assert text == (
            f"Epoch {epoch}, p = {p:g}: {now['right_acc']:.0%} of the right and {now['wrong_acc']:.0%} of the wrong "
            f"labels are learned; test accuracy {now['test_acc']:.3f} (means of 2 seeds)."
        )


def test_it_starts_as_it_says_and_each_box_changes_what_it_says():
    with quick_lab("MemorizationLab") as lab:
        assert values(lab) == START
        assert [(axis.name, list(axis.values)) for axis in lab.axes] == [("epoch", EPOCHS), ("p", PS)]
        for change in ({"flipped": 0.8}, {"units": 8}, {"seeds": 1}):
            lab.set(**SETTINGS | change)
            assert lab.frames.message == ""
            wanted = direct(**SETTINGS | change).curves["wrong_acc"]
            torch.testing.assert_close(lab.source.curves["wrong_acc"], wanted, rtol=1e-4, atol=1e-5)


def test_an_interrupted_training_leaves_the_lab_as_it_is():
    with quick_lab("MemorizationLab") as lab:
        before = lab.scene
        stopped = patch.object(
            memorization,
            "sweep_dropout",
            lambda *_, **__: lab.source.__class__(**{**vars(lab.source), "interrupted": True}),
        )
        with stopped:
            lab.set(units=16)
        assert lab.scene is before
        assert "Stopped" in lab.frames.message
        assert values(lab) == START


@pytest.mark.parametrize(("name", "x", "along"), [("epochs", RECORDED, 0), ("ps", PS, 1)])
def test_shares_along_each_axis_hold_the_other(shown, means, name, x, along):
    drawing = shown.drawings[name]
    for i in places(drawing, len(POINTS)):
        epoch, p = POINTS[i]
        held = [means[curve][PS.index(p)] if along == 0 else means[curve][:, RECORDED.index(epoch)] for curve in LOOKS]
        for curve, wanted in zip(LOOKS, held, strict=True):
            np.testing.assert_allclose(xy(drawing.moving[curve]), [x, wanted], rtol=1e-5)
        assert drawing.moving["cursor"].get_xdata() == [POINTS[i][along]] * 2
    assert {curve: look(drawing.moving[curve]) for curve in LOOKS} == LOOKS
    names = dict(zip(("right labels", "wrong labels", "test"), LOOKS.values(), strict=True))
    assert keys(panel(drawing).get_legend()) == names
    assert panel(drawing).get_xlabel() == ("epoch", "p")[along]


def test_paths_go_through_accuracy_and_wrong_labels_epoch_by_epoch(shown, means):
    drawing = shown.drawings["paths"]
    wrong, test = means["wrong_acc"], means["test_acc"]
    for k, p in enumerate(PS):
        np.testing.assert_allclose(xy(drawing.still[f"p = {p:g}"]), [wrong[k], test[k]], rtol=1e-5)
    assert drawing.still["p = 0"].get_color() == INK
    for i in places(drawing, len(POINTS)):
        record, k = RECORDED.index(POINTS[i][0]), PS.index(POINTS[i][1])
        np.testing.assert_allclose(xy(drawing.moving["path"]), [wrong[k], test[k]], rtol=1e-5)
        np.testing.assert_allclose(xy(drawing.moving["dot"]), [[wrong[k, record]], [test[k, record]]], rtol=1e-5)
    assert title(drawing) == "accuracy against wrong labels learned (dark: p = 0)"


def test_stopping_compares_the_best_epoch_with_the_last(shown, means):
    drawing, test = shown.drawings["stopping"], means["test_acc"]
    of_seeds = direct(**SETTINGS).curves["test_acc"].numpy()  # (2, p, epochs): each stops where the other is best
    early = [of_seeds[s, k, of_seeds[1 - s, k].argmax()] for k in range(len(PS)) for s in (0, 1)]
    wanted = np.reshape(early, (-1, 2)).mean(axis=1)
    np.testing.assert_allclose(xy(drawing.still["best"]), [PS, wanted], rtol=1e-5)
    np.testing.assert_allclose(xy(drawing.still["last"]), [PS, test[:, -1]], rtol=1e-5)
    for i in places(drawing, len(POINTS)):
        record, k = RECORDED.index(POINTS[i][0]), PS.index(POINTS[i][1])
        np.testing.assert_allclose(xy(drawing.moving["dot"]), [[PS[k]], [test[k, record]]], rtol=1e-5)


def test_one_seed_alone_stops_at_its_own_best():
    test = torch.tensor([[[0.1, 0.4, 0.2], [0.3, 0.2, 0.1]]])
    np.testing.assert_allclose(memorization.stopped_early(test), [0.4, 0.3], rtol=1e-6)


def test_a_network_learns_right_labels_first_and_dropout_slows_wrong_ones():
    with patch.object(memorization, "NUM_IMAGES", 500):
        curves = {name: curve.mean(dim=0) for name, curve in direct(0.3, 48, 3, num_images=500).curves.items()}
    assert curves["right_acc"][0, 0] > 0.8
    assert curves["wrong_acc"][0, 0] < 0.2
    assert curves["wrong_acc"][0, -1] > curves["wrong_acc"][-1, -1] + 0.3
