"""What pictures are drawn from: tables, KPIs, the expo of a replication, small tables of several."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import isclose, isnan
from typing import TYPE_CHECKING, Protocol

from sim.files.spans import spans
from sim.statistics.tables import SMALL

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.expo import Expo
    from sim.statistics.result import Result
    from sim.studies.resultset import ResultSet

__all__ = ["OfResult", "OfResults", "Source"]


class Source(Protocol):
    """One replication, as far as pictures look at it; and of the others of its scenario the small tables."""

    @property
    def name(self) -> str:
        """The scenario's."""

    @property
    def title(self) -> str:
        """What people call the expo."""

    @property
    def replication(self) -> int:
        """Which it is, from 0."""

    @property
    def expo(self) -> Expo:
        """The expo, as it was before its doors opened."""

    def table(self, name: str) -> pd.DataFrame:
        """A table of `sim.statistics.COLUMNS`. Raises KeyError if it was not kept."""

    def every(self, name: str) -> dict[int, pd.DataFrame]:
        """A small table (`sim.statistics.tables.SMALL`) of each replication that is drawn, by its number.

        Raises KeyError if it was kept of none.
        """

    def kpi(self, name: str) -> float:
        """A KPI; nan if it is not defined."""

    def matrix(self, by: str, of: str) -> pd.DataFrame:
        """What `Result.matrix` gives."""


class OfResult:
    """A replication that was played, or is when it is first looked at."""

    def __init__(self, result: Result | Callable[[], Result]) -> None:
        self._given = result

    @cached_property
    def _result(self) -> Result:
        return self._given() if callable(self._given) else self._given

    @property
    def expo(self) -> Expo:
        """The expo."""
        return self._result.expo

    @property
    def name(self) -> str:
        """The scenario's."""
        return self.expo.name

    @property
    def title(self) -> str:
        """What people call the expo."""
        return self.expo.title

    @property
    def replication(self) -> int:
        """Which it is."""
        return self.expo.replication

    def table(self, name: str) -> pd.DataFrame:
        """A table."""
        frame: pd.DataFrame = getattr(self._result, name)
        return frame

    def every(self, name: str) -> dict[int, pd.DataFrame]:
        """The table of the one replication."""
        return {self.replication: self.table(name)}

    def kpi(self, name: str) -> float:
        """A KPI, worked out alone if the others are not there yet."""
        if "row" in self._result.__dict__:
            return self._result.row[name]
        from sim.statistics.kpis import evaluate

        return evaluate(self._result.ledger, [name])[name]

    def matrix(self, by: str, of: str) -> pd.DataFrame:
        """The matrix."""
        return self._result.matrix(by, of)


class OfResults:
    """Replications of which tables were kept, in memory or in files, and one of which all were."""

    def __init__(self, results: ResultSet, replication: int | None = None) -> None:
        self._results = results
        self._asked = replication
        self.name = results.scenario.name
        self.title = results.scenario.data.expo.title
        self._tables: dict[str, pd.DataFrame] = {}
        self._again: Result | None = None

    @cached_property
    def replication(self) -> int:
        """The one that was asked for, or else the first of which tables were kept.

        Raises KeyError if none were; it says how they are.
        """
        there = self._results.numbers
        if self._asked is not None and self._asked not in there:
            for failure in self._results.failures:
                if failure.replication == self._asked:
                    raise KeyError(str(failure))
            raise KeyError(f"replication {self._asked} was not run; allowed: {spans(there)}")
        kept = self._results.kept_of("organisations")
        if not kept or (self._asked is not None and self._asked not in kept):
            which = "of no replication" if not kept else f"only of {', '.join(map(str, kept))}"
            wanted = f"--out DIR --keep {there[0] if self._asked is None else self._asked}"
            raise KeyError(
                f"pictures are drawn from tables, which were kept {which}: exposim run … {wanted} keeps "
                "them (if --tables names parquet)"
            )
        return kept[0] if self._asked is None else self._asked

    @cached_property
    def expo(self) -> Expo:
        """The expo: built again, since it is not written."""
        from sim.expo import build

        return build(self._results.scenario, self.replication, self._results.seed)

    def table(self, name: str) -> pd.DataFrame:
        """A table, as it was kept; a small one that who kept the others did not know yet is made now."""
        if name not in self._tables:
            number = self.replication
            if name in SMALL and number not in self._results.kept_of(name):
                self._tables[name] = getattr(self._played(name), name)
            else:
                every = self._results.table(name)
                ours = every[every["replication"] == number]
                self._tables[name] = ours.drop(columns="replication").reset_index(drop=True)
        return self._tables[name]

    def _played(self, name: str) -> Result:
        """The replication played again. Raises KeyError if it does not come to what it came to then."""
        if self._again is None:
            from sim.replication import run

            self._again = run(self._results.scenario, replication=self.replication, seed=self._results.seed)
        for kpi, value in self._again.worked_out.items():
            if self._results.has(kpi) and not _alike(self.kpi(kpi), value):
                said = f"the table {name!r}, of which this is drawn, is not among those that were kept"
                raise KeyError(f"{said}, and another {kpi} comes of the replication now")
        return self._again

    def every(self, name: str) -> dict[int, pd.DataFrame]:
        """The table of all replications of which it was kept, or of the one that was asked for.

        Of none if those who wrote them did not know it yet: then that of the one of which all were kept.
        """
        if self._asked is not None:
            return {self.replication: self.table(name)}
        if not self._results.kept_of(name):
            return {self.replication: self.table(name)}
        every = self._results.table(name)
        return {
            number: every[every["replication"] == number].drop(columns="replication").reset_index(drop=True)
            for number in self._results.kept_of(name)
        }

    def kpi(self, name: str) -> float:
        """A KPI of the replication."""
        return dict(zip(self._results.numbers, self._results.values(name), strict=True))[self.replication]

    def matrix(self, by: str, of: str) -> pd.DataFrame:
        """The matrix, counted in the tables. Raises ValueError as `Result.matrix` does."""
        import numpy as np
        import pandas as pd

        if by not in ("chain", "stage", "country"):
            raise ValueError(f"by = {by!r} is none of chain, stage, country")
        who = self.table("organisations")
        names = list(who[by].cat.categories)
        if of == "interactions":
            met = self.table("interactions")
            ends = [met[column].astype(str) for column in (by, f"partner_{by}")]
        elif of in ("ties", "useful"):
            ties = self.table("ties")
            met = ties if of == "ties" else ties[ties["useful"] > 0]
            group = dict(zip(who["organisation"].astype(str), who[by].astype(str), strict=True))
            ends = [met[column].astype(str).map(group) for column in ("organisation", "partner")]
        else:
            raise ValueError(f"of = {of!r} is none of interactions, ties, useful")
        one, other = (pd.Index(names).get_indexer(end) for end in ends)
        n = len(names)
        counts = np.bincount(one * n + other, minlength=n * n).reshape(n, n)
        if of != "interactions":
            counts = counts + counts.T - np.diag(np.diag(counts))
        return pd.DataFrame(
            counts, index=pd.Index(names, name=by), columns=pd.Index(names, name=f"partner_{by}")
        )


def _alike(kept: float, played: float) -> bool:
    return kept == played or (isnan(kept) and isnan(played)) or isclose(kept, played, rel_tol=1e-9)
