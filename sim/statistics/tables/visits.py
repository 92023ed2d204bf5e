"""The table of visits."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.floor.arrays import NEVER
from sim.floor.trace import Kind
from sim.statistics.interactions import InteractionKind
from sim.statistics.ledger import Bools, Integers, Ledger
from sim.statistics.measures import Numbers, distinct
from sim.statistics.tables.names import Names, minutes, times
from sim.statistics.tables.registry import Columns, table

__all__ = ["visits"]


@table(
    {
        "party_day": "number of the party on that day",
        "party": "number of the party, the same on all its days",
        "day": "day of the expo, from 1",
        "persona": "persona",
        "people": "people in the party",
        "organisation": "organisation",
        "chain": "industrial chain of the organisation",
        "country": "country of the organisation, ISO 3166 code",
        "arrival": "arrival at the gate, clock time; missing if it is registered and does not come",
        "gate": "the gate",
        "gate_wait_minutes": "time in the gate's queue, min",
        "admitted": "whether it was let in; what follows is 0 if not",
        "floor_minutes": "time on the floor, from admission to the gate again, min",
        "stops": "booths at which it looked",
        "asked": "booths at which it asked to talk",
        "conversations": "conversations it had",
        "conversation_minutes": "time in conversations, min",
        "queue_minutes": "time in queues at booths, min",
        "lounge_minutes": "time in the lounge between bookings, min",
        "sessions": "sessions it was let in to, tours included",
        "exchange_contacts": "exchange contacts with other organisations",
        "meetings": "organised meetings held",
        "useful_contacts": "other organisations met in a useful contact on that day",
    }
)
def visits(ledger: Ledger) -> Columns:
    """A row a party and day, admitted or not."""
    floor, parties, names = ledger.floor, ledger.expo.parties, Names(ledger)
    count, met = ledger.a_party_day, ledger.interactions
    visit, gate, lounge = ledger.visits, ledger.rows(Kind.GATE), ledger.rows(Kind.LOUNGE)
    talks = ledger.conversations
    exchange = met.kind == InteractionKind.EXCHANGE
    return {
        "party_day": np.arange(ledger.n_party_days),
        "party": floor.party_days.party.copy(),
        "day": (parties.day + 1).astype(np.int16),
        "persona": names.persona(np.arange(ledger.n_party_days)),
        "people": floor.party_days.size.copy(),
        "organisation": names.organisation(parties.organisation),
        "chain": names.chain(parties.organisation),
        "country": names.country(parties.organisation),
        "arrival": _arrivals(ledger),
        "gate": names.place(floor.party_days.gate),
        "gate_wait_minutes": _minutes(ledger, gate.actor, gate.wait),
        "admitted": ledger.admitted,
        "floor_minutes": _minutes(ledger, visit.actor, visit.end - visit.start),
        "stops": ledger.stops.copy(),
        "asked": count(ledger.talks.actor),
        "conversations": count(talks.actor),
        "conversation_minutes": _minutes(ledger, talks.actor, talks.served),
        "queue_minutes": _minutes(ledger, ledger.talks.actor, ledger.talks.wait),
        "lounge_minutes": _minutes(ledger, lounge.actor, lounge.end - lounge.start),
        "sessions": count(ledger.audience.done.actor),
        "exchange_contacts": _of_party(ledger, exchange),
        "meetings": _meetings(ledger),
        "useful_contacts": _useful(ledger),
    }


def _arrivals(ledger: Ledger) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    arrival = ledger.floor.party_days.arrival
    came = arrival < NEVER
    return np.where(came, times(ledger, np.where(came, arrival, 0)), np.datetime64("NaT"))


def _minutes(ledger: Ledger, actor: Integers, ms: Integers) -> Numbers:
    return minutes(np.asarray(ledger.a_party_day(actor, ms), dtype=np.int64))


def _of_party(ledger: Ledger, mask: Bools) -> Numbers:
    """Interactions in `mask` of each party-day, on either side."""
    met = ledger.interactions
    actor = np.concatenate((met.actor[mask], met.partner_actor[mask]))
    return ledger.a_party_day(actor[ledger.is_party(actor)])


def _meetings(ledger: Ledger) -> Numbers:
    """Meetings that each party-day had."""
    met = ledger.interactions
    actor = met.in_meetings(met.actor, met.partner_actor)
    return ledger.a_party_day(actor[ledger.is_party(actor)])


def _useful(ledger: Ledger) -> Numbers:
    """Other organisations that each party-day met in a useful contact."""
    met, n = ledger.interactions, len(ledger.expo.organisations.name)
    actor = np.concatenate((met.actor[met.useful], met.partner_actor[met.useful]))
    partner = np.concatenate((met.partner[met.useful], met.organisation[met.useful]))
    party = ledger.is_party(actor)
    return ledger.a_party_day(distinct(actor[party] * n + partner[party]) // n)
