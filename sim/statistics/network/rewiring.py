"""Random networks of equal degrees: what there is by chance alone where each has as many ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray
from sim.statistics.reading import Bools
from sim.streams import KeyArray, Streams, subkeys

__all__ = ["ROUNDS", "rewired"]

ROUNDS: Final = 10
"""Times each tie is offered another for a swap. Of the reference event, with 2,034 strong ties, 12 alliances
become 5.0 after one and 3.9 to 4.3 after 2, 3, 5, 10 or 40; where chains are kept, 14.0 after one and 15.2 to
16.5 after as many (means of 100 networks, standard errors 0.2 and 0.4)."""

_CELLS: Final = 1 << 22  # pairs of vertices looked at in one go: few enough to stay near the processor


def rewired(
    streams: Streams,
    key: KeyArray,
    one: IntArray,
    other: IntArray,
    copies: int,
    rounds: int = ROUNDS,
    groups: Sequence[IntArray | None] = (None,),
) -> list[tuple[IntArray, IntArray]]:
    """Networks in which each vertex has as many ties as in this one, and all else is chance.

    Ties are swapped two and two, a-b and c-d to a-d and c-b, never to a loop or a tie that is there (Maslov
    and Sneppen 2002), all pairs of a round at once. A swap that makes a tie that another one makes or takes
    away is left out, as the other is: so a round is undone by the same round as easily as it is done, and in
    the long run all networks of these degrees are equally likely. Draws are keyed by the two ends of a tie,
    so that a vertex without ties changes nothing.

    Where vertices are of a group, b and d are of the same one: as many ties as there are join each two
    groups.

    Args:
        streams: of the replication.
        key: of each vertex.
        one: one end of the ties (ties,), each tie once, none a loop.
        other: the other end of each.
        copies: how many networks.
        rounds: how often every tie is offered a swap.
        groups: that of each vertex, at most 65,536, or None, all of one: an entry for each kind of random
            networks that is wanted, all by the same draws.

    Returns:
        Of each kind the ends of the ties: (copies, ties) each.
    """
    made = [(np.tile(one, (copies, 1)), np.tile(other, (copies, 1))) for _ in groups]
    if len(one) < 2:
        return made
    ends, place = np.unique(np.stack((one, other)), return_inverse=True)
    place = place.reshape(2, -1)
    at_once = max(1, _CELLS // len(ends) ** 2)
    address = subkeys(key[one], key[other])
    for low in range(0, copies, at_once):
        these = np.arange(low, min(low + at_once, copies))
        draws = [*_draws(streams, address, these, rounds)]
        for (a, b), group in zip(made, groups, strict=True):
            of = None if group is None else group[ends].astype(np.uint16)
            a[these], b[these] = ends[_swapped(draws, place, len(ends), of)]
    return made


def _draws(
    streams: Streams, address: KeyArray, these: IntArray, rounds: int
) -> Iterator[tuple[IntArray, Bools]]:
    """Of each round, of some copies: the order of their ties (copies, ties), and which of all are turned.

    In either the ties of all copies are numbered one after the other.
    """
    copies, ties = len(these), len(address)
    keys, copy = np.tile(address, copies), np.repeat(these, ties)
    row = (np.arange(copies) * ties)[:, None]
    for step in range(rounds):
        if step % 4 == 0:
            words = streams.blocks("network.rewired", keys, copy * rounds + step)
        word = words[step % 4]
        order = np.argsort((word >> np.uint64(16)).astype(np.uint16).reshape(copies, ties), kind="stable")
        yield order + row, (word & np.uint64(1)).astype(np.bool_)


def _swapped(
    draws: list[tuple[IntArray, Bools]], place: IntArray, n: int, group: npt.NDArray[np.uint16] | None
) -> IntArray:
    """The copies, of a network of vertices 0, 1, ... n - 1: the ends of ties (2, copies, ties)."""
    copies, ties = draws[0][0].shape
    half = ties // 2
    # the ends of all copies in one row, so that one index does for all
    end = np.repeat(place[:, None], copies, axis=1).reshape(2, -1)
    a, b = end
    offset = np.repeat(np.arange(copies) * n * n, half)
    there = np.zeros(copies * n * n, dtype=np.bool_)
    made = np.zeros(copies * n * n, dtype=np.int16)
    of_copy = np.repeat(np.arange(copies) * n * n, ties)
    there[of_copy + np.minimum(a, b) * n + np.maximum(a, b)] = True
    for order, turned in draws:
        change = (a ^ b) * turned  # either end may be the one that is swapped
        a ^= change
        b ^= change
        if group is not None:
            by_group = np.argsort(group[b[order]], kind="stable")  # numbers so small are sorted in no time
            order = np.take_along_axis(order, by_group, 1)
        first, second = order[:, : 2 * half : 2].ravel(), order[:, 1 : 2 * half : 2].ravel()
        a1, b1, a2, b2 = a[first], b[first], a[second], b[second]

        def cell(x: IntArray, y: IntArray) -> IntArray:
            number: IntArray = offset + np.minimum(x, y) * n + np.maximum(x, y)
            return number

        new, old = np.stack((cell(a1, b2), cell(a2, b1))), np.stack((cell(a1, b1), cell(a2, b2)))
        np.add.at(made, new.ravel(), np.int16(1))  # of another type it takes forty times as long
        swap = (a1 != b2) & (a2 != b1)
        if group is not None:
            swap &= group[b1] == group[b2]
        taken = there[new] | (made[new] > 1) | (made[old] > 0)
        made[new] = 0
        swap &= ~(taken[0] | taken[1])
        chosen = np.flatnonzero(swap)
        there[old.take(chosen, axis=1)] = False
        there[new.take(chosen, axis=1)] = True
        b[first[chosen]], b[second[chosen]] = b2[chosen], b1[chosen]
    return end.reshape(2, copies, ties)
