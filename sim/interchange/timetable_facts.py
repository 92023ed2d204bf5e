"""Facts of a timetable that a summary and JSON both tell: minutes, requests, clashes, prices."""

from __future__ import annotations

from typing import Any, Final

from sim.interchange.arranging import Arranged
from sim.matchmaking.policies.must_clash import must_clash

__all__ = ["clash_of", "minutes_of", "named_request", "price"]

_CLASHES: Final = 5  # must-meets of which the clash is sought: each can take a second


def _timed(arranged: Arranged) -> bool:
    """Whether somebody said when the slots are."""
    return any(arranged.lists.slots.shown_start)


def minutes_of(arranged: Arranged, time: int) -> float | None:
    """Minutes of ms, whole ones as such; None if nobody said when the slots are."""
    minutes = round(int(time) / 60_000, 3)
    return (int(minutes) if minutes == int(minutes) else minutes) if _timed(arranged) else None


def price(value: float | None) -> float | None:
    """Without the last digits, which the whole-number weights of a flow leave behind."""
    return None if value is None else float(f"{value:.9g}")


def clash_of(arranged: Arranged, request: int, turn: int) -> dict[str, Any]:
    """The lines of the must-meets that cannot all be held, of those with this one; of the first few only."""
    made = arranged.timetable
    found = must_clash(made.problem, made.slot, request) if turn < _CLASHES else None
    if found is None:
        return {"clash": None, "smallest": False}
    lines = [arranged.lists.requests.lines[k] for k in found.requests]
    return {"clash": lines, "smallest": found.smallest}


def named_request(arranged: Arranged, request: int) -> dict[str, Any]:
    """A request by its line, its id and those that it is of, as they are called."""
    asked = arranged.lists.requests
    return {
        "line": asked.lines[request],
        "id": asked.ids[request] or None,
        "who": asked.called[request][0],
        "whom": asked.called[request][1],
    }
