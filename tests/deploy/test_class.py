"""The parts of the class test that need no hub; `make class` is the test itself."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.class_test.chapter import boxes, comparable, move_control, run_chapter, stored
from deploy.class_test.figures import CORES, GIGABYTES, SYSTEM, capacity, table
from deploy.class_test.kernel import CellError
from deploy.class_test.reach import closed, script

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="only there students have user ids of their own")


class FakeKernel:
    """Answers each cell with what was given for it, or raises it; brings new pictures when a box is changed."""

    def __init__(self, answers=(), models=None, new=None):
        self.answers, self.models, self.new, self.changed = iter(answers), models or {}, new, None

    def run(self, code):
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def change(self, widget, arrived, **state):
        self.changed = (widget, state)
        self.models["frames"] |= self.new["content"]["data"]["state"]
        assert arrived(self.new)
        return self.new


def notebook(*texts):
    outputs = [[{"output_type": "stream", "name": "stdout", "text": text}] if text else [] for text in texts]
    return {"cells": [{"cell_type": "code", "source": "x", "outputs": given} for given in outputs]}


def test_a_chapter_must_print_what_is_stored():
    assert run_chapter(FakeKernel(["1\n", ""]), notebook("1\n", "")) == 2
    with pytest.raises(RuntimeError, match=r"cell 2 prints '3\\n', and stored is '2\\n'"):
        run_chapter(FakeKernel(["1\n", "3\n"]), notebook("1\n", "2\n"))


def test_a_cell_that_fails_is_named():
    with pytest.raises(RuntimeError, match=r"cell 2 of 2 fails: ZeroDivisionError: division by zero"):
        run_chapter(FakeKernel(["", CellError("ZeroDivisionError", "division by zero")]), notebook("", ""))


def test_what_depends_on_the_machine_is_not_compared():
    assert comparable("a\nmeasured 0.3\nb") == comparable("a\nmeasured 0.4\nb") != comparable("a\nmeasured 0.4\nc")
    lines = {"outputs": [{"name": "stdout", "text": ["a\n", "b\n"]}, {"name": "stderr", "text": "c"}]}
    assert stored(lines) == "a\nb\n"


def lab(value=20):
    return {
        "box": {"children": ["IPY_MODEL_frames", "IPY_MODEL_row"]},
        "frames": {"_sizes": [8], "readout": ["before"]},
        "row": {"children": ["IPY_MODEL_menu", "IPY_MODEL_n"]},
        "menu": {"_model_name": "DropdownModel"},
        "n": {"_model_name": "BoundedIntTextModel", "description": "n", "min": 20, "value": value, "max": 30},
        "other": {"children": ["IPY_MODEL_menu", "IPY_MODEL_n"]},
    }


def pictures(png=b"\x89PNG\r\n..", readout="after"):
    data = {"state": {"_sizes": [8], "readout": [readout]}, "buffer_paths": [["_buffer"]]}
    return {"content": {"comm_id": "frames", "data": data}, "buffers": [png]}


def test_the_labs_of_a_notebook_and_their_first_box():
    assert boxes(lab()) == {"frames": "n"}


@pytest.mark.parametrize(("value", "wanted"), [(20, 21), (25, 24)])
def test_a_control_is_moved_within_its_range(value, wanted):
    kernel = FakeKernel(models=lab(value), new=pictures())
    assert move_control(kernel).startswith(f"n = {wanted}: 1 new pictures")
    assert kernel.changed == ("n", {"value": wanted})


@pytest.mark.parametrize("new", [pictures(png=b"........"), pictures(png=b"\x89PNG\r\n"), pictures(readout="before")])
def test_pictures_must_be_pictures_all_of_them_and_new(new):
    with pytest.raises(RuntimeError, match="n = 21 does not bring new pictures"):
        move_control(FakeKernel(models=lab(), new=new))


def test_a_chapter_without_a_lab_is_refused():
    with pytest.raises(RuntimeError, match="no lab with a box"):
        move_control(FakeKernel(models={"n": lab()["n"]}))


def test_the_scarcer_of_memory_and_cores_decides():
    costs = {"memory": 0.5, "rest": 0.2, "seconds": 30}
    assert capacity(2, 8, **costs) == int((8 - SYSTEM - 0.2) / 0.5) == 13
    assert capacity(2, 64, **costs) == 20  # 2 cores for 300 s, 30 s each
    assert capacity(2, 1, **costs) == 0


def test_the_table_has_a_row_for_cores_and_a_column_for_memory():
    rows = [line.split("|")[2:-1] for line in table(0.5, 0.2, 30).splitlines()[2:]]
    assert [[int(cell) for cell in row] for row in rows] == [
        [capacity(cores, gigabytes, 0.5, 0.2, 30) for gigabytes in GIGABYTES] for cores in CORES
    ]


@linux
def test_the_first_directory_that_others_may_not_enter():
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        outer = Path(name).resolve()
        inner = outer / "a" / "b"
        inner.mkdir(parents=True)
        for path in (outer, inner.parent, inner):
            path.chmod(0o755)
        assert closed(inner) is None
        inner.parent.chmod(0o700)
        assert closed(inner) == inner.parent


@linux
def test_nothing_is_mounted_where_all_is_open(monkeypatch):
    monkeypatch.setattr("deploy.class_test.reach.closed", lambda path: None)
    assert script([ROOT], ROOT).splitlines() == ["set -e", "umask 022", 'exec "$@"']


@linux
def test_a_closed_directory_is_hidden_once_and_shows_what_is_needed(monkeypatch):
    monkeypatch.setattr("deploy.class_test.reach.closed", lambda path: Path("/closed"))
    lines = script([Path("/closed/python"), Path("/closed/course")], Path("/aside")).splitlines()
    assert [line for line in lines if "tmpfs" in line] == ["mount -t tmpfs -o mode=755 none '/closed'"]
    hidden = lines.index("mount -t tmpfs -o mode=755 none '/closed'")
    for number, path in enumerate(("/closed/python", "/closed/course")):
        assert lines.index(f"mount --bind '{path}' '/aside/{number}'") < hidden
        assert lines.index(f"mount --bind '/aside/{number}' '{path}'") > hidden


def test_fewer_than_three_students_are_no_class():
    command = [sys.executable, "-m", "deploy.class_test", "--students", "2"]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert out.returncode == 2
    assert "--students must be at least 3, got 2" in out.stderr
