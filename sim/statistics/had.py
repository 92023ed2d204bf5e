"""What each exhibitor had, in the numbers that the tables `booths` and `exhibitors` have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.floor.trace import Kind, Outcome
from sim.statistics.kpis.contacts import useful_contacts
from sim.statistics.ledger import Floats, Integers, Ledger
from sim.statistics.measures import blocks
from sim.statistics.reading import apart, moments

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
        "contacts": met.partners(np.ones(len(met), dtype=np.bool_), n),
        "stops": stops,
        "asked": asked,
        "conversations": conversations,
        "lost_share": ratio(asked - conversations, asked),
        "wait_minutes": ratio(count(served.place, served.wait), conversations) / MINUTE,
        "busy_share": of_duty(ledger, served.other, served.begin, served.end),
        "meetings_scheduled": count(scheduled[scheduled < n]),
        "meetings_held": count(met.in_meetings(met.organisation, met.partner)),
    }


def of_duty(ledger: Ledger, actor: Integers, begin: Integers, end: Integers) -> Floats:
    """The share of staff time on duty, of each exhibitor, that its members of staff spend in such times."""
    booth_of, n, duty = ledger.floor.staff.booth, ledger.n_exhibitors, ledger.duty
    member = actor - ledger.n_party_days

    def summed(booth: Integers, ms: Integers) -> IntArray:
        return np.bincount(booth, ms, minlength=n)[:n].astype(np.int64)

    def until(time: Integers) -> IntArray:
        who, when = apart(np.sort(moments(member, time)))  # what is asked for in order is found much faster
        return summed(booth_of[who], duty.until(who, when))

    return ratio(until(end) - until(begin), summed(booth_of, duty.total))


def ratio(part: Integers, whole: Integers) -> Floats:
    """`part / whole`, nan where the whole is 0."""
    shares = np.full(len(part), np.nan)
    np.divide(part, whole, out=shares, where=whole != 0)
    return shares
