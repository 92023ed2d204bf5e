"""Written whole or not at all: a file, or a directory of files.

What is written stands beside its place under a hidden name until it is complete and on the disk. Then it
gets its name in one step, which takes away nothing but what its caller has looked at and let go:

- a new name is given by a rename that replaces nothing (an empty directory gives way);
- a directory of ours is *exchanged* with the new one, so that at no moment neither is in its place, and what
  came out is looked at again before it is deleted, name by name. Where a file system cannot exchange (Linux
  can on its own), the old one steps aside first: a process killed between the two steps leaves it under its
  hidden name, and the next writing to the place, or looking at it, puts it back.

Hidden names say host and process, and are locked: what a killed process has left is cleared away when the
same place is written to again from the same host.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.files.beside import beside, clear, folders, held, locked, take_away
from sim.files.renaming import exchange, rename_new

__all__ = [
    "ChangedError",
    "Place",
    "RefusedError",
    "foreign",
    "place",
    "refuse_there",
    "resolved",
    "telling",
    "try_directory",
    "try_file",
    "whole_directory",
    "write_file",
]

_State = frozenset[tuple[str, int, int]]
_EMPTY: Final[_State] = frozenset()
_SHOWN: Final = 5  # files that are in the way


class RefusedError(FileExistsError):
    """Something is there that is not to be replaced."""


class ChangedError(FileExistsError):
    """What is there is not what was there when it was looked at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a directory is to be, and what was there when it was looked at.

    `named` is what its user calls it, `path` where links lead. `own` are the files that may lie in such a
    directory, as paths with slashes: nothing else is ever deleted. `state` holds name, size and time of
    change of each file that was there, and nothing for no directory or an empty one.
    """

    named: Path
    path: Path
    own: frozenset[str]
    state: _State


def place(named: Path, path: Path, own: frozenset[str]) -> Place:
    """The place of a directory as it is now; what a killed process has left there is put right first.

    Raises:
        OSError: it cannot be looked at.
    """
    clear(path, own)
    return Place(named, path, own, _state(path))


def resolved(path: Path) -> Path:
    """Where a file or directory really is: links are followed, so that a link stays a link.

    Raises:
        OSError: a link leads nowhere; the message says so.
    """
    with suppress(OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 call a loop so
        found = path.resolve()
        if not os.path.islink(found):  # as from 3.13 on a loop is
            return found
    raise OSError(f"{path} cannot be written: it is a link that leads nowhere")


@contextmanager
def telling(named: Path) -> Iterator[None]:
    """Within, an error of the system says that this cannot be written, and why; a RefusedError stays."""
    try:
        yield
    except RefusedError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        plain = next((each for each in named.parents if os.path.isfile(each)), None)  # it never raises
        if plain is not None:
            reason = f"{plain} is not a directory"
        raise type(error)(f"{named} cannot be written: {reason}") from None


def foreign(directory: Path, own: frozenset[str]) -> list[str]:
    """The paths of all in a directory that is not one of `own`, files by their paths with slashes, sorted.

    A directory stands for itself only if it is empty and no file of `own` could lie in it. Links are not
    followed.
    """
    may_be_empty = folders(own)

    def found(inner: Path, before: str) -> Iterator[str]:
        with os.scandir(inner) as entries:
            for entry in entries:
                name = before + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    if name not in own:
                        yield name
                elif os.listdir(entry.path):
                    yield from found(Path(entry.path), name + "/")
                elif name not in may_be_empty:
                    yield name

    return sorted(found(directory, ""))


def refuse_there(
    named: Path,
    directory: Path,
    own: Callable[[Path], frozenset[str] | None],
    what: str,
    *,
    force: bool,
    forced: str = "--force replaces them",
) -> None:
    """Raise if something is in a directory that is not to be replaced.

    Args:
        named: what its user calls it; the directory is where links lead.
        directory: where it is to be.
        own: which files may lie in such a directory; None if what is there is no such directory.
        what: what it is one of: "results", "an answer".
        force: whether one that is there, with nothing else in it, gives way.
        forced: how that is asked for.

    Raises:
        RefusedError: there is something; it says what.
    """
    if not directory.is_dir():
        if directory.exists():
            raise RefusedError(f"{named} is not a directory; it is left as it is")
        return
    if directory.is_mount():
        raise RefusedError(f"{named} is a mount point; give a new directory in it")
    if not any(directory.iterdir()):
        return
    files = own(directory)
    if files is None:
        raise RefusedError(f"{named} is there and holds no {what.removeprefix('an ')}; it is left as it is")
    if more := foreign(directory, files):
        shown = ", ".join(more[:_SHOWN]) + (", ..." if len(more) > _SHOWN else "")
        raise RefusedError(f"{named} holds more than {what}: {shown}; it is left as it is")
    if not force:
        raise RefusedError(f"{named} holds {what} already; {forced}")


@contextmanager
def whole_directory(place: Place, look: Callable[[], None]) -> Iterator[Path]:
    """A new directory, to be filled within the block, which is then in its place; on an error there is none.

    Args:
        place: where, and what was there before; made by the function of that name.
        look: raises unless what is there may be replaced; asked again when the new one is complete.

    Raises:
        ChangedError: what is there is not what was there; it is left as it is.
        OSError: it could not be written; what was there is still there.
    """
    with beside(place.path, place.own) as partial:
        try:
            os.mkdir(partial)
            with held(partial):
                yield partial
                _settle(partial)
                _publish(partial, place, look)
        finally:
            take_away(partial, place.own)


def try_directory(place: Place) -> None:
    """Make a directory and take it away again, to see that there can be one.

    Raises:
        OSError: there cannot.
    """
    with beside(place.path, place.own) as partial:
        os.mkdir(partial)
        made = partial
        try:
            if not place.path.exists():  # its own name may be what does not do
                os.rename(partial, place.path)
                made = place.path
        finally:
            with suppress(OSError):  # somebody has put something in it: it is theirs now
                os.rmdir(made)


def try_file(path: Path) -> None:
    """Make a file beside the place of one, and take it away again, to see that there can be one.

    Raises:
        OSError: there cannot, be it that the name is too long.
    """
    there = next(parent for parent in path.parents if parent.exists())
    if hasattr(os, "pathconf") and there.is_dir():
        most = os.pathconf(there, "PC_NAME_MAX")
        for name in path.relative_to(there).parts:
            if len(os.fsencode(name)) > most > 0:
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))
    with beside(path) as partial:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        os.unlink(partial)


def write_file(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file; its parents are made. With `replace`, a file that is there gives way and lends its mode.

    Raises:
        FileExistsError: there is something, be it since a moment ago, and `replace` is not given.
        OSError: it could not be written; then nothing has changed. It names `path`.
    """
    try:
        with beside(path) as partial:
            _write_beside(partial, path, data, replace=replace)
            _sync(path.parent)
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # whatever it was called on the way
        raise


def _write_beside(partial: Path, path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file under a hidden name, and give it its own."""
    try:
        file = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
        with open(file, "wb") as opened, locked(file):
            opened.write(data)
            opened.flush()
            os.fsync(file)
        if replace:
            with suppress(FileNotFoundError):
                os.chmod(partial, stat.S_IMODE(os.stat(path).st_mode))
            os.replace(partial, path)
        else:
            rename_new(partial, path)
    finally:
        with suppress(OSError):  # it has its name, or never was
            os.unlink(partial)


def _publish(partial: Path, place: Place, look: Callable[[], None]) -> None:
    """Give a complete directory its name; what it replaces is what `partial` names afterwards."""
    where = place.path
    changed = ChangedError(f"{place.named} has changed in the meantime; it is left as it is")
    now = _state(where)
    with suppress(FileNotFoundError):
        seen = os.stat(where)
        if stat.S_ISDIR(seen.st_mode):
            os.chmod(partial, stat.S_IMODE(seen.st_mode))
    if now == _EMPTY:
        if os.name == "nt":  # elsewhere an empty directory gives way by itself, and nothing else does
            with suppress(OSError):
                os.rmdir(where)
        try:
            os.rename(partial, where)
        except OSError:
            if os.path.lexists(where) and (not where.is_dir() or _state(where) != _EMPTY):
                raise changed from None
            raise
    else:
        if now != place.state:
            raise changed
        look()
        if not exchange(partial, where):
            _step_aside(partial, where)
        else:
            try:
                if _state(partial) != place.state:  # something came in the last moment
                    raise changed
            except BaseException:
                exchange(partial, where)
                raise
    _sync(where.parent)


def _step_aside(partial: Path, where: Path) -> None:
    """An exchange in two steps; a third one gives the old directory the name of the partial one."""
    old = partial.with_suffix(".old")
    os.rename(where, old)
    try:
        os.rename(partial, where)
    except BaseException:
        os.rename(old, where)
        raise
    with suppress(OSError):  # the new one is in its place; the next writing clears the old one away
        os.rename(old, partial)


def _state(directory: Path) -> _State:
    """Name, size and time of change of each file, at any depth, and the names of directories."""
    found: set[tuple[str, int, int]] = set()

    def look(inner: Path, before: str) -> None:
        with os.scandir(inner) as entries:
            for entry in entries:
                seen = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    found.add((before + entry.name + "/", 0, 0))
                    look(Path(entry.path), before + entry.name + "/")
                else:
                    found.add((before + entry.name, seen.st_size, seen.st_mtime_ns))

    with suppress(FileNotFoundError, NotADirectoryError):
        look(directory, "")
    return frozenset(found)


# on the disk


def _settle(directory: Path) -> None:
    """Have all that is in a directory on the disk."""
    for path, _, names in os.walk(directory):
        for name in names:
            opened = os.open(os.path.join(path, name), os.O_RDWR if os.name == "nt" else os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
        _sync(Path(path))


def _sync(directory: Path) -> None:
    """Have the names in a directory on the disk, where a file system can do that."""
    if os.name != "posix":
        return
    with suppress(OSError):  # what was written is in its place: this is no failure
        opened = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
