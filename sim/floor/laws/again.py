"""The law of second appointments: they take place only if the first was lost, and nobody stayed away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.laws.account import SHOWN, Account
from sim.floor.laws.programme import held_meetings
from sim.floor.trace import Kind, Outcome

__all__ = ["a_second_appointment_is_needed_just_if_the_first_was_lost"]


def a_second_appointment_is_needed_just_if_the_first_was_lost(account: Account) -> Iterator[str]:
    """It is off when the first begins, or is lost with a no-show, and at its start if neither is known.

    If the first is lost before, and each side was there or held up, it is held or lost as any meeting
    is. So of the two at most one is held.
    """
    meetings, rows = account.floor.meetings, account.rows(Kind.MEETING)
    n = len(meetings.place)
    latest = np.iinfo(np.int64).max
    begins, over = np.full(n, latest), np.full(n, latest)
    meeting, begin, _ = held_meetings(account)
    begins[meeting] = begin
    lost = ~rows.served
    over[rows.other[lost]] = rows.end[lost]
    known = np.minimum(begins, over)  # when it is known what becomes of each
    no_show = np.bincount(rows.other[rows.outcome == Outcome.NO_SHOW], minlength=n) > 0
    first = meetings.again_of[rows.other]  # where there is none the last stands in, and nothing is said
    second = first != NONE
    start = meetings.start[rows.other]
    needed = (begins[first] == latest) & ~no_show[first] & (known[first] < start)
    off = rows.outcome == Outcome.NOT_NEEDED
    yield from account.named(rows, second & needed & off, "off, though the first was lost")
    yield from account.named(rows, second & ~needed & ~off, "not off, though it is not needed")
    late = off & (rows.end != np.minimum(known[first], start))
    yield from account.named(rows, second & ~needed & late, "not off when that was known")
    both = np.flatnonzero((meetings.again_of != NONE) & (begins < latest))
    for s in both[begins[meetings.again_of[both]] < latest][:SHOWN]:
        yield f"meeting {meetings.again_of[s]} and its second appointment {s} are both held"
