"""A JupyterLab server for all tests of a process, and a browser for each module.

The browser is not kept longer: while Playwright runs, an event loop seems to run in its thread, which other tests'
kernel clients would take for their own.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, sync_playwright

from tests.browser import site_reader
from tests.browser.lab import Lab, launch
from tests.browser.notebook_server import serve

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """A JupyterLab server on a copy of the chapters."""
    place = tmp_path_factory.mktemp("jupyter")
    root = shutil.copytree(ROOT / "notebooks", place / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with serve(root, place) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    """A real browser; without one its tests are skipped, but not in continuous integration."""
    with sync_playwright() as playwright:
        try:
            running = launch(playwright)
        except Error as error:
            missing = f"no Chromium or Chrome that starts: {error.message.splitlines()[0]}"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
        yield running
        running.close()


@pytest.fixture(scope="module")
def new_lab(browser, jupyter):
    """Make pages with JupyterLab, which share what they have loaded; no error may be left in any."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    @contextmanager
    def make():
        lab = Lab(context.new_page(), jupyter)
        yield lab
        lab.page.close()
        assert not lab.errors

    yield make
    context.close()


@pytest.fixture
def lab(new_lab):
    """A page with JupyterLab, for one test."""
    with new_lab() as made:
        yield made


@pytest.fixture
def axe():
    """Return a function that lists what axe-core finds wrong with the elements of a page that have a CSS selector.

    All its rules are on, of every impact; each finding names its rule, its impact and the element.
    """

    def violations(page: Page, selector: str) -> list[str]:
        options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
        found = Axe().run(page, selector, options).response["violations"]
        return [f"{rule['id']} ({rule['impact']}): {node['html']}" for rule in found for node in rule["nodes"]]

    return violations


@pytest.fixture(scope="module")
def bases(pages):
    """Where published pages are: in a folder, and on a server."""
    with site_reader.serve(pages) as url:
        yield {"file": pages.as_uri(), "loopback": url}


@pytest.fixture
def visit(browser, pages, bases):
    """Return a function that opens one of the published pages for a reader."""
    return lambda way="file", **options: site_reader.reading(browser, pages, bases[way], **options)
