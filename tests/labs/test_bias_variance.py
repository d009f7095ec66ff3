"""`BiasVarianceLab`: its numbers against ridge regression and folds written out, its pictures against its numbers."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers.data.regression import draw_wiggles
from helpers.drawing.style import INK, TEST, TRAIN
from helpers.labs import bias_variance
from helpers.labs.frames import MAX_BYTES
from helpers.seeding import generator_for
from helpers.selection import kfold_indices
from tests.labs.pictures import keys, look, made, panel, places, segments, ticks, title, xy
from tests.labs.quick import quick_lab, values

LAMBDAS = [0, *(step * 10.0**k for k in range(-5, 1) for step in (1, 2, 3, 5)), 10]
NUM_SETS, NUM_FOLDS = 200, 5
GRID = np.linspace(-1, 1, 161)[:, None]
START = {"n": 20, "noise": 0.5, "seed": 1}


@pytest.fixture(scope="module")
def shown():
    return made(bias_variance, **START)


@pytest.fixture(scope="module")
def lab():
    with quick_lab("BiasVarianceLab") as opened:
        yield opened


# The numbers


def bumps(x):
    return np.exp(-((x - np.linspace(-1, 1, 15)) ** 2) / (2 * 0.15**2))


def truth(x):
    return np.sin(5 * x) + np.cos(11 * x) / 2


def predictions(x, y, lambd, at):
    """Return what ridge regression on bumps, fitted to x and y (..., n, 1), says at other places."""
    X, n = bumps(x), x.shape[-2]
    X_mean, y_mean = X.mean(axis=-2, keepdims=True), y.mean(axis=-2, keepdims=True)
    centred = X - X_mean
    moved = np.swapaxes(centred, -1, -2)
    if lambd == 0:
        w = np.linalg.pinv(centred) @ (y - y_mean)
    else:
        w = np.linalg.solve(moved @ centred + n * lambd * np.eye(15), moved @ (y - y_mean))
    return (bumps(at) - X_mean) @ w + y_mean


def cross_validation(x, y, seed):
    """Return the mean error of five folds and its standard error, for each λ."""
    folds = kfold_indices(len(x), NUM_FOLDS, generator_for(seed, "folds"))
    parts = [(x[train.numpy()], y[train.numpy()], x[out.numpy()], y[out.numpy()]) for train, out in folds]
    errors = [[((predictions(a, b, lambd, c) - d) ** 2).mean() for a, b, c, d in parts] for lambd in LAMBDAS]
    return np.mean(errors, axis=1), np.std(errors, axis=1, ddof=1) / NUM_FOLDS**0.5


def expected(n, noise, seed):
    """Return what the lab should say for every λ, and the λ that its rules choose."""
    x, y = (values.numpy() for values in draw_wiggles(NUM_SETS, n, noise, seed))
    fits = np.concatenate([predictions(x, y, lambd, GRID) for lambd in LAMBDAS], axis=2)  # (200, 161, L)
    bias2 = ((fits.mean(axis=0) - truth(GRID)) ** 2).mean(axis=0)
    error = ((fits - truth(GRID)) ** 2).mean(axis=(0, 1)) + noise**2
    cv_error, cv_se = cross_validation(x[0], y[0], seed)
    near = np.flatnonzero(cv_error <= cv_error.min() + cv_se[cv_error.argmin()])
    places = {"sum": error.argmin(), "cross-validation": cv_error.argmin(), "one standard error": near.max()}
    numbers = {"bias2": bias2, "variance": error - noise**2 - bias2, "error": error}
    numbers |= {"cv_error": cv_error, "cv_se": cv_se}
    return fits, numbers, {rule: LAMBDAS[place] for rule, place in places.items()}


def check_numbers(scene, settings):
    _, numbers, best = expected(**settings)
    assert len(scene.numbers) == len(LAMBDAS)
    for k, now in enumerate(scene.numbers):
        assert now == pytest.approx({name: column[k] for name, column in numbers.items()}, rel=1e-6)
    assert scene.source.best == pytest.approx(best)


def test_the_fits_are_those_of_200_training_sets(shown):
    x, y = draw_wiggles(NUM_SETS, 20, 0.5, 1)
    fits, _, _ = expected(**START)
    np.testing.assert_array_equal(shown.scene.source.x, x[0])
    np.testing.assert_array_equal(shown.scene.source.y, y[0])
    np.testing.assert_allclose(shown.scene.source.fits, fits, rtol=1e-6, atol=1e-6)


def test_the_texts_say_the_numbers(shown):
    best = shown.scene.source.best
    for lambd, now, text, alt in zip(LAMBDAS, *shown.scene[:1], *shown.scene[2:4], strict=True):
        assert text == (
            f"λ = {lambd:g}: bias² {now['bias2']:.3f} + variance {now['variance']:.3f} + noise = {now['error']:.3f}, "
            f"smallest at λ = {best['sum']:g}; cross-validation estimates {now['cv_error']:.3g} ± {now['cv_se']:.2g}, "
            f"smallest at λ = {best['cross-validation']:g}."
        )
        assert alt.endswith(f": {text[:-1]} ({best['one standard error']:g} by one standard error).")


# The boxes


def test_it_starts_as_it_says(lab):
    assert values(lab) == START
    assert lab.axes[0].values == pytest.approx(LAMBDAS)
    check_numbers(lab.scene, START)


@pytest.mark.parametrize("change", [{"n": 40}, {"noise": 1.5}, {"seed": 2}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    settings = START | change
    lab.set(**settings)
    assert lab.frames.message == ""
    check_numbers(lab.scene, settings)


def test_more_examples_and_less_noise_are_less_variance(lab):
    variances = []
    for settings in (START, START | {"n": 100}, START | {"noise": 1.5}):
        lab.set(**settings)
        variances.append(lab.at(0.01)["variance"])
    assert variances[1] < variances[0] / 2
    assert variances[2] == pytest.approx(9 * variances[0], rel=0.1), "it goes with the variance of the noise"


def test_two_seeds_differ_and_one_repeats(lab):
    scenes = []
    for seed in (1, 2, 1):
        lab.set(**START | {"seed": seed})
        scenes.append(lab.scene)
    first, other, again = scenes
    assert (again.numbers, again.readout, again.alt) == (first.numbers, first.readout, first.alt)
    for name in ("bias2", "variance", "cv_error", "cv_se"):
        assert first.numbers[10][name] != other.numbers[10][name]
    assert not np.isin(first.source.x, other.source.x).any()


@pytest.mark.parametrize(("n", "noise"), [(15, 3.0), (300, 0.05)])
def test_the_ends_of_the_boxes(n, noise):
    extreme = made(bias_variance, n=n, noise=noise, seed=1)
    assert np.isfinite([list(now.values()) for now in extreme.scene.numbers]).all()
    assert len(LAMBDAS) * np.mean([len(extreme.picture(i)) for i in (8, 25)]) < MAX_BYTES


# The pictures


def column(shown, name):
    return np.array([now[name] for now in shown.scene.numbers])


def line_named(ax, label):
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return line


def check_truth(ax):
    line = line_named(ax, "truth")
    np.testing.assert_allclose(xy(line), [GRID[:, 0], truth(GRID[:, 0])], atol=1e-12)
    assert look(line) == (INK, "--")
    assert ax.get_xlabel() == "x"
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_ylim()[0] < -1.6 < 1.6 < ax.get_ylim()[1]


def check_lambda_axis(ax):
    marked = ticks(ax.xaxis)
    assert ax.get_xlabel() == "λ"
    assert marked == {k: f"{LAMBDAS[int(k)]:g}" for k in marked}
    assert {0, len(LAMBDAS) - 1} <= set(marked)
    assert ax.get_xlim() == (-0.5, len(LAMBDAS) - 0.5)


def test_twenty_fits_and_the_mean_of_all(shown):
    drawing, fits = shown.drawings["fits"], shown.scene.source.fits.numpy()
    for i in places(drawing, len(LAMBDAS)):
        drawn = segments(drawing.moving["fits"])
        assert drawn.shape == (20, 161, 2)
        for line, fit in zip(drawn, fits[:20, :, i], strict=True):
            np.testing.assert_allclose(line.T, [GRID[:, 0], fit], atol=1e-12)
        mean = [GRID[:, 0], fits[:, :, i].mean(axis=0)]
        np.testing.assert_allclose(xy(drawing.moving["mean"]), mean, atol=1e-12)
    ax = panel(drawing)
    assert title(drawing) == "fits to many training sets"
    assert list(keys(ax.get_legend())) == ["truth", "20 fits", "mean of 200 fits"]
    assert [to_hex(color) for color in drawing.moving["fits"].get_colors()] == [to_hex(TEST)]
    assert look(drawing.moving["mean"]) == (TRAIN, "-")
    check_truth(ax)


def test_one_training_set_and_its_fit(shown):
    drawing, source = shown.drawings["one"], shown.scene.source
    for i in places(drawing, len(LAMBDAS)):
        np.testing.assert_allclose(xy(drawing.moving["fit"]), [GRID[:, 0], source.fits[0, :, i]], atol=1e-12)
    np.testing.assert_array_equal(xy(drawing.still["examples"]), [source.x[:, 0], source.y[:, 0]])
    ax = panel(drawing)
    assert title(drawing) == "one training set and its fit"
    assert keys(ax.get_legend())["truth"] == (INK, "--")
    assert keys(ax.get_legend())["fit"] == look(drawing.moving["fit"]) == (TEST, "-")
    assert drawing.still["examples"].get_marker() == "o"
    assert drawing.still["examples"].get_linestyle() == "None"
    low, high = ax.get_ylim()
    assert low < source.y.min()
    assert source.y.max() < high
    check_truth(ax)


def check_cursor(drawing, dots):
    """Compare the cursor and its dots, by their names and the numbers' names, at every place."""
    for i in places(drawing, len(LAMBDAS)):
        assert drawing.moving["cursor"].get_xdata() == [i, i]
        for dot, column in dots.items():
            assert xy(drawing.moving[dot]).tolist() == [[i], [column[i]]]


def test_the_parts_of_the_error_and_a_star_where_the_sum_is_smallest(shown):
    drawing, ax = shown.drawings["parts"], panel(shown.drawings["parts"])
    looks = {"error": (INK, "-"), "bias2": (TRAIN, "--"), "variance": (TEST, ":")}
    for name, wanted in looks.items():
        np.testing.assert_allclose(xy(drawing.still[name]), [range(len(LAMBDAS)), column(shown, name)])
        assert look(drawing.still[name]) == wanted
        assert to_hex(drawing.moving[f"{name}_dot"].get_color()) == wanted[0]
    check_cursor(drawing, {f"{name}_dot": column(shown, name) for name in looks})
    lowest = column(shown, "error").argmin()
    assert xy(drawing.still["star"]).tolist() == [[lowest], [column(shown, "error")[lowest]]]
    assert drawing.still["star"].get_marker() == "*"
    assert title(drawing) == "the error and its parts"
    labels = ("sum, with the noise", "bias²", "variance")
    assert keys(ax.get_legend()) == dict(zip(labels, looks.values(), strict=True))
    check_lambda_axis(ax)


def test_the_cross_validation_with_one_standard_error_up_and_down(shown):
    drawing, error, se = shown.drawings["folds"], column(shown, "cv_error"), column(shown, "cv_se")
    still, at = drawing.still, np.arange(len(LAMBDAS))
    np.testing.assert_allclose(xy(still["error"]), [at, error])
    np.testing.assert_allclose(segments(still["bars"])[:, :, 0], np.column_stack([at, at]))
    np.testing.assert_allclose(segments(still["bars"])[:, :, 1], np.column_stack([error - se, error + se]))
    np.testing.assert_allclose(xy(still["cap 0"]), [at, error - se])
    np.testing.assert_allclose(xy(still["cap 1"]), [at, error + se])
    check_cursor(drawing, {"cv_error_dot": error})
    assert title(drawing) == "its cross-validation error, ± 1 standard error"
    assert look(still["error"]) == (TEST, "-")
    check_lambda_axis(panel(drawing))


def test_lines_at_the_chosen_lambda(shown):
    drawing, best = shown.drawings["folds"], shown.scene.source.best
    chosen = {"cross-validation": "-", "one standard error": ":"}
    for rule, dashes in chosen.items():
        place = np.abs(np.subtract(LAMBDAS, best[rule])).argmin()
        assert drawing.still[rule].get_xdata() == [place, place]
        assert look(drawing.still[rule]) == (TRAIN, dashes)
    assert best["cross-validation"] != best["one standard error"]
    legend = {"smallest error": (TRAIN, "-"), "one standard error": (TRAIN, ":")}
    assert keys(panel(drawing).get_legend()) == legend


def test_both_errors_share_axes_that_hold_them_from_their_lowest_place_on(shown):
    axes = [panel(shown.drawings[name]) for name in ("parts", "folds")]
    assert axes[0].get_ylim() == axes[1].get_ylim()
    low, high = axes[0].get_ylim()
    assert low == 0
    for curve in (column(shown, "error"), column(shown, "cv_error") + column(shown, "cv_se")):
        assert curve[curve.argmin() :].max() < high
