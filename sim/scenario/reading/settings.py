"""Settings that override a scenario: `--set matchmaking.hungary.tables=40`."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, get_origin

from sim.files.locator import Keys, path_text, split_path
from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.files.text import composed
from sim.scenario.checks.wording import (
    is_distribution,
    is_section,
    key_names,
    keys_told,
    shape_at,
    shown_value,
)
from sim.scenario.reading.document import PUBLISHED, Document, Origin, without_count
from sim.scenario.schema.data import LIST_FILES, ScenarioData
from sim.scenario.schema.fields import Section

__all__ = ["parse_set", "parse_sets", "read_sets", "with_settings"]

_LONGEST = 80
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def parse_set(text: str, option: str = "--set") -> tuple[str, object]:
    """The path and the value of `path=value`, as it was given with an option.

    The value is read as TOML; a clock time may do without seconds; a word that is not TOML is text.
    Raises ScenarioError if there is no path or no `=`.
    """
    # the path may hold a quoted key, and that an equals sign
    match = re.match(r"""((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^='"])*)=(.*)""", text, re.DOTALL)
    try:
        if match is None:
            raise ValueError(text)
        path = path_text(split_path(match[1].strip()))
    except ValueError:
        message = "is not a setting; allowed: path=value, such as matchmaking.main.tables=40"
        raise ScenarioError([Fault(f"{option} {_short(text)}", None, "", message)]) from None
    return path, _value(match[2].strip())


def parse_sets(texts: Iterable[str]) -> dict[str, object]:
    """Several settings, as `load` takes them. Raises ScenarioError with all that are not settings."""
    settings, _, problems = read_sets(texts)
    if problems:
        raise ScenarioError(problems)
    return settings


def read_sets(texts: Iterable[str]) -> tuple[dict[str, object], dict[str, str], list[Fault]]:
    """Settings as typed: values and labels by path, and what is wrong with those that are none."""
    settings: dict[str, object] = {}
    labels: dict[str, str] = {}
    problems: list[Fault] = []
    for text in texts:
        try:
            path, value = parse_set(text)
        except ScenarioError as error:
            problems += error.problems
            continue
        settings.pop(path, None)  # the last one typed of a path has its turn there, behind those in between
        settings[path] = value
        labels[path] = f"--set {_short(text)}"
    return settings, labels, problems


def _told(value: object) -> str:
    """A value as Python writes it, shortened."""
    try:
        return _short(repr(value))
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return shown_value(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _value(text: str) -> object:
    if _CLOCK.fullmatch(text):
        return dt.time.fromisoformat(text.rjust(5, "0"))
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if len(found) == 1 else text


def with_settings(
    document: Document, settings: Mapping[str, object], labels: Mapping[str, str] | None = None
) -> tuple[Document, list[Fault]]:
    """The document with some values replaced, and the settings that could not be applied.

    A setting below a value that the scenario leaves at its default (`...patience_seconds.mean`)
    starts from that default. None takes a value away. In problems a setting is called by its label,
    or as the item of the mapping that it is.
    """
    tree, origins = _copied(document.tree), dict(document.origins)
    holders = {keys[:-1] for keys in origins}  # all that something lies in, by their paths
    problems: list[Fault] = []
    created: dict[Keys, Origin] = {}
    for path, value in settings.items():
        label = (labels or {}).get(path) or f"{{{path!r}: {_told(value)}}}"
        origin = Origin(label, None, ".")  # files are looked for where the user stands
        try:
            parts = split_path(path)
            if parts[0] == "extends":
                raise ValueError("extends is read from the file alone; it cannot be set")
            plain = _plain(value)
            plain = plain if parts[0] in LIST_FILES or parts[-1] == PUBLISHED else composed(plain)
            keys = _set(tree, parts, plain, origin, created)
        except (ValueError, RecursionError) as error:  # RecursionError: a dict that holds itself
            problems.append(Fault(origin.file, None, "", str(error)))
            continue
        # a later setting may replace a section around an earlier one
        _forget(created, keys)
        if keys in holders:
            _forget(origins, keys)
        else:
            origins.pop(keys, None)
        for depth in range(1, len(keys) + 1):
            origins.setdefault(keys[:depth], origin)
            holders.add(keys[: depth - 1])
    for keys, origin in created.items():
        problems += _unfinished(tree, keys, origin)
    given = {path for path, value in settings.items() if value is not None}
    if "exhibitors_file" in given and not given & {"exhibitors", "exhibitors.count"}:
        without_count(tree, {"exhibitors_file": tree.get("exhibitors_file")})
    return replace(document, tree=tree, origins=origins), problems


def _forget(places: dict[Keys, Origin], keys: Keys) -> None:
    """Leave out a path and all below it."""
    for each in [each for each in places if each[: len(keys)] == keys]:
        del places[each]


def _copied(value: Any) -> Any:
    """Sections and lists anew, and what is in them as it is: nothing else of a tree can be changed."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _set(
    tree: dict[str, Any], given: tuple[str, ...], value: Any, origin: Origin, created: dict[Keys, Origin]
) -> Keys:
    """Set the value in the tree; the path with positions in arrays as numbers."""
    node: Any = tree
    keys: Keys = ()
    for position, key in enumerate(given):
        last = position == len(given) - 1
        if isinstance(node, list):
            if not (key.isdecimal() and int(key) < len(node)):
                items = f"its items are 0 to {len(node) - 1}" if node else "it has no items"
                raise ValueError(f"{path_text(keys)} is a list; {items}, found {key!r}")
            keys = (*keys, int(key))
            if last:
                node[int(key)] = value
            else:
                node = node[int(key)]
            continue
        if not isinstance(node, dict):
            raise ValueError(f"{path_text(keys)} is a value, not a section: it has no {key!r}")
        keys = (*keys, key)
        if last and value is None:
            node.pop(key, None)
        elif last:
            node[key] = value
        else:
            if key not in node:
                node[key] = _start(keys, origin, created)
            elif isinstance(node[key], int | float) and _distribution_at(keys):
                node[key] = {"dist": "constant", "value": node[key]}
            node = node[key]
    return keys


def _start(keys: Keys, origin: Origin, created: dict[Keys, Origin]) -> Any:
    """What a section that the scenario does not have starts from: its default, if it has one."""
    shape = shape_at(keys, ScenarioData)
    above = shape_at(keys[:-1], ScenarioData)
    if shape is None or above is None:
        if above is not None and not is_section(above):
            raise ValueError(f"{path_text(keys[:-1])} is a value, not a section: it has no {str(keys[-1])!r}")
        known = key_names(above.hint) if above else []
        near = did_you_mean(str(keys[-1]), known)
        raise ValueError(f"unknown key '{keys[-1]}'{near or keys_told(known)}")
    if get_origin(above.hint) is dict and is_section(shape):
        created[keys] = origin
        return {}
    if not (is_section(shape) or get_origin(shape.hint) is dict or is_distribution(shape)):
        raise ValueError(f"{path_text(keys)} is a value, not a section")
    default = shape.field.get_default(call_default_factory=True) if shape.field else None
    if isinstance(default, Section) and not is_distribution(shape):
        return {}
    return _plain(default) if isinstance(default, Section | dict) else {}


def _distribution_at(keys: Keys) -> bool:
    shape = shape_at(keys, ScenarioData)
    return shape is not None and is_distribution(shape)


def _unfinished(tree: dict[str, Any], keys: Keys, origin: Origin) -> list[Fault]:
    """A new named section that lacks what it needs is a misspelt name; it is taken out again."""
    above: Any = tree
    for key in keys[:-1]:
        above = above[key]
    shape = shape_at(keys, ScenarioData)
    assert shape is not None
    section = above[keys[-1]]
    lacks = [
        info.alias or name
        for name, info in shape.hint.model_fields.items()
        if info.is_required() and (info.alias or name) not in section
    ]
    if not lacks:
        return []
    del above[keys[-1]]
    there = [str(name) for name in above]
    near = did_you_mean(str(keys[-1]), there)
    message = f"there is no '{keys[-1]}' here, and a new one needs {', '.join(lacks)}"
    message += f"; there are: {', '.join(there)}{near}" if there else ""
    return [Fault(origin.file, None, path_text(keys), message)]


def _plain(value: object) -> Any:
    """A Python value as TOML would give it. Raises ValueError if TOML has no such value."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        if getattr(value, "tzinfo", None) is not None:
            raise ValueError("found a time with a time zone; all times of a scenario are local")
        return value
    if isinstance(value, Section):
        return _plain(value.model_dump(by_alias=True, exclude_none=True))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    for method in ("item", "tolist"):  # numpy's numbers and arrays, without loading numpy
        convert = getattr(value, method, None)
        if callable(convert) and (method == "tolist" or getattr(value, "ndim", 0) == 0):
            return _plain(convert())
    raise ValueError(f"found a {type(value).__name__}; a scenario has no such values")
