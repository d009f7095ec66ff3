"""The Animator in a live kernel, by the messages that it sends, and in notebooks that are run again and compared."""

import base64
import json
import subprocess
import sys
import time

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from helpers import Animator
from tests.drawing.test_animator import WEIGHT_DECAY, losses, pixels, png

TIMEOUT = 60


class Cell:
    """What a cell published."""

    def __init__(self, reply: dict, messages: list[dict]):
        self.error = reply["content"].get("ename")
        self.messages = [m for m in messages if m["msg_type"] not in ("status", "execute_input")]
        self.kinds = [m["msg_type"] for m in self.messages]
        contents = [m["content"] for m in self.messages]
        self.pictures = [c for c in contents if c.get("transient", {}).get("display_id")]
        self.stdout = "".join(c["text"] for c in contents if c.get("name") == "stdout")
        self.stderr = "".join(c["text"] for c in contents if c.get("name") == "stderr")

    def last_picture(self) -> np.ndarray:
        return pixels(base64.b64decode(self.pictures[-1]["data"]["image/png"]))


class Kernel:
    """A live kernel."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code: str, hook=lambda message: None) -> Cell:
        messages = []

        def keep(message):
            messages.append(message)
            hook(message)

        return Cell(self.client.execute_interactive(code, output_hook=keep, timeout=TIMEOUT), messages)

    def value(self, expression: str):
        return json.loads(self.run(f"import json; print(json.dumps({expression}))").stdout)


@pytest.fixture(scope="module")
def live():
    kernel = Kernel()
    try:
        first = kernel.run(f"from helpers import Animator\nWD, points = {WEIGHT_DECAY}, {losses()}")
        assert (first.messages, first.error) == ([], None)
        yield kernel
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)


TRAIN = "animator = Animator(**WD)\nfor x, y in points: animator.add(x, y)\n"
SLOWLY = """
import time
animator = Animator(**WD)
for n in range(1, 10**6):
    animator.add(n, (1 / n, 2 / n))
    time.sleep(0.001)
"""


def expected(history: dict) -> np.ndarray:
    """Return the picture of these points, drawn here and at once."""
    drawn = Animator(**WEIGHT_DECAY)
    for (x, train), (_, test) in zip(*history.values(), strict=True):
        drawn.add(x, (train, test))
    return pixels(png(drawn))


def test_a_cell_has_one_picture_in_one_place_with_a_constant_text(live):
    cell = live.run(TRAIN)
    assert cell.kinds == ["display_data", "update_display_data"]
    assert len({c["transient"]["display_id"] for c in cell.pictures}) == 1
    assert {c["data"]["text/plain"] for c in cell.pictures} == {"Animator(train, test)"}
    sizes = [c["metadata"]["image/png"] for c in cell.pictures]
    assert sizes == [{"width": 480, "height": 288, "alt": "Animator(train, test)"}] * 2
    assert cell.last_picture().shape == (2 * 288, 2 * 480, 3)


def test_the_last_frame_shows_the_whole_record(live):
    cell = live.run(TRAIN)
    assert np.array_equal(cell.last_picture(), expected(live.value("animator.history")))
    assert live.value("animator.history['train']") == [[x, train] for x, (train, _) in losses()]


def test_other_outputs_survive_in_their_places(live):
    cell = live.run(
        f"from IPython.display import HTML\nprint('before')\ndisplay(HTML('<b>'))\n{TRAIN}print('after')\n1 + 1"
    )
    assert cell.kinds == ["stream", "display_data", "display_data", "stream", "execute_result", "update_display_data"]
    assert (cell.stdout, cell.stderr, cell.error) == ("before\nafter\n", "", None)


def test_frames_come_while_it_trains_but_not_too_many(live):
    start = time.monotonic()
    cell = live.run(SLOWLY.replace("10**6", "1500"))
    assert 2 <= cell.kinds.count("update_display_data") <= 2 + 10 * (time.monotonic() - start)
    assert np.array_equal(cell.last_picture(), expected(live.value("animator.history")))


def test_an_exception_leaves_the_last_state(live):
    cell = live.run(TRAIN + "raise RuntimeError('diverged')")
    assert (cell.error, cell.kinds) == ("RuntimeError", ["display_data", "error", "update_display_data"])
    assert np.array_equal(cell.last_picture(), expected(live.value("animator.history")))


def test_an_interrupt_leaves_the_last_state(live):
    signals = []

    def interrupt(message):
        if message["msg_type"] == "update_display_data" and not signals:
            signals.append(live.manager.interrupt_kernel())

    cell = live.run(SLOWLY, interrupt)
    assert cell.error == "KeyboardInterrupt"
    assert np.array_equal(cell.last_picture(), expected(live.value("animator.history")))


def test_an_animator_that_nobody_holds_is_drawn_and_then_freed(live):
    cell = live.run(
        f"import gc, weakref\ndef train():\n    {TRAIN.splitlines()[0]}\n    {TRAIN.splitlines()[1]}\n"
        "    global gone; gone = weakref.ref(animator)\ntrain()"
    )
    assert np.array_equal(
        cell.last_picture(),
        expected({"train": [(x, y[0]) for x, y in losses()], "test": [(x, y[1]) for x, y in losses()]}),
    )
    assert live.value("(gc.collect(), gone() is None)[1]")


def test_another_cell_shows_the_picture_again(live):
    first = live.run(TRAIN)
    assert live.run("animator").kinds == ["display_data"]
    second = live.run("animator.add(105, (1e-3, 1e-2)); print('more')")
    assert second.kinds == ["display_data", "stream", "update_display_data"]
    assert first.pictures[0]["transient"] == second.pictures[0]["transient"]
    assert second.pictures[0]["data"] == first.pictures[-1]["data"]
    assert np.array_equal(second.last_picture(), expected(live.value("animator.history")))


def test_as_the_last_expression_it_is_not_shown_twice(live):
    cell = live.run(TRAIN + "animator")
    assert "execute_result" not in cell.kinds
    assert cell.kinds.count("display_data") == 1


def test_two_animators_in_a_cell_have_a_place_each(live):
    cell = live.run(TRAIN + TRAIN)
    assert cell.kinds.count("display_data") == 2
    assert len({c["transient"]["display_id"] for c in cell.pictures}) == 2


def test_a_picture_that_cannot_be_drawn_stops_nothing(live):
    cell = live.run(TRAIN.replace("**WD", r"legend=[r'$\frac{1}$', 'test']") + "print('trained')")
    assert (cell.error, cell.stdout) == (None, "trained\n")
    assert cell.stderr.startswith("No picture (ValueError: ")
    assert cell.stderr.count("All points are in .history.") == 1
    assert len(live.value("animator.history['test']")) == 20
    after = live.run(TRAIN)
    assert np.array_equal(after.last_picture(), expected(live.value("animator.history")))


def test_odd_points_are_drawn_without_a_warning(live):
    cell = live.run(
        "import numpy as np\nanimator = Animator(xlim=[1, 1], ylim=[0, 0], yscale='log')\n"
        "for y in (0, -1, np.nan, np.inf, None, np.float32(1)): animator.add(1, y)"
    )
    assert cell.kinds == ["display_data", "update_display_data"]


def test_pyplot_holds_no_figure(live):
    live.run(TRAIN)
    assert live.value("__import__('matplotlib.pyplot').pyplot.get_fignums()") == []


NOTEBOOK = (
    "import sys; from helpers import Animator; sys.stdout.write('ready')",
    f"animator = Animator(**{WEIGHT_DECAY})\nfor x, y in {losses()}: animator.add(x, y)\nprint(x)\nx + 1",
    "animator.add(105, (1, 1))",
    "import time\nslow = Animator(legend='a')\nfor i in range(600): slow.add(i, i); time.sleep(0.001)\nslow",
    "animator",
)


def test_a_stored_notebook_has_the_last_pictures_and_passes_nbval_twice(tmp_path):
    path = tmp_path / "drawn.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in NOTEBOOK])
    NotebookClient(notebook, timeout=TIMEOUT, kernel_name="python3").execute()
    nbformat.write(notebook, path)
    stored = [o.data["image/png"] for cell in notebook.cells for o in cell.outputs if "image/png" in o.get("data", {})]
    assert len(stored) == 4
    assert all(pixels(base64.b64decode(picture)).shape == (576, 960, 3) for picture in stored)
    assert stored[0] == stored[1] == stored[3]  # one Animator, in three cells
    for _ in range(2):
        nbval = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", str(path)]
        run = subprocess.run(nbval, cwd=tmp_path, capture_output=True, text=True, timeout=2 * TIMEOUT, check=False)
        assert run.returncode == 0, run.stdout
        assert f"{len(NOTEBOOK)} passed" in run.stdout
