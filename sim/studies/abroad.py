"""What a worker of a cluster does: it sees that it is the same program, and unpacks what it was sent.

What is sent is bytes until then: another program could take them for something else.
"""

from __future__ import annotations

import pickle
import sys
import time
import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from sim.studies.program import shipped

__all__ = ["OtherProgramError", "do", "mark", "packed", "said"]

_KEPT: Final = 4  # parcels unpacked: a scenario takes some 5 ms, and most tasks come with the one before


class OtherProgramError(Exception):
    """A worker is another program than the study; the text says which it is."""


def do(
    program: str, parcels: list[bytes], calls: list[tuple[int, tuple[Any, ...]]], longest: float
) -> tuple[list[Any], float]:
    """What the functions in the parcels make of what is in there with them and of what else they are given.

    Args:
        program: the mark of the study's program.
        parcels: as `packed` makes them.
        calls: each the number of a parcel, and what its function is given first.
        longest: seconds after which no other call is taken up.

    Returns:
        What the first calls came to, of which there is at least one, and the seconds they took.

    Raises:
        OtherProgramError: this is not that program.
    """
    if mark() != program:
        raise OtherProgramError(said())
    begun = time.perf_counter()
    results: list[Any] = []
    seconds = 0.0
    for which, given in calls:
        if results and seconds > longest:
            break
        work, large = _unpacked(parcels[which])
        results.append(work(*given, *large))
        seconds = time.perf_counter() - begun
    return results, seconds


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
