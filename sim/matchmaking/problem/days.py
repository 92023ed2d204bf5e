"""Days of a timetable, and which of its slots adjoin: told from the slots' instants alone.

Instants are whole milliseconds from any origin. Neither the origin nor the offset from UTC that times
are written with changes an answer: what is measured is the length of what lies between slots.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["days_of", "usual_pause"]

_ROUND: Final = 86_400_000  # ms: once round the clock
_NIGHT: Final = 4 * 3_600_000  # ms: what is shorter is no night
_APART: Final = 2 * _NIGHT  # ms: whatever the clock says, nobody waits so long


def days_of(start: IntArray, end: IntArray) -> IntArray:
    """The day of each slot, from 0, without gaps: (slots,); the slots are in order of time.

    A day ends in the longest stretch of the clock that no slot touches on any day, the night, if that is
    four hours long; and wherever there is no slot for eight hours.
    """
    if not len(start):
        return np.zeros(0, dtype=np.int64)
    return _days_of(_bytes(start), _bytes(end)).copy()


def _bytes(of: IntArray) -> bytes:
    """What a memory knows numbers by."""
    return of.astype(np.int64, copy=False).tobytes()


@lru_cache(256)  # problems of the same slots are made, and asked, again and again
def _days_of(starts: bytes, ends: bytes) -> IntArray:
    start, end = (np.frombuffer(each, dtype=np.int64) for each in (starts, ends))
    since = start - start[0]
    turns = start[1:] - end[:-1] >= _APART
    morning = _morning(since % _ROUND, end - start)
    if morning is not None:
        turns |= np.diff((since - morning) // _ROUND) > 0
    return np.concatenate(([0], turns.cumsum())).astype(np.int64)


def _morning(clock: IntArray, length: IntArray) -> int | None:
    """When the longest night ends, on a clock that the first slot set to 0; None if there is no night.

    Of nights of the same length it is the last, which ends where the first slot starts if that may be.
    """
    best: tuple[int, int] | None = None
    covered = 0
    for begins, ends in sorted(
        (begins + turn, begins + turn + long)
        for begins, long in zip(clock.tolist(), length.tolist(), strict=True)
        for turn in (-_ROUND, 0, _ROUND)
    ):
        if covered < begins <= _ROUND:
            best = max(best or (_NIGHT, 0), (begins - covered, begins))
        covered = max(covered, ends)
    return best[1] if best and best[1] else None


def usual_pause(start: IntArray, end: IntArray, day: IntArray) -> int:
    """The pause (ms) that lies most often between the slots of a day, of several the shortest.

    A pause that no day has twice is not usual: then it is 0.
    """
    return _usual_pause(_bytes(start), _bytes(end), _bytes(day))


@lru_cache(256)
def _usual_pause(starts: bytes, ends: bytes, days: bytes) -> int:
    start, end, day = (np.frombuffer(each, dtype=np.int64) for each in (starts, ends, days))
    within = np.flatnonzero(day[1:] == day[:-1])
    pause = (start[1:] - end[:-1])[within]
    of_day, count = np.unique(np.stack((day[within], pause)), axis=1, return_counts=True)
    repeated = np.isin(pause, of_day[1][count > 1])
    if not repeated.any():
        return 0
    length, times = np.unique(pause[repeated], return_counts=True)
    return int(length[np.argmax(times)])
