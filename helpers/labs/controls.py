"""The controls of a lab: boxes, menus and buttons whose values are the settings of the next scene."""

import threading
from collections.abc import Callable, Iterable, Mapping

from ipywidgets import BoundedFloatText, BoundedIntText, Button, Dropdown, HBox, Layout, Widget
from traitlets import Int, TraitError

from helpers.labs.lab_words import LABS

_SHARED = LABS["shared"]
Presets = Mapping[str, Mapping[str, Mapping[str, object]]]
_STYLE = {"description_width": "initial"}  # labels are longer than the space that ipywidgets gives them


def _place() -> Layout:
    return Layout(width="200px")


def integer(label: str, value: int, low: int, high: int) -> BoundedIntText:
    """Return a box for a whole number from `low` to `high`."""
    return BoundedIntText(value, min=low, max=high, description=label, style=_STYLE, layout=_place())


def number(label: str, value: float, low: float, high: float, step: float) -> BoundedFloatText:
    """Return a box for a number from `low` to `high`."""
    return BoundedFloatText(value, min=low, max=high, step=step, description=label, style=_STYLE, layout=_place())


def choice(label: str, options: Iterable[str], value: str) -> Dropdown:
    """Return a menu."""
    return Dropdown(options=list(options), value=value, description=label, style=_STYLE, layout=_place())


class CountingButton(Button):
    """A button whose value is the number of times that it was pressed."""

    value = Int()

    def click(self) -> None:
        """Count one more and call what listens; a click in the browser calls this too."""
        super().click()
        self.value += 1


def button(label: str, tooltip: str) -> CountingButton:
    """Return a button. Its setting is the number of times that it was pressed."""
    return CountingButton(description=label, tooltip=tooltip, layout=_place())


class Controls:
    """Read and set all controls of a lab together.

    Parameters
    ----------
    widgets : dict of str to Widget
    presets : mapping of str to {option: {control: value}}
        What choosing an option of a menu sets.
    changed : function
        Called without arguments when the user changes a control or presses a button.

    Attributes
    ----------
    lock : RLock
        Held while controls are set: callbacks may come on several threads.
    """

    def __init__(self, widgets: dict[str, Widget], presets: Presets, changed: Callable[[], None]):
        self.widgets, self._presets, self._changed = widgets, presets, changed
        self.lock, self._putting = threading.RLock(), False
        self._start = self.settings
        for key, widget in widgets.items():
            widget.observe(lambda change, key=key: self._choose(key), "value")

    def _choose(self, key: str) -> None:
        with self.lock:
            if self._putting:  # `put` has changed it, and not the user
                return
            self.put({key: self.widgets[key].value})
        self._changed()

    @property
    def settings(self) -> dict[str, object]:
        """The value of each control by its name."""
        return {key: widget.value for key, widget in self.widgets.items()}

    @property
    def start(self) -> dict[str, object]:
        """The values at the start, or those of the preset that is chosen now; buttons keep their count."""
        kept = {key: value for key, value in self.settings.items() if key in self._presets or self.is_button(key)}
        return self._start | self._preset(kept) | kept

    def is_button(self, key: str) -> bool:
        """Return whether a control is a button, or raise a ValueError if there is none of that name."""
        if key not in self.widgets:
            raise ValueError(f"no control named {key!r}: there are {', '.join(self.widgets)}")
        return isinstance(self.widgets[key], Button)

    def put(self, values: Mapping[str, object]) -> None:
        """Set controls, and what a preset among them says, without telling anyone.

        Raises
        ------
        ValueError
            If a control does not take its value. Then all have the values of before.
        """
        with self.lock:
            before, self._putting = self.settings, True
            try:
                for key, value in (self._preset(values) | dict(values)).items():
                    _put_one(key, self.widgets[key], value)
            except ValueError:
                for key, value in before.items():
                    self.widgets[key].value = value
                raise
            finally:
                self._putting = False

    def take_back(self, wanted: Mapping[str, object], shown: Mapping[str, object]) -> None:
        """Set all to what is shown, unless the user already wants something else."""
        with self.lock:
            if self.settings == wanted:
                self.put(shown)

    def _preset(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return what the presets among some values say of other controls."""
        menus = [menu for menu in self._presets if menu in values]
        return {key: value for menu in menus for key, value in self._presets[menu].get(values[menu], {}).items()}

    def mark_presets(self) -> None:
        """Write "(changed)" behind a menu of presets while other controls do not have the values of the preset."""
        settings, mark = self.settings, _SHARED["changed"]
        for menu in self._presets:
            label = self.widgets[menu].description.removesuffix(mark)
            holds = self._preset({menu: settings[menu]}).items() <= settings.items()
            self.widgets[menu].description = label if holds else label + mark

    def row(self, reset: Callable[[], None], width: int) -> HBox:
        """Return all controls side by side, with a button that calls `reset` if there is something to reset."""
        boxes = list(self.widgets.values())
        if not all(map(self.is_button, self.widgets)):
            boxes.append(button(_SHARED["reset"], _SHARED["reset_tip"]))
            boxes[-1].on_click(lambda _: reset())
        return HBox(boxes, layout=Layout(flex_flow="row wrap", max_width=f"{width}px"))


def _put_one(key: str, widget: Widget, value: object) -> None:
    try:
        widget.value = value
    except TraitError:
        widget_range = f"one of {', '.join(map(str, widget.options))}" if hasattr(widget, "options") else "a number"
        raise ValueError(f"{key} must be {widget_range}, got {value!r}") from None
    if widget.value != value:  # a box moves what lies beyond its ends to the end
        raise ValueError(f"{key} must be in [{widget.min:g}, {widget.max:g}], got {value!r}: the box's limits")
