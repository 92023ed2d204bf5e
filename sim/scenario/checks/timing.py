"""Dates and clock times that must agree: days, opening hours, windows, starts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.opening import halls_of, hours_on, slots_on
from sim.scenario.schema.data import Activity, Matchmaking, ScenarioData, Shock

__all__ = [
    "Hours",
    "clock_text",
    "fault_of_start",
    "first_slots",
    "minutes_of",
    "open_hours",
    "slot_hours",
    "slot_parts",
    "slots_in_row",
    "slots_of_day",
    "timing_checks",
    "window",
]


_ROUNDING = 1e-9
_GRID = 5  # minutes, on which windows begin


class Hours(NamedTuple):
    """An interval of one day, in minutes from midnight."""

    opens: float
    closes: float

    @property
    def length(self) -> float:
        """Minutes; 0 if it ends before it begins."""
        return max(0.0, self.closes - self.opens)

    def __str__(self) -> str:
        return f"{clock_text(self.opens)} to {clock_text(self.closes)}"


def minutes_of(time: dt.time) -> float:
    """Minutes from midnight."""
    return time.hour * 60 + time.minute + (time.second + time.microsecond / 1e6) / 60


def clock_text(minutes: float) -> str:
    """`09:30` for 570 minutes from midnight."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def open_hours(data: ScenarioData) -> list[Hours]:
    """When the doors are open on each day, exceptions by date included."""
    days = (hours_on(_date_of(data, day), data.expo) for day in range(data.expo.days))
    return [Hours(minutes_of(opens), minutes_of(closes)) for opens, closes in days]


def _date_of(data: ScenarioData, day: int) -> dt.date:
    """The date of a day, 0 the first."""
    return data.expo.first_day + dt.timedelta(days=day)


def window(part: Activity | Matchmaking | Shock, hours: Hours) -> Hours:
    """The part of the day's hours between its `from` and its `to`."""
    low = hours.opens if part.from_ is None else minutes_of(part.from_)
    high = hours.closes if part.to is None else minutes_of(part.to)
    return Hours(max(low, hours.opens), min(high, hours.closes))


def fault_of_start(starts: dt.datetime, length: float, data: ScenarioData) -> str:
    """What is wrong with the start of an activity of so many minutes; empty if nothing is."""
    first, days = data.expo.first_day, data.expo.days
    day = (starts.date() - first).days
    if not 0 <= day < days:
        return f"found {starts.date()}; allowed: a day of the expo, {_days(first, days)}"
    hours = open_hours(data)[day]
    start = minutes_of(starts.time())
    if start < hours.opens or start + length > hours.closes:
        return (
            f"found {clock_text(start)} to {clock_text(start + length)} on {starts.date()}; "
            f"allowed: within the opening hours, {hours}"
        )
    return ""


def timing_checks(data: ScenarioData) -> Iterator[Check]:
    """What may be wrong with the days and hours of the expo, and what may not agree with them."""
    yield _closing
    yield _last_day
    for key in data.expo.hours:
        yield partial(_date, key)
    for key in data.expo.hours:
        yield partial(_hours_of, key)
    for name, hall in data.venue.halls.items():
        for key in hall.hours:
            yield partial(_date_in, ("venue", "halls", name, "hours", key))
        yield partial(_hall_hours, name)
    for name, matching in data.matchmaking.items():
        for key in matching.hours:
            yield partial(_date_in, ("matchmaking", name, "hours", key))
        yield partial(_break, name)
    yield _last_admission
    named: tuple[tuple[Iterable[str], tuple[Callable[[str, ScenarioData], Iterator[Finding]], ...]], ...] = (
        (data.visitors, (_day_shares, _days_each, _arrival_shares)),
        (data.pavilions, (_opens_on, _opens_at)),
        (data.programme, (_neither, _rounds, _rule_or_single, _starts, _activity_from_to, _per_day, _fits)),
        (data.matchmaking, (_matchmaking_from_to, _tolerance, _windows, _slots, _groups)),
        (data.shocks, (_shock_from_to, _shock_day)),
    )
    for names, checks in named:
        for name in names:
            for check in checks:
                yield partial(check, name)
    yield _lunch
    yield _meals


def _closing(data: ScenarioData) -> Iterator[Finding]:
    expo = data.expo
    if expo.closes <= expo.opens:
        at: Keys = ("expo", "closes")
        yield at, f"found {_time(expo.closes)}; allowed: after the opening at {_time(expo.opens)}"


def _last_day(data: ScenarioData) -> Iterator[Finding]:
    first = data.expo.first_day
    try:
        first + dt.timedelta(days=data.expo.days)
    except OverflowError:
        yield ("expo", "first_day"), f"found {first}; the expo would end after the year 9999"


def _date(key: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _date_in(("expo", "hours", key), data)


def _hall_hours(name: str, data: ScenarioData) -> Iterator[Finding]:
    """A hall that is never open on a day."""
    hall = data.venue.halls[name]
    for day, doors in enumerate(open_hours(data)):
        date = _date_of(data, day)
        opens, closes = hours_on(date, hall)
        if doors.length and not _within(doors, opens, closes).length:
            key, found = ("opens", opens) if closes is None else ("closes", closes)
            assert found is not None  # else the hall would be open with the doors
            beside = f", and opens = {_time(opens)}" if closes and opens else ""
            other = hall.hours.get(date.isoformat())
            at: Keys = ("venue", "halls", name)
            if other is not None and getattr(other, key) is not None:
                at = (*at, "hours", date.isoformat())
            yield (
                (*at, key),
                f"found {_time(found)}{beside}; the hall would not be open on day {day + 1}, {doors}",
            )
            return


def _break(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    low, high = matching.break_from, matching.break_to
    at: Keys = ("matchmaking", name)
    if low is None and high is not None:
        yield (*at, "break_to"), f"found {_time(high)}; a break needs break_from and break_to"
    elif low is not None and high is None:
        yield (*at, "break_from"), f"found {_time(low)}; a break needs break_from and break_to"
    elif low is not None and high is not None and high <= low:
        yield (*at, "break_to"), f"found {_time(high)}; allowed: after break_from = {_time(low)}"


def _date_in(at: Keys, data: ScenarioData) -> Iterator[Finding]:
    expo, key = data.expo, str(at[-1])
    try:
        date = dt.date.fromisoformat(key)
    except ValueError:
        yield at, f"found the key '{key}'; allowed: a date such as {expo.first_day}"
        return
    if date.isoformat() != key:
        yield at, f"found {key}; allowed: a date written as {date.isoformat()}"
    elif not expo.first_day <= date < expo.first_day + dt.timedelta(days=expo.days):
        yield at, f"found {key}; allowed: a day of the expo, {_days(expo.first_day, expo.days)}"


def _hours_of(key: str, data: ScenarioData) -> Iterator[Finding]:
    other = data.expo.hours[key]
    if other.opens is None and other.closes is None:
        return
    opens = data.expo.opens if other.opens is None else other.opens
    closes = data.expo.closes if other.closes is None else other.closes
    if closes <= opens:
        which = "closes" if other.closes is not None else "opens"
        message = f"found hours from {_time(opens)} to {_time(closes)}; they must not be empty"
        yield ("expo", "hours", key, which), message


def _last_admission(data: ScenarioData) -> Iterator[Finding]:
    last = data.expo.last_admission_minutes
    shortest = min((hours.length for hours in open_hours(data)), default=0)
    if shortest and last >= shortest:
        yield ("expo", "last_admission_minutes"), f"found {last:g}; a day has only {shortest:g} minutes"


def _day_shares(name: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _a_day(("visitors", name, "day_shares"), data.visitors[name].day_shares, data)


def _days_each(name: str, data: ScenarioData) -> Iterator[Finding]:
    most = data.visitors[name].days_each.expectation()
    if most > data.expo.days:
        message = f"found {most:g} days on average; the expo has {data.expo.days}"
        yield ("visitors", name, "days_each"), message


def _arrival_shares(name: str, data: ScenarioData) -> Iterator[Finding]:
    persona, hours = data.visitors[name], open_hours(data)
    admitted = [
        Hours(day.opens, day.closes - data.expo.last_admission_minutes)
        for day, weight in zip(hours, persona.day_shares or (1,) * len(hours), strict=True)
        if weight
    ]
    come = [int(hour) for hour, weight in persona.arrival_shares.items() if weight]
    if (
        come
        and admitted
        and not any(
            day.opens < (hour + 1) * 60 and hour * 60 < day.closes for hour in come for day in admitted
        )
    ):
        found = f"the hour{'' if len(come) == 1 else 's'} {', '.join(map(str, come))}"
        message = f"found {found}; allowed: some hour in which visitors are let in, {admitted[0]}"
        yield ("visitors", name, "arrival_shares"), message


def _opens_on(name: str, data: ScenarioData) -> Iterator[Finding]:
    day = data.pavilions[name].opens_on_day
    if day > data.expo.days:
        yield ("pavilions", name, "opens_on_day"), _too_many_days(day, data)


def _opens_at(name: str, data: ScenarioData) -> Iterator[Finding]:
    at = data.pavilions[name].opens_at
    if at is not None:
        day = open_hours(data)[data.pavilions[name].opens_on_day - 1]
        if not day.opens <= minutes_of(at) < day.closes:
            message = f"found {_time(at)}; allowed: within that day's hours, {day}"
            yield ("pavilions", name, "opens_at"), message


def _rounds(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if 0 < activity.mixing_minutes < activity.round_minutes:
        message = f"found {activity.round_minutes:g}; mixing takes only {activity.mixing_minutes:g}"
        yield ("programme", name, "round_minutes"), message


def _rule_or_single(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.starts is not None and activity.per_day:
        message = "found beside per_day; allowed: starts for a single activity, or per_day for a rule"
        yield ("programme", name, "starts"), message


def _starts(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.starts is None:
        return
    length = activity.talk_minutes + activity.mixing_minutes
    if fault := fault_of_start(activity.starts, length, data):
        yield ("programme", name, "starts"), fault


def _activity_from_to(name: str, data: ScenarioData) -> Iterator[Finding]:
    if data.programme[name].starts is None:
        yield from _from_to(("programme", name), data.programme[name])


def _per_day(name: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _a_day(("programme", name, "per_day"), data.programme[name].per_day, data)


def _fits(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.starts is not None:
        return
    length = activity.talk_minutes + activity.mixing_minutes
    for day, (count, open_) in enumerate(zip(activity.per_day, open_hours(data), strict=False)):
        free = window(activity, open_)
        if count and free.length < length:
            message = f"{length:g} minutes with the mixing do not fit into {free} on day {day + 1}"
            yield ("programme", name, "talk_minutes"), message
            return


def _neither(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.starts is None and not activity.per_day:
        message = "needs per_day, activities on each day, or starts, the start of a single activity"
        yield ("programme", name), message


def _matchmaking_from_to(name: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _from_to(("matchmaking", name), data.matchmaking[name])


def _windows(name: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _a_day(("matchmaking", name, "windows"), data.matchmaking[name].windows, data)


def _tolerance(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    tolerance, slot = matching.tolerance_minutes, matching.slot_minutes
    if tolerance >= slot:
        message = f"found {tolerance:g}; allowed: less than a slot, {slot:g}"
        yield ("matchmaking", name, "tolerance_minutes"), message


def _groups(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    if matching.group_share and matching.location == "booth":
        message = "joined requests meet at tables only; allowed: 0, or location = 'table'"
        yield ("matchmaking", name, "group_share"), f"found {matching.group_share:g}; {message}"


def _slots(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    windows = matching.windows or (matching.areas,) * data.expo.days
    pitch = matching.slot_minutes + matching.buffer_minutes
    for day, (count, open_) in enumerate(zip(windows, open_hours(data), strict=False)):
        free = slot_hours(matching, data, day, open_)
        in_a_row = math.ceil(count / matching.areas)  # windows one after the other in one area
        slots = in_a_row * (matching.window_slots or 1)
        needed = slots * pitch - matching.buffer_minutes
        if not count or slots <= _slots_in(matching, free):
            continue
        there = f"{free}{_but_break(matching)}"
        if slots == 1:
            message = f"found {matching.slot_minutes:g}; not one slot fits into {there} on day {day + 1}"
            yield ("matchmaking", name, "slot_minutes"), message
        else:
            key = "windows" if matching.windows and in_a_row > 1 else "window_slots"
            what = f"{in_a_row} windows in a row of " if in_a_row > 1 else ""
            message = (
                f"{what}{matching.window_slots or 1} slots of {matching.slot_minutes:g} + "
                f"{matching.buffer_minutes:g} minutes "
                f"need {needed:g} minutes in one area; day {day + 1} has {_length(matching, free):g}, {there}"
            )
            yield ("matchmaking", name, key), message
        return


def slot_hours(matching: Matchmaking, data: ScenarioData, day: int, doors: Hours) -> Hours:
    """The part of a day's hours in which there may be slots, the break not taken out."""
    date, free = _date_of(data, day), doors
    for hall in sorted(set(halls_of(matching))) if matching.location == "table" else ():
        if hall in data.venue.halls:
            free = _within(free, *hours_on(date, data.venue.halls[hall]))
    return _within(free, *slots_on(date, matching))


def _within(hours: Hours, opens: dt.time | None, closes: dt.time | None) -> Hours:
    """The part of some hours between two times, where these are said."""
    return Hours(
        hours.opens if opens is None else max(hours.opens, minutes_of(opens)),
        hours.closes if closes is None else min(hours.closes, minutes_of(closes)),
    )


def _slots_in(matching: Matchmaking, free: Hours) -> int:
    """Slots that fit, one after the other, before and after the break."""
    pitch, buffer = matching.slot_minutes + matching.buffer_minutes, matching.buffer_minutes
    return sum(int((part.length + buffer) / pitch + _ROUNDING) for part in slot_parts(matching, free))


def slots_in_row(matching: Matchmaking, data: ScenarioData) -> int:
    """The most slots that any day has one after the other, with no more than the buffer between them."""
    pitch, buffer = matching.slot_minutes + matching.buffer_minutes, matching.buffer_minutes
    parts = (
        part
        for day, doors in enumerate(open_hours(data))
        for part in slot_parts(matching, slot_hours(matching, data, day, doors))
    )
    return max((int((part.length + buffer) / pitch + _ROUNDING) for part in parts), default=0)


def slot_parts(matching: Matchmaking, free: Hours) -> list[Hours]:
    """Hours without the break."""
    if matching.break_from is None or matching.break_to is None:
        return [free]
    low, high = minutes_of(matching.break_from), minutes_of(matching.break_to)
    return [Hours(free.opens, min(free.closes, low)), Hours(max(free.opens, high), free.closes)]


def _length(matching: Matchmaking, free: Hours) -> float:
    return sum(part.length for part in slot_parts(matching, free))


def _but_break(matching: Matchmaking) -> str:
    if matching.break_from is None or matching.break_to is None:
        return ""
    return f" but for the break, {Hours(minutes_of(matching.break_from), minutes_of(matching.break_to))}"


def slots_of_day(matching: Matchmaking, data: ScenarioData, day: int, windows: int) -> int:
    """The slots of each of so many windows on a day, 0 the first."""
    in_turn = -(-windows // matching.areas)
    if not in_turn:
        return 0
    fit = _slots_in(matching, slot_hours(matching, data, day, open_hours(data)[day]))
    return matching.window_slots or fit // in_turn


def first_slots(matching: Matchmaking, data: ScenarioData, day: int, windows: int) -> list[float]:
    """When the slots of the first window of a day begin, in minutes after midnight, as they are planned."""
    n, in_turn = slots_of_day(matching, data, day, windows), -(-windows // matching.areas)
    if not n:
        return []
    free = slot_hours(matching, data, day, open_hours(data)[day])
    pitch, buffer = matching.slot_minutes + matching.buffer_minutes, matching.buffer_minutes
    parts = [part for part in slot_parts(matching, free) if part.length >= matching.slot_minutes]
    if sum(part.length for part in parts) < free.length:  # the break is among them: one after the other
        many = [int((part.length + buffer) / pitch + _ROUNDING) for part in parts]
        return [p.opens + k * pitch for p, slots in zip(parts, many, strict=True) for k in range(slots)][:n]
    slack = free.length - (in_turn * n * pitch - buffer)  # spread over the hours, unless `from` is said
    begin = free.opens + (slack / 2 / in_turn // _GRID * _GRID if matching.from_ is None else 0.0)
    return [begin + k * pitch for k in range(n)]


def _shock_from_to(name: str, data: ScenarioData) -> Iterator[Finding]:
    yield from _from_to(("shocks", name), data.shocks[name])


def _shock_day(name: str, data: ScenarioData) -> Iterator[Finding]:
    day = data.shocks[name].day
    if day is not None and day > data.expo.days:
        yield ("shocks", name, "day"), _too_many_days(day, data)


def _lunch(data: ScenarioData) -> Iterator[Finding]:
    staff = data.exhibitors
    between = minutes_of(staff.lunch_to) - minutes_of(staff.lunch_from)
    if staff.lunch_minutes and between < staff.lunch_minutes:
        times = f"{_time(staff.lunch_from)} and {_time(staff.lunch_to)}"
        message = f"found {staff.lunch_minutes:g}; lunch_from and lunch_to, {times}, are {between:g} apart"
        yield ("exhibitors", "lunch_minutes"), message


def _meals(data: ScenarioData) -> Iterator[Finding]:
    people = data.behaviour
    if people.meal_to < people.meal_from:
        message = f"found {_time(people.meal_to)}; allowed: not before meal_from, {_time(people.meal_from)}"
        yield ("behaviour", "meal_to"), message


def _from_to(at: Keys, part: Activity | Matchmaking | Shock) -> Iterator[Finding]:
    if part.from_ is not None and part.to is not None and part.to <= part.from_:
        yield (*at, "to"), f"found {_time(part.to)}; allowed: after from = {_time(part.from_)}"


def _a_day(at: Keys, values: tuple[float, ...], data: ScenarioData) -> Iterator[Finding]:
    if values and len(values) != data.expo.days:
        numbers = "1 number" if len(values) == 1 else f"{len(values)} numbers"
        yield at, f"found {numbers}; allowed: one for each day, {data.expo.days}"


def _too_many_days(day: int, data: ScenarioData) -> str:
    return f"found {day}; allowed: from 1 to {data.expo.days}, the days of the expo"


def _days(first: dt.date, days: int) -> str:
    return f"{first} to {first + dt.timedelta(days=days - 1)}" if days > 1 else str(first)


def _time(time: dt.time) -> str:
    return time.isoformat("seconds" if time.second else "minutes")
