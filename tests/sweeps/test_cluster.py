"""Sweeps on Dask, whose workers, scheduler and clients may be killed at any time."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from helpers.sweeps import sweep_dropout, sweep_weight_decay
from tests.sweeps.sweep_data import FEW, draw, same
from tests.sweeps.tasks import die_once, draw_slowly

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[cluster]'")
pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask's own
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
]
ROOT = Path(__file__).parents[2]
SMALL = {"lambdas": [0.0, 1.0], "num_epochs": 9}


@contextmanager
def cluster(place, num_workers=1):
    """Start a scheduler and its workers as processes, and yield the scheduler's process and address."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "DASK_LOGGING__DISTRIBUTED": "error"}
    start = partial(subprocess.Popen, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    file = place / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli"]
    scheduler = start([*dask[:2], "distributed.cli.dask_scheduler", "--port=0", "--no-dashboard", f"--scheduler-file={file}"])
    try:
        while not file.exists():
            assert scheduler.poll() is None
            time.sleep(0.05)
        options = [f"--scheduler-file={file}", "--nthreads=1", f"--nworkers={num_workers}", "--no-dashboard"]
        workers = start([*dask[:2], "distributed.cli.dask_worker", *options, f"--local-directory={place}"])
        try:
            yield scheduler, file
        finally:
            workers.terminate()
            workers.wait()
    finally:
        scheduler.kill()
        scheduler.wait()
