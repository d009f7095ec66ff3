"""Figures of labs: panels of a size, and pictures of which each is what was set for its place."""

import contextlib
import io

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image

from helpers.drawing.canvas import NARROW, Drawing, are_stacked, make_figure, name_panel, render, stacked
from helpers.drawing.style import CSS_DPI, DPI, EDGE, INK, RC, TEST, TRAIN

WIDTH, HEIGHT = 200, 160  # CSS pixels


def pixels(png):
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def is_near(picture, color):
    """Return where a picture has a colour, (h, w)."""
    return np.abs(picture - np.round(255 * np.array(to_rgb(color)))).max(axis=2) < 12


@pytest.fixture
def drawn():
    """A figure of one panel, with a line that stands still and a square that moves from 0 to 2."""
    figure, (ax,) = make_figure(WIDTH, HEIGHT, 1, 1)
    ax.set(xlim=(-1, 3), ylim=(0, 1))
    ax.grid(False)
    still = ax.axhline(0.9, color=TEST, lw=4)
    square = ax.plot([], [], "s", color=TRAIN, ms=8)[0]
    return figure, Drawing(lambda i: square.set_data([i], [0.5]), {"square": square}, {"line": still})


def test_what_moves_is_not_in_the_background(drawn):
    _, drawing = drawn
    assert drawing.moving["square"].get_animated()
    assert not drawing.still["line"].get_animated()


def test_there_are_n_pictures_of_the_figures_size(drawn):
    figure, drawing = drawn
    pngs = render(figure, [drawing], 3)
    assert len(pngs) == 3
    for png in pngs:
        assert png.startswith(b"\x89PNG")
        assert pixels(png).shape == (2 * HEIGHT, 2 * WIDTH, 3)


def test_each_picture_shows_what_was_set_for_its_place(drawn):
    figure, drawing = drawn
    ax = figure.axes[0]
    for i, png in enumerate(render(figure, [drawing], 3)):
        rows, columns = np.nonzero(is_near(pixels(png), TRAIN))
        x, y = ax.transData.transform((i, 0.5))
        assert (columns.mean(), rows.mean()) == pytest.approx((x - 0.5, 2 * HEIGHT - y - 0.5), abs=1)
        assert len(rows) == pytest.approx((8 * DPI / 72) ** 2, rel=0.2), "one square: none is left of other places"


def test_all_but_what_moves_is_the_same(drawn):
    figure, drawing = drawn
    first, *others = map(pixels, render(figure, [drawing], 3))
    for other in others:
        changed = (first != other).any(axis=2)
        assert changed.any()
        assert not (changed & ~is_near(first, TRAIN) & ~is_near(other, TRAIN)).sum() > 200, "but the square's edges"
        np.testing.assert_array_equal(is_near(first, TEST), is_near(other, TEST))
    assert is_near(first, TEST).any(), "what stands still is drawn"


def test_all_drawings_move_in_the_order_of_drawing():
    figure, (left, right) = make_figure(2 * WIDTH, HEIGHT, 1, 2)
    drawings = []
    for ax in (left, right):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        below, above = (ax.plot([], [], "s", color=color, ms=20)[0] for color in (TEST, TRAIN))
        moves = lambda i, pair=(below, above): [line.set_data([0.5], [0.2 + 0.6 * i]) for line in pair]  # noqa: E731
        drawings.append(Drawing(moves, {"below": below, "above": above}))
    for png in render(figure, iter(drawings), 2):
        picture = pixels(png)
        for half in np.split(picture, 2, axis=1):
            assert is_near(half, TRAIN).sum() > 1000
            assert is_near(half, TEST).sum() == 0, "it is covered"


def test_colours_stay_what_they_are(drawn):
    figure, drawing = drawn
    for small in (False, True):
        picture = pixels(render(figure, [drawing], 1, small=small)[0])
        for color in ("white", TRAIN, TEST):
            assert is_near(picture, color).any()
        assert is_near(picture, INK).any(), "the numbers at the axes"
        assert is_near(picture, EDGE).any(), "the axes"


def test_small_pictures_take_less_and_show_the_same(drawn):
    figure, drawing = drawn
    for large, small in zip(render(figure, [drawing], 3), render(figure, [drawing], 3, small=True), strict=True):
        assert len(small) < 0.8 * len(large)
        assert np.abs(pixels(large) - pixels(small)).mean() < 1


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 2), (2, 2)])
def test_panels_are_alike_and_apart_and_counted_row_by_row(rows, columns):
    figure, axes = make_figure(840, 500, rows, columns)
    assert len(axes) == len(figure.axes) == rows * columns
    boxes = [ax.get_position() for ax in axes]
    places = [(round(-box.y0, 6), round(box.x0, 6)) for box in boxes]
    assert places == sorted(set(places)), "row by row, from the top left"
    np.testing.assert_allclose([box.size for box in boxes], np.broadcast_to(boxes[0].size, (len(boxes), 2)))
    inches = figure.get_size_inches()
    for row in range(rows - 1):
        gap = boxes[row * columns].y0 - boxes[(row + 1) * columns].y1
        assert gap * inches[1] == pytest.approx(0.85), "room for a label and a title"
    for column in range(columns - 1):
        assert (boxes[column + 1].x0 - boxes[column].x1) * inches[0] == pytest.approx(0.75)
    assert (boxes[0].x0 * inches[0], (1 - boxes[0].y1) * inches[1]) == pytest.approx((0.65, 0.35))
    assert ((1 - boxes[-1].x1) * inches[0], boxes[-1].y0 * inches[1]) == pytest.approx((0.2, 0.5))


def test_the_figure_has_its_size_in_css_pixels_at_two_dots_each():
    figure, _ = make_figure(840, 500, 2, 2)
    assert figure.dpi == 192
    assert tuple(figure.get_size_inches() * 96) == pytest.approx((840, 500))
    assert figure.canvas.get_width_height() == (1680, 1000)


def test_pyplot_knows_nothing_of_it():
    before = {key: plt.rcParams[key] for key in RC}
    make_figure(WIDTH, HEIGHT, 1, 1)
    assert plt.get_fignums() == []
    assert {key: plt.rcParams[key] for key in RC} == before != RC


def test_a_panel_is_named_at_its_left_end():
    _, (ax,) = make_figure(WIDTH, HEIGHT, 1, 1)
    name_panel(ax, "a name")
    assert (ax.get_title(loc="left"), ax.get_title()) == ("a name", "")


def test_stacked_panels_lie_in_one_column_on_a_narrow_figure():
    with stacked():
        figure, axes = make_figure(840, 430, 2, 2)
        wider, _ = make_figure(840, 440, 1, 2, widths=(2.2, 1))
    places = [ax.get_position().bounds for ax in axes]
    assert len({(left, width) for left, _, width, _ in places}) == 1
    bottoms = [bottom for _, bottom, _, _ in places]
    assert bottoms == sorted(bottoms, reverse=True)
    assert all(lower + height < upper for (_, lower, _, height), upper in zip(places[1:], bottoms[:-1], strict=True))
    assert figure.get_size_inches()[0] == wider.get_size_inches()[0] == NARROW / CSS_DPI


def test_panels_are_stacked_only_where_that_was_asked_for():
    with contextlib.suppress(KeyError), stacked():
        assert are_stacked()
        raise KeyError
    assert not are_stacked()
    figure, axes = make_figure(840, 430, 2, 2)
    assert figure.get_size_inches()[0] == 840 / CSS_DPI
    assert len({ax.get_position().x0 for ax in axes}) == 2


def test_pictures_for_phones_have_fewer_shades(drawn):
    (many,) = render(drawn[0], [drawn[1]], 1)
    with stacked():
        (few,) = render(drawn[0], [drawn[1]], 1)
    assert len(few) < len(many)


def test_a_title_begins_at_the_left_end_of_a_stacked_figure():
    starts = []
    for context in (contextlib.nullcontext(), stacked()):
        with context:
            figure, (ax, *_) = make_figure(840, 430, 2, 2)
            name_panel(ax, "a title")
        figure.canvas.draw()
        (title,) = ax.findobj(lambda artist: isinstance(artist, Text) and artist.get_text() == "a title")
        starts.append(title.get_window_extent().x0 / figure.bbox.width)
    assert starts == pytest.approx([0.65 * CSS_DPI / 840, 0.02], abs=0.01)


def test_widths_of_columns_are_to_one_another_as_asked_for():
    _, (left, right) = make_figure(840, 440, 1, 2, widths=(2.2, 1))
    assert left.get_position().width == pytest.approx(2.2 * right.get_position().width)
