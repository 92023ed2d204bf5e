"""`exposim run` and the commands about files, on a small fair."""

from __future__ import annotations

import json
import math
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import jsonschema
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import exposim
from sim.interchange.results import TABLES
from sim.studies import StudyError

FAIR = str(Path(__file__).with_name("fair.toml"))
ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, [str(argument) for argument in arguments])


def refuse_constant(name: str) -> float:
    raise AssertionError(f"{name} is not JSON")


def tree(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    done = command("run", FAIR, "--replications", "3", "--json", "--quiet")
    assert done.exit_code == 0
    assert done.stderr == ""
    content: dict[str, Any] = json.loads(done.stdout, parse_constant=refuse_constant)
    return content


# what is printed


def test_json_has_exactly_what_was_promised(printed: dict[str, Any]) -> None:
    assert list(printed) == ["scenario", "title", "seed", "engine", "replications", "kpis"]
    assert [printed[key] for key in list(printed)[:-1]] == ["fair", "A fair to test with", 7, "simpy", 3]
    assert all(set(kpi) == {"mean", "half_width", "unit"} for kpi in printed["kpis"].values())


def test_json_is_what_python_gives(printed: dict[str, Any]) -> None:
    results = sim.replicate(sim.load(FAIR), replications=3)
    assert list(printed["kpis"]) == list(results.kpis.columns)
    for name, kpi in printed["kpis"].items():
        values = results.kpis[name]
        assert kpi["mean"] is None if values.isna().all() else kpi["mean"] == pytest.approx(values.mean())
        if values.notna().all():  # t(0.975, 2) = 4.3027
            assert kpi["half_width"] == pytest.approx(4.302653 * values.std() / math.sqrt(3), rel=1e-5)


def test_the_table_shows_mean_half_width_and_unit_and_then_where_it_hurts(printed: dict[str, Any]) -> None:
    done = command("run", FAIR, "--replications", "3", "--quiet")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "A fair to test with" in lines[0]
    assert "3 replications" in lines[0]
    visits = next(line for line in lines if "visits.people" in line)
    assert f"{printed['kpis']['visits.people']['mean']:,.0f}" in visits
    assert "±" in visits
    hurts = next(i for i, line in enumerate(lines) if line.startswith("Where it hurts"))
    assert hurts > max(i for i, line in enumerate(lines) if "±" in line)


def test_one_replication_has_no_half_width() -> None:
    kpis = json.loads(command("run", FAIR, "--replications", "1", "--json").stdout)["kpis"]
    assert kpis["visits.people"]["mean"] is not None
    assert {kpi["half_width"] for kpi in kpis.values()} == {None}


def test_seed_set_and_workers_reach_the_run(printed: dict[str, Any]) -> None:
    once = ["run", FAIR, "-n", "3", "--json", "-q"]
    assert json.loads(command(*once, "--workers", "2").stdout) == printed
    assert json.loads(command(*once, "--seed", "8").stdout)["seed"] == 8
    assert json.loads(command(*once, "--seed", "8").stdout)["kpis"] != printed["kpis"]
    more = json.loads(command(*once, "--set", "visitors.buyer.visits=240").stdout)["kpis"]
    assert more["visits.people"]["mean"] == pytest.approx(
        2 * printed["kpis"]["visits.people"]["mean"], rel=0.1
    )
    titled = json.loads(command(*once, "--set", "expo.title=Another fair").stdout)
    assert titled["title"] == "Another fair"


def test_every_option_of_run_reaches_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def replicate(scenario: sim.Scenario, **options: Any) -> None:
        asked.update(options)
        raise StudyError("enough")

    monkeypatch.setattr("sim.studies.replicate", replicate)
    done = command("run", FAIR, "-n", "4", "-p", "5%", "--seed", "8", "--workers", "3", "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "exposim: enough\n")
    assert asked == {
        "replications": 4,
        "seed": 8,
        "workers": 3,
        "engine": "simpy",
        "precision": "5%",
        "progress": False,
    }


def test_precision_on_the_command_line_goes_on_until_it_is_met() -> None:
    done = command("run", FAIR, "-n", "2", "-p", "conversations.count=12%", "--json", "-q")
    content = json.loads(done.stdout)
    count = content["kpis"]["conversations.count"]
    assert count["half_width"] <= 0.12 * count["mean"]
    assert content["replications"] > 2


def test_a_kpi_that_does_not_exist_is_bad_usage() -> None:
    done = command("run", FAIR, "-p", "meetings.hold=2")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "did you mean meetings.held" in done.stderr


def test_progress_goes_to_standard_error_if_that_is_a_terminal_and_quiet_silences_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert command("run", FAIR, "-n", "2", "--json").stderr == ""  # a log has no use for it
    monkeypatch.setattr("sim.studies.replications._in_notebook", lambda: True)
    done = command("run", FAIR, "-n", "2", "--json")
    json.loads(done.stdout)
    assert "replication" in done.stderr
    assert command("run", FAIR, "-n", "2", "--json", "--quiet").stderr == ""


# bad scenarios


def test_all_errors_of_a_scenario_come_with_file_and_line_and_nothing_is_written(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    text = Path(FAIR).read_text().replace("count = 12", "cuont = 12").replace("lanes = 2", 'lanes = "two"')
    bad.write_text(text)
    for arguments in (["check"], ["show"], ["run", "--out", str(tmp_path / "out")]):
        done = command(arguments[0], str(bad), *arguments[1:])
        assert (done.exit_code, done.stdout) == (2, "")
        lines = done.stderr.splitlines()
        assert all(line.startswith(f"{bad}") for line in lines)
        assert any(
            f"{bad}:{text.splitlines().index('cuont = 12') + 1}: exhibitors.cuont" in line for line in lines
        )
        assert any("did you mean 'count'" in line for line in lines)
        assert any("venue.gates.south.lanes" in line for line in lines)
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such-fair"], "no-such-fair"),
        ([str(ROOT)], str(ROOT)),
        (["missing.toml"], "missing.toml"),
        ([FAIR, "--set", "exhibitors.cuont=3"], "did you mean 'count'"),
        ([FAIR, "--set", "exhibitors.count=many"], "exhibitors.count"),
        ([FAIR, "--set", "expo=3"], "expo"),
        ([FAIR, "--set", "programme.talks.per_day=[60]"], "talks"),
    ],
)
def test_a_scenario_that_cannot_be_used_ends_with_2_and_says_why(arguments: list[str], says: str) -> None:
    done = command("run", *arguments, "--quiet")
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[expo\n", b"", b"expo = 3\n", b"\x00"])
def test_a_file_that_is_no_scenario_ends_with_2_and_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    done = command("check", str(file))
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(file) in done.stderr


# files


def test_check_says_that_a_scenario_is_good() -> None:
    done = command("check", FAIR)
    assert (done.exit_code, done.stdout) == (0, "fair: good. A fair to test with: 1 day, 120 visits.\n")


def test_what_show_prints_is_a_scenario_that_gives_the_same(tmp_path: Path) -> None:
    shown = command("show", FAIR, "--set", "expo.seed=3")
    assert shown.exit_code == 0
    copy = tmp_path / "fair.toml"
    copy.write_text(shown.stdout)
    assert tomllib.loads(shown.stdout)["expo"]["seed"] == 3
    assert sim.load(str(copy)).hash == sim.load(FAIR, {"expo.seed": 3}).hash != sim.load(FAIR).hash


def test_the_template_runs_and_is_never_written_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert command("new", str(file)).exit_code == 0
    assert command("new").stdout == file.read_text()
    assert command("run", str(file), "-n", "1", "-q").exit_code == 0
    file.write_text("precious")
    again = command("new", str(file))
    assert (again.exit_code, again.stdout) == (2, "")
    assert "already there" in again.stderr
    assert file.read_text() == "precious"


def test_the_schema_describes_the_scenarios() -> None:
    schema = json.loads(command("schema").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    document = json.loads(json.dumps(tomllib.loads(Path(FAIR).read_text()), default=str))
    assert not list(validator.iter_errors(document))
    document["exhibitors"]["cuont"] = 3
    assert list(validator.iter_errors(document))


def test_scenarios_are_listed_with_titles_and_each_is_good() -> None:
    lines = command("scenarios").stdout.splitlines()
    names = [line.split()[0] for line in lines]
    assert {"quickstart", "hungary-2024", "cisce-2023", "cisce-2024", "erlang"} <= set(names)
    for name, line in zip(names, lines, strict=True):
        assert sim.load(name).data.expo.title == line.split(maxsplit=1)[1]


# results in a directory


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "deep" / "fair"
    assert command("run", FAIR, "-n", "2", "-q", "--out", str(out)).exit_code == 0
    return out


def test_a_directory_of_results_is_complete(written: Path) -> None:
    tables = {f"tables/{name}.parquet" for name in TABLES}
    assert set(tree(written)) == {"scenario.toml", "run.json", "kpis.csv", "summary.csv"} | tables
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
        # categories of a column without any value have no type in Parquet
        pd.testing.assert_frame_equal(table, getattr(results.first, name), check_categorical=False)


def test_a_run_of_what_was_written_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert command("run", str(written / "scenario.toml"), "-n", "2", "-q", "--out", str(again)).exit_code == 0
    one, two = tree(written), tree(again)
    del one["run.json"], two["run.json"]  # it has the name of the scenario's file
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
        patch.setattr("sim.studies.replications.run", None)  # it must refuse before anything runs
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


# the real thing


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        env=env,
        text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True} | options,
    )


class Started:
    """The command with a terminal for its standard error, on which it shows its progress."""

    def __init__(self, *arguments: str) -> None:
        self._terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 120))
        self.process = start(*arguments, stderr=theirs)
        os.close(theirs)
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):  # all of it, whatever became of the test
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        os.close(self._terminal)

    def wait_for(self, pattern: str) -> None:
        limit = time.monotonic() + 60
        while not re.search(pattern, self.said) and time.monotonic() < limit and self._more():
            pass
        assert re.search(pattern, self.said)

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if "Loky" in Path(f"/proc/{pid}/cmdline").read_text()]

    def end(self) -> tuple[int, str, str]:
        """Status, output and errors, once it has ended."""
        out, _ = self.process.communicate(timeout=30)
        while self._more(0.5):
            pass
        return self.process.returncode, out, self.said.replace("\r\n", "\n")

    def _more(self, seconds: float = 20) -> bool:
        """Read on; False if nothing comes for some time, or nobody is there any more."""
        try:
            there, _, _ = select.select([self._terminal], [], [], seconds)
            text = os.read(self._terminal, 4096).decode() if there else ""
        except OSError:
            return False
        self.said += text
        return bool(text)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_with_130_and_what_was_done(workers: str) -> None:
    with Started("run", "quickstart", "-n", "1000", "--workers", workers) as command:
        command.wait_for(r" [1-9]\d*/1000")
        os.killpg(command.process.pid, signal.SIGINT)  # as the terminal does: to all its processes
        status, out, error = command.end()
    assert status == 130
    assert "Traceback" not in error
    assert error.splitlines()[-1].startswith("exposim: stopped after ")
    assert "visits.people" in out


def test_ctrl_c_while_workers_begin_is_as_quiet() -> None:
    with Started("run", "hungary-2024", "-n", "1000", "--workers", "2") as command:
        command.wait_for(" 0/1000")
        time.sleep(0.7)  # they load their libraries now, and a process that does so has much to say
        os.killpg(command.process.pid, signal.SIGINT)
        status, out, error = command.end()
    assert status == 130
    assert out == ""
    assert error.split("\r")[-1].splitlines()[-1] == "exposim: stopped after 0 of 1000 replications"
    assert "Traceback" not in error


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize(("sent", "status"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGKILL", -9)])
def test_a_signal_that_ends_the_command_ends_its_workers(sent: str, status: int) -> None:
    with Started("run", FAIR, "-n", "90000", "--workers", "2") as command:
        command.wait_for(r" ([2-9]|\d\d+)/90000")
        workers = command.workers()
        assert len(workers) == 2
        os.kill(command.process.pid, getattr(signal, sent))
        ended, out, error = command.end()
        limit = time.monotonic() + 5
        while any(map(is_there, workers)) and time.monotonic() < limit:
            time.sleep(0.1)
        assert not any(map(is_there, workers))
    assert ended == status
    if sent != "SIGKILL":
        assert error.splitlines()[-1].startswith("exposim: stopped after ")
        assert "visits.people" in out
        assert "leaked" not in error
        assert "Traceback" not in error


def test_a_signal_that_is_ignored_stays_so() -> None:
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "from sim.cli.stopping import listen; listen(); "
        "print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "True\n"


def test_a_reader_that_stops_reading_causes_no_noise() -> None:
    process = start("run", FAIR, "-n", "1", "--json", "--quiet")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)
    process.stderr.close()


def test_the_module_runs_from_anywhere(tmp_path: Path) -> None:
    process = start("run", "erlang", "-n", "1", "--json", "-q", cwd=tmp_path)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert json.loads(out)["scenario"] == "erlang"
