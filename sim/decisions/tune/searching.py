"""Which of many combinations are good: proposed in batches, and raced over the same replications.

Eight at a time are run in five replications; the better half of those that are not clearly behind the best
so far in ten, and the better half of these in twenty. *Clearly behind* is a one-sided paired t-test at 2.5 %;
for two objectives, that one other combination is ahead in both. That is a way to find good ones, and no proof
of anything: what is told of those it finds is worked out in other replications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, Final, Literal

from sim.decisions.tune.proposing import Known, proposed
from sim.decisions.tune.space import Dimension, Position, combinations, neighbours
from sim.statistics.intervals import student_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LEAST", "Searched", "Tried", "search"]

_BATCH: Final = 8
_RUNGS: Final = (5, 10, 20)  # replications of a batch, of its better half, of the better half of that
LEAST: Final = 80
"""Runs of a batch at most, and so the least budget with which anything is searched."""
_SURE: Final = 0.975  # of a combination that it is behind
_SAFE: Final = 4  # finalists that are worse than the best, should that break a constraint after all
_DOUBTFUL: Final = 1e-9  # by how much a combination breaks constraints of which that is not seen
_STILL: Final = 3  # batches without a better one after which there is an end

Evaluate = Callable[[Sequence[Position], range], "Iterable[NDArray[np.float64] | None]"]
"""What each combination comes to: (objectives, replications), more is better; None of one of which there is
no scenario, nan of one that could not be run."""
Broken = Callable[[Position, int], tuple[float, bool]]
"""By how much a combination breaks the constraints after so many replications, beyond what chance explains (0
if it does not, inf if that is shown), and whether it seems to keep them beyond what chance explains."""


@dataclass(eq=False)
class Tried:
    """A combination that was tried."""

    position: Position
    values: NDArray[np.float64]
    """(objectives, replications)"""
    broken: float = 0.0
    keeps: bool = True
    """Whether it seems to keep the constraints."""
    behind: bool = False
    """Whether it is clearly behind another."""

    @property
    def n(self) -> int:
        """Replications."""
        return int(self.values.shape[1])

    @property
    def cannot_be(self) -> bool:
        """Whether there is no such scenario, or it could not be run."""
        return bool((self.values != self.values).any())  # nan

    @property
    def alive(self) -> bool:
        """Whether it may be the best."""
        return not self.behind and isfinite(self.broken) and not self.cannot_be


@dataclass(frozen=True, eq=False)
class Searched:
    """What was tried, and which of it is worth a closer look."""

    tried: tuple[Tried, ...] = field(repr=False)
    finalists: tuple[Position, ...]
    """The best of them as far as is seen, the best first; for two objectives those that none is ahead of."""
    runs: int
    combinations: int
    """How many there are."""
    ended: Literal["all", "still", "budget"]
    """Why it did: all were tried, nothing better was found for some time, or the budget was used up."""

    @property
    def impossible(self) -> tuple[Position, ...]:
        """Combinations of which no scenario can be made, or that could not be run."""
        return tuple(each.position for each in self.tried if each.cannot_be)

    @property
    def broke(self) -> tuple[Position, ...]:
        """Combinations shown to break a constraint."""
        return tuple(e.position for e in self.tried if e.broken == inf and not e.cannot_be)


def search(
    evaluate: Evaluate,
    dimensions: Sequence[Dimension],
    start: Position,
    indifferences: Sequence[float],
    *,
    budget: int,
    most: int = 20,
    seed: int = 0,
    broken: Broken | None = None,
) -> Searched:
    """Good combinations, and no more than `most` of them.

    Args:
        evaluate: gives what combinations come to; asking again for known replications must give the same.
        dimensions: what is chosen among.
        start: the combination that is tried first.
        indifferences: of each objective a difference that does not matter, above 0.
        budget: runs in all, `LEAST` or more.
        most: of the finalists.
        seed: of what is proposed.
        broken: says by how much a combination breaks the constraints.

    Raises:
        ValueError: the budget is too small.
    """
    if budget < LEAST:
        raise ValueError(f"a budget of {budget:,} runs to search with; {LEAST} are the least")
    race = _Race(evaluate, dimensions, tuple(indifferences), seed, broken)
    ended: Literal["all", "still", "budget"] = "budget"
    still = 0
    while budget - race.runs >= LEAST // 2:
        batch = race.next_batch(start, _BATCH if budget - race.runs >= LEAST else _BATCH // 2)
        if not batch:
            ended = "all"
            break
        still = 0 if race.take(batch) else still + 1
        if still >= _STILL and not race.has_untried_beside():
            ended = "still"
            break
    if len(race.tried) == combinations(dimensions):
        ended = "all"
    finalists = tuple(each.position for each in race.best(most))
    return Searched(tuple(race.tried.values()), finalists, race.runs, combinations(dimensions), ended)


class _Race:
    """Combinations, and what they came to so far."""

    def __init__(
        self,
        evaluate: Evaluate,
        dimensions: Sequence[Dimension],
        indifferences: tuple[float, ...],
        seed: int,
        broken: Broken | None,
    ) -> None:
        self.evaluate, self.dimensions, self.indifferences = evaluate, dimensions, indifferences
        self.seed, self.broken = seed, broken
        self.tried: dict[Position, Tried] = {}
        self.runs = 0
        self._leaders: list[Tried] = []

    def next_batch(self, start: Position, many: int) -> list[Position]:
        """What is tried next; the scenario's own values at first."""
        if not self.tried:
            first = proposed(self.dimensions, (), many, self.seed)
            return list(dict.fromkeys((start, *first)))[:many]
        known = [Known(each.position, self._scores(each), self._breaks(each)) for each in self.tried.values()]
        around = [each.position for each in self._leaders]
        return proposed(self.dimensions, known, many, self.seed, around)

    def take(self, batch: Sequence[Position]) -> bool:
        """Race these combinations; whether one is the best by now, by more than does not matter."""
        import numpy as np

        before = list(self._leaders)
        entered = [Tried(each, np.empty((len(self.indifferences), 0))) for each in batch]
        self.tried.update((each.position, each) for each in entered)
        field_ = entered
        for n in _RUNGS:
            self._run(field_, n)
            against = self._leaders or sorted(filter(lambda e: e.alive, field_), key=self._standing)[:1]
            for each in field_:
                each.behind = any(self._is_behind(each, other) for other in against)
            field_ = [each for each in field_ if each.alive]
            if n == _RUNGS[-1]:
                break
            field_ = sorted(field_, key=self._standing)[: (len(field_) + 1) // 2]
        self._lead()
        return any(each in entered and self._is_news(each, before) for each in self._leaders)

    def has_untried_beside(self) -> bool:
        """Whether a combination a step from the best was not tried; of two objectives that is not asked."""
        if len(self.indifferences) > 1 or not self._leaders:
            return False
        beside = neighbours(self.dimensions, self._leaders[0].position)
        return any(each not in self.tried for each in beside)

    def best(self, most: int) -> list[Tried]:
        """Those that are worth a closer look."""
        alive = [each for each in self.tried.values() if each.alive]
        for each in alive:
            each.behind = any(self._is_behind(each, other) for other in self._leaders if other is not each)
        alive = [each for each in alive if each.alive]
        if len(self.indifferences) == 1:
            return (self._about_limit() or sorted(alive, key=self._standing))[:most]
        front = [each for each in self._leaders if each.alive] or alive
        kept: list[Tried] = []
        for each in sorted(front, key=self._scores):
            if not kept or self._differs(each, kept[-1]):
                kept.append(each)
        return _spread(kept, self._scores, most)

    def _about_limit(self) -> list[Tried]:
        """Where there are constraints: the best that seems to keep them, and those about it.

        Those that are better may break a constraint, and those that are a little worse surely keep it, should
        the best be found not to.
        """
        if self.broken is None or not self._leaders or not self._leaders[0].keeps:
            return []
        pool = [each for each in self.tried.values() if not each.broken and not each.cannot_be]
        ranked = sorted(pool, key=self._standing)
        at = ranked.index(self._leaders[0])
        about = sorted(range(min(len(ranked), at + _SAFE + 1)), key=lambda each: (abs(each - at), each))
        return [ranked[each] for each in about]

    def _run(self, which: Sequence[Tried], until: int) -> None:
        import numpy as np

        groups: dict[int, list[Tried]] = {}
        for each in which:
            if each.n < until and not each.cannot_be:
                groups.setdefault(each.n, []).append(each)
        for begin, group in groups.items():
            positions = [each.position for each in group]
            for each, rows in zip(group, self.evaluate(positions, range(begin, until)), strict=True):
                if rows is None:
                    rows = np.full((len(self.indifferences), until - begin), np.nan)
                else:
                    self.runs += until - begin
                each.values = np.concatenate([each.values, rows], axis=1)
                if self.broken is not None and not each.cannot_be:
                    each.broken, each.keeps = self.broken(each.position, each.n)

    @staticmethod
    def _breaks(each: Tried) -> float:
        return inf if each.cannot_be else each.broken or (0.0 if each.keeps else _DOUBTFUL)

    def _scores(self, each: Tried) -> tuple[float, ...]:
        """The means, as far from those of the best as they are in replications of both."""
        own = each.values.mean(axis=1)
        if self._leaders and not each.cannot_be:
            lead = self._leaders[0].values
            n = min(each.n, lead.shape[1])
            own = lead.mean(axis=1) + (each.values[:, :n] - lead[:, :n]).mean(axis=1)
        return tuple(map(float, own))

    def _standing(self, each: Tried) -> tuple[float, ...]:
        """Less is better: by how much it breaks constraints, by how many it is surpassed, then its score.

        Of two objectives then how far it lies from what the front has already.
        """
        scores = self._scores(each)
        if len(scores) == 1:
            return (each.broken, -scores[0])
        others = [self._scores(other) for other in self.tried.values() if other.alive and other.keeps]
        surpassed = sum(_surpasses(other, scores) for other in others)
        front = [self._scores(other) for other in self._leaders if other is not each]
        apart = min((self._apart(scores, other) for other in front), default=inf)
        return (each.broken, surpassed, -apart)

    def _apart(self, one: Sequence[float], other: Sequence[float]) -> float:
        """How far two are from each other, in what does not matter."""
        return max(abs(a - b) / least for a, b, least in zip(one, other, self.indifferences, strict=True))

    def _is_behind(self, one: Tried, other: Tried) -> bool:
        """Whether a combination is clearly behind another, which keeps the constraints, in all objectives."""
        if one is other or not other.keeps or one.cannot_be:
            return False
        n = min(one.n, other.n)
        return n > 1 and _is_less(one.values[:, :n] - other.values[:, :n])

    def _differs(self, one: Tried, other: Tried) -> bool:
        """Whether they differ by what matters in one objective."""
        return self._apart(self._scores(one), self._scores(other)) >= 1

    def _lead(self) -> None:
        """Find the best of those with the most replications; for two objectives those that none surpasses."""
        full = [each for each in self.tried.values() if each.alive and each.n == _RUNGS[-1]]
        if not full:
            return
        if len(self.indifferences) == 1:
            # of the same replications, whoever led before
            self._leaders = [min(full, key=lambda e: (not e.keeps, e.broken, -float(e.values.mean())))]
            return
        least = min((not each.keeps, each.broken) for each in full)
        kept = [each for each in full if (not each.keeps, each.broken) == least]
        scores = {id(each): tuple(map(float, each.values.mean(axis=1))) for each in kept}
        self._leaders = [e for e in kept if not any(_surpasses(scores[id(o)], scores[id(e)]) for o in kept)]

    def _is_news(self, each: Tried, before: Sequence[Tried]) -> bool:
        """Whether it is better than all that were best before by more than does not matter."""
        if not before or (before[0].keeps, -before[0].broken) < (each.keeps, -each.broken):
            return True
        now = self._scores(each)
        return all(
            any(a > b + i for a, b, i in zip(now, self._scores(other), self.indifferences, strict=True))
            for other in before
        )


def _surpasses(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether one is no worse in any objective, and better in one."""
    return all(a >= b for a, b in zip(one, other, strict=True)) and any(
        a > b for a, b in zip(one, other, strict=True)
    )


def _is_less(differences: NDArray[np.float64]) -> bool:
    """Whether these are clearly below 0 in one objective at least, and below 0 or nothing but 0 in all."""
    n = differences.shape[1]
    t = student_quantile(_SURE, n - 1)
    clear = [
        bool(row.mean() + t * row.std(ddof=1) / sqrt(n) < 0) if row.any() else None for row in differences
    ]
    return False not in clear and True in clear


def _spread(ordered: Sequence[Tried], scores: Callable[[Tried], Sequence[float]], most: int) -> list[Tried]:
    """Of a front in order those that are spread over it: who lies closest between others goes first."""
    kept = list(ordered)
    while len(kept) > most:
        values = [scores(each) for each in kept]
        width = [max(v) - min(v) or 1.0 for v in zip(*values, strict=True)]
        gaps = [
            sum(abs(a - b) / w for a, b, w in zip(values[at + 1], values[at - 1], width, strict=True))
            for at in range(1, len(kept) - 1)
        ]
        del kept[1 + gaps.index(min(gaps))]
    return kept
