"""KPIs of groups, as `[expect]` and constraints name them."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest

import sim
from sim.decisions.compare.comparing import compare
from sim.decisions.expecting import expect
from sim.decisions.explain.explaining import explain
from sim.decisions.figures import asked, described, divisions, missing, values_of
from sim.decisions.sweeping import sweep
from sim.scenario import ScenarioError, load
from tests.decisions.toys import Toy

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
GOLD = {"exhibitors.sponsors": {"gold": 2}, "matchmaking.tables.promises": {"gold": 1}}


def test_what_is_expected_of_a_group_is_judged_by_its_own_numbers() -> None:
    fewest = "meetings.fewest of sponsor.gold"
    expected = {fewest: ">= 1 in 20 %", "meetings.held of day.1": "> 0", "booths.wait_minutes": "< 600"}
    scenario = load(FAIR, {**GOLD, "expect": expected})
    found = expect(scenario, replications=4, workers=1)
    verdict = next(each for each in found.verdicts if each.kpi == fewest)
    results = sim.replicate(scenario, replications=4, workers=1, by=("sponsor", "day"))
    values = values_of(results, fewest)
    assert verdict.value == sum(value >= 1 for value in values) / 4
    for number, value in enumerate(values):
        exhibitors = sim.run(scenario, replication=number).exhibitors
        gold = exhibitors[exhibitors.sponsor == "gold"]
        assert len(gold) == 2
        assert value == gold.meetings_held.min()
    assert max(values) > 0
    assert values_of(results, "meetings.held of day.1") == results.values("meetings.held")
    assert described(fewest).label == "Meetings of the exhibitor with fewest, gold sponsors"
    assert divisions(expected) == ("sponsor", "day")
    assert not missing(results, fewest)
    assert isnan(values_of(results, "promises.worst_share of sponsor.none")[0])


def test_kpis_are_those_that_are_named_or_usual_and_nothing_is_said_of_none() -> None:
    there = ("meetings.held", "meetings.scheduled", "visits.people")
    assert asked(["visits.people", "meetings"], there, ()) == ("visits.people", *there[:2])
    assert asked((), there, ("contacts.useful", "meetings.held")) == ("meetings.held",)
    vary = "matchmaking.tables.tables=2,3"
    runner = Toy(lambda data, random: {"visits.people": random.random()})
    for ask in (
        lambda: compare(FAIR, vary=vary, replications=2, runner=runner),
        lambda: sweep(FAIR, vary, replications=2, runner=runner),
        lambda: explain(FAIR, vary.replace(",", ".."), runner=runner),
    ):
        with pytest.raises(ValueError, match=r"there is none of meetings\.held, .*: name a KPI"):
            ask()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("meetings.held of sponser.gold", "no division 'sponser'; .* did you mean 'sponsor'"),
        ("meetings.hold of day.1", "no KPI 'meetings.hold'; did you mean meetings.held"),
        ("gate.wait_minutes of hall.hall", "by hall: no KPI 'gate.wait_minutes'"),
        ("meetings.held of day", "'meetings.held of day' names no group; allowed: \"KPI of DIVISION.GROUP\""),
        ("meetings.held of day.2", "found day.2; by day there are: 1"),
        ("meetings.held of persona.buyr", "by persona there are: buyer; did you mean 'buyer'"),
    ],
)
def test_a_group_or_a_kpi_that_there_is_not_is_told_with_its_line(name: str, said: str) -> None:
    scenario = load(FAIR, {"expect": {name: "> 1"}})
    with pytest.raises(ScenarioError, match=rf"expect.*{said}"):
        expect(scenario, replications=1, workers=1)
