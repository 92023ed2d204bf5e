"""Interactions by kind and hour, and who met whom: chains, and countries."""

from __future__ import annotations

from math import isfinite, log1p
from typing import TYPE_CHECKING, Final

from sim.report.page.over_time import chart
from sim.report.page.parts import Heat, Section
from sim.report.plots.kinds import KINDS, by_hour
from sim.report.plots.matrices import MOST, group_named, groups_met, is_skewed, shortened
from sim.report.plots.over import EACH_ALONE, means, which

if TYPE_CHECKING:
    from sim.report.plots.matrices import GroupsMet
    from sim.report.source import OfResults

__all__ = ["interactions", "who_met_whom"]

_HOUR: Final = 60.0
_COLOURS: Final = {"conversation": "blue", "exchange": "green", "meeting": "purple"}


def interactions(source: OfResults) -> Section | None:
    """How many begin in each hour, by kind, over replications; None if there are none."""
    found = by_hour(source)
    total = found.all
    if not total.any():
        return None
    of = {KINDS[kind][0]: values for kind, values in found.counts.items()}
    said = ", ".join(
        f"{values.sum(axis=1).mean():,.0f} {name}" for name, values in of.items() if values.any()
    )
    every, useful = total.sum(axis=1).mean(), found.useful.mean()
    top = means(total)
    lead = f"{every:,.0f} interactions, of which {useful:,.0f} are useful: {said} ({which(found.numbers)})."
    drawn = chart(
        found.hours,
        found.start,
        _HOUR,
        {KINDS[kind][0]: (_COLOURS[kind], values.mean(axis=0)) for kind, values in found.counts.items()},
        caption="Interactions that begin in each hour, by kind",
        said=f"Interactions by hour; {said}",
        unit="interactions",
        band=top,
    )
    if any(map(isfinite, top.low)):
        lead += f" Grey bands: {EACH_ALONE}."
    return Section("interactions", "Interactions by kind and hour", lead, [drawn], short="Interactions")


def who_met_whom(source: OfResults) -> Section | None:
    """Matrices of chains and of countries over replications; None if nobody met anybody."""
    parts, numbers = [], source.every("met")
    for by, what in (("chain", "chain"), ("country", "country or region")):
        found = groups_met(source, by, "interactions", MOST)
        if len(found.groups) > 1:
            parts.append(_heat(found, by, what))
    if not parts:
        return None
    lead = (
        "Interactions counted: rows are the side that came or asked, columns the side whose booth it was or "
        f"who was asked ({which(numbers)})."
    )
    if len(numbers) > 1:
        lead += f" Below each: {EACH_ALONE}."
    return Section("met", "Who met whom", lead, parts)


def _heat(found: GroupsMet, by: str, what: str) -> Heat:
    names = [group_named(by, name) for name in found.groups]
    values = found.counts.mean
    most, skewed = float(values.max(initial=1)), is_skewed(values)

    def tint(value: float) -> float:
        return log1p(value) / log1p(most) if skewed else value / most

    def said(at: tuple[int, int]) -> str:
        value = float(values[at])
        off = found.counts.off(at, lambda each: shortened(each, found.counts.n))
        return f"{shortened(value, found.counts.n)}\n{off.replace(' to ', '–')}".rstrip() if value else ""

    cells = [
        [(said((row, column)), tint(float(n)), float(n)) for column, n in enumerate(line)]
        for row, line in enumerate(values)
    ]
    tints = "tints by logarithm" if skewed else "the more, the darker"
    return Heat(f"Interactions by {what}", tints, names, names, cells, what, what)
