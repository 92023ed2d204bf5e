"""A directory of calendars: whole or not at all, and nothing of anybody else's is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sim.files.whole import place, refuse_there, resolved, telling, try_directory, whole_directory
from sim.interchange.diaries.calendars import HEADER, INDEX, PRODUCT

__all__ = ["publish_calendars", "refuse_calendars", "revision_there"]

_HEAD: Final = 400  # bytes of a file that say whose it is
_SEQUENCE: Final = re.compile(rb"^SEQUENCE:(\d{1,9})\r?$", re.MULTILINE)


def refuse_calendars(directory: Path, *, force: bool) -> None:
    """Raise unless calendars may be written into `directory`; meant to be asked before long work.

    It tries: a directory is made there and taken away again.

    Raises:
        FileExistsError: there are calendars and `force` is not given; or something else, which is never
            replaced.
        OSError: nothing can be written there.
    """
    with telling(directory):
        where = place(directory, resolved(directory), _ours(resolved(directory)))
        _refuse(directory, where.path, force=force)
        try_directory(where)


def publish_calendars(calendars: Mapping[str, bytes], directory: Path, *, force: bool) -> None:
    """Write these files into the new `directory`, all or none; its parents are made.

    With `force`, calendars that are there are replaced in one step: those of people who have no meeting any
    more are gone.

    Raises:
        FileExistsError: see `refuse_calendars`; or what is there has changed in the meantime.
        OSError: they could not be written; then nothing has changed.
    """
    path = resolved(directory)
    where = place(directory, path, _ours(path) | frozenset(calendars))
    _refuse(directory, path, force=force)
    with whole_directory(where, lambda: _refuse(directory, path, force=force)) as partial:
        for name, content in calendars.items():
            (partial / name).write_bytes(content)


def revision_there(directory: Path) -> int | None:
    """The greatest SEQUENCE of the calendars of ours in a directory; None if there are none."""
    path = resolved(directory)
    files = [path / name for name in _ours(path) if name != INDEX]
    return max((int(each) for file in files for each in _SEQUENCE.findall(file.read_bytes())), default=None)


def _refuse(named: Path, path: Path, *, force: bool) -> None:
    """Raise if something is there that is not to be replaced."""
    refuse_there(named, path, _ours, "calendars of ours", force=force)


def _ours(directory: Path) -> frozenset[str]:
    """The files there that are ours, by what they begin with: calendars and their index."""
    if not directory.is_dir():
        return frozenset()
    index = ",".join(HEADER).encode("utf-8-sig")

    def ours(path: Path) -> bool:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
        if path.name == INDEX:
            return head.startswith(index)
        return path.suffix == ".ics" and f"PRODID:{PRODUCT}".encode() in head

    return frozenset(each.name for each in directory.iterdir() if ours(each))
