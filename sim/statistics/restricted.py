"""A group is a part of what happened: its ledger is that of the whole with all else left out.

The rows of the trace that belong to it are kept, and of the expo what they are measured by (days, staff on
duty, sessions, meetings, requests, exhibitors); then every KPI is worked out as it is for the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np

from sim.expo.expo import SESSION_KINDS, Expo
from sim.floor.arrays import NONE, IntArray, Staff
from sim.floor.index import owners
from sim.floor.trace import COLUMNS, Trace
from sim.statistics.duty import Duty
from sim.statistics.encounters import Encounters
from sim.statistics.interactions import Interactions, read_interactions
from sim.statistics.ledger import DAY, Bools, Ledger
from sim.statistics.sides import Sides, read_sides

__all__ = ["Group", "Restricted"]

_TOUR: Final = SESSION_KINDS.index("tour")


@dataclass(frozen=True, slots=True)
class Group:
    """What of an expo belongs to a group; masks over its arrays."""

    name: str
    rows: Bools  # of the trace
    exhibitors: Bools
    meetings: Bools
    sessions: Bools
    requests: Bools
    windows: Bools  # of matchmaking
    organisations: Bools | None = None  # of whose interactions, wherever they came about; None: the rows' own
    day: int | None = None  # all else of the expo's hours is left out
    encounters: Callable[[Encounters], Bools] | None = None  # of those of the whole; None: nothing is said
    shortfalls: Bools | None = None  # None: nothing is said


class Restricted(Ledger):
    """The ledger of a group."""

    def __init__(self, whole: Ledger, group: Group) -> None:
        chosen = np.flatnonzero(group.rows)
        trace = Trace(**{name: getattr(whole.trace, name)[chosen] for name in COLUMNS})
        super().__init__(_restricted(whole.expo, group), trace)
        self._whole, self._group = whole, group

    @cached_property
    def exhibitors(self) -> IntArray:
        """The group's exhibitors."""
        return np.flatnonzero(self._group.exhibitors)

    @cached_property
    def duty(self) -> Duty:
        """Staff of the group's booths on duty, on its day if it has one."""
        staff, day = self.floor.staff, self._group.day
        low, high = (0, self.floor.end) if day is None else (day * DAY, (day + 1) * DAY)
        begin, end = np.clip(staff.shift_from, low, high), np.clip(staff.shift_to, low, high)
        member = owners(staff.shift_index)
        kept = (begin < end) & self._group.exhibitors[staff.booth[member]]
        index = np.concatenate(([0], np.cumsum(np.bincount(member[kept], minlength=len(staff.booth)))))
        return Duty(Staff(staff.booth, staff.pace, index, begin[kept], end[kept]), self.floor.end)

    @cached_property
    def interactions(self) -> Interactions:
        """Interactions of the group; its exhibitors' people have some at others' booths, too."""
        theirs, met = self._group.organisations, self._whole.interactions
        if theirs is None:
            return read_interactions(self, self.sides)
        mask = theirs[met.organisation] | theirs[met.partner]
        return _only(met, mask)

    @cached_property
    def encounters(self) -> Encounters:
        """Encounters of the group, of those of the whole: who stands together is not known from a part."""
        chosen = self._group.encounters
        if chosen is None:
            raise ValueError(f"nothing is said of encounters of {self._group.name!r}")
        met = self._whole.encounters
        return _only(met, chosen(met))

    @cached_property
    def sides(self) -> Sides:
        """Sides of meetings; those outside the group, of which it has no rows, were not scheduled either."""
        sides = read_sides(self)
        return replace(sides, ordinary=sides.ordinary & self._group.meetings)


_Met = TypeVar("_Met", Interactions, Encounters)


def _only(met: _Met, mask: Bools) -> _Met:
    """These interactions, or encounters, alone."""
    columns = [f.name for f in fields(met) if f.name != "n_organisations"]
    return replace(met, **{name: getattr(met, name)[mask] for name in columns})


def _restricted(expo: Expo, group: Group) -> Expo:
    """The expo with what does not belong to the group left out; its numbers stay as they are."""
    programme, requests = expo.programme, expo.requests
    window = {
        name: getattr(programme, name)[group.windows]
        for name in type(programme).__slots__
        if name.startswith("window_")
    }
    whole: dict[str, Any] = {
        # stops of tours are sessions and no activities, and so are those outside the group here
        "programme": replace(programme, kind=np.where(group.sessions, programme.kind, _TOUR), **window),
        "requests": type(requests)(
            **{name: getattr(requests, name)[group.requests] for name in type(requests).__slots__}
        ),
        "exhibitors": replace(
            expo.exhibitors, sponsor=np.where(group.exhibitors, expo.exhibitors.sponsor, NONE)
        ),
    }
    if group.shortfalls is not None:
        whole["shortfalls"] = expo.shortfalls.only(np.flatnonzero(group.shortfalls))
    if group.day is not None:
        that = np.arange(expo.n_days) == group.day
        whole["day_close"] = np.where(that, expo.day_close, expo.day_open)
    return replace(expo, **whole)
