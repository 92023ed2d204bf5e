"""Loops of draws and fits as machine code, where this process has it: NumPy's numbers, to the last bit.

An array operation goes through memory for each step of a hash or of a logarithm; machine code takes each
number through all of them at once. It comes with the compiled engine and is kept where that is; who draws
asks `have` and goes on with arrays where there is none. What each loop does, those say: `sim.streams`,
`sim.arithmetic` and `sim.matchmaking.wishes.affinity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

__all__ = ["TAKES", "Loops", "have", "use", "using"]

_DRAWS: Final = ("u8", "u8", "", "")  # keys, indices, how many there are, and of which stream
_EACH: Final = ("f8", "", "f8")  # numbers, how many there are, and where what they come to goes

TAKES: Final[dict[str, tuple[str, ...]]] = {
    "blocks": (*_DRAWS, "u8"),
    "uniform": (*_DRAWS, "f8"),
    "quartet": (*_DRAWS, "f8"),
    "mix": ("u8", ""),
    "below": ("u8", "u8", "", "", "f8", "f8", "", "u8", "i8", "u8"),
    "directions": ("f8", "f8", "", "i8", "i8", "", "f8", "f8"),
    "log": _EACH,
    "exp": _EACH,
    "normal_quantile": _EACH,
}
"""What each takes: a whole number (nothing said), or where numbers of a kind begin, as NumPy names it."""


class Loops(NamedTuple):
    """All of them, called with arrays whose numbers lie one after the other, and whole numbers."""

    blocks: Any
    uniform: Any
    quartet: Any
    mix: Any
    below: Any
    directions: Any
    log: Any
    exp: Any
    normal_quantile: Any


_loops: Loops | None = None


def have() -> Loops | None:
    """The loops of this process; None if it has none."""
    return _loops


def use(loops: Loops | None) -> None:
    """From now on have these."""
    global _loops
    _loops = loops


@contextmanager
def using(loops: Loops | None) -> Iterator[None]:
    """Have these inside."""
    before = _loops
    use(loops)
    try:
        yield
    finally:
        use(before)
