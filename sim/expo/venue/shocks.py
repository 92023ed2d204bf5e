"""Shocks (R8): changes of the same things, places' hours, staff, lanes, arrivals, who comes.

Days count from 0 here; in a scenario file from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.venue.hours import DAY, Interval, clock, day_hours
from sim.floor.arrays import IntArray
from sim.streams import KeyArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Shock

__all__ = [
    "absent_exhibitors",
    "absent_staff",
    "changes_of",
    "gate_closures",
    "hall_closures",
    "hourly_factors",
    "kept_away",
    "lane_changes",
    "of_kind",
    "windows",
]

_HOUR = DAY // 24


def windows(scenario: Scenario, shock: Shock) -> list[Interval]:
    """When the shock holds: an interval in ms for each day it touches."""
    opens, closes = day_hours(scenario)
    days = range(len(opens)) if shock.day is None else [shock.day - 1]
    return [
        (
            int(opens[day]) if shock.from_ is None else day * DAY + clock(shock.from_),
            int(closes[day]) if shock.to is None else day * DAY + clock(shock.to),
        )
        for day in days
        if day < len(opens)
    ]


def of_kind(scenario: Scenario, kind: str) -> Iterator[tuple[str, Shock]]:
    """Name and section of the shocks of one kind, in the scenario's order."""
    return ((name, shock) for name, shock in scenario.data.shocks.items() if shock.kind == kind)


def hall_closures(scenario: Scenario, hall: str) -> list[Interval]:
    """When the hall, with all that stands in it, is closed."""
    shocks = of_kind(scenario, "hall_closed")
    return [part for _, shock in shocks if shock.hall == hall for part in windows(scenario, shock)]


def gate_closures(scenario: Scenario, gate: str) -> list[Interval]:
    """When the gate is closed; a shock that names no gate closes all."""
    shocks = of_kind(scenario, "gate_closed")
    return [part for _, shock in shocks if shock.gate in (gate, None) for part in windows(scenario, shock)]


def lane_changes(scenario: Scenario, gate: str) -> list[tuple[int, int]]:
    """Changes of the number of lanes of a gate: (ms, lanes from then on), in order.

    Where shocks overlap, the fewest lanes hold. A shock never adds lanes.
    """
    usual = scenario.data.venue.gates[gate].lanes
    reduced = [
        (start, end, min(usual, shock.lanes))
        for _, shock in of_kind(scenario, "lanes_closed")
        if shock.gate in (gate, None) and shock.lanes is not None
        for start, end in windows(scenario, shock)
    ]
    changes: list[tuple[int, int]] = []
    lanes = usual
    for time in sorted({bound for start, end, _ in reduced for bound in (start, end)}):
        now = min((left for start, end, left in reduced if start <= time < end), default=usual)
        if now != lanes:
            changes.append((time, now))
            lanes = now
    return changes


def absent_exhibitors(
    scenario: Scenario, keys: KeyArray, countries: tuple[str, ...], streams: Streams
) -> list[list[Interval]]:
    """When each exhibitor stays away because of a `country_absent` shock.

    `keys` are the exhibitors' keys, `countries` their ISO codes. Which exhibitors belong to the
    share that stays away is drawn by exhibitor and shock.
    """
    away: list[list[Interval]] = [[] for _ in countries]
    for name, shock in of_kind(scenario, "country_absent"):
        kept = kept_away(name, shock, keys, streams)
        for i, country in enumerate(countries):
            if country == shock.country and kept[i]:
                away[i] += windows(scenario, shock)
    return away


def kept_away(name: str, shock: Shock, keys: KeyArray, streams: Streams) -> npt.NDArray[np.bool_]:
    """Whether each organisation (by key) is of the share that a `country_absent` shock keeps away."""
    kept: npt.NDArray[np.bool_] = (
        streams.uniform("country absent", subkeys(keys, key_of("shock", name))) < shock.share
    )
    return kept


def absent_staff(scenario: Scenario, keys: KeyArray, streams: Streams) -> list[list[Interval]]:
    """When each member of staff (by key) is absent because of a `staff_absent` shock."""
    away: list[list[Interval]] = [[] for _ in keys]
    for name, shock in of_kind(scenario, "staff_absent"):
        draw = streams.uniform("staff absent", subkeys(keys, key_of("shock", name)))
        when = windows(scenario, shock)
        for i in np.flatnonzero(draw < shock.share):
            away[i] += when
    return away


def hourly_factors(scenario: Scenario, persona: str, day: int) -> npt.NDArray[np.float64]:
    """Factor on a persona's arrivals in each clock hour of a day: shape (24,), 1 without a shock.

    A shock that covers part of an hour acts on it in proportion.
    """
    factors = np.ones(24)
    hours = day * DAY + np.arange(24) * _HOUR
    for _, shock in of_kind(scenario, "arrivals"):
        if shock.persona not in (persona, None):
            continue
        covered = np.zeros(24)
        for start, end in _whole_day_if_unlimited(scenario, shock):
            covered += np.clip(np.minimum(end, hours + _HOUR) - np.maximum(start, hours), 0, None) / _HOUR
        factors *= 1 + covered * (shock.factor - 1)
    return factors


def _whole_day_if_unlimited(scenario: Scenario, shock: Shock) -> list[Interval]:
    """People may arrive before the doors open: without a clock time the shock holds from midnight on."""
    return [
        (
            start // DAY * DAY if shock.from_ is None else start,
            (start // DAY + 1) * DAY if shock.to is None else end,
        )
        for start, end in windows(scenario, shock)
    ]


def changes_of(places: IntArray, changes: list[list[tuple[int, int]]]) -> tuple[IntArray, IntArray, IntArray]:
    """Lane changes of gates as columns (ms, place, lanes), by time, then place."""
    rows = sorted(
        (time, int(place), lanes)
        for place, of_gate in zip(places, changes, strict=True)
        for time, lanes in of_gate
    )
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()
