"""What all tests share: no network beyond loopback, one thread, and the real Fashion-MNIST where there is one."""

import hashlib
import os
import signal
import socket
from pathlib import Path

import pytest
import torch

from helpers.data import fashion_mnist
from tests.data.fashion_server import serve, small_set

torch.set_num_threads(1)
# A shell has what it starts in the background ignore interrupts: a test that waits for one would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def fashion_mnist_place() -> Path | None:
    """Directory of the real Fashion-MNIST, if the environment names one that has it."""
    place = os.environ.get("FASHION_MNIST_DIR")
    return Path(place) if place and all((Path(place) / name).is_file() for name in fashion_mnist.FILES) else None


@pytest.fixture
def fashion_mnist_dir(fashion_mnist_place) -> Path:
    """Directory of the real Fashion-MNIST; without it the test is skipped."""
    if not fashion_mnist_place:
        pytest.skip("FASHION_MNIST_DIR names no directory with the real Fashion-MNIST")
    return fashion_mnist_place


@pytest.fixture(scope="session")
def files(fashion_mnist_place):
    """The four files by name: the real ones where they are, else a small set."""
    if fashion_mnist_place:
        return {name: (fashion_mnist_place / name).read_bytes() for name in fashion_mnist.FILES}
    return dict(zip(fashion_mnist.FILES, small_set(), strict=True))


@pytest.fixture
def own_world(files, tmp_path, monkeypatch):
    """Allow downloads, from nowhere yet, and forget what other tests read or failed to."""
    monkeypatch.delenv("FASHION_MNIST_DOWNLOAD")
    monkeypatch.delenv("FASHION_MNIST_DIR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", ())
    monkeypatch.setattr(
        fashion_mnist, "FILES", {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    )
    monkeypatch.setattr(fashion_mnist, "_failures", {})
    fashion_mnist.read_idx.cache_clear()


@pytest.fixture
def server(own_world, files, monkeypatch):
    with serve(files) as running:
        monkeypatch.setattr(fashion_mnist, "MIRRORS", (running.url,))
        yield running


@pytest.fixture
def closed():
    """Address of a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"
