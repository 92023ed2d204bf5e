"""Second appointments, by hand to the millisecond (R6).

A meeting is to be held at 100 for 20 ms and is lost at 110; the two may meet again at 150, at another
table.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.floor.contract import check_floor, faults
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import ALL_DAY, FloorPlan, Intervals, Stop, second_first, with_value

DELEGATE, IN_VAIN, LOOK, MEETING, VISIT = Kind.DELEGATE, Kind.IN_VAIN, Kind.LOOK, Kind.MEETING, Kind.VISIT
LATE, MISSED, NOT_NEEDED = Outcome.LATE, Outcome.MISSED, Outcome.NOT_NEEDED
NO_SHOW, STOOD_UP = Outcome.NO_SHOW, Outcome.STOOD_UP
CONVERSATION, OTHER_SIDE = Cause.CONVERSATION, Cause.OTHER_SIDE


class Twice:
    """A booth at 20, a gate at 0, tables at 30 and 34: a meeting at the first, the second at the other."""

    def __init__(self, *, again: int = 150, hold: bool = False, opens: Intervals = ALL_DAY) -> None:
        self.plan = plan = FloorPlan()
        self.booth = plan.booth(20, staff=4)
        self.gate = plan.gate(0, lanes=100)
        self.table, self.other_table = plan.table(30, opens), plan.table(34)
        self.first = plan.meeting(self.table, 100, 20, tolerance=10, hold=hold)
        self.second = plan.again(self.first, again, self.other_table)

    def side(self, number: int, *, at: int = 100, comes: bool = True, then: tuple[Stop, ...] = ()) -> int:
        """A party for a side of both, at the first table in time, or at another time after a talk."""
        plan = self.plan
        bookings = [plan.meet(self.first, number, comes=comes), plan.meet(self.second, number)]
        stops = (Stop(self.booth, 1, at - 32), *then) if at != 100 else then
        return plan.party(self.gate, 0, stops, bookings)

    def row(self, start: int, end: int, outcome: Outcome = Outcome.DONE, wait: int = 0, **more: Any) -> Row:
        """A row of the first meeting."""
        return Row(MEETING, self.table, start, end, outcome, wait, self.first, **more)

    def its(self, start: int, end: int, outcome: Outcome = Outcome.DONE, wait: int = 0, **more: Any) -> Row:
        """A row of the second appointment."""
        return Row(MEETING, self.other_table, start, end, outcome, wait, self.second, **more)

    def off(self, at: int, cause: Cause = Cause.MEETING) -> Row:
        """The row of a side that need not come, and had not."""
        return self.its(at, at, NOT_NEEDED, cause=cause)


# ------------------------------------------------------------------------------------ not needed
def test_a_meeting_that_is_held_is_not_held_again() -> None:
    twice = Twice()
    parties = twice.side(0), twice.side(1)
    rows = told(twice.plan)
    for party in parties:
        check(rows[party], twice.row(100, 120), twice.off(100), only=MEETING)
        check(rows[party], Row(VISIT, twice.gate, 1, 150), only=VISIT)  # straight home
        check(rows[party], only=IN_VAIN)


def test_nor_is_one_that_begins_late() -> None:
    twice = Twice()
    prompt, late = twice.side(0), twice.side(1, at=110)
    rows = told(twice.plan)
    check(rows[prompt], twice.row(100, 120, wait=10), twice.off(110), only=MEETING)
    check(rows[late], twice.row(110, 120, LATE, cause=CONVERSATION), twice.off(110), only=MEETING)


def test_who_is_a_no_show_is_not_offered_another_time() -> None:
    twice = Twice()
    waits, gone = twice.side(0), twice.side(1, comes=False)
    rows = told(twice.plan)
    check(rows[waits], twice.row(100, 110, STOOD_UP, cause=OTHER_SIDE), twice.off(110), only=MEETING)
    check(rows[waits], Row(VISIT, twice.gate, 1, 140), only=VISIT)  # does not wait for 150
    its = [row for row in rows[gone] if row.kind == MEETING and row.other == twice.second]
    assert [(row.start, row.outcome) for row in its] == [(110, NOT_NEEDED)]


def test_who_queues_while_the_second_is_called_off_is_said_to_have_been_in_a_queue() -> None:
    twice = Twice()
    for _ in range(4):  # with all of the staff from 22 on
        twice.plan.party(twice.gate, 0, [Stop(twice.booth, 1, 500)])
    twice.side(0)
    gone = twice.side(1, comes=False, then=(Stop(twice.booth, 1, 5),))  # queues from 22 to 136
    check(
        told(twice.plan)[gone],
        twice.row(110, 110, NO_SHOW),
        twice.off(110, Cause.QUEUE),
        only=MEETING,
    )


def test_the_second_is_off_if_the_first_is_not_yet_over_then() -> None:
    # the first table is taken until 131, and the tolerance counts from then; the second would be at 125
    twice = Twice(again=125, hold=True)
    plan = twice.plan
    before = plan.meeting(twice.table, 91, 40, tolerance=5, hold=True)
    for side in (0, 1):
        plan.party(twice.gate, 0, [], [plan.meet(before, side)])
    parties = twice.side(0), twice.side(1)
    rows = told(plan)
    for party in parties:
        check(rows[party], twice.row(100, 151, wait=31), twice.off(125), only=MEETING)


# ---------------------------------------------------------------------------------------- needed
def test_a_meeting_missed_by_lateness_is_held_later() -> None:
    twice = Twice()
    prompt, late = twice.side(0), twice.side(1, at=111)
    rows = told(twice.plan)
    check(rows[prompt], twice.row(100, 110, STOOD_UP, cause=OTHER_SIDE), twice.its(150, 170), only=MEETING)
    check(rows[late], twice.row(110, 110, MISSED, cause=CONVERSATION), twice.its(150, 170), only=MEETING)
    for party in (prompt, late):
        check(rows[party], Row(VISIT, twice.gate, 1, 204), only=VISIT)


def test_it_is_lost_like_any_meeting_and_there_is_no_third() -> None:
    twice = Twice()
    prompt = twice.side(0)
    late = twice.side(1, at=111, then=(Stop(twice.booth, 1, 100),))  # talks on from 122, until 222
    rows = told(twice.plan)
    lost = twice.its(150, 160, STOOD_UP, cause=OTHER_SIDE)
    check(rows[prompt], twice.row(100, 110, STOOD_UP, cause=OTHER_SIDE), lost, only=MEETING)
    missed = twice.its(160, 160, MISSED, cause=CONVERSATION)
    check(rows[late], twice.row(110, 110, MISSED, cause=CONVERSATION), missed, only=MEETING)


def test_if_the_place_was_closed_they_meet_elsewhere() -> None:
    twice = Twice(opens=((0, 95),))
    parties = twice.side(0), twice.side(1)
    rows = told(twice.plan)
    for party in parties:
        check(
            rows[party], twice.row(100, 110, STOOD_UP, cause=Cause.CLOSED), twice.its(150, 170), only=MEETING
        )


def test_two_second_appointments_never_share_a_table() -> None:
    # both are due at 150 at one table, as a contract cannot forbid; the later number waits its turn
    twice = Twice(hold=True)
    plan = twice.plan
    third = plan.table(38)
    first = plan.meeting(third, 100, 20, tolerance=10, hold=True)
    second = plan.again(first, 150, twice.other_table)
    twice.side(0), twice.side(1, at=111)
    others = []
    for side, talk in ((0, 0), (1, 90)):
        stops = [Stop(twice.booth, 1, talk)] if talk else []
        bookings = [plan.meet(first, side), plan.meet(second, side)]
        others.append(plan.party(twice.gate, 0, stops, bookings))
    rows = told(plan)
    for party in others:
        own = [row for row in rows[party] if row.kind == MEETING and row.other == second]
        assert [(row.start + row.wait, row.end) for row in own] == [(170, 190)]


def test_a_stand_by_meets_who_was_left_alone_and_the_two_meet_later_all_the_same() -> None:
    twice = Twice()
    plan = twice.plan
    standby = plan.standby(twice.first)
    prompt, late = twice.side(0), twice.side(1, at=111)
    plan.party(twice.gate, 0, [], [plan.meet(standby, 1)])
    rows = told(plan)
    check(
        rows[prompt],
        twice.row(100, 110, STOOD_UP, cause=OTHER_SIDE),
        twice.row(110, 120)._replace(other=standby),
        twice.its(150, 170),
        only=MEETING,
    )
    check(rows[late], twice.row(110, 110, MISSED, cause=CONVERSATION), twice.its(150, 170), only=MEETING)


# ------------------------------------------------------------------------------------- delegates
def test_a_delegate_is_sent_to_the_second_only_if_it_is_needed() -> None:
    for late in (False, True):
        twice = Twice()
        plan = twice.plan
        calls = [
            plan.call(twice.booth, at, meeting=meeting, side=0)
            for at, meeting in ((85, twice.first), (130, twice.second))
        ]
        guest = twice.side(1, at=111 if late else 100)
        rows = told(plan)
        sent = [row for m in range(4) for row in rows.get(plan.member(m), []) if row.kind == DELEGATE]
        of_second = [row for row in sent if row.other == calls[1]]
        if late:
            assert [(row.start, row.end) for row in of_second] == [(130, 184)]
            check(
                rows[guest],
                twice.row(110, 110, MISSED, cause=CONVERSATION),
                twice.its(150, 170),
                only=MEETING,
            )
        else:
            assert of_second == []
            check(rows[guest], twice.row(100, 120), twice.off(100), only=MEETING)


def test_a_delegate_on_the_way_to_the_second_is_called_back() -> None:
    twice = Twice()
    plan = twice.plan
    plan.call(twice.booth, 85, meeting=twice.first, side=0)
    call = plan.call(twice.booth, 103, meeting=twice.second, side=0)  # goes out before the first is over
    twice.side(1, at=108)
    rows = told(plan)
    sent = [row for m in range(4) for row in rows.get(plan.member(m), [])]
    turned = Row(DELEGATE, twice.other_table, 103, 113, Outcome.CANCELLED, other=call)
    assert [row for row in sent if row.other == call and row.kind == DELEGATE] == [turned]


# -------------------------------------------------------------------------------------- contract
@pytest.mark.parametrize(
    ("table", "column", "row", "value", "said"),
    [
        ("meetings", "again_of", 1, 2, "meetings.again_of must exist"),
        ("meetings", "again_of", 1, 1, "must be of an ordinary meeting"),
        ("meetings", "start", 1, 119, "must be after the meeting's slot"),
        ("bookings", "side", 1, 1, "must have the meeting's sides"),
        ("bookings", "meeting", 1, 0, "must have the meeting's sides"),
    ],
)
def test_a_bad_second_appointment_is_refused(
    table: str, column: str, row: int, value: int, said: str
) -> None:
    twice = Twice()
    twice.side(0), twice.side(1)
    floor = twice.plan.build()
    check_floor(floor)
    bad = with_value(floor, table, column, row, value)
    assert any(said in fault for fault in faults(bad)), faults(bad)


def test_two_second_appointments_of_a_meeting_or_one_with_a_stand_by_are_refused() -> None:
    twice = Twice()
    twice.plan.again(twice.first, 180)
    assert any("one second appointment at most" in fault for fault in faults(twice.plan.build()))
    twice = Twice()
    twice.side(0), twice.side(1)
    standby = twice.plan.standby(twice.second)
    twice.plan.party(twice.gate, 0, [], [twice.plan.meet(standby, 1)])
    assert any("for an ordinary meeting" in fault for fault in faults(twice.plan.build()))


def test_it_does_not_matter_which_row_comes_first() -> None:
    twice = Twice()
    prompt, late = twice.side(0), twice.side(1, at=111)
    floor = second_first(twice.plan.build(), "again_of")
    check_floor(floor)
    rows = told(floor)
    twice.first, twice.second = 1, 0
    check(rows[prompt], twice.row(100, 110, STOOD_UP, cause=OTHER_SIDE), twice.its(150, 170), only=MEETING)
    check(rows[late], twice.row(110, 110, MISSED, cause=CONVERSATION), twice.its(150, 170), only=MEETING)
