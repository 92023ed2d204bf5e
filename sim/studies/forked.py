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
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

from sim.studies.signs import SIGNS
from sim.workers import WAITS, begin_copy, is_own, stops_wait

__all__ = ["in_copies", "possible"]

_C = TypeVar("_C")
_T = TypeVar("_T")


def possible() -> bool:
    """Whether this process may be copied: the command's own, in the thread that lasts as long, alone."""
    if sys.platform != "linux" or not is_own() or threading.current_thread() is not threading.main_thread():
        return False
    if not all(map(_is_harmless, threading.enumerate())):
        return False
    from sim.studies.pool import backend

    return backend() is not None  # else the user has chosen what to run on


def _is_harmless(thread: threading.Thread) -> bool:
    """Whether a copy can do without a thread: this one, one that only waits, one that redraws a bar."""
    from tqdm import TMonitor

    waits = thread.name in (WAITS, SIGNS)
    return thread is threading.main_thread() or waits or isinstance(thread, TMonitor)


def in_copies(work: Callable[[_C], _T], calls: Iterable[_C], workers: int) -> Generator[_T]:
    """The results of `work`, which need not be picklable, for each call, in the order in which they are done.

    So many copies begin when this is called, and end with the generator.

    Raises:
        BrokenProcessPool (a RuntimeError): one was killed.
    """
    waiting = iter(calls)
    before = set(multiprocessing.active_children())
    gc.freeze()  # a copy need not look at what is there already, and so goes on sharing it
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), initializer=_begin, initargs=(os.getpid(), work)
    )
    try:
        with stops_wait(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a BLAS has threads, and sees to them itself
            begun = {pool.submit(_do, call) for call in islice(waiting, 2 * workers)}
        copies = set(multiprocessing.active_children()) - before
    except BaseException:  # a stop that has waited comes here
        _end(pool, set(multiprocessing.active_children()) - before)
        raise
    results = _done(pool, waiting, begun, copies)
    next(results)  # so that it has begun: to close what has not would leave the copies
    return results


def _done(
    pool: ProcessPoolExecutor, waiting: Iterator[Any], begun: set[Future[Any]], copies: Iterable[Any]
) -> Generator[Any]:
    over = False
    try:
        yield None
        while begun:
            done, begun = wait(begun, return_when=FIRST_COMPLETED)
            begun |= {pool.submit(_do, call) for call in islice(waiting, len(done))}
            for each in done:
                yield each.result()
        over = True
    finally:
        _end(pool, () if over else copies)


def _end(pool: ProcessPoolExecutor, unfinished: Iterable[Any]) -> None:
    """End the pool, and at once those copies of it whose work nobody waits for."""
    for copy in unfinished:
        copy.kill()
    pool.shutdown(cancel_futures=True)
    gc.unfreeze()


_work: Callable[[Any], Any]  # in a copy


def _begin(parent: int, work: Callable[[Any], Any]) -> None:
    global _work
    _work = work
    begin_copy(parent)


def _do(call: Any) -> Any:
    return _work(call)
