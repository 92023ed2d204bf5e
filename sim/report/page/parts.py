"""What a page is made of: sections, and in them tables, bars, charts over opening hours, lists and cards.

They hold data and plain text alone; the templates make HTML of them, and escape every text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final, Literal

from sim.statistics.text import number

__all__ = [
    "Area",
    "Bar",
    "Bars",
    "Card",
    "Cards",
    "Cell",
    "Chart",
    "Code",
    "Column",
    "Heading",
    "Heat",
    "Items",
    "Line",
    "Picture",
    "Raw",
    "Section",
    "Table",
    "Text",
    "Tick",
    "fixed",
    "measured",
    "named",
]

UNKNOWN: Final = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and what it is sorted by."""

    text: str
    value: float | str | None = None
    """A number, or a text; None sorts last."""
    mark: Literal["", "name", "bad", "good"] = ""
    filled: float | None = None
    """A share, 0 to 1, drawn as a bar behind the text."""
    off: str = ""
    """How far a number may be off, or what belongs to a name: written small below it."""


def measured(value: float, unit: str = "", *, mark: Literal["", "bad", "good"] = "") -> Cell:
    """A cell with a number, shown in the unit in which people read it; what is not defined is a dash."""
    shown = float(value)
    if not isfinite(shown):
        return Cell(UNKNOWN)
    return Cell(number(shown, unit), shown, mark)


def fixed(value: float, decimals: int) -> Cell:
    """A number with as many decimals as the others of its column: they are compared."""
    return Cell(f"{value:,.{decimals}f}", value) if isfinite(value) else Cell(UNKNOWN)


def named(text: object, below: str = "") -> Cell:
    """A cell with a name, in whatever direction it is written, and one below; empty where there is none."""
    return Cell("" if text != text or text is None else str(text), mark="name", off=below)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    name: str
    numeric: bool = True
    said: str = ""
    """What it means, where its name does not say it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of a table that says what those below it are, and what holds of all of them."""

    name: str
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; those that can be sorted and searched need no script to be read."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sortable: bool = False
    search: str = ""
    """What is searched for, as the label of the field says; empty: there is none."""
    folded: str = ""
    """What opens it, where it is closed at first."""
    stacked: bool = False
    """Whether rows are cards on a phone: of few columns, with sentences in them."""
    printed: bool = False
    """Whether it is printed though it is folded."""
    headings: Mapping[int, Heading] = field(default_factory=dict)
    """What stands between the rows: above the row of that number; it belongs to all until the next."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars, in shares of the longest."""

    name: str
    said: str
    width: float
    left: float = 0.0
    lost: bool = False
    value: float = 0.0
    ends: tuple[float, float] | None = None
    """Of the interval of its end, in the same shares; None if there is none."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below one another: a table that is seen."""

    caption: str
    rows: Sequence[Bar]
    head: str
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class Tick:
    """Where something stands along an axis, in per cent, and what is written there."""

    at: float
    text: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled series of a chart: its name, colour (a name of the style sheet) and path."""

    name: str
    colour: str
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn series of a chart."""

    name: str
    colour: str
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over opening hours, day beside day; the numbers stand in a table below."""

    caption: str
    said: str
    """What it shows, in a sentence, for those who do not see it."""
    areas: Sequence[Area]
    lines: Sequence[Line]
    up: Sequence[Tick]
    along: Sequence[Tick]
    days: Sequence[tuple[float, float, str]]
    """Left end, width (per cent) and name of each day."""
    numbers: Table
    unit: str = "people"
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of which each cell is tinted by how much it has."""

    caption: str
    said: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[tuple[str, float, float]]]
    """What is written, the tint (0 to 1) and the number."""
    rows_are: str = ""
    columns_are: str = ""
    kind: Literal["heat"] = "heat"


@dataclass(frozen=True, slots=True)
class Card:
    """A number that is read first."""

    label: str
    number: str
    spread: str
    unit: str
    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards under headings."""

    groups: Sequence[tuple[str, Sequence[Card]]]
    notes: Sequence[str] = ()
    kind: Literal["cards"] = "cards"


@dataclass(frozen=True, slots=True)
class Items:
    """Headings with items below."""

    groups: Sequence[tuple[str, Sequence[str]]]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs."""

    paragraphs: Sequence[str]
    listed: bool = False
    """Whether each is an item of a list."""
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Code:
    """A text as it was written, folded away."""

    folded: str
    text: str
    opened: bool = False
    printed: bool = False
    """Whether it is printed though it is folded."""
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG drawn elsewhere, with its text alternative."""

    said: str
    svg: str
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Raw:
    """HTML that a room of ours has made and escaped: the floor in motion."""

    html: str
    kind: Literal["raw"] = "raw"


Part = Table | Bars | Chart | Heat | Cards | Items | Text | Code | Picture | Raw


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading, which the list of contents names."""

    key: str
    title: str
    lead: str
    """What it comes to, in a sentence or two."""
    parts: Sequence[Part] = field(default_factory=tuple)
    short: str = ""
    """What the list of contents calls it; the title if empty."""
