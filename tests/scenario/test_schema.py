"""Every field is described; the JSON Schema and the template follow from the sections."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import jsonschema
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario import ScenarioData, json_schema, load, shipped, template
from sim.scenario.reading.catalogue import shipped_directory
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import unit_of
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow
from sim.scenario.writing.jsonschema import FILE_NAME
from tests.scenario.conftest import SMALL, Write


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for info in model.model_fields.values():
        for part in parts(info.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in DISTRIBUTIONS.values():
                yield from sections(part)


def parts(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint) if get_origin(hint) is not Literal else ():
        yield from parts(inner)


ROOTS: tuple[type[BaseModel], ...] = (ScenarioData, ExhibitorRow, ActivityRow, *DISTRIBUTIONS.values())
FIELDS = {
    f"{model.__name__}.{name}": info
    for root in ROOTS
    for model in sections(root)
    for name, info in model.model_fields.items()
}


def numbers(info: FieldInfo) -> Iterator[list[Any]]:
    """The metadata of each number that a field holds."""

    def within(hint: Any, metadata: list[Any]) -> Iterator[list[Any]]:
        if get_origin(hint) is Annotated:
            inner, *extra = get_args(hint)
            flat = [each for one in extra for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
            yield from within(inner, metadata + flat)
        elif hint in (int, float):
            yield metadata
        elif get_origin(hint) is not Literal:
            for each in get_args(hint):
                yield from within(each, metadata if type(None) in get_args(hint) else [])

    yield from within(info.annotation, list(info.metadata))


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_described_and_every_number_has_a_unit_and_bounds(name: str) -> None:
    info = FIELDS[name]
    assert info.description
    found = list(numbers(info))
    if found or info.discriminator:
        assert unit_of(info)
    for metadata in found:
        assert any(hasattr(each, "ge") or hasattr(each, "gt") for each in metadata), "no lower bound"
        assert any(hasattr(each, "le") or hasattr(each, "lt") for each in metadata), "no upper bound"


def test_sections_have_docstrings() -> None:
    assert all(model.__doc__ for root in ROOTS[:3] for model in sections(root))


# ---------------------------------------------------------------- JSON Schema


def test_the_schema_beside_the_scenarios_is_current() -> None:
    text = (shipped_directory() / FILE_NAME).read_text("utf-8")
    assert text == json_schema(), "write it anew with sim.scenario.writing.jsonschema.write_schema"


def as_json(value: Any) -> Any:
    """What an editor makes of TOML before it looks at the schema."""
    return json.loads(json.dumps(value, default=lambda each: each.isoformat()))


def test_the_schema_is_one_and_takes_every_shipped_scenario() -> None:
    schema = json.loads(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    texts = [each.path.read_text("utf-8") for each in shipped()]
    for text in [*texts, SMALL.read_text("utf-8"), template(), load(SMALL).to_toml()]:
        assert list(validator.iter_errors(as_json(tomllib.loads(text)))) == []


def test_the_schema_takes_a_bare_number_for_a_distribution_and_keeps_units() -> None:
    schema = json.loads(json_schema())
    validator = jsonschema.Draft202012Validator(schema)
    for value, good in ((3, True), ({"dist": "gamma", "mean": 3, "cv": 1}, True), (-3, False), ("x", False)):
        found = list(validator.iter_errors({"visitors": {"buyer": {"look_minutes": value}}}))
        assert (not found) == good, value
    look = schema["$defs"]["Persona"]["properties"]["look_minutes"]
    assert (look["unit"], look["default"]["dist"]) == ("min", "lognormal")


def test_the_schema_refuses_what_loading_refuses_key_by_key() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(json_schema()))
    wrongs: list[dict[str, Any]] = [
        {"expoo": {}},
        {"expo": {"days": 0}},
        {"expo": {"days": "2"}},
        {"venue": {"halls": 3}},
    ]
    for wrong in wrongs:
        assert list(validator.iter_errors(wrong)), wrong


# ---------------------------------------------------------------- template


def test_the_template_loads_as_it_is(write: Write) -> None:
    scenario = load(write("new.toml", template()))
    assert scenario.data.expo.title == "My trade fair"


def test_the_template_has_every_key_there_is() -> None:
    keys = set(re.findall(r"^#?([a-z_0-9]+) = ", template(), re.M))
    tables = {part for path in re.findall(r"^#?\[(.+)\]", template(), re.M) for part in path.split(".")}
    wanted = {info.alias or name.split(".")[1] for name, info in FIELDS.items() if is_of_scenario(name)}
    assert wanted <= keys | tables


def is_of_scenario(name: str) -> bool:
    return name.split(".")[0] in {model.__name__ for model in sections(ScenarioData)}


def test_the_template_loads_with_everything_uncommented_and_defaults_are_the_defaults(write: Write) -> None:
    off = re.compile(r"^#(?=[a-z\[])", re.M)
    files = re.compile(r"^(extends|exhibitors_file|programme_file|pairs_file) = .*\n", re.M)
    scenario = load(write("whole.toml", files.sub("", off.sub("", template()))))
    assert len(scenario.data.shocks) == 5
    assert scenario.data.pavilions["hungary"].partners == 3
    plain = load(write("plain.toml", template())).data
    assert scenario.data.behaviour == plain.behaviour
    assert scenario.data.visitors["buyer"].stops == plain.visitors["buyer"].stops


def test_every_line_of_the_template_is_short_enough_to_read() -> None:
    long = [line for line in template().splitlines() if line.startswith("# ") and len(line) > 105]
    assert long == []
