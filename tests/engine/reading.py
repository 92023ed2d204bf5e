"""Reading a trace back as rows that a test can write down."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine import simulate
from sim.floor.arrays import NONE, Floor
from sim.floor.trace import Cause, Kind, Outcome, Trace
from tests.floors import FloorPlan

__all__ = ["Row", "check", "read", "told"]


class Row(NamedTuple):
    """A row of one actor. A loss was never served: its `wait` is filled in as its whole span."""

    kind: Kind
    place: int
    start: int
    end: int
    outcome: Outcome = Outcome.DONE
    wait: int = 0
    other: int = NONE
    cause: Cause = Cause.NONE


def read(trace: Trace, actor: int | None = None) -> list[Row]:
    """The rows of an actor (or of all), in the trace's order."""
    return [
        Row(Kind(kind), place, start, end, Outcome(outcome), wait, other, Cause(cause))
        for who, kind, place, start, end, outcome, wait, other, cause in zip(
            *(
                getattr(trace, name).tolist()
                for name in ("actor", "kind", "place", "start", "end", "outcome", "wait", "other", "cause")
            ),
            strict=True,
        )
        if actor is None or who == actor
    ]


def told(floor: Floor | FloorPlan) -> dict[int, list[Row]]:
    """Runs a floor: the rows of each actor that has any, by start, end and kind."""
    trace = simulate(floor.build() if isinstance(floor, FloorPlan) else floor)
    rows: dict[int, list[Row]] = {}
    for actor in sorted(set(trace.actor.tolist())):
        rows[actor] = sorted(read(trace, actor), key=_when)
    return rows


def check(rows: list[Row], *expected: Row, only: Kind | None = None) -> None:
    """These rows and no others (of one kind, if told)."""
    got = [row for row in rows if only is None or row.kind == only]
    want = sorted(map(_whole, expected), key=_when)
    assert got == want, "\n".join(["got:", *map(str, got), "expected:", *map(str, want)])


_SERVED = (Outcome.DONE, Outcome.LATE)


def _whole(row: Row) -> Row:
    lost = row.outcome not in _SERVED and row.kind != Kind.DELEGATE
    return row._replace(wait=row.end - row.start) if lost else row


def _when(row: Row) -> tuple[int, int, int]:
    return row.start, row.end, row.kind
