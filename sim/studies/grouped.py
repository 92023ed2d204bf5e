"""KPIs of groups over replications: which day, hall, chain, sponsor or persona is worst, by how much."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.files.lines import WIDTH, cells, wrapped
from sim.statistics.group_kpis import FIRST, WORSE
from sim.statistics.groups import division
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import describe
from sim.statistics.kpis.registry import chosen, estimated
from sim.statistics.text import columns, explained, of_estimate, shown_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Grouped", "Parts", "Worst"]

Parts = Mapping[str, Mapping[str, float]]
"""KPIs of each group in one replication."""

_COLUMNS = ["mean", "low", "high", "half_width", "sd", "n", "unit", "label"]


@dataclass(frozen=True, slots=True)
class Worst:
    """The group in which a KPI is worst on average, and how it compares with the next."""

    kpi: str
    group: str
    next: str
    difference: Estimate
    """The worst less the next, replication by replication."""

    @property
    def told_apart(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0


@dataclass(frozen=True)
class Grouped:
    """KPIs of the groups of one division, an entry a replication."""

    division: str
    rows: tuple[Parts, ...]
    currency: str = "money"

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in order."""
        return tuple(dict.fromkeys(group for row in self.rows for group in row))

    @cached_property
    def kpis(self) -> tuple[str, ...]:
        """Names of the KPIs that are defined for some group."""
        names = dict.fromkeys(name for row in self.rows for group in row.values() for name in group)
        return tuple(
            name
            for name in names
            if any(isfinite(v) for group in self.groups for v in self.values(group, name))
        )

    def values(self, group: str, kpi: str) -> list[float]:
        """A KPI of a group in each replication; nan where it is not defined."""
        nan = float("nan")
        return [row.get(group, {}).get(kpi, nan) for row in self.rows]

    def estimate(self, group: str, kpi: str) -> Estimate:
        """Mean of a KPI of a group over replications, with its 95 % interval."""
        return estimated(kpi, self.values(group, kpi))

    def difference(self, group: str, other: str, kpi: str) -> Estimate:
        """By how much a KPI is higher in `group` than in `other`, replication by replication.

        Raises KeyError if there is no such group.
        """
        for name in (group, other):
            if name not in self.groups:
                raise KeyError(f"no group {name!r}; there are: {', '.join(self.groups)}")
        pairs = zip(self.values(group, kpi), self.values(other, kpi), strict=True)
        return estimate(a - b for a, b in pairs)

    def worst(self, kpi: str) -> Worst | None:
        """The group in which a KPI is worst on average, and the next; None if that is not to be said.

        Of a KPI that is neither good nor bad (`sim.statistics.group_kpis.WORSE`), of fewer than two groups,
        or if the two are the same on average, nothing is said; nor of a sum, but by day: five sponsors have
        fewer meetings than a hundred others, and are none the worse for it.
        """
        if kpi not in WORSE or (self.division != "day" and describe(kpi).aggregation == "sum"):
            return None
        means = {group: self.estimate(group, kpi).mean for group in self.groups}
        known = [group for group in self.groups if isfinite(means[group])]
        ordered = sorted(known, key=lambda group: -WORSE[kpi] * means[group])
        if len(ordered) < 2 or means[ordered[0]] == means[ordered[1]]:
            return None
        return Worst(kpi, ordered[0], ordered[1], self.difference(ordered[0], ordered[1], kpi))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a group and KPI: mean, low, high (95 %), half_width, sd, n, unit, label.

        Its `plot.kpi(name)` draws a KPI of each group with its interval.
        """
        import pandas as pd

        rows, index = [], []
        for group in self.groups:
            for name in self.kpis:
                e, k = self.estimate(group, name), describe(name)
                rows.append((e.mean, e.low, e.high, e.half_width, e.sd, e.n, k.unit, k.label))
                index.append((group, name))
        names = pd.MultiIndex.from_tuples(index, names=[self.division, "kpi"])
        made = pd.DataFrame(rows, index=names, columns=_COLUMNS)
        above = import_module("sim.report.plots.groups")  # studies know of no report: asked for by name
        table: pd.DataFrame = above.with_plot(made, self.division, self.currency)
        return table

    def chosen(self, kpis: Collection[str]) -> tuple[str, ...]:
        """The names of these KPIs; that of a family or a theme stands for all in it.

        Raises KeyError with the near misses if the groups have no such KPI.
        """
        try:
            return chosen(kpis, self.kpis)
        except KeyError as error:
            raise KeyError(f"by {self.division}: {error.args[0]}") from None

    def text(self, kpis: Collection[str] | None = None, *, everything: bool = False) -> str:
        """The groups, KPI by KPI, with their intervals and which is worst, in 80 columns."""
        names = self.kpis if everything else tuple(name for name in FIRST if name in self.kpis)
        names = names if kpis is None else self.chosen(kpis)
        said = f"By {division(self.division).title}; differences are taken replication by replication."
        lines = [*wrapped(said, WIDTH), ""]
        for name in names:
            lines += [*self._kpi(name), ""]
        shown = [self.estimate(group, name) for name in names for group in self.groups]
        for sentence in explained(shown):
            lines += wrapped(sentence, WIDTH)
        return "\n".join(lines).rstrip()

    def _kpi(self, name: str) -> Sequence[str]:
        k, worst = describe(name), self.worst(name)
        rows = []
        for group in self.groups:
            e = self.estimate(group, name)
            mean, spread = of_estimate(e, k.unit)
            said = "" if worst is None or group != worst.group else self._said(worst, k.unit)
            rows.append((group, mean, spread, shown_unit(k.unit, self.currency, e.mean), said))
        long = cells(k.label) + len(name) + 3 > WIDTH
        heads = [*wrapped(k.label, WIDTH), f"  ({name})"] if long else [f"{k.label} ({name})"]
        table = columns(rows, "<><<<")
        if max(map(cells, table)) > WIDTH:  # long names of groups
            table = columns([row[:-1] for row in rows], "<><<")
            for row in rows:
                table += wrapped(f"{row[0]} is the {row[-1]}", WIDTH, "  ", "    ") if row[-1] else []
        return [*heads, *table]

    def _said(self, worst: Worst, unit: str) -> str:
        d = worst.difference
        up = d if d.mean > 0 else Estimate(-d.mean, -d.high, -d.low, d.sd, d.n, d.differ)
        mean, spread = of_estimate(up, unit)
        shown = "points" if unit == "share" else shown_unit(unit, self.currency, up.mean)
        by = " ".join(filter(None, (mean, spread if isfinite(d.low) else "", shown)))
        if not worst.told_apart:
            return f"worst, not told apart from {worst.next} ({by})"
        return f"worst: {by} {'more' if d.mean > 0 else 'less'} than {worst.next}"

    def to_json_dict(self, kpis: Collection[str] | None = None) -> dict[str, Any]:
        """The groups with their KPIs, for JSON; a number not defined is None."""

        def defined(value: float) -> float | None:
            return value if isfinite(value) else None

        said: dict[str, Any] = {}
        for group in self.groups:
            said[group] = {}
            for name in self.kpis if kpis is None else self.chosen(kpis):
                e = self.estimate(group, name)
                said[group][name] = {
                    "mean": defined(e.mean),
                    "low": defined(e.low),
                    "high": defined(e.high),
                    "unit": describe(name).unit,
                }
        return said
