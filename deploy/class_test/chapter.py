"""What a student does with a chapter: runs it from top to bottom, and moves a control of one of its labs."""

import configparser
import re
from pathlib import Path

from deploy.class_test.kernel import CellError, Kernel

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n"


def stored(cell: dict) -> str:
    """Return what a cell printed when the chapter was stored."""
    return "".join("".join(o["text"]) for o in cell["outputs"] if o.get("name") == "stdout")


def comparable(text: str) -> str:
    """Leave out of a text what may differ from machine to machine, as `make test` does."""
    patterns = configparser.RawConfigParser()
    patterns.read(ROOT / "tests" / "nbval.cfg", encoding="utf-8")
    for section in patterns.sections():
        text = re.sub(patterns[section]["regex"], patterns[section]["replace"], text)
    return text


def run_chapter(kernel: Kernel, notebook: dict) -> int:
    """Run all cells and return how many; raise where one fails or prints something else than is stored."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        try:
            printed = kernel.run("".join(cell["source"]))
        except CellError as error:
            raise RuntimeError(f"cell {number} of {len(cells)} fails: {error}") from error
        if comparable(printed) != comparable(stored(cell)):
            raise RuntimeError(f"cell {number} prints {printed!r}, and stored is {stored(cell)!r}")
    return len(cells)


def parts(model: dict) -> list[str]:
    """Return the numbers of the widgets that a widget contains."""
    return [child.removeprefix("IPY_MODEL_") for child in model.get("children", [])]


def boxes(models: dict[str, dict]) -> dict[str, str]:
    """Return the labs of a notebook: for each `Frames`, by its number, the number of a box for a number below it."""
    found = {}
    for model in models.values():
        children = parts(model)
        if len(children) == 2 and "_sizes" in models.get(children[0], {}):  # a lab: its pictures, and a row of controls
            numbers = [
                box
                for box in parts(models[children[1]])
                if str(models[box].get("_model_name", "")).startswith("Bounded")
            ]
            if numbers:
                found[children[0]] = numbers[0]
    return found


def move_control(kernel: Kernel) -> str:
    """Change a number below a lab by a message, as a page does, and wait for the new pictures; return what was done."""
    labs = boxes(kernel.models)
    if not labs:
        raise RuntimeError("the chapter has no lab with a box")
    frames, box = list(labs.items())[-1]
    state = kernel.models[box]
    low, value, high = (state[name] for name in ("min", "value", "max"))
    value, before = value - 1 if value - 1 >= low else min(value + 1, high), kernel.models[frames]["readout"]
    arrived = kernel.change(
        box,
        lambda m: m["content"]["comm_id"] == frames and ["_buffer"] in m["content"]["data"]["buffer_paths"],
        value=value,
    )
    sizes, pictures = kernel.models[frames]["_sizes"], bytes(arrived["buffers"][0])
    if not pictures.startswith(PNG) or sum(sizes) != len(pictures) or kernel.models[frames]["readout"] == before:
        raise RuntimeError(f"{state['description']} = {value} does not bring new pictures and sentences")
    return f"{state['description']} = {value}: {len(sizes)} new pictures, {len(pictures) / 1000:.0f} kB"
