"""A floor in, a trace out: the state is laid out, played, and what happened is put in order."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from sim.engine.compiled.cache import kept
from sim.engine.compiled.kernel import play
from sim.engine.compiled.ordering import in_order
from sim.engine.compiled.state import KINDS, State, state_of
from sim.floor.arrays import Floor
from sim.floor.contract import FloorError
from sim.floor.order import TIME_BITS
from sim.floor.trace import Trace

__all__ = ["run"]

_COLUMNS: Final = ("i8", "i8", "i1", "i4", "i4", "i4", "i8", "i1", "i1", "i1")  # as `Trace` holds them


class _Room(NamedTuple):
    """How many rows, turns and events there must be room for before anything happens."""

    rows: int
    turns: int
    events: int


@cache
def _compiled() -> tuple[Any, Any]:
    """Both functions, from the cache or to be compiled when they are first called."""
    return kept(play), kept(in_order)


def run(floor: Floor) -> Trace:
    """Run a sound floor and return what happened; raise `FloorError` if that lasts too long to be played.

    Where Numba is told not to compile, the same functions run as plain Python: slow, for tests.
    """
    do_play, do_order = (play, in_order) if _is_interpreted() else _compiled()
    rows = _played(floor, do_play)  # by now there is no state any more
    columns = [np.empty(len(rows), kind) for kind in _COLUMNS]
    do_order(rows, floor.n_actors, *columns)
    return Trace(*columns)


def _is_interpreted() -> bool:
    config: Any = numba.config
    return bool(config.DISABLE_JIT)


def _played(floor: Floor, do_play: Any) -> Any:
    """The rows of a floor as they occurred."""
    state, need = state_of(floor), _room(floor)
    if _is_interpreted():
        state.interpret()
    _put(state, "row", max(2 * need.rows, _guess(floor)))
    _put(state, "turn", 2 * need.turns)
    _put(state, "event", 2 * need.events)
    written, head = [], state.head[0]
    while not do_play(state.head, *need):  # room runs out: what is written is taken away, the rest grows
        if head.written + need.rows > head.row_room:
            written.append(state.tables["row"][: head.written].copy())
            head.written = 0
        if head.waiting + need.events > head.event_room:
            old = state.tables["event"]
            _put(state, "event", 2 * len(old))
            state.tables["event"][: len(old)] = old
        if head.called - head.answered + need.turns > head.turn_room:
            _more_turns(state)
    _check_time(head)
    written.append(state.tables["row"][: head.written])
    return written[0] if len(written) == 1 else np.concatenate(written).view(np.recarray)


def _check_time(head: Any) -> None:
    """Each thing that a sound floor has is over in time; one after the other, running late, may not be."""
    if head.too_late:
        raise FloorError(f"what follows on one another must be over by 2**{TIME_BITS} ms for this engine")


def _room(floor: Floor) -> _Room:
    """No event and no turn makes more rows than a party has stops and bookings, or a floor actors."""
    days = floor.party_days
    own = np.diff(days.stop_index).max(initial=0) + np.diff(days.booking_index).max(initial=0)
    each = floor.n_actors + 16
    return _Room(int(own) + each, each, each)


def _guess(floor: Floor) -> int:
    """About how many rows there will be: memory that is not written to costs nothing."""
    return 2 * len(floor.stops.place) + 3 * len(floor.bookings.place) + 3 * floor.n_party_days


def _put(state: State, name: str, rows: int) -> None:
    state.put(name, np.empty(rows, dtype=KINDS[name]).view(np.recarray))


def _more_turns(state: State) -> None:
    """Make the ring of turns twice as long; those that have not gone on come first in it."""
    head, old = state.head[0], state.tables["turn"]
    waiting = old[np.arange(head.answered, head.called) % len(old)]
    _put(state, "turn", 2 * len(old))
    state.tables["turn"][: len(waiting)] = waiting
    head.answered, head.called = 0, len(waiting)
