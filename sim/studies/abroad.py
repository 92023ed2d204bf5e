"""What a worker of a cluster does: it sees that it is the same program, and unpacks what it was sent.

What is sent is bytes until then: another program could take them for something else.
"""

from __future__ import annotations

import pickle
import sys
import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from sim.studies.program import shipped

__all__ = ["OtherProgramError", "do", "mark", "packed", "said"]

_KEPT: Final = 4  # parcels unpacked: a scenario takes some 5 ms, and most tasks come with the one before


class OtherProgramError(Exception):
    """A worker is another program than the study; the text says which it is."""


def do(program: str, parcel: bytes, small: tuple[Any, ...]) -> Any:
    """What the function in the parcel makes of `small` and of what is in the parcel with it.

    Raises:
        OtherProgramError: this is not that program.
    """
    if mark() != program:
        raise OtherProgramError(said())
    work, large = _unpacked(parcel)
    return work(*small, *large)


def packed(work: Callable[..., Any], large: tuple[Any, ...]) -> bytes:
    """A function and what it is given, for `do`."""
    return zlib.compress(pickle.dumps((work, large), pickle.HIGHEST_PROTOCOL), 1)


@lru_cache(_KEPT)
def _unpacked(parcel: bytes) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    taken: tuple[Callable[..., Any], tuple[Any, ...]] = pickle.loads(zlib.decompress(parcel))
    return taken


@cache
def mark() -> str:
    """What tells this program from others: two of the same mark come to the same numbers.

    Of Python it has the version too: functions of a user's own travel in the form of that version.
    """
    return f"{shipped()} {_python()}"


def said() -> str:
    """This program, for people."""
    from sim import __version__

    return f"exposim {__version__} ({shipped()[:8]}) on Python {_python()}"


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
