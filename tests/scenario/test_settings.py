"""Settings override a scenario by path; what is wrong with one names the setting."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.scenario import ScenarioError, load, load_typed, parse_set, parse_sets
from sim.scenario.schema.distributions import Gamma
from tests.scenario.conftest import SMALL


def says(settings: dict[str, Any]) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(SMALL, settings)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("matchmaking.main.tables=40", "matchmaking.main.tables", 40),
        ("exhibitors.overseas_share = 0.5", "exhibitors.overseas_share", 0.5),
        ("expo.title=Spring fair", "expo.title", "Spring fair"),
        ('expo.title="Spring fair"', "expo.title", "Spring fair"),
        ("expo.title=a=b", "expo.title", "a=b"),
        ("expo.title=", "expo.title", ""),
        ("expo.opens=9:30", "expo.opens", dt.time(9, 30)),
        ("expo.opens=09:30:15", "expo.opens", dt.time(9, 30, 15)),
        ("expo.first_day=2025-01-02", "expo.first_day", dt.date(2025, 1, 2)),
        ("a.per_day=[1, 2]", "a.per_day", [1, 2]),
        ('a.stops={dist="gamma",mean=3,cv=1}', "a.stops", {"dist": "gamma", "mean": 3, "cv": 1}),
        ("a.b=true", "a.b", True),
        ('expo.hours."2025-05-20".opens=10:00', "expo.hours.2025-05-20.opens", dt.time(10)),
        ('"a=b".c=1', '"a=b".c', 1),
        ("a=1\nb = 2", "a", "1\nb = 2"),
    ],
)
def test_a_setting_is_a_path_and_a_toml_value_or_a_word(text: str, path: str, value: object) -> None:
    found, read = parse_set(text)
    assert (found, read, type(read)) == (path, value, type(value))


def test_all_that_are_no_settings_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sets(["expo.days=1", "tables", "a..b=3", "=3"])
    assert str(caught.value).splitlines() == [
        f"--set {text}: is not a setting; allowed: path=value, such as matchmaking.main.tables=40"
        for text in ("tables", "a..b=3", "=3")
    ]


def test_of_a_path_that_is_typed_twice_the_last_one_holds_whatever_is_typed_between() -> None:
    lanes = ["venue.gates.main.lanes=2", "venue.gates.main={ lanes = 5 }", "venue.gates.main.lanes=7"]
    assert load_typed(str(SMALL), lanes).data.venue.gates["main"].lanes == 7
    assert load_typed(str(SMALL), lanes[:2]).data.venue.gates["main"].lanes == 5
    assert parse_sets(lanes[::-1]) == {"venue.gates.main": {"lanes": 5}, "venue.gates.main.lanes": 2}


def test_values_are_set_and_the_rest_is_as_it_was() -> None:
    before, after = load(SMALL), load(SMALL, {"matchmaking.main.tables": 40})
    assert after.data.matchmaking["main"].tables == 40
    assert before.data.matchmaking["main"].tables == 5
    assert after.data.model_copy(update={"matchmaking": before.data.matchmaking}) == before.data


def test_a_scenario_is_as_it_was_however_many_are_made_of_it() -> None:
    before = load(SMALL, {"expo.hours.2025-05-20.opens": dt.time(10)})
    tree, origins = deepcopy(before.document.tree), dict(before.document.origins)
    settings = {"matchmaking.main.tables": 40, "programme.seminars.per_day.0": 3, "visitors.buyer.stops": 9}
    assert before.replace(**settings).hash != before.hash
    assert (before.document.tree, before.document.origins) == (tree, origins)


def test_what_is_wrong_in_a_section_is_told_of_the_setting_that_gave_it_last() -> None:
    patience, wrong = "visitors.buyer.patience_seconds", {"dist": "gamma", "mean": -3, "cv": 1}
    stops = "visitors.buyer.stops"
    for path, earlier in [
        ("venue.gates.main.check_seconds", {}),  # the file has it
        (stops, {f"{stops}.value": 9}),  # of which the file has only the number
        (patience, {f"{patience}.mean": 60}),
    ]:
        (said,) = says({**earlier, path: wrong})
        assert said.startswith(f"{{{path!r}: ")
        assert f"{path}.mean: found -3" in said


def test_a_setting_below_a_default_starts_from_the_default() -> None:
    data = load(SMALL, {"visitors.buyer.conversation_minutes.mu": 0.6, "behaviour.useful_minutes": 4}).data
    assert data.visitors["buyer"].conversation_minutes.model_dump() == {
        "dist": "lognormal",
        "mu": 0.6,
        "sigma": 1.22,
        "low": 0.83,
        "high": 60.0,
    }
    assert data.behaviour.useful_minutes == 4
    shares = load(SMALL, {"visitors.buyer.arrival_shares.9": 0.5}).data.visitors["buyer"].arrival_shares
    assert (shares["9"], shares["10"]) == (0.5, 0.25)
    assert load(SMALL, {"visitors.buyer.stops.value": 9}).data.visitors["buyer"].stops.expectation() == 9


def test_a_table_is_replaced_whole_and_none_takes_away() -> None:
    data = load(SMALL, {"chains.machines": {"hall": "north"}, "programme.seminars.host_pavilion": None}).data
    assert data.chains["machines"].inputs == {}
    assert data.programme["seminars"].host_pavilion is None


def test_an_item_of_a_list_is_set_by_its_position() -> None:
    assert load(SMALL, {"programme.seminars.per_day.1": 2}).data.programme["seminars"].per_day == (8, 2)


def test_a_new_named_table_is_made_if_it_is_whole() -> None:
    data = load(SMALL, {"shocks.strike.kind": "staff_absent", "shocks.strike.share": 0.2}).data
    assert data.shocks["strike"].share == 0.2


def test_values_of_python_are_taken_as_toml_would_write_them() -> None:
    data = load(
        SMALL,
        {
            "exhibitors.count": np.int64(30),
            "exhibitors.overseas_share": np.float64(0.25),
            "programme.seminars.per_day": np.array([2, 3]),
            "visitors.buyer.stops": Gamma(dist="gamma", mean=5, cv=1),
        },
    ).data
    assert (data.exhibitors.count, data.exhibitors.overseas_share) == (30, 0.25)
    assert data.programme["seminars"].per_day == (2, 3)
    assert data.visitors["buyer"].stops == Gamma(dist="gamma", mean=5, cv=1)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "matchmaking.main.tabels",
            40,
            "matchmaking.main.tabels: unknown key; did you mean 'tables'?",
        ),
        (
            "matchmaking.mian.tables",
            40,
            "matchmaking.mian: there is no 'mian' here, "
            "and a new one needs hall, requests; there are: main; did you mean 'main'?",
        ),
        (
            "matchmakng.main.tables",
            40,
            "unknown key 'matchmakng'; did you mean 'matchmaking'?",
        ),
        (
            "venue.gates.main.lanes",
            "many",
            "venue.gates.main.lanes: found 'many'; allowed: a whole number from 1 to 500 (lanes)",
        ),
        (
            "expo.days.first",
            3,
            "expo.days is a value, not a section: it has no 'first'",
        ),
        (
            "programme.seminars.per_day.7",
            3,
            "programme.seminars.per_day is a list; its items are 0 to 1, found '7'",
        ),
        (
            "programme.seminars.per_day.2",
            3,
            "programme.seminars.per_day is a list; its items are 0 to 1, found '2'",
        ),
        ("a..b", 3, "'a..b' is not a dotted path of keys"),
        (
            "expo.seed",
            object,
            "found a type; a scenario has no such values",
        ),
        (
            "expo.opens",
            dt.time(9, tzinfo=dt.UTC),
            "found a time with a time zone; all times of a scenario are local",
        ),
        ("expo", 3, "expo: found 3; allowed: a section"),
        (
            "chains.parts.hall",
            "nroth",
            "chains.parts.hall: found 'nroth'; "
            "there is no such hall; there are: north; did you mean 'north'?",
        ),
    ],
)
def test_a_bad_setting_is_named_itself(path: str, value: object, message: str) -> None:
    assert says({path: value}) == [f"{{{path!r}: {value!r}}}: {message}"]


def test_a_number_that_python_does_not_write_is_told_without_it() -> None:
    huge = "a number of thousands of digits"
    allowed = "allowed: a whole number from 0 to 9223372036854775807"
    assert says({"expo.seed": 10**5000}) == [f"{{'expo.seed': {huge}}}: expo.seed: found {huge}; {allowed}"]


def test_errors_of_settings_come_with_those_of_the_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SMALL.read_text("utf-8").replace("lanes = 3", "lanes = 0"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(broken, {"expo.dyas": 3, "x..y": 1})
    assert {problem.file for problem in caught.value.problems} == {
        "{'x..y': 1}",
        "{'expo.dyas': 3}",
        str(broken),
    }
