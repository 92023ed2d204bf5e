"""What people do, as a replay shows it, and which rows of a trace say so."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.floor.trace import Kind

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["GRAIN", "NAMES", "State", "Stays", "place_of", "seconds", "stays"]

GRAIN: Final = 1000
"""Milliseconds of the unit in which a replay tells time: seconds."""


class State(IntEnum):
    """What somebody does at a moment."""

    GONE = 0
    WALKING = 1
    LOOKING = 2
    QUEUEING = 3  # at a gate, a booth, catering, a room's door, the door of a full hall
    TALKING = 4  # at a booth
    IN_SESSION = 5
    IN_MEETING = 6
    EATING = 7
    WAITING = 8  # for what is booked, in the lounge or at the table; or while it is checked at a gate


NAMES: Final = (
    "gone", "walking", "looking", "queueing", "talking", "in a session", "in a meeting", "eating", "waiting",
)  # fmt: skip
"""What each is called."""

_DOES: Final[dict[Kind, tuple[State, State]]] = {
    Kind.GATE: (State.QUEUEING, State.WAITING),
    Kind.LOOK: (State.LOOKING, State.LOOKING),
    Kind.TALK: (State.QUEUEING, State.TALKING),
    Kind.LOUNGE: (State.WAITING, State.WAITING),
    Kind.MEAL: (State.QUEUEING, State.EATING),
    Kind.HALL: (State.QUEUEING, State.QUEUEING),
    Kind.SESSION: (State.QUEUEING, State.IN_SESSION),
    Kind.MEETING: (State.WAITING, State.IN_MEETING),
}
"""By kind of row: what somebody does in its wait, and after it."""


def seconds(milliseconds: npt.NDArray[np.integer[Any]]) -> IntArray:
    """Times in whole seconds, rounded up: what is so at a whole second in ms is so at it in seconds.

    An interval [start, end) covers a whole second if and only if the rounded one does.
    """
    up: IntArray = -(-milliseconds.astype(np.int64) // GRAIN)
    return up


class Stays(NamedTuple):
    """Rows of a trace of one kind in which somebody does the same, and from when to when: in seconds."""

    kind: Kind
    state: State
    rows: IntArray  # of the trace
    since: IntArray
    until: IntArray  # always later


def stays(ledger: Ledger) -> Iterator[Stays]:
    """What rows say, kind by kind, their waits and what came after these apart.

    Rows of somebody who was not there are left out, and what takes no second.
    """
    trace = ledger.trace
    for kind, (waits, does) in _DOES.items():
        rows = ledger.rows(kind)
        index = rows.where(ledger.there[rows.index]).index
        first = trace.start.take(index)
        since, begin, until = map(seconds, (first, first + trace.wait.take(index), trace.end.take(index)))
        parts = [(does, since, until)] if waits is does else [(waits, since, begin), (does, begin, until)]
        for state, start, end in parts:
            some = np.flatnonzero(start < end)
            yield Stays(kind, state, index[some], start[some], end[some])


def place_of(ledger: Ledger, kind: Kind, rows: IntArray) -> IntArray:
    """Where rows of a kind are: at their place, or at the door of a zone, numbered beyond the places."""
    trace = ledger.trace
    if kind == Kind.HALL:
        return len(ledger.floor.places.kind) + trace.other.take(rows).astype(np.int64)
    return trace.place.take(rows).astype(np.int64)
