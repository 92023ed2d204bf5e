"""Clock times as milliseconds from the midnight before the first day, and sets of intervals of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.scenario.opening import hours_on

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "DAY",
    "Interval",
    "clock",
    "day_hours",
    "hall_hours",
    "merged",
    "minutes",
    "ragged",
    "set_up",
    "without",
]

DAY = 24 * 60 * MINUTE
Interval = tuple[int, int]


def clock(time: dt.time) -> int:
    """Milliseconds from midnight to `time`."""
    seconds = (time.hour * 60 + time.minute) * 60 + time.second
    return seconds * 1000 + time.microsecond // 1000


def minutes(value: float) -> int:
    """`value` minutes in whole milliseconds."""
    return round(value * MINUTE)


def day_hours(scenario: Scenario) -> tuple[IntArray, IntArray]:
    """Opening and closing of the doors on each day, in ms, exceptions by date included."""
    expo = scenario.data.expo
    opens, closes = [], []
    for day in range(expo.days):
        opening, closing = hours_on(expo.first_day + dt.timedelta(days=day), expo)
        opens.append(day * DAY + clock(opening))
        closes.append(day * DAY + clock(closing))
    return np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)


def hall_hours(scenario: Scenario) -> tuple[IntArray, IntArray]:
    """Opening and closing of each hall on each day, (halls, days) in ms: as planned, within the doors' hours.

    A hall that is closed all day closes when it opens.
    """
    expo, halls = scenario.data.expo, list(scenario.data.venue.halls.values())
    doors_open, doors_close = day_hours(scenario)
    opens = np.tile(doors_open, (len(halls), 1))
    closes = np.tile(doors_close, (len(halls), 1))
    for number, hall in enumerate(halls):
        for day in range(expo.days):
            opening, closing = hours_on(expo.first_day + dt.timedelta(days=day), hall)
            if opening is not None:
                opens[number, day] = max(opens[number, day], day * DAY + clock(opening))
            if closing is not None:
                closes[number, day] = min(closes[number, day], day * DAY + clock(closing))
    return opens, np.maximum(opens, closes)


def set_up(scenario: Scenario, opens: IntArray) -> IntArray:
    """When staff are there before openings on each day, (..., days) in ms; not before midnight."""
    begins: IntArray = opens - minutes(scenario.data.expo.set_up_minutes)
    return np.maximum(begins, np.arange(opens.shape[-1]) * DAY)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same set as intervals in order; empty ones dropped, overlapping and adjoining ones joined (R7)."""
    result: list[Interval] = []
    for start, end in sorted(i for i in intervals if i[0] < i[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(intervals: Iterable[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """The set `intervals` less the set `holes`, as intervals in order."""
    left = merged(intervals)
    for low, high in merged(holes):
        left = [
            part
            for start, end in left
            for part in ((start, min(end, low)), (max(start, high), end))
            if part[0] < part[1]
        ]
    return left


def ragged(rows: Sequence[Sequence[Interval]]) -> tuple[IntArray, IntArray, IntArray]:
    """Lists of intervals, one a row, as index, starts and ends (see `sim.floor.arrays`)."""
    index = np.zeros(len(rows) + 1, dtype=np.int64)
    index[1:] = np.cumsum([len(row) for row in rows])
    flat = np.array([bound for row in rows for part in row for bound in part], dtype=np.int64).reshape(-1, 2)
    return index, flat[:, 0].copy(), flat[:, 1].copy()
