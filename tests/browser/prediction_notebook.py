"""The cells of a notebook that asks for two curves and a choice, and a page of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import Locator

from tests.browser.lab import Lab
from tests.browser.notebook_server import until

MAKE = """
import torch
from helpers import Prediction, Question
from helpers.sweeps import Sweep

values, epochs = torch.tensor([0, .1, .3, 1, 3, 10, 30, 100], dtype=torch.float64), torch.arange(1, 101)
noise = torch.linspace(.9, 1.1, 5).double()[:, None, None]  # five seeds
curve = noise * (0.02 + 0.1 / (1 + 3 * values[:, None]) + 0.002 * values[:, None].sqrt() + 1 / epochs)
sweep = Sweep("λ", values, epochs, {"test_loss": curve}, torch.zeros(5, 8, 2))
"""
BY_VALUE = """
by_value = Prediction.of_sweep("How does the test loss change with λ?", sweep, "test_loss", yscale="log")
by_value
"""
BY_EPOCH = """
by_epoch = Prediction.of_sweep("How does the test loss change while training with λ = 3?", sweep, "test_loss", at=3)
by_epoch
"""
CHOICE = """
best = sweep.best()
Question("Which λ has the lowest test loss?", {
    "The smallest.": (best == 0, "Without a penalty the net overfits."),
    "One between.": (0 < best < 100, f"It is λ = {best:g}."),
    "The largest.": (best == 100, "Such a penalty leaves no weights."),
})
"""
CELLS = [MAKE, BY_VALUE, BY_EPOCH, CHOICE]


class Asked:
    """One `Prediction` on a page: drawn on, and read back."""

    def __init__(self, lab: Lab, nth: int):
        self.lab, self.page = lab, lab.page
        self.box = self.page.locator(".guessing[role=group]").nth(nth)
        self.plot, self.status = self.box.locator(".guessing-plot"), self.box.get_by_role("status")
        self.sliders = self.box.get_by_role("slider")

    def button(self, name: str) -> Locator:
        """Return one of the buttons."""
        return self.box.get_by_role("button", name=name, exact=True)

    def enabled(self) -> list[str]:
        """Return the names of the buttons that can be pressed."""
        return [b.inner_text() for b in self.box.get_by_role("button").all() if b.is_enabled()]

    def guess(self) -> np.ndarray:
        """Return the guess (places,) as shares of the height of the axes; what is not set and not passed is 0.5."""
        return np.array(self.sliders.evaluate_all("inputs => inputs.map(input => Number(input.value))"))

    def told(self) -> list[str]:
        """Return what is read aloud at each place."""
        return self.sliders.evaluate_all("inputs => inputs.map(input => input.ariaValueText)")

    def points(self, way: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return where on the screen points lie whose coordinates are shares of the axes, from the lower left."""
        self.plot.scroll_into_view_if_needed()
        boxes = [self.sliders.nth(i).bounding_box() for i in (0, self.sliders.count() - 1)]
        left, right = (box["x"] + box["width"] / 2 for box in boxes)
        top, height = boxes[0]["y"], boxes[0]["height"]
        return [(left + x * (right - left), top + (1 - y) * height) for x, y in way]

    def drag(self, way: list[tuple[float, float]], steps: int = 8) -> None:
        """Draw with the mouse from point to point."""
        start, *others = self.points(way)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        for point in others:
            self.page.mouse.move(*point, steps=steps)
        self.page.mouse.up()

    def swipe(self, way: list[tuple[float, float]]) -> None:
        """Draw with a finger from point to point."""
        session = self.page.context.new_cdp_session(self.page)
        kinds = ["touchStart", *["touchMove"] * (len(way) - 1)]
        for kind, (x, y) in zip(kinds, self.points(way), strict=True):
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def again(self) -> None:
        """Start again, if there is anything to start again."""
        if "Start again" in self.enabled():
            self.button("Start again").click()


@contextmanager
def opened(lab: Lab, name: str) -> Iterator[Lab]:
    """Open the notebook of these cells, which the server has under a name, and run it."""
    lab.open(name)
    lab.run_all()
    until(lab.page.locator(".guessing").count, 3)
    yield lab


def judgement(
    guess: np.ndarray, values: np.ndarray, places: np.ndarray, at: list[int], names: list[str], y: dict
) -> str:
    """Return the sentence that compares a guess (k,) with values (S, n) over an axis, as it should be."""
    scale = np.log if y["log"] else np.asarray
    low, high = scale(y["limits"])
    shares = (scale(values) - low) / (high - low)
    mean = (scale(values.mean(axis=0)) - low) / (high - low)
    inside = (shares.min(axis=0)[at] - 0.03 <= guess) & (guess <= shares.max(axis=0)[at] + 0.03)
    parts = [f"{inside.sum()} of {len(at)} places of your guess lie within the range of the runs"]
    third = max(1, round((len(at) - 1) / 3))
    for side, line, (i, k) in (("left", "your line", (0, third)), ("right", "it", (-1 - third, -1))):
        mine, theirs = (_way(curve[k] - curve[i]) for curve in (guess, mean[at]))
        same = "as computed" if mine == theirs else f"where the computed one {theirs}"
        parts.append(f"on the {side} {line} {mine}, {same}")
    lowest, wanted = at[guess.argmin()], mean.argmin()
    same = lowest == at[np.abs(places[at] - places[wanted]).argmin()]
    rest = "as computed" if same else f"the computed one at {names[wanted]}"
    return "; ".join([*parts, f"it is lowest at {names[lowest]}, {rest}"]) + "."


def _way(step: float) -> str:
    return "stays flat" if abs(step) <= 0.03 else "rises" if step > 0 else "falls"
