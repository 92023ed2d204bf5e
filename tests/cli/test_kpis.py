"""`exposim kpis`: which KPIs there are, and what one of them is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim
from sim.statistics import KPIS, THEMES
from sim.statistics.own import forget_own_kpis

OWN = '''
import sim

@sim.kpi("mine.rush", "Rush hour", unit="h", how="hour of the first visit")
def rush(result):
    """When the first visit begins."""
    return 9.0
'''


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["kpis", *arguments])


def shown(name: str) -> str:
    return f"{name}.NAME" if KPIS[name].family else name


def test_all_kpis_are_listed_theme_by_theme_in_80_columns() -> None:
    lines = command().stdout.splitlines()
    assert max(map(len, lines)) <= 80
    first = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert first == [shown(name) for name in KPIS]
    assert [line for line in lines if line in THEMES.values()] == list(THEMES.values())


@pytest.mark.parametrize("name", KPIS)
def test_each_kpi_is_explained_in_80_columns_with_definition_unit_and_basis(name: str) -> None:
    done = command(name)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:2] == [shown(name), f"  {KPIS[name].label}"]
    text = " ".join(done.stdout.split())
    assert " ".join(KPIS[name].definition.split()) in text
    assert f"a replication: {KPIS[name].aggregation}" in text
    assert f"basis: {KPIS[name].basis}: " in text
    assert f"unit: {({'share': '%', '1': 'a pure number'}).get(KPIS[name].unit, KPIS[name].unit)}" in text


def test_a_theme_and_a_pattern_list_what_they_stand_for() -> None:
    for given, meant in (
        ("promises", [name for name in KPIS if name.startswith("promises.")]),
        ("*wait*", [name for name in KPIS if "wait" in name]),
    ):
        lines = command(given).stdout.splitlines()
        found = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
        assert found == [shown(name) for name in meant]
        assert len(found) > 2


def test_a_family_and_its_member_are_explained() -> None:
    assert command("promises.missing").stdout == command("promises.missing.NAME").stdout
    assert "one KPI for each NAME" in command("promises.missing").stdout
    member = command("promises.missing.no_slot").stdout
    assert member.startswith("promises.missing.no_slot\n  Promised and not held: no slot\n")


def test_a_wrong_name_is_bad_usage_with_the_near_miss() -> None:
    done = command("meetings.helt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "did you mean meetings.held" in done.stderr
    assert command("*helt").exit_code == 2


def test_json_has_all_that_is_known() -> None:
    told = json.loads(command("--json").stdout)
    assert list(told) == [shown(name) for name in KPIS]
    assert told["meetings.held"] == {
        "label": "Meetings held",
        "theme": "meetings",
        "unit": "meetings",
        "aggregation": "sum",
        "basis": "predicted",
        "family": False,
        "definition": KPIS["meetings.held"].definition,
    }


def test_ones_own_kpis_are_explained_too(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    try:
        text = command("--import", str(tmp_path / "mine.py"), "mine").stdout
    finally:
        forget_own_kpis()
    assert text.startswith("mine.rush\n  Rush hour\n\n  When the first visit begins.\n")
