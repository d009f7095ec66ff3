"""Formulas of the chapters, from TeX to MathML, so that no page loads a script to set them."""

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

# MathML Core has no bold and no double-struck letters; what it lacks, the style sheet and Unicode have.
_REPAIRS = {
    r'<mi mathvariant="bold">': '<mi mathvariant="normal" class="bold">',
    r'<mi mathvariant="bold-italic">': '<mi class="bold">',
    r'<mi mathvariant="double-struck">E</mi>': '<mi mathvariant="normal">&#x1D53C;</mi>',
    r"<mo>(&#x02016;)</mo>": r'<mo stretchy="false">\1</mo>',  # otherwise browsers stretch only one of the two
    r'<mo (minsize="[^>]*")>([)\]|]|&#x0007D;)</mo>': r'<mo form="postfix" stretchy="true" \1>\2</mo>',
    r"<mo>~</mo>": "<mo>&#x0223C;</mo>",
    r'<mtd columnalign="left">': '<mtd class="left">',
}

_JOINTS = {"msup": "^", "msub": "_", "msubsup": "_^", "munder": "_", "munderover": "_^"}
_SPACED = set("=≤≥<>≈∼~∈←→+−·")


def mathml(tex: str, display: str) -> str:
    """Return a formula as MathML; `display` is "inline" or "block".

    Raises
    ------
    ValueError
        If a command is not known, and would appear on the page as it is in the source.
    """
    page = convert(tex.strip(), display=display)
    for pattern, better in _REPAIRS.items():
        page = re.sub(pattern, better, page)
    if unknown := re.findall(r"\\\w+", re.sub("<[^>]*>", "", page)):
        raise ValueError(f"formula must use commands that latex2mathml knows, got {', '.join(unknown)} in {tex!r}")
    return page


def as_text(formula: str) -> str:
    """Return a formula in MathML as one would type it: λ = 1/2, w_1, ‖w‖^2."""
    return escape(" ".join(_text(ElementTree.fromstring(formula)).split()))


def _text(node: ElementTree.Element) -> str:
    tag, parts = node.tag.rpartition("}")[2], [_text(child) for child in node]
    if tag in _JOINTS and len(parts) > 1:
        return parts[0] + "".join(joint + _grouped(part) for joint, part in zip(_JOINTS[tag], parts[1:], strict=True))
    if tag == "mfrac":
        return "/".join(map(_grouped, parts))
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    text = (node.text or "").strip("\n") + "".join(parts)
    return f" {text} " if tag == "mo" and text in _SPACED else text + " " * (text == ",")


def _grouped(text: str) -> str:
    return text if len(text.strip()) < 2 or text.isalnum() else f"({text})"
