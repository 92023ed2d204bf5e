"""KPIs of groups over replications: which day, hall, chain, sponsor or persona is worst, by how much."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from sim.statistics.groups import FIRST, WORSE, division
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import describe
from sim.statistics.kpis.registry import no_kpi
from sim.statistics.text import columns, of_estimate, shown_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Grouped", "Groups", "Worst"]

Groups = Mapping[str, Mapping[str, float]]
"""KPIs of each group in one replication."""

_WIDTH: Final = 80


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
        return self.difference.half_width < abs(self.difference.mean)


@dataclass(frozen=True)
class Grouped:
    """KPIs of the groups of one division, an entry a replication."""

    division: str
    rows: tuple[Groups, ...]
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

        Of a KPI that is neither good nor bad (`sim.statistics.groups.WORSE`), of fewer than two groups, or
        if the two are the same on average, nothing is said.
        """
        if kpi not in WORSE:
            return None
        means = {group: estimate(self.values(group, kpi)).mean for group in self.groups}
        known = [group for group in self.groups if isfinite(means[group])]
        ordered = sorted(known, key=lambda group: -WORSE[kpi] * means[group])
        if len(ordered) < 2 or means[ordered[0]] == means[ordered[1]]:
            return None
        return Worst(kpi, ordered[0], ordered[1], self.difference(ordered[0], ordered[1], kpi))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a group and KPI: mean, half_width (95 %), sd, n, unit, label."""
        import pandas as pd

        rows, index = [], []
        for group in self.groups:
            for name in self.kpis:
                e, k = estimate(self.values(group, name)), describe(name)
                rows.append((e.mean, e.half_width, e.sd, e.n, k.unit, k.label))
                index.append((group, name))
        names = pd.MultiIndex.from_tuples(index, names=[self.division, "kpi"])
        return pd.DataFrame(rows, index=names, columns=["mean", "half_width", "sd", "n", "unit", "label"])

    def chosen(self, kpis: Collection[str]) -> tuple[str, ...]:
        """The names of these KPIs; that of a family or a theme stands for all in it.

        Raises KeyError with the near misses if the groups have no such KPI.
        """
        found: dict[str, None] = {}
        for name in kpis:
            members = [each for each in self.kpis if each == name or each.startswith(f"{name}.")]
            if not members:
                raise KeyError(f"by {self.division}: {no_kpi(name, self.kpis)}")
            found |= dict.fromkeys(members)
        return tuple(found)

    def text(self, kpis: Collection[str] | None = None, *, everything: bool = False) -> str:
        """The groups, KPI by KPI, with their intervals and which is worst, in 80 columns."""
        names = self.kpis if everything else tuple(name for name in FIRST if name in self.kpis)
        title = division(self.division).title
        lines = [f"By {title}; mean ± half-width at 95 %, differences replication by replication", ""]
        for name in names if kpis is None else self.chosen(kpis):
            lines += [*self._kpi(name), ""]
        return "\n".join(lines).rstrip()

    def _kpi(self, name: str) -> Sequence[str]:
        k, worst = describe(name), self.worst(name)
        unit = shown_unit(k.unit, self.currency)
        rows = []
        for group in self.groups:
            mean, half_width = of_estimate(estimate(self.values(group, name)), k.unit)
            said = "" if worst is None or group != worst.group else self._said(worst, k.unit)
            rows.append((group, mean, f"± {half_width}" if half_width else "", said))
        head = f"{k.label}{f', {unit}' if unit else ''}"
        long = len(head) + len(name) + 3 > _WIDTH
        heads = [head, f"  ({name})"] if long else [f"{head} ({name})"]
        table = columns(rows, "<>><")
        if max(map(len, table)) > _WIDTH:  # long names of groups
            table = columns([row[:-1] for row in rows], "<>>")
            table += [f"  {group} is the {said}" for group, _, _, said in rows if said]
        return [*heads, *table]

    def _said(self, worst: Worst, unit: str) -> str:
        mean, half_width = of_estimate(worst.difference, unit)
        by = f"{mean.lstrip('-')} ± {half_width}" if half_width else mean.lstrip("-")
        points = " points" if unit == "share" else ""
        if not worst.told_apart:
            return f"worst, not told apart from {worst.next} ({by}{points})"
        more = "more" if worst.difference.mean > 0 else "less"
        return f"worst: {by}{points} {more} than {worst.next}"

    def to_json_dict(self, kpis: Collection[str] | None = None) -> dict[str, Any]:
        """The groups with their KPIs, for JSON; a number not defined is None."""

        def defined(value: float) -> float | None:
            return value if isfinite(value) else None

        said: dict[str, Any] = {}
        for group in self.groups:
            said[group] = {}
            for name in self.kpis if kpis is None else self.chosen(kpis):
                e = estimate(self.values(group, name))
                said[group][name] = {
                    "mean": defined(e.mean),
                    "half_width": defined(e.half_width),
                    "unit": describe(name).unit,
                }
        return said
