"""Tangents: a min-cost flow that bounds the sum of the logarithms of what people get.

A logarithm is below its tangents, log u ≤ log r + (u - r) / r. With as many meetings as d, somebody gets at
least what his d least wished bring and at most what his d most wished do; where r is outside of that, the
tangent is replaced by the line of the same slope through the logarithm at the nearer end. So

    log u ≤ u / r + h(d),   h(d) = log v - v / r,   v = r, or the nearer end,

and h is concave in d, the largest value of a concave function of u between a convex and a concave
function of d. Sums of weights of meetings and concave functions of degrees are what flows maximise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arithmetic import log
from sim.matchmaking.policies.fairness.claims import Claims
from sim.matchmaking.policies.fairness.network import SINK, SOURCE, Network
from sim.matchmaking.policies.fairness.pricing import Layered, priced
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Tangent", "Tangents"]

_UNIT: Final = 1 << 22  # the greatest reward as a whole number
_SERVED: Final = float(1 << 13)  # times the greatest reward, for each who gets something
_MANY: Final = 1 << 15  # claims, from which on only those that are likely to be chosen are looked at first
_SHORT: Final = float(1 << 19)  # the same, for each meeting towards somebody's least


@dataclass(frozen=True, slots=True)
class Tangent:
    """A flow's choice and what it proves.

    `served` and `reached` count those who get something and the meetings towards the least. No choice
    with `served` - s and `reached` - t of them has a welfare above `value` + s × `price` + t × `least_price`.
    """

    chosen: BoolArray
    value: float
    served: int
    reached: int
    price: float
    least_price: float

    def bound(self, served: int, reached: int) -> float:
        """What no choice that serves so many, and so many meetings towards the least, is above."""
        extra = self.price * (self.served - served) + self.least_price * (self.reached - reached)
        return self.value + extra


class Tangents:
    """The flows of some claims, which must be of two sides."""

    def __init__(self, claims: Claims) -> None:
        n = claims.participants
        self._claims = claims
        self._left = np.zeros(n, dtype=np.bool_)
        self._left[claims.a] = True
        ends = np.concatenate((claims.a, claims.b))
        wish = np.concatenate((claims.wish_a, claims.wish_b))
        wished = wish > 0
        self._who, self._low = _sums(ends[wished], wish[wished], claims, least=True)
        _, self._high = _sums(ends[wished], wish[wished], claims, least=False)
        self._first = np.diff(self._who, prepend=-1) > 0
        self.most_wished = np.ones(n)  # what everybody's most wished meeting brings; 1 if there is none
        self.most_wished[self._who[self._first]] = self._high[self._first]
        # somebody's meetings pass his gate, where the least counts, then are wished or idle
        idle = np.zeros(n, dtype=np.bool_)
        idle[ends[~wished]] = True
        self._gated = idle | (claims.least > 0)
        gated, idlers = np.flatnonzero(self._gated), np.flatnonzero(idle)
        self._nodes = 2 + 3 * n
        tail, head = np.split(np.where(wished, 2, 2 + 2 * n) + ends, 2)
        least, rest = claims.least[gated], claims.limit[gated] - claims.least[gated]
        gates = self._way(np.tile(gated, 2), np.full(2 * len(gated), -1), np.tile(gated + 2 + n, 2))
        idles = self._way(idlers, idlers + 2 + n, idlers + 2 + 2 * n)
        self._tail, self._head = (
            np.concatenate(each) for each in zip((tail, head), gates, idles, strict=True)
        )
        self._room = np.concatenate((np.ones(len(claims), np.int64), least, rest, claims.limit[idlers]))
        self._likely: BoolArray | None = None
        self._least = np.zeros(len(self._room), dtype=np.bool_)
        self._least[len(claims) : len(claims) + len(gated)] = True

    def utility(self, chosen: BoolArray) -> FloatArray:
        """What each participant gets of a choice: (participants,)."""
        return self._claims.utility(chosen)

    def served(self, *, led: bool = True) -> Tangent:
        """The choice of most people served; if `led`, of those with most meetings towards the least."""
        none = np.zeros(len(self._claims))
        first = self._claims.participants + 1.0 if led else 0.0
        return self._flow(none, np.zeros(len(self._who)), 1.0, first, 1.0)

    def at(self, r: FloatArray, price: float | None = None, least_price: float | None = None) -> Tangent:
        """The bound by the tangents at `r` (participants,) > 0, and the flow that attains it.

        Serving one more is worth `price` and one meeting towards the least `least_price`; if they are
        left out, more than anything else.
        """
        claims, who = self._claims, self._who
        base, touch = claims.base[who], r[who]
        v = np.clip(touch, base + self._low, base + self._high)
        height = log(v) - (v - base) / touch
        some = base > 0
        before = log(np.where(some, base, 1.0))
        step = height - np.where(self._first, before, np.roll(height, 1))
        weight = claims.wish_a / r[claims.a] + claims.wish_b / r[claims.b]
        greatest = max(weight.max(initial=0.0), np.abs(step).max(initial=0.0)) or 1.0
        return self._flow(
            weight,
            step,
            greatest * _SERVED if price is None else price,
            greatest * _SHORT if least_price is None else least_price,
            _UNIT / greatest,
        )

    def _flow(
        self, weight: FloatArray, step: FloatArray, price: float, least_price: float, scale: float
    ) -> Tangent:
        claims, who = self._claims, self._who
        new = self._first & (claims.base[who] == 0)
        # rounded up, so that what is proven of whole numbers holds
        whole, steps = (np.ceil(each * scale).astype(np.int64) for each in (weight, step))
        serve, reach = round(price * scale), round(least_price * scale)
        change = self._first | (np.diff(steps, prepend=0) != 0) | np.roll(new, 1)
        start = np.flatnonzero(change)
        room = np.diff(start, append=len(who))
        people = who[start]
        tail, head = self._way(
            people, np.where(self._gated[people], people + 2 + claims.participants, -1), people + 2
        )
        tail, head = np.concatenate((self._tail, tail)), np.concatenate((self._head, head))
        room = np.concatenate((self._room, room))
        static = np.where(self._least, reach, 0)
        static[: len(claims)] = whole
        reward = np.concatenate((static, steps[start] + np.where(new[start], serve, 0)))
        if len(claims) < _MANY or not whole.any():
            flow = Network(tail, head, room, claims.total, self._nodes).best(reward)
        else:
            net = Layered(tail, head, room, claims.total, len(claims), claims.participants, self._left)
            if self._likely is None:
                first = np.zeros(claims.participants, dtype=np.int64)
                first[who[self._first]] = steps[self._first]
                self._likely = self._ranked(whole + first[claims.a] + first[claims.b])
            flow, self._likely = priced(net, reward, self._likely)
        taken, passed = flow[: len(claims)], flow[len(self._tail) :]
        value = int(whole @ taken) + int(steps[start] @ passed)
        logs = float(log(claims.base[claims.base > 0]).sum())
        return Tangent(
            chosen=taken > 0,
            value=value / scale + logs,
            served=int(passed[new[start]].sum()) + int((claims.base > 0).sum()),
            reached=int(flow[: len(self._tail)][self._least].sum()),
            price=serve / scale,
            least_price=reach / scale,
        )

    def _ranked(self, value: IntArray) -> BoolArray:
        """The claims that for both sides are among as many of the best as these may hold."""
        likely = np.ones(len(value), dtype=np.bool_)
        for end in (self._claims.a, self._claims.b):
            order = np.lexsort((-value, end))
            turn = np.empty(len(order), dtype=np.int64)
            turn[order] = np.arange(len(order)) - np.searchsorted(end[order], end[order])
            likely &= turn < self._claims.limit[end]
        return likely

    def _way(self, who: IntArray, outer: IntArray, inner: IntArray) -> tuple[IntArray, IntArray]:
        """Arcs of people from outer to inner nodes, or back on the right; -1 is source or sink."""
        left = self._left[who]
        outer = np.where(outer >= 0, outer, np.where(left, SOURCE, SINK))
        return np.where(left, outer, inner), np.where(left, inner, outer)


def _sums(who: IntArray, wish: FloatArray, claims: Claims, *, least: bool) -> tuple[IntArray, FloatArray]:
    """For each participant and d = 1, 2, ... up to his limit: the sum of his d least, or most, wishes."""
    order = np.lexsort((wish if least else -wish, who))
    who, sums = who[order], wish[order]
    place = np.arange(len(who)) - np.searchsorted(who, who)
    kept = place < claims.limit[who]
    who, sums, place = who[kept], sums[kept], place[kept]
    for d in range(1, int(place.max(initial=0)) + 1):  # sums over all would lose the digits of small wishes
        those = np.flatnonzero(place == d)
        sums[those] += sums[those - 1]
    return who, sums
