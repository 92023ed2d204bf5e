"""The command `plot`: pictures of scenarios and of results, as files; and what is wrong is told in a line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim import statistics
from sim.cli import exposim
from sim.cli.plot import PICTURES
from sim.report.plots.results import ResultSetPlots


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def results(quickstart: statistics.Result, tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("results") / "quickstart"
    quickstart.save(place)
    return str(place)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["plot", *arguments])


def test_every_picture_has_its_name_and_what_it_shows_in_the_help() -> None:
    methods = {each.replace("_", "-") for each in dir(ResultSetPlots) if not each.startswith("_")}
    assert set(PICTURES) == methods
    said = command("--help").output
    assert all(f"  {name} " in said for name in PICTURES)


def test_pictures_of_results_are_drawn_without_a_run(results: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replication.run", None)
    done = command(results, "who_met_whom", "--by", "stage", "--of", "useful", "-o", "sub/met.svg")
    assert (done.exit_code, done.output) == (0, "sub/met.svg: interactions by chain, stage or country\n")
    assert Path("sub/met.svg").read_text().startswith("<?xml")
    done = command(results, "kpis", "--kpi", "meetings.held", "-o", "kpis.PNG", "-q")
    assert (done.exit_code, done.output) == (0, "")
    assert Path("kpis.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_scenario_is_played_and_drawn(
    quickstart: statistics.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def run(scenario: object, *, replication: int, seed: int | None) -> statistics.Result:
        asked.append((replication, seed))
        return quickstart

    monkeypatch.setattr("sim.replication.run", run)
    done = command("quickstart", "growth", "-o", "growth.svg", "--replication", "2", "--seed", "7")
    assert done.exit_code == 0, done.output
    assert asked == [(2, 7)]
    before = Path("growth.svg").read_bytes()
    done = command("quickstart", "growth", "-o", "growth.svg")
    assert (done.exit_code, done.output) == (2, "exposim: growth.svg is already there; --force replaces it\n")
    assert command("quickstart", "growth", "-o", "growth.svg", "--force").exit_code == 0
    assert Path("growth.svg").read_bytes() == before
    assert len(asked) == 2


def test_what_is_wrong_is_told_before_anything_is_run(results: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replication.run", None)
    Path("empty").mkdir()
    for arguments, said in (
        (("quickstart", "netwrok", "-o", "a.svg"), "no picture 'netwrok'; there are: who-met-whom"),
        (("quickstart", "netwrok", "-o", "a.svg"), "did you mean 'network'?"),
        (("quickstart", "growth", "-o", "a.pdf"), "allowed: a name that ends in .svg or .png"),
        (("quickstart", "growth", "-o", "a.svg", "--by", "chain"), "--by is nothing to growth"),
        (("quickstart", "degrees", "-o", "a.svg", "--of", "minuts"), "did you mean 'minutes'?"),
        (("quickstart", "kpis", "-o", "a.svg", "--kpi", "meetings.held"), "picture of several replications"),
        (("quickstrat", "growth", "-o", "a.svg"), "did you mean 'quickstart'?"),
        (("empty", "growth", "-o", "a.svg"), "empty: holds no results: run.json is missing"),
        ((results, "growth", "-o", "a.svg", "--seed", "3"), "--seed goes with a SCENARIO"),
        ((results, "growth", "-o", "a.svg", "--set", "expo.days=2"), "--set goes with a SCENARIO"),
        ((results, "kpis", "-o", "a.svg"), "kpis needs --kpi NAME"),
        ((results, "kpis", "-o", "a.svg", "--kpi", "meetings.hold"), "did you mean meetings.held"),
        ((results, "growth", "-o", "a.svg", "--replication", "3"), "replication 3 was not run; allowed: 0\n"),
    ):
        done = command(*arguments)
        assert done.exit_code == 2, arguments
        assert said in done.output
        assert not Path("a.svg").exists()


def test_without_matplotlib_it_is_said_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = command("quickstart", "growth", "-o", "a.svg")
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert "pip install 'exposim[notebook]'" in done.output
