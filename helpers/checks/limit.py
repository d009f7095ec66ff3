"""Stop an answer that never returns, in any thread and on any system, without stopping the kernel."""

import ctypes
import threading
from collections.abc import Callable


class TooLongError(BaseException):
    """Raised inside an answer that takes too long. Not an `Exception`: an answer's own ``except`` lets it pass."""


def within(seconds: float, call: Callable[[], object]) -> object:
    """Return what a call returns, or raise `TooLongError` where it has not returned after so many seconds.

    The error reaches the call between two of its steps in Python: a loop is stopped, a single long operation of torch
    is not. An answer that catches the error meets it again each second.
    """
    raise_in, here = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.c_ulong(threading.get_ident())
    returned, turn = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = min(seconds, threading.TIMEOUT_MAX)
        while not returned.wait(wait):
            with turn:
                if not returned.is_set():
                    raise_in(here, ctypes.py_object(TooLongError))
            wait = 1.0

    def end() -> None:
        with turn:
            returned.set()
            raise_in(here, None)  # one that is on its way is dropped

    try:
        threading.Thread(target=watch, daemon=True).start()
        return call()
    finally:
        try:
            end()
        except TooLongError:  # it came while the watch was ended; the next would come a second later
            end()
