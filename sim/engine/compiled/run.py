"""A floor in, a trace out: the state is laid out, played, and what happened is put in order."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from sim.engine.compiled.cache import NotKeptError, keeping, only_kept, plain
from sim.engine.compiled.events import CHUNK
from sim.engine.compiled.kernel import play
from sim.engine.compiled.ordering import in_order
from sim.engine.compiled.smallest import smallest
from sim.engine.compiled.state import KINDS, State, records, state_of
from sim.floor.arrays import Floor
from sim.floor.contract import FloorError
from sim.floor.order import TIME_BITS
from sim.floor.trace import Trace

__all__ = ["compile_into", "load", "loaded", "run"]

_COLUMNS: Final = ("i8", "i8", "i1", "i4", "i4", "i4", "i8", "i1", "i1", "i1")  # as `Trace` holds them


class _Room(NamedTuple):
    """How many rows, turns and events there must be room for before anything happens."""

    rows: int
    turns: int
    events: int


_functions: tuple[Any, Any] | None = None  # both, once they are compiled or loaded
_loading: Final = Lock()


def loaded() -> bool:
    """Whether this process has the rules compiled."""
    return _functions is not None


def load(path: Path) -> bool:
    """Take the rules from the folder they are kept in; False if any of them would have to be compiled."""
    with _loading:
        if _functions is None:
            with suppress(NotKeptError, Exception):  # what Numba finds in a spoiled file
                _take(path, compiling=False)
        return loaded()


def compile_into(path: Path) -> None:
    """Compile the rules, which takes some 15 s, and keep them in an empty folder."""
    with _loading:
        _take(path, compiling=True)


def _take(path: Path, *, compiling: bool) -> None:
    """Have both functions of a folder, tried out before anybody else plays with them."""
    global _functions
    found = keeping(play, path), keeping(in_order, path)
    with nullcontext() if compiling else only_kept(found):
        run(smallest(), found)
    _functions = found


def _compiled() -> tuple[Any, Any]:
    """Both functions; if they have not been loaded they are compiled when they are first called."""
    global _functions
    if _functions is None:
        _functions = plain(play), plain(in_order)
    return _functions


def run(floor: Floor, functions: tuple[Any, Any] | None = None) -> Trace:
    """Run a sound floor and return what happened; raise `FloorError` if that lasts too long to be played.

    Where Numba is told not to compile, the same functions run as plain Python: slow, for tests.
    """
    do_play, do_order = (play, in_order) if _is_interpreted() else functions or _compiled()
    rows = _played(floor, do_play)  # by now there is no state any more
    columns = [np.empty((rows.last - rows.first).sum() + len(rows.others), kind) for kind in _COLUMNS]
    do_order(*rows, floor.n_actors, *columns)
    return Trace(*columns)


def _is_interpreted() -> bool:
    config: Any = numba.config
    return bool(config.DISABLE_JIT)


class _Rows(NamedTuple):
    """What occurred: each party's own rows side by side, then all others as they came."""

    own: Any
    first: Any  # of each party among `own`
    last: Any  # of each party, the one after it
    others: Any
    whose: Any  # the actor of each of `others`


def _played(floor: Floor, do_play: Any) -> _Rows:
    """The rows of a floor."""
    state, need = state_of(floor), _room(floor)
    if _is_interpreted():
        state.interpret()
    head = state.head[0]
    first = state.tables["party"].next_row.astype(np.int64)
    own, more = int(head.own_rows), max(2 * need.rows, _guess(floor))
    _put(state, "row", own + more)
    _put(state, "whose", more)
    _put(state, "turn", 2 * need.turns)
    _put_events(state, 2 * need.events)
    written: list[Any] = []
    while not do_play(state.head, *need):  # room runs out: what is written is taken away, the rest grows
        if head.written + need.rows > head.row_room:
            written.append([each.copy() for each in _others(state)])
            head.written = own
        if head.waiting + head.put_off + need.events > head.event_room:
            events, later = state.tables["event"], state.tables["later"]
            _put_events(state, 2 * len(events))
            state.tables["event"][: len(events)] = events
            state.tables["later"][: len(later)] = later
        if head.called + need.turns > head.turn_room:
            _more_turns(state)
    _check_time(head)
    others, whose = (np.concatenate(parts) for parts in zip(*written, _others(state), strict=True))
    last = state.tables["party"].next_row.astype(np.int64)
    return _Rows(state.tables["row"][:own], first, last, others.view(np.recarray), whose)


def _others(state: State) -> tuple[Any, Any]:
    """The rows that no party has among its own, and whose they are."""
    head, rows = state.head[0], state.tables["row"]
    return rows[head.own_rows : head.written], state.tables["whose"].actor[: head.written - head.own_rows]


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
    """About how many rows there will be that are not a party's own, or find no room among these.

    Memory that is not written to costs nothing.
    """
    return 4 * len(floor.calls.booth) + 2 * len(floor.bookings.place) + len(floor.stops.place)


def _put(state: State, name: str, rows: int) -> None:
    state.put(name, records(KINDS[name], rows))


def _put_events(state: State, events: int) -> None:
    """Room for so many events, each in a chunk of its own if need be."""
    _put(state, "event", events)
    _put(state, "later", (CHUNK + 1) * (events + 1))


def _more_turns(state: State) -> None:
    """Make room for twice as many turns; those that have not gone on come first."""
    head, old = state.head[0], state.tables["turn"]
    waiting = old[head.answered : head.called]
    _put(state, "turn", 2 * len(old))
    state.tables["turn"][: len(waiting)] = waiting
    head.answered, head.called = 0, len(waiting)
