"""The command `kpis`: which KPIs there are, and what one of them is."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final

import click

from sim.cli.arguments import import_option, load_own
from sim.files.lines import WIDTH
from sim.files.text import printable, printable_json

if TYPE_CHECKING:
    from sim.statistics.kpis.registry import KPI

__all__ = ["kpis"]

_MOST_WIDTH: Final = 110  # lines of text that are longer are hard to read
_MEMBER: Final = "NAME"  # stands for a member in the name of a family

EPILOG: Final = """\b
Examples:
  exposim kpis                            all of them, theme by theme
  exposim kpis meetings.held              what it is
  exposim kpis promises                   those of a theme
  exposim kpis '*wait*'                   those with a wait in their names
  exposim kpis --import my_fair.py mine   one's own
"""


@click.command(epilog=EPILOG)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@import_option("KPIs of one's own (@sim.kpi)")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known of them as JSON.")
def kpis(names: tuple[str, ...], imports: tuple[Path, ...], as_json: bool) -> None:
    """List the KPIs, or explain those of a NAME: a KPI, a family, a theme, or a pattern with * in it.

    One KPI is explained, several are listed.
    """
    load_own(imports)
    chosen = _chosen(names)
    if as_json:
        told = {_shown_name(each): _as_json(each) for each in chosen}
        click.echo(printable_json(json.dumps(told, indent=2, ensure_ascii=False)))
        return
    width = WIDTH
    if sys.stdout.isatty():
        width = max(WIDTH, min(_MOST_WIDTH, shutil.get_terminal_size().columns))
    alone = len(chosen) <= len(names)
    lines = (
        [line for each in chosen for line in [*_explained(each, width), ""]]
        if alone
        else _list(chosen, width)
    )
    click.echo(printable("\n".join(lines).rstrip()))


def _chosen(names: Sequence[str]) -> list[KPI]:
    """The KPIs and families that are meant, each once; all of them if no name is given."""
    from sim.statistics.kpis import KPIS, describe
    from sim.statistics.kpis.registry import MEASURES
    from sim.statistics.own import own_kpis

    there = {**KPIS, **{each.name: each for each in own_kpis()}}
    found: dict[str, KPI] = {} if names else there
    there = {**there, **MEASURES}  # on demand: listed for who asks for them
    for name in names:
        pattern = name.removesuffix(f".{_MEMBER}")
        members = {
            each: kpi
            for each, kpi in there.items()
            if each == pattern or each.startswith(f"{pattern}.") or fnmatchcase(each, pattern)
        }
        if pattern in members:  # a family is meant as a whole, and not what begins alike
            members = {pattern: members[pattern]}
        if not members:
            try:
                members = {name: describe(name)}  # a member of a family
            except KeyError as error:
                raise click.BadParameter(str(error.args[0]), param_hint="NAME") from None
        found |= members
    return list(found.values())


def _shown_name(kpi: KPI) -> str:
    return f"{kpi.name}.{_MEMBER}" if kpi.family else kpi.name


def _unit(kpi: KPI) -> str:
    from sim.statistics.text import shown_unit

    return shown_unit(kpi.unit)


def _list(chosen: Sequence[KPI], width: int) -> list[str]:
    """A line a KPI below the title of its theme; what would be too long goes on in the next."""
    from sim.statistics.kpis import theme_title

    column = min(max(len(_shown_name(kpi)) for kpi in chosen), width // 2 - 4) + 4
    lines: list[str] = []
    theme = None
    for kpi in chosen:
        if kpi.theme != theme:
            theme = kpi.theme
            lines += ["", theme_title(theme)]
        unit = _unit(kpi)
        told = kpi.label + (f", {unit}" if unit and unit.lower() not in kpi.label.lower() else "")
        name = f"  {_shown_name(kpi)}"
        if len(name) >= column:
            lines.append(name)
            name = ""
        lines += wrap(told, width, initial_indent=name.ljust(column), subsequent_indent=" " * column)
    return [*lines[1:], "", "exposim kpis NAME explains one."]


_BASIS: Final = {
    "input": "input: the scenario says it, up to chance",
    "fitted": "fitted: where the scenario names it (expo.fitted), parameters were set so that it meets a "
    "published or measured figure; predicted elsewhere",
    "predicted": "predicted: it follows from the rest",
}


def _explained(kpi: KPI, width: int) -> list[str]:
    """What one KPI is."""
    lines = [_shown_name(kpi), f"  {kpi.label}", ""]
    for paragraph in kpi.definition.split("\n\n"):
        lines += wrap(" ".join(paragraph.split()), width, initial_indent="  ", subsequent_indent="  ")
        lines.append("")
    facts = [
        ("unit", {"1": "a pure number"}.get(kpi.unit, _unit(kpi) or kpi.unit)),
        ("a replication", kpi.aggregation),
        ("over replications", "mean, with a 95 % interval"),
        ("basis", _BASIS[kpi.basis]),
    ]
    if kpi.family:
        facts.insert(0, ("a family", f"one KPI for each {_MEMBER}"))
    for what, said in facts:
        lines += wrap(f"  {f'{what}:':<19}{said}", width, subsequent_indent=" " * 21)
    return lines


def _as_json(kpi: KPI) -> dict[str, object]:
    return {
        "label": kpi.label,
        "theme": kpi.theme,
        "unit": kpi.unit,
        "aggregation": kpi.aggregation,
        "basis": kpi.basis,
        "family": kpi.family,
        "definition": kpi.definition,
    }
