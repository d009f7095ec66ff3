"""The published pages in a real browser: from a folder and from a server, with nobody else to ask."""

import re

import pytest

from tests.browser.notebook_server import until
from tests.browser.site_reader import NARROW, WIDE, digest
from tests.tools.small_site import build_small

KEYS = {  # on the slider of λ (0) or p (1): the place that each leads to, from (0, 2)
    ((0, "ArrowRight", 2), (1, "Home", 1)): (2, 0),
    ((0, "End", 1), (1, "ArrowUp", 1)): (3, 1),
    ((0, "Home", 1), (1, "End", 1)): (0, 2),
}
SIZES = {"wide": WIDE, "narrow": NARROW}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A small chapter with a lab and two guesses, and the page of a lab alone."""
    return build_small(tmp_path_factory.mktemp("published"), labs=("DropoutMaskLab",))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", ["file", "loopback"])
def test_every_slider_moves_the_picture(way, size, visit, pages):
    with visit(way, viewport=SIZES[size]) as reader:
        reader.open("made.html")
        lab = reader.meet(0)
        files = [pages / "made" / "lab-5" / size / f"{i}.webp" for i in range(12)]
        assert len(set(map(digest, files))) == 12
        until(lambda: reader.shown(), [files[2]])
        for presses, (i, j) in KEYS.items():
            for slider, key, times in presses:
                lab.locator("input[type=range]").nth(slider).focus()
                for _ in range(times):
                    reader.page.keyboard.press(key)
            until(lambda i=i, j=j: [digest(path) for path in reader.shown()], [digest(files[3 * i + j])])
            assert lab.locator(".frames-readout").inner_text().startswith(f"At pair {3 * i + j} ")
        image = lab.locator(".frames-picture")
        assert image.evaluate("place => place.offsetWidth") == {"wide": 840, "narrow": 354}[size]


def test_a_key_counts_before_the_first_picture_is_there(visit, pages):
    with visit() as reader:
        held = []
        reader.page.route("**/*.webp", lambda route: held.append(route))
        reader.open("made.html", wait_until="commit")
        reader.page.locator("[data-widget]").first.scroll_into_view_if_needed()
        slider = reader.page.get_by_role("slider", name="λ")
        assert slider.input_value() == "0"
        slider.press("End")
        until(lambda: len(held) >= 12, True)
        assert not reader.shown()
        for route in held:
            route.continue_()
        until(lambda: reader.shown(), [pages / "made" / "lab-5" / "wide" / "11.webp"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(size, scheme, visit, axe):
    with visit("loopback", viewport=SIZES[size], color_scheme=scheme) as reader:
        for name, widgets in {"made.html": 3, "labs/DropoutMaskLab.html": 1, "labs/index.html": 0}.items():
            reader.open(name)
            for i in range(widgets):
                reader.meet(i)
            reader.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
            reader.page.wait_for_timeout(100)
            assert axe(reader.page, "html") == []


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_nothing_is_wider_than_the_page_or_out_of_reach(width, visit):
    """640 pixels are what is left of 1280 at a zoom of 200 %."""
    with visit(viewport={"width": width, "height": 700}) as reader:
        for name, widgets in {"made.html": 3, "labs/DropoutMaskLab.html": 1}.items():
            reader.open(name)
            for i in range(widgets):
                reader.meet(i)
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
            wide = "part => part.scrollWidth > part.clientWidth + 1"
            for part in reader.page.locator("pre, .scroll").all():
                assert (part.get_attribute("tabindex") == "0") == part.evaluate(wide)


def test_without_a_script_labs_and_guesses_are_still_there_to_see(visit, pages):
    for size, viewport in SIZES.items():
        with visit(java_script_enabled=False, viewport=viewport) as reader:
            reader.open("made.html")
            lab = reader.page.locator(".lab")
            lab.scroll_into_view_if_needed()
            picture = lab.get_by_alt_text(re.compile("^At pair 2 the loss is"))
            assert picture.is_visible()
            assert lab.locator("figcaption").inner_text().startswith("At pair 2 the loss is")
            until(lambda picture=picture: picture.evaluate("image => image.naturalWidth > 0"), True)
            current = picture.evaluate("image => image.currentSrc")
            assert current.endswith(f"made/lab-5/{size}/2.webp")
            assert reader.page.get_by_text("who knows").last.is_visible()
            reader.page.get_by_text("In this chapter").click()
            assert reader.page.get_by_role("link", name="1.2 What you expect").is_visible()


def test_the_place_stays_when_the_screen_is_turned(visit, pages):
    with visit() as reader:
        reader.open("made.html")
        lab = reader.meet(0)
        lab.locator("input").first.focus()
        reader.page.keyboard.press("End")
        for size in ("wide", "narrow", "wide"):
            reader.page.set_viewport_size(SIZES[size])
            until(lambda size=size: reader.shown(), [pages / "made" / "lab-5" / size / "11.webp"])
            box = lab.locator(".frames-picture").bounding_box()
            assert box["width"] / box["height"] == pytest.approx({"wide": 840 / 300, "narrow": 0.6}[size], rel=0.02)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_and_light(scheme, visit, tmp_path):
    with visit(color_scheme=scheme) as reader:
        reader.open("made.html")
        lab = reader.meet(0)
        dark = scheme == "dark"
        until(lambda: "frames-dark" in lab.locator(".frames").get_attribute("class"), dark)
        color = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", color))) < 60) == dark


def test_on_paper_a_lab_is_its_picture_and_its_sentence(visit):
    with visit(color_scheme="dark") as reader:
        reader.open("made.html")
        lab = reader.meet(0)
        reader.page.emulate_media(media="print")
        assert lab.locator(".frames-picture").is_visible()
        assert lab.locator(".frames-readout").is_visible()
        assert not lab.locator("input, button, details").filter(visible=True).count()
        assert not reader.page.locator(".top, .contents, .turn").filter(visible=True).count()
        assert reader.page.locator(".cell pre").nth(1).evaluate("p => p.scrollWidth <= p.clientWidth"), "code wraps"
        assert lab.locator(".frames-picture").evaluate("p => getComputedStyle(p).filter") == "none"
        text = "getComputedStyle(document.body).color.match(/\\d+/g).every(part => part < 60)"
        assert reader.page.evaluate(text), "dark on white paper"
        assert reader.page.pdf().startswith(b"%PDF")


def test_everything_by_keys_alone(visit, pages):
    with visit() as reader:
        reader.open("made.html")
        press, focused = reader.page.keyboard.press, lambda what: reader.page.evaluate(f"document.activeElement.{what}")
        press("Tab")
        assert focused("textContent") == "Skip to the text"
        press("Enter")
        assert reader.page.evaluate("location.hash") == "#text"

        def tab_to(condition, most=40):
            for _ in range(most):
                press("Tab")
                if focused(condition):
                    return
            pytest.fail(f"Tab never led to what is {condition}")

        tab_to("matches('.frames input')")
        press("End")
        until(lambda: reader.shown(), [pages / "made" / "lab-5" / "wide" / "11.webp"])
        tab_to("matches('.guessing-plot input')")
        for key in ("ArrowUp", "ArrowRight", "ArrowUp"):
            press(key)
        tab_to("textContent === 'Compare'")
        press("Enter")
        assert "of 4 places of your guess" in reader.page.locator(".guessing-said").first.inner_text()
        tab_to("matches('.guessing-answer input')")
        press("Space")
        tab_to("textContent === 'Check'")
        press("Enter")
        assert reader.page.locator(".guessing-said").last.inner_text() == "✓ Right. It is."


def test_who_wants_less_motion_gets_it(visit):
    with visit(reduced_motion="reduce") as reader:
        reader.open("made.html")
        lab = reader.meet(0)
        slider = lab.locator("input").first
        lab.get_by_role("button", name="Play").click()
        reader.page.wait_for_timeout(500)
        assert slider.input_value() == "0"
        until(lambda: slider.input_value(), "3")
        assert lab.get_by_role("button", name="Play").is_visible(), "it stopped by itself"


@pytest.mark.parametrize("way", ["file", "loopback"])
def test_a_lab_alone_lives_in_a_page_of_somebody_else(way, visit, pages, bases):
    with visit(way) as reader:
        reader.open("labs/DropoutMaskLab.html")
        reader.meet(0)
        reader.page.get_by_text("Show this lab").click()
        line = reader.page.locator("input[readonly]").input_value()
        assert f'src="{bases[way]}/labs/DropoutMaskLab.html"' in line
        (pages / "outer.html").write_text(f"<!doctype html><title>Mine</title><h1>Mine</h1>{line}", encoding="utf-8")
        reader.open("outer.html")
        frame = reader.page.frame_locator("iframe")
        for key, i in (("End", 19), ("Home", 0)):
            frame.get_by_role("slider", name="p").press(key)
            expected = [pages / "labs" / "DropoutMaskLab" / "wide" / f"{i}.webp"]
            until(lambda: reader.shown(frame.locator(".frames-picture")), expected)
        assert not frame.locator("header, .embed").filter(visible=True).count()
        assert frame.locator("html").evaluate("page => page.scrollHeight") <= 700, "nothing is cut"
        (pages / "outer.html").unlink()


def test_a_lab_alone_is_as_large_as_a_projector(visit):
    with visit(viewport={"width": 1920, "height": 1080}) as reader:
        reader.open("labs/DropoutMaskLab.html")
        picture = reader.meet(0).locator(".frames-picture").bounding_box()
        assert picture["width"] > 1400
        assert picture["y"] + picture["height"] <= 1080
