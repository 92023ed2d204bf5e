"""`exposim run` and the commands about files, on a small fair."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import exposim
from sim.studies import StudyError
from sim.studies.folder import Unfinished
from tests.cli.processes import ROOT, start

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, [str(argument) for argument in arguments])


def refuse_constant(name: str) -> float:
    raise AssertionError(f"{name} is not JSON")


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
    keys = ["label", "unit", "basis", "n", "mean", "sd", "half_width", "low", "high", "why"]
    assert all(list(kpi) == keys for kpi in printed["kpis"].values())


def test_json_is_what_python_gives(printed: dict[str, Any]) -> None:
    results = sim.replicate(sim.load(FAIR), replications=3)
    assert list(printed["kpis"]) == list(results.kpis.columns)
    for name, kpi in printed["kpis"].items():
        values = results.kpis[name]
        assert kpi["mean"] is None if values.isna().all() else kpi["mean"] == pytest.approx(values.mean())
        if values.nunique() == 3 and values.std() > 1e-9 * values.mean():
            students = 4.302653 * values.std() / math.sqrt(3)  # t(0.975, 2) = 4.3027
            assert (kpi["why"], kpi["low"] <= kpi["mean"] <= kpi["high"]) == ("", True)
            if values.std() < 0.01 * values.mean() and values.mean() > 1:  # far from the ends of its range
                assert kpi["half_width"] == pytest.approx(students, rel=0.03)
        elif values.nunique() == 1:
            assert kpi["why"]
            assert (kpi["half_width"], kpi["low"], kpi["high"]) == (None, None, None)


def test_the_table_shows_mean_half_width_and_unit_and_then_where_it_hurts(printed: dict[str, Any]) -> None:
    done = command("run", FAIR, "--replications", "3", "--quiet")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "A fair to test with" in lines[0]
    assert "3 replications" in lines[0]
    below = next(i for i, line in enumerate(lines) if "visits.people (input)" in line)
    assert lines[below - 1].split() == [
        "Visits",
        f"{printed['kpis']['visits.people']['mean']:,.0f}",
        "visits",
    ]
    below = next(i for i, line in enumerate(lines) if "visits.peak_people" in line)
    assert "±" in lines[below - 1]
    hurts = next(i for i, line in enumerate(lines) if line.startswith("Where it hurts (over 3 replications"))
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


def test_an_engine_that_is_not_installed_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.find_spec", lambda name: None)
    done = command("run", FAIR, "--engine", "compiled")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--engine: engine 'compiled' needs Numba: pip install 'exposim[compiled]'" in done.stderr


def test_every_option_of_run_reaches_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def replicate(scenario: sim.Scenario, **options: Any) -> None:
        asked.update(options)
        raise StudyError("enough")

    monkeypatch.setattr("sim.studies.replicate", replicate)
    options = ("-n", "4", "-p", "5%", "--seed", "8", "--workers", "3", "--quiet", "--by", "day")
    done = command("run", FAIR, *options, "--study", "kept")
    assert asked["study"].folder == Path("kept")
    done = command("run", FAIR, *options)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "exposim: enough\n")
    assert isinstance(asked.pop("study"), Unfinished)
    assert asked == {
        "replications": 4,
        "seed": 8,
        "workers": 3,
        "engine": "auto",
        "precision": "5%",
        "by": ("day",),
        "progress": False,
        "keep": (),  # no tables are asked for
        "tables": (),
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
    monkeypatch.setattr("sim.studies.signs._in_notebook", lambda: True)
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


def test_an_input_that_was_cut_is_not_labelled_an_input() -> None:
    def basis(*sets: str) -> dict[str, str]:
        done = command("run", FAIR, "-n", "2", "-q", "--json", *sets)
        assert done.exit_code == 0
        return {name: kpi["basis"] for name, kpi in json.loads(done.stdout)["kpis"].items()}

    plain = basis()
    assert plain["meetings.requested"] == plain["sessions.activities"] == "input"
    assert plain["visits.stops"] == plain["conversations.minutes"] == "predicted"  # nothing was fitted to it
    cut = basis("--set", "matchmaking.tables.requests=100000", "--set", "expo.fitted=['visits.stops']")
    assert cut["meetings.requested"] == cut["meetings.accepted_in.tables"] == "cut"
    assert cut["sessions.activities"] == "input"
    assert (cut["visits.stops"], cut["conversations.minutes"]) == ("fitted", "predicted")


# files


def test_check_says_that_a_scenario_is_good() -> None:
    done = command("check", FAIR)
    assert done.exit_code == 0
    assert done.stdout.startswith("fair: good. A fair to test with: 1 day, 120 visits.\n")
    assert "  home country: CN, an assumption" in done.stdout  # and what else it leaves open


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
    assert command("new").stdout == command("new", "-").stdout == file.read_text()
    assert not Path("-").exists()
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
    assert {"quickstart", "hungary-2024", "cisce-2023", "cisce-2024", "erlang", "mega"} <= set(names)
    for name, line in zip(names, lines, strict=True):
        assert sim.load(name).data.expo.title == line.split(maxsplit=1)[1]


# the real thing


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


def test_the_timetable_that_was_arranged_is_written_once_and_goes_in_again(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    few = ("--set", "visitors.buyer.visits=150", "--replications", "1", "--quiet", "--workers", "1")
    done = command("run", FAIR, *few, "--timetable", str(plan))
    assert done.exit_code == 0, done.stderr
    head, *rows = plan.read_text("utf-8").splitlines()
    assert head == "who,whom,slot,start,end,table"
    assert rows
    again = command("run", FAIR, *few, "--timetable", str(plan))
    assert again.exit_code == 2
    assert again.stderr == f"exposim: {plan} is already there; --force replaces it\n"
    (name,) = tomllib.loads(Path(FAIR).read_text("utf-8"))["matchmaking"]
    settings = {"visitors.buyer.visits": 150, f"matchmaking.{name}.published": str(plan)}
    scenario = sim.load(FAIR, settings | {f"matchmaking.{name}.requests": 0})
    result = sim.run(scenario)
    assert result.timetable()[["who", "whom", "start", "table"]].to_csv(index=False).splitlines()[1:] == [
        ",".join(cells[k] for k in (0, 1, 3, 5)) for cells in (row.split(",") for row in rows)
    ]
    result.save(tmp_path / "out", tables=())
    assert (tmp_path / "out" / "published-1.csv").read_bytes() == plan.read_bytes()
    assert sim.load(tmp_path / "out" / "scenario.toml").hash == scenario.hash
