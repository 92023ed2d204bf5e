"""Tables of visits and of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NONE
from sim.floor.trace import Kind, Outcome
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Bools, Integers, Ledger
from sim.statistics.measures import Numbers, distinct
from sim.statistics.tables.names import Names, code, day, frame, minutes, nullable, times

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["services", "visits"]

_QUEUES: Final = {Kind.GATE: "gate", Kind.TALK: "booth", Kind.MEAL: "catering", Kind.HALL: "hall door"}


def visits(ledger: Ledger) -> pd.DataFrame:
    """A row a party and day, admitted or not."""
    floor, parties, names = ledger.floor, ledger.expo.parties, Names(ledger)
    count, met = ledger.a_party_day, ledger.interactions
    visit, gate, lounge = ledger.visits, ledger.rows(Kind.GATE), ledger.rows(Kind.LOUNGE)
    talks = ledger.conversations
    exchange = met.kind == InteractionKind.EXCHANGE
    columns = {
        "party_day": np.arange(ledger.n_party_days),
        "party": floor.party_days.party.copy(),
        "day": (parties.day + 1).astype(np.int16),
        "persona": names.persona(np.arange(ledger.n_party_days)),
        "people": floor.party_days.size.copy(),
        "organisation": names.organisation(parties.organisation),
        "chain": names.chain(parties.organisation),
        "country": names.country(parties.organisation),
        "arrival": times(ledger, floor.party_days.arrival),
        "gate": names.place(floor.party_days.gate),
        "gate_wait_minutes": _minutes(ledger, gate.actor, gate.wait),
        "admitted": ledger.admitted,
        "floor_minutes": _minutes(ledger, visit.actor, visit.end - visit.start),
        "stops": count(ledger.rows(Kind.LOOK).done.actor),
        "asked": count(ledger.talks.actor),
        "conversations": count(talks.actor),
        "conversation_minutes": _minutes(ledger, talks.actor, talks.served),
        "queue_minutes": _minutes(ledger, ledger.talks.actor, ledger.talks.wait),
        "lounge_minutes": _minutes(ledger, lounge.actor, lounge.end - lounge.start),
        "sessions": count(ledger.audience.done.actor),
        "exchange_contacts": _of_party(ledger, exchange),
        "meetings": _of_party(ledger, met.kind == InteractionKind.MEETING),
        "useful_contacts": _useful(ledger),
    }
    return frame("visits", columns)


def services(ledger: Ledger) -> pd.DataFrame:
    """A row for each time a party came to a queue, in order of queues, then as in the trace."""
    trace, names, parties = ledger.trace, Names(ledger), ledger.expo.parties
    parts = [ledger.rows(kind) for kind in _QUEUES]
    parts = [rows.where(rows.outcome != Outcome.MISSED) for rows in parts]  # never came
    index = np.concatenate([rows.index for rows in parts])
    kind = np.repeat(np.arange(len(parts)), [len(rows) for rows in parts])
    actor, start, wait = trace.actor[index], trace.start[index], trace.wait[index]
    served = (kind == list(_QUEUES).index(Kind.TALK)) & (trace.other[index] != NONE)
    place = trace.place[index]
    columns = {
        "start": times(ledger, start),
        "day": day(start),
        "kind": code(kind, tuple(_QUEUES.values())),
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
    return frame("services", columns)


def _minutes(ledger: Ledger, actor: Integers, ms: Integers) -> Numbers:
    return minutes(np.asarray(ledger.a_party_day(actor, ms), dtype=np.int64))


def _of_party(ledger: Ledger, mask: Bools) -> Numbers:
    """Interactions in `mask` of each party-day, on either side."""
    met = ledger.interactions
    actor = np.concatenate((met.actor[mask], met.partner_actor[mask]))
    return ledger.a_party_day(actor[ledger.is_party(actor)])


def _useful(ledger: Ledger) -> Numbers:
    """Other organisations that each party-day met in a useful contact."""
    met, n = ledger.interactions, len(ledger.expo.organisations.name)
    actor = np.concatenate((met.actor[met.useful], met.partner_actor[met.useful]))
    partner = np.concatenate((met.partner[met.useful], met.organisation[met.useful]))
    party = ledger.is_party(actor)
    return ledger.a_party_day(distinct(actor[party] * n + partner[party]) // n)
