"""The range in which a number of a scenario is plausible: as its field says, or in proportion to its value.

A plausible range is one of the field's default. A scenario that says another value of its own, outside of
it, knows better: there the range is in the same proportion to its value.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = ["Plausible", "plausible_range"]

_NEAR: Final = 1e-9


class Plausible(NamedTuple):
    """From where to where a number, or the mean of a distribution, is plausible."""

    low: float
    high: float
    scaled: bool
    """Whether it is in proportion to the scenario's own value, which lies outside that of the field."""


def plausible_range(info: FieldInfo, value: object) -> Plausible | None:
    """The range of a field of a scenario that has this value there; None if none is known, or it is a point.

    Args:
        info: what the schema says of the field.
        value: a number or a distribution, or None where the scenario says nothing.
    """
    from sim.scenario.schema.fields import about
    from sim.scenario.schema.means import is_distribution_value, possible_means

    told = about(info)
    if told.plausible is None:
        return None
    low, high = told.plausible
    own = _mean(value)
    scaled = own is not None and not low - _NEAR <= own <= high + _NEAR
    if scaled:
        usual = _mean(info.get_default(call_default_factory=True))
        if own is None or not usual:
            return None  # 0 by default: nothing is in proportion to it
        low, high = low * own / usual, high * own / usual
    least, most = possible_means(value) if is_distribution_value(value) else _bounds(info)
    low, high = max(low, least), min(high, most)
    if isinstance(value, int):
        low, high = round(low), round(high)
    return Plausible(low, high, scaled) if low < high else None


def _mean(value: object) -> float | None:
    """A number, or what a distribution comes to on average; None of anything else."""
    from sim.scenario.schema.means import is_distribution_value

    if is_distribution_value(value):
        return value.expectation()
    return value if isinstance(value, int | float) else None


def _bounds(info: FieldInfo) -> tuple[float, float]:
    low = [getattr(m, k) for m in info.metadata for k in ("ge", "gt") if hasattr(m, k)]
    high = [getattr(m, k) for m in info.metadata for k in ("le", "lt") if hasattr(m, k)]
    return max(low, default=-inf), min(high, default=inf)
