"""Fairs that can be run and could not be built: more than the floor, the gates or the slots can hold.

None is an error, since nobody knows the building as well as who wrote the file; each says what is wanted,
what there is and by which measure. Areas are the least that building codes reckon with, so that only what
is absurd is spoken of, not what is tight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations
from typing import Final

from sim.files.locator import Keys
from sim.scenario.checks.limits import limit_doubts
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.checks.timing import (
    clock_text,
    first_slots,
    minutes_of,
    open_hours,
    slot_hours,
    slots_in_row,
    slots_of_day,
)
from sim.scenario.checks.totals import booth_areas, occupied
from sim.scenario.exhibiting import area_of
from sim.scenario.opening import halls_of
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["CHAIR_M2", "doubts"]

# International Building Code, table 1004.5 (formerly 1004.1.2), net square feet for each
# occupant: standing space 5, chairs only 7, tables and chairs 15, exhibit gallery and museum 30. Read in
# places that have adopted it: Michigan Administrative Code, R 408.30418 (7, 15, 30), and City of Chesapeake,
# Virginia, "Occupant Loads" (5, 7, 15).
_STANDING_M2: Final = 0.46
CHAIR_M2: Final = 0.65
_AT_TABLE_M2: Final = 1.4
_EXHIBITION_M2: Final = 2.8
_CODE: Final = "building codes reckon with"
_BOOTH_M2: Final = 2 * _AT_TABLE_M2  # two people at a table: no booth is smaller (assumption)
_NEED: Final = f"two people at a table need {_BOOTH_M2:g} (assumption)"


def doubts(data: ScenarioData, listed: tuple[ExhibitorRow, ...]) -> list[Finding]:
    """What of a sound scenario could hardly be built; `listed`: the exhibitors of a file."""
    checks: Iterable[Check] = (
        partial(_booths, listed),
        partial(_floors, listed),
        _crews,
        _limits,
        _overlaps,
        _positions,
        _presence,
        _gates,
        _too_early,
        _first_slots,
        partial(_promises, listed),
        _slots_end,
        _in_row,
        _booth_rooms,
        partial(limit_doubts, listed),
    )
    return [finding for check in checks for finding in check(data)]


def _booths(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    """Booths in which nobody could stand."""
    if listed:
        small = {i: area for i, row in enumerate(listed) if (area := area_of(row) or _BOOTH_M2) < _BOOTH_M2}
        if small:
            least = min(small.values())
            message = f"booths of {least:g} m²: {_NEED}"
            yield ("exhibitors_file", next(iter(small)), "area_m2"), message
        yield from _listed_booths(listed, data)
        return
    own = data.exhibitors.count - sum(pavilion.exhibitors for pavilion in data.pavilions.values())
    areas = booth_areas(data, listed)
    pavilions = sum(pavilion.area_m2 for pavilion in occupied(data))
    mean = (sum(areas.values()) - pavilions) / own if own > 0 and areas else _BOOTH_M2
    if mean < _BOOTH_M2:
        given = data.exhibitors.mean_area_m2 is not None
        at: Keys = ("exhibitors", "mean_area_m2") if given else ("venue", "gross_area_m2")
        yield at, f"leaves {mean:.2g} m² for each of {own} booths; {_NEED}"
    for name, pavilion in data.pavilions.items():
        companies = pavilion.exhibitors + pavilion.partners
        if companies and pavilion.area_m2 / companies < _BOOTH_M2:
            message = f"found {pavilion.area_m2:g} m² for {companies} companies; {_NEED}"
            yield ("pavilions", name, "area_m2"), message


def _listed_booths(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    """Booths of a file that the area cannot hold, or leave nothing of it to those whose areas are drawn."""
    at: Keys = ("venue", "gross_area_m2")
    gross, own = data.venue.gross_area_m2, [row for row in listed if row.pavilion is None]
    areas = [area for row in own if (area := area_of(row)) is not None]
    pavilions = sum(pavilion.area_m2 for pavilion in occupied(data))
    left, drawn = gross * data.venue.net_share - sum(areas) - pavilions, len(own) - len(areas)
    if sum(areas) > gross:
        yield at, f"found {gross:,g}; the booths in the exhibitors_file take {sum(areas):,.0f} m²"
    elif drawn and data.exhibitors.mean_area_m2 is None and 0 < left < drawn * _BOOTH_M2:
        yield at, f"leaves {left / drawn:.2g} m² for each of {drawn} booths whose areas are drawn; {_NEED}"


def _floors(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    """Halls with more in them than their floor."""
    booths = booth_areas(data, listed)
    for name, hall in data.venue.halls.items():
        seats = sum(room.count * room.seats for room in data.venue.rooms.values() if room.hall == name)
        meals = sum(place.seats for place in data.venue.catering.values() if place.hall == name)
        tables = sum(
            halls_of(matching).count(name) * matching.tables
            for matching in data.matchmaking.values()
            if matching.location == "table"
        )
        parts = (
            (f"{tables:,} matchmaking tables", tables * 2 * _AT_TABLE_M2, f"{2 * _AT_TABLE_M2:g} each"),
            (f"{seats:,} seats in rooms", seats * CHAIR_M2, f"{CHAIR_M2:g} each"),
            (f"{meals:,} places to eat", meals * _AT_TABLE_M2, f"{_AT_TABLE_M2:g} each"),
            ("booths", booths.get(name, 0.0), ""),
        )
        needed, floor = sum(area for _, area, _ in parts), hall.width_m * hall.depth_m
        if needed <= floor:
            continue
        told = ", ".join(
            f"{what} {area:,.0f} m²{f' ({each})' if each else ''}" for what, area, each in parts if area
        )
        message = f"holds {needed:,.0f} m² on a floor of {floor:,.0f}: {told}; areas are the least {_CODE}"
        yield ("venue", "halls", name), message


def _crews(data: ScenarioData) -> Iterator[Finding]:
    """More staff than can stand in their booths."""
    mean, staff = data.exhibitors.mean_area_m2, data.exhibitors.mean_staff
    if mean is None and data.exhibitors_file is None and data.exhibitors.count:
        mean = data.venue.gross_area_m2 * data.venue.net_share / data.exhibitors.count
    if mean is not None and staff * _STANDING_M2 > mean >= _BOOTH_M2:
        message = f"found {staff:g} on {mean:.3g} m²; standing, each needs {_STANDING_M2:g}, {_CODE}"
        yield ("exhibitors", "mean_staff"), message
    for name, pavilion in data.pavilions.items():
        if pavilion.staff * _STANDING_M2 > pavilion.area_m2:
            message = (
                f"found {pavilion.staff} on {pavilion.area_m2:g} m²; standing, each needs "
                f"{_STANDING_M2:g}, {_CODE}"
            )
            yield ("pavilions", name, "staff"), message


def _limits(data: ScenarioData) -> Iterator[Finding]:
    for name, hall in data.venue.halls.items():
        floor = hall.width_m * hall.depth_m
        if hall.max_people is not None and hall.max_people * _STANDING_M2 > floor:
            message = (
                f"found {hall.max_people:,} people on {floor:,.0f} m²; standing, each needs "
                f"{_STANDING_M2:g}, {_CODE}"
            )
            yield ("venue", "halls", name, "max_people"), message


def _overlaps(data: ScenarioData) -> Iterator[Finding]:
    for (one, a), (other, b) in combinations(data.venue.halls.items(), 2):
        across = min(a.x_m + a.width_m, b.x_m + b.width_m) - max(a.x_m, b.x_m)
        along = min(a.y_m + a.depth_m, b.y_m + b.depth_m) - max(a.y_m, b.y_m)
        if across > 0 and along > 0:
            message = f"lies on the hall '{one}', {across:g} by {along:g} m of it; walks are then too short"
            yield ("venue", "halls", other), message


def _positions(data: ScenarioData) -> Iterator[Finding]:
    """What is said to be in a hall and is not."""
    for kind, places in (("rooms", data.venue.rooms), ("catering", data.venue.catering)):
        for name, place in places.items():
            hall = data.venue.halls[place.hall]
            if place.at_m is None:
                continue
            x, y = place.at_m
            if not (hall.x_m <= x <= hall.x_m + hall.width_m and hall.y_m <= y <= hall.y_m + hall.depth_m):
                message = (
                    f"found ({x:g}, {y:g}); the hall '{place.hall}' is from ({hall.x_m:g}, {hall.y_m:g}) "
                    f"to ({hall.x_m + hall.width_m:g}, {hall.y_m + hall.depth_m:g})"
                )
                yield ("venue", kind, name, "at_m"), message


def _presence(data: ScenarioData) -> Iterator[Finding]:
    """More visitors at once than the halls' floors hold, on the mean of all days and hours."""
    minutes = sum(hours.length for hours in open_hours(data))
    floor = sum(hall.width_m * hall.depth_m for hall in data.venue.halls.values())
    longest = minutes / data.expo.days
    stays = sum(
        persona.visits * min(persona.stay_minutes.expectation(), longest)
        for persona in data.visitors.values()
    )
    present = stays / minutes
    if present * _EXHIBITION_M2 > floor and data.exhibitors.count > 1:  # one booth alone is no fair
        message = (
            f"{present:,.0f} visitors at a time, on average, on {floor:,.0f} m² of halls: "
            f"{floor / present:.2g} m² each; {_CODE} {_EXHIBITION_M2:g} at "
            "exhibitions, fairs had 2.9 to 5.2 m² of booths (traffic-density)"
        )
        yield ("visitors",), message


def _gates(data: ScenarioData) -> Iterator[Finding]:
    """Gates that cannot check so many people in the hours they are open."""
    hours = sum(max(0.0, day.length - data.expo.last_admission_minutes) for day in open_hours(data)) / 60
    shares = sum(gate.share for gate in data.venue.gates.values())
    people = sum(persona.visits for persona in data.visitors.values())
    for name, gate in data.venue.gates.items():
        needed = people * gate.share / shares * gate.check_seconds.expectation() / 3600
        if needed > gate.lanes * hours:
            message = (
                f"found {gate.lanes}; {people * gate.share / shares:,.0f} checks of "
                f"{gate.check_seconds.expectation():g} s take {needed:,.0f} lane-hours, its lanes have "
                f"{gate.lanes * hours:,.0f} in all"
            )
            yield ("venue", "gates", name, "lanes"), message


def _too_early(data: ScenarioData) -> Iterator[Finding]:
    """Activities that nobody can be at: who comes first is not through the gate and there in time."""
    hours = open_hours(data)
    getting_ready = _getting_ready(data)
    for name, activity in data.programme.items():
        if activity.starts is not None:
            key, begins = "starts", minutes_of(activity.starts.time())
            days = [(activity.starts.date() - data.expo.first_day).days]
        elif activity.from_ is not None:
            key, begins = "from", minutes_of(activity.from_)
            days = [day for day, number in enumerate(activity.per_day) if number]
        else:
            continue
        due = begins - (activity.hold_minutes if activity.registered else 0.0)
        ready = max((hours[day].opens for day in days if day < len(hours)), default=0.0)
        ready += getting_ready
        if due < ready:
            who = "registered people are expected until" if activity.registered else "people come until"
            message = (
                f"found {clock_text(begins)}: nobody can be there; {who} {clock_text(due)}, and nobody is "
                f"ready before {clock_text(math.ceil(ready))} (the doors, the check at the gate and "
                "behaviour.margin_minutes)"
            )
            yield ("programme", name, key), message


def _getting_ready(data: ScenarioData) -> float:
    """Minutes from the opening of the doors until somebody can be anywhere: the check and the margin."""
    check = min(gate.check_seconds.expectation() for gate in data.venue.gates.values()) / 60
    return check + data.behaviour.margin_minutes


def _first_slots(data: ScenarioData) -> Iterator[Finding]:
    """Slots that begin before a visitor can be there: they have no use of them."""
    doors = open_hours(data)
    for name, matching in data.matchmaking.items():
        windows = matching.windows or (matching.areas,) * data.expo.days
        empty: list[tuple[int, float]] = []  # a day: slots that begin too early, and the first's begin
        latest = 0.0  # from when on none does on any of these days
        for day, number in enumerate(windows):
            ready = doors[day].opens + _getting_ready(data)
            early = [begin for begin in first_slots(matching, data, day, number) if begin < ready]
            if early:
                empty.append((len(early), early[0]))
                latest = max(latest, ready)
        if empty:
            slots, begins = max(empty)
            at: Keys = ("matchmaking", name) if matching.from_ is None else ("matchmaking", name, "from")
            what = "the first slot begins" if slots == 1 else f"the first {slots} slots begin"
            message = (
                f"{what} at {clock_text(begins)}, before a visitor can be there (the doors, the check at "
                "the gate and behaviour.margin_minutes): visitors meet nobody then; to use all slots, let "
                f"from be {clock_text(math.ceil(latest / 5) * 5)} or later"
            )
            yield at, message


def _promises(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    """Meetings promised to sponsors for which there are no slots, or no tables."""
    for name, matching in data.matchmaking.items():
        windows = matching.windows or (matching.areas,) * data.expo.days
        days = [(n, slots_of_day(matching, data, day, n)) for day, n in enumerate(windows)]
        slots = sum(-(-n // matching.areas) * each for n, each in days)
        table_slots = sum(n * each for n, each in days) * matching.tables
        promised = {sponsor: number for sponsor, number in matching.promises.items() if number}
        for sponsor, number in promised.items():
            if number > slots * matching.delegates:
                message = f"found {number}; a sponsor can hold {slots * matching.delegates} in {slots} slots"
                yield ("matchmaking", name, "promises", sponsor), message
        sponsors = Counter(row.sponsor for row in listed if row.sponsor) or data.exhibitors.sponsors
        total = sum(number * sponsors.get(sponsor, 0) for sponsor, number in promised.items())
        if matching.location == "table" and total > table_slots:
            message = f"{total:,} meetings are promised in all; the tables have {table_slots:,} slots"
            yield ("matchmaking", name, "promises"), message


def _slots_end(data: ScenarioData) -> Iterator[Finding]:
    """Slots that are to go on when the hall is closed, on every day: on some, days may differ."""
    for name, matching in data.matchmaking.items():
        if matching.to is None or any(hours.closes is not None for hours in matching.hours.values()):
            continue
        doors = open_hours(data)
        ends = max(slot_hours(matching, data, day, hours).closes for day, hours in enumerate(doors))
        if ends < minutes_of(matching.to):
            shut = (
                f"the hall '{halls_of(matching)[0]}'"
                if ends < max(hours.closes for hours in doors)
                else "the expo"
            )
            message = f"found {clock_text(minutes_of(matching.to))}; {shut} closes at {clock_text(ends)}"
            yield ("matchmaking", name, "to"), f"{message}, and slots end then"


def _in_row(data: ScenarioData) -> Iterator[Finding]:
    """Limits of meetings in a row that no day is long enough to exceed."""
    for name, matching in data.matchmaking.items():
        most, slots = matching.most_in_row, slots_in_row(matching, data)
        if most is not None and most >= slots:
            one = f"{slots} slot{'s' * (slots != 1)}"
            message = f"found {most}; no day has more than {one} without a longer pause: it never binds"
            yield ("matchmaking", name, "most_in_row"), message


def _booth_rooms(data: ScenarioData) -> Iterator[Finding]:
    """Room of booths where there are no meetings, or for more than the delegates could hold."""
    for name, matching in data.matchmaking.items():
        room, each = matching.place_room, matching.place_m2
        for key, value in (("place_room", room), ("place_m2", each)):
            if value is not None and matching.location == "table":
                message = f"found {value:g}; it is of booths, and meetings are held at tables: it never binds"
                yield ("matchmaking", name, key), message
        if matching.location == "booth" and room is not None and room >= matching.delegates:
            message = f"found {room}; a booth holds {matching.delegates} at once (delegates): it never binds"
            yield ("matchmaking", name, "place_room"), message
