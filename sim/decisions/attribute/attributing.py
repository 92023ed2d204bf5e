"""How much of the difference between two scenarios each group of changes makes: Shapley values.

The first scenario becomes the second by groups of changes. What a group makes depends on which others were
made before; its Shapley value is the mean over all orders (`shapley`), in each replication.
Up to ten groups it is worked out from all scenarios between the two, beyond from orders that each
replication draws for itself, so that how its values vary says both how replications and how orders do.
Either way the values of a replication sum to its difference, exactly.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.attribute.between import AttributionError, Between, By, Group, Ran, grouped
from sim.decisions.attribute.days import on_the_days_of
from sim.decisions.attribute.shapley import shares
from sim.decisions.figures import asked
from sim.decisions.told import Answer, as_json, is_real, or_none, paragraphs, parts, signed
from sim.files.lines import WIDTH, cells, wrapped
from sim.scenario.difference import Difference, diff
from sim.statistics.first_screen import TOLD
from sim.statistics.intervals import LEVEL, Estimate, estimate
from sim.statistics.kpis import describe
from sim.statistics.text import columns, number, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.attributing import AttributionPlots
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.runner import Runner

__all__ = ["Attribution", "AttributionError", "Group", "attribute", "grouped"]

_BAR: Final = 18  # columns of the longest bar
_MOST_NAMED: Final = 4  # groups in a sentence


@dataclass(frozen=True, eq=False)
class Attribution(Answer):
    """What each group of changes makes of the difference of KPIs: second scenario less first."""

    difference: Difference = field(repr=False)
    groups: tuple[Group, ...]
    kpis: tuple[str, ...]
    seed: int
    numbers: Mapping[str, tuple[int, ...]]
    """Of each KPI, the replications in which it is defined in all scenarios that were needed."""
    shares: Mapping[str, Mapping[str, tuple[Fraction, ...]]] = field(repr=False)
    """Of each KPI and group, the Shapley value in each of these replications, exactly."""
    ends: Mapping[str, tuple[tuple[float, float], ...]] = field(repr=False)
    """Of each KPI, its value in the first and in the second scenario in each of these replications."""
    replications: int
    scenarios: int
    """That were run, the two among them."""
    orders: int | None = None
    """Orders of changes that each replication drew; None if all were counted."""
    first: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict, repr=False)
    """Of KPI and group what it makes as the first of all changes, where it can be the first and the last."""
    last: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict, repr=False)
    """The same as the last of all."""
    notes: tuple[str, ...] = ()

    def exact_difference(self, kpi: str) -> tuple[Fraction, ...]:
        """The difference in each replication, exactly: what its shares sum to."""
        return tuple(Fraction(after) - Fraction(before) for before, after in self.ends[kpi])

    def estimate(self, kpi: str, group: str | None = None) -> Estimate:
        """Mean of what a group makes, with an interval, or of the whole difference if no group is named.

        The intervals of all groups and KPIs, and of the differences, hold together with 95 % (Bonferroni).
        """
        return self._estimates[kpi, group]

    @cached_property
    def _estimates(self) -> dict[tuple[str, str | None], Estimate]:
        values: dict[tuple[str, str | None], Iterable[float]] = {}
        for kpi in self.kpis:
            values[kpi, None] = map(float, self.exact_difference(kpi))
            for group, exactly in self.shares[kpi].items():
                values[kpi, group] = map(float, exactly)
        level = 1 - (1 - LEVEL) / len(values)
        return {which: estimate(each, level) for which, each in values.items()}

    @cached_property
    def plot(self) -> AttributionPlots:
        """Its pictures: `waterfall`."""
        from sim.decisions.plots.attributing import AttributionPlots

        return AttributionPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a KPI, group and replication: kpi, group, replication, value."""
        import pandas as pd

        rows = [
            (kpi, group, replication, float(value))
            for kpi in self.kpis
            for group, values in self.shares[kpi].items()
            for replication, value in zip(self.numbers[kpi], values, strict=True)
        ]
        return pd.DataFrame(rows, columns=["kpi", "group", "replication", "value"])

    @property
    def summary(self) -> pd.DataFrame:
        """A row a KPI and group: kpi, group, mean, low, high, sd, n, first, last, unit, why.

        The group of the whole difference is empty. `first` and `last` are the means of what a group makes
        as the first and as the last of all changes, where that is known: nan if not.
        """
        import pandas as pd

        rows = []
        for (kpi, group), e in self._estimates.items():
            ends = (_mean(each.get(kpi, {}).get(group or "", ())) for each in (self.first, self.last))
            rows.append(
                (kpi, group or "", e.mean, e.low, e.high, e.sd, e.n, *ends, describe(kpi).unit, e.why)
            )
        header = ["kpi", "group", "mean", "low", "high", "sd", "n", "first", "last", "unit", "why"]
        return pd.DataFrame(rows, columns=header)

    def to_json_dict(self) -> dict[str, Any]:
        """All but the single replications, as JSON has it; None where there is no number."""
        a, b = self.difference.first, self.difference.second
        return {
            "scenarios": [{"name": each.name, "hash": each.hash} for each in (a, b)],
            "seed": self.seed,
            "replications": self.replications,
            "runs_of_scenarios": self.scenarios,
            "orders": self.orders,
            "groups": [
                {"name": each.name, "paths": [change.path for change in each.changes], "why": each.why}
                for each in self.groups
            ],
            "kpis": {
                kpi: {
                    "unit": describe(kpi).unit,
                    "first": or_none(_mean([before for before, _ in self.ends[kpi]])),
                    "second": or_none(_mean([after for _, after in self.ends[kpi]])),
                    "difference": as_json(self.estimate(kpi)),
                    "groups": {each.name: as_json(self.estimate(kpi, each.name)) for each in self.groups},
                }
                for kpi in self.kpis
            },
            "notes": list(self.notes),
        }

    def text(self, width: int = WIDTH) -> str:
        """A sentence for each KPI, a table of what each group makes, and what it means."""
        lines: list[str] = []
        for kpi in self.kpis:
            lines += [*wrapped(self._sentence(kpi), width), "", *self._table(kpi, width), ""]
        for group in self.groups:
            lines += wrapped(f"{group.name}: {group.said}.", width, "", "  ")
            lines += wrapped(group.why, width, "  ", "  ") if group.why else []
        notes = (*self._interactions(), *self.notes, *self._method())
        return "\n".join([*lines, "", *paragraphs(notes, width)])

    def __repr__(self) -> str:
        first, second = self.difference.names
        return f"Attribution({first} → {second}: {', '.join(each.name for each in self.groups)})"

    def _sentence(self, kpi: str) -> str:
        k, whole = describe(kpi), self.estimate(kpi)
        before, after = (_mean([each[end] for each in self.ends[kpi]]) for end in (0, 1))
        first, second = self.difference.names
        unit = shown_unit(k.unit, value=before) == shown_unit(k.unit, value=after)
        start = number(before, k.unit) if unit else _number(before, k.unit)
        ends = f"from {start} to {_number(after, k.unit)}"
        of_first = _per_cent(whole, before) if k.unit != "share" else ""
        said = f"{first} → {second}: {kpi} ({k.label}) {signed(whole, k.unit)}{of_first}, {ends}."
        real = {each.name: self.estimate(kpi, each.name) for each in self.ranked(kpi)}
        unseen = [name for name, e in real.items() if not is_real(e)]
        seen = [(name, parts(e, k.unit)) for name, e in real.items() if is_real(e)]
        if not seen:
            return f"{said} Of no group of changes can it be told what it makes."
        (name, most), *others = seen[:_MOST_NAMED]
        made = [f"{name} made {' '.join(filter(None, most))}"]
        made += [" ".join(filter(None, (name, *each[:2]))) for name, each in others]
        told = f"{said} Of that {_listed(made)}"
        if len(seen) > _MOST_NAMED:
            return f"{told}; {len(seen) - _MOST_NAMED} more that make something are below."
        return (
            f"{told}; of {_listed(unseen)} it cannot be told."
            if 0 < len(unseen) <= _MOST_NAMED
            else f"{told}."
        )

    def ranked(self, kpi: str) -> list[Group]:
        """The groups, those that make most first."""
        return sorted(self.groups, key=lambda each: -abs(self.estimate(kpi, each.name).mean))

    def _table(self, kpi: str, width: int) -> list[str]:
        unit = describe(kpi).unit
        ranked = [each.name for each in self.ranked(kpi)]
        most = max((abs(self.estimate(kpi, name).mean) for name in ranked), default=0.0)
        rows = []
        for name in (*ranked, None):
            e = self.estimate(kpi, name)
            bar = "" if name is None or not most else _bar(e.mean / most)
            rows.append(("together" if name is None else name, *parts(e, unit), bar))
        table = columns(rows, "<><<<")
        if max(map(cells, table)) <= width:
            return table
        lines = columns([("", *row[1:]) for row in rows], "<><<<")
        named = ((wrapped(row[0], width, "  ", "    "), line) for row, line in zip(rows, lines, strict=True))
        return [each for name, line in named for each in (*name, line)]

    def _interactions(self) -> Iterator[str]:
        """Groups that make something else as the last than as the first change, where that is seen."""
        told = [(kpi, group) for kpi in self.first for group in self.first[kpi]]
        for kpi, group in told:
            first, last = self.first[kpi][group], self.last[kpi][group]
            e = estimate(
                (b - a for a, b in zip(first, last, strict=True)), 1 - (1 - LEVEL) / max(1, len(told))
            )
            if is_real(e):
                unit = describe(kpi).unit
                yield (
                    f"{kpi}: {group} makes {_plus(_mean(first), unit)} as the first change and "
                    f"{_plus(_mean(last), unit)} as the last: changes work on each other."
                )

    def _method(self) -> Iterator[str]:
        every = "all orders of the changes"
        if self.orders is not None:
            every = f"{self.orders} orders of the changes that each replication draws"
        first, second = self.difference.names
        if on_the_days_of(self.difference.first, self.difference.second) is not self.difference.first:
            yield (
                f"{first} is run on the days of {second}, so that dates are no change: nothing that happens "
                "depends on the date."
            )
        yield (
            f"What a group makes is the mean over {every} of what it adds (Shapley value); the values sum to "
            f"the difference in every replication. {self.replications:,} replications of {self.scenarios:,} "
            f"scenarios, seed {self.seed}; all intervals hold together with 95 %. Per cent are of the mean "
            f"of {first}."
        )


def attribute(
    first: Scenario | str | os.PathLike[str],
    second: Scenario | str | os.PathLike[str],
    *,
    kpis: Collection[str] = (),
    by: By = "section",
    groups: Mapping[str, Collection[str]] | None = None,
    orders: int | None = None,
    replications: int = 10,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
    tell: Callable[[str], object] | None = None,
    runner: Runner | None = None,
) -> Attribution:
    """Run what lies between two scenarios, and say what each group of changes makes of their difference.

    Args:
        first: a scenario, or what `sim.load` takes.
        second: what it becomes.
        kpis: names of KPIs, families or themes; those told of a result in one line if left out.
        by: what groups the changes that `groups` do not: the `section` that they are in, or each `path`.
        groups: paths of changes, or of sections that hold them, by names of groups.
        orders: how many orders each replication draws; if left out, all are counted up to ten groups, and
            ten are drawn beyond.
        replications: how many of each scenario; 2 or more.
        seed: of all random draws; that of the first scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.
        tell: called with what will be run, in words, before it is.
        runner: that runs, with a seed of its own, engine and workers, and knows what was run before.

    Raises:
        AttributionError: the two are run alike, a group has no change, or no order of them can be made.
        ScenarioError: a scenario cannot be loaded.
        KeyError: there is no such KPI.
        StudyError: every replication of one of the two failed.
        ValueError: a number out of range.
    """
    from sim.replication import whole_number
    from sim.studies.runner import Runner

    found = diff(first, second)
    n = whole_number("replications", replications, 2)
    if orders is not None:
        orders = whole_number("orders", orders, 1)
    if runner is None:
        own = found.first.data.expo.seed if seed is None else seed
        runner = Runner(seed=own, workers=workers, engine=engine, progress=progress, study=study)
    two = {"first": found.first, "second": found.second}
    with runner.asked("attribute", two):
        between = Between(found, grouped(found, by, groups or {}), runner, n, orders, tell)
        between.check()
        before, after = between.ends()
        there = [name for name in before.names if after.has(name)]
        names = asked(kpis, there, TOLD)
        return _attribution(between, between.run(), names, n)


def _attribution(between: Between, ran: Ran, kpis: Sequence[str], n: int) -> Attribution:
    """What each group makes, replication by replication, of what was run."""
    names = [between.name(player) for player in ran.players]
    plan = ran.plans[0]
    all_orders = len(set(map(id, ran.plans.values()))) == 1 and between.orders is None
    numbers: dict[str, tuple[int, ...]] = {}
    made: dict[str, dict[str, tuple[Fraction, ...]]] = {}
    ends: dict[str, tuple[tuple[float, float], ...]] = {}
    first: dict[str, dict[str, tuple[float, ...]]] = {}
    last: dict[str, dict[str, tuple[float, ...]]] = {}
    notes = list(between.left_out(ran.players, plan)) if all_orders else []
    for kpi in kpis:
        rows = {
            each: {s: ran.rows[each].get(s, {}).get(kpi, nan) for s in of.coalitions}
            for each, of in ran.plans.items()
        }
        kept = {each: of for each, of in rows.items() if all(map(isfinite, of.values()))}
        if len(kept) < n:
            notes.append(
                f"{kpi}: in {len(kept)} of {n} replications it is known of all scenarios; only they count."
            )
        numbers[kpi] = tuple(kept)
        of_each = [shares(ran.plans[each], of) for each, of in kept.items()]
        made[kpi] = {name: tuple(each[i] for each in of_each) for i, name in enumerate(names)}
        ends[kpi] = tuple((of[0], of[between.whole]) for of in kept.values())
        if not all_orders or len(ran.players) < 2:
            continue
        both = {p: between.whole & ~p for p in ran.players}
        apart = [p for p in ran.players if {p, both[p]} <= set(plan.coalitions)]
        first[kpi] = {between.name(p): tuple(of[p] - of[0] for of in kept.values()) for p in apart}
        last[kpi] = {
            between.name(p): tuple(of[between.whole] - of[both[p]] for of in kept.values()) for p in apart
        }
    return Attribution(
        difference=between.found,
        groups=tuple(map(between.group, ran.players)),
        kpis=tuple(kpis),
        seed=between.seed,
        numbers=numbers,
        shares=made,
        ends=ends,
        replications=n,
        scenarios=ran.scenarios,
        orders=None if all_orders else plan.divisor,
        first=first,
        last=last,
        notes=tuple(notes),
    )


def _per_cent(e: Estimate, first: float) -> str:
    """A difference in per cent of the first, in brackets; nothing where that is not above 0."""
    if not first > 0:
        return ""
    mean, spread, _ = parts(e.scaled(100 / first), "%")
    return f" ({mean} {spread} %)" if isfinite(e.low) else f" ({mean} %)"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else nan


def _bar(share: float) -> str:
    return ("█" if share >= 0 else "░") * max(1 if share else 0, round(_BAR * abs(share)))


def _plus(value: float, unit: str) -> str:
    return f"{'+' if value > 0 else ''}{_number(value, unit)}".replace("-", "−")


def _number(value: float, unit: str) -> str:
    return f"{number(value, unit)} {shown_unit(unit, value=value)}".strip()
