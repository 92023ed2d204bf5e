"""What a calibration file says: a scenario, which of its numbers are free, and the figures they are to meet.

It is TOML of three sections: `[calibration]`, `[parameters]` and `[targets]`; and `[predictions]`, of what is
predicted of other scenarios with the same values (`elsewhere`). A target is a value with a
tolerance, towards the middle of which is fitted, or a range (a rounded figure, published ends), within which
everything fits equally.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import exp, inf, isfinite, log
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from sim.decisions.asked_file import (
    STRICT,
    declared_at,
    is_number,
    new_paths,
    place_of,
    read_form,
    scenario_beside,
    section_of,
    shipped_in,
    told_once,
    value_at,
)
from sim.decisions.calibrate.elsewhere import Elsewhere, Predictions, nonsense, predictions
from sim.decisions.figures import Place, described
from sim.decisions.plausible import Plausible, plausible_range
from sim.files.problems import ScenarioError
from sim.scenario import Scenario
from sim.scenario.checks.wording import is_distribution
from sim.scenario.checks.wording import shown_value as found_value
from sim.scenario.reading.document import Document
from sim.scenario.schema.expected import KPIName
from sim.statistics.text import shown_unit
from sim.studies.varying import shown_value

__all__ = ["Calibration", "Parameter", "Target", "load_calibration", "shipped_calibrations"]

_MOST: Final = 12  # parameters: differences are taken in each
_MOST_TARGETS: Final = 100
_MOST_ELSEWHERE: Final = 10
_DIGITS: Final = 6  # of a value: a file with more of them would say no more
_Part = TypeVar("_Part", bound=BaseModel)
_NARROW: Final = 1e-3  # of its values: in a range of less, these digits leave nothing to step by


class About(BaseModel):
    """Section `[calibration]`."""

    model_config = STRICT
    scenario: str = Field(description="A shipped scenario, or a file, from where this one is.")
    title: str = Field("", description="What is fitted.")


class _Named(BaseModel):
    """What stands behind a path in quotes."""

    model_config = STRICT

    @model_validator(mode="before")
    @classmethod
    def _in_quotes(cls, said: Any) -> Any:
        if isinstance(said, dict) and any(isinstance(each, dict) for each in said.values()):
            raise ValueError("found a section in it; a name with dots goes in quotes")
        return said


class Free(_Named):
    """A number that is free, in `[parameters]`."""

    low: float | None = Field(None, description="The least that it may be; that which is plausible.")
    high: float | None = Field(None, description="The greatest.")
    start: float | None = Field(None, description="Where is begun; with the scenario's own value.")
    log: bool = Field(False, description="Whether shares of it count rather than differences.")


class Wanted(_Named):
    """A figure that is to be met, in `[targets]`."""

    value: float | None = Field(None, description="What the mean is to be.")
    low: float | None = Field(None, description="The least that it is to be.")
    high: float | None = Field(None, description="The greatest.")
    tolerance: float | None = Field(None, gt=0, description="How much it may be off.")
    weight: float = Field(1.0, gt=0, le=1_000_000, description="How much a distance from it counts.")
    source: str = Field("", max_length=200, description="Where the figure is from.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        ends = [end for end in (self.low, self.high) if end is not None]
        if (self.value is None) == (not ends):
            raise ValueError("is a value with a tolerance, or a range: low, high or both")
        if self.tolerance is None and len(ends) < 2:
            needed = "with a value" if self.value is not None else "with one end of a range"
            raise ValueError(f"missing key tolerance: {needed} it says how much one may be off")
        if len(ends) == 2 and ends[0] >= ends[1]:
            raise ValueError(f"found low = {ends[0]:g}, high = {ends[1]:g}; allowed: low below high")
        return self


class File(BaseModel):
    """A calibration file."""

    model_config = STRICT
    calibration: About = Field(description="Which scenario is fitted.")
    parameters: dict[str, Free] = Field(
        min_length=1, max_length=_MOST, description="What is free, by path: { low = 2, high = 8 }."
    )
    targets: dict[KPIName, Wanted] = Field(
        min_length=1, max_length=_MOST_TARGETS, description="What KPIs are to be."
    )
    predictions: Predictions = Field(
        default_factory=dict,
        max_length=_MOST_ELSEWHERE,
        description="What is predicted of other scenarios with the same values, by scenario and KPI.",
    )


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the scenario that is free between two ends; a *share* is a place between them, 0 to 1."""

    paths: tuple[str, ...]
    """Where it stands; linked paths all have the value."""
    low: float
    high: float
    start: float
    whole: bool = False
    log: bool = False
    own: float | int | None = None
    """What the scenario has itself, at the first path; None if it says nothing there."""

    @property
    def path(self) -> str:
        """What it is called: its paths."""
        return "/".join(self.paths)

    def at(self, share: float) -> float | int:
        """The value at a share of the range: the next whole number, where only these can be."""
        share = min(1.0, max(0.0, share))
        if self.log:
            value = exp(log(self.low) + share * (log(self.high) - log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        if self.whole:
            return round(value)
        return min(self.high, max(self.low, float(f"{value:.{_DIGITS}g}")))

    def share(self, value: float) -> float:
        """Where in the range a value lies."""
        if self.log:
            return (log(value) - log(self.low)) / (log(self.high) - log(self.low))
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Target:
    """What the mean of a KPI is to be."""

    kpi: str
    low: float
    """The least that is met; -inf if there is no such limit."""
    high: float
    value: float | None
    """What is fitted to; None if all of the range fits equally."""
    scale: float
    """How much off counts as one: the tolerance, or half of the range."""
    weight: float = 1.0
    source: str = ""

    @property
    def asked(self) -> str:
        """The target in words and its unit: `23 ± 1`, `20 to 28 %`, `6,000 or more meetings`."""
        return " ".join(filter(None, self.words))

    @property
    def words(self) -> tuple[str, str]:
        """The same, and the unit apart."""
        unit = described(self.kpi).unit
        about = next(end for end in (self.value, self.low, self.high) if end is not None and isfinite(end))
        shown = shown_unit(unit, value=about)  # as the mean beside it is shown
        factor = {"%": 100, "s": 60}.get(shown, 1) if unit in ("share", "min") else 1
        low, high = (f"{factor * end:,.6g}" for end in (self.low, self.high))
        if self.value is not None:
            return f"{factor * self.value:,.6g} ± {factor * self.scale:,.6g}", shown
        if not isfinite(self.high):
            return f"{low} or more", shown
        return (f"{high} or less" if not isfinite(self.low) else f"{low} to {high}"), shown


@dataclass(frozen=True, eq=False)
class Calibration:
    """A calibration, read and sound."""

    name: str
    title: str
    scenario: Scenario
    """What is fitted, with its own values."""
    parameters: tuple[Parameter, ...]
    targets: tuple[Target, ...]
    sets: Mapping[str, object]
    """What was set in the scenario besides what its file says."""
    places: Mapping[str, Place]
    """Where the file asks about each target."""
    predictions: tuple[Elsewhere, ...] = ()
    """What is predicted of other scenarios."""

    def settings(self, values: tuple[float | int, ...]) -> dict[str, object]:
        """Values of the parameters by path."""
        return {
            path: value for each, value in zip(self.parameters, values, strict=True) for path in each.paths
        }


def shipped_calibrations() -> dict[str, Path]:
    """The files of the shipped calibrations by name."""
    return shipped_in("calibrations")


def load_calibration(
    name_or_path: str | os.PathLike[str],
    sets: Mapping[str, object] | None = None,
    *,
    allow_outside: bool = False,
) -> Calibration:
    """The calibration of a file, or a shipped one by its bare name, with values set in its scenario besides.

    Files that the scenario names lie beside or below it, unless `allow_outside`.

    Raises:
        ScenarioError: with all that is wrong with the file, or with its scenario.
    """
    file, document, path, faults = read_form(File, name_or_path, shipped_calibrations(), "calibration")
    named = section_of(document.tree, "calibration").get("scenario")
    scenario: Scenario | None = None
    if isinstance(named, str):
        try:
            at = ("calibration", "scenario"), path, named
            scenario = scenario_beside(document, *at, sets or {}, allow_outside=allow_outside)
        except ScenarioError as error:
            faults += error.problems
    parameters: dict[str, Parameter] = {}
    seen: set[str] = set()
    for name, free in _sound(Free, document, "parameters"):
        if scenario is None:
            break
        try:
            parameter = parameters[name] = _parameter(scenario, new_paths(name, seen), free)
        except ValueError as error:
            faults.append(document.problem(("parameters", name), str(error)))
            continue
        for end in dict.fromkeys((parameter.at(0), parameter.at(1))):
            faults += [
                document.problem(("parameters", name), message)
                for message in _cannot_be(scenario, parameter, end)
            ]
    for name, wanted in _sound(Wanted, document, "targets"):
        given = {"value": wanted.value, "low": wanted.low, "high": wanted.high}
        faults += [document.problem(("targets", name), message) for message in nonsense(name, given)]
    start = {path: each.at(each.share(each.start)) for each in parameters.values() for path in each.paths}
    elsewhere: tuple[Elsewhere, ...] = ()
    try:
        said = {} if file is None else file.predictions
        elsewhere = predictions(said, document, path, sets or {}, start, allow_outside=allow_outside)
    except ScenarioError as error:
        faults += error.problems
    if faults or file is None or scenario is None:
        raise ScenarioError(told_once(faults))
    targets = tuple(_target(name, wanted) for name, wanted in file.targets.items())
    title = file.calibration.title
    places = {name: place_of(document, ("targets", name)) for name in file.targets}
    numbers = tuple(parameters.values())
    return Calibration(path.stem, title, scenario, numbers, targets, dict(sets or {}), places, elsewhere)


def _sound(form: type[_Part], document: Document, section: str) -> Iterator[tuple[str, _Part]]:
    """What the keys of a section say, of those of which the form is as it should be."""
    for name, said in section_of(document.tree, section).items():
        with suppress(ValidationError):
            yield name, form.model_validate(said)


def _parameter(scenario: Scenario, paths: tuple[str, ...], free: Free) -> Parameter:
    """Raises ValueError if that cannot be free."""
    numbers = [_number_at(scenario, path) for path in paths]
    own, whole = numbers[0].own, any(each.whole for each in numbers)
    plausible = next((each.plausible for each in numbers if each.plausible), None)
    low, high = (
        given if given is not None else plausible and plausible[position]
        for position, given in enumerate((free.low, free.high))
    )
    if low is None or high is None:
        end = "low and high" if low is None and high is None else "low" if low is None else "high"
        raise ValueError(f"no range is known of it: give {end}")
    if whole and not (float(low).is_integer() and float(high).is_integer()):
        raise ValueError(f"found {low:g} to {high:g}; allowed: whole numbers")
    if low >= high:
        raise ValueError(f"found low = {low:g}, high = {high:g}; allowed: low below high")
    if not whole and high - low < _NARROW * max(abs(low), abs(high)):
        raise ValueError(f"found low = {low}, high = {high}; allowed: ends a thousandth or more apart")
    if free.log and (whole or low <= 0):
        raise ValueError("log goes with numbers above 0 that need not be whole")
    if free.start is not None and not low <= free.start <= high:
        raise ValueError(f"found start = {free.start:g}; allowed: {low:g} to {high:g}")
    middle = (low * high) ** 0.5 if free.log else (low + high) / 2
    begin = free.start if free.start is not None else middle if own is None else min(high, max(low, own))
    return Parameter(paths, float(low), float(high), float(begin), whole, free.log, own)


class _Number(NamedTuple):
    own: float | int | None
    whole: bool
    plausible: Plausible | None


def _number_at(scenario: Scenario, path: str) -> _Number:
    """What is known of a number of a scenario. Raises ValueError if there is none."""
    own, shape = value_at(scenario, path), declared_at(path)
    if is_number(own):
        return _Number(own, isinstance(own, int), _plausible(scenario, path))
    if shape is not None and is_distribution(shape):
        raise ValueError(f"is a distribution; allowed: a number of it, such as {path}.mean")
    if own is not None or shape is None or shape.hint not in (int, float):
        _cannot_be_set(scenario, path)
        found = "nothing" if own is None else found_value(own)
        raise ValueError(f"{scenario.name} has {found} there; allowed: a path at which it has a number")
    return _Number(None, shape.hint is int, _plausible(scenario, path))


def _plausible(scenario: Scenario, path: str) -> Plausible | None:
    """The range in which a number is plausible, or the mean of a distribution, of which it is a part."""
    above, _, last = path.rpartition(".")
    place = above if declared_at(path) is None and last in ("mean", "value") else path
    shape = declared_at(place)
    if shape is None or shape.field is None:
        return None
    return plausible_range(shape.field, value_at(scenario, place))


def _cannot_be_set(scenario: Scenario, path: str) -> None:
    """Raise what a scenario says of a path that it does not know."""
    try:
        scenario.replace(**{path: 1})
    except ScenarioError as error:
        for fault in error.problems:
            if "unknown key" in fault.message or "there is no" in fault.message:
                raise ValueError(fault.message) from None


def _cannot_be(scenario: Scenario, parameter: Parameter, value: float | int) -> Iterator[str]:
    """Why a scenario cannot have this value."""
    try:
        scenario.replace(**dict.fromkeys(parameter.paths, value))
    except ScenarioError as error:
        for fault in error.problems:
            told = fault.message.startswith("found ")
            yield fault.message if told else f"{shown_value(value)}: {fault.message}"


def _target(name: str, wanted: Wanted) -> Target:
    if wanted.value is not None:
        assert wanted.tolerance is not None
        ends = wanted.value - wanted.tolerance, wanted.value + wanted.tolerance
        return Target(name, *ends, wanted.value, wanted.tolerance, wanted.weight, wanted.source)
    low = -inf if wanted.low is None else wanted.low
    high = inf if wanted.high is None else wanted.high
    scale = wanted.tolerance if wanted.tolerance is not None else (high - low) / 2
    return Target(name, low, high, None, scale, wanted.weight, wanted.source)
