"""Who found nobody free, or gave up waiting, tries again later on its route (R3): drawn beforehand.

For each talk that is wanted the route holds up to two further tries, some stops later, that the party makes
only if the one before was lost. Chance and place are keyed by the party-day and the booth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import MINUTE, IntArray, Stops
from sim.streams import KeyArray, Streams, subkeys_of

if TYPE_CHECKING:
    from sim.scenario.schema.data import Behaviour

__all__ = ["with_retries"]

GLANCE: Final = MINUTE // 4  # to see whether somebody is free by now; an assumption


def with_retries(
    behaviour: Behaviour,
    row: IntArray,
    stops: Stops,
    day_key: KeyArray,
    booth_key: KeyArray,
    streams: Streams,
) -> tuple[IntArray, Stops]:
    """The rows and stops with their further tries; `stops` are first tries by `row`.

    `day_key` are the keys of rows, `booth_key` those of booths. Of a talk at the last stop of a route there
    is none: the party has been nowhere else in between. Tries that would come later than the last stop
    follow upon it.
    """
    last = np.cumsum(np.bincount(row)) - 1  # the last stop of each row
    talks = stops.talk > 0
    talks[last] = False
    of = np.flatnonzero(talks)
    end = last[row[of]]
    u = streams.quartet("stop.retry", subkeys_of(day_key, row[of], booth_key[stops.place[of]]))
    later = 1 + (u[2:] * behaviour.retry_stops).astype(np.int64)
    comes = np.flatnonzero(u[0] < behaviour.retry_share)
    once, at_once = of[comes], np.minimum(of + later[0], end)[comes]
    again = np.flatnonzero((u[1, comes] < behaviour.retry_share) & (at_once < end[comes]))
    twice = comes[again]
    at_twice = np.minimum(at_once[again] + later[1, twice], end[twice])

    # tries follow the stop after which they come, first ones before second ones, each in order of stops
    after = np.concatenate((at_once, at_twice))
    order = np.argsort(after, kind="stable")
    place = np.empty_like(order)  # where further ones are
    place[order] = after[order] + 1 + np.arange(len(order))
    first_tries = np.ones(len(row) + len(order), dtype=np.bool_)
    first_tries[place] = False
    now = np.flatnonzero(first_tries)
    first, second = place[: len(once)], place[len(once) :]
    retry = np.zeros(len(first_tries), dtype=np.int64)
    retry[first] = first - now[once]
    retry[second] = second - first[again]
    source = np.empty_like(retry)
    source[now], source[first], source[second] = np.arange(len(row)), once, of[twice]
    look = stops.look[source]
    look[place] = GLANCE
    return row[source], Stops(stops.place[source], look, stops.talk[source], stops.again[source], retry)
