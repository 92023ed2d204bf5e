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

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from sim.expo.expo import Expo
from sim.floor.arrays import NONE, IntArray
from sim.statistics.interactions import InteractionKind, Interactions
from sim.statistics.network.network import Network
from sim.statistics.network.rewiring import rewired
from sim.statistics.sides import Sides

__all__ = ["FEWEST_STAGES", "LONG", "REWIRINGS", "Alliance", "Alliances", "read_alliances", "triangle_groups"]

FEWEST_STAGES: Final = 3
REWIRINGS: Final = 20
"""Random networks that alliances are compared with."""

_REPEATED: Final = 2  # useful interactions
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
        groups = self._spanning(self.strong.one, self.strong.other)
        every = [self._alliance(members, ties) for members, ties in groups]
        return tuple(sorted(every, key=lambda each: (-len(each.members), each.members)))

    @cached_property
    def at_random(self) -> IntArray:
        """Alliances in each of `REWIRINGS` networks of the same exhibitors with as many strong ties each."""
        return self._in_random(None)

    @cached_property
    def mixed(self) -> IntArray:
        """As `at_random`, and as many strong ties join each two chains, or are within each, as they do."""
        return self._in_random(self.expo.organisations.chain[: self.strong.n_exhibitors])

    def _in_random(self, group: IntArray | None) -> IntArray:
        strong, key = self.strong, self.expo.organisations.key[: self.strong.n_exhibitors]
        one, other = rewired(self.expo.streams, key, strong.one, strong.other, REWIRINGS, group=group)
        return np.array([len(self._spanning(a, b)) for a, b in zip(one, other, strict=True)], dtype=np.int64)

    def _spanning(self, one: IntArray, other: IntArray) -> list[tuple[list[int], list[int]]]:
        """Members and rows of ties of those groups that cover enough stages of a chain."""
        groups = triangle_groups(one.tolist(), other.tolist())
        return [group for group in groups if self._stages(group[0]) >= FEWEST_STAGES]

    def _stages(self, members: Iterable[int]) -> int:
        """The most stages of one chain that they cover."""
        chain, stage = self._place
        covered = Counter(chain_ for chain_, _ in {(chain[m], stage[m]) for m in members})
        return max(covered.values())

    @cached_property
    def _place(self) -> tuple[list[int], list[int]]:
        of, n = self.expo.organisations, self.strong.n_exhibitors
        return of.chain[:n].tolist(), of.stage[:n].tolist()

    def _alliance(self, members: list[int], ties: list[int]) -> Alliance:
        of, who = self.expo.organisations, self.expo.exhibitors
        rank = [2 if of.fortune_500[m] else int(who.sponsor[m] != NONE) for m in members]
        _, _, last = max(zip(rank, who.area_m2[members].tolist(), (-m for m in members), strict=True))
        leading = -last  # the lowest number of equal ones
        ends = {(int(self.strong.one[tie]), int(self.strong.other[tie])) for tie in ties}
        partners = {a + b - leading for a, b in ends if leading in (a, b)}
        return Alliance(
            members=tuple(members),
            leading=leading,
            initiates=any((leading, partner) in self.begun for partner in partners),
            chains=tuple(sorted({int(of.chain[m]) for m in members})),
            stages=self._stages(members),
            ties=np.array(ties, dtype=np.int64),
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


def triangle_groups(one: Sequence[int], other: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """Communities of triangles of the ties one-other, each tie once: members in order, rows of ties.

    Triangles that share a tie are of one community (the 3-clique communities of Palla and others 2005).
    The rows are those of ties in a triangle; in order of the first.
    """
    near: dict[int, dict[int, int]] = {}
    for row, (a, b) in enumerate(zip(one, other, strict=True)):
        near.setdefault(a, {})[b] = row
        near.setdefault(b, {})[a] = row
    root = list(range(len(one)))

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = row = root[root[row]]
        return row

    closed = set()
    for row, (a, b) in enumerate(zip(one, other, strict=True)):
        for c in near[a].keys() & near[b].keys():
            closed.add(row)
            for side in (near[a][c], near[b][c]):
                root[find(side)] = find(row)
    groups: dict[int, list[int]] = {}
    for row in sorted(closed):
        groups.setdefault(find(row), []).append(row)
    return [
        (sorted({end for row in rows for end in (one[row], other[row])}), rows) for rows in groups.values()
    ]
