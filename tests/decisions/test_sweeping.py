"""Sweeps: a row a point and replication, each what the scenario alone comes to."""

from __future__ import annotations

import json
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.decisions.sweeping import Sweep, sweep
from sim.scenario import ScenarioError
from sim.studies import StudyError
from sim.studies.resultset import ResultSet
from sim.studies.varying import Axis, grid

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"


def test_a_point_is_what_its_scenario_comes_to_and_the_table_is_tidy(tmp_path: Path) -> None:
    out = tmp_path / "sweep.csv"
    vary = ["--vary", "exhibitors.mean_staff=2,9", "--vary", "expo.seed=1,2"]
    command = ["sweep", str(FAIR), *vary, "-n", "2", "--out", str(out), "--json", "--seed", "3"]
    done = CliRunner().invoke(exposim, command)
    assert done.exit_code == 0, done.stderr
    table = pd.read_csv(out)
    assert list(table.columns[:4]) == ["point", "exhibitors.mean_staff", "expo.seed", "replication"]
    assert list(table["point"]) == [0, 0, 1, 1, 2, 2, 3, 3]
    alone = sim.replicate(sim.load(str(FAIR), {"exhibitors.mean_staff": 9}), replications=2, seed=3)
    there = table[(table["exhibitors.mean_staff"] == 9) & (table["expo.seed"] == 2)]
    assert list(there["contacts.pairs"]) == alone.values("contacts.pairs")
    said = json.loads(done.stdout)
    assert said["points"][3]["settings"] == {"exhibitors.mean_staff": 9, "expo.seed": 2}


def test_a_point_that_cannot_be_built_is_told_and_the_others_go_on() -> None:
    fair = sim.load(str(FAIR))
    points = grid(fair, [Axis(("exhibitors.mean_staff",), ((2,), (9,)))])
    done = sim.replicate(points[1].scenario, replications=2)
    found = Sweep(
        fair, points, (StudyError("it rained"), done), ("visits.people",), ("exhibitors.mean_staff",)
    )
    assert found.text().splitlines()[-1] == "mean_staff 2: it rained"
    assert list(found.frame["point"]) == list(found.summary["point"]) * 2 == [1, 1]
    assert found.to_json_dict()["points"][0]["failed"] == "it rained"
    with pytest.raises(StudyError, match="it rained"):
        found.estimate("visits.people", 0)


def test_the_least_and_the_greatest_are_told_with_their_points() -> None:
    fair = sim.load(str(FAIR))
    points = grid(fair, [Axis(("exhibitors.mean_staff",), ((2,), (4,), (9,)))])
    outcomes = tuple(
        ResultSet(point.scenario, 1, "toy", (0, 1), ({"meetings.held": held}, {"meetings.held": held}))
        for point, held in zip(points, (50.0, 90.0, 20.0), strict=True)
    )
    found = Sweep(fair, points, outcomes, ("meetings.held",), ("exhibitors.mean_staff",))
    least = "20 (same in all 2) meetings at mean_staff 9"
    most = "90 (same in all 2) meetings at mean_staff 4"
    assert found.text().replace("\n  ", " ").startswith(f"Meetings held: {least} to {most}.")


def test_of_one_point_that_is_known_no_range_is_told() -> None:
    fair = sim.load(str(FAIR))
    points = grid(fair, [Axis(("exhibitors.mean_staff",), ((2,), (4,)))])
    outcomes = tuple(
        ResultSet(point.scenario, 1, "toy", (0,), ({"meetings.kept_share": kept},))
        for point, kept in zip(points, (nan, 0.5), strict=True)
    )
    for points_, outcomes_ in ((points, outcomes), (points[1:], outcomes[1:])):
        found = Sweep(fair, points_, outcomes_, ("meetings.kept_share",), ("exhibitors.mean_staff",))
        first = found.text().replace("\n  ", " ").splitlines()[0]
        assert first == "Scheduled meetings held: 50 % at mean_staff 4."
    assert "1 point, 1 replication each" in found.text()


def test_a_fault_that_lies_in_no_setting_alone_tells_all_of_them() -> None:
    with pytest.raises(ScenarioError, match=r"do not fit into .* \(with venue\.gross_area_m2 = \d+\)"):
        sweep(str(FAIR), "venue.gross_area_m2=1500..4000", points=2, replications=1)


def test_values_and_ranges_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="give values, or ranges"):
        sweep(str(FAIR), ["expo.seed=1,2", "exhibitors.mean_staff=1..3"])
    with pytest.raises(ValueError, match="points are drawn of ranges"):
        sweep(str(FAIR), "expo.seed=1,2", points=4)
