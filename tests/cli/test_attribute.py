"""The command `attribute`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))
VARIED = ("--vary", "matchmaking.tables.requests=90", "--vary", "matchmaking.tables.tables=8")


def attribute(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["attribute", FAIR, *arguments])


def test_attribute_prints_and_writes_what_each_group_makes(tmp_path: Path) -> None:
    out = tmp_path / "values.csv"
    how = (*VARIED, "--group", "rooms=matchmaking.tables.tables", "-n", "2", "-k", "meetings.requested")
    done = attribute(*how, "--out", str(out))
    assert done.exit_code == 0
    assert "exposim: 2 groups of changes: 4 scenarios, 8 runs in all" in done.stderr
    assert done.stdout.startswith("the first → the second: meetings.requested (Meetings requested) +60")
    assert "  matchmaking.tables  +60  (same in all 2)  requests  ██████████████████\n" in done.stdout
    assert out.read_text().splitlines() == [
        "kpi,group,replication,value",
        "meetings.requested,rooms,0,0.0",
        "meetings.requested,rooms,1,0.0",
        "meetings.requested,matchmaking.tables,0,60.0",
        "meetings.requested,matchmaking.tables,1,60.0",
    ]
    again = attribute(*how, "--out", str(out))
    assert (again.exit_code, "--force replaces it" in again.stderr) == (2, True)


def test_attribute_of_nothing_or_of_no_kpi_ends_with_2() -> None:
    nothing = attribute("--vary", "expo.title=Other")
    assert nothing.exit_code == 2
    assert nothing.stderr == "exposim: nothing differs between the two that could change what happens\n"
    unknown = attribute(*VARIED, "-k", "meetings.hold")
    assert unknown.exit_code == 2
    assert "did you mean meetings.held" in unknown.stderr
    bad = attribute(*VARIED, "--group", "rooms")
    assert "found 'rooms'; allowed: NAME=PATH,PATH" in bad.stderr
    missing = attribute(*VARIED, "--group", "rooms=matchmaking.tables.table")
    assert "did you mean 'matchmaking.tables.tables'" in missing.stderr


def test_attribute_prints_json() -> None:
    done = attribute(
        *VARIED, "-n", "2", "-q", "--by", "path", "--orders", "1", "--json", "-k", "meetings.held"
    )
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert [each["paths"] for each in said["groups"]] == [
        ["matchmaking.tables.tables"],
        ["matchmaking.tables.requests"],
    ]
    assert said["orders"] == 1
