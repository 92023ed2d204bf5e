"""How a field of a scenario is declared: all that is known of it, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NoReturn, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ASSUMPTION",
    "NEUTRAL",
    "About",
    "Section",
    "Shown",
    "about",
    "field",
    "fraction",
    "section_in",
    "unit_of",
]

ASSUMPTION = "assumption"
"""The source of a default that no measurement stands behind."""
NEUTRAL = "neutral"
"""The source of a default that says nothing of the world: a thing is absent, or done the plain way."""

Shown = Mapping[str, Mapping[str, Any]]
"""Sections by name, with some of their keys as a file would hold them."""


class FrozenDict(dict[Any, Any]):
    """A mapping that cannot be changed, and can be pickled."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario does not change; scenario.replace(...) gives one with other values")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self),)


class Section(BaseModel):
    """A section of a scenario file: frozen, and a key it does not know is an error."""

    # defer_build: a section alone is seldom validated, the whole file always is
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    shown_as: ClassVar[Shown] = {}
    """Further sections that the template shows, by name: the keys in which each differs from the
    examples of the fields."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a field that does not say what the template and the documentation need."""
        super().__pydantic_init_subclass__(**kwargs)
        for name, info in cls.model_fields.items():
            if wrong := _forgotten(info):
                raise ValueError(f"{cls.__name__}.{name}: {wrong}")

    def model_post_init(self, context: Any, /) -> None:
        """Freeze what is in it too."""
        for name, value in self.__dict__.items():
            if type(value) is dict:
                self.__dict__[name] = FrozenDict(value)


@dataclass(frozen=True)
class About:
    """What the declaration of a field says beyond its type and bounds.

    Pydantic keeps it with the field and calls it to put it into the JSON Schema.
    """

    unit: str = ""
    example: Any = None
    source: str = ""  # a row of the facts in sim/README.md, ASSUMPTION or NEUTRAL
    grade: str = ""  # of that row
    plausible: tuple[float, float] | None = None  # of a distribution: of its mean
    remark: str = ""
    made: Callable[[], Any] | None = None  # makes the default
    decided: bool = False  # the organiser's own decision, and so not uncertain

    def __call__(self, schema: dict[str, Any]) -> None:
        """Write it into the JSON Schema of the field."""
        said = {
            "unit": self.unit,
            "x-source": self.source,
            "x-grade": self.grade,
            "x-plausible": list(self.plausible or ()),
            "x-decided": self.decided,
        }
        schema.update({key: value for key, value in said.items() if value})
        if self.example is not None:
            schema["examples"] = [self.example]
        if self.made is not None:  # pydantic leaves the value of a factory out
            value = self.made()
            schema["default"] = value.model_dump(mode="json") if isinstance(value, Section) else value


def field(
    default: Any,
    description: str,
    *,
    unit: str = "",
    example: Any = None,
    source: str = "",
    grade: str = "",
    plausible: tuple[float, float] | None = None,
    remark: str = "",
    decided: bool = False,
    **bounds: Any,
) -> Any:
    """A field of a section; `...` as default means required, a callable one is a factory.

    Bounds are pydantic's (`ge`, `gt`, `le`, `lt`, `min_length`, `max_length`, `pattern`). An
    `example`, as a file would hold it, is needed where there is no default, or an empty one.
    A default needs a `source`: the name of a row of the facts in `sim/README.md`, with the
    `grade` of that row, or `"assumption"`, or `"neutral"` if it says nothing of the world. A number
    or distribution that does say something of the world has a range in which it, or its mean, is
    `plausible`. A `remark` says what of the default does not follow from its source. What is `decided` is
    the organiser's own choice, however plausible another would be: studies of what is uncertain leave it.

    The template, the JSON Schema, the tables of `sim/README.md` and `sim.scenario.fields()` are made
    from this. Whoever forgets an example or a source is told so when the section is defined.
    """
    made = default if callable(default) else None
    told = About(unit, example, source, grade, plausible, remark, made, decided)
    if made is not None:
        return Field(default_factory=made, description=description, json_schema_extra=told, **bounds)
    return Field(default, description=description, json_schema_extra=told, **bounds)


def fraction(default: float | None, description: str, **more: Any) -> Any:
    """A field that is a share or a chance, from 0 to 1; what more is said of it is as in `field`."""
    return field(default, description, unit="1", ge=0, le=1, **more)


def about(info: Any) -> About:
    """What the declaration of a pydantic `FieldInfo` says; nothing if it was not made by `field`."""
    told = info.json_schema_extra
    return told if isinstance(told, About) else About()


def unit_of(info: Any) -> str:
    """The unit of a pydantic `FieldInfo` made by `field`; empty if it has none."""
    return about(info).unit


def section_in(hint: Any) -> type[Section] | None:
    """The section that a field of this type holds, itself or by names; None if it holds values."""
    inner = get_args(hint)[1] if get_origin(hint) is dict else hint
    return inner if isinstance(inner, type) and issubclass(inner, Section) else None


def _forgotten(info: Any) -> str:
    """What the declaration of a field lacks, in plain words; empty if nothing."""
    told = about(info)
    is_tag = get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1
    if section_in(info.annotation) or is_tag:
        return ""
    if info.is_required() or info.default_factory in (tuple, dict) or info.default in (None, ""):
        if told.example is None:
            return "has no default, or an empty one, so it needs an example: field(..., example=...)"
        return ""
    if not told.source:
        return (
            f"has a default, so it needs a source: field(..., source=...), the name of a row of the facts "
            f"in sim/README.md, {ASSUMPTION!r} or {NEUTRAL!r}"
        )
    return ""
