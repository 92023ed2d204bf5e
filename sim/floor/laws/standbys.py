"""The law of stand-bys: what becomes of one follows from what became of the meeting it stands by for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.floor.arrays import NONE, IntArray, PlaceKind
from sim.floor.index import index_of
from sim.floor.laws.account import ABSENT, SERVED, Account, Rows
from sim.floor.laws.programme import held_meetings
from sim.floor.trace import Cause, Kind, Outcome

__all__ = ["a_stand_by_meets_who_was_left_alone_or_nobody"]


class _Side(NamedTuple):
    """A row of a side of a meeting."""

    actor: int
    start: int
    begin: int
    end: int
    outcome: int
    cause: int


class _Fate(NamedTuple):
    """What became of a stand-by, and of the meeting that it stands by for."""

    mine: _Side  # the stand-by
    met: _Side | None  # whom it met
    left: _Side  # of the other meeting, the side that stays for the stand-by
    missing: _Side  # and the side that the stand-by would replace


def a_stand_by_meets_who_was_left_alone_or_nobody(account: Account) -> Iterator[str]:
    """A stand-by is not needed just if its meeting is held; one who steps in meets who was stood up.

    They meet in the instant in which the other meeting is lost. If they do not, though both were
    there and just the other side was missing, the place was closed or a table or an interpreter wanting.
    """
    meetings, rows, held = account.floor.meetings, account.rows(Kind.MEETING), held_meetings(account)
    row = np.full(index_of(account.floor).booking.shape, NONE, dtype=np.int64)
    row[rows.side, rows.other] = np.arange(len(rows))
    for s in np.flatnonzero(meetings.standby_for != NONE).tolist():
        k, stays = int(meetings.standby_for[s]), int(meetings.keeps[s])
        mine, left, missing = row[1 - stays, s], row[stays, k], row[1 - stays, k]
        if NONE in (mine, left, missing):
            continue  # that each has a row is another law
        met = None if row[stays, s] == NONE else _side(rows, row[stays, s])
        fate = _Fate(_side(rows, mine), met, _side(rows, left), _side(rows, missing))
        if not _follows(account, s, fate, held):
            yield f"the stand-by of meeting {k} did not do as that meeting went ({s})"


def _side(rows: Rows, i: int) -> _Side:
    columns = (rows.actor, rows.start, rows.begin, rows.end, rows.outcome, rows.cause)
    return _Side(*(int(column[i]) for column in columns))


def _follows(account: Account, s: int, fate: _Fate, held: tuple[IntArray, IntArray, IntArray]) -> bool:
    """Whether what became of stand-by `s` follows from what became of the other meeting."""
    mine, met, left, missing = fate
    meetings = account.floor.meetings
    if left.outcome in SERVED:
        return met is None and (mine.outcome, mine.end) == (Outcome.NOT_NEEDED, left.begin)
    now = left.end
    if missing.end != now:
        return False
    alone = left.outcome == Outcome.STOOD_UP and missing.outcome != Outcome.STOOD_UP
    if mine.outcome in SERVED:
        late = Outcome.LATE if mine.start > meetings.start[s] else Outcome.DONE
        steps_in = (mine.begin, mine.outcome) == (now, late)
        wanted = met is not None and met == _Side(left.actor, now, now, mine.end, Outcome.DONE, Cause.NONE)
        return alone and left.cause == Cause.OTHER_SIDE and steps_in and wanted
    if met is not None or mine.end != now:
        return False
    if mine.outcome in ABSENT:
        return mine.start == now
    if mine.outcome != Outcome.STOOD_UP:
        return False
    waited = {side.cause for side in (left, missing) if side.outcome == Outcome.STOOD_UP}
    return waited <= {mine.cause} and (not alone or _wanting(account, s, now, mine.cause, held))


def _wanting(
    account: Account, s: int, now: int, cause: int, held: tuple[IntArray, IntArray, IntArray]
) -> bool:
    """Whether this is why two who were there did not meet at a time."""
    meetings, places = account.floor.meetings, account.floor.places
    place, pool = meetings.place[[s]], int(meetings.interpreters[s])
    meeting, begin, end = held
    going_on = meeting[(begin <= now) & (now < end)]
    if not account.is_open(place, np.array([now]))[0]:
        return cause == Cause.CLOSED
    if places.kind[place[0]] == PlaceKind.TABLE and (meetings.place[going_on] == place[0]).any():
        return cause == Cause.MEETING
    busy = int((meetings.interpreters[going_on] == pool).sum())
    return cause == Cause.INTERPRETER and pool != NONE and busy == meetings.pool_size[pool]
