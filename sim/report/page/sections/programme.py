"""The programme: every session, its seats and how they were filled, who was turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.expo.expo import SESSION_KINDS
from sim.expo.shortfalls import WHYS
from sim.report.page.averaged import VARIES, WITH_ENDS, averaged, share_filled
from sim.report.page.parts import Cell, Column, Section, Table, named
from sim.report.plots.hours import day_named
from sim.report.plots.over import means, which
from sim.report.plots.seating import sessions_of, sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.report.plots.seating import Sessions, Sums
    from sim.report.source import OfResults

    Tables = Mapping[int, pd.DataFrame]

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
)
_SUMS: Final = ("Planned", "Held", "Seats", "Audience", "Filled", "Turned away")
_WHY: Final = {"no_host": "no: no host came", "no_audience": "no: nobody came"}


def programme(source: OfResults) -> Section | None:
    """A table of sessions without tours, one of kinds and one of rooms; None if there is no programme."""
    tables = source.every("programme")
    if not sum(map(len, tables.values())):
        return None
    found = sessions_of(tables)
    parts = [_kinds(tables), *_rooms(tables)]
    if found.titles:
        parts.append(_sessions(found, tables, source))
    return Section("programme", "The programme", _lead(tables), parts, short="Programme")


def _lead(tables: Tables) -> str:
    import numpy as np

    counts = np.array([(each["held"].sum(), len(each)) for each in tables.values()], dtype=np.float64)
    held, planned = means(counts[:, :1]), means(counts[:, 1:])
    shown, of = (averaged(each, 0) for each in (held, planned))
    off = f" ({shown.off})" if shown.off else ""
    seated = np.array([_seated(each) for each in tables.values()])
    share = share_filled(means(seated[:, None], most=1.0), 0)
    filled = ""
    if share.value is not None:
        of_seats = f"{share.text}{f' ({share.off})' if share.off else ''}"
        filled = f"; of the seats of all but tours {of_seats} were taken at the fullest"
    return f"{shown.text}{off} of {of.text} sessions were held{filled} ({which(tables)})."


def _seated(table: pd.DataFrame) -> float:
    """Of the seats of all but tours, the share taken at the fullest; nan if there are none."""
    some = table[table["kind"].astype("object") != "tour"]
    seats = float(some["seats"].sum())
    return float(some["peak"].sum()) / seats if seats else float("nan")


def _captioned(caption: str, tables: Tables) -> str:
    return f"{caption}; {WITH_ENDS.format(n=len(tables))}" if len(tables) > 1 else caption


def _kinds(tables: Tables) -> Table:
    kinds = [kind for kind in SESSION_KINDS if any((each["kind"] == kind).any() for each in tables.values())]
    found = sums(tables, "kind", kinds)
    rows = [[Cell(kind), *_sums(found, at)] for at, kind in enumerate(kinds)]
    return Table(_captioned("By kind", tables), [Column("Kind", numeric=False), *map(Column, _SUMS)], rows)


def _rooms(tables: Tables) -> list[Table]:
    """A table of rooms, those first that turn most people away; none if all is at booths."""
    halls: dict[str, object] = {}
    for table in tables.values():
        some = table[(table["kind"].astype("object") != "tour") & (table["room"] != "")]
        halls |= dict(zip(some["room"], some["hall"].astype("object"), strict=True))
    if not halls:
        return []
    found = sums(tables, "room", list(halls), tours=False)
    away = found.of["turned_away"].mean
    order = sorted(range(len(halls)), key=lambda at: (-away[at], found.groups[at]))
    rows = [[named(found.groups[at]), named(halls[found.groups[at]]), *_sums(found, at)] for at in order]
    heads = [Column("Room", numeric=False), Column("Hall", numeric=False), *map(Column, _SUMS)]
    caption = _captioned("By room, those first that turn most people away", tables)
    return [Table(caption, heads, rows, sortable=True)]


def _sums(found: Sums, at: int) -> list[Cell]:
    """Of some sessions: how many, seats, audience, how filled, and who was turned away."""
    away = found.of["turned_away"]
    return [
        *(averaged(found.of[name], at) for name in ("planned", "held", "seats", "audience")),
        share_filled(found.of["filled"], at),
        averaged(away, at, mark="bad" if away.mean[at] else ""),
    ]


def _sessions(found: Sessions, tables: Tables, source: OfResults) -> Table:
    runs, why = len(tables), _why_not(source) if len(tables) == 1 else {}
    rows = [_row(found, at, runs, why.get(key)) for key, at in found.which.items()]
    caption = _captioned("Every session in order of time; tours are left out", tables)
    heads = [*_HEADS, Column("Held", numeric=runs > 1, said="of the replications" if runs > 1 else "")]
    return Table(caption, heads, rows, sortable=True, search="Search sessions")


def _why_not(source: OfResults) -> dict[tuple[str, int], str]:
    """Why each session that was not held in the one replication was not, in words."""
    every = source.table("sessions")
    some = every[every["kind"].astype("object") != "tour"]
    keys = zip(some["title"], some.groupby("title").cumcount().tolist(), strict=True)
    whys = some["why_not"].astype("object").where(~some["held"], "")
    return {
        key: _WHY.get(why) or f"no: {WHYS.get(why, str(why).replace('_', ' '))}"
        for key, why in zip(keys, whys, strict=True)
        if why
    }


def _row(found: Sessions, at: int, runs: int, why: str | None) -> list[Cell]:
    texts = {name: values[at] for name, values in found.texts.items()}
    held, away = int(found.held[at]), found.turned_away
    there = bool(found.seats.mean[at] == found.seats.mean[at])
    day = f"day {texts['day']}" if texts["day"] is not None else VARIES
    if texts["start"] is not None:
        start = texts["start"]
        when = f"{day_named(start.to_datetime64())}, {start:%H:%M}"
    else:
        when = f"{day}, time {VARIES}" if there else day
    said = f"{held:,} of {runs:,}" if runs > 1 else why or ("yes" if held else "no")
    return [
        named(found.titles[at]),
        named(texts["kind"] or ""),
        Cell(when),
        named(texts["room"] or (VARIES if there else "")),
        averaged(found.seats, at, 0),
        averaged(found.audience, at),
        share_filled(found.filled, at),
        averaged(away, at, mark="bad" if away.mean[at] else ""),
        Cell(said, float(held), "" if held == runs else "bad") if runs > 1 else Cell(said),
    ]
