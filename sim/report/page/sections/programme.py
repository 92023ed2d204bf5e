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
_WHY: Final = {"no_host": "no: no host came", "no_audience": "no: nobody came"}


def programme(source: OfResults) -> Section | None:
    """A table of sessions without tours, and one of kinds; None if there is no programme."""
    every = source.table("sessions")
    if not len(every):
        return None
    held = every[every["held"]]
    shown = every[every["kind"] != "tour"].sort_values(["day", "start"], kind="stable", na_position="last")
    seats = float(held["seats"].sum())
    filled = (
        f"; {100 * float(held['peak'].sum()) / seats:.0f} % of their seats were taken at the fullest"
        if seats
        else ""
    )
    lead = f"{len(held):,} of {len(every):,} sessions were held{filled} (replication {source.replication})."
    rows = [_row(each) for each in shown.to_dict("records")]
    tables = [_kinds(every)]
    if rows:
        caption = "Every session in order of time; tours are left out"
        tables.append(Table(caption, _HEADS, rows, sortable=True, search="Search sessions"))
    return Section("programme", "The programme", lead, tables, short="Programme")


def _kinds(every: Any) -> Table:
    rows = []
    for kind, some in every[every["kind"].notna()].groupby("kind", observed=True):
        held = some[some["held"]]
        seats = float(held["seats"].sum())
        share = float(held["peak"].sum()) / seats if seats else float("nan")
        away = float(some[["full", "too_late", "closed"]].to_numpy().sum())
        rows.append(
            [
                Cell(str(kind)),
                measured(len(some)),
                measured(len(held)),
                measured(seats),
                measured(float(some["audience"].sum())),
                _filled(share),
                measured(away),
            ]
        )
    heads = ("Kind", "Planned", "Held", "Seats", "Audience", "Filled", "Turned away")
    return Table("By kind", [Column(name, numeric=name != "Kind") for name in heads], rows)


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
