"""What each exhibitor had, in the numbers that the tables `booths` and `exhibitors` have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.measures import blocks

__all__ = ["had", "of_duty", "ratio"]


def had(ledger: Ledger) -> dict[str, Any]:
    """By name of the column, a number an exhibitor; the tables say what they mean."""
    n, met, sides, trace = ledger.n_exhibitors, ledger.interactions, ledger.sides, ledger.trace
    served = ledger.conversations

    def count(place: Integers, weights: Integers | None = None) -> IntArray:
        return np.bincount(place, weights, minlength=n)[:n].astype(np.int64)

    stops = np.zeros(n, dtype=np.int64)
    for part in blocks(len(trace)):
        looked = (trace.kind[part] == Kind.LOOK) & (trace.outcome[part] == Outcome.DONE)
        stops += count(trace.place[part][looked])
    asked, conversations = count(ledger.talks.place), count(served.place)
    scheduled = sides.organisation[sides.booked & sides.ordinary]
    return {
        "useful_contacts": useful_contacts(ledger).copy(),
        "contacts": ledger.network.degree[:n].copy(),
        "stops": stops,
        "asked": asked,
        "conversations": conversations,
        "lost_share": ratio(asked - conversations, asked),
        "wait_minutes": ratio(count(served.place, served.wait), conversations) / MINUTE,
        "busy_share": of_duty(ledger, ledger.talked),
        "meetings_scheduled": count(scheduled[scheduled < n]),
        "meetings_held": count(met.in_meetings(met.organisation, met.partner)),
    }


def of_duty(ledger: Ledger, ms: Integers) -> Floats:
    """What share such times, by booth, are of the time on duty of its staff."""
    n = ledger.n_exhibitors
    return ratio(ms, np.bincount(ledger.floor.staff.booth, ledger.duty.total, minlength=n).astype(np.int64))


def ratio(part: Integers, whole: Integers) -> Floats:
    """`part / whole`, nan where the whole is 0."""
    shares = np.full(len(part), np.nan)
    np.divide(part, whole, out=shares, where=whole != 0)
    return shares
