"""How the command ends when its output or its start goes wrong: a clean line, or none, and a status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import exposim
from tests.ahead import Ended

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")


def ended(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)} | dict(options.pop("env", {}))  # type: ignore[call-overload]
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([sys.executable, "-m", "sim", *arguments], env=env, text=True, check=False, **given)  # type: ignore[call-overload, no-any-return]


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scenarios"], ["show", "erlang"], ["new"]])
def test_output_that_cannot_be_written_is_a_failure_and_no_traceback(arguments: list[str]) -> None:
    with FULL.open("w") as full:
        done = ended(*arguments, stdout=full)
    assert (done.returncode, done.stderr) == (1, "exposim: writing failed: No space left on device\n")


def test_a_closed_output_is_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    done = ended("show", "hungary-2024", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_an_encoding_does_not_have_is_escaped(encoding: str, tmp_path: Path) -> None:
    text = (ROOT / "tests/cli/fair.toml").read_text("utf-8").replace("A fair to", "Vásár ≥ 見本市 to")
    (tmp_path / "fair.toml").write_text(text, encoding="utf-8")
    options = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = ended("check", str(tmp_path / "fair.toml"), env=options, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u898b\\u672c" in done.stdout


def test_ctrl_c_while_libraries_are_loaded_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")
    done = ended("--help", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_template_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        done = CliRunner().invoke(exposim, ["new", str(file)])
    assert (done.exit_code, done.stderr) == (1, f"exposim: {file}: No space left on device\n")
    assert list(tmp_path.iterdir()) == []
    missing = tmp_path / "no" / "mine.toml"
    done = CliRunner().invoke(exposim, ["new", str(missing)])
    assert (done.exit_code, done.stderr) == (2, f"exposim: {missing}: No such file or directory\n")
    (tmp_path / "link.toml").symlink_to("nowhere")
    assert CliRunner().invoke(exposim, ["new", str(tmp_path / "link.toml")]).exit_code == 2
    monkeypatch.setattr("sim.files.renaming._renameat2", lambda: None)
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links here")))
    assert CliRunner().invoke(exposim, ["new", str(file)]).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"mine.toml", "link.toml"}


@pytest.mark.skipif(os.name != "posix", reason="closes streams as a POSIX shell does")
@pytest.mark.parametrize(
    ("command", "closed"),
    [
        ("scenarios", "<&-"),
        ("scenarios", ">&-"),
        ("check erlang", "2>&-"),
        ("check erlang", "<&- >&- 2>&-"),
        ("timetable {} --slots 2 --tables 1", ">&-"),
        ("timetable {} --slots 2 --tables 1", "<&- 2>&-"),
        ("run erlang -n 1", ">&-"),
        ("compare erlang --vary expo.seed=1,2 -n 2 -w 1 -q", ">&-"),
        ("run erlang -n 1", "<&- >&- 2>&-"),
    ],
)
def test_closed_streams_are_no_traceback(command: str, closed: str, tmp_path: Path) -> None:
    (tmp_path / "requests.csv").write_text("who,whom,weight\nAnn,Ben,1\n")
    line = f"exec {sys.executable} -m sim {command.format(tmp_path / 'requests.csv')} {closed}"
    done = subprocess.run(
        ["sh", "-c", line],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    output_closed = " >&-" in f" {closed}"
    assert done.returncode == (1 if output_closed else 0)
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) is not output_closed
    if closed == ">&-":
        assert done.stderr.count("exposim: writing failed: standard output is closed\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="closes streams as a POSIX shell does")
def test_a_closed_standard_input_is_bad_input() -> None:
    line = f"exec {sys.executable} -m sim timetable - --slots 2 --tables 1 <&-"
    done = subprocess.run(
        ["sh", "-c", line],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "exposim: standard input cannot be read: it is closed\n"


RUN = "import numpy as np; np.seterr(all='warn'); import sim; sim.run(sim.load('quickstart'))"


@pytest.mark.ahead("-W", "error", "-c", RUN)
def test_warnings_as_errors_find_nothing_in_a_run(ahead: Ended) -> None:
    assert (ahead.returncode, ahead.stderr) == (0, "")
