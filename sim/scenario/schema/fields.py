"""How a field of a scenario is declared: a description, a unit and bounds, in one place."""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Section", "field"]


class FrozenDict(dict[Any, Any]):
    """A mapping that cannot be changed, and can be pickled."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario does not change; scenario.replace(...) gives one with other values")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self),)


class Section(BaseModel):
    """A table of a scenario file: frozen, and a key it does not know is an error."""

    # defer_build: a section alone is seldom validated, the whole file always is
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    def model_post_init(self, context: Any, /) -> None:
        """Freeze what is in it too."""
        for name, value in self.__dict__.items():
            if type(value) is dict:
                self.__dict__[name] = FrozenDict(value)


def field(default: Any, description: str, *, unit: str = "", **bounds: Any) -> Any:
    """A field of a section; `...` as default means required.

    `unit` is written into the JSON Schema and the generated documentation. Bounds are pydantic's
    (`ge`, `gt`, `le`, `lt`, `min_length`, `max_length`, `pattern`). A callable default is a factory;
    its value is written into the JSON Schema, which pydantic alone would leave out.
    """
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    if callable(default) and default is not ...:

        def with_default(schema: dict[str, Any]) -> None:
            schema.update(extra)
            value = default()
            schema["default"] = value.model_dump(mode="json") if isinstance(value, Section) else value

        return Field(
            default_factory=default, description=description, json_schema_extra=with_default, **bounds
        )
    return Field(default, description=description, json_schema_extra=extra or None, **bounds)


def unit_of(info: Any) -> str:
    """The unit of a pydantic `FieldInfo` made by `field`; empty if it has none."""
    extra = info.json_schema_extra
    if callable(extra):
        schema: dict[str, Any] = {}
        extra(schema)
        extra = schema
    return str((extra or {}).get("unit", ""))
