"""Meetings of more than two: accepted requests of one guest that belong together become one meeting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.asking import Sent, pair_keys
from sim.expo.meetings.participants import GUESTS, HOSTS, Attendance
from sim.floor.arrays import NONE, IntArray
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Joined", "join_requests"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Joined:
    """Of which meeting each request of a programme is part: that of its lead, most often itself."""

    lead: IntArray  # (requests,) of those joined the first
    guest: IntArray  # (requests,) whom those that are joined have in common; NONE: it is alone

    @property
    def rows(self) -> IntArray:
        """The requests that are joined to others."""
        return np.flatnonzero(self.guest != NONE)

    def groups(self) -> Iterator[IntArray]:
        """The requests of each meeting of more than two, the lead first."""
        rows = self.rows
        order = np.argsort(self.lead[rows], kind="stable")
        if len(rows):
            yield from np.split(rows[order], np.flatnonzero(np.diff(self.lead[rows[order]])) + 1)

    def hosts(self, sent: Sent, rows: IntArray) -> IntArray:
        """Whom the guest meets by these requests, which are joined: (rows,)."""
        a, b = sent.asked.asker[rows], sent.asked.asked[rows]
        return np.where(a == self.guest[rows], b, a)

    def summed(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The values (requests,), and at leads the sum over all that are joined to it."""
        rows = self.rows
        if not len(rows):
            return values
        total = values.copy()
        total[rows] = 0.0
        np.add.at(total, self.lead[rows], values[rows])
        return total

    def meetings_of(self, sent: Sent, on: BoolArray, participants: int) -> IntArray:
        """How many different meetings these requests are for each participant: (participants,)."""
        ends = np.concatenate((sent.asked.asker[on], sent.asked.asked[on]))
        if len(self.rows):
            ends = np.unique(np.stack((ends, np.tile(self.lead[on], 2))), axis=1)[0]
        return np.bincount(ends, minlength=participants).astype(np.int64)

    def across(self, sent: Sent, country: IntArray) -> BoolArray:
        """Whether not all who are in the meeting of each request are of one country (participants,)."""
        a, b = country[sent.asked.asker], country[sent.asked.asked]
        across: BoolArray = a != b
        for rows in self.groups():
            across[rows] = across[rows].any()  # all have the guest in common
        return across


def join_requests(
    name: str,
    section: Matchmaking,
    people: Attendance,
    sent: Sent,
    organisations: Organisations,
    streams: Streams,
) -> Joined:
    """Which accepted requests of a guest are joined, by `group_share`, `group_of` and `group_size`.

    Of each accepted request between a guest and a host is drawn, by the keys of the two, whether they
    would meet together with others. Of a guest's, in the order of these draws, each that is not joined
    yet takes in those after it that belong with one that is in already, up to the most sides.
    """
    lead, guest = np.arange(len(sent)), np.full(len(sent), NONE, dtype=np.int64)
    if section.group_share == 0 or not len(sent):
        return Joined(lead, guest)
    a, b = sent.asked.asker, sent.asked.asked
    u = streams.uniform(f"group.{name}", pair_keys(sent.asked, people))
    one_guest = (people.side[a] == GUESTS) & (people.side[b] == HOSTS)
    one_guest |= (people.side[b] == GUESTS) & (people.side[a] == HOSTS)
    one_guest[sent.published] = False  # who meets at a published meeting is settled
    open_ = np.flatnonzero(sent.accepted & one_guest & (u < section.group_share))
    whose = np.where(people.side[a] == GUESTS, a, b)
    host = np.where(people.side[a] == GUESTS, b, a)
    of: dict[int, list[int]] = {}
    for k in open_[np.argsort(u[open_], kind="stable")].tolist():
        of.setdefault(int(whose[k]), []).append(k)
    chain, stage = (
        column[people.organisation].tolist() for column in (organisations.chain, organisations.stage)
    )

    steps = 0 if section.group_of == "stage" else 1

    def belong(one: int, other: int) -> bool:
        if section.group_of == "any":
            return True
        if chain[one] == NONE or chain[one] != chain[other]:
            return False
        return section.group_of == "chain" or abs(stage[one] - stage[other]) == steps

    for who, left in of.items():
        while len(left) > 1:
            group = [left.pop(0)]
            for k in list(left):
                hosts = [int(host[each]) for each in group]
                fits = host[k] not in hosts and any(belong(int(host[k]), each) for each in hosts)
                if fits and len(group) + 1 < section.group_size:
                    group.append(k)
                    left.remove(k)
            if len(group) > 1:
                lead[group], guest[group] = min(group), who
    return Joined(lead, guest)
