"""Differences as people read them: with a sign, shares in points, and whether they are real."""

from __future__ import annotations

from math import isfinite
from typing import Any

from sim.statistics.intervals import Estimate
from sim.statistics.text import of_estimate, shown_unit

__all__ = ["as_json", "is_real", "or_none", "parts", "signed"]


def is_real(e: Estimate) -> bool:
    """Whether the interval leaves 0 out, or it is the same other number in all replications."""
    return (isfinite(e.low) and (e.low > 0 or e.high < 0)) or (e.same and e.mean != 0)


def parts(e: Estimate, unit: str, currency: str = "money") -> tuple[str, str, str]:
    """A difference: mean with its sign, how far it may be off, and the unit."""
    mean, spread = of_estimate(e, unit)
    sign = "+" if e.mean > 0 else ""
    spread = spread if isfinite(e.low) else f"({spread})" if spread else ""
    shown = "points" if unit == "share" else shown_unit(unit, currency, e.mean)
    return f"{sign}{mean}".replace("-", "−"), spread.replace("-", "−"), shown


def signed(e: Estimate, unit: str, currency: str = "money") -> str:
    """A difference in one text: `+38 ± 9 meetings`."""
    return " ".join(filter(None, parts(e, unit, currency)))


def or_none(value: float) -> float | None:
    """The number, or None where there is none, as JSON has it."""
    return value if isfinite(value) else None


def as_json(e: Estimate) -> dict[str, Any]:
    """An estimate as JSON has it; `why` says why there is no interval."""
    numbers = {"mean": e.mean, "low": e.low, "high": e.high, "sd": e.sd}
    return {**{key: or_none(value) for key, value in numbers.items()}, "n": e.n, "why": e.why}
