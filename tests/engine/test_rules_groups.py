"""Meetings of more than two sides, by hand to the millisecond (R6).

A meeting is to be held at 100 for 20 ms, at a table at 30, and begins without who is missing at 110.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.floor.contract import faults
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import FloorPlan, Stop, with_value

IN_VAIN, MEETING = Kind.IN_VAIN, Kind.MEETING
LATE, MISSED, NO_SHOW, STOOD_UP = Outcome.LATE, Outcome.MISSED, Outcome.NO_SHOW, Outcome.STOOD_UP
CONVERSATION, OTHER_SIDE = Cause.CONVERSATION, Cause.OTHER_SIDE


class Group:
    """A booth at 20, a gate at 0, a table at 30 at which three are to meet."""

    def __init__(self, *, sides: int = 3, interpreters: int | None = None, hold: bool = False) -> None:
        self.plan = plan = FloorPlan()
        self.booth, self.far = plan.booth(20, staff=4), plan.booth(75)
        self.gate = plan.gate(0, lanes=100)
        self.table = plan.table(30)
        pool = {} if interpreters is None else {"interpreters": plan.pool(interpreters)}
        self.meeting = plan.meeting(self.table, 100, 20, tolerance=10, hold=hold, sides=sides, **pool)

    def side(self, number: int, *, at: int = 100, comes: bool = True) -> int:
        """A party for a side, at the table in time, or at another time after a talk."""
        stops = (Stop(self.booth, 1, at - 32),) if at != 100 else ()
        return self.plan.party(self.gate, 0, stops, [self.plan.meet(self.meeting, number, comes=comes)])

    def row(self, start: int, end: int, outcome: Outcome = Outcome.DONE, wait: int = 0, **more: Any) -> Row:
        return Row(MEETING, self.table, start, end, outcome, wait, self.meeting, **more)


def test_three_begin_when_the_last_is_there() -> None:
    group = Group()
    first, second, late = group.side(0), group.side(1), group.side(2, at=104)
    rows = told(group.plan)
    for party in (first, second):
        check(rows[party], group.row(100, 120, wait=4), only=MEETING)
    check(rows[late], group.row(104, 120, LATE, cause=CONVERSATION), only=MEETING)


@pytest.mark.parametrize("hold", [False, True])
def test_at_the_deadline_it_begins_without_who_is_missing(hold: bool) -> None:
    group = Group(hold=hold)
    first, other, late = group.side(0), group.side(1), group.side(2, at=125)
    rows = told(group.plan)
    for party in (first, other):  # they have waited for the third until 110
        check(rows[party], group.row(100, 130 if hold else 120, wait=10), only=MEETING)
    check(rows[late], group.row(110, 110, MISSED, cause=CONVERSATION), only=MEETING)
    check(rows[late], only=IN_VAIN)  # it talks until 115, knows at once, and does not go there


def test_who_sets_out_before_and_comes_after_the_deadline_finds_that_they_have_begun() -> None:
    group = Group()
    group.side(0)
    group.side(1)
    late = group.side(2, at=111)
    rows = told(group.plan)
    check(rows[late], group.row(110, 110, MISSED, cause=CONVERSATION), only=MEETING)
    check(rows[late], Row(IN_VAIN, group.table, 111, 111, other=group.meeting), only=IN_VAIN)


@pytest.mark.parametrize("there", [(0,), (1, 2), (0, 1), (0, 2), (0, 1, 2), (1,), ()])
def test_it_is_held_if_side_0_and_any_other_are_there(there: tuple[int, ...]) -> None:
    group = Group()
    parties = [group.side(side, comes=side in there) for side in range(3)]
    rows = told(group.plan)
    held, wait = 0 in there and len(there) > 1, 0 if len(there) == 3 else 10
    for side, party in enumerate(parties):
        expected = group.row(110, 110, NO_SHOW)
        if side in there:
            expected = group.row(100, 120, wait=wait)
            if not held:
                expected = group.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
        check(rows[party], expected, only=MEETING)


def test_enough_who_lack_an_interpreter_at_the_deadline_have_lost_the_meeting() -> None:
    group = Group(interpreters=0)
    first, second, missing = group.side(0), group.side(1), group.side(2, comes=False)
    rows = told(group.plan)
    for party in (first, second):
        check(rows[party], group.row(100, 110, STOOD_UP, cause=Cause.INTERPRETER), only=MEETING)
    check(rows[missing], group.row(110, 110, NO_SHOW), only=MEETING)


def test_behind_a_taken_table_the_wait_for_the_third_begins_when_it_is_free() -> None:
    group = Group(hold=True)
    plan = group.plan
    before = plan.meeting(group.table, 80, 25, hold=True)
    for side in (0, 1):
        plan.party(group.gate, 0, [], [plan.meet(before, side)])
    first, second, third = group.side(0), group.side(1), group.side(2, comes=False)
    rows = told(plan)
    for party in (first, second):  # the table is free at 105, and the tolerance ends at 115
        check(rows[party], group.row(100, 135, wait=15), only=MEETING)
    check(rows[third], group.row(115, 115, NO_SHOW), only=MEETING)


def test_a_delegate_on_the_way_when_four_begin_without_him_turns_back() -> None:
    group = Group(sides=4)
    plan = group.plan
    first = group.side(0)
    plan.call(group.booth, 80, meeting=group.meeting, side=1)  # walks 10, is there at 90
    plan.call(group.far, 70, meeting=group.meeting, side=2)  # walks 45, would be there at 115
    plan.call(group.booth, 80, meeting=group.meeting, side=3, comes=False)
    rows = told(plan)
    there, away = plan.member(0), plan.member(4)
    check(rows[first], group.row(100, 120, wait=10), only=MEETING)
    check(rows[there], group.row(90, 120, wait=20), only=MEETING)
    check(rows[away], group.row(110, 110, MISSED, cause=Cause.WALK), only=MEETING)
    back = Row(Kind.DELEGATE, group.table, 70, 150, Outcome.CANCELLED, other=1)
    check(rows[away], back, only=Kind.DELEGATE)
    nobody = Row(MEETING, group.table, 110, 110, NO_SHOW, 0, group.meeting)
    check(rows[-1], nobody, only=MEETING)


def test_a_floor_of_meetings_with_too_few_or_too_many_sides_is_refused() -> None:
    group = Group()
    plan = group.plan
    two = plan.meeting(group.table, 300, 20)
    plan.standby(two)
    plan.again(two, 400)
    floor = plan.build()
    assert faults(floor) == [
        "a stand-by must be a party booked once (1 broken, first row 2)"
    ]  # of whom there is none here

    def says(row: int, sides: int) -> str:
        return " ".join(faults(with_value(floor, "meetings", "sides", row, sides)))

    assert "meetings.sides must be from 2 to 4" in says(0, 1)
    assert "meetings.sides must be from 2 to 4" in says(0, 5)
    for row in (1, 2):
        assert "a stand-by must be for a meeting of two" in says(row, 3)
    for row in (1, 3):
        assert "a second appointment must be of a meeting of two" in says(row, 3)
    group.side(2)
    assert "bookings.side must be one of the meeting's" in " ".join(
        faults(with_value(plan.build(), "meetings", "sides", 0, 2))
    )
