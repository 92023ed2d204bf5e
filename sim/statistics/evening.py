"""What is known on an evening of the meetings of a programme, as whoever plans the days left is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.evenings import Evening
from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Outcome
from sim.statistics.kpis.meetings import participant_of, request_held

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger
    from sim.statistics.reading import Bools, Integers

__all__ = ["evening_of"]

_ABSENT: Final = (Outcome.NO_SHOW, Outcome.MISSED)
_LEAST: Final = 2  # meetings to which somebody did not come before he is taken to be gone


def evening_of(ledger: Ledger, programme: int, sent: int, until: int) -> Evening:
    """What is known of the programme of this number, of `sent` requests, when slots before `until` are over.

    `until` is in ms. Requests after those were made on evenings before, each for the second time.
    """
    requests, plan, sides = ledger.expo.requests, ledger.floor.meetings, ledger.sides
    rows = np.flatnonzero(requests.programme == programme)
    meeting = requests.meeting[rows]
    there = meeting != NONE

    def of_meetings(values: Integers) -> IntArray:
        """Of each request, what is said of its meeting, the last axis; there may be none at all."""
        of_each = np.full((*values.shape[:-1], len(rows)), NONE, dtype=np.int64)
        of_each[..., there] = values[..., meeting[there]]
        return of_each

    start, place, outcome = map(of_meetings, (plan.start, plan.place, sides.outcome[:2]))
    over: Bools = there & (start < until)
    held = request_held(ledger)[rows] & over
    ends = [
        participant_of(ledger, requests.asker[rows], requests.asker_party[rows]),
        participant_of(ledger, requests.asked[rows], requests.asked_party[rows]),
    ]
    absent = np.isin(outcome, _ABSENT) & ~held & over
    people = np.concatenate(ends)
    size = int(people.max(initial=-1)) + 1
    planned, missed = (
        np.bincount(people, np.concatenate(each).astype(np.float64), size)
        for each in ((over, over), (absent[0], absent[1]))
    )
    gone = (planned >= _LEAST) & (missed == planned)
    first = {
        pair: k for k, pair in enumerate(zip(ends[0][:sent].tolist(), ends[1][:sent].tolist(), strict=True))
    }
    again = np.full((2, sent), NONE, dtype=np.int64)
    again_held = np.zeros(sent, dtype=np.bool_)
    for j in range(sent, len(rows)):
        k = first[int(ends[0][j]), int(ends[1][j])]
        again[:, k], again_held[k] = (start[j], place[j]), held[j]
    return Evening(
        until=until,
        start=start[:sent],
        place=place[:sent],
        held=held[:sent],
        again_start=again[0],
        again_place=again[1],
        again_held=again_held,
        asker_gone=gone[ends[0][:sent]],
        asked_gone=gone[ends[1][:sent]],
    )
