"""What a floor must not say of stand-bys."""

from __future__ import annotations

import pytest

from sim.floor.arrays import NONE, Floor
from sim.floor.contract import check_floor, faults
from tests.engine.test_rules_standby import Trio
from tests.floors import with_value


def sound() -> Floor:
    """A meeting, its stand-by, a second meeting; the parties of their sides, the stand-by last."""
    trio = Trio()
    plan = trio.plan
    second = plan.meeting(trio.other_table, 100, 20, tolerance=10)
    trio.sides()
    for side in (0, 1):
        trio.party(plan.meet(second, side))
    trio.stands_by()
    return plan.build()


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "said"),
    [
        ("meetings", "standby_for", 1, 3, "meetings.standby_for must exist"),
        ("meetings", "standby_for", 1, -2, "meetings.standby_for must exist"),
        ("meetings", "standby_for", 1, 1, "for an ordinary meeting"),
        ("meetings", "standby_for", 1, 2, "the meeting's place"),
        ("meetings", "start", 1, 101, "the meeting's start"),
        ("meetings", "duration", 1, 21, "the meeting's duration"),
        ("meetings", "tolerance", 1, 11, "the meeting's tolerance"),
        ("meetings", "hold", 1, 1, "the meeting's hold"),
        ("meetings", "least", 1, 2, "the meeting's least"),
        ("meetings", "keeps", 1, 2, "meetings.keeps must be 0 or 1 in a stand-by"),
        ("meetings", "keeps", 1, NONE, "meetings.keeps must be 0 or 1 in a stand-by"),
        ("meetings", "keeps", 0, 0, "meetings.keeps must be 0 or 1 in a stand-by, and NONE elsewhere"),
        ("meetings", "keeps", 1, 1, "must be booked for the meeting alone"),
        ("bookings", "meeting", 4, 0, "a stand-by must be a party booked once"),
        ("bookings", "side", 4, 0, "must be booked for the meeting alone"),
    ],
)
def test_a_bad_stand_by_is_refused(table: str, column: str, row: int, value: int, said: str) -> None:
    floor = sound()
    check_floor(floor)
    bad = with_value(floor, table, column, row, value)
    assert any(said in fault for fault in faults(bad)), faults(bad)


def test_two_stand_bys_for_one_meeting_are_refused() -> None:
    trio = Trio()
    another = trio.plan.standby(trio.meeting)
    trio.sides()
    trio.stands_by()
    trio.party(trio.plan.meet(another, 1))
    assert any("one stand-by at most" in fault for fault in faults(trio.plan.build()))


def test_a_stand_by_for_a_stand_by_is_refused() -> None:
    trio = Trio()
    another = trio.plan.standby(trio.standby)
    trio.sides()
    trio.stands_by()
    trio.party(trio.plan.meet(another, 1))
    assert any("for an ordinary meeting" in fault for fault in faults(trio.plan.build()))


def test_delegates_and_sides_of_the_meeting_do_not_stand_by() -> None:
    trio = Trio()
    trio.sides()
    trio.plan.call(trio.booth, 80, meeting=trio.standby, side=1)
    assert any("must not be a booth's delegate" in fault for fault in faults(trio.plan.build()))
    trio = Trio()
    trio.party(trio.plan.meet(trio.meeting, 0), trio.plan.meet(trio.standby, 1))
    trio.side(1)
    assert any("not be a side of the meeting" in fault for fault in faults(trio.plan.build()))


def test_nobody_is_called_to_stay_for_a_stand_by() -> None:
    trio = Trio()
    trio.sides()
    trio.stands_by()
    trio.plan.call(trio.booth, 80, meeting=trio.standby, side=0)
    assert any("must be booked for the meeting alone" in fault for fault in faults(trio.plan.build()))
