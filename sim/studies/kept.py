"""Tables that are kept of replications: of which ones, and several stacked to one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sim.statistics.tables import COLUMNS, SMALL, TABLES

if TYPE_CHECKING:
    import pandas as pd

    from sim.statistics.result import Result

__all__ = ["REPLICATION", "Keep", "Made", "TablesOf", "no_table", "stacked"]

REPLICATION: Final = "replication"
"""The first column of a table of several replications."""

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Keep:
    """Which tables are kept: all of those of some replications, and some of every one.

    A table of 160,000 visits is large: of ten replications, all kept, many gigabytes. Those that are `SMALL`
    are kept of every replication where all are kept of any: what is drawn of several is drawn from them.
    """

    replications: frozenset[int] | None = frozenset({0})  # None: all
    tables: tuple[str, ...] = ()  # of every replication
    spared: tuple[
        str, ...
    ] = ()  # of these the small ones that nobody named: none is run again for want of them

    @classmethod
    def of(cls, replications: Collection[int] | Literal["all"], tables: Collection[str]) -> Keep:
        """What `replicate` is given. Raises ValueError for a table that does not exist, or a number < 0."""
        if isinstance(tables, str):
            raise ValueError(f"tables = {tables!r}: a list of names is needed, ({tables!r},)")
        for name in tables:
            if name not in COLUMNS:
                raise ValueError(no_table(name))
        small = tuple(name for name in SMALL if name not in tables) if replications else ()
        if isinstance(replications, str):
            if replications != ALL:
                raise ValueError(f"keep = {replications!r} is neither 'all' nor numbers of replications")
            return cls(None, (*tables, *small), small)
        wrong = [number for number in replications if not isinstance(number, int) or number < 0]
        if wrong:
            raise ValueError(f"keep: {wrong[0]!r} is no number of a replication; they begin with 0")
        return cls(frozenset(replications), (*tables, *small), small)

    def names(self, replication: int) -> tuple[str, ...]:
        """The tables that are kept of a replication, in order."""
        if self.replications is None or replication in self.replications:
            return tuple(COLUMNS)
        return tuple(name for name in COLUMNS if name in self.tables)


class Made(Mapping[str, "pd.DataFrame"]):
    """Some tables of a result as whoever ran it gives them on: of the small ones their columns.

    Frames of these are made when they are first asked for, so that a worker need not load pandas.
    """

    def __init__(self, result: Result, names: Collection[str]) -> None:
        self._columns = {name: TABLES[name].made(result.ledger) for name in names if name in SMALL}
        self._frames: dict[str, pd.DataFrame] = {
            name: getattr(result, name) for name in names if name not in SMALL
        }
        self._names = tuple(names)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = TABLES[name].framed(self._columns.pop(name))
        return self._frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # no frame is made for that

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._names)})"


class TablesOf(Mapping[str, "pd.DataFrame"]):
    """Some tables of a result, made when they are first asked for; so may be the result itself.

    `known` are some that are there already: for these it is not played.
    """

    def __init__(
        self,
        result: Result | Callable[[], Result],
        names: tuple[str, ...],
        known: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self._result = result
        self._names = names
        self._known = known or {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name in self._known:
            return self._known[name]
        if callable(self._result):
            self._result = self._result()
        frame: pd.DataFrame = getattr(self._result, name)
        return frame

    def __contains__(self, name: object) -> bool:
        return name in self._names  # no frame is made for that

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def no_table(name: str) -> str:
    """That there is no table of that name, with the near misses."""
    from sim.files.problems import near_words

    near = near_words(name, COLUMNS)
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(COLUMNS)}"
    return f"no table {name!r}{hint}"


def stacked(frames: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The same table of several replications as one, the number of each in a first column."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    parts = list(frames.values())
    if len(parts) == 1:
        made = parts[0].copy(deep=False)
    else:
        made = pd.concat(parts, ignore_index=True)
        for column in parts[0].columns:  # others than of the same categories come out as plain texts
            both = [part[column] for part in parts]
            if all(isinstance(each.dtype, pd.CategoricalDtype) for each in both):
                made[column] = union_categoricals(both, ignore_order=True)
    numbers = [number for number, frame in frames.items() for _ in range(len(frame))]
    made.insert(0, REPLICATION, pd.Series(numbers, index=made.index, dtype="int64"))
    return made
