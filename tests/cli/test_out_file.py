"""`--out FILE --force` of a study never replaces what the study reads: it ends before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.cli.endings import BadInput
from sim.cli.out_file import may_write

FAIR = Path(__file__).parent / "fair.toml"
STUDY = """[study]
scenario = "fair.toml"
[parameters]
"matchmaking.tables.tables" = [1, 2]
[objective]
goal = "maximise"
kpis = { "meetings.held" = 1 }
indifference = 1
"""
CALIBRATION = """[calibration]
scenario = "fair.toml"
[parameters]
"visitors.buyer.talk_share" = { low = 0.1, high = 0.5 }
[targets]
"conversations.a_visit" = { value = 2.5, tolerance = 0.2, source = "made up" }
[predictions."other.toml"]
"meetings.held" = { low = 5 }
"""
COMMANDS = {
    "compare": ["fair.toml", "--vary", "matchmaking.tables.tables=1,2"],
    "sweep": ["fair.toml", "--vary", "matchmaking.tables.tables=1,2"],
    "explain": ["fair.toml", "--vary", "matchmaking.tables.tables=1:3"],
    "prices": ["fair.toml"],
    "staff": ["fair.toml"],
    "promise": ["fair.toml", "energy-001"],
    "left-out": ["fair.toml"],
    "adds": ["fair.toml", "programme.talks"],
    "shocks": ["quickstart", "fair.toml"],
    "attribute": ["quickstart", "fair.toml", "-k", "meetings.held"],
    "validate": ["fair.toml"],
    "tune": ["study.toml"],
    "calibrate": ["calibration.toml"],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fair that extends another one and names a list."""
    monkeypatch.chdir(tmp_path)
    companies = "".join(f"Company {number}\n" for number in range(12))
    Path("base.toml").write_text(FAIR.read_text())
    Path("exhibitors.csv").write_text(f"name\n{companies}")
    Path("fair.toml").write_text('extends = "base.toml"\nexhibitors_file = "exhibitors.csv"\n')
    Path("other.toml").write_text('extends = "fair.toml"\n')
    Path("study.toml").write_text(STUDY)
    Path("calibration.toml").write_text(CALIBRATION)
    return tmp_path


@pytest.fixture
def unrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is run."""
    monkeypatch.setattr("sim.studies.runner.Runner.results", None)


@pytest.mark.usefixtures("unrun")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_study_replaces_what_it_reads(command: str) -> None:
    own = ["other.toml"] if command == "calibrate" else []
    own += [each for each in COMMANDS[command] if Path(each).is_file()]
    for file in {"fair.toml", "base.toml", "exhibitors.csv", *own}:
        before = Path(file).read_bytes()
        done = CliRunner().invoke(exposim, [command, *COMMANDS[command], "-q", "--out", file, "--force"])
        said = f"exposim: {file} is read for this; it is left as it is\n"
        assert (done.exit_code, done.output) == (2, said)
        assert Path(file).read_bytes() == before


@pytest.mark.usefixtures("unrun")
def test_where_nothing_can_be_written_is_told_before_anything_is_run() -> None:
    done = CliRunner().invoke(exposim, ["left-out", "fair.toml", "-q", "--out", "base.toml/left.csv"])
    said = "exposim: base.toml/left.csv cannot be written: base.toml is not a directory\n"
    assert (done.exit_code, done.output) == (2, said)


def test_a_name_from_a_list_is_no_formula_to_a_spreadsheet() -> None:
    Path("exhibitors.csv").write_text("name\n=1+1\n-5\nPlain\n")
    done = CliRunner().invoke(
        exposim, ["left-out", "fair.toml", "-n", "2", "-w", "1", "-q", "--out", "left.csv"]
    )
    assert done.exit_code == 0, done.output
    rows = Path("left.csv").read_text().splitlines()[1:]
    assert {row.split(",")[0] for row in rows} == {"'=1+1", "-5", "Plain"}


def test_what_a_scenario_was_read_from_is_told_wherever_one_stands(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = sim.load("other.toml")
    for file in ("other.toml", "fair.toml", "base.toml", "exhibitors.csv"):
        with pytest.raises(BadInput, match=f"{file} is read for this; it is left as it is"):
            may_write(Path(file), scenario, force=True)
    may_write(Path("study.toml"), scenario, force=True)
    with pytest.raises(BadInput, match=r"study\.toml is read for this"):
        may_write(Path("study.toml"), scenario, Path("study.toml"), force=True)
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    with pytest.raises(BadInput, match=r"exhibitors\.csv is read for this"):
        may_write(Path("../exhibitors.csv"), scenario, force=True)


def test_a_name_that_no_file_can_have_is_told_in_a_line() -> None:
    with pytest.raises(BadInput, match="null"):
        may_write(Path("a\0b.svg"), force=True)


@pytest.mark.parametrize(("verb", "form"), [("plot", "svg"), ("replay", "html")])
def test_no_picture_replaces_the_scenario_that_it_is_of_and_none_is_made_in_vain(
    verb: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = f"fair.{form}"
    Path(file).write_text(Path("fair.toml").read_text())
    before = Path(file).read_bytes()
    monkeypatch.setattr("sim.replication.run", None)  # nothing is run
    of = [verb, f"./{file}", *(["flow"] if verb == "plot" else [])]
    done = CliRunner().invoke(exposim, [*of, "--out", file, "--force"])
    said = f"exposim: {file} is read for this; it is left as it is\n"
    assert (done.exit_code, done.output) == (2, said)
    assert Path(file).read_bytes() == before
    Path(f"there.{form}").write_text("mine")
    done = CliRunner().invoke(exposim, [*of, "--out", f"there.{form}"])
    said = f"exposim: there.{form} is already there; --force replaces it\n"
    assert (done.exit_code, done.output) == (2, said)


def test_of_results_no_picture_is_drawn_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    sim.replicate("base.toml", replications=1, workers=1).save("results", tables=())
    monkeypatch.setattr("sim.studies.resultset.ResultSet.load", None)  # nothing is read
    Path("there.svg").write_text("mine")
    done = CliRunner().invoke(
        exposim, ["plot", "results", "kpis", "--kpi", "meetings.held", "--out", "there.svg"]
    )
    said = "exposim: there.svg is already there; --force replaces it\n"
    assert (done.exit_code, done.output) == (2, said)
