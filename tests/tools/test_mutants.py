"""The mutation tester on a project of its own, and its list of faults against this one."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import mutants

ROOT = Path(__file__).parents[2]
FAULTS = mutants.read_faults()

SOURCE = """
def double(n):
    return 2 * n

def unused():
    return 0

def steps():
    n = 3
    while n:
        n -= 1
"""
TESTS = """
from helpers.numbers import double, steps

def test_double():
    assert double(3) == 6

def test_steps():
    steps()
"""
LIST = """
[tests]
"helpers/numbers.py" = ["tests/test_numbers.py"]
"""
ENTRY = """
[[fault]]
name = "{name}"
file = "{file}"
before = "{before}"
after = "{after}"
"""


def entry(name, before, after, file="helpers/numbers.py", **more):
    lines = [f'{key} = "{value}"' for key, value in more.items()]
    return ENTRY.format(name=name, file=file, before=before, after=after) + "\n".join(lines)


@pytest.fixture
def project(tmp_path):
    """A package with one module and its tests, known to git in part."""
    root = tmp_path / "project"
    for name, text in {"__init__": "", "numbers": SOURCE}.items():
        (root / "helpers").mkdir(parents=True, exist_ok=True)
        (root / "helpers" / f"{name}.py").write_text(text)
    (root / "tests").mkdir()
    (root / "tests" / "test_numbers.py").write_text(TESTS)
    (root / ".gitignore").write_text("secret\n")
    (root / "secret").touch()
    for command in (["init", "-q"], ["add", "helpers"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


@pytest.fixture
def run(project, tmp_path, capsys, monkeypatch):
    """Return the exit status of the tool for a list of entries, and what it prints of each, by name."""
    monkeypatch.setattr(mutants, "PRELOADED", ["pytest"])  # this project needs no more
    for name in ("OMP_WAIT_POLICY", "TQDM_DISABLE", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "1")  # the tool changes these: put them back afterwards

    def call(*entries, arguments=()):
        path = tmp_path / "list.toml"
        path.write_text("\n".join([LIST, *entries]))
        status = mutants.main(arguments, project, path)
        printed = capsys.readouterr().out
        return status, {line.split()[3]: line for line in printed.splitlines() if " s  " in line}, printed

    return call


CAUGHT = entry("caught", "2 * n", "3 * n")
SURVIVOR = entry("survivor", "return 0", "return 1")


def test_a_fault_is_caught_by_name_or_survives_and_the_project_is_left_alone(project, run):
    status, lines, printed = run(CAUGHT, SURVIVOR)
    assert status == 1
    assert re.match(r"caught +\d+\.\d s  caught +tests/test_numbers.py::test_double$", lines["caught"])
    assert lines["survivor"].startswith("SURVIVED")
    assert printed.endswith("2 faults: 1 caught, 1 SURVIVED; 50.0% survived\n")
    assert (project / "helpers" / "numbers.py").read_text() == SOURCE


def test_a_survivor_with_a_reason_is_accepted_and_an_endless_loop_counts_as_caught(run):
    entries = [CAUGHT, entry("accepted", "return 0", "return 1", reason="nobody calls it")]
    status, lines, printed = run(*entries, entry("endless", "n -= 1", "n += 1"), arguments=["--timeout", "5"])
    assert status == 0
    assert lines["accepted"].endswith("nobody calls it")
    assert lines["endless"].startswith("timeout")
    assert "1 caught, 1 accepted, 1 timeout; 33.3% survived" in printed


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("3 * m", "2", "STALE .* must hold '3 [*] m' once, found 0 times"),
        ("return", "yield", "STALE .* once, found 2 times"),
        ("def double", "def triple", "BROKEN .* no test finished"),
    ],
)
def test_an_entry_that_is_no_fault_is_reported(run, before, after, verdict):
    status, lines, _ = run(entry("wrong", before, after))
    assert status == 1
    assert re.match(verdict, lines["wrong"])


def test_tests_that_fail_without_a_fault_catch_nothing(project, run):
    (project / "tests" / "test_numbers.py").write_text("def test(): assert 0")
    status, lines, printed = run(CAUGHT)
    assert (status, lines) == (1, {})
    assert "tests fail without any fault" in printed


def test_names_files_and_a_sample_choose(run):
    choose, make = mutants.chosen, mutants.Fault
    faults = [make(f"one-{i}", "helpers/one.py", "", "", []) for i in range(20)]
    faults.append(make("two", "helpers/two.py", "", "", []))
    assert choose(faults, ["*"], None, 0) == faults
    assert choose(faults, ["one-1", "*/two.py"], None, 0) == [faults[1], faults[20]]
    first, again, other = (choose(faults, ["one-*"], 5, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert first == [fault for fault in faults if fault in first], "in their order"
    assert len(first) == 5
    with pytest.raises(SystemExit, match="no fault is called three"):
        run(CAUGHT, arguments=["three"])


def test_the_copy_holds_what_git_knows_and_would_add(project, tmp_path):
    (project / "helpers" / "numbers.py").write_text("changed = True")
    mutants.copy_project(project, tmp_path / "copy")
    copied = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*.*")}
    assert copied == {".gitignore", "helpers/__init__.py", "helpers/numbers.py", "tests/test_numbers.py"}
    assert (tmp_path / "copy" / "helpers" / "numbers.py").read_text() == "changed = True"


# The list


def test_faults_have_names_of_their_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_listed_fault_can_be_put_in_and_has_tests(fault):
    source = (ROOT / fault.file).read_text(encoding="utf-8")
    faulty = mutants.changed(source, fault)
    if fault.file.endswith(".py"):
        compile(faulty, fault.file, "exec")
    assert fault.before != fault.after
    assert fault.tests
    for test in fault.tests:
        path, *names = re.sub(r"\[.*", "", test).split("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert all(re.search(rf"(def|class) {name}\b", text) for name in names), test
