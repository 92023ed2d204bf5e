"""Units as axes have them, and rows of intervals in these."""

from __future__ import annotations

from sim.decisions.told import is_real, parts, valued
from sim.plotting.marks import Interval
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import describe
from sim.statistics.text import shown_unit

__all__ = ["axis", "change", "factor", "label", "level"]


def factor(unit: str) -> float:
    """By what numbers of a unit are multiplied for an axis: shares are in per cent."""
    return 100.0 if unit == "share" else 1.0


def axis(unit: str, currency: str = "money", *, change: bool = False) -> str:
    """The unit of an axis; a change of a share is in percentage points. Empty for pure numbers."""
    return "percentage points" if change and unit == "share" else shown_unit(unit, currency)


def change(name: str, e: Estimate, unit: str, currency: str = "money") -> Interval:
    """A row of a difference: full if it is real."""
    shown = e.scaled(factor(unit))
    return Interval(name, shown.mean, shown.low, shown.high, is_real(e), _said(parts(e, unit, currency)))


def level(name: str, e: Estimate, unit: str, currency: str = "money", *, full: bool = True) -> Interval:
    """A row of a number itself."""
    shown = e.scaled(factor(unit))
    return Interval(name, shown.mean, shown.low, shown.high, full, _said(valued(e, unit, currency)))


def _said(parts_: tuple[str, str, str]) -> str:
    """A number without its unit, which the axis has, but for a time that is told in seconds."""
    mean, spread, unit = parts_
    return " ".join(filter(None, (mean, spread, unit if unit == "s" else "")))


def label(kpi: str, currency: str = "money") -> str:
    """What an axis of a KPI is called: its label, and the unit unless that says it."""
    k = describe(kpi)
    unit = axis(k.unit, currency)
    return f"{k.label}, {unit}" if unit and unit.lower() not in k.label.lower() else k.label
