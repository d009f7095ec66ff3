"""Execute chapters with other random numbers, and report asserts that fail: ``tools/reseed.py --seeds 1,2 *.ipynb``.

A claim should not depend on luck. Set k of seeds moves every seed of a chapter by 100 k: ``SEED``, loops over seeds,
``seed=`` and ``manual_seed`` with a number, and the seeds of sweeps and labs. Nothing is stored.
"""

import argparse
import ast
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

STEP = 100  # between sets: no chapter draws more seeds than that in one loop
MARK = "reseed: "
# Executed before a chapter. Sweeps start at seed 0 by default, those of labs too.
SETUP = """
import helpers.sweeps.axes as _axes

_check_seeds = _axes.check_seeds
_axes.check_seeds = lambda seed, num_seeds=1: _check_seeds(seed or {offset}, num_seeds)
"""


class Reseed(ast.NodeTransformer):
    """Move the seeds of a cell's code, and make a failing assert print a line instead of stopping the chapter."""

    def __init__(self, offset: int):
        self.offset = offset

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if [ast.unparse(target) for target in node.targets] == ["SEED"]:
            node.value = self._moved(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for keyword in node.keywords:
            if keyword.arg == "seed":
                keyword.value = self._moved(keyword.value)
        if ast.unparse(node.func).endswith("manual_seed"):
            node.args = [self._moved(arg) for arg in node.args]
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        return self._loop(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return self._reported(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        self.generic_visit(node)
        is_check = isinstance(node.value, ast.Call) and "assert" in ast.unparse(node.value.func)
        return self._reported(node) if is_check else node

    def _loop(self, node: ast.For | ast.comprehension) -> ast.AST:
        """Move ``for seed in range(...)`` and ``for seed in (2, 3)``."""
        self.generic_visit(node)
        if ast.unparse(node.target) == "seed":
            node.iter = ast.parse(f"[_seed + {self.offset} for _seed in {ast.unparse(node.iter)}]", mode="eval").body
        return node

    def _moved(self, value: ast.expr) -> ast.expr:
        is_number = isinstance(value, ast.Constant) and isinstance(value.value, int)
        return ast.Constant(value.value + self.offset) if is_number else value

    def _reported(self, node: ast.stmt) -> ast.AST:
        text = f"{MARK}{' '.join(ast.unparse(node).split())}"
        caught = ast.parse(f"try: pass\nexcept AssertionError: print({text!r})").body[0]
        caught.body = [node]
        return caught


def reseeded(source: str, offset: int) -> str:
    """Return a cell's code with its seeds moved."""
    tree = ast.parse(TransformerManager().transform_cell(source))  # magics are not Python yet
    return ast.unparse(ast.fix_missing_locations(Reseed(offset).visit(tree)))


def failures(path: Path, offset: int) -> Iterator[str]:
    """Execute a chapter and yield a line for each assert that fails and each cell that stops."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = reseeded(cell.source, offset)
    setup = nbformat.v4.new_code_cell(SETUP.format(offset=offset))
    notebook.cells.insert(0, setup)
    options = {"timeout": 900, "allow_errors": True, "store_widget_state": False}
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}, **options).execute()
    for number, cell in enumerate(notebook.cells[1:]):  # numbered as they are stored, from 0
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"[{number}] {output.ename}: {output.evalue}"
            for line in output.get("text", "").splitlines():
                if line.startswith(MARK):
                    yield f"[{number}] {line.removeprefix(MARK)}"


def main() -> None:
    """Report what fails, and exit with status 1 if anything does."""
    parser = argparse.ArgumentParser(description="Execute chapters with other random numbers.")
    parser.add_argument("--seeds", default="1,2,3", help="which sets, as 1,2,3: set k moves each seed by 100 k")
    parser.add_argument("chapters", nargs="+", type=Path)
    arguments = parser.parse_args()
    os.environ |= {"TQDM_DISABLE": "1", "OMP_WAIT_POLICY": "PASSIVE"}  # for the kernels
    runs = [(path, int(k)) for path in arguments.chapters for k in arguments.seeds.split(",")]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda run: list(failures(run[0], STEP * run[1])), runs)
        count = 0
        for (path, k), lines in zip(runs, found, strict=True):
            print(f"{path.stem}, set {k}: {'every assert holds' if not lines else f'{len(lines)} failed'}", flush=True)
            print(*lines, sep="\n", end="\n" if lines else "", flush=True)
            count += len(lines)
    sys.exit(count > 0)


if __name__ == "__main__":
    main()
