"""From a key on a lab's slider to the picture on the page: in JupyterLab and a real browser, with a kernel and without.

An arrow key is pressed as often as a keyboard repeats it, and timed from the key event to two moments: the picture is
*swapped* (that is our part), and the browser begins the first animation frame in which it is loaded and visible (there
is one every 17 ms). Then, how long it takes until the pictures are replaced after a control was changed: training,
drawing, sending and decoding them all. Run it by ``python -m benchmarks.slider``.
"""

import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import helpers
from tests.browser.lab import Lab, launch
from tests.browser.notebook_server import serve, until

REPEATS = 50
SHA = 64  # digits of a hash: one picture is visible
INTERVAL = 33  # milliseconds from key to key
NAMES = [name for name in helpers.__all__ if name.endswith("Lab")]
NOTEBOOK = f"""
import torch, helpers
labs = [getattr(helpers, name)() for name in {NAMES}]
display(*labs)
"""
TIMER = """nth => {
    const place = document.querySelectorAll('.frames-picture')[nth];
    window.timer?.abort();
    window.timer = new AbortController();
    const times = window.times = { swapped: [], shown: [] };
    const visible = image => image.style.visibility === 'visible' && image.naturalWidth > 0;
    document.addEventListener('keydown', event => {
        const before = place.dataset.index;
        const note = name => times[name].push(performance.now() - event.timeStamp);
        const change = new MutationObserver(() => { change.disconnect(); note('swapped'); });
        change.observe(place, { attributeFilter: ['data-index'] });
        const look = () => place.dataset.index !== before && [...place.querySelectorAll('img')].some(visible)
            ? note('shown') : requestAnimationFrame(look);
        requestAnimationFrame(look);
    }, { capture: true, signal: timer.signal });
}"""


def measure(lab: Lab, nth: int) -> dict[str, list[float]]:
    """Return the milliseconds to either moment for the first slider of a lab, without the first press."""
    slider = lab.outputs().nth(nth).locator(".frames input[type=range]").first
    last = int(slider.get_attribute("max"))
    lab.press(slider, "Home")
    lab.page.evaluate(TIMER, nth)
    for key in islice(cycle(["ArrowRight"] * last + ["ArrowLeft"] * last), REPEATS + 1):
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(INTERVAL)
    until(lambda: lab.page.evaluate("times.shown.length"), REPEATS + 1)
    return {name: taken[1:] for name, taken in lab.page.evaluate("times").items()}


def replace(lab: Lab, nth: int) -> float:
    """Return the seconds from a change of a lab's controls to new pictures on the page, the median of five."""
    return median(_replace_once(lab, nth) for _ in range(5))


def _replace_once(lab: Lab, nth: int) -> float:
    source = "nth => [...document.querySelectorAll('.frames-picture')[nth].querySelectorAll('img')].at(-1).src"
    before, start = lab.page.evaluate(source, nth), time.perf_counter()
    lab.kernel_eval(f"labs[{nth}].refresh()")
    until(lambda: lab.page.evaluate(source, nth) != before and len(lab.shown_hash(nth)), SHA)
    return time.perf_counter() - start


def row(name: str, times: dict[str, list[float]]) -> str:
    """Format what was measured as a row of the table."""
    cells = [f"{value:.1f} ms" for taken in times.values() for value in (median(taken), max(taken))]
    return f"| {' | '.join([name, *cells])} |"


def main() -> None:
    """Print the tables."""
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        root = Path(place) / "notebooks"
        root.mkdir()
        with serve(root, Path(place)) as jupyter:
            lab = Lab(launch(playwright).new_page(), jupyter)
            lab.open(jupyter.write("labs.ipynb", [NOTEBOOK]))
            lab.run_all()
            until(lab.page.locator(".frames-picture[data-index]").count, len(NAMES))
            print("| pictures replaced after | seconds |")
            print("| --- | ---: |")
            for nth, name in enumerate(NAMES):
                print(f"| {name} | {replace(lab, nth):.2f} |", flush=True)
            print_latencies(lab, "with a kernel")
            lab.shutdown_kernel()
            print_latencies(lab, "kernel shut down")


def print_latencies(lab: Lab, title: str) -> None:
    """Print a table with a row for each lab."""
    print(f"\n| {title} | swapped | worst of {REPEATS} | shown | worst of {REPEATS} |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for nth, name in enumerate(NAMES):
        print(row(name, measure(lab, nth)), flush=True)


if __name__ == "__main__":
    main()
