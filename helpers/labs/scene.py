"""`Scene`: all that a lab shows, as one value."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from matplotlib.figure import Figure
from torch import Tensor

from helpers.drawing.canvas import Pictures
from helpers.labs.lab_words import LABS, NUMBERS
from helpers.sliders import Axis

_SHARED = LABS["shared"]


class Scene(NamedTuple):
    """All that a lab shows, with one entry for each point of its axes, row by row. It is replaced, never changed.

    Attributes
    ----------
    numbers : list of dict of str to float
        What ``lab.at`` returns.
    pngs : list of bytes
        The pictures. As `helpers.drawing.canvas.render` returns them, they can be drawn as vectors too.
    readout : list of str
        One sentence for each picture.
    alt : list of str, optional
        What each picture shows, for readers who cannot see it. The default is the read-outs.
    source : object
        What the numbers come from: a `Sweep`, for example.
    also : mapping of str to list of str
        Further names of the places of the first axis. Each gets a slider of its own, linked to the first.
    ranges : list of dict of str to (float, float), optional
        The lowest and the highest seed of numbers that are means over seeds.
    """

    numbers: list[dict[str, float]]
    pngs: list[bytes]
    readout: list[str]
    alt: list[str] | None = None
    source: object = None
    also: Mapping[str, list[str]] = MappingProxyType({})
    ranges: list[dict[str, tuple[float, float]]] | None = None

    def texts(self, axes: Sequence[Axis]) -> dict[str, object]:
        """Return what `Frames` shows beside the pictures."""
        table = list(self._rows(axes))
        return {"alt": self.alt or self.readout, "readout": self.readout, "also": self.also, "table": table}

    def figure(self, i: int) -> Figure:
        """Return picture i as a figure of matplotlib.

        Raises
        ------
        ValueError
            If the pictures were not made by `helpers.drawing.canvas.render`.
        """
        if not isinstance(self.pngs, Pictures):
            kind = type(self.pngs).__name__
            raise ValueError(
                f"pngs must come from helpers.drawing.canvas.render, got a {kind}: nothing else is vectors"
            )
        return self.pngs.figure(i)

    def _rows(self, axes: Sequence[Axis]) -> Iterator[dict[str, str]]:
        """Yield the numbers of each point as texts, after the values of the axes."""
        ranges = self.ranges or [{}] * len(self.numbers)
        for labels, now, spans in zip(product(*(axis.labels for axis in axes)), self.numbers, ranges, strict=True):
            row = dict(zip((axis.name for axis in axes), labels, strict=True))
            for name, value in now.items():
                column = NUMBERS.get(name, name.replace("_", " "))
                row[column] = f"{value:.4g}"
                if name in spans:
                    low, high = spans[name]
                    row[_SHARED["of_seeds"].format(name=column)] = _SHARED["range"].format(low=low, high=high)
            yield row


def by_point(columns: Mapping[str, Tensor]) -> list[dict[str, float]]:
    """Return the numbers of each point, from a tensor of each number over all points, (n,)."""
    lists = {name: column.tolist() for name, column in columns.items()}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
