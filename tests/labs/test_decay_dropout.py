"""`DecayDropoutLab`: its sweep against one that is asked for directly, its map, curves and cuts against the sweep."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex, to_rgb

from helpers.data import load_digits
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.labs import decay_dropout
from helpers.sweeps import sweep_decay_and_dropout
from tests.labs.pictures import band_look, edges, keys, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

LAMBDAS, PS = [0.0, 0.002, 0.004, 0.008, 0.016, 0.03], [0.0, 0.1, 0.25, 0.4, 0.55]
PAIRS = [(lambd, p) for lambd in LAMBDAS for p in PS]
START = {"flipped": 0.3, "epochs": 60, "seeds": 3}
LOOKS = {"train_acc": (TRAIN, "-"), "test_acc": (TEST, "--")}


def direct(flipped, epochs, seeds, num_images=500):
    """Return the sweep that the lab should show: each seed has its own images and its own wrong labels."""

    def data(seed):
        return load_digits(num_images, seed=seed).with_label_noise(flipped, seed=seed)

    options = {"num_hiddens": (48, 48), "num_epochs": epochs, "lr": 0.2, "record_every": max(1, epochs // 10)}
    return sweep_decay_and_dropout(data, LAMBDAS, PS, num_seeds=seeds, **options)


def largest_class():
    """Return the accuracy of the commonest training label on the test images, the mean of two seeds."""
    data = [load_digits(500, seed=seed).with_label_noise(0.3, seed=seed) for seed in (0, 1)]
    return np.mean([(one.y_test == one.y_train.bincount().argmax()).float().mean() for one in data])


def check_sweep(shown, wanted):
    assert torch.equal(shown.values, wanted.values)
    assert torch.equal(shown.epochs, wanted.epochs)
    assert shown.curves.keys() == wanted.curves.keys()
    for name, curve in wanted.curves.items():
        torch.testing.assert_close(shown.curves[name], curve, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def shown():
    return made(decay_dropout, flipped=0.3, epochs=3, seeds=2)


@pytest.fixture(scope="module")
def lab():
    """A lab of few images, for it starts with 60 epochs."""
    with patch.object(decay_dropout, "NUM_IMAGES", 50), quick_lab("DecayDropoutLab") as opened:
        yield opened


# The numbers


def test_it_trains_on_500_digits_with_wrong_labels_of_each_seed(shown):
    check_sweep(shown.scene.source, direct(flipped=0.3, epochs=3, seeds=2))


def test_the_numbers_are_the_means_at_the_end(shown):
    sweep = shown.scene.source
    for pair, now in zip(PAIRS, shown.scene.numbers, strict=True):
        means = {name: sweep.at(pair)[name][:, -1].mean().item() for name in list(now)[:4]}
        assert now == pytest.approx(means | {"largest_class_acc": largest_class()})
        assert list(means) == ["train_loss", "test_loss", "train_acc", "test_acc"]


def test_the_read_out_says_the_numbers(shown):
    for (lambd, p), now, text in zip(PAIRS, shown.scene.numbers, shown.scene.readout, strict=True):
        assert text == (
            f"λ = {lambd:g} and p = {p:g}: accuracy {now['train_acc']:.3f} on the training labels, "
            f"{now['test_acc']:.3f} on the test labels "
            f"(means of 2 seeds; largest class {largest_class():.3f})."
        )


def test_two_seeds_differ(shown):
    for curve in shown.scene.source.curves.values():
        assert not torch.equal(curve[0], curve[1])


# The boxes


def test_it_starts_as_it_says(lab):
    assert values(lab) == START
    assert [one.values for one in lab.axes] == [tuple(LAMBDAS), tuple(PS)]
    check_sweep(lab.source, direct(**START, num_images=50))


@pytest.mark.parametrize("change", [{"epochs": 21}, {"seeds": 1}, {"flipped": 0.8}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    settings = {"flipped": 0.3, "epochs": 3, "seeds": 2} | change
    lab.set(**settings)
    assert lab.frames.message == ""
    check_sweep(lab.source, direct(**settings, num_images=50))


def test_the_same_boxes_make_the_same_scene_again(lab):
    lab.set(flipped=0.3, epochs=3, seeds=1)
    before = lab.scene
    assert all("(one seed; " in text for text in before.readout)
    lab.set(flipped=0.0)
    assert lab.scene.numbers != before.numbers
    lab.set(flipped=0.3)
    assert (lab.scene.numbers, lab.scene.readout) == (before.numbers, before.readout)


# The pictures


def means(sweep, name):
    """Return the mean over seeds of a curve's end, by pair."""
    return dict(zip(PAIRS, sweep.curves[name][:, :, -1].mean(dim=0).tolist(), strict=True))


def test_the_map_shows_each_number_in_its_cell_and_frames_the_current_one(shown):
    drawing, accuracy = shown.drawings["map"], means(shown.scene.source, "test_acc")
    cells = {text.get_position(): text for name, text in drawing.still.items() if name.startswith("cell ")}
    assert len(cells) == len(PAIRS) == len(panel(drawing).texts)
    for (lambd, p), value in accuracy.items():
        cell = cells[PS.index(p), LAMBDAS.index(lambd)]
        assert cell.get_text() == f"{100 * value:.1f}"
        assert cell.get_weight() == ("bold" if value >= max(accuracy.values()) - 0.005 else "normal")
    for i in places(drawing, len(PAIRS)):
        frame, (lambd, p) = drawing.moving["frame"], PAIRS[i]
        assert frame.get_xy() == (PS.index(p) - 0.5, LAMBDAS.index(lambd) - 0.5)
        assert (frame.get_width(), frame.get_height(), to_hex(frame.get_edgecolor())) == (1, 1, CURSOR)


def test_the_shades_are_those_of_the_accuracies(shown):
    drawing, accuracy = shown.drawings["map"], means(shown.scene.source, "test_acc")
    shades, highest = drawing.still["shades"], max(accuracy.values())
    for row, lambd in enumerate(LAMBDAS):
        np.testing.assert_allclose(shades.get_array()[row], [accuracy[lambd, p] for p in PS])
    assert shades.get_extent() == [-0.5, len(PS) - 0.5, -0.5, len(LAMBDAS) - 0.5]
    assert shades.origin == "lower"
    for value, color in ((highest, to_rgb(TEST)), (min(accuracy.values()), (1, 1, 1))):
        assert shades.cmap(shades.norm(value))[:3] == pytest.approx(color, abs=0.01)
    middle = (highest + min(accuracy.values())) / 2
    assert shades.cmap(shades.norm(middle))[2] == pytest.approx((1 + to_rgb(TEST)[2]) / 2, abs=0.01)


def test_the_map_names_its_rows_and_columns(shown):
    ax = panel(shown.drawings["map"])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("p", "λ")
    assert ticks(ax.xaxis) == {place: f"{p:g}" for place, p in enumerate(PS)}
    assert ticks(ax.yaxis) == {place: f"{lambd:g}" for place, lambd in enumerate(LAMBDAS)}
    assert title(shown.drawings["map"]) == "final test accuracy in % (bold: within 0.5 of the best)"


def test_the_curves_are_means_over_seeds(shown):
    drawing, sweep = shown.drawings["curves"], shown.scene.source
    for i in places(drawing, len(PAIRS)):
        for name, curve in sweep.at(PAIRS[i]).items():
            if name in LOOKS:
                np.testing.assert_allclose(xy(drawing.moving[name]), [[1, 2, 3], curve.mean(dim=0)], rtol=1e-6)
    ax = panel(drawing)
    assert {name: look(drawing.moving[name]) for name in LOOKS} == LOOKS
    assert list(keys(ax.get_legend()))[:2] == ["train", "test"]
    assert (title(drawing), ax.get_xlabel(), ax.get_xlim()) == ("accuracy per epoch", "epoch", (1, 3))


def where(along):
    """Return where the values of an axis lie: λ one after the other, p to scale."""
    return np.arange(len(along)) if along is LAMBDAS else np.array(along) / along[-1] * (len(along) - 1)


def check_slice(drawing, sweep, along, pairs_of):
    """Compare the cut along one axis, at every place, with the pairs of a λ and a p that it goes through."""
    for i in places(drawing, len(PAIRS)):
        pairs = pairs_of(*PAIRS[i])
        for name in LOOKS:
            held = torch.stack([sweep.at(pair)[name][:, -1] for pair in pairs], dim=1)  # (S, places)
            at = where(along)
            np.testing.assert_allclose(xy(drawing.moving[name]), [at, held.mean(dim=0)], rtol=1e-6)
            band = [at, held.amin(dim=0), held.amax(dim=0)]
            np.testing.assert_allclose(edges(drawing.moving[f"{name}_band"]), band, rtol=1e-6)
        place = where(along)[pairs.index(PAIRS[i])]
        assert drawing.moving["cursor"].get_xdata() == [place, place]


def check_look_of_slice(drawing, name, along):
    ax = panel(drawing)
    assert {curve: look(drawing.moving[curve]) for curve in LOOKS} == LOOKS
    bands = {curve: band_look(drawing.moving[f"{curve}_band"]) for curve in LOOKS}
    assert bands == {curve: (color, 0.15) for curve, (color, _) in LOOKS.items()}
    assert ax.get_xlabel() == name
    assert list(ticks(ax.xaxis).values()) == [f"{value:g}" for value in along]
    np.testing.assert_allclose(list(ticks(ax.xaxis)), where(along))
    assert ax.get_xlim() == (-0.5, len(along) - 0.5)


def test_the_cut_along_lambda_goes_through_the_column_of_the_place(shown):
    drawing = shown.drawings["λ"]
    check_slice(drawing, shown.scene.source, LAMBDAS, lambda lambd, p: [(other, p) for other in LAMBDAS])
    check_look_of_slice(drawing, "λ", LAMBDAS)
    assert title(drawing) == "final accuracy over λ (this column)"


def test_the_cut_along_p_goes_through_the_row_of_the_place(shown):
    drawing = shown.drawings["p"]
    check_slice(drawing, shown.scene.source, PS, lambda lambd, p: [(lambd, other) for other in PS])
    check_look_of_slice(drawing, "p", PS)
    assert title(drawing) == "final accuracy over p (this row)"


def limits(drawings):
    """Return the limits that the three panels of accuracies share."""
    (same,) = {panel(drawings[name]).get_ylim() for name in ("curves", "λ", "p")}
    return same


def test_accuracies_of_the_default_have_axes_from_four_tenths(shown):
    sweep = shown.scene.source
    high = replace(sweep, curves={name: 0.45 + curve / 2 for name, curve in sweep.curves.items()})
    assert limits(decay_dropout.draw(high)[1]) == (0.4, 1)


@pytest.mark.parametrize("lowest", ["at the end", "at the start"])
@pytest.mark.parametrize("curve", LOOKS)
def test_accuracies_near_chance_stay_on_the_axes(shown, curve, lowest):
    sweep = shown.scene.source
    curves = {name: torch.full_like(records, 0.9) for name, records in sweep.curves.items()}
    if lowest == "at the end":
        curves[curve][1, 7, -1] = 0.07  # of one seed: the cuts show its band
    else:
        curves[curve][:, 7, 0] = 0.07
    low, high = limits(decay_dropout.draw(replace(sweep, curves=curves))[1])
    assert 0 <= low <= 0.07
    assert high == 1
