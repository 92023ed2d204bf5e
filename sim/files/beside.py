"""Hidden names beside a place, for what is not complete; and what killed processes have left under such.

Names say place, host and process, and what has them is locked, so that the living are not taken for dead.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Final

__all__ = ["beside", "clear", "folders", "held", "locked", "take_away"]

_TRIES: Final = 5  # for a parent that another process takes away as we make it


@contextmanager
def beside(path: Path, own: frozenset[str] = frozenset()) -> Iterator[Path]:
    """A free hidden name beside a place; parents made for it go again if they stay empty."""
    parents = [parent for parent in path.parents if not parent.exists()]
    clear(path, own)
    for left in reversed(range(_TRIES)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.stat(path.parent)
            break
        except FileNotFoundError:
            if not left:
                raise
    try:
        yield path.with_name(f"{_begin(path)}{os.getpid()}.{os.urandom(4).hex()}.partial")
    finally:
        for parent in parents:  # the innermost first
            with suppress(OSError):  # there is something in it: what was written
                os.rmdir(parent)


def _begin(path: Path) -> str:
    """What hidden names beside a place begin with; short, however long its own."""
    host = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return f".exposim.{_short(path.name)}.{_short(host)}."


def _short(text: str) -> str:
    return hashlib.blake2b(os.fsencode(text), digest_size=4).hexdigest()


def clear(path: Path, own: frozenset[str]) -> None:
    """Put right what the dead have left: old results go back to their place, or away as all else does."""
    for left in _left(path):
        if left.is_symlink() or not left.is_dir():
            with suppress(OSError):
                os.unlink(left)
            continue
        with suppress(OSError):
            if left.suffix == ".old" and not path.exists():
                os.rename(left, path)
        take_away(left, own)


def _left(path: Path) -> Iterator[Path]:
    """What processes that are dead have left beside a place."""
    if os.name != "posix":  # a look at another process would end it
        return
    begin = _begin(path)
    try:
        names = [name for name in os.listdir(path.parent) if name.startswith(begin)]
    except OSError:
        return
    for name in sorted(names):
        number, _, _ = name.removeprefix(begin).partition(".")
        if number.isascii() and number.isdigit() and _dead(int(number)) and _free(path.parent / name):
            yield path.parent / name


def _dead(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _free(path: Path) -> bool:
    """Whether nobody holds it, as far as the file system tells: a container has numbers of its own."""
    import fcntl

    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # it knows no locks
        return True
    finally:
        os.close(opened)
    return True


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Locked as long as this process works at it."""
    if os.name != "posix":
        yield
        return
    opened = os.open(directory, os.O_RDONLY)
    try:
        with locked(opened):
            yield
    finally:
        os.close(opened)


@contextmanager
def locked(opened: int) -> Iterator[None]:
    """Locked until the file is closed."""
    with suppress(ImportError, OSError):  # Windows; a file system without locks
        import fcntl

        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    yield


def take_away(directory: Path, own: frozenset[str]) -> None:
    """Delete these files in a directory, write-protected ones too, and itself if nothing else is there.

    Nothing is raised: the next writing to the place tries again.
    """
    if directory.is_symlink() or not directory.is_dir():
        return
    inner = [path for name in folders(own) if not (path := directory / name).is_symlink()]
    inner.sort(key=lambda path: -len(path.parts))
    for path in inner:
        with suppress(OSError):
            os.chmod(path, 0o700)
    for name in own:
        if (directory / name).parent in inner:
            with suppress(OSError):
                os.unlink(directory / name)
    for path in inner:
        with suppress(OSError):
            os.rmdir(path)


def folders(own: frozenset[str]) -> set[str]:
    """The directories of these files, "." for the one in which all lie."""
    return {str(parent) for name in own for parent in PurePosixPath(name).parents}
