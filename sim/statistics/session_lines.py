"""Each session in a line: was it held, how full was it, who was turned away and why, with whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.expo.shortfalls import WHYS
from sim.files.lines import WIDTH, cells, wrapped
from sim.statistics.text import columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["session_lines"]

_LEAST: Final = 18  # columns for titles, whatever the numbers need
_BELOW: Final = "    "
_HEADER: Final = ("", "day, start", "held", "people", "filled", "turned away", "with")
_SIDES: Final = "<>>>><<"
_WHY: Final = {"full": "full", "too_late": "late", "closed": "closed"}
_REASON: Final = {
    "no_host": "no host",
    "no_audience": "no audience",
    "hall_closed": "hall closed",
    "booth_closed": "booth closed",
}


def session_lines(tables: Mapping[int, pd.DataFrame], width: int = WIDTH) -> list[str]:
    """The table of sessions of some replications as text of at most so many columns, a line each.

    Numbers are means over the replications in which there is such a session; `held` says in how many it
    was, and why not where it was not, or was cancelled. Sessions are the same if their titles and days
    are (stops of tours are left out); hosts are those of the first replication, which differ where
    companies are drawn anew. Nothing is cut: where lines have no room for them, hosts stand below, and
    titles are wrapped.
    """
    sessions = _sessions(tables)
    if not sessions:
        return ["No sessions."]
    rows: list[tuple[str, ...]] = [_HEADER]
    rows += [_row(rows_of, len(tables)) for rows_of in sessions]
    lines = columns(rows, _SIDES, "")
    if max(map(cells, lines)) <= width:
        return lines
    middle = columns([row[1:-1] for row in rows], _SIDES[1:-1], "")
    room = min(max(cells(row[0]) for row in rows), max(_LEAST, width - max(map(cells, middle)) - 2))
    lines = []
    for row, between in zip(rows, middle, strict=True):
        first, *others = wrapped(row[0], room)
        lines += [first + " " * (room - cells(first)) + "  " + between, *others]
        lines += wrapped(row[-1], width, _BELOW, _BELOW)
    return lines


def _sessions(tables: Mapping[int, pd.DataFrame]) -> list[list[dict[str, object]]]:
    """The rows of each session over all replications, in order of day and start."""
    found: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for table in tables.values():
        times: dict[tuple[object, ...], int] = {}
        for row in table[table["kind"] != "tour"].to_dict("records"):
            title = (row["title"], row["day"])
            times[title] = times.get(title, 0) + 1  # a title may be there more than once
            found.setdefault((*title, times[title]), []).append(row)  # type: ignore[arg-type]
    # those that take place first, and in their order; of those that never do no start is known
    order = sorted(enumerate(found.values()), key=lambda each: _when(each[1], each[0]))
    return [rows for _, rows in order]


def _when(rows: list[dict[str, object]], position: int) -> tuple[object, ...]:
    there = _there(rows)
    return (rows[0]["day"], not there, there[0]["start"] if there else 0, position)


def _there(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Those of a session's rows in which it was not cancelled."""
    return [row for row in rows if row["start"] == row["start"]]  # NaT is not itself


def _row(rows: list[dict[str, object]], replications: int) -> tuple[str, ...]:
    there = _there(rows)
    first = (there or rows)[0]
    held = sum(bool(row["held"]) for row in rows)
    why = list(dict.fromkeys(_reason(str(row["why_not"])) for row in rows if not row["held"]))
    said = f"{held}/{replications}" if replications > 1 else "yes" if held else "no"
    away = ", ".join(
        f"{_mean(there, column)} {word}" for column, word in _WHY.items() if any(row[column] for row in there)
    )
    missed = f"({', '.join(filter(None, why))}) " if any(why) else ""
    hosts = str(first["host_names"]).replace("; ", ", ")
    absent = str(first["hosts_missing"]).replace("; ", ", ")
    names = [hosts or "–"] if hosts or (there and not absent) else []
    names += [f"not {absent}"] if absent else []
    return (
        str(first["title"]),
        f"{first['day']}, {first['start']:%H:%M}" if there else f"{first['day']}",
        said,
        _mean(there, "audience") if there else "–",
        f"{100 * sum(float(str(row['filled_share'])) for row in there) / len(there):.0f} %" if there else "–",
        away or "–",
        missed + ", ".join(names),
    )


def _reason(why: str) -> str:
    return _REASON.get(why) or WHYS.get(why, "")


def _mean(rows: list[dict[str, object]], column: str) -> str:
    mean = sum(float(str(row[column])) for row in rows) / len(rows)
    return f"{mean:,.0f}" if mean.is_integer() or mean >= 100 else f"{mean:.1f}"
