"""People: when they can meet, how many delegates they send, how many meetings they may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.files.cells import first_rows, flag, names, near_names, no_whole, refuse_unclear, whole, wholes
from sim.files.grids import Source, open_grid
from sim.files.sheets import Sheet, Unknown, cut_sheet, found, plural, read_sheet, shown_name
from sim.files.text import folded, same
from sim.interchange.layouts.matrix import Told
from sim.interchange.slots_csv import MOST_TABLES

__all__ = ["EVERYBODY", "LIMITS", "Limits", "limits_of", "listed_people", "when_available", "with_limits"]

EVERYBODY: Final = "*"
LIMITS: Final = {
    "who": "whose limits they are; * for everybody who has none of his own",
    "delegates": "meetings at once",
    "delegate_names": "who sits in them, with semicolons between",
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
_AT_ODDS: Final = (("least", "most"), ("least_a_day", "most_a_day"))
_PEOPLE: Final = {"who": "somebody's name"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each person: delegates, and most, least and in-a-row meetings, None where there is no limit.

    The same by day; `rest` in minutes; `place` is a table, from 1; `lunch` is the cell as it was written,
    empty if there is none. `rows` are the lines that say how many may be in a row: whose (None:
    everybody's), the line, how many. `delegate_names` are empty where the file does not say them, else at
    least as many as delegates.
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
    rest: tuple[int, ...]
    place: tuple[int | None, ...]
    rows: tuple[tuple[int | None, int, int], ...] = ()


def listed_people(source: Source) -> tuple[list[str] | None, Sheet]:
    """Everybody on a list of people, and the list; whatever else its columns say is passed over."""
    grid = open_grid(source, _PEOPLE, ("who",))
    if not any(grid.called(same(cell)).casefold() == "who" for _, cells in grid.head for cell in cells):
        grid.columns = {**grid.columns, "who": "name"}  # whatever it is called in the other lists
    sheet = cut_sheet(grid, _PEOPLE, ("who",), unknown="ignored")
    if not sheet.good:
        return None, sheet
    return list(dict.fromkeys(names(sheet, "who"))), sheet


def when_available(
    sheet: Sheet,
    slots: Sequence[str],
    people: Sequence[str] | None,
    *,
    ignore: bool,
    listed: Sequence[str] | None = None,
) -> tuple[dict[int, list[bool]], list[str]]:
    """In which slots each person that the file lists is available, and those it lists in vain.

    An empty cell is what the file does not write: no where only yes is, yes where only no is; a file
    that writes both must fill every cell.
    """
    rows, strangers = _rows_of(sheet, people, ignore=ignore, listed=listed)
    refuse_unclear(sheet, slots)
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
    source: Source,
    people: Sequence[str] | None,
    unknown: Unknown,
    *,
    ignore: bool,
    listed: Sequence[str] | None = None,
) -> tuple[Limits | None, Sheet, list[str]]:
    """Everybody's limits by a file, the file, and those it lists in vain; None without known people."""
    sheet = read_sheet(source, LIMITS, ("who",), unknown=unknown)
    if not sheet.good:
        return None, sheet, []
    lunch = [same(cell) for cell in sheet.cells("lunch")]
    values = {name: wholes(sheet, name, *_RANGE[name]) for name in _RANGE}
    called = _delegate_names(sheet, values["delegates"])
    rows, strangers = _rows_of(sheet, people, ignore=ignore, everybody=True, listed=listed)
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
        for low, high in _AT_ODDS:
            name = f"the {high.replace('_', ' ')}"
            least, most = limit(low, person), limit(high, person)
            if row is None or least is None or most is None or least <= most or values[low][row] is None:
                continue
            if values[high][row] is not None:
                sheet.wrong(row, low, f"found {least:,}, which is more than {name}, {most:,}")
            else:
                where = f"everybody's{name.removeprefix('the')}, {most:,} (line {sheet.lines[default or 0]})"
                said = f"found {least:,}, which is more than {where}: give him a most of his own"
                sheet.wrong(row, low, said)
    if people is None:
        return None, sheet, strangers
    _lowered(sheet, people, rows, default, limit)
    each = {name: [limit(name, person) for person in everybody[1:]] for name in _RANGE}
    in_row_of = [(None, default), *rows.items()] if default is not None else [*rows.items()]
    names_of = [called[rows[person]] if person in rows else () for person in everybody[1:]]
    for person, delegates in enumerate(names_of):
        if delegates and values["delegates"][rows[person]] is None:
            each["delegates"][person] = len(delegates)  # whoever is named is there
    return (
        Limits(
            delegates=tuple(1 if value is None else value for value in each["delegates"]),
            delegate_names=tuple(names_of),
            most=tuple(each["most"]),
            least=_at_most(each["least"], each["most"]),
            in_row=tuple(each["in_row"]),
            most_a_day=tuple(each["most_a_day"]),
            least_a_day=_at_most(each["least_a_day"], each["most_a_day"]),
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
        ),
        sheet,
        strangers,
    )


def _at_most(least: list[int | None], most: list[int | None]) -> tuple[int, ...]:
    """Everybody's least, which is no more than his most."""
    return tuple(
        min(low or 0, low or 0 if high is None else high) for low, high in zip(least, most, strict=True)
    )


def _lowered(
    sheet: Sheet,
    people: Sequence[str],
    rows: Mapping[int, int],
    default: int | None,
    limit: Callable[[str, int], int | None],
) -> None:
    """Note whose most is below everybody's least: his least is as low."""
    for low, high in _AT_ODDS:
        lowered = [
            (person, most)
            for person in rows
            if (most := limit(high, person)) is not None and most < (limit(low, person) or 0)
        ]
        if not lowered or default is None or sheet.faults:
            continue
        person, most = lowered[0]
        more = f" ({len(lowered):,} such people)" if len(lowered) > 1 else ""
        sheet.notes.append(
            f"{sheet.shown}:{sheet.lines[rows[person]]}: everybody's {low} (line {sheet.lines[default]}) "
            f"becomes {most:,} for {shown_name(people[person])}, the {high} of his own{more}"
        )


def with_limits(
    own: Limits | None,
    said: Mapping[str, Mapping[str, Told]],
    people: Sequence[str],
    sheet: Sheet,
    limits: Sheet | None,
) -> Limits:
    """Limits with those that a matrix says; a column of a list of limits has precedence over it."""
    base = own or _no_limits(len(people))
    own_names = {name for each in said.values() for name in each if limits is None or name not in limits}
    made: dict[str, list[int | None]] = {name: list(getattr(base, name)) for name in own_names}
    for person, each in enumerate(people):
        told = {name: at for name, at in said.get(each, {}).items() if name in made}
        for name, (cell, line, column) in told.items():
            made[name][person] = value = whole(cell, *_RANGE[name])
            if value is None:
                sheet.fault(line, column, no_whole(cell, *_RANGE[name]))
        least, most = ((made.get(name) or getattr(base, name))[person] for name in ("least", "most"))
        if "least" in told and least is not None and most is not None and least > most:
            _, line, column = told["least"]
            sheet.fault(line, column, f"found {least:,}, which is more than the most, {most:,}")
    if "most" in made:  # those of whom a list of limits says the least
        made["least"] = [*_at_most(made.get("least") or list(base.least), made["most"])]
    return replace(base, **{name: tuple(values) for name, values in made.items()})  # type: ignore[arg-type]


def _no_limits(people: int) -> Limits:
    nobody, none = (0,) * people, (None,) * people
    return Limits(
        delegates=(1,) * people,
        most=none,
        least=nobody,
        in_row=none,
        most_a_day=none,
        least_a_day=nobody,
        days=none,
        lunch=("",) * people,
        keep_free=nobody,
        rest=nobody,
        place=none,
        delegate_names=((),) * people,
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
    sheet: Sheet,
    people: Sequence[str] | None,
    *,
    ignore: bool,
    everybody: bool = False,
    listed: Sequence[str] | None = None,
) -> tuple[dict[int, int], list[str]]:
    """The row of each person (everybody is -1), and those who are in no request.

    The latter are problems unless they are to be ignored, or on the list of people. If nobody is known,
    nobody is looked up.
    """
    number = {name: person for person, name in enumerate(people or ())}
    rows: dict[int, int] = {}
    strangers: dict[int, str] = {}
    for name, row in first_rows(sheet, "who", names(sheet, "who")).items():
        if name == EVERYBODY and everybody:
            rows[-1] = row
        elif name in number:
            rows[number[name]] = row
        elif people is not None:
            strangers[row] = name
    on_list = frozenset(listed or ())
    unknown = {row: name for row, name in strangers.items() if name not in on_list}
    if unknown and not ignore:
        sheet.unknown = True
        where = "in the requests" if listed is None else "in the list of people"
        near_names(sheet, "who", unknown, listed or people or (), f"nobody of that name is {where}")
    return rows, list(strangers.values())
