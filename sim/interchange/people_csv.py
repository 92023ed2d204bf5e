"""People: when they can meet, how many delegates they send, how many meetings they may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flag, names, near_names, wholes
from sim.files.sheets import Sheet, Source, Unknown, found, read_sheet, shown_name
from sim.files.text import same
from sim.interchange.slots_csv import MOST_TABLES

__all__ = ["EVERYBODY", "LIMITS", "Limits", "limits_of", "slot_columns", "when_available"]

EVERYBODY: Final = "*"
LIMITS: Final = {
    "who": "whose limits they are; * for everybody who has none of his own",
    "delegates": "meetings at once",
    "most": "the most meetings",
    "least": "the fewest meetings, if it can be",
    "in_row": "the most meetings in slots that adjoin (--pause)",
    "most_a_day": "the most meetings a day",
    "least_a_day": "the fewest meetings a day, if it can be",
    "days": "the most days with meetings",
    "lunch": "slots of which one stays free on each day, such as 12:00-13:00",
    "keep_free": "slots of each day that stay free, for walk-ins",
    "rest": "minutes between two meetings, at least",
    "place": "the number of the table that he keeps",
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
    "rest": (0, 1_440),
    "place": (1, MOST_TABLES),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each person: delegates, and most, least and in-a-row meetings, None where there is no limit.

    The same by day; `rest` in minutes; `place` is a table, from 1; `lunch` is the cell as it was written,
    empty if there is none. `rows` are the lines that say how many may be in a row: whose (None:
    everybody's), the line, how many. `notes` say what was made of limits of everybody that somebody's own
    contradict.
    """

    delegates: tuple[int, ...]
    most: tuple[int | None, ...]
    least: tuple[int, ...]
    in_row: tuple[int | None, ...]
    most_a_day: tuple[int | None, ...]
    least_a_day: tuple[int, ...]
    days: tuple[int | None, ...]
    lunch: tuple[str, ...]
    keep_free: tuple[int, ...]
    rest: tuple[int, ...]
    place: tuple[int | None, ...]
    rows: tuple[tuple[int | None, int, int], ...] = ()
    notes: tuple[str, ...] = ()


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
    rows, strangers = _rows_of(sheet, people, ignore=ignore, everybody=True)
    default = rows.pop(-1, None)

    def limit(name: str, person: int) -> int | None:
        own = rows.get(person)
        value = None if own is None else values[name][own]
        return value if value is not None or default is None else values[name][default]

    everybody, notes = range(-1, len(people or ())), []
    fewer: dict[tuple[str, int], int] = {}  # the least of those whose own most is less than everybody's least
    for person in everybody:
        row = rows.get(person, default if person == -1 else None)
        for low, high, name in (("least", "most", "most"), ("least_a_day", "most_a_day", "most a day")):
            least, most = limit(low, person), limit(high, person)
            if row is None or least is None or most is None or least <= most:
                continue
            whose = shown_name(people[person]) if people and person >= 0 else "everybody"
            given = default is not None and row != default
            line = sheet.lines[default] if default is not None else 0
            if given and values[low][row] is None:
                fewer[low, person] = most
                notes.append(
                    f"{sheet.shown}:{sheet.lines[row]}: the {low} of {whose} is {most:,}, the {name}, not "
                    f"the {least:,} of everybody (line {line})"
                )
            elif given and values[high][row] is None:
                said = f"found {least:,}, which is more than everybody's {name}, {most:,} (line {line})"
                sheet.wrong(row, low, said)
            else:
                sheet.wrong(row, low, f"found {least:,}, which is more than the {name}, {most:,}")
    if people is None:
        return None, sheet, strangers
    each = {name: [limit(name, person) for person in everybody[1:]] for name in _RANGE}
    for (name, person), most in fewer.items():
        each[name][person] = most
    in_row_of = [(None, default), *rows.items()] if default is not None else [*rows.items()]
    return (
        Limits(
            delegates=tuple(1 if value is None else value for value in each["delegates"]),
            most=tuple(each["most"]),
            least=tuple(value or 0 for value in each["least"]),
            in_row=tuple(each["in_row"]),
            most_a_day=tuple(each["most_a_day"]),
            least_a_day=tuple(value or 0 for value in each["least_a_day"]),
            days=tuple(each["days"]),
            lunch=tuple(_written(lunch, rows.get(person), default) for person in everybody[1:]),
            keep_free=tuple(value or 0 for value in each["keep_free"]),
            rest=tuple(value or 0 for value in each["rest"]),
            place=tuple(each["place"]),
            rows=tuple(
                (who, sheet.lines[row], many)
                for who, row in in_row_of
                if (many := values["in_row"][row]) is not None
            ),
            notes=tuple(notes),
        ),
        sheet,
        strangers,
    )


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
