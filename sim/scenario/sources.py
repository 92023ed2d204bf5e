"""Where the numbers of a scenario come from: what its files say beside them, and what defaults rest on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, get_origin

from sim.files.locator import Keys, path_text
from sim.files.remarks import Remarks, remarks
from sim.scenario.reading.document import Document, Origin
from sim.scenario.reading.origins import FILE, Told
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.fields import NEUTRAL, Section, about, section_in
from sim.scenario.writing.plain import plain_value
from sim.scenario.writing.template import template
from sim.scenario.writing.toml import toml_value

__all__ = ["RESOLVED", "Source", "sources"]

RESOLVED: Final = "A scenario resolved, defaults included."
"""How a file begins that a program has written, with comments on nothing."""
_TAKEN_OUT: Final = re.compile(r'^#(?=[\["A-Za-z_])', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A field of a scenario, and where its value comes from."""

    path: str
    """As a setting would name it; of a default with NAME or DATE for the names of sections."""
    value: str
    """As a file would hold it."""
    unit: str
    description: str
    told: Told | None
    """What the scenario says; None of a default."""
    default: str = ""
    """What a default rests on: a row of the facts in `sim/README.md` with its grade, or `assumption`."""


def sources(data: ScenarioData, document: Document) -> tuple[Source, ...]:
    """The fields that a scenario sets, in order of its sections; then the defaults that are in force.

    Of a field that is set, the source is the comment beside it or above it; else that of its section, of the
    part of the file, or of the whole file. Defaults that say nothing of the world are left out. There are
    none if it is not known which fields were set, as of results that were written before that was kept.
    """
    if document.told is not None and not document.told:
        return ()
    read = {name: _said(text) for name, text in document.texts.items()}
    given: list[Source] = []
    defaults: dict[str, Source] = {}
    for keys, path, info, value in _leaves(data, (), ""):
        told = _told(keys, document, read)
        unit, said = about(info).unit, info.description or ""
        if told is not None:
            given.append(Source(path_text(keys), _shown(value), unit, said, told))
        elif value not in (None, (), {}) and (rests := _rests(info)):
            defaults.setdefault(path, Source(path, _shown(value), unit, said, None, rests))
    return (*given, *defaults.values())


def _leaves(section: Section, at: Keys, above: str) -> Iterator[tuple[Keys, str, Any, Any]]:
    """The fields that hold values: keys, path as the schema has it, declaration, value."""
    for name, info in type(section).model_fields.items():
        key = info.alias or name
        keys, path, value = (*at, key), f"{above}{key}", getattr(section, name)
        if section_in(info.annotation) is None:
            yield keys, path, info, value
        elif get_origin(info.annotation) is dict:
            for each, inner in value.items():
                named = "DATE" if name == "hours" else "NAME"
                yield from _leaves(inner, (*keys, each), f"{path}.{named}.")
        elif value is not None:
            yield from _leaves(value, keys, f"{path}.")


def _told(keys: Keys, document: Document, read: Mapping[str, Remarks]) -> Told | None:
    """What is said of a field that is set; None of one that is not."""
    origin = document.origins.get(keys)
    if origin is None:
        return None
    if origin.line is None:
        return Told(file=origin.file)
    if document.told is not None:
        return document.told.get(path_text(keys))
    found, said = read[origin.file].about(keys) if origin.file in read else (None, "")
    of = "" if found is None else path_text(found) if found else FILE
    return Told(said, of, _from_home(origin, document.home), origin.line)


def _said(text: str) -> Remarks:
    """What people say in a file."""
    found = remarks(text).without(_of_the_template())
    return replace(found, whole="") if found.whole.startswith(RESOLVED) else found


@cache
def _of_the_template() -> frozenset[str]:
    """What the template says of keys and sections: their meaning and bounds, and no source."""
    ours = remarks(_TAKEN_OUT.sub("", template()))
    every = (ours.whole, *ours.of.values(), *ours.parts.values())
    return frozenset(line for said in every for line in said.split("\n"))


def _from_home(origin: Origin, home: str) -> str:
    """A file as seen from the scenario's own; one that lies elsewhere by its name alone."""
    name = Path(origin.file).name
    seen = Path(os.path.relpath(Path(origin.directory) / name, home)).as_posix()
    return name if seen.startswith("../") else seen


def _rests(info: Any) -> str:
    """What a default rests on; empty where it says nothing of the world."""
    told = about(info)
    if told.source in ("", NEUTRAL):
        return ""
    rests = f"{told.source} (grade {told.grade})" if told.grade not in ("", "–") else told.source
    return f"{rests}; {told.remark}" if told.remark else rests


def _shown(value: Any) -> str:
    return toml_value(_short(plain_value(value)))


def _short(value: Any) -> Any:
    """The same with whole numbers as such: 45, not 45.0."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    return [_short(each) for each in value] if isinstance(value, list | tuple) else value
