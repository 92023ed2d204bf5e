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
from sim.statistics.text import grouped, grouped_html, number, shown_unit

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.expo import Expo
    from sim.floor.trace import Trace

__all__ = ["Result"]


@dataclass(frozen=True, eq=False)
class Result:
    """What happened in one replication: the expo, the trace, and what is read from them.

    Tables are pandas frames, made when first asked for; `sim.statistics.COLUMNS` describes their
    columns.
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

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """A row an interaction of two organisations: a conversation, an exchange contact, a meeting."""
        from sim.statistics.tables import interactions

        return interactions(self.ledger)

    @cached_property
    def visits(self) -> pd.DataFrame:
        """A row a party and day."""
        from sim.statistics.tables import visits

        return visits(self.ledger)

    @cached_property
    def services(self) -> pd.DataFrame:
        """A row for each time a party came to a queue, served or lost."""
        from sim.statistics.tables import services

        return services(self.ledger)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """A row a session."""
        from sim.statistics.tables import sessions

        return sessions(self.ledger)

    @cached_property
    def attendance(self) -> pd.DataFrame:
        """A row for each party registered for, or come to, a session, and for each host."""
        from sim.statistics.tables import attendance

        return attendance(self.ledger)

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """A row a scheduled meeting, with what became of both sides."""
        from sim.statistics.tables import meetings

        return meetings(self.ledger)

    @cached_property
    def requests(self) -> pd.DataFrame:
        """A row a request for a meeting."""
        from sim.statistics.tables import requests

        return requests(self.ledger)

    @cached_property
    def exhibitors(self) -> pd.DataFrame:
        """A row an exhibitor."""
        from sim.statistics.tables import exhibitors

        return exhibitors(self.ledger)

    @cached_property
    def occupancy(self) -> pd.DataFrame:
        """People present, by hall and quarter of an hour."""
        from sim.statistics.tables import occupancy

        return occupancy(self.ledger)

    def matrix(self, by: str = "chain") -> pd.DataFrame:
        """Interactions between the chains, stages or countries of the two sides, counted.

        Rows are the first side (the visitor of a conversation), columns the second (the booth).
        `by` is `chain`, `stage` or `country`; anything else raises ValueError.
        """
        from sim.statistics.tables import matrix

        return matrix(self.ledger, by)

    def event_log(self) -> pd.DataFrame:
        """The visits as an activity log, for process mining and animation.

        Columns: entity_id, pathway, event_type, event, time (minutes from the midnight before the
        first day), place, resource_id, run_number. Event types are those of the vidigi package:
        arrival_departure, queue (also looking, the lounge, and giving up), resource_use,
        resource_use_end. A resource is the member of staff in a conversation, else the place; their
        numbers differ, places first.
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
