"""The command `timetable`: from anyone's lists to a timetable, without a simulation."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.endings import BadInput
from sim.cli.telling import tell
from sim.cli.timetable_lists import LISTS, lists_of, of_files, refuse_names, refuse_wishes, show, tell_read
from sim.cli.timetable_options import takes_lists
from sim.cli.timetable_page import EPILOG
from sim.cli.working import listening

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
    policy: str,
    interest: Interest,
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
    **of_lists: Any,
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
    given = click.get_current_context().params
    refuse_together(given, handed)
    refuse_names(given["columns"], given["workbook"])
    from sim.interchange import read_published

    _known(policy)
    inputs = [given[name] for name in (*LISTS, "published") if given[name] is not None]
    handed.refuse(inputs, force=force)

    def read() -> tuple[Lists, Publication | None]:
        lists = lists_of(requests, given)
        if published is None:
            return lists, None
        return lists, read_published(published, lists, ignore_unknown=ignore_unknown)

    lists, before = of_files(read)
    refuse_wishes(lists, interest)
    handed.timed(lists)
    number, unnumbered = handed.numbered(before, published)
    if not (quiet or json_wanted):
        tell_read(lists, (*(before.notes if before else ()), *_gone(before), *unnumbered))
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
    show(made, number, out, as_json=json_wanted)


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


def _gone(before: Publication | None) -> tuple[str, ...]:
    """That this command knows nobody who is gone, if the published timetable does."""
    if before is None or not before.gone:
        return ()
    who = ", ".join(before.gone[:5]) + ", ..." * (len(before.gone) > 5)
    said = "gone, as --published says; this command asks --availability alone, `exposim replan` heeds it"
    return (f"{said}: {who}",)


def _known(policy: str) -> None:
    from sim.files.problems import did_you_mean
    from sim.matchmaking import POLICIES

    if policy not in POLICIES:
        near = did_you_mean(policy, POLICIES) or f"; there are {', '.join(POLICIES)}"
        raise click.BadParameter(f"there is no policy {policy!r}{near}", param_hint="--policy")
