"""The rows of the lists beside a scenario file: an exhibitor, an activity, a pair."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, NaiveDatetime

from sim.files.cells import moment, yes_or_no
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL, Section, field
from sim.scenario.schema.kinds import CLEAN, ActivityKind, Country, Name, Stage
from sim.scenario.schema.limits import limit

__all__ = ["ActivityRow", "ExhibitorRow", "PairRow", "PublishedRow"]


def _flag(cell: Any) -> Any:
    """Yes or no; anything else is left for pydantic to refuse."""
    said = yes_or_no(cell) if isinstance(cell, str) else None
    return cell if said is None else said


def _clock(cell: Any) -> Any:
    """`2024-11-26 10:00`; anything else is left for pydantic to refuse."""
    return (moment(cell) if isinstance(cell, str) else None) or cell


Flag = Annotated[bool, BeforeValidator(_flag)]


class ExhibitorRow(Section):
    """A row of an exhibitors file; all columns but the name may be missing.

    What a cell, or a missing column, leaves open is drawn as the scenario draws it, keyed by the name.
    """

    name: str = field(
        ..., "Name; no two alike.", min_length=1, max_length=200, pattern=CLEAN, example="Blue River"
    )
    chain: Name | None = field(
        None,
        "Its chain, by the name of its section; drawn so that chains have their weights.",
        example="machines",
    )
    stage: Stage | None = field(
        None, "Its stage in the chain; drawn so that stages have their weights.", example="components"
    )
    country: Country | None = field(
        None,
        "Country, by ISO 3166 code or English name; its pavilion's, else drawn so that "
        "`exhibitors.countries` and `overseas_share` hold as far as the others' countries allow.",
        unit="ISO 3166 code",
        example="HU",
    )
    area_m2: float | None = field(
        None,
        "Booth area; width times depth, else drawn around what the others leave of the net area.",
        unit="m²",
        gt=0,
        le=100_000,
        example=20,
    )
    staff: int | None = field(
        None,
        "Staff of the booth; else by the rules of `[exhibitors]`.",
        unit="people",
        ge=1,
        le=2000,
        example=4,
    )
    belt_and_road: Flag | None = field(
        None, "Whether from a Belt-and-Road country; by its country if empty.", example=True
    )
    fortune_500: Flag | None = field(
        None,
        "Whether a Fortune Global 500 company; if no row says so, `exhibitors.fortune_500` are drawn.",
        example=False,
    )
    debut: Flag | None = field(
        None,
        "Whether it shows a new product; if no row says so, `exhibitors.debuts` are drawn.",
        example=True,
    )
    pavilion: Name | None = field(
        None, "The national pavilion it stands in; none if empty.", example="hungary"
    )
    sponsor: Name | None = field(
        None,
        "The kind of sponsor it is; none if empty. If no row names one, `exhibitors.sponsors` are drawn.",
        example="gold",
    )
    hall: Name | None = field(
        None, "The hall it stands in; its pavilion's or chain's if empty.", example="main"
    )
    stand: str | None = field(
        None,
        "Number of its stand. Stands without a position stand in rows in order of their numbers, those "
        "without a number after them, by chain and stage.",
        max_length=40,
        pattern=CLEAN,
        example="A12",
    )
    x_m: float | None = field(
        None,
        "West edge of the stand, on the plan (as halls and gates are).",
        unit="m",
        ge=-1e5,
        le=1e5,
        example=12,
    )
    y_m: float | None = field(
        None, "South edge of the stand, on the plan.", unit="m", ge=-1e5, le=1e5, example=6
    )
    width_m: float | None = field(
        None,
        "Extent of the stand from west to east; with a position, a square of its area if empty.",
        unit="m",
        gt=0,
        le=1000,
        example=5,
    )
    depth_m: float | None = field(
        None, "Extent of the stand from south to north.", unit="m", gt=0, le=1000, example=4
    )
    most: int | None = limit(
        "most_meetings_each",
        None,
        "The most meetings of each matchmaking programme; as the programme's `limits` say if empty, and so "
        "with all that follow.",
        example=12,
    )
    least: int | None = limit("least_meetings_each", None, "The fewest meetings, if it can be.", example=3)
    in_row: int | None = limit("most_in_row", None, "The most meetings in a row.", example=4)
    most_a_day: int | None = limit("most_a_day", None, "The most meetings a day.", example=8)
    least_a_day: int | None = limit(
        "least_a_day", None, "The fewest meetings a day, if it can be.", example=2
    )
    days: int | None = limit("most_days", None, "The most days with meetings.", example=2)
    keep_free: int | None = limit("keep_free", None, "Slots of each day kept for walk-up talks.", example=2)
    rest: float | None = limit("rest_minutes", None, "Time between two meetings, at least.", example=20)


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
        45.0,
        "Length without the mixing.",
        unit="min",
        gt=0,
        le=720,
        source=ASSUMPTION,
        plausible=(20, 90),
        decided=True,
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


class PublishedRow(Section):
    """A row of a published timetable: a meeting, as `exposim timetable --out` writes it.

    A row without a time, of a request that has no slot, is passed over.
    """

    who: str = field(
        ...,
        "Who asked: an exhibitor by its name, or a guest.",
        min_length=1,
        max_length=200,
        pattern=CLEAN,
        example="Blue River",
    )
    whom: str = field(
        ..., "Who was asked.", min_length=1, max_length=200, pattern=CLEAN, example="Ash Trading"
    )
    start: NaiveDatetime = field(
        ...,
        "When it starts, local time; of one day, the time is enough. The name of the slot, where that is a "
        "time and this is empty.",
        unit="date and clock time",
        example="2025-05-20 10:00",
    )
    end: NaiveDatetime | None = field(
        None,
        "When it ends: with its slot, or the second or third that follows directly; with its slot if empty.",
        unit="date and clock time",
        example="2025-05-20 10:20",
    )
    table: str | None = field(
        None,
        "Its table: a number from 1, through all areas, or area and table such as `2/3`; any that is free if "
        "empty. At booths it is passed over.",
        max_length=100,
        pattern=CLEAN,
        example="3",
    )
