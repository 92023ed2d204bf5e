"""Certificates: what no columns of an integer programme can weigh more than, checked exactly.

Nothing here knows a solver, and nothing is rounded: whoever proposes prices or branches, by whatever
arithmetic, the bound that is computed from them holds.

Any prices ≥ 0 of rows give a bound (weak duality): whatever x in [0, 1] keeps the rows weighs at most
Σ price × most + Σ max(0, weight - price of its rows). Where that is not enough, a tree divides the
cases: of some columns either so many at most are in use, or more; the bound is that of the worst case.
Weights are whole numbers, so every bound is rounded down to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.matchmaking.wishes.affinity import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Branch", "CertificateError", "Leaf", "Tree", "choice_bound", "priced_bound", "proven_bound"]

_LIMIT: Final = 1 << 62  # of any number in int64 arithmetic
_HALF: Final = 31


class CertificateError(ValueError):
    """A certificate does not fit its programme, or its numbers are too large to be checked."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Prices of rows, in 2^-`shift` of a weight: of the programme's own and then of the branches above.

    The price of the branch is of the limit that holds on this side of it.
    """

    price: IntArray
    shift: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Two cases: `most` of the `columns` at most are in use, or more. Each has a tree of its own."""

    columns: IntArray
    most: int
    few: Tree
    many: Tree


Tree = Leaf | Branch


def proven_bound(rows: csr_array, most: FloatArray, weight: IntArray, tree: Tree) -> int:
    """The most that columns x in {0, 1} with rows @ x ≤ most can weigh, as far as the tree proves it.

    Raises CertificateError if the tree's prices do not fit the programme.
    """
    whole = rows.astype(np.int64)
    if not np.array_equal(whole.data, rows.data) or not np.array_equal(most, np.floor(most)):
        raise CertificateError("rows must be of whole numbers")
    limits: list[int] = most.astype(np.int64).tolist()
    absolute = abs(whole)
    worst: int | None = None
    stack: list[tuple[Tree, tuple[tuple[IntArray, int, int], ...]]] = [(tree, ())]
    while stack:
        here, above = stack.pop()
        if isinstance(here, Branch):
            columns = np.asarray(here.columns)
            if len(np.unique(columns)) < len(columns):
                raise CertificateError("a branch must name each of its columns once")
            if len(columns) and not 0 <= columns.min() <= columns.max() < len(weight):
                raise CertificateError("a branch must name columns of the programme")
            stack.append((here.few, (*above, (columns, 1, here.most))))
            stack.append((here.many, (*above, (columns, -1, -here.most - 1))))
            continue
        own = len(limits)
        if len(here.price) != own + len(above):
            raise CertificateError(f"there must be a price for each of {own + len(above)} rows")
        _sound(here.price, weight, here.shift, absolute, len(above))
        surplus = (weight << here.shift) - whole.T @ here.price[:own]
        for price, (columns, sign, _) in zip(here.price[own:].tolist(), above, strict=True):
            surplus[columns] -= sign * price
        paid = _dot(here.price.tolist(), [*limits, *(limit for _, _, limit in above)])
        bound = (paid + exact_sum(np.maximum(surplus, 0))) >> here.shift
        worst = bound if worst is None else max(worst, bound)
    assert worst is not None
    return worst


def priced_bound(rows: csr_array, most: FloatArray, weight: IntArray, price: IntArray, shift: int = 0) -> int:
    """The bound of prices alone."""
    return proven_bound(rows, most, weight, Leaf(price, shift))


def choice_bound(
    a: IntArray,
    b: IntArray,
    weight: IntArray,
    limit: IntArray,
    total: int,
    price: IntArray,
    total_price: int,
    shift: int = 0,
) -> int:
    """The most that pairs (a[k], b[k]) can weigh, nobody in more than his limit, `total` in all.

    `price` (n,) and `total_price` are of the limits, in 2^-`shift` of a weight. The same as
    `proven_bound` with a row for each limit, without the rows.
    """
    if (price < 0).any() or total_price < 0 or shift < 0:
        raise CertificateError("prices must be ≥ 0")
    top = (int(weight.max(initial=0)) << shift) + 2 * int(price.max(initial=0)) + total_price
    if top >= _LIMIT:
        raise CertificateError("the numbers are too large")
    surplus = (weight << shift) - price[a] - price[b] - total_price
    paid = _dot(price.tolist(), limit.tolist()) + total_price * total
    return (paid + exact_sum(np.maximum(surplus, 0))) >> shift


def exact_sum(values: IntArray) -> int:
    """The sum of numbers ≥ 0, however large it is."""
    low = (1 << _HALF) - 1
    return (int((values >> _HALF).sum()) << _HALF) + int((values & low).sum())


def _sound(price: IntArray, weight: IntArray, shift: int, absolute: csr_array, branches: int) -> None:
    """Raise unless the prices are ≥ 0 and no sum of them and a weight can be too large."""
    if not np.issubdtype(price.dtype, np.integer) or (price < 0).any() or shift < 0:
        raise CertificateError("prices must be whole numbers ≥ 0")
    of_column = int(absolute.sum(axis=0).max()) if absolute.shape[0] and absolute.shape[1] else 0
    heaviest = int(np.abs(weight).max(initial=0)) << shift
    if heaviest + (of_column + branches) * int(price.max(initial=0)) >= _LIMIT:
        raise CertificateError("the numbers are too large")


def _dot(price: list[int], most: list[int]) -> int:
    return sum(p * m for p, m in zip(price, most, strict=True) if p)
