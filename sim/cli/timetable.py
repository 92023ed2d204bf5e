"""The command `timetable`: from anyone's lists to a timetable, without a simulation."""

from __future__ import annotations

import datetime as dt
import errno
import json
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.endings import BadInput, writes
from sim.cli.handed_out import HandedOut
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
The files are CSV in UTF-8, or .xlsx, with a header; columns may stand in any
order; commas, semicolons or tabs separate them; what stands above the header
is passed over. A matrix, a poll and spans are read too, and what columns
are called otherwise can be said: see --help-layouts. What a file was taken
for is printed, unless it is a plain list as described here.
The timetable is written as REQUESTS are. Names are data: one that a
spreadsheet would run as a formula (= + - @ at its head) is written with a '
before it, which is taken away again where it is read. A file is 32 MiB
long at most, a workbook 256 MiB when unpacked.

\b
REQUESTS, a row for each meeting that somebody wants:
  who, whom   who asks whom; anyone may meet anyone
              (`Birch & Cedar`, or with a ; between, are two people, where
              both are known by themselves, here or from --people)
  with        who else must be there: Dahl; Elm
  weight      what the meeting is worth: the sum of those held is made
              great (left out: 1 each); below 0, a dislike: it is not held,
              unless it must be
  rank        in place of a weight: 1 for the asker's first choice, 2 for
              his second ...; of his R, rank r is worth R + 1 - r. (With
              --ranks, weight and wishes are such ranks.)
  wish_who, wish_whom
              what each side itself wishes it by (left out: the weight)
  arrival     when it came in, numbers or dates, for first_come and ties
              (left out: as in the file)
  must        yes (X, oui, ja, 1 ...): it is held before any that need not
  veto        yes: it is not held
  slot        the only slot in which it may be held: its name, or when it
              starts
  language    the interpreters it needs: see --interpreters
  id          a name for the request, for the column `after`; it is in the
              timetable too
  after       the id of a request that must end before this one, if both
              are held; at most 2,000 requests stand in such a chain
  one_of      a name: of the requests with the same, one is held at most
              (offers of the same meeting; an order holds for any of them)
  minutes     how long it takes (left out: one slot). A longer one takes slots
              that follow each other directly, at one table; its slot is the
              first of them
  place       where it is held, a name: see --walk and --places

\b
AVAILABILITY, a row for each person who is not always there:
  who         as in REQUESTS; whoever is not listed is always available
  a column for each slot, by its name (1, 2, ... with --slots):
              yes or no, 1 or 0, X, oui, ja ... An empty cell means no
              where the file has only yes, yes where it has only no, else it
              is an error. Columns that are dates with times are a poll
or who, from, to: he is there in the slots that lie wholly within; he may
              have several rows; times without a date are of every day

\b
LIMITS, a row for each person; who = * stands for all who have no cell of
their own (whose own most is below everybody's least has it for his least):
  who         as in REQUESTS
  delegates   meetings held at once (left out: 1, or as many as names)
  delegate_names
              who sits in them: Anna; Béla. More of them than meetings at
              once take turns; without names they are numbered
  most        the most meetings
  least       the fewest meetings, if it can be
  in_row      the most meetings in slots that adjoin: slots of one day with a
              pause of --pause minutes between them at most
  most_a_day, least_a_day
              the same for each day
  days        the most days on which to have meetings; 1: one day only
  lunch       slots of which one stays free on each day: by the clock, such
              as 12:00-13:00, or by name, such as 12:00 | 12:30. Of several
              delegates it is counted for all together, as are in_row and
              keep_free: diaries do not see to it that each has his own
  keep_free   slots of each day that stay free, for walk-ins
  rest        minutes between two meetings, at least
  place       the number of the table that this person keeps: all his meetings
              are there, one at a time

\b
SLOTS, a row for each slot:
  slot        its name
  start, end  such as 2024-11-26 10:00, 26.11.2024 10:00 or 10:00 (left out:
              half an hour each, one after the other). Whether 05/12/2024 is
              in May the other dates decide, or it is an error
  tables      tables in it (left out: --tables)
  day         the day it belongs to, any name (left out: a day ends at
              --day-ends; or else in the longest stretch of the clock without
              slots on any day, if it is four hours long, and wherever there
              is no slot for eight hours)

\b
PLACES, a row for each place, and for each way between two of them that takes
longer or less than --walk (a place may have several rows):
  place       its name, as in REQUESTS
  room        meetings held there at once, at most (left out: any number):
              the seats of a room, or of a company's own booth. Each takes one
              of the slot's tables besides
  to, minutes how long it takes to walk from there to another place, and back
              where no row says otherwise

\b
PUBLISHED is a timetable that --out wrote before, CSV or .xlsx, for lists that
may have changed since. Its rows are requests by their id, or by who and whom
(several of the same two by slot). A slot is the one of its name, if it is at
the same time still. By --keep, what comes first is
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


def _clock(ctx: click.Context, option: click.Parameter, given: str | None) -> int | None:
    """A time of day, in ms after midnight."""
    if given is None:
        return None
    try:
        when = dt.datetime.strptime(given, "%H:%M")
    except ValueError:
        raise click.BadParameter(f"{given!r} is not a time of day such as 04:00") from None
    return (when.hour * 60 + when.minute) * 60_000


def _pairs(what: str, example: str) -> Callable[..., dict[str, str]]:
    """Reads options of the form `NAME=TEXT`, of which no name may be given twice."""

    def read(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
        found: dict[str, str] = {}
        for text in given:
            name, sign, value = (part.strip() for part in text.partition("="))
            if not (name and sign and value):
                raise click.BadParameter(f"{text!r} is not {what} such as {example}")
            if name in found:
                raise click.BadParameter(f"{name!r} is given twice")
            found[name] = value
        return found

    return read


def _layouts(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from sim.cli.layouts_page import PAGE

        click.echo(PAGE, nl=False)
        ctx.exit()


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
    "--people",
    metavar="FILE",
    type=_file(),
    help="Everybody there is: whom a list names and this one does not is then an error.",
)
@click.option(
    "--map",
    "columns",
    metavar="COLUMN=NAME",
    multiple=True,
    callback=_pairs("a COLUMN=NAME", 'who="Company A"'),
    help='What a column is called in your lists: --map who="Company A". May be given several times.',
)
@click.option(
    "--sheet",
    "workbook",
    metavar="LIST=NAME",
    multiple=True,
    callback=_pairs("a LIST=NAME", "requests=Wishes"),
    help="Which sheet of a workbook LIST is on: requests, slots, availability, limits, people or places.",
)
@click.option(
    "--ranks",
    "ranked",
    is_flag=True,
    help="Weights are ranks, 1 being best: of somebody's R, rank r is worth R + 1 - r.",
)
@click.option(
    "--if-need-be",
    type=click.Choice(["yes", "no"]),
    default="no",
    show_default=True,
    help="What `if need be` (? in a poll) counts as.",
)
@click.option(
    "--interpreters",
    metavar="LANGUAGE=N",
    multiple=True,
    callback=_interpreters,
    help="Interpreters of a language in each slot. May be given several times.",
)
@click.option(
    "--walk",
    metavar="MINUTES",
    type=click.IntRange(0, 1440),
    help="Minutes between any two places (column `place` of REQUESTS): whoever holds one meeting at once "
    "has the time to walk.",
)
@click.option(
    "--places",
    metavar="FILE",
    type=_file(),
    help="Places (column `place` of REQUESTS): for how many meetings at once they have room, and the ways "
    "between them.",
)
@click.option(
    "--day-ends",
    metavar="HH:MM",
    callback=_clock,
    help="When a day ends, by the clock of the first slot. Otherwise: in the longest night.",
)
@click.option(
    "--pause",
    metavar="MINUTES",
    type=click.FloatRange(0, 1440),
    help="The longest pause between slots that adjoin (left out: the pause that days have most often, "
    "and twice at least; else none). It matters to `in_row`.",
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
    "--least",
    type=click.Choice(["breaks", "waits"]),
    default="breaks",
    show_default=True,
    help="With --compact: what is made least, the number of breaks or the time that people wait in them.",
)
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
    help="Prove the timetable best, or say what gap is left; with --compact, prove the breaks fewest or "
    "the waits shortest.",
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
@click.option(
    "--help-layouts",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_layouts,
    help="Show in which layouts lists may be, with an example of each, and exit.",
)
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
    if slots is not None and slots_file is not None:
        raise click.UsageError("--slots and --slots-file: give one of them")
    if slots is None and slots_file is None and availability is None:
        raise click.UsageError("how many slots? Give --slots N, --slots-file FILE or --availability FILE")
    if tables is None and slots_file is None:
        raise click.UsageError(
            "how many tables? Give --tables K, or --slots-file FILE with a column 'tables'"
        )
    if day_ends is not None and slots_file is None:
        raise click.UsageError("--day-ends goes with --slots-file FILE: without it slots have no times")
    handed = HandedOut(out, diaries, calendars, title, time_zone, revision or 0, changes)
    if force and not handed.paths:
        raise click.UsageError("--force goes with --out, --diaries or --changes FILE, or --calendars DIR")
    if not handed.made and (title is not None or time_zone is not None):
        option = "--title" if title is not None else "--time-zone"
        raise click.UsageError(f"{option} goes with --diaries FILE, --calendars DIR or --out FILE.xlsx")
    if revision is not None and calendars is None:
        raise click.UsageError("--revision goes with --calendars DIR")
    if published is None and (keep is not None or changes is not None):
        raise click.UsageError("--keep and --changes go with --published FILE")
    if published is not None and (compact or policy != "optimal"):
        other = "--compact" if compact else f"--policy {policy}"
        raise click.UsageError(
            f"--published goes with --policy optimal, not with {other}: what was published changes as little "
            "as can be, whatever else would be better (see --keep)"
        )
    if not compact and (fairness is not None or lead != "value"):
        raise click.UsageError("--lead and --fairness go with --compact")
    if least != "breaks" and not compact:
        raise click.UsageError("--least goes with --compact")
    if least == "waits" and (lead != "value" or fairness is not None):
        raise click.UsageError("--least waits goes with --lead value, and without --fairness")
    if lead == "fairness" and fairness is None:
        raise click.UsageError("--lead fairness needs --fairness D")
    if exact and policy != "optimal" and not compact:
        raise click.UsageError("--exact goes with --policy optimal or --compact")
    if time_limit is not None and policy != "optimal" and not (compact and exact):
        raise click.UsageError("--time-limit goes with --policy optimal or --compact --exact")

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
    for each in () if quiet or json_wanted else lists.read:
        if not each.plain:
            click.echo(printable(_wrapped(f"read {each}")), err=True)
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
        made = _compacted(made, least, lead, fairness, exact, left)
    handed.write(made, force=force)
    if json_wanted:
        click.echo(printable_json(json.dumps(as_json(made), indent=2, ensure_ascii=False, allow_nan=False)))
    elif out is not None:
        click.echo(printable(summary(made)))
    else:
        click.echo(timetable_csv(made), nl=False)
        click.echo(printable(summary(made)), err=True)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 80, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


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
