"""Timetables to hand out, of people with awkward names; and what a page, a workbook, a calendar say."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any

import icalendar
from openpyxl import load_workbook

from sim.files.text import plain_cell, read_cell
from sim.interchange import Diaries, arrange, calendars, diaries_html, diaries_of, read_lists, timetable_xlsx

LONG = "A very long name of a company that never ends, Limited Liability Partnership & Co. KG"
AWKWARD = (
    *("Ash", "Birch & Söhne", '=HYPERLINK("http://x")', "<script>alert(1)</script>", "שלום עולם"),
    *(
        "شركة النور",
        "王伟",
        "Ann",
        "ANN",
        "Änn",
        "con",
        "A/B: [test]*?",
        LONG,
        LONG + " 2",
        "History",
        "'s",
        "-",
    ),
)
LIMITS = 'who,delegates,delegate_names\nAsh,2,Anna; Béla\nBirch & Söhne,3,\n王伟,,"李娜; <b>张敏</b>; Cem"\n'
Line = tuple[str, str, str, str]  # day, time, table, whom


def requests(people: tuple[str, ...], number: int, seed: int) -> bytes:
    """So many requests of different pairs of these people."""
    draw, text = random.Random(seed), io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("who", "whom", "weight"))
    pairs = [(one, other) for k, one in enumerate(people) for other in people[:k]]
    for one, other in draw.sample(pairs, number):
        rows.writerow((plain_cell(one), plain_cell(other), draw.randint(1, 9)))
    return text.getvalue().encode()


def slots_file(
    days: tuple[str, ...] = ("2024-10-26", "2024-10-28"), offset: str = "", tables: int = 9
) -> bytes:
    """Six half-hours of each of these days, which may say their own offset: `2024-10-26+02:00`."""
    rows = ["slot,start,end,tables"]
    for day in days:
        for k in range(6):
            start, end = (f"{day[:10]} {9 + h // 2:02}:{h % 2 * 30:02}{day[10:]}{offset}" for h in (k, k + 1))
            rows.append(f"{len(rows)},{start},{end},{tables}")
    return "\n".join([*rows, ""]).encode()


@cache
def fair(*, number: int = 80, seed: int = 1, slots: bytes | int = slots_file(), **options: Any) -> Diaries:
    """A timetable of people with awkward names, three of whom have delegates."""
    more: dict[str, Any] = {"tables": 9} if isinstance(slots, int) else {}
    lists = read_lists(requests(AWKWARD, number, seed), slots=slots, limits=LIMITS.encode(), **more)
    return diaries_of(arrange(lists, policy="greedy"), **options)


files_of, page_of, workbook_of = cache(calendars), cache(diaries_html), cache(timetable_xlsx)


def workbook(diaries: Diaries) -> Any:
    """The workbook as openpyxl reads it."""
    return load_workbook(io.BytesIO(workbook_of(diaries)))


class Page(HTMLParser):
    """The diaries and tables of a page, each a list of rows by its title, and whatever else it holds."""

    def __init__(self, diaries: Diaries) -> None:
        super().__init__()
        self.articles: dict[str, list[list[str]]] = {}
        self.grid: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._rows: list[list[str]] = self.grid
        self._in: list[str] = []
        self.feed(page_of(diaries).decode())
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "br":
            self._rows[-1][-1] += "\n"
        if tag in ("br", "meta", "input"):
            return
        self._in.append(tag)
        if tag == "article":
            self._rows = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._in.pop() == tag  # well-formed
        if tag == "section":
            self._rows = []

    def handle_data(self, text: str) -> None:
        if not {"style", "script"} & set(self._in):
            self.texts.append(text)
        if "h3" in self._in and "article" in self._in:
            name = next(reversed(self.articles), "")
            if self.articles.get(name) is not self._rows:
                name = ""
            self.articles.pop(name, None)
            self.articles[name + text] = self._rows
        if "td" in self._in or "th" in self._in:
            self._rows[-1][-1] += text


def days(rows: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    """The rows of a table of a page below its header, each with the day it stands under."""
    day = ""
    for row in rows[1:]:
        if len(row) == 1:
            day = row[0]
        else:
            yield day, row


def in_page(diaries: Diaries) -> tuple[dict[str, set[Line]], dict[str, set[Line]]]:
    """By a page: everybody's meetings, and every table's, of which `whom` are both sides."""
    people, tables = {}, {}
    for name, rows in Page(diaries).articles.items():
        lines = list(days(rows))
        if re.fullmatch(r"Table \d+", name):
            tables[name] = {
                (day, row[0], name, f"{row[1]}\n{row[2]}") for day, row in lines if row[1:] != ["free"]
            }
        else:
            people[name] = {(day, row[0], f"Table {row[1]}", row[2]) for day, row in lines}
    return people, tables


def in_workbook(diaries: Diaries) -> tuple[dict[str, set[Line]], dict[str, set[Line]]]:
    """The same by a workbook."""
    people, tables = {}, {}
    for sheet in workbook(diaries).worksheets[3:]:
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
        name = str(sheet["A1"].value)
        if re.fullmatch(r"Table \d+", name):
            tables[name] = {(row[0], row[1], name, f"{row[2]}\n{row[3]}") for row in rows if row[2]}
        else:
            people[name] = {(row[0], row[1], f"Table {row[2]}", row[3]) for row in rows}
    return people, tables


def in_calendars(files: Mapping[str, bytes]) -> dict[str, list[Any]]:
    """The events of each file."""
    use_zoneinfo: Any = icalendar.use_zoneinfo
    use_zoneinfo()  # it forgets the zones of other files
    return {
        name: icalendar.Calendar.from_ical(content).events
        for name, content in files.items()
        if name.endswith(".ics")
    }


def owners(diaries: Diaries) -> dict[str, tuple[str, str]]:
    """Whose each file of calendars is, by the index."""
    rows = csv.DictReader(io.StringIO(files_of(diaries)["index.csv"].decode("utf-8-sig"), newline=""))
    return {row["file"]: (read_cell(row["who"]), read_cell(row["delegate"])) for row in rows if row["file"]}


def times(events: list[Any]) -> list[tuple[dt.datetime, dt.datetime]]:
    """When they begin and end."""
    return [(event["dtstart"].dt, event["dtend"].dt) for event in events]


def by_owner(diaries: Diaries) -> dict[str, list[int]]:
    """The meetings of each owner of a diary."""
    found: dict[str, list[int]] = defaultdict(list)
    for diary in diaries.diaries:
        found[f"{diary.who} ({diary.delegate})" if diary.delegate else diary.who] += diary.meetings
    return found
