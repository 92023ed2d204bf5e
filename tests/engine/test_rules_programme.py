"""Sessions, mixing and meetings, by hand to the millisecond (R5, R6)."""

from __future__ import annotations

import pytest

from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import DAY, Booking, FloorPlan, Stop

CONTACT, DELEGATE, LOUNGE, MEETING = Kind.CONTACT, Kind.DELEGATE, Kind.LOUNGE, Kind.MEETING
SESSION, TALK, VISIT = Kind.SESSION, Kind.TALK, Kind.VISIT
DONE, MISSED, STOOD_UP = Outcome.DONE, Outcome.MISSED, Outcome.STOOD_UP
TURNED_AWAY = Outcome.TURNED_AWAY


class House:
    """A booth at 20, a gate at 0 with lanes enough, a room at 10, two tables at 30 and 34.

    A party without stops is on the floor at 1 and at a booking's place at the booking's start.
    """

    def __init__(self, staff: int = 1) -> None:
        self.plan = FloorPlan()
        self.booth = self.plan.booth(20, staff)
        self.gate = self.plan.gate(0, lanes=100)
        self.room = self.plan.room(10)
        self.table, self.other_table = self.plan.table(30), self.plan.table(34)

    def party(self, *bookings: Booking, size: int = 1) -> int:
        return self.plan.party(self.gate, 0, bookings=bookings, size=size)


# -------------------------------------------------------------------------------- R5 sessions
def test_seats_of_the_registered_are_held_and_then_go_in_order_of_arrival() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, doors=80, hold=95, late=110, seats=3)

    def arrive(time: int, registered: bool) -> int:
        return house.party(plan.attend(session, registered=registered, start=time))

    early, tardy = arrive(70, True), arrive(97, True)
    walk_ins = [arrive(time, False) for time in (85, 86, 88, 96)]
    rows = told(plan)

    def seated(start: int, wait: int = 0) -> Row:
        return Row(SESSION, room, start, 120, wait=wait, other=session)

    def full(start: int, end: int) -> Row:
        return Row(SESSION, room, start, end, TURNED_AWAY, other=session, cause=Cause.FULL)

    check(rows[early], seated(70, wait=10), only=SESSION)  # until the doors open
    check(rows[walk_ins[0]], seated(85), only=SESSION)  # 1 in, 1 held, 1 more: 3
    check(rows[walk_ins[1]], seated(86, wait=9), only=SESSION)  # in when the held seat is released
    check(rows[walk_ins[2]], full(88, 95), only=SESSION)
    check(rows[walk_ins[3]], full(96, 96), only=SESSION)
    check(rows[tardy], full(97, 97), only=SESSION)  # registered, but after the release


def test_at_the_release_a_party_that_does_not_fit_lets_a_smaller_one_pass() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, hold=95, seats=3)
    house.party(plan.attend(session, registered=False, start=80), size=2)
    no_show = house.party(plan.attend(session, comes=False))  # holds a seat all the same
    two = house.party(plan.attend(session, registered=False, start=85), size=2)
    one = house.party(plan.attend(session, registered=False, start=90))
    rows = told(plan)
    turned = Row(SESSION, room, 85, 95, TURNED_AWAY, other=session, cause=Cause.FULL)
    check(rows[two], turned, only=SESSION)
    check(rows[one], Row(SESSION, room, 90, 120, wait=5, other=session), only=SESSION)
    check(rows[no_show], Row(SESSION, room, 100, 100, Outcome.NO_SHOW, other=session), only=SESSION)


def test_in_a_room_that_is_all_booked_the_registered_find_their_seats() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, seats=2)
    registered = [house.party(plan.attend(session, start=80 + i)) for i in (0, 2)]
    walk_in = house.party(plan.attend(session, registered=False, start=81))
    rows = told(plan)
    check(rows[registered[0]], Row(SESSION, room, 80, 120, other=session), only=SESSION)
    check(rows[registered[1]], Row(SESSION, room, 82, 120, other=session), only=SESSION)
    turned = Row(SESSION, room, 81, 100, TURNED_AWAY, other=session, cause=Cause.FULL)
    check(rows[walk_in], turned, only=SESSION)


def test_after_the_limit_it_is_too_late() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, late=110)
    just = house.party(plan.attend(session, start=110))
    late = house.party(plan.attend(session, start=111))
    rows = told(plan)
    check(rows[just], Row(SESSION, room, 110, 120, other=session), only=SESSION)
    turned = Row(SESSION, room, 111, 111, TURNED_AWAY, other=session, cause=Cause.TOO_LATE)
    check(rows[late], turned, only=SESSION)
    check(rows[late], Row(VISIT, house.gate, 1, 121), only=VISIT)


def test_a_party_stays_its_rounds_or_leaves_for_its_next_booking_between_rounds() -> None:
    house = House()
    plan, room = house.plan, house.room
    cafe = plan.catering(20, seats=9)
    session = plan.session(room, 100, 120, rounds=3, round=10)
    all_rounds = house.party(plan.attend(session, rounds=3))
    one_round = house.party(plan.attend(session, rounds=1))
    # leave by 145 - 10 = 135: after the first round (in which the other two are the pair), then the
    # lounge until it is time
    hungry = house.party(plan.attend(session, rounds=3), plan.eat(cafe, 145, 5))
    # leave by 120 - 10 = 110: in the middle of the talk
    starving = house.party(plan.attend(session, rounds=3), plan.eat(cafe, 120, 5))
    rows = told(plan)
    check(rows[all_rounds], Row(SESSION, room, 100, 150, other=session), only=SESSION)
    check(rows[one_round], Row(SESSION, room, 100, 130, other=session), only=SESSION)
    check(
        rows[hungry],
        Row(Kind.GATE, house.gate, 0, 1),
        Row(LOUNGE, house.gate, 1, 90),
        Row(SESSION, room, 100, 130, other=session),
        Row(LOUNGE, room, 130, 135),
        Row(Kind.MEAL, cafe, 145, 150),
        Row(VISIT, house.gate, 1, 170),
    )
    check(rows[starving], Row(SESSION, room, 100, 110, other=session), only=SESSION)
    check(rows[starving], Row(Kind.MEAL, cafe, 120, 125), only=Kind.MEAL)


def test_a_seat_left_early_is_free_again() -> None:
    house = House()
    plan, room = house.plan, house.room
    cafe = plan.catering(20)
    session = plan.session(room, 100, 120, seats=1)
    house.party(plan.attend(session), plan.eat(cafe, 120, 5))  # leaves at 110
    too_soon = house.party(plan.attend(session, registered=False, start=109))
    in_time = house.party(plan.attend(session, registered=False, start=110))
    rows = told(plan)
    turned = Row(SESSION, room, 109, 109, TURNED_AWAY, other=session, cause=Cause.FULL)
    check(rows[too_soon], turned, only=SESSION)
    check(rows[in_time], Row(SESSION, room, 110, 120, other=session), only=SESSION)


def test_the_planned_departure_does_not_end_a_session() -> None:
    house = House()
    plan = house.plan
    session = plan.session(house.room, 100, 120, rounds=2, round=10)
    plan.party(house.gate, 0, bookings=[plan.attend(session, rounds=1)], departure=111)
    rows = told(plan)[0]
    check(rows, Row(SESSION, house.room, 100, 130, other=session), only=SESSION)


def test_those_present_are_paired_in_keyed_order_in_each_round() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, rounds=2, round=10)
    a = house.party(plan.attend(session, rounds=2, mixing=(5, 1)))
    b = house.party(plan.attend(session, rounds=2, mixing=(3, 2)))
    c = house.party(plan.attend(session, rounds=1, mixing=(1, 9)))
    call = plan.call(house.booth, 50, session=session, mixing=(7, 3))
    rows = told(plan)
    host = plan.member(0)

    def contact(start: int, other: int) -> Row:
        return Row(CONTACT, room, start, start + 10, other=other)

    # round 1: c 1, b 3, a 5, host 7: (c, b) and (a, host); the row stands with the lower actor
    # round 2, without c: a 1, b 2, host 3: (a, b), and the host has nobody
    check(rows[a], contact(120, host), contact(130, b), only=CONTACT)
    check(rows[b], contact(120, c), only=CONTACT)
    check(rows[c], only=CONTACT)
    check(rows[c], Row(SESSION, room, 100, 130, other=session), only=SESSION)
    check(
        rows[host],
        Row(DELEGATE, room, 50, 150, other=call),  # 10 there, 10 back
        Row(SESSION, room, 60, 140, other=session),
    )


def test_a_host_who_comes_after_the_end_is_there_for_a_moment() -> None:
    plan = FloorPlan()
    booth, room = plan.booth(60), plan.room(10)
    session = plan.session(room, 100, 110)
    call = plan.call(booth, 80, session=session, deadline=200)
    check(
        told(plan)[plan.member(0)],
        Row(DELEGATE, room, 80, 181, other=call),  # 50 there, 50 back
        Row(SESSION, room, 130, 131, other=session),
    )


def test_a_host_waits_for_a_room_to_open_and_turns_back_from_one_that_is_closed() -> None:
    plan = FloorPlan()
    booth = plan.booth(20, 3)
    opens_late = plan.room(10, ((100, 200), (300, DAY)))
    at_opening, after_close, in_vain = (
        plan.session(opens_late, *span) for span in ((100, 120), (191, 230), (210, 240))
    )
    calls = [
        plan.call(booth, 50, session=at_opening),
        plan.call(booth, 190, session=after_close),  # there at 200, when the room closes
        plan.call(booth, 150, session=in_vain),  # there at 160, while it is open: not at the start
    ]
    rows = told(plan)
    check(
        rows[plan.member(0)],
        Row(DELEGATE, opens_late, 50, 130, other=calls[0]),  # 10 there, 10 back
        Row(SESSION, opens_late, 60, 120, other=at_opening),
    )
    check(
        rows[plan.member(2)],  # the one free longest
        Row(DELEGATE, opens_late, 190, 210, other=calls[1]),
        Row(SESSION, opens_late, 200, 200, Outcome.CLOSED, other=after_close),
    )
    check(
        rows[plan.member(1)],
        Row(DELEGATE, opens_late, 150, 170, other=calls[2]),
        Row(SESSION, opens_late, 160, 160, Outcome.CLOSED, other=in_vain),
    )


def test_equal_keys_pair_by_actor() -> None:
    house = House()
    plan, room = house.plan, house.room
    session = plan.session(room, 100, 120, rounds=1, round=10)
    a, b, c, d = (house.party(plan.attend(session, rounds=1)) for _ in range(4))
    rows = told(plan)
    check(rows[a], Row(CONTACT, room, 120, 130, other=b), only=CONTACT)
    check(rows[c], Row(CONTACT, room, 120, 130, other=d), only=CONTACT)
    check(rows[b], only=CONTACT)


# -------------------------------------------------------------------------------- R6 meetings
def test_a_meeting_waits_for_its_start_and_for_both_sides() -> None:
    house = House()
    plan, table = house.plan, house.table
    meeting = plan.meeting(table, 100, 20, tolerance=10)
    prompt = house.party(plan.meet(meeting, 0))
    # asks at 22, talks until 95, is at the table at 105
    talker = plan.party(house.gate, 0, [Stop(house.booth, 1, 73)], [plan.meet(meeting, 1)])
    rows = told(plan)
    check(rows[prompt], Row(MEETING, table, 100, 120, wait=5, other=meeting), only=MEETING)
    late = Row(MEETING, table, 105, 120, Outcome.LATE, other=meeting, cause=Cause.CONVERSATION)
    check(rows[talker], late, only=MEETING)


@pytest.mark.parametrize(("least", "held"), [(15, True), (16, False)])
def test_a_meeting_that_would_be_cut_to_less_than_its_least_is_lost(least: int, held: bool) -> None:
    house = House()
    plan, table = house.plan, house.table
    meeting = plan.meeting(table, 100, 20, tolerance=10, least=least)
    prompt = house.party(plan.meet(meeting, 0))
    # at the table at 105, within the tolerance: 15 are left of the slot
    talker = plan.party(house.gate, 0, [Stop(house.booth, 1, 73)], [plan.meet(meeting, 1)])
    rows = told(plan)
    if held:
        check(rows[prompt], Row(MEETING, table, 100, 120, wait=5, other=meeting), only=MEETING)
    else:  # lost at 104, when no more than the least is left
        stood_up = Row(MEETING, table, 100, 104, STOOD_UP, other=meeting, cause=Cause.OTHER_SIDE)
        check(rows[prompt], stood_up, only=MEETING)
        missed = Row(MEETING, table, 104, 104, MISSED, other=meeting, cause=Cause.CONVERSATION)
        check(rows[talker], missed, only=MEETING)


@pytest.mark.parametrize("hold", [False, True])
def test_a_meeting_whose_table_is_held_beyond_its_own_slot_is_lost_or_held_whole(hold: bool) -> None:
    house = House(staff=2)
    plan, table = house.plan, house.table
    first = plan.meeting(table, 100, 20, tolerance=10, hold=True)
    second = plan.meeting(table, 120, 12, tolerance=6, hold=hold, least=5)
    house.party(plan.meet(first, 0))
    plan.party(house.gate, 0, [Stop(house.booth, 1, 76)], [plan.meet(first, 1)])  # there at 108: till 128
    pair = [house.party(plan.meet(second, side)) for side in (0, 1)]
    rows = told(plan)
    for side in pair:
        if hold:
            check(rows[side], Row(MEETING, table, 120, 140, wait=8, other=second), only=MEETING)
        else:  # at 127, after the tolerance and before the table is free, 5 are left of the slot to 132
            lost = Row(MEETING, table, 120, 127, STOOD_UP, other=second, cause=Cause.MEETING)
            check(rows[side], lost, only=MEETING)


def test_a_table_that_is_free_again_gives_no_tolerance_beyond_the_last_beginning() -> None:
    house = House(staff=2)
    plan, table = house.plan, house.table
    first = plan.meeting(table, 100, 20, tolerance=10, hold=True)
    second = plan.meeting(table, 120, 20, tolerance=6, least=10)
    house.party(plan.meet(first, 0))
    plan.party(house.gate, 0, [Stop(house.booth, 1, 76)], [plan.meet(first, 1)])  # there at 108: till 128
    prompt = house.party(plan.meet(second, 0))
    plan.party(house.gate, 0, [Stop(house.booth, 1, 300)], [plan.meet(second, 1)])
    # free at 128, tolerance to 134, but from 130 on less than 10 are left
    stood_up = Row(MEETING, table, 120, 130, STOOD_UP, other=second, cause=Cause.OTHER_SIDE)
    check(told(plan)[prompt], stood_up, only=MEETING)


def test_the_tolerance_counts_from_the_table_being_free() -> None:
    house = House(staff=2)
    plan, table = house.plan, house.table
    first = plan.meeting(table, 100, 20, tolerance=10, hold=True)
    second = plan.meeting(table, 120, 20, tolerance=5)
    house.party(plan.meet(first, 0))
    plan.party(house.gate, 0, [Stop(house.booth, 1, 76)], [plan.meet(first, 1)])  # there at 108
    prompt = house.party(plan.meet(second, 0))
    # asks at 22, talks until 122, at the table at 132: after 120 + 5, before 128 + 5
    talker = plan.party(house.gate, 0, [Stop(house.booth, 1, 100)], [plan.meet(second, 1)])
    rows = told(plan)
    check(rows[0], Row(MEETING, table, 100, 128, wait=8, other=first), only=MEETING)
    check(rows[prompt], Row(MEETING, table, 120, 140, wait=12, other=second), only=MEETING)
    late = Row(MEETING, table, 132, 140, Outcome.LATE, other=second, cause=Cause.CONVERSATION)
    check(rows[talker], late, only=MEETING)


def test_that_tolerance_ends_too() -> None:
    house = House(staff=2)
    plan, table = house.plan, house.table
    first = plan.meeting(table, 100, 20, tolerance=10, hold=True)
    second = plan.meeting(table, 120, 20, tolerance=5)
    house.party(plan.meet(first, 0))
    plan.party(house.gate, 0, [Stop(house.booth, 1, 76)], [plan.meet(first, 1)])  # 108: till 128
    prompt = house.party(plan.meet(second, 0))
    talker = plan.party(house.gate, 0, [Stop(house.booth, 1, 300)], [plan.meet(second, 1)])
    rows = told(plan)
    stood_up = Row(MEETING, table, 120, 133, STOOD_UP, other=second, cause=Cause.OTHER_SIDE)
    check(rows[prompt], stood_up, only=MEETING)
    missed = Row(MEETING, table, 133, 133, MISSED, other=second, cause=Cause.CONVERSATION)
    check(rows[talker], missed, only=MEETING)


def test_two_delegates_there_early_wait_for_the_start() -> None:
    plan = FloorPlan()
    booths = plan.booth(20), plan.booth(24)
    table = plan.table(30)
    meeting = plan.meeting(table, 100, 20)
    for side, booth in enumerate(booths):
        plan.call(booth, 50, meeting=meeting, side=side)
    rows = told(plan)
    check(rows[plan.member(0)], Row(MEETING, table, 60, 120, wait=40, other=meeting), only=MEETING)
    check(rows[plan.member(1)], Row(MEETING, table, 56, 120, wait=44, other=meeting), only=MEETING)


def test_a_meeting_waits_for_its_place_to_open() -> None:
    house = House()
    plan = house.plan
    late, never = plan.table(40, opens=((105, DAY),)), plan.table(40, opens=((0, 95),))
    meetings = [plan.meeting(place, 100, 20, tolerance=10) for place in (late, never)]
    sides = [[house.party(plan.meet(meeting, side)) for side in (0, 1)] for meeting in meetings]
    rows = told(plan)
    for side in (0, 1):
        held, lost = (rows[pair[side]] for pair in sides)
        check(held, Row(MEETING, late, 100, 120, wait=5, other=0), only=MEETING)
        stood_up = Row(MEETING, never, 100, 110, STOOD_UP, other=1, cause=Cause.CLOSED)
        check(lost, stood_up, only=MEETING)


def test_meetings_wait_for_an_interpreter_in_order_and_not_for_ever() -> None:
    house = House()
    plan = house.plan
    pool = plan.pool(1)
    places = house.table, house.other_table, plan.table(40)
    meetings = [plan.meeting(place, 100, 7, tolerance=10, hold=True, interpreters=pool) for place in places]
    sides = [[house.party(plan.meet(meeting, side)) for side in (0, 1)] for meeting in meetings]
    rows = told(plan)
    for side in (0, 1):  # 100 to 107, 107 to 114; the third has waited too long at 110
        first, second, third = (rows[pair[side]] for pair in sides)
        check(first, Row(MEETING, places[0], 100, 107, other=0), only=MEETING)
        check(second, Row(MEETING, places[1], 100, 114, wait=7, other=1), only=MEETING)
        lost = Row(MEETING, places[2], 100, 110, STOOD_UP, other=2, cause=Cause.INTERPRETER)
        check(third, lost, only=MEETING)


def test_two_no_shows_are_two_rows() -> None:
    house = House()
    plan = house.plan
    meeting = plan.meeting(house.table, 100, 20, tolerance=10)
    parties = [house.party(plan.meet(meeting, side, comes=False)) for side in (0, 1)]
    rows = told(plan)
    for party in parties:
        gone = Row(MEETING, house.table, 110, 110, Outcome.NO_SHOW, other=meeting)
        check(rows[party], gone, only=MEETING)
        check(rows[party], Row(VISIT, house.gate, 1, 1), only=VISIT)


def test_a_missing_side_says_what_holds_it_up() -> None:
    house = House(staff=5)
    plan, table = house.plan, house.table
    tables = [plan.table(30) for _ in range(8)]
    closed = plan.gate(0, opens=((50, 60),))
    busy = plan.gate(0)  # one lane
    cafe = plan.catering(20, seats=1)
    meetings = [plan.meeting(place, 100, 20, tolerance=10) for place in tables]
    other = plan.meeting(table, 80, 60)
    house.party(plan.meet(other, 1))
    plan.party(busy, 0, check=150)

    talk = plan.party(house.gate, 0, [Stop(house.booth, 1, 300)], [plan.meet(meetings[0])])
    gate = plan.party(busy, 1, bookings=[plan.meet(meetings[1])])
    absent = plan.party(closed, 0, bookings=[plan.meet(meetings[2])])
    meeting = house.party(plan.meet(other), plan.meet(meetings[3]))
    walk = plan.party(house.gate, 0, [Stop(house.booth, 1, 80)], [plan.meet(meetings[4])])
    meal = house.party(plan.eat(cafe, 90, 50), plan.meet(meetings[5]))
    held = plan.session(house.room, 120, 150, seats=1, doors=60, hold=115)  # waits there till 115
    house.party(plan.attend(held, comes=False))
    queue = house.party(plan.attend(held, registered=False, start=80), plan.meet(meetings[6]))
    plan.call(house.booth, 20, session=plan.session(house.room, 60, 130), member=4)
    plan.call(house.booth, 90, meeting=meetings[7], member=4)
    rows = told(plan)

    def missed(party: int, number: int, cause: Cause) -> None:
        row = Row(MEETING, tables[number], 110, 110, MISSED, other=meetings[number], cause=cause)
        assert row in rows[party], rows[party]

    missed(talk, 0, Cause.CONVERSATION)
    missed(gate, 1, Cause.GATE)
    missed(absent, 2, Cause.ABSENT)
    missed(meeting, 3, Cause.MEETING)
    missed(walk, 4, Cause.CONVERSATION)  # talks until 102, and so is on the way till 112
    missed(meal, 5, Cause.MEAL)
    missed(queue, 6, Cause.QUEUE)
    missed(plan.member(4), 7, Cause.SESSION)  # a host stays to the end


def test_a_party_that_is_not_on_its_way_to_a_lost_meeting_does_not_go_there() -> None:
    house = House()
    plan = house.plan
    meeting = plan.meeting(house.table, 100, 20, tolerance=10)
    # talks until 122, when the meeting has been lost since 110: looks where it is, goes home
    party = plan.party(
        house.gate, 0, [Stop(house.booth, 1, 100), Stop(house.booth, 1)], [plan.meet(meeting, 0)]
    )
    rows = told(plan)
    lost = Row(MEETING, house.table, 110, 110, MISSED, other=meeting, cause=Cause.CONVERSATION)
    check(rows[party], lost, only=MEETING)
    check(rows[party], Row(VISIT, house.gate, 1, 143), only=VISIT)


def test_a_party_learns_on_arrival_that_its_meeting_is_lost_and_goes_on() -> None:
    house = House()
    plan = house.plan
    meeting = plan.meeting(house.table, 100, 20, tolerance=10)
    plan.call(house.booth, 100, meeting=meeting, comes=False)
    # asks at 22, talks until 102, walks 10 to the table (lost at 110), back 10 to the next stop
    party = plan.party(
        house.gate, 0, [Stop(house.booth, 1, 80), Stop(house.booth, 1)], [plan.meet(meeting, 0)]
    )
    rows = told(plan)
    check(
        rows[party],
        Row(Kind.GATE, house.gate, 0, 1),
        Row(Kind.LOOK, house.booth, 21, 22),
        Row(TALK, house.booth, 22, 102, other=plan.member(0)),
        Row(MEETING, house.table, 110, 110, MISSED, other=meeting, cause=Cause.CONVERSATION),
        Row(Kind.IN_VAIN, house.table, 112, 112, other=meeting),
        Row(Kind.LOOK, house.booth, 122, 123),
        Row(VISIT, house.gate, 1, 143),
    )
    check(rows[NONE], Row(MEETING, house.table, 110, 110, Outcome.NO_SHOW, other=meeting))
