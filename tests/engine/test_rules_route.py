"""Admission, routes, hours, shocks and memory, by hand to the millisecond (R1, R2, R7–R9).

Unless said otherwise: the gate lies at 0, everybody walks 1 dm a millisecond, the check takes 1 ms
and the party arrives at 0, so it is on the floor at 1.
"""

from __future__ import annotations

import pytest

from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import DAY, FloorPlan, Stop

GATE, LOOK, LOUNGE = Kind.GATE, Kind.LOOK, Kind.LOUNGE
SESSION, TALK, VISIT = Kind.SESSION, Kind.TALK, Kind.VISIT


# ------------------------------------------------------------------------------ R1 admission
def test_the_gate_serves_first_come_first_served_on_its_lanes() -> None:
    plan = FloorPlan()
    gate = plan.gate(lanes=2)
    plan.party(gate, 0, check=5)
    plan.party(gate, 0, check=7)
    plan.party(gate, 1, check=3)  # waits for the first lane: 5, then its check to 8
    plan.party(gate, 2, check=1)  # waits for the second lane: 7
    rows = told(plan)
    check(rows[0], Row(GATE, gate, 0, 5), Row(VISIT, gate, 5, 5))
    check(rows[1], Row(GATE, gate, 0, 7), Row(VISIT, gate, 7, 7))
    check(rows[2], Row(GATE, gate, 1, 8, wait=4), Row(VISIT, gate, 8, 8))
    check(rows[3], Row(GATE, gate, 2, 8, wait=5), Row(VISIT, gate, 8, 8))


def test_the_stay_counts_from_the_admission_and_not_in_the_queue() -> None:
    # three parties that mean to stay 29: 10 there, look 4 and a short talk 5, 10 back; one lane, 7 a check
    plan = FloorPlan(short_talk=5)
    booth = plan.booth(10, staff=3)
    gate = plan.gate()
    for stay in (29, 29, 28):
        plan.party(gate, 0, [Stop(booth, 4, talk=5)], check=7, stay=stay)
    rows = told(plan)
    check(rows[0], Row(VISIT, gate, 7, 36), only=VISIT)
    check(rows[1], Row(VISIT, gate, 14, 43), only=VISIT)  # waited 7, and has its whole stay
    check(rows[2], Row(VISIT, gate, 21, 21), only=VISIT)  # 1 short: turns round at once


def test_however_late_it_is_admitted_a_party_leaves_by_its_latest() -> None:
    plan = FloorPlan(short_talk=5)
    booth = plan.booth(10, staff=2)
    gate = plan.gate()
    for _ in range(2):
        plan.party(gate, 0, [Stop(booth, 4, talk=5)], check=7, stay=100, departure=42)
    rows = told(plan)
    check(rows[0], Row(VISIT, gate, 7, 36), only=VISIT)
    check(rows[1], Row(VISIT, gate, 14, 14), only=VISIT)  # would be back at 43


def test_who_has_queued_at_the_gate_for_its_patience_goes_home_and_misses_its_bookings() -> None:
    plan = FloorPlan()
    gate = plan.gate()
    table, food = plan.table(), plan.catering()
    meeting = plan.meeting(table, 30, 10)
    plan.party(gate, 0, check=7)
    plan.party(gate, 0, check=7, gate_patience=7)  # its turn comes with the end of its patience
    bookings = [plan.meet(meeting, 0), plan.eat(food, 50, 5)]
    plan.party(gate, 1, bookings=bookings, check=7, gate_patience=12)
    plan.party(gate, 2, check=7, gate_patience=0)
    plan.party(gate, 3, check=7)  # takes the place of those who gave up
    rows = told(plan)
    check(rows[1], Row(GATE, gate, 0, 14, wait=7), Row(VISIT, gate, 14, 14))
    check(
        rows[2],
        Row(GATE, gate, 1, 13, Outcome.RENEGED),
        Row(Kind.MEETING, table, 30, 30, Outcome.MISSED, other=meeting, cause=Cause.GATE),
        Row(Kind.MEAL, food, 50, 50, Outcome.MISSED, cause=Cause.GATE),
    )
    check(rows[3], Row(GATE, gate, 2, 2, Outcome.RENEGED))
    check(rows[4], Row(GATE, gate, 3, 21, wait=11), Row(VISIT, gate, 21, 21))


def test_a_closing_gate_sends_its_queue_away_and_finishes_the_check() -> None:
    plan = FloorPlan()
    gate = plan.gate(opens=((3, 10),))
    plan.party(gate, 3, check=12)
    plan.party(gate, 4)  # queues until the close
    plan.party(gate, 2)  # too early
    plan.party(gate, 11)  # too late
    rows = told(plan)
    check(rows[0], Row(GATE, gate, 3, 15), Row(VISIT, gate, 15, 15))
    check(rows[1], Row(GATE, gate, 4, 10, Outcome.CLOSED))
    check(rows[2], Row(GATE, gate, 2, 2, Outcome.CLOSED))
    check(rows[3], Row(GATE, gate, 11, 11, Outcome.CLOSED))


def test_a_lane_that_closes_finishes_its_check_and_one_that_opens_takes_the_queue() -> None:
    plan = FloorPlan()
    gate = plan.gate(lanes=2)
    plan.change(gate, 4, 0)
    plan.change(gate, 20, 1)
    plan.party(gate, 0, check=10)  # goes on past 4
    plan.party(gate, 0, check=3)
    plan.party(gate, 4, check=5)  # no lane before 20
    plan.party(gate, 5, check=5)
    rows = told(plan)
    check(rows[0], Row(GATE, gate, 0, 10), only=GATE)
    check(rows[1], Row(GATE, gate, 0, 3), only=GATE)
    check(rows[2], Row(GATE, gate, 4, 25, wait=16), only=GATE)
    check(rows[3], Row(GATE, gate, 5, 30, wait=20), only=GATE)


# --------------------------------------------------------------------------------- R2 route
def test_a_route_of_looks_is_walked_from_stop_to_stop() -> None:
    plan = FloorPlan()
    near, far = plan.booth(10), plan.booth(30)
    gate = plan.gate()
    plan.party(gate, stops=[Stop(near, 4), Stop(far, 4)])
    plan.party(gate, 1, stops=[Stop(near, 4), Stop(far, 4)], pace=3)
    rows = told(plan)
    check(
        rows[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, near, 11, 15),  # 1 + 10
        Row(LOOK, far, 35, 39),  # 15 + 20
        Row(VISIT, gate, 1, 69),  # 39 + 30
    )
    check(
        rows[1],
        Row(GATE, gate, 1, 2),
        Row(LOOK, near, 32, 36),  # 2 + 3 × 10
        Row(LOOK, far, 96, 100),  # 36 + 3 × 20
        Row(VISIT, gate, 2, 190),  # 100 + 3 × 30
    )


def test_between_halls_one_walks_through_the_doors() -> None:
    plan = FloorPlan()
    hall = plan.hall()
    plan.way(0, hall, 5)
    booth = plan.booth(100, zone=hall, to_door=2)
    gate = plan.gate(0, to_door=3)
    plan.party(gate, stops=[Stop(booth, 4)])
    # 3 to the own door, 5 between the doors, 2 from the other door
    check(told(plan)[0], Row(GATE, gate, 0, 1), Row(LOOK, booth, 11, 15), Row(VISIT, gate, 1, 25))


def test_walking_takes_a_millisecond_at_least_but_none_to_where_one_is() -> None:
    plan = FloorPlan()
    booth = plan.booth(0)
    gate = plan.gate(0)
    plan.party(gate, stops=[Stop(booth, 4), Stop(booth, 4)])
    check(
        told(plan)[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, booth, 2, 6),
        Row(LOOK, booth, 6, 10),
        Row(VISIT, gate, 1, 11),
    )


@pytest.mark.parametrize(("departure", "goes"), [(30, True), (29, False)])
def test_a_stop_is_begun_if_a_short_talk_fits_before_the_departure(departure: int, goes: bool) -> None:
    # on the floor 1, walk 10, look 4, short talk 5, walk back 10: 30
    plan = FloorPlan(short_talk=5)
    booth = plan.booth(10)
    gate = plan.gate()
    plan.party(gate, stops=[Stop(booth, 4, talk=7)], departure=departure)
    rows = told(plan)[0]
    if goes:  # and the talk of 7 is not cut: at the gate after the planned departure
        talk = Row(TALK, booth, 15, 22, other=plan.member(0))
        check(rows, Row(GATE, gate, 0, 1), Row(LOOK, booth, 11, 15), talk, Row(VISIT, gate, 1, 32))
    else:
        check(rows, Row(GATE, gate, 0, 1), Row(VISIT, gate, 1, 1))


@pytest.mark.parametrize(("departure", "goes"), [(25, True), (24, False)])
def test_a_look_alone_needs_no_short_talk(departure: int, goes: bool) -> None:
    plan = FloorPlan(short_talk=5)
    booth = plan.booth(10)
    gate = plan.gate()
    plan.party(gate, stops=[Stop(booth, 4)], departure=departure)
    looks = [Row(LOOK, booth, 11, 15)] if goes else []
    check(told(plan)[0], *looks, only=LOOK)


def test_without_a_booking_a_stop_that_does_not_fit_ends_the_visit() -> None:
    plan = FloorPlan()
    near, far = plan.booth(10), plan.booth(30)
    gate = plan.gate()
    # far: 1 + 30 + 4 + 30 = 65 > 60; the nearer stop after it would fit and is not tried
    plan.party(gate, stops=[Stop(far, 4), Stop(near, 4)], departure=60)
    check(told(plan)[0], Row(GATE, gate, 0, 1), Row(VISIT, gate, 1, 1))


def test_before_a_booking_a_stop_that_does_not_fit_waits_in_the_lounge() -> None:
    plan = FloorPlan()
    first, second = plan.booth(10), plan.booth(15)
    gate = plan.gate()
    room = plan.room(20)
    session = plan.session(room, 100, 120)
    # second: 15 + 5 + 76 + 5 = 101 > 100, so it waits at the first until 100 - 10
    plan.party(gate, stops=[Stop(first, 4), Stop(second, 76)], bookings=[plan.attend(session)])
    check(
        told(plan)[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, first, 11, 15),
        Row(LOUNGE, first, 15, 90),
        Row(SESSION, room, 100, 120, other=session),
        Row(LOOK, second, 125, 201),  # after the session it fits
        Row(VISIT, gate, 1, 216),
    )


def test_a_stop_that_just_fits_before_a_booking_is_made() -> None:
    plan = FloorPlan()
    first, second = plan.booth(10), plan.booth(15)
    gate = plan.gate()
    room = plan.room(20)
    session = plan.session(room, 100, 120)
    # second: 15 + 5 + 75 + 5 = 100
    plan.party(gate, stops=[Stop(first, 4), Stop(second, 75)], bookings=[plan.attend(session)])
    check(
        told(plan)[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, first, 11, 15),
        Row(LOOK, second, 20, 95),
        Row(SESSION, room, 100, 120, other=session),  # no lounge: it was time to go
        Row(VISIT, gate, 1, 140),
    )


def test_a_booking_never_cuts_a_conversation() -> None:
    plan = FloorPlan()
    booth = plan.booth(10)
    gate = plan.gate()
    room = plan.room(20)
    session = plan.session(room, 100, 120, late=105)
    plan.party(gate, stops=[Stop(booth, 4, talk=200)], bookings=[plan.attend(session)])
    check(
        told(plan)[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, booth, 11, 15),
        Row(TALK, booth, 15, 215, other=plan.member(0)),
        Row(SESSION, room, 225, 225, Outcome.TURNED_AWAY, other=session, cause=Cause.TOO_LATE),
        Row(VISIT, gate, 1, 245),
    )


def test_a_booking_the_party_will_not_keep_does_not_hold_it_up() -> None:
    plan = FloorPlan()
    booth = plan.booth(10)
    gate = plan.gate()
    session = plan.session(plan.room(20), 20, 40)
    plan.party(gate, stops=[Stop(booth, 50)], bookings=[plan.attend(session, comes=False)])
    check(
        told(plan)[0],
        Row(GATE, gate, 0, 1),
        Row(SESSION, 2, 20, 20, Outcome.NO_SHOW, other=session),
        Row(LOOK, booth, 11, 61),
        Row(VISIT, gate, 1, 71),
    )


# --------------------------------------------------------------- R7 hours, R8 shocks, R9 memory
def test_a_closed_booth_is_passed_by_and_one_that_closes_finishes_its_talk() -> None:
    plan = FloorPlan()
    shut, open_ = plan.booth(10, opens=((0, 11),)), plan.booth(20, opens=((0, 30),))
    gate = plan.gate()
    plan.party(gate, stops=[Stop(shut, 4), Stop(open_, 4, talk=20)])  # reaches it at the close, 11
    plan.party(gate, 0, stops=[Stop(open_, 9, talk=20)])  # reaches it at 22, asks at 31
    rows = told(plan)
    check(
        rows[0],
        Row(GATE, gate, 0, 1),
        Row(LOOK, shut, 11, 11, Outcome.CLOSED),
        Row(LOOK, open_, 21, 25),
        Row(TALK, open_, 25, 45, other=plan.member(1)),
        Row(VISIT, gate, 1, 65),
    )
    check(
        rows[1],
        Row(GATE, gate, 0, 2, wait=1),
        Row(LOOK, open_, 22, 31),
        Row(TALK, open_, 31, 31, Outcome.CLOSED),
        Row(VISIT, gate, 2, 51),
    )


def test_a_shock_that_clears_a_booth_empties_its_queue_and_it_opens_again() -> None:
    # the booth is cleared from 20 to 50 (its interval is split): shocks are changed intervals (R8)
    hours = ((0, 20), (50, 90))
    plan = FloorPlan()
    booth = plan.booth(10, opens=hours)
    gate = plan.gate(lanes=5)
    plan.party(gate, 0, [Stop(booth, 1, 30)])  # 12 to 42: the talk is finished
    plan.party(gate, 1, [Stop(booth, 1, 5)])  # asks at 13, queues until 20
    plan.party(gate, 39, [Stop(booth, 1, 5)])  # reaches it at 50, as it opens
    rows = told(plan)
    member = plan.member(0)
    check(rows[0], Row(TALK, booth, 12, 42, other=member), only=TALK)
    check(rows[1], Row(TALK, booth, 13, 20, Outcome.CLOSED), only=TALK)
    check(rows[2], Row(TALK, booth, 51, 56, other=member), only=TALK)


def test_on_a_later_day_booths_whose_staff_it_met_are_skipped_unless_it_goes_again() -> None:
    plan = FloorPlan(end=2 * DAY)
    hours = ((0, 100), (DAY, DAY + 100))
    met, seen, fond = (plan.booth(x, opens=hours) for x in (10, 20, 30))
    gate = plan.gate(opens=hours)
    first = plan.party(gate, 0, [Stop(met, 1, 5), Stop(met, 1), Stop(seen, 1), Stop(fond, 1, 5)])
    # that it talks with them again does not make the booth a new one
    fonder = [Stop(fond, 1, 5, again=True), Stop(fond, 1)]
    plan.party(gate, DAY, [Stop(met, 1), Stop(seen, 1), *fonder], party=first)
    plan.party(gate, DAY, [Stop(met, 1)])  # another party does not remember
    rows = told(plan)
    check(
        rows[first],
        Row(LOOK, met, 11, 12),  # talks from 12 to 17
        Row(LOOK, met, 17, 18),  # the same day it may look again
        Row(LOOK, seen, 28, 29),
        Row(LOOK, fond, 39, 40),
        only=LOOK,
    )
    # straight from the gate to `seen`, which it only looked at, then to `fond`, which it met
    check(rows[1], Row(LOOK, seen, DAY + 21, DAY + 22), Row(LOOK, fond, DAY + 32, DAY + 33), only=LOOK)
    check(rows[2], Row(LOOK, met, DAY + 12, DAY + 13), only=LOOK)


def test_only_a_conversation_is_remembered_not_a_lost_one() -> None:
    plan = FloorPlan(end=2 * DAY)
    booth = plan.booth(10, staff=[((DAY, DAY + 100),)], opens=((0, 100), (DAY, DAY + 100)))
    gate = plan.gate(opens=((0, 100), (DAY, DAY + 100)))
    party = plan.party(gate, 0, [Stop(booth, 1, 5)], patience=20)
    plan.party(gate, DAY, [Stop(booth, 1, 5)], party=party)
    rows = told(plan)
    check(rows[0], Row(TALK, booth, 12, 32, Outcome.RENEGED), only=TALK)
    check(rows[1], Row(TALK, booth, DAY + 12, DAY + 17, other=plan.member(0)), only=TALK)
