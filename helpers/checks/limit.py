"""Stop an answer that never returns, in any thread and on any system, without stopping the kernel."""

import ctypes
import threading
import time
from collections.abc import Callable


class TooLongError(BaseException):
    """Raised inside an answer that takes too long. Not an `Exception`: an answer's own ``except`` lets it pass."""


class _LastError(BaseException):
    """Raised after an answer has ended, in place of a `TooLongError` that has not arrived yet."""


def within(seconds: float, call: Callable[[], object]) -> object:
    """Return what a call returns, or raise `TooLongError` in it where it computes longer than so many seconds.

    Where the system tells, only time counts in which the call computes, so that a busy machine stops no answer that
    is merely slow there; three times as many seconds by the clock stop it in any case. The error reaches the call
    between two of its steps in Python: a loop is stopped, a single long operation of torch is not. An answer that
    catches the error meets it again each second.
    """
    here, raised, returned, turn = threading.get_ident(), threading.Event(), threading.Event(), threading.Lock()
    used, end_of_wait = _clock(), time.monotonic() + 3 * seconds
    limit = used() + seconds

    def watch() -> None:
        while not returned.wait(min(1.0, seconds)):
            with turn:
                if not returned.is_set() and (used() >= limit or time.monotonic() >= end_of_wait):
                    raised.set()
                    _raise_in(here, TooLongError)

    try:
        threading.Thread(target=watch, daemon=True).start()
        return call()
    finally:
        _end(here, raised, returned, turn)


def _end(here: int, raised: threading.Event, returned: threading.Event, turn: threading.Lock) -> None:
    """Stop the watch, and leave no error under way.

    An error that is taken back instead, by passing NULL, leaves CPython 3.11 with a signal that nobody answers: the
    next function under a debugger or a tracer would never start.
    """
    while True:
        try:
            with turn:
                returned.set()
            if not raised.is_set():
                return
            _raise_in(here, _LastError)
            while True:  # it arrives between two steps of Python
                pass
        except TooLongError:  # the watch was quicker
            continue
        except _LastError:
            return


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _clock() -> Callable[[], float]:
    """Return the clock of the time that this thread computes, or where there is none, that of the wall."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)
