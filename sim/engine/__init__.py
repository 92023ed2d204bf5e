"""The discrete-event model: a floor in, a trace out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sim.floor.trace import Cause, Kind, Outcome, Trace

if TYPE_CHECKING:
    from sim.engine.processes import ExpoFloor
    from sim.floor.arrays import Floor

__all__ = ["ENGINES", "Cause", "Kind", "Outcome", "Trace", "check_engine", "simulate"]

ENGINES = ("simpy", "compiled")


def simulate(floor: Floor, engine: str | type[ExpoFloor] = "simpy") -> Trace:
    """Run a floor and return what happened.

    `engine` is a name of `ENGINES`, or a subclass of `sim.engine.processes.ExpoFloor` with processes
    of one's own. Both engines give the same trace, to the last bit; the compiled one needs Numba, and
    some 15 s once to be compiled. Raises ValueError for a name that is not an engine's, or where Numba
    is not there.
    """
    from sim.engine.processes import ExpoFloor
    from sim.floor.contract import check_floor

    check_engine(engine)
    check_floor(floor)
    if engine == "compiled":
        from sim.engine.compiled import run

        return run(floor)
    play = ExpoFloor if isinstance(engine, str) else engine
    return play(floor).run()


def check_engine(engine: str | type[ExpoFloor]) -> None:
    """Raise ValueError for a name that is not an engine's, or if what it needs is not installed."""
    if isinstance(engine, str) and engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is not one of {', '.join(ENGINES)}")
    if engine == "compiled" and find_spec("numba") is None:
        raise ValueError("engine 'compiled' needs Numba: pip install 'exposim[compiled]', or take simpy")
