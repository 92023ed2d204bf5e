"""What stands in a list of names is all there is: what is not listed fails here, and is not lost silently."""

from __future__ import annotations

import math
import pickle
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from random import Random
from typing import get_args, get_type_hints

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine import simulate
from sim.expo.expo import REASONS, REPLIES, SESSION_KINDS
from sim.floor.trace import CAUSES, HELD_UP, LOSSES, SERVED, Cause, Kind, Outcome, Trace
from sim.interchange.results import TABLES
from sim.matchmaking import Reason, Reply
from sim.policy_names import SHIPPED_POLICIES
from sim.scenario.schema.data import Activity
from sim.scenario.schema.rows import ActivityRow
from sim.statistics import COLUMNS, tables
from sim.statistics.result import Frames, Result
from sim.statistics.tables import Table
from tests.random_floors import random_floor

ROOT = Path(__file__).parents[1]
# what so few floors need not show: each is made by hand in `tests/engine`
RARE = {
    *(
        (outcome, cause)
        for outcome in (Outcome.LATE, Outcome.MISSED, Outcome.NOT_NEEDED)
        for cause in HELD_UP
    ),
    (Outcome.STOOD_UP, Cause.MEETING),
    (Outcome.STOOD_UP, Cause.INTERPRETER),
}


@cache
def played(seed: int) -> Trace:
    return simulate(random_floor(Random(seed)))


def seen(trace: Trace) -> set[tuple[Kind, Outcome]]:
    """How what went, in a trace."""
    return {(Kind(k), Outcome(o)) for k, o in zip(trace.kind.tolist(), trace.outcome.tolist(), strict=True)}


def whys(trace: Trace) -> set[tuple[Outcome, Cause]]:
    """Why what went as it did, in a trace."""
    return {(Outcome(o), Cause(c)) for o, c in zip(trace.outcome.tolist(), trace.cause.tolist(), strict=True)}


def test_every_outcome_is_served_or_a_loss_of_something() -> None:
    lost = set().union(*LOSSES.values())
    assert set(LOSSES) == set(Kind)
    assert lost | set(SERVED) == set(Outcome)


def test_nothing_is_lost_in_a_way_that_is_not_listed_and_all_that_is_listed_happens(
    quickstart: Result,
) -> None:
    listed = {(kind, outcome) for kind, outcomes in LOSSES.items() for outcome in outcomes}
    happened = set().union(*(seen(played(seed)) for seed in range(300)))
    happened |= seen(quickstart.trace)
    assert {(k, o) for k, o in happened if o not in SERVED} == listed


def test_every_cause_is_listed_with_the_outcomes_that_it_has_and_none_comes_otherwise(
    quickstart: Result,
) -> None:
    assert set(CAUSES) == set(Outcome)
    assert set().union(*CAUSES.values()) == set(Cause)
    listed = {(outcome, cause) for outcome, causes in CAUSES.items() for cause in causes}
    happened = whys(quickstart.trace).union(*(whys(played(seed)) for seed in range(300)))
    assert happened <= listed
    assert listed - happened <= RARE


def test_the_code_of_a_reason_or_a_reply_says_its_own_name() -> None:
    # they are kept as codes, and named by their place in these lists
    for names, of in ((REASONS, Reason), (REPLIES, Reply)):
        assert names == tuple(of(code).name.lower() for code in range(len(of)))


@pytest.mark.parametrize("kpi", ["meetings.late_share", "meetings.missed_share"])
def test_shares_by_cause_add_up_to_the_whole(kpi: str, hungary: Result) -> None:
    kpis = hungary.row
    for side in ("visitor", "exhibitor"):
        parts = [value for name, value in kpis.items() if name.startswith(f"{kpi}.{side}.")]
        assert len(parts) == len(HELD_UP)
        assert math.fsum(parts) == pytest.approx(kpis[f"{kpi}.{side}"])
    assert any(kpis[f"{kpi}.{side}"] > 0 for side in ("visitor", "exhibitor"))


@pytest.mark.parametrize("file", ["README.md", "sim/README.md"])
def test_what_is_written_for_readers_names_every_policy_that_is_shipped(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [name for name in SHIPPED_POLICIES if f"`{name}`" not in text] == []


def test_kinds_of_activities_are_the_scenarios_and_tours() -> None:
    for model in (Activity, ActivityRow):
        assert (*get_args(get_type_hints(model)["kind"]), "tour") == SESSION_KINDS


def test_every_table_is_described_made_and_written(quickstart: Result) -> None:
    modules = {module.name for module in iter_modules(tables.__path__)} - {"names", "registry"}
    assert set(tables.TABLES) == modules
    assert tuple(tables.TABLES) == tuple(COLUMNS) == TABLES
    for name, table in tables.TABLES.items():
        frame = getattr(quickstart, name)
        assert isinstance(frame, pd.DataFrame)
        assert list(frame.columns) == list(COLUMNS[name])
        assert table.rows.endswith(".")
        assert getattr(Result, name).__doc__ == table.rows


def test_frames_can_be_written_to_and_neither_expo_nor_trace_changes() -> None:
    result = sim.run("quickstart")
    before = pickle.dumps((result.expo.floor, result.expo.exhibitors, result.expo.requests, result.trace))
    for name in tables.TABLES:
        frame = getattr(result, name)
        if name == "alliances":  # there are none here
            assert frame.empty
            continue
        for place, dtype in enumerate(frame.dtypes):
            if isinstance(dtype, np.dtype) and dtype.kind in "if":
                frame.iloc[0, place] = -7
                assert frame.iat[0, place] == -7, (name, frame.columns[place])
    after = pickle.dumps((result.expo.floor, result.expo.exhibitors, result.expo.requests, result.trace))
    assert after == before


def test_type_checkers_see_the_tables_that_there_are_and_no_others() -> None:
    assert tuple(Frames.__annotations__) == tuple(tables.TABLES)
    assert set(Frames.__annotations__.values()) == {"pd.DataFrame"}


def test_a_table_has_the_columns_it_describes_in_their_order_and_others_are_an_error(
    quickstart: Result,
) -> None:
    visits = tables.TABLES["visits"]
    less = Table("visits", visits.rows, {"party": "number of the party"}, visits.make)
    with pytest.raises(ValueError, match="table 'visits': made or described, and not both: admitted, "):
        less.frame(quickstart.ledger)
    other_way = Table(
        "visits",
        visits.rows,
        {each: visits.columns[each] for each in reversed(list(visits.columns))},
        visits.make,
    )
    assert list(other_way.frame(quickstart.ledger)) == list(visits.columns)[::-1]
    with pytest.raises(ValueError, match="already a table 'visits'"):
        tables.table(visits.columns)(visits.make)


def test_in_each_table_of_comings_what_was_served_and_each_loss_add_up(quickstart: Result) -> None:
    services, talks = quickstart.services, quickstart.trace.kind == Kind.TALK
    booths = services[services.kind == "booth"]
    counts = booths.outcome.value_counts()
    names = {outcome.name.lower() for outcome in LOSSES[Kind.TALK]} | {"done"}
    assert set(counts[counts > 0].index) <= names
    assert int(counts.sum()) == int(talks.sum())
    asked, lost = quickstart.kpis["booths.asked"], quickstart.kpis["booths.lost_share"]
    assert asked == pytest.approx(counts.sum())
    assert lost == pytest.approx(1 - counts["done"] / counts.sum())
