from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError
from types import SimpleNamespace

import pytest

from sim.floor.contract import FloorError
from tests.ahead import Ended

pytest.importorskip("numba")


# the compiled rules as plain Python: compiling them takes longer than a suite can wait
@pytest.mark.ahead("-m", "tests.engine.same_trace", "60", "--tight", env={"NUMBA_DISABLE_JIT": "1"})
def test_both_engines_give_the_same_trace(ahead: Ended) -> None:
    assert (ahead.returncode, ahead.stdout) == (0, "60 floors, 0 differ\n"), ahead.stderr


@pytest.mark.ahead("-m", "tests.engine.rules_compiled", env={"NUMBA_DISABLE_JIT": "1"})
def test_the_compiled_engine_passes_the_hand_worked_cases(ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stdout
    *_, played = ahead.stdout.splitlines()
    assert int(played.split()[0]) > 200, played


def test_what_would_happen_after_all_time_is_refused_and_not_left_out() -> None:
    from sim.engine.compiled import events
    from sim.engine.compiled.run import _check_time

    plain = getattr(events.at, "py_func", events.at)
    head = SimpleNamespace(too_late=0)
    _check_time(head)
    plain(head, 1 << 31, 0, 0)
    with pytest.raises(FloorError, match=r"over by 2\*\*31 ms"):
        _check_time(head)


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


class _Kept:
    """What Numba makes of a function, whose cache fails when it is first called."""

    def __init__(self, *signatures: str) -> None:
        self.signatures: tuple[str, ...] = ()
        self.after, self.calls = signatures, 0

    def __call__(self, number: int) -> int:
        self.calls += 1
        if self.calls == 1:
            self.signatures = self.after
            raise OSError if self.after else UnpicklingError
        return number + 1


@pytest.mark.parametrize("spoiled", [True, False])
def test_a_cache_that_fails_stops_no_run(
    spoiled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.engine.compiled import cache

    monkeypatch.setattr(cache, "folder", lambda: tmp_path)
    # spoiled: nothing could be read; else it is compiled, and could not be written
    monkeypatch.setattr(cache, "_keeping", lambda function, path: _Kept(*(() if spoiled else ("int",))))
    monkeypatch.setattr("numba.njit", lambda **options: lambda function: function)
    (tmp_path / "part").write_text("half of it")
    assert cache.kept(lambda number: number + 1)(1) == 2
    assert tmp_path.exists() != spoiled  # it is made anew by the next


def test_without_numba_the_engine_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.engine

    monkeypatch.setattr(sim.engine, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="needs Numba"):
        sim.engine.check_engine("compiled")
    sim.engine.check_engine("simpy")


def test_no_field_is_named_as_what_every_record_has() -> None:
    import numpy as np

    from sim.engine.compiled.state import HEAD, KINDS

    # compiled, `record.size` is a field; in plain Python it is the number of items of a record
    named = {name for kind in (HEAD, *KINDS.values()) for name in kind.names or ()}
    assert {"people", "departure"} <= named
    assert not named & set(dir(np.record))
