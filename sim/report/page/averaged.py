"""Cells with means over replications: the number, and small below it how far it may be off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sim.report.page.parts import Cell, fixed
from sim.report.plots.over import means

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.report.plots.over import Means

__all__ = ["VARIES", "WITH_ENDS", "averaged", "columns_of", "common"]

WITH_ENDS = "means of {n:,} replications, small below them 95 % intervals, each alone"
"""What the numbers of such a table are, for its caption."""

VARIES = "varies"
"""Of what is not the same in all replications."""


def columns_of(
    tables: Iterable[Any], columns: Iterable[str], *, most: float = float("inf")
) -> dict[str, Means]:
    """Of tables whose rows are of the same things in the same order, the means of columns, row by row."""
    import numpy as np

    every = list(tables)
    return {
        name: means(np.stack([each[name].to_numpy(dtype=np.float64) for each in every]), most=most)
        for name in columns
    }


def averaged(
    of: Means, at: Any, decimals: int, *, times: float = 1.0, mark: Literal["", "bad", "good"] = ""
) -> Cell:
    """One of the means in a cell, `times` as large, with so many decimals."""
    mean = times * float(of.mean[at])
    shown = fixed(mean, decimals)
    off = of.off(at, lambda each: f"{times * each:,.{decimals}f}", to="–")
    return Cell(shown.text, shown.value, mark, off=off)


def common(tables: Iterable[Any], column: str) -> list[str]:
    """A text of each row where it is the same in all tables; else that it varies."""
    import numpy as np

    texts = np.stack([each[column].astype("object").fillna("").to_numpy() for each in tables])
    return [
        str(first) if same else VARIES
        for first, same in zip(texts[0], (texts == texts[0]).all(axis=0), strict=True)
    ]
