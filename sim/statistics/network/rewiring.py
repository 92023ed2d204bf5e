"""Random networks of equal degrees: what there is by chance alone where each has as many ties."""

from __future__ import annotations

import numpy as np

from sim.floor.arrays import IntArray
from sim.streams import KeyArray, Streams, subkeys

__all__ = ["ROUNDS", "rewired"]

ROUNDS = 10
"""Times each tie is offered another for a swap; Maslov and Sneppen (2002) swap till nothing changes, and
after five no measure of alliances does (`test_alliances.py`)."""


def rewired(
    streams: Streams, key: KeyArray, one: IntArray, other: IntArray, copies: int, rounds: int = ROUNDS
) -> tuple[IntArray, IntArray]:
    """Networks in which each vertex has as many ties as in this one, and all else is chance.

    Ties are swapped two and two, a-b and c-d to a-d and c-b, never to a loop or a tie that is there (Maslov
    and Sneppen 2002), all pairs of a round at once. A swap that makes a tie that another one makes or takes
    away is left out, as the other is: so a round is undone by the same round as easily as it is done, and in
    the long run all networks of these degrees are equally likely. Draws are keyed by the two ends of a tie,
    so that a vertex without ties changes nothing.

    Args:
        streams: of the replication.
        key: of each vertex.
        one, other: ends of the ties (ties,), each tie once, none a loop.
        copies: how many networks.
        rounds: how often every tie is offered a swap.

    Returns:
        The ends of the ties: (copies, ties) each.
    """
    n, ties = len(key), len(one)
    a, b = np.tile(one, (copies, 1)), np.tile(other, (copies, 1))
    if ties < 2:
        return a, b
    half = ties // 2
    address = np.tile(subkeys(key[one], key[other]), copies)
    copy = np.repeat(np.arange(copies), ties)
    offset = (np.arange(copies) * n * n)[:, None]
    for step in range(rounds):
        lot, turn = streams.quartet("network.rewired", address, copy * rounds + step)[:2]
        order = np.argsort(lot.reshape(copies, ties), axis=1, kind="stable")
        first, second = order[:, :half], order[:, half : 2 * half]
        # either end of the second may be the one that is swapped
        turned = np.take_along_axis(turn.reshape(copies, ties), second, 1) < 1 / 2
        a1, b1 = np.take_along_axis(a, first, 1), np.take_along_axis(b, first, 1)
        a2, b2 = np.take_along_axis(a, second, 1), np.take_along_axis(b, second, 1)
        a2, b2 = np.where(turned, b2, a2), np.where(turned, a2, b2)

        def number(x: IntArray, y: IntArray) -> IntArray:
            return offset + np.minimum(x, y) * n + np.maximum(x, y)

        there = np.sort(number(a, b), axis=None)
        made = np.stack((number(a1, b2), number(a2, b1)))
        every = np.sort(made, axis=None)
        gone = np.stack((number(a1, b1), number(a2, b2)))
        swap = (a1 != b2) & (a2 != b1)
        swap &= ~(_count(there, made) > 0).any(axis=0)
        swap &= (_count(every, made) == 1).all(axis=0)
        swap &= ~(_count(every, gone) > 0).any(axis=0)
        np.put_along_axis(b, first, np.where(swap, b2, b1), 1)
        np.put_along_axis(a, second, a2, 1)
        np.put_along_axis(b, second, np.where(swap, b1, b2), 1)
    return a, b


def _count(ordered: IntArray, values: IntArray) -> IntArray:
    """How often each of `values` stands in the others."""
    return np.searchsorted(ordered, values, side="right") - np.searchsorted(ordered, values, side="left")
