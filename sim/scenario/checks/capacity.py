"""Programmes that cannot fit: rooms, seats and hosts against what the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Sound
from sim.scenario.checks.timing import Hours, clock_text, minutes_of, open_hours, window
from sim.scenario.schema.data import Activity, ScenarioData
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["Single", "capacity_findings", "singles_of"]

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


def capacity_findings(
    data: ScenarioData, exhibitors: tuple[ExhibitorRow, ...], listed: Iterable[Single], sound: Sound
) -> Iterator[Finding]:
    """What cannot fit, whatever the order; `exhibitors` and `listed` activities are those of files."""
    stand = all(sound(key) for key in ("exhibitors", "exhibitors_file", "pavilions", "chains"))
    rooms = sound("venue", "rooms")
    for name, activity in data.programme.items():
        at: Keys = ("programme", name)
        if rooms and sound(*at):
            yield from _seats(at, activity, data)
        if stand and sound(*at):
            yield from _hosts(at, activity, data, exhibitors)
    if not (rooms and sound.hours()):
        return
    sound_ones = {name: each for name, each in data.programme.items() if sound("programme", name)}
    data = data.model_copy(update={"programme": sound_ones})
    singles = [*singles_of(data), *listed]
    yield from _overlaps(data, singles)
    seen: set[Keys] = set()
    for day, hours in enumerate(open_hours(data)):
        for keys, message in _day(data, day, hours, singles):
            if keys not in seen:  # one day says it all
                seen.add(keys)
                yield keys, message


def singles_of(data: ScenarioData) -> list[Single]:
    """The single activities of the programme that are held in rooms."""
    return [
        Single(
            keys=("programme", name, "starts"),
            name=name,
            day=(activity.starts.date() - data.expo.first_day).days,
            start=minutes_of(activity.starts.time()),
            end=minutes_of(activity.starts.time()) + activity.talk_minutes + activity.mixing_minutes,
            rooms=frozenset(activity.rooms),
            changeover=activity.changeover_minutes,
        )
        for name, activity in data.programme.items()
        if activity.starts is not None and activity.rooms
    ]


def _seats(at: Keys, activity: Activity, data: ScenarioData) -> Iterator[Finding]:
    rooms = [data.venue.rooms[kind] for kind in activity.rooms]
    if not rooms:
        if activity.kind != "debut":
            there = ", ".join(data.venue.rooms) or "none; add [venue.rooms.NAME]"
            yield at, f"needs rooms, kinds of rooms it may be put in; there are: {there}"
        elif not activity.hosts:
            yield (*at, "hosts"), "found 0; a debut without rooms is held at the booth of its host"
        return
    largest = max(room.seats for room in rooms)
    expected = activity.registered * activity.show_probability
    if expected > largest:  # more may register than there are seats: not everybody comes
        message = (
            f"found {activity.registered:g} people, of whom {expected:g} come; "
            f"the largest of its rooms has {largest} seats"
        )
        yield (*at, "registered"), message


def _hosts(
    at: Keys, activity: Activity, data: ScenarioData, listed: tuple[ExhibitorRow, ...]
) -> Iterator[Finding]:
    if activity.host_pavilion is not None:
        pavilion = data.pavilions[activity.host_pavilion]
        there = sum(row.pavilion == activity.host_pavilion for row in listed)
        there = there or pavilion.exhibitors + pavilion.partners
        if activity.hosts > there:
            message = f"found {activity.hosts}; the pavilion '{activity.host_pavilion}' has {there} companies"
            yield (*at, "hosts"), message
    elif activity.hosts > data.exhibitors.count:
        yield (*at, "hosts"), f"found {activity.hosts}; there are only {data.exhibitors.count} exhibitors"
    if activity.host_chain is not None and not listed and not data.chains[activity.host_chain].exhibitors:
        weight = f"chains.{activity.host_chain}.exhibitors"
        message = f"found '{activity.host_chain}'; it has no exhibitors: {weight} is 0"
        yield (*at, "host_chain"), message


def _overlaps(data: ScenarioData, singles: list[Single]) -> Iterator[Finding]:
    """More single activities at one time than there are rooms for them."""
    by_rooms: dict[tuple[int, frozenset[str]], list[Single]] = defaultdict(list)
    for single in singles:
        by_rooms[single.day, single.rooms].append(single)
    for (_, kinds), group in by_rooms.items():
        rooms = sum(data.venue.rooms[kind].count for kind in kinds)
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


def _day(data: ScenarioData, day: int, hours: Hours, singles: list[Single]) -> Iterator[Finding]:
    """Rules that need more room-hours on a day than there are."""
    demands = [
        Demand(
            keys=("programme", name, "per_day"),
            number=activity.per_day[day],
            each=activity.talk_minutes + activity.mixing_minutes,
            changeover=activity.changeover_minutes,
            rooms=frozenset(activity.rooms),
            hours=window(activity, hours),
        )
        for name, activity in data.programme.items()
        if activity.per_day and activity.per_day[day] and activity.rooms
    ]
    alone: set[Keys] = set()
    for demand in demands:
        rooms = sum(data.venue.rooms[kind].count for kind in demand.rooms)
        in_a_room = int((demand.hours.length + demand.changeover) // (demand.each + demand.changeover))
        if demand.number > rooms * in_a_room:
            alone.add(demand.keys)
            message = (
                f"found {demand.number} on day {day + 1}; at most {rooms * in_a_room} of {demand.each:g} + "
                f"{demand.changeover:g} minutes fit into {_these(demand.rooms)} from {demand.hours}"
            )
            yield demand.keys, message
    for kinds in _groups([demand.rooms for demand in demands]):
        group = [demand for demand in demands if demand.rooms <= kinds]
        fixed = [single for single in singles if single.day == day and single.rooms <= kinds]
        if len(group) + len(fixed) < 2 or any(demand.keys in alone for demand in group):
            continue
        spare = min([demand.changeover for demand in group] + [single.changeover for single in fixed])
        opens = min([demand.hours.opens for demand in group] + [single.start for single in fixed])
        closes = max([demand.hours.closes for demand in group] + [single.end for single in fixed])
        rooms = sum(data.venue.rooms[kind].count for kind in kinds)
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
