"""Names of outcomes, causes, ranks and the like as plain numbers: the compiler knows no enumerations."""

from __future__ import annotations

from collections import namedtuple
from enum import IntEnum
from typing import Any

from sim.engine.compiled import state
from sim.floor import arrays, calendar, order, trace

__all__ = [
    "Aim", "At", "Cause", "Entry", "Goes", "Kind", "MemberState", "Outcome", "PlaceKind", "Rank",
]  # fmt: skip


def _plain(names: type[IntEnum]) -> Any:
    """The members of an enumeration as attributes that are plain numbers."""
    plain: Any = namedtuple(names.__name__, [each.name for each in names])  # type: ignore[misc]
    return plain(*[int(each) for each in names])


Aim, At, Goes, MemberState = map(_plain, (state.Aim, state.At, state.Goes, state.MemberState))
Cause, Kind, Outcome = map(_plain, (trace.Cause, trace.Kind, trace.Outcome))
Entry, PlaceKind, Rank = map(_plain, (calendar.Entry, arrays.PlaceKind, order.Rank))
