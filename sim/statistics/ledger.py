"""The ledger: what a trace of an expo adds up to, each part made when it is first asked for.

All statistics read from here, as arrays; frames are made only for those who ask for frames.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from sim.floor.arrays import IntArray
from sim.sorting import order_of
from sim.statistics.badges.records import Records, read_badges
from sim.statistics.duty import Duty
from sim.statistics.encounters import Encounters, read_encounters
from sim.statistics.interactions import Interactions, read_interactions
from sim.statistics.network.alliances import Alliances, read_alliances
from sim.statistics.network.connectivity import connectivity
from sim.statistics.network.network import Network, read_network
from sim.statistics.outcomes import Outcomes, read_outcomes
from sim.statistics.presence import Presence
from sim.statistics.reading import DAY, QUEUES, Bools, Floats, Integers, Reading, Rows, minutes, moments
from sim.statistics.sides import Sides, read_sides

if TYPE_CHECKING:
    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

__all__ = ["DAY", "QUEUES", "Bools", "Floats", "Integers", "Ledger", "Rows", "minutes", "moments", "once"]


_T = TypeVar("_T")


def once(function: Callable[[Ledger], _T]) -> Callable[[Ledger], _T]:
    """A function of a ledger, worked out once for each ledger however many ask."""

    @wraps(function)
    def kept(ledger: Ledger) -> _T:
        if function not in ledger.found:
            ledger.found[function] = function(ledger)
        value: _T = ledger.found[function]
        return value

    return kept


class Ledger(Reading):
    """A reading of an expo and its trace, with what is made of several kinds of rows."""

    def __init__(self, expo: Expo, trace: Trace) -> None:
        super().__init__(expo, trace)
        self._partners: dict[int, IntArray] = {}
        self.found: dict[Callable[[Ledger], Any], Any] = {}  # of functions worked out `once`

    @cached_property
    def duty(self) -> Duty:
        """Staff on duty."""
        return Duty(self.floor.staff, self.floor.end)

    @cached_property
    def talked(self) -> IntArray:
        """Time on duty that the staff of each booth spent in conversations, ms: (exhibitors,)."""
        talks = self.conversations
        return self.on_duty(talks.other, talks.begin, talks.end)

    def on_duty(self, actor: Integers, begin: Integers, end: Integers) -> IntArray:
        """How much of such times of members of staff is on duty, ms, by booth: (exhibitors,)."""
        member, n = actor - self.n_party_days, self.n_exhibitors
        ms = self.duty.within(member, begin, end)  # whole numbers below 2^53 are exact on the way
        return np.bincount(self.floor.staff.booth[member], ms, minlength=n).astype(np.int64)

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
    def useful_contacts(self) -> IntArray:
        """Other organisations with which each exhibitor has a useful contact."""
        return self.interactions.partners(self.interactions.useful, self.n_exhibitors)

    @cached_property
    def network(self) -> Network:
        """Organisations and the ties between those that had an interaction."""
        return read_network(self, self.interactions)

    @cached_property
    def alliances(self) -> Alliances:
        """Groups of exhibitors with strong ties that span stages of a chain."""
        return read_alliances(self.expo, self.network, self.interactions, self.sides)

    @cached_property
    def connectivity(self) -> dict[str, float]:
        """The components of the connectivity index by name."""
        of = self.expo.organisations
        return connectivity(self.network.contacts, of.chain, of.country)

    @cached_property
    def encounters(self) -> Encounters:
        """Visitors who fell into talk with each other, drawn from where they stood together."""
        return read_encounters(self)

    @cached_property
    def badges(self) -> Records:
        """What badges would have recorded if everybody wore one, companions left out."""
        return read_badges(self, 1)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What came of useful contacts, drawn pair by pair."""
        return read_outcomes(self, self.interactions)

    @cached_property
    def presence(self) -> Presence:
        """People present, in all and by hall."""
        return Presence(copy(self))  # itself would keep itself, and the expo, until Python looks for cycles

    def met(self, mask: Bools) -> tuple[IntArray, IntArray, IntArray]:
        """The party-days at either end of the interactions in `mask`, with their partner and the row."""
        met = self.interactions
        one, other = (np.flatnonzero(mask & self.is_party(end)) for end in (met.actor, met.partner_actor))
        actor = np.concatenate((met.actor[one], met.partner_actor[other]))
        partner = np.concatenate((met.partner_actor[one], met.actor[other]))
        return actor, partner, np.concatenate((one, other))

    def partners(self, least: int) -> IntArray:
        """Different partners of each party-day in interactions of at least so many ms."""
        if least not in self._partners:
            actor, longest = self._longest
            self._partners[least] = np.bincount(actor[longest >= least], minlength=self.n_party_days)
        return self._partners[least]

    @cached_property
    def _longest(self) -> tuple[IntArray, Integers]:
        """Of each party-day and partner of it: the party-day, and their longest interaction (ms)."""
        actor, partner, row = self.met(np.ones(len(self.interactions), dtype=np.bool_))
        pair = actor * self.floor.n_actors + partner
        order = order_of(pair)
        first = np.flatnonzero(np.diff(pair[order], prepend=-1))
        longest = self.interactions.length[row[order]]
        if len(first):
            longest = np.maximum.reduceat(longest, first)
        return actor[order[first]], longest
