"""Weights: scores as whole numbers, whose sums are exact, so that what is proven of them is proven.

Numbers as they are written ("0.002", 100000000, 12,5) have one power of ten that makes them all whole.
Scores that a simulation draws have no such power; they are put on a grid, and value and bound of a
timetable both speak of the grid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.matchmaking.wishes.affinity import FloatArray, IntArray

__all__ = ["MOST_WEIGHT", "Number", "Weights", "shown"]

Number = int | float | Decimal | Fraction

MOST_WEIGHT: Final = 1 << 60  # all of a problem's weights together: their sums are int64
_DIGITS: Final = 15  # decimals that a float holds as they were written
_GRID: Final = 1 << 32  # the greatest score on the grid of scores that are not decimals
_FINE: Final = 1 << 58  # the sum of numbers as written that have too many digits
_SAMPLE: Final = 64  # scores that tell most sets of drawn ones from written ones


@dataclass(frozen=True, slots=True)
class Weights:
    """Scores as whole numbers.

    `whole` (requests,) are the weights, ≥ 0, 2⁶⁰ at most together; one is worth `unit` of the score.
    `exact`: each score is its whole number of units to the last digit; otherwise it is rounded to the
    nearest. `tiers`: where scores of separate tiers have too many digits together (a
    meeting of the upper one is worth more than all of the lower ones), whole numbers keep their order
    and not their distance; each (step, step as it is, most), the uppermost first, says that `step` of
    the whole numbers are `step as it is` units, and that what is below is never more than `most`.
    """

    whole: IntArray
    unit: Fraction
    exact: bool = True
    tiers: tuple[tuple[int, int, int], ...] = field(default=())

    @classmethod
    def of(cls, score: npt.ArrayLike) -> Weights:
        """Of scores ≥ 0: floats, whole numbers, or, in an array of objects, numbers as they were written.

        Floats are taken as the decimals they are written by, if 15 digits are enough for all of them;
        otherwise the greatest is about 2³² on their grid. Exact numbers that 60 bits do not hold together,
        tiers or not, are rounded to as many decimals as they do hold.
        """
        given = np.asarray(score)
        if given.dtype == object:
            # as written, be it by floats: as many digits as each of them has
            found = _decimals(given.astype(np.float64)) if _floats(given) else None
            if found is not None:
                return cls._common(*found)
            return cls._written([_fraction(each) for each in given.tolist()])
        if np.issubdtype(given.dtype, np.integer):
            small = not given.size or float(given.max()) * given.size < MOST_WEIGHT / 2
            return cls._common(given.astype(np.int64)) if small else cls._written(given.tolist())
        floats = given.astype(np.float64)
        found = _decimals(floats)
        if found is not None:
            return cls._common(*found)
        greatest = float(floats.max(initial=0.0))
        exponent = _GRID.bit_length() - 1 - math.frexp(greatest)[1]  # a power of two: nothing else rounds
        sum_ = Fraction(2) ** exponent * Fraction(float(floats.sum()))
        while sum_ > 1 << 52:
            exponent, sum_ = exponent - 1, sum_ / 2
        half = exponent // 2  # 2 ** exponent may be no float
        whole = np.rint(floats * 2.0**half * 2.0 ** (exponent - half)).astype(np.int64)
        return cls(whole, Fraction(2) ** -exponent, exact=False)

    @classmethod
    def _common(cls, whole: IntArray, unit: Fraction = Fraction(1)) -> Weights:
        """By the greatest unit that makes all of them whole."""
        step = int(np.gcd.reduce(whole)) if whole.size else 0
        return cls(whole // step, unit * step) if step > 1 else cls(whole, unit)

    @classmethod
    def _written(cls, scores: list[Fraction]) -> Weights:
        scores = [Fraction(each) for each in scores]
        bottom = math.lcm(*(each.denominator for each in scores)) if scores else 1
        whole = [int(each * bottom) for each in scores]
        step = math.gcd(*whole) or 1
        whole, unit = [each // step for each in whole], Fraction(step, bottom)
        if sum(whole) <= MOST_WEIGHT:
            return cls(np.array(whole, dtype=np.int64), unit)
        near, tiers = _tiers(whole)
        if sum(near) <= MOST_WEIGHT:
            return cls(np.array(near, dtype=np.int64), unit, tiers=tiers)
        unit = Fraction(10) ** math.ceil(math.log10(sum(scores) / _FINE))
        return cls(np.array([round(each / unit) for each in scores], dtype=np.int64), unit, exact=False)

    def times(self, other: Weights) -> Weights | None:
        """The products, exactly; None if that is not possible."""
        if not (self.exact and other.exact) or self.tiers or other.tiers:
            return None
        if float(self.whole.astype(np.float64) @ other.whole) > MOST_WEIGHT / 2:
            return None
        return Weights._common(self.whole * other.whole, self.unit * other.unit)

    @property
    def score(self) -> FloatArray:
        """Each weight in units of the score, to the nearest float."""
        return self.scores(self.whole)

    def scores(self, whole: IntArray) -> FloatArray:
        """Each of these whole numbers in units of the score, to the nearest float."""
        top, bottom = self.unit.numerator, self.unit.denominator
        if not self.tiers and top == 1 and bottom < 1 << 53 and int(whole.max(initial=0)) < 1 << 53:
            return np.asarray(whole / bottom, dtype=np.float64)
        return np.array([float(self.amount(each)) for each in whole.tolist()], dtype=np.float64)

    def amount(self, total: int) -> Fraction:
        """A sum of weights in units of the score."""
        number = 0
        for step, as_it_is, _ in self.tiers:
            upper, total = divmod(total, step)
            number += upper * as_it_is
        return (number + total) * self.unit

    def above(self, amount: Number) -> int:
        """The least whole number that is worth no less than this, or a sum that nothing lies between."""
        left = math.ceil(_fraction(amount) / self.unit)
        total = 0
        for step, as_it_is, most in self.tiers:
            upper, left = divmod(left, as_it_is)
            if left > most:  # more than the lower tiers can have: all of that
                return total + (upper + 1) * step - 1
            total += upper * step
        return total + left


def shown(amount: Fraction) -> str:
    """A number of units as a decimal with all its digits; as a fraction where that has no end."""
    bottom = amount.denominator
    twos = (bottom & -bottom).bit_length() - 1
    fives, left = 0, bottom >> twos
    while left % 5 == 0:
        fives, left = fives + 1, left // 5
    if left > 1:
        return str(amount)
    places = max(twos, fives)
    digits = str(amount.numerator * 10**places // bottom).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _fraction(number: Number) -> Fraction:
    """A float is the decimal that it is written by."""
    return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)


def _floats(given: npt.NDArray[np.object_]) -> bool:
    return all(type(each) is float for each in given.tolist())


def _decimals(score: FloatArray) -> tuple[IntArray, Fraction] | None:
    """As whole numbers of a power of ten, if 15 digits hold them."""
    # a quotient of whole numbers below 2⁵³ is rounded correctly: it is the float read from the decimal
    for sample in (score[:_SAMPLE], score):
        for digits in range(_DIGITS + 1):
            power = 10.0**digits
            whole = np.rint(sample * power)
            if float(whole.max(initial=0.0)) >= 10**_DIGITS or float(whole.sum()) >= MOST_WEIGHT / 2:
                return None
            if np.array_equal(whole / power, sample):
                break
        else:
            return None
    return whole.astype(np.int64), Fraction(1, 10**digits)


def _tiers(whole: list[int]) -> tuple[list[int], tuple[tuple[int, int, int], ...]]:
    """The same order of all sums by smaller numbers, where tiers are separate.

    A tier is separate if the greatest common divisor of all that is above is more than the sum of all below.
    """
    order = sorted(range(len(whole)), key=whole.__getitem__)
    divisor, above = [0] * (len(order) + 1), 0
    for place in range(len(order) - 1, -1, -1):
        above = divisor[place] = math.gcd(above, whole[order[place]])
    near = [0] * len(whole)
    tiers: list[tuple[int, int, int]] = []
    step, as_it_is, sum_, near_sum = 1, 1, 0, 0
    for place, k in enumerate(order):
        # all sums so far are told apart by near_sum + 1 numbers
        if sum_ and divisor[place] > sum_ and divisor[place] > near_sum + 1:
            step, as_it_is = near_sum + 1, divisor[place]
            tiers.insert(0, (step, as_it_is, sum_))
        left, total = whole[k], 0
        for step_, real, _ in tiers:
            upper, left = divmod(left, real)
            total += upper * step_
        near[k] = total + left
        sum_, near_sum = sum_ + whole[k], near_sum + near[k]
    return near, tuple(tiers)
