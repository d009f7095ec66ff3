"""Build the whole site: chapters, labs, and shared files."""

import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from inspect import getdoc
from pathlib import Path

import helpers
from helpers.labs.words import WORDS
from tools.site.chapter import ROOT, execute
from tools.site.page import Page, lab_html
from tools.site.stills import record_lab
from tools.site.template import render, write_shared

LABS = tuple(name for name in helpers.__all__ if name.endswith("Lab"))
MOST = {"page": 1_000_000, "chapter": 8_000_000}  # bytes


def build(
    site: Path,
    chapters: Sequence[Path],
    *,
    date: str | None = None,
    labs: Sequence[str] = LABS,
    complain: Callable[[str], None] | None = None,
) -> None:
    """Execute chapters and write their pages, the pages of labs, and shared files; the first is the index too.

    Parameters
    ----------
    date : str, optional
        Shown on each page; by default that of the last commit, so that a commit's pages do not depend on the day.
    complain : function of a text, optional
        Called where a picture has no description, in place of raising an error.

    Raises
    ------
    ValueError
        If a picture has no description, or a page or a chapter is larger than `MOST` allows.
    """
    write_shared(site)
    made = made_with(date)
    titles = [{"name": path.stem, "title": title_of(path)} for path in chapters]
    for i, path in enumerate(chapters):
        print(path.stem, file=sys.stderr, flush=True)
        shutil.rmtree(site / path.stem, ignore_errors=True)
        around = {"previous": titles[i - 1] if i else None, "next": titles[i + 1] if path != chapters[-1] else None}
        page = Page(execute(path, site), path.parent, site, complain)
        text = render(
            "chapter.html",
            title=page.title,
            up="",
            body=page.body,
            headings=page.headings,
            name=path.stem,
            made=made,
            **around,
        )
        for name in (path.stem, "index") if i == 0 else (path.stem,):
            (site / f"{name}.html").write_text(text, encoding="utf-8")
        shutil.copyfile(path, site / path.name)
        _check_room(site, path.stem)
    _build_labs(site / "labs", labs, made)


def _build_labs(place: Path, names: Sequence[str], made: str) -> None:
    """Write a page for each lab in its initial state, and one that lists them."""
    place.mkdir(exist_ok=True)
    listed = []
    for name in names:
        print(name, file=sys.stderr, flush=True)
        make = getattr(helpers, name)
        lab, about = make(), re.sub(r" \(.*\)\.$", ".", getdoc(make).splitlines()[0])
        shutil.rmtree(place / name, ignore_errors=True)
        body = lab_html(record_lab(lab, place / name), "", "lab")
        lab.close()
        listed.append({"name": name, "about": about})
        text = render("lab_page.html", title=name, up="../", body=body, about=about, made=made)
        (place / f"{name}.html").write_text(text, encoding="utf-8")
    text = render("labs.html", title=WORDS["site"]["labs"], up="../", labs=listed, made=made)
    (place / "index.html").write_text(text, encoding="utf-8")


def title_of(path: Path) -> str:
    """Return the heading of the first level of a chapter that is not executed yet."""
    from nbformat import read

    text = "\n".join(cell.source for cell in read(path, as_version=4).cells if cell.cell_type == "markdown")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1] if found else path.stem


def made_with(date: str | None = None) -> str:
    """Return the sentence at the foot of each page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {"python": platform.python_version(), "torch": version("torch"), "helpers": project["version"]}
    return WORDS["site"]["made"].format(**parts, commit=_git("%h"), date=date or _git("%cs"))


def _git(form: str) -> str:
    """Return a field of the last commit, or "unknown" where there is no git."""
    try:
        command = ["git", "-C", str(ROOT), "log", "-1", f"--format={form}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() or "unknown"
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def sizes(site: Path, name: str) -> dict[str, int]:
    """Return the size in bytes of the page of a chapter, alone and with its pictures."""
    page = (site / f"{name}.html").stat().st_size
    files = [path for path in (site / name).rglob("*") if path.is_file()]
    return {"page": page, "chapter": page + sum(path.stat().st_size for path in files)}


def _check_room(site: Path, name: str) -> None:
    for what, size in sizes(site, name).items():
        if size > MOST[what]:
            most = f"{MOST[what] / 1e6:g} MB"
            raise ValueError(f"the {what} {name} must take at most {most}, got {size / 1e6:.2f} MB")
