"""Second appointments: when and where a meeting that is missed could be held later on the same day.

They are made ready beforehand, so that nothing is drawn or looked for while the floor runs, and last
of all, in what everything else leaves free: no other booking, call or draw depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.booking.duties import Called, Duties
from sim.expo.meetings.booked import last_moment
from sim.expo.meetings.meetings import Wanted
from sim.expo.shared import step
from sim.expo.venue.hours import DAY, minutes
from sim.floor.arrays import NONE, IntArray, Meetings
from sim.streams import Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Requests
    from sim.expo.meetings.limits import Limits
    from sim.expo.meetings.participants import Attendance
    from sim.expo.meetings.slots import Slots
    from sim.expo.shortfalls import Noted
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["offer_again"]


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of a meeting as it is booked: a party's day, or a booth (the other NONE)."""

    party_day: int
    booth: int


@dataclass(frozen=True, slots=True)
class _On:
    """A meeting of the programme, scheduled or second."""

    place: int
    pool: int  # of interpreters, or NONE
    booths: tuple[int, ...]  # of its sides; NONE: a party's


@dataclass(frozen=True, slots=True)
class _Found:
    """A second appointment."""

    of: int  # the meeting
    place: int
    start: int  # ms


@step
def offer_again(
    scenario: Scenario,
    wanted: Wanted,
    requests: Requests,
    meetings: Meetings,
    agenda: Agenda,
    duties: Duties,
    streams: Streams,
    noted: Noted,
) -> Meetings:
    """The meetings, and after them the second appointments, which are booked into `agenda` and `duties`.

    Of each scheduled meeting is drawn, by its two sides' keys, whether they would agree to another
    time (`again_share`). If so, and neither is a no-show, it is the first slot of its programme on
    the same day, after its own, that both sides have free, with a free table (or at the same booth)
    and interpreter; meetings of earlier slots choose first. A booth sends whoever is free. Tables and slots
    that the timetable leaves free are there for them; the sides' lunch, rest and most in a
    row hold as if no other meeting were missed.
    """
    sections = list(scenario.data.matchmaking.items())
    for number, (name, section) in enumerate(sections):
        if section.again_share == 0:
            continue
        people, slots, _, limits = wanted.programmes[number]
        booked = _booked(agenda, duties)
        own = np.flatnonzero((requests.programme == number) & (requests.meeting != NONE))
        own = own[meetings.standby_for[requests.meeting[own]] == NONE]
        sides = (
            _numbers(people, requests.asker[own], requests.asker_party[own]),
            _numbers(people, requests.asked[own], requests.asked_party[own]),
        )
        pair = subkeys(people.key[sides[0]], people.key[sides[1]])
        agree = streams.uniform(f"offered_again.{name}", pair) < section.again_share
        of = [int(k) for k in requests.meeting[own[agree]] if (k, 0) in booked and (k, 1) in booked]
        of = [k for k in of if meetings.sides[k] == 2]
        of.sort(key=lambda k: (int(meetings.start[k]), k))
        search = _Search(section, slots, meetings, requests.meeting[own], booked, agenda, duties)
        if limits.bind:
            search.keep(limits, sides)
        found = [second for k in of if (second := search.book(k)) is not None]
        noted.note(f"matchmaking.{name}.again_share", name, "again", len(of), len(found), "no_slot")
        meetings = _with(meetings, found)
    return meetings


def _numbers(people: Attendance, organisation: IntArray, party: IntArray) -> IntArray:
    """The number of each participant: a party, or an organisation's booth (party NONE)."""
    n = people.exhibitors
    number = {(NONE, int(o)): i for i, o in enumerate(people.organisation[:n])}
    number |= {(int(p), NONE): n + i for i, p in enumerate(people.party[n:])}
    who = [
        number[(int(p), NONE) if p != NONE else (NONE, int(o))]
        for o, p in zip(organisation, party, strict=True)
    ]
    return np.array(who, dtype=np.int64)


def _booked(agenda: Agenda, duties: Duties) -> dict[tuple[int, int], _Side]:
    """Who is booked for each meeting and side; not those who will not come."""
    parties, booths = Booked.joined(agenda.parts), Called.joined(duties.parts)
    sides = {}
    for b in np.flatnonzero((parties.meeting != NONE) & (parties.comes != 0)).tolist():
        sides[int(parties.meeting[b]), int(parties.side[b])] = _Side(int(parties.row[b]), NONE)
    for c in np.flatnonzero((booths.meeting != NONE) & (booths.comes != 0)).tolist():
        sides[int(booths.meeting[c]), int(booths.side[c])] = _Side(NONE, int(booths.booth[c]))
    return sides


def _with(meetings: Meetings, found: list[_Found]) -> Meetings:
    """The meetings, and these second appointments after them."""
    of = np.array([second.of for second in found], dtype=np.int64)
    more = {name: getattr(meetings, name)[of] for name in Meetings.__slots__ if name != "pool_size"}
    more["place"] = np.array([second.place for second in found], dtype=np.int64)
    more["start"] = np.array([second.start for second in found], dtype=np.int64)
    more["again_of"] = of
    return replace(
        meetings, **{name: np.concatenate((getattr(meetings, name), column)) for name, column in more.items()}
    )


class _Search:
    """Looks for second appointments in a programme, and books them as it finds them."""

    def __init__(
        self,
        section: Matchmaking,
        slots: Slots,
        meetings: Meetings,
        scheduled: IntArray,
        booked: dict[tuple[int, int], _Side],
        agenda: Agenda,
        duties: Duties,
    ) -> None:
        self.section, self.slots, self.meetings = section, slots, meetings
        self.booked, self.agenda, self.duties = booked, agenda, duties
        self.next = len(meetings.place)
        # by slot: those of a programme never overlap, since all its areas keep to one grid
        self.on: list[list[_On]] = [[] for _ in slots.start]
        self.limits: Limits | None = None
        self.who: dict[int, list[int]] = {}  # the participants of each meeting, where limits bind
        self.held: dict[int, list[int]] = {}  # slots of the meetings of each
        self.scheduled = scheduled
        scheduled = np.unique(scheduled)  # joined requests have one
        slot = np.searchsorted(slots.start, meetings.start[scheduled])
        last = np.searchsorted(slots.end, meetings.start[scheduled] + meetings.duration[scheduled])
        self.length = dict(zip(scheduled.tolist(), (last - slot + 1).tolist(), strict=True))
        for k, t in zip(scheduled.tolist(), slot.tolist(), strict=True):
            self._note(k, int(meetings.place[k]), t)

    def keep(self, limits: Limits, sides: tuple[IntArray, IntArray]) -> None:
        """Keep to these limits of the participants, `sides` being those of the meetings scheduled."""
        self.limits = limits
        slot = np.searchsorted(self.slots.start, self.meetings.start[self.scheduled])
        for k, t, *both in zip(*(each.tolist() for each in (self.scheduled, slot, *sides)), strict=True):
            of = self.who.setdefault(k, [])
            for who in both:
                if who not in of:  # joined requests have the guest in common
                    of.append(who)
                    self.held.setdefault(who, []).append(t)

    def _within_limits(self, k: int, t: int) -> bool:
        """Whether both sides may meet in a slot, if not in the one of meeting `k`."""
        if self.limits is None:
            return True
        own = int(np.searchsorted(self.slots.start, self.meetings.start[k]))
        for who in self.who[k]:
            held = self.held[who].copy()
            delegates = max(map(held.count, held))  # as many as are known to be there at once
            held.remove(own)
            if not self.limits.allow(who, held, t, self.slots, delegates, instead=True):
                return False
        return True

    def _note(self, k: int, place: int, t: int) -> None:
        sides = range(int(self.meetings.sides[k]))
        booths = tuple(self.booked[k, side].booth if (k, side) in self.booked else NONE for side in sides)
        for each in self.on[t : t + self.length[k]]:
            each.append(_On(place, int(self.meetings.interpreters[k]), booths))

    def book(self, k: int) -> _Found | None:
        """The second appointment of meeting `k`, the earliest there is; None if there is none."""
        slots, own = self.slots, int(self.meetings.start[k])
        over = own + int(self.meetings.duration[k])
        sides = [self.booked[k, side] for side in (0, 1)]
        more = self.length[k] - 1
        begins = slots.start[: len(slots.start) - more]
        later = (begins >= over) & (begins // DAY == own // DAY)
        if more:
            later &= slots.runs(self.section, more)
        for t in np.flatnonzero(later).tolist():
            start, end = int(slots.start[t]), int(slots.end[t + more])
            place = self._place(k, t)
            runs = range(t, t + more + 1)
            if place == NONE or not all(self._may(k, sides, each) for each in runs):
                continue
            if not self._within_limits(k, t):
                continue
            if all(self._fits(side, place, start, end) for side in sides):
                for number, side in enumerate(sides):
                    self._book(number, side, place, start, end)
                self._note(k, place, t)
                for who in self.who.get(k, ()):
                    self.held[who].append(t)
                self.next += 1
                return _Found(k, place, start)
        return None

    def _place(self, k: int, t: int) -> int:
        """The first table of its hall that is free from a slot on, or the booth where the meeting was to be.

        Where hosts keep tables, it is the one where it was to be. NONE if there is none.
        """
        own = int(self.meetings.place[k])
        if self.section.location == "booth":
            return own
        taken, here = set[int](), set(self.slots.places[t].tolist())
        for each in range(t, t + self.length[k]):
            taken |= {other.place for other in self.on[each]}
            here &= set(self.slots.places[each].tolist())
        if self.section.keep_tables:
            return own if own in here - taken else NONE
        zone = self.agenda.venue.places.zone
        return next(
            (
                place
                for place in self.slots.places[t].tolist()
                if place in here and place not in taken and zone[place] == zone[own]
            ),
            NONE,
        )

    def _may(self, k: int, sides: list[_Side], t: int) -> bool:
        """Whether an interpreter is free, if one is needed, and no booth would have too many meetings."""
        pool = int(self.meetings.interpreters[k])
        if pool != NONE and sum(other.pool == pool for other in self.on[t]) >= self.meetings.pool_size[pool]:
            return False
        booths = [booth for other in self.on[t] for booth in other.booths]
        return all(side.booth == NONE or booths.count(side.booth) < self.section.delegates for side in sides)

    def _leaves(self, booth: int, place: int, start: int) -> tuple[int, int]:
        """When a delegate must leave for a meeting, and when the call goes out (ms)."""
        hold_back = minutes(self.section.hold_back_minutes)
        leaves, at = self.duties.leaves(np.array(booth), np.array(place), np.array(start), hold_back)
        return int(leaves), int(at)

    def _fits(self, side: _Side, place: int, start: int, end: int) -> bool:
        if side.booth == NONE:
            here = (np.array([n]) for n in (side.party_day, place, start, end))
            return bool(self.agenda.fits(*here)[0])
        leaves, at = self._leaves(side.booth, place, start)
        return at <= leaves and self.duties.spare_at(side.booth, at, end) > 0

    def _book(self, number: int, side: _Side, place: int, start: int, end: int) -> None:
        meeting, of_side = np.array([self.next]), np.array([number])
        where, from_, until = np.array([place]), np.array([start]), np.array([end])
        if side.booth == NONE:
            row = np.array([side.party_day])
            self.agenda.add(Booked(row, where, from_, until, meeting=meeting, side=of_side))
            return
        at = np.array([self._leaves(side.booth, place, start)[1]])
        deadline = last_moment(self.section, from_, until)
        booth = np.array([side.booth])
        self.duties.add(Called(booth, where, at, from_, until, deadline, meeting=meeting, side=of_side))
