"""`Scene`: all that a lab shows, as one value."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor


class Scene(NamedTuple):
    """All that a lab shows, with one entry for each point of its axes, row by row. It is replaced, never changed.

    Attributes
    ----------
    numbers : list of dict of str to float
        What ``lab.at`` returns.
    pngs : list of bytes
        The pictures.
    readout : list of str
        One sentence for each picture.
    alt : list of str, optional
        What each picture shows, for readers who cannot see it. The default is the read-outs.
    source : object
        What the numbers come from: a `Sweep`, for example.
    also : mapping of str to list of str
        Further names of the places of the first axis. Each gets a slider of its own, joined to the first.
    """

    numbers: list[dict[str, float]]
    pngs: list[bytes]
    readout: list[str]
    alt: list[str] | None = None
    source: object = None
    also: Mapping[str, list[str]] = MappingProxyType({})

    @property
    def frames(self) -> dict[str, list]:
        """What the widget `Frames` takes."""
        return {"pngs": self.pngs, "alt": self.alt or self.readout, "readout": self.readout}


def by_point(columns: Mapping[str, Tensor]) -> list[dict[str, float]]:
    """Return the numbers of each point, from a tensor of each number over all points, (n,)."""
    lists = {name: column.tolist() for name, column in columns.items()}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
