"""What kept somebody away: causes of late and missing sides (R6), and bookings that are lost, by hand.

Halls are those of `test_rules_halls`: the door is 5 from that of the other places, the gate 3 and the
booth in the hall 2 from theirs; a party on the floor at t is at the hall's door at t + 8.
"""

from __future__ import annotations

from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.engine.test_rules_booth import Stand
from tests.floors import FloorPlan, Stop

DELEGATE, HALL, LOOK, LOUNGE, MEAL = Kind.DELEGATE, Kind.HALL, Kind.LOOK, Kind.LOUNGE, Kind.MEAL
MEETING, SESSION, VISIT = Kind.MEETING, Kind.SESSION, Kind.VISIT
LATE, MISSED, NOT_NEEDED = Outcome.LATE, Outcome.MISSED, Outcome.NOT_NEEDED


class Hall:
    """A hall for one party, with a booth and a table in it; a booth at 10 and a table at 20 outside."""

    def __init__(self, patience: int, until: int) -> None:
        """The first party is in the hall until `until`."""
        self.plan = plan = FloorPlan(zone_patience=patience)
        self.hall = plan.hall(limit=1)
        plan.way(0, self.hall, 5)
        self.booth = plan.booth(0, zone=self.hall, to_door=2)
        self.outside = plan.booth(10)
        self.gate = plan.gate(0, lanes=9, to_door=3)
        self.inner = plan.table(1, zone=self.hall, to_door=2)
        self.table = plan.table(20)
        plan.party(self.gate, 0, [Stop(self.booth, until - 11)])

    def called(self, place: int, start: int, tolerance: int, *, hold: bool = False) -> int:
        """A meeting of 20 ms; a delegate is there in time."""
        meeting = self.plan.meeting(place, start, 20, tolerance=tolerance, hold=hold)
        self.plan.call(self.booth, start - 20, meeting=meeting)
        return meeting


# ------------------------------------------------------------------------------------ full halls
def test_who_was_not_let_in_says_so_whatever_it_does_at_the_deadline() -> None:
    hall = Hall(patience=5, until=500)
    plan = hall.plan
    meeting = hall.called(hall.inner, 50, tolerance=25, hold=True)
    plan.party(hall.gate, 1, [Stop(hall.outside, 200)], [plan.meet(meeting)])
    check(
        told(plan)[1],
        Row(Kind.GATE, hall.gate, 1, 2),
        Row(LOUNGE, hall.gate, 2, 40),
        Row(HALL, hall.inner, 48, 53, Outcome.RENEGED, other=hall.hall),
        Row(LOOK, hall.outside, 58, 258),
        Row(MEETING, hall.inner, 75, 75, MISSED, other=meeting, cause=Cause.HALL),
        Row(VISIT, hall.gate, 2, 268),
    )


def test_a_stand_by_who_was_not_let_in_says_so() -> None:
    hall = Hall(patience=5, until=500)
    plan = hall.plan
    meeting = hall.called(hall.inner, 53, tolerance=25)
    plan.call(hall.outside, 53, meeting=meeting, side=0)  # 7 to walk: it begins at 60
    standby = plan.standby(meeting, 0)
    party = plan.party(hall.gate, 1, bookings=[plan.meet(standby, 1)])
    rows = told(plan)
    check(rows[party], Row(HALL, hall.inner, 51, 56, Outcome.RENEGED, other=hall.hall), only=HALL)
    unneeded = Row(MEETING, hall.inner, 60, 60, NOT_NEEDED, other=standby, cause=Cause.HALL)
    check(rows[party], unneeded, only=MEETING)


def test_a_wait_at_a_door_for_a_stop_makes_late_for_what_comes_after() -> None:
    hall = Hall(patience=100, until=41)
    plan = hall.plan
    meeting = hall.called(hall.table, 60, tolerance=20)
    # in at 41, looks 43 to 58, 7 to walk: there at 65
    plan.party(hall.gate, 1, [Stop(hall.booth, 15)], [plan.meet(meeting)])
    rows = told(plan)
    check(rows[1], Row(HALL, hall.booth, 10, 41, wait=31, other=hall.hall), only=HALL)
    late = Row(MEETING, hall.table, 65, 80, LATE, other=meeting, cause=Cause.HALL)
    check(rows[1], late, only=MEETING)


def test_it_makes_miss_a_meeting_while_looking_and_on_the_way() -> None:
    for start in (52, 60):
        hall = Hall(patience=100, until=41)
        plan = hall.plan
        meeting = hall.called(hall.table, start, tolerance=3)
        # as above: at 55 it looks, at 63 it is on its way
        plan.party(hall.gate, 1, [Stop(hall.booth, 15)], [plan.meet(meeting)])
        missed = Row(MEETING, hall.table, start + 3, start + 3, MISSED, other=meeting, cause=Cause.HALL)
        check(told(plan)[1], missed, only=MEETING)


# --------------------------------------------------------------- a booking caps patience at a door
def test_the_next_booking_caps_patience_at_the_door_of_a_full_hall() -> None:
    hall = Hall(patience=100, until=500)
    plan = hall.plan
    meeting = hall.called(hall.table, 60, tolerance=20)
    plan.party(hall.gate, 1, [Stop(hall.booth, 4)], [plan.meet(meeting)])
    rows = told(plan)
    left = Row(HALL, hall.booth, 10, 55, Outcome.LEFT_FOR_BOOKING, other=hall.hall, cause=Cause.BOOKING)
    check(rows[1], left, only=HALL)  # 5 to walk from the door
    check(rows[1], Row(MEETING, hall.table, 60, 80, other=meeting), only=MEETING)


def test_patience_that_ends_as_the_booking_falls_due_is_reneging() -> None:
    for patience, outcome, cause in (
        (45, Outcome.RENEGED, Cause.NONE),
        (46, Outcome.LEFT_FOR_BOOKING, Cause.BOOKING),
    ):
        hall = Hall(patience=patience, until=500)
        plan = hall.plan
        meeting = hall.called(hall.table, 60, tolerance=20)
        plan.party(hall.gate, 1, [Stop(hall.booth, 4)], [plan.meet(meeting)])
        row = Row(HALL, hall.booth, 10, 55, outcome, other=hall.hall, cause=cause)
        check(told(plan)[1], row, only=HALL)


def test_on_the_way_to_a_booking_it_is_the_one_after_that_caps() -> None:
    hall = Hall(patience=100, until=500)
    plan = hall.plan
    room, cafe = plan.room(0, zone=hall.hall, to_door=2), plan.catering(20, seats=9)
    session = plan.session(room, 50, 60)
    plan.party(hall.gate, 1, bookings=[plan.attend(session), plan.eat(cafe, 70, 5)])
    check(
        told(plan)[1],
        Row(Kind.GATE, hall.gate, 1, 2),
        Row(LOUNGE, hall.gate, 2, 40),
        Row(HALL, room, 48, 65, Outcome.LEFT_FOR_BOOKING, other=hall.hall, cause=Cause.BOOKING),
        Row(SESSION, room, 65, 65, MISSED, other=session, cause=Cause.HALL),
        Row(MEAL, cafe, 70, 75),
        Row(VISIT, hall.gate, 2, 95),
    )


def test_if_that_is_due_already_nobody_waits_at_the_door() -> None:
    hall = Hall(patience=100, until=500)
    plan = hall.plan
    room, cafe = plan.room(0, zone=hall.hall, to_door=2), plan.catering(20, seats=9)
    session = plan.session(room, 50, 60)
    plan.party(hall.gate, 1, bookings=[plan.attend(session), plan.eat(cafe, 52, 5)])
    rows = told(plan)[1]
    left = Row(HALL, room, 48, 48, Outcome.LEFT_FOR_BOOKING, other=hall.hall, cause=Cause.BOOKING)
    check(rows, left, only=HALL)
    check(rows, Row(SESSION, room, 50, 50, MISSED, other=session, cause=Cause.HALL), only=SESSION)
    check(rows, Row(MEAL, cafe, 53, 58), only=MEAL)


# ------------------------------------------------------------------------ on the way at the deadline
def test_who_is_on_the_way_at_the_deadline_tells_what_made_it_set_out_late() -> None:
    stand = Stand(staff=2)
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    # talks until 95, would be there at 115; the delegate talks until 94 and would at 114
    party = plan.party(stand.gate, 0, [Stop(stand.booth, 1, 83)], [plan.meet(meeting)])
    stand.ask(13, 81)
    call = plan.call(stand.booth, 60, meeting=meeting, member=1)
    rows = told(plan)
    missed = Row(MEETING, stand.table, 110, 110, MISSED, other=meeting, cause=Cause.CONVERSATION)
    check(rows[party], missed, only=MEETING)
    turned = Row(DELEGATE, stand.table, 94, 126, Outcome.CANCELLED, other=call)
    check(rows[plan.member(1)], missed, turned)


def test_who_queued_at_the_gate_tells_that() -> None:
    stand = Stand()
    plan = stand.plan
    slow = plan.gate(0)
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    plan.party(slow, 0, check=90)
    party = plan.party(slow, 0, bookings=[plan.meet(meeting)])  # admitted at 91, there at 121
    plan.call(stand.booth, 60, meeting=meeting)
    missed = Row(MEETING, stand.table, 110, 110, MISSED, other=meeting, cause=Cause.GATE)
    check(told(plan)[party], missed, only=MEETING)


def test_a_host_on_the_way_at_the_end_tells_what_kept_him() -> None:
    stand = Stand(staff=[((0, 40), (96, 1_000)), ((0, 1_000),)])
    plan = stand.plan
    room, other = plan.room(30), plan.room(34)
    sessions = [plan.session(place, 100, 104) for place in (room, other)]
    stand.ask(40, 55)  # member 1, until 95: 24 to the other room
    plan.call(stand.booth, 50, session=sessions[0], member=0)  # comes on duty at 96: 20 to the room
    plan.call(stand.booth, 50, session=sessions[1], member=1)
    rows = told(plan)
    kept = ((0, room, Cause.STAFF), (1, other, Cause.CONVERSATION))
    for member, place, cause in kept:
        row = Row(SESSION, place, 104, 104, MISSED, other=sessions[member], cause=cause)
        check(rows[plan.member(member)], row, only=SESSION)


# ------------------------------------------------------------------------------- never admitted
def test_who_is_never_admitted_misses_sessions_meetings_and_meals_a_row_each() -> None:
    plan = FloorPlan()
    booth = plan.booth(0)
    gate = plan.gate(0, opens=((50, 60),))
    room, table, cafe = plan.room(10), plan.table(10), plan.catering(10)
    session, meeting = plan.session(room, 100, 120), plan.meeting(table, 200, 20, tolerance=10)
    plan.call(booth, 180, meeting=meeting)
    bookings = [plan.eat(cafe, 65, 5), plan.attend(session), plan.eat(cafe, 150, 5), plan.meet(meeting)]
    plan.party(gate, 70, bookings=bookings)
    check(
        told(plan)[0],
        Row(Kind.GATE, gate, 70, 70, Outcome.CLOSED),
        Row(MEAL, cafe, 70, 70, MISSED, cause=Cause.ABSENT),  # it would have been at 65
        Row(SESSION, room, 100, 100, MISSED, other=session, cause=Cause.ABSENT),
        Row(MEAL, cafe, 150, 150, MISSED, cause=Cause.ABSENT),
        Row(MEETING, table, 210, 210, MISSED, other=meeting, cause=Cause.ABSENT),
    )
