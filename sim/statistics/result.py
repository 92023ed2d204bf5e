"""One replication: its tables, KPIs and event log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from sim.statistics.first_screen import FIRST_SCREEN, HEADLINES, TOLD
from sim.statistics.hurts import WhereItHurts, find_where_it_hurts
from sim.statistics.kpis import describe, evaluate
from sim.statistics.kpis.registry import own_values
from sim.statistics.ledger import Ledger
from sim.statistics.tables import TABLES, Table
from sim.statistics.text import grouped, grouped_html, number, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

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


@dataclass(frozen=True, eq=False)
class Result(Frames):
    """What happened in one replication: the expo, the trace, and what is read from them.

    Tables are pandas frames, made when first asked for: those of `sim.statistics.tables`, by their names.
    `sim.statistics.COLUMNS` describes their columns.
    """

    expo: Expo
    trace: Trace

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
    def kpis(self) -> dict[str, float]:
        """All KPIs by name, one's own last; nan where one is not defined.

        `sim.statistics.describe` explains them. Raises KPIError if one's own fails.
        """
        return evaluate(self.ledger) | own_values(self)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The first screen: a row a headline KPI, with value, unit, label and basis."""
        import pandas as pd

        rows = []
        for name in HEADLINES:
            k = describe(name)
            rows.append((self.kpis[name], k.unit, k.label, k.basis))
        index = pd.Index(HEADLINES, name="kpi")
        return pd.DataFrame(rows, index=index, columns=["value", "unit", "label", "basis"])

    @cached_property
    def where_it_hurts(self) -> WhereItHurts:
        """Longest queues, fullest rooms and halls, exhibitors left out, requests without a slot."""
        return find_where_it_hurts(self.ledger)

    def matrix(self, by: str = "chain") -> pd.DataFrame:
        """Interactions between the chains, stages or countries of the two sides, counted.

        Rows are the first side (the visitor of a conversation), columns the second (the booth).
        `by` is `chain`, `stage` or `country`; anything else raises ValueError.
        """
        from sim.statistics.tables.interactions import matrix

        return matrix(self.ledger, by)

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

    def __repr__(self) -> str:
        told = [(describe(name), self.kpis[name]) for name in TOLD]
        facts = ", ".join(
            f"{k.label.lower()} {number(value, k.unit)}" for k, value in told if isfinite(value)
        )
        return f"Result({self._title()}: {facts})"

    def __str__(self) -> str:
        lines = [self._title(), "", *grouped(self._groups(), "<><<<"), str(self.where_it_hurts)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return grouped_html(self._title(), self._groups(), "<><<<") + self.where_it_hurts._repr_html_()

    def _title(self) -> str:
        return f"{self.expo.title}, replication {self.replication}, seed {self.seed}"

    def _groups(self) -> list[tuple[str, list[tuple[str, ...]]]]:
        """The first screen; what this scenario does not have (promises, costs) is left out."""
        groups = [
            (heading, [self._row(name) for name in names if isfinite(self.kpis[name])])
            for heading, names in FIRST_SCREEN
        ]
        return [(heading, rows) for heading, rows in groups if rows]

    def _row(self, name: str) -> tuple[str, ...]:
        k = describe(name)
        unit = shown_unit(k.unit, self.expo.terms.prices.currency)
        return k.label, number(self.kpis[name], k.unit), unit, k.basis, name


def _property(table: Table) -> cached_property[pd.DataFrame]:
    """A table as a property of a result."""

    def frame(result: Result) -> pd.DataFrame:
        return table.frame(result.ledger)

    frame.__doc__ = table.rows
    return cached_property(frame)


for _name, _table in TABLES.items():
    _frame = _property(_table)
    _frame.__set_name__(Result, _name)
    setattr(Result, _name, _frame)
