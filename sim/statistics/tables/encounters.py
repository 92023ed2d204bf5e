"""The table of encounters among visitors."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE
from sim.statistics.encounters import EncounterKind
from sim.statistics.ledger import Ledger
from sim.statistics.tables.names import SIDES, Names, code, day, minutes, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["encounters"]


@table(
    {
        "start": "when they fell into talk, clock time",
        "day": "day of the expo, from 1",
        "minutes": "length, min",
        "kind": "where they stood together: coffee, meal, lounge, queue or after_session",
        "place": "catering, room, or what they queued for; missing: anywhere in the hall",
        "hall": "hall; missing: outside the halls",
        **SIDES,
        "persona": "persona of the first side's party",
        "partner_persona": "persona of the second side's party",
    }
)
def encounters(ledger: Ledger) -> Columns:
    """A row an encounter of two visiting parties of different organisations, by start.

    Worked out after the run from who stood where, by keyed draws; no row of `interactions`.
    """
    met, names = ledger.encounters, Names(ledger)
    halls = ledger.expo.halls
    return {
        "start": times(ledger, met.start),
        "day": day(met.start),
        "minutes": minutes(met.length),
        "kind": code(met.kind, [kind.name.lower() for kind in EncounterKind]),
        "place": names.place(met.place),
        "hall": code(np.where(met.zone < len(halls), met.zone, NONE), halls),
        **names.sides(met.organisation, met.partner, met.actor, met.partner_actor),
        "persona": names.persona(met.actor),
        "partner_persona": names.persona(met.partner_actor),
    }
