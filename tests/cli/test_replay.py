"""The command `replay`: a page of one scenario, of two side by side, of results; wrong input in a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sim import statistics
from sim.cli import exposim
from sim.cli.replay import PEOPLE
from sim.report.replay import fragment
from sim.report.replay.fragment import PEOPLE as SHOWN
from tests.report.replay.unpacked import floors_of

Asked = list[tuple[int, int, int | None]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(quickstart: statistics.Result, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What is played, by tables, number and seed: the same result is given for all."""
    found = []

    def run(scenario: Any, *, replication: int, seed: int | None, shared: object) -> statistics.Result:
        found.append((scenario.data.matchmaking["main"].tables, replication, seed))
        return quickstart

    monkeypatch.setattr("sim.replication.run", run)
    return found


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["replay", *arguments])


def test_a_scenario_is_played_and_shown(quickstart: statistics.Result, asked: Asked) -> None:
    done = command("quickstart", "-o", "sub/floor.html", "--replication", "2", "--seed", "7")
    assert (done.exit_code, done.output) == (0, "sub/floor.html: the floor in motion\n")
    assert asked == [(10, 2, 7)]
    page = Path("sub/floor.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert fragment(quickstart) in page
    done = command("quickstart", "-o", "sub/floor.html")
    assert done.exit_code == 2
    assert done.output == "exposim: sub/floor.html is already there; --force replaces it\n"
    assert command("quickstart", "-o", "sub/floor.html", "--force", "-q").output == ""


def test_two_stand_side_by_side_called_by_what_differs(asked: Asked) -> None:
    done = command("quickstart", "--vary", "matchmaking.main.tables=4", "-o", "two.html", "--people", "90")
    assert (done.exit_code, done.output) == (0, "two.html: the floor in motion, two side by side\n")
    assert [tables for tables, *_ in asked] == [10, 4]
    floors = floors_of(Path("two.html").read_text(encoding="utf-8"))
    assert [each["label"] for each in floors] == ["as it is", "matchmaking.main.tables=4"]
    assert all(each["shown"] <= 90 < each["people"] for each in floors)


def test_results_are_played_again_with_their_seed(quickstart: statistics.Result, asked: Asked) -> None:
    quickstart.save("results", tables=())
    assert command("results", "-o", "floor.html").exit_code == 0
    assert command("results", "quickstart", "-o", "two.html").exit_code == 0
    assert asked == [(10, 0, 1), (10, 0, 1), (10, 0, None)]
    for option in (("--seed", "3"), ("--set", "expo.days=2"), ("--vary", "expo.days=2")):
        done = command("results", *option, "-o", "other.html")
        assert done.exit_code == 2
        assert "go with scenarios; results stay as they are" in done.output


def test_what_is_wrong_is_told_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replication.run", None)
    Path("empty").mkdir()
    for arguments, said in (
        (("quickstart", "-o", "a.svg"), "exposim: --out: found 'a.svg'; allowed: a name that ends in .html"),
        (("quickstrat", "-o", "a.html"), "did you mean 'quickstart'?"),
        (("empty", "-o", "a.html"), "empty"),
        (("quickstart", "-o", "a.html", "--people", "0"), "--people"),
        (("quickstart", "-o", "a.html", "--vary", "expo.dayz=2"), "did you mean"),
        (("quickstart",), "--out"),
    ):
        done = command(*arguments)
        assert done.exit_code == 2, done.output
        assert said in " ".join(done.output.split())
        assert not Path("a.html").exists()
    assert PEOPLE == SHOWN
