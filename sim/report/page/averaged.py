"""Cells with means over replications: the number, and small below it how far it may be off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.report.page.parts import Cell, fixed
from sim.report.plots.over import means

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.report.plots.over import Means

__all__ = ["VARIES", "WITH_ENDS", "averaged", "columns_of", "common", "digits", "share_filled"]

WITH_ENDS: Final = "means of {n:,} replications, small below them 95 % intervals, each alone"
"""What the numbers of such a table are, for its caption."""

_LARGE: Final = 100  # means of columns that reach it have no decimals

VARIES: Final = "varies"
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
    of: Means,
    at: Any,
    decimals: int | None = None,
    *,
    times: float = 1.0,
    unit: str = "",
    mark: Literal["", "bad", "good"] = "",
) -> Cell:
    """One of the means in a cell, `times` as large, with as many decimals as `digits` says of counts."""
    shown_with = digits(of) if decimals is None else decimals
    shown = fixed(times * float(of.mean[at]), shown_with)
    off = of.off(at, lambda each: f"{times * each:,.{shown_with}f}", to="–")
    of_unit = "" if shown.value is None else unit
    return Cell(shown.text + of_unit, shown.value, mark, off=off and off + unit)


def share_filled(of: Means, at: Any) -> Cell:
    """A share in per cent, with a bar."""
    cell = averaged(of, at, 0, times=100, unit=" %")
    share = float(of.mean[at])
    return cell if cell.value is None else replace(cell, value=share, filled=min(share, 1.0))


def digits(of: Means) -> int:
    """Decimals of a column of counts: none of one replication, nor where they are large."""
    return int(of.n > 1 and of.mean.max(initial=0, where=of.mean == of.mean) < _LARGE)


def common(tables: Iterable[Any], column: str) -> list[str]:
    """A text of each row where it is the same in all tables; else that it varies."""
    import numpy as np

    texts = np.stack([each[column].astype("object").fillna("").to_numpy() for each in tables])
    return [
        str(first) if same else VARIES
        for first, same in zip(texts[0], (texts == texts[0]).all(axis=0), strict=True)
    ]
