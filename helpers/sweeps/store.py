"""A directory that keeps what was trained: a sweep that was stopped goes on from there, one that was done is read."""

import io
import os
import tempfile
import warnings
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch

from helpers.sweeps.fingerprint import fingerprint
from helpers.sweeps.run import Arrays, Train, Training

FORMAT = 1  # goes up whenever the files change, or the numbers that a training computes
MAGIC = b"helpers.sweeps block\n"
DIGITS = 40  # of a hash


class Store:
    """Hold the blocks of one sweep: a file for each seed, named by a hash of all that its numbers depend on.

    Parameters
    ----------
    path : path
        A directory, which is made if it is not there. Other sweeps may use it too, also at the same time.
    train : Train
        A partial, whose keywords are hashed; ``data``, if it is a function, by what it returns for each seed.
    training : Training
    seeds : sequence of int

    Raises
    ------
    ValueError
        If the path is a file.
    TypeError
        If the sweep depends on something that has no content to be hashed.
    """

    def __init__(self, path: str | os.PathLike, train: Train, training: Training, seeds: Sequence[int]):
        place = Path(path)
        if place.exists() and not place.is_dir():
            raise ValueError(f"store must be a directory, got {str(path)!r}: it is a file, and each seed needs one")
        place.mkdir(parents=True, exist_ok=True)
        given = dict(train.keywords) if isinstance(train, partial) else {}
        data = given.pop("data", None)
        how = fingerprint(FORMAT, str(torch.__version__), getattr(train, "func", train), given, training)
        of_all = None if callable(data) else fingerprint(data)  # once: data may be large
        self._keys = {seed: fingerprint(how, of_all or fingerprint(data(seed)), seed) for seed in seeds}
        self._paths = {seed: place / f"{key}.block" for seed, key in self._keys.items()}

    def load(self, seed: int) -> Arrays | None:
        """Return a block, or None if it is not there; a file in its place that is not that block is warned of."""
        try:
            content = self._paths[seed].read_bytes()
        except FileNotFoundError:
            return None
        if fault := fault_of(content, self._keys[seed]):
            warnings.warn(f"{self._paths[seed]} {fault}: seed {seed} is trained anew", stacklevel=2)
            return None
        with np.load(io.BytesIO(content[len(MAGIC) + 2 * DIGITS :]), allow_pickle=False) as arrays:
            return dict(arrays)

    def save(self, seed: int, arrays: Arrays) -> None:
        """Write a block: under its name there is all of it or nothing, whenever the process is killed."""
        with io.BytesIO() as file:
            np.savez(file, **arrays)
            content = file.getvalue()
        write_whole(self._paths[seed], block(content, self._keys[seed]))


def block(content: bytes, key: str) -> bytes:
    """Return the file of a block: a first line, the key, a checksum of both key and content, the content."""
    return MAGIC + key.encode() + checksum(key.encode() + content) + content


def checksum(content: bytes) -> bytes:
    """Return 40 hexadecimal digits."""
    return blake2b(content, digest_size=DIGITS // 2).hexdigest().encode()


def fault_of(content: bytes, key: str) -> str:
    """Return what is wrong with a file that should be the block of this key, or ""."""
    if not content.startswith(MAGIC):
        return "is no block of a sweep"
    head, rest = content[len(MAGIC) :][:DIGITS], content[len(MAGIC) + DIGITS :]
    if checksum(head + rest[DIGITS:]) != rest[:DIGITS]:
        return "is damaged, its checksum does not fit"
    return "" if head == key.encode() else "is the block of another sweep"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and then move it there, which is one step for all who read."""
    handle, name = tempfile.mkstemp(prefix="unfinished-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
