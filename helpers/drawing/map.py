"""A map of accuracies over two axes."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.drawing.canvas import Drawing, are_stacked, name_panel
from helpers.drawing.style import CURSOR, TEST
from helpers.drawing.words import WORDS

TIE = 0.005  # of accuracy: cells that are so close to the best are as good


def draw_map(ax: Axes, accuracy: np.ndarray, labels: list[list[str]]) -> Drawing:
    """Draw accuracies (rows, columns) as shades and numbers in percent; the current cell is framed.

    The shades go from the lowest to the highest accuracy, as the bar beside the map says. Cells within half a point of
    the best are bold.
    """
    shades = LinearSegmentedColormap.from_list("test", ["white", TEST])
    look = {"alpha": 0.55, "origin": "lower", "aspect": "auto"}  # pale: dark numbers are read on every shade
    still = {"shades": ax.imshow(accuracy, cmap=shades, **look)}
    for (i, j), value in np.ndenumerate(accuracy):
        weight = "bold" if value >= accuracy.max() - TIE else "normal"
        centred = {"ha": "center", "va": "center", "fontsize": 13, "weight": weight}
        still[f"cell {i} {j}"] = ax.text(j, i, f"{100 * value:.1f}", **centred)
    ax.set_yticks(range(len(labels[0])), labels[0], fontsize=10)
    ax.set_xticks(range(len(labels[1])), labels[1], fontsize=10)
    ax.set_xlabel("p", fontsize=11)
    ax.set_ylabel("λ", fontsize=11, rotation=0)
    ax.yaxis.set_label_coords(-0.06, -0.2 if are_stacked() else 1.01)  # no room is left beside the values
    name_panel(ax, WORDS["map"])
    ax.grid(False)
    place = ax.inset_axes((1.02, 0, 0.025, 1))
    look = {"cax": place, "ticks": MaxNLocator(3), "format": lambda share, _: f"{100 * share:.0f}"}
    bar = ax.figure.colorbar(still["shades"], **look)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=9)
    frame = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=CURSOR, lw=3, clip_on=False))

    def update(i: int) -> None:
        row, column = divmod(i, len(labels[1]))
        frame.set_xy((column - 0.5, row - 0.5))

    return Drawing(update, {"frame": frame}, still)
