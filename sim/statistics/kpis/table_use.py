"""KPIs of what a timetable makes of tables and of people's days: slots taken, breaks and idle time."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, NONE, IntArray, PlaceKind
from sim.statistics.kpis.meetings import participant_of
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import DAY, Bools, Ledger, once
from sim.statistics.measures import NAN, share

__all__ = ["slots_taken"]


@kpi("meetings.table_share", "Table use", unit="share", how="share of table-slots")
def table_share(ledger: Ledger) -> float:
    """Table-slots of meetings held over those of all windows of programmes that meet at tables.

    Those with a stand-by, or at a second appointment, are among them.
    """
    used = slots_taken(ledger)[_at_table(ledger) & ledger.sides.held]
    return share(used.sum(), _table_slots(ledger))


@kpi("meetings.table_booked_share", "Table-slots booked", unit="share", how="share of table-slots")
def table_booked_share(ledger: Ledger) -> float:
    """Table-slots of meetings scheduled over those of all windows of programmes that meet at tables."""
    used = slots_taken(ledger)[_at_table(ledger) & ledger.sides.ordinary]
    return share(used.sum(), _table_slots(ledger))


def slots_taken(ledger: Ledger) -> IntArray:
    """The slots that each meeting takes; one, where nobody requested it."""
    slot = np.array([terms.slot for terms in ledger.expo.terms.matchmaking] + [1])
    buffer = np.array([terms.buffer for terms in ledger.expo.terms.matchmaking] + [0])
    of = ledger.sides.programme
    number = (ledger.floor.meetings.duration + buffer[of]) // (slot + buffer)[of]
    return np.where(of == NONE, 1, np.maximum(number, 1)).astype(np.int64)


def _at_table(ledger: Ledger) -> Bools:
    at_table: Bools = ledger.floor.places.kind[ledger.floor.meetings.place] == PlaceKind.TABLE
    return at_table


def _table_slots(ledger: Ledger) -> int:
    at_tables = np.array([terms.at_tables for terms in ledger.expo.terms.matchmaking], dtype=np.bool_)
    windows = ledger.expo.programme
    slots = windows.window_slots * windows.window_tables
    return int(slots[at_tables[windows.window_programme]].sum()) if len(slots) else 0


@kpi("meetings.breaks", "Breaks in a timetable", unit="breaks", how="mean over participants' days")
def breaks(ledger: Ledger) -> float:
    """Times in a participant's day that more than the buffer lay between two scheduled meetings.

    Over participants (parties, booths) and days with a meeting scheduled.
    """
    return _idle(ledger)[0]


@kpi("meetings.break_minutes", "Idle time in a timetable", unit="min", how="mean over participants' days")
def break_minutes(ledger: Ledger) -> float:
    """Length of the breaks of `meetings.breaks`, the buffer not counted."""
    return _idle(ledger)[1]


@once
def _idle(ledger: Ledger) -> tuple[float, float]:
    """Breaks and idle minutes, for each participant and day with a scheduled meeting."""
    expo, meetings, sides = ledger.expo, ledger.floor.meetings, ledger.sides
    side, chosen = np.nonzero(sides.booked & sides.ordinary)
    if not len(chosen):
        return NAN, NAN
    buffers = [terms.buffer for terms in expo.terms.matchmaking]
    buffer = np.array([*buffers, 0])[sides.programme[chosen]]
    start = meetings.start[chosen]
    party = np.append(ledger.floor.party_days.party, NONE)[sides.party_day[side, chosen]]
    participant = participant_of(ledger, sides.organisation[side, chosen], party)
    day = participant * expo.n_days + start // DAY
    order = np.lexsort((chosen, start, day))
    day, start, buffer = day[order], start[order], buffer[order]
    day = np.cumsum(np.append(False, day[1:] != day[:-1]))
    # Meetings that overlap (an exhibitor with several delegates) are one stretch of work.
    shift = day * (expo.floor.end + DAY)
    busy_until = np.maximum.accumulate(start + meetings.duration[chosen][order] + shift) - shift
    idle = np.where(day[1:] == day[:-1], start[1:] - busy_until[:-1] - buffer[1:], 0)
    days = int(day[-1]) + 1
    return float((idle > 0).sum()) / days, float(np.maximum(idle, 0).sum()) / days / MINUTE
