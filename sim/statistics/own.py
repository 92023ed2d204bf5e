"""A user's own KPIs: functions of a `Result`, registered in a notebook or a module of theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import cleandoc
from math import inf
from typing import TYPE_CHECKING, Final, TypeVar

from sim.statistics.kpis import KPI, KPIS, Basis, describe
from sim.statistics.kpis.registry import OWN

if TYPE_CHECKING:
    from sim.statistics.result import Result

__all__ = ["forget_own_kpis", "kpi", "own_kpis", "register_kpi"]

_F = TypeVar("_F", bound="Callable[[Result], float]")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


def kpi(
    name: str,
    label: str = "",
    *,
    unit: str = "",
    how: str = "",
    basis: Basis = "predicted",
    low: float = -inf,
    high: float = inf,
) -> Callable[[_F], _F]:
    """Register a function of a `Result` as a KPI, shown, estimated and compared as any other.

        @sim.kpi("meetings.delay_p90", "Delay of meetings, 90 % are below", unit="min")
        def delay(result):
            return result.meetings["delay_minutes"].quantile(0.9)

    It gives one number a replication, nan where it is not defined. Its docstring is the definition. A KPI
    gives way to one of the same name and module, as when a notebook's cell is run again.

    Args:
        name: dotted, its theme first: `meetings.delay_p90`.
        label: what people call it; made of the name if left out.
        unit: of the number, as it is shown; `share` is shown in per cent.
        how: how one number comes of many rows.
        basis: `input`, `fitted` or `predicted`.
        low: the least that the number can be, if there is such a limit: intervals stay above it.
        high: the greatest.

    Raises:
        ValueError: it is no such name, or that of a KPI that is shipped or of another module.
    """

    def registered(function: _F) -> _F:
        text = label or name.rpartition(".")[2].replace("_", " ").capitalize()
        definition = cleandoc(function.__doc__ or "")
        register_kpi(KPI(name, text, unit, how, basis, definition, function, low=low, high=high))  # type: ignore[arg-type]
        return function

    return registered


def register_kpi(own: KPI) -> None:
    """Make a KPI known whose function takes a `Result`. Raises ValueError as `kpi` does."""
    if not _NAME.fullmatch(own.name):
        raise ValueError(f"KPI {own.name!r}: a name is dotted, in small letters, such as 'meetings.late'")
    before = OWN.get(own.name)
    if before is None and _is_shipped(own.name):
        raise ValueError(f"there is already a KPI {own.name!r}, and it is shipped: give yours another name")
    if before is not None and before.compute.__module__ != own.compute.__module__:
        where = before.compute.__module__
        raise ValueError(
            f"there is already a KPI {own.name!r}, of the module {where}: give yours another name"
        )
    OWN[own.name] = own


def _is_shipped(name: str) -> bool:
    """Whether a KPI, a family or a member of one has this name."""
    try:
        describe(name)
    except KeyError:
        return name in KPIS
    return True


def own_kpis() -> tuple[KPI, ...]:
    """The KPIs that a user has registered, in the order in which they were."""
    return tuple(OWN.values())


def forget_own_kpis() -> None:
    """Take away what a user has registered."""
    OWN.clear()
