"""How the rooms of `helpers` stand to one another: imports run downwards only, and modules stay short."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MATHS = {"regularizers", "linear", "selection", "thinned", "classifier", "two_weights", "validation", "seeding"}
BELOW = {  # what each room may import besides itself
    **dict.fromkeys(MATHS, MATHS),
    "data": MATHS,
    "exercises": set(),
    "sliders": MATHS,
    "sweeps": MATHS | {"data"},
    "project": MATHS | {"data"},
    "checks": MATHS | {"data", "sweeps", "project"},
    "drawing": MATHS | {"data", "sliders", "sweeps"},
    "labs": MATHS | {"data", "sliders", "sweeps", "drawing"},
    "d2l": MATHS | {"data", "drawing"},
    "animator": {"drawing"},
}
WIDGETS, PICTURES = {"ipywidgets", "anywidget"}, {"matplotlib", "PIL", "helpers.drawing"}
MODULES = sorted((ROOT / "helpers").rglob("*.py"))
FORBIDDEN = {"maths": WIDGETS | PICTURES, "sweeps": WIDGETS | PICTURES, "drawing": WIDGETS, "checks": WIDGETS}


def room_of(path):
    return path.relative_to(ROOT / "helpers").parts[0].removesuffix(".py")


def imported(path):
    """Return the names of all modules that a file imports, also inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots: the house reads whole names"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_room_is_listed():
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms == set(BELOW)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_downwards(path):
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("helpers.")} & set(BELOW)
    if path.name == "__init__.py" and path.parent.name == "helpers":
        assert not ours, "the package loads its rooms when they are asked for"
    else:
        assert ours <= BELOW[room_of(path)] | {room_of(path)}


def test_no_room_stands_below_itself():
    lower = {room: set() for room in BELOW}
    for path in MODULES:
        if path.parent.name != "helpers" or path.stem in BELOW:
            room = room_of(path)
            lower[room] |= {name.split(".")[1] for name in imported(path) if name.startswith("helpers.")} - {room}
    while free := {room for room, below in lower.items() if not below & lower.keys()}:
        for room in free:
            del lower[room]
    assert not lower, "these import one another"


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_loads_nothing_that_it_has_no_use_for(room):
    files = [path for path in MODULES if room_of(path) in (MATHS if room == "maths" else {room})]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]
    code = f"import sys, importlib; [importlib.import_module(name) for name in {names}]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(names) <= set(loaded.split())
    assert not FORBIDDEN[room] & set(loaded.split())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_and_says_what_it_is(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 250
    assert ast.get_docstring(ast.parse(source))
    assert path.name == "__init__.py" or not path.name.startswith("_")


def test_the_house_is_described_room_by_room():
    text = (
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Where things are")[2].partition("\n## ")[0]
    )
    for room in BELOW:
        assert f"`{room}" in text or f"`helpers/{room}" in text, f"CONTRIBUTING has no line for {room}"


def test_rooms_are_attributes_of_the_bare_package():
    rooms = ("animator", "checks", "d2l", "data", "labs", "linear", "regularizers", "selection", "sliders", "sweeps")
    code = f"import helpers; print(*[getattr(helpers, room).__name__ for room in {rooms}])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [f"helpers.{room}" for room in rooms]
