"""`Frames` in a real browser: what a learner sees while sliders move, with a kernel and without."""

import io

import pytest
from PIL import Image

from tests.browser.frames_notebook import BUTTONS, COUNT_URLS, GRID, MAKE, ONE_AXIS
from tests.browser.notebook_server import until


@pytest.fixture(scope="module")
def opened(new_lab, jupyter):
    """A notebook with one axis (pictures 0), a grid (1), the axis again (2) and buttons, all cells run."""
    with new_lab() as lab:
        lab.page.add_init_script(COUNT_URLS)
        lab.open(jupyter.write("frames.ipynb", [MAKE, ONE_AXIS, GRID, "display(frames)", BUTTONS]))
        lab.run_all()
        until(lambda: lab.page.locator(".frames-picture[data-index]").count(), 3)
        yield lab


@pytest.fixture
def demo(opened):
    """The same notebook, with every slider at its start and the first pictures shown."""
    yield opened
    for slider in opened.sliders().all():
        opened.press(slider, "Home")


def picture(lab, name, i):
    return lab.kernel_eval(f"__import__('hashlib').sha256({name}.pngs[{i}]).hexdigest()")


def shows(lab, i, name="frames", nth=0):
    """Wait until this is the picture shown, and the one that the kernel takes for current."""
    until(lambda: lab.shown_hash(nth), picture(lab, name, i))
    until(lambda: lab.kernel_eval(f"{name}.position"), i)
    return True


def test_keys_lead_to_the_picture_of_the_value(demo):
    assert shows(demo, 0)
    for key, times, i in (
        ("ArrowRight", 1, 1),
        ("End", 1, 63),
        ("ArrowLeft", 2, 61),
        ("Home", 1, 0),
        ("ArrowUp", 32, 32),
    ):
        demo.press(0, key, times)
        assert shows(demo, i)
        assert demo.readout() == f"first {i} is shown."
        assert demo.page.get_by_alt_text(f"first {i}, drawn", exact=True).first.is_visible()
        assert demo.pictures().first.get_attribute("data-index") == str(i)


def test_a_fast_drag_ends_on_the_last_value(demo):
    for end, i in ((1, 63), (0, 0), (1, 63), (1 / 3, 21)):
        demo.drag(0, end, steps=5)
        assert shows(demo, i)


def test_kernel_moves_the_picture(demo):
    demo.kernel_eval("frames.set_trait('index', 40)")
    assert shows(demo, 40)
    assert demo.kernel_eval("frames.index") == 40


def test_every_view_shows_the_same(demo):
    demo.press(0, "ArrowRight", 7)
    assert shows(demo, 7)
    assert shows(demo, 7, nth=2)


def test_fixed_place_and_sharp(demo):
    size = demo.pictures().first.evaluate("place => [place.offsetWidth, place.offsetHeight]")
    assert size == [500, 250]
    assert demo.page.locator("img[alt='first 0, drawn']").first.evaluate("image => image.naturalWidth") == 1000


def test_no_step_is_blank_or_moves_anything(demo):
    demo.press(0, "Home")
    demo.watch()
    box = demo.pictures().first.bounding_box()
    with demo.filmed() as film:
        demo.press(0, "ArrowRight", 50)
        assert shows(demo, 50)
    assert demo.watched() == {"heights": [250], "loaded": [1]}
    assert len(film) > 5
    for still in film:
        with Image.open(io.BytesIO(still)) as image:
            r, g, b = image.convert("RGB").getpixel((int(box["x"]) + 20, int(box["y"]) + 20))
        assert max(r, g, b) - min(r, g, b) > 60, "no picture has grey or white there"


def test_two_sliders_lead_through_a_grid(demo):
    for row, column in ((2, 3), (1, 2), (0, 3), (2, 0)):
        for slider, i in ((1, row), (2, column)):
            demo.press(slider, "Home")
            demo.press(slider, "ArrowRight", i)
        assert shows(demo, 4 * row + column, "grid", nth=1)
        assert demo.readout(1) == f"cell {4 * row + column} is shown."


def test_new_pictures_keep_the_index(demo):
    demo.press(0, "ArrowRight", 5)
    first = picture(demo, "frames", 5)
    demo.click("new")
    until(lambda: demo.readout(), "new 5 is shown.")
    assert shows(demo, 5)
    assert demo.shown_hash() != first
    demo.press(0, "End")
    assert shows(demo, 63)
    assert shows(demo, 63, nth=2)


def test_a_message_takes_the_place_of_the_readout(demo):
    height = demo.page.locator(".frames-text").first.evaluate("text => text.offsetHeight")
    sentence = demo.readout()
    demo.click("explain")
    until(lambda: demo.readout(), "That did not work, and this is why.")
    assert demo.page.locator(".frames-text").first.evaluate("text => text.offsetHeight") == height
    demo.click("explain")
    until(lambda: demo.readout(), sentence)


def test_what_cannot_be_painted_yet_is_waited_for_and_the_last_wish_wins(demo):
    demo.page.evaluate(
        """() => {
            window.kept = [HTMLImageElement.prototype.decode, HTMLImageElement.prototype, []];
            kept[1].decode = () => new Promise(resolve => kept[2].push(resolve));
            Object.defineProperty(kept[1], 'complete', { get: () => false, configurable: true }); }"""
    )
    before = demo.shown_hash()
    demo.press(0, "ArrowRight", 3)
    until(lambda: demo.kernel_eval("frames.index"), 3)
    assert demo.shown_hash() == before
    demo.page.evaluate("() => { kept[2].reverse().forEach(resolve => resolve()); kept[1].decode = kept[0]; }")
    assert shows(demo, 3)
    demo.page.evaluate("() => { delete kept[1].complete; }")


def test_dark_and_light(demo, tmp_path):
    """The read-out has the colour of the page's own text, whatever the theme is."""
    text = demo.page.locator(".frames-readout").first
    colors = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        demo.theme(theme)
        demo.screenshot(tmp_path / f"{theme}.png")
        colors.append(text.evaluate("text => getComputedStyle(text).color"))
    assert colors == ["rgba(255, 255, 255, 0.87)", "rgba(0, 0, 0, 0.87)"]


def test_nothing_is_left_behind(demo):
    """Object URLs are what would keep pictures in the browser's memory."""
    held = lambda: demo.page.evaluate("urls.size")  # noqa: E731
    n = demo.kernel_eval("len(frames.pngs)")
    until(held, 2 * n + 12)
    demo.kernel_eval("grid.close()")
    until(held, 2 * n)
    demo.kernel_eval("frames.close()")
    until(held, 0)
    assert demo.pictures().count() == 0


def test_without_a_kernel(lab, jupyter):
    lab.open(jupyter.write("alone.ipynb", [MAKE, ONE_AXIS]))
    lab.run_all()
    assert shows(lab, 0)
    hashes = [picture(lab, "frames", i) for i in (0, 9, 63)]
    lab.shutdown_kernel()
    for key, times, hash_ in (("End", 1, hashes[2]), ("Home", 1, hashes[0]), ("ArrowRight", 9, hashes[1])):
        lab.press(0, key, times)
        until(lab.shown_hash, hash_)
    lab.drag(0, 1, steps=3)
    until(lab.shown_hash, hashes[2])


def test_restarted(lab, jupyter):
    """A new kernel knows nothing of what is shown, and is not needed."""
    lab.open(jupyter.write("restarted_frames.ipynb", [MAKE, ONE_AXIS]))
    lab.run_all()
    assert shows(lab, 0)
    last = picture(lab, "frames", 63)
    lab.restart_kernel()
    lab.press(0, "End")
    until(lab.shown_hash, last)


def test_saved_and_reloaded(lab, jupyter):
    """The server saves a widget as its picture, which a page that is opened anew shows."""
    lab.open(jupyter.write("stored.ipynb", [MAKE, ONE_AXIS, "frames.index = 9", "frames"]))
    lab.run_all()
    current = lab.kernel_eval("__import__('base64').b64encode(frames.picture).decode()")
    lab.save()
    lab.page.reload()
    lab.ready()
    image = lab.page.locator(".jp-RenderedImage img").nth(1)
    assert image.get_attribute("src") == f"data:image/png;base64,{current}"
    assert image.bounding_box()["width"] == 500
