"""A JupyterLab server of our own on loopback, for tests and benchmarks in a real browser."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from course_server import switch_on

PATIENCE = 120  # seconds for whatever takes milliseconds on a machine that has nothing else to do


class Jupyter:
    """A running JupyterLab server, whose files are in `root`."""

    def __init__(self, root: Path, port: int):
        self.root, self.url, self.token = root, f"http://127.0.0.1:{port}", "tested"

    def write(self, name: str, cells: list[str]) -> str:
        """Make a notebook of these code cells and return its name."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.root / name)
        return name

    def answers(self) -> bool:
        """Return whether the server is up."""
        try:
            return urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def serve(root: Path, home: Path) -> Iterator[Jupyter]:
    """Run JupyterLab on loopback, with settings and notes of its own in `home`, and stop it again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        jupyter = Jupyter(root, free.getsockname()[1])
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": jupyter.url.rsplit(":")[-1],
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": root,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": jupyter.token,
        "LabApp.expose_app_in_browser": True,
        "JupyterNotebookApp.expose_app_in_browser": True,
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", *(f"--{key}={options[key]}" for key in options)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=_own_world(home), stdout=log, stderr=log)
        try:
            until(jupyter.answers, True)
            yield jupyter
        finally:
            process.terminate()  # it ends its kernels
            process.wait(PATIENCE)


def _own_world(home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's Jupyter is read or written, with our extensions on."""
    news = home / "JUPYTER_CONFIG_DIR" / "labconfig" / "page_config.json"
    news.parent.mkdir(parents=True)
    news.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}))
    switch_on(home / "JUPYTER_CONFIG_DIR", home / "JUPYTER_DATA_DIR")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return os.environ | {name: str(home / name) for name in names}


def until(question: Callable[[], object], answer: object) -> bool:
    """Ask again and again until the answer is right: return True, or raise TimeoutError with the last answer."""
    deadline = time.monotonic() + PATIENCE
    while (last := question()) != answer:
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {last!r}, not {answer!r}, after {PATIENCE} s")
        time.sleep(0.02)
    return True
