"""A lab in a live kernel, by the messages that a page sends: the kernel answers while a lab trains for the page."""

import json
import time

import pytest
from jupyter_client.manager import start_new_kernel

MAKE = """
import json, torch
from helpers import WeightDecayLab
torch.set_num_threads(1)
lab = WeightDecayLab()
boxes, frames = {key: box.comm.comm_id for key, box in lab.controls.items()}, lab.frames.comm.comm_id
"""


class Page:
    """What a page is to a kernel: it sends what its widgets hold, and asks."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        assert self.client.execute_interactive(MAKE, timeout=120)["content"]["status"] == "ok"
        self.boxes, self.frames = self.ask("boxes"), self.ask("frames")

    def ask(self, expression):
        """Return a value that the kernel computes."""
        ask = {"value": f"json.dumps({expression})"}
        reply = self.client.execute_interactive("", user_expressions=ask, timeout=60)
        return json.loads(eval(reply["content"]["user_expressions"]["value"]["data"]["text/plain"]))

    def tell(self, comm_id, data):
        content = {"comm_id": comm_id, "data": data}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    def enter(self, **values):
        """Change boxes."""
        for key, value in values.items():
            state = {"value": value}
            self.tell(self.boxes[key], {"method": "update", "state": state, "buffer_paths": []})

    def press_stop(self):
        self.tell(self.frames, {"method": "custom", "content": {"stop": True}})

    def wait(self, expression, value=True):
        for _ in range(600):
            if (got := self.ask(expression)) == value:
                return
            time.sleep(0.1)
        raise AssertionError(f"{expression} is still {got}")


@pytest.fixture(scope="module")
def page():
    made = Page()
    yield made
    made.client.stop_channels()
    made.manager.shutdown_kernel(now=True)


SHOWN = "[lab.source.num_seeds, lab.source.planned_epochs, lab.controls['seeds'].value, lab.controls['epochs'].value]"


def test_stop_ends_a_training_and_the_boxes_go_back(page):
    before = page.ask(SHOWN)
    page.enter(epochs=500, seeds=50)
    page.wait("lab.frames.stoppable")
    assert page.ask("lab.frames.message").startswith("Training …"), "the kernel answers meanwhile"
    page.press_stop()
    page.wait("lab.frames.stoppable", False)
    page.wait("lab.frames.message", "Stopped: the boxes again show the settings of the pictures.")
    assert page.ask(SHOWN) == before


def test_a_box_that_is_changed_again_counts_once(page):
    shown = page.ask("lab.frames._version")
    page.enter(seeds=50, epochs=500)
    page.wait("lab.frames.stoppable")
    page.enter(epochs=30, seeds=2)
    page.wait(SHOWN, [2, 30, 2, 30])
    page.wait("lab.frames.message", "")
    assert page.ask("lab.frames._version") == shown + 1, "one set of new pictures"


def test_a_cell_that_sets_a_box_waits_for_its_pictures(page):
    page.client.execute_interactive("lab.set(epochs=20); shown = lab.source.planned_epochs", timeout=60)
    assert page.ask("shown") == 20
