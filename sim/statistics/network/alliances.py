"""Industry alliances: groups of exhibitors, tied strongly to each other, that span stages of a chain.

A *strong tie* is a useful contact of two exhibitors that had at least two useful interactions, or an
organised meeting that was held, or were together for at least three times as long as makes a contact useful
(by default a quarter of an hour). What makes a tie strong is time, and what is done for each other
(Granovetter 1973, *The strength of weak ties*); the numbers are assumptions. A tie has no direction: both
sides gave their time to it.

A *group* is a community of triangles (clique percolation of Palla, Derényi, Farkas and Vicsek 2005, k = 3):
two triangles of strong ties belong together if they share two members. It is an *alliance* if its members
cover at least three stages of one chain (an assumption). One exhibitor may be in several.

Strong ties must be few: at random, triangles join into one group that swallows everybody where each of n
exhibitors has more than sqrt(n / 2) of them (Derényi, Palla and Vicsek 2005). With all useful contacts a fair
of 600 exhibitors is there, at 18 each; with strong ones it is far below.

The *leading company* of an alliance is its member on the Fortune Global 500 list, else its sponsor, else the
one with the largest stand; of several, the one with the largest stand. It *initiates* if it began a useful
interaction with a member to which it has a strong tie: its people went to the other's booth, or it asked for
the meeting. These too are assumptions: who is first in an industry the model does not know otherwise.

Two kinds of random networks say what chance makes (`Alliances.at_random`, `mixed`). Of the reference event
there are three to five times as many alliances as where each has as many strong ties with anybody, and about
as many as where chains meet each other as often as they do: in this model that companies of a chain meet is
what makes alliances, and that friends of friends meet is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from sim.expo.expo import Expo
from sim.floor.arrays import NONE, IntArray
from sim.statistics.interactions import InteractionKind, Interactions
from sim.statistics.measures import distinct
from sim.statistics.network.network import Network
from sim.statistics.network.rewiring import rewired
from sim.statistics.network.triangles import triangle_groups
from sim.statistics.sides import Sides

__all__ = ["FEWEST_STAGES", "LONG", "REWIRINGS", "Alliance", "Alliances", "read_alliances"]

FEWEST_STAGES: Final = 3
REWIRINGS: Final = 20
"""Random networks that alliances are compared with."""

_REPEATED: Final = 2  # useful interactions
_TIES: Final = 1 << 16  # of random networks that are looked at side by side: bounds the memory
LONG: Final = 3
"""Times what makes a contact useful: so long together makes a tie strong."""


@dataclass(frozen=True)
class Alliance:
    """One alliance: organisations by their numbers."""

    members: tuple[int, ...]  # in order
    leading: int  # the leading company among them
    initiates: bool  # whether it began an interaction with one of them that it has a strong tie with
    chains: tuple[int, ...]  # of its members, in order
    stages: int  # the most of one chain that it covers
    ties: IntArray  # rows of the strong ties within


@dataclass(frozen=True)
class Alliances:
    """All alliances of a replication, and the strong ties they are made of."""

    strong: Network
    begun: frozenset[tuple[int, int]]  # (who began, with whom): a useful interaction of two exhibitors
    expo: Expo

    @cached_property
    def every(self) -> tuple[Alliance, ...]:
        """The alliances, the largest first."""
        strong = self.strong
        group = triangle_groups(strong.one, strong.other)
        stages = self._stages(group, strong.one, strong.other)
        spanning = np.flatnonzero(stages >= FEWEST_STAGES).tolist()
        every = [self._alliance(np.flatnonzero(group == each), int(stages[each])) for each in spanning]
        return tuple(sorted(every, key=lambda each: (-len(each.members), each.members)))

    @cached_property
    def at_random(self) -> IntArray:
        """Alliances in each of `REWIRINGS` networks of the same exhibitors with as many strong ties each."""
        return self._in_random[0]

    @cached_property
    def mixed(self) -> IntArray:
        """As `at_random`, and as many strong ties join each two chains, or are within each, as they do."""
        return self._in_random[1]

    @cached_property
    def _in_random(self) -> list[IntArray]:
        """Both, of the same draws."""
        strong, of = self.strong, self.expo.organisations
        key, chain = of.key[: strong.n_exhibitors], of.chain[: strong.n_exhibitors]
        kinds = rewired(self.expo.streams, key, strong.one, strong.other, REWIRINGS, groups=(None, chain))
        return [self._alliances_in(*each) for each in kinds]

    def _alliances_in(self, one: IntArray, other: IntArray) -> IntArray:
        """How many there are in each network: (networks,), of ties (networks, ties)."""
        found = [np.zeros(0, dtype=np.int64)]
        for low in range(0, len(one), at_once := max(1, _TIES // max(1, one.shape[1]))):
            found.append(self._spanning(one[low : low + at_once], other[low : low + at_once]))
        return np.concatenate(found)

    def _spanning(self, one: IntArray, other: IntArray) -> IntArray:
        """How many groups cover enough stages of a chain in each of several networks: (networks, ties)."""
        apart = (np.arange(len(one)) * self.strong.n_exhibitors)[:, None]  # side by side as one network
        one, other = (one + apart).ravel(), (other + apart).ravel()
        group = triangle_groups(one, other)
        spanning = self._stages(group, one, other) >= FEWEST_STAGES
        tie = np.flatnonzero(group != NONE)
        network = np.zeros(len(spanning), dtype=np.int64)
        network[group[tie]] = one[tie] // max(1, self.strong.n_exhibitors)
        return np.bincount(network[spanning], minlength=len(apart))

    def _stages(self, group: IntArray, one: IntArray, other: IntArray) -> IntArray:
        """The most stages of one chain that each group of ties covers."""
        of, n = self.expo.organisations, max(1, self.strong.n_exhibitors)
        chain, stage = of.chain[:n], of.stage[:n]
        tie = np.flatnonzero(group != NONE)
        member = np.concatenate((one[tie], other[tie])) % n
        chains, stages = int(chain.max(initial=0)) + 1, int(stage.max(initial=0)) + 1
        of_chain = np.concatenate((group[tie], group[tie])) * chains + chain[member]
        groups = int(group.max(initial=NONE)) + 1
        there = distinct(of_chain * stages + stage[member]) // stages
        covered = np.bincount(there, minlength=groups * chains).reshape(groups, chains)
        most: IntArray = covered.max(axis=1, initial=0)
        return most

    def _alliance(self, ties: IntArray, stages: int) -> Alliance:
        """That of these strong ties."""
        of, who = self.expo.organisations, self.expo.exhibitors
        pairs = list(zip(self.strong.one[ties].tolist(), self.strong.other[ties].tolist(), strict=True))
        members = sorted({end for pair in pairs for end in pair})
        rank = [2 if of.fortune_500[m] else int(who.sponsor[m] != NONE) for m in members]
        _, _, last = max(zip(rank, who.area_m2[members].tolist(), (-m for m in members), strict=True))
        leading = -last  # the lowest number of equal ones
        partners = {a + b - leading for a, b in pairs if leading in (a, b)}
        return Alliance(
            members=tuple(members),
            leading=leading,
            initiates=any((leading, partner) in self.begun for partner in partners),
            chains=tuple(sorted({int(of.chain[m]) for m in members})),
            stages=stages,
            ties=ties,
        )


def read_alliances(
    expo: Expo, network: Network, met: Interactions, sides: Sides, long: int = LONG
) -> Alliances:
    """The alliances of a replication; `long` times what makes a contact useful makes a tie strong."""
    contacts, e = network.contacts, network.n_exhibitors
    strong = contacts.useful >= _REPEATED
    strong |= contacts.of_kind[InteractionKind.MEETING] > 0
    strong |= contacts.length >= long * expo.terms.useful
    return Alliances(contacts.where(strong & (contacts.other < e)), _begun(expo, met, sides, e), expo)


def _begun(expo: Expo, met: Interactions, sides: Sides, e: int) -> frozenset[tuple[int, int]]:
    """Who began useful interactions with whom: whose people came to the booth, or who asked for the meeting.

    An exchange in a session is begun by nobody.
    """
    both = met.useful & (met.organisation < e) & (met.partner < e)
    rows = np.flatnonzero(both & (met.kind != InteractionKind.EXCHANGE))
    began, partner = met.organisation[rows].copy(), met.partner[rows].copy()
    meeting = np.flatnonzero(met.meeting[rows] != NONE)
    request = sides.request[met.meeting[rows[meeting]]]
    asker = np.append(expo.requests.asker, NONE)[request]
    turned = meeting[asker == partner[meeting]]
    began[turned], partner[turned] = partner[turned], began[turned]
    began[meeting[(asker != began[meeting])]] = NONE  # nobody of the two asked for it
    return frozenset(zip(began.tolist(), partner.tolist(), strict=True))
