"""Limits of participants and slots of a programme, as tests say them."""

from __future__ import annotations

import numpy as np

from sim.expo.meetings.limits import Limits
from sim.expo.meetings.slots import Slots
from sim.floor.arrays import MINUTE, IntArray
from sim.matchmaking import NO_LIMIT

__all__ = ["limits_of_all", "slots_at"]


def limits_of_all(participants: int, *, at_lunch: tuple[int, int] = (0, 0), **limits: int) -> Limits:
    """No limits but these, of everybody; slots adjoin that are 10 minutes apart."""

    def each(name: str, none: int) -> IntArray:
        return np.full(participants, limits.get(name, none), dtype=np.int64)

    return Limits(
        most=each("most", NO_LIMIT),
        least=each("least", 0),
        most_a_day=each("most_a_day", NO_LIMIT),
        least_a_day=each("least_a_day", 0),
        most_days=each("most_days", NO_LIMIT),
        in_row=each("in_row", NO_LIMIT),
        rest=each("rest", 0),
        lunch=each("lunch", 0),
        keep_free=each("keep_free", 0),
        lunch_from=at_lunch[0] * MINUTE,
        lunch_to=at_lunch[1] * MINUTE,
        pause=10 * MINUTE,
        least_by=("",) * participants,
        least_a_day_by=("",) * participants,
    )


def slots_at(*begins: int, length: int = 20) -> Slots:
    """Slots that begin at these minutes, of so many minutes, with a table each."""
    start = np.array(begins) * MINUTE
    return Slots(start, start + length * MINUTE, np.ones(len(start), dtype=np.int64), (), 0, 0)
