"""Communities of triangles: groups in which everybody is tied to two others who are tied to each other."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.scipy_parts import connected_parts

__all__ = ["triangle_groups"]


def triangle_groups(one: IntArray, other: IntArray) -> IntArray:
    """The community of each tie one-other, each there once and none a loop; NONE of a tie in no triangle.

    Triangles that share a tie are of one community (the 3-clique communities of Palla and others 2005).
    They are numbered from 0 in order of their first tie.
    """
    from scipy.sparse import csr_array

    group = np.full(len(one), NONE, dtype=np.int64)
    ties = np.stack(_triangles(one, other))
    if not ties.size:
        return group
    first, second, third = ties
    ends = (np.concatenate((first, first)), np.concatenate((second, third)))
    graph = csr_array((np.ones(2 * len(first), dtype=np.int8), ends), (len(one), len(one)))
    rows = np.flatnonzero(np.bincount(ties.ravel(), minlength=len(one)))
    label = connected_parts(graph)[1][rows]
    _, begin, of = np.unique(label, return_index=True, return_inverse=True)
    group[rows] = np.argsort(np.argsort(begin))[of]
    return group


def _triangles(one: IntArray, other: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The three ties of each triangle, by their rows.

    Each is found from its end with the fewest ties, where two of its ties begin: so few pairs are looked at,
    also where somebody has very many ties (Chiba and Nishizeki 1985).
    """
    degree = np.bincount(np.concatenate((one, other)))
    n = len(degree)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(degree, kind="stable")] = np.arange(n)
    a, b = rank[one], rank[other]
    key = np.minimum(a, b) * n + np.maximum(a, b)
    order = np.argsort(key)
    key = key[order]
    begins, ends = np.divmod(key, max(n, 1))
    after = np.searchsorted(begins, begins, side="right") - 1 - np.arange(len(key))
    first = np.repeat(np.arange(len(key)), after)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    across = ends[first] * n + ends[second]
    third = np.minimum(np.searchsorted(key, across), len(key) - 1)
    closed = np.flatnonzero(key[third] == across)
    return order[first[closed]], order[second[closed]], order[third[closed]]
