"""What several labs draw, read back from the artists and compared with made-up numbers at every place."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from helpers.drawing.canvas import make_figure
from helpers.drawing.figures import (
    Baseline,
    Curve,
    best_epoch,
    curve_look,
    draw_cursor,
    draw_curves,
    draw_final,
    draw_slice,
    draw_weights,
    mark_values,
)
from helpers.drawing.style import CURSOR, TEST, TRAIN
from helpers.sliders import axis
from helpers.sweeps import Sweep
from tests.labs.pictures import band_look, edges, heights, keys, look, panel, places, ticks, title, xy

SEEDS, PLACES, EPOCHS = 3, 4, 5
LOSSES = {"train_loss": TRAIN, "test_loss": TEST}
LOOKS = {"train_loss": (TRAIN, "-"), "test_loss": (TEST, "--")}
AXIS = axis("λ", (0, 0.1, 1, 10))
GRID = [axis("λ", (0, 1)), axis("p", (0, 0.2, 1))]  # two rows of three
AT = [[0, 1], [0, 0.4, 2]]  # where they lie


def numbers(*shape, low=0.1, high=10.0, seed=0):
    """Return made-up positive numbers, no two alike."""
    return np.random.default_rng(seed).uniform(low, high, shape)


def sweep_of(num_places, **more):
    curves = {name: torch.tensor(numbers(SEEDS, num_places, EPOCHS, seed=k)) for k, name in enumerate(LOSSES)}
    values = torch.arange(num_places, dtype=torch.float64)
    weights = torch.zeros(SEEDS, num_places, 1)
    return Sweep("λ", values, torch.tensor([2, 4, 6, 8, 9]), curves | more, weights)


@pytest.fixture
def ax():
    _, (made,) = make_figure(400, 300, 1, 1)
    return made


def holds(ax, values):
    """Return whether the axes hold some values, and little more: no value could lie off the picture."""
    low, high = ax.get_ylim()
    room = np.ptp(values) if ax.get_yscale() == "linear" else high
    return low < values.min() <= values.max() < high and high - values.max() < 0.3 * room


# The cursor


def test_the_cursor_stands_at_its_place_and_its_dots_on_their_curves(ax):
    curves = {"a": Curve(numbers(PLACES), TRAIN), "b": Curve(numbers(PLACES, seed=1), TEST)}
    drawing = draw_cursor(ax, curves)
    assert list(drawing.moving) == ["cursor", "a_dot", "b_dot"]
    assert not drawing.still
    for i in places(drawing, PLACES):
        np.testing.assert_array_equal(xy(drawing.moving["cursor"])[0], i)
        for name, curve in curves.items():
            np.testing.assert_array_equal(xy(drawing.moving[f"{name}_dot"]), [[i], [curve.values[i]]])
    assert look(drawing.moving["cursor"]) == (CURSOR, "-")
    for name, color in (("a", TRAIN), ("b", TEST)):
        dot = drawing.moving[f"{name}_dot"]
        assert (look(dot), dot.get_marker()) == ((color, "None"), "o")
        assert not dot.get_clip_on(), "a dot at the edge is drawn whole"


def test_the_cursor_stands_where_x_says_and_reaches_as_high_as_asked(ax):
    x, curve = [0.0, 0.1, 0.5, 2.0], Curve(numbers(PLACES), TRAIN)
    drawing = draw_cursor(ax, {"a": curve}, x=x, top=0.6)
    for i in places(drawing, PLACES):
        np.testing.assert_array_equal(xy(drawing.moving["cursor"]), [[x[i], x[i]], [0, 0.6]])
        np.testing.assert_array_equal(xy(drawing.moving["a_dot"]), [[x[i]], [curve.values[i]]])
    at_the_top = drawing.moving["cursor"].get_transform().transform((0.5, 0.6))
    np.testing.assert_allclose(at_the_top[1], ax.bbox.y0 + 0.6 * ax.bbox.height)


# Curves


def test_curves_are_means_over_seeds_of_each_place(ax):
    sweep = sweep_of(PLACES)
    drawing = draw_curves(ax, sweep, LOSSES, "losses")
    assert list(drawing.moving) == [*LOSSES, "test_loss_best"]
    for i in places(drawing, PLACES):
        for name in LOSSES:
            x, y = xy(drawing.moving[name])
            np.testing.assert_array_equal(x, [2, 4, 6, 8, 9])
            np.testing.assert_allclose(y, sweep.curves[name].numpy()[:, i].mean(axis=0))
    assert {name: look(drawing.moving[name]) for name in LOSSES} == LOOKS
    assert keys(ax.get_legend()) == {"train": (TRAIN, "-"), "test": (TEST, "--"), "best": (TEST, "None")}
    assert (title(drawing), ax.get_xlabel(), ax.get_xlim(), ax.get_yscale()) == ("losses", "epoch", (2, 9), "linear")


@pytest.mark.parametrize("yscale", ["linear", "log"])
def test_the_axes_of_curves_hold_those_of_all_places(ax, yscale):
    sweep = sweep_of(PLACES)
    sweep.curves["test_loss"].mul_(10)  # the axes must hold both
    draw_curves(ax, sweep, LOSSES, "", yscale)
    assert ax.get_yscale() == yscale
    assert holds(ax, np.stack([curve.mean(dim=0).numpy() for curve in sweep.curves.values()]))
    assert ax.yaxis.get_minorticklocs().size == 0


def test_one_curve_needs_no_legend(ax):
    drawing = draw_curves(ax, sweep_of(PLACES), {"test_loss": TEST}, "")
    assert list(drawing.moving) == ["test_loss", "test_loss_best"]
    assert ax.get_legend() is None


@pytest.mark.parametrize(("name", "best"), [("test_loss", np.argmin), ("test_acc", np.argmax)])
def test_a_ring_marks_the_best_epoch_of_the_test_curve(ax, name, best):
    sweep = sweep_of(PLACES, **{name: torch.tensor(numbers(SEEDS, PLACES, EPOCHS, seed=7))})
    drawing = draw_curves(ax, sweep, {"train_loss": TRAIN, name: TEST}, "")
    ring = drawing.moving[f"{name}_best"]
    for i in places(drawing, PLACES):
        mean = sweep.curves[name].numpy()[:, i].mean(axis=0)
        np.testing.assert_allclose(xy(ring), [[sweep.epochs[best(mean)]], [mean[best(mean)]]])
    assert (ring.get_marker(), ring.get_markerfacecolor(), ring.get_color()) == ("o", "none", TEST)


def test_a_loss_that_is_not_finite_is_not_the_best():
    assert best_epoch(np.array([3.0, np.nan, 1.0, np.inf]), "test_loss") == 2


@pytest.mark.parametrize(("ha", "x"), [("left", 0.02), ("right", 0.98)])
def test_a_baseline_is_a_line_with_a_name_and_lies_on_the_axes(ax, ha, x):
    drawing = draw_curves(ax, sweep_of(PLACES), LOSSES, "", baseline=Baseline("the mean", 40.0, ha, "top"))
    line, name = drawing.still["baseline"], list(drawing.moving.values())[-1]  # over the curves
    assert set(line.get_ydata()) == {40.0}
    assert (name.get_text(), name.get_position(), name.get_ha(), name.get_va()) == ("the mean", (x, 40.0), ha, "top")
    assert ax.get_ylim()[0] < 40 < ax.get_ylim()[1]


def test_what_is_not_finite_or_too_small_for_a_log_scale_stretches_no_axes(ax):
    lost = torch.tensor([[[1.0, 2.0, 1e30, float("inf"), float("nan")]]]).expand(SEEDS, PLACES, EPOCHS)
    sweep = sweep_of(PLACES, lost=lost.clamp(max=4.0).where(lost < 1e20, torch.inf))
    draw_curves(ax, sweep, {"lost": TRAIN}, "")
    np.testing.assert_allclose(ax.get_ylim(), (0.95, 2.05))
    sweep = sweep_of(PLACES, tiny=torch.tensor([[[0.0, 1e-30, 1.0, 2.0, 5.0]]]).expand(SEEDS, PLACES, EPOCHS))
    draw_curves(ax, sweep, {"tiny": TRAIN}, "", "log")
    np.testing.assert_allclose(ax.get_ylim(), (5e-8 / 1.3, 6.5))


def test_a_constant_curve_has_room(ax):
    sweep = sweep_of(PLACES, same=torch.full((SEEDS, PLACES, EPOCHS), 3.0))
    draw_curves(ax, sweep, {"same": TRAIN}, "")
    np.testing.assert_allclose(ax.get_ylim(), (2.95, 3.05))


# Final values


@pytest.mark.parametrize("yscale", ["linear", "log"])
def test_final_values_are_means_in_bands_from_the_lowest_to_the_highest(ax, yscale):
    finals = {name: numbers(SEEDS, PLACES, seed=k) for k, name in enumerate(LOSSES)}
    drawing = draw_final(ax, finals, LOSSES, AXIS, "at the end", xlabel="λ", yscale=yscale)
    for name, color in LOSSES.items():
        np.testing.assert_allclose(xy(drawing.still[name]), [range(PLACES), finals[name].mean(axis=0)])
        assert look(drawing.still[name]) == LOOKS[name]
        band = drawing.still[f"{name}_band"]
        np.testing.assert_allclose(edges(band), [range(PLACES), finals[name].min(axis=0), finals[name].max(axis=0)])
        assert band_look(band) == (color, 0.15)
    assert holds(ax, np.stack(list(finals.values())))
    assert ticks(ax.xaxis) == dict(enumerate(AXIS.labels))
    assert (title(drawing), ax.get_xlabel(), ax.get_yscale()) == ("at the end", "λ", yscale)


def test_final_values_that_rise_by_unequal_steps_lie_where_their_names_do(ax):
    drawing = draw_final(ax, {"test_loss": numbers(SEEDS, 3)}, {"test_loss": TEST}, GRID[1], "")
    np.testing.assert_allclose(xy(drawing.still["test_loss"])[0], AT[1])
    np.testing.assert_allclose(edges(drawing.still["test_loss_band"])[0], AT[1])
    drawing.update(1)
    np.testing.assert_allclose(xy(drawing.moving["cursor"])[0], AT[1][1])
    assert ticks(ax.xaxis) == dict(zip(AT[1], GRID[1].labels, strict=True))


def test_dots_of_final_values_are_the_means_of_their_place(ax):
    finals = {name: numbers(SEEDS, PLACES, seed=k) for k, name in enumerate(LOSSES)}
    drawing = draw_final(ax, finals, LOSSES, AXIS, "")
    assert list(drawing.moving) == ["cursor", "train_loss_dot", "test_loss_dot"]
    for i in places(drawing, PLACES):
        np.testing.assert_array_equal(xy(drawing.moving["cursor"])[0], i)
        for name, color in LOSSES.items():
            dot = drawing.moving[f"{name}_dot"]
            np.testing.assert_allclose(xy(dot), [[i], [finals[name][:, i].mean()]])
            assert dot.get_color() == color


# Slices of a grid


@pytest.mark.parametrize("along", [0, 1])
def test_a_slice_holds_the_other_axis_and_shows_all_seeds(ax, along):
    sweep = sweep_of(6)
    drawing = draw_slice(ax, sweep, LOSSES, GRID, along, "a slice")
    for i in places(drawing, 6):
        row, column = i // 3, i % 3
        cut = [column, 3 + column] if along == 0 else [3 * row, 3 * row + 1, 3 * row + 2]
        for name in LOSSES:
            held = sweep.curves[name].numpy()[:, cut, -1]  # (S, places)
            np.testing.assert_allclose(xy(drawing.moving[name]), [AT[along], held.mean(axis=0)])
            band = edges(drawing.moving[f"{name}_band"])
            np.testing.assert_allclose(band, [AT[along], held.min(axis=0), held.max(axis=0)])
        np.testing.assert_allclose(xy(drawing.moving["cursor"])[0], AT[along][row if along == 0 else column])


@pytest.mark.parametrize("along", [0, 1])
def test_a_slice_looks_as_its_curves_and_names_its_own_axis(ax, along):
    drawing = draw_slice(ax, sweep_of(6), LOSSES, GRID, along, "a slice")
    for name, color in LOSSES.items():
        assert look(drawing.moving[name]) == LOOKS[name]
        assert band_look(drawing.moving[f"{name}_band"]) == (color, 0.15)
    assert ticks(ax.xaxis) == dict(zip(AT[along], GRID[along].labels, strict=True))
    assert title(drawing) == "a slice"


# Weights


def test_weights_are_bars_of_their_place_beside_the_true_ones(ax):
    weights, true_w = numbers(PLACES, 6, low=-3, high=2), numbers(6, low=-1, high=1)
    drawing = draw_weights(ax, weights, true_w, "weights")
    assert list(drawing.moving) == ["weights", "true_weights"]
    for i in places(drawing, PLACES):
        np.testing.assert_array_equal(heights(drawing.moving["weights"]), weights[i])
    np.testing.assert_array_equal(xy(drawing.moving["true_weights"]), [range(6), true_w])
    assert look(drawing.moving["true_weights"]) == (TEST, "--")
    np.testing.assert_array_equal(drawing.moving["weights"].get_colors()[:, :3], [to_rgb(TRAIN)])
    assert (title(drawing), ax.get_xlabel(), ax.get_xlim()) == ("weights", "weight number", (-1, 6))


@pytest.mark.parametrize(("scale", "true_scale"), [(1, 0.1), (0.1, 1)])
def test_zero_is_in_the_middle_of_weights_and_the_largest_fits(ax, scale, true_scale):
    weights, true_w = scale * np.array([[0.5, -2.0]]), true_scale * np.array([-2.0, 1.0])
    draw_weights(ax, weights, true_w, "")
    np.testing.assert_allclose(ax.get_ylim(), (-2.1, 2.1))


# Looks and axes


@pytest.mark.parametrize(
    ("name", "label", "dashes"),
    [("train_loss", "train", "-"), ("test_acc", "test", "--"), ("w_norm", "w", "-"), ("theta", "theta", "-")],
)
def test_dashes_tell_test_from_training(name, label, dashes):
    assert curve_look(name, "red") == {"color": "red", "label": label, "ls": dashes}


def test_values_are_marked_where_they_lie_the_ends_among_them(ax):
    long = axis("λ", range(44))
    mark_values(ax, long)
    marked = ticks(ax.xaxis)
    assert len(marked) == 7
    assert {0.0, 43.0} <= set(marked)
    assert all(label == long.labels[int(place)] for place, label in marked.items())
    assert ax.get_xlim() == (-0.5, 43.5)
    mark_values(ax, long, most=3)
    assert len(ticks(ax.xaxis)) == 3


def test_all_of_few_values_are_marked(ax):
    np.testing.assert_array_equal(mark_values(ax, AXIS), range(4))
    assert ticks(ax.xaxis) == dict(enumerate(AXIS.labels))


def test_an_axis_is_broken_where_its_zero_is_on_no_log_scale(ax):
    mark_values(ax, AXIS)
    (mark,) = (text for text in ax.texts if text.get_text() == "//")
    assert mark.get_position() == (0.5, 0)


@pytest.mark.parametrize("values", [(0, 0.1, 0.25, 0.5, 0.7, 0.9), [k / 20 for k in range(20)]])
def test_an_axis_without_a_log_scale_is_whole(ax, values):
    mark_values(ax, axis("p", values))
    assert not ax.texts


def test_few_values_that_rise_by_unequal_steps_lie_where_they_are(ax):
    x = mark_values(ax, axis("p", (0, 0.1, 0.25, 0.5, 0.7, 1)))
    np.testing.assert_allclose(x, [0, 0.5, 1.25, 2.5, 3.5, 5])
    assert ax.get_xlim() == (-0.5, 5.5)


def test_every_drawing_is_in_the_panel_it_was_given(ax):
    sweep = sweep_of(6)
    for drawing in (draw_curves(ax, sweep, LOSSES, ""), draw_slice(ax, sweep, LOSSES, GRID, 0, "")):
        assert panel(drawing) is ax
        assert all(artist.get_animated() for artist in drawing.moving.values())
