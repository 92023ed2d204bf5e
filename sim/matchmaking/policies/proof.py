"""Proofs by branching: cases are divided until the prices of each case prove that nothing is better.

Best first, each case by its linear relaxation over the columns that could matter; a column that was
left out and turns out to be worth something at the prices is taken in (column generation). What comes
out is a tree for `certificate`, which checks it with all columns.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from sim.matchmaking.policies.certificate import Branch, Leaf, Tree, exact_sum
from sim.matchmaking.policies.linear import Relaxed, by_glop, whole_prices
from sim.matchmaking.problem.problem import UNSCHEDULED, BoolArray
from sim.matchmaking.problem.time_indexed import TimeIndexed
from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["Proof", "prove"]

_CASES: Final = 600  # programmes solved
_COLUMNS: Final = 600_000  # of all of these together
_ROUNDS: Final = 4  # of taking columns in
_WHOLE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Proof:
    """A tree, what it proves, and the best columns met on the way (None if none)."""

    tree: Tree
    bound: int
    held: BoolArray | None


@dataclass(slots=True)
class _Case:
    """Of one case: (columns, sign, limit) of its branches, prices, bound, columns in use; its two halves."""

    branches: tuple[tuple[IntArray, int, int], ...]
    price: IntArray
    bound: int
    x: FloatArray
    split: tuple[IntArray, int] | None = None
    halves: list[_Case] = field(default_factory=list)


def prove(
    programme: TimeIndexed,
    weight: IntArray,
    linear: Relaxed,
    known: BoolArray,
    open_: BoolArray,
    seconds: float | None = None,
) -> Proof:
    """A tree that proves as much as some hundred cases can, beginning with the relaxation's prices."""
    ends = None if seconds is None else time.monotonic() + seconds
    search = _Search(programme, weight, linear, open_)
    root = _Case((), linear.price, linear.bound, linear.x)
    best, held = int(weight[known].sum()), None
    heap = [(-root.bound, 0, root)]
    made = 0
    while heap and -heap[0][0] > best:
        if made >= _CASES or search.columns >= _COLUMNS or (ends is not None and time.monotonic() >= ends):
            break
        _, _, case = heapq.heappop(heap)
        case.split = _split(programme, weight, case.x)
        if case.split is None:
            break  # whole, and not proven: prices are not fine enough
        columns, most = case.split
        for branch in ((columns, 1, most), (columns, -1, -most - 1)):
            half = search.half(case, branch)
            case.halves.append(half)
            made += 1
            heapq.heappush(heap, (-half.bound, made, half))
            whole = half.x > 0.5
            if int(weight[whole].sum()) > best and search.within(whole):
                best, held = int(weight[whole].sum()), whole
    bound, tree = _told(root, linear.shift)
    return Proof(tree, bound, held)


def _told(case: _Case, shift: int) -> tuple[int, Tree]:
    # cases are some hundred, one under the other at worst
    if len(case.halves) < 2:
        return case.bound, Leaf(case.price, shift)
    assert case.split is not None
    (few, left), (many, right) = (_told(half, shift) for half in case.halves)
    return max(few, many), Branch(*case.split, left, right)


def _split(programme: TimeIndexed, weight: IntArray, x: FloatArray) -> tuple[IntArray, int] | None:
    """Columns that are in use in part: those of a request in all its slots, or else a single one."""
    requests = int(programme.request.max(initial=-1)) + 1
    real = programme.request != UNSCHEDULED
    of = np.bincount(programme.request[real], weights=x[real], minlength=requests)
    part = np.abs(of - np.rint(of))
    heavy = np.zeros(requests)
    heavy[programme.request[real]] = weight[real]
    if (part > _WHOLE).any():
        request = int(np.argmax(np.where(part > _WHOLE, part * (1 + heavy), 0)))
        columns = np.flatnonzero(programme.request == request)
        return columns, int(np.floor(of[request] + _WHOLE))
    part = np.abs(x - np.rint(x))
    if (part <= _WHOLE).all():
        return None
    column = int(np.argmax(np.where(part > _WHOLE, part * (1.0 + weight), 0)))
    return np.array([column]), 0


class _Search:
    """Cases solved over the columns that are open."""

    def __init__(self, programme: TimeIndexed, weight: IntArray, linear: Relaxed, open_: BoolArray) -> None:
        self._rows = programme.rows.astype(np.int64).tocsc()
        self._transposed = self._rows.T.tocsr()
        self._most = programme.most
        self._limits = programme.most.astype(np.int64)
        self._weight = weight
        self._shift = linear.shift
        self._open = open_ | (linear.x > _WHOLE)
        # to keep a row that asks for something costs nothing; not to, more than all there is to win
        self._asks = 4.0 * (abs(linear.bound) + 1)
        self.columns = 0

    def within(self, held: BoolArray) -> bool:
        return bool((self._rows @ held.astype(np.int64) <= self._limits).all())

    def half(self, case: _Case, branch: tuple[IntArray, int, int]) -> _Case:
        """One side of a branch: its own prices, or those of the whole case if they prove more."""
        branches = (*case.branches, branch)
        price = np.append(case.price, 0)
        best = _Case(branches, price, case.bound, case.x)
        for _ in range(_ROUNDS):
            found = self._solved(branches)
            if found is None:
                break
            x, price = found
            bound, surplus = self._bound(branches, price)
            if bound <= best.bound:
                best = _Case(branches, price, bound, x)
            more = ~self._open & (surplus > 0)
            if not more.any():
                break
            self._open |= more
        else:
            best.x = x
        return best

    def _solved(self, branches: tuple[tuple[IntArray, int, int], ...]) -> tuple[FloatArray, IntArray] | None:
        from scipy.sparse import coo_array, csr_array, hstack, vstack

        free = np.flatnonzero(self._open)
        self.columns += len(free)
        place = np.full(len(self._open), -1)
        place[free] = np.arange(len(free))
        rows = self._rows[:, free]
        row, at, sign, limits = [], [], [], []
        for number, (columns, side, limit) in enumerate(branches):
            here = place[columns]
            here = here[here >= 0]
            row.append(np.full(len(here), number))
            at.append(here)
            sign.append(np.full(len(here), side))
            limits.append(limit)
        parts = [np.concatenate(each) for each in (sign, row, at)]
        added = coo_array((parts[0], (parts[1], parts[2])), shape=(len(branches), len(free)))
        table = csr_array(vstack([rows, added]))
        most = np.concatenate((self._most, limits)).astype(np.float64)
        used = np.flatnonzero((np.diff(table.indptr) > 0) | (most < 0))
        asking = np.flatnonzero(most[used] < 0)
        debt = coo_array(
            (-np.ones(len(asking)), (asking, np.arange(len(asking)))), shape=(len(used), len(asking))
        )
        worth = np.concatenate((self._weight[free].astype(np.float64), np.full(len(asking), -self._asks)))
        high = np.concatenate((np.ones(len(free)), np.full(len(asking), np.inf)))
        found = by_glop(csr_array(hstack([table[used], debt])), most[used], worth, upper=high)
        if found is None:
            return None
        x = np.zeros(len(self._open))
        x[free] = found[0][: len(free)]
        price = np.zeros(len(most), dtype=np.int64)
        highest = 2.0 ** (58 - self._shift) / self._most_rows
        price[used] = whole_prices(np.minimum(found[1], highest), self._shift)
        return x, price

    @property
    def _most_rows(self) -> int:
        return int(np.diff(self._rows.indptr).max(initial=0)) + 64

    def _bound(
        self, branches: tuple[tuple[IntArray, int, int], ...], price: IntArray
    ) -> tuple[int, IntArray]:
        """As the certificate will be checked."""
        own = len(self._limits)
        surplus = (self._weight << self._shift) - self._transposed @ price[:own]
        limits = self._limits.tolist()
        for each, (columns, side, limit) in zip(price[own:].tolist(), branches, strict=True):
            surplus[columns] -= side * each
            limits.append(limit)
        paid = sum(p * m for p, m in zip(price.tolist(), limits, strict=True) if p)
        return (paid + exact_sum(np.maximum(surplus, 0))) >> self._shift, surplus
