"""What became of the meetings of a timetable in one replication, in the columns that `replan` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.index import index_of
from sim.floor.trace import Cause, Outcome
from sim.statistics.timetable import arranged, names_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.statistics.ledger import Ledger

__all__ = ["happened"]

_ABSENT: Final = (Outcome.NO_SHOW, Outcome.MISSED)


def happened(ledger: Ledger, programme: str | None = None) -> pd.DataFrame:
    """The timetable of a programme (`timetable`) with what became of each meeting.

    `held`: yes or no; a meeting that was held as its second appointment was. `missing`: the sides that were
    not there, by the names of the timetable, with `;` between. `why`: how and for what cause each of these
    was missing, or, if all were there, what the first side was stood up for.

    Raises KeyError as `timetable` does.
    """
    frame, meetings = arranged(ledger.expo, programme)
    sides, names = ledger.sides, names_of(ledger.expo)
    again = index_of(ledger.floor).again[meetings]
    held = sides.held[meetings] | ((again != NONE) & sides.held[again])
    party = ledger.floor.party_days.party
    missing, why = [], []
    for k, took_place in zip(meetings.tolist(), held.tolist(), strict=True):
        absent = sides.booked[:, k] & np.isin(sides.outcome[:, k], _ABSENT) & (not took_place)
        who, reasons = [], []
        for side in np.flatnonzero(absent).tolist():
            day = int(sides.party_day[side, k])
            who.append(names[int(sides.organisation[side, k]), NONE if day == NONE else int(party[day])])
            reasons.append(_said(int(sides.outcome[side, k]), int(sides.cause[side, k])))
        if not (who or took_place):
            reasons = [_said(int(sides.outcome[0, k]), int(sides.cause[0, k]))]
        missing.append(";".join(who))
        why.append("; ".join(reasons))
    return frame.assign(held=np.where(held, "yes", "no"), missing=missing, why=why)


def _said(outcome: int, cause: int) -> str:
    """`missed: conversation`."""
    how = Outcome(outcome).name.lower()
    return how if cause == Cause.NONE else f"{how}: {Cause(cause).name.lower()}"
