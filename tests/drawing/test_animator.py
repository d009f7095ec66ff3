"""The Animator without a kernel: its record, its budget, its picture. In a live kernel: test_animator_live.py."""

import io
from itertools import combinations
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image
from sklearn.isotonic import isotonic_regression

from helpers import Animator
from helpers.d2l.installed import installed as book
from helpers.drawing.animator import animator
from helpers.drawing.animator.axes import drawable, fraction, limits, spread, tick_labels, ticks
from helpers.drawing.animator.curves import BOOK_FMTS, CurveArtist, Style
from helpers.drawing.style import COLORS, DASHES, DPI

WEIGHT_DECAY = {"xlabel": "epochs", "ylabel": "loss", "yscale": "log", "xlim": [5, 100], "legend": ["train", "test"]}
TRAIN_CH3 = {"xlabel": "epoch", "xlim": [1, 10], "ylim": [0.3, 0.9], "legend": ["train loss", "train acc", "test acc"]}


def filled(points, **options) -> Animator:
    """Return an Animator of these options with these points."""
    drawn = Animator(**options)
    for x, y in points:
        drawn.add(x, y)
    return drawn


def losses(n=20):
    return [(5 * i, (100 * 0.6**i, 80 * 0.8**i)) for i in range(1, n + 1)]


def pixels(path_or_png) -> np.ndarray:
    source = io.BytesIO(path_or_png) if isinstance(path_or_png, bytes) else path_or_png
    with Image.open(source) as image:
        return np.asarray(image.convert("RGB"))


def png(drawn: Animator) -> bytes:
    return drawn._view().png(drawn._style, drawn._record.curves)


# The record


@pytest.mark.parametrize(
    "y",
    [
        (0.5, 2),
        [np.float32(0.5), np.array([2])],
        np.array([0.5, 2]),
        torch.tensor([0.5, 2.0], requires_grad=True),
        torch.tensor([[0.5], [2.0]]),
        (torch.tensor(0.5, requires_grad=True), torch.tensor([[2.0]], dtype=torch.float16)),
        (0.5, True + True),
    ],
)
def test_values_become_plain_floats(y):
    points = filled([(torch.tensor(3), y)]).history
    assert points == {"curve 1": [(3.0, 0.5)], "curve 2": [(3.0, 2.0)]}
    assert {type(number) for curve in points.values() for pair in curve for number in pair} == {float}


@pytest.mark.parametrize("y", [0.5, np.float64(0.5), np.array(0.5), torch.tensor(0.5), [0.5], torch.tensor([0.5])])
def test_one_number_is_one_curve(y):
    assert filled([(1, y)], legend="loss").history == {"loss": [(1.0, 0.5)]}


def test_none_is_no_point_and_x_can_differ():
    drawn = filled([(1, (None, 2)), ([2, 3], (4, 5)), (4, (6, None))], legend=["a", "b"])
    assert drawn.history == {"a": [(2, 4), (4, 6)], "b": [(1, 2), (3, 5)]}
    assert drawn.X == [[2, 4], [1, 3]]
    assert drawn.Y == [[4, 6], [2, 5]]


def test_the_history_is_a_copy():
    drawn = filled(losses())
    drawn.history["curve 1"].clear()
    assert len(drawn.history["curve 1"]) == 20


@given(
    st.lists(
        st.tuples(st.integers(-(2**53), 2**53), st.tuples(*[st.none() | st.floats(allow_nan=False)] * 3)), min_size=1
    )
)
def test_record_is_the_books(points):
    theirs = book.Animator.__new__(book.Animator)  # its constructor calls what IPython no longer has
    theirs.X = theirs.Y = theirs.fig = None
    theirs.axes, theirs.fmts, theirs.config_axes = [SimpleNamespace(cla=lambda: None, plot=print)], (), lambda: None
    shown = book.display
    book.display = SimpleNamespace(display=lambda fig: None, clear_output=lambda wait: None)
    try:
        for x, y in points:
            theirs.add(x, y)
    finally:
        book.display = shown
    ours = filled(points)
    assert (ours.X, ours.Y) == (theirs.X, theirs.Y)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (1, (1, 2, 3), ValueError, "y must hold 2 values, got 3"),
        (1, 1, ValueError, "y must hold 2 values, got 1"),
        ([1, 2, 3], (1, 2), ValueError, "x must be one number or 2, got 3"),
        (1, (1, torch.ones(4)), ValueError, r"one number for each curve, got shape \(4,\)"),
        (1, (1, "2"), TypeError, "y must hold numbers, got '2'"),
        ("one", (1, 2), TypeError, "x must hold numbers, got 'one'"),
        (1, (y for y in (1, 2)), TypeError, "y must hold numbers, got <generator"),
        (1, (1, 2j), TypeError, "y must hold numbers, got 2j"),
    ],
)
def test_a_wrong_point_is_refused_whole(x, y, error, message):
    drawn = filled(losses(1))
    with pytest.raises(error, match=message):
        drawn.add(x, y)
    assert drawn.history == {"curve 1": [(5, 60)], "curve 2": [(5, 64)]}


@pytest.mark.parametrize(
    ("options", "y", "message"),
    [
        ({"legend": ["a", "a"]}, (1, 2), "a unique name, got .'a', 'a'."),
        ({"legend": ["curve 2"]}, (1, 2), "a unique name"),
        ({}, (), "at least one curve"),
        ({"yscale": "cubic"}, 1, "yscale must be 'linear' or 'log', got 'cubic'"),
        ({"ylim": [0, float("nan")]}, 1, "ylim must be two finite numbers"),
        ({"xlim": [3]}, 1, "xlim must be two finite numbers"),
        ({"xlim": [3, 2]}, 1, r"xlim must be \(low, high\)"),
    ],
)
def test_bad_options_are_refused(options, y, message):
    with pytest.raises(ValueError, match=message):
        filled([(1, y)], **options)


# The budget


@pytest.fixture
def live(monkeypatch):
    """Let Animators believe in a kernel whose clock stands still but for drawing, which takes `cost`."""
    world = SimpleNamespace(now=100.0, cost=0.02, frames=[], places=[], message=None)

    def draw(view, style, curves):
        world.now += world.cost
        if world.message:
            raise ValueError(world.message)
        world.frames.append(world.now - world.cost)
        return b"frame %d" % len(curves["curve 1"])

    monkeypatch.setattr(animator, "_in_kernel", lambda: True)
    monkeypatch.setattr(animator, "_clock", lambda: world.now)
    monkeypatch.setattr(animator, "display", lambda bundle, **kwargs: world.places.append(bundle["image/png"]))
    monkeypatch.setattr(animator, "update_display", lambda bundle, **kwargs: world.places.append(bundle["image/png"]))
    monkeypatch.setattr(animator.View, "png", draw)
    yield world
    animator._shown.clear()


def train(world, drawn: Animator, seconds: float, step: float = 0.001) -> None:
    end = world.now + seconds
    while world.now < end:
        drawn.add(world.now, 1)
        world.now += step


@pytest.mark.parametrize(("cost", "gap"), [(0.001, 0.1), (0.02, 0.2), (0.5, 5)])
def test_a_tenth_of_the_time_and_ten_frames_a_second(live, cost, gap):
    live.cost = cost
    train(live, Animator(), 60)
    gaps = np.diff(live.frames)
    assert gaps.min() >= gap - 1e-9
    assert gaps.max() <= gap + 0.01  # no later than need be
    assert live.frames[0] == pytest.approx(100.3, abs=0.01)


def test_a_short_training_is_drawn_once_when_its_cell_ends(live):
    drawn = Animator()
    train(live, drawn, 0.25)
    assert not live.frames
    animator._finish_cell(None)
    assert len(live.frames) == 1
    assert live.places[-1] == b"frame %d" % len(drawn.history["curve 1"])


def test_nothing_new_is_not_drawn_again(live):
    drawn = Animator()
    drawn.add(0, 1)
    live.now += 1
    drawn.add(1, 1)
    assert len(live.frames) == 1
    animator._finish_cell(None)
    assert len(live.frames) == 1


def test_the_next_cell_shows_what_there_is_at_once(live):
    drawn = Animator()
    for n in (1, 2):
        drawn.add(n, 1)
        animator._finish_cell(None)
    assert live.places == [animator._BLANK, b"frame 1", b"frame 1", b"frame 2"]


def test_what_the_caller_changes_in_the_figure_is_drawn_when_the_cell_ends(live):
    drawn = Animator()
    drawn.add(0, 1)
    live.now += 1
    drawn.add(1, 1)
    drawn.axes[0].set_title("later")
    animator._finish_cell(None)
    assert len(live.frames) == 2


def test_no_animator_is_held_when_its_cell_has_ended(live):
    train(live, Animator(), 1)
    assert animator._shown
    animator._finish_cell(None)
    assert not animator._shown


def test_an_error_of_the_picture_is_told_once_and_stops_nothing(live, capsys):
    drawn, live.message = Animator(), "no ink"
    train(live, drawn, 2)
    animator._finish_cell(None)
    assert capsys.readouterr().err.count("No picture (ValueError: no ink). All points are in .history.") == 1
    live.message = None
    train(live, drawn, 1)
    animator._finish_cell(None)
    assert live.places[-1] == b"frame %d" % len(drawn.history["curve 1"])


def test_an_interrupt_while_drawing_is_passed_on_and_made_good(live, monkeypatch):
    drawn = Animator()
    drawn.add(0, 1)
    live.now += 1
    with monkeypatch.context() as broken:
        broken.setattr(animator.View, "png", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            drawn.add(1, 1)
    animator._finish_cell(None)
    assert live.places[-1] == b"frame 2"


# The picture


def test_savefig_draws_all_points(tmp_path):
    drawn = filled(losses(), **WEIGHT_DECAY)
    drawn.savefig(tmp_path / "drawn.png")
    assert [list(zip(*artist.line.get_data(), strict=True)) for artist in drawn._view().artists] == list(
        drawn.history.values()
    )
    assert pixels(tmp_path / "drawn.png").shape == (3 * DPI, 5 * DPI, 3)
    drawn.savefig(tmp_path / "drawn.svg", bbox_inches="tight")
    assert (tmp_path / "drawn.svg").read_text().startswith("<?xml")


def test_few_colours_are_enough_for_the_live_picture(tmp_path):
    drawn = filled([(i, np.arange(6) * i) for i in range(9)], legend=[f"lambda = {i}" for i in range(6)])
    drawn.savefig(tmp_path / "exact.png")
    exact, live = pixels(tmp_path / "exact.png").astype(int), pixels(png(drawn)).astype(int)
    assert ((exact == 255).all(axis=2) <= (live == 255).all(axis=2)).all(), "white is no longer white"
    assert np.abs(exact - live).max() < 64  # where two curves cross
    assert np.abs(exact - live).mean() < 0.5


def test_one_figure_serves_all_styles_and_keeps_nothing_of_the_last():
    cases = [
        (losses(), WEIGHT_DECAY),
        ([(1, (0.8, 0.7, 0.6)), (2, (np.inf, 0.8, 0.7))], TRAIN_CH3),
        (losses(), {"fmts": ("-", "--")}),
        (losses(), {"fmts": ("o", "-")}),
        ([(1, 1)], {}),
        ([], {"ylabel": "nothing yet"}),
    ]
    fresh = []
    for points, options in cases:
        animator._shared_view.cache_clear()
        fresh.append(png(filled(points, **options)))
    for (points, options), picture in [*zip(cases, fresh, strict=True), (cases[0], fresh[0])]:
        assert png(filled(points, **options)) == picture, options


def test_artists_are_made_once():
    drawn = filled(losses(2), **WEIGHT_DECAY)
    before = drawn.axes[0].get_children()
    for x, y in losses():
        drawn.add(x, y)
        png(drawn)
    assert len(before) == len(drawn.axes[0].get_children())
    assert drawn.axes[0].lines[:2] == [child for child in before if child in drawn.axes[0].lines]


def test_a_figure_that_the_caller_has_seen_is_his():
    drawn, other = filled(losses(), **WEIGHT_DECAY), filled(losses(), **WEIGHT_DECAY)
    drawn.axes[0].set_title("a title")
    drawn.axes[0].axhspan(1, 10, color="yellow")
    drawn.add(101, (1, 1))
    assert drawn.axes[0].get_title() == "a title"
    assert (pixels(png(drawn)) == (255, 255, 0)).all(axis=2).sum() > 1000
    assert not (pixels(png(other)) == (255, 255, 0)).all(axis=2).any()


def test_panels_beyond_the_first_are_the_callers():
    drawn = filled(losses(), nrows=2, ncols=2, figsize=(8, 6), **WEIGHT_DECAY)
    assert [len(ax.lines) for ax in drawn.axes] == [2, 0, 0, 0]
    assert pixels(png(drawn)).shape == (6 * DPI, 8 * DPI, 3)


def test_more_than_four_curves_are_all_drawn_and_all_differ():
    drawn = filled([(x, range(36)) for x in (1, 2)])
    looks = {(line.get_color(), str(line._dash_pattern)) for line in drawn.axes[0].lines}
    assert len(looks) == 36


def test_formats_of_the_caller_are_used_in_turn():
    lines = filled([(x, range(5)) for x in (1, 2)], fmts=("k--", "r:", "go")).axes[0].lines
    assert [line.get_color() for line in lines] == ["k", "r", "g", "k", "r"]
    assert [line.get_linestyle() for line in lines] == ["--", ":", "None", "--", ":"]
    assert [bool(line.get_markevery()) for line in lines] == [True, True, False, True, True]  # the caller's own stay


def test_a_single_point_is_visible():
    blank, drawn = png(filled([], **TRAIN_CH3)), png(filled([(1, (0.8, 0.7, 0.6))], **TRAIN_CH3 | {"legend": None}))
    changed = (pixels(blank) != pixels(drawn)).any(axis=2)
    assert changed.sum() > 3 * 100


def test_a_dot_at_the_end_of_the_axis_is_whole():
    drawn = filled(losses(), **WEIGHT_DECAY | {"legend": None})
    picture, view = pixels(png(drawn)), drawn._view()
    x, y = view.axes[0].transData.transform((100, 80 * 0.8**20))
    dot = picture[len(picture) - round(y) - 15 : len(picture) - round(y) + 15, round(x) - 15 : round(x) + 15]
    colored = (np.abs(dot.astype(int) - (200, 71, 10)) < 30).all(axis=2)
    assert colored[:, 17:].sum() > 0.3 * colored.sum()


def test_a_curve_without_points_has_no_name_yet():
    drawn = filled([(1, (0.8, 0.7, None))], **TRAIN_CH3)
    png(drawn)
    assert len(boxes(drawn._view())) == 2
    drawn.add(2, (0.8, 0.7, 0.7))
    png(drawn)
    assert len(boxes(drawn._view())) == 3


ODD = [
    ([], {}),
    ([], {"xscale": "log", "yscale": "log"}),
    ([(1, (None, None))], {}),
    ([(1, (0.5, 0.5))], {"xlim": [1, 1], "ylim": [0.5, 0.5]}),
    ([(1, (1.0, 0.0)), (2, (-1.0, 0.0))], {"yscale": "log", "ylim": [0, 1]}),
    ([(0, (1.0, 2.0)), (-1, (1.0, 2.0))], {"xscale": "log", "xlim": [-1, 0]}),
    ([(1, (np.nan, np.inf)), (np.inf, (1, 2)), (2, (-np.inf, 3))], {}),
    ([(1, (1e308, -1e308)), (2, (5e-324, 1))], {"yscale": "log"}),
    ([(1, (1e308, -1e308)), (2, (1e249, -1e249))], {}),
    ([(1e-9 * i, (1 + 1e-9 * i, 1 - 1e-15 * i)) for i in range(3)], {}),
    ([(1, (2, 3))], {"xlim": (None, 0), "ylim": (10, None)}),
    ([(i, (2, 3)) for i in (3, 2, 1)], {"legend": ["one", "two", "three"]}),
    (losses(), {"figsize": (1, 1), "legend": ["a long name for a small figure", "another one"]}),
    (losses(), {"legend": [r"$\lambda = 3$", "50 % of $ and _under_scores_"]}),
]


@pytest.mark.parametrize(("points", "options"), ODD)
def test_nothing_odd_makes_a_warning(points, options):  # each would be an error here
    assert png(filled(points, **options)).startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_named_in_the_picture_and_stays_in_the_record():
    points = [(1, (1, 1, 1)), (2, (np.inf, -1, 2)), (3, (np.inf, 1, 3)), (4, (np.nan, 1, 4))]
    drawn = filled(points, xlabel="epoch", yscale="log", legend=["train", "test", "norm"])
    drawn.savefig(io.BytesIO())
    view = drawn._view()
    assert view.note.get_text() == "train: inf from epoch 2\ntest: -1 at epoch 2"
    assert view.artists[1].line.get_ydata().tolist() == pytest.approx([1, np.nan, 1, 1], nan_ok=True)
    assert drawn.history["train"][1:3] == [(2, np.inf), (3, np.inf)]


def boxes(view):
    """Return the boxes of all visible names, in dots."""
    return [a.label.get_window_extent() for a in view.artists if a.label.get_visible() and a.label.get_text()]


@pytest.mark.parametrize(
    ("n", "options"),
    [
        (2, WEIGHT_DECAY),
        (2, WEIGHT_DECAY | {"figsize": (3.5, 2.5)}),
        (3, TRAIN_CH3),
        (12, {"legend": [f"lambda = {i}" for i in range(12)]}),
        (2, {"legend": ["training loss with weight decay", "validation_accuracy_balanced"]}),
        (2, {"legend": ["training loss", "test loss"], "nrows": 1, "ncols": 2, "figsize": (8, 3)}),
    ],
)
@pytest.mark.parametrize("rate", [0.5, 1, 1.1])
def test_names_stand_clear_of_each_other_and_of_the_edge(n, options, rate):
    drawn = filled([(x, [1 + i / 50 * rate**x for i in range(n)]) for x in range(1, 10)], **options)
    png(drawn)
    view = drawn._view()
    names, (width, height) = boxes(view), view.canvas.get_width_height()
    assert len(names) == n
    for box in names:
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
    for one, other in combinations(names, 2):
        assert min(one.y1, other.y1) - max(one.y0, other.y0) < 0.01


def test_tick_labels_are_not_cut_off():
    drawn = filled([(1, -0.0001), (2, 123456.7)], ylabel="loss", xlabel="epoch")
    png(drawn)
    ax = drawn._view().axes[0]
    for text in (*ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label):
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= 5 * DPI
    assert ax.yaxis.label.get_window_extent().x1 <= min(t.get_window_extent().x0 for t in ax.get_yticklabels())


def test_limits_are_widened_only_for_data():
    inside = filled([(x, (0.4, 0.8, 0.7)) for x in (1, 10)], **TRAIN_CH3).axes[0]
    assert (inside.get_xlim(), inside.get_ylim()) == ((1, 10), (0.3, 0.9))
    outside = filled([(x, (2.3, 0.8, 0.7)) for x in (1, 10)], **TRAIN_CH3).axes[0]
    assert outside.get_ylim()[0] == 0.3
    assert outside.get_ylim()[1] > 2.3


# The arithmetic

numbers = st.floats(-1e9, 1e9).map(lambda value: round(value, 6))


@given(st.lists(numbers), st.none() | numbers, st.none() | numbers, st.sampled_from(["linear", "log"]))
def test_limits_hold_all_values_and_ticks_lie_between(values, low, high, scale):
    values = np.array([value for value in values if drawable(np.float64(value), scale)])
    given = [end if end is not None and drawable(np.float64(end), scale) else None for end in (low, high)]
    bottom, top = limits(values, given, scale)
    assert bottom < top
    slack = 1e-9 * max(abs(bottom), abs(top))
    assert all(
        bottom - slack <= value <= top + slack for value in (*values, *(end for end in given if end is not None))
    )
    marks = ticks(bottom, top, scale)
    assert 1 <= len(marks) <= 10
    assert all(bottom - slack <= mark <= top + slack for mark in marks)
    labels = tick_labels(marks, scale)
    assert len(set(labels)) == len(marks)
    assert [float(label) for label in labels] == pytest.approx(marks, rel=0.05)


def test_ticks_read_well():
    assert tick_labels(ticks(1, 10, "linear", whole=True), "linear") == ["2", "4", "6", "8", "10"]
    assert tick_labels(ticks(0.5, 1.5, "linear", whole=True), "linear") == ["1"]
    assert tick_labels(ticks(0.3, 0.9, "linear"), "linear") == ["0.4", "0.6", "0.8"]
    assert tick_labels(ticks(8e-4, 120, "log"), "log") == ["0.001", "0.01", "0.1", "1", "10", "100"]
    assert tick_labels(ticks(0.25, 40, "log"), "log") == ["0.3", "1", "3", "10", "30"]
    assert tick_labels(ticks(0.3, 0.5, "log"), "log") == ["0.3", "0.35", "0.4", "0.45", "0.5"]
    assert tick_labels(ticks(0, 2.1e6, "linear"), "linear") == ["0", "5e+05", "1e+06", "1.5e+06", "2e+06"]


box_lists = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.1)), min_size=1, max_size=9)


@given(box_lists)
@example([(0.5, 0.1)] * 9)
def test_spread_is_the_nearest_arrangement_without_overlap(pairs):
    centres, sizes = np.array(pairs).T
    moved = spread(centres, sizes, 0, 1)
    order = np.argsort(centres, kind="stable")
    c, s = moved[order], sizes[order]
    assert (np.diff(c) >= (s[1:] + s[:-1]) / 2 - 1e-9).all()
    assert c[0] - s[0] / 2 >= -1e-9
    assert c[-1] + s[-1] / 2 <= 1 + 1e-9
    room = np.cumsum(s) - s / 2
    assert c == pytest.approx(isotonic_regression(centres[order] - room, y_min=0, y_max=1 - s.sum()) + room)


def test_a_place_on_a_log_axis_is_counted_in_powers():
    np.testing.assert_allclose(fraction(np.array([1, 10, 1000]), 1, 1e4, "log"), [0, 0.25, 0.75])
    np.testing.assert_allclose(fraction(np.array([1, 10, 1000]), 0, 1e4, "linear"), [0.0001, 0.001, 0.1])


def test_each_curve_has_its_own_name_dashes_and_colour_and_its_name_has_the_same_colour():
    ax = Figure().subplots()
    style = Style("epoch", "", ("train", "test"), *[(None, None)] * 2, "linear", "log", BOOK_FMTS, (1, 1), (3.5, 2.5))
    artists = [CurveArtist(ax, style, i) for i in range(3)]
    assert [artist.label.get_text() for artist in artists] == ["train", "test", ""]
    assert [artist.label.get_color() for artist in artists] == [artist.line.get_color() for artist in artists]
    assert [artist.line.get_color() for artist in artists] == list(COLORS[:3])
    wanted = [ax.plot([], [], linestyle=dashes)[0] for dashes in DASHES[:3]]
    assert [artist.line._unscaled_dash_pattern for artist in artists] == [
        line._unscaled_dash_pattern for line in wanted
    ]


def test_each_name_stands_beside_the_end_of_its_own_curve():
    drawn = Animator("epoch", legend=["falls", "rises"], xlim=[0, 10], ylim=[0, 1])
    for epoch in (1, 5):
        drawn.add(epoch, [1 - 0.15 * epoch, 0.15 * epoch])
    view = drawn._view()
    view.show(drawn._style, drawn._record.curves)
    for artist, height in zip(view.artists, (0.25, 0.75), strict=True):
        x, y = artist.label.get_position()
        assert 0.5 < x < 0.6, "halfway along the epochs, and a gap"
        assert y == pytest.approx(height, abs=0.01)


@pytest.mark.parametrize(
    ("legend", "colors"),
    [
        (("test", "train"), (1, 0)),
        (("train loss", "dropout", "test loss"), (0, 2, 1)),
        (("test", "baseline"), (1, 2)),
        (("a", "b"), (0, 1)),
    ],
)
def test_train_and_test_have_one_colour_in_every_picture_and_others_have_neither(legend, colors):
    style = Style("epoch", "", legend, *[(None, None)] * 2, "linear", "log", BOOK_FMTS, (1, 1), (3.5, 2.5))
    assert tuple(style.color(i) for i in range(len(legend))) == tuple(COLORS[k] for k in colors)
