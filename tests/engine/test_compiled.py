from __future__ import annotations

import subprocess
import sys
from os import environ
from pathlib import Path

import pytest

pytest.importorskip("numba")


def test_both_engines_give_the_same_trace() -> None:
    # the compiled rules as plain Python: compiling them takes longer than a suite can wait
    found = subprocess.run(
        [sys.executable, "-P", "-m", "tests.engine.same_trace", "60"],
        cwd=Path(__file__).parents[2],
        env={**environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "60 floors, 0 differ\n"), found.stderr


def test_a_changed_rule_is_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.engine.compiled import cache

    here = tmp_path / "engine" / "compiled"
    here.mkdir(parents=True)
    (tmp_path / "floor").mkdir()
    for name in cache._FLOOR:
        (tmp_path / "floor" / name).write_text("")
    (here / "rules.py").write_text("one")
    monkeypatch.setattr(cache, "_HERE", here)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    before = cache.folder()
    (here / "rules.py").write_text("two")
    after = cache.folder()
    (tmp_path / "floor" / "order.py").write_text("other ranks")
    assert before is not None
    assert before.is_dir()
    assert len({before, after, cache.folder()}) == 3


def test_nothing_is_kept_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.engine.compiled import cache

    (tmp_path / "file").write_text("")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    assert cache.folder() is None


def test_without_numba_the_engine_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.engine

    monkeypatch.setattr(sim.engine, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="needs Numba"):
        sim.engine.check_engine("compiled")
    sim.engine.check_engine("simpy")
