"""Dates and clock times that must agree: days, opening hours, windows, starts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Sound
from sim.scenario.schema.data import Activity, Matchmaking, Pavilion, Persona, ScenarioData, Shock

__all__ = [
    "Hours",
    "clock_text",
    "expo_findings",
    "fault_of_start",
    "open_hours",
    "timing_findings",
    "window",
]


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


_Part = TypeVar("_Part", Persona, Pavilion, Activity, Matchmaking)
_Check = Callable[[Keys, _Part, ScenarioData, list[Hours] | None], Iterator[Finding]]


def minutes_of(time: dt.time) -> float:
    """Minutes from midnight."""
    return time.hour * 60 + time.minute + (time.second + time.microsecond / 1e6) / 60


def clock_text(minutes: float) -> str:
    """`09:30` for 570 minutes from midnight."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def open_hours(data: ScenarioData) -> list[Hours]:
    """When the doors are open on each day, exceptions by date included."""
    expo = data.expo
    found = []
    for day in range(expo.days):
        other = expo.hours.get((expo.first_day + dt.timedelta(days=day)).isoformat())
        opens = other.opens if other and other.opens is not None else expo.opens
        closes = other.closes if other and other.closes is not None else expo.closes
        found.append(Hours(minutes_of(opens), minutes_of(closes)))
    return found


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


def expo_findings(data: ScenarioData) -> Iterator[Finding]:
    """What is wrong with the days and hours of the expo itself."""
    expo = data.expo
    if expo.closes <= expo.opens:
        at: Keys = ("expo", "closes")
        yield at, f"found {_time(expo.closes)}; allowed: after the opening at {_time(expo.opens)}"
    try:
        last = expo.first_day + dt.timedelta(days=expo.days)
    except OverflowError:
        yield ("expo", "first_day"), f"found {expo.first_day}; the expo would end after the year 9999"
        return
    for key, other in expo.hours.items():
        at = ("expo", "hours", key)
        try:
            date = dt.date.fromisoformat(key)
        except ValueError:
            yield at, f"found the key '{key}'; allowed: a date such as {expo.first_day}"
            continue
        if date.isoformat() != key:
            yield at, f"found {key}; allowed: a date written as {date.isoformat()}"
        elif not expo.first_day <= date < last:
            message = f"found {key}; allowed: a day of the expo, {_days(expo.first_day, expo.days)}"
            yield at, message
        opens, closes = other.opens or expo.opens, other.closes or expo.closes
        if closes <= opens and not (other.opens is None and other.closes is None):
            which = "closes" if other.closes is not None else "opens"
            yield (*at, which), f"found hours from {_time(opens)} to {_time(closes)}; they must not be empty"
    shortest = min((hours.length for hours in open_hours(data)), default=0)
    if shortest and expo.last_admission_minutes >= shortest:
        at = ("expo", "last_admission_minutes")
        yield at, f"found {expo.last_admission_minutes:g}; a day has only {shortest:g} minutes"


def timing_findings(data: ScenarioData, sound: Sound) -> Iterator[Finding]:
    """What does not agree with the days and hours of the expo, as far as these are sound themselves."""
    if sound.days():
        hours = open_hours(data) if sound.hours() else None

        def each(section: str, named: Mapping[str, _Part], check: _Check[_Part]) -> Iterator[Finding]:
            for name, part in named.items():
                if sound(section, name):
                    yield from check((section, name), part, data, hours)

        yield from each("visitors", data.visitors, _persona)
        yield from each("pavilions", data.pavilions, _pavilion)
        yield from each("programme", data.programme, _activity)
        yield from each("matchmaking", data.matchmaking, _matchmaking)
    for name, shock in data.shocks.items():
        if sound("shocks", name):
            yield from _from_to(("shocks", name), shock)
            if sound.days() and shock.day is not None and shock.day > data.expo.days:
                yield ("shocks", name, "day"), _too_many_days(shock.day, data)
    yield from _breaks(data, sound)


def _persona(at: Keys, persona: Persona, data: ScenarioData, hours: list[Hours] | None) -> Iterator[Finding]:
    wrong = list(_per_day((*at, "day_shares"), persona.day_shares, data))
    yield from wrong
    most = persona.days_each.expectation()
    if most > data.expo.days:
        yield (*at, "days_each"), f"found {most:g} days on average; the expo has {data.expo.days}"
    if wrong or hours is None:
        return
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
        yield (*at, "arrival_shares"), message


def _pavilion(
    at: Keys, pavilion: Pavilion, data: ScenarioData, hours: list[Hours] | None
) -> Iterator[Finding]:
    if pavilion.opens_on_day > data.expo.days:
        yield (*at, "opens_on_day"), _too_many_days(pavilion.opens_on_day, data)
    elif pavilion.opens_at is not None and hours is not None:
        day = hours[pavilion.opens_on_day - 1]
        if not day.opens <= minutes_of(pavilion.opens_at) < day.closes:
            found = _time(pavilion.opens_at)
            yield (*at, "opens_at"), f"found {found}; allowed: within that day's hours, {day}"


def _activity(
    at: Keys, activity: Activity, data: ScenarioData, hours: list[Hours] | None
) -> Iterator[Finding]:
    length = activity.talk_minutes + activity.mixing_minutes
    if 0 < activity.mixing_minutes < activity.round_minutes:
        message = f"found {activity.round_minutes:g}; mixing takes only {activity.mixing_minutes:g}"
        yield (*at, "round_minutes"), message
    if activity.starts is not None and activity.per_day:
        message = "found beside per_day; allowed: starts for a single activity, or per_day for a rule"
        yield (*at, "starts"), message
        return
    if activity.starts is not None:
        if hours is not None and (fault := fault_of_start(activity.starts, length, data)):
            yield (*at, "starts"), fault
        return
    if not activity.per_day:
        yield at, "needs per_day, activities on each day, or starts, the start of a single activity"
        return
    wrong = [*_from_to(at, activity), *_per_day((*at, "per_day"), activity.per_day, data)]
    yield from wrong
    if wrong or hours is None:
        return
    for day, (count, open_) in enumerate(zip(activity.per_day, hours, strict=True)):
        free = window(activity, open_)
        if count and free.length < length:
            message = f"{length:g} minutes with the mixing do not fit into {free} on day {day + 1}"
            yield (*at, "talk_minutes"), message
            return


def _matchmaking(
    at: Keys, matching: Matchmaking, data: ScenarioData, hours: list[Hours] | None
) -> Iterator[Finding]:
    if matching.tolerance_minutes >= matching.slot_minutes:
        message = (
            f"found {matching.tolerance_minutes:g}; allowed: less than a slot, {matching.slot_minutes:g}"
        )
        yield (*at, "tolerance_minutes"), message
    wrong = [*_from_to(at, matching), *_per_day((*at, "windows"), matching.windows, data)]
    yield from wrong
    if wrong or hours is None:
        return
    windows = matching.windows or (matching.areas,) * data.expo.days
    pitch = matching.slot_minutes + matching.buffer_minutes
    for day, (count, open_) in enumerate(zip(windows, hours, strict=True)):
        free = window(matching, open_)
        in_a_row = math.ceil(count / matching.areas)  # windows one after the other in one area
        slots = in_a_row * (matching.window_slots or 1)
        needed = slots * pitch - matching.buffer_minutes
        if not count or needed <= free.length:
            continue
        if slots == 1:
            message = f"found {matching.slot_minutes:g}; not one slot fits into {free} on day {day + 1}"
            yield (*at, "slot_minutes"), message
        else:
            key = "windows" if matching.windows and in_a_row > 1 else "window_slots"
            what = f"{in_a_row} windows in a row of " if in_a_row > 1 else ""
            message = (
                f"{what}{matching.window_slots or 1} slots of {matching.slot_minutes:g} + "
                f"{matching.buffer_minutes:g} minutes "
                f"need {needed:g} minutes in one area; day {day + 1} has {free.length:g}, {free}"
            )
            yield (*at, key), message
        return


def _breaks(data: ScenarioData, sound: Sound) -> Iterator[Finding]:
    staff, people = data.exhibitors, data.behaviour
    between = minutes_of(staff.lunch_to) - minutes_of(staff.lunch_from)
    if sound("exhibitors") and staff.lunch_minutes and between < staff.lunch_minutes:
        times = f"{_time(staff.lunch_from)} and {_time(staff.lunch_to)}"
        at: Keys = ("exhibitors", "lunch_minutes")
        yield at, f"found {staff.lunch_minutes:g}; lunch_from and lunch_to, {times}, are {between:g} apart"
    if sound("behaviour") and people.meal_to < people.meal_from:
        at = ("behaviour", "meal_to")
        yield at, f"found {_time(people.meal_to)}; allowed: not before meal_from, {_time(people.meal_from)}"


def _from_to(at: Keys, part: Activity | Matchmaking | Shock) -> Iterator[Finding]:
    if part.from_ is not None and part.to is not None and part.to <= part.from_:
        yield (*at, "to"), f"found {_time(part.to)}; allowed: after from = {_time(part.from_)}"


def _per_day(at: Keys, values: tuple[float, ...], data: ScenarioData) -> Iterator[Finding]:
    if values and len(values) != data.expo.days:
        numbers = "1 number" if len(values) == 1 else f"{len(values)} numbers"
        yield at, f"found {numbers}; allowed: one for each day, {data.expo.days}"


def _too_many_days(day: int, data: ScenarioData) -> str:
    return f"found {day}; allowed: from 1 to {data.expo.days}, the days of the expo"


def _days(first: dt.date, days: int) -> str:
    return f"{first} to {first + dt.timedelta(days=days - 1)}" if days > 1 else str(first)


def _time(time: dt.time) -> str:
    return time.isoformat("seconds" if time.second else "minutes")
