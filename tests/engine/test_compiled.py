from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.floor.contract import FloorError
from tests.ahead import Ended

pytest.importorskip("numba")


# the compiled rules as plain Python: compiling them takes longer than a suite can wait
@pytest.mark.ahead(
    "-m", "tests.engine.same_trace", "60", "--drawn", "3", "--tight", env={"NUMBA_DISABLE_JIT": "1"}
)
def test_both_engines_give_the_same_trace(ahead: Ended) -> None:
    told = "60 floors, 0 differ\n3 drawn scenarios, 0 differ\n"
    assert (ahead.returncode, ahead.stdout) == (0, told), ahead.stderr


@pytest.mark.ahead("-m", "tests.engine.rules_compiled", env={"NUMBA_DISABLE_JIT": "1"})
def test_the_compiled_engine_passes_the_hand_worked_cases(ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stdout
    *_, played = ahead.stdout.splitlines()
    assert int(played.split()[0]) > 200, played


@pytest.mark.ahead("-m", "tests.engine.same_draws", "20", "--wrong", env={"NUMBA_DISABLE_JIT": "1"})
def test_loops_of_draws_come_to_what_numpy_does_and_a_wrong_bit_is_found(ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stdout + ahead.stderr
    assert ahead.stdout.startswith("20 rounds, 0 differ\nblocks wrong: blocks differs\n")


def test_what_would_happen_after_all_time_is_refused_and_not_left_out() -> None:
    from sim.engine.compiled import events
    from sim.engine.compiled.run import _check_time

    plain = getattr(events.at, "py_func", events.at)
    head = SimpleNamespace(too_late=0)
    _check_time(head)
    plain(head, 1 << 31, 0, 0)
    with pytest.raises(FloorError, match=r"over by 2\*\*31 ms"):
        _check_time(head)


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


def test_the_smallest_floor_is_sound_and_nothing_happens_on_it() -> None:
    from sim.engine import simulate
    from sim.engine.compiled.smallest import smallest
    from sim.floor.contract import check_floor

    check_floor(smallest())
    assert len(simulate(smallest(), "simpy")) == 0
