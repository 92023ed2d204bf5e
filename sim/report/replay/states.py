"""What people do, as a replay shows it, and which rows of a trace say so."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.floor.trace import Kind

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["GRAIN", "NAMES", "State", "seconds", "stays"]

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
    WAITING = 8  # for what is booked: in the lounge, or at the table for the others; or being checked at a gate


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


def stays(ledger: Ledger) -> Iterator[tuple[Kind, State, npt.NDArray[np.bool_], IntArray, IntArray, IntArray]]:
    """What each kind of rows says, its wait and what came after it apart: the state and from when to when.

    With each come the kind, which rows of it have the state at all, and the numbers of the rows in the trace;
    times are in seconds. Rows of somebody who was not there are left out.
    """
    for kind, (waits, does) in _DOES.items():
        rows = ledger.rows(kind)
        index = rows.where(ledger.there[rows.index]).index
        trace = ledger.trace
        start = trace.start.take(index)
        begin, end = seconds(start + trace.wait.take(index)), seconds(trace.end.take(index))
        first = seconds(start)
        if waits is does:
            yield kind, does, first < end, index, first, end
        else:
            yield kind, waits, first < begin, index, first, begin
            yield kind, does, begin < end, index, begin, end
