"""The weight decay lab in a real browser: each of its controls, and what happens while a cell runs."""

import pytest

from tests.browser.notebook_server import until

MAKE = """
import torch
from helpers import WeightDecayLab
torch.set_num_threads(1)
lab = WeightDecayLab()
lab
"""
LAMBDA, LAST = 0, 43


@pytest.fixture(scope="module")
def opened(new_lab, jupyter):
    with new_lab() as lab:
        lab.open(jupyter.write("lab.ipynb", [MAKE, "import time; time.sleep(5)"]))
        lab.command("notebook:move-cursor-up")
        lab.command("notebook:run-cell")
        until(lambda: lab.page.locator(".frames-picture[data-index]").count(), 1)
        yield lab


def shows(lab, i):
    """Wait until the picture shown is, by its hash, the kernel's for place i of the axis."""
    hash_of = "__import__('hashlib').sha256(lab.frames.pngs[{}]).hexdigest()"
    until(lambda: lab.shown_hash(), lab.kernel_eval(hash_of.format(i)))
    return True


def number(lab, name):
    return lab.page.locator(".jp-OutputArea .widget-text", has_text=name).locator("input")


def enter(lab, name, value):
    field = number(lab, name)
    field.fill(value)
    field.press("Enter")


def trained_again(lab, act):
    """Do something that trains; wait until the new pictures are there."""
    before = lab.kernel_eval("id(lab.source)")
    act()
    until(lambda: lab.kernel_eval("id(lab.source)") != before and lab.kernel_eval("lab.frames.message"), "")
    until(lambda: lab.readout().startswith("λ = "), True)


def test_keys_and_mouse_lead_to_the_picture_of_each_lambda(opened):
    for key, i in (("End", LAST), ("Home", 0), ("ArrowRight", 1)):
        opened.press(LAMBDA, key)
        assert shows(opened, i)
    for end, i in ((1, LAST), (0, 0), (0.5, None)):
        opened.drag(LAMBDA, end, steps=4)
        place = int(opened.pictures().first.get_attribute("data-index"))
        assert i is None or place == i
        assert shows(opened, place)
    assert opened.readout() == opened.kernel_eval("lab.frames.readout[lab.frames.index]")


def test_the_place_never_collapses(opened):
    opened.press(LAMBDA, "Home")
    opened.watch()
    opened.press(LAMBDA, "ArrowRight", LAST)
    assert shows(opened, LAST)
    assert opened.watched()["heights"] == [430]


def test_each_number_trains_again(opened):
    for name, value in (("examples", "5"), ("noise", "1"), ("start", "2"), ("epochs", "30"), ("seeds", "3")):
        trained_again(opened, lambda name=name, value=value: enter(opened, name, value))
        opened.press(LAMBDA, "End")
        assert shows(opened, LAST)
    assert opened.kernel_eval("[lab.controls[c].value for c in ('n', 'noise', 'scale', 'epochs', 'seeds')]") == [
        5,
        1,
        2,
        30,
        3,
    ]


def test_the_preset_trains_again(opened):
    menu = opened.page.locator(".jp-OutputArea .widget-dropdown select")
    trained_again(opened, lambda: menu.select_option("real overfitting"))
    assert opened.kernel_eval("lab.controls['n'].value") == 200
    assert number(opened, "examples").input_value() == "200"


def test_a_changed_preset_says_so_and_reset_brings_it_back(opened):
    menu = opened.page.locator(".jp-OutputArea .widget-dropdown .widget-label")
    trained_again(opened, lambda: enter(opened, "examples", "100"))
    assert until(menu.inner_text, "preset (changed)")
    trained_again(opened, lambda: opened.click("reset"))
    assert until(menu.inner_text, "preset")
    assert number(opened, "examples").input_value() == "200"
    assert number(opened, "epochs").input_value() == "100"


def test_a_training_that_is_interrupted_leaves_pictures_and_boxes_that_agree(opened):
    """A callback on the main thread is interrupted, as `set` in a cell is; one on another thread trains to its end."""
    opened.execute("lab.set(epochs=500, seeds=50)")
    until(lambda: "%" in opened.readout(), True)
    opened.interrupt_kernel()
    until(lambda: "Training" in opened.readout(), False)
    message, seeds, epochs, stopped = opened.kernel_eval(
        "(lab.frames.message, lab.source.num_seeds, int(lab.source.epochs[-1]), lab.source.stopped)"
    )
    assert stopped or message.startswith("Stopped: ")
    assert seeds == int(number(opened, "seeds").input_value())
    if stopped:
        assert stopped == f"stopped at epoch {epochs} of {number(opened, 'epochs').input_value()}"
        assert stopped in opened.readout()
        trained_again(opened, lambda: opened.click("reset"))
    assert opened.kernel_eval("int(lab.source.epochs[-1])") == int(number(opened, "epochs").input_value())


def test_stop_is_a_button_that_keeps_the_pictures_and_brings_the_boxes_back(opened, axe):
    stop, before = opened.page.get_by_role("button", name="Stop", exact=True), opened.kernel_eval("id(lab.source)")
    epochs, top = number(opened, "epochs").input_value(), opened.pictures().first.bounding_box()["y"]
    assert stop.count() == 0, "there is nothing to stop"
    for name, value in (("examples", "400"), ("seeds", "50"), ("epochs", "500")):
        enter(opened, name, value)
    stop.wait_for()
    assert axe(opened.page, ".jp-OutputArea-output:has(.frames)") == []
    assert opened.readout().startswith("Training …")
    assert opened.pictures().first.bounding_box()["y"] == top, "nothing moves for the button"
    at_its_edge = "button => { const { left, bottom } = button.getBoundingClientRect(); "
    assert stop.evaluate(at_its_edge + "return document.elementFromPoint(left + 9, bottom - 2) === button; }"), "whole"
    stop.click()
    until(lambda: opened.readout(), "Stopped: the boxes again show the settings of the pictures.")
    until(lambda: (number(opened, "epochs").input_value(), stop.count()), (epochs, 0))
    assert opened.kernel_eval("id(lab.source)") == before
    assert opened.page.evaluate("document.activeElement.type") == "range", "the focus stays in the lab"
    opened.press(LAMBDA, "End")
    assert shows(opened, LAST)


def test_controls_work_while_a_cell_runs(opened):
    opened.command("notebook:move-cursor-down")
    opened.page.evaluate("void window.jupyterapp.commands.execute('notebook:run-cell')")  # sleeps for five seconds
    menu = opened.page.locator(".jp-OutputArea .widget-dropdown select")
    menu.select_option("the book's demo")
    until(lambda: number(opened, "examples").input_value(), "20")
    opened.press(LAMBDA, "Home")
    opened.press(LAMBDA, "End")
    assert shows(opened, LAST)


def test_play_moves_lambda_until_a_key_a_click_or_the_end(opened):
    play, pause = (opened.page.get_by_role("button", name=name, exact=True) for name in ("Play", "Pause"))
    at = lambda: int(opened.pictures().first.get_attribute("data-index"))  # noqa: E731
    opened.press(LAMBDA, "Home")
    for stop in (pause.click, lambda: opened.press(LAMBDA, "ArrowRight"), opened.pictures().first.click):
        before = at()
        play.click()
        assert until(lambda before=before: at() >= before + 3, True)
        stop()
        play.wait_for()
    opened.press(LAMBDA, "End")
    opened.press(LAMBDA, "ArrowLeft")
    play.click()
    play.wait_for()
    assert shows(opened, LAST)
    play.click()
    assert until(lambda: 0 <= at() <= 5, True)
    pause.click()


def test_a_sentence_is_spoken_once_when_the_hand_rests(opened):
    opened.page.evaluate("""() => {
        const live = document.querySelector('.frames-live');
        window.spoken = [];
        new MutationObserver(() => spoken.push(live.textContent)).observe(live, { childList: true }); }""")
    opened.press(LAMBDA, "Home")
    opened.press(LAMBDA, "ArrowRight", 12)
    until(lambda: opened.page.evaluate("spoken.at(-1)"), opened.readout())
    assert opened.page.evaluate("spoken.length") == 1


def test_letters_on_a_slider_leave_the_notebook_alone(opened):
    cells = "window.jupyterapp.shell.currentWidget.model.cells.length"
    before = opened.page.evaluate(cells)
    for part in (opened.slider(LAMBDA), opened.page.get_by_role("button", name="Play", exact=True)):
        part.focus()
        for key in "xabmdd":
            opened.page.keyboard.press(key)
    assert opened.page.evaluate(cells) == before
    assert opened.pictures().count() == 1


def test_the_numbers_unfold_as_a_table(opened):
    opened.press(LAMBDA, "Home")
    opened.page.locator(".frames summary").click()
    table = opened.page.locator(".frames-table table")
    assert until(table.locator("tbody tr").count, LAST + 1)  # the browser tells of what unfolds a moment later
    assert table.locator("th").all_inner_texts() == opened.kernel_eval("lab.frames.table['head']")
    opened.press(LAMBDA, "ArrowRight", 3)
    row = opened.kernel_eval("lab.frames.table['rows'][3]")
    assert until(table.locator("tr[aria-current=true] td").all_inner_texts, row)
    opened.page.locator(".frames summary").click()


def test_pictures_move_without_a_kernel(opened):
    hashes = opened.kernel_eval("[__import__('hashlib').sha256(png).hexdigest() for png in lab.frames.pngs]")
    opened.shutdown_kernel()
    controls = opened.page.locator(".jp-OutputArea .widget-hbox")
    until(lambda: controls.evaluate("row => row.inert"), True)
    assert opened.page.locator(".frames-note").inner_text().startswith("No kernel is running")
    for key, i in (("Home", 0), ("End", LAST), ("ArrowLeft", LAST - 1)):
        opened.press(LAMBDA, key)
        assert until(lambda: opened.shown_hash(), hashes[i])
