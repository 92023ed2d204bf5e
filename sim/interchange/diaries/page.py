"""Diaries as one page: self-contained, to be read anywhere and printed, a person a sheet of paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from sim.files.markup import templates
from sim.files.sheets import plural
from sim.interchange.diaries.diaries import Diaries, Meeting, Table
from sim.interchange.diaries.wording import day_name, slot_name, slotted, table_name, time_name, zone_note

__all__ = ["diaries_html"]

_WIDTH: Final = 8  # tables side by side that a landscape sheet of paper holds legibly


def diaries_html(diaries: Diaries) -> bytes:
    """The page: contents, all meetings by slot and table, everybody's diary, every table's day.

    It asks nothing of any network, and its own script only adds a search. Where it is printed, each diary
    and each table's day is a page, and the grid is cut into pages of eight tables.
    """
    from markupsafe import Markup

    room = files(__package__ or "")
    style, script = (room.joinpath(f"page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    page = templates("sim.interchange", "diaries").get_template("page.html.jinja")
    text = page.render(
        **_content(diaries),
        style=Markup(style),  # our own file
        style_hash=_hash(style),
        script=Markup(script),  # our own file
        script_hash=_hash(script),
    )
    return text.encode()


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _content(diaries: Diaries) -> dict[str, Any]:
    slots = range(len(diaries.slots))
    day = [day_name(diaries, t) for t in slots]

    def row(t: int, last: int | None = None, **more: Any) -> dict[str, Any]:
        time, slot = time_name(diaries, t, last), slot_name(diaries, t, last)
        return {"slot_number": t, "time": time, "slot": slot, **more}

    def by_day(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
        groups = groupby(rows, key=lambda each: day[each["slot_number"]])
        return [(name, list(group)) for name, group in groups]

    def called(diary: int) -> tuple[str, str, str]:
        own = diaries.diaries[diary]
        return own.who, own.delegate, f"d{diary + 1}"

    def sides(meeting: Meeting) -> tuple[tuple[str, str, str], ...]:
        return tuple(map(called, meeting.diaries))

    people = []
    for number, diary in enumerate(diaries.diaries):
        if not diary.meetings:
            continue
        rows = []
        for meeting in (diaries.meetings[place] for place in diary.meetings):
            table = meeting.table
            others = tuple(map(called, meeting.others(number)))
            rows.append(row(meeting.slot, meeting.last, table=table, table_id=f"t{table}", others=others))
        who, delegate, key = called(number)
        caption = plural(len(rows), "meeting")
        people.append({"id": key, "who": who, "delegate": delegate, "caption": caption, "days": by_day(rows)})
    tables = []
    for each in diaries.tables:
        rows = [
            row(t, sides=None) if meeting is None else row(t, meeting.last, sides=sides(meeting))
            for t, meeting in diaries.day_of(each)
        ]
        caption = plural(len(each.meetings), "meeting")
        tables.append(_named(each) | {"caption": caption, "days": by_day(rows)})
    cells = {
        (t, meeting.table): sides(meeting)
        for meeting in diaries.meetings
        for t in range(meeting.slot, meeting.last + 1)
    }
    grid = [
        {
            "caption": _caption(block),
            "tables": [_named(table) for table in block],
            "days": by_day(row(t, cells=[cells.get((t, table.number)) for table in block]) for t in slots),
        }
        for block in _blocks(diaries.tables)
    ]
    met = len({diary.who for diary in diaries.diaries if diary.meetings})
    return {
        "title": diaries.title,
        "facts": f"{plural(len(diaries.meetings), 'meeting')} of {plural(met, 'participant')} "
        f"at {plural(len(diaries.tables), 'table')}.",
        "note": zone_note(diaries),
        "timed": diaries.timed,
        "slotted": slotted(diaries),
        "heads": diaries.timed + slotted(diaries),
        "people": people,
        "idle": [(diary.who, diary.delegate) for diary in diaries.diaries if not diary.meetings],
        "tables": tables,
        "grid": grid,
    }


def _named(table: Table) -> dict[str, Any]:
    return {"id": f"t{table.number}", "name": table_name(table.number)}


def _blocks(tables: Sequence[Table]) -> list[Sequence[Table]]:
    """As many tables as go beside one another, as evenly as can be."""
    count = -(-len(tables) // _WIDTH)
    width = -(-len(tables) // max(count, 1))
    return [tables[at : at + width] for at in range(0, len(tables), max(width, 1))]


def _caption(block: Sequence[Table]) -> str:
    first, last = block[0].number, block[-1].number
    return table_name(first) if first == last else f"Tables {first} to {last}"
