"""Kinds of values that many fields of a scenario share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from sim.files.text import CLEAN, same

__all__ = [
    "CLEAN",
    "STAGES",
    "ActivityKind",
    "Country",
    "ExhibitorName",
    "Hour",
    "Name",
    "Point",
    "Stage",
    "Weight",
]

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
ExhibitorName = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=CLEAN), AfterValidator(same)
]
"""As a list of exhibitors has it, in which names are compared so too."""
Weight = Annotated[float, Field(ge=0, le=1e9)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Hour = Annotated[str, StringConstraints(pattern=r"^([01]?[0-9]|2[0-3])$")]
Point = tuple[Annotated[float, Field(ge=-1e5, le=1e5)], Annotated[float, Field(ge=-1e5, le=1e5)]]
ActivityKind = Literal["ceremony", "forum", "seminar", "exchange", "debut"]
Stage = Literal["research", "materials", "components", "manufacturing", "distribution", "services"]
STAGES: tuple[Stage, ...] = (
    "research",
    "materials",
    "components",
    "manufacturing",
    "distribution",
    "services",
)
