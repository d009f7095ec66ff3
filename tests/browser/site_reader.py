"""A reader of the published pages: opens them from a folder or from a server, and lets nothing leave them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Locator, Page, Route

from tests.browser.notebook_server import PATIENCE

WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
_SHOWN = """place => {
    const visible = image => getComputedStyle(image).visibility === "visible" && image.complete && image.naturalWidth;
    return [...place.querySelectorAll("img")].filter(visible).map(image => image.src); }"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing of what was asked for."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """Say nothing of a page that was closed while it loaded."""


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a folder on loopback, as any static host would."""
    with _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class Reader:
    """One page of the site.

    Attributes
    ----------
    foreign : list of str
        What the page asked others for; it got nothing.
    errors : list of str
    """

    def __init__(self, page: Page, site: Path, base: str):
        self.page, self.site, self.base, self.foreign, self.errors = page, site, base, [], []
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.context.route("**/*", self._let_through)

    def _let_through(self, route: Route) -> None:
        if route.request.url.startswith((self.base, "data:", "blob:")):
            return route.continue_()
        self.foreign.append(route.request.url)
        return route.abort()

    def open(self, name: str, wait_until: str = "load") -> None:
        """Open a page and wait until all of it is there, or less."""
        self.page.goto(f"{self.base}/{name}", wait_until=wait_until)

    def meet(self, number: int) -> Locator:
        """Scroll to a widget, and wait until it lives."""
        widget = self.page.locator("[data-widget]").nth(number)
        widget.scroll_into_view_if_needed()
        widget.locator(":is(.frames-picture[data-index], .guessing)").wait_for()
        return widget

    def shown(self, scope: Locator | None = None) -> list[Path]:
        """Return the files of all pictures that a lab shows, the first of the page unless another is given."""
        place = (scope or self.page.locator(".frames-picture")).first
        return [
            self.site / unquote(urlsplit(src).path).split(f"/{self.site.name}/")[-1].lstrip("/")
            for src in place.evaluate(_SHOWN)
        ]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


@contextmanager
def reading(browser: Browser, site: Path, base: str, **options: object) -> Iterator[Reader]:
    """Open a page for a reader; at the end nothing must have been asked of others, and nothing have gone wrong."""
    context = browser.new_context(**{"viewport": WIDE} | options)
    reader = Reader(context.new_page(), site, base)
    yield reader
    context.close()
    assert not reader.foreign
    assert not reader.errors
