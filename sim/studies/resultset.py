"""Replications of one scenario, their KPIs and intervals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.statistics.first_screen import FIRST_SCREEN, TOLD
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import describe, theme_title
from sim.statistics.kpis.registry import no_kpi
from sim.statistics.text import grouped, grouped_html, of_estimate, shown_unit
from sim.studies.grouped import Grouped, Groups

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario
    from sim.statistics.result import Result

__all__ = ["Failure", "ResultSet"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication that did not end; `sim.run` with its seed and number shows why."""

    replication: int
    seed: int
    reason: str

    def __str__(self) -> str:
        return f"replication {self.replication} (seed {self.seed}) failed: {self.reason}"


@dataclass(frozen=True, eq=False)
class ResultSet:
    """KPIs of independent replications of a scenario.

    `rows[i]` holds the KPIs of replication `numbers[i]`; `first` is the whole first replication, with
    its tables, if it was kept. `imprecise` names the KPIs whose interval is wider than was asked for,
    should a precision have been given up.
    """

    scenario: Scenario
    seed: int
    engine: str
    numbers: tuple[int, ...]
    rows: tuple[Mapping[str, float], ...]
    first: Result | None = None
    failures: tuple[Failure, ...] = ()
    imprecise: tuple[str, ...] = ()
    divided: Mapping[str, tuple[Groups, ...]] = field(default_factory=dict)
    """KPIs of groups by division, an entry a replication, for the divisions that were asked for."""

    def __post_init__(self) -> None:
        if not self.rows or len(self.rows) != len(self.numbers):
            raise ValueError(f"{len(self.numbers)} replications with {len(self.rows)} rows of KPIs")

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all KPIs, theme by theme."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row))

    def values(self, name: str) -> list[float]:
        """A KPI in each replication; nan where it is not defined.

        Raises KeyError with the near misses if there is no such KPI.
        """
        if name not in self._estimates:
            raise KeyError(no_kpi(name, self.names))
        return [row.get(name, float("nan")) for row in self.rows]

    def estimate(self, name: str) -> Estimate:
        """Mean of a KPI over replications, with its 95 % interval.

        Raises KeyError with the near misses if there is no such KPI.
        """
        self.values(name)
        return self._estimates[name]

    def grouped(self, division: str) -> Grouped:
        """The KPIs of the groups of a division over replications: their intervals, and which is worst.

        Raises KeyError if these results have none: `sim.replicate(..., by="day")` asks for them.
        """
        if division not in self.divided:
            there = f"; there are: {', '.join(self.divided)}" if self.divided else ""
            raise KeyError(f"no KPIs by {division!r}: replicate(..., by={division!r}) asks for them{there}")
        return Grouped(division, self.divided[division], self.scenario.data.costs.currency)

    def by(self, division: str) -> pd.DataFrame:
        """A row a group and KPI: mean, half_width (95 %), sd, n, unit, label; as `grouped`."""
        return self.grouped(division).frame

    def difference(self, other: ResultSet, name: str) -> Estimate:
        """By how much a KPI is higher here than in `other`, replication by replication.

        Pairs are replications of the same number, which share every draw that both scenarios have
        (common random numbers), so the interval is that of a paired comparison.

        Raises ValueError if the seeds differ or no replication is in both, KeyError for an unknown KPI.
        """
        if self.seed != other.seed:
            raise ValueError(f"seeds {self.seed} and {other.seed}: only runs with one seed can be paired")
        here = dict(zip(self.numbers, self.values(name), strict=True))
        there = dict(zip(other.numbers, other.values(name), strict=True))
        both = [number for number in self.numbers if number in there]
        if not both:
            raise ValueError("no replication is in both")
        return estimate(here[number] - there[number] for number in both)

    @cached_property
    def _estimates(self) -> dict[str, Estimate]:
        nan = float("nan")
        return {name: estimate(row.get(name, nan) for row in self.rows) for name in self.names}

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """A row a replication, a column a KPI."""
        import pandas as pd

        index = pd.Index(self.numbers, name="replication")
        return pd.DataFrame(list(self.rows), index=index, columns=pd.Index(self.names, name="kpi"))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a KPI: mean, half_width (95 %), unit, label, theme, sd, n, basis."""
        import pandas as pd

        rows = []
        for name, e in self._estimates.items():
            k = describe(name)
            rows.append((e.mean, e.half_width, k.unit, k.label, theme_title(k.theme), e.sd, e.n, k.basis))
        header = ["mean", "half_width", "unit", "label", "theme", "sd", "n", "basis"]
        return pd.DataFrame(rows, index=pd.Index(self.names, name="kpi"), columns=header)

    def to_json_dict(self, kpis: Collection[str] | None = None) -> dict[str, Any]:
        """What `exposim run --json` prints, of all KPIs or of these; a number not defined is None."""

        def defined(value: float) -> float | None:
            return value if isfinite(value) else None

        estimates = self._estimates
        if kpis is not None:
            estimates = {name: estimates[name] for name in self.chosen(kpis)}
        return {
            "scenario": self.scenario.name,
            "title": self.scenario.data.expo.title,
            "seed": self.seed,
            "engine": self.engine,
            "replications": len(self),
            "kpis": {
                name: {
                    "mean": defined(e.mean),
                    "half_width": defined(e.half_width),
                    "unit": describe(name).unit,
                }
                for name, e in estimates.items()
            },
        }

    def text(
        self, *, everything: bool = False, kpis: Collection[str] | None = None, width: int | None = None
    ) -> str:
        """A table of the first screen, and where it hurts in the first replication.

        With `everything` all KPIs are in it; with `kpis` these alone, the name of a family or a theme
        standing for all in it. Where the table would be wider than `width` the KPIs' names are left out.

        Raises KeyError with the near misses if there is no such KPI in these results.
        """
        groups = self._groups(everything) if kpis is None else self._by_theme(self.chosen(kpis))
        table = grouped(groups, "<>><<<")
        if width is not None and max(map(len, table), default=0) > width:
            table = grouped([(title, [row[:-1] for row in rows]) for title, rows in groups], "<>><<")
        lines = [self._title(), "", *table]
        if self.first is not None and kpis is None:
            lines += str(self.first.where_it_hurts).split("\n")
        return "\n".join(lines).rstrip()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        facts = []
        for name in filter(self._defined, TOLD):
            k = describe(name)
            mean, half_width = of_estimate(self._estimates[name], k.unit)
            facts.append(f"{k.label.lower()} {mean}" + (f" ± {half_width}" if half_width else ""))
        return f"ResultSet({self._title().partition(';')[0]}; {', '.join(facts)})"

    def _repr_html_(self) -> str:
        hurts = self.first.where_it_hurts._repr_html_() if self.first is not None else ""
        return grouped_html(self._title(), self._groups(everything=False), "<>><<<") + hurts

    @property
    def title(self) -> str:
        """What was run: the expo, replications, seed and engine."""
        return self._title().partition(";")[0]

    def _title(self) -> str:
        n = len(self)
        return (
            f"{self.scenario.data.expo.title}: {n} replication{'s' if n != 1 else ''}, seed {self.seed}, "
            f"engine {self.engine}; mean ± half-width at 95 %"
        )

    def _groups(self, everything: bool) -> list[tuple[str, list[tuple[str, ...]]]]:
        if everything:
            return self._by_theme(self.names)
        shown = [(title, [n for n in names if self._defined(n)]) for title, names in FIRST_SCREEN]
        return [(title, [self._row(name) for name in names]) for title, names in shown if names]

    def _by_theme(self, names: Iterable[str]) -> list[tuple[str, list[tuple[str, ...]]]]:
        themes: dict[str, list[tuple[str, ...]]] = {}
        for name in names:
            themes.setdefault(theme_title(name.partition(".")[0]), []).append(self._row(name))
        return list(themes.items())

    def has(self, name: str) -> bool:
        """Whether a KPI, or a family, of this name is in these results."""
        return bool(self._members(name))

    def _members(self, name: str) -> list[str]:
        """The KPI of that name, or all of the family or theme of that name."""
        return [each for each in self.names if each == name or each.startswith(f"{name}.")]

    def chosen(self, kpis: Collection[str]) -> tuple[str, ...]:
        """The names of these KPIs; that of a family or a theme stands for all in it.

        Raises KeyError with the near misses if there is no such KPI in these results.
        """
        found: dict[str, None] = {}
        for name in kpis:
            members = self._members(name)
            if not members:
                raise KeyError(no_kpi(name, self.names))
            found |= dict.fromkeys(members)
        return tuple(found)

    def _row(self, name: str) -> tuple[str, ...]:
        k = describe(name)
        e = self._estimates[name]
        mean, half_width = of_estimate(e, k.unit)
        label = k.label if e.n == len(self) else f"{k.label} (in {e.n} of {len(self)})"
        unit = shown_unit(k.unit, self.scenario.data.costs.currency)
        return label, mean, f"± {half_width}" if half_width else "", unit, k.basis, name

    def _defined(self, name: str) -> bool:
        """Whether a KPI is defined in any replication: promises and costs are not in all scenarios."""
        return name in self._estimates and self._estimates[name].n > 0
