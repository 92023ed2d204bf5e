"""A floor in, a trace out: the state is laid out, played, and what happened is put in order."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np

from sim.engine.compiled.native import Functions, functions, interpreted, kept, put
from sim.engine.compiled.state import CHUNK, COLUMNS, KINDS, State, records, state_of
from sim.floor.arrays import Floor
from sim.floor.contract import FloorError
from sim.floor.order import TIME_BITS
from sim.floor.trace import Trace
from sim.loops import use

__all__ = ["compile_into", "here", "load", "loaded", "run"]

_COLUMNS: Final = ("i8", "i8", "i1", "i4", "i4", "i4", "i8", "i1", "i1", "i1")  # as `Trace` holds them
_LONG: Final = COLUMNS["long"]
_AS: Final = {kind["value"]: kind for kind in COLUMNS.values()}


class _Room(NamedTuple):
    """How many rows, turns and events there must be room for before anything happens."""

    rows: int
    turns: int
    events: int


_functions: Functions | None = None  # all, once they are compiled or loaded
_loading: Final = Lock()


def loaded() -> bool:
    """Whether this process has the rules compiled."""
    return _functions is not None


def load(path: Path) -> bool:
    """Take the rules from the folder they are kept in; False if that cannot be."""
    global _functions
    with _loading:
        if _functions is None:
            try:
                _functions = _taken(functions(kept(path)))
            except (OSError, ValueError, LookupError, RuntimeError, ImportError):
                return False
    return True


def compile_into(path: Path) -> None:
    """Compile the rules, which takes some 15 s, and keep them in an empty folder, tried out."""
    from sim.engine.compiled.compiling import machine_code
    from sim.engine.compiled.trying import try_out

    put(machine_code(), path)
    try_out(functions(kept(path)))


def _taken(made: Functions) -> Functions:
    """What whoever draws is to have of it, it has from now on."""
    use(made.loops)
    return made


def here() -> Functions:
    """All functions; if they have not been loaded they are compiled, for this process alone."""
    global _functions
    if interpreted():  # what is drawn has arrays then
        from sim.engine.compiled.kernel import play
        from sim.engine.compiled.ordering import in_order

        return Functions(play, in_order, None)
    with _loading:
        if _functions is None:
            from sim.engine.compiled.compiling import machine_code

            _functions = _taken(functions(machine_code()))
    return _functions


def run(floor: Floor, by: Functions | None = None) -> Trace:
    """Run a sound floor and return what happened; raise `FloorError` if that lasts too long to be played."""
    do = by or here()
    rows = _played(floor, do.play)  # by now there is no state any more
    return _in_order(rows, floor.n_actors, do.in_order)


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
    if interpreted():
        state.interpret()
    head = state.head[0]
    given = head if interpreted() else state.head
    first = state.tables["party"].next_row.astype(np.int64)
    own, more = int(head.own_rows), max(2 * need.rows, _guess(floor))
    _put(state, "row", own + more)
    _put(state, "whose", more)
    _put(state, "turn", 2 * need.turns)
    _put_events(state, 2 * need.events)
    written: list[Any] = []
    while not do_play(given, *need):  # room runs out: what is written is taken away, the rest grows
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


def _in_order(rows: _Rows, actors: int, do_order: Any) -> Trace:
    """The trace that these rows are, of so many actors."""
    theirs = np.bincount(rows.whose["actor"] + 1, minlength=actors + 1)
    begins = np.concatenate(([0], np.cumsum(theirs)))
    own, parties, n = rows.last - rows.first, len(rows.first), len(rows.others)
    most = max(int(theirs.max()), int((own + theirs[1 : parties + 1]).max(initial=0)))
    columns = [np.empty(own.sum() + n, kind) for kind in _COLUMNS]

    def longs(numbers: Any) -> Any:
        return numbers.astype(np.int64, copy=False).view(_LONG)

    room = (longs(begins.copy()), *(np.empty(each, _LONG) for each in (n, most, most)))
    of = (rows.own, longs(rows.first), longs(rows.last), parties, rows.others, rows.whose, n)
    do_order(*of, longs(begins), actors, *room, *(each.view(_AS[each.dtype]) for each in columns))
    return Trace(*columns)


def _others(state: State) -> tuple[Any, Any]:
    """The rows that no party has among its own, and whose they are."""
    head, rows = state.head[0], state.tables["row"]
    return rows[head.own_rows : head.written], state.tables["whose"][: head.written - head.own_rows]


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
