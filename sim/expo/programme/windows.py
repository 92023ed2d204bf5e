"""Matchmaking windows and their slots: when the tables of a programme are used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.programme.placement import ProgrammeDoesNotFit, as_clock
from sim.expo.venue.hours import DAY, clock, minutes
from sim.floor.arrays import MINUTE, IntArray
from sim.scenario.opening import halls_of, slots_on

if TYPE_CHECKING:
    from sim.expo.shortfalls import Noted
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["plan_windows", "slots_as_planned"]

_GRID = 5 * MINUTE  # as for activities


def plan_windows(scenario: Scenario, venue: Venue, noted: Noted) -> tuple[IntArray, IntArray]:
    """Windows (rows of programme, day, area, start, end, slots, tables) and slots (window, start).

    The windows of a day lie on one grid for all areas of a programme, evenly over the hours, the first at
    `from` where that is said; or, where there is a break, one slot after the other up to it and again from
    its end on. Where areas have fewer windows than others they skip places of the grid in turn. Slots in
    which the tables are closed (a shock) are left out, windows without a slot too; that is noted. Raises
    `ProgrammeDoesNotFit`.
    """
    windows: list[tuple[int, ...]] = []
    slots: list[tuple[int, int]] = []
    for programme, (name, section) in enumerate(scenario.data.matchmaking.items()):
        for day in range(len(venue.day_open)):
            first, last = _hours(scenario, venue, section, day)
            of_window = _grid(name, section, day, first, last)
            slot = minutes(section.slot_minutes)
            said, _ = _said(scenario, section, day)
            if of_window and said is not None:
                asked, begin = clock(said) // MINUTE, of_window[0][0] % DAY // MINUTE
                noted.note(f"matchmaking.{name}.from", "first slot", "starts", asked, begin, "doors", day)
            for area, g in _by_area(section.areas, len(of_window), _windows(section, day)):
                begins, n = of_window[g], len(of_window[g])
                start = begins[0]
                if venue.tables[name].size:
                    place = int(venue.tables[name][area, 0])
                    begins = [t for t in begins if venue.is_open(place, t, t + slot)]
                    window, seats = f"window {as_clock(start)}, area {area + 1}", section.tables
                    path = f"matchmaking.{name}"
                    noted.note(path, window, "activities", 1, int(bool(begins)), "hall_closed", day)
                    there = len(begins) * seats
                    noted.note(path, window, "slots", n * seats, there, "hall_closed", day)
                if begins:
                    slots += [(len(windows), t) for t in begins]
                    end = begins[-1] + slot
                    windows.append((programme, day, area, begins[0], end, len(begins), section.tables))
    return (
        np.array(windows, dtype=np.int64).reshape(-1, 7),
        np.array(slots, dtype=np.int64).reshape(-1, 2),
    )


def slots_as_planned(
    scenario: Scenario, venue: Venue, name: str, section: Matchmaking
) -> dict[int, set[int]]:
    """The areas with a slot at each start (ms) at which the programme has any, closed tables or not."""
    areas: dict[int, set[int]] = {}
    for day in range(len(venue.day_open)):
        of_window = _grid(name, section, day, *_hours(scenario, venue, section, day))
        for area, g in _by_area(section.areas, len(of_window), _windows(section, day)):
            for start in of_window[g]:
                areas.setdefault(start, set()).add(area)
    return areas


def _windows(section: Matchmaking, day: int) -> int:
    if not section.windows:
        return section.areas
    return section.windows[day] if day < len(section.windows) else 0


def _hours(scenario: Scenario, venue: Venue, section: Matchmaking, day: int) -> tuple[int, int]:
    """From when to when there may be slots on a day, in ms: of the programme, its hall, and the doors."""
    opens, closes = int(venue.day_open[day]), int(venue.day_close[day])
    if section.location == "table":
        halls = [venue.halls.index(hall) for hall in halls_of(section)]
        opens, closes = int(venue.hall_open[halls, day].max()), int(venue.hall_close[halls, day].min())
    begin, end = _said(scenario, section, day)
    return (
        opens if begin is None else max(opens, day * DAY + clock(begin)),
        closes if end is None else min(closes, day * DAY + clock(end)),
    )


def _said(scenario: Scenario, section: Matchmaking, day: int) -> tuple[dt.time | None, dt.time | None]:
    """From when to when there are slots on a day, as the scenario says."""
    return slots_on(scenario.data.expo.first_day + dt.timedelta(days=day), section)


def _grid(name: str, section: Matchmaking, day: int, first: int, last: int) -> list[list[int]]:
    """Starts of the slots of each window, windows one after the other in an area."""
    in_turn = -(-_windows(section, day) // section.areas)
    if in_turn == 0:
        return []
    buffer = minutes(section.buffer_minutes)
    slot = minutes(section.slot_minutes)
    pitch = slot + buffer
    parts, low, high = [(first, last)], last, first
    if section.break_from is not None and section.break_to is not None:
        low, high = (day * DAY + clock(time) for time in (section.break_from, section.break_to))
        parts = [(first, min(last, low)), (max(first, high), last)]
    there = [t for begin, end in parts for t in range(begin, end - slot + 1, pitch)]
    fit = len(there)
    n = section.window_slots or fit // in_turn
    if n == 0 or in_turn * n > fit:
        raise ProgrammeDoesNotFit(
            f"matchmaking.{name}.windows" if section.windows else f"matchmaking.{name}",
            f"{in_turn} windows of {max(n, 1)} slots, one after the other in an area, "
            f"do not fit on day {day + 1} between {as_clock(first)} and {as_clock(last)}; {fit} slots do",
        )
    if len(parts) > 1 and low < last and high > first:  # the break is among them
        return [there[g * n : (g + 1) * n] for g in range(in_turn)]
    slack = last - first - (in_turn * n * pitch - buffer)
    before = 0.5 if section.from_ is None else 0.0
    starts = [
        first + g * n * pitch + int(slack * (g + before) / in_turn) // _GRID * _GRID for g in range(in_turn)
    ]
    return [[start + k * pitch for k in range(n)] for start in starts]


def _by_area(areas: int, in_turn: int, windows: int) -> list[tuple[int, int]]:
    """(area, place on the grid) of the windows, by area."""
    idle = areas * in_turn - windows  # so many areas leave out one place of the grid
    return [
        (area, g)
        for area in range(areas)
        for g in range(in_turn)
        if area < areas - idle or g != (area - (areas - idle)) % in_turn
    ]
