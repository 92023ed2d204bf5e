"""Promises to sponsors: kept or not, by whom not, and why, over all replications."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sim.report.isolating import isolated
from sim.report.page.parts import Cell, Column, Section, Table, Text, fixed, named
from sim.statistics.kpis.promises import IN_SHORT

if TYPE_CHECKING:
    from sim.report.source import OfResults
    from sim.statistics.hurts_overall import Promised
    from sim.studies.resultset import ResultSet

__all__ = ["promises"]


@dataclass
class _Sum:
    """What was promised and held over replications, and why the rest was not."""

    times: int = 0
    short: int = 0
    promised: int = 0
    held: int = 0
    kept: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, one: Promised) -> None:
        self.times += 1
        self.short += one.held < one.promised
        self.promised += one.promised
        self.held += one.held
        self.kept += min(one.held, one.promised)
        self.missing.update(one.reasons)

    @property
    def share(self) -> float:
        return self.kept / self.promised if self.promised else float("nan")

    @property
    def why(self) -> str:
        return ", ".join(f"{IN_SHORT[name]} ({n:,})" for name, n in self.missing.most_common(3) if n)


def promises(results: ResultSet, source: OfResults) -> Section | None:
    """A table of kinds of sponsor, one of sponsors; None if it was not kept what was held of any."""
    kinds: dict[str, _Sum] = {}
    sponsors: dict[tuple[str, str], _Sum] = {}
    for tally in results.tallies:
        for name, one in tally.promises.items():
            kinds.setdefault(one.sponsor, _Sum()).add(one)
            sponsors.setdefault((name, one.sponsor), _Sum()).add(one)
    n = len(results.tallies)
    if not kinds:
        none = "The scenario promises no meetings to sponsors: matchmaking.NAME.promises would."
        return Section("promises", "Promises to sponsors", none, short="Promises") if n else None
    return Section(
        "promises",
        "Promises to sponsors",
        _lead(kinds),
        [
            Text([_said(kind, each, sponsors) for kind, each in kinds.items()]),
            _by_kind(kinds, n),
            _by_sponsor(sponsors, n),
        ],
        short="Promises",
    )


def _lead(kinds: dict[str, _Sum]) -> str:
    promised, kept = (sum(getattr(each, name) for each in kinds.values()) for name in ("promised", "kept"))
    return (
        f"Of all meetings promised to sponsors, {100 * kept / promised:.3g} % are held." if promised else ""
    )


def _said(kind: str, each: _Sum, sponsors: dict[tuple[str, str], _Sum]) -> str:
    short = [name for (name, of), one in sponsors.items() if of == kind and one.short]
    if not short:
        return f"{isolated(kind)}: kept, to all and always."
    names = ", ".join(map(isolated, short[:5])) + (f" and {len(short) - 5:,} more" if len(short) > 5 else "")
    why = f" What was missing: {each.why}, meetings in all." if each.why else ""
    return (
        f"{isolated(kind)}: {100 * each.share:.3g} % of the promised meetings held; short at times: {names}."
        f"{why}"
    )


def _by_kind(kinds: dict[str, _Sum], n: int) -> Table:
    rows = [[named(kind), *_cells(each, n)] for kind, each in kinds.items()]
    heads = [
        Column("Kind of sponsor", numeric=False),
        Column("Promised", said="meetings a replication, of all its sponsors"),
        Column("Held"),
        Column("Kept"),
        Column("Short", said="sponsors and replications in which fewer were held than promised"),
        Column("What was missing", numeric=False, said="meetings in all replications"),
    ]
    return Table(f"By kind of sponsor, means of {n:,} replications", heads, rows, stacked=True)


def _by_sponsor(sponsors: dict[tuple[str, str], _Sum], n: int) -> Table:
    order = sorted(sponsors.items(), key=lambda each: (each[1].share, each[0]))
    rows = [
        [named(name), named(kind), *_cells(each, each.times, mark="bad" if each.short else "")]
        for (name, kind), each in order
    ]
    heads = [
        Column("Sponsor", numeric=False),
        Column("Kind", numeric=False),
        Column("Promised"),
        Column("Held", said="mean a replication"),
        Column("Kept"),
        Column("Short in"),
        Column("What was missing", numeric=False),
    ]
    caption = f"Each sponsor over {n:,} replications, the worst served first"
    return Table(caption, heads, rows, sortable=True, search="Search sponsors", stacked=True)


def _cells(each: _Sum, times: int, *, mark: Literal["", "bad"] = "") -> list[Cell]:
    """What was promised and held a replication of so many, what share of it, how often not all, and why."""
    return [
        fixed(each.promised / times, 1),
        fixed(each.held / times, 1),
        Cell(f"{100 * each.share:.3g} %", each.share, "" if each.share < 1 else "good", min(each.share, 1.0)),
        Cell(f"{each.short:,} of {each.times:,}", each.short / each.times, mark),
        Cell(each.why),
    ]
