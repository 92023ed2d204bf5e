"""Halls with a limit, and meals, by hand to the millisecond.

The hall's door is 5 from the other halls' door, its booth 2 behind the door; the gate is 3 from its
own door at 0: a party on the floor at t is at the hall's door at t + 8 and at the booth at t + 10.
"""

from __future__ import annotations

from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import FloorPlan, Stop

GATE, HALL, LOOK, LOUNGE, MEAL = Kind.GATE, Kind.HALL, Kind.LOOK, Kind.LOUNGE, Kind.MEAL
MEETING, VISIT = Kind.MEETING, Kind.VISIT


def test_a_full_hall_lets_in_at_its_door_in_order_and_up_to_a_patience() -> None:
    plan = FloorPlan(zone_patience=20)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    plan.party(gate, 0, [Stop(booth, 20)])  # at the door 1 + 8, in at once, at the booth 11
    plan.party(gate, 5, [Stop(booth, 20)])  # at the door 14
    plan.party(gate, 7, [Stop(booth, 20)])  # at the door 16, gives up at 36
    rows = told(plan)
    check(rows[0], Row(GATE, gate, 0, 1), Row(LOOK, booth, 11, 31), Row(VISIT, gate, 1, 41))
    check(
        rows[1],
        Row(GATE, gate, 5, 6),
        Row(HALL, booth, 14, 31, wait=17, other=hall),  # the first sets out at 31
        Row(LOOK, booth, 33, 53),
        Row(VISIT, gate, 6, 63),
    )
    check(
        rows[2],
        Row(GATE, gate, 7, 8),
        Row(HALL, booth, 16, 36, Outcome.RENEGED, other=hall),
        Row(VISIT, gate, 8, 44),  # from the door: 5 + 3
    )


def test_who_was_let_in_so_late_that_it_should_have_left_balks_all_the_same_or_leaves() -> None:
    for patience, outcome, cause in (
        (0, Outcome.BALKED, Cause.NONE),
        (50, Outcome.LEFT_FOR_BOOKING, Cause.BOOKING),
    ):
        plan = FloorPlan(zone_patience=100)
        hall = plan.hall(limit=1)
        plan.way(0, hall, 5)
        booth = plan.booth(0, staff=[((0, 5),)], zone=hall, to_door=2)  # nobody is there when it is asked for
        gate = plan.gate(0, lanes=5, to_door=3)
        meeting = plan.meeting(
            plan.table(0), 47, 20
        )  # to be left for by 42 from the door, by 40 from the booth
        plan.party(gate, 0, [Stop(booth, 30)])  # in the hall until 41
        late = plan.party(gate, 5, [Stop(booth, 1, 5)], [plan.meet(meeting)], patience=patience)
        rows = told(plan)[late]
        check(rows, Row(HALL, booth, 14, 41, wait=27, other=hall), only=HALL)
        check(rows, Row(Kind.TALK, booth, 44, 44, outcome, cause=cause), only=Kind.TALK)


def test_a_full_hall_given_up_is_passed_over_for_a_while() -> None:
    for again, tries in ((60, 2), (57, 3)):
        plan = FloorPlan(zone_patience=20, zone_again=again)
        hall = plan.hall(limit=1)
        plan.way(0, hall, 5)
        inside = [plan.booth(0, zone=hall, to_door=2) for _ in range(4)]
        outside = plan.booth(40, to_door=5)
        gate = plan.gate(0, lanes=5, to_door=3)
        plan.party(gate, 0, [Stop(inside[0], 1000)])
        # gives up at 36, passes over the second stop, is outside at 36 + 5 + 5 = 46, looks to 93: 57 later
        stops = [
            Stop(inside[1], 1),
            Stop(inside[2], 1),
            Stop(outside, 47),
            Stop(inside[3], 1),
            Stop(inside[0], 1),
        ]
        party = plan.party(gate, 7, stops)
        rows = told(plan)[party]
        given_up = [Row(HALL, inside[1], 16, 36, Outcome.RENEGED, other=hall)]
        if tries == 3:  # and again at 93, at the door at 103
            given_up.append(Row(HALL, inside[3], 103, 123, Outcome.RENEGED, other=hall))
        check(rows, *given_up, only=HALL)
        check(rows, Row(LOOK, outside, 46, 93), only=LOOK)


def test_a_hall_given_up_is_gone_to_for_a_booking_and_its_stops_made_from_within() -> None:
    plan = FloorPlan(zone_patience=20, zone_again=500)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    room = plan.room(0, zone=hall, to_door=2)
    session = plan.session(room, 200, 220, doors=180)
    plan.party(gate, 0, [Stop(booth, 90)])  # inside from 9 to 101
    party = plan.party(gate, 7, [Stop(booth, 1), Stop(booth, 3)], [plan.attend(session)])
    rows = told(plan)[party]
    check(rows, Row(HALL, booth, 16, 36, Outcome.RENEGED, other=hall), only=HALL)
    # from the door at 36 it lounges until it must set out; after the session it is inside
    check(rows, *[], only=LOOK)
    check(rows, Row(Kind.SESSION, room, 200, 220, other=session), only=Kind.SESSION)


def test_a_hall_counts_people_and_its_door_is_strictly_first_come() -> None:
    plan = FloorPlan(zone_patience=1_000)
    hall = plan.hall(limit=3)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    plan.party(gate, 0, [Stop(booth, 20)], size=2)  # leaves the hall at 31
    plan.party(gate, 5, [Stop(booth, 20)], size=2)  # at the door 14: 2 + 2 > 3
    plan.party(gate, 7, [Stop(booth, 20)])  # at the door 16: would fit, waits behind
    rows = told(plan)
    check(rows[1], Row(HALL, booth, 14, 31, wait=17, other=hall), only=HALL)
    check(rows[2], Row(HALL, booth, 16, 31, wait=15, other=hall), only=HALL)


def test_a_booking_behind_a_full_door_is_missed() -> None:
    plan = FloorPlan(zone_patience=30)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    table = plan.table(1, zone=hall, to_door=2)
    meeting = plan.meeting(table, 50, 20, tolerance=15)
    plan.party(gate, 0, [Stop(booth, 500)])
    plan.party(gate, 1, bookings=[plan.meet(meeting, 0)])
    plan.call(booth, 45, meeting=meeting)
    rows = told(plan)
    check(
        rows[1],
        Row(GATE, gate, 1, 2),
        Row(LOUNGE, gate, 2, 40),
        Row(HALL, table, 48, 78, Outcome.RENEGED, other=hall),
        Row(MEETING, table, 65, 65, Outcome.MISSED, other=meeting, cause=Cause.HALL),
        Row(VISIT, gate, 2, 86),
    )


def test_meals_are_strictly_first_come_first_served() -> None:
    plan = FloorPlan()
    gate = plan.gate(lanes=9)
    cafe = plan.catering(10, seats=3)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 20, 30)], size=2)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 21, 10)], size=2)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 22, 10)])  # a seat is free, but not its turn
    plan.party(gate, 0, bookings=[plan.eat(cafe, 23, 10, patience=5)])
    rows = told(plan)
    check(
        rows[0],
        Row(GATE, gate, 0, 1),
        Row(LOUNGE, gate, 1, 10),
        Row(MEAL, cafe, 20, 50),
        Row(VISIT, gate, 1, 60),
    )
    check(rows[1], Row(MEAL, cafe, 21, 60, wait=29), only=MEAL)
    check(rows[2], Row(MEAL, cafe, 22, 60, wait=28), only=MEAL)
    check(rows[3], Row(MEAL, cafe, 23, 28, Outcome.RENEGED), only=MEAL)


def test_a_closing_kitchen_sends_its_queue_away() -> None:
    plan = FloorPlan()
    gate = plan.gate(lanes=9)
    cafe = plan.catering(10, opens=((0, 40),))
    plan.party(gate, 0, bookings=[plan.eat(cafe, 20, 30)])
    plan.party(gate, 0, bookings=[plan.eat(cafe, 21, 10)])
    plan.party(gate, 0, bookings=[plan.eat(cafe, 40, 10)])
    rows = told(plan)
    check(rows[0], Row(MEAL, cafe, 20, 50), only=MEAL)
    check(rows[1], Row(MEAL, cafe, 21, 40, Outcome.CLOSED), only=MEAL)
    check(rows[2], Row(MEAL, cafe, 40, 40, Outcome.CLOSED), only=MEAL)


def test_nobody_waits_at_a_door_past_the_time_to_set_out_for_home() -> None:
    plan = FloorPlan(zone_patience=1_000)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    plan.party(gate, 0, [Stop(booth, 20)])  # leaves the hall at 31
    plan.party(gate, 5, [Stop(booth, 1)], departure=29)  # 6 + 10 + 1 + 10 = 27 would fit
    check(
        told(plan)[1],
        Row(GATE, gate, 5, 6),
        Row(HALL, booth, 14, 21, Outcome.LEFT_FOR_BOOKING, other=hall, cause=Cause.DEPARTURE),
        Row(VISIT, gate, 6, 29),
    )


def test_who_is_late_for_a_wait_at_a_door_says_so() -> None:
    plan = FloorPlan(zone_patience=1_000)
    hall = plan.hall(limit=1)
    plan.way(0, hall, 5)
    booth = plan.booth(0, zone=hall, to_door=2)
    gate = plan.gate(0, lanes=5, to_door=3)
    table = plan.table(1, zone=hall, to_door=2)
    meeting = plan.meeting(table, 30, 40, tolerance=30)
    plan.party(gate, 0, [Stop(booth, 40)])  # leaves the hall at 51
    plan.party(gate, 1, bookings=[plan.meet(meeting, 0)])  # sets out at 20
    plan.call(booth, 20, meeting=meeting)
    late = Row(MEETING, table, 53, 70, Outcome.LATE, other=meeting, cause=Cause.HALL)
    rows = told(plan)
    check(rows[1], Row(HALL, table, 28, 51, wait=23, other=hall), only=HALL)
    check(rows[1], late, only=MEETING)


def test_when_a_large_party_gives_up_those_behind_it_are_served() -> None:
    plan = FloorPlan()
    gate = plan.gate(lanes=9)
    cafe = plan.catering(10, seats=3)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 20, 30)], size=2)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 21, 10, patience=5)], size=2)
    plan.party(gate, 0, bookings=[plan.eat(cafe, 22, 10)])
    rows = told(plan)
    check(rows[1], Row(MEAL, cafe, 21, 26, Outcome.RENEGED), only=MEAL)
    check(rows[2], Row(MEAL, cafe, 22, 36, wait=4), only=MEAL)
