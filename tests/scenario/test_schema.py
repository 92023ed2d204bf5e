"""Every field is described; the JSON Schema and the template follow from the sections."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import jsonschema
import pytest
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from sim.scenario import ScenarioData, fields, json_schema, load, shipped, template
from sim.scenario.reading.catalogue import shipped_directory
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import NEUTRAL, Section, about, field, section_in, unit_of
from sim.scenario.schema.rows import ActivityRow, ExhibitorRow, PairRow, PublishedRow
from sim.scenario.writing.jsonschema import FILE_NAME
from tests.scenario.conftest import SMALL, Write


def sections(model: type[Section]) -> Iterator[type[Section]]:
    yield model
    for info in model.model_fields.values():
        for part in parts(info.annotation):
            if isinstance(part, type) and issubclass(part, Section) and part not in DISTRIBUTIONS.values():
                yield from sections(part)


def parts(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint) if get_origin(hint) is not Literal else ():
        yield from parts(inner)


ROOTS: tuple[type[Section], ...] = (
    ScenarioData,
    ExhibitorRow,
    ActivityRow,
    PairRow,
    PublishedRow,
    *DISTRIBUTIONS.values(),
)
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


def faults(info: FieldInfo) -> Iterator[str]:
    found = list(numbers(info))
    if not info.description:
        yield "no description"
    if (found or info.discriminator) and not unit_of(info):
        yield "no unit"
    for metadata in found:
        if not any(hasattr(each, "ge") or hasattr(each, "gt") for each in metadata):
            yield "no lower bound"
        if not any(hasattr(each, "le") or hasattr(each, "lt") for each in metadata):
            yield "no upper bound"


def test_every_field_is_described_and_every_number_has_a_unit_and_bounds() -> None:
    assert [f"{name}: {fault}" for name, info in FIELDS.items() for fault in faults(info)] == []


def read_as(info: FieldInfo, value: Any) -> Any:
    """The value as the field would read it. Raises ValidationError if it would not."""
    kind: Any = info.annotation
    for bound in info.metadata:
        kind = Annotated[kind, bound]
    return TypeAdapter(kind).validate_python(value)


def test_every_example_is_a_value_that_the_field_takes() -> None:
    examples = {name: info for name, info in FIELDS.items() if about(info).example is not None}
    assert len(examples) > 100
    for info in examples.values():
        read_as(info, about(info).example)


def mean(value: Any) -> float | None:
    """A number, or the mean of a distribution; None for all else."""
    if isinstance(value, tuple(DISTRIBUTIONS.values())):
        return float(value.expectation())  # type: ignore[attr-defined]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def test_every_number_that_says_something_of_the_world_has_a_plausible_range_around_it() -> None:
    wrong = []
    for path, each in fields().items():
        middle = mean(each.default)
        if middle is None or each.source == NEUTRAL:
            if each.plausible is not None:
                wrong.append(f"{path}: {each.plausible} is plausible of what is no number or says nothing")
        elif each.plausible is None:
            wrong.append(f"{path}: no plausible range")
        else:
            low, high = each.plausible
            inside = each.bounds.get("ge", 0) <= low < high <= each.bounds.get("le", high)
            if not (low <= middle <= high and inside):
                wrong.append(f"{path}: {each.plausible} with the default {middle} and bounds {each.bounds}")
    assert wrong == []


def test_the_list_of_fields_says_of_each_what_a_study_needs() -> None:
    listed = fields()
    stops = listed["visitors.NAME.stops"]
    assert (stops.unit, stops.source, stops.grade, stops.plausible) == (
        "booths",
        "booth-visit",
        "C",
        (11, 17),
    )
    assert listed["expo.hours.DATE.opens"].default is None
    assert listed["matchmaking.NAME.from"].unit == "clock time"
    assert listed["expo.days"].bounds == {"ge": 1, "le": 14}
    assert listed["matchmaking.NAME.windows"].bounds == {"ge": 0, "le": 2000}
    assert listed["venue.gross_area_m2"].required
    tables = [f"{model.__name__}.{name}" for model in sections(ScenarioData) for name in model.model_fields]
    holders = sum(1 for name in tables if section_in(FIELDS[name].annotation))
    assert len(listed) == len(tables) - holders  # hours stand in three places


def test_a_field_that_forgets_its_example_or_source_is_named_when_its_section_is_defined() -> None:
    with pytest.raises(
        ValueError, match=r"Painted\.colour: has no default, or an empty one, so it needs an ex"
    ):

        class Painted(Section):
            colour: str = field("", "Its colour.")

    with pytest.raises(ValueError, match=r"Priced\.price: has a default, so it needs a source"):

        class Priced(Section):
            price: float = field(1.0, "Its price.", unit="money", ge=0, le=9, example=2)


def test_sections_have_docstrings() -> None:
    assert all(model.__doc__ for root in ROOTS[:4] for model in sections(root))


# ---------------------------------------------------------------- JSON Schema


def test_the_schema_beside_the_scenarios_is_current() -> None:
    text = (shipped_directory() / FILE_NAME).read_text("utf-8")
    assert text == json_schema(), "renew it: exposim schema --write"


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


def test_the_schema_says_examples_sources_grades_and_plausible_ranges() -> None:
    parts = json.loads(json_schema())["$defs"]
    patience = parts["Persona"]["properties"]["patience_seconds"]
    assert (patience["x-source"], patience["x-grade"], patience["x-plausible"]) == (
        "patience",
        "B",
        [60, 180],
    )
    assert parts["Hall"]["properties"]["door_m"]["examples"] == [[40, 0]]
    assert parts["DayHours"]["properties"]["opens"]["examples"] == ["10:00:00"]


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


def test_the_template_loads_as_it_is_and_nothing_in_it_is_warned_of(write: Write) -> None:
    scenario = load(write("new.toml", template()))
    assert scenario.warnings == ()
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
    files = re.compile(r"^(extends|exhibitors_file|programme_file|pairs_file|published) = .*\n", re.M)
    scenario = load(write("whole.toml", files.sub("", off.sub("", template()))))
    assert len(scenario.data.shocks) == 5
    assert scenario.data.pavilions["hungary"].partners == 3
    plain = load(write("plain.toml", template())).data
    assert scenario.data.behaviour == plain.behaviour
    assert scenario.data.visitors["buyer"].stops == plain.visitors["buyer"].stops


def test_the_template_shows_every_section_that_is_to_be_shown() -> None:
    headers = set(re.findall(r"^#?\[[a-z]+\.([a-z_]+)\]", template(), re.M))
    shown = {name for model in sections(ScenarioData) for name in model.shown_as}
    assert len(shown) > 8
    assert shown <= headers


def test_every_line_of_the_template_is_short_enough_to_read() -> None:
    long = [line for line in template().splitlines() if line.startswith("# ") and len(line) > 105]
    assert long == []
