"""Booths, their staff and their delegates, by hand to the millisecond (R3, R4).

The booth lies at 10 and the gate at 0, the check and the look take 1 ms: a party that arrives at t
asks at t + 12 (check 1, walk 10, look 1).
"""

from __future__ import annotations

import pytest

from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import DAY, FloorPlan, Intervals, Stop

DELEGATE, MEETING, TALK, VISIT = Kind.DELEGATE, Kind.MEETING, Kind.TALK, Kind.VISIT


class Stand:
    """One booth at 10, a gate with lanes enough, tables at 30 and 34."""

    def __init__(self, staff: int | list[Intervals] = 1, opens: Intervals = ((0, DAY),)) -> None:
        self.plan = FloorPlan()
        self.booth = self.plan.booth(10, staff, opens)
        self.gate = self.plan.gate(0, lanes=100)
        self.table, self.other_table = self.plan.table(30), self.plan.table(34)

    def ask(
        self, time: int, talk: int, *, patience: int = DAY, queue_limit: int = 1_000, departure: int = DAY
    ) -> int:
        """A party that asks at `time`."""
        return self.plan.party(
            self.gate,
            time - 12,
            [Stop(self.booth, 1, talk)],
            patience=patience,
            queue_limit=queue_limit,
            departure=departure,
        )

    def guest(self, meeting: int) -> int:
        """A party that only comes for a meeting, in time."""
        return self.plan.party(self.gate, 0, bookings=[self.plan.meet(meeting)])


# ---------------------------------------------------------------------------------- R3 booth
def test_the_member_free_longest_serves_and_of_two_the_lower() -> None:
    stand = Stand(staff=2)
    stand.ask(12, 10)  # both free since 0: member 0, until 22
    stand.ask(14, 4)  # member 1, until 18
    stand.ask(23, 5)  # member 1 is free since 18, member 0 since 22
    stand.ask(24, 5)
    rows = told(stand.plan)
    zero, one = stand.plan.member(0), stand.plan.member(1)
    for party, row in enumerate(
        [
            Row(TALK, stand.booth, 12, 22, other=zero),
            Row(TALK, stand.booth, 14, 18, other=one),
            Row(TALK, stand.booth, 23, 28, other=one),
            Row(TALK, stand.booth, 24, 29, other=zero),
        ]
    ):
        check(rows[party], row, only=TALK)


def test_parties_queue_balk_and_renege() -> None:
    stand = Stand()
    stand.ask(12, 20)  # until 32
    stand.ask(13, 5, patience=0)  # balks: never queues
    stand.ask(14, 5)  # served 32 to 37
    stand.ask(15, 5, queue_limit=1)  # one is waiting: balks
    stand.ask(16, 5, queue_limit=2, patience=10)  # reneges at 26
    stand.ask(17, 5, queue_limit=2)  # two are waiting: balks
    stand.ask(27, 6, queue_limit=2)  # one has gone; served 37 to 43
    stand.ask(43, 5, patience=0)  # nobody is waiting and the member is free
    rows = told(stand.plan)
    member = stand.plan.member(0)
    for party, row in enumerate(
        [
            Row(TALK, stand.booth, 12, 32, other=member),
            Row(TALK, stand.booth, 13, 13, Outcome.BALKED),
            Row(TALK, stand.booth, 14, 37, wait=18, other=member),
            Row(TALK, stand.booth, 15, 15, Outcome.BALKED),
            Row(TALK, stand.booth, 16, 26, Outcome.RENEGED),
            Row(TALK, stand.booth, 17, 17, Outcome.BALKED),
            Row(TALK, stand.booth, 27, 43, wait=10, other=member),
            Row(TALK, stand.booth, 43, 48, other=member),
        ]
    ):
        check(rows[party], row, only=TALK)
    # a lost party goes on from the booth at once
    check(rows[4], Row(VISIT, stand.gate, 5, 36), only=VISIT)


def test_who_balked_or_reneged_tries_again_later_and_once_more_if_that_is_lost_too() -> None:
    # one member of staff, who talks from 11 to 40; beside the booth at 9 there is another at 19
    plan = FloorPlan()
    busy, other = plan.booth(9), plan.booth(19)
    gate = plan.gate(lanes=5)
    plan.party(gate, 0, [Stop(busy, 1, 29)])
    again = [
        Stop(busy, 1, 7),
        Stop(other, 4),
        Stop(busy, 2, 7, retry=2),
        Stop(other, 5),
        Stop(busy, 2, 7, retry=2),
    ]
    late = plan.party(gate, 5, again, patience=0)
    rows = told(plan)[late]
    # at the booth 15, looks, balks at 16; 10 over, looks 26 to 30, 10 back, looks 40 to 42 and is served
    talk = Row(TALK, busy, 42, 49, other=plan.member(0))
    check(rows, Row(TALK, busy, 16, 16, Outcome.BALKED), talk, only=TALK)
    # and does not come a third time: at the other booth again at 59
    looks = [(busy, 15, 16), (other, 26, 30), (busy, 40, 42), (other, 59, 64)]
    check(rows, *[Row(Kind.LOOK, *look) for look in looks], only=Kind.LOOK)


def test_the_second_try_after_a_loss_is_made_only_if_the_first_was_lost_too() -> None:
    plan = FloorPlan()
    busy, other = plan.booth(9), plan.booth(19)
    gate = plan.gate(lanes=5)
    plan.party(gate, 0, [Stop(busy, 1, 60)])  # until 71
    again = [
        Stop(busy, 1, 7),
        Stop(other, 4),
        Stop(busy, 2, 7, retry=2),
        Stop(other, 5),
        Stop(busy, 2, 7, retry=2),
    ]
    party = plan.party(gate, 5, again, patience=3)
    rows = told(plan)[party]
    # reneges at 19; 29 to 33 at the other, 43 to 45 here again, reneges at 48; 58 to 63, and at 73 to 75
    check(
        rows,
        Row(TALK, busy, 16, 19, Outcome.RENEGED),
        Row(TALK, busy, 45, 48, Outcome.RENEGED),
        Row(TALK, busy, 75, 82, other=plan.member(0)),
        only=TALK,
    )


def test_who_was_served_or_found_it_closed_does_not_try_again() -> None:
    plan = FloorPlan()
    first, closed = plan.booth(9), plan.booth(9, opens=((0, 30),))
    gate = plan.gate()
    served = [Stop(first, 1, 7), Stop(first, 1, 7, retry=1)]
    shut = [Stop(closed, 20, 7), Stop(closed, 2, 7, retry=1)]  # looks until 39
    party = plan.party(gate, 0, [*served, *shut])
    rows = told(plan)[party]
    talks = [Row(TALK, first, 11, 18, other=plan.member(0)), Row(TALK, closed, 39, 39, Outcome.CLOSED)]
    check(rows, *talks, only=TALK)
    check(rows, Row(Kind.LOOK, first, 10, 11), Row(Kind.LOOK, closed, 19, 39), only=Kind.LOOK)


def test_the_departure_caps_patience_and_is_not_a_renege() -> None:
    stand = Stand()
    stand.ask(12, 50)
    stand.ask(13, 5, patience=30, departure=40)  # must leave at 30
    stand.ask(14, 5, patience=16, departure=40)  # patience ends at 30 too
    stand.ask(15, 5, patience=16, departure=40)  # patience would end at 31
    rows = told(stand.plan)
    booth, left = stand.booth, Outcome.LEFT_FOR_BOOKING
    check(rows[1], Row(TALK, booth, 13, 30, left, cause=Cause.DEPARTURE), only=TALK)
    check(rows[2], Row(TALK, booth, 14, 30, Outcome.RENEGED), only=TALK)
    check(rows[3], Row(TALK, booth, 15, 30, left, cause=Cause.DEPARTURE), only=TALK)


def test_a_booking_caps_patience_at_the_time_to_walk_there() -> None:
    stand = Stand()
    plan = stand.plan
    stand.ask(12, 500)
    meeting = plan.meeting(stand.table, 100, 20)
    plan.party(stand.gate, 1, [Stop(stand.booth, 1, 5)], [plan.meet(meeting, 0)])
    plan.party(stand.gate, 1, bookings=[plan.meet(meeting, 1)])
    rows = told(plan)
    left = Row(TALK, stand.booth, 13, 80, Outcome.LEFT_FOR_BOOKING, cause=Cause.BOOKING)
    check(rows[1], left, only=TALK)
    check(rows[1], Row(MEETING, stand.table, 100, 120, other=meeting), only=MEETING)  # in time


def test_a_cap_that_is_past_when_nobody_is_free_means_leaving_at_once() -> None:
    # held up at the door of a full hall until 34, the party asks at 37 and should be off at 33
    plan = FloorPlan(zone_patience=1_000)
    hall = plan.hall(limit=2)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=9, to_door=3)
    plan.party(gate, 0, [Stop(booth, 1, 500)])  # at the booth from 11, asks at 12
    plan.party(gate, 0, [Stop(booth, 23)])  # leaves the hall at 34
    plan.party(gate, 2, [Stop(booth, 1, 5)], departure=43)  # at the door 11, in at 34
    rows = told(plan)
    check(
        rows[2],
        Row(TALK, booth, 37, 37, Outcome.LEFT_FOR_BOOKING, cause=Cause.DEPARTURE),
        only=TALK,
    )


def test_a_member_going_off_duty_finishes_the_conversation_and_no_more() -> None:
    stand = Stand(staff=[((0, 30), (80, 200))])
    stand.ask(12, 40)  # until 52, past the end of the shift
    stand.ask(13, 5)  # waits until the member is back on duty
    stand.ask(60, 5, patience=19)  # and this one not so long
    rows = told(stand.plan)
    member = stand.plan.member(0)
    check(rows[0], Row(TALK, stand.booth, 12, 52, other=member), only=TALK)
    check(rows[1], Row(TALK, stand.booth, 13, 85, wait=67, other=member), only=TALK)
    check(rows[2], Row(TALK, stand.booth, 60, 79, Outcome.RENEGED), only=TALK)


def test_a_shift_that_begins_again_during_a_conversation_goes_on() -> None:
    stand = Stand(staff=[((0, 30), (50, 200))])
    stand.ask(12, 43)  # 12 to 55, over the break
    stand.ask(13, 5)
    rows = told(stand.plan)
    check(rows[1], Row(TALK, stand.booth, 13, 60, wait=42, other=stand.plan.member(0)), only=TALK)


# ------------------------------------------------------------------------------ R4 delegates
def test_a_free_delegate_goes_at_the_call_and_comes_back() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    party = stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    check(
        rows[party],
        Row(Kind.GATE, stand.gate, 0, 1),
        Row(Kind.LOUNGE, stand.gate, 1, 70),
        Row(MEETING, stand.table, 100, 120, other=meeting),
        Row(VISIT, stand.gate, 1, 150),
    )
    check(
        rows[plan.member(0)],
        Row(MEETING, stand.table, 80, 120, wait=20, other=meeting),  # 60 + 20
        Row(DELEGATE, stand.table, 60, 140, other=call),
    )


@pytest.mark.parametrize(("hold", "end"), [(False, 120), (True, 125)])
def test_nobody_is_torn_out_of_a_conversation_and_the_call_comes_before_the_queue(
    hold: bool, end: int
) -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10, hold=hold)
    stand.ask(25, 60)  # until 85
    waiting = stand.ask(30, 5)  # is there before the call
    party = stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    member = plan.member(0)
    check(rows[party], Row(MEETING, stand.table, 100, end, wait=5, other=meeting), only=MEETING)
    late = Row(MEETING, stand.table, 105, end, Outcome.LATE, other=meeting, cause=Cause.CONVERSATION)
    check(rows[member], late, Row(DELEGATE, stand.table, 85, end + 20, other=call))
    # the queue is served when the delegate is back
    check(rows[waiting], Row(TALK, stand.booth, 30, end + 25, wait=end - 10, other=member), only=TALK)


def test_a_pending_call_is_cancelled_at_its_deadline() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.ask(25, 90)  # until 115
    waiting = stand.ask(30, 5)
    party = stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting, member=0)
    rows = told(plan)
    member = plan.member(0)
    stood_up = Row(MEETING, stand.table, 100, 110, Outcome.STOOD_UP, other=meeting, cause=Cause.OTHER_SIDE)
    check(rows[party], stood_up, only=MEETING)
    busy = Cause.CONVERSATION
    check(rows[member], Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=busy))
    check(rows[waiting], Row(TALK, stand.booth, 30, 120, wait=85, other=member), only=TALK)


def test_a_delegate_on_the_way_at_the_deadline_turns_back() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    party = stand.guest(meeting)
    call = plan.call(stand.booth, 95, meeting=meeting)  # 20 to walk: would be there at 115
    waiting = stand.ask(96, 5)
    rows = told(plan)
    member = plan.member(0)
    check(
        rows[member],
        Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=Cause.WALK),
        Row(DELEGATE, stand.table, 95, 125, Outcome.CANCELLED, other=call),  # 15 out, 15 back
    )
    check(rows[party], Row(VISIT, stand.gate, 1, 140), only=VISIT)
    check(rows[waiting], Row(TALK, stand.booth, 96, 130, wait=29, other=member), only=TALK)


def test_a_delegate_turned_back_goes_home_before_it_answers_another_call() -> None:
    stand = Stand()
    plan = stand.plan
    lost = plan.meeting(stand.table, 100, 20, tolerance=10)
    next_ = plan.meeting(stand.other_table, 150, 10, tolerance=10)
    stand.guest(lost)
    stand.guest(next_)
    calls = plan.call(stand.booth, 95, meeting=lost), plan.call(stand.booth, 105, meeting=next_)
    check(
        told(plan)[plan.member(0)],
        Row(DELEGATE, stand.table, 95, 125, Outcome.CANCELLED, other=calls[0]),  # turned back at 110
        Row(DELEGATE, stand.other_table, 125, 184, other=calls[1]),  # 24 there and back
        only=DELEGATE,
    )


def test_a_delegate_stood_up_waits_to_the_deadline_and_walks_back() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    party = plan.party(stand.gate, 0, bookings=[plan.meet(meeting, comes=False)])
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    gone = Outcome.STOOD_UP
    check(
        rows[plan.member(0)],
        Row(MEETING, stand.table, 80, 110, gone, other=meeting, cause=Cause.OTHER_SIDE),
        Row(DELEGATE, stand.table, 60, 130, other=call),
    )
    check(rows[party], Row(MEETING, stand.table, 110, 110, Outcome.NO_SHOW, other=meeting), only=MEETING)


def test_a_delegate_goes_from_one_meeting_straight_to_the_next() -> None:
    stand = Stand()
    plan = stand.plan
    first = plan.meeting(stand.table, 100, 20, tolerance=10)
    second = plan.meeting(stand.other_table, 130, 10, tolerance=10)
    stand.guest(first)
    stand.guest(second)
    calls = plan.call(stand.booth, 60, meeting=first), plan.call(stand.booth, 90, meeting=second)
    check(
        told(plan)[plan.member(0)],
        Row(DELEGATE, stand.table, 60, 120, other=calls[0]),
        Row(MEETING, stand.table, 80, 120, wait=20, other=first),
        Row(DELEGATE, stand.other_table, 120, 164, other=calls[1]),  # 4 there; 24 back from 140
        Row(MEETING, stand.other_table, 124, 140, wait=6, other=second),
    )


def test_a_delegate_turned_back_between_two_tables_still_has_to_walk_home() -> None:
    stand = Stand()
    plan = stand.plan
    far = plan.table(70)
    first = plan.meeting(stand.table, 100, 20, tolerance=10)
    second = plan.meeting(far, 120, 10, tolerance=10, hold=True)
    stand.guest(first)
    stand.guest(second)
    calls = plan.call(stand.booth, 60, meeting=first), plan.call(stand.booth, 90, meeting=second)
    waiting = stand.ask(121, 5)
    rows = told(plan)
    # from 120 on the way over (40), turned back at 130: at the first table at 140, home at 160
    check(
        rows[plan.member(0)],
        Row(DELEGATE, stand.table, 60, 120, other=calls[0]),
        Row(MEETING, stand.table, 80, 120, wait=20, other=first),
        Row(DELEGATE, far, 120, 160, Outcome.CANCELLED, other=calls[1]),
        Row(MEETING, far, 130, 130, Outcome.MISSED, other=second, cause=Cause.MEETING),
    )
    check(rows[waiting], Row(TALK, stand.booth, 121, 165, wait=39, other=plan.member(0)), only=TALK)


def test_pending_calls_are_served_by_their_start() -> None:
    stand = Stand()
    plan = stand.plan
    later = plan.meeting(stand.table, 130, 10, tolerance=50, hold=True)
    sooner = plan.meeting(stand.other_table, 110, 10, tolerance=50, hold=True)
    stand.guest(later)
    stand.guest(sooner)
    stand.ask(25, 75)  # until 100
    calls = plan.call(stand.booth, 60, meeting=later), plan.call(stand.booth, 61, meeting=sooner)
    rows = told(plan)[plan.member(0)]
    # sooner: 100 + 24 = 124, until 134; then over to the other table: 138, until 148, and 20 home
    check(
        rows,
        Row(DELEGATE, stand.other_table, 100, 134, other=calls[1]),
        Row(DELEGATE, stand.table, 134, 168, other=calls[0]),
        only=DELEGATE,
    )


def test_a_call_by_name_waits_for_that_member() -> None:
    stand = Stand(staff=2)
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.ask(25, 10)  # member 0, until 35
    stand.ask(26, 50)  # member 1, until 76
    free = stand.ask(61, 5)  # member 0 is free and not wanted
    stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting, member=1)
    rows = told(plan)
    check(rows[plan.member(1)], Row(DELEGATE, stand.table, 76, 140, other=call), only=DELEGATE)
    check(rows[free], Row(TALK, stand.booth, 61, 66, other=plan.member(0)), only=TALK)


def test_a_booth_that_forgets_sends_nobody() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    party = stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting, comes=False)
    rows = told(plan)
    lost = Row(MEETING, stand.table, 100, 110, Outcome.STOOD_UP, other=meeting, cause=Cause.OTHER_SIDE)
    check(rows[party], lost, only=MEETING)
    # nobody in particular forgot it
    check(rows[NONE], Row(MEETING, stand.table, 110, 110, Outcome.NO_SHOW, other=meeting))


def test_without_anybody_on_duty_the_cause_is_staff() -> None:
    stand = Stand(staff=[((0, 50),)])
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting)
    missed = Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=Cause.STAFF)
    check(told(plan)[NONE], missed)


def test_a_meeting_at_the_booth_takes_a_member_but_no_walk() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.booth, 100, 20, tolerance=10)
    party = stand.guest(meeting)  # is at the booth at 100
    call = plan.call(stand.booth, 90, meeting=meeting)
    waiting = stand.ask(95, 5)
    rows = told(plan)
    member = plan.member(0)
    check(
        rows[member],
        Row(MEETING, stand.booth, 90, 120, wait=10, other=meeting),
        Row(DELEGATE, stand.booth, 90, 120, other=call),
    )
    check(rows[party], Row(MEETING, stand.booth, 100, 120, other=meeting), only=MEETING)
    check(rows[waiting], Row(TALK, stand.booth, 95, 125, wait=25, other=member), only=TALK)


def test_a_delegate_whose_shift_ends_comes_back_and_leaves() -> None:
    stand = Stand(staff=[((0, 110),)])
    plan = stand.plan
    first = plan.meeting(stand.table, 100, 20, tolerance=10)
    second = plan.meeting(stand.other_table, 130, 10, tolerance=10)
    stand.guest(first)
    stand.guest(second)
    waiting = stand.ask(105, 5, patience=100)
    call = plan.call(stand.booth, 60, meeting=first)
    plan.call(stand.booth, 90, meeting=second)  # pending, and at 120 the shift is over
    rows = told(plan)
    check(
        rows[plan.member(0)],
        Row(MEETING, stand.table, 80, 120, wait=20, other=first),
        Row(DELEGATE, stand.table, 60, 140, other=call),
    )
    check(rows[waiting], Row(TALK, stand.booth, 105, 205, Outcome.RENEGED), only=TALK)
