"""The venue of one replication: where every booth, gate, room and table stands, and when it is open."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.expo.expo import FloorPlan
from sim.expo.shared import step
from sim.expo.venue.hours import (
    DAY,
    Interval,
    clock,
    day_hours,
    hall_hours,
    merged,
    minutes,
    ragged,
    set_up,
    without,
)
from sim.expo.venue.plots import ROOM_STRIP, TABLE_STRIP, door, halls_of_booths, plots_of
from sim.expo.venue.shocks import absent_exhibitors, changes_of, gate_closures, hall_closures, lane_changes
from sim.floor.arrays import NONE, IntArray, PlaceKind, Places
from sim.floor.geography import distances
from sim.scenario.opening import halls_of
from sim.scenario.schema.countries import COUNTRIES

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Catering, Pavilion
    from sim.streams import Streams

__all__ = ["TABLE_PITCH_M", "Area", "Venue", "before_opening", "floor_plan", "lay_out", "table_areas"]


@dataclass(frozen=True, slots=True)
class Area:
    """The floor of tables: in which hall, its south-west corner and how far it goes, in metres."""

    hall: str
    x_m: float
    y_m: float
    width_m: float
    depth_m: float

    @property
    def rows(self) -> int:
        """Rows of tables that it holds, at the distance that they should have."""
        return int(self.depth_m / TABLE_PITCH_M)

    @property
    def most(self) -> int:
        """Tables that it holds, at the distance that they should have; one side by side in any case."""
        return max(1, int(self.width_m / TABLE_PITCH_M)) * self.rows


@dataclass(frozen=True, slots=True)
class Venue:
    """Places with their names, and which of them serve as what.

    Places are numbered booths first (exhibitor i has place i), then gates, rooms, tables, catering.
    Halls are zones 0 .. len(halls) - 1; each gate is a zone of its own after them.
    """

    places: Places
    names: tuple[str, ...]  # of each place
    halls: tuple[str, ...]  # in scenario order
    gates: IntArray  # (gates,) place of each gate, in scenario order
    rooms: dict[str, IntArray]  # kind of room -> places
    room_seats: dict[str, int]  # kind of room -> seats of each
    catering: IntArray  # (caterings,) place of each, in scenario order
    tables: dict[str, IntArray]  # matchmaking programme -> (areas, tables) places; (areas, 0) at booths
    walk_rank: IntArray  # (exhibitors,) order of the booth on a serpentine walk through all halls
    hall_of: IntArray  # (exhibitors,) hall of the booth
    plots: npt.NDArray[
        np.float64
    ]  # (exhibitors, 4) m: west, south, east, north of the booth with its share of aisle
    day_open: IntArray  # (days,) ms: doors open
    day_close: IntArray  # (days,) ms: doors close
    hall_open: IntArray  # (halls, days) ms: as planned, within the doors' hours
    hall_close: IntArray  # (halls, days) ms
    set_up: IntArray  # (days,) ms: staff are there from then on, where the hall opens with the doors

    def before_tables(self) -> Venue:
        """The venue with the places before the tables alone: booths, gates, rooms.

        What is told of it depends on no table; whoever looks for one fails.
        """
        n = int(
            np.count_nonzero(np.isin(self.places.kind, (PlaceKind.BOOTH, PlaceKind.GATE, PlaceKind.ROOM)))
        )
        p = self.places
        last = int(p.open_index[n])
        places = replace(
            p,
            kind=p.kind[:n],
            x=p.x[:n],
            y=p.y[:n],
            zone=p.zone[:n],
            to_door=p.to_door[:n],
            servers=p.servers[:n],
            open_index=p.open_index[: n + 1],
            open_from=p.open_from[:last],
            open_to=p.open_to[:last],
        )
        return replace(self, places=places, names=self.names[:n], tables={}, catering=self.catering[:0])

    def walk(self, a: npt.ArrayLike, b: npt.ArrayLike) -> IntArray:
        """Walking distance in dm between places `a` and `b` (broadcast)."""
        return distances(self.places, a, b)

    def is_open(self, place: int, start: int, end: int) -> bool:
        """Whether a place is open from `start` to `end` (ms) without a break."""
        return any(opens <= start and end <= closes for opens, closes in self._hours(place))

    def begins(self, hall: int) -> IntArray:
        """When the staff of a hall begin on each day (ms): when it opens, less the set-up."""
        begins: IntArray = self.hall_open[hall] - (self.day_open - self.set_up)
        return begins

    def planned(self, place: int, day: int) -> tuple[int, int]:
        """When the hall of a place opens and closes on a day (ms), shocks apart."""
        hall = int(self.places.zone[place])
        return int(self.hall_open[hall, day]), int(self.hall_close[hall, day])

    def opens_for(self, place: int, moment: int) -> int:
        """When a place opens for the last time before it is open at a moment (ms); 0 if it is closed then."""
        return max((opens for opens, closes in self._hours(place) if opens <= moment < closes), default=0)

    def _hours(self, place: int) -> list[tuple[int, int]]:
        """From when to when a place is open (ms)."""
        p = self.places
        rows = slice(*p.open_index[place : place + 2].tolist())
        return list(zip(p.open_from[rows].tolist(), p.open_to[rows].tolist(), strict=True))


# Assumptions of the plan, in metres, each in this one place.
TABLE_PITCH_M: Final = 2.5  # between two tables of an area
_DM = 10  # in a metre
_SEAT_M2 = 2.0  # floor of a room for each seat, for rooms side by side from a given point


@step
def lay_out(
    scenario: Scenario, organisations: Organisations, exhibitors: Exhibitors, streams: Streams
) -> Venue:
    """Lay out the venue for these exhibitors.

    Each hall is one rectangle of booth plots, less a strip of rooms on the north wall and a strip of
    matchmaking tables on the west wall if it has them. Booths stand in rows of neighbours of one
    chain and stage, walked through in serpentines. `streams` say which exhibitors a `country_absent`
    shock keeps away; nothing else is random.
    """
    data = scenario.data
    halls = tuple(data.venue.halls)
    number = {name: i for i, name in enumerate(halls)}
    hall_of = halls_of_booths(scenario, organisations, exhibitors, number)
    plots, walk_rank = plots_of(scenario, organisations, exhibitors, hall_of)

    plan = _Plan(scenario)
    for i, name in enumerate(organisations.name):
        west, south, east, north = plots[i]
        plan.add(PlaceKind.BOOTH, name, (west + east) / 2, (south + north) / 2, int(hall_of[i]))
    gates = [
        plan.add(PlaceKind.GATE, name, gate.x_m, gate.y_m, len(halls) + i, gate.lanes)
        for i, (name, gate) in enumerate(data.venue.gates.items())
    ]
    rooms = _rooms(scenario, plan, number)
    tables = _tables(scenario, plan, number)
    catering = [
        plan.add(PlaceKind.CATERING, name, *_at(scenario, place), number[place.hall], place.seats)
        for name, place in data.venue.catering.items()
    ]
    day_open, day_close = day_hours(scenario)
    hall_open, hall_close = hall_hours(scenario)
    outside = [merged(zip(day_open.tolist(), day_close.tolist(), strict=True))] * len(gates)
    planned = [
        merged(zip(opens.tolist(), closes.tolist(), strict=True))
        for opens, closes in zip(hall_open, hall_close, strict=True)
    ]
    opening = _opening(scenario, organisations, exhibitors, plan, streams)
    return Venue(
        places=plan.places(opening, planned + outside, gates),
        names=tuple(plan.name),
        halls=halls,
        gates=np.array(gates, dtype=np.int64),
        rooms=rooms,
        room_seats={name: room.seats for name, room in data.venue.rooms.items()},
        catering=np.array(catering, dtype=np.int64),
        tables=tables,
        walk_rank=walk_rank,
        hall_of=hall_of,
        plots=plots,
        day_open=day_open,
        day_close=day_close,
        hall_open=hall_open,
        hall_close=hall_close,
        set_up=set_up(scenario, day_open),
    )


def floor_plan(scenario: Scenario, venue: Venue) -> FloorPlan:
    """Halls, their doors and the booths' plots, rounded to dm as places are."""
    halls = scenario.data.venue.halls.values()
    walls = [(hall.x_m, hall.y_m, hall.x_m + hall.width_m, hall.y_m + hall.depth_m) for hall in halls]
    metres = (np.array(walls), np.array([door(hall) for hall in halls]), venue.plots)
    return FloorPlan(*(np.round(m * _DM).astype(np.int64) for m in metres))


class _Plan:
    """Places being collected, and the doors of the zones they stand in."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        venue = scenario.data.venue
        self.kind: list[int] = []
        self.name: list[str] = []
        self.x: list[int] = []
        self.y: list[int] = []
        self.zone: list[int] = []
        self.servers: list[int] = []
        doors = [door(hall) for hall in venue.halls.values()]
        doors += [(gate.x_m, gate.y_m) for gate in venue.gates.values()]
        self.doors = np.round(np.array(doors) * 10).astype(np.int64)  # dm

    def add(self, kind: PlaceKind, name: str, x_m: float, y_m: float, zone: int, servers: int = 0) -> int:
        self.kind.append(int(kind))
        self.name.append(name)
        self.x.append(round(x_m * 10))
        self.y.append(round(y_m * 10))
        self.zone.append(zone)
        self.servers.append(servers)
        return len(self.kind) - 1

    def places(
        self, opening: list[list[Interval]], planned: list[list[Interval]], gates: list[int]
    ) -> Places:
        """The places, open as `opening` says, each; as `planned` is when each zone is open by the plan."""
        data = self.scenario.data
        x, y, zone = (np.array(column, dtype=np.int64) for column in (self.x, self.y, self.zone))
        door_x, door_y = self.doors.T
        limits = [NONE if hall.max_people is None else hall.max_people for hall in data.venue.halls.values()]
        limits += [NONE] * len(data.venue.gates)
        changes = [lane_changes(self.scenario, gate) for gate in data.venue.gates]
        index, opens, closes = ragged(opening)
        zone_index, zone_opens, zone_closes = ragged(planned)
        change_at, change_place, change_servers = changes_of(np.array(gates, dtype=np.int64), changes)
        return Places(
            kind=np.array(self.kind, dtype=np.int64),
            x=x,
            y=y,
            zone=zone,
            to_door=np.abs(x - door_x[zone]) + np.abs(y - door_y[zone]),
            servers=np.array(self.servers, dtype=np.int64),
            zone_distance=np.abs(door_x[:, None] - door_x) + np.abs(door_y[:, None] - door_y),
            zone_limit=np.array(limits, dtype=np.int64),
            zone_patience=minutes(data.behaviour.hall_patience_minutes),
            zone_again=minutes(data.behaviour.hall_again_minutes),
            open_index=index,
            open_from=opens,
            open_to=closes,
            zone_open_index=zone_index,
            zone_open_from=zone_opens,
            zone_open_to=zone_closes,
            change_at=change_at,
            change_place=change_place,
            change_servers=change_servers,
        )


# ---------------------------------------------------------------- rooms, tables, catering


def _rooms(scenario: Scenario, plan: _Plan, number: dict[str, int]) -> dict[str, IntArray]:
    venue = scenario.data.venue
    places: dict[str, IntArray] = {}
    on_wall = {
        name: sum(r.count for r in venue.rooms.values() if r.hall == name and r.at_m is None)
        for name in number
    }
    placed = dict.fromkeys(number, 0)
    for kind, room in venue.rooms.items():
        hall = venue.halls[room.hall]
        found = []
        for i in range(room.count):
            if room.at_m is None:
                x = hall.x_m + hall.width_m * (placed[room.hall] + 0.5) / on_wall[room.hall]
                y = hall.y_m + hall.depth_m * (1 - ROOM_STRIP / 2)
                placed[room.hall] += 1
            else:
                x = room.at_m[0] + i * math.sqrt(room.seats * _SEAT_M2)
                y = room.at_m[1]
            name = kind if room.count == 1 else f"{kind} {i + 1}"
            found.append(plan.add(PlaceKind.ROOM, name, x, y, number[room.hall]))
        places[kind] = np.array(found, dtype=np.int64)
    return places


def table_areas(scenario: Scenario) -> dict[tuple[str, int], Area]:
    """The floor of each area of each programme at tables: a part of its hall's west wall."""
    data = scenario.data
    in_hall: dict[str, list[tuple[str, int]]] = {name: [] for name in data.venue.halls}
    for programme, section in data.matchmaking.items():
        for area, of in enumerate(halls_of(section) if section.location == "table" else ()):
            in_hall[of].append((programme, area))
    areas = {}
    for name, here in in_hall.items():
        hall = data.venue.halls[name]
        for block, each in enumerate(here):
            deep = hall.depth_m / len(here)
            areas[each] = Area(name, hall.x_m, hall.y_m + block * deep, hall.width_m * TABLE_STRIP, deep)
    return areas


def _tables(scenario: Scenario, plan: _Plan, number: dict[str, int]) -> dict[str, IntArray]:
    """Tables of each programme, area by area up the west wall; none where meetings are at booths."""
    places: dict[str, IntArray] = {}
    areas = table_areas(scenario)
    for programme, section in scenario.data.matchmaking.items():
        if section.location == "booth":
            places[programme] = np.empty((section.areas, 0), dtype=np.int64)
            continue
        found = []
        for number_of, name in enumerate(halls_of(section)):
            area = areas[programme, number_of]
            across = max(1, min(int(area.width_m / TABLE_PITCH_M), math.ceil(math.sqrt(section.tables))))
            along = math.ceil(section.tables / across)
            pitch_x = min(TABLE_PITCH_M, area.width_m / across)
            pitch_y = min(TABLE_PITCH_M, area.depth_m / max(along, 1))
            found += [
                plan.add(
                    PlaceKind.TABLE,
                    f"{programme} {number_of + 1}/{i + 1}",
                    area.x_m + (i % across + 0.5) * pitch_x,
                    area.y_m + (i // across + 0.5) * pitch_y,
                    number[name],
                )
                for i in range(section.tables)
            ]
        places[programme] = np.array(found, dtype=np.int64).reshape(section.areas, section.tables)
    return places


def _at(scenario: Scenario, place: Catering) -> tuple[float, float]:
    if place.at_m is not None:
        return place.at_m
    hall = scenario.data.venue.halls[place.hall]
    return hall.x_m + hall.width_m / 2, hall.y_m + hall.depth_m / 2


# ---------------------------------------------------------------- hours


def _opening(
    scenario: Scenario,
    organisations: Organisations,
    exhibitors: Exhibitors,
    plan: _Plan,
    streams: Streams,
) -> list[list[Interval]]:
    """When each place is open: the hours of its hall, less late openings and shocks (R7, R8)."""
    data = scenario.data
    opens, closes = day_hours(scenario)
    admission = minutes(data.expo.last_admission_minutes)
    gate_hours = merged(zip(opens.tolist(), (closes - admission).tolist(), strict=True))
    hall_open, hall_close = hall_hours(scenario)
    # visitors are outside until the doors open, so that a hall that opens with them may be open before
    hall_open = np.where(
        (hall_open == opens) & (hall_open < hall_close), set_up(scenario, hall_open), hall_open
    )
    by_zone = [
        without(zip(opening_.tolist(), closing.tolist(), strict=True), hall_closures(scenario, hall))
        for hall, opening_, closing in zip(data.venue.halls, hall_open, hall_close, strict=True)
    ]
    by_zone += [without(gate_hours, gate_closures(scenario, gate)) for gate in data.venue.gates]
    opening = [by_zone[zone] for zone in plan.zone]

    codes = tuple(COUNTRIES[country].code for country in organisations.country.tolist())
    away = absent_exhibitors(scenario, organisations.key, codes, streams)
    late = [before_opening(pavilion, opens) for pavilion in data.pavilions.values()]
    for booth, pavilion in enumerate(exhibitors.pavilion.tolist()):
        shut = away[booth] + ([late[pavilion]] if pavilion != NONE else [])
        if shut:
            opening[booth] = without(opening[booth], shut)
    return opening


def before_opening(pavilion: Pavilion, opens: IntArray) -> Interval:
    """From the first midnight to the opening of a pavilion."""
    day = min(pavilion.opens_on_day - 1, len(opens) - 1)
    at = int(opens[day]) if pavilion.opens_at is None else day * DAY + clock(pavilion.opens_at)
    return 0, at
