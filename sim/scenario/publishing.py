"""What a row of a published timetable says in the terms of a scenario: a time, a table, whose party."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from sim.files.moments import NO_DATE
from sim.scenario.schema.data import Event, Matchmaking
from sim.scenario.schema.rows import PublishedRow

__all__ = ["base_name", "starts_at", "table_number"]

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
