"""The table of promises to sponsors."""

from __future__ import annotations

import numpy as np

from sim.statistics.kpis.promises import REASONS, promises_by_programme
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import Names
from sim.statistics.tables.registry import Columns, table

__all__ = ["promises"]


@table(
    {
        "exhibitor": "number of the exhibitor, as in `exhibitors`",
        "name": "name",
        "sponsor": "kind of sponsor",
        "programme": "matchmaking programme",
        "promised": "meetings promised",
        "asked": "requests sent to it or by it, booth and people on the floor",
        "accepted": "of those, accepted",
        "scheduled": "meetings scheduled; stand-bys are not counted",
        "held": "meetings held, be it with a stand-by or beyond what was promised",
        "missing": "meetings promised and not held: the sum of the columns that follow",
        **{name: f"of those, {meaning}" for name, meaning in REASONS.items()},
    }
)
def promises(ledger: Ledger) -> Columns:
    """A row a sponsor and programme that promised it meetings: what became of them, and why some are missing.

    Each step from request to meeting is held against the promise: what of it was not asked for, what of the
    rest was not accepted, what of that had no slot, and what of that was lost on the day, by the causes
    of the first meetings lost.
    """
    rows, names = promises_by_programme(ledger), Names(ledger)

    def whole(column: str) -> object:
        return np.array([getattr(row, column) for row in rows], dtype=np.int64)

    exhibitor = np.array([row.exhibitor for row in rows], dtype=np.int64)
    reasons = np.array([row.reasons for row in rows], dtype=np.int64).reshape(-1, len(REASONS))
    return {
        "exhibitor": exhibitor,
        "name": names.organisation(exhibitor),
        "sponsor": names.sponsor(exhibitor),
        "programme": names.programme(np.array([row.programme for row in rows], dtype=np.int64)),
        **{column: whole(column) for column in ("promised", "asked", "accepted", "scheduled", "held")},
        "missing": reasons.sum(axis=1),
        **dict(zip(REASONS, reasons.T.copy(), strict=True)),
    }
