"""Distributions of the same kind with another mean: what is done where only a mean is uncertain.

All but discrete ones are stretched: every draw is so many times what it was, so that the coefficient of
variation stays. Values of a discrete one stay, as they may have to be whole, and its weights are tilted, each
times exp(λ value): of all weights with that mean, those nearest to the old ones (Csiszár, 1975).
"""

from __future__ import annotations

from math import exp, inf, log
from typing import Any, Final, TypeGuard, cast

from sim.scenario.schema.distributions import (
    DISTRIBUTIONS,
    Constant,
    Discrete,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Triangular,
    Uniform,
)

__all__ = ["AnyDistribution", "is_distribution_value", "possible_means", "with_mean"]

AnyDistribution = (
    Constant | Uniform | Triangular | Exponential | Geometric | Gamma | Lognormal | Discrete | Empirical
)

_KINDS: Final = tuple(DISTRIBUTIONS.values())
_STEEPEST: Final = 600.0  # of λ times the range of the values: exp(-600) is still a number
_HALVINGS: Final = 80
_HUGE: Final = 1e9  # what the schema has for none


def is_distribution_value(value: object) -> TypeGuard[AnyDistribution]:
    """Whether a value of a scenario is a distribution."""
    return isinstance(value, _KINDS)


def possible_means(distribution: AnyDistribution) -> tuple[float, float]:
    """The least and the greatest mean that one like it can have."""
    if isinstance(distribution, Discrete):
        there = [v for v, w in zip(distribution.values, distribution.weights, strict=True) if w > 0]
        return min(there), max(there)
    return (1.0 if isinstance(distribution, Geometric) else 0.0), inf


def with_mean(distribution: AnyDistribution, mean: float) -> dict[str, Any]:
    """One like it with this mean, as a file has it.

    Raises ValueError if there is none: see `possible_means`.
    """
    low, high = possible_means(distribution)
    if not low <= mean <= high:
        raise ValueError(f"the mean cannot be {mean:g}; allowed: {low:g} to {high:g}")
    given = distribution.model_dump()
    if isinstance(distribution, Discrete):
        return {**given, "weights": _tilted(distribution, mean)}
    own = distribution.expectation()
    if mean == own:
        return given
    if not mean or not own:
        return {"dist": "constant", "value": mean}
    return {**given, **_stretched(distribution, mean / own)}


def _stretched(distribution: AnyDistribution, by: float) -> dict[str, Any]:
    """What is otherwise of the distribution of so many times the draws."""
    match distribution:
        case Constant():
            return {"value": by * distribution.value}
        case Uniform():
            return {"low": by * distribution.low, "high": by * distribution.high}
        case Triangular():
            return {key: by * cast(float, getattr(distribution, key)) for key in ("low", "mode", "high")}
        case Exponential() | Geometric() | Gamma():
            return {"mean": by * distribution.mean}
        case Lognormal():
            high = distribution.high if distribution.high >= _HUGE else by * distribution.high
            return {"mu": distribution.mu + log(by), "low": by * distribution.low, "high": high}
        case Empirical():
            return {"observations": tuple(by * each for each in distribution.observations)}
        case Discrete():
            raise TypeError("a discrete distribution is tilted")


def _tilted(distribution: Discrete, mean: float) -> tuple[float, ...]:
    """Weights with which its values have this mean."""
    values, weights = distribution.values, distribution.weights
    width = values[-1] - values[0]
    if not width or mean == distribution.expectation():
        return weights
    below, above = -_STEEPEST, _STEEPEST
    tilted = weights
    for _ in range(_HALVINGS):
        steep = (below + above) / 2
        # the exponent is at most 0, so that nothing overflows
        end = values[-1] if steep > 0 else values[0]
        tilted = tuple(w * exp(steep * (v - end) / width) for v, w in zip(values, weights, strict=True))
        if sum(v * w for v, w in zip(values, tilted, strict=True)) < mean * sum(tilted):
            below = steep
        else:
            above = steep
    whole = sum(tilted)
    return tuple(w / whole for w in tilted)
