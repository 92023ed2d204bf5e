"""A floor on which nothing is and nothing happens: to have the rules compiled, or to see that they are."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from sim.floor.arrays import Bookings, Calls, Floor, Meetings, PartyDays, Places, Sessions, Staff, Stops

__all__ = ["smallest"]


def smallest() -> Floor:
    """A sound floor of no places and no people, of a millisecond."""
    return Floor(
        places=_nothing(Places),
        staff=_nothing(Staff),
        party_days=_nothing(PartyDays),
        stops=_nothing(Stops),
        bookings=_nothing(Bookings),
        sessions=_nothing(Sessions),
        meetings=_nothing(Meetings),
        calls=_nothing(Calls),
        short_talk=1,
        end=1,
    )


def _nothing(part: Any) -> Any:
    """A table without rows, whatever its columns are."""
    made = {}
    for column in fields(part):
        many = (1,) if column.name.endswith("index") else (0,)
        table = column.name in ("mixing", "zone_distance")
        made[column.name] = 1 if column.type == "int" else np.zeros((0, 0) if table else many, np.int64)
    return part(**made)
