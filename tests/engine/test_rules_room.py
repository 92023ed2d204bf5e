"""The door of a session: a room that closes, a seat that is freed; rounds without end (R5, R7), by hand."""

from __future__ import annotations

import pytest

from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import ALL_DAY, DAY, FloorPlan, Intervals

SESSION, VISIT = Kind.SESSION, Kind.VISIT


class Door:
    """A booth at 0, a gate at 0, a room and a cafe at 10; one seat is held for who never comes."""

    def __init__(self, opens: Intervals = ALL_DAY, *, at_booth: bool = False) -> None:
        self.plan = plan = FloorPlan()
        booths = plan.booth(0), plan.booth(10, opens=opens)
        self.gate = plan.gate(0, lanes=9)
        room = plan.room(10, opens=opens)
        self.place = booths[1] if at_booth else room
        self.cafe = plan.catering(10, seats=9)
        self.session = plan.session(self.place, 100, 120, doors=80, hold=100, seats=2)
        plan.party(self.gate, 0, bookings=[plan.attend(self.session, comes=False)])

    def walk_in(self, time: int, *, size: int = 1, eats_at: int | None = None) -> int:
        """A party at the door at a time, which perhaps leaves for a meal."""
        meal = [] if eats_at is None else [self.plan.eat(self.cafe, eats_at, 5)]
        session = self.plan.attend(self.session, registered=False, start=time)
        return self.plan.party(self.gate, 0, bookings=[session, *meal], size=size)

    def row(self, start: int, end: int, outcome: Outcome = Outcome.DONE, wait: int = 0) -> Row:
        return Row(SESSION, self.place, start, end, outcome, wait, self.session)


@pytest.mark.parametrize("at_booth", [False, True])
def test_a_room_that_closes_sends_its_door_away_and_keeps_its_audience(at_booth: bool) -> None:
    door = Door(opens=((0, 90), (95, DAY)), at_booth=at_booth)
    first, second, third = door.walk_in(85), door.walk_in(86), door.walk_in(90)
    rows = told(door.plan)
    check(rows[first], door.row(85, 120), only=SESSION)  # was seated before the close
    check(rows[second], door.row(86, 90, Outcome.CLOSED), only=SESSION)
    check(rows[second], Row(VISIT, door.gate, 1, 100), only=VISIT)  # goes on at once
    check(rows[third], door.row(90, 90, Outcome.CLOSED), only=SESSION)


def test_after_it_has_opened_again_a_room_lets_in_who_comes_then() -> None:
    door = Door(opens=((0, 90), (95, DAY)))
    first, second, third = door.walk_in(85), door.walk_in(86), door.walk_in(96)
    rows = told(door.plan)
    check(rows[first], door.row(85, 120), only=SESSION)
    check(rows[second], door.row(86, 90, Outcome.CLOSED), only=SESSION)
    check(rows[third], door.row(96, 120, wait=4), only=SESSION)  # when the held seat is released


def test_a_close_comes_before_the_release_of_held_seats() -> None:
    door = Door(opens=((0, 100),))
    door.walk_in(85)
    waiting = door.walk_in(86)
    check(told(door.plan)[waiting], door.row(86, 100, Outcome.CLOSED), only=SESSION)


def test_a_room_that_closes_leaves_other_rooms_alone() -> None:
    door = Door(opens=((0, 90),))
    plan = door.plan
    other = plan.room(10)
    session = plan.session(other, 100, 120, hold=95, seats=1)
    plan.party(door.gate, 0, bookings=[plan.attend(session, comes=False)])
    waiting = plan.party(door.gate, 0, bookings=[plan.attend(session, registered=False, start=86)])
    check(told(plan)[waiting], Row(SESSION, other, 86, 120, wait=9, other=session), only=SESSION)


def test_a_seat_that_is_freed_before_held_seats_are_released_is_handed_on_at_once() -> None:
    door = Door()
    leaves = door.walk_in(81, eats_at=91)  # the cafe is where the room is: 1 ms to walk
    waiting, behind = door.walk_in(85), door.walk_in(86)
    rows = told(door.plan)
    check(rows[leaves], door.row(81, 90), only=SESSION)
    check(rows[waiting], door.row(85, 120, wait=5), only=SESSION)
    check(rows[behind], door.row(86, 120, wait=14), only=SESSION)  # the held one, at 100


def test_seats_that_are_freed_go_to_the_first_at_the_door_that_fits() -> None:
    door = Door()
    leaves = door.walk_in(81, eats_at=91)
    large, small = door.walk_in(85, size=2), door.walk_in(86)
    rows = told(door.plan)
    check(rows[leaves], door.row(81, 90), only=SESSION)
    full = door.row(85, 100, Outcome.TURNED_AWAY)._replace(cause=Cause.FULL)
    check(rows[large], full, only=SESSION)
    check(rows[small], door.row(86, 120, wait=4), only=SESSION)


def test_however_many_rounds_a_session_has_they_are_its_own() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    room, other = plan.room(10), plan.room(10)
    plan.session(room, 100, 110, rounds=1_003, round=1)
    session = plan.session(other, 900, 1_200, rounds=3, round=500)
    for _ in range(2):
        plan.party(gate, 0, bookings=[plan.attend(session, rounds=3)])
    contacts = [(1_200, 1_700), (1_700, 2_200), (2_200, 2_700)]
    rows = told(plan)[0]
    check(rows, *(Row(Kind.CONTACT, other, *when, other=1) for when in contacts), only=Kind.CONTACT)
