"""Limits of matchmaking programmes that contradict each other, are of no use, or can never bind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.checks.timing import (
    Hours,
    clock_text,
    first_slots,
    minutes_of,
    open_hours,
    slot_hours,
    slot_parts,
    slots_in_row,
    slots_of_day,
)
from sim.scenario.schema.data import Matchmaking, MeetingLimits, ScenarioData
from sim.scenario.schema.limits import COLUMNS, Limit
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["limit_checks", "limit_doubts", "most_of_sponsor"]

_AT_ODDS: Final[tuple[tuple[Limit, Limit], ...]] = (
    ("least_meetings_each", "most_meetings_each"),
    ("least_a_day", "most_a_day"),
    ("least_a_day", "most_meetings_each"),
)

Said = Callable[[Limit], tuple[int | None, str]]
"""A limit, None if there is none, and what says it."""


def limit_checks(data: ScenarioData, listed: tuple[ExhibitorRow, ...]) -> Iterator[Check]:
    """What contradicts itself; `listed`: the exhibitors of a file."""
    for name, matching in data.matchmaking.items():
        for check in (_lunch, _tables_kept, _least):
            yield partial(check, name)
        for who in matching.limits:
            yield partial(_one_kind, name, who)
            yield partial(_least_of, name, who)
    yield partial(_rows, listed)


def _lunch(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching, at = data.matchmaking[name], ("matchmaking", name)
    times = {
        key: clock_text(minutes_of(time))
        for key in ("lunch_from", "lunch_to")
        if (time := getattr(matching, key)) is not None
    }
    if len(times) == 1:
        ((key, said),) = times.items()
        yield (*at, key), f"found {said}; it needs lunch_from and lunch_to"
    elif times and times["lunch_to"] <= times["lunch_from"]:
        message = f"found {times['lunch_to']}; allowed: after lunch_from = {times['lunch_from']}"
        yield (*at, "lunch_to"), message
    if not times:
        if matching.lunch_slots != Matchmaking.model_fields["lunch_slots"].default:
            yield (*at, "lunch_slots"), "has no use without lunch_from and lunch_to"
        for who, limits in matching.limits.items():
            if limits.lunch_slots:
                yield (*at, "limits", who, "lunch_slots"), "has no use without lunch_from and lunch_to"


def _tables_kept(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    at: Keys = ("matchmaking", name, "tables_kept")
    if matching.tables_kept and matching.location == "booth":
        yield at, "has no use where meetings are held at booths"
    elif matching.tables_kept > matching.tables:
        yield at, f"found {matching.tables_kept}; allowed: at most tables, {matching.tables}"


def _at_odds(own: Said, most_of: Said, allowed: str = "allowed: at most") -> Iterator[tuple[Limit, str]]:
    """Each least of some participants' `own` limits that is more than a most of theirs, once."""
    told = set()
    for low, high in _AT_ODDS:
        (least, _), (most, by) = own(low), most_of(high)
        if low not in told and least is not None and most is not None and least > most:
            told.add(low)
            yield low, f"found {least}; {allowed} {by}, {most}"


def _least(name: str, data: ScenarioData) -> Iterator[Finding]:
    said = partial(_own, data.matchmaking[name])
    for low, message in _at_odds(said, said):
        yield ("matchmaking", name, low), message


def _one_kind(name: str, who: str, data: ScenarioData) -> Iterator[Finding]:
    """A name that is of two kinds of participants."""
    kinds = {"a kind of sponsor": tuple(data.exhibitors.sponsors), "a persona": tuple(data.visitors)}
    of = [kind for kind, names in kinds.items() if who in names]
    if who in ("exhibitors", "visitors"):
        of.insert(0, f"all {who}")
    if len(of) > 1:
        message = f"found '{who}', which is {' and '.join(of)}: give one of them another name"
        yield ("matchmaking", name, "limits", who), message


def _least_of(name: str, who: str, data: ScenarioData) -> Iterator[Finding]:
    """A least of some that is more than the most they may have."""
    matching = data.matchmaking[name]
    own, most_of = partial(_own, matching.limits[who]), partial(_said, data, matching, who)
    for low, message in _at_odds(own, most_of):
        yield ("matchmaking", name, "limits", who, low), message


def most_of_sponsor(data: ScenarioData, matching: Matchmaking, sponsor: str) -> tuple[int | None, str]:
    """The most meetings of a sponsor of this kind, None if there is no limit, and what says so."""
    return _said(data, matching, sponsor, "most_meetings_each")


def _said(data: ScenarioData, matching: Matchmaking, who: str, limit: Limit) -> tuple[int | None, str]:
    """A limit of these participants, and what says it: they, all exhibitors or visitors, or the programme."""
    all_of = "visitors" if who == "visitors" or who in data.visitors else "exhibitors"
    for each in (who, all_of):
        own = matching.limits.get(each)
        if own is not None and getattr(own, limit) is not None:
            return getattr(own, limit), f"limits.{each}.{limit}"
    return getattr(matching, limit), limit


def _own(limits: Matchmaking | MeetingLimits, limit: Limit) -> tuple[int | None, str]:
    return getattr(limits, limit), limit


def _rows(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    for number, row in enumerate(listed):
        said = partial(_of_row, row)
        for low, message in _at_odds(said, said):
            yield ("exhibitors_file", number, COLUMNS[low]), message


def _of_row(row: ExhibitorRow, limit: Limit) -> tuple[int | None, str]:
    return getattr(row, COLUMNS[limit]), f"its {COLUMNS[limit]}"


class _Slots(NamedTuple):
    """What of a programme's slots limits are held against."""

    a_day: int  # on the day with the most
    days: int  # with slots
    in_all: int
    at_once: int  # meetings of an exhibitor
    in_row: int
    length: float  # minutes of the longest day, from the first slot to the end of the last, about


def limit_doubts(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    """Limits that can never bind or be kept, or let nobody meet; `listed`: the exhibitors of a file."""
    for name, matching in data.matchmaking.items():
        slots = _slots(matching, data)
        if not slots.a_day:
            continue
        at: Keys = ("matchmaking", name)
        yield from _lunch_doubts(at, matching, data)
        for key, message in _never(matching, matching, slots):
            yield (*at, key), f"found {getattr(matching, key):g}; {message}"
        for who, limits in matching.limits.items():
            alone = who == "visitors" or who in data.visitors
            own = slots._replace(at_once=1) if alone else slots
            for key, message in _never(limits, matching, own):
                yield (*at, "limits", who, key), f"found {getattr(limits, key):g}; {message}"
        yield from _least_of_rows(name, slots, listed, data)


def _least_of_rows(
    name: str, slots: _Slots, listed: tuple[ExhibitorRow, ...], data: ScenarioData
) -> Iterator[Finding]:
    """The first exhibitor of a file that cannot have its least in a programme, and how many there are."""
    matching = data.matchmaking[name]
    found: dict[Limit, list[tuple[int, str]]] = {}
    for number, row in enumerate(listed):
        if matching.host_pavilion not in (None, row.pavilion) and not matching.exhibitor_guest_share:
            continue  # takes no part

        def most_of(limit: Limit, row: ExhibitorRow = row) -> tuple[int | None, str]:
            own, by = _of_row(row, limit)
            if own is not None:
                return own, by
            said, by = _said(data, matching, row.sponsor or "exhibitors", limit)
            return said, f"{name}'s {by}"

        own = partial(_of_row, row)
        told = dict(_at_odds(own, most_of, "it can have at most"))
        for low, message in _too_few(own("least_meetings_each")[0], own("least_a_day")[0], slots):
            told.setdefault(low, f"found {own(low)[0]}; {name}: {message}")
        for low, message in told.items():
            found.setdefault(low, []).append((number, message))
    for low, each in found.items():
        (number, message), *others = each
        more = f" ({len(each)} such rows)" if others else ""
        yield ("exhibitors_file", number, COLUMNS[low]), message + more


def _slots(matching: Matchmaking, data: ScenarioData) -> _Slots:
    windows = matching.windows or (matching.areas,) * data.expo.days
    each = [
        slots_of_day(matching, data, day, number) * -(-number // matching.areas)
        for day, number in enumerate(windows)
    ]
    hours = [slot_hours(matching, data, day, doors) for day, doors in enumerate(open_hours(data))]
    return _Slots(
        a_day=max(each, default=0),
        days=sum(number > 0 for number in each),
        in_all=sum(each),
        at_once=matching.delegates,
        in_row=slots_in_row(matching, data),
        length=max((day.length for day in hours), default=0.0),
    )


def _never(
    limits: Matchmaking | MeetingLimits, matching: Matchmaking, slots: _Slots
) -> Iterator[tuple[Limit, str]]:
    """The limits among these that never bind or cannot be kept, and why."""
    most, many = slots.a_day * slots.at_once, _slots_text(slots.a_day)
    at_once = _at_once_text(slots)
    if limits.most_a_day is not None and limits.most_a_day >= most:
        yield "most_a_day", f"no day has more than {many}{at_once}: it never binds"
    yield from _too_few(limits.least_meetings_each, limits.least_a_day, slots)
    if limits.most_days is not None and limits.most_days >= slots.days:
        yield "most_days", f"there are slots on {slots.days} day{'s' * (slots.days != 1)}: it never binds"
    if limits.keep_free is not None and limits.keep_free >= slots.a_day:
        yield "keep_free", f"no day has more than {many}: nobody has a meeting"
    if limits.rest_minutes is not None and limits.rest_minutes:
        if limits.rest_minutes <= matching.buffer_minutes:
            yield (
                "rest_minutes",
                f"buffer_minutes is {matching.buffer_minutes:g}, as long or longer: it never binds",
            )
        elif limits.rest_minutes > slots.length - 2 * matching.slot_minutes:
            yield (
                "rest_minutes",
                f"a day's slots lie within {slots.length:g} minutes: nobody has two meetings a day",
            )
    own = limits is not matching  # the programme's is told by another check
    if own and limits.most_in_row is not None and limits.most_in_row >= slots.in_row:
        yield "most_in_row", f"no day has more than {slots.in_row} on end: it never binds"


def _too_few(least: int | None, least_a_day: int | None, slots: _Slots) -> Iterator[tuple[Limit, str]]:
    """The leasts among these for which there are too few slots, and how many there are."""
    at_once = _at_once_text(slots)
    if least is not None and least > slots.in_all * slots.at_once:
        yield "least_meetings_each", f"there are no more than {_slots_text(slots.in_all)}{at_once}"
    if least_a_day is not None and least_a_day > slots.a_day * slots.at_once:
        yield "least_a_day", f"no day has more than {_slots_text(slots.a_day)}{at_once}"


def _slots_text(number: int) -> str:
    return f"{number} slot{'s' * (number != 1)}"


def _at_once_text(slots: _Slots) -> str:
    return f" for {slots.at_once} meetings at once" if slots.at_once > 1 else ""


def _lunch_doubts(at: Keys, matching: Matchmaking, data: ScenarioData) -> Iterator[Finding]:
    """A lunch when there is no slot, or that keeps all of its span free."""
    if matching.lunch_from is None or matching.lunch_to is None:
        return
    lunch = Hours(minutes_of(matching.lunch_from), minutes_of(matching.lunch_to))
    windows = matching.windows or (matching.areas,) * data.expo.days
    touched: list[float] = []
    told = ""
    for day, doors in enumerate(open_hours(data)):
        parts = slot_parts(matching, slot_hours(matching, data, day, doors))
        if not windows[day] or not any(part.length for part in parts):
            continue
        if windows[day] <= matching.areas:  # of one window after the other the grid is not known beforehand
            if not (begins := first_slots(matching, data, day, windows[day])):
                continue
            told = told or str(Hours(begins[0], begins[-1] + matching.slot_minutes))
            touched.append(sum(t < lunch.closes and t + matching.slot_minutes > lunch.opens for t in begins))
        else:
            told = told or " and ".join(str(part) for part in parts if part.length)
            within = any(part.opens < lunch.closes and part.closes > lunch.opens for part in parts)
            touched.append(math.inf if within else 0)
    most = max(touched, default=0)
    if touched and not most:
        yield (*at, "lunch_from"), f"found {lunch}, when there is no slot: slots are from {told}"
    elif touched and matching.lunch_slots >= most:
        which = "the slot" if most == 1 else f"all {most:g} slots"
        message = f"found {matching.lunch_slots}; nobody meets in {which} of {lunch}"
        yield (*at, "lunch_slots"), f"{message}: break_from and break_to say the same of the tables"
