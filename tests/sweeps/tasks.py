"""Data for tasks in other processes, which import this module: it loads little."""

import multiprocessing
import os
import signal
import time

from tests.sweeps.sweep_data import draw


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
