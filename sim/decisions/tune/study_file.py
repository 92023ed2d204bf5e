"""What a study file says: which scenario, which values of which parameters, what is best, and what must be.

A study file is TOML of sections: `[study]`, `[parameters]`, `[objective]`, perhaps `[second_objective]`, and
`[constraints]`. It is data: an objective is a sum of KPIs and parameters, each times a number, and no text is
calculated with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from sim.decisions.asked_file import (
    STRICT,
    is_number,
    place_of,
    read_form,
    scenario_beside,
    section_of,
    shipped_in,
    told_once,
    value_at,
)
from sim.decisions.expecting import nonsense
from sim.decisions.figures import Place, described
from sim.decisions.told import in_text
from sim.decisions.tune.parameters import dimensions_of, ends
from sim.decisions.tune.selecting import MOST
from sim.decisions.tune.space import Dimension, Position, combinations, settings_at
from sim.files.locator import Keys
from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.scenario import Scenario
from sim.scenario.reading.document import Document
from sim.scenario.schema.expected import Comparison, Expectation, KPIName, comparisons
from sim.studies.varying import Point, grid

__all__ = ["Objective", "Study", "load_study", "shipped_studies"]


_OBJECTIVES: Final = ("objective", "second_objective")  # sections


class About(BaseModel):
    """Section `[study]`."""

    model_config = STRICT
    scenario: str = Field(description="A shipped scenario, or a file, from where the study file is.")
    title: str = Field("", description="What is asked.")


class Objective(BaseModel):
    """Section `[objective]`: a sum of KPIs and of parameters, and whether much or little of it is best."""

    model_config = STRICT
    title: str = Field("", description="What it is called.")
    goal: Literal["maximise", "minimise"] = Field(description="Whether the greatest or the least is best.")
    kpis: dict[KPIName, float] = Field(min_length=1, description="What one of each KPI is worth.")
    costs: dict[str, float] = Field({}, description="What one of a parameter costs.")
    indifference: float = Field(gt=0, description="A difference of the objective that does not matter.")

    @property
    def sign(self) -> int:
        """1 if more is better, else -1."""
        return 1 if self.goal == "maximise" else -1

    @property
    def called(self) -> str:
        """What it is called: its title, or what it is the KPI of."""
        if self.title or not self.is_kpi:
            return self.title or "objective"
        return in_text(described(next(iter(self.kpis))).label)

    @property
    def is_kpi(self) -> bool:
        """Whether it is nothing but a KPI."""
        return list(self.kpis.values()) == [1.0] and not self.costs

    @property
    def unit(self) -> str:
        """That of its KPI, if it is nothing else; empty of a sum."""
        return described(next(iter(self.kpis))).unit if self.is_kpi else ""

    def value(self, kpis: Mapping[str, float], settings: Mapping[str, object]) -> float:
        """What it comes to, of the KPIs of a replication and the parameters.

        Costs count against what is to be great, and are part of what is to be little.
        """
        worth = sum(weight * kpis[name] for name, weight in self.kpis.items())
        cost = sum(weight * _number(settings[path]) for path, weight in self.costs.items())
        return worth - self.sign * cost


class File(BaseModel):
    """A study file."""

    model_config = STRICT
    study: About = Field(description="Which scenario it is of.")
    parameters: dict[str, Any] = Field(
        min_length=1, description="Values of each parameter, or a range; what they may be, the scenario says."
    )
    objective: Objective = Field(description="What is best.")
    second_objective: Objective | None = Field(None, description="What is best besides, if that is another.")
    constraints: dict[KPIName, Expectation] = Field({}, description="What must be, as in [expect].")


@dataclass(frozen=True, eq=False)
class Study:
    """A study, read and sound."""

    name: str
    title: str
    scenario: Scenario
    """What the study begins with."""
    dimensions: tuple[Dimension, ...]
    """The parameters and their values."""
    points: tuple[Point, ...]
    """All candidates, if these are so few that all are run: each combination of the values."""
    objectives: tuple[Objective, ...]
    """One, or two."""
    constraints: tuple[tuple[str, Comparison], ...]
    start: Mapping[str, object]
    """The values that the scenario has itself."""
    places: Mapping[str, Place]
    """Where the file asks about each KPI, those of groups too."""

    @property
    def objective(self) -> Objective:
        """The first, or the only one."""
        return self.objectives[0]

    @property
    def combinations(self) -> int:
        """How many there are of all values."""
        return combinations(self.dimensions)

    @property
    def figures(self) -> tuple[str, ...]:
        """All KPIs that it asks about, those of groups too."""
        return tuple(self.places)

    def point(self, position: Position) -> Point:
        """The scenario of a combination. Raises ScenarioError if it cannot be."""
        settings = settings_at(self.dimensions, position)
        return Point(settings, self.scenario.replace(**settings))


def _number(value: object) -> float:
    assert isinstance(value, int | float)  # `load_study` takes no other
    return float(value)


def shipped_studies() -> dict[str, Path]:
    """The files of the shipped studies by name."""
    return shipped_in("studies")


def load_study(
    name_or_path: str | os.PathLike[str],
    sets: Mapping[str, object] | None = None,
    *,
    allow_outside: bool = False,
) -> Study:
    """The study of a file, or a shipped one by its bare name, with values set in its scenario besides.

    Files that the scenario names lie beside or below it, unless `allow_outside`.

    Raises:
        ScenarioError: with all that is wrong with the file, or with its scenario.
    """
    file, document, path, faults = read_form(File, name_or_path, shipped_studies(), "study")
    scenario: Scenario | None = None
    named = section_of(document.tree, "study").get("scenario")
    if isinstance(named, str):
        try:
            at = ("study", "scenario"), path, named
            scenario = scenario_beside(document, *at, sets or {}, allow_outside=allow_outside)
        except ScenarioError as error:
            faults += error.problems
    faults += _faults(document)
    sections, wrong = dimensions_of(document, section_of(document.tree, "parameters"))
    dimensions = tuple(sections.values())
    faults += [*wrong, *_unpriceable(document, dimensions)]
    points: tuple[Point, ...] = ()
    start: dict[str, object] = {}
    if scenario is not None and dimensions:
        try:
            points = _points(scenario, dimensions, two="second_objective" in document.tree)
            start = {path: value_at(scenario, path) for each in dimensions for path in each.paths}
            faults += _unpriced(document, scenario, start)
        except ScenarioError as error:
            faults += _placed(document, sections, error.problems)
    if faults or file is None or scenario is None:
        raise ScenarioError(told_once(faults))
    constraints = tuple((name, each) for name, text in file.constraints.items() for each in comparisons(text))
    objectives = tuple(each for each in (file.objective, file.second_objective) if each is not None)
    said = [
        (section, "kpis", name)
        for section, objective in zip(_OBJECTIVES, objectives, strict=False)
        for name in objective.kpis
    ]
    places: dict[str, Place] = {}
    for keys in (*said, *(("constraints", name) for name in file.constraints)):
        places.setdefault(keys[-1], place_of(document, keys))
    return Study(
        path.stem,
        file.study.title,
        scenario,
        dimensions,
        points,
        objectives,
        constraints,
        start,
        places,
    )


def _points(scenario: Scenario, dimensions: Sequence[Dimension], *, two: bool) -> tuple[Point, ...]:
    """All combinations, if they are few enough to be run, and none else, but that each end can be is seen.

    Raises ScenarioError if a value cannot be; `two`: objectives, of which fronts are searched.
    """
    if combinations(dimensions) <= MOST and not two:
        return grid(scenario, dimensions)
    problems: list[Fault] = []
    for each in dimensions:
        try:
            grid(scenario, [ends(each)])
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return ()


def _faults(document: Document) -> Iterator[Fault]:
    """What is wrong with a study beyond its form, but for its parameters."""
    for name, text in section_of(document.tree, "constraints").items():
        with suppress(ValueError):  # the form says so
            for message in nonsense(name, comparisons(text)) if isinstance(text, str) else ():
                yield document.problem(("constraints", name), message)
    for section in _OBJECTIVES:
        for name in section_of(document.tree, section, "kpis"):
            try:
                described(name)
            except KeyError as error:
                yield document.problem((section, "kpis", name), str(error.args[0]))


def _unpriceable(document: Document, dimensions: Sequence[Dimension]) -> Iterator[Fault]:
    """Costs of what is no parameter, or has values that are no numbers."""
    values = {
        path: [row[at] for row in each.values] for each in dimensions for at, path in enumerate(each.paths)
    }
    there = [path.strip() for name in section_of(document.tree, "parameters") for path in name.split("/")]
    for section in _OBJECTIVES:
        for name in section_of(document.tree, section, "costs"):
            if name not in there:
                near = did_you_mean(name, there)
                message = f"is no parameter of the study; allowed here: {', '.join(there)}{near}"
                yield document.problem((section, "costs", name), message)
            elif not all(map(is_number, values.get(name, ()))):
                yield document.problem((section, "costs", name), "has values that are no numbers")


def _unpriced(document: Document, scenario: Scenario, start: Mapping[str, object]) -> Iterator[Fault]:
    """Costs of what is no number in the scenario itself."""
    message = f"{scenario.name} itself has no number there, so that what it costs now cannot be told"
    for section in _OBJECTIVES:
        for name in section_of(document.tree, section, "costs"):
            if name in start and not is_number(start[name]):
                yield document.problem((section, "costs", name), message)


def _placed(document: Document, sections: Mapping[str, Dimension], problems: Sequence[Fault]) -> list[Fault]:
    """Faults of values, where they stand in the study file; what is wrong with all values once."""
    wrong: dict[tuple[Keys, str], list[str]] = {}
    for fault in problems:
        named = [
            (name, f"--vary {path}=")
            for name, each in sections.items()
            for path in each.paths
            if fault.file.startswith(f"--vary {path}=")
        ]
        value = fault.file.removeprefix(named[0][1]) if named else ""
        message = fault.message if named or not fault.path else f"{fault.path}: {fault.message}"
        wrong.setdefault((("parameters", *(name for name, _ in named[:1])), message), []).append(value)
    many = {name: len(each.values) for name, each in sections.items()}
    placed = []
    for (keys, message), values in wrong.items():
        told = message.startswith("found ") or len(values) == many.get(str(keys[-1]), len(values))
        placed.append(document.problem(keys, message if told else f"{', '.join(values)}: {message}"))
    return placed
