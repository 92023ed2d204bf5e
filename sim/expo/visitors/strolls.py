"""How far a route is gone in the time of a stay, and how it goes on when all its stops are made (R2).

Who has been everywhere and has time left strolls on the way it came round, and stops in passing at some
of the booths that it has not seen. How many there are is bounded by the stay: as if nobody talked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.draw.draws import pair_salts
from sim.floor.arrays import IntArray
from sim.floor.geography import legs
from sim.streams import FloatArray, KeyArray, Streams, subkeys_of

if TYPE_CHECKING:
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.choices import Choice

__all__ = ["reached", "stroll"]

# of the booths that it has not seen, those at which a party that strolls on stops; an assumption
STROLL: Final = 0.3


def reached(
    venue: Venue, gate: IntArray, pace: IntArray, row: IntArray, booth: IntArray, look: IntArray
) -> IntArray:
    """When each stop would be reached, in ms from the admission, by a party that only walks and looks.

    Stops are by `row` and in order; gates and paces are of rows.
    """
    if not len(row):
        return np.empty(0, dtype=np.int64)
    start = np.append(0, np.flatnonzero(row[1:] != row[:-1]) + 1)
    leg = legs(venue.places, booth, start, gate[row[start]])
    leg *= pace[row]
    np.maximum(leg, 1, out=leg)  # as `walks`: no stop is where the one before it was
    leg[1:] += look[:-1]
    leg[start] -= np.append(0, look[start[1:] - 1])
    total = np.cumsum(leg)
    base = np.repeat(total[start] - leg[start], np.diff(np.append(start, len(row))))
    since: IntArray = total - base
    return since


def stroll(
    choice: Choice,
    day_key: KeyArray,
    left: IntArray,
    look: FloatArray,
    begin: IntArray,
    way: IntArray,
    streams: Streams,
) -> tuple[IntArray, IntArray]:
    """Rows and booths of further stops in passing, by row and in walking order.

    `left` is the time in ms that each row has left, `look` the mean of its looks in passing; it goes on from
    the booth of rank `begin` on the walk through all halls, forwards (`way` 1) or backwards (-1), as far
    as it could get if it did not walk, and once round at most. Each booth there that it has not chosen yet
    is a stop by a keyed draw: with the chance `STROLL`, or a greater one if so once round is too short.
    """
    appeal = choice.appeal
    looks = np.maximum(left, 0) / np.maximum(look, 1.0)
    share = np.clip(looks / max(appeal.booths - 1, 1), STROLL, 1.0)
    far = np.minimum(np.ceil(looks / share), appeal.booths - 1).astype(np.int64)
    row = np.repeat(np.arange(len(left)), far)
    thrice = np.tile(appeal.at_rank, 3)  # begun in the middle, the way ends neither before it nor behind it
    place = np.repeat(way, far)  # steps, and then where these lead
    goes = np.flatnonzero(far)
    first = appeal.booths + begin[goes] + way[goes]
    last = first + way[goes] * (far[goes] - 1)
    place[np.cumsum(far[goes]) - far[goes]] = first - np.append(0, last[:-1])
    np.cumsum(place, out=place)
    salts = pair_salts(streams, "route.stroll", day_key)
    drawn = subkeys_of(salts, row, appeal.key[thrice][place])
    drawn >>= np.uint64(12)
    some = np.flatnonzero(drawn < np.repeat((share * 2.0**52).astype(np.uint64), far))
    row, booth = row[some], thrice[place[some]]
    free = (appeal.weight > 0)[choice.view] & ~choice.taken
    stops = np.flatnonzero(free.ravel()[row * appeal.booths + booth])
    return row[stops], booth[stops]
