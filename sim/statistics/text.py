"""Numbers, times and tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice
from math import floor, isfinite, log10
from typing import Final

from sim.floor.arrays import MINUTE
from sim.statistics.intervals import Estimate

__all__ = ["clock", "columns", "grouped", "grouped_html", "number", "of_estimate", "shown_unit"]

_UNDEFINED: Final = "–"
_PER_CENT: Final = 100
_ROUNDING: Final = 1e-9  # half-widths below this share of the mean are rounding


def clock(ms: int) -> str:
    """A time of the expo as a person says it: `day 2, 10:15`."""
    minutes = ms // MINUTE
    return f"day {minutes // 1440 + 1}, {minutes // 60 % 24:02d}:{minutes % 60:02d}"


def shown_unit(unit: str, currency: str = "money") -> str:
    """The unit in which people read a number: shares in per cent, pure numbers in none."""
    return {"share": "%", "1": "", "money": currency}.get(unit, unit)


def number(value: float, unit: str = "", significant: int = 3) -> str:
    """A number with a separator of thousands and so many significant digits; whole units are kept."""
    if not isfinite(value):
        return _UNDEFINED
    value = value * _PER_CENT if unit == "share" else value
    return f"{value:,.{_decimals(value, value, significant)}f}"


def of_estimate(estimate: Estimate, unit: str = "") -> tuple[str, str]:
    """Mean and half-width, as precise as the half-width's second digit."""
    if not isfinite(estimate.half_width):
        return number(estimate.mean, unit), ""
    factor = _PER_CENT if unit == "share" else 1
    mean, half_width = estimate.mean * factor, estimate.half_width * factor
    if half_width <= _ROUNDING * abs(mean):  # the same in all replications
        return number(estimate.mean, unit), "0"
    decimals = _decimals(half_width, mean, 2)
    return f"{mean:,.{decimals}f}", f"{half_width:,.{decimals}f}"


def columns(rows: Sequence[Sequence[str]], alignment: str, indent: str = "  ") -> list[str]:
    """Rows of text as lines with aligned columns; `alignment` has `<` or `>` for each column."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        (indent + "  ".join(f"{c:{a}{w}}" for c, a, w in zip(row, alignment, widths, strict=True))).rstrip()
        for row in rows
    ]


def grouped(groups: Sequence[tuple[str, Sequence[Sequence[str]]]], alignment: str) -> list[str]:
    """Groups of rows under their headings, an empty line after each; columns aligned over all."""
    body = iter(columns([row for _, rows in groups for row in rows], alignment))
    lines = []
    for heading, rows in groups:
        lines += [heading, *islice(body, len(rows)), ""]
    return lines


def grouped_html(title: str, groups: Sequence[tuple[str, Sequence[Sequence[str]]]], alignment: str) -> str:
    """What `grouped` gives, as a table of HTML under a title."""
    # Aligned cell by cell: notebooks align all cells of a table to the right.
    sides = ["left" if a == "<" else "right" for a in alignment]
    body = []
    for heading, rows in groups:
        body.append(f"<tr><th colspan='{len(sides)}' style='text-align:left'>{escape(heading)}</th></tr>")
        for row in rows:
            cells = zip(sides, row, strict=True)
            tds = (f"<td style='text-align:{side}'>{escape(cell)}</td>" for side, cell in cells)
            body.append(f"<tr>{''.join(tds)}</tr>")
    return f"<p><b>{escape(title)}</b></p><table>{''.join(body)}</table>"


def _decimals(step: float, value: float, significant: int) -> int:
    """Decimals that show so many significant digits of `step`; none for whole numbers."""
    if step == 0 or (step == value and float(value).is_integer()):
        return 0
    return min(6, max(0, significant - 1 - floor(log10(abs(step)))))
