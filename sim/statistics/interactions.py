"""Interactions: conversations, exchange contacts and held meetings between two organisations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import combinations

import numpy as np

from sim.floor.arrays import NONE, IntArray
from sim.floor.trace import Kind
from sim.statistics.measures import distinct, pair_numbers
from sim.statistics.reading import Bools, Integers, Reading
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
    def at_booths(self) -> Bools:
        """Whether each is a conversation at a booth; the others came about in the programme."""
        at_booths: Bools = self.kind == InteractionKind.CONVERSATION
        return at_booths

    def partners(self, mask: Bools, n: int) -> IntArray:
        """How many other organisations each of the first `n` met in the interactions in `mask`."""
        pairs = distinct(self.pair[mask])
        ends = np.concatenate((pairs // self.n_organisations, pairs % self.n_organisations))
        return np.bincount(ends[ends < n], minlength=n)

    def in_meetings(self, side: IntArray, partner: IntArray) -> IntArray:
        """Who, of these two columns, was in a meeting held, once a meeting, be it of more than two."""
        met = self.kind == InteractionKind.MEETING
        who = np.concatenate((side[met], partner[met]))
        once: IntArray = np.unique(np.stack((who, np.tile(self.meeting[met], 2))), axis=1)[0]
        return once


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
    held, one, two = _pairs(sides)
    actor = np.concatenate((talks.actor, contacts.actor, sides.actor[one, held]), dtype=np.int64)
    partner_actor = np.concatenate((talks.other, contacts.other, sides.actor[two, held]), dtype=np.int64)
    begin, unbooked = sides.begin[held], len(talks) + len(contacts)
    columns = {
        "kind": np.repeat(np.arange(3, dtype=np.int8), (len(talks), len(contacts), len(held))),
        "start": np.concatenate((talks.begin, contacts.begin, begin)),
        "length": np.concatenate((talks.served, contacts.served, sides.end[0, held] - begin)),
        "place": np.concatenate(
            (talks.place, contacts.place, reading.floor.meetings.place[held]), dtype=np.int64
        ),
        "actor": actor,
        "partner_actor": partner_actor,
        "organisation": np.concatenate(
            (reading.organisation[actor[:unbooked]], sides.organisation[one, held])
        ),
        "partner": np.concatenate(
            (reading.organisation[partner_actor[:unbooked]], sides.organisation[two, held])
        ),
        "meeting": np.concatenate((np.full(unbooked, NONE, dtype=np.int64), held)),
    }
    terms = reading.expo.terms
    columns["useful"] = columns["length"] >= terms.useful
    if not terms.useful_exchanges:  # who is paired in a round is chance, and all rounds are as long
        columns["useful"] &= columns["kind"] != InteractionKind.EXCHANGE
    different = columns["organisation"] != columns["partner"]
    if not different.all():
        columns = {name: column[different] for name, column in columns.items()}
    return Interactions(**columns, n_organisations=len(reading.expo.organisations.name))
