"""`WeightDecayLab`: its sweep against one that is asked for directly, and what is drawn against the sweep."""

import math
from unittest.mock import patch

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import WeightDecayLab, sweep_weight_decay, synthetic_regression
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.labs import weight_decay
from tests.labs.pictures import band_look, edges, heights, keys, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

STEPS = [1, 1.2, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 8]
LAMBDAS = [0, *(round(step * 10.0**k, 4) for k in (-2, -1, 0) for step in STEPS), 10, 12, 15, 17, 20, 25, 30]
BOOK, OVERFIT = "the book's demo", "real overfitting"
SHARED = {"epochs": 100, "seeds": 8}
STARTS = {
    BOOK: {"preset": BOOK, "n": 20, "noise": 0.01, "scale": 1.0} | SHARED,
    OVERFIT: {"preset": OVERFIT, "n": 200, "noise": 0.5, "scale": 0.0} | SHARED,
}
TRUE_W, LR = {BOOK: 0.01, OVERFIT: 0.05}, {BOOK: 0.003, OVERFIT: 0.01}
SETTINGS = {"preset": OVERFIT, "n": 120, "noise": 0.7, "scale": 0.5, "epochs": 45, "seeds": 3}
EPOCHS = [*range(2, 45, 2), 45]
LOOKS = {"train_loss": (TRAIN, "-"), "test_loss": (TEST, "--")}
AT = np.arange(len(LAMBDAS))


def direct(preset, n, noise, scale, epochs, seeds):
    """Return the sweep that the lab should show: each seed has its own data."""

    def data(seed):
        return synthetic_regression(n, w=TRUE_W[preset], noise=noise, seed=seed)

    options = {"lr": LR[preset], "init_std": scale, "record_every": max(1, epochs // 20)}
    return sweep_weight_decay(data, LAMBDAS, num_epochs=epochs, num_seeds=seeds, **options)


def of_mean(settings):
    """Return the test loss of predicting the mean of y_train, the mean over seeds."""
    keys = {"noise": settings["noise"], "w": TRUE_W[settings["preset"]]}
    drawn = [synthetic_regression(settings["n"], seed=seed, **keys) for seed in range(settings["seeds"])]
    return np.mean([((one.y_test - one.y_train.mean()) ** 2 / 2).mean() for one in drawn])


def check_sweep(shown, wanted):
    assert shown.values.tolist() == LAMBDAS
    assert torch.equal(shown.epochs, wanted.epochs)
    assert shown.curves.keys() == wanted.curves.keys()
    for name, curve in wanted.curves.items():
        torch.testing.assert_close(shown.curves[name], curve, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(shown.weights, wanted.weights, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def shown():
    return made(weight_decay, **SETTINGS)


@pytest.fixture
def lab():
    with quick_lab("WeightDecayLab", preset=OVERFIT) as opened:
        yield opened


# The numbers


def test_it_trains_on_data_of_each_seed(shown):
    check_sweep(shown.scene.source, direct(**SETTINGS))
    assert shown.scene.source.epochs.tolist() == EPOCHS


def test_the_numbers_are_the_means_at_the_end(shown):
    sweep = shown.scene.source
    for lambd, now in zip(LAMBDAS, shown.scene.numbers, strict=True):
        means = {name: curve[:, -1].mean().item() for name, curve in sweep.at(lambd).items()}
        assert now == pytest.approx(means | {"mean_predictor_loss": of_mean(SETTINGS)})
        assert list(now) == ["train_loss", "test_loss", "w_norm", "mean_predictor_loss"]


def test_the_read_out_says_the_numbers(shown):
    for lambd, now, text in zip(LAMBDAS, shown.scene.numbers, shown.scene.readout, strict=True):
        assert text == (
            f"λ = {lambd:g}: training loss {now['train_loss']:.3g}, test loss {now['test_loss']:.3g} "
            f"(predicting the mean: {of_mean(SETTINGS):.3g}), "
            f"‖w‖ = {now['w_norm']:.3g} (means of 3 seeds)."
        )


def test_two_seeds_differ(shown):
    sweep = shown.scene.source
    for tensor in (*sweep.curves.values(), sweep.weights):
        assert not torch.isclose(tensor[0], tensor[1]).all(dim=-1).any()


def test_real_overfitting_has_its_minimum_inside():
    """The ends are worse than the best by more than three standard errors."""
    final = direct(**STARTS[OVERFIT] | {"seeds": 20}).final("test_loss")  # (20, L)
    best = final.mean(dim=0).argmin()
    for end in (0, -1):
        excess = final[:, end] - final[:, best]
        assert excess.mean() > 3 * excess.std() / math.sqrt(20)


# The boxes


@pytest.mark.parametrize("preset", STARTS)
def test_it_starts_as_it_says(preset):
    with quick_lab("WeightDecayLab", preset=preset) as lab:
        assert values(lab) == STARTS[preset]
        assert lab.axes[0].values == tuple(LAMBDAS)
        assert lab.frames.index == lab.axes[0].index(1.0)
        check_sweep(lab.source, direct(**STARTS[preset]))


def test_the_books_demo_comes_first():
    with quick_lab("WeightDecayLab") as lab:
        assert values(lab) == STARTS[BOOK]


@pytest.mark.parametrize("change", [{"n": 50}, {"noise": 2.0}, {"scale": 3.0}, {"epochs": 7}, {"seeds": 1}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    settings = SETTINGS | change
    lab.set(**settings)
    assert lab.frames.message == ""
    assert values(lab) == settings
    check_sweep(lab.source, direct(**settings))


def test_a_preset_sets_other_boxes_and_trains_once_with_its_weights_and_its_rate(lab):
    trainings = []

    def count(*args, **options):
        trainings.append(options)
        return sweep_weight_decay(*args, **options)

    lab.set(epochs=30, seeds=2)
    with patch.object(weight_decay, "sweep_weight_decay", count):
        lab.set(preset=BOOK)
    wanted = STARTS[BOOK] | {"epochs": 30, "seeds": 2}
    assert len(trainings) == 1
    assert values(lab) == wanted
    check_sweep(lab.source, direct(**wanted))


def test_the_same_boxes_make_the_same_scene_again(lab):
    lab.set(**SETTINGS | {"seeds": 1})
    before = lab.scene
    assert all("(one seed)" in text for text in before.readout)
    lab.set(n=121)
    assert lab.scene.numbers != before.numbers
    lab.set(n=120)
    assert (lab.scene.numbers, lab.scene.readout) == (before.numbers, before.readout)


@pytest.mark.parametrize("preset", STARTS)
@pytest.mark.parametrize("ends", [{"n": 5, "noise": 0, "scale": 0}, {"n": 400, "noise": 10, "scale": 10}], ids=str)
def test_the_ends_of_the_boxes(preset, ends):
    extreme = made(weight_decay, preset=preset, epochs=5, seeds=1, **ends)
    assert np.isfinite([list(now.values()) for now in extreme.scene.numbers]).all()


def test_bad_input():
    with pytest.raises(ValueError, match=r"preset must be one of .*'real overfitting', got 'mine'"):
        WeightDecayLab("mine")


# The pictures


def holds(ax, *columns):
    """Return whether the axes hold some values, with little room below and above, on a log scale."""
    (low, high), lowest, highest = ax.get_ylim(), min(map(np.min, columns)), max(map(np.max, columns))
    return ax.get_yscale() == "log" and lowest / 2 < low < lowest and highest < high < 2 * highest


def check_curves(drawing, sweep, names):
    """Compare curves over epochs, at every place, with means over seeds."""
    means = {name: sweep.curves[name].mean(dim=0).numpy() for name in names}
    assert [name for name in drawing.moving if not name.endswith(("best", "baseline_name"))] == list(names)
    for i in places(drawing, len(LAMBDAS)):
        for name in names:
            np.testing.assert_allclose(xy(drawing.moving[name]), [EPOCHS, means[name][i]], rtol=1e-6)
    ax = panel(drawing)
    assert (ax.get_xlabel(), ax.get_xlim()) == ("epoch", (2, 45))
    assert holds(ax, *means.values())


def test_the_losses_are_means_over_seeds(shown):
    drawing = shown.drawings["losses"]
    check_curves(drawing, shown.scene.source, LOOKS)
    assert {name: look(drawing.moving[name]) for name in LOOKS} == LOOKS
    assert list(keys(panel(drawing).get_legend()))[:2] == ["train", "test"]
    assert title(drawing) == "loss per epoch"


@pytest.mark.parametrize("name", ["losses", "finals"])
def test_both_panels_of_losses_show_what_predicting_the_mean_reaches(shown, name):
    drawn = shown.drawings[name].still | shown.drawings[name].moving
    np.testing.assert_allclose(drawn["baseline"].get_ydata(), of_mean(SETTINGS), rtol=1e-6)
    assert drawn["baseline_name"].get_text() == "predicting the mean"


def test_the_norm_is_a_mean_over_seeds(shown):
    drawing = shown.drawings["norm"]
    check_curves(drawing, shown.scene.source, ["w_norm"])
    assert look(drawing.moving["w_norm"]) == (TRAIN, "-")
    assert panel(drawing).get_legend() is None
    assert title(drawing) == "norm of the weights, ‖w‖"


def test_the_weights_are_those_of_the_first_seed_beside_the_true_ones(shown):
    drawing, weights = shown.drawings["weights"], shown.scene.source.weights[0].numpy()
    bars, truth, ax = drawing.moving["weights"], drawing.moving["true_weights"], panel(drawing)
    for i in places(drawing, len(LAMBDAS)):
        np.testing.assert_array_equal(heights(bars), weights[i])
    np.testing.assert_allclose(xy(truth), [range(200), [0.05] * 200], rtol=1e-6)
    assert look(truth) == (TEST, "--")
    assert [to_hex(color) for color in bars.get_colors()] == [TRAIN]
    top = np.abs(weights).max()
    assert -ax.get_ylim()[0] == ax.get_ylim()[1] == pytest.approx(top, rel=0.1)
    assert ax.get_ylim()[1] > top
    assert (ax.get_xlabel(), ax.get_xlim()) == ("weight number", (-1, 200))
    assert title(drawing) == "final weights, and the true ones (dashed)"


def test_the_true_weights_are_those_of_the_preset():
    book = made(weight_decay, **SETTINGS | {"preset": BOOK, "epochs": 5, "seeds": 1})
    np.testing.assert_allclose(xy(book.drawings["weights"].moving["true_weights"])[1], 0.01, rtol=1e-6)


def test_the_losses_at_the_end_lie_in_bands_from_the_lowest_seed_to_the_highest(shown):
    drawing, sweep = shown.drawings["finals"], shown.scene.source
    finals = {name: sweep.curves[name][:, :, -1].numpy() for name in LOOKS}
    for name, final in finals.items():
        np.testing.assert_allclose(xy(drawing.still[name]), [AT, final.mean(axis=0)], rtol=1e-5)
        assert look(drawing.still[name]) == LOOKS[name]
        band = drawing.still[f"{name}_band"]
        np.testing.assert_allclose(edges(band), [AT, final.min(axis=0), final.max(axis=0)], rtol=1e-6)
        assert band_look(band) == (LOOKS[name][0], 0.15)
    ax = panel(drawing)
    assert holds(ax, *finals.values())
    assert title(drawing) == "final loss for every λ"
    marked = ticks(ax.xaxis)
    assert marked == {k: f"{LAMBDAS[int(k)]:g}" for k in marked}
    assert {0, len(LAMBDAS) - 1} <= set(marked)
    assert (len(marked), ax.get_xlabel(), ax.get_xlim()) == (7, "λ", (-0.5, len(LAMBDAS) - 0.5))


def test_the_cursor_and_its_dots_stand_at_the_numbers_of_their_place(shown):
    drawing = shown.drawings["finals"]
    for i in places(drawing, len(LAMBDAS)):
        assert drawing.moving["cursor"].get_xdata() == [i, i]
        for name in LOOKS:
            dot = [[i], [shown.scene.numbers[i][name]]]
            np.testing.assert_allclose(xy(drawing.moving[f"{name}_dot"]), dot, rtol=1e-5)
    assert look(drawing.moving["cursor"]) == (CURSOR, "-")
    for name, (color, _) in LOOKS.items():
        dot = drawing.moving[f"{name}_dot"]
        assert (look(dot), dot.get_marker()) == ((color, "None"), "o")


def test_the_table_has_the_range_of_the_seeds():
    with quick_lab("WeightDecayLab") as lab:
        head, rows = lab.frames.table["head"], lab.frames.table["rows"]
        for name in ("train_loss", "test_loss", "w_norm"):
            final, column = lab.source.final(name), head.index(f"{name.replace('_', ' ')}, seeds")
            for row, low, high in zip(rows, final.amin(dim=0), final.amax(dim=0), strict=True):
                assert row[column] == f"{low:.3g} to {high:.3g}"
