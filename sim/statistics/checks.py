"""Laws that every trace obeys: people are conserved, nobody is in two places, Little's law.

Each check returns what is wrong, one line each; nothing, if all is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.floor.arrays import NONE, PlaceKind
from sim.floor.index import index_of
from sim.floor.trace import CAUSES, LOSSES, SERVED, Cause, Kind, Outcome
from sim.statistics.ledger import QUEUES, Bools, Integers, Ledger, Rows, moments
from sim.statistics.presence import curve, peaks

if TYPE_CHECKING:
    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

__all__ = ["broken_laws", "littles_law"]

_SHOWN: Final = 5


def broken_laws(expo: Expo, trace: Trace) -> list[str]:
    """What is wrong with a trace, in all respects checked here."""
    ledger = Ledger(expo, trace)
    checks = (
        _listed, _times, _one_gate_row, _inside_the_visit, _one_place_at_a_time, _one_talk_at_a_time,
        _capacities, _halls, _bookings_answered, _calls_answered, _standbys, littles_law,
    )  # fmt: skip
    return [problem for check in checks for problem in check(ledger)]


def littles_law(ledger: Ledger) -> list[str]:
    """Area under each queue's length, swept event by event, against the sum of its waits: equal to the ms.

    Little's law on a sample path: the time average of the queue's length times the period is the
    sum of the waits (Stidham 1974). Queues are those of gates, booths, catering, and halls' doors.
    """
    problems = []
    for kind in QUEUES:
        rows = ledger.rows(kind)
        for place in np.unique(rows.place):
            queue = rows.where(rows.place == place)
            length = curve(queue.start, queue.begin)
            area = int((length.level[:-1] * np.diff(length.time)).sum())
            if area != queue.wait.sum() or (length.level < 0).any() or length.level[-1:].any():
                problems.append(f"{kind.name} {place}: area {area} ms, waits {queue.wait.sum()} ms")
    return problems


def _listed(ledger: Ledger) -> Iterator[str]:
    """How a row went, and why, is among what its kind and its outcome can have."""
    trace = ledger.trace
    ways = np.zeros((len(Kind), len(Outcome)), dtype=bool)
    for kind, losses in LOSSES.items():
        ways[kind, list(losses | {Outcome.DONE})] = True
    ways[Kind.MEETING, Outcome.LATE] = True
    whys = np.zeros((len(Outcome), len(Cause)), dtype=bool)
    for outcome, causes in CAUSES.items():
        whys[outcome, list(causes)] = True
    yield from _rows(ledger, ~ways[trace.kind, trace.outcome], "an outcome that its kind cannot have")
    yield from _rows(ledger, ~whys[trace.outcome, trace.cause], "a cause that its outcome cannot have")


def _times(ledger: Ledger) -> Iterator[str]:
    """A row ends after it starts, its wait is within it, and a loss is all wait."""
    trace = ledger.trace
    span = trace.end - trace.start
    yield from _rows(ledger, (trace.wait < 0) | (trace.wait > span), "wait outside the row")
    lossy = np.isin(trace.kind, list(QUEUES))
    lost = lossy & (trace.outcome != Outcome.DONE)
    yield from _rows(ledger, lost & (trace.wait != span), "a loss that was served")
    yield from _rows(ledger, trace.actor < NONE, "no such actor")
    yield from _rows(ledger, trace.actor >= ledger.floor.n_actors, "no such actor")
    key = moments(trace.actor, trace.start)
    yield from _rows(ledger, _second(key[1:] < key[:-1], len(trace)), "not in order of actors and starts")


def _one_gate_row(ledger: Ledger) -> Iterator[str]:
    """Every party-day comes to its gate once; it has a visit if and only if it was admitted."""
    gates, visits = ledger.rows(Kind.GATE), ledger.visits
    yield from _parties(ledger.a_party_day(gates.actor) != 1, "not one row at the gate")
    admitted = ledger.a_party_day(gates.done.actor)
    yield from _parties(ledger.a_party_day(visits.actor) != admitted, "visits and admissions differ")
    checked = np.full(ledger.n_party_days, NONE, dtype=np.int64)
    checked[gates.done.actor] = gates.done.end
    yield from _parties(checked[visits.actor] != visits.start, "a visit does not begin with the admission")


def _inside_the_visit(ledger: Ledger) -> Iterator[str]:
    """Whatever a party does lies within its visit."""
    begin = np.full(ledger.n_party_days, np.iinfo(np.int64).max)
    end = np.full(ledger.n_party_days, NONE, dtype=np.int64)
    begin[ledger.visits.actor], end[ledger.visits.actor] = ledger.visits.start, ledger.visits.end
    rows = ledger.whereabouts
    wrong = (rows.start < begin[rows.actor]) | (rows.end > end[rows.actor])
    yield from _rows(ledger, wrong, "outside the visit", rows.index)


def _one_place_at_a_time(ledger: Ledger) -> Iterator[str]:
    """The rows of a party do not overlap."""
    rows = ledger.whereabouts
    order = np.lexsort((rows.end, rows.start, rows.actor))
    actor, start, end = rows.actor[order], rows.start[order], rows.end[order]
    overlap = (actor[1:] == actor[:-1]) & (start[1:] < end[:-1])
    yield from _rows(ledger, _second(overlap, len(rows)), "in two places at once", rows.index[order])


def _one_talk_at_a_time(ledger: Ledger) -> Iterator[str]:
    """A member of staff is in one conversation, or away once, at a time, and only at its own booth."""
    talks, away = ledger.conversations, ledger.rows(Kind.DELEGATE)
    booth = ledger.floor.staff.booth[talks.other - ledger.n_party_days]
    yield from _rows(ledger, booth != talks.place, "served by another booth's staff", talks.index)
    group = np.concatenate((talks.other, away.actor)) - ledger.n_party_days
    start = np.concatenate((talks.begin, away.start))
    end = np.concatenate((talks.end, away.end))
    most, when = peaks(group, len(ledger.floor.staff.booth), start, end)
    for member in np.flatnonzero(most > 1)[:_SHOWN]:
        yield f"member of staff {member} is in {most[member]} places at {when[member]} ms"


def _capacities(ledger: Ledger) -> Iterator[str]:
    """No more parties checked at once than lanes, people eating than seats, meetings than tables."""
    places, size = ledger.floor.places, ledger.size
    gates, meals = ledger.rows(Kind.GATE).done, ledger.rows(Kind.MEAL).done
    yield from _busy(ledger, gates, "checked", np.ones(len(gates), dtype=np.int64))
    yield from _busy(ledger, meals, "eating", size[meals.actor])
    seated, seats = ledger.audience.done, ledger.floor.sessions.seats
    most, when = peaks(seated.other, len(seats), seated.begin, seated.end, size[seated.actor])
    for session in np.flatnonzero(most > seats)[:_SHOWN]:
        yield _too_many(most[session], "seated", seats[session], when[session], session)
    sides, meetings = ledger.sides, ledger.floor.meetings
    held = sides.held & (places.kind[meetings.place] == PlaceKind.TABLE)
    most, _ = peaks(meetings.place[held], len(places.kind), sides.begin[held], sides.end[0, held])
    for place in np.flatnonzero(most > 1)[:_SHOWN]:
        yield f"{most[place]} meetings at once at table {place}"


def _busy(ledger: Ledger, rows: Rows, what: str, weight: Integers) -> Iterator[str]:
    """Whenever a service begins, no more are busy than the place then has.

    When it has fewer from some time on, the services that run finish, but none begins.
    """
    for place in np.unique(rows.place):
        own = rows.place == place
        begin = rows.begin[own]
        busy = curve(begin, rows.end[own], weight[own])
        level = busy.level[np.searchsorted(busy.time, begin, side="right") - 1]
        limit = _servers(ledger, place, begin)
        worst = np.lexsort((begin, limit - level))[0]
        if level[worst] > limit[worst]:
            yield _too_many(level[worst], what, limit[worst], begin[worst], place)


def _servers(ledger: Ledger, place: int, time: Integers) -> Integers:
    """Lanes or seats of a place at each time."""
    places = ledger.floor.places
    changes = np.flatnonzero(places.change_place == place)
    numbers = np.append(places.servers[place], places.change_servers[changes])
    now: Integers = numbers[np.searchsorted(places.change_at[changes], time, side="right")]
    return now


def _too_many(most: int, what: str, limit: int, when: int, which: int) -> str:
    return f"{most} {what} at once, {limit} allowed, at {when} ms ({which})"


def _halls(ledger: Ledger) -> Iterator[str]:
    """No more people in a hall than are let in; nobody left when all have gone."""
    limits = ledger.floor.places.zone_limit
    for zone in range(len(limits)):
        present = ledger.presence.zone(zone)
        if limits[zone] != NONE and present.peak > limits[zone]:
            yield f"{present.peak} people in zone {zone}, {limits[zone]} allowed, at {present.peak_time} ms"
    floor = ledger.presence.floor
    if (floor.level < 0).any() or floor.level[-1:].any():
        yield "people are not conserved on the floor"


def _bookings_answered(ledger: Ledger) -> Iterator[str]:
    """Each party's booking of a session or a meeting has exactly one row.

    A party that stays at the table for a stand-by is not booked for that; its row is left to others.
    """
    floor, sides = ledger.floor, ledger.sides
    for kind, column in ((Kind.SESSION, floor.bookings.session), (Kind.MEETING, floor.bookings.meeting)):
        booked = np.flatnonzero(column != NONE)
        owner = index_of(floor).owner[booked]
        rows = ledger.rows(kind)
        rows = rows.where(ledger.is_party(rows.actor))
        if kind is Kind.MEETING:
            stays = sides.party_day[floor.meetings.keeps[rows.other], rows.other]
            rows = rows.where(sides.ordinary[rows.other] | (rows.actor != stays))
        n = len(floor.sessions.place) + len(floor.meetings.place) + 1
        expected = np.sort(owner * n + column[booked])
        found = np.sort(rows.actor.astype(np.int64) * n + rows.other)
        if not np.array_equal(expected, found):
            wrong = np.setxor1d(expected, found)[:_SHOWN]
            pairs = ", ".join(f"party {key // n} and {kind.name} {key % n}" for key in wrong)
            yield f"{len(expected)} bookings, {len(found)} rows: {pairs}"


def _calls_answered(ledger: Ledger) -> Iterator[str]:
    """Each call for a delegate has exactly one row for its session or side of a meeting."""
    calls, rows = ledger.floor.calls, ledger.rows(Kind.MEETING)
    n = len(ledger.floor.meetings.start)
    expected = np.where(ledger.sides.ordinary, 2, 1)
    expected[np.unique(rows.other[np.isin(rows.outcome, SERVED)])] = 2
    if (np.bincount(rows.other, minlength=n) != expected).any():
        yield "a meeting has not two rows, or a stand-by who met nobody not one"
    hosts = np.bincount(ledger.hosting.other, minlength=len(ledger.floor.sessions.place))
    called = np.bincount(calls.session[calls.session != NONE], minlength=len(hosts))
    for session in np.flatnonzero(hosts != called)[:_SHOWN]:
        yield f"session {session}: {called[session]} hosts called, {hosts[session]} rows"


def _standbys(ledger: Ledger) -> Iterator[str]:
    """A stand-by is not needed just if its meeting was held; one who steps in meets who was stood up."""
    sides, meetings = ledger.sides, ledger.floor.meetings
    standby = np.flatnonzero(~sides.ordinary)
    of, stays = meetings.standby_for[standby], meetings.keeps[standby]
    not_needed = sides.outcome[1 - stays, standby] == Outcome.NOT_NEEDED
    held, waited = sides.held[standby], sides.outcome[stays, of] == Outcome.STOOD_UP
    same = sides.actor[stays, standby] == sides.actor[stays, of]
    at_once = (sides.arrival[stays, standby] == sides.end[stays, of]) & (sides.wait[stays, standby] == 0)
    wrong = (not_needed != sides.held[of]) | (held & ~(waited & same & at_once))
    for s in standby[wrong][:_SHOWN]:
        yield f"the stand-by of meeting {meetings.standby_for[s]} did not do as that meeting went ({s})"


def _second(wrong: Bools, n: int) -> Bools:
    """Of `n` rows those that are second in a pair of neighbours in `wrong`."""
    return np.append(False, wrong)[:n]


def _rows(ledger: Ledger, wrong: Bools, what: str, index: Integers | None = None) -> Iterator[str]:
    rows = np.flatnonzero(wrong) if index is None else index[wrong]
    for row in rows[:_SHOWN]:
        kind, actor = Kind(ledger.trace.kind[row]).name, ledger.trace.actor[row]
        yield f"row {row} ({kind} of actor {actor}): {what}"


def _parties(wrong: Bools, what: str) -> Iterator[str]:
    for party_day in np.flatnonzero(wrong)[:_SHOWN]:
        yield f"party-day {party_day}: {what}"
