"""A kernel behind a hub, spoken to as a page does: over a websocket, with messages of cells and of widgets."""

import json
import time
import uuid
from collections.abc import Callable, Iterator

from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from websocket import WebSocketTimeoutException, create_connection


class CellError(RuntimeError):
    """What a cell raised: the name of the error, and its text."""

    def __init__(self, name: str, text: str):
        super().__init__(f"{name}: {text}")
        self.name = name


class Kernel:
    """A connection to a running kernel.

    Parameters
    ----------
    server : str
        Address of the student's server, as http://127.0.0.1:8000/user/student0.
    number : str
        Which of the server's kernels.
    token : str
        The student's.
    """

    def __init__(self, server: str, number: str, token: str):
        address = f"ws{server.removeprefix('http')}/api/kernels/{number}/channels"
        self._place = (address, [f"Authorization: token {token}"])
        self.models: dict[str, dict] = {}  # the widgets, by their number
        self.connect()

    def connect(self) -> None:
        """Connect, or connect again: the kernel has gone on meanwhile."""
        self._socket = create_connection(self._place[0], header=self._place[1], timeout=60)

    def close(self) -> None:
        """Disconnect; the kernel stays."""
        self._socket.close()

    def send(self, kind: str, content: dict) -> str:
        """Send a message on the kernel's shell channel and return its number."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "username": "", "session": "class", "version": "5.4", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self._socket.send(json.dumps(message))
        return number

    def messages(self, seconds: float) -> Iterator[dict]:
        """Yield what arrives, and keep account of the widgets; raise TimeoutError after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._socket.settimeout(max(0.1, end - time.monotonic()))
            try:
                received = self._socket.recv()
            except WebSocketTimeoutException:
                break
            message = deserialize_binary_message(received) if isinstance(received, bytes) else json.loads(received)
            self._note(message)
            yield message
        raise TimeoutError(f"the kernel did not finish within {seconds:.0f} s")

    def _note(self, message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif message["msg_type"] == "comm_msg" and content["comm_id"] in self.models:
            self.models[content["comm_id"]] |= content["data"].get("state", {})

    def run(self, code: str, seconds: float = 600) -> str:
        """Execute a cell and return what it printed, or raise a CellError with what it raised."""
        return self.result(self.start(code), seconds)

    def start(self, code: str) -> str:
        """Send a cell and return the number of its message, without waiting for it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        return self.send("execute_request", content | {"allow_stdin": False, "stop_on_error": True})

    def result(self, number: str, seconds: float = 600) -> str:
        """Wait for a cell that was sent and return what it printed, or raise a CellError with what it raised."""
        printed, replied, idle = [], False, False
        for message in self.messages(seconds):
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed.append(content["text"])
            elif kind == "execute_reply" and content["status"] != "ok":
                raise CellError(content.get("ename", content["status"]), content.get("evalue", "no reply"))
            replied |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
            if replied and idle:
                break
        return "".join(printed)

    def change(self, widget: str, arrived: Callable[[dict], bool], seconds: float = 120, **state: object) -> dict:
        """Change a widget as a page does, and return the first message about a widget that is what was waited for."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.send("comm_msg", {"comm_id": widget, "data": data})
        return next(m for m in self.messages(seconds) if m["msg_type"] == "comm_msg" and arrived(m))
