"""What holds for every lab in a real browser: its sliders, its controls, with a kernel, with a new one, without any."""

import io

import pytest
from PIL import Image

import helpers
from helpers.drawing import style
from tests.browser.lab import PANEL
from tests.browser.notebook_server import until

NAMES = [name for name in helpers.__all__ if name.endswith("Lab")]
IMPORT = "import torch, helpers\ntorch.set_num_threads(1)"
MAKE = f"{IMPORT}\nlabs = [getattr(helpers, name)() for name in {NAMES}]\ndisplay(*labs)"
each_lab = pytest.mark.parametrize("nth", range(len(NAMES)), ids=NAMES)


@pytest.fixture(scope="module")
def opened(new_lab, jupyter):
    """A notebook with all labs."""
    with new_lab() as lab:
        lab.page.set_viewport_size({"width": 1280, "height": 1000})
        lab.open(jupyter.write("labs.ipynb", [MAKE]))
        lab.run_all()
        until(lambda: lab.page.locator(".frames-picture[data-index]").count(), len(NAMES))
        yield lab


def handles(lab, nth):
    """Return the sliders of a lab."""
    return lab.outputs().nth(nth).locator(".frames input[type=range]").all()


def is_current(lab, nth):
    """Wait until the picture and the sentence shown are those that the kernel takes for current."""
    frames = f"labs[{nth}].frames"
    ask = f"(__import__('hashlib').sha256({frames}.picture).hexdigest(), {frames}.readout[{frames}.position])"
    return until(lambda: (lab.shown_hash(nth), lab.readout(nth)) == lab.kernel_eval(ask), True)


def place(lab, nth):
    return lab.kernel_eval(f"(labs[{nth}].frames.index, labs[{nth}].frames.index_2)")


@each_lab
def test_it_opens_where_its_axes_start(opened, nth):
    starts = opened.kernel_eval(f"tuple(axis.start for axis in labs[{nth}].axes)")
    assert place(opened, nth)[: len(starts)] == starts
    assert is_current(opened, nth)


@each_lab
def test_keys_and_mouse_move_every_slider(opened, nth):
    on_a_grid = opened.kernel_eval(f"len(labs[{nth}].axes) == 2")
    for k, handle in enumerate(handles(opened, nth)):
        axis, last = k if on_a_grid else 0, int(handle.get_attribute("max"))
        for key, times, i in (("End", 1, last), ("ArrowLeft", last // 2, last - last // 2), ("Home", 1, 0)):
            opened.press(handle, key, times)
            until(lambda axis=axis: place(opened, nth)[axis], i)
            assert is_current(opened, nth)
        for end, places in ((1, {last}), (0, {0}), (0.5, set(range(1, last)))):
            opened.drag(handle, end, steps=4)
            until(lambda axis=axis, places=places: place(opened, nth)[axis] in places, True)
            assert is_current(opened, nth)


@each_lab
def test_every_slider_and_picture_has_a_name(opened, nth):
    output, frames = opened.outputs().nth(nth), f"labs[{nth}].frames"
    for slider, axis in zip(handles(opened, nth), opened.kernel_eval(f"{frames}.axes"), strict=True):
        i = opened.kernel_eval(f"{frames}.{axis['moves']}")
        named = output.get_by_role("slider", name=axis["name"], exact=True)
        assert named.get_attribute("aria-valuetext") == f"{axis['name']} = {axis['labels'][i]}"
        assert named.get_attribute("id") == slider.get_attribute("id")
    visible = "images => images.filter(i => getComputedStyle(i).visibility === 'visible').map(i => i.alt)"
    (alt,) = output.locator(".frames-picture img").evaluate_all(visible)
    assert len(alt.split()) >= 5
    assert output.locator("output").count() == 1, "a live region: its changes are read aloud"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_the_labs(opened, axe, theme):
    opened.theme(theme)
    opened.page.locator(".frames summary").first.click()
    assert axe(opened.page, ".jp-OutputArea-output:has(.frames)") == []
    opened.page.locator(".frames summary").first.click()
    opened.theme("JupyterLab Light")


@each_lab
def test_a_lab_fits_a_projector_beside_the_list_of_files(opened, nth):
    """JupyterLab leaves 600 of 720 pixels to the notebook: slider, sentence, picture and the first controls fit."""
    output = opened.outputs().nth(nth)
    first, last = output.locator(".frames-axes").bounding_box(), output.locator(".widget-hbox > *").first.bounding_box()
    assert last["y"] + last["height"] - first["y"] <= 600
    assert output.locator(".frames-picture").bounding_box()["width"] == 840


def luminance(pixel):
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in pixel)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_dark_theme_turns_the_colours_and_keeps_their_contrast(opened):
    """A patch of each colour, drawn as a picture of a lab is: text keeps 4.5 to 1, lines 3 to 1."""
    opened.theme("JupyterLab Dark")
    picture = opened.pictures().first
    until(lambda: "invert" in picture.evaluate("place => getComputedStyle(place).filter"), True)
    colors = [style.INK, *style.COLORS, style.EDGE, "#ffffff"]
    picture.evaluate(
        """(place, colors) => colors.forEach((background, i) => {
            const patch = place.appendChild(document.createElement('i')), left = `${20 * i}px`;
            const look = { position: 'absolute', zIndex: 1, top: 0, width: '20px', height: '20px', left, background };
            patch.className = 'patch';
            Object.assign(patch.style, look); })""",
        colors,
    )
    picture.scroll_into_view_if_needed()
    with Image.open(io.BytesIO(picture.screenshot())) as image:
        seen = [image.convert("RGB").getpixel((20 * i + 10, 10)) for i in range(len(colors))]
    picture.evaluate("place => place.querySelectorAll('.patch').forEach(patch => patch.remove())")
    opened.theme("JupyterLab Light")
    *marks, edge, paper = seen
    assert max(paper) < 40, "the paper is dark"
    assert all(contrast(mark, paper) >= 4.5 for mark in marks), seen
    assert contrast(edge, paper) >= 3
    (r, _, b), (r_2, _, b_2) = (seen[1 + k] for k in (0, 1))
    assert b > r, "training stays blue"
    assert r_2 > b_2, "testing stays orange"


def test_full_screen_and_back(opened):
    opened.page.get_by_role("button", name="Full screen", exact=True).first.click()
    until(lambda: opened.page.evaluate("document.fullscreenElement?.className.includes('frames')"), True)
    width, height = opened.page.evaluate("[innerWidth, innerHeight]")
    until(lambda: opened.pictures().first.bounding_box()["width"] > 0.7 * width, True)
    bottom = opened.pictures().first.evaluate("place => place.getBoundingClientRect().bottom")
    assert bottom <= height, "the whole picture is on the screen"
    opened.page.locator(".frames:fullscreen").get_by_role("button", name="Full screen", exact=True).click()
    until(lambda: opened.page.evaluate("document.fullscreenElement === null"), True)


def acts(lab, nth, name):
    """Yield what a hand can do to a control: a number goes to its lower end or off it, a menu through its choices."""
    control, output = f"labs[{nth}].controls[{name!r}]", lab.outputs().nth(nth)
    kind, text = lab.kernel_eval(f"(type({control}).__name__, {control}.description.removesuffix(' (changed)'))")
    if kind == "CountingButton":
        yield output.locator("button.jupyter-button", has_text=text).click
    elif kind == "Dropdown":
        menu = output.locator(".widget-dropdown", has_text=text).locator("select")
        now = lab.kernel_eval(f"{control}.value")
        others = lab.kernel_eval(f"[o for o in {control}.options if o != {now!r}]")
        for option in others + [now] * bool(others):  # a menu with one choice has nothing to change
            yield lambda option=option: menu.select_option(option)
    elif kind == "Checkbox":
        yield output.get_by_label(text).click
    else:
        field = output.locator(".widget-text", has_text=text).locator("input")
        new = lab.kernel_eval(f"{control}.min if {control}.value != {control}.min else {control}.min + {control}.step")
        yield lambda: (field.fill(str(new)), field.press("Enter"))


@each_lab
def test_every_control_draws_again_and_nothing_moves(opened, nth):
    frames, controls = f"labs[{nth}].frames", f"labs[{nth}].controls"
    fewest_first = f"sorted({controls}, key=lambda name: (not hasattr({controls}[name], 'min'), name != 'epochs'))"
    opened.watch(nth)
    for name in opened.kernel_eval(fewest_first):
        for act in acts(opened, nth, name):
            before = opened.kernel_eval(f"{frames}._version")
            act()
            until(lambda before=before: opened.kernel_eval(f"{frames}._version") > before, True)
            until(lambda: opened.kernel_eval(f"{frames}.message"), "")
            assert is_current(opened, nth)
    assert len(opened.watched()["heights"]) <= 1


def test_sliders_move_without_a_kernel(opened):
    hashes = opened.kernel_eval(
        "[[__import__('hashlib').sha256(png).hexdigest() for png in lab.frames.pngs] for lab in labs]"
    )
    sliders = [handles(opened, nth) for nth in range(len(NAMES))]
    opened.shutdown_kernel()
    for nth in range(len(NAMES)):
        for key, i in (("End", -1), ("Home", 0)):
            for slider in sliders[nth]:
                opened.press(slider, key)
            assert until(lambda nth=nth: opened.shown_hash(nth), hashes[nth][i])


ONE = f"{IMPORT}\nlabs = [helpers.ConstraintLab()]\nlabs[0]"


def run(lab, jupyter, name):
    lab.open(jupyter.write(name, [ONE]))
    lab.run_all()
    until(lab.page.locator(".frames-picture[data-index]").count, 1)
    return is_current(lab, 0)


def test_two_notebooks_at_once(new_lab, jupyter):
    with new_lab() as first, new_lab() as second:
        assert run(first, jupyter, "first.ipynb")
        assert run(second, jupyter, "second.ipynb")
        for lab, key in ((first, "Home"), (second, "End"), (first, "ArrowRight")):
            lab.press(0, key)
        until(lambda: (place(first, 0), place(second, 0)), ((1, 0), (43, 0)))
        assert is_current(first, 0)
        assert is_current(second, 0)


def test_after_a_restart_pictures_still_move_and_a_new_run_joins_the_new_kernel(lab, jupyter):
    assert run(lab, jupyter, "restarted.ipynb")
    last = lab.kernel_eval("__import__('hashlib').sha256(labs[0].frames.pngs[-1]).hexdigest()")
    start, _ = place(lab, 0)
    lab.restart_kernel()
    lab.press(0, "End")
    until(lab.shown_hash, last)
    lab.run_all()
    until(lambda: lab.kernel_eval("'labs' in globals() and labs[0].frames.index"), start)
    lab.press(0, "End")
    until(lambda: place(lab, 0), (43, 0))
    assert is_current(lab, 0)


def test_a_chapter_that_is_only_opened_shows_a_picture_of_its_lab(lab):
    lab.open("01_weight_decay_scratch.ipynb")
    cells = lab.page.evaluate(f"{PANEL}.model.toJSON().cells.map(cell => JSON.stringify(cell.outputs ?? ''))")
    nth = next(i for i, outputs in enumerate(cells) if "WeightDecayLab" in outputs)
    lab.page.evaluate(f"i => {PANEL}.content.scrollToItem(i, 'start')", nth)
    picture = lab.page.locator(f".jp-Cell[data-windowed-list-index='{nth}'] .jp-RenderedImage img")
    assert picture.bounding_box()["width"] == 840
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1680
    assert lab.page.get_by_text("model not found").count() == 0
