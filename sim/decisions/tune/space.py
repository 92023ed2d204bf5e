"""What a study chooses among: each parameter has one of many values, in an order or in none.

A range is the values in it: whole numbers, or in even steps of a size that people would write, some hundreds
of them, so that a best value is one that can be said. Positions stand for values: of what is searched, only
their order and how many there are is known here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, prod
from typing import TYPE_CHECKING, Any, Final

from sim.studies.varying import MOST_POINTS, Axis, evenly

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = [
    "Dimension",
    "Position",
    "combinations",
    "drawn",
    "nearest",
    "neighbours",
    "settings_at",
    "stepped",
]

Position = tuple[int, ...]
"""A combination: of each dimension the position of its value."""

_FEWEST_STEPS: Final = 200  # of a range of numbers that has none of its own
_LOG_STEPS: Final = 200
_WIDE: Final = 20  # a neighbour on a long dimension is a twentieth of it away


@dataclass(frozen=True, slots=True)
class Dimension(Axis):
    """A parameter: what it is set at, and the values it may have."""

    ordered: bool
    """Whether they are numbers that rise."""
    log: bool = False
    """Whether it is their ratios that matter."""

    def number(self, at: int) -> float:
        """The number at a position of an ordered dimension."""
        value = self.values[at][0]
        assert isinstance(value, int | float)
        return float(value)

    def closest(self, number: float) -> int:
        """The position of an ordered dimension whose number is closest."""
        numbers = [self.number(at) for at in range(len(self.values))]
        at = bisect_left(numbers, number)
        around = [each for each in (at - 1, at) if 0 <= each < len(numbers)]
        return min(around, key=lambda each: abs(numbers[each] - number))

    def at_share(self, share: float) -> int:
        """The position at a share, from 0 to below 1, of all values, or of their logarithms."""
        last = len(self.values) - 1
        if not self.log:
            return int(share * (last + 1))
        low, high = self.number(0), self.number(last)
        return self.closest(low * (high / low) ** share)


def combinations(dimensions: Sequence[Dimension]) -> int:
    """How many there are."""
    return prod(len(each.values) for each in dimensions)


def settings_at(dimensions: Sequence[Dimension], position: Position) -> dict[str, object]:
    """The values of a combination by path."""
    return {
        path: value
        for each, at in zip(dimensions, position, strict=True)
        for path, value in zip(each.paths, each.values[at], strict=True)
    }


def stepped(low: float, high: float, step: float | None, *, whole: bool, log_: bool = False) -> list[object]:
    """The numbers of a range: all whole ones, those at its steps, or some hundreds at steps of a plain size.

    Raises ValueError where there is no such range, or it has too many numbers.
    """
    if not low < high:
        raise ValueError(
            f"found low = {low:g} and high = {high:g}; allowed: a range that begins below its end"
        )
    if step is not None and step <= 0:
        raise ValueError(f"found step = {step:g}; allowed: above 0")
    if whole and any(each is not None and each != int(each) for each in (low, high, step)):
        raise ValueError("found a part of a number; allowed here: whole numbers")
    if log_ and low <= 0:
        raise ValueError(f"found low = {low:g} with log; allowed: above 0")
    if log_ and step is not None:
        raise ValueError("found both step and log; allowed: one of them")
    begin, end = Decimal(repr(low)), Decimal(repr(high))
    if step is not None or (whole and high - low < MOST_POINTS):
        return evenly(begin, end, Decimal(repr(step or 1)))
    if not log_:
        return evenly(begin, end, _plain_step((end - begin) / _FEWEST_STEPS))
    width = log(high / low)
    numbers = (low * exp(width * at / _LOG_STEPS) for at in range(_LOG_STEPS + 1))
    rounded = {round(each) if whole else float(f"{each:.3g}") for each in numbers}
    ends = (int(low), int(high)) if whole else (low, high)
    return sorted({*ends, *(each for each in rounded if low < each < high)})


def _plain_step(step: Decimal) -> Decimal:
    """The greatest of 1, 2 and 5 times a power of ten that is no greater."""
    ten = Decimal(10) ** step.adjusted()
    return max(times * ten for times in (1, 2, 5) if times * ten <= step)


def nearest(dimensions: Sequence[Dimension], own: Mapping[str, object]) -> Position:
    """Where a scenario's own values lie, or the values next to them; the middle if it has none."""
    return tuple(_nearest(each, [own.get(path) for path in each.paths]) for each in dimensions)


def _nearest(dimension: Dimension, own: Sequence[object]) -> int:
    for at, row in enumerate(dimension.values):
        if list(row) == list(own):
            return at
    first = own[0]
    if not dimension.ordered:
        return 0
    if not isinstance(first, int | float) or isinstance(first, bool):
        return len(dimension.values) // 2
    return dimension.closest(first)


def neighbours(dimensions: Sequence[Dimension], position: Position) -> Iterator[Position]:
    """The combinations one step away in one dimension; where there is no order every value is a step away."""
    for which, dimension in enumerate(dimensions):
        at, last = position[which], len(dimension.values) - 1
        wide = max(1, last // _WIDE)
        steps: Any = (at - 1, at + 1, at - wide, at + wide) if dimension.ordered else range(last + 1)
        for each in dict.fromkeys(steps):
            if 0 <= each <= last and each != at:
                yield (*position[:which], each, *position[which + 1 :])


def drawn(dimensions: Sequence[Dimension], many: int, rng: Generator) -> list[Position]:
    """Combinations that fill the space: a Latin hypercube over positions."""
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(dimensions), rng=rng).random(many)
    return [
        tuple(each.at_share(float(share)) for share, each in zip(row, dimensions, strict=True))
        for row in shares
    ]
