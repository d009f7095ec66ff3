"""What is said of a training while it runs, and what ends it."""

import math
import threading
import time
from collections.abc import Callable

from IPython import get_ipython

from helpers.labs.lab_words import LABS

_SHARED = LABS["shared"]
LONG = 60  # seconds: of a training that takes longer, the line says how long


class StoppedError(Exception):
    """The training was asked to end."""


class OutdatedError(Exception):
    """The controls were changed while it ran: its result is no longer wanted."""


class Watch:
    """Follow one training.

    Parameters
    ----------
    busy : str
        What is being done, as in "Training …".
    say : function of str
        Called with a line when it changes, and first of all.
    is_wanted : function -> bool
        Asked at each report.
    """

    def __init__(self, busy: str, say: Callable[[str], None], is_wanted: Callable[[], bool]):
        self._busy, self._say, self._is_wanted = busy, say, is_wanted
        self._stop, self._begin = threading.Event(), time.monotonic()
        say(busy)

    def stop(self) -> None:
        """End the training at its next report."""
        self._stop.set()

    def report(self, share: float) -> None:
        """Take note of the share that is done.

        Raises
        ------
        StoppedError, OutdatedError
            If the training should end.
        """
        if self._stop.is_set():
            raise StoppedError
        if not self._is_wanted():
            raise OutdatedError
        self._say(line(self._busy, share, time.monotonic() - self._begin))


def line(busy: str, share: float, seconds: float) -> str:
    """Return how far a training is, in tenths, since a line should not change often; of a long one, what is left."""
    text = f"{busy} {math.floor(10 * share) * 10} %"
    if share < 0.01 or seconds / share <= LONG:
        return text
    return _SHARED["left"].format(progress=text, minutes=math.ceil(seconds * (1 - share) / share / 60))


def called_by_page() -> bool:
    """Return whether this runs because of a widget on the page, and not of a cell or a script."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and kernel.get_parent().get("header", {}).get("msg_type") == "comm_msg"
