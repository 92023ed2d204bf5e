"""The command `timetable`: from anyone's lists to a timetable, without a simulation."""

from __future__ import annotations

import errno
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.endings import BadInput, to_write, writes
from sim.cli.working import listening
from sim.files.reading import MOST_BYTES
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.interchange import Arranged, Lists, Publication
    from sim.matchmaking import Interest
    from sim.matchmaking.compact.compact import Lead
    from sim.matchmaking.replan.replan import Keep

__all__ = ["timetable"]

LONG: Final = 100_000  # requests × slots: more takes seconds

EPILOG: Final = """\b
Examples:
  exposim timetable requests.csv --slots 12 --tables 20
  exposim timetable requests.csv --slots-file slots.csv --out timetable.csv
  exposim timetable requests.csv --slots 8 --availability free.csv
  exposim timetable requests.csv --slots 8 --tables 5 --compact --exact
  exposim timetable requests.csv --slots 8 --tables 2 --json | jq .table_worth

\b
The files are CSV in UTF-8 with a header; columns may stand in any order;
commas, semicolons or tabs separate them. The timetable is written as
REQUESTS are. Names are data: one that a spreadsheet would run as a formula
(= + - @ at its head) is written with a ' before it, which is taken away
again where it is read. A file is 32 MiB long at most.

\b
REQUESTS, a row for each meeting that somebody wants:
  who, whom   who asks whom; anyone may meet anyone
  weight      what the meeting is worth, a number >= 0: their sum is made
              great
  wish_who, wish_whom
              what each side itself wishes it by (left out: the weight)
  arrival     when it came in, numbers or dates, for first_come and ties
              (left out: as in the file)
  must        yes: it is held before any that need not
  veto        yes: it is not held
  slot        the only slot in which it may be held
  language    the interpreters it needs: see --interpreters
  id          a name for the request, for the column `after`; it is in the
              timetable too
  after       the id of a request that must end before this one, if both
              are held; at most 2,000 requests stand in such a chain
  one_of      a name: of the requests with the same, one is held at most
              (offers of the same meeting; an order holds for any of them)

\b
AVAILABILITY, a row for each person who is not always there:
  who         as in REQUESTS; whoever is not listed is always available
  a column for each slot, by its name (1, 2, ... with --slots):
              yes or no, 1 or 0. An empty cell means no where the file has
              only yes, yes where it has only no, else it is an error

\b
LIMITS, a row for each person; who = * stands for all who have no cell of
their own:
  who         as in REQUESTS
  delegates   meetings held at once (left out: 1)
  most        the most meetings
  least       the fewest meetings, if it can be
  in_row      the most meetings in slots that follow each other directly
  most_a_day, least_a_day
              the same for each day
  days        the most days on which to have meetings; 1: one day only
  lunch       slots of which one stays free on each day: by the clock, such
              as 12:00-13:00, or by name, such as 12:00 | 12:30
  keep_free   slots of each day that stay free, for walk-ins

\b
SLOTS, a row for each slot:
  slot        its name
  start, end  such as 2024-11-26 10:00 (left out: half an hour each, one
              after the other)
  tables      tables in it (left out: --tables)

\b
PUBLISHED is a timetable that --out wrote before, for lists that may have
changed since. Its rows are requests by their id, or by who and whom (several
of the same two by slot). A slot is the one of its name, if it is at the same
time still. By --keep, what comes first is
  times       as many published meetings as can be; then the fewest of these
              moved to another slot, of the fewest people, none for the sake
              of a new meeting; then the greatest value
  meetings    as many published meetings as can be; then the greatest value;
              then the fewest of these moved, of the fewest people
  value       the greatest value; then as many published meetings as can be;
              then the fewest of these moved, of the fewest people
Must-meets come before all of it, `least` before the value. Whoever stays in a
slot keeps the table, if it is still there: no seating changes fewer.
--changes writes a row for each person and meeting that is not as it was:
person, partner, what (moved, table, cancelled, new), the old and the new
slot, start and table, and why.

\b
The timetable has a row for each request, in the same order: who, whom,
weight, slot (its name or number), start, end, table (from 1) and, for those
without a slot, the reason. It goes to standard output, or with --out to a
file; the figures go to the other of standard error and standard output.
Exit status: 0 done, 2 bad input, 130 stopped by Ctrl-C.
"""


def _file(**options: Any) -> click.Path:
    return click.Path(path_type=Path, **options)


def _interpreters(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in given:
        name, _, number = (part.strip() for part in text.rpartition("="))
        if not name or not (number.isascii() and number.isdigit()) or int(number) > 100_000:
            raise click.BadParameter(f"{text!r} is not a LANGUAGE=NUMBER such as hu=2")
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice")
        found[name] = int(number)
    return found


@click.command(epilog=EPILOG)
@click.argument("requests", type=_file(allow_dash=True))
@click.option(
    "--slots", metavar="N", type=click.IntRange(1, 2000), help="Slots, called 1 to N, one after the other."
)
@click.option("--slots-file", metavar="FILE", type=_file(), help="Slots with names, times and tables.")
@click.option(
    "--tables",
    metavar="K",
    type=click.IntRange(1, 100_000),
    help="Tables in each slot (in those for which a file of slots says none).",
)
@click.option(
    "--availability",
    metavar="FILE",
    type=_file(),
    help="Who can meet in which slot. Without --slots and --slots-file, it names the slots too.",
)
@click.option("--limits", metavar="FILE", type=_file(), help="Delegates and limits of people.")
@click.option(
    "--interpreters",
    metavar="LANGUAGE=N",
    multiple=True,
    callback=_interpreters,
    help="Interpreters of a language in each slot. May be given several times.",
)
@click.option(
    "--policy",
    metavar="POLICY",
    default="optimal",
    show_default=True,
    help="Which requests become meetings: none, first_come, round_robin, greedy, stable, slot_by_slot, "
    "optimal (greatest value) or fair (nobody left out).",
)
@click.option(
    "--interest",
    type=click.Choice(["reciprocal", "one_sided", "nash"]),
    default="reciprocal",
    show_default=True,
    help="What a meeting is worth: its weight, wish_who, or wish_who times wish_whom.",
)
@click.option(
    "--once",
    is_flag=True,
    help="Two people meet once at most: their requests are offers, of which one is held.",
)
@click.option("--compact", is_flag=True, help="Then move meetings so that people have fewer breaks.")
@click.option(
    "--lead",
    type=click.Choice(["value", "breaks", "fairness"]),
    default="value",
    show_default=True,
    help="With --compact, what comes first: value (all meetings are kept), or few breaks or fairness at "
    "the price of meetings.",
)
@click.option(
    "--fairness",
    metavar="D",
    type=click.IntRange(min=0),
    help="With --compact: no two people's numbers of breaks differ by more than D, if it can be.",
)
@click.option(
    "--exact",
    is_flag=True,
    help="Prove the timetable best, or say what gap is left; with --compact, prove the breaks fewest.",
)
@click.option(
    "--time-limit",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="End the search after so long. Otherwise the same lists give the same timetable anywhere.",
)
@click.option(
    "--published",
    metavar="PUBLISHED",
    type=_file(),
    help="Begin with this timetable, written by --out, and change it as little as can be.",
)
@click.option(
    "--keep",
    type=click.Choice(["times", "meetings", "value"]),
    help="With --published, what comes first: published meetings at their times (the default), published "
    "meetings at any time, or the greatest value.",
)
@click.option(
    "--changes",
    metavar="FILE",
    type=_file(),
    callback=writes,
    help="With --published: write who is to be told of what to the new file FILE.",
)
@click.option(
    "--ignore-unknown", is_flag=True, help="Pass over unknown columns, and people who are in no request."
)
@click.option(
    "--out",
    metavar="FILE",
    type=_file(),
    callback=writes,
    is_eager=True,
    help="Write the timetable to the new file FILE.",
)
@click.option("--force", is_flag=True, help="Replace FILE, once the new timetable is complete.")
@click.option("--json", "json_wanted", is_flag=True, help="Print everything as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print no notes on standard error.")
def timetable(
    requests: Path,
    slots: int | None,
    slots_file: Path | None,
    tables: int | None,
    availability: Path | None,
    limits: Path | None,
    interpreters: dict[str, int],
    policy: str,
    interest: Interest,
    once: bool,
    compact: bool,
    lead: Lead,
    fairness: int | None,
    exact: bool,
    time_limit: float | None,
    published: Path | None,
    keep: Keep | None,
    changes: Path | None,
    ignore_unknown: bool,
    out: Path | None,
    force: bool,
    json_wanted: bool,
    quiet: bool,
) -> None:
    """Make a timetable of meetings from a CSV file of requests.

    Nothing is simulated: REQUESTS are anyone's list (- for standard input) of who wants to meet whom.
    Beside the timetable: its value, a bound on it and the gap, breaks, use of the tables, and what one
    more table or delegate would be worth.
    """
    if slots is not None and slots_file is not None:
        raise click.UsageError("--slots and --slots-file: give one of them")
    if slots is None and slots_file is None and availability is None:
        raise click.UsageError("how many slots? Give --slots N, --slots-file FILE or --availability FILE")
    if tables is None and slots_file is None:
        raise click.UsageError(
            "how many tables? Give --tables K, or --slots-file FILE with a column 'tables'"
        )
    if force and out is None and changes is None:
        raise click.UsageError("--force goes with --out FILE or --changes FILE")
    if published is None and (keep is not None or changes is not None):
        raise click.UsageError("--keep and --changes go with --published FILE")
    if published is not None and (compact or policy != "optimal"):
        other = "--compact" if compact else f"--policy {policy}"
        raise click.UsageError(
            f"--published goes with --policy optimal, not with {other}: what was published changes as little "
            "as can be, whatever else would be better (see --keep)"
        )
    if changes is not None and out is not None and changes.resolve() == out.resolve():
        raise click.UsageError("--out and --changes: the same place; give two")
    if not compact and (fairness is not None or lead != "value"):
        raise click.UsageError("--lead and --fairness go with --compact")
    if lead == "fairness" and fairness is None:
        raise click.UsageError("--lead fairness needs --fairness D")
    if exact and policy != "optimal" and not compact:
        raise click.UsageError("--exact goes with --policy optimal or --compact")
    if time_limit is not None and policy != "optimal" and not (compact and exact):
        raise click.UsageError("--time-limit goes with --policy optimal or --compact --exact")

    from sim.interchange import (
        ListError,
        as_json,
        changes_csv,
        read_lists,
        read_published,
        refuse,
        summary,
        timetable_csv,
    )

    _known(policy)
    places = [each for each in (out, changes) if each is not None]
    if places:
        inputs = [
            each for each in (requests, slots_file, availability, limits, published) if each is not None
        ]
        try:
            for place in places:
                refuse(place, inputs, force=force)
        except OSError as error:
            raise BadInput(f"exposim: {error}") from None
    try:
        lists = read_lists(
            _standard_input() if str(requests) == "-" else requests,
            slots=slots or slots_file,
            tables=tables,
            availability=availability,
            limits=limits,
            interpreters=interpreters,
            once=once,
            ignore_unknown=ignore_unknown,
        )
        before = None
        if published is not None:
            before = read_published(published, lists, ignore_unknown=ignore_unknown)
    except ListError as error:
        way_out = "exposim: --ignore-unknown passes over unknown columns, and people who are in no request"
        raise BadInput(f"{error}\n{way_out}" if error.unknown else str(error)) from None
    _wishes(lists, interest)
    for note in () if quiet or json_wanted else (*lists.notes, *(before.notes if before else ())):
        click.echo(printable(f"note: {note}"), err=True)
    if not quiet and (exact or compact or lists.problem.requests * lists.problem.slots > LONG):
        click.echo(f"exposim: {lists.problem.requests:,} requests at work ...", err=True)
    begun = time.monotonic()
    if before is None:
        made = _arranged(lists, policy, interest, time_limit if policy == "optimal" else None)
    else:
        made = _rearranged(lists, before, keep or "times", interest, time_limit)
    if compact:
        left = None if time_limit is None else max(0.0, time_limit - (time.monotonic() - begun))
        made = _compacted(made, lead, fairness, exact, left)
    written = timetable_csv(made)
    contents = [(out, written), (changes, b"" if before is None else changes_csv(made))]
    for path, content in contents:
        if path is not None:
            _publish(content, path, force=force)
    if json_wanted:
        click.echo(printable_json(json.dumps(as_json(made), indent=2, ensure_ascii=False, allow_nan=False)))
    elif out is not None:
        click.echo(printable(summary(made)))
    else:
        click.echo(written, nl=False)
        click.echo(printable(summary(made)), err=True)


def _publish(content: bytes, place: Path, *, force: bool) -> None:
    from sim.interchange import publish

    try:
        publish(content, place, force=force)
        to_write(place)
    except KeyboardInterrupt:
        if place.is_file() and place.read_bytes() == content:  # it came in the last moment
            to_write(place)
        raise


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
    made: Arranged, lead: Lead, fairness: int | None, exact: bool, time_limit: float | None
) -> Arranged:
    from sim.cli.apart import apart
    from sim.interchange import compacted
    from sim.matchmaking.compact.compact import compact

    problem, slot = made.timetable.problem, made.timetable.slot
    if exact:
        found = apart(compact, problem, slot, lead=lead, fairness=fairness, exact=True, time_limit=time_limit)
    else:
        found = listening(lambda: compact(problem, slot, lead=lead, fairness=fairness))
    return compacted(made, found, fairness)


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
