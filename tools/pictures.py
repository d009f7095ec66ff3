"""Make the pictures of the course map and of the README from the chapters' own: ``python tools/pictures.py``.

A chapter's picture is one of its stored outputs, made smaller; the animation is the λ lab, dragged from end to end.
"""

import io
from base64 import b64decode
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).parent.parent
MAP = ROOT / "notebooks" / "pictures"
ANIMATION = ROOT / ".github" / "drag-lambda.gif"
WIDTH = 520  # pixels: for a place of 260 on the page
# The output that represents a chapter: the last whose text begins like this.
CHOSEN = {
    "01_weight_decay_scratch": "ConstraintLab",
    "02_weight_decay_concise": "Animator(test)",
    "03_dropout_scratch": "DropoutMaskLab",
    "04_dropout_concise": "Animator",
    "05_l1_and_elastic_net": "PathLab",
    "06_choosing_lambda_and_p": "BiasVarianceLab",
    "07_dropout_and_weight_decay_together": "DecayDropoutLab",
    "08_dropout_at_test_time": "UncertaintyLab",
    "09_your_own": "NetLab",
    "10_project": "<Figure",
}


def stored_picture(chapter: str, text: str) -> Image.Image:
    """Return the last picture among a chapter's stored outputs whose text begins like this."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{chapter}.ipynb", as_version=4)
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    pngs = [data["image/png"] for data in outputs if "image/png" in data and data["text/plain"].startswith(text)]
    return Image.open(io.BytesIO(b64decode(pngs[-1]))).convert("RGB")


def thumbnail(chapter: str) -> bytes:
    """Return the small picture of a chapter, a PNG."""
    image = stored_picture(chapter, CHOSEN[chapter])
    image = image.resize((WIDTH, round(WIDTH * image.height / image.width)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return file.getvalue()


def animation() -> bytes:
    """Return the pictures of the λ lab, forwards and back, as a GIF."""
    from helpers import WeightDecayLab

    lab = WeightDecayLab("real overfitting")
    stills = [Image.open(io.BytesIO(png)).convert("RGB").reduce(2) for png in lab.frames.pngs[::2]]
    lab.close()
    palette = stills[0].quantize(128, Image.Quantize.MAXCOVERAGE)
    first, *rest = [still.quantize(palette=palette, dither=Image.Dither.NONE) for still in stills]
    rest += rest[-2::-1]
    file, ends = io.BytesIO(), {0: 1200, len(stills) - 1: 1200}
    durations = [ends.get(i, 120) for i in range(1 + len(rest))]  # milliseconds: the ends stay longer
    first.save(file, "gif", save_all=True, append_images=rest, duration=durations, loop=0)
    return file.getvalue()


if __name__ == "__main__":
    MAP.mkdir(exist_ok=True)
    for name in CHOSEN:
        (MAP / f"{name}.png").write_bytes(thumbnail(name))
    ANIMATION.write_bytes(animation())
