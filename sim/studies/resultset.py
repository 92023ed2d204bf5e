"""Replications of one scenario, their KPIs and intervals."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.files.lines import WIDTH
from sim.statistics.hurts_overall import Overall, Tally
from sim.statistics.intervals import Estimate, estimate
from sim.statistics.kpis import Basis, basis_in
from sim.statistics.kpis.registry import chosen, estimated, members, no_kpi
from sim.statistics.tables import COLUMNS
from sim.statistics.text import Row
from sim.studies.grouped import Grouped, Parts
from sim.studies.shown import Groups, Shown

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots.results import ResultSetPlots
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

    `rows[i]` holds the KPIs of replication `numbers[i]`; `tallies` are what hurt in each. `engine` names
    the engine that played, or both. `kept` holds the tables that were kept by replication, those of the
    first if left out: see `table`. `imprecise` names the KPIs whose interval is wider than was asked for, or
    that have none, should a precision have been given up.
    """

    scenario: Scenario
    seed: int
    engine: str
    numbers: tuple[int, ...]
    rows: tuple[Mapping[str, float], ...]
    whole: Result | Callable[[], Result] | None = None
    """The first replication, or what plays it again: see `first`."""
    tallies: tuple[Tally, ...] = ()
    failures: tuple[Failure, ...] = ()
    imprecise: tuple[str, ...] = ()
    kept: Mapping[int, Mapping[str, pd.DataFrame]] | None = None
    divided: Mapping[str, tuple[Parts, ...]] = field(default_factory=dict)
    """KPIs of groups by division, an entry a replication, for the divisions that were asked for."""
    engine_note: str = ""
    """Why, of two engines that give the same, the faster one did not play."""

    def __post_init__(self) -> None:
        if not self.rows or len(self.rows) != len(self.numbers):
            raise ValueError(f"{len(self.numbers)} replications with {len(self.rows)} rows of KPIs")

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, result: Result) -> ResultSet:
        """The results of one replication, all its tables kept: as `sim.replicate` makes them of one.

        Raises ValueError if the result does not say of which scenario it is, or says a wrong one.
        """
        from sim.scenario import Scenario

        scenario = result.scenario
        if not isinstance(scenario, Scenario):
            raise ValueError(
                "the result does not say of which scenario it is; sim.run gives it, and so does "
                "sim.Result(expo, trace, scenario)"
            )
        if scenario.hash != result.expo.hash:
            raise ValueError(f"the result is not one of the scenario {scenario.name!r}")
        return cls(
            scenario=scenario,
            seed=result.seed,
            engine=result.engine,
            engine_note=result.engine_note,
            numbers=(result.replication,),
            rows=(result.row,),
            whole=result,
            tallies=(result.tally,),
        )

    @classmethod
    def load(cls, directory: str | os.PathLike[str]) -> ResultSet:
        """The results that `save`, or `exposim run --out`, has written into a directory.

        Numbers and tables are those that were written; `first` is not there, since a trace is not written:
        `sim.run(results.scenario, seed=results.seed)` makes it again. Nothing in the directory is run.

        Raises:
            ResultsError: it holds no results, or they are damaged; a ValueError of one line.
            ScenarioError: the scenario in it cannot be used, as when it names a policy of somebody's own.
        """
        from sim.interchange.results_reading import read_results

        return read_results(directory)

    def save(
        self,
        directory: str | os.PathLike[str],
        *,
        tables: Collection[str] = ("csv", "parquet"),
        force: bool = False,
    ) -> None:
        """Write scenario, KPIs and the tables that were kept into a new directory; `load` reads it again.

        Args:
            directory: where; its parents are made. It is whole or not there. A README in it says what each
                file and column is.
            tables: how tables are written: `csv`, `parquet`, `xlsx` (one workbook), or none of them.
            force: replace results that are there, once the new ones are complete.

        Raises:
            FileExistsError: there is something already, which is not replaced.
            ValueError: a format that is none of them, whose package is missing, or that is too small.
            OSError: they could not be written.
        """
        from pathlib import Path

        from sim.interchange.results import formats, write

        write(self, Path(directory), force=force, tables=formats(tables))

    @cached_property
    def first(self) -> Result | None:
        """The whole first replication, with its trace; None if it was not kept.

        Where its KPIs come from a study's folder it is played when it is first asked for.
        """
        return self.whole() if callable(self.whole) else self.whole

    def kept_of(self, table: str) -> tuple[int, ...]:
        """The replications of which a table was kept."""
        return tuple(number for number, tables in self._kept.items() if table in tables)

    def table(self, name: str) -> pd.DataFrame:
        """A table of `sim.statistics.COLUMNS` over all replications of which it was kept.

        Its first column is `replication`, the others are those of `Result`. `replicate` keeps the tables of
        replication 0 unless told otherwise (`keep`, `tables`), and small ones
        (`sim.statistics.tables.SMALL`) of every replication; `replicate_variants` only its `tables`.

        Raises KeyError if there is no such table, or it was not kept; with the near misses.
        """
        from sim.studies.kept import no_table, stacked

        if name not in COLUMNS:
            raise KeyError(no_table(name))
        if not (numbers := self.kept_of(name)):
            raise KeyError(
                f"the table {name!r} was kept of no replication; `tables` of `sim.replicate` and of "
                "`sim.studies.replicate_variants` names those that are"
            )
        return stacked({number: self._kept[number][name] for number in numbers})

    def report(
        self,
        path: str | os.PathLike[str],
        *,
        replication: int | None = None,
        replay: bool = True,
        force: bool = False,
    ) -> None:
        """Write one self-contained HTML file that says what came of it: `results.report("fair.html")`.

        Numbers with intervals are of all replications; halls, why an exhibitor is left out and the floor in
        motion are of one.

        Args:
            path: the file; it is whole or not there.
            replication: which is drawn; the first of which tables were kept if left out.
            replay: whether the floor in motion is part of it; its replication is played again for that,
                unless its trace is at hand.
            force: replace a file that is there.

        Raises:
            FileExistsError: there is a file already and `force` is not given.
            KeyError: no tables were kept of that replication.
            OSError: it cannot be written.
        """
        above = import_module("sim.report.page.writing")  # studies know of no report: asked for by name
        above.report(self, path, replication=replication, replay=replay, force=force)

    @property
    def plot(self) -> ResultSetPlots:
        """Pictures: `.kpis([...])` of all replications, and all of `Result.plot`.

        Most are means over replications with 95 % intervals; the network, robustness and alliances
        are of the first of which all tables were kept. These are what `exposim run --out` writes too;
        KeyError if none were kept.
        """
        above = import_module("sim.report.plots.results")  # studies know of no report: asked for by name
        pictures: ResultSetPlots = above.ResultSetPlots(self)
        return pictures

    @cached_property
    def _kept(self) -> Mapping[int, Mapping[str, pd.DataFrame]]:
        if self.kept is not None:
            return self.kept
        from sim.studies.kept import TablesOf

        return {} if self.first is None else {self.first.replication: TablesOf(self.first, tuple(COLUMNS))}

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

        The interval stays within the range of the KPI, so it may be longer on one side. There is none if
        the KPI hardly varied: then `Estimate.why` says so.

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
        """A row a group and KPI: mean, low, high (95 %), half_width, sd, n, unit, label; as `grouped`.

        `results.by("chain").plot.kpi("booths.wait_minutes")` draws a KPI of each group with its interval.
        """
        return self.grouped(division).frame

    @property
    def groups(self) -> pd.DataFrame:
        """The KPIs of all groups in each replication: division, replication, group, kpi, value."""
        import pandas as pd

        rows = [
            (division, number, group, kpi, value)
            for division, replications in self.divided.items()
            for number, parts in zip(self.numbers, replications, strict=True)
            for group, kpis in parts.items()
            for kpi, value in kpis.items()
        ]
        return pd.DataFrame(rows, columns=["division", "replication", "group", "kpi", "value"])

    def difference(self, other: ResultSet, name: str) -> Estimate:
        """By how much a KPI is higher here than in `other`, replication by replication.

        Pairs are replications of the same number, which share all draws that both have (common random
        numbers): the interval is that of a paired comparison.

        Raises ValueError if the seeds differ or no replication is in both, KeyError for an unknown KPI.
        """
        if self.seed != other.seed:
            raise ValueError(f"seeds {self.seed} and {other.seed}: only runs with one seed can be paired")
        here = dict(zip(self.numbers, self.values(name), strict=True))
        there = dict(zip(other.numbers, other.values(name), strict=True))
        if not (both := [number for number in self.numbers if number in there]):
            raise ValueError("no replication is in both")
        return estimate(here[number] - there[number] for number in both)

    def basis(self, name: str) -> Basis:
        """What a KPI is here: `input`, `cut` (not done in full everywhere), `fitted` or `predicted`."""
        return basis_in(name, self._greatest, self.scenario.data.expo.fitted)

    @cached_property
    def _greatest(self) -> dict[str, float]:
        """The greatest value of each KPI in any replication."""
        return {name: max(row.get(name, 0.0) for row in self.rows) for name in self.names}

    @cached_property
    def _estimates(self) -> dict[str, Estimate]:
        nan = float("nan")
        return {name: estimated(name, (row.get(name, nan) for row in self.rows)) for name in self.names}

    @cached_property
    def where_it_hurts(self) -> Overall:
        """What hurts over all replications: how often and how badly.

        Raises ValueError if what hurt in each was not kept.
        """
        if not self.tallies:
            raise ValueError("of these results, what hurt in each replication was not kept")
        return Overall(self.tallies)

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """A row a replication, a column a KPI: each row is the `kpis` of that replication's `Result`."""
        import pandas as pd

        index = pd.Index(self.numbers, name="replication")
        return pd.DataFrame(list(self.rows), index=index, columns=pd.Index(self.names, name="kpi"))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a KPI: mean, half_width, low, high (95 %), unit, label, theme, sd, n, basis, why.

        `low` and `high` are the ends of the interval, `half_width` its longer side: nan where there is none,
        and `why` says for what reason.
        """
        return self._shown.summary()

    def to_json_dict(self, kpis: Collection[str] | None = None) -> dict[str, Any]:
        """What `exposim run --json` prints, of all KPIs or of these; a number not defined is None.

        Of each KPI: label, unit and basis; the mean over the `n` replications in which it is defined, their
        standard deviation, and the 95 % interval (`low` to `high`; `half_width`, the longer side), or `why`
        there is none.
        """
        return self._shown.to_json_dict(kpis)

    def text(
        self, *, everything: bool = False, kpis: Collection[str] | None = None, width: int = WIDTH
    ) -> str:
        """A table of the first screen, and where it hurts, in lines of at most `width` columns.

        With `everything` all KPIs are in it; with `kpis` these alone, the name of a family or a theme
        standing for all in it.

        Raises KeyError with the near misses if there is no such KPI in these results.
        """
        return self._shown.text(everything=everything, kpis=kpis, width=width)

    @property
    def headlines(self) -> Groups:
        """The first screen: headings, and below each its KPIs as they are shown."""
        return self._shown.first_screen()

    def shown(self, names: Iterable[str]) -> list[Row]:
        """These KPIs as the first screen shows them, but for those that are not there or not defined."""
        return [self._shown.row(name) for name in names if self._shown.defined(name)]

    @property
    def notes(self) -> list[str]:
        """What the marks beside the headlines say."""
        return self._shown.notes(self.headlines)

    @property
    def title(self) -> str:
        """What was run: the expo, replications, seed and engine."""
        return self._shown.title.partition(";")[0]

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return repr(self._shown)

    def _repr_html_(self) -> str:
        return self._shown.html()

    def has(self, name: str) -> bool:
        """Whether a KPI, or a family, of this name is in these results."""
        return bool(members(name, self.names))

    def chosen(self, kpis: Collection[str]) -> tuple[str, ...]:
        """The names of these KPIs; that of a family or a theme stands for all in it.

        Raises KeyError with the near misses if there is no such KPI in these results.
        """
        return chosen(kpis, self.names)
