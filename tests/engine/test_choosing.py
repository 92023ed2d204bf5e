"""Which engine `auto` takes, without any being compiled."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sim
from sim.engine import choosing, kept, play
from sim.engine.choosing import Taken, take
from sim.engine.processes import ExpoFloor
from tests.engine.test_extending import three_for_one

LARGE, SMALL, TINY = 30.0, 1.0, 0.01  # s of SimPy


class World:
    """What `take` finds: how long SimPy takes, what is kept; and what it does about it."""

    def __init__(self) -> None:
        self.seconds, self.whole, self.loads = SMALL, False, True
        self.done: list[str] = []

    def load(self, path: Path) -> bool:
        self.done.append("load")
        return self.loads

    def make(self) -> None:
        self.done.append("make")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    it = World()
    for name in ("EXPOSIM_COMPILE", "CI", "NUMBA_DISABLE_JIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(choosing, "_useless", "")
    monkeypatch.setattr(choosing, "seconds", lambda floor: it.seconds)
    monkeypatch.setattr(choosing, "find_spec", lambda name: name)
    monkeypatch.setattr(choosing, "_is_loaded", lambda: False)
    monkeypatch.setattr(choosing, "_load", it.load)
    monkeypatch.setattr(choosing, "make", it.make)
    monkeypatch.setattr(choosing, "in_background", lambda: it.done.append("background"))
    monkeypatch.setattr(kept, "whole", lambda path: it.whole)
    return it


def taken(left: float = 1, *, background: bool = True) -> Taken:
    return take(three_for_one(), left, background=background)


def test_what_is_kept_is_taken_unless_loading_it_takes_longer_than_simpy(world: World) -> None:
    world.whole = True
    assert taken() == Taken("compiled")
    world.seconds = TINY
    assert taken(5) == Taken("simpy")
    assert taken(100) == Taken("compiled")
    assert world.done == ["load", "load"]


def test_what_is_loaded_is_taken_however_small_the_floor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.seconds = TINY
    monkeypatch.setattr(choosing, "_is_loaded", lambda: True)
    assert taken() == Taken("compiled")


def test_a_first_study_plays_on_simpy_while_the_engine_is_compiled(world: World) -> None:
    first = taken(10)
    assert first.engine == "simpy"
    assert "in the background" in first.note
    with kept.alone(kept.place(), wait=False):
        assert taken(9) == first  # it is in the making, and is not begun again
    assert "a try to make it was ended" in taken(9).note  # nor is it at once after that
    assert taken(9, background=False) == Taken("simpy")
    assert world.done == ["background"]


def test_a_floor_that_is_worth_it_is_compiled_for(world: World) -> None:
    world.seconds = LARGE
    assert taken(background=False) == Taken("compiled")
    assert world.done == ["make", "load"]


def test_what_failed_of_late_is_not_tried_again(world: World) -> None:
    with kept.alone(kept.place(), wait=False):
        kept.failed(kept.place(), "the disk is full")
    for world.seconds in (SMALL, LARGE):
        assert taken(10).engine == "simpy"
        assert "could not be made: the disk is full" in taken(10).note
    assert world.done == []


@pytest.mark.parametrize(("name", "value"), [("EXPOSIM_COMPILE", "no"), ("CI", "true")])
def test_who_says_no_is_heard(name: str, value: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert taken(10) == Taken("simpy")
    world.whole = True
    assert taken(10) == Taken("compiled")
    assert world.done == ["load"]


def test_without_numba_simpy_plays_and_says_so_where_it_matters(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda name: None)
    world.whole = True
    assert taken().engine == "simpy"
    assert "needs Numba: pip install 'exposim[compiled]'" in taken().note
    world.seconds = TINY
    assert taken() == Taken("simpy")


def test_where_nothing_can_be_kept_simpy_plays_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path / "file"))
    world.seconds = LARGE
    assert taken().engine == "simpy"
    assert "cannot be kept" in taken().note
    assert "EXPOSIM_CACHE" in taken().note
    assert world.done == []


def test_a_replaced_method_of_the_engine_is_played(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.whole = True
    assert taken().engine == "compiled"
    monkeypatch.setattr(ExpoFloor, "talk", lambda *_: iter(()))
    assert taken() == Taken("simpy", "a method of SimPy's engine has been replaced")


def test_what_cannot_be_loaded_is_taken_away_and_simpy_plays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path))
    monkeypatch.setattr(choosing, "_useless", "")
    path = kept.place()
    with kept.making(path) as made:
        (made / "code").write_text("not code")
    compiled = SimpleNamespace(load=lambda folder: False)
    monkeypatch.setitem(sys.modules, "sim.engine.compiled", compiled)
    assert not choosing._load(path)
    assert not path.exists()
    assert "could not be loaded" in kept.trouble(path)


def test_the_estimate_grows_with_talks_and_people() -> None:
    floor = three_for_one()
    talks = int(np.count_nonzero(floor.stops.talk))
    assert choosing.seconds(floor) == pytest.approx(15e-6 * talks + 10e-6 * floor.n_party_days)


def test_results_name_the_engine_that_played(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import engine as room

    played: list[tuple[float, bool]] = []

    def played_by(
        floor: Any, engine: str, left: float, *, background: bool
    ) -> tuple[sim.engine.Trace, Taken]:
        played.append((left, background))
        trace, _ = play(floor, "simpy")
        return trace, Taken("simpy", "not ready") if len(played) < 2 else Taken("compiled")

    monkeypatch.setattr(room, "play", played_by)
    results = sim.replicate("tests/cli/fair.toml", replications=2, workers=1)
    assert played == [(2, True), (1, True)]
    assert (results.engine, results.engine_note) == ("compiled and simpy", "not ready")
    assert "engine compiled and simpy" in results.text()
    assert results.first is not None
    assert results.first.engine == "simpy"


def test_an_engine_that_another_thread_is_importing_is_not_there_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("sim.engine.compiled", "sim.engine.processes"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))  # as it is before its first line
    assert not choosing._is_loaded()
    assert not choosing.changed()
