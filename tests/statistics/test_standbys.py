"""Stand-bys in tables, KPIs and laws, on the tiny fair with one more party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest

from sim.floor.arrays import MINUTE, NONE
from sim.floor.laws import broken_laws
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics import Result
from tests.statistics.building import Booking, Meeting, Party, Request, Row, at, build, trace_of
from tests.statistics.chance import random_result
from tests.statistics.tiny import (
    ACME,
    ACME_1,
    ACME_2,
    BY_HAND,
    GATE,
    MEMBERS,
    P1,
    PLAN,
    PRESS,
    ROWS,
    TABLE_1,
    TABLE_2,
)

STANDBY = MEMBERS  # the party-day that is added; members of staff come after it
BUYER_2, BELA_1 = P1, MEMBERS + 3
NEEDED, NOT_NEEDED = 1, 0  # the meeting that is lost, and the one that is held


def of_fair(
    stands_by_for: int, keeps: int, *, rows: Sequence[Row], asks: Request, others: Sequence[Row] = ROWS
) -> Result:
    """The tiny fair, with somebody of the press who stands by for one of its meetings."""
    table = (TABLE_1, TABLE_2)[stands_by_for]
    plan = replace(
        PLAN,
        parties=(*PLAN.parties, Party(5, 0, 1, PRESS, 1, at(10, 50), GATE)),
        meetings=(*PLAN.meetings, Meeting(table, at(11), standby_for=stands_by_for, keeps=keeps)),
        bookings=(*PLAN.bookings, Booking(STANDBY, table, at(11), meeting=2, side=1 - keeps)),
        requests=(*PLAN.requests, asks),
    )
    its = [
        Row(Kind.GATE, GATE, STANDBY, at(10, 50), at(10, 51)),
        Row(Kind.VISIT, GATE, STANDBY, at(10, 51), at(11, 30)),
    ]
    sides = [replace(row, side=1 - keeps if row.actor == STANDBY else keeps) for row in rows]
    return Result(build(plan), trace_of([*map(shifted, others), *its, *sides]))


def shifted(row: Row) -> Row:
    """A row of the tiny fair: members of staff have a party more before them."""
    of_actors = row.kind in (Kind.TALK, Kind.CONTACT) and row.other >= MEMBERS
    return replace(row, actor=row.actor + (row.actor >= MEMBERS), other=row.other + of_actors)


def meeting(actor: int, start: int, end: int, wait: int, outcome: Outcome, place: int = TABLE_2) -> Row:
    return Row(Kind.MEETING, place, actor, start, end, wait, 2, outcome)


STEPS_IN = (
    meeting(STANDBY, at(11), at(11, 20), 8 * MINUTE, Outcome.DONE),
    meeting(BUYER_2, at(11, 8), at(11, 20), 0, Outcome.DONE),
)
GOES_ON = meeting(STANDBY, at(11), at(11, 2), 2 * MINUTE, Outcome.NOT_NEEDED, TABLE_1)


def needed(*rows: Row) -> Result:
    """Nobody of Acme comes to the second buyer, who meets the press instead."""
    asks = Request(PRESS, 4, 5, 1, 0.6, 0.5, 1, 2)
    return of_fair(NEEDED, 1, rows=rows or STEPS_IN, asks=asks)


def not_needed(*rows: Row) -> Result:
    """The press would have met Bela had the first buyer not come."""
    asks = Request(PRESS, 1, 5, NONE, 0.6, 0.5, 1, 2)
    return of_fair(NOT_NEEDED, 1, rows=rows or (GOES_ON,), asks=asks)


def test_a_stand_by_who_is_needed_has_a_meeting_that_was_not_scheduled() -> None:
    kpis = needed().kpis
    by_hand = {
        "meetings.scheduled": 2,
        "meetings.scheduled_in.match": 2,
        "meetings.held": 2,
        "meetings.held_in.match": 2,
        "meetings.kept_share": 1 / 2,
        "meetings.standby_held": 1,
        "meetings.standby_not_needed": 0,
        "meetings.no_slot": 1,
        "meetings.accepted_met_share": 2 / 4,
        "meetings.wishes_met_share": (1 / 2 + 0 + 0 + 1) / 4,
        "meetings.without_share": 1 / 4,  # Acme
        "meetings.affinity": (0.8 + 0.6) / 2,
        "meetings.minutes": (18 + 12) / 2,
        "meetings.delay_minutes": (2 + 8) / 2,
        "meetings.wait_minutes": (2 + 0 + 8) / 3,  # as without the stand-by
        "meetings.table_share": 2 / 6,
        "meetings.table_booked_share": 2 / 6,
        "meetings.no_show_share.exhibitor": 1 / 2,
        "meetings.late_share.exhibitor": 1 / 2,
        "meetings.stood_up_share": 0,  # who was stood up met the press
        "contacts.interactions": 10,
        "contacts.only_programme": 3,
        "contacts.useful": 6,
    }
    for name, value in by_hand.items():
        assert kpis[name] == pytest.approx(value), name


def test_a_stand_by_who_is_not_needed_has_waited_and_nothing_else() -> None:
    kpis = not_needed().kpis
    by_hand = {
        "meetings.scheduled": 2,
        "meetings.held": 1,
        "meetings.standby_held": 0,
        "meetings.standby_not_needed": 1,
        "meetings.no_slot": 2,
        "meetings.accepted_met_share": 1 / 4,
        "meetings.wait_minutes": (2 + 0 + 8) / 3,
        "meetings.stood_up_share": 1 / 4,
        "contacts.interactions": 9,
    }
    for name, value in by_hand.items():
        assert kpis[name] == pytest.approx(value), name


def test_the_tables_say_who_stood_by_for_what() -> None:
    fair = needed()
    rows = fair.meetings.to_dict("records")
    assert fair.meetings["standby_for"].isna().tolist() == [True, True, False]
    its = rows[2]
    assert (its["standby_for"], its["held"], its["request"]) == (1, True, 4)
    assert (its["organisation"], its["partner"]) == ("Press", "Buyer Two")
    assert (its["outcome"], its["partner_outcome"], its["wait_minutes"]) == ("done", "done", 8)
    assert (its["minutes"], its["delay_minutes"], its["partner_wait_minutes"]) == (12, 8, 0)
    requests = fair.requests
    assert requests["fate"].tolist() == ["held", "lost", "no_slot", "declined", "held"]
    assert requests["scheduled"].tolist() == [True, True, False, False, False]
    assert fair.exhibitors["meetings_scheduled"].tolist() == [1, 1, 0]
    assert fair.visits["meetings"].tolist() == [1, 1, 0, 0, 0, 0, 1]


def test_a_stand_by_who_was_not_needed_met_nobody_in_the_tables() -> None:
    fair = not_needed()
    its = fair.meetings.to_dict("records")[2]
    assert (its["organisation"], its["partner"]) == ("Press", "Bela")
    assert (its["held"], its["outcome"]) == (False, "not_needed")
    assert pd.isna(its["partner_outcome"])
    assert pd.isna(its["begin"])
    assert fair.requests["fate"].tolist() == ["held", "lost", "no_slot", "declined", "no_slot"]
    assert fair.requests["meeting"].dropna().tolist() == [0, 1, 2]
    assert fair.exhibitors["meetings_scheduled"].tolist() == [1, 1, 0]
    hurt = fair.where_it_hurts.no_slot
    assert [(request.asker, request.asked) for request in hurt] == [("Buyer One", "Acme"), ("Press", "Bela")]


def test_a_stand_by_who_was_not_there_is_in_no_hall_and_no_log() -> None:
    away = replace(GOES_ON, start=at(11, 2), wait=0, cause=Cause.WALK)
    for result, there in ((not_needed(), True), (not_needed(away), False)):
        log = result.event_log()
        its = log[log["entity_id"] == STANDBY]["event"].tolist()
        assert ("meeting_not_needed" in its) == there
        party_day, _, _, _ = result.ledger.presence.stretches
        assert (STANDBY in party_day) == there


def complaints(fair: Result) -> str:
    return "\n".join(broken_laws(fair.expo.floor, fair.trace, BY_HAND))


def test_no_law_is_broken_with_or_without_need() -> None:
    for fair in (needed(), not_needed()):
        assert complaints(fair) == ""


@pytest.mark.parametrize(
    ("fair", "complaint"),
    [
        (needed(STEPS_IN[0]), "meeting 2 has 0 rows of side 1, not 1"),
        (needed(STEPS_IN[1]), "meeting 2 has 0 rows of side 0, not 1"),
        (needed(*STEPS_IN, STEPS_IN[1]), "meeting 2 has 2 rows of side 1, not 1"),
        (needed(STEPS_IN[0], replace(STEPS_IN[1], start=at(11, 9))), "did not do as that meeting went"),
        (needed(STEPS_IN[0], replace(STEPS_IN[1], actor=0)), "of somebody who was not booked for that side"),
        (needed(replace(GOES_ON, place=TABLE_2)), "did not do as that meeting went"),
        (not_needed(replace(GOES_ON, outcome=Outcome.STOOD_UP)), "did not do as that meeting went"),
        (
            not_needed(
                replace(GOES_ON, outcome=Outcome.DONE),
                meeting(BELA_1, at(11, 20), at(11, 25), 0, Outcome.DONE, TABLE_1),
            ),
            "did not do as that meeting went",
        ),
    ],
)
def test_what_cannot_be_with_stand_bys_is_found(fair: Result, complaint: str) -> None:
    assert complaint in complaints(fair)


def test_who_steps_in_meets_who_was_stood_up_and_nobody_else() -> None:
    others = [row for row in ROWS if (row.kind, row.other) != (Kind.MEETING, 1)]
    asks = Request(ACME, PRESS, NONE, 5, 0.6, 0.5, 1, 2)

    def wrong(waits: int, outcome: Outcome, meets: int) -> bool:
        """Of Acme, `waits` has a row of the meeting that is lost, and `meets` meets the stand-by."""
        lost = [
            Row(Kind.MEETING, TABLE_2, waits, at(11, 8), at(11, 8), 0, 1, outcome, Cause.OTHER_SIDE, 0),
            Row(Kind.MEETING, TABLE_2, BUYER_2, at(11, 8), at(11, 8), 0, 1, Outcome.MISSED, side=1),
        ]
        steps_in = (STEPS_IN[0], replace(STEPS_IN[1], actor=meets + 1))
        fair = of_fair(NEEDED, 0, rows=steps_in, asks=asks, others=[*others, *lost])
        return "did not do as that meeting went" in complaints(fair)

    assert not wrong(ACME_1, Outcome.STOOD_UP, ACME_1)
    assert wrong(ACME_1, Outcome.STOOD_UP, ACME_2)
    assert wrong(ACME_1, Outcome.MISSED, ACME_1)


@pytest.mark.elsewhere
def test_random_results_have_stand_bys_and_second_appointments_of_every_fate() -> None:
    # else the KPIs and loops that are compared on them would agree about nothing
    names = ("standby_held", "standby_not_needed", "offered_again", "held_again")
    total = dict.fromkeys((*names, "party_held_again", "party_in_vain"), 0.0)
    for seed in range(110):
        result = random_result(seed)
        trace, plan = result.trace, result.expo.floor.meetings
        party = (trace.actor >= 0) & (trace.actor < result.expo.floor.n_party_days)
        meets = party & (trace.kind == Kind.MEETING) & (trace.outcome == Outcome.DONE)
        total["party_held_again"] += (plan.again_of[trace.other[meets]] != NONE).sum()
        total["party_in_vain"] += (party & (trace.kind == Kind.IN_VAIN)).sum()
        for name in names:
            total[name] += result.kpis[f"meetings.{name}"]
    assert min(total.values()) >= 20, total
