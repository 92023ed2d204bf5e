"""A complete commented scenario to start from: every key with its meaning, unit and bounds."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.checks.wording import allowed, is_distribution, key_names, shape_at
from sim.scenario.schema.data import Exhibitors, Hall, ScenarioData, Venue
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import Section, about, section_in, unit_of
from sim.scenario.writing.plain import plain_value
from sim.scenario.writing.toml import toml_key, toml_value

__all__ = ["template"]

_WIDTH = 98
_HEAD = """\
# A scenario for exposim, complete: every key there is, with its meaning, unit and bounds.
#
# Lines that start with # and a key are defaults, or examples where there is no default: take the #
# away to change them. `exposim check FILE` says what is wrong, `exposim show FILE` what holds.
# Whatever has a name (halls, chains, personas, ...) is a section [kind.NAME]; add as many as needed.
#
# A distribution is a number, or one of
"""
_EDITORS = """\
#
# Editors help while you type once `exposim schema > exposim.schema.json` has put the schema beside
# this file and its first line is  #:schema ./exposim.schema.json

# Scenarios to start from: sections are merged with theirs, all else is replaced.
#extends = "quickstart"
"""


class _Shown(NamedTuple):
    """A section that the template shows; what it writes there are the examples of the fields."""

    path: str
    on: tuple[str, ...] = ()  # keys that may be left out, and yet are in force
    omit: tuple[str, ...] = ()  # keys that another section shows
    off: bool = False  # the whole section is commented out


_SHOWN = (
    _Shown("expo"),
    _Shown("expo/hours/2025-05-20", off=True),
    _Shown("venue"),
    _Shown("venue/halls/main"),
    _Shown("venue/gates/south"),
    _Shown("venue/rooms/seminar"),
    _Shown("venue/catering/canteen"),
    _Shown("chains/machines"),
    _Shown("chains/parts"),
    _Shown("exhibitors"),
    _Shown("pavilions/hungary", off=True),
    _Shown("visitors/buyer"),
    _Shown("programme/seminars", on=("per_day", "rooms"), omit=("starts",)),
    _Shown("programme/opening"),
    _Shown("matchmaking/main", on=("from",), omit=("breaks_differ_by",)),
    _Shown("matchmaking/main/limits/exhibitors", off=True),
    _Shown("matchmaking/by_stable", off=True),
    _Shown("matchmaking/by_fair", off=True),
    _Shown("matchmaking/by_optimal", off=True),
    _Shown("costs"),
    _Shown("behaviour"),
    _Shown("outcomes"),
    _Shown("shocks/fire_alarm", off=True),
    _Shown("shocks/broken_scanners", off=True),
    _Shown("shocks/influenza", off=True),
    _Shown("shocks/rain", off=True),
    _Shown("shocks/no_visas", off=True),
)

_Told = set[tuple[type[Section], str]]


def template(exhibitors: int | None = None, exhibitors_file: str = "exhibitors.csv") -> str:
    """A scenario file that holds every key, those with a default commented out; it loads as it is.

    With a number of `exhibitors` it names a list of them, and its hall is as large in proportion.
    """
    lines = [*_HEAD.splitlines(), *_distributions(), *_EDITORS.splitlines()]
    given = {} if exhibitors is None else _for_so_many(exhibitors, exhibitors_file)
    told: _Told = set()
    for key in key_names(ScenarioData):
        if _holds_values(ScenarioData, key):
            value, off = given.get(key, (_value(ScenarioData, key), True))
            lines += _pair(ScenarioData, key, value, told, off=off)
    for shown in _SHOWN:
        lines += _section(shown, told, given)
    return "\n".join(lines) + "\n"


def _for_so_many(exhibitors: int, exhibitors_file: str) -> dict[str, tuple[Any, bool]]:
    """Values of the template with a list of so many exhibitors, by path; whether each is commented out."""
    usual: int = about(Exhibitors.model_fields["count"]).example
    side = max(1.0, (exhibitors / usual) ** 0.5)
    given: dict[str, tuple[Any, bool]] = {
        "exhibitors_file": (exhibitors_file, False),
        "exhibitors/count": (exhibitors, True),  # the list says it
    }
    for section, key, factor in (
        (Venue, "gross_area_m2", side * side),
        (Hall, "width_m", side),
        (Hall, "depth_m", side),
    ):
        at = "venue" if section is Venue else "venue/halls/main"
        given[f"{at}/{key}"] = (math.ceil(about(section.model_fields[key]).example * factor), False)
    return given


def _section(shown: _Shown, told: _Told, given: Mapping[str, tuple[Any, bool]]) -> Iterator[str]:
    path = tuple(shown.path.split("/"))
    shape = shape_at(path, ScenarioData)
    assert shape is not None
    model: type[Section] = shape.hint
    if path[-1] in model.shown_as:
        yield from _brief(path, model, model.shown_as[path[-1]], told, off=shown.off)
        return
    yield from _header(path, model, told, off=shown.off)
    for key in key_names(model):
        if _holds_values(model, key) and key not in shown.omit:
            off = shown.off or not (key in shown.on or _in_force(model, key))
            value, off = given.get(f"{shown.path}/{key}", (_value(model, key), off))
            yield from _pair(model, key, value, told, off=off)


def _brief(
    path: tuple[str, ...], model: type[Section], given: Mapping[str, Any], told: _Told, *, off: bool
) -> Iterator[str]:
    """A section with what it needs and what is given, and no more."""
    yield from _header(path, model, told, off=off)
    inner = []
    for key in key_names(model):
        shape = shape_at((key,), model)
        assert shape is not None
        assert shape.field is not None
        if key in given and not _holds_values(model, key):
            inner.append((key, shape.hint))
        elif key in given or shape.field.is_required():
            yield from _pair(model, key, given.get(key, about(shape.field).example), told, off=off)
    for key, below in inner:
        yield from _brief((*path, key), below, given[key], told, off=off)


def _header(path: tuple[str, ...], model: type[Section], told: _Told, *, off: bool) -> Iterator[str]:
    yield ""
    if not any(each is model for each, _ in told):
        yield from _comment(" ".join((model.__doc__ or "").split()))
    yield f"{'#' if off else ''}[{'.'.join(map(toml_key, path))}]"


def _pair(model: type[Section], key: str, value: Any, told: _Told, *, off: bool) -> Iterator[str]:
    if (model, key) not in told:
        yield from _explained(model, key)
        told.add((model, key))
    yield f"{'#' if off else ''}{key} = {toml_value(value)}"


def _holds_values(model: type[Section], key: str) -> bool:
    """Whether a key holds values, and not sections, which have headers of their own."""
    shape = shape_at((key,), model)
    return shape is not None and section_in(shape.hint) is None


def _in_force(model: type[Section], key: str) -> bool:
    """Whether an example is more than a comment: it is needed, or stands in for a default."""
    shape = shape_at((key,), model)
    assert shape is not None
    assert shape.field is not None
    told = about(shape.field)
    return shape.field.is_required() or (told.example is not None and bool(told.source))


def _value(model: type[Section], key: str) -> Any:
    """The example of a field, or else its default, as a file would hold it."""
    shape = shape_at((key,), model)
    assert shape is not None
    assert shape.field is not None
    example = about(shape.field).example
    return plain_value(shape.field.get_default(call_default_factory=True)) if example is None else example


def _distributions() -> Iterator[str]:
    for name, kind in DISTRIBUTIONS.items():
        if name != "constant":  # a number
            example = {"dist": name} | {key: _value(kind, key) for key in key_names(kind) if key != "dist"}
            yield f"#   {toml_value(example)}"
            yield f"#       {(kind.__doc__ or '').strip()}"


def _explained(model: type[Section], key: str) -> list[str]:
    shape = shape_at((key,), model)
    assert shape is not None
    assert shape.field is not None
    told = about(shape.field)
    if is_distribution(shape):
        unit = unit_of(shape.field)
        rule = "A distribution" + (f" ({unit})" if unit not in ("", "1") else "")
    else:
        rule = allowed(shape)
        rule = f"One of {rule}" if rule.startswith("'") else rule[:1].upper() + rule[1:]
    if told.plausible:
        low, high = told.plausible
        rule += f"; plausible {'mean' if is_distribution(shape) else 'range'} {low:g} to {high:g}"
    needed = " Required." if shape.field.is_required() else ""
    return _comment(f"{shape.field.description} {rule}.{needed}")


def _comment(text: str) -> list[str]:
    lines = textwrap.wrap(text, _WIDTH, break_on_hyphens=False, break_long_words=False)
    return [f"# {line}" for line in lines]
