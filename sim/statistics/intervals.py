"""Confidence intervals of a mean over independent replications, at ten replications and honest there.

Most KPIs are nearly normal and Student's t serves. Shares and counts near the end of their range are not:
there the interval is the *score* interval, which takes the variance to go with the mean as it does for
counts (V = μ), amounts (V = μ^1.5) and shares (V = μ(1 - μ)), times a dispersion measured in the sample. It
is Wilson's (1927) with Student's quantile and McCullagh and Nelder's (1989, § 9.2) dispersion; it stays
within the range, is longer towards the middle of it, and is Student's own where the spread is small. Amounts
(waits, minutes, money: numbers that are not all whole) are more skewed than counts: sums of a random number
of skewed parts have a power between that of counts, 1, and that of the parts, 2 (Tweedie's family:
Jørgensen, 1987). Where a value is at the end of the range, they are taken as counts are: with 1.5 amounts
that are 0 in half of the replications were covered in 97.8 %. `python -m tests.benchmarks.known_means`
measures what all that covers.

No method tells a mean from a sample in which hardly any value differs from the rest: what matters may not
have happened yet. Then there is no interval, and `Estimate.why` says so. Showing intervals only for samples
in which enough differ favours those in which by luck more do; where several values are at an end of the
range, the interval reaches so far towards it that this is allowed for (conditional inference: Fithian, Sun
and Taylor, 2014).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, inf, isfinite, nan, sqrt
from typing import Final

__all__ = ["LEVEL", "Estimate", "estimate", "most_that_differ", "needed", "share_limits", "student_quantile"]

LEVEL: Final = 0.95

_ENOUGH: Final = 5  # values that differ from the commonest one, if that is the least or the greatest ...
_ENOUGH_AROUND: Final = 3  # ... or lies among them
_DUST: Final = 1e-9  # spreads below this share of the values are rounding
_HALVINGS: Final = 50
_STEPS: Final = 100
_NEAR: Final = 1e-15  # of Newton's steps, which are as good as nothing
_EVEN: Final = 0.9  # sides that differ by less are told as one


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its confidence interval, if the sample allows one."""

    mean: float
    low: float  # lower end of the interval; nan if there is none
    high: float  # upper end
    sd: float  # between replications, divisor n - 1; nan for fewer than two
    n: int  # replications in which the number is defined
    differ: int  # of those, in how many it is not the commonest value

    @property
    def half_width(self) -> float:
        """How far the mean may be off: the longer side of the interval; nan if there is none."""
        return max(self.mean - self.low, self.high - self.mean)

    @property
    def relative(self) -> float:
        """Half-width as a share of the mean's size; nan where not defined."""
        return self.half_width / abs(self.mean) if self.mean else nan

    @property
    def even(self) -> bool:
        """Whether both sides of the interval are nearly as long, so that one number says both."""
        return min(self.mean - self.low, self.high - self.mean) >= _EVEN * self.half_width

    @property
    def same(self) -> bool:
        """Whether there are two values or more, and all are the same."""
        return self.n > 1 and not self.differ

    @property
    def why(self) -> str:
        """Why there is no interval; empty if there is one."""
        if isfinite(self.low):
            return ""
        if self.n < 2:
            return "one replication" if self.n else "not defined"
        return f"{self.differ} of {self.n} differ" if self.differ else f"same in all {self.n}"

    def scaled(self, factor: float) -> Estimate:
        """That of `factor`, which is above 0, times the number: 100 for per cent."""
        mean, low, high, sd = (factor * value for value in (self.mean, self.low, self.high, self.sd))
        return Estimate(mean, low, high, sd, self.n, self.differ)

    def __format__(self, spec: str) -> str:
        """`f"{estimate:+.2f}"`: +0.15 ± 0.08; +0.15 (+0.02 to +0.41) if one side is longer; or why not."""
        mean = format(self.mean, spec)
        if self.why:
            return f"{mean} ({self.why})"
        if not self.even:
            return f"{mean} ({format(self.low, spec)} to {format(self.high, spec)})"
        return f"{mean} ± {format(self.half_width, spec.replace('+', ''))}"


def estimate(
    values: Iterable[float], level: float = LEVEL, *, low: float = -inf, high: float = inf
) -> Estimate:
    """Mean and interval of one number a replication.

    Replications in which the number is not defined (nan) are left out, so `n` may be less than the
    number of replications; with n = 0 the mean is nan. There is no interval with n < 2, for a number that
    did not vary (rounding apart), and if fewer values than are `needed` differ from the commonest one.

    Args:
        values: one a replication.
        level: of confidence.
        low: the least that the number can be; -inf if there is no such limit.
        high: the greatest. A range that the values do not keep to is not believed.
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level:g} is not between 0 and 1")
    kept = [float(v) for v in values if isfinite(v)]
    n = len(kept)
    if n < 2:
        return Estimate(kept[0] if kept else nan, nan, nan, nan, n, 0)
    mean = fsum(kept) / n
    sd = sqrt(fsum((v - mean) ** 2 for v in kept) / (n - 1))
    if sd <= _DUST * max(map(abs, kept)):
        return Estimate(mean, nan, nan, sd, n, 0)
    ((common, times),) = Counter(kept).most_common(1)
    differ = n - times
    if differ < needed(n, both_sides=min(kept) < common < max(kept)):
        return Estimate(mean, nan, nan, sd, n, differ)
    if min(kept) < low or max(kept) > high:
        low, high = -inf, inf  # a value far outside would make nonsense of an interval inside
    t = student_quantile((1 + level) / 2, n - 1)
    ends = [end for end in (low, high) if isfinite(end)]
    counts = any(end in kept for end in ends) or all((v - end).is_integer() for v in kept for end in ends)
    lower, upper = _score_interval(mean, (t * sd) ** 2 / n, low, high, counts=counts)
    for end in (low, high):
        there = kept.count(end)
        if there > 1:
            away = n - there
            nearest = mean + (end - mean) * (1 - _least_share(n, away, (1 - level) / 2) * n / away)
            lower, upper = min(lower, nearest), max(upper, nearest)
    return Estimate(mean, lower, upper, sd, n, differ)


def needed(n: int, *, both_sides: bool = False) -> int:
    """How many of `n` values must differ from the commonest one for an interval: five, or half of them.

    Three if some are greater and some are less: then it is a number of few values, a median of counts say,
    and nothing rare.
    """
    return min(_ENOUGH_AROUND if both_sides else _ENOUGH, (n + 1) // 2)


def most_that_differ(n: int, level: float = LEVEL) -> float:
    """The share of replications that may differ although `n` were the same: the upper limit at `level`.

    Were it greater, `n` equal ones would come with a probability below 1 - level: 1 - (1 - level)^(1/n),
    about 3/n at 95 % (Hanley and Lippman-Hand, 1983).
    """
    return float(1 - (1 - level) ** (1 / n))


def share_limits(times: int, n: int, chance: float) -> tuple[float, float]:
    """One-sided exact limits of a share, each wrong with at most this chance (Clopper and Pearson)."""
    from sim.scipy_parts import special

    low = float(special().betaincinv(times, n - times + 1, chance)) if times else 0.0
    high = float(special().betaincinv(times + 1, n - times, 1 - chance)) if times < n else 1.0
    return low, high


def student_quantile(p: float, degrees: int) -> float:
    """The `p`-quantile of Student's t-distribution."""
    from sim.scipy_parts import special

    return float(special().stdtrit(degrees, p))


def _score_interval(
    mean: float, square: float, low: float, high: float, *, counts: bool
) -> tuple[float, float]:
    """All μ with (mean - μ)² at most `square` times V(μ) / V(mean).

    `square` is that of the half-width of Student's interval. V is μ - low, high - μ, their product, or 1,
    by which ends the range has; of one end, with the power 1.5 unless it is of `counts`.
    """
    if isfinite(low) and isfinite(high):
        width = high - low
        p = (mean - low) / width
        c = square / width**2 / (p * (1 - p))
        middle, arm = (p + c / 2) / (1 + c), sqrt(c * p * (1 - p) + c * c / 4) / (1 + c)
        return max(low, low + width * (middle - arm)), min(high, low + width * (middle + arm))
    if isfinite(low) and not counts:
        below, above = _amounts(sqrt(square) / (mean - low))
        return low + below * (mean - low), low + above * (mean - low)
    if isfinite(low):
        c = square / (mean - low)
        arm = sqrt(square + c * c / 4)
        return max(low, mean + c / 2 - arm), mean + c / 2 + arm
    if isfinite(high):
        lower, upper = _score_interval(-mean, square, -high, inf, counts=counts)
        return -upper, -lower
    arm = sqrt(square)
    return mean - arm, mean + arm


def _amounts(ratio: float) -> tuple[float, float]:
    """The least and the greatest u with |u - 1| at most `ratio` times u^0.75.

    With u = v⁴ they are where v⁴ ± ratio v³ = 1, convex from the root up to where Newton's steps begin, so
    that these come down to it.
    """

    def root(v: float, sign: float) -> float:
        for _ in range(_STEPS):
            cube = v * v * v
            step = (v * cube + sign * ratio * cube - 1) / (v * v * (4 * v + 3 * sign * ratio))
            if step <= _NEAR * v:
                break
            v -= step
        return v

    return root(1.0, 1) ** 4, root(1 + ratio, -1) ** 4


@lru_cache(maxsize=1024)
def _least_share(n: int, differ: int, tail: float) -> float:
    """The lower limit of the share of replications that differ, given that there are enough to be shown.

    The share p at which `differ` or more of `n` have the probability `tail` among samples in which
    `needed(n)` or more differ: a truncated binomial. 0 for a sample that has only just enough.
    """
    from sim.scipy_parts import special

    enough = needed(n)
    if differ <= enough:
        return 0.0
    bdtrc, below, above = special().bdtrc, 0.0, 1.0
    for _ in range(_HALVINGS):
        p = (below + above) / 2
        shown = float(bdtrc(enough - 1, n, p))
        if not shown or float(bdtrc(differ - 1, n, p)) < tail * shown:
            below = p
        else:
            above = p
    return below
