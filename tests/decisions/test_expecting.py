"""Verdicts on what is expected: right as often as is said, by limits that are known in closed form."""

from __future__ import annotations

from dataclasses import replace
from math import comb, nan
from pathlib import Path
from random import Random

import pytest

import sim
from sim.decisions.expecting import Expectations, enough, faults, verdict
from sim.scenario import ScenarioError, load
from sim.scenario.schema.expected import comparisons
from sim.studies.resultset import Failure

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def told(text: str, values: list[float], among: int = 1, kpi: str = "meetings.held") -> str:
    (comparison,) = comparisons(text)
    return verdict(kpi, comparison, values, among).verdict


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (">= 450 in 95 %", [">= 450 in 95 %"]),
        ("<2", ["< 2"]),
        ("≤ 5 %", ["<= 5 %"]),
        (">= 1_000.5 and < 2e3 in 99.5 %", [">= 1000.5", "< 2000 in 99.5 %"]),
    ],
)
def test_an_expectation_is_read(text: str, says: list[str]) -> None:
    assert list(map(str, comparisons(text))) == says


def test_a_bad_expectation_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "fair.toml"
    lines = ['"meetings.held" = "lots"', '"meetings.lost" = "< 3 in 100 %"', 'booths.lost_share = "< 3"']
    file.write_text(FAIR.read_text() + "\n".join(["\n[expect]", *lines]))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    first, second, third = str(caught.value).splitlines()
    assert "expect.\"meetings.held\": found 'lots'; allowed: a comparison" in first
    assert "allowed: a share above 0 and below 100 %" in second
    assert f":{len(FAIR.read_text().splitlines()) + 5}: expect.booths: found a section; the name" in third


def test_a_share_is_met_from_59_replications_on_and_by_the_exact_limit() -> None:
    assert told("> 0 in 95 %", [1.0] * 58) == "undecided"
    assert told("> 0 in 95 %", [1.0] * 59) == "met"
    scenario = load(FAIR, {"expect": {"meetings.held": "> 0 in 95 %"}})
    assert enough(scenario) == 59
    assert enough(scenario.replace(expect={"meetings.held": "> 0 in 95 % and < 90 in 95 %"})) == 72
    n, wanted = 60, 0.9
    for times in range(n + 1):  # by the sums that define the limits
        at_least = sum(comb(n, k) * wanted**k * (1 - wanted) ** (n - k) for k in range(times, n + 1))
        at_most = sum(comb(n, k) * wanted**k * (1 - wanted) ** (n - k) for k in range(times + 1))
        says = "met" if at_least <= 0.05 else "not met" if at_most < 0.05 else "undecided"
        assert told("> 0 in 90 %", [1.0] * times + [0.0] * (n - times)) == says


def test_a_mean_is_told_by_its_interval_and_never_from_one_replication() -> None:
    values = [9.0, 10.0, 11.0, 10.5, 9.5, 10.2, 9.8, 10.1, 9.9, 10.0]
    assert [told(text, values) for text in ("> 9", "< 9", "> 10")] == ["met", "not met", "undecided"]
    (comparison,) = comparisons("< 10.1")
    undecided = verdict("meetings.held", comparison, values)
    assert undecided.needed is not None
    assert undecided.said == "mean 10.00 ± 0.32 meetings"
    (few,) = comparisons("< 5")
    assert (
        verdict("meetings.held", few, [0.0, 1, 0, 2, 0, 0, 1, 5, 0, 1]).said
        == "mean 1.0 (0.0 to 2.4) meetings"
    )
    (all_but,) = comparisons("< 1")
    assert verdict("booths.lost_share", all_but, [1.0] * 7 + [0.99] * 4 + [0.2]).high <= 1
    more = values * -(-undecided.needed // len(values))
    assert told("< 10.1", more) == "met"
    assert told("> 9", [10.0]) == "undecided"
    assert told("> 9", [10.0] * 9) == "undecided"
    assert told("> 9", [10.0] * 10) == "met"
    assert told("> 9", [10.0] * 99 + [8.0]) == "undecided"
    assert told("> 9", [nan] * 5) == "undecided"


def test_verdicts_are_wrong_in_no_more_than_one_of_twenty() -> None:
    random = Random(1)
    wrong = 0
    for _ in range(250):  # the mean is at the limit itself, which is the worst case, and so is the share
        values = [random.gauss(50, 5) for _ in range(20)]
        of_all = [told("< 50", values, 3), told("> 50", values, 3)]
        wrong += "met" in of_all or told("> 50 in 50 %", values, 3) in ("met", "not met")
    assert wrong <= 21  # of Binomial(250, 0.05), beyond which lie 1 %


def test_a_scenario_that_differs_in_what_is_expected_is_the_same_to_run(tmp_path: Path) -> None:
    fair = load(FAIR)
    expecting = load(FAIR, {"expect": {"meetings.held": ">= 3 in 80 %", "sessions.activities": ">= 2"}})
    assert fair.hash == expecting.hash
    (change,) = sim.diff(fair, expecting)
    assert not change.is_run
    file = tmp_path / "again.toml"
    file.write_text(expecting.to_toml())
    assert load(file).data.expect == expecting.data.expect


def test_what_is_expected_of_no_kpi_or_is_never_so_is_told() -> None:
    scenario = load(
        FAIR, {"expect": {"meetings.hold": "> 3", "booths.lost_share": "< 5", "meetings.held": "> 5 %"}}
    )
    said = [each.message for each in faults(scenario)]
    assert said == [
        "found < 5; booths.lost_share is from 0 to 1; 5 % is written with its %",
        "found > 5 %; meetings.held is no share: its unit is meetings",
        "no KPI 'meetings.hold'; did you mean meetings.held or meetings.held_in or meetings.joined?",
    ]
    with pytest.raises(ScenarioError, match=r"meetings\.hold"):
        sim.expect(scenario)
    with pytest.raises(ValueError, match="expects nothing"):
        sim.expect(FAIR)


def test_expectations_are_run_and_told() -> None:
    wanted = {"meetings.held": "> 0 and < 1", "sessions.activities": ">= 2", "booths.wait_minutes": "< 30"}
    found = sim.expect(load(FAIR, {"expect": wanted}), replications=10)
    assert isinstance(found, Expectations)
    assert not found.met
    assert [each.verdict for each in found.verdicts] == ["met", "met", "not met", "met"]
    assert found.text().startswith("fair: 3 of 4 expectations met, 1 not met; 10 replications, seed 7.\n")
    assert max(map(len, found.text().splitlines())) <= 80
    assert list(found.frame["verdict"]) == ["met", "met", "not met", "met"]
    met = replace(found, verdicts=found.verdicts[:2])
    assert met.met
    assert not replace(met, failures=(Failure(3, 7, "no room"),)).met
    assert "nearly" not in replace(found, verdicts=found.verdicts[2:3]).text()
    (same,) = comparisons(">= 2")
    alike = verdict("sessions.activities", same, [2.0] * 10)
    assert "of values that are (nearly) all the same is judged by these" in " ".join(
        replace(found, verdicts=(alike,)).text().split()
    )
    with pytest.raises(ScenarioError, match=r"promises\.kept_share\.gold"):
        sim.expect(load(FAIR, {"expect": {"promises.kept_share.gold": "> 50 %"}}))
