"""What a timetable tells the next evening beside its rows: who is gone, what calendars go on to take out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.interchange.arranging import Arranged
from sim.interchange.called_off import Numbers, numbered
from sim.matchmaking import UNSCHEDULED

__all__ = ["Remembered", "remembered"]

_OFF = ("off_slot", "off_start", "off_end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """More columns, their cells in the row of each request, and rows of meetings that were called off.

    Those rows are given by columns; all columns that they do not name are empty.
    """

    columns: tuple[str, ...]
    cells: Sequence[tuple[str, ...]]
    off: Sequence[dict[str, str]]


def remembered(arranged: Arranged, revision: int | None) -> Remembered:
    """What is to be known the next evening; nothing where nobody is gone and nothing was called off.

    Calendars need the numbers of meetings and those called off; that there are any, a `revision` says.
    """
    requests = arranged.lists.requests
    columns: list[str] = []
    cells: list[list[str]] = [[] for _ in range(len(requests))]
    gone = _gone(arranged)
    if gone:
        columns.append("gone")
        for k, members in enumerate(requests.members):
            own = (requests.people[i] for i in members)
            cells[k].append(";".join(name for name in own if name in gone))
    off: list[dict[str, str]] = []
    if revision is not None:
        numbers = Numbers(arranged)
        off = [
            {
                "who": meeting.who,
                "whom": meeting.whom,
                **({"with": meeting.along} if meeting.along else {}),
                "number": str(number + 1),
                **dict(zip(_OFF, (meeting.slot, meeting.start, meeting.end), strict=True)),
            }
            for meeting, number in numbers.off
        ]
        of = numbers.of(np.flatnonzero(arranged.timetable.slot != UNSCHEDULED).tolist())
        groups = [tuple(sorted(requests.people[i] for i in requests.members[k])) for k in sorted(of)]
        in_order = dict(zip(sorted(of), numbered(groups, [None] * len(groups)), strict=True))
        if off or in_order != of:
            columns.append("number")
            for k, row in enumerate(cells):
                row.append(str(of[k] + 1) if k in of else "")
    if off:
        columns += _OFF
        for row in cells:
            row += [""] * len(_OFF)
    return Remembered(columns=tuple(columns), cells=[tuple(row) for row in cells], off=off)


def _gone(arranged: Arranged) -> frozenset[str]:
    if arranged.begun is not None:
        return frozenset(arranged.begun.gone)
    return frozenset() if arranged.publication is None else frozenset(arranged.publication.gone)
