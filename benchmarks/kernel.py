"""A live kernel, to run code in and to time it as a learner feels it: from Shift-Enter to the last message."""

import time
from subprocess import DEVNULL
from types import TracebackType

from jupyter_client.manager import start_new_kernel

_TIMEOUT = 120  # seconds for one cell


class Kernel:
    """A fresh kernel; use it in a ``with`` statement."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(stderr=DEVNULL)  # it notes there how it is reached

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code: str) -> list[dict]:
        """Execute `code` as a cell and return what it published, or raise if it failed."""
        messages: list[dict] = []
        reply = self.client.execute_interactive(code, output_hook=messages.append, timeout=_TIMEOUT)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{reply['content']['ename']}: {reply['content']['evalue']}, in the cell\n{code}")
        return messages

    def seconds(self, code: str) -> float:
        """Return how long a cell takes, from sending it until the kernel is idle again."""
        start = time.perf_counter()
        self.run(code)
        return time.perf_counter() - start

    def value(self, expression: str) -> float:
        """Return a number that the kernel knows."""
        return float(
            "".join(m["content"]["text"] for m in self.run(f"print({expression})") if m["msg_type"] == "stream")
        )
