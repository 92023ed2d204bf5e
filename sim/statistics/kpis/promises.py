"""KPIs of promises: meetings promised to sponsors, and how they were kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.measures import NAN, share

__all__ = ["Promise", "promises"]


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised to a sponsor, in one programme or several, and what it had."""

    exhibitor: int
    sponsor: str  # the kind
    promised: int  # meetings
    held: int  # of those, at most as many as promised in each programme


def promises(ledger: Ledger) -> list[Promise]:
    """The promises of all sponsors that were promised anything, in order of the exhibitors."""
    expo, sides = ledger.expo, ledger.sides
    sponsor = expo.exhibitors.sponsor
    promised = np.zeros(ledger.n_exhibitors, dtype=np.int64)
    had = np.zeros(ledger.n_exhibitors, dtype=np.int64)
    for number, terms in enumerate(expo.terms.matchmaking):
        table = np.array([*terms.promises, 0])
        here: IntArray = table[sponsor].astype(np.int64)  # the last stands for NONE
        booths = sides.organisation[:, sides.held & (sides.programme == number)]
        booths = booths[(booths < ledger.n_exhibitors) & (booths != NONE)]
        promised += here
        had += np.minimum(np.bincount(booths, minlength=ledger.n_exhibitors), here)
    return [
        Promise(int(i), expo.sponsors[sponsor[i]], int(promised[i]), int(had[i]))
        for i in np.flatnonzero(promised)
    ]


@kpi("promises.kept_share", "Promises kept", unit="share", how="share of meetings promised")
def kept_share(ledger: Ledger) -> float:
    """Meetings held of those promised to sponsors, over those promised; more than promised does not count."""
    all_ = promises(ledger)
    return share(sum(p.held for p in all_), sum(p.promised for p in all_))


@kpi("promises.sponsors_share", "Sponsors with all they were promised", unit="share", how="share of sponsors")
def sponsors_share(ledger: Ledger) -> float:
    """Sponsors for whom every promised meeting was held, over sponsors who were promised any."""
    all_ = promises(ledger)
    return share(sum(p.held >= p.promised for p in all_), len(all_))


@kpi("promises.worst_share", "The worst-served sponsor", unit="share", how="least of sponsors")
def worst_share(ledger: Ledger) -> float:
    """Meetings held over meetings promised, of the sponsor for whom it is least."""
    return min((p.held / p.promised for p in promises(ledger)), default=NAN)
