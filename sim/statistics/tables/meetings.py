"""The table of meetings."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MOST_SIDES, NONE
from sim.statistics.ledger import Integers, Ledger
from sim.statistics.tables.names import SIDES, Names, day, minutes, nullable, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["meetings"]


@table(
    {
        "meeting": "number of the meeting",
        "standby_for": "the meeting it stands by for, as in `meetings`; missing: not a stand-by's",
        "again_of": "the meeting, missed, that it makes up for, as in `meetings`; missing: not offered again",
        "programme": "matchmaking programme; missing: not requested",
        "day": "day of the expo, from 1",
        "start": "start of the slot, clock time",
        "slot_minutes": "length of the slot or slots, with the time between, min",
        "place": "table or booth",
        "hall": "hall of the place; missing: outside the halls",
        **SIDES,
        "held": "whether it took place",
        "begin": "when it began, clock time; missing: not held",
        "minutes": "length, min; missing: not held",
        "delay_minutes": "from the slot's start to the beginning, min; missing: not held",
        "outcome": "of the first side: done, late, no_show, missed, stood_up or not_needed (a stand-by, "
        "a second appointment); missing: the other side of a stand-by who met nobody",
        "partner_outcome": "of the second side, in the same way",
        "cause": "what held the first side up or kept it away, or why it was stood up",
        "partner_cause": "what held the second side up or kept it away, or why it was stood up",
        "wait_minutes": "time the first side waited at the place, min",
        "partner_wait_minutes": "time the second side waited at the place, min",
        "third": "organisation of the third side; missing: there are two",
        "third_outcome": "of the third side, in the same way",
        "fourth": "organisation of the fourth side; missing: there are fewer",
        "fourth_outcome": "of the fourth side, in the same way",
        "affinity": "true affinity of both, in [0, 1]; missing: not requested",
        "score": "the score that requests and policies saw; missing: not requested",
        "request": "first request that led to it, as in `requests`; missing: none",
    }
)
def meetings(ledger: Ledger) -> Columns:
    """A row a meeting, scheduled, a stand-by's or a second appointment, with what became of its sides."""
    plan, sides, names = ledger.floor.meetings, ledger.sides, Names(ledger)
    none = np.full((MOST_SIDES, len(plan.start)), NONE, dtype=np.int64)
    who, outcome = none.copy(), none
    who[: len(sides.booked)], outcome[: len(sides.booked)] = sides.organisation, sides.outcome
    begin = times(ledger, sides.begin)
    begin[~sides.held] = np.datetime64("NaT")

    def if_held(ms: Integers) -> object:
        return np.where(sides.held, minutes(ms), np.nan)

    return {
        "meeting": np.arange(len(plan.start)),
        "standby_for": nullable(plan.standby_for),
        "again_of": nullable(plan.again_of),
        "programme": names.programme(sides.programme),
        "day": day(plan.start),
        "start": times(ledger, plan.start),
        "slot_minutes": minutes(plan.duration),
        "place": names.place(plan.place),
        "hall": names.hall(plan.place),
        **names.sides(*sides.organisation[:2], *sides.party_day[:2]),
        "held": sides.held,
        "begin": begin,
        "minutes": if_held(sides.end[0] - sides.begin),
        "delay_minutes": if_held(sides.begin - plan.start),
        "outcome": names.outcome(sides.outcome[0]),
        "partner_outcome": names.outcome(sides.outcome[1]),
        "cause": names.cause(sides.cause[0]),
        "partner_cause": names.cause(sides.cause[1]),
        "wait_minutes": minutes(sides.wait[0]),
        "partner_wait_minutes": minutes(sides.wait[1]),
        "third": names.organisation(who[2]),
        "third_outcome": names.outcome(outcome[2]),
        "fourth": names.organisation(who[3]),
        "fourth_outcome": names.outcome(outcome[3]),
        "affinity": sides.affinity,
        "score": sides.score,
        "request": nullable(sides.request),
    }
