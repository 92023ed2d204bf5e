"""Requests as a matrix: a row for each who asks, a column for each who is asked.

A cell is a mark (X, ✓, yes: worth 1), a number (what it is worth; below 0, a dislike), or the time or name
of a slot (then the meeting must be in it); empty, `-` or `no`: nothing is asked. Columns of other things
come into it by their names (`ROLES`), as do rows whose first cell ends with a colon; all else is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from sim.files.cells import decimal, said_unclear
from sim.files.grids import Grid, UnreadableError
from sim.files.moments import moments
from sim.files.sheets import CLEAN_CELL, TWICE, Sheet, found, new_sheet, passed_over, plural, shown_name
from sim.files.text import NUMBER, folded, obeyed_in_cell, read_cell, same
from sim.files.words import SUMS, is_unclear, unclear, yes_or_no

__all__ = ["ROLES", "Matrix", "Told", "is_matrix", "read_matrix"]

ROLES: Final = {
    "contact": "face contact person delegate representative ansprechpartner kontakt vertreter interlocuteur "
    "contacto contatto kapcsolattartó",
    "priority": "priority prio priorität priorité prioridad priorità prioritás bonus",
    "weight": "weight gewicht poids peso súly",
    "delegates": "delegates persons people personen personnes delegierte personas persone fő",
    "most": "most max maximum",
    "least": "least min minimum",
    "in_row": "in_row",
}
"""Columns (and rows) of a matrix that say more, and what they may be called."""
_LIMITS: Final = ("delegates", "most", "least", "in_row")
_WHO: Final = "who"
_ROLE: Final = {name: role for role, names in ROLES.items() for name in names.split()}


class Told(NamedTuple):
    """A cell of a matrix, and where it stands."""

    cell: str
    line: int
    column: str


@dataclass(slots=True)
class Matrix:
    """What a matrix says beside its requests: limits, of each name and column of limits the cell."""

    limits: dict[str, dict[str, Told]] = field(default_factory=dict)


@dataclass(slots=True)
class _Frame:
    """Where things are: the header's place among the rows, and the roles of its columns."""

    header: int
    names: list[str]
    roles: dict[int, str]
    asked: list[int]
    over: list[int]


def is_matrix(grid: Grid, columns: Mapping[str, str], slots: Sequence[str] | None = None) -> bool:
    """Whether the rows look like a matrix and not like a list with some of these columns."""
    if grid.unreadable is not None:
        return False
    known = (sum(grid.called(same(cell)).casefold() in columns for cell in cells) for _, cells in grid.head)
    if max(known, default=0) > 1:
        return False
    frame = _frame(grid, [each for each in grid.head if any(map(str.strip, each[1]))], slots)
    if frame is None or not frame.asked:
        return False
    below = [cells for _, cells in grid.head][1:]
    cells = [row[at].strip() for row in below for at in frame.asked if at < len(row)]
    plain = [cell for cell in cells if cell and not NUMBER.fullmatch(cell)]
    rows = {folded(row[0]) for row in below if row}
    square = any(folded(frame.names[at]) in rows for at in frame.asked)
    # a table of numbers may be anything; one with gaps, or whose columns are rows too, is a matrix
    gaps = len(frame.asked) > 1 and any(cell in ("", "0") for cell in cells)
    return any(_is_mark(cell, frozenset(slots or ())) for cell in plain) or square or (gaps and any(cells))


def read_matrix(grid: Grid, slots: Sequence[str] | None, clock: Mapping[str, str]) -> tuple[Sheet, Matrix]:
    """The requests of a matrix as a plain list of who, whom, weight, slot and must, and what else it says.

    `clock` names slots by the time at which they start; `slots` are None if they could not be read.
    """
    sheet, said = new_sheet(grid), Matrix()
    try:
        rows = [(line, cells) for line, cells in grid.counted_rows() if any(map(str.strip, cells))]
    except UnreadableError as error:
        sheet.fault(error.line, "", str(error))
        return sheet, said
    frame = _frame(grid, rows, slots)
    assert frame is not None
    line = sheet.header_line = rows[frame.header][0]
    if frame.header:
        sheet.read.append(passed_over(rows[: frame.header], "above the header"))
    sheet.mapped = {own: name for name in frame.names if (own := grid.called(name)) != name}
    sheet.found = list(frame.names)
    _check_header(sheet, frame, line)
    body = _body(sheet, frame, rows[frame.header + 1 :], said)
    sheet.lines = [number for number, _ in body]
    who = _askers(sheet, frame, [cells for _, cells in body])
    _cells(sheet, frame, [cells for _, cells in body], who, said, slots, clock)
    return sheet, said


def _frame(grid: Grid, rows: Sequence[tuple[int, list[str]]], slots: Sequence[str] | None) -> _Frame | None:
    """The header is, of the first rows, that with most different texts that are no marks."""
    named = frozenset(slots or ())
    first = [[cell.strip() for cell in cells] for _, cells in rows[: len(grid.head)]]
    texts = [len({cell for cell in cells if cell and not _is_mark(cell, named)}) for cells in first]
    if not texts or max(texts) < 2:
        return None
    header = texts.index(max(texts))
    names = [same(read_cell(cell)) for cell in first[header]]
    while names and not names[-1]:
        names.pop()
    roles: dict[int, str] = {}
    asked: list[int] = []
    over: list[int] = []
    ordinary = [cells for cells in first[header + 1 :] if cells and not cells[0].endswith(":")]
    columns = [[cells[at] for cells in ordinary if at < len(cells) and cells[at]] for at in range(len(names))]
    marks = [[_is_mark(cell, named) for cell in cells] for cells in columns]
    texts_first = next((at for at, each in enumerate(marks) if each and not all(each)), 0)
    who = next((at for at, name in enumerate(names) if grid.called(name) == _WHO), texts_first)
    for at, name in enumerate(names):
        own = grid.called(name)
        role = own if own in ROLES else _ROLE.get(folded(name).rstrip(": "), "")
        if at == who:
            roles[at] = _WHO
        elif role and role not in roles.values():
            roles[at] = role
        else:
            wanted = at > who and 2 * sum(marks[at]) >= len(marks[at]) and bool(name or marks[at])
            (asked if wanted else over).append(at)
    # a column full of numbers, left of all that have marks and no numbers, is of something else: a booth
    numbers = [at for at in asked if columns[at] and all(map(NUMBER.fullmatch, columns[at]))]
    others = [at for at in asked if at not in numbers]
    if (
        len(ordinary) > 1
        and others
        and not any(NUMBER.fullmatch(cell) for at in others for cell in columns[at])
    ):
        full = [at for at in numbers if at < others[0] and len(columns[at]) == len(ordinary)]
        asked, over = [at for at in asked if at not in full], sorted([*over, *full])
    return _Frame(header, names, roles, asked, over)


def _check_header(sheet: Sheet, frame: _Frame, line: int) -> None:
    sheet.header = frame.names
    first: set[str] = set()
    for at in frame.asked:
        name = frame.names[at]
        if not name:
            sheet.fault(line, "", f"column {at + 1} has no name")
        elif name in first:
            sheet.fault(line, name, TWICE)
        elif obeyed_in_cell(name):
            sheet.fault(line, name, CLEAN_CELL)
        first.add(name)


def _body(
    sheet: Sheet, frame: _Frame, rows: list[tuple[int, list[str]]], said: Matrix
) -> list[tuple[int, list[str]]]:
    """The rows that ask, as wide as the header; what labelled rows say of the columns is kept."""
    width, body, over = len(frame.names), [], []
    who = next(at for at, role in frame.roles.items() if role == _WHO)
    for line, raw in rows:
        cells = [read_cell(cell.strip()) for cell in raw] + [""] * (width - len(raw))
        if any(cells[width:]):
            sheet.fault(
                line, "", f"found {plural(len(raw), 'cell')}; the header has {plural(width, 'column')}"
            )
            continue
        label = same(cells[who])
        role = _ROLE.get(folded(label).rstrip(": "), "")
        if label.endswith(":") and role in _LIMITS:
            for at in frame.asked:
                if cells[at]:
                    name = frame.names[at]
                    said.limits.setdefault(name, {})[role] = Told(cells[at], line, name)
            sheet.read.append(f"row {shown_name(label)} is {role} of those asked")
        elif label.endswith(":") or folded(label).rstrip(": ") in SUMS:
            over.append((line, raw))
        else:
            body.append((line, cells))
    if over:
        sheet.read.append(passed_over(over, "below the header"))
    if frame.over:
        names = ", ".join(shown_name(frame.names[at]) for at in frame.over if frame.names[at])
        if names:
            sheet.read.append(f"columns passed over: {names}")
    return body


def _askers(sheet: Sheet, frame: _Frame, rows: list[list[str]]) -> list[str]:
    """Who asks in each row: a company, or `Company / Contact` where contacts are named."""
    place = {role: at for at, role in frame.roles.items()}
    names: list[str] = []
    above, carried = "", 0
    for row, cells in enumerate(rows):
        name = same(cells[place[_WHO]])
        contact = same(cells[place["contact"]]) if "contact" in place else ""
        for role, cell in ((_WHO, name), ("contact", contact)):
            if obeyed_in_cell(cell):
                sheet.wrong(row, frame.names[place[role]], f"{found(cell)}; {CLEAN_CELL}")
        if not name and contact and above:
            name, carried = above, carried + 1  # as a merged cell leaves it
        elif not name and any(cells[at] for at in frame.asked):
            sheet.wrong(row, frame.names[place[_WHO]], f"{found('')}; allowed: a name")
        above = name
        names.append(f"{name} / {contact}" if name and contact else name)
    if carried:
        sheet.read.append(f"{plural(carried, 'row')} without a name taken for the one above")
    if "contact" in place:
        header = shown_name(frame.names[place["contact"]])
        sheet.read.append(f"each of {header} is a person of the company: 'Company / Contact'")
    return names


def _cells(
    sheet: Sheet,
    frame: _Frame,
    rows: list[list[str]],
    who: list[str],
    said: Matrix,
    slots: Sequence[str] | None,
    clock: Mapping[str, str],
) -> None:
    place = {role: at for at, role in frame.roles.items()}
    unclear_ = unclear(cells[at] for cells in rows for at in frame.asked)
    columns: dict[str, list[str]] = {name: [] for name in (_WHO, "whom", "weight", "slot", "must")}
    lines: list[int] = []
    own, times = 0, 0
    for row, cells in enumerate(rows):
        base = _base(sheet, frame, place, row, cells)
        for role in _LIMITS:
            if role in place and cells[place[role]] and who[row]:
                at = place[role]
                told = Told(cells[at], sheet.lines[row], frame.names[at])
                said.limits.setdefault(who[row], {})[role] = told
        for at in frame.asked:
            cell, name = cells[at], frame.names[at]
            if not cell or not who[row]:
                continue
            if who[row] == name:  # the diagonal
                own += 1
                continue
            worth, slot = Decimal(1), ""
            if NUMBER.fullmatch(cell):
                number = decimal(sheet, row, name, cell)
                if number is None or not number:
                    continue
                worth = number
            elif is_unclear(cell, unclear_):
                sheet.wrong(row, name, said_unclear(cell))
                continue
            elif (mark := yes_or_no(cell)) is not None:
                if not mark:
                    continue
            elif slots is None:  # which are there is not known
                continue
            else:
                slot = _slot(cell, slots, clock)
                if not slot:
                    many = f"{slots[0]} to {slots[-1]}" if len(slots) > 12 else ", ".join(slots)
                    rule = f"a mark (X), a number or a slot ({many})"
                    sheet.wrong(row, name, f"{found(cell)}; allowed: {rule}")
                    continue
                times += 1
            if worth > 0:  # a dislike stays one
                worth = worth * base if "weight" in place else worth + base
            lines.append(sheet.lines[row])
            for column, value in zip(
                columns, (who[row], name, f"{worth:f}", slot, "yes" if slot else ""), strict=True
            ):
                columns[column].append(value)
    if not lines and not sheet.faults:
        sheet.fault(
            sheet.lines[0] if rows else sheet.header_line, "", "is a matrix without a mark in any cell"
        )
    sheet.read.insert(0, f"a matrix of {plural(len(rows), 'row')} and {plural(len(frame.asked), 'column')}")
    if "priority" in place:
        sheet.read.append(
            f"{shown_name(frame.names[place['priority']])} is added to what each request is worth"
        )
    if "weight" in place:
        sheet.read.append(f"{shown_name(frame.names[place['weight']])} is what each mark of the row is worth")
    if times:
        sheet.read.append(f"{plural(times, 'cell')} with a time must be held then")
    if own:
        sheet.read.append(f"{plural(own, 'cell')} of people with themselves passed over")
    if sheet.style.decimal_comma:
        columns["weight"] = [cell.replace(".", ",") for cell in columns["weight"]]
    sheet.fill(columns, lines)


def _base(sheet: Sheet, frame: _Frame, place: Mapping[str, int], row: int, cells: list[str]) -> Decimal:
    """What a row's marks are worth by its columns of weight and priority."""
    weight, priority = (place.get(role) for role in ("weight", "priority"))
    if weight is not None:
        return decimal(sheet, row, frame.names[weight], cells[weight]) or Decimal(0)
    if priority is None:
        return Decimal(0)
    return decimal(sheet, row, frame.names[priority], cells[priority], empty=True) or Decimal(0)


def _slot(cell: str, slots: Sequence[str], clock: Mapping[str, str]) -> str:
    """The slot that a cell names, by its name or by its start."""
    name = same(cell)
    if name in slots:
        return name
    when = moments([cell], lambda at, message: None)[0]
    return "" if when is None else clock.get(f"{when:%H:%M}", "")


def _is_mark(cell: str, slots: frozenset[str]) -> bool:
    """Whether a cell may say that a meeting is wanted, or not."""
    if NUMBER.fullmatch(cell) or yes_or_no(cell) is not None or same(cell) in slots:
        return True
    return moments([cell], lambda at, message: None)[0] is not None
