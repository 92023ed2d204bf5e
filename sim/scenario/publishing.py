"""What a row of a published timetable says in the terms of a scenario: a time, a table, whose party."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from sim.files.moments import NO_DATE
from sim.scenario.schema.data import Event, Matchmaking
from sim.scenario.schema.meetings import MOST_SLOTS
from sim.scenario.schema.rows import PublishedRow

__all__ = ["base_name", "slots_taken", "starts_at", "table_number", "takes"]

_TABLE: Final = re.compile(r"(?:(.+) )?([1-9]\d{0,5})(?:/([1-9]\d{0,5}))?")
_FURTHER: Final = re.compile(r"(.+) \(([2-9]|[1-9]\d{1,3})\)")
_MS: Final = dt.timedelta(milliseconds=1)


def starts_at(row: PublishedRow, expo: Event) -> int | None:
    """When a published meeting starts: ms from the midnight before the first day; None if on no day."""
    start = row.start
    if start.date() == NO_DATE:
        if expo.days > 1:
            return None
        start = dt.datetime.combine(expo.first_day, start.time())
    since = start - dt.datetime.combine(expo.first_day, dt.time())
    return since // _MS if dt.timedelta() <= since < dt.timedelta(days=expo.days) else None


def slots_taken(row: PublishedRow, section: Matchmaking) -> int | None:
    """The slots that follow each other directly and end with a published meeting; None if no such three do.

    One where its end is not said.
    """
    if row.end is None:
        return 1
    start = dt.datetime.combine(row.end.date(), row.start.time())
    day = row.end.date() if row.start.date() == NO_DATE else row.start.date()
    if row.end.date() != day:
        return None
    for slots in range(1, MOST_SLOTS + 1):
        lasts = slots * section.slot_minutes + (slots - 1) * section.buffer_minutes
        if abs(row.end - start - dt.timedelta(minutes=lasts)) <= dt.timedelta(seconds=1):
            return slots
    return None


def takes(row: PublishedRow, section: Matchmaking) -> list[dt.datetime]:
    """When the slots of a published meeting start, in the terms of its `start`."""
    turn = dt.timedelta(minutes=section.slot_minutes + section.buffer_minutes)
    return [row.start + n * turn for n in range(slots_taken(row, section) or 1)]


def table_number(text: str, name: str, section: Matchmaking) -> int | None:
    """The number, from 0 through all areas, of a table that is called so: `7`, `2/3`, `main 2/3`; or None."""
    match = _TABLE.fullmatch(text)
    if match is None or match[1] not in (None, name):
        return None
    area, table = (1, int(match[2])) if match[3] is None else (int(match[2]), int(match[3]))
    most = section.tables if match[3] is not None else section.tables * section.areas
    if area > section.areas or table > most or (match[1] and match[3] is None):
        return None
    return (area - 1) * section.tables + table - 1


def base_name(name: str) -> tuple[str, int]:
    """The organisation of a participant, and which of its parties he is: `buyer 12 (2)`, the second."""
    match = _FURTHER.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, 1)
