"""A directory that keeps what was trained: a sweep that was stopped goes on from there, one that was done is read."""

import io
import os
import tempfile
import warnings
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch

from helpers.sweeps.blocks import Block
from helpers.sweeps.fingerprint import fingerprint
from helpers.sweeps.run import Arrays, Train, Training

FORMAT = 1  # goes up whenever the files change, or the numbers that a training computes
MAGIC = b"helpers.sweeps block\n"
DIGITS = 40  # of a hash


class Store:
    """Hold the blocks of one sweep: a file for each, named by a hash of its values, its seed, and all else that counts.

    Parameters
    ----------
    path : path
        A directory, which is made if it is not there. Other sweeps may use it too, also at the same time.
    train : Train
        A partial, whose keywords are hashed: of ``values`` those of the block, so that other sweeps find it too;
        ``data``, if it is a function, by what it returns for each seed.
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
            raise ValueError(f"store must be a directory, got {str(path)!r}: it is a file, and each block needs one")
        place.mkdir(parents=True, exist_ok=True)
        data = train.keywords["data"]
        of_all = None if callable(data) else fingerprint(data)  # once: data may be large
        self._data = {seed: of_all or fingerprint(data(seed)) for seed in seeds}
        self._place, self._train, self._training, self._hows = place, train, training, {}

    def _key(self, block: Block) -> str:
        part = (block.start, block.stop)
        if part not in self._hows:  # once for all seeds
            self._hows[part] = self._how(block.part_of(self._train))
        return fingerprint(self._hows[part], self._data[block.seed], block.seed)

    def _how(self, train: Train) -> str:
        given = {name: value for name, value in train.keywords.items() if name != "data"}
        return fingerprint(FORMAT, str(torch.__version__), train.func, given, self._training)

    def _path(self, key: str) -> Path:
        return self._place / f"{key}.block"

    def load(self, block: Block) -> Arrays | None:
        """Return a block, or None if it is not there; a file in its place that is not that block is warned of."""
        key = self._key(block)
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        if fault := fault_of(content, key):
            told = f"{self._path(key)} {fault}"
            warnings.warn(
                f"{told}: seed {block.seed}, values {block.start + 1} to {block.stop}, is trained anew", stacklevel=2
            )
            return None
        with np.load(io.BytesIO(content[len(MAGIC) + 2 * DIGITS :]), allow_pickle=False) as arrays:
            return dict(arrays)

    def save(self, block: Block, arrays: Arrays) -> None:
        """Write a block: under its name there is all of it or nothing, whenever the process is killed."""
        with io.BytesIO() as file:
            np.savez(file, **arrays)
            content = file.getvalue()
        key = self._key(block)
        write_whole(self._path(key), framed(content, key))


def framed(content: bytes, key: str) -> bytes:
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
