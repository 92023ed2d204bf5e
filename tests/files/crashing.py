"""Writes, and is killed at the n-th step: run by `test_whole` in a process of its own, which forks.

    crashing.py KIND DIRECTORY

KIND is "exchange", "aside" or "file". It prints a line of JSON for each step at which it was killed: what is
in the place afterwards, and then what is beside it after the next writing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.files import renaming, whole

OWN = frozenset({"mark", "tables/one", "tables/two"})
STEPS = ("mkdir", "open", "write", "fsync", "close", "rename", "replace", "link", "unlink", "rmdir", "chmod")


def fill(directory: Path, text: str) -> None:
    (directory / "tables").mkdir()
    for name in OWN:
        (directory / name).write_text(text)


def write(kind: str, out: Path, text: str) -> None:
    if kind == "file":
        whole.write_file(out, text.encode(), replace=True)
        return
    with whole.whole_directory(whole.place(out, out, OWN), lambda: None) as partial:
        fill(partial, text)


def seen(path: Path) -> Any:
    if path.is_dir():
        return {str(each.relative_to(path)): each.read_text() for each in path.rglob("*") if each.is_file()}
    return path.read_text() if path.exists() else None


class Killer:
    """Kills the process before, or after, the n-th call."""

    def __init__(self, left: int) -> None:
        self.left = left

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            self.count()
            result = function(*arguments, **options)
            self.count()
            return result

        return called

    def count(self) -> None:
        self.left -= 1
        if not self.left:
            os._exit(9)


def killed(kind: str, out: Path, step: int) -> bool:
    """Whether the writing was killed; else it had fewer steps."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
    killer = Killer(step)
    for name in STEPS:
        setattr(os, name, killer.wrap(getattr(os, name)))
    call = renaming._renameat2()
    assert call is not None
    setattr(renaming, "_renameat2", lambda: None if kind == "aside" else killer.wrap(call))  # noqa: B010
    write(kind, out, "new")
    os._exit(0)


def main() -> None:
    # a process that is killed takes nothing from the disk: a busy one need not be waited for
    setattr(os, "fsync", lambda _: None)  # noqa: B010
    kind, directory = sys.argv[1], Path(sys.argv[2])
    step = 1
    while True:
        place = directory / "place"
        place.mkdir()
        out = place / "out"
        write(kind, out, "old")
        if not killed(kind, out, step):
            return
        after = seen(out)
        beside = sorted(each.name for each in place.iterdir())
        again = seen(out) if kind == "file" else put_right(out)
        write(kind, out, "third")
        third = [seen(out), sorted(each.name for each in place.iterdir())]
        print(json.dumps({"step": step, "after": after, "beside": beside, "again": again, "third": third}))
        shutil.rmtree(place)
        step += 1


def put_right(out: Path) -> Any:
    """What a later run finds once it has looked at the place."""
    whole.place(out, out, OWN)
    return seen(out)


if __name__ == "__main__":
    main()
