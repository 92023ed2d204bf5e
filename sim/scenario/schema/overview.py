"""All fields of a scenario with what is known of each: for documentation and sensitivity studies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.fields import about, section_in

__all__ = ["ScenarioField", "fields"]

_BOUNDS = ("ge", "gt", "le", "lt")


class ScenarioField(NamedTuple):
    """A field of a scenario."""

    path: str  # `visitors.NAME.stops`
    description: str
    unit: str  # "1" if it has none, empty if it is no number
    required: bool
    default: Any  # None if it is required, or may be left out
    bounds: Mapping[str, float]  # ge, gt, le, lt: of the number, or of each number in it
    example: Any  # None if the default says it
    source: str  # a row of the facts in sim/README.md, "assumption", "neutral"; empty without a default
    grade: str  # of that row
    plausible: tuple[float, float] | None  # in its unit; of a distribution, the range of its mean
    remark: str
    decided: bool  # by the organiser, and so not uncertain


def fields() -> dict[str, ScenarioField]:
    """All fields of a scenario that hold values, by their paths, in the order of the sections.

    In a path, NAME stands for a name that the scenario chooses, and DATE for a day:
    `visitors.NAME.stops`. A sensitivity study varies those that have a `plausible` range and are not
    `decided` by the organiser: numbers within it, distributions such that their means stay within it.
    """
    return {each.path: each for each in _fields(ScenarioData, "")}


def _fields(section: type[BaseModel], above: str) -> Iterator[ScenarioField]:
    for name, info in section.model_fields.items():
        path = f"{above}{info.alias or name}"
        if (inner := section_in(info.annotation)) is None:
            yield _described(path, info)
        elif get_origin(info.annotation) is dict:
            yield from _fields(inner, f"{path}.{'DATE' if name == 'hours' else 'NAME'}.")
        else:
            yield from _fields(inner, f"{path}.")


def _described(path: str, info: FieldInfo) -> ScenarioField:
    told = about(info)
    required = info.is_required()
    return ScenarioField(
        path=path,
        description=info.description or "",
        unit=told.unit,
        required=required,
        default=None if required else info.get_default(call_default_factory=True),
        bounds=_bounds(info),
        example=told.example,
        source=told.source,
        grade=told.grade,
        plausible=told.plausible,
        remark=told.remark,
        decided=told.decided,
    )


def _bounds(info: FieldInfo) -> dict[str, float]:
    found: dict[str, float] = {}
    if info.discriminator:  # each kind of distribution has its own
        return found
    for each in (*info.metadata, *_within(info.annotation)):
        found |= {name: getattr(each, name) for name in _BOUNDS if getattr(each, name, None) is not None}
    return found


def _within(hint: Any) -> Iterator[Any]:
    """What `Annotated` says anywhere within a type."""
    for each in getattr(hint, "__metadata__", ()):
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    for inner in get_args(hint):
        yield from _within(inner)
