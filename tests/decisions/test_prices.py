"""Prices: what one more is worth is a step's difference over the step, and money less its cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.decisions.prices import Lever, Prices, levers
from sim.studies import StudyError
from sim.studies.resultset import ResultSet
from tests.decisions.played import Row, Tables, play

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def results(scenario: sim.Scenario, contacts: list[float], cost: float) -> ResultSet:
    rows = tuple({"contacts.useful": c, "meetings.held": 9.0, "costs.total": cost} for c in contacts)
    return ResultSet(scenario, 1, "simpy", tuple(range(len(rows))), rows)


def test_one_more_is_a_steps_part_and_net_is_what_is_left_after_its_cost() -> None:
    fair = sim.load(str(FAIR))
    base = results(fair, [50.0, 60, 55, 52, 58, 61], 1000)
    more = results(fair, [58.0, 70, 64, 59, 68, 70], 1080)  # 8, 10, 9, 7, 10, 9 more: 53/6 on average
    seats = Lever("table", 4, "tables", {"matchmaking.main.tables": 14})
    lane = Lever("lane", 50, "lanes", {})
    found = Prices(fair, base, (lane, seats), (StudyError("no room"), more), contact=30.0)
    assert found.kpis == ("contacts.useful", "meetings.held", "net")
    assert found.ranked == (1,)
    assert found.worth(1, "contacts.useful").mean == pytest.approx(53 / 6 / 4)
    assert found.cost(1) == 20
    assert found.worth(1, "net").mean == pytest.approx(30 * 53 / 6 / 4 - 20)
    text = found.text()
    # sd 1.169 over √6, Student's quantile for 1 of 3 with 5 degrees 3.53, a quarter of it: ± 0.42
    assert text.startswith("Worth most is one more table: +2.2 ± 0.4 pairs (useful contacts)")
    assert "Not run was more of lane: no room" in text
    assert "Steps that were run: table 4;" in text  # not those that were not run
    assert max(map(len, text.splitlines())) <= 80
    json.dumps(found.to_json_dict(), allow_nan=False)
    assert found.frame["net"].tolist() == pytest.approx([30 * d / 4 - 20 for d in (8, 10, 9, 7, 10, 9)])


def test_all_that_there_may_be_more_of_is_a_lever_and_one_more_can_be_run() -> None:
    fair = sim.load(str(FAIR))
    found = levers(fair, ["Nobody"])
    assert [each.what for each in found][-1] == "staff member, busy booths"
    paths = {path for each in found for path in each.settings}
    name = next(iter(fair.data.matchmaking))
    assert {f"matchmaking.{name}.tables", f"matchmaking.{name}.buffer_minutes"} <= paths
    for each in found[:-1]:
        assert fair.replace(**each.settings).hash != fair.hash
    many = fair.replace(**{f"matchmaking.{name}.tables": 40})
    table = next(each for each in levers(many) if each.unit == "tables")
    assert (table.step, table.settings) == (4, {f"matchmaking.{name}.tables": 44})


def test_the_busiest_are_found_in_replications_of_their_own_and_what_cannot_be_run_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {
        "exhibitors.added_staff": {"energy-002": 3},
        "venue.gates.south.lanes": 500,
    }  # there can be no more
    fair = sim.load(str(FAIR), said)
    names = [f"energy-00{number}" for number in range(1, 7)]

    def plays(scenario: sim.Scenario, number: int) -> tuple[Row, Tables]:
        data = scenario.data
        if data.venue.rooms != fair.data.venue.rooms:
            raise StudyError("no room for that")
        more = sum(data.exhibitors.added_staff.values()) + data.matchmaking["tables"].tables
        rows = [
            {"name": name, "balked": at, "reneged": at, "wait_minutes": 1.0, "conversations": 9}
            for at, name in enumerate(names)
        ]
        return {"contacts.useful": 2.0 * more + number % 3, "meetings.held": 5.0}, {"exhibitors": rows}

    asked_for = play(monkeypatch, "prices", plays)
    found = sim.prices(fair, replications=6)
    assert asked_for[0] == (fair.hash, (6, 7, 8, 9, 10))
    assert {numbers for _, numbers in asked_for[1:]} == {(0, 1, 2, 3, 4, 5)}
    staff = found.levers[-1]
    added = staff.settings["exhibitors.added_staff"]
    assert added == {name: 1 + 3 * (name == "energy-002") for name in names[1:]}  # not the one who lost none
    assert (staff.step, found.worth(len(found.levers) - 1, "contacts.useful").mean) == (5, 2)
    failed = dict(found._failed())
    assert set(failed) == {each.what for each in found.levers if each.unit in ("seats", "lanes")}
    assert "allowed: a whole number from 1 to 500" in failed["lane of south"]
    leading = {found.levers[at].what for at in found.ranked[:2]}
    assert leading == {"table", "staff member, busy booths"}  # each adds two contacts, the others none
    assert found.worth(found.ranked[-1], "contacts.useful").mean == 0
