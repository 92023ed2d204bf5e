"""Limits by day and slots kept free, from what a file of limits says to what a problem knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sim.files.cells import whole
from sim.files.sheets import Sheet, found
from sim.files.text import same
from sim.interchange.people_csv import Limits
from sim.interchange.slots_csv import MOST_TABLES, Slots
from sim.matchmaking import NO_LIMIT, Problem
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["lengths", "limit_of", "lunches", "tables_exist", "with_days"]

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MINUTE: Final = 60_000  # ms
_DAY: Final = 24 * 60 * _MINUTE
_ALLOWED: Final = "allowed: times such as 12:00-13:00, or names of slots such as 12:00 | 12:30"


def lunches(sheet: Sheet, slots: Slots) -> dict[str, BoolArray]:
    """The slots that each cell of the column `lunch` means: (slots,); what means none is a problem."""
    meant: dict[str, BoolArray] = {}
    number = {name: t for t, name in enumerate(slots.names)}
    for row, cell in enumerate(map(same, sheet.cells("lunch"))):
        if not cell or cell in meant:
            continue
        clock = _CLOCK.fullmatch(cell)
        own = [same(part) for part in cell.split("|")]
        within = np.zeros(len(slots), dtype=np.bool_)
        if all(name in number for name in own):
            within[[number[name] for name in own]] = True
        elif clock is None:
            sheet.wrong(row, "lunch", f"{found(cell)}; {_ALLOWED}")
            continue
        elif not any(slots.shown_start):
            sheet.wrong(row, "lunch", f"{found(cell)}, and the slots have no times")
            continue
        else:
            begin, end = ((60 * int(h) + int(m)) * _MINUTE for h, m in (clock.group(1, 2), clock.group(3, 4)))
            start = np.array(slots.start) % _DAY
            within = (start < end) & (start + np.array(slots.end) - np.array(slots.start) > begin)
        if not within.any():
            sheet.wrong(row, "lunch", f"{found(cell)}, when there is no slot")
        meant[cell] = within
    return meant


def tables_exist(sheet: Sheet, slots: Slots) -> None:
    """Nobody can keep a table that no slot has."""
    most = max(slots.tables, default=0)
    for row, cell in enumerate(sheet.cells("place")):
        if (whole(cell, 1, MOST_TABLES) or 0) > most > 0:
            sheet.wrong(row, "place", f"{found(cell)}, and there are {most:,} tables at most")


def lengths(minutes: Sequence[int | None], slots: Slots) -> IntArray | None:
    """The slots that meetings of so many minutes take (None: one), with the pauses between them.

    The shortest slots, with the shortest pause between, are long enough for them.
    """
    if not len(slots) or all(value is None for value in minutes):
        return None
    shortest = min(end - start for start, end in zip(slots.start, slots.end, strict=True))
    pauses = [begin - end for begin, end in zip(slots.start[1:], slots.end[:-1], strict=True)]
    pause = min(pauses, default=0)
    each = [
        1 if value is None else max(1, -(-(value * _MINUTE + pause) // (shortest + pause)))
        for value in minutes
    ]
    return None if max(each) == 1 else np.array(each, dtype=np.int64)


def with_days(problem: Problem, limits: Limits, lunch: dict[str, BoolArray]) -> Problem:
    """The problem with people's limits by day, one slot of lunch free on each day, and those kept free."""
    day = problem.days
    spans: dict[bytes, BoolArray] = {}
    keep: list[tuple[int, bytes, int]] = []
    for d in range(int(day.max(initial=-1)) + 1):
        today = day == d
        for person, (cell, free) in enumerate(zip(limits.lunch, limits.keep_free, strict=True)):
            of = [(lunch[cell] & today, 1)] if cell else []
            of += [(today, free)] if free else []
            for span, count in of:
                if span.any():
                    key = spans.setdefault(span.tobytes(), span).tobytes()
                    keep.append((person, key, count))
    if keep:
        place = {key: s for s, key in enumerate(spans)}
        table = np.zeros((problem.participants, len(spans)), dtype=np.int64)
        for person, key, count in keep:
            table[person, place[key]] = max(table[person, place[key]], count)
        problem = replace(problem, spans=np.stack(list(spans.values())), keep=table)
    return replace(
        problem,
        rest=None if not any(limits.rest) else _MINUTE * np.array(limits.rest, dtype=np.int64),
        home=None
        if all(table is None for table in limits.place)
        else np.array([-1 if table is None else table - 1 for table in limits.place], dtype=np.int64),
        most_a_day=limit_of(limits.most_a_day),
        least_a_day=None if not any(limits.least_a_day) else np.array(limits.least_a_day, dtype=np.int64),
        most_days=limit_of(limits.days),
    )


def limit_of(values: Sequence[int | None]) -> IntArray | None:
    """Everybody's most as a problem knows it; None if nobody has any."""
    if all(value is None for value in values):
        return None
    return np.array([NO_LIMIT if value is None else value for value in values], dtype=np.int64)
