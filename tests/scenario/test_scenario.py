"""A scenario is frozen, knows who it is, and can be written and read back."""

from __future__ import annotations

import copy
import pickle
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from sim.scenario import Scenario, ScenarioError, load, shipped, template
from sim.scenario.writing.toml import toml_document
from tests.scenario.conftest import SMALL, Write, edited


def test_what_is_written_reads_back_as_the_same_scenario_from_anywhere(write: Write) -> None:
    whole = write("template.toml", template())
    for scenario in (load(SMALL), load("quickstart"), load(whole)):
        again = load(write("elsewhere/resolved.toml", scenario.to_toml()))
        assert again.hash == scenario.hash
        assert again.data == scenario.data
        assert again.to_toml() == scenario.to_toml()


def test_what_is_written_has_every_default_in_it() -> None:
    tree = tomllib.loads(load(SMALL).to_toml())
    assert tree["visitors"]["buyer"]["queue_limit"] == 5
    assert tree["behaviour"]["useful_minutes"] == 5.0
    assert tree["visitors"]["buyer"]["stops"] == 8  # a constant is a bare number


def test_an_empty_table_of_hours_survives(small: str, write: Write) -> None:
    path = write("small.toml", edited(small, ("closes = 14:00:00\n", "\n"), ("days = 2", "days = 2\n")))
    scenario = load(path)
    assert load(write("again.toml", scenario.to_toml())).hash == scenario.hash


def test_the_hash_sees_no_comments_order_or_spelling_of_numbers(small: str, write: Write) -> None:
    reference = load(SMALL).hash
    parts = small.split("\n[")
    turned = "\n[".join([parts[0], *reversed(parts[1:])])
    assert turned != small
    assert load(write("turned.toml", turned)).hash == reference
    assert load(write("comments.toml", small.replace("\n", "  # x\n"))).hash == reference
    assert load(write("spelling.toml", edited(small, ("width_m = 60", "width_m = 6.0e1")))).hash == reference
    constant = edited(small, ("stops = 8", 'stops = { value = 8, dist = "constant" }'))
    assert load(write("constant.toml", constant)).hash == reference


def test_scenarios_of_one_hash_hold_their_tables_in_one_order(small: str, write: Write) -> None:
    parts = small.split("\n[")
    turned = load(write("turned.toml", "\n[".join([parts[0], *reversed(parts[1:])])))
    assert turned.to_toml() == load(SMALL).to_toml()
    hours = "arrival_shares = { 9 = 1, 10 = 2, 11 = 1 }"
    data = load(write("hours.toml", edited(small, ("stops = 8", f"stops = 8\n{hours}")))).data
    assert list(data.visitors["buyer"].arrival_shares) == ["9", "10", "11"]
    stages = 'stages = { services = 1, research = 2, materials = 1 }\nhall = "north"\ninputs'
    data = load(write("stages.toml", edited(small, ('hall = "north"\ninputs', stages)))).data
    assert list(data.chains["machines"].stages) == ["research", "materials", "services"]


def test_every_value_is_in_the_hash() -> None:
    scenario = load(SMALL)
    changes: dict[str, Any] = {
        "expo.seed": 2,
        "expo.title": "Other",
        "venue.halls.north.max_people": 10_000,
        "visitors.buyer.patience_seconds": 60,
        "shocks.rain.factor": 0.71,
        "matchmaking.main.policy": "none",
    }
    hashes = {scenario.replace(**{path: value}).hash for path, value in changes.items()}
    assert len(hashes | {scenario.hash}) == len(changes) + 1


def test_replace_gives_a_new_scenario_and_leaves_the_old() -> None:
    scenario = load(SMALL)
    more = scenario.replace(**{"matchmaking.main.tables": 40, "expo.seed": 3})
    assert (more.data.matchmaking["main"].tables, more.data.expo.seed) == (40, 3)
    assert scenario.data.matchmaking["main"].tables == 5
    assert more.replace(**{"matchmaking.main.tables": 5, "expo.seed": 1}) == scenario
    assert (more.name, more.path) == (scenario.name, scenario.path)


def test_replace_says_what_is_wrong() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(SMALL).replace(**{"expo.days": 0})
    assert str(caught.value).startswith("{'expo.days': 0}: expo.days: found 0; allowed: ")


def test_a_scenario_is_frozen_and_equal_by_what_it_says() -> None:
    scenario = load(SMALL)
    with pytest.raises(FrozenInstanceError):
        scenario.name = "other"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        scenario.data.expo.days = 3
    assert scenario == load(SMALL)
    assert len({scenario, load(SMALL), scenario.replace(**{"expo.seed": 5})}) == 2
    assert scenario != "small"


def test_a_scenario_goes_to_a_worker_and_can_be_changed_there() -> None:
    scenario = load(SMALL)
    again: Scenario = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.replace(**{"expo.seed": 3}) == scenario.replace(**{"expo.seed": 3})


def test_it_shows_what_it_is_in_a_terminal_and_in_a_notebook(small: str, write: Write) -> None:
    assert repr(load(SMALL)).startswith(
        "Scenario('small': Small fair; 2 days, 23 exhibitors, 400 visits, 15 activities, "
        "60 meeting requests; "
    )
    path = write("x.toml", edited(small, ('title = "Small fair"', 'title = "<b>R&D</b>"')))
    shown = load(path)._repr_html_()
    assert "&lt;b&gt;R&amp;D&lt;/b&gt;" in shown
    assert "<b>" not in shown


def test_names_of_scenarios_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for each in shipped():
        assert each.title
        assert each.path.is_file()
    assert "quickstart" in [each.name for each in shipped()]
    assert load("quickstart").name == "quickstart"
    (tmp_path / "quickstart").mkdir()  # a directory of results does not stand in the way
    assert load("quickstart").name == "quickstart"


leaves = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]))
    | st.dates()
    | st.times()
    | st.datetimes()
)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=5)
trees = st.dictionaries(
    names,
    st.recursive(
        leaves | st.lists(leaves, max_size=40),
        lambda inner: st.dictionaries(names | st.just("dist"), inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)


@given(trees)
def test_any_tree_is_written_as_toml_that_reads_back(tree: dict[str, Any]) -> None:
    assert tomllib.loads(toml_document(tree)) == tree


def test_nothing_in_a_scenario_can_be_changed_and_it_can_be_pickled_and_copied() -> None:
    scenario = load(SMALL)
    with pytest.raises(TypeError, match=r"a scenario does not change; scenario.replace"):
        scenario.data.visitors["buyer"] = scenario.data.visitors["buyer"]
    with pytest.raises(TypeError):
        scenario.data.chains["machines"].inputs.clear()
    for again in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario)):
        assert again == scenario
        assert again.data == scenario.data
        with pytest.raises(TypeError):
            again.data.visitors.update({})
