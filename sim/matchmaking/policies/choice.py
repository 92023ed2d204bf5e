"""The best choice of meetings, before any timetable: a maximum-weight b-matching.

Everybody has a limit, all together have another. Where two sides meet it is a min-cost flow, solved
exactly, with the worth of one more of each limit read from its residual network. Where anyone meets
anyone, half meetings are such a flow (of the double cover, where everybody is once on either side), and
what is half of it, on odd cycles, is made whole; its prices are halves, and bound all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.matchmaking.policies.certificate import choice_bound
from sim.matchmaking.policies.relaxation import best_columns
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import IntArray

__all__ = ["Choice", "best_choice", "two_sides"]

_NO_WAY: Final = -(1 << 61)
_MOST: Final = 1 << 61  # of a sum of weights on a path
_COARSER: Final = 6  # bits of the costs at a time, until the flow takes them
_SMALL: Final = 3_000  # pairs of which all are in the integer programme


@dataclass(frozen=True, slots=True)
class Choice:
    """Which requests to hold.

    `chosen` has an entry a request. No choice within the limits is worth more than `bound`, in the whole
    numbers of the weights: `certificate` has checked it.
    `total_price` and `price` (participants,) are what one more in all, and one more for each
    participant, would add, in the same numbers; None where they are not known (where anyone meets
    anyone there are no such prices).
    """

    chosen: BoolArray
    bound: int
    total_price: int | None
    price: IntArray | None


def two_sides(a: IntArray, b: IntArray, n: int) -> BoolArray | None:
    """Sides (False or True, shape (n,)) such that every pair (a[k], b[k]) joins the two; None if none.

    In the double cover, where each participant has an even and an odd copy and each pair joins
    unequal copies, the copies of a participant are connected just if there is an odd cycle. Of each part
    that hangs together the first has the side False, and so has who is in no pair.
    """
    first, second = np.minimum(a, b), np.maximum(a, b)
    if first.max(initial=-1) < second.min(initial=n):  # one side is numbered before the other, as most are
        side: BoolArray = np.zeros(n, dtype=np.bool_)
        side[second] = True
        return side
    tail, head = np.concatenate((a, b)), np.concatenate((b, a)) + n
    part = np.arange(2 * n)  # of each copy another that it is connected to, in the end the first of all
    while (part[tail] != part[head]).any():
        one, other = part[tail], part[head]
        least = np.minimum(one, other)
        np.minimum.at(part, one, least)
        np.minimum.at(part, other, least)
        part = part[part]
    even, odd = part[:n], part[n:]
    if (even == odd).any():
        return None
    side = even > odd
    return side


def best_choice(
    a: IntArray, b: IntArray, weight: IntArray, limit: IntArray, total: int, *, prices: bool = True
) -> Choice:
    """The choice of greatest total weight, nobody above his `limit` (n,), at most `total` in all.

    Weights are whole numbers ≥ 0. Where two sides meet it is the best, and has most meetings among choices
    of equal weight (unless weights have so many digits that there is no room for that). Where anyone meets
    anyone it is the best that was found. Without `prices` they are left out, and what is not needed for a
    choice: the bound is then no more than a bound.
    """
    n = len(limit)
    limit = np.minimum(limit, np.bincount(np.concatenate((a, b)), minlength=n)).astype(np.int64)
    if not len(a):
        return Choice(np.zeros(0, dtype=np.bool_), 0, 0, np.zeros(n, dtype=np.int64))
    total = min(total, len(a))
    side = two_sides(a, b, n)
    if side is None:
        return _anyone(a, b, weight, limit, total, only_halves=not prices)
    left, right = np.where(side[a], b, a), np.where(side[a], a, b)
    network = _Network(left, right, weight, limit, total, side)
    chosen = network.best(prove=prices)
    if not prices:
        return Choice(chosen, int(weight.sum()), None, None)
    price, total_price = network.certificate()
    # of weight first, and then of number
    bound = choice_bound(a, b, network.whole, limit, total, price, total_price) // network.step
    in_all, each = network.worth()
    return Choice(chosen, bound, in_all, each)


class _Network:
    """Source → left → right → sink, with a bypass, so that no more flows than is worth it.

    Weights are `step` times as great and one more (`whole`), so that of equal choices that with most
    meetings is the best.
    """

    def __init__(
        self, left: IntArray, right: IntArray, weight: IntArray, limit: IntArray, total: int, side: BoolArray
    ) -> None:
        self._left, self._right, self._limit, self._total, self._side = left, right, limit, total, side
        self._nodes = len(limit) + 2
        self._source, self._sink = len(limit), len(limit) + 1
        room = _MOST // (2 * min(self._nodes, total + 2))  # no path has more arcs that weigh
        heaviest = int(weight.max(initial=0))
        self.step = total + 1 if heaviest * (total + 1) < room else 1
        self.whole: IntArray = weight * self.step + 1 if self.step > 1 else weight
        # sums on paths that int64 cannot hold are Python's own numbers
        self._type: Any = np.int64 if heaviest < room else np.object_
        self._chosen = np.zeros(len(left), dtype=np.bool_)
        self._level = np.zeros(0, dtype=np.int64)

    def best(self, *, prove: bool) -> BoolArray:
        """The best choice: a flow's, and if its costs had to be made coarser, what betters it exactly."""
        shift = 0
        while (found := self._by_flow(self.whole >> shift)) is None:
            shift += _COARSER
        self._chosen = found
        if prove or shift:
            while (cycle := self._potentials()) is not None:
                self._chosen = self._chosen ^ cycle
        return self._chosen

    def certificate(self) -> tuple[IntArray, int]:
        """Prices of everybody's limit and of that in all, which prove that the choice is the best."""
        level, source, sink = self._level, self._level[self._source], self._level[self._sink]
        n = len(self._limit)
        price = np.maximum(np.where(self._side, level[:n] - sink, source - level[:n]), 0)
        return price.astype(np.int64), int(sink - source)

    def worth(self) -> tuple[int, IntArray]:
        """What one more in all and one more for each would add.

        The best way to use one more of a limit is the best path, in the residual network, from its arc's
        head back to its tail. There is no cycle that gains, the flow being optimal, so Bellman and
        Ford's rounds end.
        """
        n, source, sink = len(self._limit), self._source, self._sink
        tail, head, gain, _ = self._residual()
        to_source = _best_paths(head, tail, gain, source, n + 2)
        from_sink = _best_paths(tail, head, gain, sink, n + 2)
        price = np.maximum(np.where(self._side, from_sink[:n], to_source[:n]), 0)
        from_source = _best_paths(tail, head, gain, source, n + 2)
        spare = self._chosen.sum() < self._total
        in_all = 0 if spare else max(int(from_source[sink]), 0)
        return in_all // self.step, (price // self.step).astype(np.int64)

    def _by_flow(self, whole: IntArray) -> BoolArray | None:
        """None if the costs are out of the solver's range."""
        from ortools.graph.python import min_cost_flow

        source, sink, requests = self._source, self._sink, len(whole)
        left, right, limit, total = self._left, self._right, self._limit, self._total
        givers, takers = np.flatnonzero(np.bincount(left)), np.flatnonzero(np.bincount(right))
        flow = min_cost_flow.SimpleMinCostFlow()
        tail = np.concatenate((left, np.full(len(givers), source), takers, [source]))
        head = np.concatenate((right, givers, np.full(len(takers), sink), [sink]))
        room = np.concatenate((np.ones(requests, dtype=np.int64), limit[givers], limit[takers], [total]))
        cost = np.concatenate((-whole, np.zeros(len(givers) + len(takers) + 1, dtype=np.int64)))
        arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
        flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
        status = flow.solve()
        if status == flow.BAD_COST_RANGE and whole.any():
            return None
        if status != flow.OPTIMAL:
            raise RuntimeError(f"the min-cost flow ended with status {status}")
        return np.asarray(flow.flows(arcs[:requests])) > 0

    def _residual(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Arcs along which the choice may change: tail, head, gain, pair (-1 for none)."""
        n, source, sink, chosen = len(self._limit), self._source, self._sink, self._chosen
        left, right, whole, side = self._left, self._right, self.whole, self._side
        used = np.bincount(np.concatenate((left[chosen], right[chosen])), minlength=n)
        own = np.arange(n)
        gives, takes = own[~side], own[side]
        back, forth = np.flatnonzero(chosen), np.flatnonzero(~chosen)

        def those(people: IntArray, good: BoolArray) -> IntArray:
            return people[good[people]]

        more, some = used < self._limit, used > 0
        spare = [(sink, source)] if chosen.sum() < self._total else []
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
        pair = np.full(len(tail), -1)
        pair[: len(whole)] = np.concatenate((forth, back))
        return tail, head, gain.astype(self._type), pair

    def _potentials(self) -> BoolArray | None:
        """Levels of the nodes, such that no arc rises by less than it gains; or pairs of a cycle that gains.

        Bellman and Ford's rounds, from everywhere at once.
        """
        tail, head, gain, pair = self._residual()
        order = np.argsort(head, kind="stable")
        tail, gain, pair = tail[order], gain[order], pair[order]
        heads, first = np.unique(head[order], return_index=True)
        into = np.repeat(np.arange(len(heads)), np.diff(np.append(first, len(tail))))
        level = np.zeros(self._nodes, dtype=self._type)
        by = np.full(self._nodes, -1)  # the arc by which each node has its level
        for turn in range(1, self._nodes + 1):
            offered = level[tail] + gain
            reached = np.maximum.reduceat(offered, first)
            better = reached > level[heads]
            if not better.any():
                self._level = level
                return None
            at = np.flatnonzero(better[into] & (offered == reached[into]))
            by[heads[into[at]]] = at
            level[heads[better]] = reached[better]
            if turn & (turn - 1) == 0 or turn == self._nodes:
                cycle = self._cycle(tail, by)
                if cycle is not None:
                    flipped = np.zeros(len(self._chosen), dtype=np.bool_)
                    of = pair[cycle]
                    flipped[of[of >= 0]] = True
                    return flipped
        raise AssertionError("levels that still rise have a cycle")

    def _cycle(self, tail: IntArray, by: IntArray) -> IntArray | None:
        """The arcs of a cycle among those by which nodes have their levels."""
        seen = np.zeros(self._nodes, dtype=np.int64)
        before = [-1 if arc < 0 else int(tail[arc]) for arc in by.tolist()]
        for number in range(self._nodes):
            node, mark = number, number + 1
            while node >= 0 and not seen[node]:
                seen[node] = mark
                node = before[node]
            if node >= 0 and seen[node] == mark:
                arcs: list[int] = []
                at = node
                while not arcs or at != node:
                    arcs.append(int(by[at]))
                    at = before[at]
                return np.array(arcs)
        return None


def _arcs(tail: IntArray, head: IntArray, which: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    return tail[which], head[which], np.zeros(len(which), dtype=np.int64)


def _best_paths(tail: IntArray, head: IntArray, gain: IntArray, start: int, nodes: int) -> IntArray:
    """The greatest gain of a path from `start` to each node; very negative where there is none."""
    order = np.argsort(head, kind="stable")
    tail, gain = tail[order], gain[order]
    heads, first = np.unique(head[order], return_index=True)
    best = np.full(nodes, _NO_WAY, dtype=gain.dtype)
    best[start] = 0
    for _ in range(nodes):
        reached = np.maximum.reduceat(best[tail] + gain, first)
        better = reached > best[heads]
        if not better.any():
            break
        best[heads[better]] = reached[better]
    return best


def _anyone(
    a: IntArray, b: IntArray, weight: IntArray, limit: IntArray, total: int, *, only_halves: bool
) -> Choice:
    """Half meetings first, and then whole ones, by the programme of what is left if that is small."""
    n = len(limit)
    side = np.arange(2 * n) >= n
    # each pair twice: a on the left and b on the right, and the other way round
    left, right = np.concatenate((a, b)), np.concatenate((b, a)) + n
    cover = _Network(left, right, np.concatenate((weight, weight)), np.tile(limit, 2), 2 * total, side)
    halves = cover.best(prove=True)
    price, total_price = cover.certificate()
    own = price[:n] + price[n:]
    # of twice the pairs
    twice = 2 * (weight * cover.step + 1 if cover.step > 1 else weight)
    bound = choice_bound(a, b, twice, limit, total, own, 2 * total_price) // (2 * cover.step)
    use = halves[: len(a)].astype(np.int64) + halves[len(a) :]
    chosen = _whole(a, b, weight, limit, total, use)
    if int(weight[chosen].sum()) < bound:
        surplus = twice - own[a] - own[b] - 2 * total_price
        gap = (bound - int(weight[chosen].sum()) + 1) * 2 * cover.step
        open_ = np.abs(surplus) <= gap
        if len(a) <= _SMALL:
            open_[:] = True
        elif only_halves or open_.sum() > _SMALL:
            open_ = use == 1
        fixed = ~open_ & (use == 2)
        if open_.sum() <= _SMALL:
            left_over = limit - np.bincount(np.concatenate((a[fixed], b[fixed])), minlength=n)
            here = np.flatnonzero(open_)
            programme = _programme(a[here], b[here], left_over, total - int(fixed.sum()))
            known = chosen[here] & bool((chosen[~open_] == fixed[~open_]).all())
            found = best_columns(programme, weight[here], known)
            tried = fixed.copy()
            tried[here[found.held]] = True
            if weight[tried].sum() > weight[chosen].sum():
                chosen = tried
            if len(here) == len(a) and found.bound is not None:
                bound = min(bound, found.bound)
    return Choice(chosen, bound, None, None)


def _whole(
    a: IntArray, b: IntArray, weight: IntArray, limit: IntArray, total: int, use: IntArray
) -> BoolArray:
    """Pairs in use whole, and then half and other ones, the best first, while there is room."""
    chosen: BoolArray = use == 2
    room = (limit - np.bincount(np.concatenate((a[chosen], b[chosen])), minlength=len(limit))).tolist()
    left = total - int(chosen.sum())
    one, other = a.tolist(), b.tolist()
    for pair in np.lexsort((-weight, -use)).tolist():
        if not left:
            break
        if not chosen[pair] and room[one[pair]] > 0 and room[other[pair]] > 0:
            chosen[pair] = True
            room[one[pair]] -= 1
            room[other[pair]] -= 1
            left -= 1
    return chosen


def _programme(a: IntArray, b: IntArray, limit: IntArray, total: int) -> TimeIndexed:
    """The choice as an integer programme: a row for each limit that could bind."""
    from scipy.sparse import coo_array

    pairs, n = len(a), len(limit)
    most = np.append(limit, total)
    load = np.append(np.bincount(np.concatenate((a, b)), minlength=n), pairs)
    binds = load > most
    number = np.cumsum(binds) - 1
    row = np.concatenate((a, b, np.full(pairs, n)))
    column = np.tile(np.arange(pairs), 3)
    kept = binds[row]
    shape = (int(binds.sum()), pairs)
    table = coo_array((np.ones(int(kept.sum())), (number[row[kept]], column[kept])), shape=shape)
    request = np.arange(pairs, dtype=np.int64)
    slot = np.zeros(pairs, dtype=np.int64)
    return TimeIndexed(request, slot, table.tocsr(), most[binds].astype(np.float64))
