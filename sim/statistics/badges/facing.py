"""Who faced whom, person by person: what badges could have seen, if everybody had worn one.

A badge is worn on the chest and the body shields it: it sees another badge only within 1 to 2 m and only if
the two face each other (Stehle et al., BMC Medicine 9:87, 2011, of these very records).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import IntArray
from sim.statistics.encounters import EncounterKind, occasions
from sim.statistics.interactions import InteractionKind
from sim.statistics.reading import Bools, Floats
from sim.streams import KeyArray, subkeys

if TYPE_CHECKING:
    from sim.statistics.ledger import Ledger

__all__ = ["AT_REST", "A_TABLE", "Facing", "People", "facing"]

A_TABLE: Final = 4  # of one party who face each other at once; an assumption
AT_REST: Final = (EncounterKind.COFFEE, EncounterKind.MEAL, EncounterKind.LOUNGE)
"""Where the people of a party face each other: elsewhere they walk, look, listen and queue side by side."""


class People:
    """Persons: those of each party, one after the other, then the members of staff."""

    def __init__(self, ledger: Ledger) -> None:
        largest = ledger.most()
        self._ledger = ledger
        self._largest = largest
        self.size = ledger.people
        self._first = np.cumsum(largest) - largest
        self.n_visitors = int(largest.sum())
        self.n = self.n_visitors + len(ledger.floor.staff.booth)

    @cached_property
    def first(self) -> IntArray:
        """The first person of each actor; the others follow."""
        staff = np.arange(self.n_visitors, self.n)
        return np.concatenate((self._first[self._ledger.floor.party_days.party], staff))

    @cached_property
    def key(self) -> KeyArray:
        """Of each person's keyed draws: the same on all its days, whoever else is there."""
        ledger = self._ledger
        of_party = np.zeros(len(self._largest), dtype=np.uint64)
        of_party[ledger.floor.party_days.party] = ledger.expo.parties.key
        booth = ledger.floor.staff.booth
        among = np.arange(len(booth)) - np.searchsorted(booth, booth)
        parents = (np.repeat(of_party, self._largest), ledger.expo.organisations.key[booth])
        positions = (np.arange(self.n_visitors) - np.repeat(self._first, self._largest), among)
        return np.concatenate([subkeys(*each) for each in zip(parents, positions, strict=True)])

    def wearing(self, fraction: float, staff: float) -> Bools:
        """Whether each person wears a badge; who does at some fraction does at any greater one."""
        least: Floats = np.repeat((fraction, staff), (self.n_visitors, self.n - self.n_visitors))
        wearing: Bools = self._ledger.expo.streams.uniform("badges", self.key) < least
        return wearing


@dataclass(frozen=True)
class Facing:
    """Stretches in which two persons faced each other, one entry each; the lower person first."""

    one: IntArray
    other: IntArray
    start: IntArray  # ms
    end: IntArray  # ms

    def where(self, mask: Bools) -> Facing:
        """Those for which `mask` holds."""
        return Facing(self.one[mask], self.other[mask], self.start[mask], self.end[mask])


def facing(ledger: Ledger, people: People, *, companions: bool) -> Facing:
    """All stretches of a replication.

    Whoever talks with a party faces each of its people for as long. Who comes to a booth again faces whom
    it talked to at first: it asks for whom it knows, and staff are interchangeable in the model. With
    `companions`, the people of a party face each other at coffee, over meals and in the lounge.
    """
    ends = []
    met, fell = ledger.interactions, ledger.encounters
    partner = _whom_it_knows(ledger)
    for actor, other, of in ((met.actor, partner, met), (fell.actor, fell.partner_actor, fell)):
        row, i, j = _each_with_each(people.size[actor], people.size[other])
        one, two = people.first[actor[row]] + i, people.first[other[row]] + j
        ends.append((one, two, of.start[row], of.start[row] + of.length[row]))
    if companions:
        ends.append(_companions(ledger, people))
    one, two, start, end = (np.concatenate(columns) for columns in zip(*ends, strict=True))
    return Facing(np.minimum(one, two), np.maximum(one, two), start, end)


def _each_with_each(size: IntArray, other: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Each of some with each of some others, row for row: the row, and the number of either."""
    pairs = size * other
    row = np.repeat(np.arange(len(pairs)), pairs)
    k = np.arange(len(row)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    return row, k // other[row], k % other[row]


def _whom_it_knows(ledger: Ledger) -> IntArray:
    """The partner of each interaction; at a booth, the member with whom the party talked there first."""
    met, partner = ledger.interactions, ledger.interactions.partner_actor.copy()
    talk = np.flatnonzero(met.kind == InteractionKind.CONVERSATION)
    talk = talk[np.argsort(met.start[talk], kind="stable")]
    pair = ledger.who[met.actor[talk]] * len(ledger.expo.organisations.name) + met.partner[talk]
    _, first, of = np.unique(pair, return_index=True, return_inverse=True)
    partner[talk] = partner[talk[first[of]]]
    return partner


def _companions(ledger: Ledger, people: People) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Every two of a party at one table, whenever it stands or sits with nothing to look at."""
    where = occasions(ledger)
    rest = np.flatnonzero(np.isin(where.kind, AT_REST) & (where.end > where.start))
    actor = where.actor[rest]
    row, i, j = _each_with_each(people.size[actor], people.size[actor])
    face = (i < j) & (i // A_TABLE == j // A_TABLE)
    row, i, j = row[face], i[face], j[face]
    first = people.first[actor[row]]
    return first + i, first + j, where.start[rest[row]], where.end[rest[row]]
