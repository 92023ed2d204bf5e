"""The registry of output tables: each a function beside the meaning of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from sim.statistics.ledger import Integers, Ledger

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLES", "Codes", "Columns", "Table", "table"]

Columns = Mapping[str, Any]
"""Columns of a table by name: arrays, or lists, one value a row."""


class Codes(NamedTuple):
    """Names by code, NONE a missing one: a category, of which pandas need not know before there is a frame.

    Those who run replications keep small tables so, and need not wait for pandas to be loaded.
    """

    codes: Integers
    names: Sequence[str]  # all different


_F = TypeVar("_F", bound=Callable[[Ledger], Columns])


@dataclass(frozen=True, slots=True)
class Table:
    """What an output table is: its rows, its columns with their units, and how it is made."""

    name: str
    rows: str  # what a row is, then the rest of the description
    columns: Mapping[str, str]  # meaning by name, in order
    make: Callable[[Ledger], Columns]
    small: bool = False  # of some kB, so that it is kept of every replication where any table is kept

    def made(self, ledger: Ledger) -> dict[str, Any]:
        """The columns of a replication, of which `framed` makes a frame.

        Raises ValueError if they are not those that are described.
        """
        made = dict(self.make(ledger))
        if made.keys() != self.columns.keys():
            odd = ", ".join(sorted(made.keys() ^ self.columns.keys()))
            raise ValueError(f"table {self.name!r}: made or described, and not both: {odd}")
        return made

    def framed(self, made: dict[str, Any]) -> pd.DataFrame:
        """The frame of columns, which are taken out: they become its own."""
        import pandas as pd

        return pd.DataFrame({name: _own(made.pop(name)) for name in self.columns}, copy=False)

    def frame(self, ledger: Ledger) -> pd.DataFrame:
        """The table of a replication. Raises ValueError as `made`."""
        return self.framed(self.made(ledger))


TABLES: Final[dict[str, Table]] = {}
"""All tables by name: `Result` has each as a frame, and a directory of results as a file."""


def table(columns: Mapping[str, str], *, small: bool = False) -> Callable[[_F], _F]:
    """Register a function of the ledger as the table of its name; its docstring says what a row is.

    `columns` says what each column means, with its unit, in the order in which they are shown. `small`: it
    is a summary of some kB, which is kept of every replication wherever tables are kept of any: pictures of
    several replications are drawn from these.

    Raises ValueError if there is a table of that name already.
    """

    def registered(function: _F) -> _F:
        name = function.__name__
        if name in TABLES:
            raise ValueError(f"there is already a table {name!r}")
        TABLES[name] = Table(name, cleandoc(function.__doc__ or ""), columns, function, small)
        return function

    return registered


def _own(column: Any) -> Any:
    """A column that can be written to: those that stand in the expo cannot."""
    if isinstance(column, Codes):
        import pandas as pd

        names = pd.Index(column.names) if len(column.names) else pd.Index([], dtype="str")
        return pd.Categorical.from_codes(column.codes, categories=names)
    read_only = isinstance(column, np.ndarray) and not column.flags.writeable
    return column.copy() if read_only else column
