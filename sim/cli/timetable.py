"""The command `timetable`: from anyone's lists to a timetable, without a simulation."""

from __future__ import annotations

import errno
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.endings import BadInput, writes
from sim.cli.handed_out import HandedOut
from sim.cli.working import listening
from sim.files.reading import MOST_BYTES
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.interchange import Arranged, Lists
    from sim.matchmaking import Interest
    from sim.matchmaking.compact.compact import Lead

__all__ = ["timetable"]

LONG: Final = 100_000  # requests × slots: more takes seconds

EPILOG: Final = """\b
Examples:
  exposim timetable requests.csv --slots 12 --tables 20
  exposim timetable requests.csv --slots-file slots.csv --out timetable.csv
  exposim timetable requests.csv --slots 8 --availability free.csv
  exposim timetable requests.csv --slots 8 --tables 5 --compact --exact
  exposim timetable requests.csv --slots-file slots.csv --out all.xlsx \\
    --diaries diaries.html --calendars calendars --time-zone Europe/Budapest
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
  delegates   meetings held at once (left out: 1, or as many as names)
  delegate_names
              who sits in them: Anna; Béla. More of them than meetings at
              once take turns; without names they are numbered
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
The timetable has a row for each request, in the same order: who, whom,
weight, slot (its name or number), start, end, table (from 1) and, for those
without a slot, the reason. It goes to standard output, or with --out to a
file; the figures go to the other of standard error and standard output.

\b
What is handed out:
  --diaries FILE   a page for a browser, to be printed as well: everybody's
                   diary, each table's day, and all by slot and table. Where
                   somebody has delegates, each has a diary: they have
                   alike much to do, and stay at a table where they can
  --calendars DIR  the diaries as iCalendar, a file each, and index.csv,
                   which says whose each is. Slots with an offset from UTC
                   are written in UTC, or with --time-zone in that zone;
                   those without are what clocks there show. A meeting that
                   is published again replaces itself, if --revision is
                   greater; one that is no longer held must be deleted
  --out FILE.xlsx  a workbook: the timetable, the grid, a sheet a diary, a
                   sheet a table (pip install 'exposim[xlsx]')

\b
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
    "--ignore-unknown", is_flag=True, help="Pass over unknown columns, and people who are in no request."
)
@click.option(
    "--out",
    metavar="FILE",
    type=_file(),
    callback=writes,
    is_eager=True,
    help="Write the timetable to the new file FILE: a workbook if it ends in .xlsx, else CSV.",
)
@click.option(
    "--diaries",
    metavar="FILE",
    type=_file(),
    callback=writes,
    is_eager=True,
    help="Write diaries to the new HTML file FILE.",
)
@click.option(
    "--calendars",
    metavar="DIR",
    type=_file(),
    callback=writes,
    is_eager=True,
    help="Write diaries as iCalendar to the new directory DIR.",
)
@click.option("--title", metavar="TEXT", help="What the event is called in diaries and calendars.")
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="Where the event is, such as Europe/Budapest: diaries and calendars have its times.",
)
@click.option(
    "--revision",
    metavar="N",
    type=click.IntRange(0, 1_000_000),
    help="Of calendars: greater each time they are published again (left out: 0).",
)
@click.option("--force", is_flag=True, help="Replace FILE and DIR, once the new ones are complete.")
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
    handed = HandedOut(out, diaries, calendars, title, time_zone, revision or 0)
    if force and not handed.paths:
        raise click.UsageError("--force goes with --out FILE, --diaries FILE or --calendars DIR")
    if not handed.made and (title is not None or time_zone is not None):
        option = "--title" if title is not None else "--time-zone"
        raise click.UsageError(f"{option} goes with --diaries FILE, --calendars DIR or --out FILE.xlsx")
    if revision is not None and calendars is None:
        raise click.UsageError("--revision goes with --calendars DIR")
    if not compact and (fairness is not None or lead != "value"):
        raise click.UsageError("--lead and --fairness go with --compact")
    if lead == "fairness" and fairness is None:
        raise click.UsageError("--lead fairness needs --fairness D")
    if exact and policy != "optimal" and not compact:
        raise click.UsageError("--exact goes with --policy optimal or --compact")
    if time_limit is not None and policy != "optimal" and not (compact and exact):
        raise click.UsageError("--time-limit goes with --policy optimal or --compact --exact")

    from sim.interchange import ListError, as_json, read_lists, summary, timetable_csv

    _known(policy)
    inputs = [each for each in (requests, slots_file, availability, limits) if each is not None]
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
            ignore_unknown=ignore_unknown,
        )
    except ListError as error:
        way_out = "exposim: --ignore-unknown passes over unknown columns, and people who are in no request"
        raise BadInput(f"{error}\n{way_out}" if error.unknown else str(error)) from None
    _wishes(lists, interest)
    handed.timed(lists)
    for note in () if quiet or json_wanted else lists.notes:
        click.echo(printable(f"note: {note}"), err=True)
    if not quiet and (exact or compact or lists.problem.requests * lists.problem.slots > LONG):
        click.echo(f"exposim: {lists.problem.requests:,} requests at work ...", err=True)
    begun = time.monotonic()
    made = _arranged(lists, policy, interest, time_limit if policy == "optimal" else None)
    if compact:
        left = None if time_limit is None else max(0.0, time_limit - (time.monotonic() - begun))
        made = _compacted(made, lead, fairness, exact, left)
    handed.write(made, force=force)
    if json_wanted:
        click.echo(printable_json(json.dumps(as_json(made), indent=2, ensure_ascii=False, allow_nan=False)))
    elif out is not None:
        click.echo(printable(summary(made)))
    else:
        click.echo(timetable_csv(made), nl=False)
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
