"""The best choice of meetings, before any timetable: a maximum-weight b-matching.

Everybody has a limit, all together have another. Where two sides meet it is a min-cost flow, solved
exactly, with the worth of one more of each limit read from its residual network. Where anyone meets
anyone it is a small integer programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Choice", "best_choice", "two_sides"]

BoolArray = npt.NDArray[np.bool_]

_SCALE: Final = 1 << 32  # the greatest weight as a whole number
_TOLERANCE: Final = 1e-7  # of a meeting, in integer programmes
_NO_WAY: Final = -(1 << 61)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which requests to hold.

    `chosen` has an entry a request; `bound` is proven: no choice within the limits is worth more (up
    to the rounding of weights to 2⁻³² of the greatest).
    `total_price` and `price` (participants,) are what one more in all, and one more for each
    participant, would add; None where they are not known (integer programmes have no such prices).
    """

    chosen: BoolArray
    bound: float
    total_price: float | None
    price: FloatArray | None


def two_sides(a: IntArray, b: IntArray, n: int) -> BoolArray | None:
    """Sides (False or True, shape (n,)) such that every pair (a[k], b[k]) joins the two; None if none.

    In the double cover, where each participant has an even and an odd copy and each pair joins
    unequal copies, the copies of a participant are connected just if there is an odd cycle.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tail, head = np.concatenate((a, b)), np.concatenate((b, a)) + n
    cover = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(2 * n, 2 * n))
    _, part = connected_components(cover.tocsr(), directed=False)
    even, odd = part[:n], part[n:]
    if (even == odd).any():
        return None
    side: BoolArray = even > odd
    return side


def best_choice(
    a: IntArray, b: IntArray, weight: FloatArray, limit: IntArray, total: int, *, prices: bool = True
) -> Choice:
    """The choice of greatest total weight, nobody above his `limit` (n,), at most `total` in all.

    Weights must be ≥ 0. Where two sides meet, it has most meetings among choices of equal weight.
    Without `prices` they are left out.
    """
    n = len(limit)
    limit = np.minimum(limit, np.bincount(np.concatenate((a, b)), minlength=n))
    whole, unit = _whole(weight)
    if not len(a):
        return Choice(np.zeros(0, dtype=np.bool_), 0.0, 0.0, np.zeros(n))
    side = two_sides(a, b, n)
    if side is None:
        return _by_integer_programme(a, b, weight, limit, total)
    left, right = np.where(side[a], b, a), np.where(side[a], a, b)
    chosen = _by_flow(left, right, whole, limit, total)
    bound = float(weight[chosen].sum())
    if not prices:
        return Choice(chosen, bound, None, None)
    total_price, price = _prices(left, right, whole, limit, total, side, chosen)
    return Choice(chosen, bound, total_price * unit, price * unit)


def _whole(weight: FloatArray) -> tuple[IntArray, float]:
    """Weights as whole numbers of a unit, each one more, so that a meeting of no weight counts."""
    greatest = float(weight.max(initial=0.0)) or 1.0
    return np.rint(weight / greatest * _SCALE).astype(np.int64) + 1, greatest / _SCALE


def _by_flow(left: IntArray, right: IntArray, whole: IntArray, limit: IntArray, total: int) -> BoolArray:
    """Source → left → right → sink, with a bypass, so that no more flows than is worth it."""
    from ortools.graph.python import min_cost_flow

    n, requests = len(limit), len(left)
    source, sink = n, n + 1
    givers, takers = np.unique(left), np.unique(right)
    total = min(total, requests)
    flow = min_cost_flow.SimpleMinCostFlow()
    tail = np.concatenate((left, np.full(len(givers), source), takers, [source]))
    head = np.concatenate((right, givers, np.full(len(takers), sink), [sink]))
    room = np.concatenate((np.ones(requests, dtype=np.int64), limit[givers], limit[takers], [total]))
    cost = np.concatenate((-whole, np.zeros(len(givers) + len(takers) + 1, dtype=np.int64)))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the min-cost flow ended with status {status}")
    chosen: BoolArray = np.asarray(flow.flows(arcs[:requests])) > 0
    return chosen


def _prices(
    left: IntArray,
    right: IntArray,
    whole: IntArray,
    limit: IntArray,
    total: int,
    side: BoolArray,
    chosen: BoolArray,
) -> tuple[float, FloatArray]:
    """What one more in all and one more for each would add, in units of `whole`.

    The best way to use one more of a limit is the best path, in the residual network, from its arc's
    head back to its tail. There is no cycle that gains, the flow being optimal, so Bellman and
    Ford's rounds end.
    """
    n = len(limit)
    source, sink = n, n + 1
    used = np.bincount(np.concatenate((left[chosen], right[chosen])), minlength=n)
    own = np.arange(n)
    gives, takes = own[~side], own[side]
    back, forth = np.flatnonzero(chosen), np.flatnonzero(~chosen)

    def those(people: IntArray, good: BoolArray) -> IntArray:
        return people[good[people]]

    more, some = used < limit, used > 0
    spare = [(sink, source)] if chosen.sum() < total else []
    arcs = [
        (left[forth], right[forth], whole[forth]),
        (right[back], left[back], -whole[back]),
        _arcs(np.full(n, source), own, those(gives, more)),
        _arcs(own, np.full(n, source), those(gives, some)),
        _arcs(own, np.full(n, sink), those(takes, more)),
        _arcs(np.full(n, sink), own, those(takes, some)),
        *((np.array([s]), np.array([t]), np.zeros(1, dtype=np.int64)) for s, t in spare),
        # nothing need flow: what comes to the sink may always stay there
        (np.array([source]), np.array([sink]), np.zeros(1, dtype=np.int64)),
    ]
    tail, head, gain = (np.concatenate([arc[k] for arc in arcs]) for k in range(3))
    to_source = _best_paths(head, tail, gain, source, n + 2)
    from_sink = _best_paths(tail, head, gain, sink, n + 2)
    price = np.maximum(np.where(side, from_sink[:n], to_source[:n]), 0).astype(np.float64)
    from_source = _best_paths(tail, head, gain, source, n + 2)
    in_all = 0.0 if spare else float(max(from_source[sink], 0))
    return in_all, price


def _arcs(tail: IntArray, head: IntArray, which: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    return tail[which], head[which], np.zeros(len(which), dtype=np.int64)


def _best_paths(tail: IntArray, head: IntArray, gain: IntArray, start: int, nodes: int) -> IntArray:
    """The greatest gain of a path from `start` to each node; very negative where there is none."""
    order = np.argsort(head, kind="stable")
    tail, gain = tail[order], gain[order]
    heads, first = np.unique(head[order], return_index=True)
    best = np.full(nodes, _NO_WAY, dtype=np.int64)
    best[start] = 0
    for _ in range(nodes):
        reached = np.maximum.reduceat(best[tail] + gain, first)
        better = reached > best[heads]
        if not better.any():
            break
        best[heads[better]] = reached[better]
    return best


def _by_integer_programme(
    a: IntArray, b: IntArray, weight: FloatArray, limit: IntArray, total: int
) -> Choice:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    requests, n = len(a), len(limit)
    request = np.arange(requests)
    rows = np.concatenate((a, b, np.full(requests, n)))
    table = coo_array((np.ones(3 * requests), (rows, np.tile(request, 3))), shape=(n + 1, requests))
    greatest = float(weight.max()) or 1.0
    most = np.concatenate((limit, [min(total, requests)])).astype(np.float64)
    solved = milp(
        -weight / greatest,
        integrality=np.ones(requests, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(table.tocsr(), ub=most),
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        raise RuntimeError(f"the integer programme failed: {solved.message}")
    chosen: BoolArray = solved.x > 0.5
    value, bound = float(weight[chosen].sum()), -float(solved.mip_dual_bound) * greatest
    proven = bound - value <= greatest * (chosen.sum() + 1) * _TOLERANCE
    return Choice(chosen, value if proven else bound, None, None)
