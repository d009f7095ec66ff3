"""Import the installed `d2l.torch` whether torchvision works, is missing, or is broken.

`d2l.torch` imports torchvision in its first lines, though its metadata does not require it, and nothing that this
course uses needs it. Where torchvision does not import, a stand-in takes its place during the import only.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class MissingTorchvision(ModuleType):
    """Stand in for a module of torchvision that could not be imported: every use of it says so."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self._reason = reason

    def __getattr__(self, name: str):
        if name.startswith("__"):
            # Python looks these up itself, and accepts only this error as "not there".
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise ImportError(
            f"{self.__name__}.{name} needs torchvision, which cannot be imported here ({self._reason}): "
            "install a torchvision made for this torch, then restart Python",
            name="torchvision",
        )


def _torchvision_modules() -> dict[str, ModuleType]:
    """Return the part of `sys.modules` that belongs to torchvision."""
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] == "torchvision"}


def _put_back(modules: dict[str, ModuleType]) -> None:
    """Make `modules` the part of `sys.modules` that belongs to torchvision.

    The rest stays: other modules that were imported meanwhile (torch's, numpy's) cannot be imported a second time.
    """
    for name in _torchvision_modules():
        del sys.modules[name]
    sys.modules.update(modules)


def _why_torchvision_fails() -> str:
    """Import torchvision; return "" if that works, else the reason, leaving no half-imported module behind."""
    before = _torchvision_modules()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its image extension warns if it lacks a library; we do not use it
            import_module("torchvision.transforms")
    except Exception as error:  # beside a CPU torch its wheel raises RuntimeError; others OSError or AttributeError
        _put_back(before)
        return f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def _standing_in(reason: str) -> Iterator[None]:
    """Let `import torchvision` find a stand-in inside the block; afterwards restore what was there before."""
    before = _torchvision_modules()
    stand_in = MissingTorchvision("torchvision", reason)
    stand_in.transforms = MissingTorchvision("torchvision.transforms", reason)
    sys.modules["torchvision"] = stand_in
    try:
        yield
    finally:
        _put_back(before)


def import_installed() -> ModuleType:
    """Return the installed `d2l.torch`, unchanged; if the program has already imported it, without another import."""
    reason = "" if "d2l.torch" in sys.modules else _why_torchvision_fails()
    if not reason:
        return import_module("d2l.torch")
    with _standing_in(reason):
        return import_module("d2l.torch")


installed = import_installed()
