"""The notes of a teacher's guide, section by section."""

import re
from pathlib import Path

_HEADING = re.compile(r"^#{1,6} +(.*)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"(\d+\.\d+)\b")


def notes_of(guide: Path) -> dict[str, str]:
    """Return what a guide says about each section, as Markdown: {"3.2": ...}; what stands before the first is at "".

    A section begins at a heading of any level that begins with its number, and ends at the next such heading, or at one
    of the same level or above. Without a guide there are no notes.
    """
    if not guide.is_file():
        return {}
    text = guide.read_text(encoding="utf-8")
    code = _FENCE.sub(lambda fence: " " * len(fence[0]), text)  # a comment there is no heading
    headings = [*_HEADING.finditer(code)]
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    notes, number, depth = {}, "", 0
    for heading, end in zip(headings, ends, strict=False):
        level, found = len(heading[0]) - len(heading[0].lstrip("#")), _NUMBER.match(heading[1])
        if found:
            number, depth = found[1], level
        elif level <= depth:
            number = None  # a part of the guide that is about no section
        title = "" if found or level == 1 else f"**{heading[1].strip()}**\n\n"
        if number is not None:
            notes[number] = notes.get(number, "") + title + text[heading.end() : end].strip() + "\n\n"
    return {section: said.strip() for section, said in notes.items() if said.strip()}
