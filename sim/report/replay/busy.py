"""What goes on at each place and on the whole floor over time: all people and staff, whoever is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import IntArray
from sim.floor.index import owners
from sim.floor.trace import Kind
from sim.report.replay.packing import ahead, together, zigzag
from sim.report.replay.states import State, place_of, seconds, stays

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["MINUTE", "SERIES", "counts_of", "grain_of", "intervals_of", "steps_of"]

MINUTE: Final = 60
"""Seconds between two counts of all people by what they do."""

SERIES: Final = ("queue", "inside", "busy", "duty")
"""What is told of each place: people who queue; who sit, eat or meet; staff in talk or away; on duty."""

_GRAINS: Final = (1, 10, 60, 300)  # s
_MOST: Final = 250_000  # steps that are told to the second

Intervals = tuple[IntArray, IntArray, IntArray, IntArray]  # of places: from when to when, how many
Times = tuple[IntArray, IntArray, IntArray]  # from when to when, how many people


def intervals_of(
    ledger: Ledger,
) -> tuple[dict[str, Intervals], dict[State, Times]]:
    """What happens at places, by `SERIES`; and what parties do, by `State`: from when to when, people."""
    trace, floor = ledger.trace, ledger.floor
    parties, size = floor.n_party_days, floor.party_days.size
    found: dict[str, list[Intervals]] = {name: [] for name in SERIES}
    does: dict[State, list[Times]] = {state: [] for state in State}
    for kind, state, rows, since, until in stays(ledger):
        some = np.flatnonzero(ledger.is_party(trace.actor.take(rows)))
        rows, since, until = rows[some], since[some], until[some]
        people, place = size[trace.actor.take(rows)], place_of(ledger, kind, rows)
        does[state].append((since, until, people))
        if state == State.QUEUEING:
            found["queue"].append((place, since, until, people))
        elif state in (State.IN_SESSION, State.EATING, State.IN_MEETING):
            found["inside"].append((place, since, until, people))
    does[State.WALKING] = [  # less the others
        (seconds(rows.start), seconds(rows.end), size[rows.actor])
        for rows in (ledger.rows(Kind.GATE), ledger.visits)
    ]

    talks, errands, staff = ledger.conversations, ledger.rows(Kind.DELEGATE), floor.staff
    member = np.concatenate((talks.other, errands.actor)).astype(np.int64) - parties
    since = seconds(np.concatenate((talks.begin, errands.start)))
    until = seconds(np.concatenate((talks.end, errands.end)))
    found["busy"] = [(staff.booth[member], since, until, np.ones(len(member), dtype=np.int64))]
    shifts = staff.booth[owners(staff.shift_index)]
    upto = np.minimum(staff.shift_to, floor.end)
    ones = np.ones(len(shifts), dtype=np.int64)
    found["duty"] = [(shifts, seconds(staff.shift_from), seconds(upto), ones)]
    return (
        {name: together(each) for name, each in found.items()},
        {state: together(each) for state, each in does.items() if each},
    )


def grain_of(intervals: dict[str, Intervals]) -> int:
    """Seconds to which steps are told: as few as make no more of them than a page can hold."""
    n = sum(len(each[0]) for each in intervals.values()) * 2
    return next((grain for grain in _GRAINS[:-1] if n <= _MOST * grain), _GRAINS[-1])


def steps_of(intervals: Intervals, n: int, grain: int) -> dict[str, IntArray]:
    """How many there are at each of `n` places, as steps: columns to be packed.

    Times are in units of `grain` seconds, rounded up: at each whole unit it is as many as there are.
    """
    place, since, until, weight = intervals
    where = np.concatenate((place, place))
    when = -(-np.concatenate((since, until)) // grain)
    change = np.concatenate((weight, -weight))
    key = where * (1 << 32) + when
    order = np.argsort(key, kind="stable")
    key, total = key[order], np.cumsum(change[order])
    last = np.append(key[1:] != key[:-1], True) if len(key) else np.zeros(0, dtype=np.bool_)
    key, total = key[last], total[last]
    moved = np.diff(total, prepend=0) != 0  # each place ends with nobody there
    key, total = key[moved], total[moved]
    at, time = key >> 32, key & 0xFFFFFFFF
    counts = np.bincount(at, minlength=n)
    index = np.concatenate(([0], np.cumsum(counts)))
    return {"steps": counts, "time": ahead(time, index), "level": zigzag(ahead(total, index))}


def counts_of(does: dict[State, Times], days: list[tuple[int, int]]) -> tuple[list[int], IntArray]:
    """All people by what they do, at each whole minute of each day.

    Args:
        does: from when to when, people, by state; as those who walk all who are at a gate or inside.
        days: of each day the first and the last minute that is told.

    Returns:
        The states, and an array (minutes of all days, states).
    """
    first, last = days[0][0], days[-1][1]
    n = last - first + 2
    columns = {}
    for state, (since, until, people) in does.items():
        edges = np.concatenate((since, until))
        minute = np.clip(-(-edges // MINUTE) - first, 0, n - 1)
        change = np.bincount(minute, np.concatenate((people, -people)), minlength=n)
        columns[state] = np.cumsum(change).astype(np.int64)
    columns[State.WALKING] = columns[State.WALKING] - sum(
        column for state, column in columns.items() if state != State.WALKING
    )
    table = np.stack([columns[state] for state in sorted(columns)], axis=1)
    told = np.concatenate([np.arange(a, b + 1) - first for a, b in days])
    return [int(state) for state in sorted(columns)], table[told]
