"""`ConstraintLab`: its best weights against scikit-learn's, and what is drawn of them at every place."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.path import Path
from scipy.spatial.distance import directed_hausdorff
from sklearn.linear_model import Lasso, Ridge

from helpers import ConstraintLab
from helpers.drawing.style import CURSOR, EDGE, INK, TEST, TRAIN
from helpers.labs import constraint
from helpers.sliders import LAMBDAS
from helpers.two_weights import solve
from tests.labs.pictures import edges, look, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

A, BOTTOM = np.array([[1.0, 0.6], [0.6, 0.8]]), np.array([2.0, 1.0])
Q = {"ℓ2": 2, "ℓ1": 1}
FENCE = {"ℓ2": "‖w‖²", "ℓ1": "‖w‖₁"}
AT = np.arange(len(LAMBDAS))


@pytest.fixture(scope="module", params=Q)
def penalty(request):
    return request.param


@pytest.fixture(scope="module")
def shown(penalty):
    return made(constraint, penalty=penalty)


@pytest.fixture
def lab():
    with quick_lab("ConstraintLab") as opened:
        yield opened


def loss(w):
    """Return ½ (w − w̃)ᵀ A (w − w̃) of weights (2, ...), written out."""
    d, e = w[0] - 2, w[1] - 1
    return (d * d + 2 * 0.6 * d * e + 0.8 * e * e) / 2


def best(lambd, penalty):
    """Return scikit-learn's best weights: ½ ‖X (w − w̃)‖² is the valley; its Lasso averages over two examples."""
    X = np.linalg.cholesky(A).T
    if lambd == 0:
        return BOTTOM
    lasso = Lasso(alpha=lambd / 2, fit_intercept=False, tol=1e-14, max_iter=100_000)
    model = Ridge(lambd, fit_intercept=False) if penalty == "ℓ2" else lasso
    return model.fit(X, X @ BOTTOM).coef_


def size(w, penalty):
    """Return Σ |w_j|^q of weights (2, ...)."""
    return (np.abs(w) ** Q[penalty]).sum(axis=0)


def check_numbers(numbers, penalty):
    for lambd, now in zip(LAMBDAS, numbers, strict=True):
        w = best(lambd, penalty)
        wanted = {"w_1": w[0], "w_2": w[1], "theta": size(w, penalty), "loss": loss(w)}
        assert now == pytest.approx(wanted, rel=1e-5, abs=1e-6)


def weights(shown):
    """Return the best weights of each place, (L, 2)."""
    return np.array([(now["w_1"], now["w_2"]) for now in shown.scene.numbers])


# The numbers


def test_the_numbers_are_those_of_the_best_weights(shown, penalty):
    check_numbers(shown.scene.numbers, penalty)


def test_the_fence_shrinks_and_the_loss_grows_with_lambda(shown):
    numbers = shown.scene.numbers
    assert numbers[0] == pytest.approx({"w_1": 2, "w_2": 1, "theta": numbers[0]["theta"], "loss": 0})
    for before, after in pairwise(numbers):
        alive = before["theta"] > 0
        assert after["theta"] < before["theta"] or not alive
        assert after["loss"] > before["loss"] or not alive


def test_l1_has_a_corner_and_an_end(shown, penalty):
    w = weights(shown)
    assert (w[:, 1] == 0).sum() == (0 if penalty == "ℓ2" else len([lambd for lambd in LAMBDAS if lambd >= 1.2]))
    assert (w[:, 0] == 0).sum() == (0 if penalty == "ℓ2" else len([lambd for lambd in LAMBDAS if lambd >= 2.6]))


def test_the_texts_say_the_numbers(shown, penalty):
    shape = {"ℓ2": "circle", "ℓ1": "diamond"}[penalty]
    for lambd, now, text, alt in zip(LAMBDAS, shown.scene.numbers, shown.scene.readout, shown.scene.alt, strict=True):
        w, theta = f"({now['w_1']:.2f}, {now['w_2']:.2f})", f"{now['theta']:#.3g}"
        same = f"λ = {lambd:g} corresponds to the constraint {FENCE[penalty]} ≤ {theta}"
        assert text == f"{same}: w = {w}, loss {now['loss']:.2f}."
        assert alt == (
            f"Ellipses of equal loss around (2, 1), and the {shape} {FENCE[penalty]} = {theta}, "
            f"which touches one of them at w = {w}."
        )


def test_the_second_slider_names_the_fence_of_each_lambda(shown):
    assert shown.scene.also == {"θ": [f"{now['theta']:#.3g}" for now in shown.scene.numbers]}


# The menu


def test_it_starts_as_it_says(lab):
    assert values(lab) == {"penalty": "ℓ2"}
    assert lab.controls["penalty"].options == ("ℓ2", "ℓ1")
    assert lab.axes[0].values == LAMBDAS
    assert lab.frames.index == lab.axes[0].index(0.5)
    check_numbers(lab.scene.numbers, "ℓ2")


def test_the_other_penalty_changes_everything_and_can_be_taken_back(lab):
    before = lab.scene
    lab.set(penalty="ℓ1")
    assert lab.frames.message == ""
    check_numbers(lab.scene.numbers, "ℓ1")
    assert not set(lab.scene.readout) & set(before.readout)
    assert lab.scene.also != before.also
    lab.set(penalty="ℓ2")
    assert lab.scene == before


def test_the_second_slider_names_each_fence_also_where_it_has_no_width_left():
    with quick_lab("ConstraintLab", penalty="ℓ1") as lab:
        assert values(lab) == {"penalty": "ℓ1"}
        check_numbers(lab.scene.numbers, "ℓ1")
        _, fences = lab.frames.axes
        assert (fences["name"], fences["moves"]) == ("θ", "index")
        thetas = [now["theta"] for now in lab.scene.numbers]
        assert [float(label) for label in fences["labels"]] == pytest.approx(thetas, rel=0.006, abs=0.006)
        assert fences["labels"][-2:] == ["0.00", "0.00"]


def test_bad_input(lab):
    with pytest.raises(ValueError, match="penalty must be one of 'ℓ2', 'ℓ1', got 'l3'"):
        ConstraintLab("l3")
    with pytest.raises(ValueError, match="penalty must be one of ℓ2, ℓ1, got 'l3'"):
        lab.set(penalty="l3")


# The picture of the valley


def goes_around(curve, centre):
    """Return whether a closed curve (2, n) goes once around a point, in small steps."""
    angles = np.unwrap(np.arctan2(*(curve - np.reshape(centre, (2, 1)))[::-1]))
    return abs(angles[-1] - angles[0]) == pytest.approx(2 * np.pi) and np.abs(np.diff(angles)).max() < 0.1


def test_the_ellipse_is_where_the_loss_is_that_of_the_best_weights(shown):
    drawing = shown.drawings["valley"]
    for i in places(drawing, len(LAMBDAS)):
        ellipse = xy(drawing.moving["ellipse"])
        np.testing.assert_allclose(loss(ellipse), loss(weights(shown)[i]), atol=1e-12)
        assert i == 0 or goes_around(ellipse, BOTTOM)
    assert look(drawing.moving["ellipse"]) == (TEST, "-")


def test_the_fence_is_where_the_norm_is_that_of_the_best_weights(shown, penalty):
    drawing = shown.drawings["valley"]
    for i in places(drawing, len(LAMBDAS)):
        fence, theta = xy(drawing.moving["constraint"]), shown.scene.numbers[i]["theta"]
        np.testing.assert_allclose(size(fence, penalty), theta, atol=1e-12)
        assert theta == 0 or goes_around(fence, (0, 0))
        reach = theta ** (1 / Q[penalty])
        for corner in ((reach, 0), (0, reach), (-reach, 0), (0, -reach)):
            assert np.abs(fence - np.reshape(corner, (2, 1))).max(axis=0).min() < 1e-12
        np.testing.assert_array_equal(drawing.moving["area"].get_xy()[: len(fence.T)], fence.T)
    area = drawing.moving["area"]
    assert look(drawing.moving["constraint"]) == (TRAIN, "-")
    assert (to_hex(area.get_facecolor()), area.get_alpha(), area.get_linewidth()) == (TRAIN, 0.1, 0)


def test_the_dot_is_at_the_best_weights_and_the_star_at_the_bottom(shown):
    drawing = shown.drawings["valley"]
    dot, star = drawing.moving["best"], drawing.moving["bottom"]
    for i in places(drawing, len(LAMBDAS)):
        assert xy(dot)[:, 0].tolist() == weights(shown)[i].tolist()
        assert xy(star)[:, 0].tolist() == [2, 1]
    assert (look(dot), dot.get_marker()) == ((INK, "None"), "o")
    assert (look(star), star.get_marker()) == ((INK, "None"), "*")


def test_the_arrows_pull_from_the_best_weights_downhill_and_back(shown, penalty):
    drawing, w = shown.drawings["valley"], weights(shown)
    arrows = drawing.moving["pulls"]
    for i in places(drawing, len(LAMBDAS)):
        downhill = A @ (BOTTOM - w[i])
        np.testing.assert_array_equal(arrows.get_offsets(), [w[i], w[i]])
        np.testing.assert_allclose(np.stack([arrows.U, arrows.V], axis=1), [downhill, -downhill], atol=1e-12)
        if penalty == "ℓ2":
            np.testing.assert_allclose([arrows.U[1], arrows.V[1]], -LAMBDAS[i] * w[i], atol=1e-12)
    assert (arrows.scale, arrows.angles, arrows.scale_units) == (2, "xy", "xy"), "a pull of 1 is half a unit long"
    assert [to_hex(color) for color in arrows.get_facecolors()] == [TEST, TRAIN]


def test_the_way_of_the_best_weights_leads_from_the_bottom_to_zero(shown, penalty):
    way = shown.drawings["valley"].still["path"]
    points, wanted = xy(way).T, np.array([solve(lambd, Q[penalty]) for lambd in np.geomspace(1e-4, 1e4, 2000)])
    assert points[0] == pytest.approx(BOTTOM)
    assert np.abs(points[-1]).max() < 1e-3
    assert directed_hausdorff(points, wanted)[0] < 0.02
    assert directed_hausdorff(wanted, points)[0] < 0.02
    assert look(way) == (INK, ":")


def test_ellipses_of_equal_loss_lie_behind(shown):
    ax = panel(shown.drawings["valley"])
    ground = [xy(line) for line in ax.lines if look(line) == (EDGE, "-") and len(line.get_xdata()) > 2]
    for ellipse, height in zip(ground, (0.1, 0.6, 1.6, 3.6, 7.0), strict=True):
        np.testing.assert_allclose(loss(ellipse), height)
        assert goes_around(ellipse, BOTTOM)


def test_the_name_of_the_fence_moves_with_it_and_neither_ellipse_nor_arrow_crosses_it(shown, penalty):
    drawing = shown.drawings["valley"]
    name, arrows, ax = drawing.moving["name"], drawing.moving["pulls"], panel(drawing)
    assert (name.get_text(), name.get_color()) == (f"{FENCE[penalty]} = θ", TRAIN)
    renderer = shown.figure.canvas.get_renderer()
    for i in places(drawing, len(LAMBDAS)):
        assert size(np.array(name.xy), penalty) == pytest.approx(shown.scene.numbers[i]["theta"], abs=1e-12)
        assert name.xy[0] <= 0 <= name.xy[1]
        box = name.get_window_extent(renderer)
        assert box.x1 < ax.transData.transform(name.xy)[0], "to the left of the fence"
        w, ends = weights(shown)[i], np.stack([arrows.U, arrows.V], axis=1) / 2
        ways = [drawing.moving["ellipse"].get_xydata(), *([w, w + end] for end in ends)]
        assert not any(Path(ax.transData.transform(way)).intersects_bbox(box, filled=False) for way in ways)
        assert ax.bbox.x0 < box.x0


def test_the_bottom_has_its_name(shown):
    name = shown.drawings["valley"].moving["bottom_name"]
    assert (name.get_text(), name.get_color(), name.xy) == ("w̃*", INK, pytest.approx(BOTTOM))


def test_both_weights_have_one_scale_and_all_fences_have_room(shown):
    ax = panel(shown.drawings["valley"])
    origin, right, up = ax.transData.transform([(0, 0), (1, 0), (0, 1)])
    assert right[0] - origin[0] == pytest.approx(up[1] - origin[1])
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left <= -3 < 3 <= right, "the largest diamond"
    assert low <= -3 < 3 <= high
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w₁", "w₂")
    assert title(shown.drawings["valley"]) == "the best w for each constraint: there the gradients balance"


def test_everything_in_the_valley_is_named_as_it_looks(shown, penalty):
    (legend,) = shown.figure.legends
    pull = {"ℓ2": "−λw", "ℓ1": "−λs"}[penalty]
    handles = zip(legend.get_texts(), legend.legend_handles, strict=True)
    assert {text.get_text(): (to_hex(key.get_color()), key.get_marker()) for text, key in handles} == {
        "w̃*, minimum of the loss": (INK, "*"),
        "w*, best under the constraint": (INK, "o"),
        "path of w* as λ grows": (INK, "None"),
        "−∇L, from the loss": (TEST, ">"),
        f"{pull}, from the penalty": (TRAIN, "<"),
    }
    assert legend.legend_handles[2].get_linestyle() == ":"
    shown.figure.canvas.draw()
    for drawing in shown.drawings.values():
        assert not legend.get_window_extent().overlaps(panel(drawing).bbox)


# The picture of θ


def test_theta_over_lambda_with_a_dot_at_the_place(shown):
    drawing, theta = shown.drawings["theta"], [now["theta"] for now in shown.scene.numbers]
    np.testing.assert_allclose(xy(drawing.still["theta"]), [AT, theta])
    np.testing.assert_allclose(edges(drawing.still["theta_band"]), [AT, theta, theta])
    assert look(drawing.still["theta"]) == (TRAIN, "-")
    for i in places(drawing, len(LAMBDAS)):
        assert drawing.moving["cursor"].get_xdata() == [i, i]
        assert xy(drawing.moving["theta_dot"]).tolist() == [[i], [theta[i]]]
    assert look(drawing.moving["cursor"]) == (CURSOR, "-")
    assert drawing.moving["theta_dot"].get_color() == TRAIN
    ax = panel(drawing)
    marked = ticks(ax.xaxis)
    assert marked == {k: f"{LAMBDAS[int(k)]:g}" for k in marked}
    assert {0, len(LAMBDAS) - 1} <= set(marked)
    assert (title(drawing), ax.get_xlabel(), ax.get_xlim()) == ("θ for each λ", "λ", (-0.5, len(LAMBDAS) - 0.5))
    assert ax.get_ylim()[0] < 0 < max(theta) < ax.get_ylim()[1]
