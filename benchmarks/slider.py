"""From a key on a slider to the picture on the page: in JupyterLab and a real browser, with a kernel and without.

The notebook shows 64 pictures of 1400 × 700 pixels in `Frames`, joined to a slider. An arrow key is pressed as often as
a keyboard repeats it, and timed from the key event to two moments: the picture is *swapped* (that is our part), and the
browser begins the first animation frame in which it is loaded and visible (there is one every 17 ms). Run it by
``python -m benchmarks.slider``.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.browser.lab import Lab, launch
from tests.browser.notebook_server import serve, until

REPEATS = 50
INTERVAL = 33  # milliseconds from key to key
NOTEBOOK = """
import io
from ipywidgets import SelectionSlider, VBox, jslink
from PIL import Image, ImageDraw, ImageFont
from helpers.frames import Frames

def png(i):
    image = Image.new("RGB", (1400, 700), "white")
    draw = ImageDraw.Draw(image)
    draw.text((700, 350), str(i), "black", ImageFont.load_default(200))
    for k in range(100):
        draw.line([(14 * k, 350 + (k * k * i) % 300), (14 * k + 14, 350 + ((k + 1) ** 2 * i) % 300)], "blue", 4)
    file = io.BytesIO()
    image.quantize(64).save(file, "png", compress_level=1)
    return file.getvalue()

texts = [str(i) for i in range(64)]
frames = Frames([png(i) for i in range(64)], alt=texts, readout=texts, width=700)
slider = SelectionSlider(options=texts)
link = jslink((slider, "index"), (frames, "index"))
VBox([slider, frames])
"""
TIMER = """() => {
    const place = document.querySelector('.frames-picture');
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


def measure(lab: Lab) -> dict[str, list[float]]:
    """Return the milliseconds to either moment, without the first press."""
    lab.press(0, "Home")
    lab.page.evaluate(TIMER)
    for _ in range(REPEATS + 1):
        lab.press(0, "ArrowRight")
        lab.page.wait_for_timeout(INTERVAL)
    until(lambda: lab.page.evaluate("times.shown.length"), REPEATS + 1)
    return {name: taken[1:] for name, taken in lab.page.evaluate("times").items()}


def row(name: str, times: dict[str, list[float]]) -> str:
    """Format what was measured as a row of the table."""
    cells = [f"{value:.1f} ms" for taken in times.values() for value in (median(taken), max(taken))]
    return f"| {' | '.join([name, *cells])} |"


def main() -> None:
    """Print the table."""
    print(f"| slider to picture | swapped | worst of {REPEATS} | shown | worst of {REPEATS} |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        root = Path(place) / "notebooks"
        root.mkdir()
        with serve(root, Path(place)) as jupyter:
            lab = Lab(launch(playwright).new_page(), jupyter)
            lab.open(jupyter.write("slider.ipynb", [NOTEBOOK]))
            lab.run_all()
            until(lab.page.locator(".frames-picture[data-index]").count, 1)
            print(row("with a kernel", measure(lab)), flush=True)
            lab.shutdown_kernel()
            print(row("kernel shut down", measure(lab)))


if __name__ == "__main__":
    main()
