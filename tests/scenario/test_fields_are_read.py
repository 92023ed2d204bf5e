"""A field that nothing reads would be a promise that the program does not keep."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.decisions.expecting import faults
from sim.scenario import ActivityRow, ExhibitorRow, ScenarioData, fields, load, template
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import NEUTRAL, Section, field, section_in
from sim.scenario.schema.rows import PairRow, PublishedRow
from tests.scenario.conftest import Write, edited

Read = set[tuple[type[Section], str]]

# who declares, checks or writes a field makes nothing of it
APART = ("sim.scenario.schema", "sim.scenario.checks", "sim.scenario.writing", "pydantic")
OFF = re.compile(r"^#(?=[a-z\[])", re.M)
FILES = re.compile(r"^(extends|exhibitors_file|programme_file|pairs_file|published) = .*\n", re.M)
EXHIBITORS = """\
name,chain,stage,country,area_m2,staff,belt_and_road,fortune_500,debut,pavilion,sponsor,hall,stand,x_m,y_m,width_m,depth_m,most,least,rest
Blue River,machines,components,CN,20,4,no,yes,yes,,gold,north,A1,2,3,5,4,9,1,5
Red Mountain,parts,materials,HU,,4,yes,no,no,hungary,,,B1,,,5,4,,,
Green Hill,,,,,,,,,,,,,,,,,,,
Grey Rock,,,,,,,,,,,,,,,,,,,
"""
PROGRAMME = """\
title,kind,starts,talk_minutes,mixing_minutes,room,host,registered
Batteries,seminar,2025-05-20 11:00,30,10,seminar,Blue River,20
"""
CHANGES = {  # switch on what the template's examples leave off
    "visitors.buyer.tour_share": 0.5,
    "matchmaking.main.rounds": 2,
    "matchmaking.by_stable.location": "booth",
    "matchmaking.by_fair.against_no_shows": "reminders",
    "matchmaking.by_fair.again_share": 0.5,
    "matchmaking.by_optimal.against_no_shows": "standbys",
}
PATHS = {"ScenarioData.programme_file", "Matchmaking.published"}  # read as text, first
PAIRS = "who,whom,rule\nBlue River,Red Mountain,must\n"
PUBLISHED = "who,whom,start,end,table\nBlue River,Ash Trading,2025-05-20 12:20,2025-05-20 12:40,2\n"
LISTED = """exhibitors_file = "exhibitors.csv"
programme_file = "programme.csv"
pairs_file = "pairs.csv"
"""
GIVEN = (
    ("count = 20\n", "sponsors = { gold = 1 }\n"),
    ("[matchmaking.main]\n", '[matchmaking.main]\npublished = "timetable.csv"\n'),
)


@contextmanager
def reads(patch: pytest.MonkeyPatch) -> Iterator[Read]:
    """The fields that are read meanwhile by whoever makes something of them."""
    seen: Read = set()

    def spy(self: Section, name: str) -> Any:
        model = type(self)
        reader = sys._getframe(1).f_globals.get("__name__", "")
        if name in model.model_fields and not reader.startswith(APART):
            seen.add((model, name))
        elif name == "model_dump" and not reader.startswith("sim.scenario"):
            seen.update((model, each) for each in model.model_fields)  # all handed on
        return object.__getattribute__(self, name)

    with patch.context() as patched:
        patched.setattr(Section, "__getattribute__", spy, raising=False)
        yield seen


def sections(model: type[Section]) -> Iterator[type[Section]]:
    yield model
    for info in model.model_fields.values():
        if inner := section_in(info.annotation):
            yield from sections(inner)


def unread(roots: tuple[type[Section], ...], seen: Read) -> list[str]:
    """The fields of these sections, and of those in them, that nobody has read."""
    models = dict.fromkeys(model for root in roots for model in sections(root))
    return [
        f"{model.__name__}.{name}"
        for model in models
        for name in model.model_fields
        if (model, name) not in seen
    ]


def use(path: Path, changes: Mapping[str, Any] | None = None) -> None:
    """Load, build and run a scenario, and look at its numbers, frames, first screen and expectations."""
    scenario = load(path, changes)
    assert not faults(scenario)
    result = sim.run(scenario)
    assert result.row
    assert str(result)
    assert len(result.interactions)
    assert len(result.exhibitors)


def test_every_field_of_a_scenario_and_of_its_lists_is_read(
    small: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = OFF.sub("", template())
    write("exhibitors.csv", EXHIBITORS)
    write("programme.csv", PROGRAMME)
    write("pairs.csv", PAIRS)
    write("timetable.csv", PUBLISHED)
    with reads(monkeypatch) as seen:
        use(write("whole.toml", FILES.sub("", whole)), CHANGES)
        use(write("listed.toml", LISTED + edited(small, *GIVEN)))
    roots: tuple[type[Section], ...] = (ScenarioData, ExhibitorRow, ActivityRow, PairRow, PublishedRow)
    assert sorted(unread(roots, seen)) == sorted(PATHS)


def test_a_field_that_nothing_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Painted(Section):
        """A thing with a colour."""

        size: float = field(1.0, "Its size.", unit="m", ge=0, le=9, source=NEUTRAL)
        colour: str = field("", "Its colour.", example="red")

    with reads(monkeypatch) as seen:
        assert Painted().size == 1
    assert unread((Painted,), seen) == ["Painted.colour"]
    assert len(fields()) > 200
    assert len(DISTRIBUTIONS) == 9  # their numbers are read by their own quantiles, tested by themselves
