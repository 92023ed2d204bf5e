"""`exposim run --out`: what is in a directory of results, and what becomes of one that is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import exposim
from sim.files.beside import take_away
from sim.interchange.results import TABLES
from sim.statistics.tables import SMALL

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, [str(argument) for argument in arguments])


def tree(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "deep" / "fair"
    assert command("run", FAIR, "-n", "2", "-q", "--out", str(out)).exit_code == 0
    return out


def test_a_directory_of_results_is_complete(written: Path) -> None:
    tables = {f"tables/{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    numbers = {"kpis.csv", "summary.csv", "summary.json", "hurts.json", "sources.csv"}
    assert set(tree(written)) == {"README.md", "scenario.toml", "run.json"} | numbers | tables
    assert list(written.parent.iterdir()) == [written]  # nothing half-written beside it
    run = json.loads((written / "run.json").read_text())
    assert run["hash"] == sim.load(FAIR).hash == sim.load(str(written / "scenario.toml")).hash
    assert (run["seed"], run["engine"], run["replications"], run["failures"]) == (7, "simpy", 2, [])
    assert {"exposim", "python", "numpy", "simpy"} <= set(run["versions"])


def test_written_numbers_and_tables_are_those_of_python(written: Path) -> None:
    results = sim.replicate(sim.load(FAIR), replications=2)
    table = pd.read_csv(written / "kpis.csv", dtype={"value": str})  # parsed by Python: exact in any pandas
    table["value"] = [float(value) for value in table["value"].fillna("nan")]
    kpis = table.pivot(index="replication", columns="kpi", values="value")
    pd.testing.assert_frame_equal(
        kpis[list(results.kpis.columns)],
        results.kpis,
        check_names=False,
        check_exact=True,
        check_column_type=False,
    )
    summary = pd.read_csv(written / "summary.csv", index_col="kpi")
    assert summary.loc["visits.people", "mean"] == results.estimate("visits.people").mean
    assert results.first is not None
    for name in TABLES:
        table = pd.read_parquet(written / "tables" / f"{name}.parquet")
        of = table.pop("replication")
        assert set(of) <= ({0, 1} if name in SMALL else {0})
        table = table[of == 0]  # which come first
        # categories of a column without any value have no type in Parquet
        pd.testing.assert_frame_equal(table, getattr(results.first, name), check_categorical=False)


def test_a_run_of_what_was_written_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert command("run", str(written / "scenario.toml"), "-n", "2", "-q", "--out", str(again)).exit_code == 0
    one, two = tree(written), tree(again)
    del one["run.json"], two["run.json"]  # it has the name of the scenario's file
    del one["sources.csv"]  # it says which file sets a value
    sources = pd.read_csv(BytesIO(two.pop("sources.csv")), keep_default_na=False)
    assert set(sources["file"]) == {"scenario.toml"}  # it sets all that there is
    assert set(sources["source"]) == {""}  # and has no comments
    assert one == two


def test_results_can_be_moved_with_the_lists_they_came_from(tmp_path: Path) -> None:
    rows = "".join(f"Firm {i},energy,components,CN,{12 + i},2\n" for i in range(9))
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "ours.csv").write_text("name,chain,stage,country,area_m2,staff\n" + rows)
    text = Path(FAIR).read_text().replace("count = 12\ncountries = 3\noverseas_share = 0.25\n", "")
    (lists / "listed.toml").write_text('exhibitors_file = "ours.csv"\n' + text)
    assert (
        command("run", str(lists / "listed.toml"), "-n", "1", "-q", "--out", str(tmp_path / "out")).exit_code
        == 0
    )
    scenario = sim.load(str(lists / "listed.toml"))
    assert len(scenario.exhibitor_rows) == 9
    (tmp_path / "out").rename(tmp_path / "moved")
    shutil.rmtree(lists)
    assert sim.load(str(tmp_path / "moved" / "scenario.toml")).hash == scenario.hash


def test_results_are_not_overwritten_without_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "fair"
    run = ["run", FAIR, "-n", "1", "-q", "--out", str(out)]
    assert command(*run).exit_code == 0
    before = tree(out)
    with monkeypatch.context() as patch:
        patch.setattr("sim.studies.cell.run", None)  # it must refuse before anything runs
        refused = command(*run, "--seed", "8")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--force" in refused.stderr
    assert tree(out) == before
    assert command(*run, "--seed", "8", "--force").exit_code == 0
    assert tree(out)["kpis.csv"] != before["kpis.csv"]
    assert list(tmp_path.iterdir()) == [out]


def test_what_is_no_directory_of_results_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    done = command("run", FAIR, "-n", "1", "-q", "--force", "--out", str(tmp_path))
    assert done.exit_code == 2
    assert (tmp_path / "thesis.docx").read_text() == "precious"
    file = tmp_path / "thesis.docx"
    assert command("run", FAIR, "-n", "1", "-q", "--force", "--out", str(file)).exit_code == 2
    assert file.read_text() == "precious"


def test_old_results_stay_if_the_new_cannot_be_completed(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(written)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    done = command("run", FAIR, "-n", "1", "-q", "--force", "--out", str(written))
    assert done.exit_code == 1
    assert done.stderr == f"exposim: the results could not be written to {written}: no space left on device\n"
    assert "visits.people" in done.stdout  # what was run is not lost
    assert tree(written) == before
    assert list(written.parent.iterdir()) == [written]


def test_old_results_come_back_if_the_new_cannot_take_their_place(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = tree(written), os.rename

    def fails_into_place(old: Path, new: Path) -> None:
        if old.suffix == ".partial":
            raise OSError(5, "Input/output error")
        rename(old, new)

    monkeypatch.setattr("sim.files.whole.exchange", lambda *_: False)  # as where the system knows none
    monkeypatch.setattr(os, "rename", fails_into_place)
    assert command("run", FAIR, "-n", "1", "-q", "--force", "--out", str(written)).exit_code == 1
    assert tree(written) == before
    assert list(written.parent.iterdir()) == [written]


# stopped


def stop(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def at_the_second(scenario: sim.Scenario, number: int, *_: object, **__: object) -> NoReturn:
    assert number == 1
    raise KeyboardInterrupt


def after(then: Callable[..., object]) -> Callable[..., None]:
    """The same, and a stop at the moment in which it is done."""

    def both(*arguments: object) -> None:
        then(*arguments)
        raise KeyboardInterrupt

    return both


@pytest.mark.parametrize(
    ("where", "by", "said", "printed", "stands"),
    [
        ("sim.cli.arguments.Given.load", stop, "stopped; nothing was written", False, False),
        (
            "sim.studies.cell.run",
            stop,
            "stopped after 0 of 3 replications; nothing was written",
            False,
            False,
        ),
        (
            "sim.studies.task.replication_cell",
            at_the_second,
            "stopped after 1 of 3 replications; what was done is printed, nothing was written",
            True,
            False,
        ),
        (
            "sim.interchange.results.readme",
            stop,
            "stopped; what was done is printed, nothing was written",
            True,
            False,
        ),
        (
            "sim.files.whole.take_away",
            after(take_away),
            "stopped; what was done is printed, results is complete",
            True,
            True,
        ),
        ("sim.ResultSet.text", stop, "stopped; results is complete", False, True),
    ],
    ids=["reading", "the first", "the second", "writing", "at the last moment", "printing"],
)
def test_a_run_that_is_stopped_says_what_became_of_its_output(
    where: str,
    by: Callable[..., object],
    said: str,
    printed: bool,
    stands: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(where, by)
    run = ("run", FAIR, "-n", "3", "-w", "1", "-q")
    ended = command(*run, "--out", "results", "--tables", "none")
    assert (ended.exit_code, ended.stderr) == (130, f"exposim: {said}\n")
    assert ("visits.people" in ended.stdout) is printed
    assert [path.name for path in tmp_path.iterdir()] == ["results"] * stands
    if stands:
        assert len(sim.ResultSet.load("results")) == 3
    else:  # and without --out there is nothing to say of files
        said = said.replace("; nothing was written", "").replace(", nothing was written", "")
        if "readme" not in where:
            assert command(*run).stderr == f"exposim: {said}\n"
