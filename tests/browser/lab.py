"""JupyterLab in a real browser: driven and questioned as a learner would, for tests and benchmarks."""

import ast
import os
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Playwright

from tests.browser.notebook_server import PATIENCE, Jupyter

NAMES = ("chromium", "chromium-browser", "google-chrome")  # on the PATH
QUIET = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
HALF_HANDLE = 8  # CSS pixels of a slider's handle, which stops there at both ends
PANEL = "window.jupyterapp.shell.currentWidget"
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def launch(playwright: Playwright) -> Browser:
    """Start the first browser of this machine that starts: one on the PATH, Playwright's own, or an installed Chrome.

    Raises
    ------
    playwright.sync_api.Error
        If none does.
    """
    args = QUIET.split() + ["--no-sandbox"] * (hasattr(os, "geteuid") and os.geteuid() == 0)  # root has no sandbox
    ways = [{"executable_path": path} for name in NAMES if (path := shutil.which(name))]
    for way in [*ways, {}]:
        try:
            return playwright.chromium.launch(args=args, **way)
        except Error:
            continue
    return playwright.chromium.launch(args=args, channel="chrome")


class Lab:
    """One page with JupyterLab.

    Attributes
    ----------
    page : Page
        Playwright's own, for all that is not here.
    errors : list of str
        What went wrong in the page: uncaught errors, and errors on its console.
    """

    def __init__(self, page: Page, jupyter: Jupyter):
        self.page, self.jupyter, self.errors, self.dead = page, jupyter, [], False
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: self._note(error.stack or str(error)))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        """Note an error; that Jupyter's list of kernels fails while one of them starts is none of ours."""
        lists = " 500 " in message.text and message.location["url"].startswith(f"{self.jupyter.url}/api/kernels?")
        if message.type == "error" and not lists:
            self._note(message.text)

    def _note(self, error: str) -> None:
        """Keep an error; that nothing can be sent to a kernel that was shut down is none of ours."""
        if not (self.dead and error.startswith("Could not send widget sync message")):
            self.errors.append(error)

    def open(self, path: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.jupyter.url}/lab/tree/{path}?token={self.jupyter.token}&reset")
        self.ready()

    def ready(self) -> None:
        """Wait until the notebook is there and its kernel idle."""
        self.page.wait_for_function(IDLE)
        self.page.evaluate("window.jupyterapp.restored")  # not before: the address with "reset" leads to a second one

    def command(self, name: str, **args: object) -> object:
        """Execute a command of JupyterLab."""
        return self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, args])

    def theme(self, name: str) -> None:
        """Choose "JupyterLab Dark", say, and wait until the page has it."""
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def run_all(self) -> None:
        """Run all cells; one that fails fails the test."""
        assert self.command("notebook:run-all-cells"), self.failures()

    def failures(self) -> list[str]:
        """Return the errors that cells show."""
        outputs = self.page.evaluate(f"{PANEL}.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])")
        return [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]

    def save(self) -> None:
        """Store the notebook, as it is now, in its file."""
        self.command("docmanager:save")

    def kernel_eval(self, expression: str) -> object:
        """Return the value, a literal, of an expression in the notebook's kernel."""
        ask = f"""async value => {{
            const future = {PANEL}.sessionContext.session.kernel.requestExecute(
                {{ code: '', store_history: false, user_expressions: {{ value }} }});
            return (await future.done).content.user_expressions.value; }}"""
        answer = self.page.evaluate(ask, expression)
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])

    def restart_kernel(self) -> None:
        """Restart the kernel: it forgets everything."""
        self.page.evaluate(f"{PANEL}.sessionContext.restartKernel()")

    def execute(self, code: str) -> None:
        """Have the kernel execute code, and do not wait for it."""
        ask = f"code => void {PANEL}.sessionContext.session.kernel.requestExecute({{ code, stop_on_error: false }})"
        self.page.evaluate(ask, code)

    def interrupt_kernel(self) -> None:
        """Interrupt the kernel, as the button with the square does."""
        self.page.evaluate(f"{PANEL}.sessionContext.session.kernel.interrupt()")

    def shutdown_kernel(self) -> None:
        """End the kernel; the page stays."""
        self.dead = True
        self.page.evaluate(f"{PANEL}.sessionContext.shutdown()")

    def sliders(self) -> Locator:
        """Return all sliders of all `Frames` on the page, in order."""
        return self.page.locator(".frames input[type=range]")

    def outputs(self) -> Locator:
        """Return the outputs with a `Frames` in them, in order."""
        return self.page.locator(".jp-OutputArea-output").filter(has=self.pictures())

    def slider(self, slider: int | Locator) -> Locator:
        """Return a slider, which is given by its number on the page or by itself, scrolled into view."""
        found = self.sliders().nth(slider) if isinstance(slider, int) else slider
        found.scroll_into_view_if_needed()
        return found

    def press(self, slider: int | Locator, key: str, times: int = 1) -> None:
        """Press a key on a slider."""
        self.slider(slider).focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def drag(self, slider: int | Locator, end: float, steps: int = 20) -> None:
        """Drag a slider with the mouse from where it is to a fraction of its length."""
        found = self.slider(slider)
        box = found.bounding_box()
        left, way = box["x"] + HALF_HANDLE, box["width"] - 2 * HALF_HANDLE
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(left + way * found.evaluate("s => s.value / Math.max(1, s.max)"), y)
        self.page.mouse.down()
        self.page.mouse.move(left + way * end, y, steps=steps)
        self.page.mouse.up()

    def click(self, text: str) -> None:
        """Click the button of a widget that has this text."""
        self.page.locator(".jp-OutputArea button.jupyter-button", has_text=text).click()

    def pictures(self) -> Locator:
        """Return the places where a `Frames` shows its picture, in order."""
        return self.page.locator(".frames-picture")

    def shown_hash(self, nth: int = 0) -> str:
        """Return the SHA-256 of the one picture that a `Frames` shows; it must be loaded."""
        return (
            self.pictures()
            .nth(nth)
            .evaluate(
                """async place => {
                const images = [...place.querySelectorAll('img')];
                const [image, ...more] = images.filter(image => getComputedStyle(image).visibility === 'visible');
                if (!image?.naturalWidth || more.length) return `${more.length + !!image} pictures visible`;
                const bytes = await (await fetch(image.src)).arrayBuffer();
                const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
                return [...hash].map(byte => byte.toString(16).padStart(2, '0')).join(''); }"""
            )
        )

    def readout(self, nth: int = 0) -> str:
        """Return the sentence above a picture."""
        return self.page.locator(".frames-readout").nth(nth).inner_text()

    def watch(self, nth: int = 0) -> None:
        """Note from now on, frame by frame, how high a `Frames` is and how many pictures it shows."""
        self.pictures().nth(nth).evaluate(
            """place => {
                const seen = window.seen = { heights: new Set(), loaded: new Set() };
                const images = [...place.querySelectorAll('img')];
                const shows = image => image.style.visibility === 'visible' && image.naturalWidth > 0;
                const look = () => {
                    seen.loaded.add(images.filter(shows).length);
                    if (window.seen === seen) requestAnimationFrame(look); };
                new ResizeObserver(([entry]) => seen.heights.add(entry.contentRect.height)).observe(place);
                requestAnimationFrame(look); }"""
        )

    def watched(self) -> dict[str, list[float]]:
        """Stop watching and return all different heights and numbers of pictures that were seen."""
        end = "const { heights, loaded } = seen; seen = 0; return { heights: [...heights], loaded: [...loaded] };"
        return self.page.evaluate(f"() => {{ {end} }}")

    @contextmanager
    def filmed(self) -> Iterator[list[bytes]]:
        """Collect the PNGs of what the browser puts on the screen meanwhile, frame by frame."""
        film, session = [], self.page.context.new_cdp_session(self.page)

        def keep(frame: dict) -> None:
            film.append(b64decode(frame["data"]))
            session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

        session.on("Page.screencastFrame", keep)
        session.send("Page.startScreencast", {"format": "png"})
        yield film
        session.send("Page.stopScreencast")

    def screenshot(self, path: str | Path) -> None:
        """Store what the page looks like."""
        self.page.screenshot(path=path)
