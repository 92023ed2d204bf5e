"""`--out FILE --force` of a study never replaces what the study reads: it ends before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import exposim

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
