"""Workers that are copies of this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children
from typing import Any

import pytest

from sim import workers
from sim.studies.forked import in_copies, possible

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there are processes copied")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    yield
    signal.signal(signal.SIGTERM, before)


def test_only_the_commands_own_process_is_copied_while_no_thread_could_hold_a_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = [threading.main_thread()]
    monkeypatch.setattr(threading, "enumerate", lambda: running)  # the tests have threads of their own
    assert not possible()
    monkeypatch.setattr(workers, "_own", True)
    assert possible()
    running.append(threading.Thread(name=workers.WAITS))
    assert possible()
    running.append(threading.Thread())
    assert not possible()


def test_a_process_left_to_itself_is_no_hindrance(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    ended = threading.Event()

    class Process:
        wait = ended.wait

        def __init__(self, *_: Any, **how: Any) -> None:
            assert how["start_new_session"]

    monkeypatch.setattr(subprocess, "Popen", Process)
    workers.leave("sim.engine.filling")
    assert [each.name for each in set(threading.enumerate()) - before] == [workers.WAITS]
    ended.set()


def test_copies_do_each_call_once_with_what_is_there_and_hear_signals_as_any_process() -> None:
    there = {"factor": 3}

    def work(number: int) -> tuple[int, int, bool]:
        return number * there["factor"], os.getpid(), signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    done = list(in_copies(work, range(9), 2))
    assert sorted(each[0] for each in done) == [3 * number for number in range(9)]
    assert os.getpid() not in {each[1] for each in done}
    assert all(each[2] for each in done)


def test_a_copy_that_is_killed_is_told_and_the_others_end_with_it() -> None:
    def work(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    seen = set()
    with pytest.raises(RuntimeError):
        seen |= set(in_copies(work, range(50), 2))
    for each in in_copies(work, [1, 2], 2):
        seen.add(each)
    assert all(not os.path.exists(f"/proc/{each}") for each in seen)


@pytest.mark.parametrize("wanted", [0, 1])
def test_copies_end_at_once_when_nobody_wants_more_of_them(wanted: int) -> None:
    def work(number: int) -> None:
        if number:
            signal.pause()

    cells = in_copies(work, range(9), 2)
    copies = active_children()
    assert len(copies) == 2
    for _ in range(wanted):
        next(cells)
    cells.close()
    assert not any(each.is_alive() for each in copies)


def test_a_stop_that_comes_while_copies_begin_waits_and_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    submit, begun, copies = ProcessPoolExecutor.submit, [], set()

    def stopped(pool: Any, *call: Any) -> Any:
        future: Any = submit(pool, *call)
        begun.append(future)
        copies.update(active_children())
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # another thread hears a process's
        return future

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(ProcessPoolExecutor, "submit", stopped)
    try:
        with pytest.raises(KeyboardInterrupt):
            in_copies(lambda _: signal.sigtimedwait([], 1), range(9), 2)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert len(begun) == 4
    assert [each.exitcode for each in copies] == [-signal.SIGKILL] * 2
