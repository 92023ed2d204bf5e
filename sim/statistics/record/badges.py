"""With whom visitors were in contact as badges would have recorded it, had everybody worn one.

Companions, who mostly stand side by side, are left out; `sim.statistics.badges` says how badges record.
"""

from __future__ import annotations

from sim.statistics.badges import MEASURES
from sim.statistics.kpis.registry import kpi
from sim.statistics.ledger import Ledger

__all__: list[str] = []

_VALUE = {measure.name: measure.value for measure in MEASURES}
_CV, _GINI, _OVER = "coefficient of variation", "Gini", "over person-days of 2.5 to 4.5 h"


@kpi(
    "record.badge_distance",
    "As badges see it: distance of lengths from the congress's",
    unit="1",
    how="largest difference of distribution functions",
    basis="fitted",
    high=1,
)
def badge_distance(ledger: Ledger) -> float:
    """Kolmogorov's distance of the contacts of a minute or more from those of a congress with badges."""
    return _VALUE["distance"](ledger.badges)


@kpi(
    "record.badge_partners_1min",
    "As badges see it: partners of a minute or more",
    unit="people",
    how="mean " + _OVER,
)
def badge_partners_1min(ledger: Ledger) -> float:
    """People in contact with whom a badge was seen for a minute or more, companions left out."""
    return _VALUE["partners"](ledger.badges)


@kpi("record.badge_cv_1min", f"As badges see it: partners of a minute or more, {_CV}", unit="1", how=_OVER)
def badge_cv_1min(ledger: Ledger) -> float:
    """How much the partners of a minute or more differ from person to person and day to day."""
    return _VALUE["partners_cv"](ledger.badges)


@kpi(
    "record.badge_gini_1min",
    f"As badges see it: partners of a minute or more, {_GINI}",
    unit="1",
    how=_OVER,
    high=1,
)
def badge_gini_1min(ledger: Ledger) -> float:
    """How unequally the partners of a minute or more are shared among person-days."""
    return _VALUE["partners_gini"](ledger.badges)


@kpi(
    "record.badge_partners_5min",
    "As badges see it: partners of five minutes or more",
    unit="people",
    how="mean " + _OVER,
)
def badge_partners_5min(ledger: Ledger) -> float:
    """People in contact with whom a badge was seen for five minutes or more, companions left out."""
    return _VALUE["long_partners"](ledger.badges)


@kpi(
    "record.badge_cv_5min", f"As badges see it: partners of five minutes or more, {_CV}", unit="1", how=_OVER
)
def badge_cv_5min(ledger: Ledger) -> float:
    """How much the partners of five minutes or more differ from person to person and day to day."""
    return _VALUE["long_partners_cv"](ledger.badges)


@kpi(
    "record.badge_gini_5min",
    f"As badges see it: partners of five minutes or more, {_GINI}",
    unit="1",
    how=_OVER,
    high=1,
)
def badge_gini_5min(ledger: Ledger) -> float:
    """How unequally the partners of five minutes or more are shared among person-days."""
    return _VALUE["long_partners_gini"](ledger.badges)


@kpi(
    "record.badge_gini_two_days",
    "As badges see it: partners of those who come on two days, Gini",
    unit="1",
    how="over people, over the event",
    high=1,
)
def badge_gini_two_days(ledger: Ledger) -> float:
    """How unequally partners of a minute or more are shared among people who come on two days."""
    return _VALUE["two_days_gini"](ledger.badges)
