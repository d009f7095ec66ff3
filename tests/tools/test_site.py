"""The site: pages that are whole, repeat byte for byte, say what is to be seen, and ask nobody for anything."""

import io
import json
import re
from base64 import b64encode
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from PIL import Image, ImageChops

from tests.tools.small_site import build_small, write_chapter
from tools.site.build import LABS, build, made_with, sizes
from tools.site.chapter import Chapter
from tools.site.formulas import as_text, mathml
from tools.site.page import MissingDescriptionError, Page, in_script, own_alt
from tools.site.prose import Prose, descriptions
from tools.site.stills import write_webp
from tools.site.template import script

ROOT = Path(__file__).parents[2]
VOID = {"meta", "link", "img", "source", "input", "br", "hr", "rect", "path", "mspace"}


class Tree(HTMLParser):
    """A page read back: its elements with their attributes, and its text outside of code and scripts."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"code", "pre", "script", "style"} & set(self.open):
            self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The site of chapter 0, as it is."""
    place = tmp_path_factory.mktemp("first")
    build(place, [ROOT / "notebooks" / "00_start_here.ipynb"], labs=(), complain=lambda problem: None)
    return place


@pytest.fixture(params=["made", "00_start_here"])
def page(request):
    place = request.getfixturevalue("site" if request.param == "made" else "first")
    return place, (place / f"{request.param}.html").read_text(encoding="utf-8")


def cells_of(path):
    return nbformat.read(path, as_version=4).cells


def state(page, name):
    found = re.search(rf'<script type="application/json" id="{name}-state">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])


def test_a_page_is_built_as_a_page_should_be(page):
    _, text = page
    tree = Tree(text)
    assert not tree.open, "every element is closed"
    assert tree.all("html") == [{"lang": "en"}]
    assert len(tree.all("title")) == len(tree.all("h1")) == len(tree.all("main")) == 1
    ids = [attributes["id"] for _, attributes in tree.elements if "id" in attributes]
    assert max(Counter(ids).values()) == 1
    places = [attributes["href"][1:] for attributes in tree.all("a") if attributes["href"].startswith("#")]
    assert set(places) <= set(ids)
    assert {"text"} < set(places), "a skip link, and the contents"
    assert not [attributes for _, attributes in tree.elements if "tabindex" in attributes]
    levels = [int(tag[1]) for tag, _ in tree.elements if re.fullmatch("h[1-6]", tag)]
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_nothing_leads_away_but_links(page):
    place, text = page
    assert "base64" not in text
    for tag, attributes in Tree(text).elements:
        for name, value in attributes.items():
            if name in ("src", "srcset", "href", "data", "poster") and tag != "a":
                assert not re.match(r"\w+:|//", value), (tag, name, value)
                assert (place / value).is_file()
            elif name == "href" and not re.match("https?:|#|labs/", value) and value.endswith(".html"):
                assert re.fullmatch(r"[\w.]+\.html(#[\w.-]+)?", value), value
    for shared in ("style.css", "course.js"):
        assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", (place / shared).read_text("utf-8"))


def test_every_picture_says_what_is_to_be_seen_and_keeps_its_place(page):
    pictures = Tree(page[1]).all("img")
    assert pictures
    for picture in pictures:
        assert len(picture["alt"].split()) >= 3
        assert not re.search(r"[$\\<]", picture["alt"])
        assert int(picture["width"]) > 0
        assert int(picture["height"]) > 0
        assert picture["loading"] == "lazy"


def test_no_formula_is_left_as_it_is_in_the_source(page):
    assert not re.search(r"[$]|\\\w", Tree(page[1]).text)


def test_a_page_and_a_chapter_fit_on_a_slow_line(page):
    name = "made" if (page[0] / "made.html").exists() else "00_start_here"
    found = sizes(page[0], name)
    assert found["page"] <= 1_000_000
    assert found["chapter"] <= 8_000_000
    assert (page[0] / f"{name}.html").read_bytes() == (page[0] / "index.html").read_bytes()


def test_pictures_have_the_descriptions_of_the_next_prose_in_their_order(site):
    page = (site / "made.html").read_text(encoding="utf-8")
    alts = [picture["alt"] for picture in Tree(page).all("img")]
    assert alts[:2] == ["A line that rises from 0 to 1, at λ = 0.", 'A "flat" line.']
    assert page.count('<p class="description" aria-hidden="true">') == 2


def test_a_picture_without_a_description_stops_the_build_or_is_told_of(tmp_path):
    png = b64encode((write_chapter(tmp_path).parent / "pictures" / "a.png").read_bytes()).decode()
    chapter, told = made(tmp_path, ["# Title", "plot()", "## Nothing on it"], {"image/png": png}), []
    with pytest.raises(MissingDescriptionError, match=r"made, cell 1: .* begins with \*Picture:\*"):
        Page(chapter, tmp_path, tmp_path / "site")
    Page(chapter, tmp_path, tmp_path / "site", told.append)
    assert len(told) == 1


def made(place, cells, data=None):
    """Return a chapter that was not executed, and this as the output of its second cell."""
    found = cells_of(write_chapter(place, cells))
    if data:
        found[1].outputs = [nbformat.v4.new_output("display_data", data=data)]
    return Chapter("made", found, {})


def test_a_lab_has_its_state_and_two_sets_of_pictures_in_files(site):
    page = (site / "made.html").read_text(encoding="utf-8")
    lab = state(page, "lab-5")
    assert [axis["name"] for axis in lab["axes"]] == ["λ", "p"]
    assert (lab["shape"], lab["index"], lab["index_2"]) == ([4, 3], 0, 2)
    assert len(lab["readout"]) == len(lab["alt"]) == len(lab["table"]["rows"]) == 12
    shapes = {}
    for kind, pictures in lab["sets"].items():
        for i in range(12):
            with Image.open(site / pictures["folder"] / f"{i}.webp") as image:
                assert image.size == (2 * pictures["width"], 2 * pictures["height"])
        shapes[kind] = pictures["width"], pictures["height"]
    assert shapes["wide"] == (840, 300)
    assert shapes["narrow"][0] == 360
    assert shapes["narrow"][1] > 360, "two panels, one above the other"
    assert "needs a kernel is in the notebook: seed." in page


def test_without_a_script_a_lab_is_its_picture_and_its_sentence(site):
    page = (site / "made.html").read_text(encoding="utf-8")
    still = re.search(r'id="lab-5".*?</figure>', page, re.DOTALL)[0]
    assert 'src="made/lab-5/wide/2.webp"' in still
    assert 'srcset="made/lab-5/narrow/2.webp"' in still
    assert re.search(r"<figcaption>At pair 2 the loss is 0\.\d+\.</figcaption>", still)


def test_guesses_have_their_state_and_a_still_form(site):
    page = (site / "made.html").read_text(encoding="utf-8")
    assert state(page, "widget-8")["computed"]["runs"] == 2
    assert state(page, "widget-9")["right"] == 0
    assert re.search(r'id="widget-8".*?<img [^>]*alt="[^"]*What will it cost\?', page, re.DOTALL)
    assert "<strong>Is it &lt; 1?</strong>" in page


def test_a_lab_that_the_chapter_closed_costs_one_picture(site):
    assert not (site / "made" / "lab-6").exists()
    assert sum(1 for _ in (site / "made").rglob("*.webp")) == 2 * 12 + 2 + 1 + 1


def test_pictures_lose_nothing(tmp_path):
    image = Image.effect_noise((50, 40), 90).convert("RGB")
    file = io.BytesIO()
    image.save(file, "png")
    write_webp(file.getvalue(), tmp_path / "a.webp")
    with Image.open(tmp_path / "a.webp") as written:
        assert ImageChops.difference(image, written.convert("RGB")).getbbox() is None


def test_two_builds_are_the_same_byte_for_byte(site, tmp_path):
    again = build_small(tmp_path)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    commit = re.compile(rb"from commit \w+")  # somebody may commit between the two
    read = lambda place, name: commit.sub(b"", (place / name).read_bytes())  # noqa: E731
    assert not [name for name in files if read(site, name) != read(again, name)]


def test_the_page_says_what_it_was_made_with_and_leads_to_the_notebook(site):
    page = (site / "made.html").read_text(encoding="utf-8")
    assert re.search(
        r"Made with Python 3\.\d+\.\d+, PyTorch \d[\w.+]+ and helpers [\d.]+, from commit \w+, 2026-01-31\.", page
    )
    assert ("a", {"href": "made.ipynb", "download": None}) in Tree(page).elements
    assert (site / "made.ipynb").read_bytes() == (site.parent / "made.ipynb").read_bytes()
    assert re.search(r"\d{4}-\d\d-\d\d\.$", made_with())


def test_previous_and_next_lead_from_chapter_to_chapter(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.site.build.execute", lambda path, site: Chapter(path.stem, cells_of(path), {}))
    names = ["one", "two", "three"]
    paths = [write_chapter(tmp_path, [f"# {name}", "## more"], name) for name in names]
    build(tmp_path / "site", paths, labs=())
    rel = [
        re.findall(r'href="(\w+)\.html" rel="(\w+)"', (tmp_path / "site" / f"{name}.html").read_text())
        for name in names
    ]
    assert rel == [[("two", "next")], [("one", "prev"), ("three", "next")], [("two", "prev")]]


def test_a_lab_of_the_course_has_a_page_and_a_line_to_paste(tmp_path):
    build(tmp_path, [], labs=["DropoutMaskLab"], date="today")
    page = (tmp_path / "labs" / "DropoutMaskLab.html").read_text(encoding="utf-8")
    tree = Tree(page)
    (line,) = [attributes["value"] for attributes in tree.all("input")]
    assert re.fullmatch(r'<iframe src="labs/DropoutMaskLab\.html" title="DropoutMaskLab" [^>]*></iframe>', line)
    assert len(tree.all("h1")) == 1
    assert not tree.all("pre"), "no code"
    assert (tmp_path / "labs" / state(page, "lab")["sets"]["wide"]["folder"] / "0.webp").is_file()
    assert "DropoutMaskLab.html" in (tmp_path / "labs" / "index.html").read_text(encoding="utf-8")
    assert len(LABS) == 11


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["# One", "# Two"], "one heading of the first level, got 2"),
        (["# One", "IntSlider()"], "only our own widgets"),
        (["# One", "## $\\nosuchthing$"], "commands that latex2mathml knows, got .nosuchthing"),
        (["# One", "## Two\n\n![](pictures/a.png)"], "must have a text that describes the picture"),
    ],
)
def test_what_no_page_can_show_is_an_error_that_says_so(cells, problem, tmp_path):
    slider = {"application/vnd.jupyter.widget-view+json": {"model_id": "none"}, "text/plain": "IntSlider(value=0)"}
    chapter = made(tmp_path, cells, slider if "IntSlider()" in cells else None)
    with pytest.raises(ValueError, match=problem):
        Page(chapter, tmp_path, tmp_path / "site")


def test_links_lead_to_pages_and_to_the_section_that_they_name():
    page = Prose().html("[section 4.4](04_a.ipynb), [the start](00_b.ipynb), [4.5](https://x.org/y.ipynb)")
    assert re.findall('href="([^"]*)"', page) == ["04_a.html#s4.4", "00_b.html", "https://x.org/y.ipynb"]


def test_descriptions_are_plain_texts():
    source = "*Picture:* The loss *falls* to $\\frac12$\nat λ.\n\nMore.\n\n*Picture:* Two."
    assert descriptions(source) == ["The loss falls to 1/2 at λ.", "Two."]


def test_formulas_can_be_read_as_text():
    for tex, text in {
        r"\frac{p}{1-p}": "p/(1 − p)",
        r"\lVert\mathbf w\rVert^2 \le \theta": "‖w‖^2 ≤ θ",
        r"w_1, w_2": "w_1, w_2",
        r"\sqrt{2\lambda}": "√(2λ)",
        r"a < b": "a &lt; b",
    }.items():
        assert as_text(mathml(tex, "inline")) == text


def test_bold_letters_and_fences_are_set_as_browsers_can():
    page = mathml(r"\big(\mathbf w\big)^2 \sim \mathbb E\,\lVert x\rVert", "inline")
    assert '<mi mathvariant="normal" class="bold">w</mi>' in page
    assert 'form="postfix"' in page
    assert "&#x1D53C;" in page
    assert page.count('stretchy="false">&#x02016;') == 2


def test_every_formula_of_the_chapters_can_be_set():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        prose = Prose(lambda url, alt: "")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        page = "\n".join(prose.html("".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown")
        assert not re.search(r"[$]|\\\w", Tree(page).text), path


def test_the_script_is_one_classic_script():
    text = script()
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert set(re.findall(r"renderers\.(\w+) =", text)) == {"Frames", "Prediction", "Question"}


def test_no_state_ends_its_script():
    assert "</script" not in in_script({"a": "</script><b>"})
    assert json.loads(in_script({"a": "</script>"})) == {"a": "</script>"}


def test_the_name_of_an_animator_is_no_description():
    drawn = {"text/plain": "Animator(train, test)", "image/png": ""}
    named = {"data": drawn, "metadata": {"image/png": {"alt": "Animator(train, test)"}}}
    assert own_alt(named, "image/png") == ""
    described = {"data": drawn, "metadata": {"image/png": {"alt": "The loss falls."}}}
    assert own_alt(described, "image/png") == "The loss falls."
