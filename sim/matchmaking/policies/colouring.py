"""Edge colouring: chosen meetings into slots.

In a graph of two sides as many slots as anybody has meetings are enough (König), and the slots can
be filled evenly (de Werra). Both are done by alternating paths: meetings of two slots form paths and
cycles, along any of which the two slots can be exchanged. Where anyone meets anyone a spare slot may
be needed (Vizing); meetings for which no exchange is found stay without a slot.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.matchmaking.wishes.affinity import IntArray
from sim.scipy_parts import connected_parts

__all__ = ["balanced", "coloured", "delegated"]

_NO_EDGE: Final = -1


def delegated(a: IntArray, b: IntArray, capacity: IntArray) -> tuple[IntArray, IntArray, int]:
    """The ends of meetings as single delegates, and their number.

    A participant's meetings are dealt to its delegates in turn, so that none of c delegates has more
    than a c-th of them, rounded up.
    """
    first = np.concatenate(([0], np.cumsum(capacity)))
    ends = np.concatenate((a, b))
    order = np.argsort(ends, kind="stable")
    start = np.searchsorted(ends[order], ends[order])
    turn = np.empty(len(ends), dtype=np.int64)
    turn[order] = np.arange(len(ends)) - start
    node = first[ends] + turn % np.maximum(capacity[ends], 1)
    return node[: len(a)], node[len(a) :], int(first[-1])


def coloured(a: IntArray, b: IntArray, nodes: int, colours: int) -> IntArray:
    """A colour for each edge (a[k], b[k]), no two alike at a node; -1 where none was found.

    Every edge of a bipartite (multi)graph without degrees over `colours` gets one.
    """
    every = (1 << colours) - 1
    free = [every] * nodes
    at: list[dict[int, int]] = [{} for _ in range(nodes)]  # node -> colour -> edge
    ends = list(zip(a.tolist(), b.tolist(), strict=True))
    colour = [_NO_EDGE] * len(ends)
    turn = 0
    for edge, (u, v) in enumerate(ends):
        both = free[u] & free[v]
        if both:
            later = both >> turn << turn or both  # begin at another colour each time: nearly even classes
            bit = later & -later
            turn = turn + 1 if turn + 1 < colours else 0
        else:
            bit = _make_room(u, v, free, at, ends, colour)
            if not bit:
                continue
        chosen = bit.bit_length() - 1
        colour[edge] = chosen
        free[u] ^= bit
        free[v] ^= bit
        at[u][chosen] = at[v][chosen] = edge
    return np.array(colour, dtype=np.int64)


def _make_room(
    u: int,
    v: int,
    free: list[int],
    at: list[dict[int, int]],
    ends: list[tuple[int, int]],
    colour: list[int],
) -> int:
    """Exchange two colours along a path from v so that one is free at u and v: its bit, 0 if none."""
    mine, theirs = free[u], free[v]
    while mine:
        keep = mine & -mine
        mine ^= keep
        others = theirs
        while others:
            give = others & -others
            others ^= give
            one, two = keep.bit_length() - 1, give.bit_length() - 1
            path, end = _path(v, one, two, at, ends)
            if end == u:  # an odd cycle would close: only where there are no two sides
                continue
            _exchange(path, v, end, one, two, free, at, ends, colour)
            return keep
    return 0


def _path(
    node: int, one: int, two: int, at: list[dict[int, int]], ends: list[tuple[int, int]]
) -> tuple[list[int], int]:
    """The edges of colours one, two, one, ... from a node that has no `two`, and the last node."""
    path: list[int] = []
    want, other = one, two
    while (edge := at[node].get(want, _NO_EDGE)) != _NO_EDGE:
        path.append(edge)
        u, v = ends[edge]
        node = v if node == u else u
        want, other = other, want
    return path, node


def _exchange(
    path: list[int],
    start: int,
    end: int,
    one: int,
    two: int,
    free: list[int],
    at: list[dict[int, int]],
    ends: list[tuple[int, int]],
    colour: list[int],
) -> None:
    """Exchange the two colours along a whole path; only its two end nodes gain and lose a colour."""
    for edge in path:
        u, v = ends[edge]
        old = colour[edge]
        for node in (u, v):
            if at[node].get(old) == edge:
                del at[node][old]
    for edge in path:
        colour[edge] = one + two - colour[edge]
        for node in ends[edge]:
            at[node][colour[edge]] = edge
    if path:
        both = 1 << one | 1 << two
        free[start] ^= both
        free[end] ^= both


def balanced(a: IntArray, b: IntArray, colour: IntArray, sizes: IntArray) -> IntArray:
    """The colouring with classes of these sizes, as far as exchanges along paths can bring it there.

    They always can if the sizes are as even as the number of edges allows (de Werra), and the result
    is proper in any case. Edges of colour -1 stay so.
    """
    colour = colour.copy()
    classes = [np.flatnonzero(colour == c) for c in range(len(sizes))]
    over = {c for c, target in enumerate(sizes.tolist()) if len(classes[c]) > target}
    under = {c for c, target in enumerate(sizes.tolist()) if len(classes[c]) < target}
    moved = True
    while moved:
        moved = False
        for big in sorted(over, key=lambda c: -len(classes[c])):
            for small in sorted(under, key=lambda c: len(classes[c])):
                wanted = min(len(classes[big]) - int(sizes[big]), int(sizes[small]) - len(classes[small]))
                if wanted <= 0:
                    continue
                edges = np.concatenate((classes[big], classes[small]))
                flip = _surplus(a, b, colour, edges, big, wanted)
                if not len(flip):
                    continue
                moved = True
                colour[flip] = big + small - colour[flip]
                classes[big] = edges[colour[edges] == big]
                classes[small] = edges[colour[edges] == small]
        over = {c for c in over if len(classes[c]) > sizes[c]}
        under = {c for c in under if len(classes[c]) < sizes[c]}
    return colour


def _surplus(a: IntArray, b: IntArray, colour: IntArray, edges: IntArray, big: int, wanted: int) -> IntArray:
    """The edges of up to `wanted` paths, of these of two colours, that have one more of `big`."""
    from scipy.sparse import coo_array

    nodes, ends = np.unique(np.concatenate((a[edges], b[edges])), return_inverse=True)
    tail, head = ends[: len(edges)], ends[len(edges) :]
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (tail, head)), shape=(len(nodes), len(nodes)))
    count, part = connected_parts(graph.tocsr())
    of = part[tail]
    excess = np.bincount(of, weights=np.where(colour[edges] == big, 1, -1), minlength=count)
    found = np.flatnonzero(excess > 0)[:wanted]
    return edges[np.isin(of, found)]
