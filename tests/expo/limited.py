"""Limits of participants and slots of a programme, as tests say them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.expo.meetings.limits import Limits
from sim.expo.meetings.timetabling import Slots
from sim.floor.arrays import MINUTE, IntArray
from sim.matchmaking import NO_LIMIT

__all__ = ["limits_of_all", "slots_at"]


def limits_of_all(participants: int, at_lunch: tuple[int, int] = (0, 0), **limits: IntArray) -> Limits:
    """No limits but these, (participants,); slots adjoin that are 10 minutes apart."""
    most, none = np.full(participants, NO_LIMIT), np.zeros(participants, dtype=np.int64)
    nothing = Limits(
        *(most, none, most, none, most, most, none, none, none),
        *(each * MINUTE for each in at_lunch),
        pause=10 * MINUTE,
        least_by=("",) * participants,
        least_a_day_by=("",) * participants,
    )
    return replace(nothing, **limits)


def slots_at(*begins: int, length: int = 20) -> Slots:
    """Slots that begin at these minutes, of so many minutes, with a table each."""
    start = np.array(begins) * MINUTE
    return Slots(start, start + length * MINUTE, np.ones(len(start), dtype=np.int64), (), 0, 0)
