"""Which combinations are tried next, in the light of those that were: Optuna's sampler, asked batch by batch.

The sampler (TPE: Bergstra and others, 2011; for two objectives Ozaki and others, 2022) is made anew for every
batch, with a seed of the study's seed and the number of combinations tried, and is given all that is known by
then. So what it proposes depends on nothing else: not on who ran what when, and a study that goes on after it
was killed proposes what it would have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING, Final

from sim.decisions.tune.space import Dimension, Position, combinations, drawn, neighbours

if TYPE_CHECKING:
    from numpy.random import Generator
    from optuna.distributions import BaseDistribution

__all__ = ["Known", "needs_optuna", "proposed"]

_AT_RANDOM: Final = 16  # combinations that fill the space before anything is learnt
_ASKED: Final = 4  # times as often as is needed; what was tried before may be proposed again
_DRAWN: Final = 50  # draws of one that was not tried
_WORST: Final = 1e12  # how much a combination breaks that cannot be, or is shown to break a constraint


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a combination."""

    position: Position
    scores: tuple[float, ...]
    """Of each objective, more is better; nan if it cannot be."""
    broken: float
    """By how much it breaks the constraints; 0 if it keeps them, inf if that is shown or it cannot be."""


def needs_optuna() -> None:
    """Raises ValueError, saying how to get it, where Optuna is not installed."""
    if find_spec("optuna") is None:
        raise ValueError(
            "more than 20 combinations, or two objectives, are searched with Optuna, which is not installed: "
            'pip install "exposim[tune]" installs it'
        )


def proposed(
    dimensions: Sequence[Dimension],
    known: Sequence[Known],
    many: int,
    seed: int,
    around: Sequence[Position] = (),
) -> list[Position]:
    """Combinations that were not tried yet, as many as wanted or as there are.

    Args:
        dimensions: what is chosen among.
        known: all that were tried, in the order in which they were.
        many: how many are wanted.
        seed: of the study.
        around: the best so far: of each eight that are proposed two are a step away from one of them.
    """
    import numpy as np

    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, len(known)])))
    taken = {each.position: None for each in known}
    fresh: dict[Position, None] = {}

    def take(positions: Sequence[Position], most: int) -> None:
        for each in positions:
            if len(fresh) < most and each not in taken:
                fresh[each] = None

    if len(known) < _AT_RANDOM:
        take(drawn(dimensions, many, rng), many)
    else:
        beside = [each for best in around for each in neighbours(dimensions, best)]
        take([beside[at] for at in rng.permutation(len(beside))], many // 4)
        take(_asked(dimensions, known, many, int(rng.integers(2**31))), many)
    while len(fresh) < many and len(fresh) + len(taken) < combinations(dimensions):
        take([_untried(dimensions, {**taken, **fresh}, rng)], many)
    return list(fresh)


def _untried(dimensions: Sequence[Dimension], taken: dict[Position, None], rng: Generator) -> Position:
    """A combination by chance that is not among these; the first there is, where nearly all are."""
    for _ in range(_DRAWN):
        (drawn_one,) = drawn(dimensions, 1, rng)
        if drawn_one not in taken:
            return drawn_one
    return next(each for each in _every(dimensions) if each not in taken)


def _every(dimensions: Sequence[Dimension]) -> Iterator[Position]:
    from itertools import product

    return product(*(range(len(each.values)) for each in dimensions))


def _asked(dimensions: Sequence[Dimension], known: Sequence[Known], many: int, seed: int) -> list[Position]:
    """What Optuna proposes."""
    import optuna

    spaces = {str(at): _distribution(each) for at, each in enumerate(dimensions)}
    with _silent():
        sampler = optuna.samplers.TPESampler(n_startup_trials=0, constant_liar=True, seed=seed)
        goals = [optuna.study.StudyDirection.MAXIMIZE] * len(known[0].scores)
        study = optuna.create_study(sampler=sampler, directions=goals)
        scored = [each.scores for each in known if isfinite(each.scores[0])]
        least = [min(scores) for scores in zip(*scored, strict=True)] or [0.0] * len(goals)
        for each in known:
            study.add_trial(
                optuna.trial.create_trial(
                    values=list(each.scores) if isfinite(each.scores[0]) else least,
                    params={str(at): _told(dimensions[at], p) for at, p in enumerate(each.position)},
                    distributions=spaces,
                    constraints={"constraints": min(each.broken, _WORST)},
                )
            )
        tried = {each.position for each in known}
        fresh: dict[Position, None] = {}
        for _ in range(_ASKED * many):
            if len(fresh) == many:
                break
            params = study.ask(spaces).params
            position = tuple(_read(each, params[str(at)]) for at, each in enumerate(dimensions))
            if position not in tried:
                fresh[position] = None
    return list(fresh)


@contextmanager
def _silent() -> Iterator[None]:
    """Optuna tells of every study that it begins."""
    import warnings

    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(before)


def _distribution(dimension: Dimension) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    last = len(dimension.values) - 1
    if not dimension.ordered:
        return CategoricalDistribution(list(range(last + 1)))
    if dimension.log and last:
        return FloatDistribution(dimension.number(0), dimension.number(last), log=True)
    return IntDistribution(0, last)


def _told(dimension: Dimension, at: int) -> float | int:
    return dimension.number(at) if dimension.log else at


def _read(dimension: Dimension, value: float | int) -> int:
    return dimension.closest(value) if dimension.log else int(value)
