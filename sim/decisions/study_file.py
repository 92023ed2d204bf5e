"""What a study file says: which scenario, which values of which parameters, what is best, and what must be.

A study file is TOML of four sections: `[study]`, `[parameters]`, `[objective]` and `[constraints]`. It is
data: the objective is a sum of KPIs and parameters, each times a number, and no text is calculated with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.decisions.expecting import nonsense
from sim.decisions.selecting import MOST
from sim.files.locator import Keys, split_path
from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.scenario import Scenario
from sim.scenario.checks.wording import describe
from sim.scenario.load import load
from sim.scenario.reading.catalogue import shipped_directory, shipped_files
from sim.scenario.reading.document import Document, read
from sim.scenario.schema.expected import Comparison, Expectation, KPIName, comparisons
from sim.statistics.kpis import describe as kpi_named
from sim.studies.varying import Axis, Point, grid

__all__ = ["Study", "load_study", "shipped_studies"]

_STRICT: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
Weight = Annotated[float, Field(allow_inf_nan=False)]


class About(BaseModel):
    """Section `[study]`."""

    model_config = _STRICT
    scenario: str = Field(description="A shipped scenario, or a file, from where the study file is.")
    title: str = Field("", description="What is asked.")


class Objective(BaseModel):
    """Section `[objective]`: a sum of KPIs and of parameters, and whether much or little of it is best."""

    model_config = _STRICT
    goal: Literal["maximise", "minimise"] = Field(description="Whether the greatest or the least is best.")
    kpis: dict[KPIName, Weight] = Field(min_length=1, description="What one of each KPI is worth.")
    costs: dict[str, Weight] = Field({}, description="What one of a parameter costs.")
    indifference: float = Field(gt=0, description="A difference of the objective that does not matter.")


class File(BaseModel):
    """A study file."""

    model_config = _STRICT
    study: About = Field(description="Which scenario it is of.")
    parameters: dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]] = Field(
        min_length=1, description="Values of each parameter; what they may be, the scenario says."
    )
    objective: Objective = Field(description="What is best.")
    constraints: dict[KPIName, Expectation] = Field({}, description="What must be, as in [expect].")


@dataclass(frozen=True, eq=False)
class Study:
    """A study, read and sound."""

    name: str
    title: str
    scenario: Scenario
    """What the study begins with."""
    points: tuple[Point, ...]
    """All candidates: each combination of the values."""
    objective: Objective
    constraints: tuple[tuple[str, Comparison], ...]
    start: Mapping[str, object]
    """The values that the scenario has itself."""

    @property
    def sign(self) -> int:
        """1 if more is better, else -1."""
        return 1 if self.objective.goal == "maximise" else -1

    def value(self, kpis: Mapping[str, float], settings: Mapping[str, object]) -> float:
        """The objective, of the KPIs of a replication and the parameters.

        Costs count against what is to be great, and are part of what is to be little.
        """
        worth = sum(weight * kpis[name] for name, weight in self.objective.kpis.items())
        cost = sum(weight * _number(settings[path]) for path, weight in self.objective.costs.items())
        return worth - self.sign * cost


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float:
    assert isinstance(value, int | float)  # `load_study` takes no other
    return float(value)


def shipped_studies() -> dict[str, Path]:
    """The files of the shipped studies by name."""
    return {path.stem: path for path in sorted((shipped_directory() / "studies").glob("*.toml"))}


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
    text = os.fspath(name_or_path)
    known = shipped_studies()
    path = Path(text)
    if text in known and not path.is_file():
        path = known[text]
    elif path.suffix != ".toml" and not path.is_file():
        names = ", ".join(known)
        message = f"there is no study of this name and no such file; shipped are: {names}"
        raise ScenarioError([Fault(text, None, "", message + did_you_mean(text, known))])
    document = read(path)
    try:
        file = File.model_validate(document.tree)
    except ValidationError as error:
        raise ScenarioError(
            document.problem(keys, message) for keys, message in describe(error, File, document.tree)
        ) from None
    scenario = _scenario(document, file, path, sets or {}, allow_outside)
    if faults := list(_faults(document, file, scenario)):
        raise ScenarioError(faults)
    axes = [Axis((name,), tuple((v,) for v in values)) for name, values in file.parameters.items()]
    try:
        points = grid(scenario, axes)
    except ScenarioError as error:
        raise ScenarioError(_placed(document, axes, error.problems)) from None
    constraints = tuple((name, each) for name, text in file.constraints.items() for each in comparisons(text))
    start = {axis.name: _value_at(scenario, axis.name) for axis in axes}
    if unpriced := [name for name in file.objective.costs if not _is_number(start[name])]:
        message = f"{scenario.name} itself has no number there, so that what it costs now cannot be told"
        raise ScenarioError(document.problem(("objective", "costs", name), message) for name in unpriced)
    return Study(path.stem, file.study.title, scenario, points, file.objective, constraints, start)


def _scenario(
    document: Document, file: File, path: Path, sets: Mapping[str, object], allow_outside: bool
) -> Scenario:
    name = file.study.scenario
    beside = path.parent / name
    if name not in shipped_files() and not beside.is_file():
        message = f"found {name!r}; there is no such shipped scenario, and no such file beside the study"
        raise ScenarioError(
            [document.problem(("study", "scenario"), message + did_you_mean(name, shipped_files()))]
        )
    return load(beside if beside.is_file() else name, sets, allow_outside=allow_outside)


def _faults(document: Document, file: File, scenario: Scenario) -> Iterator[Fault]:
    """What is wrong with a study beyond its form."""
    many = prod(map(len, file.parameters.values()))
    if many > MOST:
        message = f"found {many:,} combinations of values; allowed: {MOST} at most"
        yield document.problem(("parameters",), message)
    seen: dict[tuple[str, ...], str] = {}
    for name, values in file.parameters.items():
        if any(value in values[:at] for at, value in enumerate(values)):
            yield document.problem(("parameters", name), "found a value twice")
        try:
            path = split_path(name)
        except ValueError as error:
            yield document.problem(("parameters", name), str(error))
            continue
        if seen.setdefault(path, name) != name:
            yield document.problem(("parameters", name), f"is {seen[path]} again")
    for name in file.objective.kpis:
        try:
            kpi_named(name)
        except KeyError as error:
            yield document.problem(("objective", "kpis", name), str(error.args[0]))
    for name, text in file.constraints.items():
        for message in nonsense(name, comparisons(text)):
            yield document.problem(("constraints", name), message)
    for name in file.objective.costs:
        if name not in file.parameters:
            near = did_you_mean(name, file.parameters)
            allowed = ", ".join(file.parameters)
            message = f"is no parameter of the study; allowed here: {allowed}{near}"
            yield document.problem(("objective", "costs", name), message)
        elif not all(map(_is_number, file.parameters[name])):
            yield document.problem(("objective", "costs", name), "has values that are no numbers")


def _placed(document: Document, axes: Sequence[Axis], problems: Sequence[Fault]) -> list[Fault]:
    """Faults of values, where they stand in the study file; what is wrong with all values once."""
    wrong: dict[tuple[Keys, str], list[str]] = {}
    for fault in problems:
        names = [axis.name for axis in axes if fault.file.startswith(f"--vary {axis.name}=")]
        value = fault.file.removeprefix(f"--vary {names[0]}=") if names else ""
        wrong.setdefault((("parameters", *names[:1]), fault.message), []).append(value)
    many = {axis.name: len(axis.values) for axis in axes}
    placed = []
    for (keys, message), values in wrong.items():
        told = message.startswith("found ") or len(values) == many.get(str(keys[-1]), len(values))
        placed.append(document.problem(keys, message if told else f"{', '.join(values)}: {message}"))
    return placed


def _value_at(scenario: Scenario, path: str) -> object:
    """What a scenario has at a path; None if nothing is said there."""
    at: Any = scenario.data
    for key in split_path(path):
        at = at.get(key) if isinstance(at, Mapping) else getattr(at, key, None)
    return at
