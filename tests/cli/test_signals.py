"""Signals that end the command: its status, what it says, and that nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.cli.processes import ROOT, Started, busy_with_proof, is_there, of_session, start

FAIR = str(Path(__file__).with_name("fair.toml"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_with_130_and_what_was_done(workers: str) -> None:
    with Started("run", FAIR, "-n", "90000", "--workers", workers) as command:
        command.wait_for(r" [1-9]\d*/90000")
        os.killpg(command.process.pid, signal.SIGINT)  # as the terminal does: to all its processes
        status, out, error = command.end()
    assert status == 130
    assert "Traceback" not in error
    assert error.splitlines()[-1].startswith("exposim: stopped after ")
    assert error.splitlines()[-1].endswith(" of 90000 replications; what was done is printed")
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


# of `timetable`


HARD: Final = 40  # people who may have two meetings in a row: minutes of work


@pytest.mark.usefixtures("here")
def test_ctrl_c_ends_a_solver_with_130_and_nothing_is_written(here: Path) -> None:
    pairs = [(i, j) for i in range(HARD) for j in range(i) if (i * j + i) % 3 == 0]
    text = "".join(f"P{i},P{j},{(i * 7919 + j * 104729) % 1000 / 1000}\n" for i, j in pairs)
    Path("requests.csv").write_text("who,whom,weight\n" + text)
    Path("limits.csv").write_text("who,in_row\n*,2\n")
    process = start(
        "timetable",
        *("requests.csv", "--slots", "10", "--tables", "90", "--limits", "limits.csv", "--exact"),
        *("--out", "timetable.csv"),
    )
    assert process.stderr is not None
    assert "at work" in process.stderr.readline()
    time.sleep(1.0)  # it is in the solver
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert (process.returncode, out, error) == (130, "", "exposim: stopped; nothing was written\n")
    assert sorted(each.name for each in here.iterdir()) == ["free.csv", "limits.csv", "requests.csv"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("people", "third", "size", "rules"),
    [
        (60, 3, ["--slots", "8", "--tables", "15"], []),
        (20, 3, ["--slots", "10", "--tables", "6"], ["--limits", "limits.csv"]),
    ],
    ids=["by a race", "by CP-SAT"],
)
def test_ctrl_c_ends_exact_compacting_with_130_and_its_processes(
    people: int, third: int, size: list[str], rules: list[str]
) -> None:
    pairs = [(i, j) for i in range(people) for j in range(i) if (i * j + i) % third == 0]
    Path("requests.csv").write_text("who,whom,weight\n" + "".join(f"P{i},P{j},1\n" for i, j in pairs))
    Path("limits.csv").write_text("who,in_row\n*,3\n")
    process = start(
        "timetable",
        *("requests.csv", *size, *rules, "--policy", "first_come", "--compact", "--exact"),
    )
    assert process.stderr is not None
    assert "at work" in process.stderr.readline()
    deadline = time.monotonic() + 30
    while not busy_with_proof(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to all its processes
    out, error = process.communicate(timeout=30)
    assert (process.returncode, out, error) == (130, "", "exposim: stopped\n")
    assert not of_session(process.pid)
