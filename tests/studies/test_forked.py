"""Workers that are copies of this process."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from sim import parts, workers
from sim.studies import forked
from sim.studies.forked import helped, in_copies, possible

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there are processes copied")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(autouse=True)
def no_copy_is_left() -> Iterator[None]:
    before = set(active_children())
    yield
    assert set(active_children()) <= before


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


def test_a_late_copy_begins_when_this_process_has_nothing_else_to_do(tmp_path: Path) -> None:
    def work(number: int) -> int:
        (tmp_path / f"{os.getpid()} {number}").touch()
        time.sleep(0.02)
        return os.getpid()

    results = in_copies(work, range(12), 2, late=1)
    while len(seen := [each.name for each in tmp_path.iterdir()]) < 4:  # all that had been sent
        time.sleep(0.01)
    assert len({name.split()[0] for name in seen}) == 1
    assert len(set(results)) == 2


def test_where_no_pool_can_be_made_no_file_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(forked, "ProcessPoolExecutor", none)
    before, frozen = os.listdir("/proc/self/fd"), gc.get_freeze_count()
    with pytest.raises(OSError, match="too many"):
        in_copies(str, range(2), 2)
    assert (os.listdir("/proc/self/fd"), gc.get_freeze_count()) == (before, frozen)


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


@pytest.mark.parametrize(("wanted", "late"), [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)])
def test_copies_end_at_once_when_nobody_wants_more_of_them(wanted: int, late: int) -> None:
    def work(number: int) -> None:
        if number:
            signal.pause()

    before = set(active_children())
    cells = in_copies(work, range(9), 2, late=late)
    copies = set(active_children()) - before
    assert len(copies) == 2
    for _ in range(wanted):
        next(cells)
    cells.close()
    assert not any(each.is_alive() for each in copies)


def test_a_stop_that_comes_while_copies_begin_waits_and_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    submit, begun, copies = ProcessPoolExecutor.submit, [], set()
    before = set(active_children())

    def stopped(pool: Any, *call: Any) -> Any:
        future: Any = submit(pool, *call)
        begun.append(future)
        copies.update(set(active_children()) - before)
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


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process may be copied, as the command's own."""
    monkeypatch.setattr(forked, "possible", lambda: True)


def _where(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number, os.getpid()


@pytest.mark.parametrize("together", [1024, 3])  # parts a ticket: 1, and several
def test_parts_are_shared_out_and_come_back_in_order(
    own: None, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(forked, "_MOST_TICKETS", together)
    with helped(1):
        assert parts.at_once()
        done = parts.done(_where, 20)
    assert [number for number, _ in done] == list(range(20))
    processes = {process for _, process in done}
    assert len(processes) == 2
    assert os.getpid() in processes
    assert not parts.at_once()


def test_parts_are_done_here_where_nothing_may_be_copied_or_nobody_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with helped(3):  # not the command's own process
        assert {process for _, process in parts.done(_where, 3)} == {os.getpid()}
    monkeypatch.setattr(forked, "possible", lambda: True)
    with helped(0):
        assert {process for _, process in parts.done(_where, 3)} == {os.getpid()}
    with helped(1), monkeypatch.context() as no_more:
        no_more.setattr(os, "fork", lambda: (_ for _ in ()).throw(BlockingIOError()))
        assert {process for _, process in parts.done(_where, 3)} == {os.getpid()}


def test_parts_are_done_here_where_no_thread_is_to_be_had(own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("concurrent.futures.process._ExecutorManagerThread.start", none)
    before = set(active_children())  # other tests may have left some
    with helped(2):
        assert {process for _, process in parts.done(_where, 6)} == {os.getpid()}
    assert not set(active_children()) - before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_parts_are_done_here_where_a_pool_lacks_its_second_thread(
    own: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def none(thread: threading.Thread) -> None:
        if "Feeder" in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", none)
    monkeypatch.setattr(forked, "_LOOK_SECONDS", 0.05)
    with helped(2):
        assert parts.done(_where, 6) == [(number, os.getpid()) for number in range(6)]


def test_what_a_killed_copy_had_is_done_here(own: None) -> None:
    here = os.getpid()

    def part(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.01)
        return number

    with helped(2):
        assert parts.done(part, 30) == list(range(30))


def test_a_part_that_fails_fails_wherever_it_is_done(own: None) -> None:
    def part(number: int) -> int:
        time.sleep(0.01)
        if number == 7:
            raise RuntimeError("seven")
        return number

    with helped(1), pytest.raises(RuntimeError, match="seven"):
        parts.done(part, 20)


def test_a_part_has_no_copies_of_its_own(own: None) -> None:
    with helped(1):
        assert parts.done(lambda _: parts.at_once(), 4) == [False] * 4
