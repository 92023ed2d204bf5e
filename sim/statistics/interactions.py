"""Interactions: conversations, exchange contacts and held meetings between two organisations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import combinations

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Kind
from sim.sorting import order_of
from sim.statistics.measures import pair_numbers
from sim.statistics.reading import Bools, Integers, Reading, Rows
from sim.statistics.sides import Sides

__all__ = ["InteractionKind", "Interactions", "read_interactions"]


class InteractionKind(IntEnum):
    """How two organisations came to talk."""

    CONVERSATION = 0  # at a booth
    EXCHANGE = 1  # a round of mixing in a session
    MEETING = 2  # two who were in an organised meeting that was held


@dataclass(frozen=True)
class Interactions:
    """One entry an interaction of two different organisations, conversations first.

    The first side is the visiting party of a conversation, the lower actor of an exchange contact, the
    lower side of a meeting; of one of more than two every two who were there are an entry.
    """

    kind: Integers
    start: IntArray  # ms: when they began to talk
    length: IntArray  # ms
    place: IntArray
    actor: IntArray
    partner_actor: IntArray
    organisation: IntArray
    partner: IntArray  # organisation
    meeting: IntArray  # or NONE
    useful: Bools  # long enough to be useful
    n_organisations: int

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def pair(self) -> IntArray:
        """A number of the unordered pair of organisations."""
        return pair_numbers(self.organisation, self.partner, self.n_organisations)

    @cached_property
    def pairs(self) -> IntArray:
        """The different pairs of organisations, in order."""
        return _different(self.pair[self.by_pair])

    @cached_property
    def by_pair(self) -> IntArray:
        """The order by pair, those of each as they come."""
        return order_of(self.pair)

    def pairs_in(self, mask: Bools) -> IntArray:
        """The different pairs in `mask`, in order."""
        return _different(self.pair[self.by_pair[mask[self.by_pair]]])

    @cached_property
    def at_booths(self) -> Bools:
        """Whether each is a conversation at a booth; the others came about in the programme."""
        at_booths: Bools = self.kind == InteractionKind.CONVERSATION
        return at_booths

    def partners(self, mask: Bools, n: int) -> IntArray:
        """How many other organisations each of the first `n` met in the interactions in `mask`."""
        pairs = self.pairs_in(mask)
        ends = np.concatenate((pairs // self.n_organisations, pairs % self.n_organisations))
        return np.bincount(ends[ends < n], minlength=n)

    def in_meetings(self, side: IntArray, partner: IntArray) -> IntArray:
        """Who, of these two columns, was in a meeting held, once a meeting, be it of more than two."""
        met = self.kind == InteractionKind.MEETING
        who = np.concatenate((side[met], partner[met]))
        once: IntArray = np.unique(np.stack((who, np.tile(self.meeting[met], 2))), axis=1)[0]
        return once


def _different(ordered: IntArray) -> IntArray:
    """The different ones of whole numbers from 0 on that are in order."""
    first: Bools = np.diff(ordered, prepend=-1) != 0
    return ordered[first]


def _pairs(sides: Sides) -> tuple[IntArray, IntArray, IntArray]:
    """Every two who were in a held meeting: the meeting, and the two sides; by meeting."""
    pairs = list(combinations(range(len(sides.there)), 2))
    of, held = np.nonzero([sides.there[a] & sides.there[b] for a, b in pairs])
    order = np.argsort(held, kind="stable")
    one, two = np.array(pairs)[of[order]].T
    return held[order], one, two


def read_interactions(reading: Reading, sides: Sides) -> Interactions:
    """All interactions; those within one organisation are left out."""
    talks, contacts = reading.conversations, reading.rows(Kind.CONTACT)
    whose = np.append(reading.organisation, NONE)
    talks, contacts = (
        rows.where(whose.take(rows.actor) != whose.take(rows.other)) for rows in (talks, contacts)
    )
    held, one, two = _pairs(sides)
    apart = sides.organisation[one, held] != sides.organisation[two, held]
    held, one, two = held[apart], one[apart], two[apart]

    def column(of_rows: Callable[[Rows], Integers], meetings: Integers) -> IntArray:
        return np.concatenate((of_rows(talks), of_rows(contacts), meetings), dtype=np.int64)

    begin = sides.begin[held]
    kind = np.repeat(np.arange(3, dtype=np.int8), (len(talks), len(contacts), len(held)))
    length = column(lambda rows: rows.served, sides.end[0, held] - begin)
    terms = reading.expo.terms
    useful = length >= terms.useful
    if not terms.useful_exchanges:  # who is paired in a round is chance, and all rounds are as long
        useful &= kind != InteractionKind.EXCHANGE
    return Interactions(
        kind=kind,
        start=column(lambda rows: rows.begin, begin),
        length=length,
        place=column(lambda rows: rows.place, reading.floor.meetings.place[held]),
        actor=column(lambda rows: rows.actor, sides.actor[one, held]),
        partner_actor=column(lambda rows: rows.other, sides.actor[two, held]),
        organisation=column(lambda rows: whose.take(rows.actor), sides.organisation[one, held]),
        partner=column(lambda rows: whose.take(rows.other), sides.organisation[two, held]),
        meeting=column(lambda rows: np.full(len(rows), NONE), held),
        useful=useful,
        n_organisations=len(reading.expo.organisations.name),
    )
