"""The README of a directory of results: what each file, table, column and KPI in it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from sim.files.spans import spans
from sim.files.text import printable
from sim.interchange.sources_csv import COLUMNS as SOURCES_COLUMNS
from sim.statistics.kpis import KPI, KPIS, describe, theme_title
from sim.statistics.kpis.registry import family_of
from sim.statistics.tables import TABLES
from sim.statistics.text import shown_unit

if TYPE_CHECKING:
    from sim.studies.resultset import ResultSet

__all__ = ["readme"]

_FILES: Final = (
    ("README.md", "this text"),
    ("scenario.toml", "the scenario as it was run, defaults included; running it gives these results again"),
    (
        "run.json",
        "seed, replications, failures, versions of all packages, SHA-256 of the scenario and of Python files "
        "that were run first",
    ),
    (
        "sources.csv",
        "what each value of the scenario rests on: the comment beside or above it in its file, with file and "
        "line; then the defaults in force that say something of the world, and what those rest on",
    ),
    ("kpis.csv", "replication, kpi, value: each KPI in each replication; empty where it is not defined"),
    ("summary.csv", "a row a KPI over all replications, see below"),
    ("summary.json", "the same, for programs; null where a number is not defined"),
)
_HURTS: Final = ("hurts.json", "what hurt in each replication: queues, full rooms, who was left out, …")
_SUMMARY: Final = {
    "kpi": "name of the KPI",
    "mean": "mean over the replications in which it is defined",
    "half_width": "how far the mean may be off: the longer side of the 95 % confidence interval",
    "low": "lower end of the interval",
    "high": "upper end of the interval",
    "unit": "unit of the mean and of all that follows from it; a share is a number from 0 to 1",
    "label": "what people call it",
    "theme": "what it is about",
    "sd": "standard deviation between replications",
    "n": "replications in which it is defined",
    "basis": "input (the scenario says it, up to chance), cut (an input that was not wholly done), fitted "
    "(to a published or measured figure) or predicted (it follows from the rest)",
    "why": "why there is no interval, where there is none",
}

_GROUPS: Final = (
    (
        "groups.csv",
        "division, replication, group, kpi, value: each KPI of each group (by {by}) in each replication",
    ),
    (
        "groups_summary.csv",
        "a row a division, group and KPI over all replications; columns as in summary.csv",
    ),
)


def readme(results: ResultSet, kept: Sequence[str], kinds: Collection[str], lists: Iterable[str]) -> str:
    """The text, in Markdown; `kept` are the tables that are written, in the formats `kinds`.

    `lists` are the CSV files that the scenario names.
    """
    parts = [_head(results), _files(results, kept, kinds, lists), _sources(), _summary(results)]
    parts += [_tables(results, kept)] if kept else []
    parts.append(_kpis(results))
    return printable("\n\n".join(parts)) + "\n"


def _head(results: ResultSet) -> str:
    n = len(results)
    return (
        f"# {_cell(results.scenario.data.expo.title)}\n\n"
        f"{n:,} replication{'s' if n != 1 else ''} with the seed {results.seed}, engine {results.engine}, by "
        "exposim.\nA replication is the whole fair as it might go; they differ by chance alone.\n"
        "Times are clock times at the fair; all else has its unit beside it.\nAn empty cell is a missing "
        "value. In CSV files and workbooks, a text that a spreadsheet\nwould take for a formula has a `'` "
        'before it.\n\nIn Python: `sim.ResultSet.load("DIRECTORY")`.'
    )


def _files(results: ResultSet, kept: Sequence[str], kinds: Collection[str], lists: Iterable[str]) -> str:
    rows = [*_FILES, *((name, "a list that the scenario names") for name in sorted(lists))]
    if results.tallies:
        rows.append(_HURTS)
    if results.divided:
        rows += [(name, what.format(by=", ".join(results.divided))) for name, what in _GROUPS]
        rows += [("tables/groups.parquet", "as groups.csv")] if "parquet" in kinds else []
    if kept and "csv" in kinds:
        rows.append(("tables/*.csv", "the tables below, for spreadsheets and any program (UTF-8, commas)"))
    if kept and "parquet" in kinds:
        rows.append(("tables/*.parquet", "the same with the types of their columns, for pandas, R, DuckDB …"))
    if "xlsx" in kinds:
        rows.append(("tables.xlsx", "summaries, groups and tables as sheets of one workbook"))
    return "## Files\n\n" + _table(("file", "what it is"), [(f"`{name}`", what) for name, what in rows])


def _sources() -> str:
    rows = [(f"`{name}`", meaning) for name, meaning in SOURCES_COLUMNS.items()]
    return "## Columns of sources.csv\n\n" + _table(("column", "meaning"), rows)


def _summary(results: ResultSet) -> str:
    there = ["kpi", *results.summary.columns]
    rows = [(f"`{name}`", _SUMMARY.get(name, "")) for name in there]
    return "## Columns of summary.csv\n\n" + _table(("column", "meaning"), rows)


def _tables(results: ResultSet, kept: Sequence[str]) -> str:
    parts = ["## Tables"]
    for name in kept:
        numbers = results.kept_of(name)
        of = f"Of replication{'s' if len(numbers) > 1 else ''} {spans(numbers)}."
        rows = [("`replication`", "number of the replication, from 0")]
        rows += [(f"`{column}`", meaning) for column, meaning in TABLES[name].columns.items()]
        parts.append(f"### {name}\n\n{TABLES[name].rows}\n{of}\n\n" + _table(("column", "meaning"), rows))
    return "\n\n".join(parts)


def _kpis(results: ResultSet) -> str:
    parts = ["## KPIs"]
    told: dict[str, list[tuple[str, ...]]] = {}
    for name in results.names:
        kpi, shown = _registered(name)
        rows = told.setdefault(theme_title(kpi.theme), [])
        unit = shown_unit(kpi.unit, results.scenario.data.costs.currency)
        unit = "share" if kpi.unit == "share" else unit
        what = " ".join(kpi.definition.split())
        row = (f"`{shown}`", kpi.label, unit, kpi.aggregation, results.basis(name), what)
        if row not in rows:
            rows.append(row)
    for theme, rows in told.items():
        header = ("KPI", "label", "unit", "in a replication", "basis", "definition")
        parts.append(f"### {_cell(theme)}\n\n" + _table(header, rows))
    return "\n\n".join(parts)


def _registered(name: str) -> tuple[KPI, str]:
    """The KPI, or the family that it is a member of, and how it is shown."""
    if name in KPIS:
        return KPIS[name], name
    family = family_of(name)
    return (describe(name), name) if family is None else (family, f"{family.name}.NAME")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """A text that is one cell, whatever is in it."""
    return " ".join(text.replace("|", "\\|").split())
