"""Parts of a piece of work of which none needs another: done here in turn, or as whoever runs it has said.

What comes out must not depend on where a part is done: it draws by keys, and changes nothing that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, TypeVar

__all__ = ["Way", "at_once", "by", "done", "in_turn"]

_T = TypeVar("_T")

Way: TypeAlias = "Callable[[Callable[[int], Any], int], list[Any]]"
"""Does a number of parts, each by its number from 0; what they come to, in their order."""


def in_turn(part: Callable[[int], _T], many: int) -> list[_T]:
    """Here, one after the other."""
    return [part(number) for number in range(many)]


_way: ContextVar[Way] = ContextVar("_way", default=in_turn)


@contextmanager
def by(way: Way) -> Iterator[None]:
    """Parts of what is done inside are done in this way."""
    before = _way.set(way)
    try:
        yield
    finally:
        _way.reset(before)


def at_once() -> bool:
    """Whether several may be done at once: then many parts are better than few."""
    return _way.get() is not in_turn


def done(part: Callable[[int], _T], many: int) -> list[_T]:
    """What the parts come to, in order; `part` is given numbers from 0."""
    return _way.get()(part, many)
