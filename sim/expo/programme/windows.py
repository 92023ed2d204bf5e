"""Matchmaking windows and their slots: when the tables of a programme are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.expo.programme.placement import ProgrammeDoesNotFit, as_clock
from sim.expo.venue.hours import DAY, clock, minutes
from sim.floor.arrays import MINUTE, IntArray

if TYPE_CHECKING:
    from sim.expo.shortfalls import Noted
    from sim.expo.venue.venue import Venue
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["plan_windows"]

_GRID = 5 * MINUTE  # as for activities


def plan_windows(scenario: Scenario, venue: Venue, noted: Noted) -> tuple[IntArray, IntArray]:
    """Windows (rows of programme, day, area, start, end, slots, tables) and slots (window, start).

    The windows of a day lie on one grid for all areas of a programme, evenly over the hours, the
    first at `from` where that is said; where areas have fewer windows than others they skip places of
    the grid in turn. Slots in which the tables are closed (a shock) are left out, windows without a
    slot too; that is noted. Raises `ProgrammeDoesNotFit`.
    """
    windows: list[tuple[int, ...]] = []
    slots: list[tuple[int, int]] = []
    for programme, (name, section) in enumerate(scenario.data.matchmaking.items()):
        for day in range(len(venue.day_open)):
            opens = int(venue.day_open[day])
            starts, n = _grid(name, section, day, opens, int(venue.day_close[day]))
            slot = minutes(section.slot_minutes)
            pitch = slot + minutes(section.buffer_minutes)
            if starts and section.from_ is not None:
                asked, begin = clock(section.from_) // MINUTE, starts[0] % DAY // MINUTE
                noted.note(f"matchmaking.{name}.from", "first slot", "starts", asked, begin, "doors", day)
            for area, start in _by_area(section.areas, starts, _windows(section, day)):
                begins = [start + k * pitch for k in range(n)]
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


def _windows(section: Matchmaking, day: int) -> int:
    if not section.windows:
        return section.areas
    return section.windows[day] if day < len(section.windows) else 0


def _grid(name: str, section: Matchmaking, day: int, opens: int, closes: int) -> tuple[list[int], int]:
    """Starts of the windows, one after the other in an area, and the slots of each."""
    in_turn = -(-_windows(section, day) // section.areas)
    if in_turn == 0:
        return [], 0
    first = opens if section.from_ is None else max(opens, day * DAY + clock(section.from_))
    last = closes if section.to is None else min(closes, day * DAY + clock(section.to))
    buffer = minutes(section.buffer_minutes)
    pitch = minutes(section.slot_minutes) + buffer
    fit = max(0, (last - first + buffer) // pitch)
    n = section.window_slots or fit // in_turn
    if n == 0 or in_turn * n > fit:
        raise ProgrammeDoesNotFit(
            f"matchmaking.{name}.windows" if section.windows else f"matchmaking.{name}",
            f"{in_turn} windows of {max(n, 1)} slots, one after the other in an area, "
            f"do not fit on day {day + 1} between {as_clock(first)} and {as_clock(last)}; {fit} slots do",
        )
    slack = last - first - (in_turn * n * pitch - buffer)
    before = 0.5 if section.from_ is None else 0.0
    return [
        first + g * n * pitch + int(slack * (g + before) / in_turn) // _GRID * _GRID for g in range(in_turn)
    ], n


def _by_area(areas: int, starts: list[int], windows: int) -> list[tuple[int, int]]:
    """(area, start) of the windows, by area."""
    idle = areas * len(starts) - windows  # so many areas leave out one place of the grid
    return [
        (area, start)
        for area in range(areas)
        for g, start in enumerate(starts)
        if area < areas - idle or g != (area - (areas - idle)) % len(starts)
    ]
