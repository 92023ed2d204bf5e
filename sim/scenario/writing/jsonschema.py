"""The JSON Schema of scenario files, for editors: generated from the sections, never written by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.distributions import DISTRIBUTIONS

__all__ = ["json_schema", "schema", "write_schema"]

FILE_NAME = "exposim.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema, with what else is known of a field.

    The unit of a number stands under `unit`, examples under `examples`, where a default comes from
    under `x-source` (a row of the facts in `sim/README.md`, "assumption" or "neutral") and `x-grade`,
    and the range in which it, or the mean of a distribution, is plausible under `x-plausible`.

    A file that extends another may leave out what the other gives, in any section; so what a whole
    scenario needs stands under `x-required`, not `required`.
    """
    found = ScenarioData.model_json_schema(mode="validation")
    distributions = {kind.__name__ for kind in DISTRIBUTIONS.values()}
    for name, part in found["$defs"].items():
        if name not in distributions and "required" in part:
            part["x-required"] = part.pop("required")
    found["x-required"] = found.pop("required")
    found["properties"] = {
        "extends": {
            "description": "A scenario, or a list of them, that this one starts from: files relative to this "
            "one, or names of shipped scenarios. Sections are merged, all else is replaced.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        },
        **found["properties"],
    }
    shared: dict[str, Any] = {}
    found = _tidy(found, shared)
    found["$defs"] = {**shared, **found["$defs"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "exposim scenario",
        **{key: value for key, value in found.items() if key != "title"},
    }


def json_schema() -> str:
    """The JSON Schema as the text of the file that lies beside the scenarios."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, default=_plain) + "\n"


def write_schema(directory: Path) -> Path:
    """Write the schema's file into a directory; its path."""
    from sim.files.whole import write_file  # few read a scenario to write a file

    path = directory / FILE_NAME
    write_file(path, json_schema().encode("utf-8"), replace=True)
    return path


def _tidy(value: Any, shared: dict[str, Any]) -> Any:
    """Without pydantic's titles (they repeat the key) and the null that TOML does not have.

    The choice of distributions, the same in every field, is put into `shared` once.
    """
    if isinstance(value, list):
        return [_tidy(each, shared) for each in value]
    if not isinstance(value, dict):
        return value
    choices = value.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        (kept,) = (each for each in choices if each != {"type": "null"})
        value = {**kept, **{key: each for key, each in value.items() if key not in ("anyOf", "default")}}
    elif isinstance(choices, list) and any("discriminator" in each for each in choices):
        shared["Distribution"] = {"description": "A number, or a distribution.", "anyOf": choices}
        value = {"$ref": "#/$defs/Distribution", **{k: each for k, each in value.items() if k != "anyOf"}}
    is_names = all(isinstance(each, dict) for each in value.values())  # of properties or definitions
    return {key: _tidy(each, shared) for key, each in value.items() if is_names or key != "title"}


def _plain(value: object) -> str:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"no JSON for a {type(value).__name__}")
