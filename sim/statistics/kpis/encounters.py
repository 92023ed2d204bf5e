"""KPIs of encounters among visitors."""

from __future__ import annotations

import numpy as np

from sim.statistics.encounters import EncounterKind
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import DAY, Ledger, minutes
from sim.statistics.measures import among, mean, share


@kpi("encounters.count", "Encounters of visitors", unit="encounters", how="sum")
def count(ledger: Ledger) -> float:
    """Parties of two different organisations who fell into talk where they stood together.

    At coffee, at a meal, in the lounge, in a queue, after a session: worked out from who was where, by
    keyed draws. They are no interactions and no useful contacts, and change nothing on the floor.
    """
    return len(ledger.encounters)


@kpi("encounters.at", "Encounters of visitors by where", unit="encounters", how="sum", family=True)
def at(ledger: Ledger) -> dict[str, float]:
    """As `encounters.count`, by where they stood together."""
    counts = np.bincount(ledger.encounters.kind, minlength=len(EncounterKind)).tolist()
    return {kind.name.lower(): counts[kind] for kind in EncounterKind}


@kpi("encounters.a_visit", "Encounters a visit", unit="encounters", how="mean over visits")
def a_visit(ledger: Ledger) -> float:
    """Encounters of a visitor's party on a day."""
    met = ledger.encounters
    return mean(ledger.a_person(ledger.a_party_day(np.concatenate((met.actor, met.partner_actor)))))


@kpi("encounters.minutes", "Length of an encounter", unit="min", how="mean")
def length(ledger: Ledger) -> float:
    """Length of an encounter, cut where one of the two had something to do."""
    return mean(minutes(ledger.encounters.length))


@kpi("encounters.coffee_share", "Talk in the coffee hours", unit="share", how="share of time in encounters")
def coffee_share(ledger: Ledger) -> float:
    """Of all time in encounters, that of those which began in the coffee hours, wherever they did."""
    met, terms = ledger.encounters, ledger.expo.terms.encounters
    at = met.start % DAY
    hours = (terms.coffee_from <= at) & (at < terms.coffee_to)
    return share(met.length[hours].sum(), met.length.sum())


@kpi("encounters.pairs", "Pairs of organisations in encounters", unit="pairs", how="sum")
def pairs(ledger: Ledger) -> float:
    """Different pairs of organisations with at least one encounter."""
    return len(ledger.encounters.pairs)


@kpi("encounters.new_pairs", "Pairs that met in encounters only", unit="pairs", how="sum")
def new_pairs(ledger: Ledger) -> float:
    """Pairs of organisations with an encounter and no interaction."""
    met = ledger.encounters.pairs
    return len(met) - int(among(met, ledger.interactions.pairs).sum())
