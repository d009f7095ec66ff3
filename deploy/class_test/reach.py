"""Lets students reach Python and the course where these lie in a directory that only root may enter.

Students of the class test have user ids of their own. Where Python was installed below root's home, for example, they
could not start it. Then the hub starts in a mount namespace of its own, in which that directory holds nothing else.
"""

import os
import shutil
import stat
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def closed(path: Path) -> Path | None:
    """Return the first directory on the way to a path that others may not enter, if there is one."""
    on_the_way = [*reversed(path.parents), path]
    return next((place for place in on_the_way if not place.stat().st_mode & stat.S_IXOTH), None)


def needed() -> list[Path]:
    """Return what each student reads: Python, the project with its packages, and the images, if there are any."""
    images = os.environ.get("FASHION_MNIST_DIR")
    environment = (ROOT / ".venv").resolve()
    return [Path(sys.base_prefix).resolve(), ROOT, environment, *([Path(images).resolve()] if images else [])]


def script(paths: list[Path], aside: Path) -> str:
    """Return shell commands that open the way to each path in a closed directory, and to nothing beside it."""
    hidden = {path: place for path in paths if (place := closed(path))}
    lines = ["set -e", "umask 022"]
    for number, path in enumerate(hidden):
        lines += [f"mkdir '{aside}/{number}'", f"mount --bind '{path}' '{aside}/{number}'"]
    lines += [f"mount -t tmpfs -o mode=755 none '{place}'" for place in dict.fromkeys(hidden.values())]
    for number, path in enumerate(hidden):
        lines += [f"mkdir -p '{path}'", f"mount --bind '{aside}/{number}' '{path}'", f"umount '{aside}/{number}'"]
        lines += [f"rmdir '{aside}/{number}'"]
    return "\n".join([*lines, 'exec "$@"'])


def launcher(aside: Path) -> list[str]:
    """Return what to put before a command so that students reach what they need; nothing if they do anyway."""
    if os.geteuid() != 0 or not any(map(closed, needed())):
        return []
    if not shutil.which("unshare"):
        raise RuntimeError(f"students cannot enter {closed(needed()[0])}, and there is no `unshare` to open a way")
    return ["unshare", "--mount", "sh", "-c", script(needed(), aside), "sh"]
