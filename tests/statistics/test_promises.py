"""Promises to sponsors: what became of each meeting promised, and why it is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.statistics import Result, evaluate
from sim.statistics.hurts_overall import Overall
from sim.statistics.kpis.promises import IN_SHORT, REASONS
from tests.statistics.building import build, trace_of
from tests.statistics.chance import random_result
from tests.statistics.naive import Naive
from tests.statistics.naive_programmes import missing
from tests.statistics.tiny import PLAN, ROWS


def promised(gold: int, silver: int) -> Result:
    """The tiny fair, with Acme and Bela as gold sponsors and the third exhibitor as a silver one."""
    table = {"hall": "north", "tables": 2, "requests": 4, "windows": [1, 1]}
    plan = replace(
        PLAN,
        sponsor=(0, 0, 1),
        sponsors=("gold", "silver"),
        extra={"matchmaking": {"match": {**table, "promises": {"gold": gold, "silver": silver}}}},
    )
    return Result(build(plan), trace_of(ROWS))


def reasons(result: Result, name: str) -> dict[str, int]:
    (row,) = result.promises[result.promises["name"] == name].to_dict("records")
    return {reason: row[reason] for reason in REASONS if row[reason]}


def test_each_missing_meeting_has_the_step_at_which_it_was_lost() -> None:
    result = promised(3, 2)
    steps = ["name", "sponsor", "promised", "asked", "accepted", "scheduled", "held", "missing"]
    assert result.promises[steps].to_numpy().tolist() == [
        ["Acme", "gold", 3, 2, 2, 1, 0, 3],
        ["Bela", "gold", 3, 1, 1, 1, 1, 2],
        ["Left <Out>", "silver", 2, 1, 0, 0, 0, 2],
    ]
    # Acme asked Buyer Two and did not come; Buyer One asked it and found no slot; nobody else asked
    assert reasons(result, "Acme") == {"not_asked": 1, "no_slot": 1, "own_no_show": 1}
    assert reasons(result, "Bela") == {"not_asked": 2}
    assert reasons(result, "Left <Out>") == {"not_asked": 1, "not_accepted": 1}
    kpis = {name: value for name, value in result.row.items() if name.startswith("promises.missing")}
    assert sum(kpis.values()) == 7
    assert kpis["promises.missing.not_asked"] == 4


def test_where_it_hurts_gives_the_reasons() -> None:
    result = promised(3, 2)
    assert [str(each) for each in result.where_it_hurts.promises] == [
        "Acme (gold): 0 of 3 meetings; 1 not asked for, 1 no slot, 1 its own side never came",
        "Left <Out> (silver): 0 of 2 meetings; 1 not asked for, 1 not accepted",
        "Bela (gold): 1 of 3 meetings; 2 not asked for",
    ]
    overall = Overall((result.tally, promised(1, 0).tally))
    assert overall.lines()[overall.lines().index("  Promises not kept: 2.0 (1 to 3), in 2 of 2") + 1 :][
        :2
    ] == [
        "    Meetings missing: 2.0 not asked for, 1.0 its own side never came, 0.5 not",
        "      accepted, 0.5 no slot",
    ]
    assert set(IN_SHORT) == set(REASONS)


def test_of_what_is_promised_less_only_the_last_step_counts() -> None:
    result = promised(1, 0)  # Acme needed one meeting, and had one in the timetable
    assert reasons(result, "Acme") == {"own_no_show": 1}
    assert reasons(result, "Bela") == {}
    assert result.promises["name"].tolist() == ["Acme", "Bela"]


def test_where_nothing_is_promised_there_are_neither_rows_nor_reasons(tiny: Result) -> None:
    assert len(tiny.promises) == 0
    assert not [name for name in tiny.row if name.startswith("promises.missing")]


def test_sponsors_are_a_column_wherever_an_exhibitor_is() -> None:
    result = promised(3, 2)
    assert result.exhibitors["sponsor"].tolist() == ["gold", "gold", "silver"]
    meetings = result.meetings
    sides = [(row.organisation, row.sponsor) for row in meetings.itertuples()]
    sides += [(row.partner, row.partner_sponsor) for row in meetings.itertuples()]
    sides += [(row.asked, row.asked_sponsor) for row in result.requests.itertuples()]
    sides += [(row.partner, row.partner_sponsor) for row in result.interactions.itertuples()]
    kinds = {"Acme": "gold", "Bela": "gold", "Left <Out>": "silver"}
    assert {name for name, _ in sides} >= {"Acme", "Bela", "Buyer One"}
    for name, sponsor in sides:
        assert (sponsor if isinstance(sponsor, str) else None) == kinds.get(str(name))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_reasons_account_for_every_meeting_that_is_missing(seed: int) -> None:
    result = random_result(seed)
    table = result.promises
    assert (table["missing"] == (table["promised"] - table["held"]).clip(lower=0)).all()
    assert (table[list(REASONS)] >= 0).all().all()
    total, kept = table["promised"].sum(), result.kpis["promises.kept_share"]
    assert total == 0 or kept == pytest.approx(1 - table["missing"].sum() / total)


@pytest.mark.parametrize("seed", [10, 859, 1166, 1540, 3952])
def test_a_meeting_held_with_a_stand_by_or_later_is_not_what_is_missing(seed: int) -> None:
    """Sponsors with a lost meeting that they had another way, and one lost for another reason: rare.

    By a second appointment at 10, by a stand-by at the last two; at 1166 a sponsor is missed at one of three,
    at 859 its third side is whom it waited for.
    """
    result = random_result(seed)
    assert any(result.ledger.sides.held & ~result.ledger.sides.ordinary)
    found = evaluate(result.ledger, ["promises.missing"])
    assert found == missing(Naive(result.expo, result.trace))
    assert sum(found.values()) > 0


def test_promises_of_a_fair_that_was_played_are_accounted_for(quickstart: Result) -> None:
    table = quickstart.promises
    assert table["promised"].sum() == 2 * 3 + 4 * 1
    assert (table["missing"] == (table["promised"] - table["held"]).clip(lower=0)).all()
    named = quickstart.exhibitors.set_index("name")["sponsor"].dropna()
    assert sorted(table["name"]) == sorted(named.index)
