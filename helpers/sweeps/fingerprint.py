"""A hash of what a training depends on: equal contents have one hash, today and in another process."""

import sys
import sysconfig
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

SIMPLE = (type(None), bool, int, float, complex, str, bytes, type(...), torch.dtype, torch.device)
INSTALLED = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
UNTOLD = {"__dict__", "__weakref__", "__doc__", "__firstlineno__"}  # parts of a class that change nothing


def fingerprint(*values: object) -> str:
    """Return the hash of some values, 40 hexadecimal digits.

    Tensors and arrays count by dtype, shape and content, records by their fields, modules by their parameters, and
    functions and classes of one's own by their code and all that it names. What is installed counts by its name.

    Raises
    ------
    TypeError
        If a part of the values has no content that could be hashed.
    """
    digest = blake2b(digest_size=20)
    _feed(digest, values, set())
    return digest.hexdigest()


def _feed(digest: object, value: object, seen: set[int]) -> None:
    """Feed a value to the hash, behind its kind and size: no two values give the same bytes."""
    kind, content = _content(value)
    if content is not None:
        digest.update(f"{kind} {len(content)} ".encode())
        digest.update(content)
        return
    parts = [] if id(value) in seen else _parts(value)
    if isinstance(value, types.FunctionType | type):  # they may name themselves
        seen.add(id(value))
    digest.update(f"{kind} of {len(parts)} ".encode())
    for part in parts:
        _feed(digest, part, seen)


def _content(value: object) -> tuple[str, bytes | memoryview | None]:
    """Return the kind of a value and, if it is no composite, its content."""
    kind = type(value).__name__
    if isinstance(value, SIMPLE):
        return kind, repr(value).encode()
    if isinstance(value, Tensor):
        flat = value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy()
        return f"{value.dtype} {tuple(value.shape)}", flat.data
    if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        return f"{value.dtype.str} {value.shape}", value.tobytes()
    if isinstance(value, types.FunctionType | type | types.BuiltinFunctionType):
        return f"definition {value.__module__}.{value.__qualname__}", None if _is_own(value) else b""
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}", b""
    return "sequence" if isinstance(value, list | tuple) else kind, None


def _parts(value: object) -> list:
    """Return what a composite consists of."""
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, list | tuple | range):
        return list(value)
    if isinstance(value, set | frozenset):
        return sorted(map(fingerprint, value))
    if isinstance(value, partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, nn.Module):
        return [type(value), repr(value), value.state_dict()]
    if isinstance(value, types.FunctionType):
        return [value.__code__, value.__defaults__, value.__kwdefaults__, *_named(value)]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, types.CodeType):
        return [value.co_code, value.co_consts, value.co_names, value.co_varnames, value.co_flags]
    if isinstance(value, type):
        return [value.__bases__, {name: part for name, part in vars(value).items() if name not in UNTOLD}]
    if isinstance(value, staticmethod | classmethod):
        return [value.__func__]
    if isinstance(value, property):
        return [value.fget, value.fset]
    if is_dataclass(value):
        return [type(value), *(getattr(value, field.name) for field in fields(value))]
    if callable(value) and hasattr(value, "__dict__"):
        return [type(value), vars(value)]
    kind = type(value).__qualname__
    raise TypeError(f"what is stored must depend on contents alone, got {value!r:.80}: nothing tells two {kind} apart")


def _is_own(definition: object) -> bool:
    """Return whether code is neither installed nor built in nor of this package, so that it may change."""
    name = definition.__module__ or "builtins"
    file = getattr(sys.modules.get(name), "__file__", None)
    if name.split(".")[0] in ("helpers", *sys.builtin_module_names):
        return False
    return file is None or not any(Path(file).is_relative_to(place) for place in INSTALLED)


def _named(function: types.FunctionType) -> list:
    """Return what a function encloses, and the globals that it names, also inside the functions that it defines."""
    codes, names = [function.__code__], set()
    for code in codes:
        names |= set(code.co_names)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    enclosed = [cell.cell_contents for cell in function.__closure__ or ()]
    return [*enclosed, {name: function.__globals__[name] for name in sorted(names & function.__globals__.keys())}]
