"""The page of a chapter, cell by cell: code, prose, and outputs, with each picture in a file beside the page."""

import json
from base64 import b64decode
from collections.abc import Callable
from html import escape
from pathlib import Path

from nbconvert.filters import Highlight2HTML, ansi2html, strip_ansi

from course_server import WIDGET_VIEW
from helpers.labs.words import WORDS
from tools.site.chapter import Chapter
from tools.site.prose import Prose, descriptions
from tools.site.stills import write_webp
from tools.site.template import render

PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


class MissingDescriptionError(ValueError):
    """A picture has no text that describes it."""


class Cells:
    """Turn the cells of an executed chapter into HTML.

    Parameters
    ----------
    chapter : Chapter
    source : Path
        The folder where the chapter lies, with the pictures of its prose.
    site : Path
        The folder of the page.
    complain : function of a text
        Called where a picture has no description, in place of raising an error.

    Attributes
    ----------
    chapter : Chapter
    headings : list of (level, id, text)
        Of all prose so far.
    """

    def __init__(self, chapter: Chapter, source: Path, site: Path, complain: Callable[[str], None] | None = None):
        self.chapter, self._source, self._site, self._complain = chapter, source, site, complain
        self._highlight, self._prose = Highlight2HTML(), Prose(self._beside)
        self.headings = self._prose.headings
        self._alts, self._count = {}, 0
        self._find_descriptions()

    def prose(self, source: str) -> str:
        """Return Markdown as HTML."""
        return f'<div class="prose">\n{self._prose.html(source)}</div>'

    def code(self, i: int) -> str:
        """Return the source of cell i."""
        return self._highlight(self.chapter.cells[i].source, language="ipython3")

    def outputs(self, i: int) -> str:
        """Return what cell i put out.

        Raises
        ------
        MissingDescriptionError
            If a picture has no description and `complain` is not given.
        ValueError
            If there is an output that no page can show.
        """
        return "".join(self._output(output, i, k) for k, output in enumerate(self.chapter.cells[i].outputs))

    def _find_descriptions(self) -> None:
        """Give each picture the paragraph about it in the next cell of prose."""
        waiting = []
        for i, cell in enumerate(self.chapter.cells):
            if cell.cell_type == "code":
                waiting += [(i, k) for k, output in enumerate(cell.outputs) if self._is_plain_picture(output)]
            elif cell.cell_type == "markdown" and waiting:
                self._alts.update(zip(waiting, descriptions(cell.source), strict=False))
                waiting = []

    def _widget(self, output: dict) -> dict | None:
        """Return what is known of the widget that an output shows."""
        return self.chapter.widgets.get(output.get("data", {}).get(WIDGET_VIEW, {}).get("model_id"))

    def _is_plain_picture(self, output: dict) -> bool:
        """Return whether an output is a picture that does not describe itself."""
        kinds = [kind for kind in PICTURES if kind in output.get("data", {})]
        return bool(kinds) and not self._widget(output) and not own_alt(output, kinds[0])

    def _output(self, output: dict, i: int, k: int) -> str:
        if output.output_type == "stream":
            return f'<pre class="output {output.name}">{ansi2html(output.text.rstrip())}</pre>'
        data, where = output.get("data", {}), f"{self.chapter.name}, cell {i}"
        if widget := self._widget(output):
            return self._run(widget, output, i)
        if kind := next((kind for kind in PICTURES if kind in data), None):
            return self._picture(output, kind, i, k)
        if WIDGET_VIEW in data:
            raise ValueError(f"{where} shows {data['text/plain']}: a page runs only our own widgets")
        if "text/html" in data:
            return f'<div class="output scroll">{data["text/html"]}</div>'
        if "text/markdown" in data:
            return f'<div class="output">{self._prose.html(data["text/markdown"])}</div>'
        return f'<pre class="output">{escape(strip_ansi(data.get("text/plain", "")))}</pre>'

    def _picture(self, output: dict, kind: str, i: int, k: int) -> str:
        """Write a picture beside the page, and return its place on the page."""
        alt = own_alt(output, kind) or self._alts.get((i, k)) or self._undescribed(i)
        return f'<figure class="picture">{self._image(output, kind, alt)}</figure>'

    def _undescribed(self, i: int) -> str:
        problem = (
            f"{self.chapter.name}, cell {i}: the picture has no description; "
            "write a paragraph that begins with *Picture:* in the next cell of prose"
        )
        if self._complain is None:
            raise MissingDescriptionError(problem)
        self._complain(problem)
        return WORDS["site"]["draft"]

    def _image(self, output: dict, kind: str, alt: str) -> str:
        self._count += 1
        folder = self._site / self.chapter.name
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "image/svg+xml":
            path, size = folder / f"{self._count}.svg", {}
            path.write_text(output.data[kind], encoding="utf-8")
        else:
            path = folder / f"{self._count}.webp"
            image = write_webp(b64decode(output.data[kind]), path)
            size = {"width": image.width, "height": image.height}
        size |= {name: value for name, value in output.metadata.get(kind, {}).items() if name in ("width", "height")}
        return img(f"{self.chapter.name}/{path.name}", alt, **size)

    def _beside(self, url: str, alt: str) -> str:
        """Write a picture of the prose beside the page, where it has half as many CSS pixels as dots."""
        path = self._site / Path(url).with_suffix(".webp")
        path.parent.mkdir(parents=True, exist_ok=True)
        image = write_webp((self._source / url).read_bytes(), path)
        return img(path.relative_to(self._site).as_posix(), alt, width=image.width // 2, height=image.height // 2)

    def _run(self, widget: dict, output: dict, i: int) -> str:
        """Return a widget as it is without a script, and what the script needs to make it interactive."""
        if widget["widget"] == "Frames":
            return lab_html(widget, f"{self.chapter.name}/", f"lab-{i}")
        if widget["widget"] == "Question":
            still = self._prose.html(output.data["text/markdown"])
        else:
            still = self._image(output, "image/png", output.metadata["image/png"]["alt"])
        return render("widget.html", widget=widget, still=still, id=f"widget-{i}", state=in_script(widget["state"]))


class Page(Cells):
    """Turn an executed chapter into the parts of its page.

    Attributes
    ----------
    body : str
        The chapter as HTML.

    Raises
    ------
    ValueError
        If there is not exactly one heading of the first level, or what `Cells.outputs` raises.
    """

    def __init__(self, *given: object):
        super().__init__(*given)
        self.body = "\n".join(self._cell(i) for i in range(len(self.chapter.cells)))
        if (found := sum(level == 1 for level, *_ in self.headings)) != 1:
            name = self.chapter.name
            raise ValueError(f"{name} must have one heading of the first level, got {found}: it is the title")

    @property
    def title(self) -> str:
        """The heading of the first level, which is the title."""
        return next(text for level, _, text in self.headings if level == 1)

    def _cell(self, i: int) -> str:
        cell = self.chapter.cells[i]
        if cell.cell_type == "markdown":
            return self.prose(cell.source)
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        return f'<div class="cell">{self.code(i)}{self.outputs(i)}</div>'


def own_alt(output: dict, kind: str) -> str:
    """Return a picture's own description; "Animator(train, test)" does not count as one."""
    alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
    return "" if alt == output["data"].get("text/plain") else alt


def img(src: str, alt: str, **size: int) -> str:
    """Return a picture that is loaded only when it is about to come into view."""
    place = "".join(f' {name}="{value}"' for name, value in size.items())
    return f'<img src="{escape(src)}" alt="{escape(alt)}"{place} loading="lazy" decoding="async">'


def lab_html(lab: dict, base: str, name: str) -> str:
    """Return a lab as its current picture and sentence, with what the script needs to make sliders of it."""
    sets = {kind: size | {"folder": f"{base}{lab['folder']}/{kind}/"} for kind, size in lab["sets"].items()}
    state, at = in_script(lab["state"] | {"sets": sets}), lab["position"]
    now = {text: lab["state"][text][at] for text in ("alt", "readout")}
    return render("lab.html", lab=lab, sets=sets, state=state, id=name, at=at, now=now, alone=not base.count("/"))


def in_script(state: dict) -> str:
    """Return JSON that may stand in a script element."""
    return json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
