"""A replication read with loops over rows; the KPIs of it, theme by theme, in `naive_*.py`.

As the definitions read, slow and plain on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sim.expo.expo import Expo
from sim.floor.arrays import MINUTE, NONE
from sim.floor.trace import Cause, Kind, Outcome, Trace

NAN = float("nan")
DAY = 24 * 60 * MINUTE
CAUSES = ("conversation", "queue", "meeting", "session", "gate", "hall", "staff", "walk", "meal", "absent")


@dataclass(frozen=True)
class R:
    start: int
    end: int
    kind: Kind
    place: int
    actor: int
    other: int
    wait: int
    outcome: Outcome
    cause: Cause

    @property
    def done(self) -> bool:
        return self.outcome in (Outcome.DONE, Outcome.LATE)


@dataclass(frozen=True)
class Met:
    how: str
    a: int  # actor
    b: int
    start: int
    length: int
    org_a: int
    org_b: int
    meeting: int = NONE

    @property
    def pair(self) -> frozenset[int]:
        return frozenset((self.org_a, self.org_b))


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if len(values) else NAN


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def quantile(values: Sequence[float], q: float) -> float:
    if not values:
        return NAN
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def gini(values: Sequence[float]) -> float:
    if not values or not sum(values):
        return NAN
    differences = sum(abs(x - y) for x in values for y in values)
    return differences / (2 * len(values) ** 2 * mean(values))


def peak(intervals: Sequence[tuple[int, int, int]]) -> int:
    """Most weight at once; it can only be reached where an interval begins."""
    return max((sum(w for a, b, w in intervals if a <= t < b) for t, _, _ in intervals), default=0)


def overlap(a: int, b: int, c: int, d: int) -> int:
    return max(0, min(b, d) - max(a, c))


class Naive:
    """The rows of one replication as objects."""

    def __init__(self, expo: Expo, trace: Trace) -> None:
        self.expo, self.floor = expo, expo.floor
        self.n = len(self.floor.party_days.party)
        self.size = [int(s) for s in self.floor.party_days.size]
        self.rows = [
            R(
                int(trace.start[i]), int(trace.end[i]), Kind(trace.kind[i]), int(trace.place[i]),
                int(trace.actor[i]), int(trace.other[i]), int(trace.wait[i]), Outcome(trace.outcome[i]),
                Cause(trace.cause[i]),
            )
            for i in range(len(trace))
        ]  # fmt: skip
        self.admitted = sorted(r.actor for r in self.of(Kind.VISIT))
        self.people = [p for p in self.admitted for _ in range(self.size[p])]  # a person-day each
        self.exhibitors = len(expo.exhibitors.area_m2)
        self.useful_ms = expo.terms.useful
        self._plan_meetings()
        self.met = self._interactions()

    def of(self, kind: Kind) -> list[R]:
        return [r for r in self.rows if r.kind == kind]

    def organisation(self, actor: int) -> int:
        if actor < self.n:
            return int(self.expo.parties.organisation[actor])
        return int(self.floor.staff.booth[actor - self.n])

    def owner(self, booking: int) -> int:
        index = self.floor.party_days.booking_index
        return next(p for p in range(self.n) if index[p] <= booking < index[p + 1])

    def _plan_meetings(self) -> None:
        """Who is booked on each side, and each side's row."""
        self.booked: dict[tuple[int, int], tuple[str, int]] = {}
        for i, meeting in enumerate(self.floor.bookings.meeting):
            if meeting != NONE:
                self.booked[int(meeting), int(self.floor.bookings.side[i])] = ("party", self.owner(i))
        for i, meeting in enumerate(self.floor.calls.meeting):
            if meeting != NONE:
                booth = int(self.floor.calls.booth[i])
                self.booked[int(meeting), int(self.floor.calls.side[i])] = ("booth", booth)
        plan = self.floor.meetings
        every = range(len(plan.start))
        self.seconds = {m: int(plan.again_of[m]) for m in every if plan.again_of[m] != NONE}
        self.meetings = [m for m in every if plan.standby_for[m] == NONE and m not in self.seconds]
        self.standbys = {m: int(plan.standby_for[m]) for m in every if plan.standby_for[m] != NONE}
        for standby, meeting in self.standbys.items():  # who stays is booked for the meeting
            side = int(plan.keeps[standby])
            self.booked[standby, side] = self.booked[meeting, side]
        self.side: dict[tuple[int, int], R] = {}
        later = []
        for r in self.of(Kind.MEETING):
            if r.actor == NONE:
                later.append(r)
                continue
            me = ("party", r.actor) if r.actor < self.n else ("booth", self.organisation(r.actor))
            for side in self.sides(r.other):
                if self.booked[r.other, side] == me:
                    self.side[r.other, side] = r
        for r in later:
            for side in self.sides(r.other):
                if (r.other, side) not in self.side and self.booked[r.other, side][0] == "booth":
                    self.side[r.other, side] = r
                    break
        self.there = {
            m: [s for s in self.sides(m) if (m, s) in self.side and self.side[m, s].done] for m in every
        }
        self.held = [m for m in every if len(self.there[m]) > 1]
        self.stepped_in = [s for s in self.standbys if s in self.held]
        self.begin = {
            m: max(self.side[m, s].start + self.side[m, s].wait for s in self.there[m]) for m in self.held
        }

    def sides(self, meeting: int) -> range:
        return range(int(self.floor.meetings.sides[meeting]))

    def who(self, meeting: int, side: int) -> tuple[str, int]:
        """The party, on whatever day, or the booth."""
        kind, number = self.booked[meeting, side]
        return (kind, int(self.floor.party_days.party[number])) if kind == "party" else (kind, number)

    def org_of_side(self, meeting: int, side: int) -> int:
        kind, number = self.booked[meeting, side]
        return int(self.expo.parties.organisation[number]) if kind == "party" else number

    def _interactions(self) -> list[Met]:
        met = [
            Met("booth", r.actor, r.other, r.start + r.wait, r.end - r.start - r.wait,
                self.organisation(r.actor), self.organisation(r.other))
            for r in self.of(Kind.TALK) if r.done
        ]  # fmt: skip
        met += [
            Met("exchange", r.actor, r.other, r.start, r.end - r.start,
                self.organisation(r.actor), self.organisation(r.other))
            for r in self.of(Kind.CONTACT)
        ]  # fmt: skip
        met += [
            Met("meeting", self.side[m, a].actor, self.side[m, b].actor, self.begin[m],
                self.side[m, 0].end - self.begin[m], self.org_of_side(m, a), self.org_of_side(m, b), m)
            for m in self.held for a, b in combinations(self.there[m], 2)
        ]  # fmt: skip
        return [m for m in met if m.org_a != m.org_b]

    def useful(self, m: Met) -> bool:
        counts = m.how != "exchange" or self.expo.terms.useful_exchanges
        return counts and m.length >= self.useful_ms

    def partners(self, exhibitor: int) -> set[int]:
        """Other organisations with a useful contact."""
        found: set[int] = set()
        for m in self.met:
            if self.useful(m) and exhibitor in m.pair:
                found |= m.pair - {exhibitor}
        return found

    def heads(self, rows: Sequence[R]) -> float:
        return sum(self.size[r.actor] for r in rows)

    def shifts(self, member: int) -> list[tuple[int, int]]:
        staff = self.floor.staff
        own = range(int(staff.shift_index[member]), int(staff.shift_index[member + 1]))
        return [(int(staff.shift_from[i]), int(staff.shift_to[i])) for i in own]

    def duty_hours(self) -> float:
        members = range(len(self.floor.staff.booth))
        return sum(b - a for m in members for a, b in self.shifts(m)) / (60 * MINUTE)

    def request(self, meeting: int) -> int:
        first = self.seconds.get(meeting, meeting)
        found = [i for i, m in enumerate(self.expo.requests.meeting) if m == first]
        return found[0] if found else NONE

    def programme(self, meeting: int) -> int:
        request = self.request(meeting)
        return NONE if request == NONE else int(self.expo.requests.programme[request])
