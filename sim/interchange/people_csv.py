"""People: when they can meet, how many delegates they send, how many meetings they may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flag, names, near_names, wholes
from sim.files.sheets import Sheet, Source, Unknown, found, plural, read_sheet
from sim.files.text import folded, same

__all__ = ["EVERYBODY", "LIMITS", "Limits", "limits_of", "slot_columns", "when_available"]

EVERYBODY: Final = "*"
LIMITS: Final = {
    "who": "whose limits they are; * for everybody who has none of his own",
    "delegates": "meetings at once",
    "delegate_names": "who sits in them, with semicolons between",
    "most": "the most meetings",
    "least": "the fewest meetings, if it can be",
    "in_row": "the most meetings in slots that follow each other directly",
    "most_a_day": "the most meetings a day",
    "least_a_day": "the fewest meetings a day, if it can be",
    "days": "the most days with meetings",
    "lunch": "slots of which one stays free on each day, such as 12:00-13:00",
    "keep_free": "slots of each day that stay free, for walk-ins",
}
_RANGE: Final = {
    "delegates": (0, 1_000),
    "most": (0, 1_000_000),
    "least": (0, 1_000),
    "in_row": (1, 1_000),
    "most_a_day": (0, 1_000),
    "least_a_day": (0, 1_000),
    "days": (1, 1_000),
    "keep_free": (0, 2_000),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each person: delegates, and most, least and in-a-row meetings, None where there is no limit.

    The same by day; `lunch` is the cell as it was written, empty if there is none. `delegate_names` are
    empty where the file does not say them, else at least as many as delegates.
    """

    delegates: tuple[int, ...]
    delegate_names: tuple[tuple[str, ...], ...]
    most: tuple[int | None, ...]
    least: tuple[int, ...]
    in_row: tuple[int | None, ...]
    most_a_day: tuple[int | None, ...]
    least_a_day: tuple[int, ...]
    days: tuple[int | None, ...]
    lunch: tuple[str, ...]
    keep_free: tuple[int, ...]


def slot_columns(source: Source, slots: Sequence[str] | None, unknown: Unknown) -> Sheet:
    """An availability file: who, and a column for each slot; if `slots` is None, those it names itself."""
    columns = {"who": "who is available"} | dict.fromkeys(slots or (), "whether he is available in it")
    wanted = slots is None
    sheet = read_sheet(
        source, columns, columns, unknown="wanted" if wanted else unknown, stranger="there is no such slot"
    )
    if wanted and sheet.good and sheet.header == ["who"]:
        sheet.fault(1, "", "has no slots: a column for each is needed")
        sheet.good = False
    return sheet


def when_available(
    sheet: Sheet, slots: Sequence[str], people: Sequence[str] | None, *, ignore: bool
) -> tuple[dict[int, list[bool]], list[str]]:
    """In which slots each person that the file lists is available, and those it lists in vain.

    An empty cell is what the file does not write: no where only yes is, yes where only no is; a file
    that writes both must fill every cell.
    """
    rows, strangers = _rows_of(sheet, people, ignore=ignore)
    marks = {name: [flag(sheet, r, name, cell) for r, cell in enumerate(sheet.cells(name))] for name in slots}
    said = {mark for column in marks.values() for mark in column if mark is not None}
    blank = said == {False}
    if len(said) != 1:
        rule = "both yes and no are written, so every cell must be" if said else "write yes or no"
        for name in slots:
            for row, cell in enumerate(sheet.cells(name)):
                if not cell:
                    sheet.wrong(row, name, f"{found(cell)}; allowed: yes or no ({rule})")
    table = {
        person: [blank if marks[name][row] is None else bool(marks[name][row]) for name in slots]
        for person, row in rows.items()
    }
    return table, strangers


def limits_of(
    source: Source, people: Sequence[str] | None, unknown: Unknown, *, ignore: bool
) -> tuple[Limits | None, Sheet, list[str]]:
    """Everybody's limits by a file, the file, and those it lists in vain; None without known people."""
    sheet = read_sheet(source, LIMITS, ("who",), unknown=unknown)
    if not sheet.good:
        return None, sheet, []
    lunch = [same(cell) for cell in sheet.cells("lunch")]
    values = {name: wholes(sheet, name, *_RANGE[name]) for name in _RANGE}
    called = _delegate_names(sheet, values["delegates"])
    rows, strangers = _rows_of(sheet, people, ignore=ignore, everybody=True)
    default = rows.pop(-1, None)
    if default is not None and called[default]:
        cell = sheet.cells("delegate_names")[default]
        sheet.wrong(default, "delegate_names", f"{found(cell)}; nobody sits for everybody")

    def limit(name: str, person: int) -> int | None:
        own = rows.get(person)
        value = None if own is None else values[name][own]
        return value if value is not None or default is None else values[name][default]

    everybody = range(-1, len(people or ()))
    for person in everybody:
        row = rows.get(person, default if person == -1 else None)
        for low, high, name in (
            ("least", "most", "the most"),
            ("least_a_day", "most_a_day", "the most a day"),
        ):
            least, most = limit(low, person), limit(high, person)
            if row is not None and least is not None and most is not None and least > most:
                sheet.wrong(row, low, f"found {least:,}, which is more than {name}, {most:,}")
    if people is None:
        return None, sheet, strangers
    each = {name: [limit(name, person) for person in everybody[1:]] for name in _RANGE}
    names_of = [called[rows[person]] if person in rows else () for person in everybody[1:]]
    for person, delegates in enumerate(names_of):
        if delegates and values["delegates"][rows[person]] is None:
            each["delegates"][person] = len(delegates)  # whoever is named is there
    return (
        Limits(
            delegates=tuple(1 if value is None else value for value in each["delegates"]),
            delegate_names=tuple(names_of),
            most=tuple(each["most"]),
            least=tuple(value or 0 for value in each["least"]),
            in_row=tuple(each["in_row"]),
            most_a_day=tuple(each["most_a_day"]),
            least_a_day=tuple(value or 0 for value in each["least_a_day"]),
            days=tuple(each["days"]),
            lunch=tuple(_written(lunch, rows.get(person), default) for person in everybody[1:]),
            keep_free=tuple(value or 0 for value in each["keep_free"]),
        ),
        sheet,
        strangers,
    )


def _delegate_names(sheet: Sheet, delegates: Sequence[int | None]) -> list[tuple[str, ...]]:
    """The names in each row, all different; as many as sit at once, or more who take turns."""
    found_names = []
    for row, cell in enumerate(sheet.cells("delegate_names")):
        parts = tuple(name for part in cell.split(";") if (name := same(part)))
        count = delegates[row]
        alike = {folded(name) for name in parts}
        if len(alike) < len(parts):
            sheet.wrong(row, "delegate_names", f"{found(cell)}; allowed: each name once")
        elif parts and count is not None and count > len(parts):
            said = f"{plural(len(parts), 'name')} for {plural(count, 'meeting')} at once"
            sheet.wrong(row, "delegate_names", f"{found(cell)}: {said}; allowed: as many names or more")
        found_names.append(parts)
    return found_names


def _written(cells: Sequence[str], own: int | None, default: int | None) -> str:
    """A person's own cell, or that of everybody."""
    return (own is not None and cells[own]) or (cells[default] if default is not None else "")


def _rows_of(
    sheet: Sheet, people: Sequence[str] | None, *, ignore: bool, everybody: bool = False
) -> tuple[dict[int, int], list[str]]:
    """The row of each person (everybody is -1), and those who are in no request.

    The latter are problems unless they are to be ignored. If nobody is known, nobody is looked up.
    """
    number = {name: person for person, name in enumerate(people or ())}
    rows: dict[int, int] = {}
    first: dict[str, int] = {}
    strangers: dict[int, str] = {}
    for row, name in enumerate(names(sheet, "who")):
        line = first.setdefault(name, sheet.lines[row])
        if name and line != sheet.lines[row]:
            sheet.wrong(row, "who", f"{found(name)} again; it stands on line {line} already")
        elif name == EVERYBODY and everybody:
            rows[-1] = row
        elif name in number:
            rows[number[name]] = row
        elif name and people is not None:
            strangers[row] = name
    if strangers and not ignore:
        sheet.unknown = True
        near_names(sheet, "who", strangers, people or (), "nobody of that name is in the requests")
    return rows, list(strangers.values())
