"""Templates of pages, and the files that all pages share: style, script, icon."""

import re
from pathlib import Path

import jinja2

from helpers.labs.words import WORDS

HERE = Path(__file__).parent / "parts"
LABS = Path(__file__).parents[2] / "helpers" / "labs"
SCRIPTS = {"Frames": "frames.js", "Prediction": "prediction.js", "Question": "question.js"}
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=jinja2.StrictUndefined,
)


def render(template: str, **values: object) -> str:
    """Return a template with its placeholders filled in; texts are escaped unless the template says otherwise."""
    return TEMPLATES.get_template(template).render(words=WORDS["site"], **values)


def write_shared(site: Path) -> None:
    """Write the files that all pages share: a style sheet, one script that also loads from a USB stick, and an icon."""
    site.mkdir(parents=True, exist_ok=True)
    styles = [HERE / "style.css", LABS / "guessing.css"]
    (site / "style.css").write_text("\n".join(path.read_text(encoding="utf-8") for path in styles), encoding="utf-8")
    (site / "course.js").write_text(script(), encoding="utf-8")
    (site / "icon.svg").write_text((HERE / "icon.svg").read_text(encoding="utf-8"), encoding="utf-8")


def script() -> str:
    """Return the scripts of all widgets and that of the page as one script: pages opened as files load no modules."""
    widgets = []
    for name, file in SCRIPTS.items():
        text, found = re.subn(
            r"export default \{ render \};", "return render;", (LABS / file).read_text(encoding="utf-8")
        )
        if found != 1 or re.search(r"^\s*(import|export)\b", text, re.MULTILINE):
            raise ValueError(f"{file} must export `default {{ render }}` and import nothing: pages have no modules")
        widgets.append(f"renderers.{name} = (() => {{\n{text}\n}})();\n")
    page = (HERE / "page.js").read_text(encoding="utf-8")
    return '(() => {\n"use strict";\nconst renderers = {};\n' + "\n".join(widgets) + page + "})();\n"
