"""Pydantic's errors in plain words: what was found, what is allowed, and the near miss."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, NaiveDatetime, StringConstraints, ValidationError
from pydantic.fields import FieldInfo

from sim.files.locator import Keys
from sim.files.problems import did_you_mean
from sim.policy_names import policy_names
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import unit_of
from sim.scenario.schema.kinds import CLEAN

__all__ = [
    "SELF_EVIDENT",
    "Shape",
    "allowed",
    "describe",
    "is_distribution",
    "is_section",
    "key_names",
    "keys_told",
    "shape_at",
    "shown_value",
]

_PATTERNS = {
    "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$": (
        "a name of 1 to 64 letters, digits, - and _ that begins with a letter or digit",
        "names",
    ),
    "^[A-Z]{2}$": ("a country's ISO 3166 code of two capital letters such as 'HU'", "country codes"),
    "^([01]?[0-9]|2[0-3])$": ("a clock hour from 0 to 23", "clock hours"),
    "^([A-Z]{2}|other)$": ("a country's ISO 3166 code such as 'HU', or 'other'", "country codes"),
}
_PLAIN: dict[object, tuple[str, str]] = {  # one of them, and a list of them
    Any: ("a value", "values"),
    bool: ("true or false", "true or false"),
    str: ("text in quotes", "texts in quotes"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    dt.date: ("a date such as 2024-11-26, without quotes", "dates"),
    dt.time: ("a clock time such as 09:00:00, with seconds, without quotes", "clock times"),
    NaiveDatetime: ("a local date and time such as 2024-11-26T10:00:00, without quotes", "dates and times"),
}
_MOST_KEYS, _FEW_KEYS = 8, 4  # so many allowed ones are named all; else so many
_NEAR = 200  # near misses looked for; each takes a while, and a file can be wrong in every line
NearMiss = Callable[[str, Iterable[str]], str]
SELF_EVIDENT = ("", "1", "date", "clock time", "date and clock time", "the field's", "ISO 3166 code")
"""Units that go without saying beside a value."""


class Shape(NamedTuple):
    """What the schema says of one place in a scenario."""

    hint: Any  # the type, without Annotated and None
    metadata: tuple[Any, ...]  # bounds and patterns
    field: FieldInfo | None  # the field it is, or is part of


def shown_value(value: object) -> str:
    """A value found, as short text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    try:
        text = str(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else text[:57] + "..."


def key_names(model: type[BaseModel]) -> list[str]:
    """The keys a section of this model may have, as the file writes them."""
    return [info.alias or name for name, info in model.model_fields.items()]


def shape_at(keys: Keys, model: type[BaseModel]) -> Shape | None:
    """What may stand at a path below `model`; None if the schema knows no such path.

    A distribution's tag may follow its path, as in pydantic's locations.
    """
    shape: Shape | None = Shape(model, (), None)
    for key in keys:
        shape = shape and _below(shape, key)
    return shape


def allowed(shape: Shape) -> str:
    """What may stand there, with bounds and unit: `a whole number from 1 to 14 (days)`."""
    unit = unit_of(shape.field) if shape.field else ""
    text = _kind(shape, many=False)
    return text if unit in SELF_EVIDENT else f"{text} ({unit})"


def describe(
    error: ValidationError, model: type[BaseModel], tree: Mapping[str, Any]
) -> Iterator[tuple[Keys, str]]:
    """The path of each error, in keys of the file, and its message in plain words."""
    for position, item in enumerate(error.errors(include_url=False)):
        if item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]:
            continue  # pydantic does not count the items that are wrong
        loc = tuple(item["loc"])
        in_key = loc[-1:] == ("[key]",)
        loc = loc[:-1] if in_key else loc
        keys = _without_tags(loc, model)
        if item["type"] != "missing":
            keys = _existing(keys, tree)
        yield keys, _message(item, loc, model, in_key, did_you_mean if position < _NEAR else _nothing)


def _nothing(word: str, allowed: Iterable[str]) -> str:
    return ""


def keys_told(known: Sequence[str]) -> str:
    """`; allowed here: x_m, y_m`; of many keys the first few, and where all are."""
    if len(known) <= _MOST_KEYS:
        return f"; allowed here: {', '.join(known)}"
    return f"; allowed here: {', '.join(known[:_FEW_KEYS])}, ... (all {len(known)}: exposim schema)"


def _message(item: Any, loc: Keys, model: type[BaseModel], in_key: bool, near_miss: NearMiss) -> str:
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        holder = shape_at(loc[:-1], model)
        known = key_names(holder.hint) if holder else []
        known += ["extends"] if len(loc) == 1 else []
        return "unknown key" + (near_miss(str(loc[-1]), known) or keys_told(known))
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _no_distribution(value, near_miss)
    holder = shape_at(loc[:-1], model)
    if loc[-1:] == _ARMS[:1] and holder is not None and is_number_or_shares(holder):
        loc = loc[:-1]
    shape = shape_at(loc, model)
    if shape is None:
        return str(item["msg"])
    if in_key:
        holder = shape_at(loc[:-1], model)
        assert holder is not None
        key = _shape(get_args(holder.hint)[0], (), None)
        near = near_miss(str(value), get_args(key.hint)) if kind == "literal_error" else ""
        return f"found the key {shown_value(value)}; allowed: {_kind(key, many=False)}{near}"
    if kind == "missing":
        description = shape.field.description if shape.field else ""
        if allowed(shape) == "a section":
            return f"missing section. {description}"
        return f"missing key; needed: {allowed(shape)}. {description}"
    if kind in ("too_short", "too_long") and not isinstance(value, str):
        least, most = context.get("min_length"), context.get("max_length")
        rule = f"at least {least}" if kind == "too_short" else f"at most {most}"
        return f"found {len(value) or 'nothing'} in it; allowed: {rule}"
    if loc[:1] == ("matchmaking",) and loc[2:] == ("policy",):
        return f"found {shown_value(value)}; allowed: {', '.join(map(repr, policy_names()))}"
    choice = kind == "literal_error" and isinstance(value, str)
    near = near_miss(value, get_args(shape.hint)) if choice else ""
    return f"found {shown_value(value)}; allowed: {allowed(shape)}{near}"


def _no_distribution(value: object, near_miss: NearMiss) -> str:
    names = ", ".join(f"'{name}'" for name in DISTRIBUTIONS)
    if not isinstance(value, Mapping):
        return f"found {shown_value(value)}; allowed: {_A_DISTRIBUTION}"
    if "dist" not in value:
        return f"a distribution without its key 'dist'; allowed: {names}"
    tag = value["dist"]
    near = near_miss(tag, DISTRIBUTIONS) if isinstance(tag, str) else ""
    return f"found dist = {shown_value(tag)}; allowed: {names}{near}"


_ARMS = ("number", "shares")
_SHARES = "a share for each such as { FR = 0.7, DE = 0.2, other = 0.1 }"
_A_DISTRIBUTION = 'a number of at least 0, or a distribution such as { dist = "gamma", mean = 20, cv = 0.5 }'


def _shape(hint: Any, metadata: tuple[Any, ...], field: FieldInfo | None) -> Shape:
    """The shape of a type, taken out of `Annotated` and `| None`."""
    while True:
        if get_origin(hint) is Annotated:
            inner, *extra = get_args(hint)
            for each in extra:
                metadata += tuple(each.metadata) if isinstance(each, FieldInfo) else (each,)
            hint = inner
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            (hint,) = (part for part in get_args(hint) if part is not type(None))
        else:
            return Shape(hint, metadata, field)


def _below(shape: Shape, key: str | int) -> Shape | None:
    if is_distribution(shape) and key in DISTRIBUTIONS:
        return Shape(DISTRIBUTIONS[str(key)], (), shape.field)
    if is_section(shape):
        for name, info in shape.hint.model_fields.items():
            if key == (info.alias or name):
                return _shape(info.annotation, tuple(info.metadata), info)
        return None
    if get_origin(shape.hint) is dict:
        return _shape(get_args(shape.hint)[1], (), shape.field)
    if get_origin(shape.hint) is tuple and isinstance(key, int):
        return _shape(get_args(shape.hint)[0], (), shape.field)
    if is_number_or_shares(shape):
        number, shares = (_shape(part, (), shape.field) for part in get_args(shape.hint))
        if key in _ARMS:
            return number if key == _ARMS[0] else shares
        return _below(shares, key)
    return None


def is_distribution(shape: Shape) -> bool:
    """Whether a distribution may stand there: a union of sections."""
    return _is_union(shape.hint) and not is_number_or_shares(shape)


def is_number_or_shares(shape: Shape) -> bool:
    """Whether a number may stand there, or a share for each of several: the other union in the schema."""
    return _is_union(shape.hint) and any(
        get_origin(_shape(part, (), None).hint) is dict for part in get_args(shape.hint)
    )


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def is_section(shape: Shape) -> bool:
    """Whether a section with keys of its own stands there, or a distribution of one kind."""
    return isinstance(shape.hint, type) and issubclass(shape.hint, BaseModel)


def _kind(shape: Shape, *, many: bool) -> str:
    hint, metadata, _ = shape
    if is_distribution(shape):
        return _A_DISTRIBUTION
    if is_number_or_shares(shape):
        return f"{_kind(_shape(get_args(hint)[0], (), None), many=False)}, or {_SHARES}"
    if get_origin(hint) is Literal:
        return ", ".join(f"'{word}'" for word in get_args(hint))
    if get_origin(hint) is tuple:
        items = get_args(hint)
        text = _kind(_shape(items[0], (), None), many=True)
        return f"a list of {text}" if items[-1] is ... else f"a list of {len(items)} {text}"
    if get_origin(hint) is dict or is_section(shape):
        return "a section"
    for each in metadata:
        if isinstance(each, StringConstraints) and each.pattern in _PATTERNS:
            return _PATTERNS[str(each.pattern)][many]
    words = _PLAIN.get(hint, (str(hint), str(hint)))[many]
    return words + (_lengths(metadata) if hint is str else _bounds(metadata))


def _bounds(metadata: tuple[Any, ...]) -> str:
    bounds = ("ge", "gt", "le")
    found = {
        name: _number(getattr(each, name)) for each in metadata for name in bounds if hasattr(each, name)
    }
    match found:
        case {"ge": low, "le": high}:
            return f" from {low} to {high}"
        case {"gt": low, "le": high}:
            return f" above {low} and at most {high}"
        case {"ge": low}:
            return f" of at least {low}"
        case {"gt": low}:
            return f" above {low}"
    return ""


def _lengths(metadata: tuple[Any, ...]) -> str:
    clean = any(getattr(each, "pattern", None) == CLEAN for each in metadata)
    tail = ", none of them a control character or unseen" if clean else ""
    most = [each.max_length for each in metadata if getattr(each, "max_length", None) is not None]
    least = [each.min_length for each in metadata if getattr(each, "min_length", None) is not None]
    if not most:
        return ""
    text = f" of {least[0]} to {most[0]} characters" if least else f" of at most {most[0]} characters"
    return text + tail


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _without_tags(loc: Keys, model: type[BaseModel]) -> Keys:
    """Pydantic puts a distribution's tag into the location; the file has no such key."""
    keys: Keys = ()
    for depth, key in enumerate(loc):
        above = shape_at(loc[:depth], model)
        tag = above and (is_distribution(above) and key in DISTRIBUTIONS)
        tag = tag or (above and is_number_or_shares(above) and key in _ARMS)
        if not tag:
            keys = (*keys, key)
    return keys


def _existing(keys: Keys, tree: Any) -> Keys:
    """The part of a path that the file has: a bare number, for one, has no `value` below it."""
    for depth, key in enumerate(keys):
        if isinstance(tree, Mapping):
            inside = key in tree
        else:
            inside = isinstance(tree, list | tuple) and isinstance(key, int) and key < len(tree)
        if not inside:
            return keys[:depth]
        tree = tree[key]
    return keys
