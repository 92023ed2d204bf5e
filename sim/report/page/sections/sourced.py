"""What the values of a scenario rest on: those that it sets, what its files say, the defaults in force."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from sim.files.locator import path_text, split_path
from sim.report.page.parts import Cell, Code, Column, Heading, Part, Table, Text, named
from sim.scenario.checks.wording import SELF_EVIDENT
from sim.scenario.reading.origins import FILE
from sim.scenario.schema.fields import ASSUMPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario import Scenario
    from sim.scenario.reading.origins import Told
    from sim.scenario.sources import Source

__all__ = ["sourced"]

_NOT_SAID: Final = "not said"
_HEADS: Final = ("Setting", "Value", "What it is", "Source", "Where it is set")


def sourced(scenario: Scenario) -> list[Part]:
    """A table of what is set, what each file says of itself, and a table of the defaults in force."""
    every = scenario.sources
    given = [(each, each.told) for each in every if each.told is not None]
    defaults = [each for each in every if each.told is None]
    if not given:
        return [Text(["Of these results it was not kept which values the scenario sets itself."])]
    return [
        Text([_said([told for _, told in given], defaults)]),
        _given(given),
        *_files([told for _, told in given]),
        *([_defaults(defaults)] if defaults else []),
    ]


def _said(given: Sequence[Told], defaults: Sequence[Source]) -> str:
    """How many values are set, and of how many it is said where they come from."""
    of = Counter("" if not told.source else FILE if told.about == FILE else "beside" for told in given)
    assumed = sum(each.default.startswith(ASSUMPTION) for each in defaults)
    return (
        f"The scenario sets {len(given):,} values. Of {of['beside']:,} its files say beside the value or at "
        f"its section what it rests on, of {of[FILE]:,} at the head of the file alone, and of {of['']:,} "
        f"nothing. Another {len(defaults):,} are defaults: {assumed:,} are assumptions, the others follow a "
        "fact of the model's description (sim/README.md), where facts that are named below stand too."
    )


def _given(given: Sequence[tuple[Source, Told]]) -> Table:
    rows, headings = [], {}
    section, told_of = "", set()
    for at, (each, told) in enumerate(given):
        above = path_text(split_path(each.path)[:-1])
        notes = []
        if told.about not in ("", each.path, FILE) and (told.about, told.source) not in told_of:
            told_of.add((told.about, told.source))
            notes.append(told.source if told.about == above else f"Of {told.about}: {told.source}")
        if above != section or notes:
            headings[at] = Heading(above, notes)
        section = above
        rows.append(
            [
                Cell(each.path),
                named(_value(each)),
                Cell(each.description),
                named(_source(each.path, told)),
                named(told.file if told.line is None else f"{told.file}, line {told.line:,}"),
            ]
        )
    heads = [Column(name, numeric=False) for name in _HEADS]
    folded = f"What the scenario sets, with the sources ({len(rows):,} values)"
    return Table(
        "What the scenario sets: the comment beside or above each value is its source",
        heads,
        rows,
        search="Search what is set",
        folded=folded,
        stacked=True,
        printed=True,
        headings=headings,
    )


def _source(path: str, told: Told) -> str:
    if told.line is None:
        return "set for this run"
    if not told.source:
        return _NOT_SAID
    if told.about == path:
        return told.source
    if told.about == FILE:
        return f"{_NOT_SAID}; see the head of the file"
    return f"as said above of {told.about}"


def _value(each: Source) -> str:
    return each.value if each.unit in SELF_EVIDENT else f"{each.value} {each.unit}"


def _files(given: Sequence[Told]) -> list[Part]:
    """What each file says of itself at its head."""
    heads = {told.file: told.source for told in given if told.about == FILE}
    return [Code(f"What {file} says of itself", said, printed=True) for file, said in sorted(heads.items())]


def _defaults(defaults: Sequence[Source]) -> Table:
    rows = [
        [Cell(each.path), Cell(_value(each)), Cell(each.description), Cell(each.default)] for each in defaults
    ]
    names = ("Setting", "Default", "What it is", "Rests on")
    folded = f"Defaults that say something of the world, with what they rest on ({len(rows):,})"
    return Table(
        "Defaults in force that nobody has set",
        [Column(name, numeric=False) for name in names],
        rows,
        sortable=True,
        search="Search defaults",
        folded=folded,
        stacked=True,
        printed=True,
    )
