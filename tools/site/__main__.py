"""The command: ``python -m tools.site [--date 2026-01-31] [--draft] site notebooks/*.ipynb``."""

import argparse
import sys
from pathlib import Path

from tools.site.build import LABS, build

parser = argparse.ArgumentParser(prog="python -m tools.site", description="Publish chapters as pages.")
parser.add_argument("site", type=Path, help="where the pages go")
parser.add_argument("chapters", type=Path, nargs="+", help="the first is the index too")
parser.add_argument("--date", help="shown on each page; by default that of the last commit")
parser.add_argument("--draft", action="store_true", help="only warn where a picture has no description")
parser.add_argument("--labs", nargs="*", default=LABS, help="which labs get a page; by default all")
given = parser.parse_args()
warn = (lambda problem: print(f"draft: {problem}", file=sys.stderr)) if given.draft else None
build(given.site, given.chapters, date=given.date, labs=given.labs, complain=warn)
