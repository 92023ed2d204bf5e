"""Lists in order of slots: calls that wait for a delegate, meetings that wait for a table or an interpreter.

Each entry knows who comes after it, in the table `listed`: first a row for each call, then two for each
meeting (at its table, and for an interpreter), then one before the first of each list.
"""

from __future__ import annotations

from sim.engine.compiled import records as of
from sim.engine.compiled.compiling import rule
from sim.engine.compiled.state import Head
from sim.floor.arrays import NONE

__all__ = ["enter", "strike"]


@rule
def enter(f: Head, head: int, entry: int) -> None:
    """Put an entry into the list of this head, by start, then number."""
    start, ahead, here = of.listed(f, entry).start, head, of.listed(f, head).after
    while here != NONE and (of.listed(f, here).start, here) < (start, entry):
        ahead, here = here, of.listed(f, here).after
    of.listed(f, entry).after = here
    of.listed(f, ahead).after = entry


@rule
def strike(f: Head, head: int, entry: int) -> None:
    """Take an entry out of the list of this head, if it is in it."""
    ahead, here = head, of.listed(f, head).after
    while here != NONE and here != entry:
        ahead, here = here, of.listed(f, here).after
    if here == entry:
        of.listed(f, ahead).after = of.listed(f, entry).after
