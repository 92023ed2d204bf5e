"""Numbers, times and tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import Final, NamedTuple

from sim.files.lines import WIDTH, cells, wrapped
from sim.files.markup import filled
from sim.floor.arrays import MINUTE
from sim.statistics.intervals import Estimate, most_that_differ

__all__ = [
    "Row",
    "beside",
    "clock",
    "columns",
    "counted",
    "explained",
    "grouped_html",
    "minutes",
    "number",
    "of_estimate",
    "shown_unit",
    "table",
]

_UNDEFINED: Final = "–"
_PER_CENT: Final = 100
_SECONDS: Final = 60
_TWO_DIGITS: Final = 35  # half-widths whose first two digits are at most this keep both
_DIGITS: Final = 5  # digits of a mean that anybody reads
_LABEL: Final = 24  # columns of labels below which a name goes to a line of its own
_LEAST_WIDTH: Final = 60
_INDENT: Final = "  "
# Aligned cell by cell: notebooks align all cells of a table to the right.
_SIDES: Final = ("left", "right", "left", "left", "left", "left")
_HTML: Final = (
    "<p><b>{{ title }}</b></p><table>{% for heading, rows in groups %}"
    "<tr><th colspan='{{ sides|length }}' style='text-align:left'>{{ heading }}</th></tr>"
    "{% for row in rows %}<tr>{% for cell in row %}"
    "<td style='text-align:{{ sides[loop.index0] }}'>{{ cell }}</td>{% endfor %}</tr>{% endfor %}"
    "{% endfor %}</table>{% for note in notes %}<p>{{ note }}</p>{% endfor %}"
)


class Row(NamedTuple):
    """What is shown of a KPI."""

    label: str
    mean: str
    spread: str  # half-width, or both ends of the interval, or why there is none; may be empty
    unit: str
    basis: str
    name: str


def beside(spread: str) -> str:
    """An interval as it stands beside its mean: ends, or why there is none, in brackets; `± 9` as it is."""
    return spread if not spread or spread.startswith("±") else f"({spread})"


def clock(ms: int) -> str:
    """A time of the expo as a person says it: `day 2, 10:15`."""
    minutes = ms // MINUTE
    return f"day {minutes // 1440 + 1}, {minutes // 60 % 24:02d}:{minutes % 60:02d}"


def number(value: float, unit: str = "", significant: int = 3) -> str:
    """A number with a separator of thousands and so many significant digits; whole units are kept."""
    if not isfinite(value):
        return _UNDEFINED
    value *= _factor(value, unit)
    if value == 0 or float(value).is_integer():
        return f"{value:,.0f}"
    return _rounded(value, max(0, min(_place(value, significant), 6)))


def minutes(value: float) -> str:
    """A time given in minutes, with its unit: in seconds if it is less than one."""
    return f"{number(value, 'min')} {shown_unit('min', value=value)}"


def counted(n: float, one: str, more: str = "") -> str:
    """A number of things: `1 party`, `2 parties`."""
    return f"{number(n)} {one if n == 1 else more or one + 's'}"


def shown_unit(unit: str, currency: str = "money", value: float = 1.0) -> str:
    """The unit in which people read a number: shares in per cent, pure numbers in none.

    Minutes of which a `value` is less than one are read in seconds.
    """
    if _factor(value, unit) == _SECONDS:
        return "s"
    return {"share": "%", "1": "", "money": currency}.get(unit, unit)


def of_estimate(estimate: Estimate, unit: str = "") -> tuple[str, str]:
    """Mean, and how far it may be off, as `± 9.4`, as `5.2 to 9.1`, or why that is not known.

    Digits are those that the half-width leaves: two of it if they are at most 35, else one (the rule of
    the Particle Data Group, 2024, § 5.3), whole units kept; and five of the mean at most. Of a mean of one or
    more whose interval reaches much further up than down the first digit stays, however wide that is.
    """
    if not isfinite(estimate.low):
        significant = 3 if estimate.same or estimate.n < 2 else 2
        return number(estimate.mean, unit, significant), estimate.why if estimate.n > 1 else ""
    shown = estimate.scaled(_factor(estimate.mean, unit))
    mean, low, high = shown.mean, shown.low, shown.high
    width = shown.half_width if shown.even else (high - low) / 2
    two = _place(width, 2)
    place = two if two <= 0 or round(width, two) * 10.0**two <= _TWO_DIGITS else two - 1
    place = min(place, max(_place(width, 1), _DIGITS - 1 - floor(log10(max(abs(mean), 1)))))
    if shown.even:
        return _rounded(mean, place), f"± {_rounded(width, place)}"
    if mean:
        place = max(place, min(_place(mean, 1), 0))
    return _rounded(mean, place), f"{_rounded(low, place)} to {_rounded(high, place)}"


def explained(estimates: Sequence[Estimate]) -> list[str]:
    """What the marks beside these means say, a sentence each; only those that are there."""
    lines = []
    n = max((e.n for e in estimates), default=0)
    if any(isfinite(e.low) for e in estimates):
        lines.append(
            "± (the half-width), or from … to: within that of the number shown lies the mean of very many "
            "replications, at 95 %."
        )
    if any(e.same for e in estimates):
        lines.append(
            f"same in all {n}: no half-width; at 95 %, fewer than {_PER_CENT * most_that_differ(n):.0f} % of "
            "replications differ."
        )
    if any(e.differ and not isfinite(e.low) for e in estimates):
        lines.append(
            f"k of {n} differ: all others are the same; too rare to tell from {n} replications how far the "
            "mean may be off."
        )
    return lines


def table(groups: Sequence[tuple[str, Sequence[Row]]], width: int = WIDTH) -> list[str]:
    """Groups of KPIs under headings as lines of at most `width` columns, an empty line after each group.

    Names are never left out: where a line has no room for them, they stand below the labels. Long labels
    are wrapped within their column.
    """
    rows = [row for _, group in groups for row in group]
    if not rows:
        return []
    width = max(width, _LEAST_WIDTH)
    label, mean, spread, unit, basis, name = (max(map(cells, column)) for column in zip(*rows, strict=True))
    numbers = 2 + mean + 1 + spread + 1 + unit
    beside = width - len(_INDENT) - numbers - 2 - basis - 2 - name
    wide = beside >= min(label, _LABEL)
    room = min(label, beside if wide else max(_LABEL // 2, width - len(_INDENT) - numbers))
    lines = []
    for heading, group in groups:
        lines += wrapped(heading, width)
        for row in group:
            first, *others = wrapped(row.label, room)
            line = (
                f"{_INDENT}{_filled(first, room)}  {_filled(row.mean, mean, right=True)} "
                f"{_filled(row.spread, spread)} {_filled(row.unit, unit)}"
            )
            if wide:
                line += f"  {row.basis:{basis}}  {row.name}"
            lines.append(line.rstrip())
            lines += [_INDENT + other for other in others]
            if not wide:
                lines += wrapped(f"{row.name} ({row.basis})", width, 2 * _INDENT, 2 * _INDENT)
        lines.append("")
    return lines


def columns(rows: Sequence[Sequence[str]], alignment: str, indent: str = _INDENT) -> list[str]:
    """Rows of text as lines with aligned columns; `alignment` has `<` or `>` for each column."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [
        (
            indent
            + "  ".join(
                _filled(cell, width, right=side == ">")
                for cell, side, width in zip(row, alignment, widths, strict=True)
            )
        ).rstrip()
        for row in rows
    ]


def _filled(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * (width - cells(text))
    return blank + text if right else text + blank


def grouped_html(title: str, groups: Sequence[tuple[str, Sequence[Row]]], notes: Sequence[str] = ()) -> str:
    """Groups of KPIs as a table of HTML under a title, with notes below."""
    return filled(_HTML, title=title, groups=groups, notes=notes, sides=_SIDES)


def _factor(value: float, unit: str) -> int:
    """What a number of this unit is multiplied by as it is shown."""
    if unit == "min" and 0 < abs(value) < 1:
        return _SECONDS
    return _PER_CENT if unit == "share" else 1


def _place(step: float, significant: int) -> int:
    """The decimal place of the last of so many significant digits; negative left of the point."""
    return significant - 1 - floor(log10(abs(step)))


def _rounded(value: float, place: int) -> str:
    """A number rounded to a decimal place, with separators of thousands."""
    return f"{round(value, place) + 0.0:,.{max(0, place)}f}"
