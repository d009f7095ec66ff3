"""Chapters with other random numbers: which seeds are moved, and what is reported."""

import ast
import runpy
from pathlib import Path

import nbformat
import pytest

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "reseed.py"))
reseeded, failures = TOOL["reseeded"], TOOL["failures"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SEED = 3", "SEED = 103"),
        ("%config A.b = 3", "get_ipython().run_line_magic('config', 'A.b = 3')"),
        ("seeds = 3", "seeds = 3"),
        ("load_digits(seed=2, n=2)", "load_digits(seed=102, n=2)"),
        ("load_digits(seed=SEED)", "load_digits(seed=SEED)"),
        ("torch.Generator().manual_seed(1)", "torch.Generator().manual_seed(101)"),
        ("for seed in range(8): f(seed)", "for seed in [_seed + 100 for _seed in range(8)]: f(seed)"),
        ("[f(seed) for seed in (2, 3)]", "[f(seed) for seed in [_seed + 100 for _seed in (2, 3)]]"),
        ("[f(k) for k in range(8)]", "[f(k) for k in range(8)]"),
    ],
)
def test_seeds_are_moved_and_other_numbers_are_not(before, after):
    assert reseeded(before, 100) == ast.unparse(ast.parse(after))


def test_a_failing_assert_prints_a_line_and_the_rest_of_the_cell_runs(capsys):
    source = "assert 1 > 2, 'no'\nnp.testing.assert_allclose(1, 2)\nprint('on')"
    exec(reseeded(source, 100), {"np": __import__("numpy")})
    assert capsys.readouterr().out.splitlines() == [
        "reseed: assert 1 > 2, 'no'",
        "reseed: np.testing.assert_allclose(1, 2)",
        "on",
    ]


def test_a_chapter_reports_what_fails_in_it_and_is_not_changed(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("# A chapter"),
        nbformat.v4.new_code_cell("from helpers import sweep_weight_decay, synthetic_regression\nSEED = 0"),
        nbformat.v4.new_code_cell(
            "made = []\ndef data(seed):\n    made.append(seed)\n    return synthetic_regression(20, seed=seed)\n"
            "sweep_weight_decay(data, [0], num_epochs=1, num_seeds=2)\n"
            "assert SEED == 0, 'the first'\nassert made == [100, 101]"
        ),
        nbformat.v4.new_code_cell("undefined"),
    ]
    path = tmp_path / "made.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_bytes()
    assert list(failures(path, 100)) == [
        "[2] assert SEED == 0, 'the first'",
        "[3] NameError: name 'undefined' is not defined",
    ]
    assert path.read_bytes() == before
