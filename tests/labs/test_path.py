"""`PathLab`: its solutions against scikit-learn, what is drawn against the solutions, and what each box changes."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, LinearRegression, Ridge

from helpers.data.regression import split_diabetes
from helpers.drawing.style import COLORS, CURSOR, TEST, TRAIN
from helpers.labs import path
from helpers.labs.frames import MAX_BYTES
from tests.labs.pictures import heights, keys, made, panel, places, segments, ticks, title, xy
from tests.labs.quick import quick_lab, values

FEATURES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
LAMBDAS = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50]
SHARES = [0.0, 0.5, 0.9, 1.0]
PAIRS = [(lambd, share) for lambd in LAMBDAS for share in SHARES]
SOME = [(0, 1.0), (0.5, 0.5), (5, 0.0), (5, 1.0), (30, 0.9)]
START = {"n": 60, "junk": 0, "seeds": 10}
JUNK = to_hex("0.6")


@pytest.fixture(scope="module")
def shown():
    """Two splits, with two inputs of pure noise, and what is drawn of them."""
    return made(path, n=40, junk=2, seeds=2)


@pytest.fixture(scope="module")
def lab():
    with quick_lab("PathLab") as opened:
        yield opened


# The numbers


def solution(X, y, lambd, share):
    """Return scikit-learn's model of one pair: ridge sums over the examples where the course averages."""
    if lambd == 0:
        model = LinearRegression()
    elif share == 0:
        model = Ridge(alpha=len(X) * lambd)
    else:
        model = ElasticNet(alpha=lambd, l1_ratio=share, tol=1e-9, max_iter=100_000)
    return model.fit(X, y)


def degrees_of_freedom(X, w, l2):
    used = X[:, w != 0]
    s2 = np.linalg.svd(used - used.mean(axis=0), compute_uv=False) ** 2
    return (s2 / (s2 + len(X) * l2)).sum()


def numbers_of_split(X, y, X_test, y_test, lambd, share):
    model = solution(X, y, lambd, share)
    w = model.coef_
    losses = [((model.predict(A) - target) ** 2).mean() / 2 for A, target in ((X, y), (X_test, y_test))]
    sizes = {"num_nonzero": (w != 0).sum(), "dof": degrees_of_freedom(X, w, lambd * (1 - share))}
    return {"train_loss": losses[0], "test_loss": losses[1], **sizes, **dict(zip(FEATURES, w, strict=False))}


def numbers(pair, n, junk, seeds):
    """Return what the lab should say of a pair: the means of both losses, and the first split's own."""
    splits = [[part.numpy() for part in split_diabetes(n, junk, seed)] for seed in range(seeds)]
    each = [numbers_of_split(X, y[:, 0], X_test, y_test[:, 0], *pair) for X, y, X_test, y_test in splits]
    return each[0] | {name: np.mean([one[name] for one in each]) for name in ("train_loss", "test_loss")}


def roughly(expected):
    return pytest.approx(expected, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("share", SHARES)
def test_every_number_is_what_scikit_learn_finds(shown, share):
    for lambd in LAMBDAS:
        now = shown.scene.numbers[PAIRS.index((lambd, share))]
        assert now == roughly(numbers((lambd, share), n=40, junk=2, seeds=2))


def test_the_solutions_are_those_of_each_split(shown):
    solved = shown.scene.source
    for seed in range(2):
        X, y, X_test, y_test = (part.numpy() for part in split_diabetes(40, 2, seed))
        for at in range(5, len(PAIRS), 11):
            model = solution(X, y[:, 0], *PAIRS[at])
            np.testing.assert_allclose(solved.weights[seed, at], model.coef_, rtol=1e-3, atol=1e-2)
            held_out = ((model.predict(X_test) - y_test[:, 0]) ** 2).mean() / 2
            assert solved.test_loss[seed, at].item() == pytest.approx(held_out, rel=1e-4)
            assert solved.num_nonzero[seed, at] == (model.coef_ != 0).sum()
    assert not np.allclose(solved.weights[0], solved.weights[1]), "two seeds differ"


def test_the_read_out_says_the_numbers(shown):
    for (lambd, share), now, text in zip(PAIRS, shown.scene.numbers, shown.scene.readout, strict=True):
        assert text == (
            f"λ = {lambd:g}, ℓ1 share {share:g}: {now['num_nonzero']} of 12 weights are not 0, "
            f"{now['dof']:.1f} degrees of freedom, held-out loss {now['test_loss']:.0f} (mean of 2 splits)."
        )


# The boxes


def test_it_starts_as_it_says(lab):
    assert values(lab) == START
    assert [one.values for one in lab.axes] == [tuple(LAMBDAS), tuple(SHARES)]
    assert (lab.frames.index, lab.frames.index_2) == (LAMBDAS.index(5), SHARES.index(1.0))
    for pair in SOME:
        assert lab.at(*pair) == roughly(numbers(pair, **START))


@pytest.mark.parametrize("change", [{"seeds": 3}, {"n": 100}, {"junk": 5}], ids=str)
def test_each_box_changes_what_it_says_and_nothing_else(lab, change):
    settings = START | {"seeds": 2} | change
    lab.set(**settings)
    assert lab.frames.message == ""
    for pair in SOME:
        assert lab.at(*pair) == roughly(numbers(pair, **settings))


def test_the_same_boxes_make_the_same_scene_again(lab):
    lab.set(**START | {"seeds": 1})
    before = lab.scene
    assert all("(mean of 1 split)" in text for text in before.readout)
    lab.set(n=61)
    assert lab.scene.numbers[0] != before.numbers[0]
    lab.set(n=60)
    assert (lab.scene.numbers, lab.scene.readout) == (before.numbers, before.readout)


def test_fewer_patients_than_inputs():
    extreme = made(path, n=20, junk=20, seeds=1)
    assert np.isfinite([list(now.values()) for now in extreme.scene.numbers]).all()
    assert len(PAIRS) * max(len(extreme.picture(i)) for i in (0, 39, 71)) < MAX_BYTES


# The pictures


def curves_over_lambda(column, share):
    """Return the values, one for each pair, of all λ with this share."""
    return np.array([column[PAIRS.index((lambd, share))] for lambd in LAMBDAS])


def check_over_lambda(drawing, columns):
    """Compare lines, dots and cursor at every place with columns of values, one for each pair."""
    for i in places(drawing, len(PAIRS)):
        lambd, share = PAIRS[i]
        k, lines = LAMBDAS.index(lambd), segments(drawing.moving["lines"])
        assert len(lines) == len(columns)
        for line, column in zip(lines, columns, strict=True):
            np.testing.assert_array_equal(line.T, [range(len(LAMBDAS)), curves_over_lambda(column, share)])
        dots = [(k, column[i]) for column in columns]
        np.testing.assert_array_equal(drawing.moving["dots"].get_offsets(), dots)
        assert drawing.moving["cursor"].get_xdata() == [k, k]


def looks(drawing):
    """Return colour and whether it is solid of each line."""
    lines = drawing.moving["lines"]
    return list(zip(map(to_hex, lines.get_colors()), [dash is None for _, dash in lines.get_linestyle()], strict=True))


def check_lambda_axis(ax, low=0):
    assert ax.get_xlabel() == "λ"
    marked = ticks(ax.xaxis)
    assert marked == {k: f"{LAMBDAS[int(k)]:g}" for k in marked}
    assert {0, len(LAMBDAS) - 1} <= set(marked)
    assert len(marked) == 7
    assert ax.get_xlim()[0] < low
    assert ax.get_xlim()[1] > len(LAMBDAS) - 1


def holds(ax, data):
    low, high = ax.get_ylim()
    return low < np.min(data) and np.max(data) < high


def test_the_paths_are_the_weights_of_the_first_split(shown):
    drawing, w = shown.drawings["paths"], shown.scene.source.weights[0].numpy()
    check_over_lambda(drawing, list(w.T))
    assert title(drawing) == "the weights over λ"
    check_lambda_axis(panel(drawing), low=-1)  # the names stand there
    assert holds(panel(drawing), w)


def colors_of_inputs():
    four = ("s1", "s2", "s3", "s4")
    return [COLORS[3] if name in four else COLORS[2] for name in FEATURES] + [JUNK] * 2


def test_correlated_inputs_and_noise_are_told_apart_by_colour(shown):
    lines, bars = shown.drawings["paths"].moving["lines"], shown.drawings["weights"].moving["weights"]
    assert looks(shown.drawings["paths"]) == [(color, True) for color in colors_of_inputs()]
    assert list(map(to_hex, bars.get_colors())) == colors_of_inputs()
    assert list(map(to_hex, shown.drawings["paths"].moving["dots"].get_facecolors())) == colors_of_inputs()
    assert max(lines.get_linewidths()[10:]) < min(lines.get_linewidths()[:10])


def as_near_as_can_be(starts, low, high):
    """Return places near where lines start, in least squares, each a step above the one before, within limits."""
    step, apart = 0.09 * (high - low), np.diff(np.eye(len(starts)), axis=0)
    ends = [(low + step / 2, high - step / 2)] * len(starts)
    enough = {"type": "ineq", "fun": lambda y: apart @ y - step}
    return minimize(lambda y: ((y - starts) ** 2).sum(), np.linspace(*ends[0], 10), bounds=ends, constraints=enough).x


def test_each_path_has_its_name_where_it_starts_and_no_name_covers_another(shown):
    ax, start = panel(shown.drawings["paths"]), shown.scene.source.weights[0, 0].numpy()
    names = sorted((text for text in ax.texts if text.get_text() != "//"), key=lambda text: text.get_position()[1])
    labels = [text.get_text() for text in names]
    assert labels == sorted(FEATURES, key=lambda name: start[FEATURES.index(name)])
    assert [text.get_color() for text in names] == [colors_of_inputs()[FEATURES.index(name)] for name in labels]
    wanted = as_near_as_can_be(np.sort(start[:10]), *ax.get_ylim())
    np.testing.assert_allclose([text.get_position()[1] for text in names], wanted, atol=0.01)
    shown.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in names]
    assert all(lower.y1 < upper.y1 and lower.y0 < upper.y0 for lower, upper in pairwise(boxes))
    assert all(box.x1 <= ax.transData.transform((0, 0))[0] for box in boxes)
    assert all(box.x0 >= ax.bbox.x0 for box in boxes)


def test_a_bar_for_each_weight_and_a_ring_where_it_is_exactly_zero(shown):
    drawing, w = shown.drawings["weights"], shown.scene.source.weights[0].numpy()
    ax = panel(drawing)
    rings = 0
    for i in places(drawing, len(PAIRS)):
        np.testing.assert_array_equal(heights(drawing.moving["weights"]), w[i])
        gone = np.flatnonzero(w[i] == 0)
        np.testing.assert_array_equal(xy(drawing.moving["rings"]), [gone, 0 * gone])
        rings += len(gone)
    assert rings > 50
    assert title(drawing) == "the current weights; a ring is exactly 0"
    assert ticks(ax.xaxis) == dict(enumerate(FEATURES))
    assert holds(ax, w)
    assert ax.get_xlim()[0] < 0
    assert ax.get_xlim()[1] > 11
    assert to_hex(drawing.moving["rings"].get_markeredgecolor()) == CURSOR


def test_the_losses_are_means_over_splits(shown):
    drawing, solved = shown.drawings["losses"], shown.scene.source
    ax, losses = panel(drawing), [loss.mean(dim=0).numpy() for loss in (solved.train_loss, solved.test_loss)]
    check_over_lambda(drawing, losses)
    check_lambda_axis(ax)
    assert title(drawing) == "loss"
    assert looks(drawing) == [(TRAIN, True), (TEST, False)]
    assert keys(ax.get_legend()) == {"training": (TRAIN, "-"), "held out": (TEST, "--")}
    assert ax.get_ylim()[0] < np.min(losses)
    assert ax.get_ylim()[1] > max(losses[0][0], losses[1][0]), "without a penalty; beyond, no model is left"


def test_degrees_of_freedom_and_weights_left_are_those_of_the_first_split(shown):
    drawing, solved = shown.drawings["sizes"], shown.scene.source
    ax, sizes = panel(drawing), [solved.dof[0].numpy(), solved.num_nonzero[0].numpy()]
    check_over_lambda(drawing, sizes)
    check_lambda_axis(ax)
    assert holds(ax, sizes)
    assert looks(drawing) == [(CURSOR, True), (COLORS[2], False)]
    assert keys(ax.get_legend()) == {"degrees of freedom": (CURSOR, "-"), "weights that are not 0": (COLORS[2], "--")}
    assert all(tick == round(tick) for tick in ticks(ax.yaxis))
