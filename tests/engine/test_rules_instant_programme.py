"""The order within one millisecond in the programme: sessions, meetings, calls, deadlines."""

from __future__ import annotations

from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.engine.test_rules_booth import Stand
from tests.floors import FloorPlan, Stop

DELEGATE, MEETING, SESSION, TALK = Kind.DELEGATE, Kind.MEETING, Kind.SESSION, Kind.TALK


# ------------------------------------------------------------ sessions and rounds and meetings
def test_who_leaves_between_rounds_is_not_paired_in_the_next() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    session = plan.session(plan.room(10), 100, 120, rounds=2, round=10)
    for rounds in (2, 1, 2):
        plan.party(gate, 0, bookings=[plan.attend(session, rounds=rounds)])
    rows = told(plan)
    contacts = [[(r.start, r.other) for r in rows[p] if r.kind == Kind.CONTACT] for p in range(3)]
    assert contacts == [[(120, 1), (130, 2)], [], []]


def test_a_table_is_handed_on_in_the_millisecond_a_meeting_ends() -> None:
    stand = Stand()
    plan = stand.plan
    first = plan.meeting(stand.table, 100, 20)
    second = plan.meeting(stand.table, 120, 20)  # no tolerance: 120 is its deadline too
    for meeting in (first, second):
        plan.party(stand.gate, 0, bookings=[plan.meet(meeting, 0)])
        plan.party(stand.gate, 0, bookings=[plan.meet(meeting, 1)])
    rows = told(plan)
    check(rows[2], Row(MEETING, stand.table, 120, 140, other=second), only=MEETING)


def test_an_interpreter_freed_at_a_deadline_still_saves_the_meeting() -> None:
    stand = Stand()
    plan = stand.plan
    pool = plan.pool(1)
    first = plan.meeting(stand.table, 100, 10, interpreters=pool)
    second = plan.meeting(stand.other_table, 100, 10, tolerance=10, hold=True, interpreters=pool)
    for meeting in (first, second):
        plan.party(stand.gate, 0, bookings=[plan.meet(meeting, 0)])
        plan.party(stand.gate, 0, bookings=[plan.meet(meeting, 1)])
    row = Row(MEETING, stand.other_table, 100, 120, wait=10, other=second)
    check(told(plan)[2], row, only=MEETING)


def test_a_shift_that_ends_with_a_session_leaves_the_next_call_alone() -> None:
    stand = Stand(staff=[((0, 120),)])
    plan = stand.plan
    room = plan.room(30)
    session = plan.session(room, 100, 120)
    meeting = plan.meeting(stand.other_table, 140, 10)
    call = plan.call(stand.booth, 60, session=session)
    plan.call(stand.booth, 90, meeting=meeting)
    stand.guest(meeting)
    check(
        told(plan)[plan.member(0)],
        Row(SESSION, room, 80, 120, other=session),
        Row(DELEGATE, room, 60, 140, other=call),
    )


def rivals(stand: Stand) -> tuple[int, int]:
    """Two meetings for one interpreter, of 10 ms, both to start at 90.

    Of the first, one party is there at 90, the other (which asks at 12 and talks for 68) at 100.
    """
    plan = stand.plan
    pool = plan.pool(1)
    first, second = (
        plan.meeting(table, start, 10, tolerance=30, hold=True, interpreters=pool)
        for table, start in ((stand.table, 90), (stand.other_table, 90))
    )
    plan.party(stand.gate, 0, bookings=[plan.meet(first, 0)])
    plan.party(stand.gate, 0, [Stop(stand.booth, 1, 68)], [plan.meet(first, 1)])
    return first, second


def test_delegates_come_before_parties() -> None:
    stand = Stand(staff=3)
    plan = stand.plan
    first, second = rivals(stand)
    plan.call(stand.booth, 60, meeting=second, side=0)  # there at 84
    plan.call(stand.booth, 76, meeting=second, side=1)  # there at 100
    rows = told(plan)
    held = Row(MEETING, stand.other_table, 84, 110, wait=16, other=second)
    check(rows[plan.member(1)], held, only=MEETING)
    check(rows[0], Row(MEETING, stand.table, 90, 120, wait=20, other=first), only=MEETING)


def test_parties_come_before_a_slot_starts() -> None:
    stand = Stand(staff=3)
    plan = stand.plan
    first, _ = rivals(stand)
    pool = 0
    due = plan.meeting(stand.other_table, 100, 10, tolerance=30, hold=True, interpreters=pool)
    for side in (0, 1):
        plan.call(stand.booth, 60, meeting=due, side=side)  # both there at 84
    rows = told(plan)
    check(rows[0], Row(MEETING, stand.table, 90, 110, wait=10, other=first), only=MEETING)
    held = Row(MEETING, stand.other_table, 84, 120, wait=26, other=due)
    check(rows[plan.member(1)], held, only=MEETING)


def test_reaching_the_gate_before_a_deadline_is_told_as_the_gate() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    plan.party(stand.gate, 110, bookings=[plan.meet(meeting)])
    missed = Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=Cause.GATE)
    check(told(plan)[0], missed, only=MEETING)


# ------------------------------------------------------- seats, arrivals at places, deadlines
def test_seats_are_released_before_who_reaches_the_room() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    room = plan.room(10)
    session = plan.session(room, 100, 120, hold=95, late=120, seats=1)
    registered = plan.party(gate, 0, bookings=[plan.attend(session, start=95)])
    waiting = plan.party(gate, 0, bookings=[plan.attend(session, registered=False, start=90)])
    rows = told(plan)
    check(rows[waiting], Row(SESSION, room, 90, 120, wait=5, other=session), only=SESSION)
    turned = Row(SESSION, room, 95, 95, Outcome.TURNED_AWAY, other=session, cause=Cause.FULL)
    check(rows[registered], turned, only=SESSION)


def test_a_walk_in_at_the_release_takes_a_released_seat_at_once() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    room = plan.room(10)
    session = plan.session(room, 100, 120, hold=95, seats=1)
    plan.party(gate, 0, bookings=[plan.attend(session, comes=False)])
    walk_in = plan.party(gate, 0, bookings=[plan.attend(session, registered=False, start=95)])
    check(told(plan)[walk_in], Row(SESSION, room, 95, 120, other=session), only=SESSION)


def test_doors_open_before_who_reaches_them() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    room = plan.room(10)
    session = plan.session(room, 100, 120, doors=90, hold=95, seats=1)
    at_doors = plan.party(gate, 0, bookings=[plan.attend(session, registered=False, start=90)])
    waiting = plan.party(gate, 0, bookings=[plan.attend(session, registered=False, start=85)])
    rows = told(plan)
    check(rows[waiting], Row(SESSION, room, 85, 120, wait=5, other=session), only=SESSION)
    turned = Row(SESSION, room, 90, 95, Outcome.TURNED_AWAY, other=session, cause=Cause.FULL)
    check(rows[at_doors], turned, only=SESSION)


def test_both_sides_reaching_the_table_at_the_deadline_are_in_time() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    # the party asks at 13 and talks until 90; the other member is called at 90
    plan = stand.plan
    talker = plan.party(stand.gate, 1, [Stop(stand.booth, 1, 77)], [plan.meet(meeting)])
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    late = Row(MEETING, stand.table, 110, 120, Outcome.LATE, other=meeting, cause=Cause.CONVERSATION)
    check(rows[talker], late, only=MEETING)
    check(rows[plan.member(0)], late, Row(DELEGATE, stand.table, 90, 140, other=call))


def test_a_member_free_at_the_deadline_is_sent_and_turned_back_at_once() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    stand.ask(25, 85)  # until 110
    waiting = stand.ask(30, 5)
    stand.guest(meeting)
    call = plan.call(stand.booth, 60, meeting=meeting)
    rows = told(plan)
    check(
        rows[plan.member(0)],
        Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=Cause.CONVERSATION),
        Row(DELEGATE, stand.table, 110, 110, Outcome.CANCELLED, other=call),
    )
    check(rows[waiting], Row(TALK, stand.booth, 30, 115, wait=80, other=plan.member(0)), only=TALK)


def test_who_waits_at_the_deadline_as_the_other_comes_too_late_by_a_millisecond() -> None:
    stand = Stand()
    plan = stand.plan
    meeting = plan.meeting(stand.table, 100, 20, tolerance=10)
    talker = plan.party(stand.gate, 1, [Stop(stand.booth, 1, 78)], [plan.meet(meeting)])  # at 111
    prompt = plan.party(stand.gate, 0, bookings=[plan.meet(meeting, 1)])
    rows = told(plan)
    stood_up = Row(MEETING, stand.table, 100, 110, Outcome.STOOD_UP, other=meeting, cause=Cause.OTHER_SIDE)
    check(rows[prompt], stood_up, only=MEETING)
    missed = Row(MEETING, stand.table, 110, 110, Outcome.MISSED, other=meeting, cause=Cause.CONVERSATION)
    check(rows[talker], missed, only=MEETING)


def test_of_those_who_go_on_as_a_meeting_ends_the_first_side_is_first() -> None:
    for sides in ((1, 2), (2, 1)):  # of the members 0 and 1
        stand = Stand(staff=2)
        plan = stand.plan
        meeting = plan.meeting(stand.booth, 50, 20, sides=3)
        stand.guest(meeting)
        for member, side in enumerate(sides):
            plan.call(stand.booth, 30, meeting=meeting, side=side, member=member)
        stand.ask(60, 5)
        stand.ask(61, 5)
        first, second = (0, 1) if sides == (1, 2) else (1, 0)
        rows = told(plan)
        check(rows[1], Row(TALK, stand.booth, 60, 75, wait=10, other=plan.member(first)), only=TALK)
        check(rows[2], Row(TALK, stand.booth, 61, 75, wait=9, other=plan.member(second)), only=TALK)


def test_a_host_at_the_own_booth_is_free_for_who_asks_as_the_session_ends() -> None:
    stand = Stand()
    plan = stand.plan
    session = plan.session(stand.booth, 30, 60)
    plan.call(stand.booth, 20, session=session)
    stand.ask(60, 5, patience=0)
    check(told(plan)[0], Row(TALK, stand.booth, 60, 65, other=plan.member(0)), only=TALK)


def test_who_is_seated_as_a_round_begins_is_not_paired_in_it() -> None:
    plan = FloorPlan()
    plan.booth(0)
    gate = plan.gate(0, lanes=9)
    session = plan.session(plan.room(10), 100, 120, late=140, rounds=2, round=10)
    for start in (100, 100, 120, 120):
        plan.party(gate, 0, bookings=[plan.attend(session, rounds=2, start=start)])
    rows = told(plan)
    contacts = [[(r.start, r.other) for r in rows[p] if r.kind == Kind.CONTACT] for p in range(4)]
    assert contacts == [[(120, 1), (130, 1)], [], [(130, 3)], []]
