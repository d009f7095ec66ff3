"""The lists that must not drift apart, and what the project promises of itself."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, requires, version
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def lines(name):
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def pins(name):
    return dict(line.split("==") for line in lines(name) if line and line[0] not in "#-")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name):
    return version(name).split("+")[0]  # "+cpu" is a build of the same release


COURSE = pins("requirements.txt")
TESTS = pins("requirements-dev.txt")
EVERY = [Requirement(line) for line in lines("constraints.txt") if line and line.lstrip()[0] != "#"]
HERE = {line.name: str(line.specifier) for line in EVERY if not line.marker or line.marker.evaluate()}
OURS = "regularization-hands-on"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_each_pin_is_what_is_installed_and_has_a_reason(file):
    for name, pin in pins(file).items():
        assert installed(name) == pin
        before = lines(file)[lines(file).index(f"{name}=={pin}") - 1]
        assert before.startswith("# "), f"{name} is pinned without a reason on the line above"


def test_the_package_asks_for_what_runs_the_course_and_nothing_else():
    project = tomllib.loads("\n".join(lines("pyproject.toml")))
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}
    assert project["project"]["name"] == OURS
    needed = [line for line in requires(OURS) if "extra ==" not in line]
    asked = {normal(line.split("==")[0]): line.split("==")[1] for line in needed}
    assert asked == {normal(name): pin for name, pin in COURSE.items()}


def test_each_extra_is_pinned_with_a_reason():
    before, pin = next(pair for pair in pairwise(lines("pyproject.toml")) if pair[1].startswith("cluster = "))
    assert re.fullmatch(r'cluster = \["distributed==[\d.]+"\]', pin)
    assert before.startswith("# ")


def test_the_second_list_holds_the_first_and_no_pin_twice():
    assert [line for line in lines("requirements-dev.txt") if line.startswith("-")] == ["-r requirements.txt"]
    assert not {normal(name) for name in COURSE} & {normal(name) for name in TESTS}


def test_conda_takes_its_pip_part_from_the_lists():
    text = "\n".join(lines("environment.yml"))
    pip_part = re.search(r"- pip:\n((?: +- .*\n)+)", text).group(1)
    asked = ["- -c constraints.txt", "- -r requirements-dev.txt", "- -e ."]
    assert [line.strip() for line in pip_part.splitlines()] == asked
    assert "python=3.11" in text
    assert "variables:\n  OMP_WAIT_POLICY: PASSIVE" in text


def test_constraints_are_exact_and_agree_with_the_pins():
    assert all(re.fullmatch(r"==[\w.]+", str(line.specifier)) for line in EVERY)
    assert HERE.items() >= {normal(name): f"=={pin}" for name, pin in (COURSE | TESTS).items()}.items()


def test_constraints_name_no_place_to_install_from():
    assert not [line for line in lines("constraints.txt") if line.startswith("-") or "://" in line]


def test_whatever_the_pins_bring_along_is_constrained_and_is_what_is_installed():
    """Follow from each package to what it asks for on this machine, extras included, as pip does."""
    todo = [Requirement(name) for name in COURSE | TESTS]
    seen = set()
    while todo:
        asked = todo.pop()
        if (key := (normal(asked.name), frozenset(asked.extras))) in seen:
            continue
        seen.add(key)
        assert HERE.get(key[0]) == f"=={installed(asked.name)}", f"{asked.name} is not in constraints.txt: make lock"
        for line in map(Requirement, distribution(asked.name).requires or []):
            if not line.marker or any(line.marker.evaluate({"extra": extra}) for extra in asked.extras | {""}):
                todo.append(line)
    assert len(seen) > 100


def imports(code):
    """Yield the packages that a piece of code imports, without those of the standard library."""
    for node in ast.walk(ast.parse(code)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        yield from {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def missing(code, pinned):
    """Return which packages a piece of code imports that are neither pinned nor ours."""
    known = {"sklearn": "scikit-learn", "PIL": "pillow", "IPython": "ipython", "matplotlib_inline": "matplotlib-inline"}
    known |= {"axe_playwright_python": "axe-playwright-python", "yaml": "pyyaml"}
    ours = {"helpers", "course_server", "tests", "benchmarks", "tools", "deploy"} | {
        path.stem for path in (ROOT / "tests").rglob("*.py")
    }
    optional = {"torchvision", "pandas", "dask", "distributed"}  # used where they are; d2l brings pandas along
    return {name for name in imports(code) if known.get(name, name) not in pinned} - ours - optional


@pytest.mark.parametrize(
    ("files", "pinned"),
    [
        ("helpers/**/*.py", COURSE),
        ("course_server/*.py", COURSE),
        ("tests/**/*.py", COURSE | TESTS),
        ("[bt]*/**/*.py", COURSE | TESTS),
    ],
    ids=["helpers", "course_server", "tests", "benchmarks and tools"],
)
def test_every_import_is_pinned(files, pinned):
    """A package that we import and do not pin would be there by luck."""
    for path in ROOT.glob(files):
        assert not missing(path.read_text(encoding="utf-8"), pinned), path


def test_every_import_of_a_chapter_is_pinned_for_learners():
    for path in ROOT.glob("notebooks/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                python = re.sub(r"^%.*", "", cell.source, flags=re.MULTILINE)
                assert not missing(python, COURSE), path


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
