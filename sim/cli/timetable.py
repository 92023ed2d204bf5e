"""The command `timetable`: from anyone's lists to a timetable, without a simulation."""

from __future__ import annotations

import errno
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.endings import BadInput
from sim.cli.telling import tell
from sim.cli.timetable_options import takes_lists
from sim.cli.timetable_page import EPILOG
from sim.cli.working import listening
from sim.files.reading import MOST_BYTES
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.interchange import Arranged, Lists, Publication
    from sim.matchmaking import Interest
    from sim.matchmaking.compact.compact import Lead, Least
    from sim.matchmaking.replan.replan import Keep

__all__ = ["timetable"]

LONG: Final = 100_000  # requests × slots: more takes seconds


@click.command(epilog=EPILOG)
@takes_lists
def timetable(
    requests: Path,
    slots: int | None,
    slots_file: Path | None,
    tables: int | None,
    availability: Path | None,
    limits: Path | None,
    people: Path | None,
    columns: dict[str, str],
    workbook: dict[str, str],
    ranked: bool,
    if_need_be: str,
    interpreters: dict[str, int],
    walk: int | None,
    places: Path | None,
    day_ends: int | None,
    pause: float | None,
    policy: str,
    interest: Interest,
    once: bool,
    compact: bool,
    least: Least,
    lead: Lead,
    fairness: int | None,
    exact: bool,
    time_limit: float | None,
    published: Path | None,
    keep: Keep | None,
    changes: Path | None,
    ignore_unknown: bool,
    out: Path | None,
    diaries: Path | None,
    calendars: Path | None,
    title: str | None,
    time_zone: str | None,
    revision: int | None,
    force: bool,
    json_wanted: bool,
    quiet: bool,
) -> None:
    """Make a timetable of meetings from a list of requests, CSV or .xlsx.

    Nothing is simulated: REQUESTS are anyone's list (- for standard input) of who wants to meet whom.
    Beside the timetable: its value, a bound on it and the gap, breaks and waits, use of the tables, and
    what one more table or delegate would be worth.

    A break is a run of slots in which somebody could meet and does not, between two meetings of a day;
    slots in which he is away, or for which there are no tables, are passed over; those kept free by his
    limits (lunch, keep_free) are not. His wait is the time of those slots, with the pause after each if the
    next one adjoins.
    """
    from sim.cli.handed_out import HandedOut
    from sim.cli.timetable_rules import refuse_together

    handed = HandedOut(out, diaries, calendars, title, time_zone, revision, changes)
    refuse_together(click.get_current_context().params, handed)
    _named(columns, workbook)
    from sim.interchange import ListError, as_json, read_lists, read_published, summary, timetable_csv

    _known(policy)
    given = (requests, slots_file, availability, limits, people, places, published)
    inputs = [each for each in given if each is not None]
    handed.refuse(inputs, force=force)
    try:
        lists = read_lists(
            _standard_input() if str(requests) == "-" else requests,
            slots=slots or slots_file,
            tables=tables,
            availability=availability,
            limits=limits,
            interpreters=interpreters,
            once=once,
            day_ends=day_ends,
            pause=None if pause is None else round(pause * 60_000),
            ignore_unknown=ignore_unknown,
            walk=walk,
            places=places,
            people=people,
            columns=columns,
            workbook=workbook,
            ranked=ranked,
            if_need_be=if_need_be == "yes",
        )
        before = None
        if published is not None:
            before = read_published(published, lists, ignore_unknown=ignore_unknown)
    except ListError as error:
        way_out = "exposim: --ignore-unknown passes over unknown columns, and people who are in no request"
        raise BadInput(f"{error}\n{way_out}" if error.unknown else str(error)) from None
    _wishes(lists, interest)
    handed.timed(lists)
    number, unnumbered = handed.numbered(before, published)
    if not (quiet or json_wanted):
        for each in lists.read:
            if not each.plain:
                tell(f"read {each}")
        for note in (*lists.notes, *(before.notes if before else ()), *unnumbered):
            tell(f"note: {note}")
    if not quiet and (exact or compact or lists.problem.requests * lists.problem.slots > LONG):
        tell(f"exposim: {lists.problem.requests:,} requests at work ...")
    begun = time.monotonic()
    if before is None:
        made = _arranged(lists, policy, interest, time_limit if policy == "optimal" else None)
    else:
        made = _rearranged(lists, before, keep or "times", interest, time_limit)
    if compact:
        left = None if time_limit is None else max(0.0, time_limit - (time.monotonic() - begun))
        made = _compacted(made, least, lead, fairness, exact, left)
    handed.write(made, number, force=force)
    if json_wanted:
        click.echo(printable_json(json.dumps(as_json(made), indent=2, ensure_ascii=False, allow_nan=False)))
    elif out is not None:
        click.echo(printable(summary(made)))
    else:
        click.echo(timetable_csv(made, number), nl=False)
        click.echo(printable(summary(made)), err=True)


def _standard_input() -> bytes:
    try:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else (error.strerror or str(error)).lower()
        raise BadInput(f"exposim: standard input cannot be read: {reason}") from None


def _arranged(lists: Lists, policy: str, interest: Interest, time_limit: float | None) -> Arranged:
    """The timetable of a policy; what it says of lists it has no use for is bad input."""
    from sim.interchange import arrange
    from sim.matchmaking import PolicyError

    try:
        return listening(lambda: arrange(lists, policy=policy, interest=interest, time_limit=time_limit))
    except ValueError as error:
        if isinstance(error, PolicyError) or not str(error).startswith(f"{policy}: "):
            raise
        raise BadInput(f"exposim: --policy {error}") from None


def _rearranged(
    lists: Lists, before: Publication, keep: Keep, interest: Interest, time_limit: float | None
) -> Arranged:
    from sim.interchange import rearrange

    return listening(lambda: rearrange(lists, before, keep=keep, interest=interest, time_limit=time_limit))


def _compacted(
    made: Arranged, least: Least, lead: Lead, fairness: int | None, exact: bool, time_limit: float | None
) -> Arranged:
    from sim.cli.apart import apart
    from sim.interchange import compacted
    from sim.matchmaking.compact.compact import compact

    problem, slot = made.timetable.problem, made.timetable.slot
    wanted: dict[str, Any] = {"lead": lead, "fairness": fairness, "least": least}
    if exact:
        found = apart(compact, problem, slot, **wanted, exact=True, time_limit=time_limit)
    else:
        found = listening(lambda: compact(problem, slot, **wanted))
    return compacted(made, found, fairness)


def _named(columns: dict[str, str], workbook: dict[str, str]) -> None:
    """Refuse columns and lists that there are not."""
    from sim.files.problems import did_you_mean
    from sim.interchange.lists import KINDS, every_column

    for option, given, known in (("--map", columns, every_column()), ("--sheet", workbook, KINDS)):
        for name in given:
            if name not in known:
                near = did_you_mean(name, known) or f"; there are {', '.join(known)}"
                what = "column" if option == "--map" else "list"
                raise click.BadParameter(f"there is no {what} {name!r}{near}", param_hint=option)


def _known(policy: str) -> None:
    from sim.files.problems import did_you_mean
    from sim.matchmaking import POLICIES

    if policy not in POLICIES:
        near = did_you_mean(policy, POLICIES) or f"; there are {', '.join(POLICIES)}"
        raise click.BadParameter(f"there is no policy {policy!r}{near}", param_hint="--policy")


def _wishes(lists: Lists, interest: str) -> None:
    """Refuse to count wishes that nobody has written down."""
    needed = {"reciprocal": (), "one_sided": ("wish_who",), "nash": ("wish_who", "wish_whom")}[interest]
    missing = [column for column in needed if column not in lists.requests.columns]
    if missing:
        columns = " and ".join(f"'{column}'" for column in missing)
        raise click.UsageError(f"--interest {interest} needs the column {columns} in the requests")
