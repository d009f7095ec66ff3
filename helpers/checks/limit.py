"""Stop an answer that never returns, in any thread and on any system, without stopping the kernel."""

import ctypes
import threading
import time
from collections.abc import Callable


class TooLongError(BaseException):
    """Raised inside an answer that takes too long. Not an `Exception`: an answer's own ``except`` lets it pass."""


def within(seconds: float, call: Callable[[], object]) -> object:
    """Return what a call returns, or raise `TooLongError` in it where it computes longer than so many seconds.

    Where the system tells, only time counts in which the call computes, so that a busy machine stops no answer that
    is merely slow there; three times as many seconds by the clock stop it in any case. The error reaches the call
    between two of its steps in Python: a loop is stopped, a single long operation of torch is not. An answer that
    catches the error meets it again each second.
    """
    here, returned, turn = ctypes.c_ulong(threading.get_ident()), threading.Event(), threading.Lock()
    used, end_of_wait = _clock(), time.monotonic() + 3 * seconds
    limit = used() + seconds

    def watch() -> None:
        while not returned.wait(min(1.0, seconds)):
            with turn:
                if not returned.is_set() and (used() >= limit or time.monotonic() >= end_of_wait):
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(TooLongError))

    def end() -> None:
        """Stop the watch. An error on its way arrives in here, at the latest where `set` begins.

        To take it back instead, by passing NULL, would leave CPython 3.11 with a signal that nobody answers: the next
        function under a debugger or a tracer would never start.
        """
        with turn:
            returned.set()

    try:
        threading.Thread(target=watch, daemon=True).start()
        return call()
    finally:
        try:
            end()
        except TooLongError:  # the next would come a second later
            end()


def _clock() -> Callable[[], float]:
    """Return the clock of the time that this thread computes, or where there is none, that of the wall."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.monotonic
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)
