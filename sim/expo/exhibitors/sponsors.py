"""Sponsors: which exhibitors have been promised something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arithmetic import log
from sim.floor.arrays import NONE, IntArray
from sim.streams import FloatArray, KeyArray, Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["draw_sponsors"]


def draw_sponsors(scenario: Scenario, keys: KeyArray, area: FloatArray, streams: Streams) -> IntArray:
    """The kind of sponsor of each exhibitor, numbered as `exhibitors.sponsors`, or NONE.

    If the exhibitors' file names some, they are as it says. Others are drawn without replacement with weights
    of their areas (an assumption), by the keyed clocks of Efraimidis and Spirakis (2006), so that one
    exhibitor more leaves the others' clocks as they were.
    """
    kinds = scenario.data.exhibitors.sponsors
    sponsor = np.full(len(keys), NONE, dtype=np.int64)
    if not kinds:
        return sponsor
    names = list(kinds)
    if any(row.sponsor is not None for row in scenario.exhibitor_rows):
        for i, row in enumerate(scenario.exhibitor_rows):
            sponsor[i] = NONE if row.sponsor is None else names.index(row.sponsor)
        return sponsor
    clock = -log(streams.uniform("sponsor", keys)) / area
    drawn = np.argsort(clock, kind="stable")[: sum(kinds.values())]
    sponsor[drawn] = np.repeat(np.arange(len(names)), list(kinds.values()))[: len(drawn)]
    return sponsor
