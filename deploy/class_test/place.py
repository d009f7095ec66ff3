"""Where the class test runs: homes, hub, proxy, and what they leave behind, which is nothing."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import requests

from deploy.class_test.reach import launcher

ROOT = Path(__file__).parents[2]
CLASS_PACKAGES = Path(sys.prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
PROXY = ROOT / "deploy" / "node_modules" / ".bin" / "configurable-http-proxy"
FIRST_UID = 20_000  # above the accounts of people


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Place:
    """Homes, a hub and a proxy on loopback, in a temporary directory; use it in a ``with`` statement.

    Parameters
    ----------
    students : int
        How many homes there are.
    chapter : Path
        The notebook that each student finds at home.
    gigabytes : float
        Limit of the address space of each process of a student.
    """

    def __init__(self, students: int, chapter: Path, gigabytes: float):
        self.names = [f"student{number}" for number in range(students)]
        self.directory = Path(tempfile.mkdtemp(prefix="class-"))
        self.state, self.homes = self.directory / "state", self.directory / "homes"
        self.password, self.token = secrets.token_hex(), secrets.token_hex()
        proxy, api, hub = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
        self.url, self.chapter, self.isolated = proxy, chapter, os.geteuid() == 0
        self.processes: dict[str, subprocess.Popen] = {}
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")} | {
            "CLASS_RUN": self.directory.name,
            "CLASS_ROOT": str(ROOT),
            "CLASS_STATE": str(self.state),
            "CLASS_HOMES": str(self.homes),
            "CLASS_FIRST_UID": str(FIRST_UID if self.isolated else 0),
            "CLASS_GB": str(gigabytes),
            "CLASS_PYTHON": str(ROOT / ".venv" / "bin" / "python"),
            "CLASS_PASSWORD": self.password,
            "CLASS_URL": proxy,
            "CLASS_HUB_URL": hub,
            "CLASS_PROXY_API": api,
            "CONFIGPROXY_AUTH_TOKEN": self.token,
            "PYTHONPATH": f"{ROOT}:{CLASS_PACKAGES}",
            "TQDM_DISABLE": "1",
        }

    def __enter__(self) -> "Place":
        self.directory.chmod(0o711)  # students pass through, and see only their own homes
        self.state.mkdir(mode=0o700)
        self.homes.mkdir(mode=0o711)
        for number, name in enumerate(self.names):
            home = self.homes / name
            home.mkdir(mode=0o700)
            shutil.copy(self.chapter, home)
            if self.isolated:
                for path in (home, home / self.chapter.name):
                    os.chown(path, FIRST_UID + number, FIRST_UID + number)
        return self

    def __exit__(self, *_: object) -> None:
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave something behind
        while left := self.all_processes():
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(left, timeout=5)
        for process in self.processes.values():
            process.wait()
        shutil.rmtree(self.directory)
        signal.signal(signal.SIGINT, previous)

    def all_processes(self) -> list[psutil.Process]:
        """Return every process that the test has started, known by a variable of its environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("CLASS_RUN") == self.directory.name:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def start_proxy(self) -> None:
        """Start the proxy and wait until it answers."""
        port, api = (self.environment[name].rpartition(":")[2] for name in ("CLASS_URL", "CLASS_PROXY_API"))
        options = ["--ip", "127.0.0.1", "--port", port, "--api-ip", "127.0.0.1", "--api-port", api]
        hub = [
            "--default-target",
            self.environment["CLASS_HUB_URL"],
            "--error-target",
            f"{self.environment['CLASS_HUB_URL']}/hub/error",
        ]
        self._start("proxy", [str(PROXY), *options, *hub])
        self._wait(
            "proxy", f"{self.environment['CLASS_PROXY_API']}/api/routes", {"Authorization": f"token {self.token}"}
        )

    def start_hub(self) -> None:
        """Start the hub and wait until it answers through the proxy."""
        config = str(Path(__file__).with_name("jupyterhub_config.py"))
        self._start("hub", [*launcher(self.directory), sys.executable, "-m", "jupyterhub", "-f", config])
        self._wait("hub", f"{self.url}/hub/api")

    def kill(self, name: str) -> None:
        """End hub or proxy at once, as a crash would."""
        self.processes[name].kill()
        self.processes[name].wait()

    def _start(self, name: str, command: list[str]) -> None:
        with (self.directory / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, cwd=self.state, stdout=log, stderr=log, start_new_session=True
            )

    def _wait(self, name: str, url: str, headers: dict[str, str] | None = None, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.processes[name].poll() is not None:
                break
            try:
                if requests.get(url, headers=headers, timeout=5).ok:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"the {name} does not answer; it wrote:\n{self.log(name)}")

    def log(self, name: str) -> str:
        """Return the last lines that hub or proxy wrote."""
        return "\n".join((self.directory / f"{name}.log").read_text().splitlines()[-30:])
