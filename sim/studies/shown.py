"""Results of several replications as people read them: lines, HTML, JSON, a frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.files.lines import wrapped
from sim.statistics.first_screen import FIRST_SCREEN, TOLD
from sim.statistics.hurts import Told
from sim.statistics.kpis import describe, theme_title
from sim.statistics.text import Row, beside, explained, grouped_html, of_estimate, shown_unit, table

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.resultset import ResultSet

__all__ = ["Groups", "Shown"]

Groups = list[tuple[str, list[Row]]]
"""KPIs under headings."""


class Shown:
    """How the KPIs of results stand in lines and tables."""

    def __init__(self, of: ResultSet) -> None:
        self._of = of

    @cached_property
    def title(self) -> str:
        """What was run, and by which engine."""
        of, n = self._of, len(self._of)
        return (
            f"{of.scenario.data.expo.title}: {n} replication{'s' if n != 1 else ''}, seed {of.seed}, "
            f"engine {of.engine}"
        )

    def text(self, *, everything: bool, kpis: Collection[str] | None, width: int) -> str:
        """The table of the first screen, of all KPIs or of these, and but for these where it hurts."""
        if kpis is not None:
            groups = self._by_theme(self._of.chosen(kpis))
        else:
            groups = self._by_theme(self._of.names) if everything else self.first_screen()
        lines = [*wrapped(self.title, width), "", *table(groups, width)]
        for note in self.notes(groups):
            lines += wrapped(note, width, "", "  ")
        if kpis is None:
            lines += [] if self._hurts is None else ["", *self._hurts.text(width).split("\n")]
        return "\n".join(lines).rstrip()

    def html(self) -> str:
        """The first screen, and where it hurts."""
        groups = self.first_screen()
        hurts = "" if self._hurts is None else self._hurts._repr_html_()
        return grouped_html(self.title, groups, self.notes(groups)) + hurts

    def __repr__(self) -> str:
        facts = []
        for name in filter(self.defined, TOLD):
            row = self.row(name)
            facts.append(" ".join(filter(None, (describe(name).label.lower(), row.mean, beside(row.spread)))))
        return f"ResultSet({self.title}; {', '.join(facts)})"

    def summary(self) -> pd.DataFrame:
        """The frame that `ResultSet.summary` gives."""
        import pandas as pd

        rows = []
        for name in self._of.names:
            k, e = describe(name), self._of.estimate(name)
            interval = (e.mean, e.half_width, e.low, e.high)
            said = (k.unit, k.label, theme_title(k.theme), e.sd, e.n, self._of.basis(name), e.why)
            rows.append(interval + said)
        header = ["mean", "half_width", "low", "high", "unit", "label", "theme", "sd", "n", "basis", "why"]
        return pd.DataFrame(rows, index=pd.Index(self._of.names, name="kpi"), columns=header)

    def to_json_dict(self, kpis: Collection[str] | None) -> dict[str, Any]:
        """What `ResultSet.to_json_dict` gives."""
        of = self._of
        return {
            "scenario": of.scenario.name,
            "title": of.scenario.data.expo.title,
            "seed": of.seed,
            "engine": of.engine,
            "replications": len(of),
            "kpis": {name: self._json(name) for name in (of.names if kpis is None else of.chosen(kpis))},
        }

    def _json(self, name: str) -> dict[str, Any]:
        k, e = describe(name), self._of.estimate(name)

        def defined(value: float) -> float | None:
            return value if isfinite(value) else None

        return {
            "label": k.label,
            "unit": k.unit,
            "basis": self._of.basis(name),
            "n": e.n,
            "mean": defined(e.mean),
            "sd": defined(e.sd),
            "half_width": defined(e.half_width),
            "low": defined(e.low),
            "high": defined(e.high),
            "why": e.why,
        }

    def first_screen(self) -> Groups:
        """The KPIs that are read first, but for those that are not defined."""
        shown = [(title, [name for name in names if self.defined(name)]) for title, names in FIRST_SCREEN]
        return [(title, [self.row(name) for name in names]) for title, names in shown if names]

    def _by_theme(self, names: Iterable[str]) -> Groups:
        themes: dict[str, list[Row]] = {}
        for name in names:
            themes.setdefault(theme_title(name.partition(".")[0]), []).append(self.row(name))
        return list(themes.items())

    def row(self, name: str) -> Row:
        """A KPI as it is shown."""
        k, e = describe(name), self._of.estimate(name)
        mean, spread = of_estimate(e, k.unit)
        if self._is_given(name):
            spread = ""
        label = k.label if e.n == len(self._of) else f"{k.label} (in {e.n} of {len(self._of)})"
        unit = shown_unit(k.unit, self._of.scenario.data.costs.currency, e.mean)
        return Row(label, mean, spread, unit, self._of.basis(name), name)

    def notes(self, groups: Groups) -> list[str]:
        """What the marks in a table say."""
        names = [row.name for _, rows in groups for row in rows]
        return explained([self._of.estimate(name) for name in names if not self._is_given(name)])

    def defined(self, name: str) -> bool:
        """Whether a KPI is defined in any replication: promises and costs are not in all scenarios."""
        return name in self._of.names and self._of.estimate(name).n > 0

    def _is_given(self, name: str) -> bool:
        """Whether the scenario says this number: an input that is the same in all replications."""
        return self._of.estimate(name).same and self._of.basis(name) == "input"

    @property
    def _hurts(self) -> Told | None:
        """What hurts over all replications, or else in the first; None if nothing of that was kept."""
        if self._of.tallies:
            return self._of.where_it_hurts
        return None if self._of.first is None else self._of.first.where_it_hurts
