"""What of a cell of prose stands on a slide: a class can read a heading, a list or a formula, but not a page."""

import re
from collections.abc import Iterator
from typing import NamedTuple

SHORT = 60  # words of a cell that is shown whole
SENTENCE = 45  # words of a paragraph that may be shown from a longer one
ROOM = 130  # words on a slide
_KINDS = {
    "heading": r"#{1,6} ",
    "part": r"> \*\*Part \d",
    "quote": r">",
    "list": r"(-|\d+\.) ",
    "table": r"\|",
    "formula": r"\$\$|\\begin",
    "picture": r"!\[",
    "code": r"```",
    "description": r"\*Picture:\*",
    "references": r"\*References?\.\*",
    "html": r"<",
}
_ALWAYS = {"heading", "part", "quote", "list", "table", "formula", "picture", "code"}
_NEVER = {"description", "references", "html"}
_WEIGHTS = {"heading": 6, "formula": 14, "picture": 60, "list": 4}  # in words, besides those of the text
_TITLE = ("heading", "paragraph", "part")
_STOP = re.compile(r"\s*\*You may stop here\*.*", re.DOTALL)
_MINUTES = re.compile(r"(\?)? \(about \d+ minutes\)\.")


class Block(NamedTuple):
    """A paragraph, a formula, an item of a list, ...: its kind and its Markdown."""

    kind: str
    text: str

    @property
    def words(self) -> int:
        """The number of its words."""
        return len(self.text.split())

    @property
    def room(self) -> int:
        """The room that it takes on a slide, in words."""
        words = 0 if self.kind in ("formula", "picture") else self.words
        return words + _WEIGHTS.get(self.kind, 0)


def blocks(source: str) -> list[Block]:
    """Return the blocks of a cell of prose; each item of a list is one."""
    return [Block(_kind(text), text) for text in _texts(source)]


def _texts(source: str) -> Iterator[str]:
    """Yield the texts between blank lines, headings apart from what follows, and the items of lists one by one."""
    fenced = re.split(r"(^```.*?^```$|^<details>.*?^</details>$)", source, flags=re.MULTILINE | re.DOTALL)
    for k, part in enumerate(fenced):
        if k % 2:
            yield part
            continue
        apart = re.sub(r"^(#{1,6} .*)$", r"\n\1\n", part, flags=re.MULTILINE)
        for text in re.split(r"\n\s*\n", apart):
            items = re.split(r"\n(?=(?:-|\d+\.) )", text.strip("\n"))
            yield from (item for item in items if item.strip())


def _kind(text: str) -> str:
    return next((kind for kind, begins in _KINDS.items() if re.match(begins, text)), "paragraph")


def choose_title(source: str) -> tuple[list[Block], list[Block]]:
    """Return what stands on the first slide, and what its speaker reads: the heading, and what the chapter is about.

    That is the first part with the bold words at the start of the text, or without parts the first paragraph.
    """
    found = blocks(source)
    heading, about, part = (next((one for one in found if one.kind == kind), None) for kind in _TITLE)
    if part and about and (bold := re.match(r"\*\*.*?\*\*", about.text, re.DOTALL)):
        shown = [heading, Block("paragraph", bold[0]), _trimmed(part)]
    else:
        shown = [heading, _trimmed(part) if part else about]
    return [block for block in shown if block], [block for block in found if block not in (heading, part, *shown)]


def choose(source: str) -> tuple[list[Block], list[Block]]:
    """Return the blocks of a cell that stand on its slide, and those that only its speaker reads.

    A short cell stands there whole. Of a longer one paragraphs are left out, except those that introduce what follows,
    ending in a colon, and short ones with bold words; if that leaves only headings, the first paragraph stays.
    Descriptions of pictures, references and HTML are never shown.
    """
    found = blocks(source)
    short = sum(block.words for block in found if block.kind not in _NEVER | {"heading"}) <= SHORT
    shown = [block for block in found if _is_shown(block, short)]
    if shown and _introduces(shown[-1]):
        shown.pop()  # what it introduces is in the next cell
    if all(block.kind in ("heading", "part") for block in shown):
        paragraphs = [block for block in found if block.kind == "paragraph"]
        first = next((block for block in paragraphs if not _introduces(block)), next(iter(paragraphs), None))
        shown = [block for block in found if block in shown or block is first]
    hidden = [block for block in found if block not in shown]
    return [_trimmed(block) for block in shown], hidden


def _is_shown(block: Block, short: bool) -> bool:
    if block.kind != "paragraph":
        return block.kind in _ALWAYS
    return short or (block.words <= SENTENCE and (_introduces(block) or "**" in block.text))


def _introduces(block: Block) -> bool:
    return block.kind == "paragraph" and block.text.rstrip().endswith(":")


def _trimmed(block: Block) -> Block:
    """Leave out of the announcement of a part how long it takes, and what to do after the part before."""
    if block.kind != "part":
        return block
    return Block(block.kind, _MINUTES.sub(lambda found: found[1] or ".", _STOP.sub("", block.text)))


def pages(shown: list[Block]) -> list[list[Block]]:
    """Divide blocks into those of one slide each: the announcement of a part alone, others as many as have room."""
    found = [[]]
    for block in shown:
        here, room = found[-1], sum(other.room for other in found[-1]) + block.room
        is_full = room > ROOM and any(other.kind != "heading" for other in here)
        if here and (is_full or "part" in (block.kind, here[-1].kind)) and here[-1].kind != "heading":
            found.append([])
        found[-1].append(block)
    return found


def markdown(page: list[Block]) -> str:
    """Return blocks as Markdown again; the items of a list stay one list."""
    text = ""
    for before, block in zip([None, *page], page, strict=False):
        joint = "\n" if before and before.kind == block.kind == "list" else "\n\n"
        text += (joint if before else "") + block.text
    return text
