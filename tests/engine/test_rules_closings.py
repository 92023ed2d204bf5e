"""Closed halls, by hand to the millisecond (R7): what a party finds closed, and what everybody knows.

The gate is 3 from its door, the hall's door 5 from that, its booths 2 behind it and 1 apart: a party on
the floor at 1 is at the hall's first booth at 11. The booth outside is 5 from the door: 12 from those inside.
"""

from __future__ import annotations

import pytest

from sim.engine import simulate
from sim.floor.arrays import NONE
from sim.floor.laws import broken_laws
from sim.floor.laws.closings import nobody_goes_where_the_plan_says_closed
from sim.floor.trace import Cause, Kind, Outcome
from tests.engine.reading import Row, check, told
from tests.floors import ALL_DAY, DAY, FloorPlan, Intervals, Stop

LOOK, LOUNGE, TALK = Kind.LOOK, Kind.LOUNGE, Kind.TALK
CLOSED, MISSED = Outcome.CLOSED, Outcome.MISSED
SHUT = ((0, 20), (60, DAY))


class Fair:
    """A hall with four booths, a booth outside, and a gate."""

    def __init__(self, opens: Intervals = SHUT, limit: int = NONE, last: Intervals | None = None) -> None:
        self.plan = FloorPlan(zone_patience=1_000)
        self.hall = self.plan.hall(limit)
        self.plan.way(0, self.hall, 5)
        hours = [opens, opens, opens, opens if last is None else last]
        self.inside = [
            self.plan.booth(x, opens=each, zone=self.hall, to_door=2) for x, each in enumerate(hours)
        ]
        self.outside = self.plan.booth(10, to_door=5)
        self.gate = self.plan.gate(0, lanes=5, to_door=3)


def passed(booth: int, at: int) -> Row:
    return Row(LOOK, booth, at, at, MISSED, cause=Cause.CLOSED)


@pytest.mark.parametrize("look", [20, 21])
def test_a_hall_found_closed_is_passed_over_until_a_booth_opens(look: int) -> None:
    fair = Fair()
    first, second, third, fourth = fair.inside
    stops = [Stop(first, 15), Stop(second), Stop(third), Stop(fair.outside, look), Stop(fourth), Stop(first)]
    party = fair.plan.party(fair.gate, 0, stops)
    rows = told(fair.plan)[party]
    # looks from 11 to 26, walks on at 26 and finds the second closed; outside from 27 + 12 on
    walked_on = [Row(LOOK, first, 11, 26), Row(LOOK, second, 27, 27, CLOSED), passed(third, 27)]
    then = [Row(LOOK, fair.outside, 39, 39 + look)]
    if look == 20:  # at 59 it is closed still; the last two are given up for good
        then += [passed(fourth, 59), passed(first, 59)]
    else:  # at 60 it is open
        then += [Row(LOOK, fourth, 72, 73), Row(LOOK, first, 76, 77)]
    check(rows, *walked_on, *then, only=LOOK)


def test_while_another_booth_of_the_hall_is_open_each_is_tried() -> None:
    fair = Fair(last=ALL_DAY)
    party = fair.plan.party(fair.gate, 0, [Stop(booth, 15) for booth in fair.inside])
    _, second, third, fourth = fair.inside
    check(
        told(fair.plan)[party],
        Row(LOOK, fair.inside[0], 11, 26),
        Row(LOOK, second, 27, 27, CLOSED),
        Row(LOOK, third, 28, 28, CLOSED),
        Row(LOOK, fourth, 29, 44),
        only=LOOK,
    )


def test_who_queues_at_the_close_knows_that_the_hall_is_closed() -> None:
    fair = Fair()
    first, second, *_ = fair.inside
    fair.plan.party(fair.gate, 0, [Stop(first, 1, talk=500)])  # from 12 on
    party = fair.plan.party(fair.gate, 1, [Stop(first, 1, talk=5), Stop(second), Stop(fair.outside)])
    rows = told(fair.plan)[party]
    check(rows, Row(TALK, first, 13, 20, CLOSED), only=TALK)
    check(rows, Row(LOOK, first, 12, 13), passed(second, 20), Row(LOOK, fair.outside, 32, 33), only=LOOK)


def test_who_asks_after_the_close_knows_that_the_hall_is_closed() -> None:
    fair = Fair()
    first, second, *_ = fair.inside
    party = fair.plan.party(fair.gate, 0, [Stop(first, 9, talk=5), Stop(second)])
    rows = told(fair.plan)[party]
    check(rows, Row(TALK, first, 20, 20, CLOSED), only=TALK)
    check(rows, Row(LOOK, first, 11, 20), passed(second, 20), only=LOOK)


def test_a_closed_room_or_kitchen_tells_that_the_hall_is_closed() -> None:
    for what in ("room", "kitchen"):
        fair = Fair()
        where = {"x": 0, "zone": fair.hall, "to_door": 2, "opens": SHUT}
        if what == "room":
            place = fair.plan.room(**where)  # type: ignore[arg-type]
            booking = fair.plan.attend(fair.plan.session(place, 30, 40))
            gone = Row(Kind.SESSION, place, 30, 30, CLOSED, other=0)
        else:
            place = fair.plan.catering(**where)  # type: ignore[arg-type]
            booking = fair.plan.eat(place, 30, 10)
            gone = Row(Kind.MEAL, place, 30, 30, CLOSED)
        party = fair.plan.party(fair.gate, 0, [Stop(fair.inside[1], 20)], [booking])
        rows = told(fair.plan)[party]
        check(rows, gone, only=gone.kind)
        check(rows, passed(fair.inside[1], 30), only=LOOK)


def test_behind_the_door_of_a_hall_with_a_limit_it_is_the_same() -> None:
    fair = Fair(limit=1)
    first, second, *_ = fair.inside
    fair.plan.party(fair.gate, 0, [Stop(first, 30)])  # inside from 9 to 41
    party = fair.plan.party(fair.gate, 5, [Stop(first), Stop(second), Stop(fair.outside)])  # waits from 14 on
    rows = told(fair.plan)[party]
    check(rows, Row(Kind.HALL, first, 14, 41, wait=27, other=fair.hall), only=Kind.HALL)
    check(
        rows,
        Row(LOOK, first, 43, 43, CLOSED),
        passed(second, 43),
        Row(LOOK, fair.outside, 55, 56),
        only=LOOK,
    )


def test_one_party_finds_it_closed_and_another_does_not_know() -> None:
    fair = Fair()
    first, second, *_ = fair.inside
    for arrival in (10, 12):
        fair.plan.party(fair.gate, arrival, [Stop(first), Stop(second)])
    rows = told(fair.plan)
    for party, at in enumerate((21, 23)):
        check(rows[party], Row(LOOK, first, at, at, CLOSED), passed(second, at), only=LOOK)


@pytest.mark.parametrize("look", [7, 8])
def test_nobody_walks_to_a_hall_that_is_closed_by_the_plan(look: int) -> None:
    """The booth outside is 10 from the gate and 12 from the hall's first: there at 11 + look + 12."""
    hours = ((0, 31), (45, DAY))
    fair = Fair(opens=hours)
    fair.plan.planned(fair.hall, hours)
    first, second, *_ = fair.inside
    party = fair.plan.party(fair.gate, 0, [Stop(fair.outside, look), Stop(first), Stop(second, 30)])
    rows = told(fair.plan)[party]
    looks = [Row(LOOK, fair.outside, 11, 11 + look)]
    if look == 7:  # there at 30; the second would be reached at 32
        looks += [Row(LOOK, first, 30, 31), passed(second, 31)]
    else:  # there at 31: stays where it is, and goes home
        looks += [passed(first, 19), passed(second, 19)]
    check(rows, *looks, only=LOOK)
    check(rows, Row(Kind.VISIT, fair.gate, 1, 41 if look == 7 else 29), only=Kind.VISIT)


def test_nobody_sets_out_for_a_hall_with_a_limit_that_is_closed_by_the_plan() -> None:
    fair = Fair(opens=((0, 10),), limit=1)
    fair.plan.planned(fair.hall, ((0, 10),))
    party = fair.plan.party(fair.gate, 0, [Stop(fair.inside[0]), Stop(fair.outside)])
    check(told(fair.plan)[party], passed(fair.inside[0], 1), Row(LOOK, fair.outside, 11, 12), only=LOOK)


def test_a_hall_that_opens_later_by_the_plan_is_gone_to_in_time_for_its_opening() -> None:
    fair = Fair(opens=((11, DAY),))
    fair.plan.planned(fair.hall, ((11, DAY),))
    party = fair.plan.party(fair.gate, 0, [Stop(fair.inside[0])])
    check(told(fair.plan)[party], Row(LOOK, fair.inside[0], 11, 12), only=LOOK)


def test_a_shock_that_closes_for_longer_than_the_plan_is_found_out() -> None:
    """By the plan the hall is open from 20 on, and it opens at 60."""
    fair = Fair(opens=((60, DAY),))
    fair.plan.planned(fair.hall, ((20, DAY),))
    first, second, *_ = fair.inside
    party = fair.plan.party(fair.gate, 10, [Stop(first), Stop(second)])  # there at 21
    check(told(fair.plan)[party], Row(LOOK, first, 21, 21, CLOSED), passed(second, 21), only=LOOK)


@pytest.mark.parametrize(("limit", "arrival", "comes"), [(1, 5, 43), (NONE, 12, 23)])
def test_only_who_was_kept_at_the_door_may_come_when_the_plan_says_closed(
    limit: int, arrival: int, comes: int
) -> None:
    fair = Fair(limit=limit)
    first = fair.inside[0]
    fair.plan.party(fair.gate, 0, [Stop(first, 30)])  # inside from 9 to 41
    party = fair.plan.party(fair.gate, arrival, [Stop(first)])
    check(told(fair.plan)[party], Row(LOOK, first, comes, comes, CLOSED), only=LOOK)
    trace = simulate(fair.plan.build())
    fair.plan.planned(fair.hall, SHUT)  # as if everybody had known
    broken = broken_laws(fair.plan.build(), trace, [nobody_goes_where_the_plan_says_closed])
    assert bool(broken) == (limit == NONE)


def test_what_does_not_fit_any_more_is_not_given_up_for_the_closing() -> None:
    fair = Fair()
    first, second, third, _ = fair.inside
    room = fair.plan.room(10, to_door=5)
    session = fair.plan.session(room, 60, 70)
    # at 27 in the hall, 12 from the room: there is time for the walk of 1 and a look of 20, not of 21
    stops = [Stop(first, 15), Stop(second), Stop(third, 20), Stop(third, 21)]
    party = fair.plan.party(fair.gate, 0, stops, [fair.plan.attend(session)])
    rows = told(fair.plan)[party]
    seen = [Row(LOOK, first, 11, 26), Row(LOOK, second, 27, 27, CLOSED), passed(third, 27)]
    check(rows, Row(LOUNGE, second, 27, 48), only=LOUNGE)
    # the last waits for the gap after the session, when the hall is open again
    check(rows, *seen, Row(LOOK, third, 82, 103), only=LOOK)


def test_a_further_try_that_is_not_due_is_not_given_up() -> None:
    fair = Fair()
    first, second, third, fourth = fair.inside
    stops = [Stop(first, 1, talk=3), Stop(second, 10), Stop(third), Stop(first, 1, 3, retry=3), Stop(fourth)]
    party = fair.plan.party(fair.gate, 0, stops)
    rows = told(fair.plan)[party]
    served = [Row(LOOK, first, 11, 12), Row(LOOK, second, 16, 26)]
    check(rows, *served, Row(LOOK, third, 27, 27, CLOSED), passed(fourth, 27), only=LOOK)


def test_a_hall_that_closes_for_good_is_passed_over_for_good() -> None:
    fair = Fair(opens=((0, 20),))
    first, second, third, fourth = fair.inside
    stops = [Stop(first, 15), Stop(second), Stop(third), Stop(fair.outside, 60), Stop(fourth)]
    party = fair.plan.party(fair.gate, 0, stops)
    walked_on = [Row(LOOK, first, 11, 26), Row(LOOK, second, 27, 27, CLOSED), passed(third, 27)]
    outside = Row(LOOK, fair.outside, 39, 99)
    check(told(fair.plan)[party], *walked_on, outside, passed(fourth, 99), only=LOOK)
