"""Claims: the meetings that could be chosen for people, and what each side would get of them.

The clock is left out; must-meets, which every policy holds before any other, are taken for granted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.matchmaking.policies.choice import two_sides
from sim.matchmaking.policies.musts import pledged
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray, Problem
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Claims", "claims_of"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What may be chosen beside the must-meets.

    Claim e is to request `request[e]`, between `a[e]` and `b[e]`, who get `wish_a[e]` and `wish_b[e]` of
    it. Participant i gets `base[i]` of the must-meets, may have `limit[i]` further meetings and is
    `least[i]` of them short of his least; there are `total` table-slots left. `counted[i]` says whether i
    could have any meeting at all. If `two_sides`, no participant is an `a` here and a `b` there.
    """

    request: IntArray
    a: IntArray
    b: IntArray
    wish_a: FloatArray
    wish_b: FloatArray
    limit: IntArray
    least: IntArray
    base: FloatArray
    total: int
    counted: BoolArray
    two_sides: bool

    @property
    def participants(self) -> int:
        """Number of participants."""
        return len(self.limit)

    def __len__(self) -> int:
        return len(self.a)

    def utility(self, chosen: BoolArray) -> FloatArray:
        """What each participant gets of the chosen claims and the must-meets: (participants,)."""
        n = self.participants
        mine = np.bincount(self.a[chosen], self.wish_a[chosen], n)
        theirs = np.bincount(self.b[chosen], self.wish_b[chosen], n)
        return np.asarray(self.base + mine + theirs, dtype=np.float64)

    def meetings(self, chosen: BoolArray) -> IntArray:
        """How many of the chosen claims each participant has: (participants,)."""
        ends = np.concatenate((self.a[chosen], self.b[chosen]))
        return np.bincount(ends, minlength=self.participants).astype(np.int64)

    def reached(self, chosen: BoolArray) -> int:
        """How many of the chosen claims count towards anybody's least."""
        return int(np.minimum(self.meetings(chosen), self.least).sum())

    def whole(self, chosen: BoolArray) -> BoolArray:
        """The claims of a choice of these, or those chosen both ways in one of the doubled ones."""
        count = len(self)
        return chosen if len(chosen) == count else chosen[:count] & chosen[count:]

    def doubled(self) -> Claims:
        """Claims of two sides of which these are the halves: the bipartite double cover.

        Everybody is there twice, as `a` and as `b`, and every claim both ways. A choice of these
        claims, made both ways, keeps to all limits there and has twice the worth, so whatever bounds
        the double bounds these. A doubled claim chosen one way is half a claim.
        """
        n, twice = self.participants, np.concatenate
        return replace(
            self,
            request=twice((self.request, self.request)),
            a=twice((self.a, self.b)),
            b=twice((self.b, self.a)) + n,
            wish_a=twice((self.wish_a, self.wish_b)),
            wish_b=twice((self.wish_b, self.wish_a)),
            limit=np.tile(self.limit, 2),
            least=np.tile(self.least, 2),
            base=np.tile(self.base, 2),
            total=2 * self.total,
            counted=np.tile(self.counted, 2),
            two_sides=True,
        )


def claims_of(problem: Problem, *, alike: bool = False) -> tuple[Claims, BoolArray]:
    """The claims of a problem, and the must-meets that are held whatever is chosen: (requests,).

    If `alike`, everybody gets 1 of each meeting, whatever he wishes.
    """
    wishes = [np.ones(problem.requests)] * 2 if alike else [problem.wish_a, problem.wish_b]
    n, a, b = problem.participants, problem.a, problem.b
    held = pledged(problem) != UNSCHEDULED
    possible, limit, total = problem.possible, problem.limit, int(problem.tables.sum())
    ever = possible & (limit[a] > 0) & (limit[b] > 0) & (total > 0)
    counted = problem.load(ever) > 0
    met = problem.load(held)
    base = np.bincount(a[held], wishes[0][held], n) + np.bincount(b[held], wishes[1][held], n)
    left, rest = limit - met, total - int(held.sum())
    request = np.flatnonzero(possible & ~held & (left[a] > 0) & (left[b] > 0) & (rest > 0)).astype(np.int64)
    a, b = a[request], b[request]
    wish_a, wish_b = wishes[0][request], wishes[1][request]
    side = two_sides(a, b, n)
    if side is not None:
        turned = side[a]
        a, b = np.where(turned, (b, a), (a, b))
        wish_a, wish_b = np.where(turned, (wish_b, wish_a), (wish_a, wish_b))
    most = np.bincount(np.concatenate((a, b)), minlength=n)
    claims = Claims(
        request=request,
        a=a,
        b=b,
        wish_a=wish_a,
        wish_b=wish_b,
        limit=np.minimum(left, most),
        least=np.minimum(np.maximum(problem.least - met, 0), np.minimum(left, most)),
        base=base.astype(np.float64),
        total=min(rest, len(request)),
        counted=counted,
        two_sides=side is not None,
    )
    return claims, held
