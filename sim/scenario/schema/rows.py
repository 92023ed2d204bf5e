"""The rows of the lists beside a scenario file: an exhibitor, an activity, a pair."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, NaiveDatetime

from sim.files.cells import moment, yes_or_no
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, field
from sim.scenario.schema.kinds import CLEAN, ActivityKind, Country, Name, Stage

__all__ = ["ActivityRow", "ExhibitorRow", "PairRow"]


def _flag(cell: Any) -> Any:
    """Yes or no; anything else is left for pydantic to refuse."""
    said = yes_or_no(cell) if isinstance(cell, str) else None
    return cell if said is None else said


def _clock(cell: Any) -> Any:
    """`2024-11-26 10:00`; anything else is left for pydantic to refuse."""
    return (moment(cell) if isinstance(cell, str) else None) or cell


Flag = Annotated[bool, BeforeValidator(_flag)]


class ExhibitorRow(Section):
    """A row of an exhibitors file. A cell left empty has the column's default."""

    name: str = field(
        ..., "Name; no two alike.", min_length=1, max_length=200, pattern=CLEAN, example="Blue River"
    )
    chain: Name = field(..., "Its chain, by the name of its section.", example="machines")
    stage: Stage = field(..., "Its stage in the chain.", example="components")
    country: Country = field(..., "Country.", unit="ISO 3166 code", example="HU")
    area_m2: float = field(..., "Booth area.", unit="m²", gt=0, le=100_000, example=20)
    staff: int = field(..., "Staff of the booth.", unit="people", ge=1, le=2000, example=4)
    belt_and_road: Flag | None = field(
        None, "Whether from a Belt-and-Road country; by its country if empty.", example=True
    )
    fortune_500: Flag = field(False, "Whether a Fortune Global 500 company.", source=NEUTRAL)
    debut: Flag = field(False, "Whether it shows a new product.", source=NEUTRAL)
    pavilion: Name | None = field(None, "The national pavilion it stands in.", example="hungary")
    sponsor: Name | None = field(None, "The kind of sponsor it is.", example="gold")


class ActivityRow(Section):
    """A row of a programme file. A cell left empty has the column's default."""

    title: str = field(
        ..., "Title.", min_length=1, max_length=300, pattern=CLEAN, example="Batteries without cobalt"
    )
    kind: ActivityKind = field(..., "What it is.", example="seminar")
    starts: Annotated[NaiveDatetime, BeforeValidator(_clock)] = field(
        ...,
        "Start, local time, such as 2024-11-26 10:00.",
        unit="date and clock time",
        example="2025-05-20 10:00",
    )
    talk_minutes: float = field(
        45.0, "Length without the mixing.", unit="min", gt=0, le=720, source=ASSUMPTION, plausible=(20, 90)
    )
    mixing_minutes: float = field(
        0.0, "Length of mixing afterwards.", unit="min", ge=0, le=240, source=NEUTRAL
    )
    room: Name | None = field(
        None, "Kind of room; a debut without a room is held at its booth.", example="seminar"
    )
    host: str | None = field(
        None, "The exhibitor that sends the speaker.", max_length=200, pattern=CLEAN, example="Blue River"
    )
    registered: float = field(0.0, "People registered.", unit="people", ge=0, le=20_000, source=NEUTRAL)


class PairRow(Section):
    """A row of a pairs file: what holds of a pair of organisations, whoever would ask."""

    who: str = field(
        ..., "An organisation.", min_length=1, max_length=200, pattern=CLEAN, example="Blue River"
    )
    whom: str = field(
        ..., "The other one.", min_length=1, max_length=200, pattern=CLEAN, example="Red Mountain"
    )
    rule: Literal["must", "veto", "met"] = field(
        ..., "They must meet, if it can be; must not; or have met before, and need not again.", example="must"
    )
