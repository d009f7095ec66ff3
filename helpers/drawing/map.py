"""A map over two axes, and what belongs beside it."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.drawing.canvas import Drawing, are_stacked, make_figure, name_panel
from helpers.drawing.figures import draw_curves, draw_slice
from helpers.drawing.style import CURSOR, TEST
from helpers.drawing.words import WORDS
from helpers.sliders import Axis
from helpers.sweeps import Sweep

TIE = 0.005  # of accuracy: cells this close to the best count as equally good
LOSS_TIE = 0.01  # of the lowest loss


def draw_grid(
    sweep: Sweep,
    axes: Sequence[Axis],
    curves: Mapping[str, str],
    titles: Sequence[str],
    size: tuple[int, int],
    **look: object,
) -> tuple[Figure, dict[str, Drawing]]:
    """Draw a map of the final test values, the curves per epoch, and a slice along each axis of the map.

    Parameters
    ----------
    axes : two Axis
        Those of the rows and of the columns.
    curves : mapping of str to str
        Colours of the training curve and of the test curve.
    titles : sequence of three str
        Of the panels after the map.
    size : tuple of int
        Width and height in CSS pixels.
    look : ylim
        Of these panels.
    """
    figure, panels = make_figure(*size, 2, 2)
    tested = list(curves)[-1]
    mean = sweep.final(tested).double().mean(dim=0).view(*(len(axis.values) for axis in axes)).numpy()
    of_curves, *of_slices = titles
    drawings = {
        "map": draw_map(panels[0], mean, [axis.labels for axis in axes], of_loss=tested == "test_loss"),
        "curves": draw_curves(panels[1], sweep, curves, of_curves),
    }
    for along, (axis, title, ax) in enumerate(zip(axes, of_slices, panels[2:], strict=True)):
        drawings[axis.name] = draw_slice(ax, sweep, curves, axes, along, title)
        ax.set_xlabel(axis.name)
    for ax in panels[1:]:
        ax.set(**look)
    return figure, drawings


def draw_map(ax: Axes, values: np.ndarray, labels: list[list[str]], *, of_loss: bool = False) -> Drawing:
    """Draw accuracies (rows, columns) as shades and numbers in percent, or losses; the current cell is framed.

    The shades go from the lowest to the highest value, as the bar beside the map says. Accuracies within half a point
    of the best are bold, and so are losses within 1% of the lowest.
    """
    if of_loss:  # the numbers beside its bar are longer
        x, y, width, height = ax.get_position().bounds
        ax.set_position((x, y, width - 0.025, height))
    scale, text = (1, "{:.3g}") if of_loss else (100, "{:.1f}")
    good = values <= values.min() * (1 + LOSS_TIE) if of_loss else values >= values.max() - TIE
    shades = LinearSegmentedColormap.from_list("test", ["white", TEST])
    look = {"alpha": 0.55, "origin": "lower", "aspect": "auto"}  # pale: dark numbers are legible on every shade
    still = {"shades": ax.imshow(values, cmap=shades, **look)}
    for (i, j), value in np.ndenumerate(values):
        weight = "bold" if good[i, j] else "normal"
        centred = {"ha": "center", "va": "center", "fontsize": 13, "weight": weight}
        still[f"cell {i} {j}"] = ax.text(j, i, text.format(scale * value), **centred)
    ax.set_yticks(range(len(labels[0])), labels[0], fontsize=10)
    ax.set_xticks(range(len(labels[1])), labels[1], fontsize=10)
    ax.set_xlabel("p", fontsize=11)
    ax.set_ylabel("λ", fontsize=11, rotation=0)
    ax.yaxis.set_label_coords(-0.06, -0.2 if are_stacked() else 1.01)  # there is no room beside the values
    name_panel(ax, WORDS["loss_map" if of_loss else "map"])
    ax.grid(False)
    place = ax.inset_axes((1.02, 0, 0.025, 1))
    look = {"cax": place, "ticks": MaxNLocator(3), "format": lambda value, _: f"{scale * value:.3g}"}
    bar = ax.figure.colorbar(still["shades"], **look)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=9)
    frame = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=CURSOR, lw=3, clip_on=False))

    def update(i: int) -> None:
        row, column = divmod(i, len(labels[1]))
        frame.set_xy((column - 0.5, row - 0.5))

    return Drawing(update, {"frame": frame}, still)
