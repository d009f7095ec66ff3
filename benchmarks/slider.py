"""From a key on a lab's slider to the picture: in JupyterLab, with a kernel and without, and on a published page.

An arrow key is pressed as often as a keyboard repeats it, and timed from the key event to two moments: the picture is
*swapped* (that is our part), and the browser begins the first animation frame in which it is loaded and visible (there
is one every 17 ms). Then, how long it takes until the pictures are replaced after a control was changed: training,
drawing, sending and decoding them all. Run it by ``python -m benchmarks.slider``.
"""

import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, sync_playwright

import helpers
from tests.browser.lab import Lab, launch
from tests.browser.notebook_server import serve, until
from tools.site.build import build

CHAPTER = Path(__file__).parents[1] / "notebooks" / "00_start_here.ipynb"
SLIDER = ".frames input[type=range]"
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


def measure(page: Page, slider: Locator, nth: int) -> dict[str, list[float]]:
    """Return the milliseconds to either moment for a slider of the nth lab of a page, without the first press."""
    last = int(slider.get_attribute("max"))
    slider.scroll_into_view_if_needed()
    slider.press("Home")
    page.evaluate(TIMER, nth)
    for key in islice(cycle(["ArrowRight"] * last + ["ArrowLeft"] * last), REPEATS + 1):
        page.keyboard.press(key)
        page.wait_for_timeout(INTERVAL)
    until(lambda: page.evaluate("times.shown.length"), REPEATS + 1)
    return {name: taken[1:] for name, taken in page.evaluate("times").items()}


def of_lab(lab: Lab, nth: int) -> dict[str, list[float]]:
    """Measure the first slider of a lab in JupyterLab."""
    return measure(lab.page, lab.outputs().nth(nth).locator(SLIDER).first, nth)


def of_page(page: Page, path: Path) -> dict[str, list[float]]:
    """Measure the first slider on the page of a lab, opened as a file."""
    page.goto(path.as_uri())
    page.wait_for_selector(".frames-picture[data-index]")
    return measure(page, page.locator(SLIDER).first, 0)


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
            print_latencies("with a kernel", [partial(of_lab, lab, nth) for nth in range(len(NAMES))])
            lab.shutdown_kernel()
            print_latencies("kernel shut down", [partial(of_lab, lab, nth) for nth in range(len(NAMES))])
        build(Path(place) / "site", [CHAPTER], labs=NAMES, complain=print)
        page, pages = launch(playwright).new_page(), Path(place) / "site" / "labs"
        print_latencies("on a page, from a file", [partial(of_page, page, pages / f"{name}.html") for name in NAMES])


def print_latencies(title: str, measures: list[Callable[[], dict[str, list[float]]]]) -> None:
    """Print a table with a row for each lab."""
    print(f"\n| {title} | swapped | worst of {REPEATS} | shown | worst of {REPEATS} |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, measured in zip(NAMES, measures, strict=True):
        print(row(name, measured()), flush=True)


if __name__ == "__main__":
    main()
