"""The programme: every session, its seats and how they were filled, who was turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.expo.shortfalls import WHYS
from sim.report.page.parts import Cell, Column, Section, Table, measured, named
from sim.report.plots.hours import day_named

if TYPE_CHECKING:
    from sim.report.source import OfResults

__all__ = ["programme"]

_HEADS: Final = (
    Column("Session", numeric=False),
    Column("Kind", numeric=False),
    Column("When", numeric=False),
    Column("Room", numeric=False),
    Column("Seats"),
    Column("Audience", said="people let in"),
    Column("Filled", said="most people seated at once, of the seats"),
    Column("Turned away", said="for want of a seat, for coming late, or at the closing"),
    Column("Held", numeric=False),
)
_SUMS: Final = ("Planned", "Held", "Seats", "Audience", "Filled", "Turned away")
_WHY: Final = {"no_host": "no: no host came", "no_audience": "no: nobody came"}


def programme(source: OfResults) -> Section | None:
    """A table of sessions without tours, and one of kinds; None if there is no programme."""
    every = source.table("sessions")
    if not len(every):
        return None
    shown = every[every["kind"] != "tour"].sort_values(["day", "start"], kind="stable", na_position="last")
    seats = float(shown["seats"].sum())
    filled = (
        f"; of the seats of all but tours {100 * float(shown['peak'].sum()) / seats:.0f} % were taken at the "
        "fullest"
        if seats
        else ""
    )
    held = int(every["held"].sum())
    lead = f"{held:,} of {len(every):,} sessions were held{filled} (replication {source.replication})."
    rows = [_row(each) for each in shown.to_dict("records")]
    tables = [_kinds(every), *_rooms(shown)]
    if rows:
        caption = "Every session in order of time; tours are left out"
        tables.append(Table(caption, _HEADS, rows, sortable=True, search="Search sessions"))
    return Section("programme", "The programme", lead, tables, short="Programme")


def _kinds(every: Any) -> Table:
    kinds = every[every["kind"].notna()].groupby("kind", observed=True)
    rows = [[Cell(str(kind)), *_sums(some)] for kind, some in kinds]
    return Table("By kind", [Column("Kind", numeric=False), *map(Column, _SUMS)], rows)


def _rooms(shown: Any) -> list[Table]:
    """A table of rooms, those first that turn most people away; none if all is at booths."""
    rooms = shown[shown["room"].notna()].groupby("room", observed=True)
    rows = [[named(room), named(some["hall"].iloc[0]), *_sums(some)] for room, some in rooms]
    if not rows:
        return []
    rows.sort(key=lambda row: (-float(row[-1].value or 0), row[0].text))
    heads = [Column("Room", numeric=False), Column("Hall", numeric=False), *map(Column, _SUMS)]
    caption = "By room, those first that turn most people away"
    return [Table(caption, heads, rows, sortable=True)]


def _sums(some: Any) -> list[Cell]:
    """Of some sessions: how many, seats, audience, how filled, and who was turned away."""
    held = some[some["held"]]
    seats = float(held["seats"].sum())
    share = float(held["peak"].sum()) / seats if seats else float("nan")
    away = float(some[["full", "too_late", "closed"]].to_numpy().sum())
    return [
        measured(len(some)),
        measured(len(held)),
        measured(seats),
        measured(float(some["audience"].sum())),
        _filled(share),
        measured(away, mark="bad" if away else ""),
    ]


def _row(each: dict[Any, Any]) -> list[Cell]:
    start = each["start"]
    there = start == start
    why = "" if each["held"] else str(each["why_not"])
    away = int(each["full"]) + int(each["too_late"]) + int(each["closed"])
    return [
        named(each["title"]),
        named(each["kind"]),
        Cell(f"{day_named(start.to_datetime64())}, {start:%H:%M}" if there else f"day {each['day']}"),
        named(each["room"]),
        measured(each["seats"]),
        measured(each["audience"]),
        _filled(float(each["filled_share"])),
        measured(away, mark="bad" if away else ""),
        Cell("yes" if each["held"] else _WHY.get(why) or f"no: {WHYS.get(why, why.replace('_', ' '))}"),
    ]


def _filled(share: float) -> Cell:
    if share != share:
        return Cell("–")
    return Cell(f"{100 * share:.0f} %", share, filled=min(share, 1.0))
