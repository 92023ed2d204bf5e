"""Threads: parts of one piece of work that processors with nothing else to do take on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Final, TypeVar

__all__ = ["idle_processors", "in_threads"]

T = TypeVar("T")
R = TypeVar("R")

_at_once: Final[ContextVar[int]] = ContextVar("at_once", default=1)


@contextmanager
def idle_processors(many: int) -> Iterator[None]:
    """Inside, work may be done in so many threads at once; without, or with 1, in this one alone."""
    before = _at_once.set(many)
    try:
        yield
    finally:
        _at_once.reset(before)


def in_threads(function: Callable[[T], R], parts: Iterable[T]) -> list[R]:
    """What a function gives of each part, in their order.

    It must not change what another part reads. NumPy lets others work while it is at large arrays, so parts
    should be large. An error, or Ctrl-C, ends it once the parts that are at work are done.
    """
    parts = list(parts)
    many = min(_at_once.get(), len(parts))
    if many < 2:
        return [function(part) for part in parts]
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(many)
    try:
        given = [pool.submit(copy_context().run, function, part) for part in parts]
        return [each.result() for each in given]
    finally:
        pool.shutdown(cancel_futures=True)
