"""Which of a few candidates is best: ranking and selection with a stated guarantee.

The fully sequential procedure of Kim and Nelson (2001): all candidates are run over the same replications,
and one is dropped once another is so far ahead of it that chance hardly explains it. Where the best is an
*indifference* or more ahead of all others, it is what is left with probability 95 %: that is proved, of
normal means, with common random numbers or without, and holds as well if it is looked at only now and then.
Where others are nearer to the best, no proof is known that one of those is left; in the problems of
`tests/benchmarks/tuning.py` it is, as often.

Candidates that break a constraint are dropped before, as far as that can be shown (the two phases of
Andradóttir and Kim, 2010). The chance of an error is shared: a half is that a candidate is told wrongly
about its constraints, a half that of those that keep them a wrong one is left. Who keeps them is not by
chance, so it is these that the second half is shared among.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import TYPE_CHECKING, Final

from sim.statistics.intervals import LEVEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MOST", "Selection", "best_chances", "enough_for", "select"]

MOST: Final = 20
"""Candidates that are all run; of more, none of this is done."""
_STEP: Final = 5  # replications between two looks

Evaluate = Callable[[Sequence[int], range], "NDArray[np.float64]"]
"""What candidates come to in replications: (candidates, replications), more is better."""
Kept = Callable[[int, int], "bool | None"]
"""Whether a candidate keeps the constraints after so many replications; None where that is not shown."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected."""

    order: tuple[int, ...]
    """Candidates, the best first: those left by their means, then those dropped, the last dropped first."""
    left: int
    """How many were left when it ended."""
    broke: tuple[int, ...]
    """Candidates shown to break a constraint; in no order of worth, and not in `order`."""
    unsure: tuple[int, ...]
    """Those of which it is not shown whether they keep the constraints: in `order`, and last if any does."""
    runs: int
    replications: tuple[int, ...]
    """Of each candidate, how many were run."""
    guaranteed: bool
    """Whether it ended as the guarantee asks: not if the budget ended it before, or some are `unsure`."""
    undefined: tuple[int, ...] = ()
    """Candidates that have no value (nan) in some replication; not in `order`, and no promise is of them."""


def select(
    evaluate: Evaluate,
    candidates: int,
    indifference: float,
    *,
    first: int = 10,
    budget: int | None = None,
    kept: Kept | None = None,
    looks: int = 1,
) -> Selection:
    """The best of some candidates.

    Args:
        evaluate: gives what candidates come to; asking again for known replications must give the same.
        candidates: how many there are, 1 or more.
        indifference: a difference that does not matter, above 0, in the unit of the objective.
        first: replications of all before any is dropped; 2 or more.
        budget: runs in all; no limit if left out. At least `candidates * first`.
        kept: says whether a candidate keeps the constraints, after replications 0 to n - 1.
        looks: how often that is asked of each at most, with `first` replications more each time.

    Raises:
        ValueError: a number out of range, or every candidate has a replication without a value (nan).
    """
    import numpy as np

    if indifference <= 0 or first < 2 or candidates < 1:
        raise ValueError("indifference is above 0, first 2 or more, candidates 1 or more")
    if budget is not None:
        enough_for(candidates, first, budget)
    values = [np.empty(0) for _ in range(candidates)]
    undefined: set[int] = set()

    def run(which: Sequence[int], until: int) -> bool:
        """Run candidates, all with as many replications, up to so many; whether the budget allows it."""
        groups: dict[int, list[int]] = {}
        for each in which:
            if len(values[each]) < until:
                groups.setdefault(len(values[each]), []).append(each)
        needs = sum((until - begin) * len(group) for begin, group in groups.items())
        if budget is not None and needs + sum(map(len, values)) > budget:
            return False
        for begin, group in groups.items():
            for each, row in zip(group, evaluate(group, range(begin, until)), strict=True):
                if any(isnan(v) for v in row):
                    undefined.add(each)
                values[each] = np.concatenate([values[each], row])
        return True

    alive = list(range(candidates))
    run(alive, first)
    alive = [each for each in alive if each not in undefined]
    if not alive:
        raise ValueError("the objective of no candidate is defined in every replication")
    broke: list[int] = []
    unsure: list[int] = []
    if kept is not None:
        asked = alive
        for look in range(1, looks + 1):
            if not run(asked, look * first):
                break
            asked = [each for each in asked if each not in undefined]
            told = {each: kept(each, len(values[each])) for each in asked}
            broke += [each for each in asked if told[each] is False]
            asked = [each for each in asked if told[each] is None]
        unsure = [each for each in asked if each not in undefined]
        alive = [each for each in alive if each not in (*broke, *unsure, *undefined)]
        # what is within the reach of chance of its limit is no choice while another surely keeps it
        alive = alive or list(unsure)
    chance = (1 - LEVEL) / (1 if kept is None else 2)
    left, dropped, ended = _sequential(values, alive, indifference, first, chance, run, undefined)
    rest = sorted(
        (each for each in unsure if each not in (*alive, *undefined)), key=lambda each: -values[each].mean()
    )
    order = (*sorted(left, key=lambda each: -values[each].mean()), *reversed(dropped), *rest)
    many = tuple(map(len, values))
    return Selection(
        order,
        len(left),
        tuple(sorted(broke)),
        tuple(each for each in unsure if each not in undefined),
        sum(many),
        many,
        ended and not unsure,
        tuple(sorted(undefined)),
    )


def enough_for(candidates: int, first: int, budget: int) -> None:
    """Raise ValueError if a budget of runs does not reach for the first replications of all."""
    if budget < candidates * first:
        raise ValueError(
            f"a budget of {budget:,} runs; {candidates} candidates with {first} replications each "
            f"need {candidates * first:,}"
        )


def _sequential(
    values: Sequence[NDArray[np.float64]],
    alive: Sequence[int],
    indifference: float,
    first: int,
    chance: float,
    run: Callable[[Sequence[int], int], bool],
    undefined: Collection[int],
) -> tuple[list[int], list[int], bool]:
    """Those left and those dropped, in order, and whether it ended by its own rule.

    Who turns out to have no value is of neither.
    """
    left, dropped = list(alive), list[int]()
    if len(left) < 2:
        return left, dropped, True
    degrees = first - 1
    eta = ((2 * chance / (len(left) - 1)) ** (-2 / degrees) - 1) / 2
    h2 = 2 * eta * degrees
    spread = {
        (i, j): float((values[i][:first] - values[j][:first]).var(ddof=1))
        for i in left
        for j in left
        if i < j
    }
    last = int(max(h2 * s2 / indifference**2 for s2 in spread.values())) + 1
    n = first
    while True:
        mean = {each: float(values[each][:n].mean()) for each in left}
        worse = [
            i
            for i in left
            if any(
                mean[i]
                < mean[j]
                - max(0.0, indifference / (2 * n) * (h2 * spread[min(i, j), max(i, j)] / indifference**2 - n))
                for j in left
                if j != i
            )
        ]
        dropped += sorted(worse, key=lambda each: mean[each])
        left = [each for each in left if each not in worse]
        if len(left) < 2 or n >= last:
            return left, dropped, True
        # at the last look the greatest mean is taken, which `Selection.order` has first
        n = min(n + _STEP, last)
        if not run(left, n):
            return left, dropped, False
        left = [each for each in left if each not in undefined]


def best_chances(values: NDArray[np.float64], draws: int = 20_000) -> tuple[float, ...]:
    """How likely each of some candidates is the best, given what they came to in the same replications.

    The posterior of the means, by as many draws of a fixed stream: a multivariate t about those of the sample
    in which every mean, and every difference of two, has Student's t with n - 1 degrees, as in its interval
    (the prior of Geisser and Cornfield, 1963; Jeffreys' own has n less the number of candidates).

    Args:
        values: (candidates, replications), paired; more is better. Two replications or more.
        draws: of the posterior.
    """
    import numpy as np

    k, n = values.shape
    if k == 1:
        return (1.0,)
    rng = np.random.default_rng(20011)
    mean = values.mean(axis=1, keepdims=True)
    shift = (values - mean) @ rng.standard_normal((n, draws)) / sqrt(n * (n - 1))
    means = mean + shift * np.sqrt((n - 1) / rng.chisquare(n - 1, draws))
    best = means == means.max(axis=0)
    return tuple(float(share) for share in (best / best.sum(axis=0)).mean(axis=1))
