"""With whom visitors were in contact, as badges that see each other count it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.floor.arrays import HOUR, MINUTE, IntArray
from sim.statistics.badges.measures import EQUAL_SPAN
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Floats, Ledger
from sim.statistics.measures import coefficient_of_variation, gini, mean, share

__all__ = ["Contacts", "contacts", "partners"]


@dataclass(frozen=True)
class Contacts:
    """Who of the visitors was in contact with whom, as badges would have it: an entry a pair and a day.

    Interactions and encounters; persons with persons. A booth's staff count as one: they are
    interchangeable in the model, and who comes again asks for whom he knows.
    """

    party_day: IntArray
    other: IntArray  # a party, or beyond those a booth
    people: IntArray  # of the other


def contacts(ledger: Ledger, least_minutes: float) -> Contacts:
    """The contacts of at least so many minutes."""
    ends = []
    for met in (ledger.interactions, ledger.encounters):
        long = met.length >= least_minutes * MINUTE
        ends += [(met.actor[long], met.partner_actor[long]), (met.partner_actor[long], met.actor[long])]
    actor, partner = (np.concatenate(column) for column in zip(*ends, strict=True))
    ours = ledger.is_party(actor)
    actor, partner = actor[ours], partner[ours]
    other = ledger.who[partner]
    _, first = np.unique(actor * (int(ledger.who.max(initial=-1)) + 1) + other, return_index=True)
    return Contacts(actor[first], other[first], ledger.people[partner[first]])


def partners(ledger: Ledger, least_minutes: float) -> Floats:
    """Partners of a person on each party-day, companions included."""
    found = contacts(ledger, least_minutes)
    others = ledger.a_party_day(found.party_day, found.people.astype(np.float64))
    return np.asarray(others + ledger.size - 1.0, dtype=np.float64)


def _a_day(ledger: Ledger, least_minutes: float) -> float:
    """Mean partners a person-day, of the days whose span is that of a visit."""
    visits, size = ledger.visits, ledger.size
    hours = (visits.end - visits.start) / HOUR
    least, most = EQUAL_SPAN
    day = visits.actor[(least <= hours) & (hours <= most)]
    return mean(partners(ledger, least_minutes)[day], size[day])


def _each(ledger: Ledger, least_minutes: float) -> Floats:
    """Partners of each person-day."""
    return np.asarray(ledger.a_person(partners(ledger, least_minutes)), dtype=np.float64)


@kpi(
    "record.partners_1min",
    "Partners of a minute or more, a person-day of 2.5 to 4.5 h",
    unit="people",
    how="mean over person-days",
)
def partners_1min(ledger: Ledger) -> float:
    """People with whom one was in contact for a minute or more at a time, companions included."""
    return _a_day(ledger, 1)


@kpi(
    "record.partners_5min",
    "Partners of five minutes or more, a person-day of 2.5 to 4.5 h",
    unit="people",
    how="mean over person-days",
)
def partners_5min(ledger: Ledger) -> float:
    """People with whom one was in contact for five minutes or more at a time, companions included."""
    return _a_day(ledger, 5)


@kpi(
    "record.partners_cv",
    "Partners a person-day: coefficient of variation",
    unit="1",
    how="over person-days",
)
def partners_cv(ledger: Ledger) -> float:
    """Of the partners of a minute or more of all person-days, companions included."""
    return coefficient_of_variation(_each(ledger, 1))


@kpi(
    "record.partners_gini",
    "Partners of a minute or more a person-day: Gini",
    unit="1",
    how="over person-days",
    basis="fitted",
    high=1,
)
def partners_gini(ledger: Ledger) -> float:
    """Gini coefficient of the partners of a minute or more of all person-days, companions included."""
    return gini(_each(ledger, 1))


@kpi(
    "record.met_gini",
    "Partners in interactions alone: Gini",
    unit="1",
    how="over person-days",
    basis="fitted",
    high=1,
)
def met_gini(ledger: Ledger) -> float:
    """The same of partners in interactions, without companions and encounters."""
    met = ledger.interactions
    long = met.length >= MINUTE
    actor = np.concatenate((met.actor[long], met.partner_actor[long]))
    other = np.concatenate((met.partner_actor[long], met.actor[long]))
    ours = ledger.is_party(actor)
    pairs = np.unique(actor[ours] * ledger.floor.n_actors + other[ours])
    return gini(ledger.a_person(ledger.a_party_day(pairs // ledger.floor.n_actors)))


@kpi(
    "record.partners_gini_5min",
    "Partners of five minutes or more a person-day: Gini",
    unit="1",
    how="over person-days",
    high=1,
)
def partners_gini_5min(ledger: Ledger) -> float:
    """Gini coefficient of the partners of five minutes or more of all person-days, companions included."""
    return gini(_each(ledger, 5))


@kpi(
    "record.partners_gini_event",
    "Partners of a minute or more over the event: Gini",
    unit="1",
    how="over people",
    high=1,
)
def partners_gini_event(ledger: Ledger) -> float:
    """Gini coefficient over people of their partners of a minute or more, on all their days together."""
    found, party = contacts(ledger, 1), ledger.floor.party_days.party
    size = ledger.most(ledger.admitted)
    pair = np.stack((party[found.party_day], found.other))
    _, first = np.unique(pair, axis=1, return_index=True)
    each = np.bincount(pair[0, first], weights=found.people[first], minlength=len(size))
    return gini(np.repeat(each + size - 1, size))


@kpi("record.time_gini", "Gini of contact time over people", unit="1", how="over people", high=1)
def time_gini(ledger: Ledger) -> float:
    """Gini coefficient of contact time over people who had any, on all their days together."""
    party = ledger.floor.party_days.party
    size = ledger.most()
    each = np.zeros(len(size))
    for met in (ledger.interactions, ledger.encounters):
        for actor in (met.actor, met.partner_actor):
            ours = ledger.is_party(actor)
            each += np.bincount(party[actor[ours]], weights=met.length[ours], minlength=len(each))
    return gini(np.repeat(each[each > 0], size[each > 0]))


@kpi(
    "record.met_before_share",
    "Pairs of a minute or more that had met before",
    unit="share",
    how="share of pairs and days",
    basis="fitted",
)
def met_before_share(ledger: Ledger) -> float:
    """Of pairs of persons a minute or more in contact, both there on an earlier day, those in contact then.

    Companions are pairs that had met. Not defined where nobody comes again.
    """
    found, days, expo = contacts(ledger, 1), ledger.floor.party_days, ledger.expo
    n = int(ledger.who.max(initial=-1)) + 1
    first = np.zeros(n, dtype=np.int64)  # booths are there from the first day on
    first[days.party] = expo.n_days
    np.minimum.at(first, days.party, expo.parties.day)
    party, day = days.party[found.party_day], expo.parties.day[found.party_day]
    order = np.lexsort((day, found.other, party))
    again = np.zeros(len(order), dtype=np.bool_)
    same = (np.diff(party[order]) == 0) & (np.diff(found.other[order]) == 0)
    again[order[1:]] = same
    weight = days.size[found.party_day] * found.people
    weight = np.where(found.other < int(days.party.max(initial=-1)) + 1, weight / 2, weight)  # both ends see
    later = day > np.maximum(first[party], first[found.other])
    back = ledger.admitted & (expo.parties.day > first[days.party])
    companions = float((days.size * (days.size - 1) / 2)[back].sum())
    return share(float(weight[later & again].sum()) + companions, float(weight[later].sum()) + companions)
