"""What a wheel of the project holds: built, unpacked where nothing else is, and a lab opened from it elsewhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OPEN = """
import course_server, helpers
lab = helpers.ConstraintLab()
print(helpers.__file__, course_server.__file__, len(lab.frames.pngs) > 1, sep="\\n")
"""


def pip(*args):
    out = subprocess.run([sys.executable, "-m", "pip", *map(str, args)], capture_output=True, text=True)
    assert out.returncode == 0, out.stdout + out.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Build from a copy, so that nothing that was built before gets in, and unpack the wheel."""
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in (ROOT / name for name in ("helpers", "course_server", "tests", "tools", "benchmarks")):
        shutil.copytree(path, source / path.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.txt"):
        shutil.copy(ROOT / name, source)
    pip("wheel", source, "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", place)
    (wheel,) = place.glob("*.whl")
    pip("install", wheel, "--no-deps", "--no-index", "--target", place / "unpacked")
    return place / "unpacked"


def test_it_holds_both_packages_with_all_that_is_in_them_and_no_others(place):
    assert {path.name for path in place.iterdir() if path.suffix != ".dist-info"} == {"helpers", "course_server"}
    for package in ("helpers", "course_server"):
        files = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*.*") if path.suffix != ".pyc"}
        assert files == {path.relative_to(place) for path in (place / package).rglob("*.*") if path.suffix != ".pyc"}
    assert (place / "helpers" / "labs" / "frames.js").is_file()


def test_a_lab_opens_from_it(place, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(place)}
    out = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, cwd=tmp_path, env=environment)
    found = [place / package / "__init__.py" for package in ("helpers", "course_server")]
    assert out.stdout.splitlines() == [*map(str, found), "True"], out.stderr
