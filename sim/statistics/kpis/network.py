"""KPIs of the network of useful contacts: how far it reaches, how it hangs together, who is alike in it.

A vertex is an organisation that exhibits or had somebody on the floor; two are joined by a tie if they have
a useful contact.
"""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger
from sim.statistics.measures import NAN, gini, mean, share
from sim.statistics.network.structure import assortativity, closure, components, transitivity

_TENTH = 10


def _degree(ledger: Ledger) -> IntArray:
    """Ties of each organisation that was there."""
    network = ledger.network.contacts
    return network.degree[network.there]


@kpi("network.organisations", "Organisations with a useful contact", unit="organisations", how="sum")
def organisations(ledger: Ledger) -> float:
    """Organisations, exhibitors among them, with at least one useful contact."""
    return float((_degree(ledger) > 0).sum())


@kpi(
    "network.ties_an_organisation",
    "Useful contacts an organisation",
    unit="organisations",
    how="mean over organisations",
)
def ties(ledger: Ledger) -> float:
    """Other organisations with which one that was there has a useful contact (the mean degree)."""
    return mean(_degree(ledger))


@kpi(
    "network.ties_gini",
    "Useful contacts an organisation, inequality (Gini)",
    unit="1",
    how="Gini over organisations",
    high=1,
)
def ties_gini(ledger: Ledger) -> float:
    """How unequally ties are spread over the organisations that were there: 0, all alike."""
    return gini(_degree(ledger))


@kpi(
    "network.top_tenth_share",
    "Useful contacts of the most connected tenth",
    unit="share",
    how="share of ends of ties",
)
def top_tenth(ledger: Ledger) -> float:
    """Of all useful contacts of exhibitors, those of the tenth of them that has most.

    The tenth is rounded up; a contact of two exhibitors counts for both.
    """
    network = ledger.network.contacts
    most = np.sort(network.degree[: network.n_exhibitors])[::-1]
    return share(most[: -(-len(most) // _TENTH)].sum(), most.sum())


@kpi("network.density", "Density", unit="share", how="share of pairs of organisations")
def density(ledger: Ledger) -> float:
    """Of all pairs of organisations that were there, those with a useful contact."""
    network = ledger.network.contacts
    n = network.organisations
    return share(len(network), n * (n - 1) / 2)


@kpi(
    "network.largest_share",
    "Organisations in the largest connected group",
    unit="share",
    how="share of organisations",
)
def largest(ledger: Ledger) -> float:
    """Of the organisations that were there, those in the largest group that useful contacts connect."""
    network = ledger.network.contacts
    return share(components(network).max(initial=0), network.organisations) if len(network) else NAN


@kpi(
    "network.among_exhibitors",
    "Useful contacts with other exhibitors, an exhibitor",
    unit="organisations",
    how="mean over exhibitors",
)
def among_exhibitors(ledger: Ledger) -> float:
    """Other exhibitors with which an exhibitor has a useful contact."""
    network = ledger.network.contacts
    both = int((network.other < network.n_exhibitors).sum())
    return share(2 * both, network.n_exhibitors)


@kpi(
    "network.transitivity",
    "Exhibitors that share visitors, closed triples",
    unit="share",
    how="share of triples of exhibitors",
)
def clustering(ledger: Ledger) -> float:
    """Of two exhibitors that each share a visiting organisation with a third, those that share one too.

    The transitivity of the projection onto exhibitors; they share an organisation that does not exhibit if
    both have a useful contact with it. High by construction, since all exhibitors of one visitor share him:
    see `network.closure`. Nan if nobody shares two, or of more than 4,000 exhibitors.
    """
    return transitivity(ledger.network.contacts)


@kpi("network.closure", "Contacts in common, closed", unit="share", how="share of paths of three")
def closed(ledger: Ledger) -> float:
    """Of two exhibitors with a visiting organisation in common, of which one met another: whether both did.

    Four times the cycles of four over the paths of three (Robins and Alexander 2004), in useful contacts of
    exhibitors with organisations that do not exhibit. Nan if there are no such paths.
    """
    return closure(ledger.network.contacts)


@kpi("network.chain_assortativity", "Assortativity by chain", unit="1", how="over ties", low=-1, high=1)
def by_chain(ledger: Ledger) -> float:
    """How much more useful contacts are within chains than at random: 1, all of them; 0, as at random.

    Random is who has as many useful contacts as he has, but with anybody (Newman 2003).
    """
    return assortativity(ledger.network.contacts, ledger.expo.organisations.chain)


@kpi("network.country_assortativity", "Assortativity by country", unit="1", how="over ties", low=-1, high=1)
def by_country(ledger: Ledger) -> float:
    """As `network.chain_assortativity`, of countries."""
    return assortativity(ledger.network.contacts, ledger.expo.organisations.country)


@kpi("network.cross_border_share", "Useful contacts across borders", unit="share", how="share of ties")
def cross_border(ledger: Ledger) -> float:
    """Useful contacts of organisations of two different countries."""
    return _across(ledger, ledger.expo.organisations.country)


@kpi("network.cross_chain_share", "Useful contacts across chains", unit="share", how="share of ties")
def cross_chain(ledger: Ledger) -> float:
    """Useful contacts of organisations of two different industrial chains."""
    return _across(ledger, ledger.expo.organisations.chain)


def _across(ledger: Ledger, group: IntArray) -> float:
    network = ledger.network.contacts
    return mean(group[network.one] != group[network.other])
