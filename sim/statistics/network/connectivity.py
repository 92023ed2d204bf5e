"""The connectivity index of a fair, 0 to 100, and how well its network holds as parts of it are removed.

The index is the geometric mean, times 100, of four components, each from 0 to 1, of the network of useful
contacts, whose organisations are of a chain and a country. It is the geometric one, so that none makes up
for another, as in the Human Development Index since 2010 (UNDP): where one is 0, so is the index.

- `reach`: the share of the organisations that were there that are in the largest connected group.
- `chains`: the share of contacts that join two chains.
- `countries`: the share of contacts that join two countries.
- `robustness`: the mean share of the organisations that is still in the largest group after each twentieth of
  the exhibitors is removed, those with most contacts first, until all are: R of Schneider and others (2011,
  *Mitigation of malicious attacks on networks*), with exhibitors as what is attacked. Contacts are counted
  once, at the start.

All four are shares, so that editions and shocks can be compared: a fair twice as large, in which each has as
many contacts, and with the same mix of others, has the same index. It rises if each has more contacts, and if
more chains and countries take part and meet; it falls if countries stay away, or if a few exhibitors hold the
rest together. Shares of contacts that cross have no correction for how many chains and countries there could
be: fewer of them are less to connect. That the four weigh the same is an assumption.
"""

from __future__ import annotations

from math import prod
from typing import Final

import numpy as np

from sim.floor.arrays import IntArray
from sim.scipy_parts import connected_parts
from sim.statistics.measures import NAN, mean
from sim.statistics.network.network import Network
from sim.statistics.reading import Floats

__all__ = ["STEPS", "connectivity", "held_together", "index_of", "most_connected"]

STEPS: Final = 20
"""Parts of equal size in which what is removed goes."""

_MOST: Final = 1 << 21  # organisations and ties looked at in one go


def connectivity(contacts: Network, chain: IntArray, country: IntArray) -> dict[str, float]:
    """The components of the index by name, of useful contacts of organisations of these chains and countries.

    All are nan without a contact.
    """
    if not len(contacts):
        return dict.fromkeys(("reach", "chains", "countries", "robustness"), NAN)
    exhibitors = np.arange(contacts.n_exhibitors)
    left = held_together(contacts, most_connected(contacts, exhibitors))
    return {
        "reach": float(left[0]),
        "chains": mean(chain[contacts.one] != chain[contacts.other]),
        "countries": mean(country[contacts.one] != country[contacts.other]),
        "robustness": mean(left[1:]),
    }


def index_of(parts: dict[str, float]) -> float:
    """The index, 0 to 100, of its components."""
    return 100 * prod(parts.values()) ** (1.0 / len(parts))


def most_connected(network: Network, group: IntArray) -> IntArray:
    """The groups 0 .. n - 1 in the order of their ties, the most first; of equal ones the lower.

    `group` is that of each organisation, or of the first ones, others being in none. A tie counts for each of
    its ends.
    """
    ties = np.bincount(group, network.degree[: len(group)])
    return np.argsort(-ties, kind="stable")


def held_together(network: Network, order: IntArray, group: IntArray | None = None) -> Floats:
    """The share of organisations in the largest connected group as more and more of them are removed.

    Args:
        network: of those that were there.
        order: what is removed, the first first: groups, or organisations if there is no `group`.
        group: that of each organisation; whoever is of a group that is not in `order` stays.

    Returns:
        (STEPS + 1,): of the organisations that were there at first, after 0, 1, 2 ... twentieths of `order`,
        rounded up, are removed. An organisation alone is a group of one, as long as it is there.
    """
    own = np.arange(len(network.there)) if group is None else group
    gone_at = np.full(max(int(own.max(initial=-1)), int(order.max(initial=-1))) + 1, STEPS + 1)
    gone_at[order] = np.arange(len(order)) * STEPS // max(len(order), 1) + 1
    until = np.where(network.there, gone_at[own], 0)  # there before this step
    at_once = max(1, _MOST // (len(until) + len(network)))
    steps = np.arange(STEPS + 1)
    parts = [_largest(network, until, steps[low : low + at_once]) for low in range(0, STEPS + 1, at_once)]
    return np.concatenate(parts) / max(network.organisations, 1)


def _largest(network: Network, until: IntArray, steps: IntArray) -> IntArray:
    """Organisations in the largest group at each step, all looked at side by side as one network."""
    from scipy.sparse import csr_array

    n = len(until)
    at, tie = np.nonzero(np.minimum(until[network.one], until[network.other]) > steps[:, None])
    ends = (at * n + network.one[tie], at * n + network.other[tie])
    graph = csr_array((np.ones(len(tie), dtype=np.int8), ends), (len(steps) * n, len(steps) * n))
    _, label = connected_parts(graph)
    of_step = label.reshape(len(steps), n)
    size = np.bincount(label)[of_step]
    largest: IntArray = np.where(until > steps[:, None], size, 0).max(axis=1, initial=0)
    return largest
