"""The ledger: what a trace of an expo adds up to, each part made when it is first asked for.

All statistics read from here, as arrays; frames are made only for those who ask for frames.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.duty import Duty
from sim.statistics.encounters import Encounters, read_encounters
from sim.statistics.interactions import Interactions, read_interactions
from sim.statistics.presence import Presence
from sim.statistics.reading import DAY, QUEUES, Bools, Floats, Integers, Reading, Rows, minutes, moments
from sim.statistics.sides import Sides, read_sides

__all__ = ["DAY", "QUEUES", "Bools", "Floats", "Integers", "Ledger", "Rows", "minutes", "moments"]


class Ledger(Reading):
    """A reading of an expo and its trace, with what is made of several kinds of rows."""

    @cached_property
    def duty(self) -> Duty:
        """Staff on duty."""
        return Duty(self.floor.staff, self.floor.end)

    @cached_property
    def exhibitors(self) -> IntArray:
        """The exhibitors that KPIs are about: all, but in a group of them."""
        return np.arange(self.n_exhibitors)

    @cached_property
    def sides(self) -> Sides:
        """Both sides of each meeting."""
        return read_sides(self)

    @cached_property
    def interactions(self) -> Interactions:
        """All interactions."""
        return read_interactions(self, self.sides)

    @cached_property
    def encounters(self) -> Encounters:
        """Visitors who fell into talk with each other, drawn from where they stood together."""
        return read_encounters(self)

    @cached_property
    def presence(self) -> Presence:
        """People present, in all and by hall."""
        return Presence(self)
