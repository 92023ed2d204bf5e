"""A trace of an expo, read: its rows by kind, and who is who in them, as arrays.

What is summed up of it, by `sim.statistics.ledger`, reads from here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.index import index_of
from sim.floor.trace import Cause, Kind, Outcome, Trace, moments
from sim.statistics.measures import Numbers, among, blocks, distinct, taken

if TYPE_CHECKING:
    from sim.expo.expo import Expo

__all__ = [
    "DAY",
    "IDLE",
    "QUEUES",
    "Bools",
    "Floats",
    "Integers",
    "Reading",
    "Rows",
    "minutes",
    "moments",
]

Integers = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

DAY: Final = 24 * 60 * MINUTE

QUEUES: Final = {Kind.GATE: "gate", Kind.TALK: "booth", Kind.MEAL: "catering", Kind.HALL: "hall door"}
"""Kinds of rows that are about a queue, and what people call it."""

# Rows that say where a party is; a CONTACT lies within its SESSION, a VISIT spans all.
_AT_A_PLACE: Final = (Kind.LOOK, Kind.TALK, Kind.LOUNGE, Kind.MEAL, Kind.HALL, Kind.SESSION, Kind.MEETING)
IDLE: Final = (Kind.LOOK, Kind.LOUNGE)  # what one leaves for a coffee


def minutes(milliseconds: Integers) -> Floats:
    """Minutes of milliseconds."""
    return milliseconds / MINUTE


def _column(name: str, meaning: str) -> cached_property[Integers]:
    """A column of rows: taken from the trace when it is first read."""

    def of_rows(rows: Rows) -> Integers:
        column: Integers = getattr(rows.trace, name).take(rows.index)  # many times faster than by brackets
        return column

    of_rows.__doc__ = meaning
    return cached_property(of_rows)


class Rows:
    """Some rows of a trace; a column is taken when it is first read."""

    def __init__(self, trace: Trace, index: IntArray) -> None:
        self.trace = trace
        self.index = index

    def __len__(self) -> int:
        return len(self.index)

    def where(self, mask: Bools) -> Rows:
        """Those of the rows for which `mask` holds."""
        if mask.all():
            return self
        return Rows(self.trace, self.index[mask])

    kind = _column("kind", "`Kind` of each.")
    start = _column("start", "Reaching the place, ms.")
    end = _column("end", "Leaving it, ms.")
    wait = _column("wait", "Of that, waiting, ms.")
    place = _column("place", "The place.")
    actor = _column("actor", "The actor; NONE if nobody was sent.")
    other = _column("other", "What the kind says it is.")
    side = _column("side", "Side of the meeting, 0 or 1; NONE if it is about none.")
    outcome = _column("outcome", "`Outcome` of each.")
    cause = _column("cause", "`Cause` of each.")

    @cached_property
    def moments(self) -> IntArray:
        """Actor and start as one number, in order as rows of a trace are (`sim.floor.trace.moments`)."""
        return moments(self.actor, self.start)

    @property
    def begin(self) -> Integers:
        """End of the wait, ms."""
        return self.start + self.wait

    @property
    def served(self) -> Integers:
        """Time of service, ms: the span without the wait."""
        return self.end - self.start - self.wait

    @property
    def done(self) -> Rows:
        """Those that were served."""
        return self if self._done is None else self._done

    @cached_property
    def _done(self) -> Rows | None:
        """Those that were served; None for all: what keeps itself waits for the search for cycles."""
        done = self.where(self.outcome == Outcome.DONE)
        return None if done is self else done


class Reading:
    """An expo and its trace, read by kind; each part is made when it is first asked for."""

    def __init__(self, expo: Expo, trace: Trace) -> None:
        self.expo = expo
        self.trace = trace
        self.floor = expo.floor
        self._rows: dict[Kind, Rows] = {}

    def rows(self, kind: Kind) -> Rows:
        """All rows of one kind."""
        if kind not in self._rows:
            self._rows[kind] = Rows(self.trace, np.flatnonzero(self.trace.kind == kind))
        return self._rows[kind]

    @cached_property
    def there(self) -> Bools:
        """Whether the actor of each row of the trace was at its place.

        Rows of those who never came, and of stand-bys who were not there when they were no longer
        needed, say where somebody was not.
        """
        outcome, cause = self.trace.outcome, self.trace.cause
        absent = (outcome == Outcome.NO_SHOW) | (outcome == Outcome.MISSED)
        there: Bools = ~(absent | ((outcome == Outcome.NOT_NEEDED) & (cause != Cause.NONE)))
        return there

    def _of_parties(self, kinds: Collection[Kind]) -> Bools:
        """Whether each row of the trace is of such a kind and says where a party was."""
        chosen = self.there & self.is_party(self.trace.actor)
        for kind in set(Kind) - set(kinds):
            chosen &= self.trace.kind != kind
        return chosen

    @cached_property
    def whereabouts(self) -> Bools:
        """Whether each row of the trace says where a party was; there are too many to be taken out."""
        return self._of_parties(_AT_A_PLACE)

    def whereabouts_of(self, party_day: Integers) -> Rows:
        """Where these party-days were, one row after the other."""
        theirs = np.zeros(self.floor.n_actors + 1, dtype=np.bool_)  # the last stands for NONE
        theirs[party_day] = True
        return Rows(self.trace, np.flatnonzero(self.whereabouts & taken(theirs, self.trace.actor)))

    @cached_property
    def busy(self) -> Rows:
        """Where parties were when they neither looked nor were in the lounge, one row after the other."""
        return Rows(self.trace, np.flatnonzero(self._of_parties(set(_AT_A_PLACE) - set(IDLE))))

    # who

    @property
    def n_party_days(self) -> int:
        """Number of parties on a day."""
        return self.floor.n_party_days

    @property
    def size(self) -> IntArray:
        """People of each party-day."""
        return self.floor.party_days.size

    @cached_property
    def people(self) -> IntArray:
        """People of each actor: of parties, then of staff, each of whom is one."""
        return np.concatenate((self.size, np.ones(len(self.floor.staff.booth), dtype=np.int64)))

    def most(self, there: Bools | None = None) -> IntArray:
        """People of each party: the most on any of its days, or of those for which `there` holds."""
        days = self.floor.party_days
        most = np.zeros(int(days.party.max(initial=-1)) + 1, dtype=np.int64)
        chosen = slice(None) if there is None else there
        np.maximum.at(most, days.party[chosen], days.size[chosen])
        return most

    @cached_property
    def organisation(self) -> IntArray:
        """Organisation of each actor: of parties, then of staff."""
        return np.concatenate((self.expo.parties.organisation, self.floor.staff.booth))

    @cached_property
    def who(self) -> IntArray:
        """Who each actor is on every day: a party's number; for staff, the booth beyond those."""
        party = self.floor.party_days.party
        parties = int(party.max()) + 1 if len(party) else 0
        return np.concatenate((party, parties + self.floor.staff.booth))

    @cached_property
    def admitted(self) -> Bools:
        """Whether each party-day got onto the floor."""
        mask = np.zeros(self.n_party_days, dtype=np.bool_)
        mask[self.rows(Kind.VISIT).actor] = True
        return mask

    def is_party(self, actor: Integers) -> Bools:
        """Whether each actor is a party; NONE is not."""
        return (actor >= 0) & (actor < self.n_party_days)

    def a_party_day(self, actor: Integers, weights: Numbers | None = None) -> Numbers:
        """How often each party-day stands in `actor`, or the sum of its `weights`."""
        counts: Numbers = np.bincount(actor, weights, minlength=self.n_party_days)
        return counts

    def a_person(self, of_party_day: Numbers) -> Numbers:
        """A value of each party-day, repeated for each of its people, for the admitted only."""
        values: Numbers = np.repeat(of_party_day[self.admitted], self.size[self.admitted])
        return values

    @property
    def n_exhibitors(self) -> int:
        """Number of exhibitors."""
        return self.expo.n_exhibitors

    # rows by kind

    def came(self, kind: Kind) -> Rows:
        """Parties that came to the queues of one kind (`QUEUES`), whether they were served or not."""
        rows = self.rows(kind)
        return rows.where(rows.outcome != Outcome.MISSED)

    @property
    def visits(self) -> Rows:
        """Visits of parties, from admission to the gate again."""
        return self.rows(Kind.VISIT)

    @property
    def talks(self) -> Rows:
        """Parties that asked to talk, whether they did or not."""
        return self.rows(Kind.TALK)

    def looks(self, outcome: Outcome) -> Rows:
        """Looks at booths that ended so."""
        return Rows(
            self.trace, np.flatnonzero((self.trace.kind == Kind.LOOK) & (self.trace.outcome == outcome))
        )

    @cached_property
    def stops(self) -> IntArray:
        """How often each party-day looked at a booth that was open."""
        stops, trace = np.zeros(self.n_party_days, dtype=np.int64), self.trace
        for part in blocks(len(trace)):
            looked = (trace.kind[part] == Kind.LOOK) & (trace.outcome[part] == Outcome.DONE)
            stops += np.bincount(trace.actor[part][looked], minlength=len(stops))
        return stops

    @property
    def conversations(self) -> Rows:
        """Conversations at booths."""
        return self.talks.done

    @cached_property
    def audience(self) -> Rows:
        """Parties' rows of sessions, whether they got in or not."""
        rows = self.rows(Kind.SESSION)
        return rows.where(self.is_party(rows.actor))

    @cached_property
    def hosting(self) -> Rows:
        """Rows of sessions' hosts, whether they came or not."""
        rows = self.rows(Kind.SESSION)
        return rows.where(~self.is_party(rows.actor))

    @cached_property
    def registered(self) -> Bools:
        """Whether each row of the audience was registered for its session."""
        bookings = self.floor.bookings
        chosen = np.flatnonzero((bookings.session != NONE) & (bookings.registered == 1))
        owner = index_of(self.floor).owner[chosen]
        n = len(self.floor.sessions.place) + 1
        attended = self.audience.actor.astype(np.int64) * n + self.audience.other
        return among(attended, distinct(owner * n + bookings.session[chosen]))
