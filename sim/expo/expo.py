"""The expo of one replication: who, where and when, as arrays; what the statistics read names from.

Organisations are numbered exhibitors first: exhibitor i is organisation i, and its booth is place i
of the floor. Organisations from `n_exhibitors` on are the visitors' companies.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from math import nan
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt

from sim.expo.shortfalls import Shortfalls
from sim.expo.terms import Terms
from sim.floor.arrays import NEVER, NONE, Floor, IntArray
from sim.matchmaking import Reason, Reply
from sim.matchmaking.wishes.affinity import Profiles, directions, harmonic_mean
from sim.scenario.schema.kinds import ActivityKind
from sim.streams import Streams

__all__ = [
    "REASONS",
    "REPLIES",
    "SESSION_KINDS",
    "Diaries",
    "Exhibitors",
    "Expo",
    "FloorPlan",
    "Organisations",
    "Parties",
    "Programme",
    "Requests",
    "TimetableFacts",
]

FloatArray = npt.NDArray[np.float64]

SESSION_KINDS: Final[tuple[str, ...]] = (*get_args(ActivityKind), "tour")
REPLIES = tuple(reply.name.lower() for reply in Reply)
REASONS = tuple(reason.name.lower() for reason in sorted(Reason))  # by code, not as they are declared


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
    stand: tuple[str, ...]  # number of the stand; empty: none is known


@dataclass(frozen=True, slots=True)
class Parties:
    """Party-days, row for row those of `floor.party_days`."""

    key: npt.NDArray[np.uint64]  # of the party's keyed draws, the same on all its days
    persona: IntArray
    organisation: IntArray
    day: IntArray  # 0 is the first
    hosted: IntArray  # 1: the organiser pays for the party
    authority: FloatArray  # say in purchases, 0 to 1: weighs in the other side's interest
    eagerness: FloatArray  # 0 to 1: weighs in its own interest


@dataclass(frozen=True, slots=True)
class Programme:
    """Sessions, row for row those of `floor.sessions`, and the windows of matchmaking.

    Windows are activities as well as sessions are; tour stops are sessions of kind `tour` and are not
    counted as activities.
    """

    title: tuple[str, ...]
    kind: IntArray  # index into SESSION_KINDS
    rule: tuple[str, ...]  # name of the programme section (or of the persona, for a tour)
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
class Diaries:
    """How much room the diaries of both sides of a matchmaking programme have for what they agreed to.

    Slots are those in which participants with an accepted request could meet, no more each than the
    most meetings it may have, before any meeting of this programme is placed. A diary is full if as
    many meetings are in it.
    """

    visitor_slots: int = 0
    exhibitor_slots: int = 0
    without_slot: int = 0  # accepted requests without a slot; stand-bys are among them
    visitor_full: int = 0  # of these, those whose visitor's diary is full
    exhibitor_full: int = 0  # ..., those whose exhibitor's is


@dataclass(frozen=True, slots=True)
class TimetableFacts:
    """What is proven of the timetable of a matchmaking programme, in units of the score; nan: not known."""

    value: float  # of its meetings
    bound: float  # no timetable is worth more
    table_worth: float  # one more table-slot adds at most
    exhibitor: IntArray  # the exhibitors that take part ...
    delegate_worth: FloatArray  # ... and what one more delegate of each adds at most
    interpreter_worth: float  # one more interpreter adds, with the same policy
    diaries: Diaries = Diaries()
    # with the same policy one more table in every slot adds, in score and in meetings; and one more delegate
    # of every exhibitor wherever it has one
    table_gain: float = nan
    table_gain_meetings: float = nan
    delegate_gain: float = nan
    delegate_gain_meetings: float = nan


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """What a picture of the floor needs beside `floor.places`: in dm, like those.

    A rectangle is west, south, east, north.
    """

    halls: IntArray  # (halls, 4)
    doors: IntArray  # (halls, 2): x, y
    booths: IntArray  # (exhibitors, 4): each booth with its share of the aisles


@dataclass(frozen=True, slots=True)
class Expo:
    """One replication of a scenario before the doors open: all that its trace is read with.

    The scenario itself is not among it: `terms` say what it settled, `name` and `hash` which it was.
    Nothing of it can be set, and no array but the floor's be written to.
    """

    name: str  # of the scenario
    title: str
    hash: str  # of all that is run of the scenario
    seed: int  # of all draws
    replication: int
    terms: Terms
    organisations: Organisations
    exhibitors: Exhibitors
    parties: Parties
    programme: Programme
    requests: Requests
    timetables: tuple[TimetableFacts, ...]  # one a matchmaking programme
    shortfalls: Shortfalls  # what the scenario asks for and the expo does not have
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
    plan: FloorPlan
    day_open: IntArray  # (days,) ms: doors open
    day_close: IntArray  # (days,) ms

    def __post_init__(self) -> None:
        _freeze(self)

    def __reduce__(self) -> tuple[type[Expo], tuple[Any, ...]]:
        """Made again by its fields: pickles do not say that an array is read-only."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    @property
    def streams(self) -> Streams:
        """The random streams of this replication, for draws that are made after it ran."""
        return Streams(self.seed, self.replication)

    @property
    def n_exhibitors(self) -> int:
        """Number of exhibitors, partners in pavilions included."""
        return len(self.exhibitors.area_m2)

    @property
    def n_days(self) -> int:
        """Number of days."""
        return len(self.day_open)

    def affinity(
        self,
        a: npt.NDArray[np.integer[Any]],
        b: npt.NDArray[np.integer[Any]],
        supply: FloatArray | None = None,
    ) -> FloatArray:
        """Affinity in [0, 1] of the organisations of actors `a[k]` and `b[k]`, the same both ways.

        Actors are those of the trace, party-days and members of staff. What they offer and need
        counts, and parties' eagerness and authority; a booth's staff are as eager as can be and
        decide. It made their conversations long, whoever asked for what. `supply` is the supply fit of
        each two, where it is known.
        """
        if supply is None:
            supply = np.maximum(*self.supply(self._organisation(a), self._organisation(b)))
        staff = np.ones(len(self.floor.staff.booth))
        eager = np.concatenate((self.parties.eagerness, staff))
        say = np.concatenate((self.parties.authority, staff))
        return harmonic_mean(supply * eager[a] * say[b], supply * eager[b] * say[a])

    def supply(self, one: IntArray, other: IntArray) -> tuple[FloatArray, FloatArray]:
        """How much of what `other[k]` needs `one[k]` supplies, and the other way round, in [0, 1].

        Both are organisations; the larger of the two is their supply fit.
        """
        of = self.organisations
        everybody = np.ones(len(of.name))
        there, back = directions(Profiles(of.offers, of.needs, everybody, everybody), one, other)
        return np.minimum(there, 1.0), np.minimum(back, 1.0)

    def _organisation(self, actor: npt.NDArray[np.integer[Any]]) -> IntArray:
        of_actor = np.concatenate((self.parties.organisation, self.floor.staff.booth))
        found: IntArray = of_actor[actor]
        return found

    def __repr__(self) -> str:
        floor = self.floor
        people = int(floor.party_days.size[floor.party_days.arrival < NEVER].sum())
        plan = floor.meetings
        meetings = ((plan.standby_for == NONE) & (plan.again_of == NONE)).sum()
        return (
            f"Expo({self.name!r}, replication {self.replication}, seed {self.seed}: "
            f"{self.n_exhibitors:,} exhibitors, {people:,} visits, {len(self.programme.title):,} sessions, "
            f"{meetings:,} meetings, {self.n_days} day{'s' if self.n_days != 1 else ''})"
        )


def _freeze(thing: Any) -> None:
    """Make the arrays of the expo's own read-only.

    The floor's are left as they are: a compiled engine takes read-only arrays for another type, and
    floors that no expo made come writeable.
    """
    for field in fields(thing):
        value = getattr(thing, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, str):  # most of all: names
                continue
            if isinstance(part, np.ndarray):
                part.setflags(write=False)
            elif is_dataclass(part) and not isinstance(part, Floor):
                _freeze(part)
