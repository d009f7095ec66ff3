"""Processes of this machine that train."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

import cloudpickle
import torch

from helpers.validation import check_count


class _Processes(ProcessPoolExecutor):
    def submit(self, call: Callable, /, *args: object, **keywords: object) -> Future:
        return super().submit(_Portable(partial(call, *args, **keywords)))


class _Portable:
    """A call that other processes understand, also of functions that were defined in a notebook."""

    def __init__(self, call: Callable):
        self._call = call

    def __reduce__(self) -> tuple:  # when it is sent, not before: a call that waits holds no copy of its data
        return partial, (_call_pickled, cloudpickle.dumps(self._call))


def _call_pickled(call: bytes) -> object:
    return cloudpickle.loads(call)()


def processes(n: int) -> ProcessPoolExecutor:
    """Return n processes to train in, each with one thread of torch, as in ``with processes(2) as executor:``.

    Functions that were defined in a notebook work too. In a script the line stands below
    ``if __name__ == "__main__":``, for each process imports the script. After an interrupt, what a process has begun,
    and one task more, is computed to its end; the rest is given up. Processes end with the one that started them.

    Raises
    ------
    ValueError, TypeError
        If n is no integer of at least 1.
    """
    check_count("n", n)
    return _Processes(n, multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that waits; it can break this one
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)
