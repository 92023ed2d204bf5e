"""The floor, ready to run: walks, the calendar, the index, the contract."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappush
from random import Random
from typing import Any

import numpy as np
import pytest
import simpy

from sim.engine import simulate
from sim.engine.processes.kernel import At, Clock, Steps, Turn, call_at
from sim.floor.arrays import NEVER, NONE, Floor
from sim.floor.calendar import Entry, calendar
from sim.floor.contract import FloorError
from sim.floor.geography import Geography, distances, walks
from sim.floor.index import index_of, owners
from sim.floor.order import ENTITY_BITS, RANK_BITS, TIME_BITS, Rank, packed
from tests.random_floors import random_floor

SEEDS = range(40)
KEYS = range(min(Rank), 1 << RANK_BITS + ENTITY_BITS)  # rank and entity of an event


def walk(floor: Floor, a: int, b: int, pace: int) -> int:
    """ms from one place to another (spec of walking: Manhattan, through the doors of halls)."""
    if a == b:
        return 0
    p = floor.places
    if p.zone[a] == p.zone[b]:
        distance = abs(p.x[a] - p.x[b]) + abs(p.y[a] - p.y[b])
    else:
        distance = p.to_door[a] + p.zone_distance[p.zone[a], p.zone[b]] + p.to_door[b]
    return max(1, int(distance) * pace)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_walk_and_many_at_once_take_the_same_time(seed: int) -> None:
    floor = random_floor(Random(seed))
    places, geography = floor.places, Geography(floor.places)
    every = np.arange(len(places.kind))
    for pace in (1, 2, 75):
        many = walks(places, every[:, None], every[None, :], pace)
        one = [[geography.walk(a, b, pace) for b in every.tolist()] for a in every.tolist()]
        assert many.tolist() == one
        assert one == [[walk(floor, a, b, pace) for b in every.tolist()] for a in every.tolist()]
    assert distances(places, 0, 0) == 0


def test_an_events_time_rank_and_entity_are_one_signed_64_bit_number_in_their_order() -> None:
    assert TIME_BITS + RANK_BITS + ENTITY_BITS == 63
    assert max(Rank) < 1 << RANK_BITS + ENTITY_BITS
    assert len({rank >> ENTITY_BITS for rank in Rank}) == len(Rank)
    last = (1 << TIME_BITS) - 1, int(max(Rank)), (1 << ENTITY_BITS) - 1
    events = [(t, r, e) for t in (0, 1, last[0]) for r in sorted(Rank) for e in (0, 1, last[2])]
    time, rank, entity = np.array(events, dtype=np.int64).T
    assert (np.diff(packed(time, rank, entity)) > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_calendar_has_whatever_is_known_beforehand_once_in_the_order_of_keys(seed: int) -> None:
    floor = random_floor(Random(seed))
    known = calendar(floor)
    assert (np.diff(known.key) >= 0).all()
    counts = np.bincount(known.entry, minlength=len(Entry))
    ordinary = int((floor.meetings.standby_for == NONE).sum())
    of_sessions = floor.bookings.session != NONE
    expected = {
        Entry.OPENS: len(floor.places.open_from),
        Entry.CLOSES: len(floor.places.open_to),
        Entry.OFF_DUTY: len(floor.staff.shift_to),
        Entry.ON_DUTY: len(floor.staff.shift_from),
        Entry.ROUND: int(floor.sessions.rounds.sum()),
        Entry.RELEASE: 2 * len(floor.sessions.place),
        Entry.NO_SHOW: int((of_sessions & (floor.bookings.comes == 0)).sum()),
        Entry.CALL: int((floor.calls.comes != 0).sum()),
        Entry.DUE: ordinary,
        Entry.ARRIVAL: int((floor.party_days.arrival < NEVER).sum()),
        Entry.CALL_DEADLINE: int((floor.calls.session != NONE).sum()),
        Entry.DEADLINE: ordinary,
        Entry.SERVERS: len(floor.places.change_at),
    }
    assert dict(zip(Entry, counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_of_known_events_only_those_of_one_place_member_or_session_have_one_key(seed: int) -> None:
    floor = random_floor(Random(seed))
    known = calendar(floor)
    about: dict[tuple[int, int], set[object]] = {}
    for rank, entity, entry, subject in zip(
        known.rank.tolist(), known.entity.tolist(), known.entry.tolist(), known.subject.tolist(), strict=True
    ):
        if rank == Rank.PLACES:  # a change is one of the place that changes
            place = int(floor.places.change_place[subject]) if entry == Entry.SERVERS else subject
            what: object = place
        else:
            what = subject if rank == Rank.STAFF else (entry, subject)
        about.setdefault((rank, entity), set()).add(what)
    assert all(len(things) == 1 for things in about.values())
    calls = known.entity[known.entry == Entry.CALL_DEADLINE]
    meetings = known.entity[known.entry == Entry.DEADLINE]
    assert max(calls, default=NONE) < min(meetings, default=1 << ENTITY_BITS)


def test_what_never_happens_is_not_in_the_calendar_and_changes_nothing() -> None:
    floor = random_floor(Random(6))
    never = replace(floor.staff, shift_to=floor.staff.shift_to.copy())
    never.shift_to[-1] = NEVER
    after = replace(floor.staff, shift_to=floor.staff.shift_to.copy())
    after.shift_to[-1] = floor.end + 1
    endless, long = replace(floor, staff=never), replace(floor, staff=after)
    assert len(calendar(endless)) == len(calendar(long)) - 1
    assert (calendar(endless).time < NEVER).all()
    assert simulate(endless).to_bytes() == simulate(long).to_bytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_index_is_what_a_search_row_by_row_finds(seed: int) -> None:
    floor = random_floor(Random(seed))
    index, bookings, calls = index_of(floor), floor.bookings, floor.calls
    days = floor.party_days.booking_index
    for b, owner in enumerate(index.owner.tolist()):
        assert days[owner] <= b < days[owner + 1]
    assert index.owner.tolist() == owners(days).tolist()
    for side in (0, 1):
        for k in range(len(floor.meetings.place)):
            own = np.flatnonzero((bookings.meeting == k) & (bookings.side == side)).tolist() or [NONE]
            assert index.booking[side, k] == own[-1]
            assert index.party_day[side, k] == (index.owner[own[-1]] if own != [NONE] else NONE)
            call = np.flatnonzero((calls.meeting == k) & (calls.side == side)).tolist() or [NONE]
            assert index.call[side, k] == call[-1]
            assert index.booth[side, k] == (calls.booth[call[-1]] if call != [NONE] else NONE)
    for place in range(len(floor.places.kind)):
        here = index.sessions[index.session_index[place] : index.session_index[place + 1]]
        assert here.tolist() == np.flatnonzero(floor.sessions.place == place).tolist()
        slots = index.meetings[index.meeting_index[place] : index.meeting_index[place + 1]].tolist()
        start = floor.meetings.start
        expected = np.flatnonzero(floor.meetings.place == place).tolist()
        assert slots == sorted(expected, key=lambda k: (start[k], k))
    for k, s in enumerate(index.standby.tolist()):
        assert np.flatnonzero(floor.meetings.standby_for == k).tolist() == ([] if s == NONE else [s])
    assert index_of(floor) is index


def _late(floor: Floor) -> Floor:
    arrival = floor.party_days.arrival + (1 << TIME_BITS)
    latest = floor.party_days.latest + (1 << TIME_BITS)
    days = replace(floor.party_days, arrival=arrival, latest=latest)
    return replace(floor, party_days=days, end=int(latest.max()))


def test_a_floor_that_breaks_its_contract_is_not_run() -> None:
    floor = random_floor(Random(1))
    with pytest.raises(FloorError, match=r"staff.pace must be >= 1 \(\d+ broken, first row 0\)"):
        simulate(replace(floor, staff=replace(floor.staff, pace=floor.staff.pace * 0)))


def test_a_gate_in_a_hall_with_a_limit_or_a_change_of_lanes_elsewhere_is_named() -> None:
    places = random_floor(Random(1)).places
    limited = replace(places, zone_limit=np.full_like(places.zone_limit, 9))
    one = np.zeros(1, dtype=np.int64)  # place 0: a booth
    changed = replace(places, change_at=one, change_place=one, change_servers=one)
    for broken, said in (
        (limited, "a gate must not be in a hall with a limit on people"),
        (changed, "places.change_place must be a gate or catering"),
    ):
        with pytest.raises(FloorError, match=said):
            simulate(replace(random_floor(Random(1)), places=broken))


def test_a_floor_whose_times_do_not_fit_into_the_key_of_an_event_is_not_run() -> None:
    with pytest.raises(FloorError, match=r"party_days.arrival must be from 0 to 2\*\*31 ms \(24 days\)"):
        simulate(_late(random_floor(Random(1))))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_scheduled_first_decides_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = random_floor(Random(seed))
    trace = simulate(floor).to_bytes()

    def last_first(clock: Any, event: simpy.Event, priority: int = 1, delay: int = 0) -> None:
        number = next(clock._eid) * (-1 if priority in KEYS else 1)
        heappush(clock._queue, (clock._now + delay, priority, number, event))

    monkeypatch.setattr(Clock, "schedule", last_first)
    assert simulate(floor).to_bytes() == trace


@pytest.mark.parametrize("sends_first", [True, False])
def test_whose_turn_has_come_and_who_is_sent_out_go_on_as_that_was_brought_about(sends_first: bool) -> None:
    clock, told = Clock(), []
    turn = Turn(clock, who=0)

    def wait() -> Steps:
        yield turn
        told.append("turn")

    def set_out() -> Steps:
        told.append("sent out")
        yield At(clock, 1, Rank.ARRIVALS, 0)

    def bring_about() -> None:
        if sends_first:
            clock.process(set_out())
        turn.succeed()
        if not sends_first:
            clock.process(set_out())
        told.append("who acts")

    clock.process(wait())
    call_at(clock, 5, Rank.CALLS, 0, bring_about)
    call_at(clock, 5, Rank.ARRIVALS, 0, lambda: told.append("next event"))
    clock.run()
    between = ["sent out", "turn"] if sends_first else ["turn", "sent out"]
    assert told == ["who acts", *between, "next event"]
