"""The links to a hub, to Binder and to Colab."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from deploy.links import FIRST, binder_link, colab_link, hub_link

ROOT = Path(__file__).parents[2]
REPO = "https://github.com/owner/course"


def test_the_first_chapter_is_there():
    assert (ROOT / FIRST).is_file()


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_a_hub_pulls_the_project_and_opens_the_chapter_in_its_folder(end):
    link = urlsplit(hub_link("https://hub.example.org/", REPO + end, "spring term"))
    assert link.geturl().startswith("https://hub.example.org/hub/user-redirect/git-pull?")
    query = {"repo": [REPO], "branch": ["spring term"], "urlpath": [f"lab/tree/course/{FIRST}"]}
    assert parse_qs(link.query) == query


@pytest.mark.parametrize(
    ("repo", "place"),
    [
        (REPO, "gh/owner/course"),
        ("https://gitlab.com/group/owner/course.git", "gl/group%2Fowner%2Fcourse"),
        ("https://git.example.org/course", "git/https%3A%2F%2Fgit.example.org%2Fcourse"),
    ],
)
def test_binder_is_told_where_a_project_lies(repo, place):
    link = binder_link(repo, "a/b")
    assert link.startswith(f"https://mybinder.org/v2/{place}/a%2Fb?")
    assert parse_qs(urlsplit(link).query) == {"urlpath": [f"lab/tree/{FIRST}"]}


def test_colab_opens_github_only():
    link = colab_link(f"{REPO}.git", "main", "colab/00_start_here.ipynb")
    assert link.endswith("/github/owner/course/blob/main/colab/00_start_here.ipynb")
    with pytest.raises(ValueError, match=r"from github\.com, got 'https://gitlab\.com/owner/course'"):
        colab_link("https://gitlab.com/owner/course", "main")


def run(*arguments):
    command = [sys.executable, str(ROOT / "deploy" / "links.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_script_prints_what_was_asked_for():
    out = run("--repo", REPO, "--hub", "https://hub.example.org", "--colab-chapter", "colab/a.ipynb").stdout
    assert [line.split()[0] for line in out.splitlines()] == ["hub:", "Binder:", "Colab:"]
    assert run("--repo", REPO).stdout == f"Binder: {binder_link(REPO, 'main')}\n"


def test_what_is_no_address_is_refused():
    out = run("--repo", "owner/course")
    assert out.returncode == 2
    assert "must begin with http:// or https://, got 'owner/course'" in out.stderr
