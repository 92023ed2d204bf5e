"""What the commands that make timetables of people's lists share: reading, refusing, showing."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli.endings import BadInput
from sim.cli.telling import tell
from sim.files.reading import MOST_BYTES
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.files.grids import Source
    from sim.interchange import Arranged, Lists

__all__ = ["LISTS", "lists_of", "of_files", "refuse_names", "refuse_wishes", "show", "tell_read"]

LISTS = ("requests", "slots_file", "availability", "limits", "people", "places")
"""The options that name lists."""
_Read = TypeVar("_Read")


def refuse_names(columns: Mapping[str, str], workbook: Mapping[str, str]) -> None:
    """Refuse columns and lists that there are not."""
    from sim.files.problems import did_you_mean
    from sim.interchange.lists import KINDS, every_column

    for option, given, known in (("--map", columns, every_column()), ("--sheet", workbook, KINDS)):
        for name in given:
            if name not in known:
                near = did_you_mean(name, known) or f"; there are {', '.join(known)}"
                what = "column" if option == "--map" else "list"
                raise click.BadParameter(f"there is no {what} {name!r}{near}", param_hint=option)


def refuse_wishes(lists: Lists, interest: str) -> None:
    """Refuse to count wishes that nobody has written down."""
    needed = {"reciprocal": (), "one_sided": ("wish_who",), "nash": ("wish_who", "wish_whom")}[interest]
    missing = [column for column in needed if column not in lists.requests.columns]
    if missing:
        columns = " and ".join(f"'{column}'" for column in missing)
        raise click.UsageError(f"--interest {interest} needs the column {columns} in the requests")


def lists_of(requests: Source, given: Mapping[str, Any], *, slots: Source | None = None) -> Lists:
    """The lists that the options name, by their names; `slots` where no option says any.

    Raises:
        ListError: with all that is wrong with any of the files.
    """
    from sim.interchange import read_lists

    pause = given["pause"]
    return read_lists(
        _standard_input() if str(requests) == "-" else requests,
        slots=given["slots"] or given["slots_file"] or slots,
        tables=given["tables"],
        availability=given["availability"],
        limits=given["limits"],
        interpreters=given["interpreters"],
        once=given["once"],
        day_ends=given["day_ends"],
        pause=None if pause is None else round(pause * 60_000),
        ignore_unknown=given["ignore_unknown"],
        walk=given["walk"],
        places=given["places"],
        people=given["people"],
        columns=given["columns"],
        workbook=given["workbook"],
        ranked=given["ranked"],
        if_need_be=given["if_need_be"] == "yes",
    )


def of_files(read: Callable[[], _Read]) -> _Read:
    """What `read` makes of files; what is wrong with them ends the command as bad input."""
    from sim.interchange import ListError

    try:
        return read()
    except ListError as error:
        way_out = "exposim: --ignore-unknown passes over unknown columns, and people who are in no request"
        raise BadInput(f"{error}\n{way_out}" if error.unknown else str(error)) from None


def tell_read(lists: Lists, notes: Iterable[str]) -> None:
    """Tell what files were taken for, and what may not be meant."""
    for each in lists.read:
        if not each.plain:
            tell(f"read {each}")
    for note in (*lists.notes, *notes):
        tell(f"note: {note}")


def show(made: Arranged, revision: int | None, out: Path | None, *, as_json: bool) -> None:
    """Print the figures, and the timetable where it is written to no file; or all of it as JSON."""
    from sim import interchange

    if as_json:
        told = json.dumps(interchange.as_json(made), indent=2, ensure_ascii=False, allow_nan=False)
        click.echo(printable_json(told))
    elif out is not None:
        click.echo(printable(interchange.summary(made)))
    else:
        click.echo(interchange.timetable_csv(made, revision), nl=False)
        click.echo(printable(interchange.summary(made)), err=True)


def _standard_input() -> bytes:
    try:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else (error.strerror or str(error)).lower()
        raise BadInput(f"exposim: standard input cannot be read: {reason}") from None
