"""Whose turn it is where several meetings wait for one table and one interpreter (R6), by hand.

All are booked by parties that are at the table at the slot's start.
"""

from __future__ import annotations

from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.engine.test_rules_standby import Trio
from tests.floors import ALL_DAY, DAY, FloorPlan, Intervals

MEETING = Kind.MEETING
STOOD_UP, OTHER_SIDE = Outcome.STOOD_UP, Cause.OTHER_SIDE


class Tables:
    """A gate at 0, two tables at 30 and 34, one interpreter; meetings keep their full length."""

    def __init__(self, opens: Intervals = ALL_DAY) -> None:
        self.plan = FloorPlan()
        self.gate = self.plan.gate(0, lanes=100)
        self.table, self.other = self.plan.table(30, opens), self.plan.table(34)
        self.pool = self.plan.pool(1)
        self.sides: dict[int, list[int]] = {}

    def meet(
        self,
        table: int,
        start: int,
        length: int,
        *,
        tolerance: int = 50,
        interpreter: bool = True,
        comes: bool = True,
    ) -> int:
        """A meeting and the parties of its sides; `comes`: whether the second does."""
        plan, pool = self.plan, self.pool if interpreter else NONE
        k = plan.meeting(table, start, length, tolerance=tolerance, hold=True, interpreters=pool)
        self.sides[k] = [
            plan.party(self.gate, 0, bookings=[plan.meet(k, side, comes=comes or side == 0)])
            for side in (0, 1)
        ]
        return k

    def check(self, rows: dict[int, list[Row]], k: int, start: int, begin: int, end: int) -> None:
        """Meeting `k` lasted from `begin` to `end`, both sides having been there since `start`."""
        table = self.plan._meetings[k][0]
        for party in self.sides[k]:
            check(rows[party], Row(MEETING, table, start, end, wait=begin - start, other=k), only=MEETING)


def test_an_earlier_slot_that_waits_for_the_table_has_the_interpreter_before_a_later_one_elsewhere() -> None:
    tables = Tables()
    tables.meet(tables.table, 100, 30)
    earlier = tables.meet(tables.table, 120, 10)
    later = tables.meet(tables.other, 125, 10)
    rows = told(tables.plan)
    tables.check(rows, earlier, 120, 130, 140)
    tables.check(rows, later, 125, 140, 150)


def test_an_earlier_slot_elsewhere_has_the_interpreter_before_a_later_one_at_the_table() -> None:
    tables = Tables()
    tables.meet(tables.table, 100, 30)
    later = tables.meet(tables.table, 125, 10)
    earlier = tables.meet(tables.other, 120, 10)
    rows = told(tables.plan)
    tables.check(rows, earlier, 120, 130, 140)
    tables.check(rows, later, 125, 140, 150)


def test_of_one_slot_the_lower_number_comes_first() -> None:
    tables = Tables()
    tables.meet(tables.table, 100, 30)
    elsewhere, here = tables.meet(tables.other, 120, 10), tables.meet(tables.table, 120, 10)
    rows = told(tables.plan)
    tables.check(rows, elsewhere, 120, 130, 140)
    tables.check(rows, here, 120, 140, 150)


def test_an_earlier_slot_that_cannot_begin_lets_the_later_ones_pass_and_its_tolerance_starts() -> None:
    tables = Tables()
    tables.meet(tables.table, 100, 30)
    alone = tables.meet(tables.table, 120, 10, tolerance=8, comes=False)  # from 130: lost at 138
    elsewhere = tables.meet(tables.other, 122, 10)
    here = tables.meet(tables.table, 125, 10, interpreter=False)
    rows = told(tables.plan)
    stood_up = Row(MEETING, tables.table, 120, 138, STOOD_UP, other=alone, cause=OTHER_SIDE)
    check(rows[tables.sides[alone][0]], stood_up, only=MEETING)
    tables.check(rows, elsewhere, 122, 130, 140)
    tables.check(rows, here, 125, 130, 140)


def test_behind_who_takes_the_table_again_the_tolerance_does_not_start() -> None:
    tables = Tables()
    tables.meet(tables.table, 100, 30)
    following = tables.meet(tables.table, 120, 30)  # 130 to 160
    behind = tables.meet(tables.table, 125, 10, tolerance=5, comes=False)  # from 160, not from 130
    rows = told(tables.plan)
    tables.check(rows, following, 120, 130, 160)
    stood_up = Row(MEETING, tables.table, 125, 165, STOOD_UP, other=behind, cause=OTHER_SIDE)
    check(rows[tables.sides[behind][0]], stood_up, only=MEETING)


def test_a_stand_bys_meeting_hands_on_table_and_interpreter_by_slots_too() -> None:
    trio = Trio(pools=(NONE, 0), hold=True)
    plan = trio.plan
    (stays, _), standby = trio.sides(comes=False), trio.stands_by()  # they meet from 110 to 130
    earlier = plan.meeting(trio.table, 120, 10, tolerance=30, hold=True, interpreters=0)
    sides = [trio.party(plan.meet(earlier, side)) for side in (0, 1)]
    later = trio.elsewhere(125, 10)
    rows = told(plan)
    check(rows[stays], trio.row(100, 110, STOOD_UP, cause=OTHER_SIDE), trio.its(110, 130), only=MEETING)
    check(rows[standby], trio.its(100, 130, wait=10), only=MEETING)
    for party in sides:
        check(rows[party], Row(MEETING, trio.table, 120, 140, wait=10, other=earlier), only=MEETING)
    check(rows[later], Row(MEETING, trio.other_table, 125, 150, wait=15, other=earlier + 1), only=MEETING)


def test_when_a_place_opens_the_earlier_slot_begins_whatever_its_number() -> None:
    tables = Tables(opens=((0, 90), (130, DAY)))
    later = tables.meet(tables.table, 120, 20, interpreter=False)
    earlier = tables.meet(tables.table, 100, 20, interpreter=False)
    rows = told(tables.plan)
    tables.check(rows, earlier, 100, 130, 150)
    tables.check(rows, later, 120, 150, 170)
