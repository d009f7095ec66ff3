"""The prose of a chapter: from Markdown to HTML, with formulas, links between pages, and pictures beside them."""

import html
import re
from collections.abc import Callable

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from tools.site.formulas import as_text, mathml

DESCRIPTION = "*Picture:*"  # begins a paragraph that describes a picture
LONG = 30  # letters of a formula in a line that may be wider than a phone
_SECTION = re.compile(r"(\d+\.\d+)$")


def plain(page: str) -> str:
    """Return the text of a piece of HTML in one line, without its tags, and with formulas as one types them."""
    page = re.sub("<math.*?</math>", lambda formula: as_text(formula[0]), page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub("<[^>]*>", "", page)).split())


def descriptions(source: str) -> list[str]:
    """Return the paragraphs of a Markdown cell that describe a picture, as plain texts."""
    found = [part.strip() for part in re.split(r"\n\s*\n", source) if part.strip().startswith(DESCRIPTION)]
    return [plain(Prose().html(part.removeprefix(DESCRIPTION))) for part in found]


class Prose:
    """Turn the Markdown cells of a chapter into HTML, and keep what their headings are.

    Parameters
    ----------
    picture : function of (path, alternative text) -> HTML
        Puts a picture that the prose shows beside the page.

    Attributes
    ----------
    headings : list of (level, id, text)
        In the order of the chapter.
    """

    def __init__(self, picture: Callable[[str, str], str] | None = None):
        self.headings: list[tuple[int, str, str]] = []
        self._markdown = MarkdownWithMath(renderer=_Renderer(self.headings, picture))

    def html(self, source: str) -> str:
        """Return a Markdown cell as HTML."""
        return self._markdown.render(source)


class _Renderer(IPythonRenderer):
    """How each part of a Markdown cell is written as HTML."""

    def __init__(self, headings: list, picture: Callable[[str, str], str] | None):
        super().__init__(escape=False, exclude_anchor_links=True)
        self._headings, self._picture = headings, picture

    def inline_math(self, body: str) -> str:
        formula = mathml(body, "inline")
        return f'<span class="long scroll">{formula}</span>' if len(as_text(formula)) > LONG else formula

    def block_math(self, body: str) -> str:
        return f'<span class="formula scroll">{mathml(body, "block")}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def heading(self, text: str, level: int, **attrs: object) -> str:
        name = plain(text)
        number = re.match(r"\d+\.\d+", name)
        anchor = f"s{number[0]}" if number else re.sub(r"\W+", "-", name.lower()).strip("-")
        self._headings.append((level, anchor, name))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def paragraph(self, text: str) -> str:
        if text.startswith("<em>Picture:</em>"):
            hidden = "" if "<a " in text else ' aria-hidden="true"'  # the picture says it already
            return f'<p class="description"{hidden}>{text}</p>\n'
        return super().paragraph(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Lead to the page of another chapter, and to the section whose number the link names."""
        if chapter := re.fullmatch(r"([\w.]+)\.ipynb(#cell-id=[\w-]+)?", url):
            section = _SECTION.search(plain(text))
            url = f"{chapter[1]}.html" + (f"#s{section[1]}" if section else "")
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if not text.strip():
            raise ValueError(f"{url} must have a text that describes the picture, got none: ![text]({url})")
        return self._picture(url, plain(text))

    def table(self, text: str) -> str:
        return f'<div class="scroll"><table>\n{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head and text else "td"  # an empty heading would be read as one
        scope, place = ' scope="col"' if tag == "th" else "", f' class="{align}"' if align else ""
        return f"  <{tag}{scope}{place}>{text}</{tag}>\n"
