"""People: when they can meet, how many delegates they send, how many meetings they may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.files.cells import flag, names, near_names, wholes
from sim.files.sheets import Sheet, Source, Unknown, found, read_sheet, shown_name

__all__ = ["EVERYBODY", "LIMITS", "Limits", "limits_of", "slot_columns", "when_available"]

EVERYBODY: Final = "*"
LIMITS: Final = {
    "who": "whose limits they are; * for everybody who has none of his own",
    "delegates": "meetings at once",
    "most": "the most meetings",
    "least": "the fewest meetings, if it can be",
    "in_row": "the most meetings in slots that adjoin (--pause)",
}
_RANGE: Final = {"delegates": (0, 1_000), "most": (0, 1_000_000), "least": (0, 1_000), "in_row": (1, 1_000)}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each person: delegates, and most, least and in-a-row meetings, None where there is no limit.

    `rows` are the lines that say how many may be in a row: whose (None: everybody's), the line, how many.
    `notes` say what was made of limits of everybody that somebody's own contradict.
    """

    delegates: tuple[int, ...]
    most: tuple[int | None, ...]
    least: tuple[int, ...]
    in_row: tuple[int | None, ...]
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
    values = {name: wholes(sheet, name, *_RANGE[name]) for name in _RANGE}
    rows, strangers = _rows_of(sheet, people, ignore=ignore, everybody=True)
    default = rows.pop(-1, None)

    def limit(name: str, person: int) -> int | None:
        own = rows.get(person)
        value = None if own is None else values[name][own]
        return value if value is not None or default is None else values[name][default]

    everybody, notes = range(-1, len(people or ())), []
    fewer: dict[int, int] = {}  # the least of those whose own most is less than everybody's least
    for person in everybody:
        row = rows.get(person, default if person == -1 else None)
        least, most = limit("least", person), limit("most", person)
        if row is None or least is None or most is None or least <= most:
            continue
        whose = shown_name(people[person]) if people and person >= 0 else "everybody"
        if default is not None and row != default and values["least"][row] is None:
            fewer[person] = most
            notes.append(
                f"{sheet.shown}:{sheet.lines[row]}: the least of {whose} is {most:,}, the most, not the "
                f"{least:,} of everybody (line {sheet.lines[default]})"
            )
        elif default is not None and row != default and values["most"][row] is None:
            line = sheet.lines[default]
            sheet.wrong(
                row, "least", f"found {least:,}, which is more than everybody's most, {most:,} (line {line})"
            )
        else:
            sheet.wrong(row, "least", f"found {least:,}, which is more than the most, {most:,}")
    if people is None:
        return None, sheet, strangers
    each = {name: [limit(name, person) for person in everybody[1:]] for name in _RANGE}
    for person, most in fewer.items():
        each["least"][person] = most
    said = [(None, default), *rows.items()] if default is not None else [*rows.items()]
    return (
        Limits(
            delegates=tuple(1 if value is None else value for value in each["delegates"]),
            most=tuple(each["most"]),
            least=tuple(value or 0 for value in each["least"]),
            in_row=tuple(each["in_row"]),
            rows=tuple(
                (who, sheet.lines[row], many)
                for who, row in said
                if (many := values["in_row"][row]) is not None
            ),
            notes=tuple(notes),
        ),
        sheet,
        strangers,
    )


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
