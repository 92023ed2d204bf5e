"""Stand-bys for meetings, by hand to the millisecond (R6).

A meeting is to be held at 100 for 20 ms and is lost at 110. Side 0 stays at the table; side 1 may be
missing, and the stand-by would replace it.
"""

from __future__ import annotations

from typing import Any

from sim.floor.arrays import NONE
from sim.floor.contract import check_floor
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import ALL_DAY, Booking, FloorPlan, Intervals, Stop, second_first

DELEGATE, LOUNGE, MEAL, MEETING, VISIT = Kind.DELEGATE, Kind.LOUNGE, Kind.MEAL, Kind.MEETING, Kind.VISIT
DONE, LATE, MISSED, NOT_NEEDED = Outcome.DONE, Outcome.LATE, Outcome.MISSED, Outcome.NOT_NEEDED
NO_SHOW, STOOD_UP = Outcome.NO_SHOW, Outcome.STOOD_UP
CONVERSATION, INTERPRETER, OTHER_SIDE = Cause.CONVERSATION, Cause.INTERPRETER, Cause.OTHER_SIDE


class Trio:
    """A booth at 20, a gate at 0, tables at 30 and 34; a meeting at the first, and a stand-by for it."""

    def __init__(
        self,
        *,
        opens: Intervals = ALL_DAY,
        duration: int = 20,
        hold: bool = False,
        keeps: int = 0,
        pools: tuple[int, int] | None = None,
    ) -> None:
        """`pools`: of the meeting and of the stand-by, where pool 0 has one interpreter."""
        self.plan = plan = FloorPlan()
        self.booth = plan.booth(20, staff=4)
        self.gate = plan.gate(0, lanes=100)
        self.table, self.other_table = plan.table(30, opens), plan.table(34)
        own, its = pools or (NONE, NONE)
        if pools:
            plan.pool(1)
        self.meeting = plan.meeting(self.table, 100, duration, tolerance=10, hold=hold, interpreters=own)
        self.standby = plan.standby(self.meeting, keeps, interpreters=its)

    def party(self, *bookings: Booking, at: int = 100, then: tuple[Stop, ...] = ()) -> int:
        """A party that is at the table in time; or at another time, after a conversation until `at - 10`."""
        stops = (Stop(self.booth, 1, at - 32), *then) if at != 100 else then
        return self.plan.party(self.gate, 0, stops, bookings)

    def side(self, number: int, *, at: int = 100, comes: bool = True) -> int:
        """A party for a side of the meeting."""
        return self.party(self.plan.meet(self.meeting, number, comes=comes), at=at)

    def sides(self, *, at: int = 100, comes: bool = True) -> tuple[int, int]:
        """Both sides, the first in time, the second at `at` or not at all."""
        return self.side(0), self.side(1, at=at, comes=comes)

    def stands_by(self, *, at: int = 100, comes: bool = True, side: int = 1) -> int:
        """The party that stands by."""
        return self.party(self.plan.meet(self.standby, side, comes=comes), at=at)

    def row(self, start: int, end: int, outcome: Outcome = DONE, wait: int = 0, **more: Any) -> Row:
        """A row of the meeting."""
        return Row(MEETING, self.table, start, end, outcome, wait, self.meeting, **more)

    def its(self, start: int, end: int, outcome: Outcome = DONE, wait: int = 0, **more: Any) -> Row:
        """A row of the stand-by's meeting."""
        return self.row(start, end, outcome, wait, **more)._replace(other=self.standby)

    def elsewhere(self, start: int, duration: int) -> int:
        """Another meeting, at the other table, that needs the interpreter; the party of side 0."""
        plan = self.plan
        other = plan.meeting(self.other_table, start, duration, tolerance=30, hold=True, interpreters=0)
        self.party(plan.meet(other, 1))
        return self.party(plan.meet(other, 0))


# --------------------------------------------------------------------------------------- needed
def test_a_stand_by_takes_the_place_of_a_side_that_does_not_come() -> None:
    trio = Trio()
    (stays, gone), standby = trio.sides(comes=False), trio.stands_by()
    rows = told(trio.plan)
    stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)
    check(rows[gone], trio.row(110, 110, NO_SHOW), only=MEETING)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)
    for party in (stays, standby):
        check(rows[party], Row(VISIT, trio.gate, 1, 150), only=VISIT)


def test_the_first_side_may_be_the_one_that_is_replaced() -> None:
    trio = Trio(keeps=1)
    gone, stays, standby = trio.side(0, comes=False), trio.side(1), trio.stands_by(side=0)
    rows = told(trio.plan)
    stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)
    check(rows[gone], trio.row(110, 110, NO_SHOW), only=MEETING)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)


def test_a_stand_by_may_be_late_and_the_missing_side_too_late() -> None:
    trio = Trio()
    stays, missing, standby = trio.side(0, at=103), trio.side(1, at=111), trio.stands_by(at=105)
    rows = told(trio.plan)
    stood_up = trio.row(103, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)  # it was at the table in time for this
    check(rows[standby], trio.its(105, 120, LATE, wait=5, cause=CONVERSATION), only=MEETING)
    check(rows[missing], trio.row(110, 110, MISSED, cause=CONVERSATION), only=MEETING)
    check(rows[missing], Row(VISIT, trio.gate, 1, 141), only=VISIT)  # was there at 111, in vain


def test_a_stand_by_that_comes_at_the_deadline_is_in_time_and_a_millisecond_later_not() -> None:
    for at in (110, 111):
        trio = Trio()
        (stays, _), standby = trio.sides(comes=False), trio.stands_by(at=at)
        rows = told(trio.plan)
        stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
        if at == 110:
            check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)
            check(rows[standby], trio.its(110, 120, LATE, cause=CONVERSATION), only=MEETING)
        else:
            check(rows[stays], stood_up, only=MEETING)
            check(rows[standby], trio.its(110, 110, MISSED, cause=CONVERSATION), only=MEETING)
            check(rows[stays], Row(VISIT, trio.gate, 1, 140), only=VISIT)


def test_it_does_not_matter_which_of_the_two_rows_comes_first() -> None:
    trio = Trio()
    (stays, gone), standby = trio.sides(comes=False), trio.stands_by()
    floor = second_first(trio.plan.build(), "standby_for")
    check_floor(floor)
    rows = told(floor)
    trio.meeting, trio.standby = 1, 0
    stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)
    check(rows[gone], trio.row(110, 110, NO_SHOW), only=MEETING)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)


def test_with_hold_it_has_the_full_length() -> None:
    trio = Trio(hold=True)
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()
    rows = told(trio.plan)
    stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 130), only=MEETING)
    check(rows[standby], trio.its(100, 130, wait=10), only=MEETING)


def test_cut_it_steps_in_while_the_least_of_a_meeting_is_left() -> None:
    trio = Trio(duration=5)
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()
    rows = told(trio.plan)
    # the tolerance is 10, but at 104 the least of 1 is left
    stood_up = trio.row(100, 104, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(104, 105), only=MEETING)
    check(rows[standby], trio.its(100, 105, wait=4), only=MEETING)


def test_a_delegate_stays_and_walks_home_after_the_second_meeting() -> None:
    trio = Trio()
    plan = trio.plan
    call = plan.call(trio.booth, 80, meeting=trio.meeting, side=0)  # there at 90
    trio.side(1, comes=False)
    standby = trio.stands_by()
    rows = told(plan)
    check(
        rows[plan.member(0)],
        trio.row(90, 110, STOOD_UP, cause=OTHER_SIDE),
        trio.its(110, 120),
        Row(DELEGATE, trio.table, 80, 130, other=call),
    )
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)


def test_a_delegate_who_is_replaced_turns_round() -> None:
    trio = Trio()
    plan = trio.plan
    call = plan.call(trio.booth, 95, meeting=trio.meeting, side=1)
    stays, standby = trio.side(0), trio.stands_by()
    for _ in range(4):  # all members talk until 107, and the call is answered then
        plan.party(trio.gate, 0, [Stop(trio.booth, 1, 85)])
    rows = told(plan)
    stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
    check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)
    sent = [row for member in range(4) for row in rows.get(plan.member(member), [])]
    turned = Row(DELEGATE, trio.table, 107, 113, Outcome.CANCELLED, other=call)
    check(sent, trio.row(110, 110, MISSED, cause=CONVERSATION), turned)


# ----------------------------------------------------------------------------------- not needed
def test_a_stand_by_goes_on_when_the_meeting_begins() -> None:
    trio = Trio()
    plan = trio.plan
    cafe = plan.catering(20, seats=9)
    stays, late = trio.sides(at=105)
    standby = trio.party(plan.meet(trio.standby, 1), plan.eat(cafe, 120, 5))
    rows = told(plan)
    check(rows[stays], trio.row(100, 120, wait=5), only=MEETING)
    check(rows[late], trio.row(105, 120, LATE, cause=CONVERSATION), only=MEETING)
    check(
        rows[standby],
        Row(Kind.GATE, trio.gate, 0, 1),
        Row(LOUNGE, trio.gate, 1, 70),
        trio.its(100, 105, NOT_NEEDED),
        Row(LOUNGE, trio.table, 105, 110),
        Row(MEAL, cafe, 120, 125),
        Row(VISIT, trio.gate, 1, 145),
    )


def test_a_stand_by_who_is_needed_is_late_for_what_comes_next() -> None:
    trio = Trio()
    plan = trio.plan
    cafe = plan.catering(20, seats=9)
    trio.sides(comes=False)
    standby = trio.party(plan.meet(trio.standby, 1), plan.eat(cafe, 120, 5))
    rows = told(plan)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)
    check(rows[standby], Row(MEAL, cafe, 130, 135), only=MEAL)


def test_if_all_are_in_time_the_stand_by_goes_at_once() -> None:
    trio = Trio()
    sides, standby = trio.sides(), trio.stands_by()
    rows = told(trio.plan)
    for party in sides:
        check(rows[party], trio.row(100, 120), only=MEETING)
    check(rows[standby], trio.its(100, 100, NOT_NEEDED), only=MEETING)
    check(rows[standby], Row(VISIT, trio.gate, 1, 130), only=VISIT)


def test_a_side_that_comes_at_the_deadline_is_not_replaced() -> None:
    trio = Trio()
    (stays, late), standby = trio.sides(at=110), trio.stands_by()
    rows = told(trio.plan)
    check(rows[stays], trio.row(100, 120, wait=10), only=MEETING)
    check(rows[late], trio.row(110, 120, LATE, cause=CONVERSATION), only=MEETING)
    check(rows[standby], trio.its(100, 110, NOT_NEEDED), only=MEETING)


def test_a_stand_by_on_the_way_learns_on_arrival_that_it_is_not_needed() -> None:
    trio = Trio()
    trio.sides()
    # talks until 95, sets out, is at the table at 105, back at the next stop at 115
    standby = trio.party(trio.plan.meet(trio.standby, 1), at=105, then=(Stop(trio.booth, 1),))
    rows = told(trio.plan)
    check(rows[standby], trio.its(100, 100, NOT_NEEDED, cause=CONVERSATION), only=MEETING)
    looks = Row(Kind.LOOK, trio.booth, 21, 22), Row(Kind.LOOK, trio.booth, 115, 116)
    check(rows[standby], *looks, only=Kind.LOOK)


def test_a_stand_by_that_is_not_on_the_way_when_it_is_not_needed_does_not_go_there() -> None:
    trio = Trio()
    trio.sides()
    # talks until 101, a millisecond after the meeting began, and looks again where it is
    standby = trio.party(trio.plan.meet(trio.standby, 1), at=111, then=(Stop(trio.booth, 1),))
    rows = told(trio.plan)
    check(rows[standby], trio.its(100, 100, NOT_NEEDED, cause=CONVERSATION), only=MEETING)
    looks = Row(Kind.LOOK, trio.booth, 21, 22), Row(Kind.LOOK, trio.booth, 101, 102)
    check(rows[standby], *looks, only=Kind.LOOK)


def test_whether_a_stand_by_who_is_not_needed_would_have_come_does_not_matter() -> None:
    trio = Trio()
    trio.sides(at=104)
    standby = trio.stands_by(comes=False)
    rows = told(trio.plan)
    check(rows[standby], trio.its(104, 104, NOT_NEEDED, cause=Cause.ABSENT), only=MEETING)
    check(rows[standby], Row(VISIT, trio.gate, 1, 1), only=VISIT)


# ------------------------------------------------------------------------------ nobody to be met
def test_if_the_side_that_should_stay_is_missing_the_stand_by_is_stood_up_too() -> None:
    trio = Trio()
    gone, other, standby = trio.side(0, comes=False), trio.side(1), trio.stands_by(at=104)
    rows = told(trio.plan)
    check(rows[gone], trio.row(110, 110, NO_SHOW), only=MEETING)
    check(rows[other], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), only=MEETING)
    check(rows[standby], trio.its(104, 110, STOOD_UP, cause=OTHER_SIDE), only=MEETING)
    check(rows[standby], Row(VISIT, trio.gate, 1, 140), only=VISIT)
    assert NONE not in rows  # the side that would have stayed has no row of the stand-by's meeting


def test_if_both_sides_are_missing_the_stand_by_is_alone() -> None:
    trio = Trio()
    for number in (0, 1):
        trio.side(number, comes=False)
    standby = trio.stands_by()
    check(told(trio.plan)[standby], trio.its(100, 110, STOOD_UP, cause=OTHER_SIDE), only=MEETING)


def test_a_stand_by_may_be_missing_itself() -> None:
    for comes, row in ((True, (MISSED, CONVERSATION)), (False, (NO_SHOW, Cause.NONE))):
        trio = Trio()
        (stays, _), standby = trio.sides(comes=False), trio.stands_by(at=200 if comes else 100, comes=comes)
        rows = told(trio.plan)
        check(rows[stays], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), only=MEETING)
        check(rows[stays], Row(VISIT, trio.gate, 1, 140), only=VISIT)
        check(rows[standby], trio.its(110, 110, row[0], cause=row[1]), only=MEETING)


# ---------------------------------------------------------------------------------- interpreters
def test_without_an_interpreter_nobody_meets_and_all_know_why() -> None:
    trio = Trio(pools=(NONE, 0))
    (stays, gone), standby = trio.sides(comes=False), trio.stands_by()
    trio.elsewhere(100, 11)  # until 111
    rows = told(trio.plan)
    check(rows[stays], trio.row(100, 110, STOOD_UP, cause=INTERPRETER), only=MEETING)
    check(rows[gone], trio.row(110, 110, NO_SHOW), only=MEETING)
    check(rows[standby], trio.its(100, 110, STOOD_UP, cause=INTERPRETER), only=MEETING)
    for party in (stays, standby):
        check(rows[party], Row(VISIT, trio.gate, 1, 140), only=VISIT)


def test_an_interpreter_freed_at_the_deadline_is_free_and_then_taken() -> None:
    trio = Trio(pools=(NONE, 0), hold=True)
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()
    trio.elsewhere(100, 10)
    after = trio.elsewhere(111, 5)  # waits for the interpreter until 130
    rows = told(trio.plan)
    check(rows[stays], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), trio.its(110, 130), only=MEETING)
    check(rows[standby], trio.its(100, 130, wait=10), only=MEETING)
    other = Row(MEETING, trio.other_table, 111, 135, wait=19, other=trio.standby + 2)
    check(rows[after], other, only=MEETING)


def test_it_is_the_stand_bys_own_need_that_counts() -> None:
    trio = Trio(pools=(0, NONE))
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()
    trio.elsewhere(100, 50)
    rows = told(trio.plan)
    check(rows[stays], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), trio.its(110, 120), only=MEETING)
    check(rows[standby], trio.its(100, 120, wait=10), only=MEETING)


def test_if_the_meeting_itself_lacks_an_interpreter_the_stand_by_cannot_help() -> None:
    trio = Trio(pools=(0, NONE))
    sides, standby = trio.sides(), trio.stands_by()
    trio.elsewhere(99, 50)
    rows = told(trio.plan)
    for party in sides:
        check(rows[party], trio.row(100, 110, STOOD_UP, cause=INTERPRETER), only=MEETING)
    check(rows[standby], trio.its(100, 110, STOOD_UP, cause=INTERPRETER), only=MEETING)


def test_of_two_stand_bys_at_one_deadline_the_first_meetings_has_the_interpreter() -> None:
    trio = Trio(pools=(NONE, 0))
    plan = trio.plan
    second = plan.meeting(trio.other_table, 100, 20, tolerance=10)
    its = plan.standby(second, interpreters=0)
    stays = [trio.side(0), trio.party(plan.meet(second, 0))]
    for meeting in (trio.meeting, second):
        trio.party(plan.meet(meeting, 1, comes=False))
    standbys = [trio.stands_by(), trio.party(plan.meet(its, 1))]
    rows = told(plan)
    check(rows[stays[0]], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), trio.its(110, 120), only=MEETING)
    check(rows[standbys[0]], trio.its(100, 120, wait=10), only=MEETING)
    lost = Row(MEETING, trio.other_table, 100, 110, STOOD_UP, other=second, cause=INTERPRETER)
    check(rows[stays[1]], lost, only=MEETING)
    check(rows[standbys[1]], lost._replace(other=its), only=MEETING)


# ---------------------------------------------------------------------- tables and opening hours
def test_where_the_table_was_taken_the_stand_by_waits_for_the_later_deadline() -> None:
    trio = Trio(hold=True)
    plan = trio.plan
    before = plan.meeting(trio.table, 80, 20, tolerance=10, hold=True)
    trio.party(plan.meet(before, 0))
    trio.party(plan.meet(before, 1), at=88)  # so it lasts until 108
    (stays, _), standby = trio.sides(comes=False), trio.stands_by(at=115)
    after = plan.meeting(trio.table, 120, 20, tolerance=3, hold=True)
    prompt = trio.party(plan.meet(after, 0))
    slow = trio.party(plan.meet(after, 1), at=141)
    rows = told(plan)
    # the tolerance counts from 108: the stand-by steps in at 118, until 138
    check(rows[stays], trio.row(100, 118, STOOD_UP, cause=OTHER_SIDE), trio.its(118, 138), only=MEETING)
    check(rows[standby], trio.its(115, 138, LATE, wait=3, cause=CONVERSATION), only=MEETING)
    # and that of the next meeting counts from 138
    held = Row(MEETING, trio.table, 120, 161, wait=21, other=after)
    check(rows[prompt], held, only=MEETING)
    late = Row(MEETING, trio.table, 141, 161, LATE, other=after, cause=CONVERSATION)
    check(rows[slow], late, only=MEETING)


def test_at_a_table_that_is_taken_at_the_deadline_nobody_meets() -> None:
    trio = Trio()
    plan = trio.plan
    rival = plan.meeting(trio.table, 101, 20, tolerance=30)  # begins at 105, while the other waits
    trio.party(plan.meet(rival, 0), at=105)
    trio.party(plan.meet(rival, 1), at=105)
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()
    rows = told(plan)
    check(rows[stays], trio.row(100, 110, STOOD_UP, cause=Cause.MEETING), only=MEETING)
    check(rows[standby], trio.its(100, 110, STOOD_UP, cause=Cause.MEETING), only=MEETING)


def test_a_table_is_handed_on_when_a_stand_bys_meeting_ends() -> None:
    trio = Trio()
    plan = trio.plan
    after = plan.meeting(trio.table, 120, 20)
    prompt = [trio.party(plan.meet(after, side)) for side in (0, 1)]
    trio.sides(comes=False)
    trio.stands_by()
    rows = told(plan)
    for party in prompt:
        check(rows[party], Row(MEETING, trio.table, 120, 140, other=after), only=MEETING)


def test_after_closing_time_nobody_meets() -> None:
    for closes in (110, 111):  # at 110 a place that closes then is closed
        trio = Trio(opens=((0, closes),))
        (stays, _), standby = trio.sides(comes=False), trio.stands_by()
        rows = told(trio.plan)
        if closes == 110:
            check(rows[stays], trio.row(100, 110, STOOD_UP, cause=Cause.CLOSED), only=MEETING)
            check(rows[standby], trio.its(100, 110, STOOD_UP, cause=Cause.CLOSED), only=MEETING)
        else:  # it finishes
            stood_up = trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE)
            check(rows[stays], stood_up, trio.its(110, 120), only=MEETING)


def test_if_the_meeting_is_lost_because_its_place_is_closed_so_is_the_stand_bys() -> None:
    trio = Trio(opens=((0, 95),))
    sides, standby = trio.sides(), trio.stands_by()
    rows = told(trio.plan)
    for party in sides:
        check(rows[party], trio.row(100, 110, STOOD_UP, cause=Cause.CLOSED), only=MEETING)
    check(rows[standby], trio.its(100, 110, STOOD_UP, cause=Cause.CLOSED), only=MEETING)
