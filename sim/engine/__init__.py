"""The discrete-event model: a floor in, a trace out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.floor.trace import Cause, Kind, Outcome, Trace

if TYPE_CHECKING:
    from sim.engine.processes import ExpoFloor
    from sim.floor.arrays import Floor

__all__ = ["ENGINES", "Cause", "Kind", "Outcome", "Trace", "check_engine", "simulate"]

ENGINES = ("simpy",)


def simulate(floor: Floor, engine: str | type[ExpoFloor] = "simpy") -> Trace:
    """Run a floor and return what happened.

    `engine` is a name of `ENGINES`, or a subclass of `sim.engine.processes.ExpoFloor` with processes
    of one's own. Raises ValueError for a name that is not an engine's.
    """
    from sim.engine.processes import ExpoFloor
    from sim.floor.contract import check_floor

    check_engine(engine)
    check_floor(floor)
    play = ExpoFloor if isinstance(engine, str) else engine
    return play(floor).run()


def check_engine(engine: str | type[ExpoFloor]) -> None:
    """Raise ValueError for a name that is not an engine's."""
    if isinstance(engine, str) and engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is not one of {', '.join(ENGINES)}")
