"""Programmes that cannot fit: rooms, seats and hosts against what the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check, Sound, readable
from sim.scenario.checks.timing import Hours, clock_text, minutes_of, open_hours, window
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow

__all__ = ["capacity_checks"]

_MOST_GROUPS = 64  # sets of rooms looked at together; shared rooms make few


class Single(NamedTuple):
    """A single activity with its place in time."""

    keys: Keys
    name: str
    day: int
    start: float  # minutes from midnight
    end: float
    rooms: frozenset[str]
    changeover: float


class Demand(NamedTuple):
    """What a rule needs on one day."""

    keys: Keys
    number: int
    each: float  # minutes, with the mixing
    changeover: float
    rooms: frozenset[str]
    hours: Hours


_SingleRows = Callable[[ScenarioData], list[Single]]


def capacity_checks(
    data: ScenarioData,
    exhibitors: tuple[ExhibitorRow, ...],
    activities: tuple[ActivityRow, ...],
    sound: Sound,
) -> Iterator[Check]:
    """What may not fit, whatever the order; `exhibitors` and `activities` are those of files."""
    single_rows = partial(_rows_in_rooms, activities, sound)
    for name in data.programme:
        yield partial(_seats, name)
        yield partial(_hosts, name, exhibitors)
        yield partial(_host_chain, name)
    yield partial(_overlaps, single_rows)
    seen: set[Keys] = set()  # one day says it all
    for day in range(data.expo.days):
        yield partial(_day, day, single_rows, seen)
    yield from (partial(_places, name) for name in data.programme)


def _singles(data: ScenarioData, single_rows: _SingleRows) -> list[Single]:
    """The single activities that are held in rooms, of the programme and of its file, as far as sound."""
    found = [readable(partial(_single, data, name)) for name in data.programme]
    return [*(single for single in found if single is not None), *single_rows(data)]


def _rows_in_rooms(activities: tuple[ActivityRow, ...], sound: Sound, data: ScenarioData) -> list[Single]:
    found = [readable(partial(_listed, data, i, row, sound)) for i, row in enumerate(activities)]
    return [single for single in found if single is not None]


def _single(data: ScenarioData, name: str) -> Single | None:
    activity = data.programme[name]
    if activity.starts is None or not activity.rooms:
        return None
    return Single(
        keys=("programme", name, "starts"),
        name=name,
        day=(activity.starts.date() - data.expo.first_day).days,
        start=minutes_of(activity.starts.time()),
        end=minutes_of(activity.starts.time()) + activity.talk_minutes + activity.mixing_minutes,
        rooms=frozenset(activity.rooms),
        changeover=activity.changeover_minutes,
    )


def _listed(data: ScenarioData, row: int, activity: ActivityRow, sound: Sound) -> Single | None:
    sound.read(("programme_file", row), activity)
    if activity.room is None or activity.room not in data.venue.rooms:
        return None
    return Single(
        keys=("programme_file", row, "starts"),
        name=f"'{activity.title}'",
        day=(activity.starts.date() - data.expo.first_day).days,
        start=minutes_of(activity.starts.time()),
        end=minutes_of(activity.starts.time()) + activity.talk_minutes + activity.mixing_minutes,
        rooms=frozenset([activity.room]),
        changeover=0.0,  # a list says when rooms are taken, not how fast they are cleared
    )


def _places(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.rooms:
        return
    if activity.kind != "debut":
        there = ", ".join(data.venue.rooms) or "none; add [venue.rooms.NAME]"
        yield ("programme", name), f"needs rooms, kinds of rooms it may be put in; there are: {there}"
    elif not activity.hosts:
        message = "found 0; a debut without rooms is held at the booth of its host"
        yield ("programme", name, "hosts"), message


def _seats(name: str, data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    largest = max((data.venue.rooms[kind].seats for kind in activity.rooms), default=None)
    expected = activity.registered * activity.show_probability
    if largest is not None and expected > largest:  # more may register than there are seats: some stay away
        message = (
            f"found {activity.registered:g} people, of whom {expected:g} come; "
            f"the largest of its rooms has {largest} seats"
        )
        yield ("programme", name, "registered"), message


def _hosts(name: str, listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    activity = data.programme[name]
    if activity.host_pavilion is not None:
        pavilion = data.pavilions[activity.host_pavilion]
        in_file = data.exhibitors_file is not None
        there = sum(row.pavilion == activity.host_pavilion for row in listed) if in_file else 0
        there = there or pavilion.exhibitors + pavilion.partners
        if activity.hosts > there > 0:  # an empty pavilion is said to be so
            message = f"found {activity.hosts}; the pavilion '{activity.host_pavilion}' has {there} companies"
            yield ("programme", name, "hosts"), message
    elif activity.hosts > data.exhibitors.count:
        message = f"found {activity.hosts}; there are only {data.exhibitors.count} exhibitors"
        yield ("programme", name, "hosts"), message


def _host_chain(name: str, data: ScenarioData) -> Iterator[Finding]:
    chain = data.programme[name].host_chain
    if chain is not None and data.exhibitors_file is None and not data.chains[chain].exhibitors:
        message = f"found '{chain}'; it has no exhibitors: chains.{chain}.exhibitors is 0"
        yield ("programme", name, "host_chain"), message


def _overlaps(single_rows: _SingleRows, data: ScenarioData) -> Iterator[Finding]:
    """More single activities at one time than there are rooms for them."""
    by_rooms: dict[tuple[int, frozenset[str]], list[Single]] = defaultdict(list)
    for single in _singles(data, single_rows):
        by_rooms[single.day, single.rooms].append(single)
    for (_, kinds), group in by_rooms.items():
        rooms = readable(partial(_number, data, kinds))
        if rooms is None:
            continue
        running: list[Single] = []
        for single in sorted(group, key=lambda each: (each.start, each.end)):
            running = [each for each in running if each.end + each.changeover > single.start]
            running.append(single)
            if len(running) > rooms:
                others = ", ".join(each.name for each in running[:-1])
                message = (
                    f"no room is free at {clock_text(single.start)}: {_these(kinds)} hold {rooms} at once; "
                    f"there then, with changeover_minutes: {others}"
                )
                yield single.keys, message
                running.pop()


def _number(data: ScenarioData, kinds: Iterable[str]) -> int:
    """Rooms of these kinds."""
    return sum(data.venue.rooms[kind].count for kind in kinds)


def _demand(data: ScenarioData, name: str, day: int, hours: Hours) -> Demand | None:
    activity = data.programme[name]
    if activity.starts is not None or not activity.rooms or not activity.per_day or not activity.per_day[day]:
        return None
    _number(data, activity.rooms)  # of rooms that are known
    return Demand(
        keys=("programme", name, "per_day"),
        number=activity.per_day[day],
        each=activity.talk_minutes + activity.mixing_minutes,
        changeover=activity.changeover_minutes,
        rooms=frozenset(activity.rooms),
        hours=window(activity, hours),
    )


def _day(day: int, single_rows: _SingleRows, seen: set[Keys], data: ScenarioData) -> Iterator[Finding]:
    """Rules that need more room-hours on a day than there are."""
    for keys, message in _room_hours(day, single_rows, data):
        if keys not in seen:
            seen.add(keys)
            yield keys, message


def _room_hours(day: int, single_rows: _SingleRows, data: ScenarioData) -> Iterator[Finding]:
    hours = open_hours(data)[day]
    found = [readable(partial(_demand, data, name, day, hours)) for name in data.programme]
    demands = [demand for demand in found if demand is not None]
    alone: set[Keys] = set()
    for demand in demands:
        rooms = _number(data, demand.rooms)
        in_a_room = int((demand.hours.length + demand.changeover) // (demand.each + demand.changeover))
        if demand.number > rooms * in_a_room:
            alone.add(demand.keys)
            message = (
                f"found {demand.number} on day {day + 1}; at most {rooms * in_a_room} of {demand.each:g} + "
                f"{demand.changeover:g} minutes fit into {_these(demand.rooms)} from {demand.hours}"
            )
            yield demand.keys, message
    singles = _singles(data, single_rows)
    for kinds in _groups([demand.rooms for demand in demands]):
        group = [demand for demand in demands if demand.rooms <= kinds]
        fixed = [single for single in singles if single.day == day and single.rooms <= kinds]
        if len(group) + len(fixed) < 2 or any(demand.keys in alone for demand in group):
            continue
        spare = min([demand.changeover for demand in group] + [single.changeover for single in fixed])
        opens = min([demand.hours.opens for demand in group] + [single.start for single in fixed])
        closes = max([demand.hours.closes for demand in group] + [single.end for single in fixed])
        rooms = _number(data, kinds)
        # the last activity of a room needs no changeover after it
        needed = sum(demand.number * (demand.each + spare) for demand in group)
        needed += sum(single.end - single.start + spare for single in fixed)
        there = rooms * (closes - opens + spare)
        if needed > there:
            largest = max(group, key=lambda demand: demand.number * (demand.each + demand.changeover))
            names = ", ".join(str(demand.keys[1]) for demand in group)
            message = (
                f"on day {day + 1} {names} need {needed / 60:.1f} room-hours together, changeovers included; "
                f"{_these(kinds)} have {there / 60:.1f}"
            )
            yield largest.keys, message


def _groups(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    """The sets of rooms, and unions of those that share a room, smallest first."""
    found = set(sets)
    fresh = set(found)
    while fresh and len(found) < _MOST_GROUPS:
        fresh = {a | b for a in fresh for b in set(sets) if a & b} - found
        found |= fresh
    return sorted(found, key=lambda each: (len(each), sorted(each)))


def _these(kinds: Iterable[str]) -> str:
    return "rooms " + ", ".join(f"'{name}'" for name in sorted(kinds))
