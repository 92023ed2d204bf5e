"""What a network is like as a whole: what hangs together, who is alike, who is in the middle."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.floor.arrays import IntArray
from sim.scipy_parts import connected_parts
from sim.statistics.measures import NAN, share
from sim.statistics.network.network import Network
from sim.statistics.reading import Floats

__all__ = ["MOST_PROJECTED", "assortativity", "between", "closure", "components", "pagerank", "transitivity"]

MOST_PROJECTED: Final = 4_000
"""Exhibitors of which the projection is looked at: its work grows with the cube of their number."""

_DAMPING: Final = 0.85  # Brin and Page 1998
_CLOSE: Final = 1e-10  # in sum: far below what two organisations differ by
_MOST_STEPS: Final = 200


def components(network: Network) -> IntArray:
    """How many organisations the connected group of each has, itself included: (organisations,).

    An organisation without a tie is a group of its own.
    """
    from scipy.sparse import csr_array

    n = len(network.there)
    ones = np.ones(len(network), dtype=np.int8)
    _, label = connected_parts(csr_array((ones, (network.one, network.other)), (n, n)))
    return np.bincount(label)[label]


def between(network: Network, group: IntArray, n: int) -> IntArray:
    """Ties between groups of organisations: (n, n), symmetric; a tie within a group is counted once."""
    a, b = group[network.one], group[network.other]
    counts = np.bincount(a * n + b, minlength=n * n).reshape(n, n)
    return counts + counts.T - np.diag(np.diag(counts))


def assortativity(network: Network, group: IntArray) -> float:
    """How much more ties are within groups than they would be at random among ends of ties: up to 1.

    The assortativity coefficient of Newman (2003, Mixing patterns in networks, eq. 2): 1 if all ties are
    within groups, 0 if groups do not matter, negative if ties avoid them; nan without ties, or if all ends
    are of one group.
    """
    ends = np.bincount(np.concatenate((group[network.one], group[network.other])))
    within = share((group[network.one] == group[network.other]).sum(), len(network))
    by_chance = share((ends**2).sum(), ends.sum() ** 2)  # of whole numbers: the same on every processor
    return share(within - by_chance, 1 - by_chance)


def transitivity(network: Network) -> float:
    """Of exhibitors that share a visiting organisation with the same third, the share that share one too.

    The transitivity (triangles times three over paths of two) of the projection onto exhibitors, in which
    two are joined if some organisation that does not exhibit has a tie with both. Every such organisation
    joins all of its exhibitors with each other, so that this is high by construction (Newman 2001):
    `closure` is free of that. Nan if nobody shares two, or of more than `MOST_PROJECTED` exhibitors.
    """
    if network.n_exhibitors > MOST_PROJECTED:
        return NAN
    one, other, _ = network.in_common
    joined = np.zeros((network.n_exhibitors, network.n_exhibitors), dtype=np.float32)
    joined[one, other] = 1
    degree = joined.sum(axis=1, dtype=np.float64)
    closed = float(((joined @ joined) * joined).sum(dtype=np.float64))  # whole numbers all, which are exact
    return share(closed, float((degree * (degree - 1)).sum()))


def closure(network: Network) -> float:
    """Of two exhibitors that share a visiting organisation, one of which met another, how often both did.

    The clustering of a network of two kinds of Robins and Alexander (2004): four times its cycles of four
    over its paths of three. Nan if there are no such paths.
    """
    common = network.in_common[2]
    cycles = (common * (common - 1)).sum() / 4  # each pair of exhibitors stands there twice
    row, column = network.visited
    of_exhibitor, of_other = np.bincount(row), np.bincount(column)
    paths = ((of_exhibitor[row] - 1) * (of_other[column] - 1)).sum()
    return share(4 * cycles, paths)


def pagerank(network: Network, weight: IntArray) -> Floats:
    """How much each organisation is in the middle: (organisations,), those that are there sum to 1.

    The chance that whoever goes from organisation to organisation along ties, by their weight, is found at
    each; with chance 0.15 at each step he goes anywhere, as he does from one without ties (Brin and Page
    1998).
    """
    from scipy.sparse import csr_array

    n = len(network.there)
    ends = (np.concatenate((network.other, network.one)), np.concatenate((network.one, network.other)))
    to = csr_array((np.tile(weight.astype(np.float64), 2), ends), (n, n))
    out = network.sum_of(weight)
    anywhere = network.there / max(network.organisations, 1)
    rank = anywhere.copy()
    for _ in range(_MOST_STEPS):
        flow = np.divide(rank, out, out=np.zeros(n), where=out > 0)
        new = to @ flow + rank[out == 0].sum() * anywhere
        new = _DAMPING * new + (1 - _DAMPING) * anywhere
        if np.abs(new - rank).sum() < _CLOSE:
            break
        rank = new
    return new if n else rank
