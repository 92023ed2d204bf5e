"""The command `replan`: some days are over, and the days left change as little as can be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.handed_out import HandedOut
from sim.cli.timetable_lists import LISTS, lists_of, of_files, refuse_names, refuse_wishes, show, tell_read
from sim.cli.timetable_options import takes_days_left
from sim.cli.working import listening

if TYPE_CHECKING:
    from sim.interchange import Arranged, Begun, Lists, Publication
    from sim.interchange.replanning import NeverCame
    from sim.matchmaking import Interest
    from sim.matchmaking.replan.replan import Keep

__all__ = ["replan"]

EPILOG: Final = """\b
Examples:
  exposim replan timetable.csv --from 2024-11-28 --happened happened.csv
  exposim replan timetable.csv --from 2024-11-28 --happened happened.csv \\
    --requests requests.csv --slots-file slots.csv --limits limits.csv \\
    --out timetable-2.csv --changes changes.csv
  exposim replan timetable.csv --from "2024-11-28 13:00" --gone "Ash Ltd"
  exposim run fair.toml --timetable plan.csv --happened day1.csv
  exposim replan plan.csv --from 2026-05-13 --happened day1.csv

\b
PUBLISHED is what `exposim timetable --out`, `exposim run --timetable` or this
command wrote. Slots before --from are over. What was held in them stands, is
not held again, and counts towards what people have at most (in all, a day,
in a row). What was not held is asked for again like any other request, if
nobody in it is gone. Of what is left the fewest meetings move, proven as in
`exposim timetable --published`; the time of those who are gone is free for
others. The new timetable has what was held, too, and who is gone (column
`gone`): the next evening it is PUBLISHED.

\b
HAPPENED, CSV or .xlsx, a row for each published meeting before --from (it may
be PUBLISHED itself with the column `held` beside):
  who, whom   as in PUBLISHED (or the other way round)
  held        yes or no; an empty cell says nothing
  missing     who was not there, with ; between; empty: nobody's fault
  why         in your words
  slot, start, id
              one of them, where the two had several meetings
A meeting of which it says nothing is taken as held; rows of meetings that are
not before --from are passed over.

\b
Without --requests, they are those of PUBLISHED: who, whom, with, weight and
id, and nothing of must, language, after or the like. A meeting that was held
and of which REQUESTS say nothing stands, and counts towards no limit.
Without --slots, --slots-file and --availability, slots are those in which
PUBLISHED has meetings, each with as many tables as the fullest has meetings
or as the highest table (or --tables K). The other lists are those of
`exposim timetable --help`.

\b
--changes writes a row for each person and meeting that is not as it was, as
`exposim timetable` does; `again` is one that was not held, with its old slot
and the new one.

\b
Exit status: 0 done, 2 bad input, 130 stopped by Ctrl-C.
"""


@click.command(epilog=EPILOG)
@takes_days_left
def replan(
    published: Path,
    since: str,
    happened: Path | None,
    requests: Path | None,
    gone: tuple[str, ...],
    never_came: NeverCame,
    again: str,
    interest: Interest,
    time_limit: float | None,
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
    **of_lists: Any,
) -> None:
    """Plan the days left again, from what became of the meetings of the days that were.

    PUBLISHED is the timetable that people have, HAPPENED says which of its meetings were held; out comes a
    timetable for the days left, with the fewest changes, and who is to be told of what.
    """
    from sim.cli.timetable_rules import refuse_of_replan

    handed = HandedOut(out, diaries, calendars, title, time_zone, revision, changes)
    given = click.get_current_context().params
    refuse_of_replan(given, handed)
    refuse_names(given["columns"], given["workbook"])
    inputs = [given[name] for name in (*LISTS, "published", "happened") if given[name] is not None]
    handed.refuse(inputs, force=force)

    def read() -> tuple[Begun, Lists, Publication]:
        from sim.interchange import begin, read_published
        from sim.interchange.from_published import requests_from, slots_from

        slots = None
        if not any(given[name] for name in ("slots", "slots_file", "availability")):
            slots = slots_from(published, tables=given["tables"] is None, ignore_unknown=ignore_unknown)
        asked = requests or requests_from(published, ignore_unknown=ignore_unknown)
        lists = lists_of(asked, given, slots=slots)
        before = read_published(published, lists, ignore_unknown=ignore_unknown)
        begun = begin(
            lists,
            before,
            happened,
            since,
            gone=gone,
            never_came=never_came,
            again=again == "yes",
            published=str(published),
            ignore_unknown=ignore_unknown,
        )
        return begun, lists, before

    begun, lists, before = of_files(read)
    refuse_wishes(lists, interest)
    handed.timed(lists)
    number, unnumbered = handed.numbered(before, published)
    if not (quiet or json_wanted):
        tell_read(lists, (*begun.publication.notes, *unnumbered))

    def made_again() -> Arranged:
        from sim.interchange import replan as replanned

        return replanned(begun, keep=keep or "times", interest=interest, time_limit=time_limit)

    made = of_files(lambda: listening(made_again))
    handed.write(made, number, force=force)
    show(made, number, out, as_json=json_wanted)
