"""Distributions as tagged inline tables: `{ dist = "lognormal", mu = 0.47, sigma = 1.22 }`.

Each is sampled by its quantile function, so that one keyed uniform is one draw. A bare number stands
for a constant: `look_minutes = 3`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.schema.fields import NEUTRAL, Section, field

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

__all__ = [
    "DISTRIBUTIONS",
    "Constant",
    "Discrete",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Geometric",
    "Lognormal",
    "Triangular",
    "Uniform",
]

_HUGE = 1e9
_FAR = 40.0  # standard deviations: nothing is drawn beyond
_LEAST_KEPT = 1e-6  # share of a distribution that truncation leaves; below, draws have too few digits


class Constant(Section):
    """Always the same value."""

    dist: Literal["constant"] = field(..., "The kind of distribution.")
    value: float = field(..., "The value.", unit="the field's", ge=0, le=_HUGE, example=3)

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        return np.full_like(u, self.value)

    def expectation(self) -> float:
        """The expectation."""
        return self.value


class Uniform(Section):
    """Any value between two bounds."""

    dist: Literal["uniform"] = field(..., "The kind of distribution.")
    low: float = field(..., "Least value.", unit="the field's", ge=0, le=_HUGE, example=2)
    high: float = field(..., "Greatest value.", unit="the field's", ge=0, le=_HUGE, example=4)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"high = {self.high:g} is below low = {self.low:g}")
        return self

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        return self.low + u * (self.high - self.low)

    def expectation(self) -> float:
        """The expectation."""
        return (self.low + self.high) / 2


class Triangular(Section):
    """A least, a most likely and a greatest value."""

    dist: Literal["triangular"] = field(..., "The kind of distribution.")
    low: float = field(..., "Least value.", unit="the field's", ge=0, le=_HUGE, example=1)
    mode: float = field(..., "Most likely value.", unit="the field's", ge=0, le=_HUGE, example=2)
    high: float = field(..., "Greatest value.", unit="the field's", ge=0, le=_HUGE, example=6)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(
                f"low = {self.low:g}, mode = {self.mode:g}, high = {self.high:g} do not increase"
            )
        return self

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        span, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        below = self.low + np.sqrt(u * span * rise)
        above = self.high - np.sqrt((1 - u) * span * fall)
        return np.where(u * span < rise, below, above)

    def expectation(self) -> float:
        """The expectation."""
        return (self.low + self.mode + self.high) / 3


class Exponential(Section):
    """Memoryless, with a mean."""

    dist: Literal["exponential"] = field(..., "The kind of distribution.")
    mean: float = field(..., "The mean.", unit="the field's", gt=0, le=_HUGE, example=4)

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        from sim.arithmetic import log

        return -self.mean * log(1 - u)

    def expectation(self) -> float:
        """The expectation."""
        return self.mean


class Geometric(Section):
    """A whole number of at least one, with a mean: the number of trials up to a success."""

    dist: Literal["geometric"] = field(..., "The kind of distribution.")
    mean: float = field(..., "The mean, at least 1.", unit="the field's", ge=1, le=1000, example=2.5)

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        from sim.arithmetic import log

        if self.mean == 1:
            return np.ones_like(u)
        return np.maximum(1.0, np.ceil(log(1 - u) / log(1 - 1 / self.mean)))

    def expectation(self) -> float:
        """The expectation."""
        return self.mean


class Gamma(Section):
    """A mean and a coefficient of variation."""

    dist: Literal["gamma"] = field(..., "The kind of distribution.")
    mean: float = field(..., "The mean.", unit="the field's", gt=0, le=_HUGE, example=20)
    cv: float = field(
        ..., "Coefficient of variation: standard deviation over mean.", unit="1", ge=1e-6, le=10, example=0.5
    )

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        from sim.scipy_parts import special

        shape = self.cv**-2
        return np.asarray(special().gammaincinv(shape, u), dtype=np.float64) * (self.mean / shape)

    def expectation(self) -> float:
        """The expectation."""
        return self.mean


@lru_cache(1000)
def _kept(mu: float, sigma: float, low: float, high: float) -> tuple[float, float]:
    """The probabilities of at most `low` and of at most `high` of a log-normal distribution.

    As `Lognormal._tail`, by arithmetic that is the same on every processor; worked out once, as it takes as
    long as a thousand draws.
    """
    import numpy as np

    from sim.arithmetic import log, normal_cdf

    ends = log(np.array([low, high]))
    below, within = normal_cdf((np.maximum(ends, -_FAR * sigma + mu) - mu) / sigma).tolist()
    return below, within


class Lognormal(Section):
    """Log-normal by the mean and standard deviation of the logarithm, perhaps truncated."""

    dist: Literal["lognormal"] = field(..., "The kind of distribution.")
    mu: float = field(..., "Mean of the logarithm.", unit="ln of the field's", ge=-20, le=20, example=0.47)
    sigma: float = field(
        ..., "Standard deviation of the logarithm.", unit="ln of the field's", gt=0, le=5, example=1.22
    )
    low: float = field(
        0.0,
        "Draws are never below this (truncated).",
        unit="the field's",
        ge=0,
        le=_HUGE,
        source=NEUTRAL,
        example=0.83,
    )
    high: float = field(
        _HUGE,
        "Draws are never above this (truncated).",
        unit="the field's",
        gt=0,
        le=_HUGE,
        source=NEUTRAL,
        example=60,
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"high = {self.high:g} is not above low = {self.low:g}")
        if (kept := self._tail(self.high) - self._tail(self.low)) < _LEAST_KEPT:
            raise ValueError(
                f"low = {self.low:g} and high = {self.high:g} keep a share of {kept:.1g} of the draws; "
                f"allowed: at least {_LEAST_KEPT:g}"
            )
        return self

    def _tail(self, x: float) -> float:
        """Probability of staying at or below `x` before truncation."""
        if x <= 0:
            return 0.0
        return 0.5 * math.erfc(-(math.log(x) - self.mu) / (self.sigma * math.sqrt(2)))

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        from sim.arithmetic import exp, normal_quantile

        below, within = _kept(self.mu, self.sigma, self.low, self.high)
        z = normal_quantile(below + u * (within - below)).clip(-_FAR, _FAR)
        return exp(self.mu + self.sigma * z).clip(self.low, self.high)

    def expectation(self) -> float:
        """The expectation, of the truncated distribution."""

        def part(x: float) -> float:
            if x <= 0:
                return 0.0
            z = (math.log(x) - self.mu) / self.sigma - self.sigma
            return 0.5 * math.erfc(-z / math.sqrt(2))

        whole = math.exp(self.mu + self.sigma**2 / 2)
        kept = self._tail(self.high) - self._tail(self.low)
        return whole * (part(self.high) - part(self.low)) / kept


class Discrete(Section):
    """Some values, each with a weight."""

    dist: Literal["discrete"] = field(..., "The kind of distribution.")
    values: tuple[Annotated[float, Field(ge=0, le=_HUGE)], ...] = field(
        ..., "The values, increasing.", unit="the field's", min_length=1, max_length=1000, example=(1, 2)
    )
    weights: tuple[Annotated[float, Field(ge=0, le=_HUGE)], ...] = field(
        ...,
        "A weight for each value; they need not sum to 1.",
        unit="1",
        min_length=1,
        max_length=1000,
        example=(3, 1),
    )

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if len(self.values) != len(self.weights):
            raise ValueError(f"{len(self.values)} values but {len(self.weights)} weights")
        if not sum(self.weights) > 0:
            raise ValueError("the weights are all 0")
        if list(self.values) != sorted(set(self.values)):
            raise ValueError("the values do not increase")
        return self

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        steps = np.cumsum(self.weights) / sum(self.weights)
        place = np.minimum(np.searchsorted(steps, u, side="right"), len(self.values) - 1)
        return np.asarray(self.values, dtype=np.float64)[place]

    def expectation(self) -> float:
        """The expectation."""
        return sum(v * w for v, w in zip(self.values, self.weights, strict=True)) / sum(self.weights)


class Empirical(Section):
    """Observed values: the quantile function is interpolated between the sorted observations."""

    dist: Literal["empirical"] = field(..., "The kind of distribution.")
    observations: tuple[Annotated[float, Field(ge=0, le=_HUGE)], ...] = field(
        ...,
        "The observations, in any order.",
        unit="the field's",
        min_length=2,
        max_length=100_000,
        example=(1.5, 2, 2.25, 9),
    )

    def quantile(self, u: Values) -> Values:
        """The value at each probability `u` in (0, 1)."""
        import numpy as np

        values: Values = np.quantile(np.asarray(self.observations, dtype=np.float64), u)
        return values

    def expectation(self) -> float:
        """The expectation of the interpolated distribution."""
        ordered = sorted(self.observations)
        inner = sum(ordered) - (ordered[0] + ordered[-1]) / 2
        return inner / (len(ordered) - 1)


_Any = Constant | Uniform | Triangular | Exponential | Geometric | Gamma | Lognormal | Discrete | Empirical
_Tagged = Annotated[_Any, Field(discriminator="dist")]

DISTRIBUTIONS: dict[str, type[Section]] = {
    get_args(kind.model_fields["dist"].annotation)[0]: kind for kind in get_args(_Any)
}
"""The kinds of distributions by their tags."""


def _number_as_constant(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"dist": "constant", "value": value}
    return value


Distribution = Annotated[
    _Tagged,
    BeforeValidator(
        _number_as_constant, json_schema_input_type=Annotated[float, Field(ge=0, le=_HUGE)] | _Tagged
    ),
]


def conversation_minutes() -> Lognormal:
    """Of the badge contacts of a minute or more, cut at an hour."""
    return Lognormal(dist="lognormal", mu=0.47, sigma=1.22, low=0.83, high=60.0)
