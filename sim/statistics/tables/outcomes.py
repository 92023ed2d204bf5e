"""The table of what came of chain contacts."""

from __future__ import annotations

from sim.statistics.ledger import Ledger
from sim.statistics.outcomes import Fate
from sim.statistics.tables.names import Names, code, minutes
from sim.statistics.tables.registry import Columns, table

__all__ = ["outcomes"]


@table(
    {
        "exhibitor": "an exhibitor",
        "partner": "the firm with which it has the contact; of two exhibitors the later one",
        "buyer": "which of the two buys from the other",
        "fit": "supply fit: how much of what the one needs the other supplies, 0 to 1",
        "affinity": "the greatest affinity of their useful contacts, 0 to 1",
        "contacts": "useful contacts that they had",
        "minutes": "in these, min",
        "in_meetings": "whether one of these was an organised meeting",
        "fate": "not_key, forgotten, no_next_step, no_time, no_need, intention or agreement",
        "value": "of the agreement, money; 0 if there is none, or it is not counted",
    }
)
def outcomes(ledger: Ledger) -> Columns:
    """A row a chain contact, of an exhibitor with a firm upstream or downstream, and what came of it.

    Worked out after the run, by draws keyed by pair.
    """
    found, names = ledger.outcomes, Names(ledger)
    return {
        "exhibitor": names.organisation(found.one),
        "partner": names.organisation(found.other),
        "buyer": names.organisation(found.buyer),
        "fit": found.fit,
        "affinity": found.affinity,
        "contacts": found.contacts,
        "minutes": minutes(found.length),
        "in_meetings": found.in_meetings,
        "fate": code(found.fate, [fate.name.lower() for fate in Fate]),
        "value": found.value,
    }
