"""The table of organisations: the vertices of the network."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import MINUTE, IntArray
from sim.statistics.ledger import Bools, Ledger
from sim.statistics.network.structure import components, pagerank
from sim.statistics.tables.names import Names
from sim.statistics.tables.registry import Columns, table

__all__ = ["organisations"]


@table(
    {
        "organisation": "name",
        "exhibits": "whether it is an exhibitor",
        "chain": "industrial chain",
        "stage": "stage in the chain",
        "country": "country, ISO 3166 code",
        "partners": "other organisations with which it had an interaction",
        "useful_contacts": "of these, those with which it has a useful contact",
        "abroad": "of its useful contacts, those of other countries",
        "other_chains": "of its useful contacts, those of other chains",
        "interactions": "how many it had",
        "minutes": "in all its interactions, min",
        "centrality": "how much it is in the middle of useful contacts: PageRank by minutes, times "
        "the number of organisations (1: as at random)",
        "group": "organisations that useful contacts connect it with, itself among them",
    }
)
def organisations(ledger: Ledger) -> Columns:
    """A row an organisation that exhibits or had somebody on the floor: the vertices of the network."""
    network, who, names = ledger.network, ledger.expo.organisations, Names(ledger)
    contacts, there = network.contacts, np.flatnonzero(network.there)
    rank = pagerank(contacts, contacts.length) * network.organisations

    def differing(of: IntArray) -> IntArray:
        apart: Bools = of[contacts.one] != of[contacts.other]
        return contacts.sum_of(apart.astype(np.int64))[there]

    return {
        "organisation": names.organisation(there),
        "exhibits": there < network.n_exhibitors,
        "chain": names.chain(there),
        "stage": names.stage(there),
        "country": names.country(there),
        "partners": network.degree[there],
        "useful_contacts": contacts.degree[there],
        "abroad": differing(who.country),
        "other_chains": differing(who.chain),
        "interactions": network.sum_of(network.interactions)[there],
        "minutes": network.sum_of(network.length)[there] / MINUTE,
        "centrality": rank[there],
        "group": components(contacts)[there],
    }
