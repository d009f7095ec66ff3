"""The lists that must not drift apart, and what the project promises of itself."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
PINS = dict(line.split("==") for line in LINES if line and not line.startswith("#"))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", PINS)
def test_each_pin_is_what_is_installed_and_has_a_reason(name):
    assert version(name).split("+")[0] == PINS[name]  # "+cpu" is a build of the same release
    before = LINES[LINES.index(f"{name}=={PINS[name]}") - 1]
    assert before.startswith("# "), f"{name} is pinned without a reason on the line above"


def test_the_package_asks_for_the_pins_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}
    asked = {normal(line.split("==")[0]): line.split("==")[1] for line in requires(project["project"]["name"])}
    assert asked == {normal(name): pin for name, pin in PINS.items()}


def test_conda_takes_its_pip_part_from_the_pins():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    pip_part = re.search(r"- pip:\n((?: +- .*\n)+)", text).group(1)
    assert [line.strip() for line in pip_part.splitlines()] == ["- -r requirements.txt", "- -e ."]
    assert "python=3.11" in text


def test_every_import_is_pinned():
    """A package that we import and do not pin would be there by luck."""
    names = {"sklearn": "scikit-learn", "PIL": "pillow", "IPython": "ipython", "matplotlib_inline": "matplotlib-inline"}
    ours = {"helpers", "tests", "benchmarks"} | {path.stem for path in (ROOT / "tests").rglob("*.py")}
    optional = {"torchvision"}  # used where it is
    for path in [
        *ROOT.glob("helpers/**/*.py"),
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("tools/*.py"),
        *ROOT.glob("benchmarks/*.py"),
    ]:
        for line in path.read_text(encoding="utf-8").splitlines():
            found = re.match(r"\s*(?:from|import) (\w+)", line)
            if found and found[1] not in sys.stdlib_module_names | ours | optional:
                assert names.get(found[1], found[1]) in PINS, f"{path.name}: {line.strip()}"


def run(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT)


def test_importing_helpers_loads_nothing_heavy():
    heavy = "matplotlib pandas sklearn IPython ipywidgets d2l pooch torch"
    out = run(f"import sys, helpers; print([m for m in '{heavy}'.split() if m in sys.modules])")
    assert (out.stdout, out.stderr) == ("[]\n", "")


def test_every_public_name_is_there_and_documented():
    out = run("import helpers; assert all(getattr(helpers, n).__doc__ for n in helpers.__all__); print(*dir(helpers))")
    assert out.stderr == ""
    assert {"Animator", "dropout_layer", "load_images"} <= set(out.stdout.split())


def test_a_name_that_is_not_there():
    import helpers

    with pytest.raises(AttributeError, match=r"no attribute 'Animatr'; it has Animator"):
        _ = helpers.Animatr


def test_pip_check_is_clean():
    out = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert out.returncode == 0, out.stdout
