"""The map of accuracies, read back from its artists."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers.drawing.canvas import make_figure
from helpers.drawing.map import draw_map
from helpers.drawing.style import CURSOR, TEST
from tests.labs.pictures import places, ticks, title

GRID = [["0", "1"], ["a", "b", "c"]]  # two rows of three


@pytest.fixture
def ax():
    _, (made,) = make_figure(400, 300, 1, 1)
    return made


ACCURACY = np.array([[0.501, 0.62, 0.73], [0.947, 0.95, 0.911]])


def test_the_map_shows_each_number_in_its_cell(ax):
    drawing = draw_map(ax, ACCURACY, GRID)
    texts = {name: text for name, text in drawing.still.items() if name != "shades"}
    assert {text.get_position(): text.get_text() for text in texts.values()} == {
        (j, i): f"{100 * ACCURACY[i, j]:.1f}" for i in range(2) for j in range(3)
    }
    assert [name for name, text in texts.items() if text.get_weight() == "bold"] == ["cell 1 0", "cell 1 1"]
    assert (ticks(ax.xaxis), ticks(ax.yaxis)) == (dict(enumerate(GRID[1])), dict(enumerate(GRID[0])))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("p", "λ")
    assert title(drawing) == "final test accuracy in % (bold: within 0.5 of the best)"


def test_the_shades_of_the_map_are_darkest_where_it_is_best(ax):
    shades = draw_map(ax, ACCURACY, GRID).still["shades"]
    np.testing.assert_array_equal(shades.get_array(), ACCURACY)
    assert shades.get_clim() == (0.501, 0.95)
    assert [to_hex(shades.cmap(end)) for end in (0.0, 1.0)] == ["#ffffff", TEST]
    assert tuple(shades.get_extent()) == (-0.5, 2.5, -0.5, 1.5), "the first row is the lowest, as its number says"


def test_a_bar_says_what_the_shades_mean(ax):
    bar = draw_map(ax, ACCURACY, GRID).still["shades"].colorbar
    assert (bar.vmin, bar.vmax) == (0.501, 0.95)
    ax.figure.canvas.draw()
    labels = {f"{100 * tick:.0f}" for tick in bar.ax.get_yticks()}
    assert {label.get_text() for label in bar.ax.get_yticklabels()} <= labels


def test_the_frame_of_the_map_is_around_the_current_cell(ax):
    drawing = draw_map(ax, ACCURACY, GRID)
    assert list(drawing.moving) == ["frame"]
    frame = drawing.moving["frame"]
    for i in places(drawing, 6):
        assert frame.get_xy() == (i % 3 - 0.5, i // 3 - 0.5)
        assert (frame.get_width(), frame.get_height()) == (1, 1)
    assert to_hex(frame.get_edgecolor()) == CURSOR
    assert not frame.get_fill()
