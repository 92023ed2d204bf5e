"""Exhibitors ranked, and those left out by name, with why."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, Final

from sim.report.page.parts import Cell, Column, Part, Section, Table, Text, fixed, measured, named
from sim.report.plots.matrices import group_named
from sim.statistics.text import minutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.report.source import OfResults
    from sim.studies.resultset import ResultSet

__all__ = ["exhibitors", "why_left_out"]

_COLUMNS: Final = (
    Column("Exhibitor", numeric=False),
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
    Column("Hall", numeric=False),
    Column("Stand", numeric=False),
    Column("Chain", numeric=False),
    Column("Country", numeric=False),
    Column("Sponsor", numeric=False),
)


def exhibitors(results: ResultSet, source: OfResults) -> Section | None:
    """The table of all, by useful contacts, and of those left out; None if there are none."""
    every = source.table("exhibitors")
    if not len(every):
        return None
    ranked = every.sort_values(["useful_contacts", "contacts"], ascending=False, kind="stable")
    often = {sore.name: sore for sore in results.where_it_hurts.left_out} if results.tallies else {}
    n = len(results.tallies)
    rows = [list(_row(each, often, n)) for each in ranked.to_dict("records")]
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
    says = _used(rows)
    columns = list(compress(_COLUMNS, says))
    rows = [list(compress(row, says)) for row in rows]
    caption = f"All {len(every):,} exhibitors, those with most useful contacts first"
    parts.append(Table(caption, columns, rows, sortable=True, search="Search exhibitors"))
    return Section("exhibitors", "Exhibitors", _lead(source, every, len(out)), parts)


def _lead(source: OfResults, every: Any, out: int) -> str:
    middle = float(every["useful_contacts"].median())
    none = "None is" if not out else f"{out:,} {'is' if out == 1 else 'are'}"
    return (
        f"{len(every):,} exhibitors; half have at least {middle:,.10g} useful contacts. {none} left without "
        f"any (replication {source.replication})."
    )


def _often(often: dict[str, Any], n: int) -> Table:
    lines = [
        [named(name), Cell(f"{sore.times:,} of {n:,}", float(sore.times))] for name, sore in often.items()
    ]
    heads = [Column("Exhibitor", numeric=False), Column("Left out in")]
    folded = f"How often each is left out, over {n:,} replications ({len(lines):,})"
    return Table(folded, heads, lines, sortable=True, folded=folded)


def _used(rows: list[list[Cell]]) -> list[bool]:
    """Which columns say anything."""
    return [any(cell.text for cell in column) for column in zip(*rows, strict=True)]


def _row(each: dict[Any, Any], often: dict[str, Any], n: int) -> Iterator[Cell]:
    yield named(each["name"])
    yield measured(each["useful_contacts"], mark="bad" if each["left_out"] else "")
    yield measured(each["contacts"])
    yield measured(each["stops"])
    yield measured(each["conversations"])
    yield fixed(100 * float(each["lost_share"]), 1)
    yield fixed(float(each["wait_minutes"]), 2)
    yield fixed(100 * float(each["busy_share"]), 1)
    yield measured(each["meetings_scheduled"])
    yield measured(each["meetings_held"])
    sore = often.get(str(each["name"]))
    yield Cell(f"{sore.times:,} of {n:,}", float(sore.times), "bad") if sore else Cell("", 0.0)
    for column in ("hall", "stand", "chain"):
        yield named(each[column])
    yield named(group_named("country", str(each["country"])))
    yield named(each["sponsor"])


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
