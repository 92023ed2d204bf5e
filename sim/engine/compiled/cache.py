"""Where compiled functions are kept: a folder for each version of the engine, in the user's cache.

Numba looks at the one file in which a function stands; if a rule in another file changes it goes on
with the old one. So the folder is named by all that goes into the code.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import llvmlite
import numba
import numpy as np

__all__ = ["folder", "kept"]

_HERE: Final = Path(__file__).parent
_FLOOR: Final = ("arrays.py", "calendar.py", "order.py", "trace.py")  # whose numbers are compiled in


def version() -> str:
    """A hash of all files of this engine, and of what compiles them."""
    files = [*sorted(_HERE.glob("*.py")), *(_HERE.parents[1] / "floor" / name for name in _FLOOR)]
    found = hashlib.sha256()
    for path in files:
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for each in (sys.version, numba.__version__, llvmlite.__version__, np.__version__):
        found.update(each.encode() + b"\0")
    return found.hexdigest()[:20]


def folder() -> Path | None:
    """The folder of this version, made if need be; None if none can be written to."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    path = Path(base).expanduser() / "exposim" / "engine" / version()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None
    return path if os.access(path, os.W_OK) else None


def kept(function: Any) -> Any:
    """A function that is compiled when it is first called, and kept for the next process if it can be.

    What was kept and cannot be read, on a disk that was full say, is made anew.
    """
    path = folder()
    if path is None:
        return numba.njit(nogil=True)(function)
    compiled = _keeping(function, path)

    def call(*arguments: Any) -> Any:
        nonlocal compiled
        if compiled.signatures:
            return compiled(*arguments)
        try:
            return compiled(*arguments)
        except Exception as error:
            if compiled.signatures and not isinstance(error, OSError):
                raise  # it was called: a rule's own error
        if not compiled.signatures:  # it could not be read; else, not be written, which it need not be
            shutil.rmtree(path, ignore_errors=True)
            compiled = numba.njit(nogil=True)(function)
        return compiled(*arguments)

    return call


def _keeping(function: Any, path: Path) -> Any:
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(path)  # read when a function is made, for all of them alike
    try:
        return numba.njit(nogil=True, cache=True)(function)
    finally:
        config.CACHE_DIR = before
