"""`--study`: the same command goes on, another question in the folder is given what is known."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.studies import cell

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = str(Path(__file__).with_name("fair.toml"))


def test_a_command_that_is_stopped_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    play, stops = cell.run, [1]

    def stopped(scenario: object, **given: object) -> object:
        if given["replication"] in stops:
            raise KeyboardInterrupt
        return play(scenario, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(cell, "run", stopped)
    run = CliRunner().invoke
    once = ["run", FAIR, "-n", "3", "-w", "1", "--json"]
    done = run(exposim, once)
    assert done.exit_code == 130
    assert done.stderr.strip().endswith("what was done is printed, the same command goes on from there")
    stops.clear()
    again = run(exposim, once)
    assert (again.exit_code, again.stderr) == (0, "exposim: goes on: 1 of 3 replications was done before\n")
    assert list((tmp_path / "unfinished").iterdir()) == []
    assert again.stdout == run(exposim, once).stdout


def test_results_of_a_study_that_goes_on_are_written_or_it_is_told_which_table_is_damaged(
    tmp_path: Path,
) -> None:
    run, out = CliRunner().invoke, tmp_path / "out"
    once = ["run", FAIR, "-n", "2", "-w", "1", "-q", "--study", str(tmp_path / "kept")]
    assert run(exposim, [*once, "--out", str(tmp_path / "first")]).exit_code == 0
    assert run(exposim, [*once, "--out", str(out)]).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "kept" / "cells.sqlite")) as cells, cells:
        cells.execute("UPDATE tables SET arrow = substr(arrow, 1, 90)")
    cut = run(exposim, [*once, "--out", str(tmp_path / "cut")])
    assert cut.exit_code == 1
    assert "the results could not be written to" in cut.stderr
    assert "cells.sqlite: is damaged" in " ".join(cut.stderr.split())
    assert out.exists()
    assert not (tmp_path / "cut").exists()


def test_a_changed_scenario_is_refused_and_another_question_is_not(tmp_path: Path) -> None:
    kept = ["--study", str(tmp_path / "kept"), "-n", "2", "-w", "1"]
    run = CliRunner().invoke
    assert run(exposim, ["run", FAIR, *kept, "-q"]).exit_code == 0
    changed = ["run", FAIR, *kept, "--set", "exhibitors.mean_staff=9"]
    refused = run(exposim, changed)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "exhibitors.mean_staff: 3.0 → 9.0" in refused.stderr
    assert run(exposim, [*changed, "--anew"]).exit_code == 0
    compared = run(exposim, ["compare", FAIR, "--vary", "exhibitors.mean_staff=3,9", *kept, "--json"])
    assert compared.stderr == "exposim: goes on: 4 of 4 runs were done before\n"
    assert len(json.loads(compared.stdout)["scenarios"]) == 2
    assert "--anew goes with --study" in run(exposim, ["run", FAIR, "--anew"]).stderr


def test_what_has_failed_is_repeated_alone_by_the_command_that_is_told_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    play, ran, fails = cell.run, [], [2]

    def failing(scenario: object, **given: object) -> object:
        ran.append(given["replication"])
        if given["replication"] in fails:
            raise ZeroDivisionError("on purpose")
        return play(scenario, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(cell, "run", failing)
    run = CliRunner().invoke
    asked = ["run", FAIR, "--set", "exhibitors.mean_staff=4", "-n", "3", "-w", "1", "--json"]
    failed = run(exposim, asked)
    assert failed.exit_code == 1
    alone = failed.stderr.rsplit("One alone: exposim ", 1)[1].split()
    assert alone == ["run", FAIR, "--set", "exhibitors.mean_staff=4", "--seed", "7", "--replication", "2"]
    fails.clear()
    ran.clear()
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path / "apart"))
    one = json.loads(run(exposim, [*alone, "--json"]).stdout)
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    again = run(exposim, asked)  # that one alone is run, the others were kept
    assert (again.exit_code, ran) == (0, [2, 2])
    assert one["replications"] == 1
    mean = sim.replicate(sim.load(FAIR, {"exhibitors.mean_staff": 4}), replications=3).values("meetings.held")
    assert one["kpis"]["meetings.held"]["mean"] == mean[2]
    both = run(exposim, ["run", FAIR, "--replication", "2", "-n", "3"])
    assert "give --replication or --replications, not both" in both.stderr


VARIED = ["--vary", "exhibitors.mean_staff=3,5"]
TALK = ["--vary", "visitors.buyer.talk_share=0.1..0.5"]
PLAN = ["--set", "matchmaking.tables.promises.gold=1", "--set", "exhibitors.sponsors.gold=1"]


@pytest.mark.parametrize(
    "command",
    [
        ["run", FAIR, "-n", "2"],
        ["compare", FAIR, *VARIED, "-n", "2"],
        [
            "compare",
            FAIR,
            *VARIED,
            "-n",
            "2",
            "--uncertain",
            "2",
            "--vary",
            "visitors.buyer.talk_share=0.1..0.5",
        ],
        ["sweep", FAIR, *VARIED, "-n", "2"],
        ["prices", FAIR, "-n", "2"],
        ["staff", FAIR, "--wait", "5", "-n", "2"],
        ["promise", FAIR, *PLAN, "-n", "2"],
        ["adds", FAIR, "matchmaking.tables", "-n", "2"],
        ["left-out", FAIR, "-n", "2"],
        ["explain", FAIR, "--screen", "--vary", "exhibitors.mean_staff=2..5", "-k", "meetings.held"],
        ["attribute", FAIR, "{plan}", "-n", "2"],
        ["tune", "{study}", "-n", "2", "--budget", "20"],
        ["calibrate", "{calibration}", "-n", "5", "--budget", "10"],
        ["check", "{expecting}", "--run", "-n", "2"],
    ],
    ids=lambda command: " ".join(command[:1] + [each for each in command if each in ("--uncertain",)]),
)
def test_what_any_command_has_run_is_kept_in_the_folder_and_not_run_again(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "plan": "[exhibitors]\nmean_staff = 5\n",
        "expecting": '[expect]\n"meetings.held" = ">= 0"\n',
        "study": """[study]\nscenario = "fair.toml"\n[parameters]\n"exhibitors.mean_staff" = [3, 5]
[objective]\ngoal = "maximise"\nkpis = { "meetings.held" = 1 }\nindifference = 5\n""",
        "calibration": """[calibration]\nscenario = "fair.toml"\n[targets]
"meetings.held" = { low = 0, high = 30 }\n[parameters]\n"exhibitors.mean_staff" = { low = 2, high = 5 }\n""",
    }
    (tmp_path / "fair.toml").write_text(Path(FAIR).read_text())
    for name, text in files.items():
        extends = 'extends = "fair.toml"\n' if name in ("plan", "expecting") else ""
        (tmp_path / f"{name}.toml").write_text(extends + text)
    typed = [each.format(**{name: tmp_path / f"{name}.toml" for name in files}) for each in command]
    typed += ["--study", str(tmp_path / "kept"), "-q", "-w", "1"]
    run = CliRunner().invoke
    first = run(exposim, typed)
    assert first.exit_code == 0, first.output

    def no(*_: object, **__: object) -> object:
        raise AssertionError("it is run again")

    monkeypatch.setattr(cell, "run", no)
    again = run(exposim, typed)
    assert (again.exit_code, again.stdout) == (0, first.stdout)


@pytest.mark.usefixtures("forgets_ones_own")
@pytest.mark.parametrize(
    "command", [["check", "--build"], ["run", "--timetable", "{new}"], ["run", "--happened", "{new}"]]
)
def test_a_policy_that_fails_before_anything_is_run_is_told_in_a_line(
    command: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text('import sim\n@sim.policy("bad")\ndef bad(problem):\n    raise OSError("none")\n')
    verb, *options = (each.format(new=tmp_path / "new.csv") for each in command)
    given = [verb, FAIR, "--import", str(bad), "--set", "matchmaking.tables.policy=bad", *options]
    ended = CliRunner().invoke(exposim, given)
    assert (ended.exit_code, ended.stderr) == (2, "exposim: bad: OSError: none\n")
    assert not (tmp_path / "new.csv").exists()
