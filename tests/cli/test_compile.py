"""`exposim compile`: what it says. Compiling for real: `python -m tests.engine.kept_for_real`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import exposim
from sim.engine import kept


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    monkeypatch.setattr("sim.engine.find_spec", lambda name: name)
    return tmp_path


def command(*arguments: str) -> Result:
    return CliRunner().invoke(exposim, ["compile", *arguments])


def make() -> None:
    with kept.making(kept.place()) as made:
        (made / "code").write_text("machine code")


def test_it_fills_the_cache_once_and_says_where(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = cache / ("0a" * 10)
    old.mkdir()
    os.utime(old, (1, 1))
    monkeypatch.setattr("sim.engine.filling.make", make)
    assert command("--check").exit_code == 1
    done = command()
    assert done.exit_code == 0, done.output
    assert str(kept.place()) in done.stdout
    assert "removed what 1 older version had left" in done.stdout
    assert not old.exists()
    for again in (command(), command("--check")):
        assert (again.exit_code, again.stdout) == (0, f"the compiled engine is there: {kept.place()}\n")


def test_what_stops_it_is_told(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("ImportError: Numba needs NumPy 2.4 or less")

    monkeypatch.setattr("sim.engine.filling.make", fail)
    done = command()
    assert done.exit_code == 1
    assert "could not be compiled: ImportError: Numba needs NumPy" in done.stderr
    with kept.alone(kept.place(), wait=False):
        assert "is not there: it is being made" in command("--check").stderr
    assert "is not there: exposim compile makes it" in command("--check").stderr  # whoever made it was ended
    with kept.alone(kept.place(), wait=False):
        kept.failed(kept.place(), "the disk is full")
    assert "the last try failed: the disk is full" in command("--check").stderr
    monkeypatch.setenv("EXPOSIM_CACHE", os.devnull)
    done = command()
    assert done.exit_code == 1
    assert f"cannot be kept in {os.devnull}" in done.stderr
    assert "EXPOSIM_CACHE=DIR names another folder" in " ".join(done.stderr.split())


def test_without_numba_it_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.find_spec", lambda name: None)
    done = command()
    assert done.exit_code == 2
    assert "needs Numba: pip install 'exposim[compiled]'" in done.stderr
