"""What stands beside a plan: what does not fit, walking times, the key; as texts and swatches in columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.report.isolating import isolated
from sim.report.plan.lettering import cut, lines_of
from sim.report.plan.marks import COLOURS, Box
from sim.report.plan.walking import pace, walking

if TYPE_CHECKING:
    from sim.report.plan.laid import Laid
    from sim.report.plan.misfits import Unfit

__all__ = ["Column", "Swatch", "Text", "explain", "letters", "list_exhibitors", "tell_misfits", "tell_walks"]

_TITLE: Final = 13.0
_SIZE: Final = 11.0
_LINE: Final = 16.0
_SMALL: Final = 9.0  # of the list of exhibitors
_ACROSS: Final = 5  # columns of the table of walks at most
_DOWN: Final = 16  # rows
_EACH: Final = 128.0  # a column of that list
_FIRST: Final = 0.34  # of the table's width: names of halls


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text from a point on its base line."""

    style: str
    x: float
    y: float
    text: str
    size: float = _SIZE


@dataclass(frozen=True, slots=True)
class Swatch:
    """A small picture of a kind of mark."""

    style: str
    box: Box


@dataclass(slots=True)
class Column:
    """A column that is filled from the top."""

    x: float
    y: float
    width: float
    texts: list[Text] = field(default_factory=list)
    swatches: list[Swatch] = field(default_factory=list)

    def title(self, text: str) -> None:
        """A heading, apart from what is above."""
        self.y += 22
        self.texts.append(Text("head", self.x, self.y, text, _TITLE))
        self.y += 5

    def line(self, text: str, style: str = "", indent: float = 0.0) -> None:
        """A paragraph, in as many lines as it takes."""
        for each in lines_of(text, self.width - indent, _SIZE):
            self.y += _LINE
            self.texts.append(Text(style, self.x + indent, self.y, each))

    def swatch(self, style: str, text: str) -> None:
        """A kind of mark, and what it is."""
        self.line(text, indent=24)
        self.swatches.append(Swatch(style, Box(self.x, self.y - 10, 16, 11)))


def letters(number: int) -> str:
    """A, B, …, Z, AA, …: how what does not fit is marked."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def tell_misfits(column: Column, found: list[Unfit]) -> None:
    """What does not fit, each with the letter that marks it."""
    column.title("Does it fit?")
    if not found:
        column.line("Yes: booths, rooms and tables have the floor that they need.")
        return
    for number, each in enumerate(found):
        first = column.y + _LINE
        column.line(f"{isolated(each.hall)}: {each.message}.", indent=24)
        column.texts.append(Text("letter", column.x + 8, first - 4, letters(number), 9.0))
        column.line(f"{each.mend}.", "faint", indent=24)


def tell_walks(column: Column, laid: Laid) -> None:
    """Minutes between the doors of halls, gates and tables."""
    import numpy as np

    table = walking(laid)
    if not len(table.columns):
        return
    column.title("Minutes on foot from the door of each hall")
    shown = table.iloc[:_DOWN, :_ACROSS]
    rest = (1 - _FIRST) * column.width / len(shown.columns)
    ends = column.x + _FIRST * column.width + rest * np.arange(1, len(shown.columns) + 1)
    column.y += 2 * _LINE - 2
    column.texts.append(Text("faint", column.x, column.y, "hall"))
    for end, name in zip(ends.tolist(), shown.columns, strict=True):
        kind, _, of = str(name).partition(" ")
        column.texts.append(Text("faint end", end, column.y - _LINE + 2, kind))
        column.texts.append(Text("faint end", end, column.y, cut(of, rest - 8, _SIZE)))
    for hall, row in shown.iterrows():
        column.y += _LINE
        column.texts.append(Text("", column.x, column.y, cut(str(hall), _FIRST * column.width, _SIZE)))
        for end, minutes in zip(ends.tolist(), row.tolist(), strict=True):
            column.texts.append(Text("end", end, column.y, f"{minutes:.1f}"))
    hidden = (len(table) - len(shown), len(table.columns) - len(shown.columns))
    more = [
        f"{n} more {what}{'s' * (n != 1)}" for n, what in zip(hidden, ("hall", "column"), strict=True) if n
    ]
    column.line(
        f"At {pace(laid):.2g} m/s, the visitors' mean, without queues; to the nearest table.", "faint"
    )
    if more:
        column.line(f"Not shown: {' and '.join(more)}.", "faint")


def explain(column: Column, laid: Laid, *, unfit: bool) -> None:
    """The key: colours of chains, and what other marks are."""
    data, venue = laid.scenario.data, laid.venue
    column.title("Key")
    present = sorted(set(laid.organisations.chain.tolist()))
    chains = list(data.chains)
    for chain in [each for each in present if each < COLOURS]:
        column.swatch(
            f"booth c{chain}", f"booths of {isolated(cut(chains[chain], column.width - 100, _SIZE))}"
        )
    if len(more := [each for each in present if each >= COLOURS]):
        column.swatch("booth cx", f"booths of {len(more)} more chains")
    if venue.rooms:
        column.swatch("room", "rooms, with their seats")
    if any(tables.size for tables in venue.tables.values()):
        column.swatch("table", "meeting tables, in the matchmaking area")
    if len(venue.catering):
        column.swatch("key-catering", "catering: where it is, not how large")
    column.swatch("key-gate", "gates, with their lanes")
    column.swatch("key-door", "doors, where people walk to" if venue.rooms else "doors of halls")
    if unfit:
        column.swatch("key-unfit", "does not fit; letters tell why")


def list_exhibitors(left: float, top: float, width: float, listed: list[tuple[str, str]]) -> Column:
    """Exhibitors of which the name is not on the booth, in the order of a walk, in columns over a width."""
    whole = Column(left, top, width)
    if not listed:
        return whole
    whole.title("Booths by number")
    columns = max(1, min(int(width / _EACH), (len(listed) + 3) // 4))
    each, down = width / columns, -(-len(listed) // columns)
    start = whole.y + 4
    for place, (code, name) in enumerate(listed):
        x, y = left + place // down * each, start + (place % down + 1) * 12.5
        whole.texts.append(Text("faint end", x + 24, y, cut(code, 26, _SMALL), _SMALL))
        whole.texts.append(Text("", x + 30, y, cut(name, each - 36, _SMALL), _SMALL))
    whole.y = start + down * 12.5 + 4
    return whole
