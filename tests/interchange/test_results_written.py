"""Results in a directory: what its tables, its README and its workbook hold, and which are written."""

from __future__ import annotations

import csv
import gc
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.files.text import plain_cell
from sim.interchange.results import _write_workbook
from sim.statistics import COLUMNS, KPIS
from sim.statistics.tables import TABLES
from tests.interchange.saving import FAIR, command

pytestmark = pytest.mark.usefixtures("played_once")

# files


def test_csv_says_what_parquet_says(saved: Path) -> None:
    for name in COLUMNS:
        typed = pd.read_parquet(saved / "tables" / f"{name}.parquet")
        plain = pd.read_csv(saved / "tables" / f"{name}.csv", keep_default_na=False, dtype=str)
        assert list(plain.columns) == list(typed.columns)
        assert len(plain) == len(typed)
        assert len(typed) > 0 or name in ("promises", "alliances")  # of which a small fair has none
        for column in typed.columns:
            if typed[column].dtype.kind in "if":
                numbers = [float(cell) if cell else float("nan") for cell in plain[column]]
                assert repr(numbers) == repr([float(each) for each in typed[column].astype(float)])
            elif isinstance(typed[column].dtype, pd.CategoricalDtype) or typed[column].dtype == "str":
                expected = [plain_cell(str(each)) if isinstance(each, str) else "" for each in typed[column]]
                assert plain[column].tolist() == expected


def test_no_name_in_a_table_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    rows = "".join(f"=Firm{i}+1,energy,components,CN,{12 + i},2\n" for i in range(9))
    (tmp_path / "ours.csv").write_text("name,chain,stage,country,area_m2,staff\n" + rows)
    text = FAIR.read_text().replace("count = 12\ncountries = 3\noverseas_share = 0.25\n", "")
    (tmp_path / "listed.toml").write_text('exhibitors_file = "ours.csv"\n' + text)
    sim.replicate(sim.load(tmp_path / "listed.toml"), replications=1).save(tmp_path / "out")
    for file in (tmp_path / "out" / "tables").glob("*.csv"):
        with file.open(newline="") as opened:
            assert not [cell for row in csv.reader(opened) for cell in row if cell.startswith("=")], file
    assert "'=Firm1+1" in (tmp_path / "out" / "tables" / "exhibitors.csv").read_text()
    assert "=Firm1+1" in set(sim.ResultSet.load(tmp_path / "out").table("exhibitors")["name"])


def test_the_readme_says_what_every_file_column_and_kpi_is(results: sim.ResultSet, saved: Path) -> None:
    text = (saved / "README.md").read_text()
    for path in saved.iterdir():
        assert f"`{path.name}" in text or path.name == "tables"
    for name, table in TABLES.items():
        section = text.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert f"Of replications {'0 to 2' if table.small else '0, 2'}." in section
        for column, meaning in table.columns.items():
            assert f"| `{column}` | {meaning} |" in section
    for column in results.summary.columns:
        assert f"| `{column}` | |" not in text
    for kpi in KPIS.values():
        shown = f"{kpi.name}.NAME" if kpi.family else kpi.name
        there = any(name == kpi.name or name.startswith(f"{kpi.name}.") for name in results.names)
        assert (f"| `{shown}` | {kpi.label} |" in text) == there
        assert not there or " ".join(kpi.definition.split()).replace("|", "\\|") in text


# the command and the workbook


def test_the_command_writes_the_tables_that_are_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command("run", FAIR, "-n", "3", "-q", "--out", out, "--tables", "csv", "--keep", "0-1")
    assert done.exit_code == 0
    assert {path.suffix for path in (out / "tables").iterdir()} == {".csv"}
    assert pd.read_csv(out / "tables" / "visits.csv")["replication"].unique().tolist() == [0, 1]
    again = command("run", FAIR, "-n", "2", "-q", "--out", out, "--tables", "none", "--force")
    assert again.exit_code == 0
    assert not (out / "tables").exists()
    assert sim.ResultSet.load(out).kept_of("visits") == ()
    every = command("run", FAIR, "-n", "2", "-q", "--out", out, "--keep", "all", "--force")
    assert every.exit_code == 0
    assert sim.ResultSet.load(out).kept_of("visits") == (0, 1)
    options = ("--by", "hall", "--tables", "xlsx", "--force")
    assert command("run", FAIR, "-n", "2", "-q", "--out", out, *options).exit_code == 0
    assert sim.ResultSet.load(out).grouped("hall").groups == ("hall",)
    openpyxl = pytest.importorskip("openpyxl")
    assert {"groups", "groups_summary"} <= set(openpyxl.load_workbook(out / "tables.xlsx").sheetnames)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--tables", "cvs"], "no format 'cvs' of tables; allowed: csv, parquet, xlsx; did you mean 'csv'?"),
        (["--keep", "first"], "found 'first'; allowed: numbers from 0, such as 0, 0-4 or 0-4,7, or all"),
        (["--keep", "4-2"], "found '4-2'"),
    ],
)
def test_options_of_tables_are_checked_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], says: str
) -> None:
    monkeypatch.setattr("sim.studies.cell.run", None)
    done = command("run", FAIR, "-n", "1", "--out", tmp_path / "out", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())
    assert command("run", FAIR, *options).exit_code == 2  # they go with --out


def test_a_workbook_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.files.workbooks.find_spec", lambda _: None)
    done = command("run", FAIR, "-n", "1", "--out", tmp_path / "out", "--tables", "xlsx")
    assert done.exit_code == 2
    assert "pip install 'exposim[xlsx]'" in " ".join(done.stderr.split())


def test_a_workbook_has_a_sheet_a_table(results: sim.ResultSet, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    results.save(tmp_path / "out", tables=["xlsx"])
    assert not (tmp_path / "out" / "tables").exists()
    book = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")
    assert book.sheetnames == ["summary", *COLUMNS]
    for name in COLUMNS:
        rows = list(book[name].iter_rows(values_only=True))
        assert list(rows[0]) == ["replication", *COLUMNS[name]]
        assert len(rows) - 1 == len(results.table(name))
    held = {row[0]: row for row in book["summary"].iter_rows(values_only=True)}["meetings.held"]
    shown = pytest.approx(results.estimate("meetings.held").mean, rel=1e-15)  # a workbook has 16 digits
    assert held[1] == shown
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_a_table_that_no_sheet_holds_is_refused_and_nothing_is_written(
    results: sim.ResultSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openpyxl")
    monkeypatch.setattr("sim.interchange.results._MOST_ROWS", 200)
    with pytest.raises(ValueError, match="rows and a sheet holds 200: keep fewer replications"):
        results.save(tmp_path / "out", tables=["xlsx"])
    assert not list(tmp_path.iterdir())


def test_one_result_is_written_as_asked_and_replaces_another_only_if_told(tmp_path: Path) -> None:
    small = {"exhibitors.count": 6, "matchmaking": {}, "programme": {}}
    first, second = (sim.run(sim.load(FAIR).replace(**small), seed=seed) for seed in (1, 2))
    out = tmp_path / "out"
    first.save(out, tables=())
    assert not (out / "tables").exists()
    with pytest.raises(FileExistsError):
        second.save(out, tables=())
    assert sim.ResultSet.load(out).seed == 1
    second.save(out, tables=(), force=True)
    assert sim.ResultSet.load(out).seed == 2


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_a_workbook_that_is_stopped_leaves_nothing_and_says_nothing_of_its_sheets(
    stop: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once each open sheet said with a traceback that its file was closed."""
    pytest.importorskip("openpyxl")
    said: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    def stopped(*_: object) -> None:
        raise stop

    monkeypatch.setattr("openpyxl.Workbook.save", stopped)
    with pytest.raises(stop):
        _write_workbook(tmp_path / "tables.xlsx", {name: pd.DataFrame({"a": [1, 2]}) for name in "xyz"})
    gc.collect()
    assert not said
    assert not list(tmp_path.iterdir())
