"""Availability in the layouts in which it is kept, made into a row a person and a column a slot.

- *Columns*: who, and a column for each slot by its name; cells say yes or no.
- *A poll*, as polls are exported: the columns are dates with times (`Mon, Jul 5, 2021 9:00 AM`, or
  `... 9:00 AM - 9:30 AM`, or in rows `from` and `to`, or in rows of month, day and time). An empty cell means
  no. With a file of slots a column is the slot that starts then; else the columns are the slots.
- *Spans*: who, from, to. Somebody is there in the slots that lie wholly within his spans (times alone: those
  of every day).

`If need be` counts as no unless it is said to count as yes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sim.files.grids import Grid, Source, UnreadableError, open_grid
from sim.files.moments import moments, on_day_of, read_as, shown_moment, time_alone
from sim.files.sheets import (
    NO_ROWS,
    TWICE,
    Sheet,
    Unknown,
    cut_sheet,
    found,
    new_sheet,
    passed_over,
    plural,
    shown_name,
)
from sim.files.text import folded, read_cell, same
from sim.files.words import FROM, SUMS, TO, if_need_be
from sim.interchange.slots_csv import MOST_SLOTS, Slots, named_slots

__all__ = ["read_calendar"]

_WHO: Final = {"who": "who is available"}
_SPANS: Final = _WHO | {"from": "from when", "to": "until when"}
# between two times; behind one that is written as in ISO 8601, with a T, -05:00 is an offset from UTC
_RANGE: Final = re.compile(
    r"\s*[–—]\s*|\s+(?:-|to|bis|à)\s+|(?<=[\dmM])(?<!T\d\d:\d\d)(?<!T\d\d:\d\d:\d\d)-(?=\d{1,2}[:h])",
    re.IGNORECASE,
)
_MINUTE: Final = 60_000  # ms
_DAY: Final = 24 * 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class _Poll:
    """The columns of a poll and their times; its header is the rows from `first` to before `rows`."""

    first: int
    rows: int
    columns: list[int]
    starts: list[dt.datetime]
    ends: list[dt.datetime | None]
    names: list[str]


def read_calendar(
    source: Source, slots: Slots | None, unknown: Unknown, tables: int | None, *, need: bool
) -> tuple[Sheet, Slots | None]:
    """A row for each person and a column for each slot, and the slots, if the file alone names them.

    `tables` is the number in each of those. `need` says whether `if need be` is yes.
    """
    names = {} if slots is None else dict.fromkeys(slots.names, "whether he is available in it")
    grid = open_grid(source, _WHO | names, ("who",))
    if _in_spans(grid):
        return _spans(grid, slots, unknown), slots
    poll = None if _named(grid, names) else _poll(grid)
    if poll is not None:
        sheet, slots = _of_poll(grid, poll, slots, tables, unknown)
    else:
        sheet, slots = _plain(grid, slots, names, tables, unknown)
    if sheet.good and slots is not None:
        _settle(sheet, slots.names, need=need, empty=poll is not None)
    return sheet, slots


def _in_spans(grid: Grid) -> bool:
    for _, cells in grid.head:
        own = {_span_name(grid, cell) for cell in cells}
        if own >= {"from", "to"} and len(cells) <= len(_SPANS) + 3 and not own & {"slot"}:
            return True
    return False


def _span_name(grid: Grid, cell: str) -> str:
    name = same(read_cell(cell.strip()))
    own = grid.called(name)
    word = folded(name)
    return own if own != name else "from" if word in FROM else "to" if word in TO else word


def _named(grid: Grid, names: Mapping[str, str]) -> bool:
    """Whether some row has the names of slots that are known, and nothing else beside who."""
    return any(
        0 < len([cell for cell in cells if cell.strip()]) - 1 <= sum(same(cell) in names for cell in cells)
        for _, cells in grid.head
    )


# columns


def _plain(
    grid: Grid, slots: Slots | None, names: Mapping[str, str], tables: int | None, unknown: Unknown
) -> tuple[Sheet, Slots | None]:
    columns = _WHO | dict(names)
    kept: Unknown = "wanted" if slots is None else unknown
    sheet = cut_sheet(grid, columns, columns, unknown=kept, stranger="there is no such slot")
    if slots is not None or not sheet.good:
        return sheet, slots
    own = [name for name in sheet.header if name != "who"]
    if not own:
        sheet.fault(sheet.header_line, "", "has no slots: a column for each is needed")
        sheet.good = False
        return sheet, None
    return sheet, _numbered(sheet, own, tables)


def _numbered(sheet: Sheet, own: Sequence[str], tables: int | None) -> Slots | None:
    _few_enough(sheet, own)
    if tables is None:
        raise ValueError("tables are needed where no file says them")
    return named_slots(own, [tables] * len(own)) if sheet.good else None


def _few_enough(sheet: Sheet, own: Sequence[str]) -> None:
    if len(own) > MOST_SLOTS:
        sheet.fault(None, "", f"has {len(own):,} slots; allowed: {MOST_SLOTS:,} at most")
        sheet.good = False


def _settle(sheet: Sheet, names: Sequence[str], *, need: bool, empty: bool) -> None:
    """Say yes or no for `if need be`, and no for what is not answered where an `empty` cell is that."""
    wanted, blank = 0, 0
    for name in names:
        cells = sheet.cells(name)
        for row, cell in enumerate(cells):
            if cell and if_need_be(cell):
                cells[row] = "yes" if need else "no"
                wanted += 1
            elif not cell and empty:
                cells[row] = "no"
                blank += 1
    if wanted:
        said = "yes" if need else "no (--if-need-be yes counts them)"
        sheet.read.append(f"{plural(wanted, 'cell')} of 'if need be' taken for {said}")
    if blank:
        sheet.read.append(f"{plural(blank, 'empty cell')} taken for no")


# polls


def _poll(grid: Grid) -> _Poll | None:
    """The header of a poll, if the rows begin with one: in one row, in two (from, to), or in three."""
    rows = [(at, [cell.strip() for cell in cells]) for at, (_, cells) in enumerate(grid.head)]
    full = [(at, cells) for at, cells in rows if any(cells[1:])]
    for (at, cells), (below_at, below) in pairwise(full):
        if folded(cells[0]).rstrip(": ") in FROM and folded(below[0]).rstrip(": ") in TO:
            made = _of_rows(at, below_at + 1, cells, below)
            if made is not None:
                return made
    above: list[tuple[int, list[str]]] = []
    for at, cells in full:
        found: list[_Poll] = []
        for depth in range(min(2, len(above)) + 1):
            rows_ = [*above[len(above) - depth :], (at, cells)]
            made = _of_rows(rows_[0][0], at + 1, _joined([each for _, each in rows_]), None)
            found += [] if made is None else [made]
        if found:  # with a date, if what stands above has one
            return next((each for each in found if not time_alone(each.starts[0])), found[0])
        above.append((at, cells))
        if len(above) > 4:
            break
    return None


def _joined(rows: Sequence[list[str]]) -> list[str]:
    """A header of several rows as one: what stands above holds until something else does."""
    width = len(rows[-1])
    columns: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(rows):
        last = ""
        for at in range(1, width):
            cell = row[at] if at < len(row) else ""
            last = cell or (last if depth < len(rows) - 1 else "")
            if last and rows[-1][at]:
                columns[at].append(last)
    return [rows[-1][0], *(" ".join(cells) for cells in columns[1:])]


def _of_rows(head: int, after: int, first: list[str], second: list[str] | None) -> _Poll | None:
    """The times that a row of a header says (or two rows of starts and ends), if it says nothing else."""
    columns = [at for at, cell in enumerate(first) if at and cell]
    if not columns:
        return None
    wrong: list[int] = []
    parts = [_RANGE.split(first[at], maxsplit=1) for at in columns]
    if second is not None:
        parts = [[first[at], second[at] if at < len(second) else ""] for at in columns]
    if any(len(each) != len(parts[0]) or not all(each) for each in parts):
        return None
    cells = [part for each in parts for part in each]
    read = moments(cells, lambda at, message: wrong.append(at))
    if wrong:
        return None
    known = [each for each in read if each is not None]
    size = len(parts[0])
    starts = known[::size]
    ends: list[dt.datetime | None] = [None] * len(starts)
    if size == 2:
        ends = [
            on_day_of(start, end) if time_alone(end) else end
            for start, end in zip(starts, known[1::2], strict=True)
        ]
    return _Poll(head, after, columns, starts, ends, [same(read_cell(first[at])) for at in columns])


def _of_poll(
    grid: Grid, poll: _Poll, slots: Slots | None, tables: int | None, unknown: Unknown
) -> tuple[Sheet, Slots | None]:
    sheet = new_sheet(grid)
    try:
        rows = [(line, [cell.strip() for cell in cells]) for line, cells in grid.counted_rows()]
    except UnreadableError as error:
        sheet.fault(error.line, "", str(error))
        return sheet, slots
    header = rows[poll.rows - 1][0]
    sheet.found = [
        same(read_cell(cells[0])) for _, cells in rows[poll.first : poll.rows] if cells and cells[0]
    ]
    sheet.mapped = {grid.called(name): name for name in sheet.found if grid.called(name) != name}
    above = [each for each in rows[: poll.first] if any(each[1])]
    if above:
        sheet.read.append(passed_over(above, "above the header"))
    body = [(line, cells) for line, cells in rows[poll.rows :] if any(cells)]
    sums = [each for each in body if folded(each[1][0]).rstrip(": ") in SUMS]
    if sums:
        sheet.read.append(passed_over(sums, "below the header"))
        body = [each for each in body if each not in sums]
    sheet.read.insert(0, f"a poll of {plural(len(poll.columns), 'slot')} and {plural(len(body), 'row')}")
    columns = {"who": [read_cell(cells[0]) for _, cells in body]}
    sheet.header = ["who", *poll.names]
    own: list[str]
    if slots is None:
        slots = _slots_of(sheet, poll, header, tables)
        own = poll.names
    else:
        own = _matched(sheet, poll, slots, header, unknown)
    for at, name in zip(poll.columns, own, strict=True):
        if name:
            columns[name] = [cells[at] if at < len(cells) else "" for _, cells in body]
    problems = sheet.faults
    if not body:
        sheet.fault(header, "", NO_ROWS)
    for name in slots.names if slots is not None else ():
        if name not in columns and not problems:
            sheet.fault(header, name, "missing column: whether he is available in it")
    failed = sheet.faults > 0
    sheet.fill(columns, [line for line, _ in body])
    if grid.obeyed:
        sheet.refuse_obeyed(["who"])
    sheet.good = not failed
    return sheet, slots


def _slots_of(sheet: Sheet, poll: _Poll, line: int, tables: int | None) -> Slots | None:
    """The slots that the columns of a poll are: without an end, each is as long as the shortest gap."""
    if tables is None:
        raise ValueError("tables are needed where no file says them")
    if len(set(poll.names)) < len(poll.names):
        twice = next(name for at, name in enumerate(poll.names) if name in poll.names[:at])
        sheet.fault(line, twice, TWICE)
        return None
    known = [each for each in (*poll.starts, *poll.ends) if each is not None]
    for what, each in (("an offset from UTC", _zoned), ("a date", time_alone)):
        if len(set(map(each, known))) > 1:
            sheet.fault(line, "", f"some of its times have {what}, others have none")
            return None
    order = sorted(range(len(poll.starts)), key=lambda at: poll.starts[at])
    gaps = [poll.starts[b] - poll.starts[a] for a, b in pairwise(order)]
    length = min([*gaps, dt.timedelta(minutes=30)]) if not any(gaps) else min(gaps)
    ends = [end or start + length for start, end in zip(poll.starts, poll.ends, strict=True)]
    for a, b in pairwise(order):
        if poll.starts[b] < ends[a]:
            other = shown_name(poll.names[a])
            sheet.fault(line, poll.names[b], f"starts when slot {other} has not ended")
            return None
    for at, (start, end) in enumerate(zip(poll.starts, ends, strict=True)):
        if end <= start:
            sheet.fault(line, poll.names[at], "does not end after it starts")
            return None
    if not any(poll.ends):
        minutes = length // dt.timedelta(minutes=1)
        sheet.read.append(
            f"each slot lasts {minutes:,} minutes, {'to the next' if gaps else 'since nobody says'}"
        )
    sheet.good = True
    _few_enough(sheet, poll.names)
    if not sheet.good:
        return None
    midnight = dt.datetime.combine(poll.starts[order[0]].date(), dt.time(), poll.starts[order[0]].tzinfo)
    ms = dt.timedelta(milliseconds=1)
    return Slots(
        names=tuple(poll.names[at] for at in order),
        shown_start=tuple(shown_moment(poll.starts[at]) for at in order),
        shown_end=tuple(shown_moment(ends[at]) for at in order),
        start=tuple((poll.starts[at] - midnight) // ms for at in order),
        end=tuple((ends[at] - midnight) // ms for at in order),
        tables=(tables,) * len(order),
    )


def _zoned(moment: dt.datetime) -> bool:
    return moment.tzinfo is not None


def _matched(sheet: Sheet, poll: _Poll, slots: Slots, line: int, unknown: Unknown) -> list[str]:
    """The slot that starts when each column does; an empty name if there is none."""
    names: list[str] = []
    starts = _starts(slots)
    for start, shown in zip(poll.starts, poll.names, strict=True):
        name = starts.get(_plain_moment(start), "")
        if name and name in names:
            sheet.fault(line, shown, f"is slot {shown_name(name)} again")
        elif not name and unknown == "ignored":
            sheet.ignored.append(shown)
        elif not name:
            sheet.fault(line, shown, "there is no slot that starts then")
            sheet.unknown = True
        names.append(name)
    return names


def _starts(slots: Slots) -> dict[str, str]:
    """Slots by their starts; by the time alone as well, where only one starts then."""
    begun = zip(slots.names, slots.begun(), strict=True)
    return slots.by_clock() | {_plain_moment(start): name for name, start in begun if start is not None}


def _plain_moment(moment: dt.datetime) -> str:
    """A moment to compare: with an offset, the instant."""
    return shown_moment(moment if moment.tzinfo is None else moment.astimezone(dt.UTC))


# spans


def _spans(grid: Grid, slots: Slots | None, unknown: Unknown) -> Sheet:
    grid.columns = dict(grid.columns) | {
        own: same(read_cell(cell.strip()))
        for _, cells in reversed(grid.head)
        for cell in cells
        if (own := _span_name(grid, cell)) in ("from", "to") and own not in grid.columns
    }
    sheet = cut_sheet(grid, _SPANS, _SPANS, unknown=unknown)
    if not sheet.good:
        return sheet
    if slots is None:
        sheet.fault(None, "", "has spans, so the slots need a list of their own: see --slots-file")
        sheet.good = False
        return sheet
    begun = slots.begun()
    if any(each is None for each in begun):
        sheet.fault(None, "", "has spans, and nobody says when slots start and end: see --slots-file")
        sheet.good = False
        return sheet
    first = next(each for each in begun if each is not None)
    midnight = first - dt.timedelta(milliseconds=slots.start[0])
    who = [same(cell) for cell in sheet.cells("who")]
    count = len(sheet)
    sides = [*sheet.cells("from"), *sheet.cells("to")]
    column = ("from",) * count + ("to",) * count
    rule = "a date and a time such as 2024-11-26 10:00, or a time"
    read = moments(
        sides, lambda at, said: sheet.wrong(at % count, column[at], f"{found(sides[at])}{said}"), rule
    )
    spans: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
    lines: dict[str, int] = {}
    vain = []
    for row, name in enumerate(who):
        start, end = read[row], read[count + row]
        if not name:
            sheet.wrong(row, "who", f"{found('')}; allowed: a name")
        if not sides[row] or not sides[count + row]:
            empty = "from" if not sides[row] else "to"
            sheet.wrong(row, empty, f"{found('')}; allowed: {rule}")
        if start is None or end is None:
            continue
        if time_alone(end) and not time_alone(start):
            end = on_day_of(start, end)
        if time_alone(start) != time_alone(end):
            sheet.wrong(row, "from", f"{found(sides[row])}; the other end has a date")
            continue
        if not time_alone(start) and {_zoned(start), _zoned(end)} != {_zoned(midnight)}:
            which = "the slots have" if midnight.tzinfo is not None else "the slots have none"
            sheet.wrong(row, "from", f"{found(sides[row])}; of an offset from UTC: {which}")
            continue
        if end <= start:
            sheet.wrong(row, "to", f"{found(sides[count + row])}, which is not after the start")
            continue
        if not any(_within(slots, start, end, midnight)):
            vain.append(sheet.lines[row])
        spans.setdefault(name, []).append((start, end))
        lines.setdefault(name, sheet.lines[row])
    inside = {name: _there(slots, each, midnight) for name, each in spans.items()}
    sheet.read.insert(0, f"{plural(count, 'span')} of {len(inside):,} people, who are away outside them")
    sheet.read += read_as(sides, read)
    if vain:
        some = ", ".join(f"{line}" for line in vain[:3]) + (", ..." if len(vain) > 3 else "")
        lines_of = "line" if len(vain) == 1 else "lines"
        sheet.read.append(f"in {plural(len(vain), 'span')} no slot lies wholly ({lines_of} {some})")
    columns = {"who": list(inside)} | {
        name: ["yes" if each[t] else "no" for each in inside.values()] for t, name in enumerate(slots.names)
    }
    failed = sheet.faults > 0
    sheet.fill(columns, [lines[name] for name in inside])
    sheet.good = not failed
    return sheet


def _there(slots: Slots, spans: list[tuple[dt.datetime, dt.datetime]], midnight: dt.datetime) -> list[bool]:
    """In which slots somebody is, who has these spans; what adjoins is one."""
    there = [False] * len(slots)
    for alone in (True, False):
        merged: list[tuple[dt.datetime, dt.datetime]] = []
        for start, end in sorted(each for each in spans if time_alone(each[0]) is alone):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        for start, end in merged:
            there = [a or b for a, b in zip(there, _within(slots, start, end, midnight), strict=True)]
    return there


def _within(slots: Slots, start: dt.datetime, end: dt.datetime, midnight: dt.datetime) -> list[bool]:
    """In which slots somebody is from `start` to `end` for all of their time."""
    ms = dt.timedelta(milliseconds=1)
    if not time_alone(start):
        low, high = (start - midnight) // ms, (end - midnight) // ms
        return [low <= a and b <= high for a, b in zip(slots.start, slots.end, strict=True)]
    low, high = (start - dt.datetime.min) // ms, (end - dt.datetime.min) // ms
    return [low <= a % _DAY and a % _DAY + b - a <= high for a, b in zip(slots.start, slots.end, strict=True)]
