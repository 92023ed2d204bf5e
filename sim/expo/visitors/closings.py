"""Halls that by the plan are closed whenever a party could be there: known beforehand, so not chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import IntArray

if TYPE_CHECKING:
    from sim.expo.venue.venue import Venue
    from sim.expo.visitors.visitors import Visitors

__all__ = ["closed_halls"]


def closed_halls(venue: Venue, visitors: Visitors, rows: IntArray) -> npt.NDArray[np.bool_]:
    """Whether each hall is closed whenever each party-day of `rows` could be there: (rows, halls).

    From its admission, without a queue, and the walk to the hall's door on, to its planned departure less the
    walk back. Only of halls that open later or close earlier than the doors that day: shocks are not known.
    """
    day, pace = visitors.day[rows], visitors.pace[rows, None]
    halls = np.arange(len(venue.halls))
    way = pace * venue.places.zone_distance[np.ix_(venue.places.zone[visitors.gate[rows]], halls)]
    there = (visitors.arrival + visitors.check)[rows, None] + way
    gone = visitors.departure[rows, None] - way
    opens, closes = venue.hall_open.T[day], venue.hall_close.T[day]
    late = (opens > venue.day_open[day, None]) & (opens >= gone)
    early = (closes < venue.day_close[day, None]) & (closes <= there)
    shut: npt.NDArray[np.bool_] = late | early
    return shut
