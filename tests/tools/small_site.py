"""A small chapter with all that pages can hold, for tests of what is written and of what a browser makes of it."""

from collections.abc import Callable
from pathlib import Path

import nbformat
from PIL import Image

from tools.site.build import build

_CELLS = r"""
# 1 · A *small* chapter

The price is $\lambda\lVert\mathbf w\rVert^2$, and the variance
$\operatorname{Var}[h'] = \mathbb E[h'^2] - h^2 = \frac{h^2}{1-p} - h^2 = \frac{p}{1-p}\,h^2$,
see [1.2](made.ipynb) or [the start](made.ipynb).
%%
## 1.1 What is drawn

$$\left(\tfrac1n \mathbf X^\top\mathbf X\right)_{ij} \ge 0 .$$
%%
import matplotlib.pyplot as plt

for i in range(2):
    plt.figure(facecolor="white")
    plt.plot([i, 1])
    plt.show()
%%
print("done, and " + "very long " * 20)
%%
*Picture:* A line that rises from 0 to 1, at $\lambda = 0$.

*Picture:* A "flat" line.

Both are lines.
%%
import torch

from helpers.drawing.canvas import make_figure, render
from helpers.drawing.figures import draw_final
from helpers.labs import Lab, Scene, by_point, integer
from helpers.sliders import axis

AXES, TEST = (axis("λ", (0, 1, 2, 5)), axis("p", (0, 0.25, 0.5), 0.5)), {"test": "#c8470a"}


def make(seed):
    loss = torch.rand(12, generator=torch.Generator().manual_seed(seed))
    figure, axes = make_figure(840, 300, 1, 2)
    final, pairs = {"test": loss[None].numpy()}, axis("pair", range(12))
    drawings = [draw_final(ax, final, TEST, pairs, "loss", xlabel="pair") for ax in axes]
    texts = [f"At pair {i} the loss is {each:.3f}." for i, each in enumerate(loss)]
    return Scene(by_point({"loss": loss}), render(figure, drawings, 12), texts)


lab = Lab(make, *AXES, name="WeightDecayLab", seed=integer("seed", 1, 0, 9))
lab
%%
closed = Lab(make, *AXES, name="closed", seed=integer("seed", 2, 0, 9))
display(closed)
closed.close()
%%
## 1.2 What you expect

| | value |
| --- | ---: |
| a | ![A small picture](pictures/a.png) |

> **Predict.** Up or down?
%%
from helpers import Prediction

runs = [[3, 2, 1, 1.5], [3.2, 2.2, 1.1, 1.4]]
Prediction("What will it cost?", [0, 1, 2, 3], runs, ylabel="loss", xlabel="λ")
%%
from helpers import Question

answers = {"yes": (1 > 0, "It is."), "no": (False, "It is not."), "who knows": (False, "We do.")}
Question("Is it < 1?", answers)
%%
<details><summary>Solution</summary>

```python
return w * (1 - lr * lambd)
```
</details>
"""
CHAPTER = _CELLS.strip().split("\n%%\n")


def write_chapter(place: Path, cells: list[str] = CHAPTER, name: str = "made") -> Path:
    """Write a chapter whose Markdown cells are those that do not look like Python, with a picture beside it."""
    (place / "pictures").mkdir(exist_ok=True)
    Image.new("RGB", (40, 20), "red").save(place / "pictures" / "a.png")
    new = {True: nbformat.v4.new_markdown_cell, False: nbformat.v4.new_code_cell}
    made = [new[text[0] in "#*<"](text) for text in cells]
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for i, cell in enumerate(made):
        cell["id"] = f"cell-{i}"
    nbformat.write(notebook, place / f"{name}.ipynb")
    return place / f"{name}.ipynb"


def build_small(place: Path, labs: tuple[str, ...] = (), complain: Callable[[str], None] | None = None) -> Path:
    """Build the pages of the small chapter and return their folder."""
    path = write_chapter(place)
    build(place / "site", [path], date="2026-01-31", labs=labs, complain=complain)
    return place / "site"
