"""Exchanges: a choice of meetings made better by steps in which few people take part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.matchmaking.policies.fairness.claims import Claims
from sim.matchmaking.problem.problem import BoolArray
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Worth", "exchanged"]

Worth = Callable[[FloatArray], FloatArray]
"""What it is worth that somebody gets so much: a growing function of utilities, for arrays."""

_ROUNDS: Final = 60
_SHORT: Final = 1e6  # the worth of one meeting less short of the least: more than all else can be
_BLOCK: Final = 256  # steps looked at together; then twice as many, and so on
_GAIN: Final = 1e-8  # a step must be worth more, so that rounding does not go round in circles


def exchanged(claims: Claims, chosen: BoolArray, worth: Worth) -> BoolArray:
    """A choice whose total worth (after the least, if any) is not below that of the one given.

    A step adds a claim; where a side is full it gives up the one that is least loss, and where all
    tables are taken, anybody does. Each round takes the most profitable steps that do not touch
    one another; rounds end when no step of this kind gains.
    """
    chosen = chosen.copy()
    for _ in range(_ROUNDS):
        if not _round(claims, chosen, worth):
            break
    return chosen


@dataclass(frozen=True, slots=True)
class _Giving:
    """What each participant would best give up: claim, other side, what he keeps, the other's loss."""

    claim: IntArray
    other: IntArray
    keeps: FloatArray
    loss: FloatArray


def _round(claims: Claims, chosen: BoolArray, worth: Worth) -> bool:
    """One round of steps, made in place; whether there was any."""
    utility, met = claims.utility(chosen), claims.meetings(chosen)
    now = worth(utility)
    held, off = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    loss_a, loss_b, giving = _losses(claims, held, utility, met, worth)
    a, b = claims.a[off], claims.b[off]
    full = met >= claims.limit
    gain = np.zeros(len(off))
    for end, wish in ((a, claims.wish_a[off]), (b, claims.wish_b[off])):
        keeps = np.where(full[end], giving.keeps[end], utility[end])
        gain += worth(keeps + wish) - now[end]
        gain += np.where(full[end], -giving.loss[end], _SHORT * (met[end] < claims.least[end]))
    there, back = np.where(full[a], giving.other[a], -1), np.where(full[b], giving.other[b], -2)
    gain[(there == b) | (back == a) | (there == back)] = -np.inf
    spare, loss = claims.total - len(held), loss_a + loss_b
    cheap = held[np.argsort(loss, kind="stable")]
    price = np.sort(loss).tolist()
    ends = list(zip(claims.a[cheap].tolist(), claims.b[cheap].tolist(), strict=True))
    toll = 0.0 if spare else min(price, default=np.inf)  # a table must be given up
    good = np.flatnonzero(gain > _GAIN + np.where(full[a] | full[b], 0.0, toll))
    touched = np.zeros(claims.participants, dtype=np.bool_)
    is_touched = touched.data  # the same, told faster one by one
    give_a, give_b = full[a], full[b]
    frees = bool((give_a[good] & give_b[good]).any())  # whether a step may give up two for one
    done, first, size = False, 0, _BLOCK
    while len(good):
        # most steps touch somebody who was touched before, or cost too much by now: once so, always so
        open_ = ~(touched[a[good]] | touched[b[good]])
        open_ &= ~(give_a[good] & touched[giving.other[a[good]]])
        open_ &= ~(give_b[good] & touched[giving.other[b[good]]])
        if spare < 1 and not frees:
            least = price[first] if first < len(price) else np.inf
            open_ &= give_a[good] | give_b[good] | (gain[good] - least > _GAIN)
        good = good[open_]
        some, good = _foremost(good, gain, size)
        size *= 2
        for k in some.tolist():
            i, j, out = int(a[k]), int(b[k]), []
            people = [i, j]
            for person in (i, j):
                if full[person]:
                    out.append(int(giving.claim[person]))
                    people.append(int(giving.other[person]))
            if any(is_touched[person] for person in people):
                continue
            if spare + len(out) < 1:
                while first < len(ends) and (is_touched[ends[first][0]] or is_touched[ends[first][1]]):
                    first += 1
                if first == len(ends) or gain[k] - price[first] <= _GAIN:
                    continue
                if ends[first][0] in people or ends[first][1] in people:
                    continue
                out.append(int(cheap[first]))
                people += ends[first]
            touched[people] = True
            chosen[out] = False
            chosen[off[k]] = True
            spare += len(out) - 1
            done = True
    return done


def _foremost(steps: IntArray, gain: FloatArray, size: int) -> tuple[IntArray, IntArray]:
    """The most profitable of these steps in order, about `size` of them, and the others as they are."""
    of = gain[steps]
    if len(steps) <= 2 * size:
        return steps[np.argsort(-of, kind="stable")], steps[:0]
    top = of >= np.partition(of, len(of) - size)[len(of) - size]
    some = steps[top]
    return some[np.argsort(-of[top], kind="stable")], steps[~top]


def _losses(
    claims: Claims, held: IntArray, utility: FloatArray, met: IntArray, worth: Worth
) -> tuple[FloatArray, FloatArray, _Giving]:
    """What a and b would lose by each claim that is held, and what everybody would best give up."""
    n, count = claims.participants, len(held)
    who = np.concatenate((claims.a[held], claims.b[held]))
    wish = np.concatenate((claims.wish_a[held], claims.wish_b[held]))
    wished = np.bincount(who, wish > 0, n)
    # what is left of one's only wished meeting is exactly the base: no rounding may make it more
    rest = np.where(wished[who] - (wish > 0) == 0, claims.base[who], utility[who] - wish)
    loss = worth(utility)[who] - worth(rest) + _SHORT * (met[who] <= claims.least[who])
    theirs = np.concatenate((loss[count:], loss[:count]))
    other = np.concatenate((claims.b[held], claims.a[held]))
    # to have w less of u costs w / u to the first order, of a logarithm
    burden = theirs + wish / np.maximum(utility[who], np.finfo(np.float64).tiny)
    order = np.lexsort((burden, who))
    people, first = np.unique(who[order], return_index=True)
    best = order[first]
    giving = _Giving(np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.full(n, np.inf))
    giving.claim[people], giving.other[people] = held[best % max(count, 1)], other[best]
    giving.keeps[people], giving.loss[people] = rest[best], theirs[best]
    return loss[:count], loss[count:], giving
