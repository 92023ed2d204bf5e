"""A floor in, a trace out: the state is laid out, played, and what happened is put in order."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from sim.engine.compiled.cache import kept
from sim.engine.compiled.kernel import play
from sim.engine.compiled.ordering import in_order
from sim.engine.compiled.state import HEAD, KINDS, State, state_of
from sim.floor.arrays import Floor
from sim.floor.trace import Trace

__all__ = ["run"]

_COLUMNS: Final = ("i8", "i8", "i1", "i4", "i4", "i4", "i8", "i1", "i1", "i1")  # as `Trace` holds them
_MANY: Final = 1 << 14  # rows of everything, where nothing is compiled: for small floors


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
    """Run a sound floor and return what happened."""
    state, need = state_of(floor), _room(floor)
    config: Any = numba.config
    if config.DISABLE_JIT:
        return _interpreted(floor, state)
    do_play, do_order = _compiled()
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
    written.append(state.tables["row"][: head.written])
    rows = written[0] if len(written) == 1 else np.concatenate(written).view(np.recarray)
    columns = [np.empty(len(rows), kind) for kind in _COLUMNS]
    do_order(rows, floor.n_actors, *columns)
    return Trace(*columns)


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


def _interpreted(floor: Floor, state: State) -> Trace:
    """The same functions as plain Python, where Numba is told not to compile: slow, for tests."""
    for name in ("row", "turn", "event"):
        _put(state, name, 4 * _MANY)
    single = {name: int(state.head[name][0]) for name in HEAD.names or () if name not in KINDS}
    head = SimpleNamespace(tables=state.tables, **single)
    if not play([head], _MANY, _MANY, _MANY):
        raise ValueError("the floor is too large to be played without compiling")
    rows = state.tables["row"][: head.written]
    columns = [np.empty(len(rows), kind) for kind in _COLUMNS]
    in_order(rows, floor.n_actors, *columns)
    return Trace(*columns)
