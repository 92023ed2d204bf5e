"""Best flows in a network, and all the best flows: what is best by one reward, then by another.

A network has a source and a sink; what does not go through it passes it by, at no reward.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["SINK", "SOURCE", "Network"]

SOURCE: Final = 0
SINK: Final = 1


class Network:
    """Arcs from `tail` to `head`, each of which takes up to `room`; `total` units may go through.

    Nodes are numbered from 0, `nodes` of them in all; 0 is the source and 1 the sink.
    """

    def __init__(self, tail: IntArray, head: IntArray, room: IntArray, total: int, nodes: int) -> None:
        self._tail = np.append(tail, SOURCE)
        self._head = np.append(head, SINK)
        self._room = np.append(room, total)
        self._open = np.arange(len(self._tail))
        self._settled = np.zeros(len(self._tail), dtype=np.int64)
        self._supply = np.zeros(nodes, dtype=np.int64)
        self._supply[[SOURCE, SINK]] = total, -total

    def best(self, reward: IntArray) -> IntArray:
        """A flow of greatest reward, `reward` being each arc's for a unit: a number an arc."""
        return self._best(np.append(reward, 0))[:-1]

    def settle(self, reward: IntArray) -> None:
        """Keep to the flows of greatest reward from now on.

        Given one of them and the potentials of an optimal dual solution, they are the flows that agree
        with it on every arc whose reduced cost is not 0 (complementary slackness): such arcs are shut.
        """
        gain = np.append(reward, 0)
        flow = self._best(gain)
        here = self._open
        some, more = here[flow[here] > 0], here[flow[here] < self._room[here]]
        tail = np.concatenate((self._tail[more], self._head[some]))
        head = np.concatenate((self._head[more], self._tail[some]))
        price = _potentials(tail, head, np.concatenate((-gain[more], gain[some])), len(self._supply))
        reduced = -gain[here] + price[self._tail[here]] - price[self._head[here]]
        shut = here[reduced != 0]
        self._settled[shut] = flow[shut]
        np.subtract.at(self._supply, self._tail[shut], flow[shut])
        np.add.at(self._supply, self._head[shut], flow[shut])
        self._open = here[reduced == 0]

    def prices(self, flow: IntArray, reward: IntArray) -> IntArray:
        """Potentials (nodes,) that prove this flow one of greatest reward: no arc left costs below 0."""
        gain, flow = np.append(reward, 0), np.append(flow, -self._supply[SINK] - self._sent(flow))
        more, some = flow < self._room, flow > 0
        tail = np.concatenate((self._tail[more], self._head[some]))
        head = np.concatenate((self._head[more], self._tail[some]))
        return _potentials(tail, head, np.concatenate((-gain[more], gain[some])), len(self._supply))

    def _sent(self, flow: IntArray) -> int:
        return int(flow[self._tail[:-1] == SOURCE].sum())

    def _best(self, gain: IntArray) -> IntArray:
        from ortools.graph.python import min_cost_flow

        flow = self._settled.copy()
        here = self._open
        if not len(here):
            return flow
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            self._tail[here], self._head[here], self._room[here], -gain[here]
        )
        touched = np.flatnonzero(self._supply)
        solver.set_nodes_supplies(touched, self._supply[touched])
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"the min-cost flow ended with status {status}")
        flow[here] = np.asarray(solver.flows(arcs))
        return flow


def _potentials(tail: IntArray, head: IntArray, cost: IntArray, nodes: int) -> IntArray:
    """The least cost of any path to each node, wherever it begins (Bellman and Ford's rounds).

    There must be no cycle of negative cost.
    """
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    heads, first = np.unique(head[order], return_index=True)
    price = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes if len(tail) else 0):
        reached = np.minimum.reduceat(price[tail] + cost, first)
        better = reached < price[heads]
        if not better.any():
            break
        price[heads[better]] = reached[better]
    return price
