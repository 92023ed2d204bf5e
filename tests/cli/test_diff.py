"""The command `diff`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from sim.cli import exposim

FAIR = str(Path(__file__).with_name("fair.toml"))


def diff(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["diff", *arguments])


def test_diff_ends_as_diff_does() -> None:
    same = diff(FAIR, FAIR, "--set", "expo.seed=2")
    assert (same.exit_code, same.stdout) == (0, "the first and the second say the same.\n")
    other = diff(FAIR, "--vary", "matchmaking.tables.tables=8", "--set", "expo.seed=3")
    assert other.exit_code == 1
    assert other.stdout == (
        "the first → the second: 1 setting differs.\n\n"
        "[matchmaking.tables]\n  tables: 3 → 8 tables\n      Tables in each area.\n"
    )
    quiet = diff(FAIR, "quickstart", "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (1, "")
    assert json.loads(diff(FAIR, FAIR, "--json").stdout)["differ"] is False


def test_diff_of_what_cannot_be_read_ends_with_2() -> None:
    one = diff(FAIR)
    assert one.exit_code == 2
    assert "give a second scenario, or --vary PATH=VALUE" in one.stderr
    wrong = diff(FAIR, "--vary", "matchmaking.tables.table=8")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("--vary matchmaking.tables.table=8: matchmaking.tables.table: unknown key")
    assert "did you mean 'tables'" in wrong.stderr
