"""The command `report`: the page of a scenario, of results, of an answer; what is wrong is told in a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import sim
from sim import statistics
from sim.cli import exposim
from sim.cli.seen import is_results_directory
from tests.report.page.reading import read


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def results(quickstart: statistics.Result, tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("results") / "quickstart"
    quickstart.save(place)
    return str(place)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["report", *arguments])


def test_the_page_of_results_needs_no_run(results: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replication.run", None)
    done = command(results, "--no-replay")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("report.html: 0.")
    page = read(Path("report.html").read_text(encoding="utf-8"))
    assert page.headings[0] == (1, "Quickstart: a small trade fair")
    again = command(results, "--no-replay")
    assert again.exit_code == 2
    assert "report.html" in again.output
    assert "--force" in again.output
    assert command(results, "--no-replay", "--force", "-q").output == ""


def test_a_run_writes_its_page_with_days_beside_one_another() -> None:
    said = [
        "run",
        "quickstart",
        "-n",
        "2",
        "--workers",
        "1",
        "-q",
        "--report",
        "fair.html",
        "--kpi",
        "meetings.held",
    ]
    done = CliRunner().invoke(exposim, [*said])
    assert done.exit_code == 0, done.output
    page = read(Path("fair.html").read_text(encoding="utf-8"))
    results = sim.replicate("quickstart", replications=2, workers=1)
    (row,) = results.shown(["meetings.held"])
    assert row.mean in page.kpis["meetings.held"]
    assert command("quickstart", "-n", "2", "-w", "1", "-q", "-o", "alike.html").exit_code == 0
    assert Path("fair.html").read_bytes() == Path("alike.html").read_bytes()  # means, in pictures too
    refused = CliRunner().invoke(exposim, [*said])
    assert refused.exit_code == 2
    assert "fair.html" in refused.output


def test_the_page_of_an_answer_says_its_sentence_and_its_differences() -> None:
    answer = sim.compare(
        "quickstart",
        vary="matchmaking.main.tables=10,2",
        kpis=["meetings.held"],
        replications=3,
        workers=1,
    )
    base, fewer = answer.names
    answer.save("answer")
    done = command("answer", "-o", "answer.html")
    assert done.exit_code == 0, done.output
    page = read(Path("answer.html").read_text(encoding="utf-8"))
    grid = page.table("Differences to")
    row = next(row for row in grid.rows if row[1].text == fewer)
    assert row[3].value == pytest.approx(answer.difference("meetings.held", fewer, base).mean)
    sentence = " ".join(answer.text(10_000).split("\n\n")[0].split())
    assert sentence in " ".join(" ".join(page.text).split())
    assert any(tag == "svg" for tag, _ in page.tags)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--seed", "3"), "--seed goes with a SCENARIO"),
        (("-n", "3"), "--replications goes with a SCENARIO"),
        (("--set", "expo.days=2"), "--set goes with a SCENARIO"),
        (("--replication", "7"), "replication 7 was not run; allowed: 0\n"),
    ],
)
def test_what_results_do_not_take_is_told_in_a_line(
    results: str, arguments: tuple[str, ...], said: str
) -> None:
    done = command(results, *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert not Path("report.html").exists()


def test_a_directory_without_results_and_a_replication_beyond_the_last_are_refused() -> None:
    Path("empty").mkdir()
    assert command("empty").exit_code == 2
    done = command("quickstart", "-n", "2", "--replication", "2")
    assert done.exit_code == 2
    assert "of 2 replications the last is 1" in done.output


def test_what_is_there_or_is_read_is_left_before_anything_is_read_or_run(
    results: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("fair.toml").write_text('extends = "quickstart"\n')
    Path("answer").mkdir()
    Path("answer/answer.json").write_text("{}")
    Path("report.html").write_text("mine")
    monkeypatch.setattr("sim.studies.resultset.ResultSet.load", None)
    monkeypatch.setattr("sim.studies.replicate", None)
    for source in (results, "answer", "fair.toml"):
        done = command(source)
        assert (done.exit_code, done.output) == (
            2,
            "exposim: report.html is already there; --force replaces it\n",
        )
    done = command("fair.toml", "-o", "fair.toml", "--force")
    assert (done.exit_code, done.output) == (2, "exposim: fair.toml is read for this; it is left as it is\n")


def test_the_replication_that_is_asked_for_is_drawn() -> None:
    done = command("quickstart", "-n", "2", "-w", "1", "-q", "--no-replay", "--replication", "1")
    assert done.exit_code == 0, done.output
    page = read(Path("report.html").read_text(encoding="utf-8"))
    assert set(re.findall(r"\((replication \d+)\)", " ".join(page.text))) == {"replication 1"}


def test_an_empty_directory_called_as_a_shipped_scenario_is_none_of_results() -> None:
    Path("quickstart").mkdir()
    assert not is_results_directory("quickstart")
    Path("quickstart/run.json").touch()
    assert is_results_directory("quickstart")
