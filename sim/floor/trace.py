"""The trace: what happened, one row each, as columns of integers.

Rows are in order of actor, then start, then occurrence. A row spans `start` (reaching the place) to `end`
(leaving it); of that, `wait` was spent waiting and the rest being served. A loss is a row like any
other, with its outcome; it was never served, so `wait` is its whole span. Walking is the gap
between rows.

An ordinary meeting has exactly one row a side; one of more than two may be held while some of its rows say
that a side was missing, though never side 0. A stand-by's meeting that is held has one a side as
well; the row of the side that stayed at the table begins where its row of the lost meeting ends.
One that is not held has exactly one row, the stand-by's: `NOT_NEEDED` if and only if the meeting it
stands by for was held. A second appointment has one row a side: both `NOT_NEEDED` unless the meeting
it makes up for was lost before, without a no-show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "CAUSES",
    "COLUMNS",
    "HELD_UP",
    "LOSSES",
    "SERVED",
    "Cause",
    "Kind",
    "Occurred",
    "Outcome",
    "Trace",
    "moments",
]


class Kind(IntEnum):
    """What a row is about, and what `place` and `other` say in it."""

    VISIT = 0  # a party from admission to the gate again; place: the gate; other: NONE
    GATE = 1  # the gate's queue and check; place: the gate; other: NONE
    # looking at a booth, no staff needed; place: the booth; other: NONE. MISSED: a stop that is passed
    # over since its hall is closed, a moment
    LOOK = 2
    TALK = 3  # asking for and having a conversation; place: the booth; other: actor of the member
    LOUNGE = 4  # waiting for the next booking; place: where it waits; other: NONE
    MEAL = 5  # catering; place: catering; other: NONE
    HALL = 6  # waiting at the door of a full hall; place: the stop it was going to; other: zone
    SESSION = 7  # attending or hosting a session; place: the room; other: the session
    CONTACT = 8  # a pair in one round of mixing; place: the room; other: actor of the other
    MEETING = 9  # a side of a meeting; place: table or booth; other: meeting
    DELEGATE = 10  # a member away from the booth, out and back; place: where sent; other: the call
    # a side reached the place, and its meeting was lost, or had begun without it or the stand-by; a moment,
    # beside the row of the meeting; place: where it came to; other: meeting
    IN_VAIN = 11


class Outcome(IntEnum):
    """How it went."""

    DONE = 0  # served, attended, held, admitted
    LATE = 1  # MEETING: held, but this side came after the slot's start
    BALKED = 2  # TALK: did not queue
    RENEGED = 3  # gave up waiting
    LEFT_FOR_BOOKING = 4  # gave up waiting because a booking or the departure fell due
    TURNED_AWAY = 5  # SESSION: full, or too late
    NO_SHOW = 6  # SESSION, MEETING: never came, drawn beforehand
    MISSED = 7  # MEETING, SESSION, MEAL: held up elsewhere, with the cause; LOOK: not gone to
    STOOD_UP = 8  # MEETING: was there, and the meeting did not take place
    CLOSED = 9  # the place was closed or closed while waiting
    CANCELLED = 10  # DELEGATE: turned back on the way, the call was cancelled
    # MEETING: a stand-by, and the meeting began; or a side of a second appointment that is not needed.
    # With a cause, it was not there yet
    NOT_NEEDED = 11


SERVED: Final = (Outcome.DONE, Outcome.LATE)
"""How what a row is about can have gone well."""

LOSSES: Final[dict[Kind, frozenset[Outcome]]] = {
    Kind.VISIT: frozenset(),
    Kind.GATE: frozenset({Outcome.RENEGED, Outcome.CLOSED}),
    Kind.LOOK: frozenset({Outcome.CLOSED, Outcome.MISSED}),
    Kind.TALK: frozenset({Outcome.BALKED, Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING, Outcome.CLOSED}),
    Kind.LOUNGE: frozenset(),
    Kind.MEAL: frozenset({Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING, Outcome.MISSED, Outcome.CLOSED}),
    Kind.HALL: frozenset({Outcome.RENEGED, Outcome.LEFT_FOR_BOOKING}),
    Kind.SESSION: frozenset({Outcome.TURNED_AWAY, Outcome.NO_SHOW, Outcome.MISSED, Outcome.CLOSED}),
    Kind.CONTACT: frozenset(),
    Kind.MEETING: frozenset({Outcome.NO_SHOW, Outcome.MISSED, Outcome.STOOD_UP, Outcome.NOT_NEEDED}),
    Kind.DELEGATE: frozenset({Outcome.CANCELLED}),
    Kind.IN_VAIN: frozenset(),
}
"""How what a row is about can have been lost; a row that is none of these was `SERVED`."""


class Cause(IntEnum):
    """Why a side was late, missing or stood up: what held it up, or what was wanting."""

    NONE = 0
    CONVERSATION = 1
    QUEUE = 2  # a queue at a booth, at catering or at a room's door
    MEETING = 3
    SESSION = 4
    GATE = 5  # not yet through the gate, or gave up in its queue
    HALL = 6  # at the door of a full hall, or late for having stood there
    STAFF = 7  # no member of staff on duty to send
    WALK = 8  # looking, lounging or on the way, and nothing had made it set out late
    MEAL = 9
    FULL = 10  # SESSION turned away: no seat
    TOO_LATE = 11  # SESSION turned away: after the late limit
    BOOKING = 12  # left for a booking
    DEPARTURE = 13  # left because the planned stay ended
    INTERPRETER = 14  # no interpreter was free
    OTHER_SIDE = 15  # MEETING stood up: a side was missing
    ABSENT = 16  # gone home, never admitted, or a no-show who was not needed
    CLOSED = 17  # the place, or the hall with it, was closed


HELD_UP: Final = (
    Cause.CONVERSATION, Cause.QUEUE, Cause.MEETING, Cause.SESSION, Cause.GATE, Cause.HALL, Cause.STAFF,
    Cause.WALK, Cause.MEAL, Cause.ABSENT,
)  # fmt: skip
"""What can hold somebody up until it is late, or too late."""

_NO_CAUSE: Final = frozenset({Cause.NONE})

CAUSES: Final[dict[Outcome, frozenset[Cause]]] = {
    Outcome.DONE: _NO_CAUSE,
    Outcome.LATE: frozenset(HELD_UP) - {Cause.ABSENT},
    Outcome.BALKED: _NO_CAUSE,
    Outcome.RENEGED: _NO_CAUSE,
    Outcome.LEFT_FOR_BOOKING: frozenset({Cause.BOOKING, Cause.DEPARTURE}),
    Outcome.TURNED_AWAY: frozenset({Cause.FULL, Cause.TOO_LATE}),
    Outcome.NO_SHOW: _NO_CAUSE,
    Outcome.MISSED: frozenset(HELD_UP) | {Cause.CLOSED},
    Outcome.STOOD_UP: frozenset({Cause.OTHER_SIDE, Cause.MEETING, Cause.INTERPRETER, Cause.CLOSED}),
    Outcome.CLOSED: _NO_CAUSE,
    Outcome.CANCELLED: _NO_CAUSE,
    Outcome.NOT_NEEDED: frozenset(HELD_UP) | _NO_CAUSE,
}
"""The causes that an outcome can have; KPIs that tell causes apart take them from here."""

COLUMNS: Final = (
    "start", "end", "kind", "place", "actor", "other", "wait", "outcome", "cause", "side",
)  # fmt: skip


_TYPES: Final = dict(zip(COLUMNS, ("i8", "i8", "i1", "i4", "i4", "i4", "i8", "i1", "i1", "i1"), strict=True))

_TIME_BITS: Final = 35  # more than a year, in ms; an actor has 27 bits (`sim.floor.order`)


def moments(actor: npt.NDArray[np.integer[Any]], time: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """An actor and a time as one number, in the order of rows: sorted and searched faster than two."""
    return actor.astype(np.int64, copy=False) << _TIME_BITS | time


@dataclass(frozen=True, slots=True)
class Trace:
    """Columns of equal length; times in ms from the midnight before the first day."""

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]
    place: npt.NDArray[np.int32]
    actor: npt.NDArray[np.int32]
    other: npt.NDArray[np.int32]
    wait: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.int8]
    cause: npt.NDArray[np.int8]
    side: npt.NDArray[np.int8]  # of the meeting, in MEETING and IN_VAIN; NONE elsewhere

    def __len__(self) -> int:
        return len(self.start)

    def __repr__(self) -> str:
        counts = np.bincount(self.kind, minlength=len(Kind))
        parts = ", ".join(f"{k.name.lower()} {counts[k]:,}" for k in Kind if counts[k])
        return f"Trace({len(self):,} rows: {parts})"

    @classmethod
    def from_rows(cls, flat: Sequence[int] | npt.NDArray[np.int64]) -> Trace:
        """A trace from a flat array of rows in the order of `COLUMNS`, as they occurred."""
        rows = Occurred()
        rows.add(flat)
        return rows.trace()

    def to_bytes(self) -> bytes:
        """All columns as bytes: equal traces give equal bytes."""
        return b"".join(getattr(self, name).tobytes() for name in COLUMNS)


class Occurred:
    """Rows as they occur, part by part: columns of the types that a trace has them in, not in order yet."""

    def __init__(self) -> None:
        self._parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in COLUMNS}

    def add(self, flat: Sequence[int] | npt.NDArray[np.int64]) -> None:
        """Add a flat array of rows in the order of `COLUMNS`."""
        rows = np.asarray(flat, dtype=np.int64).reshape(-1, len(COLUMNS))
        for (name, parts), column in zip(self._parts.items(), rows.T, strict=True):
            parts.append(column.astype(_TYPES[name]))

    def trace(self) -> Trace:
        """All rows in the order of a trace; none is left here, and at no time is all there twice."""

        def whole(name: str) -> npt.NDArray[Any]:
            parts = self._parts[name] or [np.empty(0, dtype=_TYPES[name])]
            self._parts[name] = [np.concatenate(parts)]
            return self._parts[name][0]

        def taken(name: str) -> npt.NDArray[Any]:
            column: npt.NDArray[Any] = whole(name)[order]
            self._parts[name] = []
            return column

        order = np.argsort(moments(whole("actor"), whole("start")), kind="stable")
        return Trace(*map(taken, COLUMNS))
