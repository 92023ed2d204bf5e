"""The directory of results: nothing of anybody else's is lost, nothing is left behind."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.interchange.results import OWN, for_spreadsheets, refuse_to_overwrite, write
from sim.statistics.own import forget_own_kpis

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).with_name("fair.toml")


@pytest.fixture(scope="module")
def results() -> sim.ResultSet:
    return sim.replicate(sim.load(FAIR), replications=1)


@pytest.fixture
def written(results: sim.ResultSet, tmp_path: Path) -> Path:
    write(results, tmp_path / "out")
    return tmp_path / "out"


def names(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


def inodes(directory: Path) -> dict[str, int]:
    return {name: (directory / name).stat().st_ino for name in names(directory)}


@pytest.mark.parametrize("foreign", ["notes.txt", "tables/mine.parquet", "tables/more/x", "exhibitors.csv"])
def test_force_spares_a_directory_that_holds_more_than_results(
    results: sim.ResultSet, written: Path, foreign: str
) -> None:
    (written / foreign).parent.mkdir(exist_ok=True)
    (written / foreign).write_text("precious")
    for force in (True, False):  # so that nobody is told to say --force in vain
        with pytest.raises(FileExistsError, match=f"out holds more than results: {foreign}; it is left"):
            refuse_to_overwrite(written, force=force)
    with pytest.raises(FileExistsError):
        write(results, written, force=True)
    assert (written / foreign).read_text() == "precious"
    assert names(written.parent) == {"out", *(f"out/{name}" for name in names(written))}


OURS = json.dumps({"hash": "0" * 64, "versions": {"exposim": "1"}})


def test_results_are_known_by_their_hash_and_version(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(OURS)
    refuse_to_overwrite(tmp_path, force=True)


@pytest.mark.parametrize(
    "content",
    ["{}", "[1]", "not JSON", '{"hash": "a", "versions": {"exposim": "1"}}', "", " " * 10_000_000 + OURS],
    ids=["no keys", "a list", "no JSON", "no hash", "nothing", "too long"],
)
def test_results_are_known_by_what_run_json_says_and_not_by_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(FileExistsError, match="holds no results; it is left as it is"):
        refuse_to_overwrite(tmp_path, force=True)


def test_results_with_their_lists_are_replaced(tmp_path: Path) -> None:
    rows = "".join(f"Firm {i},energy,components,CN,{12 + i},2\n" for i in range(9))
    (tmp_path / "ours.csv").write_text("name,chain,stage,country,area_m2,staff\n" + rows)
    text = FAIR.read_text().replace("count = 12\ncountries = 3\noverseas_share = 0.25\n", "")
    (tmp_path / "listed.toml").write_text('exhibitors_file = "ours.csv"\n' + text)
    results = sim.replicate(sim.load(tmp_path / "listed.toml"), replications=1)
    write(results, tmp_path / "out")
    assert (tmp_path / "out" / "exhibitors.csv").is_file()
    write(results, tmp_path / "out", force=True)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("plain.txt", "plain.txt is not a directory"),
        ("plain.txt/sub", "plain.txt/sub cannot be written: plain.txt is not a directory"),
        ("x" * 300, "cannot be written: file name too long"),
        ("/proc/results", "/proc/results cannot be written: "),
        ("loop", "loop cannot be written: it is a link that leads nowhere"),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plain.txt").write_text("precious")
    Path("loop").symlink_to("loop")
    monkeypatch.setattr("sim.studies.cell.run", None)
    done = CliRunner().invoke(exposim, ["run", str(FAIR), "-n", "1", "--out", place])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("exposim: ")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert names(tmp_path) == {"plain.txt", "loop"}


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    refuse_to_overwrite(tmp_path / "a" / "b" / "c")
    assert names(tmp_path) == set()


def test_a_long_name_is_as_good_as_any(results: sim.ResultSet, tmp_path: Path) -> None:
    refuse_to_overwrite(tmp_path / ("x" * 250))
    write(results, tmp_path / ("x" * 250))
    assert [len(path.name) for path in tmp_path.iterdir()] == [250]


def test_a_link_to_results_stays_a_link(results: sim.ResultSet, written: Path) -> None:
    link = written.parent / "latest"
    link.symlink_to("out")
    before = (written / "run.json").stat().st_ino
    write(results, link, force=True)
    assert link.is_symlink()
    assert (written / "run.json").stat().st_ino != before
    assert {path.name for path in written.parent.iterdir()} == {"latest", "out"}


def test_a_link_to_nothing_is_where_results_are_written(results: sim.ResultSet, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("new")
    write(results, tmp_path / "latest")
    assert (tmp_path / "new" / "run.json").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"latest", "new"}


def test_old_results_that_are_write_protected_go_all_the_same(results: sim.ResultSet, written: Path) -> None:
    (written / "tables").chmod(0o500)
    write(results, written, force=True)
    assert list(written.parent.iterdir()) == [written]


def test_an_empty_directory_keeps_its_mode(results: sim.ResultSet, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o750)
    write(results, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o750
    write(results, out, force=True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o750


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match="out cannot be written: permission denied"):
        refuse_to_overwrite(tmp_path / "out")
    tmp_path.chmod(0o700)


def test_of_two_runs_into_one_directory_the_later_fails_and_the_first_ones_results_stay(
    results: sim.ResultSet, tmp_path: Path
) -> None:
    first, later = refuse_to_overwrite(tmp_path / "out"), refuse_to_overwrite(tmp_path / "out")
    write(results, first)
    before = inodes(tmp_path / "out")
    with pytest.raises(FileExistsError, match="out holds results already"):
        write(results, later)
    with pytest.raises(FileExistsError, match="out has changed in the meantime; it is left as it is"):
        write(results, later, force=True)
    assert inodes(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_the_later_of_two_runs_worked_out_is_printed(
    results: sim.ResultSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(*_: object, **__: object) -> sim.ResultSet:
        write(results, tmp_path / "out")
        return results

    monkeypatch.setattr("sim.studies.replicate", another)
    done = CliRunner().invoke(exposim, ["run", str(FAIR), "-n", "1", "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "visits.people" in done.stdout
    assert "the results could not be written to" in done.stderr
    assert "out holds results already; --force replaces them" in done.stderr


def test_a_forged_run_json_does_not_choose_what_force_deletes(results: sim.ResultSet, written: Path) -> None:
    run = json.loads((written / "run.json").read_text())
    (written / "notes.txt").write_text("precious")
    (written.parent / "outside.txt").write_text("precious")
    forged = ["notes.txt", "../outside.txt", "tables", "exhibitors.csv/.."]
    (written / "run.json").write_text(json.dumps(run | {"lists": forged}))
    with pytest.raises(FileExistsError, match=r"holds more than results: notes\.txt; it is left"):
        write(results, written, force=True)
    (written / "notes.txt").unlink()
    write(results, written, force=True)
    assert (written.parent / "outside.txt").read_text() == "precious"


def test_all_files_that_are_written_are_among_those_that_may_be_deleted(written: Path) -> None:
    assert {name for name in names(written) if (written / name).is_file()} <= OWN


def test_no_unit_of_ones_own_is_a_formula_in_what_is_written(tmp_path: Path) -> None:
    sim.kpi("mine.one", "One", unit="=1+1")(lambda _: 1.0)
    try:
        write(sim.replicate(sim.load(FAIR), replications=1), tmp_path / "out")
    finally:
        forget_own_kpis()
    with (tmp_path / "out" / "summary.csv").open(newline="") as rows:
        assert [row["unit"] for row in csv.DictReader(rows) if row["kpi"] == "mine.one"] == ["'=1+1"]


def test_no_cell_of_results_is_a_formula_to_a_spreadsheet() -> None:
    table = pd.DataFrame({"kpi": ["=A1", "meetings.held", None], "value": [-1.5, float("nan"), 2.0]})
    assert for_spreadsheets(table).to_csv(index=False) == "kpi,value\n'=A1,-1.5\nmeetings.held,\n,2.0\n"
