"""What one more of each thing is worth: table, delegate, interpreter, seat, lane, member of staff.

Each is a scenario of its own beside the base, run over the same replications. Where one more of many would
not be seen, a tenth more is taken, and five minutes of a buffer; what is shown is a unit's part of it, as if
it were linear that far.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from sim.decisions.compare.comparison import differences
from sim.decisions.told import Answer, as_json, fitting, is_real, or_none, paragraphs, parts, signed
from sim.files.lines import WIDTH
from sim.statistics.intervals import Estimate
from sim.statistics.kpis import describe
from sim.statistics.text import counted, number
from sim.studies.cell import StudyError
from sim.studies.runner import Runner

if TYPE_CHECKING:
    import pandas as pd

    from sim.decisions.plots.prices import PricesPlots
    from sim.scenario import Scenario
    from sim.studies.cluster import Workers
    from sim.studies.folder import Keeps
    from sim.studies.resultset import ResultSet

__all__ = ["Lever", "Prices", "levers", "prices"]

KPIS: Final = ("contacts.useful", "meetings.held")
_COSTS: Final = "costs.total"
_NET: Final = "net"
_PART: Final = 10  # a step is this part of what there is, at least one
_BUFFER: Final = 5.0  # minutes
_BUSIEST: Final = 5  # booths
_LOOKED_AT: Final = 5  # replications of their own in which the busiest are found


@dataclass(frozen=True, eq=False)
class Lever:
    """One thing of which there may be more."""

    what: str
    """What one more of it is, `table of hungary`."""
    step: float
    """How much more is run."""
    unit: str
    settings: dict[str, object]
    """The scenario with so much more."""


@dataclass(frozen=True, eq=False)
class Prices(Answer):
    """The base scenario and each lever's, over the same replications."""

    scenario: Scenario
    base: ResultSet = field(repr=False)
    levers: tuple[Lever, ...]
    outcomes: tuple[ResultSet | StudyError, ...] = field(repr=False)
    contact: float | None = None
    """What a useful contact is worth, in the scenario's currency."""
    meeting: float | None = None
    """What a meeting held is worth besides."""

    def worth(self, lever: int, kpi: str) -> Estimate:
        """What one more of a lever, by its position, adds to a KPI; `net` is money, less its cost.

        Intervals of all levers and KPIs hold together at 95 %.

        Raises KeyError for a KPI that is not in it, or a lever whose scenario could not be run.
        """
        return self._estimates[kpi, lever]

    @cached_property
    def kpis(self) -> tuple[str, ...]:
        """Names of what is shown: KPIs, and `net` where it is said what they are worth."""
        there = tuple(kpi for kpi in KPIS if self.base.has(kpi))
        return there if self.contact is None and self.meeting is None else (*there, _NET)

    def cost(self, lever: int) -> float:
        """What one more of it costs, by the scenario's prices; nan if they do not say."""
        outcome = self.outcomes[lever]
        if isinstance(outcome, StudyError):
            return nan
        before, after = self._values(self.base, _COSTS), self._values(outcome, _COSTS)
        each = [b - a for a, b in zip(before, after, strict=True)]
        return sum(each) / len(each) / self.levers[lever].step

    @cached_property
    def _estimates(self) -> dict[tuple[str, int], Estimate]:
        there = [at for at, each in enumerate(self.outcomes) if not isinstance(each, StudyError)]
        rows: dict[str, Sequence[Sequence[float]]] = {}
        for kpi in self.kpis:
            runs = [self.base, *(each for each in self.outcomes if not isinstance(each, StudyError))]
            rows[kpi] = [self._values(each, kpi) for each in runs]
        found = differences(rows, [(0, at + 1) for at in range(len(there))])
        return {
            (kpi, there[pair[1] - 1]): e.scaled(1 / self.levers[there[pair[1] - 1]].step)
            for (kpi, pair), e in found.items()
        }

    def _values(self, results: ResultSet, kpi: str) -> list[float]:
        """A number in each replication of the base; nan where it is not known."""
        there = dict(zip(results.numbers, results.rows, strict=True))
        rows = [there.get(number, {}) for number in self.base.numbers]
        if kpi != _NET:
            return [row.get(kpi, nan) for row in rows]
        return [
            (self.contact or 0.0) * row.get("contacts.useful", nan)
            + (self.meeting or 0.0) * row.get("meetings.held", 0.0)
            - (row[_COSTS] if isfinite(row.get(_COSTS, nan)) else 0.0)
            for row in rows
        ]

    @property
    def ranked(self) -> tuple[int, ...]:
        """Positions of the levers that could be run, those worth most first: by `net`, else by contacts."""
        leading = _NET if _NET in self.kpis else self.kpis[0]
        there = [at for at, each in enumerate(self.outcomes) if not isinstance(each, StudyError)]
        return tuple(sorted(there, key=lambda at: -self._estimates[leading, at].mean))

    @cached_property
    def plot(self) -> PricesPlots:
        """Its pictures: `worth`."""
        from sim.decisions.plots.prices import PricesPlots

        return PricesPlots(self)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a lever and replication: lever, step, replication, and what one more adds to each number."""
        import pandas as pd

        rows = []
        for at in self.ranked:
            lever, outcome = self.levers[at], self.outcomes[at]
            assert not isinstance(outcome, StudyError)
            added = {
                kpi: [
                    (b - a) / lever.step
                    for a, b in zip(self._values(self.base, kpi), self._values(outcome, kpi), strict=True)
                ]
                for kpi in self.kpis
            }
            for i, replication in enumerate(self.base.numbers):
                values = {kpi: each[i] for kpi, each in added.items()}
                rows.append({"lever": lever.what, "step": lever.step, "replication": replication, **values})
        return pd.DataFrame(rows)

    def to_json_dict(self) -> dict[str, Any]:
        """Levers as JSON has them, ranked; None where there is no number."""
        ranked = [
            {
                "what": self.levers[at].what,
                "step": self.levers[at].step,
                "settings": {path: str(value) for path, value in self.levers[at].settings.items()},
                "cost": or_none(self.cost(at)),
                "worth": {kpi: as_json(self.worth(at, kpi)) for kpi in self.kpis},
            }
            for at in self.ranked
        ]
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash,
            "seed": self.base.seed,
            "replications": len(self.base),
            "currency": self._currency,
            "levers": ranked,
            "failed": [{"what": what, "why": why} for what, why in self._failed()],
        }

    def text(self, width: int = WIDTH) -> str:
        """What is worth most, then all levers, in 80 columns."""
        lines = paragraphs([self._sentence()], width)
        for kpi in self.kpis:
            lines += ["", *self._table(kpi, width)]
        return "\n".join([*lines, "", *paragraphs(self._notes(), width)])

    def __repr__(self) -> str:
        return f"Prices({self.scenario.name!r}: {', '.join(each.what for each in self.levers)})"

    @property
    def _currency(self) -> str:
        return self.scenario.data.costs.currency

    def _unit(self, kpi: str) -> str:
        return "money" if kpi == _NET else describe(kpi).unit

    def _label(self, kpi: str) -> str:
        return "Net worth, less its cost" if kpi == _NET else f"{describe(kpi).label} ({kpi})"

    def _real(self, kpi: str) -> list[int]:
        order = sorted(self.ranked, key=lambda at: -self.worth(at, kpi).mean)
        return [at for at in order if is_real(self.worth(at, kpi))]

    def _sentence(self) -> str:
        said = []
        for kpi in self.kpis:
            real = self._real(kpi)
            if real and self.worth(real[0], kpi).mean > 0:
                e, lever = self.worth(real[0], kpi), self.levers[real[0]]
                label = "net" if kpi == _NET else describe(kpi).label.lower()
                said.append(f"one more {lever.what}: {signed(e, self._unit(kpi), self._currency)} ({label})")
        if not said:
            n = len(self.base)
            return f"Nothing that one more of anything gives can be told from chance in {n} replications."
        return f"Worth most is {'; '.join(said)}."

    def _table(self, kpi: str, width: int) -> list[str]:
        rows = []
        for at in sorted(self.ranked, key=lambda at: -self.worth(at, kpi).mean):
            e = self.worth(at, kpi)
            verdict = "real" if is_real(e) else "the same" if e.same and not e.mean else "not told apart"
            rows.append((self.levers[at].what, *parts(e, self._unit(kpi), self._currency), verdict))
        return [f"One more: {self._label(kpi)}", *fitting(rows, "<><<<", width)]

    def _failed(self) -> Iterator[tuple[str, str]]:
        for lever, outcome in zip(self.levers, self.outcomes, strict=True):
            if isinstance(outcome, StudyError):
                yield lever.what, str(outcome)

    def _notes(self) -> Iterator[str]:
        ran = [self.levers[at] for at in sorted(self.ranked)]
        larger = [f"{each.what} {number(each.step)}" for each in ran if each.step != 1]
        if larger:
            yield f"Steps that were run: {', '.join(larger)}; a unit is its part of that."
        costs = [(self.levers[at].what, self.cost(at)) for at in self.ranked]
        if any(isfinite(cost) and cost for _, cost in costs):
            told = (f"{what} {number(cost)}" for what, cost in costs if isfinite(cost) and cost)
            yield f"Costs of one more, {self._currency}: {', '.join(told)}."
        elif _NET not in self.kpis:
            yield "No money is shown: the scenario has no prices (`[costs]`), or --contact says no worth."
        yield (
            f"Paired over {counted(len(self.base), 'replication')}, seed {self.base.seed}; all "
            f"{len(self._estimates)} intervals hold together at 95 %."
        )
        for what, why in self._failed():
            yield f"Not run was more of {what}: {why}"


def levers(scenario: Scenario, busiest: Sequence[str] = ()) -> tuple[Lever, ...]:
    """All things of a scenario of which there may be more, with the scenario's own numbers.

    `busiest`: names of exhibitors of whose staff one more each is one of them.
    """
    data = scenario.data
    made: list[Lever] = []

    def more(path: str, now: int, what: str, unit: str) -> None:
        step = max(1, now // _PART)
        made.append(Lever(what, step, unit, {path: now + step}))

    for name, matching in data.matchmaking.items():
        path, of = f"matchmaking.{name}", f" of {name}" if len(data.matchmaking) > 1 else ""
        if matching.location == "table":
            more(
                f"{path}.tables",
                matching.tables,
                f"table an area{of}" if matching.areas > 1 else f"table{of}",
                "tables",
            )
        more(f"{path}.delegates", matching.delegates, f"delegate a booth{of}", "delegates")
        if matching.interpreters is not None:
            more(f"{path}.interpreters", matching.interpreters, f"interpreter{of}", "interpreters")
        buffer = matching.buffer_minutes + _BUFFER
        made.append(Lever(f"minute of buffer{of}", _BUFFER, "min", {f"{path}.buffer_minutes": buffer}))
    for name, room in data.venue.rooms.items():
        more(f"venue.rooms.{name}.seats", room.seats, f"seat in {name}", "seats")
    for name, gate in data.venue.gates.items():
        more(f"venue.gates.{name}.lanes", gate.lanes, f"lane of {name}", "lanes")
    if busiest:
        added = dict(data.exhibitors.added_staff)
        for each in busiest:
            added[each] = added.get(each, 0) + 1
        made.append(
            Lever("staff member, busy booths", len(busiest), "people", {"exhibitors.added_staff": added})
        )
    return tuple(made)


def prices(
    scenario: Scenario | str | os.PathLike[str],
    *,
    contact: float | None = None,
    meeting: float | None = None,
    replications: int = 20,
    seed: int | None = None,
    workers: Workers | None = None,
    engine: str = "auto",
    progress: bool = False,
    study: str | os.PathLike[str] | Keeps | None = None,
) -> Prices:
    """Run a scenario and each scenario with more of one thing, and say what one more is worth.

    Args:
        scenario: the base, or what `sim.load` takes.
        contact: what a useful contact is worth, in the scenario's currency: then the net worth is shown too.
        meeting: what a meeting held is worth besides.
        replications: how many of each; 2 or more.
        seed: of all random draws; that of the scenario if left out.
        workers: processes, or the address of a Dask cluster: see `sim.replicate`.
        engine: "simpy", "compiled" or "auto", as in `sim.replicate`.
        progress: whether to show a progress bar.
        study: a folder in which runs are kept, and not run again: see `sim.replicate`.

    Raises:
        ScenarioError: the scenario cannot be loaded.
        StudyError: every replication of the base failed.
        ValueError: a number out of range.
    """
    from sim.replication import whole_number
    from sim.scenario import ScenarioError
    from sim.scenario.load import scenario_of

    base = scenario_of(scenario)
    for name, worth in (("contact", contact), ("meeting", meeting)):
        if worth is not None and not isfinite(worth):
            raise ValueError(f"{name} = {worth:g}: what one is worth is a finite number")
    n = whole_number("replications", replications, 2)
    own = base.data.expo.seed if seed is None else seed
    how: dict[str, Any] = {
        "seed": own,
        "workers": workers,
        "engine": engine,
        "progress": progress,
        "study": study,
    }
    # the busiest are found in replications of their own, else chance would be counted as their business
    runner = Runner(tables=("exhibitors",), **how)
    with runner.asked("prices", {base.name: base}):
        (looked,) = runner.results([base], range(n, n + _LOOKED_AT))
    made: list[Lever] = []
    variants: list[Scenario] = []
    impossible: dict[int, StudyError] = {}
    for lever in levers(base, _busiest(looked)):
        try:
            variants.append(base.replace(**lever.settings))
        except ScenarioError as error:
            impossible[len(made)] = StudyError(str(error.problems[0].message))
        made.append(lever)
    runner = Runner(**how)
    with runner.asked("prices", {base.name: base}):
        outcomes = list(runner.outcomes([base, *variants], range(n)))
    first = outcomes.pop(0)
    if isinstance(first, StudyError):
        raise first
    for at, why in impossible.items():
        outcomes.insert(at, why)
    return Prices(base, first, tuple(made), tuple(outcomes), contact, meeting)


def _busiest(results: ResultSet) -> tuple[str, ...]:
    """The exhibitors at whose booths most ask to talk and never do, over all replications; then most wait."""
    frame = results.table("exhibitors")
    frame = frame[["name", "balked", "reneged", "wait_minutes", "conversations"]].copy()
    frame["lost"] = frame["balked"] + frame["reneged"]
    frame["waited"] = frame["wait_minutes"].fillna(0.0) * frame["conversations"]
    summed = frame.groupby("name", observed=True)[["lost", "waited"]].sum()
    summed = summed[summed["lost"] + summed["waited"] > 0].sort_values(["lost", "waited"], ascending=False)
    return tuple(map(str, summed.index[:_BUSIEST]))
