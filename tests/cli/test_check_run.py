"""`exposim check --run`: what is expected of a scenario, for files under version control."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))
MEETINGS = 'expect."meetings.held"'


def check(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["check", FAIR, *arguments])


def test_check_run_says_which_expectations_fail_and_ends_with_1() -> None:
    wanted = ["--set", f"{MEETINGS}=> 0 and > 500", "--run", "-n", "5", "--quiet"]
    done = check(*wanted)
    assert done.exit_code == 1
    assert "fair: 1 of 2 expectations met, 1 not met; 5 replications, seed 7." in done.stdout
    assert done.stderr == "exposim: not met: meetings.held > 500\n"
    as_json = check(*wanted, "--json")
    assert as_json.exit_code == 1
    assert [each["verdict"] for each in json.loads(as_json.stdout)["expectations"]] == ["met", "not met"]


def test_check_run_ends_with_0_if_all_are_met_and_not_if_one_is_undecided() -> None:
    assert check("--set", f"{MEETINGS}=> 0", "--run", "-n", "5", "-q").exit_code == 0
    undecided = check("--set", f"{MEETINGS}=> 0 in 95 %", "--run", "-n", "5", "-q")
    assert undecided.exit_code == 1
    assert "5 replications cannot show it; some 59 would do" in undecided.stdout


def test_check_run_without_expectations_or_of_no_kpi_ends_with_2() -> None:
    nothing = check("--run")
    assert nothing.exit_code == 2
    assert "fair expects nothing: --run goes with a section [expect]" in nothing.stderr
    unknown = check("--set", 'expect."meetings.hold"=> 0')
    assert unknown.exit_code == 2
    assert "expect.\"meetings.hold\": no KPI 'meetings.hold'; did you mean meetings.held" in unknown.stderr
    assert "--seed goes with --run" in check("--seed", "3").stderr
