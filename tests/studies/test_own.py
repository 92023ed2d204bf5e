"""A user's own KPIs and policies: known everywhere, in every process, by the names a scenario says."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.matchmaking import POLICIES, PolicyError, Problem
from sim.matchmaking.wishes.affinity import IntArray
from sim.scenario import ScenarioError
from sim.statistics.kpis.registry import OWN, KPIError
from sim.statistics.own import kpi, own_kpis
from sim.statistics.result import Result
from sim.studies import own
from sim.studies.own import knowing, learn, own_things
from tests.ahead import Ended
from tests.notebooks import code_cells

pytestmark = pytest.mark.usefixtures("forgets_ones_own")

MINE = """
import sim
from sim.matchmaking import Calendars

@sim.policy
def latest_first(problem):
    calendars = Calendars(problem)
    for request in problem.in_order[::-1]:
        if slots := calendars.open(request):
            calendars.put(request, slots.bit_length() - 1)
    return calendars.slots()

@sim.kpi("meetings.mean_start", "Mean start of meetings", unit="h")
def mean_start(result):
    start = result.meetings["start"]
    return (start.dt.hour + start.dt.minute / 60).mean()
"""
FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
NAMED = {"matchmaking.main.policy": "latest_first"}
FEW = {"visitors.professional.visits": 100, "visitors.public.visits": 15}  # the sooner it is played
ALWAYS_WORKERS = """import sim.studies.processes as r  # even for so few
r._WORTH_WORKERS = r._WORTH_COPIES = 0
"""


def told_by_process(folder: Path) -> str:
    """A KPI that leaves a file named after the process that made it."""
    return f"""
import os
from pathlib import Path

@sim.kpi("mine.process", "Processes")
def process(result):
    (Path({str(folder)!r}) / f"{{os.getpid()}}.worked").touch()
    return 0
"""


PLAY = (
    f"{ALWAYS_WORKERS}few = sim.load('quickstart', {FEW}); s = few.replace(**{NAMED})\n"
    "one, two = (sim.replicate(s, replications=4, workers=w) for w in (1, 2))\n"
    "print(one.kpis.equals(two.kpis), len(one.failures), one.estimate('meetings.mean_start').n)\n"
    "usual = sim.replicate(few, replications=2)\n"
    "print(one.difference(usual, 'meetings.mean_start').mean > 0.2)"
)


def notebook_of(*cells: str) -> str:
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call]
    )
    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


@pytest.mark.ahead("-m", "tests.notebooks", input=notebook_of(MINE, MINE, PLAY))
def test_a_kpi_and_a_policy_of_a_notebook_are_the_same_on_two_workers_and_named_in_a_scenario(
    ahead: Ended,
) -> None:
    assert ahead.returncode == 0, ahead.stderr
    notebook = nbformat.reads(ahead.stdout, as_version=4)  # type: ignore[no-untyped-call]
    printed = [
        out.text for cell in code_cells(notebook) for out in cell.outputs if out.output_type == "stream"
    ]
    assert " ".join(printed).split() == ["True", "0", "4", "True"]


@pytest.mark.elsewhere
def test_a_file_of_ones_own_is_imported_by_the_command_and_by_its_workers(tmp_path: Path) -> None:
    (tmp_path / "my_fair.py").write_text(ALWAYS_WORKERS + MINE + told_by_process(tmp_path))
    (tmp_path / "fair.toml").write_text(
        FAIR.read_text().replace("requests = 30", 'requests = 30\npolicy = "latest_first"')
    )
    said = [
        subprocess.run(
            [sys.executable, "-m", "sim", "run", "fair.toml", "--import", "my_fair.py", "-n", "4", *more],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in (["-k", "meetings.mean_start", "-w", "1"], ["-k", "meetings.mean_start", "-w", "2"])
    ]
    assert len(list(tmp_path.glob("*.worked"))) > 2  # not in the processes of the two commands alone
    assert said[0] == said[1]
    assert "Mean start of meetings" in said[0]
    assert "Meetings held" not in said[0]


def test_what_a_scenario_names_and_nobody_registered_is_an_error_with_the_near_miss() -> None:
    exec(MINE, {"__name__": "mine"})
    with pytest.raises(ScenarioError, match=r"no such policy.*did you mean 'latest_first'"):
        sim.load("hungary-2024", {"matchmaking.hungary.policy": "latest_frist"})


def test_ones_own_kpi_is_with_all_others_and_may_be_undefined() -> None:
    sim.kpi("mine.nothing")(lambda _: float("nan"))
    sim.kpi("mine.visits", "Mine", unit="visits")(lambda result: len(result.visits))
    results = sim.replicate(FAIR, replications=2)
    assert results.estimate("mine.nothing").n == 0
    assert results.summary.loc["mine.visits", "theme"] == "Mine"
    assert "Mine" in results.text(everything=True)
    assert results.text(kpis=["mine"]).count("mine.") == 2
    with pytest.raises(KeyError, match=r"did you mean mine\.visits"):
        results.text(kpis=["mine.visit"])


def test_a_kpi_that_fails_says_which_and_why() -> None:
    kpi("mine.broken")(lambda result: result.meetings["nothing"].mean())
    with pytest.raises(KPIError, match=r"KPI 'mine\.broken': KeyError: 'nothing'"):
        _ = sim.run("erlang").kpis
    kpi("mine.broken")(lambda _: "many")  # type: ignore[type-var]
    with pytest.raises(KPIError, match="a number is needed, found str"):
        _ = sim.run("erlang").kpis


@pytest.mark.parametrize(
    "name",
    [
        "meetings.held", "meetings.late_share", "meetings.late_share.visitor",  # one, a family, one of it
        "conversations", "booths.lost_share", "Mine.x", "mine", "a.b c",
    ],
)  # fmt: skip
def test_a_name_that_is_shipped_or_is_none_is_refused(name: str) -> None:
    def mine(_: Result) -> float:
        return 0.0

    with pytest.raises(ValueError, match=r"is shipped|a name is dotted"):
        kpi(name)(mine)


def test_what_is_registered_goes_to_another_process_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_things() == b""
    factor = 3.0
    kpi("mine.factor")(lambda _: factor)
    taken = own_things()
    learn(b"")
    monkeypatch.setattr(own, "_known", b"")
    learn(taken)
    assert OWN["mine.factor"].compute(None) == 3.0  # type: ignore[arg-type]


def test_a_process_that_worked_for_another_study_forgets_what_that_one_registered() -> None:
    exec(MINE, {"__name__": "mine"})
    taken = own_things()
    assert "latest_first" in POLICIES
    learn(b"")
    assert not OWN
    assert "latest_first" not in POLICIES
    with pytest.raises(ScenarioError, match="no such policy"):
        sim.load("quickstart", NAMED)
    learn(taken)
    assert list(OWN) == ["meetings.mean_start"]
    assert sim.load("quickstart", NAMED).data.matchmaking["main"].policy == "latest_first"


def test_a_process_that_runs_its_own_study_keeps_the_very_functions() -> None:
    exec(MINE, {"__name__": "mine"})
    before = POLICIES["latest_first"]
    learn(own_things())
    assert POLICIES["latest_first"] is before


def test_two_modules_do_not_take_each_others_names() -> None:
    exec(MINE, {"__name__": "mine"})
    with pytest.raises(ValueError, match="already a policy 'latest_first', of the module mine"):
        exec(MINE, {"__name__": "another"})
    with pytest.raises(ValueError, match=r"already a KPI 'meetings\.mean_start', of the module mine"):
        kpi("meetings.mean_start")(lambda _: 0.0)
    exec(MINE, {"__name__": "mine"})  # a cell that is run again


def test_what_a_policy_of_ones_own_raises_says_whose_it_is() -> None:
    @sim.policy
    def careless(problem: Problem) -> IntArray:
        return np.zeros(1 // 0, dtype=np.int64)

    with pytest.raises(PolicyError, match="careless: ZeroDivisionError: ") as caught:
        sim.run(sim.load(FAIR, {"matchmaking.tables.policy": "careless"}))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_the_theme_of_ones_own_kpis_shows_them_all(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import sim\n"
        "sim.kpi('mine.one', 'Number one')(lambda _: 1.0)\n"
        "sim.kpi('mine.two', 'Number two')(lambda _: 2.0)\n"
    )
    file = str(tmp_path / "mine.py")
    arguments = ["run", str(FAIR), "-n", "2", "-q", "--import", file, "--import", file, "-k", "mine"]
    said = CliRunner().invoke(exposim, arguments)
    assert said.exit_code == 0, said.output
    assert "Number one" in said.output
    assert "Number two" in said.output


def test_a_name_or_a_path_is_as_good_as_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "fair.toml"
    file.write_text('extends = "erlang"\n')
    loaded = sim.run(sim.load("erlang")).trace.to_bytes()
    assert sim.run("erlang").trace.to_bytes() == loaded
    assert sim.run(file).trace.to_bytes() == loaded
    assert sim.build(str(file)).hash == sim.load("erlang").hash


def test_threads_of_one_process_at_work_for_two_studies_know_each_its_own() -> None:
    def first(_: Result) -> float:
        return 1.0

    def second(_: Result) -> float:
        return 2.0

    kinds = []
    for compute in (first, second):
        sim.kpi("mine.which", "Mine")(compute)
        kinds.append(own_things())
    together = threading.Barrier(2)  # two of one study are there at the same time
    found: list[float] = []

    def works(own: bytes, meet: bool) -> None:
        for _ in range(20):
            with knowing(own):
                if meet:
                    together.wait(5)
                (known,) = own_kpis()
                found.append(known.compute(None))  # type: ignore[arg-type]

    threads = [threading.Thread(target=works, args=(kinds[0], True)) for _ in range(2)]
    threads.append(threading.Thread(target=works, args=(kinds[1], False)))
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert sorted(found) == [1.0] * 40 + [2.0] * 20
