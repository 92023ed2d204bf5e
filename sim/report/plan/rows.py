"""Rooms in a row: how they share its length, each around the point that people walk to."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray

__all__ = ["FloatArray", "row"]

FloatArray = npt.NDArray[np.float64]

# Assumptions of the picture.
_WIDER: Final = 1.4  # than deep is a room that has space
_LONGEST: Final = 3  # times as deep as wide, or less
_LEAST_DM: Final = 6  # that anything is wide


def row(x: IntArray, needs: IntArray, ends: tuple[float, float], reach: FloatArray) -> FloatArray:
    """West, east and half the depth (rooms, 3) of rooms side by side, in dm.

    What a room may have of the row is in proportion to what it needs, as far as the others' points allow; in
    that it is as near to the middle of its point as can be.

    Args:
        x: where people walk to in each, from west to east: it is in the room.
        needs: dm² that each needs.
        ends: west and east of the row.
        reach: (rooms, 3) how far each may go to the west and to the east of its point, and from it to the
            north and the south.
    """
    deepest = 2 * reach[:, 2]
    wish = (needs * _WIDER) ** 0.5
    wish = np.maximum(wish, needs / np.where(deepest > 0, deepest, np.inf))  # a low room is a wide one
    edges = _edges(x, wish, ends)
    west, east = np.maximum(edges[:-1], x - reach[:, 0]), np.minimum(edges[1:], x + reach[:, 1])
    wide = np.maximum(_LEAST_DM, np.minimum(wish, east - west))
    left = np.clip(x - wide / 2, west, np.maximum(west, east - wide))
    deep = np.minimum(np.minimum(needs / wide, _LONGEST * wide), deepest)
    return np.column_stack((left, left + wide, np.maximum(_LEAST_DM, deep) / 2))


def _edges(x: IntArray, wish: FloatArray, ends: tuple[float, float]) -> FloatArray:
    """Where rooms end and the next begin: each between their points, and wishes met as evenly as can be.

    It is the string drawn taut, over the sum of wishes, from one end of the row to the other through the
    gaps between neighbours' points: of all lines through these gaps its slopes, which are the shares of the
    wishes, are the most even (Davies and Kovac 2001 have it as taut string).
    """
    at = np.concatenate(([0.0], np.cumsum(wish)))
    low = np.concatenate(([ends[0]], x[:-1], [ends[1]])).astype(np.float64)
    high = np.concatenate(([ends[0]], x[1:], [ends[1]])).astype(np.float64)
    edges, here, last = low.copy(), 0, len(x)
    while here < last:
        ahead = slice(here + 1, last + 1)
        least = (low[ahead] - edges[here]) / (at[ahead] - at[here])  # slopes that pass above each lower end
        most = (high[ahead] - edges[here]) / (at[ahead] - at[here])
        steep, flat = np.maximum.accumulate(least), np.minimum.accumulate(most)
        caught = np.flatnonzero(steep > flat)
        # to the last gap that a straight line reaches; it bends at the end of a gap that held it there
        reached = int(caught[0]) if len(caught) else last - here - 1
        if not len(caught):
            bend, slope = reached, steep[reached]
        elif least[reached] > flat[reached]:
            slope = flat[reached]
            bend = int(np.flatnonzero(most[: reached + 1] == slope)[-1])
        else:
            slope = steep[reached]
            bend = int(np.flatnonzero(least[: reached + 1] == slope)[-1])
        new = slice(here + 1, here + bend + 2)
        edges[new] = edges[here] + slope * (at[new] - at[here])
        here += bend + 1
    return edges
