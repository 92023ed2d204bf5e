"""Confidence intervals over independent replications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, isfinite, sqrt
from typing import Final

__all__ = ["LEVEL", "Estimate", "estimate", "student_quantile"]

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its confidence interval `mean ± half_width`."""

    mean: float
    half_width: float  # nan for fewer than two replications
    sd: float  # between replications, divisor n - 1; nan for fewer than two
    n: int  # replications in which the number is defined

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width

    @property
    def relative(self) -> float:
        """Half-width as a share of the mean's size; 0 for 0 ± 0, nan where not defined."""
        if self.half_width == 0:
            return 0.0
        return self.half_width / abs(self.mean) if self.mean else float("nan")


def estimate(values: Iterable[float], level: float = LEVEL) -> Estimate:
    """Mean and Student's t-interval of one number a replication.

    Replications in which the number is not defined (nan) are left out, so `n` may be less than the
    number of replications; with n = 0 the mean is nan, with n < 2 the half-width is.
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level:g} is not between 0 and 1")
    kept = [float(v) for v in values if isfinite(v)]
    n = len(kept)
    if n == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    mean = fsum(kept) / n
    if n == 1:
        return Estimate(mean, float("nan"), float("nan"), 1)
    sd = sqrt(fsum((v - mean) ** 2 for v in kept) / (n - 1))
    return Estimate(mean, student_quantile((1 + level) / 2, n - 1) * sd / sqrt(n), sd, n)


def student_quantile(p: float, degrees: int) -> float:
    """The `p`-quantile of Student's t-distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, p))
