"""One replication: build the expo, run its floor, read the trace."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from operator import index
from os import PathLike
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.processes import ExpoFloor
    from sim.expo.evenings import Evening
    from sim.expo.shared import Shared
    from sim.scenario import Scenario
    from sim.statistics import Result

__all__ = ["checked", "one_of", "prepare", "run", "visits_of", "whole_number"]

_MOST_SEED: Final = 2**63 - 1
_WORTH_LOADING: Final = 1_000  # visits, which SimPy plays in as long as it takes to load the compiled engine


def run(
    scenario: Scenario | str | PathLike[str],
    *,
    replication: int = 0,
    seed: int | None = None,
    engine: str | type[ExpoFloor] = "auto",
    shared: Shared | None = None,
) -> Result:
    """Run one replication of a scenario.

    The same scenario, seed and replication give the same bytes, in any process and in any order.

    Args:
        scenario: the scenario, as `sim.load` returns it; or what `sim.load` takes.
        replication: the number of the replication, from 0.
        seed: of all random draws; the scenario's own (`expo.seed`) if left out.
        engine: "simpy", "compiled", or "auto", which takes whichever is over first (`Result.engine` says
            which that was; the bytes are the same); or a subclass of `sim.engine.processes.ExpoFloor`
            with processes of one's own.
        shared: what earlier runs came to, from building their expos to their KPIs: what would be the same
            again is taken from there. Give the same `sim.expo.Shared()` to all variants of a scenario.

    Raises:
        ValueError: there is no engine of that name, or a number is not whole or out of range.
        ScenarioError: the scenario is well-formed but cannot be built, for instance a programme
            that does not fit into its rooms.
    """
    from sim.scenario.load import scenario_of

    replication = whole_number("replication", replication, 0)
    seed = checked(seed, engine)
    return one_of(scenario_of(scenario), replication=replication, seed=seed, engine=engine, shared=shared)


def one_of(
    scenario: Scenario,
    *,
    replication: int,
    seed: int | None,
    engine: str | type[ExpoFloor],
    left: float = 1,
    background: bool = False,
    shared: Shared | None = None,
    tell: Callable[[str], object] | None = None,
) -> Result:
    """What `run` does, for one of `left` replications that this process has to run: see `engine.play`.

    `tell` is called with a word for each stage that begins: a large fair takes minutes. Where a matchmaking
    programme is planned again each evening, the days are played up to it, then all of them with that plan:
    the same draws, so that the days that were are as they were.
    """
    import numpy as np

    from sim import scipy_parts
    from sim.engine import play, ready
    from sim.expo import build
    from sim.expo.shared import Shared
    from sim.played import before, hold
    from sim.statistics import Result
    from sim.statistics.evening import evening_of
    from sim.statistics.reading import DAY

    scipy_parts.load()
    if isinstance(engine, str) and left * visits_of(scenario) >= _WORTH_LOADING:
        ready(engine)  # before anything is drawn: loops of draws come with it
    stage = tell or str
    again = [section.replan_evenings for section in scenario.data.matchmaking.values()]
    if any(again) and shared is None:
        shared = Shared()  # but for the meetings of the days left, each evening's expo is the same
    last = scenario.data.expo.days - 1 if any(again) else 0
    own = scenario.data.expo.seed if seed is None else seed
    earlier = None if shared is None else before(shared, own, replication)

    def played(evening: tuple[Evening | None, ...]) -> Result:
        nonlocal earlier
        expo = build(scenario, replication, seed, shared=shared, tell=stage, evening=evening)
        stage("playing")
        if shared is not None and earlier is not None and earlier.has_played(expo, engine, shared):
            by, note = earlier.taken.engine, earlier.taken.note
            return Result(expo, earlier.trace, scenario, by, note, earlier.known_of(expo))
        earlier = None  # its memory is needed now
        trace, taken = play(expo.floor, engine, left * (last + 1), background=background)
        return Result(expo, trace, scenario, taken.engine, taken.note)

    result = played(())
    if not last:
        if shared is not None:
            hold(shared, engine, result)
        return result
    sent = np.bincount(result.expo.requests.programme, minlength=len(again)).tolist()
    for day in range(1, last + 1):
        stage(f"planning day {day + 1} again")
        known = tuple(
            evening_of(result.ledger, number, sent[number], day * DAY) if wanted else None
            for number, wanted in enumerate(again)
        )
        result = played(known)
    return result


def visits_of(scenario: Scenario) -> int:
    """Visits in a replication of a scenario."""
    return sum(persona.visits for persona in scenario.data.visitors.values())


def prepare(scenario: Scenario, engine: str) -> None:
    """Load and work out what all replications of a scenario share: copies of this process then have it."""
    from sim import scipy_parts
    from sim.engine import ready
    from sim.expo.build import share

    if scenario.data.matchmaking:
        import_module("ortools.graph.python.min_cost_flow")
    scipy_parts.load()
    with suppress(Exception):  # what fails here fails in a replication too, which tells it
        ready(engine)
        share(scenario)


def checked(seed: int | None, engine: str | type[ExpoFloor]) -> int | None:
    """The seed as a whole number. Raises ValueError for a seed, or an engine, that there is not."""
    from sim.engine import check_engine

    check_engine(engine)
    return None if seed is None else whole_number("seed", seed, 0, _MOST_SEED)


def whole_number(name: str, value: object, least: int, most: int | None = None) -> int:
    """The value as a whole number. Raises ValueError if it is none, or out of range."""
    try:
        number = index(value) if not isinstance(value, bool) else None  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None:
        raise ValueError(f"{name} = {value!r}: a whole number is needed")
    if number < least:
        raise ValueError(f"{name} = {number}: at least {least} is needed")
    if most is not None and number > most:
        raise ValueError(f"{name} = {number}: at most {most} is possible")
    return number
