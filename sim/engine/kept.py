"""Where the compiled engine is kept: a folder for each version of it, which is there whole or not at all.

Numba's own cache looks at the one file in which a function stands; if a rule in another file changes it
goes on with the old one. So machine code is kept here, in a folder named by all that goes into it. Nothing
here loads Numba: whoever only asks whether the compiled engine is there does not wait for that.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

__all__ = [
    "alone",
    "begun",
    "being_made",
    "cache",
    "failed",
    "make_room",
    "making",
    "place",
    "remove",
    "tidy",
    "trouble",
    "used",
    "whole",
]

_HERE: Final = Path(__file__).parent / "compiled"
_TAKEN: Final = (  # whose numbers are compiled in, or which say what the loops of draws come to
    *("floor/arrays.py", "floor/calendar.py", "floor/order.py", "floor/trace.py"),
    *("arithmetic.py", "loops.py", "matchmaking/wishes/affinity.py", "streams.py"),
)
_MARK: Final = "whole.json"  # written last: the files of the folder, and the hash of each
_OURS: Final = re.compile(r"[0-9a-f]{20}(\.\w+)?", re.ASCII)
_HOUR, _DAY = 3600.0, 86400.0
_UNUSED: Final = 30 * _DAY  # after which a folder of another version is removed
_LEFT: Final = _HOUR  # after which one that was never finished is
_REST: Final = 600.0  # after the beginning of a try that came to nothing
_LONG_REST: Final = _DAY  # after one that failed


def place() -> Path:
    """The folder of this version, whether it is there or not.

    Raises RuntimeError if there is no home to keep it in.
    """
    return _folder() / _version()


def cache(name: str) -> Path:
    """The folder beside those of the engine, of that name, in which something else is kept.

    Raises RuntimeError as `place` does.
    """
    return (_folder() if os.environ.get("EXPOSIM_CACHE") else _folder().parent) / name


def _folder() -> Path:
    if given := os.environ.get("EXPOSIM_CACHE"):
        return _expanded("EXPOSIM_CACHE", given)
    name, base = ("LOCALAPPDATA", "~/AppData/Local") if os.name == "nt" else ("XDG_CACHE_HOME", "~/.cache")
    return _expanded(name, os.environ.get(name) or base) / "exposim" / "engine"


def _expanded(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:  # which does not say of what
        raise RuntimeError(f"{name}: there is no home for {Path(value).parts[0]} in {value}") from None


def _version() -> str:
    """A hash of all files of the engine, of what compiles them, and for which processor."""
    found = hashlib.sha256()
    for path in sorted(_HERE.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for name in _TAKEN:
        found.update((_HERE.parents[1] / name).read_bytes() + b"\0")
    for each in (sys.version, np.__version__, *map(_library, ("numba", "llvmlite")), *_processor()):
        found.update(each.encode() + b"\0")
    return found.hexdigest()[:20]


def _library(name: str) -> str:
    """The version of a library that is not loaded; loading Numba takes as long as a small expo."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return ""
    try:
        return (Path(spec.origin).parent / "_version.py").read_text()
    except OSError:
        from importlib.metadata import version

        return version(name)


def _processor() -> list[str]:
    """What the code is made for: a home may be shared by machines."""
    said = [platform.machine(), *(os.environ.get(f"NUMBA_CPU_{each}", "") for each in ("NAME", "FEATURES"))]
    with suppress(OSError), open("/proc/cpuinfo") as file:
        first = file.read(8192).partition("\n\n")[0]
        said += [line for line in first.split("\n") if not re.match(r"cpu MHz|bogomips|core id|apicid", line)]
    return said


def whole(path: Path) -> bool:
    """Whether all is in the folder that was put there, to the last byte."""
    try:
        files = json.loads((path / _MARK).read_bytes())
        return bool(files) and all(_hash(path / name) == known for name, known in files.items())
    except (OSError, ValueError, AttributeError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def used(path: Path) -> None:
    """Note that this version is in use."""
    with suppress(OSError):
        if _age(path / _MARK) > _DAY:
            os.utime(path / _MARK)


def make_room(path: Path) -> None:
    """Make the folder that the folder is to stand in. Raises OSError if it cannot be written to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    trial = path.parent / f"{path.name}.{secrets.token_hex(4)}"
    trial.mkdir()
    trial.rmdir()


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """A new folder to be filled, which is then put in its place; what a reader sees is whole.

    Raises OSError if it cannot be put there, RuntimeError if by then it would be another version's.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.parent / f"{path.name}.{secrets.token_hex(4)}"
    made.mkdir()
    try:
        yield made
        files = [each for each in made.rglob("*") if each.is_file()]
        known = {each.relative_to(made).as_posix(): _hash(each) for each in files}
        (made / _MARK).write_text(json.dumps(known, indent=1))
        if place().name != path.name:
            raise RuntimeError("a file of the engine has changed meanwhile")
        _put(made, path)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, path: Path) -> None:
    for _ in range(3):
        if whole(path):  # somebody else's, who was faster
            return
        remove(path)
        with suppress(OSError):  # which it is if somebody puts one there now
            made.rename(path)
            return
    made.rename(path)


def remove(path: Path) -> None:
    """Take a folder away at once, whoever may be reading it."""
    away = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        path.rename(away)
    shutil.rmtree(away, ignore_errors=True)


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


@contextmanager
def alone(path: Path, *, wait: bool) -> Iterator[bool]:
    """Whether nobody else is making this version; with `wait`, once nobody is.

    The system ends the lock with the process, however that ends. Where it has no locks two may be making
    it at once, which costs time and nothing else.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield True
        return
    try:
        mine = _locked(lock, wait)
        if mine:
            with suppress(OSError):
                os.ftruncate(lock, 0)
                os.utime(_lock_of(path))  # when this try has begun
        yield mine
    finally:
        os.close(lock)


def _locked(lock: int, wait: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(0.1)
            else:
                return True
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a file system without
        return True
    return True


def failed(path: Path, why: str) -> None:
    """Note that this version could not be made, while one is `alone`: nobody tries again for a day."""
    with suppress(OSError):
        _lock_of(path).write_text(why)


def trouble(path: Path) -> str:
    """Why this version could not be made, if that was within a day."""
    with suppress(OSError):
        if _age(_lock_of(path)) < _LONG_REST:
            return _lock_of(path).read_text(errors="replace")
    return ""


def begun(path: Path) -> bool:
    """Whether somebody is making this version, or has begun to of late and was ended."""
    try:
        return _age(_lock_of(path)) < _REST
    except OSError:
        return False


def being_made(path: Path) -> bool:
    """Whether somebody is making this version now; where the system has no locks nobody is seen."""
    try:
        lock = os.open(_lock_of(path), os.O_RDWR)
    except OSError:
        return False
    try:
        return not _locked(lock, wait=False)
    finally:
        os.close(lock)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def tidy(path: Path) -> int:
    """Remove what other versions have left and nobody has used for a month; how many folders it was."""
    removed = 0
    for each in path.parent.iterdir():
        if not _OURS.fullmatch(each.name) or each == path or each == _lock_of(path):
            continue
        with suppress(OSError):
            mark = each / _MARK
            age = _age(mark if mark.exists() else each)
            if each.is_symlink() or age < (_UNUSED if each.suffix in ("", ".lock") else _LEFT):
                continue
            if each.is_dir():
                remove(each) if not each.suffix else shutil.rmtree(each, ignore_errors=True)
                removed += not each.exists()
            else:
                each.unlink()
    return removed
