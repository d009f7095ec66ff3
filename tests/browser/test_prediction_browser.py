"""`Prediction` and `Question` in a real browser: drawn on by mouse, finger and keys, and answered without a kernel."""

import json

import numpy as np
import pytest

from tests.browser.lab import PANEL, Lab
from tests.browser.notebook_server import until
from tests.browser.prediction_notebook import CELLS, Asked, judgement, opened

VALLEY = [(0, 0.9), (0.3, 0.5), (0.6, 0.2), (1, 0.7)]
THEMES = ["JupyterLab Light", "JupyterLab Dark"]


@pytest.fixture(scope="module")
def notebook(new_lab, jupyter):
    """The notebook with a question over λ (0), one over epochs (1), and a choice; all cells run."""
    name = jupyter.write("prediction.ipynb", CELLS)
    with new_lab() as lab, opened(lab, name):
        yield lab


@pytest.fixture
def asked(notebook):
    """The question over λ, with nothing drawn yet."""
    asked = Asked(notebook, 0)
    yield asked
    asked.again()


@pytest.fixture(scope="module")
def phone(browser, jupyter):
    """A page 390 pixels wide on a screen that is touched."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=2)
    lab = Lab(context.new_page(), jupyter)
    lab.open(jupyter.write("phone.ipynb", CELLS))
    with opened(lab, "phone.ipynb"):
        lab.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        until(lambda: Asked(lab, 1).plot.bounding_box()["width"] > 200, True)
        yield lab
    context.close()
    assert not lab.errors


def computed(lab, name, values):
    """Return what the sentence is about: values (S, n), places, those that are set, their names, and the axis of y."""
    x, y = lab.kernel_eval(f"{name}.x"), lab.kernel_eval(f"{name}.y")
    names = [f"{x['label']}\u00a0=\u00a0{name}" for name in x["names"]]
    return np.array(lab.kernel_eval(values)), np.array(x["places"]), x["at"], names, y


def of_value(lab):
    return computed(lab, "by_value", "sweep.curves['test_loss'][:, :, -1].tolist()")


def drawn(way, places):
    return np.interp(places, *np.transpose(way))


def cells(lab):
    return lab.page.evaluate(f"{PANEL}.content.widgets.length")


def test_a_line_is_drawn_with_the_mouse_and_compared_as_computed(asked):
    assert asked.enabled() == ["Skip"]
    assert set(asked.told()) == {"not set"}
    asked.drag(VALLEY)
    assert np.abs(asked.guess() - drawn(VALLEY, np.arange(8) / 7)).max() < 0.04
    assert asked.enabled() == ["Compare", "Skip", "Start again"]
    assert asked.box.locator(".mean, .range").count() == 0
    guess = asked.guess()
    asked.button("Compare").click()
    assert asked.status.inner_text() == judgement(guess, *of_value(asked.lab))
    assert asked.box.locator(".mean, .range").count() == 2
    assert asked.enabled() == ["Start again"]


@pytest.mark.parametrize(
    "way",
    [
        [(0, 0.5), (1, 0.5)],
        [(0, 0.1), (1, 0.95)],
        [(0, 0.95), (1, 0.1)],
        [(0, 0.2), (0.5, 0.95), (1, 0.2)],
        [(0, 0.9), (0.4, 0.85), (0.5, 0.5), (1, 0.48)],
    ],
)
@pytest.mark.parametrize("nth", [0, 1])
def test_every_sentence_says_what_can_be_computed_from_both(notebook, way, nth):
    asked = Asked(notebook, nth)
    asked.drag(way)
    guess = asked.guess()
    asked.button("Compare").click()
    by_epoch = computed(notebook, "by_epoch", "sweep.curves['test_loss'][:, 4].tolist()")
    assert asked.status.inner_text() == judgement(guess, *(by_epoch if nth else of_value(notebook)))
    asked.again()


def test_a_guess_on_the_curve_is_right_everywhere(asked):
    values, places, at, _, y = of_value(asked.lab)
    low, high = np.log(y["limits"])
    asked.drag(list(zip(places[at], (np.log(values.mean(axis=0)[at]) - low) / (high - low), strict=True)))
    asked.button("Compare").click()
    text = asked.status.inner_text()
    assert text.startswith("8 of 8 places")
    assert text.count("as computed") == 3


def test_a_fast_stroke_skips_no_place(asked):
    asked.drag([(0, 0.2), (1, 0.8)], steps=1)
    assert np.abs(asked.guess() - drawn([(0, 0.2), (1, 0.8)], np.arange(8) / 7)).max() < 0.01
    assert not [text for text in asked.told() if "not set" in text]


def test_places_between_are_joined_and_the_ends_take_the_nearest(asked):
    asked.drag([(2 / 7, 0.2)])
    assert asked.enabled() == ["Skip", "Start again"]  # one place is no line
    asked.drag([(6 / 7, 0.8)])
    assert "Compare" in asked.enabled()
    wanted = np.interp(np.arange(8), [2, 6], [0.2, 0.8])
    assert np.abs(asked.guess() - wanted).max() < 0.01
    assert [i for i, text in enumerate(asked.told()) if text.startswith("your guess")] == [2, 6]


def test_the_same_with_keys_alone(asked):
    asked.sliders.first.focus()
    press = asked.page.keyboard.press
    focused = lambda: asked.page.evaluate("document.activeElement.ariaLabel.replaceAll('\u00a0', ' ')")  # noqa: E731
    assert focused() == "test loss at λ = 0"
    for key, times in (("ArrowUp", 3), ("PageUp", 2), ("ArrowDown", 1)):
        for _ in range(times):
            press(key)
    assert asked.guess()[0] == pytest.approx(0.5 + 0.03 + 0.2 - 0.01)
    press("ArrowLeft")
    assert focused() == "test loss at λ = 0"
    for _ in range(7):
        press("ArrowRight")
    assert focused() == "test loss at λ = 100"
    press("ArrowRight")
    assert focused() == "test loss at λ = 100"
    press("Home")
    assert asked.guess()[7] == 0
    assert asked.told()[7] == f"your guess {of_value(asked.lab)[4]['limits'][0]:.3g}"
    assert asked.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    guess = asked.guess()
    press("Tab")
    press("Enter")
    assert asked.status.inner_text() == judgement(guess, *of_value(asked.lab))
    assert asked.page.evaluate("document.activeElement.textContent") == "Start again"
    press("Enter")
    assert set(asked.told()) == {"not set"}
    assert focused() == "test loss at λ = 0"


def test_each_place_tells_guess_and_result(asked):
    asked.drag(VALLEY)
    asked.button("Compare").click()
    values = of_value(asked.lab)[0]
    for text, runs in zip(asked.told(), values.T, strict=True):
        numbers = [float(word.strip(",;")) for word in text.split() if word[0].isdigit()]
        np.testing.assert_allclose(numbers[-3:], [runs.mean(), runs.min(), runs.max()], rtol=0.006)
        assert text.startswith("your guess")


def test_what_was_compared_stays_until_the_start(asked):
    asked.drag(VALLEY)
    asked.button("Compare").click()
    before, sentence = asked.guess(), asked.status.inner_text()
    asked.drag([(0, 0.1), (1, 0.1)])
    asked.sliders.first.focus()
    asked.page.keyboard.press("PageDown")
    assert (asked.guess() == before).all()
    assert asked.status.inner_text() == sentence
    asked.again()
    assert asked.enabled() == ["Skip"]
    assert asked.box.locator(".mean, .range, .guess, circle").count() == 0


def test_skipped(asked):
    asked.button("Skip").click()
    assert asked.box.locator(".mean, .range").count() == 2
    assert asked.box.locator(".guess").count() == 0
    assert asked.status.inner_text() == "This is what was computed."
    assert asked.told()[0].startswith("not set; computed")
    assert asked.enabled() == ["Start again"]


def test_the_computed_line_is_drawn_where_it_was_computed(asked):
    asked.button("Skip").click()
    path = asked.box.locator(".mean").get_attribute("d")
    found = np.array([[float(v) for v in point.split()] for point in path[1:].split("L")])
    values, places, _, _, y = of_value(asked.lab)
    low, high = np.log(y["limits"])
    plot = asked.plot.bounding_box()
    shares = (np.log(values.mean(axis=0)) - low) / (high - low)
    wanted = np.array(asked.points(list(zip(places, shares, strict=True)))) - [plot["x"], plot["y"]]
    np.testing.assert_allclose(found, wanted, atol=0.5)


def test_letters_are_no_commands(notebook):
    asked, n = Asked(notebook, 0), cells(notebook)
    asked.drag(VALLEY)
    for place in [asked.sliders.nth(3), asked.button("Compare"), notebook.page.get_by_label("One between.")]:
        place.focus()
        for key in "xabcddmyzv":
            notebook.page.keyboard.press(key)
    asked.drag(VALLEY)  # after it, where the mouse left the focus
    for key in "xab":
        notebook.page.keyboard.press(key)
    asked.button("Compare").click()
    for key in "xab":
        notebook.page.keyboard.press(key)
    assert cells(notebook) == n
    assert asked.box.is_visible()
    asked.again()


def test_nothing_is_sent_to_the_kernel(notebook):
    notebook.kernel_eval("[w.comm.on_msg(globals().setdefault('seen', []).append) for w in (by_value, by_epoch)]")
    asked = Asked(notebook, 0)
    asked.drag(VALLEY)
    asked.button("Compare").click()
    asked.again()
    assert notebook.kernel_eval("len(seen)") == 0


def test_an_answer_is_chosen_and_checked(notebook):
    page = notebook.page
    form, check = page.locator("form.guessing"), page.get_by_role("button", name="Check", exact=True)
    said = form.get_by_role("status")
    assert check.is_disabled()
    page.get_by_label("The smallest.").check()
    check.click()
    assert said.inner_text() == "✗ Not this one. Without a penalty the net overfits."
    page.get_by_label("The smallest.").focus()
    page.keyboard.press("ArrowDown")  # to the next answer
    assert said.inner_text() == "Choose an answer and check it."
    page.keyboard.press("Enter")
    best = notebook.kernel_eval("float(best)")
    assert said.inner_text() == f"✓ Right. It is λ = {best:g}."


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(notebook, axe, theme, tmp_path):
    notebook.theme(theme)
    asked = Asked(notebook, 0)
    assert axe(notebook.page, ".guessing") == []
    asked.drag(VALLEY)
    assert axe(notebook.page, ".guessing") == []
    asked.button("Compare").click()
    assert axe(notebook.page, ".guessing") == []
    notebook.screenshot(tmp_path / f"{theme}.png")
    asked.again()
    notebook.theme(THEMES[0])


def test_text_and_axes_have_the_colour_of_the_page(notebook):
    parts = ".guessing-question, .guessing text, .guessing-said, .guessing-answer"
    ask = f"() => [...new Set([...document.querySelectorAll('{parts}')].map(p => getComputedStyle(p)"
    for theme, color in zip(THEMES, ["rgba(0, 0, 0, 0.87)", "rgba(255, 255, 255, 0.87)"], strict=True):
        notebook.theme(theme)
        assert notebook.page.evaluate(f"{ask}.color))]") == [color]
    notebook.theme(THEMES[0])


def test_with_a_finger_on_a_narrow_screen(phone, tmp_path):
    asked = Asked(phone, 0)
    asked.swipe(VALLEY)
    assert np.abs(asked.guess() - drawn(VALLEY, np.arange(8) / 7)).max() < 0.04
    guess = asked.guess()
    asked.button("Compare").tap()
    until(asked.status.inner_text, judgement(guess, *of_value(phone)))
    phone.screenshot(tmp_path / "phone.png")


def test_it_fits_a_narrow_screen(phone, axe):
    for nth in (0, 1):
        box = Asked(phone, nth).box.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    ask = (
        "texts => texts.map(text => [parseFloat(getComputedStyle(text).fontSize), text.getBoundingClientRect().right])"
    )
    for size, right in phone.page.locator(".guessing text").evaluate_all(ask):
        assert size >= 11
        assert right <= 390
    scaled = "svgs => svgs.map(svg => svg.viewBox.baseVal.width / svg.clientWidth)"
    assert phone.page.locator(".guessing-plot svg").evaluate_all(scaled) == pytest.approx([1, 1])
    assert axe(phone.page, ".guessing") == []
    for button in phone.page.locator(".guessing button").all():
        assert min(button.bounding_box()["width"], button.bounding_box()["height"]) >= 24


def test_without_a_kernel(lab, jupyter):
    with opened(lab, jupyter.write("alone.ipynb", CELLS)):
        facts = of_value(lab)
        lab.shutdown_kernel()
        asked = Asked(lab, 0)
        asked.drag(VALLEY)
        guess = asked.guess()
        asked.button("Compare").click()
        assert asked.status.inner_text() == judgement(guess, *facts)
        asked.button("Start again").click()
        asked.button("Skip").click()
        assert asked.box.locator(".mean").count() == 1
        lab.page.get_by_label("One between.").check()
        lab.page.get_by_role("button", name="Check", exact=True).click()
        assert lab.page.get_by_text("✓ Right.").is_visible()


def test_saved_and_opened_again_it_still_asks_and_does_not_answer(new_lab, jupyter):
    name = jupyter.write("asked.ipynb", CELLS)
    with new_lab() as first, opened(first, name):
        Asked(first, 0).button("Skip").click()
        first.save()
        first.shutdown_kernel()
    stored = json.loads((jupyter.root / name).read_text(encoding="utf-8"))["cells"][1:]
    kinds = [set(output["data"]) for cell in stored for output in cell["outputs"]]
    assert kinds == [{"text/plain", "image/png"}] * 2 + [{"text/plain", "image/png", "text/markdown"}]
    with new_lab() as second:
        second.open(name)
        until(second.page.locator(".jp-RenderedImage img").count, 2)
        assert second.page.locator(".jp-RenderedMarkdown", has_text="Which λ has the lowest test loss?").is_visible()
        assert second.page.get_by_text("model not found").count() == 0
