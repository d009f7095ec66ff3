"""`Prediction`: a learner draws the curve they expect, and then sees the computed one."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from helpers.drawing.canvas import make_figure, mark_gap, name_panel, render
from helpers.drawing.style import COLORS, INK, TEST, TRAIN
from helpers.labs.guessing import x_axis, y_axis
from helpers.labs.lab_words import CURVES, LABS
from helpers.labs.words import WORDS
from helpers.sliders import Axis
from helpers.sweeps import Sweep

_SHARED = LABS["shared"]
WIDTH, HEIGHT = 560, 300  # of the still picture, in CSS pixels
GUESS = COLORS[3]  # neither that of training nor that of testing


class Prediction(anywidget.AnyWidget):
    """Ask for a curve: a learner draws it, with mouse, finger or keys, and then sees what was computed.

    The page holds the computed curve from the start, and needs no kernel. It sends nothing and stores nothing. Where
    there are no widgets, as in a stored notebook, a picture of the empty axes asks the question.

    A sentence compares both at the places that the learner sets. The guess is right where it lies within the range of
    the runs, or at most 3 % of the height of the axes outside. On the left a line rises, or falls, if it goes up, or
    down, by more than those 3 % from the first place over a third of the places, and else stays flat; on the right
    likewise over the last third.

    Parameters
    ----------
    question : str
    x : Axis, or sequence of n str or float
        The places. Numbers are drawn to scale; names and the values of an `Axis` are evenly spaced.
    values : array, (S, n) or (n,)
        What was computed, in S runs.
    xlabel, ylabel : str
        The names of the axes. The name of an `Axis` need not be repeated.
    yscale : "linear" or "log"
    ylim : (float, float), optional
        What the axis of y shows. By default the values with room on both sides, so that it reveals little of them.
    best : "lowest", "highest" or None
        The extreme of the guess that the sentence compares with that of the computed curve.

    Raises
    ------
    ValueError
        If the numbers of places and values differ, something is not finite, or an axis cannot be drawn.
    """

    # Their text, since anywidget never frees a widget that was given a path.
    _esm = Path(__file__).with_name("prediction.js").read_text(encoding="utf-8")
    _css = Path(__file__).with_name("guessing.css").read_text(encoding="utf-8")
    question = traitlets.Unicode().tag(sync=True)
    x = traitlets.Dict().tag(sync=True)
    y = traitlets.Dict().tag(sync=True)
    computed = traitlets.Dict().tag(sync=True)  # mean, low, high: (n,) each, and the number of runs
    best = traitlets.Unicode().tag(sync=True)
    colors = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        question: str,
        x: Axis | Sequence[str] | Sequence[float],
        values: ArrayLike,
        *,
        xlabel: str = "",
        ylabel: str,
        yscale: str = "linear",
        ylim: tuple[float, float] | None = None,
        best: str | None = "lowest",
        color: str = TEST,
    ):
        if best not in ("lowest", "highest", None):
            raise ValueError(f"best must be lowest, highest or None, got {best!r}: it names a place of the curve")
        across = x_axis(x, xlabel or getattr(x, "name", ""))
        values = _checked(values, across)
        most = 1 if ylabel.endswith(_SHARED["accuracy"]) else np.inf
        state = {"x": across, "y": y_axis(values, ylabel, yscale, ylim, most), "computed": _summary(values)}
        looks = {"colors": {"guess": GUESS, "computed": color}, "words": WORDS["prediction"]}
        super().__init__(question=question, best=best or "", **state, **looks)

    @classmethod
    def of_sweep(
        cls, question: str, sweep: Sweep, curve: str, *, at: float | tuple[float, float] | None = None, **look: object
    ) -> "Prediction":
        """Ask for the last values of a curve over the axis of a sweep, or for the curve over epochs `at` one value.

        Parameters
        ----------
        curve : str
            One of the sweep's: "test_loss".
        look : xlabel, ylabel, yscale, ylim, best, color
            As above. By default the best loss is the lowest, the best accuracy the highest, and no norm is best.

        Raises
        ------
        ValueError
            As above; also if there is no such curve or value, or if the values of the axis are pairs.
        """
        final = sweep.final(curve)  # raises if there is no such curve
        best = {"acc": "highest", "loss": "lowest"}.get(curve.rpartition("_")[2])
        look = {
            "ylabel": CURVES.get(curve, curve.replace("_", " ")),
            "color": TRAIN if curve.startswith("train") else TEST,
            "best": best,
        } | look
        if at is not None:
            return cls(question, sweep.epochs.tolist(), sweep.at(at)[curve], **{"xlabel": _SHARED["epoch"]} | look)
        if sweep.values.ndim > 1:
            raise ValueError(f"at must be a value of {sweep.name}, got None: pairs do not lie on one line")
        return cls(question, Axis(sweep.name, tuple(sweep.values.tolist())), final, **look)

    def __repr__(self) -> str:
        return "Prediction"  # constant, since notebooks store it

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        alt = self.words["still_alt"].format(question=self.question)
        place = {"width": WIDTH, "height": HEIGHT, "alt": alt}
        return data | {"image/png": self.still}, metadata | {"image/png": place}

    @property
    def still(self) -> bytes:
        """A picture of the question, a PNG: empty axes, without a trace of what was computed."""
        figure, (ax,) = make_figure(WIDTH, HEIGHT, 1, 1)
        lines = textwrap.wrap(self.question, 66)
        left, bottom, width, _ = ax.get_position().bounds
        ax.set_position((left, bottom, width, 1 - bottom - (16 + 18 * len(lines)) / HEIGHT))
        name_panel(ax, "\n".join(lines))
        ax.set(xlabel=self.x["label"], ylabel=self.y["label"], xlim=(-0.03, 1.03), ylim=self.y["limits"])
        ax.set_yscale("log" if self.y["log"] else "linear")
        ax.minorticks_off()
        ax.set_yticks(self.y["ticks"], [f"{tick:g}" for tick in self.y["ticks"]])
        at = self.x["at"]
        names = [self.x["names"][i] for i in at]
        step = 1 + sum(len(name) + 2 for name in names) // 85  # a line has room for 85 characters
        ax.set_xticks([self.x["places"][i] for i in at[::step]], names[::step])
        if "gap" in self.x:
            mark_gap(ax, self.x["gap"])
        place = {"transform": ax.transAxes, "ha": "center", "va": "center", "color": INK}
        ax.text(0.5, 0.5, self.words["still"], **place, bbox={"color": "white", "pad": 6})
        return render(figure, [], 1)[0]


def _checked(values: ArrayLike, across: dict) -> np.ndarray:
    """Return the values as an array (S, n), or raise what is wrong with them."""
    values, names = np.atleast_2d(np.asarray(values, dtype=float)), across["names"]
    if values.ndim != 2 or values.shape[1] != len(names) or not len(values):
        raise ValueError(f"values must have the shape (S, {len(names)}), one for each place, got {values.shape}")
    if not np.isfinite(values).all():
        run, i = np.argwhere(~np.isfinite(values))[0]
        where = f"{across['label']} = {names[i]}, run {run}"
        raise ValueError(f"values must be finite, got {values[run, i]} at {where}: it has no place on the axes")
    return values


def _summary(values: np.ndarray) -> dict[str, object]:
    """Return mean, lowest and highest (n,) over runs (S, n), as lists, and the number of runs."""
    bands = {"mean": values.mean(axis=0), "low": values.min(axis=0), "high": values.max(axis=0)}
    return {name: band.tolist() for name, band in bands.items()} | {"runs": len(values)}
