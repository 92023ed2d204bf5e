"""KPIs of interactions: who met whom, how long, and who was left out.

A *useful contact* is an interaction of at least `behaviour.useful_minutes`.
"""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.statistics.interactions import InteractionKind
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import DAY, Bools, Ledger
from sim.statistics.measures import (
    NAN,
    Numbers,
    coefficient_of_variation,
    distinct,
    gini,
    mean,
    pair_numbers,
    quantile,
    share,
)

__all__ = ["useful_contacts"]


def useful_contacts(ledger: Ledger) -> IntArray:
    """Other organisations with which each exhibitor has a useful contact.

    It counts whether it came about at its booth, in the programme, or by its own people on the floor.
    """
    return ledger.useful_contacts


def _useful(ledger: Ledger) -> IntArray:
    return useful_contacts(ledger)[ledger.exhibitors]


@kpi(
    "contacts.useful_an_exhibitor_median",
    "Useful contacts, the middle exhibitor (median)",
    unit="organisations",
    how="quantile over exhibitors",
)
def useful_median(ledger: Ledger) -> float:
    """Other organisations with which an exhibitor has a useful contact: half have more.

    Partners in pavilions are exhibitors here.
    """
    return quantile(_useful(ledger), 0.5)


@kpi(
    "contacts.useful_an_exhibitor_p10",
    "Useful contacts that nine in ten reach (10th percentile)",
    unit="organisations",
    how="quantile over exhibitors",
)
def useful_p10(ledger: Ledger) -> float:
    """Other organisations with which an exhibitor has a useful contact: nine in ten have as many."""
    return quantile(_useful(ledger), 0.1)


@kpi(
    "contacts.useful_an_exhibitor",
    "Useful contacts an exhibitor",
    unit="organisations",
    how="mean over exhibitors",
)
def useful_mean(ledger: Ledger) -> float:
    """Other organisations with which an exhibitor has a useful contact."""
    return mean(_useful(ledger))


@kpi(
    "contacts.useful_an_exhibitor_gini",
    "Useful contacts an exhibitor, inequality (Gini)",
    unit="1",
    how="Gini over exhibitors",
    high=1,
)
def useful_gini(ledger: Ledger) -> float:
    """How unequally useful contacts are spread over exhibitors: 0, all alike."""
    return gini(_useful(ledger))


@kpi("contacts.left_out", "Exhibitors left out", unit="exhibitors", how="sum")
def left_out(ledger: Ledger) -> float:
    """Exhibitors without one useful contact."""
    return float((_useful(ledger) == 0).sum())


@kpi(
    "contacts.worst_in_pavilion",
    "Useful contacts, worst-served of pavilion",
    unit="organisations",
    how="minimum over companies",
    family=True,
)
def worst_in_pavilion(ledger: Ledger) -> dict[str, float]:
    """Useful contacts of the company that has fewest among those of each pavilion."""
    useful, pavilion = useful_contacts(ledger), ledger.expo.exhibitors.pavilion
    return {
        name: float(useful[pavilion == number].min()) if (pavilion == number).any() else NAN
        for number, name in enumerate(ledger.expo.pavilions)
    }


@kpi("contacts.useful", "Useful contacts", unit="pairs", how="sum")
def useful(ledger: Ledger) -> float:
    """Pairs of organisations with a useful contact.

    That is a conversation or a held meeting of at least `behaviour.useful_minutes`; a round of mixing
    only if `behaviour.useful_exchanges` says so.
    """
    met = ledger.interactions
    return len(met.pairs_in(met.useful))


@kpi("contacts.interactions", "Interactions", unit="interactions", how="sum")
def interactions(ledger: Ledger) -> float:
    """Conversations, exchange contacts and held meetings between two different organisations."""
    return len(ledger.interactions)


@kpi("contacts.exchange", "Exchange contacts", unit="contacts", how="sum")
def exchange(ledger: Ledger) -> float:
    """Pairs in a round of mixing of a session, of two different organisations."""
    return float((ledger.interactions.kind == InteractionKind.EXCHANGE).sum())


@kpi("contacts.pairs", "Pairs of organisations that met", unit="pairs", how="sum")
def pairs(ledger: Ledger) -> float:
    """Different pairs of organisations with at least one interaction."""
    return len(ledger.interactions.pairs)


@kpi("contacts.only_programme", "Pairs that met only through the programme", unit="pairs", how="sum")
def only_programme(ledger: Ledger) -> float:
    """Pairs of organisations with an interaction in the programme and no conversation at a booth.

    The programme is sessions and organised meetings, wherever these are held.
    """
    met = ledger.interactions
    return len(met.pairs) - len(met.pairs_in(met.at_booths))


@kpi("contacts.cross_border_share", "Interactions across borders", unit="share", how="share of interactions")
def cross_border_share(ledger: Ledger) -> float:
    """Interactions of organisations of two different countries."""
    return mean(_differ(ledger, ledger.expo.organisations.country))


@kpi("contacts.cross_chain_share", "Interactions across chains", unit="share", how="share of interactions")
def cross_chain_share(ledger: Ledger) -> float:
    """Interactions of organisations of two different industrial chains."""
    return mean(_differ(ledger, ledger.expo.organisations.chain))


def _differ(ledger: Ledger, of_organisation: IntArray) -> Bools:
    met = ledger.interactions
    differ: Bools = of_organisation[met.organisation] != of_organisation[met.partner]
    return differ


@kpi("contacts.partners_a_day", "Partners a person-day", unit="partners", how="mean over visits")
def partners_a_day(ledger: Ledger) -> float:
    """Different parties and members of staff of other organisations met by a visitor on a day.

    To meet is to have an interaction; a party counts as one partner.
    """
    return mean(_partners(ledger, 0))


@kpi(
    "contacts.partners_a_day_1min",
    "Partners a person-day, a minute or more",
    unit="partners",
    how="mean over visits",
)
def partners_a_day_1min(ledger: Ledger) -> float:
    """As `contacts.partners_a_day`, of interactions of at least one minute."""
    return mean(_partners(ledger, 1))


@kpi(
    "contacts.partners_a_day_5min",
    "Partners a person-day, five minutes or more",
    unit="partners",
    how="mean over visits",
)
def partners_a_day_5min(ledger: Ledger) -> float:
    """As `contacts.partners_a_day`, of interactions of at least five minutes."""
    return mean(_partners(ledger, 5))


@kpi(
    "contacts.partners_cv",
    "Partners a person-day, spread (coefficient of variation)",
    unit="1",
    how="over visits",
)
def partners_cv(ledger: Ledger) -> float:
    """Standard deviation over mean of `contacts.partners_a_day`."""
    return coefficient_of_variation(_partners(ledger, 0))


@kpi(
    "contacts.partners_gini",
    "Partners a person-day, inequality (Gini)",
    unit="1",
    how="Gini over visits",
    high=1,
)
def partners_gini(ledger: Ledger) -> float:
    """How unequally partners are spread over visits: 0, all alike."""
    return gini(_partners(ledger, 0))


@kpi("contacts.time_gini", "Time in contact, inequality (Gini)", unit="1", how="Gini over visits", high=1)
def time_gini(ledger: Ledger) -> float:
    """How unequally time in interactions is spread over visits: 0, all alike."""
    actor, _, row = ledger.met(ledger.interactions.length > 0)
    return gini(ledger.a_person(ledger.a_party_day(actor, ledger.interactions.length[row])))


@kpi(
    "contacts.remeeting_share",
    "Pairs that had met before",
    unit="share",
    how="share of pairs in contact on a later day",
)
def remeeting_share(ledger: Ledger) -> float:
    """Of the pairs in contact that were both there on an earlier day, those in contact then too.

    A pair is of a party with another party or with a booth, whoever of its staff; booths are there
    every day. Nan if nobody comes twice.
    """
    met = ledger.interactions
    n = int(ledger.who.max(initial=0)) + 1
    a, b = ledger.who[met.actor], ledger.who[met.partner_actor]
    days = ledger.expo.n_days
    key = distinct(pair_numbers(a, b, n) * days + met.start // DAY)
    pair, day = key // days, key % days
    again = np.append(False, pair[1:] == pair[:-1]) if len(key) else np.zeros(0, dtype=np.bool_)
    first = np.zeros(n, dtype=np.int64)
    party = ledger.floor.party_days.party
    first[party] = days
    np.minimum.at(first, party, ledger.expo.parties.day)
    return share(again.sum(), (day > np.maximum(first[pair // n], first[pair % n])).sum())


def _partners(ledger: Ledger, least_minutes: int) -> Numbers:
    """Partners of each person-day in interactions of at least that length."""
    return ledger.a_person(ledger.partners(least_minutes * MINUTE))
