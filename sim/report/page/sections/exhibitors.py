"""Exhibitors ranked, and those left out by name, with why."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, Any, Final, Literal

from sim.report.page.averaged import VARIES, WITH_ENDS, averaged, columns_of, common
from sim.report.page.parts import Cell, Column, Part, Section, Table, Text, named
from sim.report.plots.matrices import group_named
from sim.report.plots.over import which
from sim.statistics.text import minutes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.report.source import OfResults
    from sim.statistics.hurts_overall import Sore
    from sim.studies.resultset import ResultSet

__all__ = ["exhibitors", "why_left_out"]

_WHERE: Final = "Hall, stand"
_COLUMNS: Final[tuple[Column, ...]] = (
    Column("Exhibitor", numeric=False, said="below it, of sponsors, of what kind"),
    Column("Useful contacts", said="other organisations met long enough, or in a meeting"),
    Column("Contacts", said="other organisations met in any interaction"),
    Column("Looked", said="parties that stopped and looked"),
    Column("Talks", said="conversations at the booth"),
    Column("Lost, %", said="of the parties that asked to talk, those that left without"),
    Column("Wait, min", said="mean wait before a conversation"),
    Column("Staff busy, %", said="share of staff time on duty spent in conversations"),
    Column("Meetings arranged"),
    Column("Meetings held"),
    Column("Left out in", said="replications in which it has no useful contact"),
    Column(_WHERE, numeric=False),
    Column("Chain, country", numeric=False),
)

_FIRST: Final = "useful_contacts"
_RANKED: Final = (
    _FIRST,
    "contacts",
    "stops",
    "conversations",
    "lost_share",
    "wait_minutes",
    "busy_share",
    "meetings_scheduled",
    "meetings_held",
)
_SHARES: Final = ("lost_share", "busy_share")
_SHOWN: Final = {"wait_minutes": (2, 1)} | dict.fromkeys(_SHARES, (1, 100))  # decimals, and how many times


def exhibitors(results: ResultSet, source: OfResults) -> Section | None:
    """The table of all, by useful contacts, and of those left out; None if there are none."""
    every = source.table("exhibitors")
    if not len(every):
        return None
    often = {sore.name: sore for sore in results.where_it_hurts.left_out} if results.tallies else {}
    n = len(results.tallies)
    tables = source.every("booths")
    out = every[every["left_out"]]
    parts: list[Part] = []
    if len(out):
        lines = [[named(each["name"]), Cell(why_left_out(each))] for each in out.to_dict("records")]
        heads = [Column("Exhibitor", numeric=False), Column("Why", numeric=False)]
        parts.append(
            Table(f"Left without a useful contact in replication {source.replication}", heads, lines)
        )
    elif often:
        parts.append(Text([f"In replication {source.replication} none is left out."]))
    if often:
        parts.append(_often(often, n))
    parts.append(_ranked(every, tables, often, n))
    return Section("exhibitors", "Exhibitors", _lead(tables, every), parts)


def _lead(tables: Mapping[int, pd.DataFrame], every: pd.DataFrame) -> str:
    import numpy as np

    useful = np.stack([each["useful_contacts"].to_numpy() for each in tables.values()])
    runs, middle = len(useful), float(np.median(useful.mean(axis=0)))
    half = f"{middle:,.{0 if middle.is_integer() else 1}f} useful contacts"
    out = (useful == 0).sum(axis=0)
    always, ever = int((out == runs).sum()), int((out > 0).sum())
    left = f"{_are(ever)} left without any"
    if runs > 1:
        left += (
            f" in some of them, {f'{always:,}' if always else 'none'} in all" if ever else " in any of them"
        )
    return f"{len(every):,} exhibitors; half have at least {half} ({which(tables)}). {left}."


def _are(n: int) -> str:
    return f"{n:,} {'is' if n == 1 else 'are'}" if n else "None is"


def _ranked(every: pd.DataFrame, tables: Mapping[int, pd.DataFrame], often: dict[str, Sore], n: int) -> Table:
    """All exhibitors, from the one with most; means where there are several replications."""
    import numpy as np

    had = columns_of(tables.values(), _RANKED) | columns_of(tables.values(), _SHARES, most=1.0)
    order = np.lexsort((-had["contacts"].mean, -had[_FIRST].mean)).tolist()
    names = every["name"].astype(str).tolist()

    def cell(name: str, at: int, mark: Literal["", "bad"] = "") -> Cell:
        decimals, times = _SHOWN.get(name, (None, 1))
        return averaged(had[name], at, decimals, times=times, mark=mark)

    texts = {name: common(tables.values(), name) for name in ("hall", "chain", "country", "sponsor")}
    texts["country"] = [group_named("country", each) for each in texts["country"]]
    texts["stand"] = every["stand"].fillna("").astype(str).tolist()
    rows = []
    for at in order:
        sore = often.get(names[at])
        rows.append(
            [
                named(names[at], _sponsor(texts["sponsor"][at])),
                cell(_FIRST, at, "" if had[_FIRST].mean[at] else "bad"),
                *(cell(name, at) for name in _RANKED[1:]),
                Cell(f"{sore.times:,} of {n:,}", float(sore.times), "bad") if sore else Cell("", 0.0),
                named(texts["hall"][at], texts["stand"][at]),
                named(texts["chain"][at], texts["country"][at]),
            ]
        )
    says, columns = _used(rows), _COLUMNS
    if not any(texts["stand"]):
        columns = tuple(replace(each, name="Hall") if each.name == _WHERE else each for each in columns)
    caption = f"All {len(every):,} exhibitors, those with most useful contacts first"
    if len(tables) > 1:
        caption += f"; {WITH_ENDS.format(n=len(tables))}"
        if any(VARIES in each for each in texts.values()):
            caption += f"; {VARIES}: not the same in all of them"
    rows = [list(compress(row, says)) for row in rows]
    return Table(caption, list(compress(columns, says)), rows, sortable=True, search="Search exhibitors")


def _sponsor(kind: str) -> str:
    """What is written below the name of a sponsor."""
    return "a sponsor in some" if kind == VARIES else kind and f"sponsor, {kind}"


def _often(often: dict[str, Sore], n: int) -> Table:
    lines = [
        [named(name), Cell(f"{sore.times:,} of {n:,}", float(sore.times))] for name, sore in often.items()
    ]
    heads = [Column("Exhibitor", numeric=False), Column("Left out in")]
    folded = f"How often each is left out, over {n:,} replications ({len(lines):,})"
    return Table(folded, heads, lines, sortable=True, folded=folded)


def _used(rows: list[list[Cell]]) -> list[bool]:
    """Which columns say anything."""
    return [any(cell.text for cell in column) for column in zip(*rows, strict=True)]


def why_left_out(each: dict[Any, Any]) -> str:
    """How far an exhibitor came towards a useful contact: the first thing that is lacking, in words."""
    said: list[str] = []
    if not each["stops"]:
        said.append("nobody stopped at its booth")
    elif not each["asked"]:
        said.append(f"{each['stops']:,} parties looked, none wanted to talk")
    elif not each["conversations"]:
        lost = {
            "would not queue": each["balked"],
            "gave up waiting": each["reneged"],
            "had to go": each["left_for_booking"],
            "found it closed": each["closed"],
        }
        why = ", ".join(f"{number:,} {how}" for how, number in lost.items() if number)
        said.append(
            f"all {each['asked']:,} parties that wanted to talk left without ({why or 'the day ended'})"
        )
    else:
        length = minutes(float(each["conversation_minutes"]))
        said.append(f"{each['conversations']:,} conversations, of {length} on average, none long enough")
    if each["meetings_scheduled"]:
        said.append(f"{each['meetings_held']:,} of {each['meetings_scheduled']:,} meetings held")
    else:
        said.append("no meeting arranged")
    return "; ".join(said)
