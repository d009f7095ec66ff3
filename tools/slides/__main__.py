"""The command: ``python -m tools.slides [--date 2026-01-31] [--draft] slides notebooks/*.ipynb``."""

import argparse
import sys
from pathlib import Path

from tools.slides.build import build

parser = argparse.ArgumentParser(prog="python -m tools.slides", description="Make a deck of slides from each chapter.")
parser.add_argument("place", type=Path, help="where the decks go")
parser.add_argument("chapters", type=Path, nargs="+")
parser.add_argument("--date", help="shown on each first slide; by default that of the last commit")
parser.add_argument("--draft", action="store_true", help="only warn where a picture has no description")
given = parser.parse_args()
warn = (lambda problem: print(f"draft: {problem}", file=sys.stderr)) if given.draft else None
build(given.place, given.chapters, date=given.date, complain=warn)
