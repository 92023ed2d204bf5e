"""The expo of one replication: who, where and when, as arrays; what the statistics read names from.

Organisations are numbered exhibitors first: exhibitor i is organisation i, and its booth is place i
of the floor. Organisations from `n_exhibitors` on are the visitors' companies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import NONE, Floor, IntArray
from sim.matchmaking import Reason, Reply

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "REASONS",
    "REPLIES",
    "SESSION_KINDS",
    "Exhibitors",
    "Expo",
    "Organisations",
    "Parties",
    "Programme",
    "Requests",
    "TimetableFacts",
]

FloatArray = npt.NDArray[np.float64]

SESSION_KINDS = ("ceremony", "forum", "seminar", "exchange", "debut", "tour")
REPLIES = tuple(reply.name.lower() for reply in Reply)
REASONS = tuple(reason.name.lower() for reason in Reason)


@dataclass(frozen=True, slots=True)
class Organisations:
    """All organisations; codes index the tuples of names in `Expo`."""

    name: tuple[str, ...]
    key: npt.NDArray[np.uint64]  # of its keyed draws
    chain: IntArray
    stage: IntArray
    country: IntArray
    belt_and_road: IntArray  # 0 or 1
    fortune_500: IntArray  # 0 or 1
    offers: FloatArray  # (n, chains * stages): what it supplies; rows sum to 1
    needs: FloatArray  # (n, chains * stages): what it buys; the greatest of a row is 1


@dataclass(frozen=True, slots=True)
class Exhibitors:
    """Exhibitors: the first organisations, each with a booth."""

    area_m2: FloatArray
    staff: IntArray
    pavilion: IntArray  # or NONE
    direct: IntArray  # 1: a direct exhibitor; 0: a partner in a pavilion
    debut: IntArray  # 1: shows a new product
    sponsor: IntArray  # index into Expo.sponsors, or NONE
    attraction: FloatArray  # weight among booths


@dataclass(frozen=True, slots=True)
class Parties:
    """Party-days, row for row those of `floor.party_days`."""

    persona: IntArray
    organisation: IntArray
    day: IntArray  # 0 is the first
    hosted: IntArray  # 1: the organiser pays for the party


@dataclass(frozen=True, slots=True)
class Programme:
    """Activities: first the sessions, row for row those of `floor.sessions`, then none other.

    Matchmaking windows are activities too and stand in `windows`; tour stops are sessions of kind
    `tour` and are not counted as activities.
    """

    title: tuple[str, ...]
    kind: IntArray  # index into SESSION_KINDS
    rule: tuple[str, ...]  # name of the programme table (or of the persona, for a tour)
    chain: IntArray  # of its first host, or NONE
    host_index: IntArray  # hosts of each session ...
    host: IntArray  # ... exhibitors
    # matchmaking windows
    window_programme: IntArray  # index into Expo.matchmaking
    window_day: IntArray
    window_start: IntArray  # ms
    window_end: IntArray  # ms
    window_slots: IntArray
    window_tables: IntArray


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests for meetings, all programmes together."""

    programme: IntArray  # index into Expo.matchmaking
    asker: IntArray  # organisation
    asked: IntArray  # organisation
    asker_party: IntArray  # party (as in floor.party_days.party), NONE: an exhibitor's booth
    asked_party: IntArray  # party, NONE: an exhibitor's booth
    affinity: FloatArray
    score: FloatArray
    asker_wish: FloatArray  # what its profile says each side wishes the meeting by
    asked_wish: FloatArray
    reply: IntArray  # index into REPLIES
    accepted: IntArray  # 0 or 1
    must: IntArray  # 1: it was to be held if it could be
    reason: IntArray  # index into REASONS: why it has no slot; NONE: not accepted
    meeting: IntArray  # row of floor.meetings, or NONE: not scheduled


@dataclass(frozen=True, slots=True)
class TimetableFacts:
    """What is proven of the timetable of a matchmaking programme, in units of the score; nan: not known."""

    value: float  # of its meetings
    bound: float  # no timetable is worth more
    table_worth: float  # one more table-slot adds at most
    exhibitor: IntArray  # the exhibitors that take part ...
    delegate_worth: FloatArray  # ... and what one more delegate of each adds at most
    interpreter_worth: float  # one more interpreter adds, with the same policy


@dataclass(frozen=True, slots=True)
class Expo:
    """One replication of a scenario before the doors open."""

    scenario: Scenario
    replication: int
    organisations: Organisations
    exhibitors: Exhibitors
    parties: Parties
    programme: Programme
    requests: Requests
    timetables: tuple[TimetableFacts, ...]  # one a matchmaking programme
    floor: Floor
    chains: tuple[str, ...]
    stages: tuple[str, ...]
    countries: tuple[str, ...]  # ISO 3166 codes
    personas: tuple[str, ...]
    halls: tuple[str, ...]  # zones 0 .. len(halls) - 1; further zones are outside
    pavilions: tuple[str, ...]
    sponsors: tuple[str, ...]  # kinds of sponsors
    matchmaking: tuple[str, ...]
    places: tuple[str, ...]  # a name for each place
    day_open: IntArray  # (days,) ms: doors open
    day_close: IntArray  # (days,) ms

    @property
    def n_exhibitors(self) -> int:
        """Number of exhibitors, partners in pavilions included."""
        return len(self.exhibitors.area_m2)

    @property
    def n_days(self) -> int:
        """Number of days."""
        return len(self.day_open)

    def __repr__(self) -> str:
        floor = self.floor
        people = int(floor.party_days.size.sum())
        meetings = (floor.meetings.standby_for == NONE).sum()
        return (
            f"Expo({self.scenario.name!r}, replication {self.replication}: {self.n_exhibitors:,} exhibitors, "
            f"{people:,} visits, {len(self.programme.title):,} sessions, "
            f"{meetings:,} meetings, {self.n_days} day{'s' if self.n_days != 1 else ''})"
        )
