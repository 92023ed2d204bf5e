"""Registrations: which parties are registered for which session.

Who registers is chosen by keyed exponential clocks, one for each pair of a session and a party-day, so that
one party more displaces at most somebody, and one session more leaves the other clocks alone. Only what still
fits the agenda is booked, with time to walk.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.expo.booking.agenda import Agenda, Booked
from sim.expo.draw.clocks import first_of
from sim.expo.draw.draws import pair_salts
from sim.expo.programme.attending import attendance, chain_pulls
from sim.expo.shared import step
from sim.floor.arrays import IntArray
from sim.floor.geography import Ways
from sim.sorting import order_of
from sim.streams import FloatArray, Streams

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.expo.programme.programme import PlannedProgramme
    from sim.expo.shortfalls import Noted
    from sim.scenario import Scenario

__all__ = ["register"]

_ASKED: Final = 3  # candidates looked at first, for each one wanted, and
_MORE: Final = 8  # times as many when these were not enough


@step
def register(
    scenario: Scenario,
    organisations: Organisations,
    programme: PlannedProgramme,
    agenda: Agenda,
    streams: Streams,
    noted: Noted,
) -> None:
    """Register parties for each session: as many people as it should have, if so many can come.

    Candidates are the parties that are there that day all through the session. A session draws on
    its own chain by `chain_focus`. More may register than there are seats, since not all of them come.
    """
    sessions = programme.sessions
    order = np.argsort(sessions.start, kind="stable")
    asking = order[programme.registered[order] > 0]
    candidates = _Candidates(scenario, organisations, programme, agenda, streams)
    registering = _Registering(agenda)
    wanted = programme.registered[asking]
    # those asked at first are worked out for all sessions at once: what they would do depends on no booking
    at, rows = candidates.first(asking, _ASKED * wanted)
    found = np.bincount(at, minlength=len(asking)).tolist()
    asked = attendance(programme, asking[at], rows, True, agenda, streams)
    several = registering.those_who_could(asked, at, len(asking))
    for s, people, so_far, able in zip(asking.tolist(), wanted.tolist(), found, several, strict=True):
        left, number = registering.take(able, people), _ASKED * people
        while left and so_far == number:
            _, rows = candidates.first(np.array([s]), np.array([_MORE * number]))
            others = rows[number:]
            more = attendance(programme, np.full(len(others), s), others, True, agenda, streams)
            for able in registering.those_who_could(more, np.zeros(len(more), dtype=np.int64), 1):
                left = registering.take(able, left)
            number, so_far = _MORE * number, len(rows)
        rule, title = programme.rule[s], programme.title[s]
        path = rule if rule == "programme_file" else f"programme.{rule}.registered"
        noted.note(path, title, "registrations", people, people - left, "nobody_free", int(programme.day[s]))
    registering.book()


class _Candidates:
    """The party-days that could register for a session, each with a clock."""

    def __init__(
        self,
        scenario: Scenario,
        organisations: Organisations,
        programme: PlannedProgramme,
        agenda: Agenda,
        streams: Streams,
    ) -> None:
        visitors = agenda.visitors
        self._programme, self._visitors = programme, visitors
        self._chain = organisations.chain[visitors.company[visitors.party]]
        self._departs = visitors.departs(np.arange(len(visitors)))
        self._pulls = chain_pulls(scenario, programme)
        self._salts = pair_salts(streams, "registration", programme.key)

    def first(self, asking: IntArray, number: IntArray) -> tuple[IntArray, IntArray]:
        """The first `number` candidates of each session to ring, in order; fewer if there are not so many.

        Which of the sessions, and which party-days.
        """
        day = self._programme.day[asking]
        none = np.empty(0, dtype=np.int64)
        found: list[tuple[IntArray, IntArray, FloatArray]] = [(none, none, np.empty(0))]
        found += (self._on_day(d, np.flatnonzero(day == d), asking, number) for d in np.unique(day).tolist())
        at, row, ring = map(np.concatenate, zip(*found, strict=True))
        order = np.argsort(ring, kind="stable")  # those of a session are by row: equal clocks stay so
        order = order[order_of(at[order])]
        return at[order], row[order]

    def _on_day(
        self, day: int, at: IntArray, asking: IntArray, number: IntArray
    ) -> tuple[IntArray, IntArray, FloatArray]:
        visitors, sessions, s = self._visitors, self._programme.sessions, asking[at]
        present = np.flatnonzero(visitors.day == day)
        arrival, departs, chain = visitors.arrival[present], self._departs[present], self._chain[present]

        def weights(some: IntArray) -> FloatArray:
            these = s[some]
            weight = np.take(self._pulls[these], chain, axis=1)
            weight *= (arrival < sessions.start[these, None]) & (departs > sessions.end[these, None])
            return weight

        which, column, ring = first_of(
            self._salts[s], visitors.day_key[present], weights, number[at], late=True
        )
        return at[which], present[column], ring


class _Registering:
    """Registrations in the making: kept apart from the agenda until `book`.

    What a party-day was booked for before is looked at for all candidates at once, and of its registrations
    the last, as sessions register in order of their starts. That comes to the same as looking at all of them:
    who comes in time from the one comes in time from those before it, as no way is shorter by a detour.
    """

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._ways = Ways(agenda.venue.places)
        self._asked: list[Booked] = []  # those who could come
        self._row: list[int] = []
        self._size: list[int] = []
        self._pace: list[int] = []
        self._start: list[int] = []
        self._until: list[int] = []
        self._place: list[int] = []
        self._last: dict[int, int] = {}  # the last of those that each party-day is registered for
        self._taken: list[int] = []  # which of those are registered

    def those_who_could(self, asked: Booked, at: IntArray, sessions: int) -> list[range]:
        """Of each session, those asked who could come for all that the agenda says, in order: for `take`."""
        agenda = self._agenda
        fits = np.flatnonzero(agenda.fits(asked.row, asked.place, asked.start, asked.until))
        ends = len(self._row) + np.searchsorted(at[fits], np.arange(sessions + 1))
        asked, v = asked.of(fits), agenda.visitors
        self._asked.append(asked)
        self._row += asked.row.tolist()
        self._size += v.size[asked.row].tolist()
        self._pace += v.pace[asked.row].tolist()
        self._start += asked.start.tolist()
        self._until += asked.until.tolist()
        self._place += asked.place.tolist()
        return [range(low, high) for low, high in pairwise(ends.tolist())]

    def take(self, able: range, wanted: int) -> int:
        """Register those who still can come, in order, up to the people wanted; how many are missing."""
        for k in able:
            size, row = self._size[k], self._row[k]
            if size > wanted or (row in self._last and self._comes_late(k, self._last[row])):
                continue
            self._last[row] = k
            self._taken.append(k)
            wanted -= size
            if not wanted:
                break
        return wanted

    def _comes_late(self, k: int, last: int) -> bool:
        """Whether nobody comes in time from the one to the other."""
        time = self._start[k] - self._until[last] - self._agenda.margin
        return time < 0 or time < self._ways.walk(self._place[last], self._place[k], self._pace[k])

    def book(self) -> None:
        """Book them all."""
        self._agenda.add(Booked.joined(self._asked).of(np.array(self._taken, dtype=np.int64)))
