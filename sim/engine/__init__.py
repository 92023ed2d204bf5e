"""The discrete-event model: a floor in, a trace out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sim.floor.trace import Cause, Kind, Outcome, Trace

if TYPE_CHECKING:
    from sim.engine.choosing import Taken
    from sim.engine.processes import ExpoFloor
    from sim.floor.arrays import Floor

__all__ = ["ENGINES", "Cause", "Kind", "Outcome", "Trace", "check_engine", "play", "simulate"]

ENGINES = ("auto", "simpy", "compiled")


def simulate(floor: Floor, engine: str | type[ExpoFloor] = "auto") -> Trace:
    """Run a floor and return what happened.

    `engine` is a name of `ENGINES`, or a subclass of `sim.engine.processes.ExpoFloor` with processes
    of one's own. Both engines give the same trace, to the last bit; the compiled one needs Numba, and
    some 15 s once to be compiled. `auto` takes whichever is over first: the compiled one where it is kept
    from before, or the floor is so large that compiling is the shorter way. Raises ValueError for a name
    that is not an engine's, or where Numba is asked for and not there.
    """
    return play(floor, engine)[0]


def play(
    floor: Floor, engine: str | type[ExpoFloor] = "auto", left: float = 1, *, background: bool = False
) -> tuple[Trace, Taken]:
    """What `simulate` does, and which engine it was.

    Of floors like this one, `left` are to be played by this process; with `background`, `auto` may have
    another process compile the engine, once, for those that come later.
    """
    from sim.engine.choosing import Taken, prepare, take
    from sim.floor.contract import check_floor

    check_engine(engine)
    check_floor(floor)
    if isinstance(engine, type):
        return engine(floor).run(), Taken(f"{engine.__module__}.{engine.__qualname__}")
    if engine == "auto":
        taken = take(floor, left, background=background)
    else:
        why = prepare() if engine == "compiled" else ""
        taken = Taken(engine, f"the engine was compiled for this process alone: {why}" if why else "")
    if taken.engine == "compiled":
        from sim.engine.compiled import run

        return run(floor), taken
    from sim.engine.processes import ExpoFloor

    return ExpoFloor(floor).run(), taken


def ready(engine: str) -> None:
    """Load what this engine will need; of `auto` the compiled one, if it is kept. For many floors."""
    from sim.engine.choosing import have, prepare

    if engine == "auto":
        have()
    elif engine == "compiled" and prepare():  # it cannot be kept: copies of this process have it from here
        from sim.engine.compiled import run
        from sim.engine.compiled.smallest import smallest

        run(smallest())


def check_engine(engine: str | type[ExpoFloor]) -> None:
    """Raise ValueError for a name that is not an engine's, or if what it needs is not installed."""
    if isinstance(engine, str) and engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is not one of {', '.join(ENGINES)}")
    if engine == "compiled" and find_spec("numba") is None:
        raise ValueError("engine 'compiled' needs Numba: pip install 'exposim[compiled]', or take simpy")
