"""The four files of Fashion-MNIST: found on disk or downloaded, verified, and read."""

import gzip
import os
import sys
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

# Where the files are downloaded from, in this order. Both sites belong to the data set's authors.
MIRRORS = (
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
# MD5 of each file as its authors publish it: training images and labels, test images and labels.
FILES = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
# Seconds to connect, and seconds without a byte: a learner without network is not kept waiting.
TIMEOUT = (5, 30)
ADVICE = "Put the four *-ubyte.gz files there, or set the environment variable FASHION_MNIST_DIR to where they are."

# The original MNIST, for one, has the same file names.
FOREIGN = "an intact file of another data set"

_failures: dict[Path, str] = {}  # why no mirror helped the last time, by directory


class DataUnavailableError(OSError):
    """Say why Fashion-MNIST can neither be read nor downloaded, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Fashion-MNIST is not available: {reason}. {ADVICE}")


def data_directory(root: str | os.PathLike | None = None) -> Path:
    """Return `root`, else ``FASHION_MNIST_DIR`` of the environment, else a directory in the user's cache."""
    import pooch  # here, not above: other data do not need it

    place, env = (root, None) if root else (pooch.os_cache("regularization-hands-on"), "FASHION_MNIST_DIR")
    return pooch.create(place, base_url="", env=env).abspath


def are_here(directory: Path) -> bool:
    """Whether all four files are in the directory; their contents are not verified, which would take time."""
    return all((directory / name).is_file() for name in FILES)


def fetch(directory: Path, *, retry: bool = True) -> list[Path]:
    """Return the paths of the four files, each verified by its MD5; download those that are missing or damaged.

    Parameters
    ----------
    directory : Path
        Where the files are, or will be. It need not be writable if all four are there.
    retry : bool
        Whether to try the network again after it has failed in this process.

    Raises
    ------
    DataUnavailableError
        If a file is missing or damaged and cannot be downloaded: forbidden by ``FASHION_MNIST_DOWNLOAD=0``, directory
        not writable, or no mirror that has it. A damaged file is deleted, unless downloading is forbidden; an intact
        file of another data set is left alone.
    """
    try:
        faults = _find_faults(directory)
    except OSError as error:
        raise DataUnavailableError(f"the files cannot be read ({error})") from error
    if faults:
        where = _describe(faults, directory)
        if FOREIGN in faults.values():
            raise DataUnavailableError(f"{where}, and such files are not replaced: choose another directory")
        _check_allowed(directory, where, retry)
        _make_room(directory, faults, where)
        for name in faults:
            _download(directory, name, where)
    return [directory / name for name in FILES]


def _find_faults(directory: Path) -> dict[str, str]:
    """Return the files that cannot be used, each with its fault: "missing", "damaged" or `FOREIGN`."""
    import pooch

    faults = {}
    for name, md5 in FILES.items():
        if not (directory / name).is_file():
            faults[name] = "missing"
        elif pooch.file_hash(directory / name, alg="md5") != md5:
            faults[name] = FOREIGN if _is_whole(directory / name) else "damaged"
    return faults


def _is_whole(path: Path) -> bool:
    """Whether the file can be unpacked and read to its end: then it is not damaged, but another data set."""
    try:
        read_idx.__wrapped__(path)  # not through the cache, which is for verified files
    except (OSError, EOFError, ValueError, IndexError, zlib.error):
        return False
    return True


def _describe(faults: dict[str, str], directory: Path) -> str:
    """Say in a clause what is wrong with the files."""
    if list(faults.values()) == ["missing"] * len(FILES):
        return f"its files are not in {directory}"
    return f"in {directory}, " + ", ".join(f"{name} is {fault}" for name, fault in faults.items())


def _check_allowed(directory: Path, where: str, retry: bool) -> None:
    """Raise if the network must not be tried."""
    if os.environ.get("FASHION_MNIST_DOWNLOAD") == "0":
        raise DataUnavailableError(f"{where}, and FASHION_MNIST_DOWNLOAD=0 forbids a download")
    if directory in _failures and not retry:
        raise DataUnavailableError(f"{_failures[directory]} (an earlier attempt; load_fashion_mnist() tries again)")


def _make_room(directory: Path, faults: dict[str, str], where: str) -> None:
    """Create the directory, check that it is writable, and delete what is damaged."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
        for name in faults:
            (directory / name).unlink(missing_ok=True)
    except OSError as error:
        raise DataUnavailableError(f"{where}, and nothing can be written there ({error})") from error


def _download(directory: Path, name: str, where: str) -> None:
    """Download one file from the first mirror that has it; pooch verifies it under another name, then renames it."""
    import pooch

    pooch.get_logger().setLevel("WARNING")  # the progress bar shows what the log would
    reasons, outer = [], sys.exception()
    for mirror in MIRRORS:
        downloader = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
        try:
            pooch.retrieve(mirror + name, f"md5:{FILES[name]}", name, directory, downloader=downloader)
            return
        except (OSError, ValueError) as error:  # network trouble is an OSError, a wrong MD5 a ValueError
            reasons.append(f"{mirror}: {_root_cause(error, outer)}")
    _failures[directory] = f"{where}, and {name} could not be downloaded: {'; '.join(reasons)}"
    raise DataUnavailableError(_failures[directory])


def _root_cause(error: BaseException, outer: BaseException | None) -> str:
    """Return the innermost error as text: "Connection refused", not the four errors wrapped around it.

    `outer` is what the caller was handling before, if anything: Python links it too, but it is not the cause.
    """
    while (inner := error.__cause__ or error.__context__) not in (None, outer):
        error = inner
    return f"{type(error).__name__}: {error}"


@lru_cache(maxsize=4)
def read_idx(path: Path) -> Tensor:
    """Return a verified gzipped idx file as uint8, one row per example: (n, 784) for images, (n, 1) for labels.

    The result is cached: unpacking takes most of the time of loading. Do not write to it.

    Raises
    ------
    ValueError
        If the header does not declare unsigned bytes, or declares a different number of bytes than follow.
    """
    content = gzip.decompress(path.read_bytes())
    # Big-endian header: two zero bytes, the type (8 = unsigned byte), the number of dimensions, then each size.
    num_dims = content[3]
    sizes = np.frombuffer(content, dtype=">i4", count=num_dims, offset=4)
    values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * num_dims)
    if content[:3] != b"\0\0\x08" or values.size != sizes.prod():
        raise ValueError(f"{path.name} must hold unsigned bytes of sizes {sizes.tolist()}, got {values.size} values")
    return torch.tensor(values.reshape(sizes[0], -1))
