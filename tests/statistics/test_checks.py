"""The laws hold for the tiny fair, and each finds the trace that breaks it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.floor.arrays import MINUTE
from sim.floor.trace import Cause, Kind, Outcome
from sim.statistics import Result
from sim.statistics.checks import broken_laws, littles_law
from tests.statistics.building import Row, at, build, trace_of
from tests.statistics.chance import random_result
from tests.statistics.tiny import ACME, ACME_1, BELA_1, P0, P1, P2, PLAN, ROWS, TABLE_1


def complaints(rows: list[Row]) -> str:
    return "\n".join(broken_laws(build(PLAN), trace_of(rows)))


def changed(kind: Kind, actor: int, **changes: object) -> list[Row]:
    """The rows of the tiny fair with one of them changed."""
    rows = list(ROWS)
    i = next(i for i, row in enumerate(rows) if (row.kind, row.actor) == (kind, actor))
    rows[i] = replace(rows[i], **changes)  # type: ignore[arg-type]
    return rows


def without(kind: Kind, actor: int) -> list[Row]:
    return [row for row in ROWS if (row.kind, row.actor) != (kind, actor)]


def test_the_tiny_fair_breaks_no_law() -> None:
    assert complaints(list(ROWS)) == ""


@pytest.mark.parametrize("seed", range(20))
def test_littles_law_holds_for_any_rows(seed: int) -> None:
    result = random_result(seed)
    assert littles_law(result.ledger) == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (changed(Kind.TALK, P0, wait=9 * MINUTE), "wait outside the row"),
        (changed(Kind.TALK, P0, outcome=Outcome.RENEGED), "a loss that was served"),
        (changed(Kind.TALK, P0, outcome=Outcome.MISSED), "an outcome that its kind cannot have"),
        (changed(Kind.TALK, P0, cause=Cause.FULL), "a cause that its outcome cannot have"),
        (without(Kind.GATE, P0), "not one row at the gate"),
        (without(Kind.VISIT, P0), "visits and admissions differ"),
        (changed(Kind.VISIT, P0, start=at(9, 2)), "does not begin with the admission"),
        (changed(Kind.VISIT, P0, end=at(11)), "outside the visit"),
        (changed(Kind.LOOK, P0, end=at(9, 9)), "in two places at once"),
        (changed(Kind.TALK, P1, other=ACME_1), "member of staff 0 is in 2 places"),
        (changed(Kind.TALK, P1, other=BELA_1), "served by another booth's staff"),
        (changed(Kind.GATE, P1, wait=0), "3 checked at once, 2 allowed"),
        (changed(Kind.MEAL, P1, place=ACME), "2 eating at once, 0 allowed"),
        (
            changed(Kind.SESSION, P2, outcome=Outcome.DONE, start=at(9, 25), end=at(10), wait=0),
            "5 seated at once, 4 allowed",
        ),
        (without(Kind.SESSION, P2), "3 bookings, 2 rows"),
        (without(Kind.MEETING, P0), "has not two rows"),
        (without(Kind.SESSION, 9), "1 hosts called, 0 rows"),
    ],
)
def test_a_broken_trace_is_found(rows: list[Row], complaint: str) -> None:
    assert complaint in complaints(rows)


def test_too_many_in_a_hall_are_found() -> None:
    narrow = replace(PLAN, zone_limit=(7, -1, -1))
    problems = broken_laws(build(narrow), trace_of(ROWS))
    assert any("8 people in zone 0, 7 allowed" in problem for problem in problems)


def test_rows_out_of_order_are_found(tiny: Result) -> None:
    trace = tiny.trace
    backwards = replace(trace, **{name: getattr(trace, name)[::-1] for name in trace.__slots__})
    assert any("not in order" in problem for problem in broken_laws(tiny.expo, backwards))
    of_one = np.flatnonzero((trace.actor[1:] == trace.actor[:-1]) & (trace.start[1:] > trace.start[:-1]))
    order = np.arange(len(trace))
    order[[of_one[0], of_one[0] + 1]] = of_one[0] + 1, of_one[0]
    swapped = replace(trace, **{name: getattr(trace, name)[order] for name in trace.__slots__})
    assert any("not in order" in problem for problem in broken_laws(tiny.expo, swapped))


def test_two_meetings_at_one_table_are_found() -> None:
    meetings = (PLAN.meetings[0], replace(PLAN.meetings[1], place=TABLE_1))
    rows = [
        replace(row, outcome=Outcome.DONE, start=at(11), end=at(11, 9), wait=0)
        if row.kind is Kind.MEETING and row.other == 1
        else row
        for row in ROWS
    ]
    problems = broken_laws(build(replace(PLAN, meetings=meetings)), trace_of(rows))
    assert any("2 meetings at once at table 5" in problem for problem in problems)
