"""Sweeps on Dask, whose workers, scheduler and clients may be killed at any time."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path

import pytest

from helpers.sweeps import sweep_dropout, sweep_weight_decay
from helpers.sweeps.run import reporting
from tests.sweeps.sweep_data import FEW, draw, same
from tests.sweeps.tasks import die_once, draw_until

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[cluster]'")
pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask's own
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and a worker as processes of their own: the scheduler and its address."""
    place = tmp_path_factory.mktemp("dask")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    start = partial(subprocess.Popen, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    dask = [sys.executable, "-m", "distributed.cli.dask_{}", "--no-dashboard", f"--scheduler-file={place / 'address'}"]
    scheduler = start([part.format("scheduler") for part in dask] + ["--host=127.0.0.1", "--port=0"])
    worker = start([part.format("worker") for part in dask] + ["--nthreads=1", f"--local-directory={place}"])
    while not (place / "address").exists():
        assert scheduler.poll() is None
        time.sleep(0.05)
    yield scheduler, json.loads((place / "address").read_text())["address"]
    for process in (worker, scheduler):
        process.terminate()
        process.wait()


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster[1]) as client:
        yield client


def test_results_are_the_same_to_the_bit_as_here(client, tmp_path):
    executor = client.get_executor()
    sweep = partial(sweep_weight_decay, lambda seed: draw(seed), [0.0, 1.0], num_epochs=9, num_seeds=3)
    same(sweep(executor=executor), sweep(store=tmp_path))
    nets = partial(sweep_dropout, FEW, [0.0, 0.5], num_epochs=2, num_seeds=2)
    same(nets(executor=executor), nets(store=tmp_path))
    halves = partial(nets, values_per_task=1)
    same(halves(executor=executor), halves())


def test_a_worker_that_is_killed_costs_only_time(client, tmp_path):
    sweep = partial(sweep_weight_decay, lambdas=[0.0, 1.0], num_epochs=9, num_seeds=6)
    swept = sweep(partial(die_once, tmp_path / "died", 3), executor=client.get_executor())
    assert (tmp_path / "died").exists()
    same(swept, sweep(draw, store=tmp_path))


def test_a_worker_that_is_killed_again_and_again_is_explained(client):
    client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0))
    sweep = partial(sweep_weight_decay, partial(draw_until, 1), [0.0, 1.0], num_epochs=9, num_seeds=2)
    with pytest.raises(RuntimeError, match=r"must live until their tasks are done, got KilledWorker: .* memory"):
        sweep(executor=client.get_executor())
    client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 3))


CLIENT = """
import sys
from functools import partial
from pathlib import Path
import distributed
from helpers.sweeps import sweep_weight_decay
from tests.sweeps.tasks import draw_slowly
address, drawn, store = sys.argv[1:]
with distributed.Client(address) as client:
    data = partial(draw_slowly, Path(drawn))
    sweep_weight_decay(data, [0.0, 1.0], num_epochs=9, num_seeds=60, executor=client.get_executor(), store=store)
"""


def wait_for(holds):
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("waited for 10 seconds")


def test_a_client_that_goes_away_frees_the_workers_and_another_goes_on(cluster, client, tmp_path):
    drawn, store = tmp_path / "drawn", tmp_path / "store"
    drawn.mkdir()
    first = subprocess.Popen([sys.executable, "-c", CLIENT, cluster[1], drawn, store], cwd=ROOT)
    while len(list(store.glob("*.block"))) < 3:
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.wait()
    wait_for(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)
    there = len(list(store.glob("*.block")))
    assert 3 <= there < 60
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=9, num_seeds=there + 2)
    same(sweep(executor=client.get_executor(), store=store), sweep(store=tmp_path / "other"))
    assert len(list(store.glob("*.block"))) == there + 2


def test_after_the_scheduler_was_killed_the_sweep_goes_on_from_the_store(cluster, client, tmp_path):
    """The last test here, for it ends the cluster."""
    scheduler, _ = cluster
    sweep = partial(sweep_weight_decay, draw, [0.0, 1.0], num_epochs=9, num_seeds=200, store=tmp_path / "store")
    with reporting(lambda share: share >= 0.05 and scheduler.kill()), pytest.raises(CancelledError):
        sweep(executor=client.get_executor())
    there = len(list((tmp_path / "store").iterdir()))
    assert 10 <= there < 200
    same(sweep(), partial(sweep, store=tmp_path / "other")())
