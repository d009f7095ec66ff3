"""Data for tasks in other processes, which import this module: it loads little."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

from helpers import synthetic_regression
from tests.sweeps.sweep_data import draw

try:
    import resource
except ImportError:  # Windows
    resource = None

_LIMITED = []  # in a worker, once its memory is


def in_a_worker():
    return multiprocessing.parent_process() is not None


def draw_slowly(place, seed):
    """Draw data, and leave a file that says so."""
    (place / f"{seed}").touch()
    time.sleep(0.1)
    return draw(seed)


def die_once(marker, deadly, seed):
    """Draw data; the first worker that comes to the deadly seed is killed, as the system does when memory is short."""
    if seed == deadly and in_a_worker() and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(seed)


def draw_with_little_memory(most, user, seed):
    """Draw data with a large test part; except in its user's process, which may be a child too, limit the memory.

    From then on the process may take `most` bytes more than it has.
    """
    data = synthetic_regression(12, 100_000, 3, seed=seed)  # for n values, 0.4 n MB for each tensor of its residuals
    if os.getpid() != user and not _LIMITED:
        _LIMITED.append(most)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + most, resource.RLIM_INFINITY))
    return data


def draw_until(deadly, seed):
    """Draw data; a worker that comes to the deadly seed is killed, each time."""
    if seed == deadly and in_a_worker():
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(seed)
