"""Worker processes that are copies of this one: all that a replication needs is loaded before there are two.

A worker that begins anew takes a second of processor time to load its libraries, and a copy none. But only
a process that is nobody's but the command's is copied, and while no other thread runs in it, as one of a
notebook, a policy or a KPI may: it would not be in the copy, and what it holds locked would stay so. And only
Linux copies safely.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import islice
from typing import Any, Final, TypeVar

from sim.parts import by, in_turn
from sim.studies.signs import SIGNS
from sim.workers import WAITS, begin_copy, is_own, stops_wait

__all__ = ["helped", "in_copies", "possible"]

_C = TypeVar("_C")
_T = TypeVar("_T")

_TICKET: Final = 4  # bytes
_LOOK_SECONDS: Final = 1.0  # how often is looked whether the threads of a pool are there
_MOST_TICKETS: Final = 1024  # a page of them, which a pipe holds however little its user may have (pipe(7))


def possible() -> bool:
    """Whether this process may be copied: the command's own, in the thread that lasts as long, alone."""
    if sys.platform != "linux" or not is_own() or threading.current_thread() is not threading.main_thread():
        return False
    if not all(map(_is_harmless, threading.enumerate())):
        return False
    if "joblib" not in sys.modules:  # which takes 40 ms to be loaded
        return True
    from sim.studies.pool import backend

    return backend() is not None  # else the user has chosen what to run on


def _is_harmless(thread: threading.Thread) -> bool:
    """Whether a copy can do without a thread: this one, one that only waits, one that redraws a bar."""
    from tqdm import TMonitor

    waits = thread.name in (WAITS, SIGNS)
    return thread is threading.main_thread() or waits or isinstance(thread, TMonitor)


def in_copies(work: Callable[[_C], _T], calls: Iterable[_C], workers: int, *, late: int = 0) -> Generator[_T]:
    """The results of `work`, which need not be picklable, for each call, in the order in which they are done.

    So many copies begin when this is called, and end with the generator; `late` of them wait until it is
    asked for a result: as long as this process has something to do, it is at work itself.

    Raises:
        BrokenProcessPool (a RuntimeError): one was killed, or no thread is to be had that sees to them.
    """
    waiting = iter(calls)
    before, threads_before = set(multiprocessing.active_children()), set(threading.enumerate())
    gc.freeze()  # a copy need not look at what is there already, and so goes on sharing it
    gate, closed = os.pipe()
    os.write(closed, bytes(workers - late))  # a byte lets a copy in, and all are let in once it is not closed
    try:
        pool = ProcessPoolExecutor(
            workers,
            multiprocessing.get_context("fork"),
            initializer=_begin,
            initargs=(os.getpid(), work, gate, closed),
        )
    except BaseException:  # there are no further files
        gc.unfreeze()
        os.close(gate)
        os.close(closed)
        raise
    try:
        with stops_wait(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a BLAS has threads, and sees to them itself
            begun = {pool.submit(_do, call) for call in islice(waiting, 2 * workers)}
        copies = set(multiprocessing.active_children()) - before
        threads = set(threading.enumerate()) - threads_before
    except BaseException:  # a stop that has waited comes here
        _end(pool, set(multiprocessing.active_children()) - before)
        os.close(closed)
        raise
    finally:
        os.close(gate)
    results = _done(pool, waiting, begun, copies, threads, closed)
    next(results)  # so that it has begun: to close what has not would leave the copies
    return results


def helped(copies: int) -> AbstractContextManager[None]:
    """The parts of what is done inside are shared out among this process and so many copies of it.

    What they come to is the same. Where no process can be copied, this one does them all.
    """

    def way(part: Callable[[int], _T], many: int) -> list[_T]:
        if many < 2 or not possible():
            return in_turn(part, many)
        return _shared_out(part, many, min(copies, many - 1))

    return by(way) if copies else nullcontext()


def _shared_out(part: Callable[[int], _T], many: int, copies: int) -> list[_T]:
    """What parts come to: whoever is free takes the next. What a copy had that was killed is done here."""
    together = -(-many // _MOST_TICKETS)
    tickets, filled = os.pipe()
    for number in range(0, many, together):
        os.write(filled, number.to_bytes(_TICKET))
    os.close(filled)

    def take() -> dict[int, _T]:
        taken: dict[int, _T] = {}
        with by(in_turn):
            while ticket := os.read(tickets, _TICKET):
                first = int.from_bytes(ticket)
                taken |= {number: part(number) for number in range(first, min(first + together, many))}
        return taken

    try:
        others = in_copies(lambda _: take(), range(copies), copies)
    except (OSError, RuntimeError):  # no further process or thread is to be had, or one was killed at once
        os.close(tickets)
        return in_turn(part, many)
    try:
        found = take()
        with suppress(RuntimeError):  # one was killed; or a part fails, as it then does here
            for taken in others:
                found |= taken
    finally:
        others.close()
        os.close(tickets)
    return [found[number] if number in found else part(number) for number in range(many)]


def _done(
    pool: ProcessPoolExecutor,
    waiting: Iterator[Any],
    begun: set[Future[Any]],
    copies: Collection[Any],
    threads: Collection[threading.Thread],
    closed: int,
) -> Generator[Any]:
    over = False
    try:
        try:
            yield None
        finally:
            os.close(closed)
        while begun:
            done, begun = wait(begun, _LOOK_SECONDS, return_when=FIRST_COMPLETED)
            if not done and not any(each.is_alive() for each in threads):  # its second could not be started
                raise BrokenProcessPool("no further thread is to be had")
            begun |= {pool.submit(_do, call) for call in islice(waiting, len(done))}
            for each in done:
                yield each.result()
        over = True
    finally:
        _end(pool, () if over else copies)


def _end(pool: ProcessPoolExecutor, unfinished: Collection[Any]) -> None:
    """End the pool, and at once those copies of it whose work nobody waits for."""
    for copy in unfinished:
        copy.kill()
    with suppress(RuntimeError):  # its thread could not be started, and so cannot be waited for
        pool.shutdown(cancel_futures=True)
    for copy in unfinished:
        copy.join()  # as a pool that has its threads has done by now
    gc.unfreeze()


_work: Callable[[Any], Any]  # in a copy


def _begin(parent: int, work: Callable[[Any], Any], gate: int, closed: int) -> None:
    global _work
    _work = work
    begin_copy(parent)
    os.close(closed)  # or it would never be open
    os.read(gate, 1)
    os.close(gate)


def _do(call: Any) -> Any:
    return _work(call)
