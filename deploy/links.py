"""Print links that open the course: on a hub, on Binder and on Colab.

Run it by ``python deploy/links.py --repo https://github.com/OWNER/NAME --hub https://hub.example.org``, with the public
address of your copy of the project.
"""

import argparse
from urllib.parse import quote, urlencode, urlsplit

FIRST = "notebooks/00_start_here.ipynb"
BINDER = {"github.com": "gh", "gitlab.com": "gl"}


def checked(address: str) -> str:
    """Return an address without what may end it, or raise a ValueError if it is no address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"an address must begin with http:// or https://, got {address!r}")
    return address.rstrip("/").removesuffix(".git")


def hub_link(hub: str, repo: str, branch: str, chapter: str = FIRST) -> str:
    """Return the link by which nbgitpuller copies the project into a student's home, or updates it, and opens it."""
    hub, repo = checked(hub), checked(repo)
    path = f"lab/tree/{repo.rpartition('/')[2]}/{chapter}"
    return f"{hub}/hub/user-redirect/git-pull?{urlencode({'repo': repo, 'branch': branch, 'urlpath': path})}"


def binder_link(repo: str, branch: str, chapter: str = FIRST) -> str:
    """Return the link to a server of Binder's that runs the project."""
    repo = checked(repo)
    parts = urlsplit(repo)
    kind, name = BINDER.get(parts.netloc, "git"), parts.path.strip("/")
    place = name if kind == "gh" else quote(name if kind == "gl" else repo, safe="")
    query = urlencode({"urlpath": f"lab/tree/{chapter}"})
    return f"https://mybinder.org/v2/{kind}/{place}/{quote(branch, safe='')}?{query}"


def colab_link(repo: str, branch: str, chapter: str = FIRST) -> str:
    """Return the link to a chapter on Colab, which reads GitHub only; else raise a ValueError."""
    parts = urlsplit(checked(repo))
    if parts.netloc != "github.com":
        raise ValueError(f"Colab opens notebooks from github.com, got {repo!r}: upload what deploy/colab.py writes")
    return f"https://colab.research.google.com/github{parts.path}/blob/{quote(branch, safe='')}/{chapter}"


def main() -> None:
    """Print the links."""
    parser = argparse.ArgumentParser(description="Print links that open the course.")
    parser.add_argument("--repo", required=True, help="public address of the project, as https://github.com/OWNER/NAME")
    parser.add_argument("--hub", help="address of your hub")
    parser.add_argument("--branch", default="main")
    parser.add_argument("--chapter", default=FIRST)
    parser.add_argument("--colab-chapter", help="a chapter that deploy/colab.py wrote, committed to the project")
    arguments = parser.parse_args()
    place = (arguments.repo, arguments.branch, arguments.chapter)
    try:
        if arguments.hub:
            print("hub:   ", hub_link(arguments.hub, *place))
        print("Binder:", binder_link(*place))
        if arguments.colab_chapter:
            print("Colab: ", colab_link(*place[:2], arguments.colab_chapter))
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
