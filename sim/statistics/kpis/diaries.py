"""KPIs of diaries: how full those of both sides of matchmaking are, and which side lacks the room."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE
from sim.statistics.kpis.registry import kpi
from sim.statistics.kpis.table_use import slots_taken
from sim.statistics.ledger import Ledger
from sim.statistics.measures import share

__all__: list[str] = []


@kpi("meetings.diary_share", "Diaries full by side", unit="share", how="share of slots", family=True)
def diary_share(ledger: Ledger) -> dict[str, float]:
    """Slots of scheduled meetings of visitors, or of exhibitors, over those in which they could meet.

    Of visitors (parties) and exhibitors with an accepted request, no more slots each than the most
    meetings it may have could take; an exhibitor has as many in a slot as delegates to spare. The side
    with the greater share is the one that lacks room.
    """
    facts = [known.diaries for known in ledger.expo.timetables]
    sides = ledger.sides
    there = sides.booked & sides.ordinary
    visitor = (sides.party_day != NONE)[there]
    taken = np.broadcast_to(slots_taken(ledger), there.shape)[there]
    return {
        "visitor": share(float((visitor * taken).sum()), sum(known.visitor_slots for known in facts)),
        "exhibitor": share(float((~visitor * taken).sum()), sum(known.exhibitor_slots for known in facts)),
    }


@kpi(
    "meetings.full_diary_share",
    "No slot since a diary is full",
    unit="share",
    how="share of requests",
    family=True,
)
def full_diary_share(ledger: Ledger) -> dict[str, float]:
    """Accepted requests without a slot of which the visitor's, or the exhibitor's, diary was full.

    Over accepted requests without a slot of their own. Both may be full, or neither: then no slot was
    free to both, or no table.
    """
    facts = [known.diaries for known in ledger.expo.timetables]
    without = sum(known.without_slot for known in facts)
    return {
        "visitor": share(float(sum(known.visitor_full for known in facts)), without),
        "exhibitor": share(float(sum(known.exhibitor_full for known in facts)), without),
    }
