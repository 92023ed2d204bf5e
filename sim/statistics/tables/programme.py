"""The table of the programme: what came of each session, in a few numbers."""

from __future__ import annotations

import numpy as np

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.floor.trace import Outcome
from sim.statistics.ledger import Ledger
from sim.statistics.seated import cancelled, people, seated
from sim.statistics.tables.names import day, times
from sim.statistics.tables.registry import Codes, Columns, table

__all__ = ["programme"]


@table(
    {
        "title": "title, as in `sessions`",
        "kind": "ceremony, forum, seminar, exchange, debut or tour; missing: cancelled",
        "day": "day of the expo, from 1",
        "start": "start, clock time; missing: cancelled",
        "room": "room, or booth; empty: cancelled",
        "hall": "hall of the room; missing: outside the halls, or cancelled",
        "seats": "seats; 0: cancelled",
        "held": "whether it was held, as in `sessions`",
        "audience": "people let in",
        "peak": "most people seated at once",
        "turned_away": "people turned away for want of a seat, for coming late, or at the closing",
    },
    small=True,
)
def programme(ledger: Ledger) -> Columns:
    """A row a session, in the order of `sessions`: those that were cancelled beforehand at the end."""
    plan, expo, off = ledger.floor.sessions, ledger.expo, cancelled(ledger)
    short, zone, outcome = expo.shortfalls, ledger.floor.places.zone[plan.place], ledger.audience.outcome
    none, found = np.zeros(len(off), dtype=np.int64), seated(ledger)
    away = people(ledger, (outcome == Outcome.TURNED_AWAY) | (outcome == Outcome.CLOSED))
    return {
        "title": [*expo.programme.title, *(short.what[i] for i in off)],
        "kind": Codes(np.append(expo.programme.kind, none + NONE), SESSION_KINDS),
        "day": np.append(day(plan.start), (short.day[off] + 1).astype(np.int16)),
        "start": np.append(times(ledger, plan.start), np.full(len(off), np.datetime64("NaT", "ms"))),
        "room": [*(expo.places[place] for place in plan.place.tolist()), *[""] * len(off)],
        "hall": Codes(np.append(np.where(zone < len(expo.halls), zone, NONE), none + NONE), expo.halls),
        "seats": np.append(plan.seats, none),
        "held": np.append(found.held, none > 0),
        "audience": np.append(found.audience, none),
        "peak": np.append(found.peak, none),
        "turned_away": np.append(away, none),
    }
