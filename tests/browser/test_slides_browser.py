"""Decks of slides in a real browser: from a folder and from a server, with nobody else to ask."""

from pathlib import Path

import pytest

from tests.browser.notebook_server import until
from tests.tools.small_deck import build_deck
from tools.slides.build import build

ROOT = Path(__file__).parents[2]
OVERFULL = """() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = Reveal.getCurrentSlide().querySelector(".slide");
    const { bottom, right } = Reveal.getCurrentSlide().getBoundingClientRect();
    return scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1 || bottom > innerHeight + 1
      || right > innerWidth + 1; }"""

TINY = """() => [...Reveal.getCurrentSlide().querySelectorAll(".slide pre")]
    .some(pre => parseFloat(getComputedStyle(pre).fontSize) < 17.9)"""  # of a height of 720


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The deck of a small chapter, and that of chapter 0 beside it."""
    place = build_deck(tmp_path_factory.mktemp("decks"))
    build(place, [ROOT / "notebooks" / "00_start_here.ipynb"])
    return place


def opened(reader, name="made.html", slide=0):
    """Open a deck at a slide, counted from 0."""
    reader.open(name)
    reader.page.wait_for_function("Reveal.isReady()")
    for _ in range(slide):
        reader.page.evaluate("Reveal.next({ skipFragments: true })")
    return reader.page


def number(page):
    """Return the number of the slide that is shown, from 0."""
    return page.evaluate("Reveal.getSlidePastCount()")


@pytest.mark.parametrize("way", ["file", "loopback"])
def test_a_lab_lives_on_its_slide_by_key_and_by_mouse(way, visit, pages):
    with visit(way) as reader:
        page = opened(reader, slide=3)
        lab = page.locator(".present .lab")
        slider = lab.get_by_role("slider", name="λ")
        files = [pages / "made" / "lab-5" / "wide" / f"{i}.webp" for i in range(12)]
        until(lambda: reader.shown(lab.locator(".frames-picture")), [files[2]])
        slider.focus()
        for key in ("End", "ArrowLeft", "ArrowRight", "b", "o", "Space", "n"):
            page.keyboard.press(key)
        until(lambda: reader.shown(lab.locator(".frames-picture")), [files[11]])
        box = slider.bounding_box()
        page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] / 2)
        until(lambda: reader.shown(lab.locator(".frames-picture")), [files[5]])
        assert number(page) == 3
        assert not page.evaluate("Reveal.isPaused() || Reveal.isOverview()")


def test_a_remote_control_and_escape_lead_from_a_slider_to_the_slides(visit):
    with visit() as reader:
        page = opened(reader, slide=3)
        page.locator(".present .lab input").first.focus()
        page.keyboard.press("PageDown")
        assert number(page) == 4
        page.keyboard.press("PageUp")
        page.locator(".present .lab input").first.focus()
        page.keyboard.press("Escape")
        assert not page.evaluate("Reveal.isOverview()")
        page.keyboard.press("ArrowRight")
        assert number(page) == 4


def test_arrows_go_through_all_slides_and_fragments(visit):
    with visit("loopback") as reader:
        page = opened(reader)
        seen = [0]
        for _ in range(6):
            page.keyboard.press("ArrowRight")
            seen.append(number(page))
        assert seen == [0, 1, 2, 2, 3, 4, 5], "slide 2 has a fragment"
        page.keyboard.press("ArrowLeft")
        assert number(page) == 4


def test_a_guess_is_drawn_where_the_pointer_is(visit):
    with visit(viewport={"width": 1920, "height": 1080}) as reader:
        page = opened(reader, slide=5)
        plot = page.locator(".present .guessing-plot")
        dots, inputs = plot.locator("circle"), plot.locator("input")
        for i in range(4):
            box = inputs.nth(i).bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.2 + 0.2 * i)
            page.mouse.click(x, y)
            dot = dots.nth(i).bounding_box()
            assert dot["x"] + dot["width"] / 2 == pytest.approx(x, abs=3)
            assert dot["y"] + dot["height"] / 2 == pytest.approx(y, abs=3)
        page.locator(".present").get_by_role("button", name="Compare").click()
        assert "of 4 places of your guess" in page.locator(".present .guessing-said").first.inner_text()
        assert number(page) == 5


def test_the_speaker_has_notes_in_a_window_of_their_own(visit):
    with visit("loopback") as reader:
        page = opened(reader, slide=1)
        with page.expect_popup() as popup:
            page.keyboard.press("s")
        notes = popup.value.locator(".speaker-controls-notes")
        until(lambda: "Ask why first" in notes.inner_text(), True)
        page.keyboard.press("ArrowRight")
        until(notes.is_visible, False)  # the next slide has none


@pytest.mark.parametrize(("name", "most"), [("made.html", 6), ("00_start_here.html", 30)])
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)])
def test_all_of_each_slide_is_in_sight_and_its_letters_are_large(name, most, size, visit):
    with visit(viewport=dict(zip(("width", "height"), size, strict=True))) as reader:
        page = opened(reader, name)
        overfull, tiny = [], []
        for _ in range(most):
            widget = page.locator(".present:not(.stack) .widget")
            if widget.count():
                widget.first.locator(":is(.frames-picture[data-index], .guessing)").first.wait_for()
            page.evaluate("while (Reveal.nextFragment()) {}")
            overfull += [number(page)] if page.evaluate(OVERFULL) else []
            tiny += [number(page)] if page.evaluate(TINY) else []
            if page.evaluate("Reveal.isLastSlide()"):
                break
            page.evaluate("Reveal.next()")
        assert page.evaluate("Reveal.isLastSlide()")
        assert not overfull
        assert not tiny


def test_axe_finds_nothing_serious(visit, axe):
    with visit("loopback") as reader:
        page = opened(reader)
        for _ in range(6):
            page.evaluate("while (Reveal.nextFragment()) {}")
            page.wait_for_timeout(100)
            found = axe(page, "html")
            assert not [line for line in found if "(serious)" in line or "(critical)" in line]
            page.evaluate("Reveal.next()")
        reader.open("index.html")
        assert axe(page, "html") == []


def test_a_deck_can_be_printed(visit):
    with visit() as reader:
        page = opened(reader, "made.html?print-pdf")
        page.wait_for_function("document.querySelectorAll('.pdf-page').length === 6")
        assert page.locator(".pdf-page .lab img").first.evaluate("image => image.complete")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 6
