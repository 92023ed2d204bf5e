"""The order within one millisecond: neighbours in the list of the rules, each made to collide.

Booth at 10, gate at 0: a party that arrives at t asks at t + 12 (see `Stand`).
"""

from __future__ import annotations

from sim.floor.trace import Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.engine.test_rules_booth import Stand
from tests.floors import DAY, FloorPlan, Stop

DELEGATE, HALL, MEAL, MEETING = Kind.DELEGATE, Kind.HALL, Kind.MEAL, Kind.MEETING
SESSION, TALK = Kind.SESSION, Kind.TALK


# ------------------------------------------------------------- hours and staff come before all
def test_close_before_the_end_of_a_service() -> None:
    stand = Stand(opens=((0, 32),))
    stand.ask(12, 20)  # ends at the close, 32
    stand.ask(14, 5)
    rows = told(stand.plan)
    check(rows[1], Row(TALK, stand.booth, 14, 32, Outcome.CLOSED), only=TALK)


def test_close_before_patience_ends() -> None:
    stand = Stand(opens=((0, 32),))
    stand.ask(12, 30)
    stand.ask(14, 5, patience=18)
    check(told(stand.plan)[1], Row(TALK, stand.booth, 14, 32, Outcome.CLOSED), only=TALK)


def test_going_off_duty_before_the_end_of_a_service() -> None:
    stand = Stand(staff=[((0, 32),)])
    stand.ask(12, 20)  # ends with the shift
    stand.ask(14, 5, patience=50)
    check(told(stand.plan)[1], Row(TALK, stand.booth, 14, 64, Outcome.RENEGED), only=TALK)


def test_who_goes_off_duty_as_another_shift_begins_is_on_duty() -> None:
    stand = Stand(staff=[((0, 32), (32, DAY))])
    stand.ask(40, 5, patience=0)
    check(told(stand.plan)[0], Row(TALK, stand.booth, 40, 45, other=stand.plan.member(0)), only=TALK)


def test_coming_on_duty_before_asking() -> None:
    stand = Stand(staff=[((12, DAY),)])
    stand.ask(12, 5, patience=0)
    check(told(stand.plan)[0], Row(TALK, stand.booth, 12, 17, other=stand.plan.member(0)), only=TALK)


def test_going_off_duty_before_asking() -> None:
    stand = Stand(staff=[((0, 12),)])
    stand.ask(12, 5, patience=0)
    check(told(stand.plan)[0], Row(TALK, stand.booth, 12, 12, Outcome.BALKED), only=TALK)


def test_coming_on_duty_before_patience_ends() -> None:
    stand = Stand(staff=[((30, DAY),)])
    stand.ask(12, 5, patience=18)
    row = Row(TALK, stand.booth, 12, 35, wait=18, other=stand.plan.member(0))
    check(told(stand.plan)[0], row, only=TALK)


def test_coming_on_duty_before_a_call_goes_out() -> None:
    # at 60 the member comes on duty and takes the waiting party before the call of 60 goes out
    stand = Stand(staff=[((60, DAY),)])
    plan = stand.plan
    stand.ask(30, 7)
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    check(rows[0], Row(TALK, stand.booth, 30, 67, wait=30, other=plan.member(0)), only=TALK)
    check(rows[plan.member(0)], Row(DELEGATE, stand.table, 67, 140, other=call), only=DELEGATE)


def test_gate_opening_and_closing_come_before_arrivals() -> None:
    plan = FloorPlan()
    gate = plan.gate(opens=((5, 10),))
    plan.party(gate, 5)
    plan.party(gate, 10)
    rows = told(plan)
    check(rows[0], Row(Kind.GATE, gate, 5, 6), only=Kind.GATE)
    check(rows[1], Row(Kind.GATE, gate, 10, 10, Outcome.CLOSED), only=Kind.GATE)


def test_a_lane_is_free_for_who_arrives_as_the_check_ends() -> None:
    plan = FloorPlan()
    gate = plan.gate()
    plan.party(gate, 0, check=5)
    plan.party(gate, 5, check=5)
    check(told(plan)[1], Row(Kind.GATE, gate, 5, 10), only=Kind.GATE)


def test_closing_before_coming_on_duty() -> None:
    stand = Stand(staff=[((20, DAY),)], opens=((0, 20),))
    stand.ask(12, 5)
    check(told(stand.plan)[0], Row(TALK, stand.booth, 12, 20, Outcome.CLOSED), only=TALK)


# -------------------------------------------------------- services, delegates, patience, calls
def test_a_meeting_at_the_booth_ends_before_a_service() -> None:
    stand = Stand(staff=2)
    plan = stand.plan
    meeting = plan.meeting(stand.booth, 100, 20)
    stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting, member=1)
    stand.ask(70, 50)  # member 0, until 120 too
    first, second = stand.ask(80, 5), stand.ask(81, 5)
    rows = told(plan)
    zero, one = plan.member(0), plan.member(1)
    check(rows[first], Row(TALK, stand.booth, 80, 125, wait=40, other=one), only=TALK)
    check(rows[second], Row(TALK, stand.booth, 81, 125, wait=39, other=zero), only=TALK)


def test_a_service_ends_before_a_delegate_is_back() -> None:
    stand = Stand(staff=2)
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20)
    stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting, member=0)  # back at 140
    stand.ask(70, 70)  # member 1, until 140 too
    first, second = stand.ask(80, 5), stand.ask(81, 5)
    rows = told(plan)
    zero, one = plan.member(0), plan.member(1)
    check(rows[first], Row(TALK, stand.booth, 80, 145, wait=60, other=one), only=TALK)
    check(rows[second], Row(TALK, stand.booth, 81, 145, wait=59, other=zero), only=TALK)


def test_a_service_that_ends_as_patience_ends_serves() -> None:
    stand = Stand()
    stand.ask(12, 20)
    stand.ask(14, 5, patience=18)  # 32
    row = Row(TALK, stand.booth, 14, 37, wait=18, other=stand.plan.member(0))
    check(told(stand.plan)[1], row, only=TALK)


def test_a_service_that_ends_as_it_is_time_to_go_serves() -> None:
    stand = Stand()
    stand.ask(12, 20)
    stand.ask(14, 5, departure=42)  # should leave at 32
    row = Row(TALK, stand.booth, 14, 37, wait=18, other=stand.plan.member(0))
    check(told(stand.plan)[1], row, only=TALK)


def test_seats_freed_as_patience_ends_serve() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    cafe = plan.catering(10)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 20, 30)])
    plan.party(gate, 0, bookings=[plan.eat(cafe, 25, 10, patience=25)])
    check(told(plan)[1], Row(MEAL, cafe, 25, 60, wait=25), only=MEAL)


def test_a_hall_left_as_patience_at_its_door_ends_lets_in() -> None:
    plan = FloorPlan(zone_patience=17)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=9, to_door=3)
    plan.party(gate, 0, [Stop(booth, 1, 19)])  # the conversation ends at 31
    plan.party(gate, 5, [Stop(booth, 20)])  # at the door 14
    check(told(plan)[1], Row(HALL, booth, 14, 31, wait=17, other=hall), only=HALL)


def test_a_hall_left_as_the_next_reaches_its_door_lets_in_without_a_wait() -> None:
    plan = FloorPlan(zone_patience=17)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=9, to_door=3)
    plan.party(gate, 0, [Stop(booth, 1, 19)])  # the conversation ends at 31
    plan.party(gate, 22, [Stop(booth, 20)])  # at the door 31
    check(told(plan)[1], only=HALL)


def test_a_service_that_ends_as_a_call_goes_out_takes_the_queue_first() -> None:
    stand = Stand()
    plan = stand.plan
    stand.ask(25, 35)  # until 60
    stand.ask(30, 7)
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    check(rows[1], Row(TALK, stand.booth, 30, 67, wait=30, other=plan.member(0)), only=TALK)
    check(rows[plan.member(0)], Row(DELEGATE, stand.table, 67, 140, other=call), only=DELEGATE)


def test_a_delegate_back_as_patience_ends_serves() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20)
    stand.guest(meeting)
    plan.call(stand.booth, 60, meeting=meeting)  # back at 140
    asker = stand.ask(100, 5, patience=40)
    row = Row(TALK, stand.booth, 100, 145, wait=40, other=plan.member(0))
    check(told(plan)[asker], row, only=TALK)


def test_a_delegate_back_as_a_call_goes_out_takes_the_queue_first() -> None:
    stand = Stand()
    plan = stand.plan
    first = plan.meeting(stand.table, 100, 20)
    second = plan.meeting(stand.other_table, 180, 20, tolerance=10)
    stand.guest(first)
    stand.guest(second)
    plan.call(stand.booth, 60, meeting=first)  # back at 140
    call = plan.call(stand.booth, 140, meeting=second)
    asker = stand.ask(100, 5)
    rows = told(plan)
    check(rows[asker], Row(TALK, stand.booth, 100, 145, wait=40, other=plan.member(0)), only=TALK)
    # 24 there: 169; the meeting until 200; 24 back
    assert Row(DELEGATE, stand.other_table, 145, 224, other=call) in rows[plan.member(0)]


def test_who_gives_up_no_longer_stands_in_the_queue_of_who_asks() -> None:
    stand = Stand()
    stand.ask(12, 50)
    stand.ask(14, 5, patience=16)  # gone at 30
    stand.ask(30, 5, queue_limit=1)  # would balk
    row = Row(TALK, stand.booth, 30, 67, wait=32, other=stand.plan.member(0))
    check(told(stand.plan)[2], row, only=TALK)


def test_a_call_comes_before_who_asks() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20)
    stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    asker = stand.ask(60, 5, patience=0)
    rows = told(plan)
    check(rows[asker], Row(TALK, stand.booth, 60, 60, Outcome.BALKED), only=TALK)
    check(rows[plan.member(0)], Row(DELEGATE, stand.table, 60, 140, other=call), only=DELEGATE)


def test_of_two_who_ask_together_the_lower_number_is_first() -> None:
    stand = Stand()
    stand.ask(12, 5)
    stand.ask(12, 5)
    rows = told(stand.plan)
    member = stand.plan.member(0)
    check(rows[0], Row(TALK, stand.booth, 12, 17, other=member), only=TALK)
    check(rows[1], Row(TALK, stand.booth, 12, 22, wait=5, other=member), only=TALK)
