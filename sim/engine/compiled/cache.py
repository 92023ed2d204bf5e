"""How compiled functions are kept in a folder, and taken from it without ever being compiled there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
from numba.core import event

__all__ = ["NotKeptError", "keeping", "only_kept", "plain"]


class NotKeptError(Exception):
    """A function would have to be compiled."""


def plain(function: Any) -> Any:
    """A function that is compiled when it is first called, and kept nowhere."""
    return numba.njit(nogil=True)(function)


def keeping(function: Any, path: Path) -> Any:
    """A function that is taken from the folder when it is first called, or compiled and put there."""
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(path)  # read when a function is made, for all of them alike
    try:
        return numba.njit(nogil=True, cache=True)(function)
    finally:
        config.CACHE_DIR = before


class _Refusing(event.Listener):
    """Stops these functions, and nobody else's in another thread, from being compiled."""

    def __init__(self, functions: Collection[Any]) -> None:
        self._functions = functions

    def on_start(self, event: Any) -> None:
        if any(event.data["dispatcher"] is each for each in self._functions):
            raise NotKeptError

    def on_end(self, event: Any) -> None:
        pass


@contextmanager
def only_kept(functions: Collection[Any]) -> Iterator[None]:
    """Within, a call of one of these functions raises NotKeptError if it would have to be compiled."""
    with event.install_listener("numba:compile", _Refusing(functions)):
        yield
