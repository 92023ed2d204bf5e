"""The registry of output tables: each a function beside the meaning of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from sim.statistics.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLES", "Columns", "Table", "table"]

Columns = Mapping[str, Any]
"""Columns of a table by name: arrays, or lists, one value a row."""

_F = TypeVar("_F", bound=Callable[[Ledger], Columns])


@dataclass(frozen=True, slots=True)
class Table:
    """What an output table is: its rows, its columns with their units, and how it is made."""

    name: str
    rows: str  # what a row is, then the rest of the description
    columns: Mapping[str, str]  # meaning by name, in order
    make: Callable[[Ledger], Columns]

    def frame(self, ledger: Ledger) -> pd.DataFrame:
        """The table of a replication; its columns become the frame's own.

        Raises ValueError if the columns are not those that are described.
        """
        import pandas as pd

        made = dict(self.make(ledger))
        if made.keys() != self.columns.keys():
            odd = ", ".join(sorted(made.keys() ^ self.columns.keys()))
            raise ValueError(f"table {self.name!r}: made or described, and not both: {odd}")
        return pd.DataFrame({name: _own(made.pop(name)) for name in self.columns}, copy=False)


TABLES: Final[dict[str, Table]] = {}
"""All tables by name: `Result` has each as a frame, and a directory of results as a file."""


def table(columns: Mapping[str, str]) -> Callable[[_F], _F]:
    """Register a function of the ledger as the table of its name; its docstring says what a row is.

    `columns` says what each column means, with its unit, in the order in which they are shown.

    Raises ValueError if there is a table of that name already.
    """

    def registered(function: _F) -> _F:
        name = function.__name__
        if name in TABLES:
            raise ValueError(f"there is already a table {name!r}")
        TABLES[name] = Table(name, cleandoc(function.__doc__ or ""), columns, function)
        return function

    return registered


def _own(column: Any) -> Any:
    """A column that can be written to: those that stand in the expo cannot."""
    read_only = isinstance(column, np.ndarray) and not column.flags.writeable
    return column.copy() if read_only else column
