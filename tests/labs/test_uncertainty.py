"""`UncertaintyLab`: its numbers against `mc_dropout` called directly, its pictures against what the nets say."""

from copy import deepcopy
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from helpers import dropout_mlp, load_digits, mc_dropout, rotate_images, train_classifier
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.labs import uncertainty
from helpers.seeding import nth_seed
from tests.labs.pictures import keys, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

ANGLES = [7.5 * i for i in range(25)]
START = {"digit": 2, "p": 0.5, "resample": 0}


@cache
def trained(seed):
    """Return what the lab should ask: a net that learned this seed's digits, with this seed's masks and batches."""
    digits = load_digits(seed=seed)
    net = train_classifier(dropout_mlp([64, 128, 128, 10], 0.5, seed=seed), digits, seed=seed)
    return digits, net.requires_grad_(False)


@cache
def asked(seed, digit, p, resample):
    """Return the turned digit, (25, 64), and what 100 thinned nets and the net say of it."""
    digits, net = deepcopy(trained(seed))
    images = digits.X_test[digits.y_test == digit]
    surest = images[net(images).softmax(dim=1)[:, digit].argmax()]
    turned = torch.cat([rotate_images(surest[None], angle, (8, 8)) for angle in ANGLES])
    for layer in net:
        if isinstance(layer, nn.Dropout):
            layer.p = p
    probs = mc_dropout(net, turned, 100, seed=nth_seed(seed, resample)).softmax(dim=2)
    return [t.double().numpy() for t in (turned, probs, net(turned).softmax(dim=1))]


def entropy(probs):
    return -(probs * np.log(np.maximum(probs, 1e-300))).sum(axis=-1)


def mutual_information(probs):
    return entropy(probs.mean(axis=0)) - entropy(probs).mean(axis=0)


def expected(seed, digit, p, resample):
    """Return the lab's numbers, one dict for each angle."""
    _, probs, off = asked(seed, digit, p, resample)
    mean = probs.mean(axis=0)
    columns = {"label": np.full(len(ANGLES), digit), "predicted": mean.argmax(axis=1), "probability": mean.max(axis=1)}
    columns |= {"off_predicted": off.argmax(axis=1), "off_probability": off.max(axis=1)}
    columns |= {"entropy": entropy(mean), "mutual_information": mutual_information(probs)}
    return [{name: column[i] for name, column in columns.items()} for i in range(len(ANGLES))]


def check_numbers(numbers, seed, **settings):
    for now, wanted in zip(numbers, expected(seed, **settings), strict=True):
        assert now == pytest.approx(wanted, rel=1e-3, abs=1e-5)


@pytest.fixture(scope="module")
def shown():
    return made(uncertainty, seed=0, **START)


@pytest.fixture
def lab():
    with quick_lab("UncertaintyLab") as opened:
        yield opened


# The numbers


def test_it_starts_as_it_says(lab):
    assert values(lab) == START
    assert lab.axes[0].values == tuple(ANGLES)
    assert lab.axes[0].labels[1] == "7.5°"
    check_numbers(lab.scene.numbers, 0, **START)


def test_the_read_out_says_the_numbers(shown):
    for angle, now, text in zip(ANGLES, shown.scene.numbers, shown.scene.readout, strict=True):
        assert text == (
            f"The 2 rotated by {angle:g}°: the mean over 100 masks predicts {now['predicted']} with "
            f"{now['probability']:.0%}, without dropout {now['off_predicted']} with {now['off_probability']:.0%}; "
            f"entropy {now['entropy']:.2f}, mutual information {now['mutual_information']:.2f}."
        )


def test_upright_each_digit_is_read_as_what_it_is():
    for digit in range(10):
        _, probs, off = asked(0, digit, 0.5, 0)
        assert probs.mean(axis=0)[0].argmax() == off[0].argmax() == digit


def test_less_dropout_at_prediction_is_less_disagreement():
    half, tenth = (mutual_information(asked(0, 2, p, 0)[1])[6] for p in (0.5, 0.1))
    assert tenth < half / 2


# The controls


@pytest.mark.parametrize("change", [{"digit": 7}, {"p": 0.1}, {"p": 0.9}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    lab.set(**change)
    assert lab.frames.message == ""
    check_numbers(lab.scene.numbers, 0, **(START | change))


def test_the_button_draws_new_masks_and_nothing_else(lab):
    before = lab.scene.numbers
    for presses in (1, 2):
        lab.press("resample")
        check_numbers(lab.scene.numbers, 0, **(START | {"resample": presses}))
        assert lab.at(45)["entropy"] != before[6]["entropy"]
        assert lab.at(45)["off_probability"] == before[6]["off_probability"]


def test_two_labs_of_one_seed_agree_after_equally_many_presses(lab):
    with quick_lab("UncertaintyLab") as other:
        assert lab.scene.numbers == other.scene.numbers
        lab.press("resample")
        assert lab.scene.numbers != other.scene.numbers
        other.press("resample")
        assert lab.scene.numbers == other.scene.numbers


def test_two_seeds_differ_in_digits_training_and_masks():
    with quick_lab("UncertaintyLab", seed=1) as other:
        check_numbers(other.scene.numbers, 1, **START)
        other.press("resample")
        check_numbers(other.scene.numbers, 1, **(START | {"resample": 1}))
    for one, other in zip(asked(0, **START), asked(1, **START), strict=True):
        assert not np.allclose(one, other)


def test_the_p_of_one_lab_does_not_leak_into_another(lab):
    with quick_lab("UncertaintyLab") as other:
        before = other.scene.numbers
        lab.set(p=0.9)
        other.refresh()
        assert other.scene.numbers == before
        lab.set(p=0.5)
        assert lab.scene.numbers == before


def test_the_net_that_labs_share_stays_as_it_was_trained(lab):
    lab.set(p=0.9, digit=4)
    net, _ = uncertainty._trained(0)
    _, alone = trained(0)
    assert [layer.p for layer in net if isinstance(layer, nn.Dropout)] == [0.5, 0.5]
    assert not any(module.training for module in net.modules())
    torch.testing.assert_close(net.state_dict(), alone.state_dict())


def test_the_global_random_state_stays(lab):
    state = torch.get_rng_state()
    lab.press("resample")
    assert torch.equal(torch.get_rng_state(), state)


# The pictures


def test_the_image_is_the_digit_turned_by_that_angle(shown):
    drawing, turned = shown.drawings["image"], asked(0, **START)[0].reshape(-1, 8, 8)
    pixels = {}
    for i in places(drawing, len(ANGLES)):
        pixels[ANGLES[i]] = np.array(drawing.moving["image"].get_array())
        np.testing.assert_allclose(pixels[ANGLES[i]], turned[i], atol=1e-6)
    np.testing.assert_allclose(pixels[90.0], np.rot90(pixels[0.0]), atol=1e-5)
    np.testing.assert_allclose(pixels[180.0], np.rot90(pixels[0.0], 2), atol=1e-5)
    assert title(drawing) == "the image, a rotated 2"
    assert drawing.moving["image"].get_clim() == (0, 1)
    assert drawing.moving["image"].origin == "upper"
    assert drawing.moving["image"].cmap(0.0)[:3] == (1, 1, 1), "dark on white"


def test_a_dot_for_each_mask_and_class_of_that_angle(shown):
    drawing, (_, probs, _) = shown.drawings["probabilities"], asked(0, **START)
    for i in places(drawing, len(ANGLES)):
        x, y = xy(drawing.moving["masks"])
        assert len(x) == 1000
        for k in range(10):
            np.testing.assert_allclose(np.sort(y[x.round() == k]), np.sort(probs[:, i, k]), atol=1e-5)
    assert np.abs(x - x.round()).max() < 0.4, "beside the class, and nearer to it than to another"


def test_their_mean_and_dropout_off(shown):
    drawing, (_, probs, off) = shown.drawings["probabilities"], asked(0, **START)
    hidden = 0
    for i in places(drawing, len(ANGLES)):
        classes, mean = xy(drawing.moving["mean"])
        np.testing.assert_allclose(mean, probs.mean(axis=0)[i], atol=1e-5)
        assert classes.tolist() == xy(drawing.moving["off"])[0].tolist() == list(range(10))
        crosses = xy(drawing.moving["off"])[1]
        np.testing.assert_allclose(crosses, np.where(off[i] < 0.01, np.nan, off[i]), atol=1e-5)
        hidden += np.isnan(crosses).sum()
    assert 0 < hidden < 250


def test_the_probabilities_have_axes_and_names(shown):
    drawing = shown.drawings["probabilities"]
    ax, markers = panel(drawing), {name: artist.get_marker() for name, artist in drawing.moving.items()}
    assert markers == {"masks": "o", "mean": "_", "off": "x"}
    colors = {name: color for name, (color, _) in keys(ax.get_legend()).items()}
    assert colors == {"a mask": TRAIN, "mean": CURSOR, "dropout off": TEST}
    assert ticks(ax.xaxis) == {k: str(k) for k in range(10)}
    assert title(drawing) == "probability of each class"
    assert ax.get_ylim()[0] < 0 < 1 < ax.get_ylim()[1]
    assert ax.get_xlim()[0] < -0.3 < 9.3 < ax.get_xlim()[1]


def check_curves(drawing, curves, color):
    """Compare two curves over the angle, a cursor, and a dot on each curve at every place."""
    ax = panel(drawing)
    for (name, values_), wanted in zip(curves.items(), ((CURSOR, "-"), (color, "--")), strict=True):
        np.testing.assert_allclose(xy(drawing.still[name]), [ANGLES, values_], rtol=1e-3, atol=1e-5)
        assert look(drawing.still[name]) == keys(ax.get_legend())[name] == wanted
        assert look(drawing.moving[f"{name}_dot"])[0] == wanted[0]
        assert ax.get_ylim()[0] < values_.min() <= values_.max() < ax.get_ylim()[1]
    for i in places(drawing, len(ANGLES)):
        assert drawing.moving["cursor"].get_xdata() == [ANGLES[i], ANGLES[i]]
        for name, values_ in curves.items():
            dot = [[ANGLES[i]], [values_[i]]]
            np.testing.assert_allclose(xy(drawing.moving[f"{name}_dot"]), dot, rtol=1e-3, atol=1e-5)
    assert ax.get_xlabel() == "degrees"
    assert ticks(ax.xaxis) == {angle: str(angle) for angle in (0, 45, 90, 135, 180)}
    assert ax.get_xlim()[0] < 0 < 180 < ax.get_xlim()[1]


def test_how_unsure_the_nets_are(shown):
    drawing, (_, probs, _) = shown.drawings["unsure"], asked(0, **START)
    curves = {"entropy of the mean": entropy(probs.mean(axis=0)), "mutual information": mutual_information(probs)}
    check_curves(drawing, curves, TRAIN)
    assert title(drawing) == "uncertainty in nats (at most log 10 = 2.3)"
    assert panel(drawing).get_ylim()[1] > np.log(10)


def test_the_probability_of_what_it_is(shown):
    drawing, (_, probs, off) = shown.drawings["sure"], asked(0, **START)
    check_curves(drawing, {"mean of the masks": probs.mean(axis=0)[:, 2], "dropout off": off[:, 2]}, TEST)
    assert title(drawing) == "probability of the true class, 2"
    assert panel(drawing).get_ylim()[1] > 1
