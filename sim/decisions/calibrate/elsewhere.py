"""What a calibration file predicts elsewhere: KPIs of other scenarios, given the values that are fitted.

`[predictions.SCENARIO]` names KPIs, each with what is published of it and what simpler rules say, if
anything: neither is fitted to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from sim.decisions.asked_file import STRICT, place_of, scenario_beside
from sim.decisions.figures import Place, described
from sim.files.problems import Fault, ScenarioError
from sim.scenario import Scenario
from sim.scenario.reading.document import Document
from sim.scenario.schema.expected import KPIName
from sim.statistics.text import number

__all__ = ["Asked", "Beside", "Elsewhere", "Predictions", "nonsense", "predictions"]


class Beside(BaseModel):
    """What a prediction stands beside."""

    model_config = STRICT
    low: float | None = Field(None, description="The least that was published.")
    high: float | None = Field(None, description="The greatest.")
    source: str = Field("", max_length=200, description="Where the figure is from.")
    nulls: dict[str, float] = Field(
        default_factory=dict, max_length=10, description="What simpler rules say, by what they are."
    )

    @model_validator(mode="after")
    def _is_range(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"found low = {self.low:g}, high = {self.high:g}; allowed: low up to high")
        return self


Predictions = dict[str, dict[KPIName, Beside]]
"""Section `[predictions]`: by scenario and KPI."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A KPI that is predicted in another scenario."""

    kpi: str
    low: float
    """The least that was published; -inf if nothing, or no such limit, is."""
    high: float
    source: str
    nulls: Mapping[str, float]
    place: Place
    """Where the file asks about it."""

    @property
    def is_published(self) -> bool:
        """Whether anything is published of it."""
        return isfinite(self.low) or isfinite(self.high)

    @property
    def published(self) -> str:
        """What is published, as people write it: `200 to 210`, `200 or more`."""
        low, high = (number(end, described(self.kpi).unit) for end in (self.low, self.high))
        if not isfinite(self.high):
            return f"{low} or more"
        return f"{high} or less" if not isfinite(self.low) else low if low == high else f"{low} to {high}"


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """Another scenario to which the values are given that are fitted, and what is predicted of it."""

    scenario: Scenario
    """With its own values."""
    kpis: tuple[Asked, ...]


def predictions(
    said: Predictions,
    document: Document,
    path: Path,
    sets: Mapping[str, object],
    values: Mapping[str, object],
    *,
    allow_outside: bool,
) -> tuple[Elsewhere, ...]:
    """What a file says of other scenarios, in which these values can be set.

    Raises:
        ScenarioError: with all that is wrong with it, or with a scenario.
    """
    faults: list[Fault] = []
    found = []
    for name, kpis in said.items():
        keys = ("predictions", name)
        try:
            scenario = scenario_beside(document, keys, path, name, sets, allow_outside=allow_outside)
        except ScenarioError as error:
            faults += error.problems
            continue
        try:
            scenario.replace(**values)
        except ScenarioError as error:
            faults += [document.problem(keys, f"{name}: {fault.message}") for fault in error.problems]
        faults += [
            document.problem((*keys, kpi), message)
            for kpi, beside in kpis.items()
            for message in nonsense(kpi, {"low": beside.low, "high": beside.high, **beside.nulls})
        ]
        asked = (
            Asked(
                kpi,
                -inf if beside.low is None else beside.low,
                inf if beside.high is None else beside.high,
                beside.source,
                beside.nulls,
                place_of(document, (*keys, kpi)),
            )
            for kpi, beside in kpis.items()
        )
        found.append((scenario, asked))
    if faults:
        raise ScenarioError(faults)
    return tuple(Elsewhere(scenario, tuple(asked)) for scenario, asked in found)


def nonsense(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What of values of a KPI, by what they are, makes no sense: there is no such KPI, or it is never so."""
    try:
        k = described(name)
    except KeyError as error:
        yield str(error.args[0])
        return
    for what, given in values.items():
        if given is not None and not k.low <= given <= k.high:
            near = f"; {given:g} % is {given / 100:g}" if k.unit == "share" and 1 < given <= 100 else ""
            yield f"found {what} = {given:g}; {name} is from {k.low:g} to {k.high:g}{near}"
