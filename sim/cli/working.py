"""Long work of solvers in C: Ctrl-C ends it, and what they print does not reach standard output."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TypeVar

from sim.cli.stopping import interrupted

__all__ = ["listening"]

_T = TypeVar("_T")


def listening(work: Callable[[], _T]) -> _T:
    """The work's result, or what it raised.

    It is done in a thread, while this one listens for Ctrl-C: a call in C hears none before it ends.
    """
    done: list[_T] = []
    failed: list[BaseException] = []
    ended = Event()  # a thread whose `join` is interrupted says that it has ended when it has not

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)
        finally:
            ended.set()

    with _hushed():
        Thread(target=run, daemon=True).start()
        try:
            while not ended.wait(0.2):
                pass
        except KeyboardInterrupt:
            atexit.register(_leave, ended)
            raise
    if failed:
        raise failed[0]
    return done[0]


def _leave(ended: Event) -> None:
    """End the process in spite of a thread in C, which would crash in an orderly end."""
    if not ended.is_set():
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(interrupted())


@contextmanager
def _hushed() -> Iterator[None]:
    """Whatever is printed by way of the system's standard output, and not of Python's, is dropped.

    HiGHS prints notes in the middle of its work whatever it is told, and a timetable goes there.
    """
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (AttributeError, OSError):  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        _flush_c()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _flush_c() -> None:
    """Empty the buffers of C's own streams."""
    import ctypes

    try:
        ctypes.CDLL(None).fflush(None)
    except (AttributeError, OSError, TypeError):  # not on this system
        return
