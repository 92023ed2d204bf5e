"""The argument and the options of `exposim timetable`, each read by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from sim.cli.arguments import Measure
from sim.cli.endings import writes
from sim.cli.path_of import PathOf

__all__ = ["takes_days_left", "takes_lists"]

_T = TypeVar("_T")
# as in the lists (`slots_csv.py`), which are slow to import and need not be for the help; a test holds both
_MOST_TABLES: Final = 100_000
_MOST_SLOTS: Final = 2_000


def _file(**options: Any) -> click.Path:
    return PathOf(**options)


def _clock(ctx: click.Context, option: click.Parameter, given: str | None) -> int | None:
    """A time of day, in ms after midnight."""
    if given is None:
        return None
    try:
        when = dt.datetime.strptime(given, "%H:%M")
    except ValueError:
        raise click.BadParameter(f"{given!r} is not a time of day such as 04:00") from None
    return (when.hour * 60 + when.minute) * 60_000


def _pairs(what: str, example: str, read: Callable[[str], _T]) -> Callable[..., dict[str, _T]]:
    """Reads options of the form `NAME=TEXT`, of which no name may be given twice.

    `read` makes of a text what is meant, or raises ValueError.
    """

    def pairs(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, _T]:
        found: dict[str, _T] = {}
        for text in given:
            name, sign, value = (part.strip() for part in text.partition("="))
            try:
                meant = read(value)
            except ValueError:
                sign = ""
            if not (name and sign and value):
                raise click.BadParameter(f"{text!r} is not {what} such as {example}")
            if name in found:
                raise click.BadParameter(f"{name!r} is given twice")
            found[name] = meant
        return found

    return pairs


def _interpreters(text: str) -> int:
    """How many there are; as many as there can be tables."""
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST_TABLES:
        raise ValueError(text)
    return int(text)


def _layouts(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from sim.cli.layouts_page import PAGE

        click.echo(PAGE, nl=False)
        ctx.exit()


_REQUESTS: Final = (click.argument("requests", type=_file(allow_dash=True)),)
_PAST: Final = (
    click.argument("published", type=_file()),
    click.option(
        "--from",
        "since",
        metavar="WHEN",
        required=True,
        help="The first slot left, by its name or a moment: 2024-11-28, '2024-11-28 09:00'.",
    ),
    click.option(
        "--happened",
        metavar="FILE",
        type=_file(),
        help="Which meetings before that were held, and who was missing from those that were not. Those that "
        "it does not name were held; left out, all were.",
    ),
    click.option(
        "--requests",
        metavar="FILE",
        type=_file(),
        help="The requests as they are now, those of the days that were too. Left out: those of PUBLISHED.",
    ),
    click.option(
        "--gone",
        metavar="NAME",
        multiple=True,
        help="Somebody who has left or never came: he has no meeting any more. May be given several times.",
    ),
    click.option(
        "--never-came",
        type=click.Choice(["gone", "stay"]),
        default="gone",
        show_default=True,
        help="Whether those who were missing from all of their meetings, two at least, are gone as well.",
    ),
    click.option(
        "--again",
        type=click.Choice(["yes", "no"]),
        default="yes",
        show_default=True,
        help="Whether meetings that were not held are asked for again, where nobody in them is gone.",
    ),
)
_LISTS: Final = (
    click.option(
        "--slots",
        metavar="N",
        type=click.IntRange(1, _MOST_SLOTS),
        help="Slots, called 1 to N, one after the other.",
    ),
    click.option("--slots-file", metavar="FILE", type=_file(), help="Slots with names, times and tables."),
    click.option(
        "--tables",
        metavar="K",
        type=click.IntRange(1, _MOST_TABLES),
        help="Tables in each slot (in those for which a file of slots says none).",
    ),
    click.option(
        "--availability",
        metavar="FILE",
        type=_file(),
        help="Who can meet in which slot. Without --slots and --slots-file, it names the slots too.",
    ),
    click.option("--limits", metavar="FILE", type=_file(), help="Delegates and limits of people."),
    click.option(
        "--people",
        metavar="FILE",
        type=_file(),
        help="Everybody there is: whom a list names and this one does not is then an error.",
    ),
    click.option(
        "--map",
        "columns",
        metavar="COLUMN=NAME",
        multiple=True,
        callback=_pairs("a COLUMN=NAME", 'who="Company A"', str),
        help='What a column is called in your lists: --map who="Company A". May be given several times.',
    ),
    click.option(
        "--sheet",
        "workbook",
        metavar="LIST=NAME",
        multiple=True,
        callback=_pairs("a LIST=NAME", "requests=Wishes", str),
        help="Which sheet of a workbook LIST is on: requests, slots, availability, limits, people or places.",
    ),
    click.option(
        "--ranks",
        "ranked",
        is_flag=True,
        help="Weights are ranks, 1 being best: of somebody's R, rank r is worth R + 1 - r.",
    ),
    click.option(
        "--if-need-be",
        type=click.Choice(["yes", "no"]),
        default="no",
        show_default=True,
        help="What `if need be` (? in a poll) counts as.",
    ),
    click.option(
        "--interpreters",
        metavar="LANGUAGE=N",
        multiple=True,
        callback=_pairs("a LANGUAGE=NUMBER", "hu=2", _interpreters),
        help="Interpreters of a language in each slot. May be given several times.",
    ),
    click.option(
        "--walk",
        metavar="MINUTES",
        type=click.IntRange(0, 1440),
        help="Minutes between any two places (column `place` of REQUESTS): whoever holds one meeting at once "
        "has the time to walk.",
    ),
    click.option(
        "--places",
        metavar="FILE",
        type=_file(),
        help="Places (column `place` of REQUESTS): for how many meetings at once they have room, and the "
        "ways between them.",
    ),
    click.option(
        "--day-ends",
        metavar="HH:MM",
        callback=_clock,
        help="When a day ends, by the clock of the first slot. Otherwise: in the longest night.",
    ),
    click.option(
        "--pause",
        metavar="MINUTES",
        type=Measure(0, 1440),
        help="The longest pause between slots that adjoin (left out: the pause that days have most often, "
        "and twice at least; else none). It matters to `in_row`.",
    ),
)
_POLICY: Final = (
    click.option(
        "--policy",
        metavar="POLICY",
        default="optimal",
        show_default=True,
        help="Which requests become meetings: none, first_come, round_robin, greedy, stable, slot_by_slot, "
        "optimal (greatest value) or fair (nobody left out).",
    ),
)
_WORTH: Final = (
    click.option(
        "--interest",
        type=click.Choice(["reciprocal", "one_sided", "nash"]),
        default="reciprocal",
        show_default=True,
        help="What a meeting is worth: its weight, wish_who, or wish_who times wish_whom.",
    ),
    click.option(
        "--once",
        is_flag=True,
        help="Two people meet once at most: their requests are offers, of which one is held.",
    ),
)
_BREAKS: Final = (
    click.option("--compact", is_flag=True, help="Then move meetings so that people have fewer breaks."),
    click.option(
        "--least",
        type=click.Choice(["breaks", "waits"]),
        default="breaks",
        show_default=True,
        help="With --compact: what is made least, the number of breaks or the time that people wait in them.",
    ),
    click.option(
        "--lead",
        type=click.Choice(["value", "breaks", "fairness"]),
        default="value",
        show_default=True,
        help="With --compact, what comes first: value (all meetings are kept), or few breaks or fairness at "
        "the price of meetings.",
    ),
    click.option(
        "--fairness",
        metavar="D",
        type=click.IntRange(min=0),
        help="With --compact: no two people's numbers of breaks differ by more than D, if it can be.",
    ),
    click.option(
        "--exact",
        is_flag=True,
        help="Prove the timetable best, or say what gap is left; with --compact, prove the breaks fewest or "
        "the waits shortest.",
    ),
)
_TIME: Final = (
    click.option(
        "--time-limit",
        metavar="SECONDS",
        type=Measure(min=0, min_open=True),
        help="End the search after so long. Otherwise the same lists give the same timetable anywhere.",
    ),
)
_KEPT: Final = (
    click.option(
        "--keep",
        type=click.Choice(["times", "meetings", "value"]),
        help="Of what was published, what comes first: published meetings at their times (the default), "
        "published meetings at any time, or the greatest value.",
    ),
    click.option(
        "--changes",
        metavar="FILE",
        type=_file(),
        callback=writes,
        help="Of what was published: write who is to be told of what to the new file FILE.",
    ),
)
_AGAIN: Final = (
    click.option(
        "--published",
        metavar="PUBLISHED",
        type=_file(),
        help="Begin with this timetable, written by --out, and change it as little as can be.",
    ),
    *_KEPT,
)
_HANDED: Final = (
    click.option(
        "--ignore-unknown", is_flag=True, help="Pass over unknown columns, and people who are in no request."
    ),
    click.option(
        "--out",
        metavar="FILE",
        type=_file(),
        callback=writes,
        is_eager=True,
        help="Write the timetable to the new file FILE: a workbook if it ends in .xlsx, else CSV.",
    ),
    click.option(
        "--diaries",
        metavar="FILE",
        type=_file(),
        callback=writes,
        is_eager=True,
        help="Write diaries to the new HTML file FILE.",
    ),
    click.option(
        "--calendars",
        metavar="DIR",
        type=_file(),
        callback=writes,
        is_eager=True,
        help="Write diaries as iCalendar to the new directory DIR.",
    ),
    click.option("--title", metavar="TEXT", help="What the event is called in diaries and calendars."),
    click.option(
        "--time-zone",
        metavar="ZONE",
        help="Where the event is, such as Europe/Budapest: diaries and calendars have its times.",
    ),
    click.option(
        "--revision",
        metavar="N",
        type=click.IntRange(0, 1_000_000),
        help="Of calendars, their SEQUENCE (left out: one more than in what is published or replaced, or 0).",
    ),
    click.option("--force", is_flag=True, help="Replace FILE and DIR, once the new ones are complete."),
    click.option("--json", "json_wanted", is_flag=True, help="Print everything as JSON."),
    click.option("--quiet", "-q", is_flag=True, help="Print no notes on standard error."),
    click.option(
        "--help-layouts",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_layouts,
        help="Show in which layouts lists may be, with an example of each, and exit.",
    ),
)


def takes_lists(function: Callable[..., None]) -> Callable[..., None]:
    """The command gets REQUESTS and these options, by their names; the help shows them in this order."""
    return _takes(function, (*_REQUESTS, *_LISTS, *_POLICY, *_WORTH, *_BREAKS, *_TIME, *_AGAIN, *_HANDED))


def takes_days_left(function: Callable[..., None]) -> Callable[..., None]:
    """The same for a command that goes on from what was published and what became of it."""
    return _takes(function, (*_PAST, *_LISTS, *_WORTH, *_TIME, *_KEPT, *_HANDED))


def _takes(function: Callable[..., None], options: Sequence[Callable[..., Any]]) -> Callable[..., None]:
    for each in reversed(options):
        function = each(function)
    return function
