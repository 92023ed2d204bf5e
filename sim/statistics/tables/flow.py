"""The table of the day's flow: what people do, what queues, seats and meetings there are, by time."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.curves import means_of_bins
from sim.floor.trace import Kind
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.tables.names import day, times
from sim.statistics.tables.occupancy import BIN, bins_of_days
from sim.statistics.tables.registry import Columns, table

__all__ = ["flow"]


@table(
    {
        "day": "day of the expo, from 1",
        "start": "start of the quarter of an hour, clock time",
        "people": "mean people on the floor, from the gate to the gate again",
        "talking": "of them in conversations at booths",
        "in_meetings": "of them in organised meetings",
        "seated": "of them in sessions",
        "eating": "of them being served at catering",
        "queue_booths": "of them in queues at booths",
        "queue_catering": "of them in queues for catering",
        "queue_halls": "of them at doors of full halls",
        "queue_gates": "mean people in queues at the gates, who are not on the floor yet",
        "seats": "mean seats of sessions being held",
        "meetings": "mean meetings going on",
        "meetings_arranged": "mean meetings arranged for that time, held or not",
    },
    small=True,
)
def flow(ledger: Ledger) -> Columns:
    """A row a quarter of an hour of each day, from the opening to the closing or the last one's leaving.

    All numbers are means over the quarter of an hour. Whoever is on the floor and in none of the others
    walks, looks or rests.
    """
    days = bins_of_days(ledger)
    starts = np.concatenate([edges[:-1] for edges in days]) if days else np.empty(0, dtype=np.int64)
    size, there = ledger.size, ledger.presence.floor

    def mean(start: Integers, end: Integers, weight: Integers) -> Floats:
        n = int(max(end.max(initial=0), starts.max(initial=0))) // BIN + 1
        means: Floats = means_of_bins(start, end, weight, BIN, n)[starts // BIN]
        return means

    def waiting(kind: Kind) -> Floats:
        rows = ledger.came(kind)
        return mean(rows.start, rows.begin, size[rows.actor])

    def served(kind: Kind) -> Floats:
        rows = ledger.came(kind)
        return mean(rows.begin, rows.end, size[rows.actor])

    seated, plan, sides = ledger.audience.done, ledger.floor.sessions, ledger.sides
    arranged = ledger.floor.meetings
    held, begin = np.flatnonzero(sides.held), sides.begin
    open_seats = _held(ledger)
    until = plan.end + plan.rounds * plan.round
    return {
        "day": day(starts),
        "start": times(ledger, starts),
        "people": np.concatenate([there.mean(edges) for edges in days]) if days else np.empty(0),
        "talking": served(Kind.TALK),
        "in_meetings": mean(*_in_meetings(ledger)),
        "seated": mean(seated.begin, seated.end, size[seated.actor]),
        "eating": served(Kind.MEAL),
        "queue_booths": waiting(Kind.TALK),
        "queue_catering": waiting(Kind.MEAL),
        "queue_halls": waiting(Kind.HALL),
        "queue_gates": waiting(Kind.GATE),
        "seats": mean(plan.start[open_seats], until[open_seats], plan.seats[open_seats]),
        "meetings": mean(begin[held], sides.end[0][held], np.ones(len(held), dtype=np.int64)),
        "meetings_arranged": mean(
            arranged.start, arranged.start + arranged.duration, np.ones(len(begin), dtype=np.int64)
        ),
    }


def _in_meetings(ledger: Ledger) -> tuple[IntArray, IntArray, IntArray]:
    """When each party that was in a meeting began and ended it, and how many people it is."""
    sides = ledger.sides
    side, meeting = np.nonzero(sides.there & (sides.party_day != NONE))
    who = sides.party_day[side, meeting]
    return sides.begin[meeting], sides.end[0][meeting], ledger.size[who]


def _held(ledger: Ledger) -> IntArray:
    """The sessions that were held: somebody was let in, and a host came, if any was called."""
    n = len(ledger.floor.sessions.place)

    def counted(session: Integers) -> IntArray:
        return np.bincount(session, minlength=n)

    called, came = counted(ledger.hosting.other), counted(ledger.hosting.done.other)
    return np.flatnonzero((counted(ledger.audience.done.other) > 0) & ((called == 0) | (came > 0)))
