"""The table of services: queues and losses."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.trace import Kind
from sim.statistics.ledger import QUEUES, Ledger
from sim.statistics.tables.names import Names, code, day, minutes, nullable, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["services"]


@table(
    {
        "start": "when the party came to the queue, clock time",
        "day": "day of the expo, from 1",
        "kind": "gate, booth, catering or hall door",
        "place": "gate, booth or catering; at a hall's door, the place it was going to",
        "hall": "hall of the place; missing: outside the halls",
        "party_day": "the party on that day, as in `visits`",
        "people": "people in the party",
        "persona": "persona",
        "organisation": "organisation",
        "wait_minutes": "time in the queue, min",
        "service_minutes": "time being served, min; 0 if lost",
        "outcome": "done (served), or how it was lost",
        "cause": "what made it leave, where the outcome leaves that open",
        "member": "member of staff who served, numbered over all booths; missing: nobody, or not a booth",
    }
)
def services(ledger: Ledger) -> Columns:
    """A row for each time a party came to a queue, in order of queues, then as in the trace."""
    trace, names, parties = ledger.trace, Names(ledger), ledger.expo.parties
    parts = [ledger.came(kind) for kind in QUEUES]
    index = np.concatenate([rows.index for rows in parts])
    kind = np.repeat(np.arange(len(parts)), [len(rows) for rows in parts])
    actor, start, wait = trace.actor[index], trace.start[index], trace.wait[index]
    served = (kind == list(QUEUES).index(Kind.TALK)) & (trace.other[index] != NONE)
    place = trace.place[index]
    return {
        "start": times(ledger, start),
        "day": day(start),
        "kind": code(kind, tuple(QUEUES.values())),
        "place": names.place(place),
        "hall": names.hall(place),
        "party_day": actor,
        "people": ledger.size[actor],
        "persona": names.persona(actor),
        "organisation": names.organisation(parties.organisation[actor]),
        "wait_minutes": minutes(wait),
        "service_minutes": minutes(trace.end[index] - start - wait),
        "outcome": names.outcome(trace.outcome[index]),
        "cause": names.cause(trace.cause[index]),
        "member": nullable(np.where(served, trace.other[index] - ledger.n_party_days, NONE)),
    }
