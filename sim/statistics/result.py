"""One replication: its tables, KPIs and event log."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING

from sim.files.lines import WIDTH, wrapped
from sim.statistics.finding_hurts import find_where_it_hurts
from sim.statistics.first_screen import FIRST_SCREEN, TOLD
from sim.statistics.hurts import WhereItHurts
from sim.statistics.hurts_overall import Tally, tally
from sim.statistics.kpis import Basis, basis_in, describe, evaluate, theme_title
from sim.statistics.kpis.outcomes import AFTERWARDS
from sim.statistics.kpis.registry import own_values
from sim.statistics.ledger import Ledger
from sim.statistics.tables import TABLES, Table
from sim.statistics.text import Row, grouped_html, number, shown_unit, table

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.expo import Expo
    from sim.floor.trace import Trace
    from sim.report.plots.result import ResultPlots
    from sim.report.replay import Replay

__all__ = ["Frames", "Result"]


class Frames:
    """The tables of `sim.statistics.tables` by name, as type checkers and editors see them."""

    interactions: pd.DataFrame
    visits: pd.DataFrame
    services: pd.DataFrame
    sessions: pd.DataFrame
    attendance: pd.DataFrame
    meetings: pd.DataFrame
    requests: pd.DataFrame
    promises: pd.DataFrame
    exhibitors: pd.DataFrame
    occupancy: pd.DataFrame
    shortfalls: pd.DataFrame
    encounters: pd.DataFrame
    ties: pd.DataFrame
    organisations: pd.DataFrame
    growth: pd.DataFrame
    alliances: pd.DataFrame
    robustness: pd.DataFrame
    outcomes: pd.DataFrame
    flow: pd.DataFrame
    funnel: pd.DataFrame
    hours: pd.DataFrame
    met: pd.DataFrame
    booths: pd.DataFrame
    programme: pd.DataFrame
    degrees: pd.DataFrame
    fates: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Result(Frames):
    """What happened in one replication: the expo, the trace, and what is read from them.

    Tables are pandas frames, made when first asked for: those of `sim.statistics.tables`, by their names.
    `sim.statistics.COLUMNS` describes their columns. `scenario` is what `sim.run` was given, `engine` is
    the engine that played, and `engine_note` why it was not the faster one; no number is read from them.
    `known` are KPIs of another run, which differs from this in the terms of what comes of contacts alone:
    those of other themes need not be worked out again.
    """

    expo: Expo
    trace: Trace
    scenario: object = None
    engine: str = "simpy"
    engine_note: str = ""
    known: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def seed(self) -> int:
        """Seed of all random draws; with the scenario and `replication` it gives this result again."""
        return self.expo.seed

    @property
    def replication(self) -> int:
        """Number of the replication, from 0."""
        return self.expo.replication

    @cached_property
    def ledger(self) -> Ledger:
        """The trace read by kind, as arrays."""
        return Ledger(self.expo, self.trace)

    @cached_property
    def row(self) -> dict[str, float]:
        """All KPIs by name as plain numbers, one's own last; nan where one is not defined.

        It is what a `ResultSet` keeps of a replication (`ResultSet.rows`). Raises KPIError if one's own
        fails.
        """
        return {**self.worked_out, **own_values(self)}

    @cached_property
    def worked_out(self) -> Mapping[str, float]:
        """The same without one's own."""
        if not self.known:
            return evaluate(self.ledger)
        return {**self.known, **evaluate(self.ledger, AFTERWARDS)}

    def basis(self, name: str) -> Basis:
        """What a KPI is here: `input`, `cut` (an input that was not wholly done), `fitted` or `predicted`."""
        return basis_in(name, self.row, self.expo.terms.fitted)

    @cached_property
    def kpis(self) -> pd.Series[float]:
        """All KPIs by name, one's own last; nan where one is not defined.

        That is one row of `ResultSet.kpis`: `result.kpis["meetings.held"]` is a number here, and there the
        number in each replication. `sim.statistics.describe` and `exposim kpis` explain them. Raises
        KPIError if one's own fails.
        """
        import pandas as pd

        index = pd.Index(list(self.row), name="kpi")
        return pd.Series(list(self.row.values()), index=index, name=self.replication, dtype="float64")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a KPI: value, unit, label, theme, basis; as `ResultSet.summary`, of one replication."""
        import pandas as pd

        rows = []
        for name, value in self.row.items():
            k = describe(name)
            rows.append((value, k.unit, k.label, theme_title(k.theme), self.basis(name)))
        index = pd.Index(list(self.row), name="kpi")
        return pd.DataFrame(rows, index=index, columns=["value", "unit", "label", "theme", "basis"])

    @cached_property
    def tally(self) -> Tally:
        """What hurt, as kept of each replication of a study."""
        return tally(self.ledger)

    @cached_property
    def where_it_hurts(self) -> WhereItHurts:
        """Longest queues, fullest rooms and halls, exhibitors left out, requests without a slot."""
        return find_where_it_hurts(self.ledger)

    @property
    def plot(self) -> ResultPlots:
        """Its pictures: `result.plot.network()` draws one, on matplotlib's axes; `result.plot` lists them."""
        source = import_module("sim.report.source").OfResult(self)  # statistics know of no report
        pictures: ResultPlots = import_module("sim.report.plots.result").ResultPlots(source)
        return pictures

    def replay(self, *, people: int = 5000) -> Replay:
        """The floor in motion, as a notebook shows it; `result.replay().save("floor.html")` writes a page.

        Args:
            people: how many move at most; of more parties a sample, keyed by party. Counts are of all.
        """
        made: Replay = import_module("sim.report.replay").Replay.of([self], people=people)
        return made

    def by(self, division: str) -> pd.DataFrame:
        """KPIs of each group: a row a day, hall, chain, kind of sponsor or persona, a column a KPI.

        They are worked out from what belongs to the group (`sim.statistics.groups`), for the KPIs for
        which it makes sense. `result.by("chain").plot.kpi("booths.wait_minutes")` draws one. Raises KeyError
        with the near miss for another division.
        """
        import pandas as pd

        from sim.statistics.groups import by

        found = by(self.ledger, division)
        frame = pd.DataFrame.from_dict(found, orient="index")
        frame = frame.rename_axis(index=division, columns="kpi")
        above = import_module("sim.report.plots.groups")  # statistics know of no report: asked for by name
        table: pd.DataFrame = above.with_plot(frame, division, self.expo.terms.prices.currency)
        return table

    def matrix(self, by: str = "chain", of: str = "interactions") -> pd.DataFrame:
        """What there is between the chains, stages or countries of two sides, counted.

        Of "interactions" rows are the first side (the visitor of a conversation), columns the second (the
        booth). Of "ties" (pairs of organisations that met) or "useful" (those with a useful contact) it is
        symmetric. `by` is `chain`, `stage` or `country`; anything else raises ValueError.
        """
        from sim.statistics.tables.interactions import matrix

        return matrix(self.ledger, by, of)

    def timetable(self, programme: str | None = None) -> pd.DataFrame:
        """The meetings of a matchmaking programme as they were arranged, a row each, by time and table.

        Written as CSV, it is what a scenario's `published` and `exposim timetable --published` read:
        `result.timetable().to_csv("timetable.csv", index=False)`. `programme` may be left out where there is
        only one; raises KeyError, with the near miss, for another name.
        """
        from sim.statistics.timetable import timetable

        return timetable(self.expo, programme)

    def happened(self, programme: str | None = None) -> pd.DataFrame:
        """The same meetings with what became of them: `held`, who was `missing` and `why`.

        Written as CSV, it is what `exposim replan --happened` reads; raises KeyError as `timetable` does.
        """
        from sim.statistics.happened import happened

        return happened(self.ledger, programme)

    def event_log(self) -> pd.DataFrame:
        """The visits as an activity log, for process mining and animation.

        A row an event, in order of party-days, then of time; `sim.statistics.event_log.COLUMNS` says what
        the columns mean. Names and columns are those that the vidigi package reads. Whatever a party does
        begins and ends with events of its own: a look (`look_begins`, `look_ends`), the lounge, a wait
        (`talk_wait_begins`, `talk_wait_ends`, given up or not) and what it waited for (`talk_begins`,
        `talk_ends`); a loss has one more, of its name (`talk_reneged`). The n-th beginning of a party
        belongs to its n-th end. Both say the `outcome`: waits of those who were served are the rows in
        which it is `done`, or `late` at a meeting.

        Each member of staff, each lane, each seat and each side of a table is a resource. A party takes a
        seat for each of its people and has a row for each of them: of those that are the same but for
        `resource_id` and `unit`, one is enough to follow a party.
        """
        from sim.statistics.event_log import event_log

        return event_log(self.ledger)

    def save(
        self,
        directory: str | os.PathLike[str],
        *,
        tables: Collection[str] = ("csv", "parquet"),
        force: bool = False,
    ) -> None:
        """Write scenario, KPIs and all tables into a new directory; `sim.ResultSet.load` reads it again.

        It is what `ResultSet.save` writes, of this one replication (`ResultSet.of`), and raises what that
        raises; and a ValueError if the scenario is not known, as where an expo was run by hand:
        `Result(expo, trace, scenario)` says it.

        Args:
            directory: where; its parents are made. It is whole or not there. A README in it says what each
                file and column is.
            tables: how tables are written: `csv`, `parquet`, `xlsx` (one workbook), or none of them.
            force: replace results that are there, once the new ones are complete.
        """
        above = import_module("sim.studies.resultset")  # statistics know of no studies: asked for by name
        above.ResultSet.of(self).save(directory, tables=tables, force=force)

    def report(self, path: str | os.PathLike[str], *, replay: bool = True, force: bool = False) -> None:
        """Write one self-contained HTML file that says what came of it: `result.report("fair.html")`.

        It is what `ResultSet.report` writes, of this one replication, and raises what that raises; and a
        ValueError if the scenario is not known, as where an expo was run by hand.
        """
        above = import_module("sim.report.page.writing")  # statistics know of no report: asked for by name
        above.report_of_result(self, path, replay=replay, force=force)

    def __repr__(self) -> str:
        told = [(describe(name), self.row[name]) for name in TOLD]
        facts = ", ".join(
            f"{k.label.lower()} {number(value, k.unit)}" for k, value in told if isfinite(value)
        )
        return f"Result({self._title()}: {facts})"

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = WIDTH) -> str:
        """The first screen and where it hurts, in lines of at most `width` columns."""
        lines = [*wrapped(self._title(), width), "", *table(self._groups(), width)]
        return "\n".join([*lines, self.where_it_hurts.text(width)])

    def _repr_html_(self) -> str:
        return grouped_html(self._title(), self._groups()) + self.where_it_hurts._repr_html_()

    def _title(self) -> str:
        return f"{self.expo.title}, replication {self.replication}, seed {self.seed}"

    def _groups(self) -> list[tuple[str, list[Row]]]:
        """The first screen; what this scenario does not have (promises, costs) is left out."""
        groups = [
            (heading, [self._row(name) for name in names if isfinite(self.row[name])])
            for heading, names in FIRST_SCREEN
        ]
        return [(heading, rows) for heading, rows in groups if rows]

    def _row(self, name: str) -> Row:
        k, value = describe(name), self.row[name]
        unit = shown_unit(k.unit, self.expo.terms.prices.currency, value)
        return Row(k.label, number(value, k.unit), "", unit, self.basis(name), name)


def _property(made: Table) -> cached_property[pd.DataFrame]:
    """A table as a property of a result."""

    def frame(result: Result) -> pd.DataFrame:
        return made.frame(result.ledger)

    frame.__doc__ = made.rows
    return cached_property(frame)


for _name, _table in TABLES.items():
    _frame = _property(_table)
    _frame.__set_name__(Result, _name)
    setattr(Result, _name, _frame)
