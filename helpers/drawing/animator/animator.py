"""`Animator`: the book's live plot, as a record of points and a picture that is drawn within a time budget."""

import sys
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from os import PathLike
from uuid import uuid4

from IPython import get_ipython
from IPython.display import display, update_display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from helpers.drawing.animator.axes import check_limits, check_scale
from helpers.drawing.animator.curves import BOOK_FMTS, Style
from helpers.drawing.animator.record import Record
from helpers.drawing.animator.view import View
from helpers.drawing.png import encode
from helpers.drawing.style import CSS_DPI

_FIRST = 0.3  # seconds until the first frame: a shorter training is drawn once, when its cell ends
_SHORTEST = 0.1  # seconds between frames: at most ten a second
_SHARE = 10  # after a frame of c seconds, none for 10 c seconds: at most a tenth of the time
_BLANK = encode(Image.new("RGB", (1, 1), "white"))  # reserves the place of the first frame
_clock = time.perf_counter
_shared_view = lru_cache(maxsize=2)(View)  # a figure, once drawn, is drawn again in a third of the time
_drawing = threading.Lock()  # callbacks of widgets can run on another thread while a cell trains
_shown: list["Animator"] = []  # those with a place in the output of the running cell, held until they are drawn


class Animator:
    """Plot curves while they grow, in place of the book's ``d2l.Animator`` (book, section 3.6).

    Points are recorded at once and drawn less often: at most ten frames a second, at most a tenth of the time, and
    always the last state when the cell ends, even by an error or an interrupt. Without a kernel, points are recorded
    only; `savefig` draws them.

    Each curve has its name beside its end. Limits are widened where the data leave them. A value that cannot be drawn
    (not finite, or not positive on a log scale) interrupts its curve, and a note in the picture says what and where.

    Parameters
    ----------
    xlabel, ylabel : str, optional
    legend : sequence of str, optional
        Names of the curves. A curve without one is called ``curve 3``, say, in the record and nothing in the picture.
    xlim, ylim : pair of floats, optional
        The range that the axes show at least. With None, for the pair or for one end, the data decide.
    xscale, yscale : {'linear', 'log'}
    fmts : sequence of str
        Matplotlib formats, used in turn. The book's are replaced by colours and dashes that everyone can distinguish.
    nrows, ncols : int
        Panels of the figure. The curves are in the first; the others, in `axes`, are the caller's.
    figsize : pair of floats
        Width and height in inches of 96 browser pixels. The book's (3.5, 2.5) has no room for names.

    Raises
    ------
    ValueError
        If a scale is unknown, or limits are not two finite numbers in order.
    """

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Sequence[float] | None = None,
        ylim: Sequence[float] | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] = BOOK_FMTS,
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (5, 3),
    ):
        self._style = Style(
            xlabel=xlabel or "",
            ylabel=ylabel or "",
            legend=_texts(legend),
            xlim=check_limits("xlim", xlim, check_scale("xscale", xscale)),
            ylim=check_limits("ylim", ylim, check_scale("yscale", yscale)),
            xscale=xscale,
            yscale=yscale,
            fmts=_texts(fmts) or BOOK_FMTS,
            shape=(nrows, ncols),
            figsize=tuple(figsize),
        )
        self._record = Record(self._style.legend)
        self._own_view: View | None = None
        self._display_id = uuid4().hex
        self._frame = _BLANK
        self._added = self._sent = 0  # calls of add, and those whose points the last frame shows
        self._failed = False
        self._due = 0.0

    def add(self, x: object, y: object) -> None:
        """Add a point to each curve.

        Parameters
        ----------
        x : number or sequence of numbers, (curves,)
            Where the points lie: one place for all, or one for each.
        y : number or sequence of numbers, (curves,)
            A value for each curve, None for one that gets no point now. Tensors and arrays are copied to plain floats.

        Raises
        ------
        ValueError
            If the number of values is not that of the first call, or a value holds more than one number, or two curves
            have the same name.
        TypeError
            If a value is not a number.
        """
        self._added += 1
        self._record.add(x, y)
        if _in_kernel():
            self._show()

    @property
    def history(self) -> dict[str, list[tuple[float, float]]]:
        """A copy of the record: the points (x, y) of each curve, by its name."""
        return {name: list(curve) for name, curve in self._record.curves.items()}

    @property
    def X(self) -> list[list[float]]:
        """The x of each curve's points, as in the book."""
        return [[x for x, _ in curve] for curve in self._record.curves.values()]

    @property
    def Y(self) -> list[list[float]]:
        """The y of each curve's points, as in the book."""
        return [[y for _, y in curve] for curve in self._record.curves.values()]

    @property
    def fig(self) -> Figure:
        """The figure, up to date. What the caller adds to it stays."""
        return self._own().figure

    @property
    def axes(self) -> list[Axes]:
        """The panels of `fig`, row by row."""
        return self._own().axes

    def savefig(self, path: str | PathLike, **kwargs) -> None:
        """Write the picture to a file, with the options of matplotlib's ``Figure.savefig``."""
        with _drawing:
            view = self._view()
            view.show(self._style, self._record.curves)
            view.figure.savefig(path, **kwargs)

    def __repr__(self) -> str:
        return f"Animator({', '.join(self._style.legend)})"

    def _ipython_display_(self) -> None:
        if _in_kernel():
            self._draw()  # not a second time, if the cell shows it already
        else:
            print(self)

    def _view(self) -> View:
        return self._own_view or _shared_view(self._style.shape, self._style.figsize)

    def _own(self) -> View:
        """Return a figure of this Animator alone, since the caller is about to change it."""
        self._own_view = self._own_view or View(self._style.shape, self._style.figsize, exact=True)
        self._own_view.show(self._style, self._record.curves)
        self._sent = -1  # so that what the caller changes is drawn
        return self._own_view

    def _show(self) -> None:
        """Take a place in the output of the cell, or draw there if it is time."""
        if self not in _shown:
            self._publish()
            self._due = _clock() + _FIRST
        elif _clock() >= self._due:
            self._draw()

    def _draw(self) -> None:
        start, added = _clock(), self._added
        if self._render():
            self._publish()
            self._sent = added  # not what another thread has added meanwhile
        self._due = start + max(_SHORTEST, _SHARE * (_clock() - start))

    def _render(self) -> bool:
        """Draw a new frame; return whether that was possible."""
        try:
            with _drawing:
                self._frame = self._view().png(self._style, self._record.curves)
        except BaseException as error:  # an interrupt too can leave the shared figure half drawn
            _shared_view.cache_clear()
            if not isinstance(error, Exception):
                raise
            self._report(error)
            return False
        return True

    def _report(self, error: Exception) -> None:
        """Print once that there is no picture; the training goes on."""
        if not self._failed:
            print(f"No picture ({type(error).__name__}: {error}). All points are in .history.", file=sys.stderr)
        self._failed = True

    def _publish(self) -> None:
        """Send the last frame: in each cell first to a new place, then to that same place.

        The text is constant, and the place is taken at the first point: so stored outputs do not depend on timing.
        """
        width, height = (round(CSS_DPI * inches) for inches in self._style.figsize)
        metadata = {"image/png": {"width": width, "height": height, "alt": repr(self)}}
        bundle = {"image/png": self._frame, "text/plain": repr(self)}
        send = update_display if self in _shown else display
        send(bundle, raw=True, metadata=metadata, display_id=self._display_id)
        if self not in _shown:
            _shown.append(self)


def _texts(texts: str | Sequence[object] | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(map(str, () if texts is None else texts))


def _in_kernel() -> bool:
    return getattr(get_ipython(), "kernel", None) is not None


def _finish_cell(event: object) -> None:
    """Draw what was added since the last frames; the next cell gets new places."""
    try:
        for animator in _shown:
            if animator._sent != animator._added:
                animator._draw()
    finally:
        _shown.clear()


def _prepare_kernel() -> None:
    """Have each cell end with the last state, and draw once now: the first picture of a process takes 0.7 s."""
    for event in ("pre_run_cell", "post_run_cell"):  # before: what callbacks of widgets have added since the last cell
        get_ipython().events.register(event, _finish_cell)
    first = Animator("x", "y", ["curve", "another"])
    first._record.add(0, (0, 0))  # names that overlap: moving them apart loads scipy
    first._render()


if _in_kernel():
    _prepare_kernel()
