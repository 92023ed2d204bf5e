"""A best flow of a great network by a small part of it: claims that prices do not ask for are left out.

Only few of very many claims can carry flow. A best flow of the likely ones has potentials; if no other
claim has a negative reduced cost by them, the flow is best in the whole network (as in column generation:
Gilmore and Gomory, 1961); if some have, they are likely too, and the flow is sought again. All is done in
whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.policies.fairness.network import SINK, SOURCE, Network
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Layered", "priced"]

_SWEEPS: Final = 3  # a side has as many nodes a person, one behind the other
_FAR: Final = 1 << 60


@dataclass(frozen=True, slots=True)
class Layered:
    """Arcs from `tail` to `head`, each of which takes up to `room`; `total` units may go through.

    The first `claims` arcs go from somebody on the left to somebody on the right. All others are somebody's
    own, between the source and his nodes if he is on the left, between these and the sink if he is on the
    right. Node v, from 2 on, belongs to person (v - 2) mod `people`; `left` (people,) are those on the left.
    """

    tail: IntArray
    head: IntArray
    room: IntArray
    total: int
    claims: int
    people: int
    left: BoolArray

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(max(self.tail.max(initial=1), self.head.max(initial=1))) + 1


def priced(net: Layered, reward: IntArray, likely: BoolArray) -> tuple[IntArray, BoolArray]:
    """A flow of greatest reward in the whole network, and which claims (claims,) it was enough to look at.

    `likely` are those to look at first; the nearer they are to what is needed, the sooner it ends.
    """
    likely = likely.copy()
    ends = np.maximum(net.tail, net.head) - 2  # whichever is no source; with the sink, the tail
    ends = np.where(net.head == SINK, net.tail - 2, ends)
    owner = ends[net.claims :] % net.people
    own = np.arange(net.claims, len(net.tail))
    while True:
        mine = np.zeros(net.people, dtype=np.bool_)
        for end in (net.tail, net.head):
            mine[(end[: net.claims][likely] - 2) % net.people] = True
        here = np.concatenate((np.flatnonzero(likely), own[mine[owner]]))
        used = np.zeros(net.nodes, dtype=np.bool_)
        used[[SOURCE, SINK]] = True
        used[net.tail[here]] = used[net.head[here]] = True
        number = np.cumsum(used) - 1
        tail, head = number[net.tail[here]], number[net.head[here]]
        small = Network(tail, head, net.room[here], net.total, int(used.sum()))
        flow = np.zeros(len(net.tail), dtype=np.int64)
        flow[here] = small.best(reward[here])
        price = np.where(np.append([True, True], np.resize(net.left, net.nodes - 2)), -_FAR, _FAR)
        price[used] = small.prices(flow[here], reward[here])
        _tighten(net, reward, flow, price)
        reduced = price[net.tail[: net.claims]] - price[net.head[: net.claims]] - reward[: net.claims]
        more = (reduced < 0) & ~likely
        if not more.any():
            return flow, likely
        likely |= more


def _tighten(net: Layered, reward: IntArray, flow: IntArray, price: IntArray) -> None:
    """Raise the prices of the left's nodes, and lower the right's, as far as their own arcs and flows let.

    So that no claim seems to gain only because a price could as well have been another.
    """
    looked_at = np.concatenate((np.flatnonzero(flow[: net.claims]), np.arange(net.claims, len(flow))))
    tail, head, gain, taken = net.tail[looked_at], net.head[looked_at], reward[looked_at], flow[looked_at]
    more, some = taken < net.room[looked_at], taken > 0
    tails, heads = np.concatenate((tail[more], head[some])), np.concatenate((head[more], tail[some]))
    cost = np.concatenate((-gain[more], gain[some]))
    left = np.append([False, False], np.resize(net.left, net.nodes - 2))
    right = ~left
    right[[SOURCE, SINK]] = False
    into, out = left[heads], right[tails]
    for _ in range(_SWEEPS):
        high, low = np.full(net.nodes, _FAR), np.full(net.nodes, -_FAR)
        np.minimum.at(high, heads[into], price[tails[into]] + cost[into])
        np.maximum.at(low, tails[out], price[heads[out]] - cost[out])
        raised, lowered = left & (high < _FAR // 2), right & (low > -_FAR // 2)
        price[raised] = np.maximum(price[raised], high[raised])
        price[lowered] = np.minimum(price[lowered], low[lowered])
