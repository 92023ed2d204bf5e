"""What a replication takes over from the one run before it: trace and KPIs, where they would be the same.

A trace is a function of the floor. Where two variants have the same floor, to the last bit, as where only
what counts as useful or what comes of contacts is another, it is played once. Where nothing else of their
expos differs than the terms of what comes of contacts, KPIs of all other themes are taken over too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.engine.choosing import Taken
from sim.expo.watched import same

if TYPE_CHECKING:
    from sim.engine.processes import ExpoFloor
    from sim.expo import Expo
    from sim.expo.shared import Shared
    from sim.floor.trace import Trace
    from sim.statistics import Result

__all__ = ["Before", "before", "hold"]

_STEP = "engine.play"


@dataclass(frozen=True, slots=True)
class Before:
    """What is held of a replication that was run: not what was read of its trace, which is as large again."""

    engine: str
    expo: Expo
    trace: Trace
    taken: Taken
    kpis: Mapping[str, float]
    """All but one's own; none if they were not asked for."""

    def has_played(self, expo: Expo, engine: str | type[ExpoFloor], shared: Shared) -> bool:
        """Whether it has played the floor of another expo, by the same engine."""
        again = self.engine == engine and same(self.expo.floor, expo.floor)
        (shared.taken if again else shared.done)[_STEP] += 1
        return again

    def known_of(self, expo: Expo) -> Mapping[str, float]:
        """The KPIs, if those of another expo on this floor differ at most in what comes of contacts."""
        mine = self.expo
        terms = replace(mine.terms, outcomes=expo.terms.outcomes, fitted=expo.terms.fitted)
        renamed = replace(mine, name=expo.name, title=expo.title, hash=expo.hash)
        return self.kpis if same(replace(renamed, terms=terms, floor=expo.floor), expo) else {}


def before(shared: Shared, seed: int, replication: int) -> Before | None:
    """What the last run with this came to, if it was of this replication; whatever it was, it is let go."""
    if shared.last is None:
        return None
    (engine, result), shared.last = shared.last, None
    if (result.seed, result.replication) != (seed, replication):
        return None
    taken = Taken(result.engine, result.engine_note)
    return Before(engine, result.expo, result.trace, taken, vars(result).get("worked_out", {}))


def hold(shared: Shared, engine: str | type[ExpoFloor], result: Result) -> None:
    """Hold a result for the run that comes next; not that of an engine of one's own, which may draw."""
    if isinstance(engine, str):
        shared.last = engine, result
