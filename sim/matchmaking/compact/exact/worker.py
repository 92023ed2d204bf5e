"""One contestant in its own process, started by the race as a worker of `sim.workers`.

It reads a task from its standard input and writes a line of JSON for each thing it finds:
`{"slots": […]}` a timetable, `{"bound": n}` no timetable has fewer breaks, `{"proven": true}` the last
timetable has the fewest breaks, or there is none if there was none. A process of its own can be
killed at once in the midst of a solver's call.
"""

from __future__ import annotations

import json
import pickle
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from sim.matchmaking.compact.agreed import Agreed
from sim.matchmaking.compact.exact.encoding import encode
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.neighbourhood import Neighbourhoods
from sim.matchmaking.compact.exact.search import from_above, from_below, within

__all__ = ["Task", "contest", "main"]


@dataclass(frozen=True, slots=True)
class Task:
    """What a contestant is to do: `search` is "above" or "below", `solver` a name that PySAT knows.

    A search from above begins with the timetable `begin`, the slot of each meeting, if there is one. One
    from below with a number `most` asks whether any has no more breaks: `left` need hold nothing else.
    """

    problem: Agreed
    left: Left
    search: str
    solver: str
    seconds: float
    begin: tuple[int, ...] | None = None
    most: int | None = None


def contest(task: Task) -> None:
    """Search until it is proven, telling on standard output what is found."""
    encoding = encode(task.problem, task.left)

    def found(model: Sequence[int], _: int) -> None:
        _tell({"slots": encoding.timetable(model)})

    if task.search == "above":
        parts = Neighbourhoods(task.problem, encoding)
        begin = () if task.begin is None else encoding.literals(task.begin)
        from_above(encoding.formula, encoding.costs, found, task.solver, parts, begin, encoding.ordered)
        _tell({"proven": True})
        return
    encoding.formula.add(encoding.ordered)
    if task.most is not None:
        if not within(encoding.formula, encoding.costs, task.most, found, task.solver):
            _tell({"bound": task.most + 1})
        return
    from_below(encoding.formula, encoding.costs, found, lambda bound: _tell({"bound": bound}), task.solver)
    _tell({"proven": True})


def _tell(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the task and contest."""
    task: Task = pickle.load(sys.stdin.buffer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the race ends its contestants itself
    if hasattr(signal, "setitimer"):
        # Where the system does not end it with its race, its own alarm does, in a solver's call too.
        signal.setitimer(signal.ITIMER_REAL, task.seconds + 10)
    contest(task)
