"""The pictures of the map and of the README are those of the chapters as they are stored now."""

import re
import runpy
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
pictures = runpy.run_path(str(ROOT / "tools" / "pictures.py"))


@pytest.mark.parametrize("chapter", pictures["CHOSEN"])
def test_the_picture_of_a_chapter_is_up_to_date(chapter):
    stored = pictures["MAP"] / f"{chapter}.png"
    assert stored.read_bytes() == pictures["thumbnail"](chapter), "make notebooks"


def test_there_are_no_others():
    assert {path.stem for path in pictures["MAP"].iterdir()} == set(pictures["CHOSEN"])


def test_the_animation_goes_there_and_back_and_is_small():
    assert pictures["ANIMATION"].stat().st_size < 1_000_000
    with Image.open(pictures["ANIMATION"]) as image:
        stills = []
        for i in range(image.n_frames):
            image.seek(i)
            stills.append(hash(image.convert("RGB").tobytes()))
    assert stills[1:] == stills[:0:-1], "the first is not repeated: it follows the last"
    assert len(set(stills)) == len(stills) // 2 + 1 > 20


def test_the_pictures_of_the_readme_are_there():
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) >= 2
    assert all((ROOT / path).is_file() for path in shown)
    assert str(pictures["ANIMATION"].relative_to(ROOT).as_posix()) in shown
