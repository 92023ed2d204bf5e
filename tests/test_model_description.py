"""The description of the model, `sim/README.md`, against the code it describes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from sim.floor.order import Rank
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.statistics.kpis import KPIS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "sim" / "README.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.DOTALL | re.MULTILINE)  # without the diagrams
NAMED = tuple(dict.fromkeys(re.findall(r"`([^`\n]+)`", PROSE)))
PATHS = tuple(name for name in NAMED if re.fullmatch(r"(sim|tests|scenarios)/[\w./-]*(::[\w.]+)?", name))
DOTTED = tuple(name for name in NAMED if re.fullmatch(r"sim(\.\w+)+", name))


def table(header: str) -> list[list[str]]:
    """The cells of the rows of the table that begins with this header line."""
    lines = TEXT.split("\n")
    first = lines.index(header) + 2
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


MEASURED = table("| name | default | grade | source | used in |")
ASSUMED = table("| name | default | what it does |")
CONSTANTS = table("| constant | value | what it does |")
NEUTRAL = PROSE.split("Defaults that say nothing of the world")[1].split("Numbers in the code")[0]


def bare(cell: str) -> str:
    """A cell without its backticks."""
    return cell.strip("`")


def value_of(cell: str) -> Any:
    """What a cell says, read as TOML."""
    return tomllib.loads(f"value = {bare(cell)}")["value"]


def found(name: str) -> Any:
    """The module, or what is in one, of a dotted name."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            thing = getattr(thing, part)
        return thing
    raise ModuleNotFoundError(name)


def fields(section: type[BaseModel] = ScenarioData, path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """All keys of a scenario that hold values, by their paths; names of tables are left out."""
    tags = set(DISTRIBUTIONS.values())
    for name, info in section.model_fields.items():
        kinds = [info.annotation, *get_args(info.annotation)]
        sections = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel) and k not in tags]
        if sections:
            yield from fields(sections[0], f"{path}{name}.")
        else:
            yield f"{path}{name}", info


FIELDS = dict(fields())
SECTION_FIELDS = [row for row in (*MEASURED, *ASSUMED) if not bare(row[0]).startswith("sim.")]
CODE_CONSTANTS = [
    row[:2] for row in (*MEASURED, *CONSTANTS) if bare(row[0]).startswith("sim.") and row[1] != "–"
]


def test_the_description_names_places_and_its_tables_are_found() -> None:
    assert len(PATHS) > 80
    assert len(DOTTED) > 25
    assert min(len(MEASURED), len(ASSUMED), len(CONSTANTS)) > 20


@pytest.mark.parametrize("name", PATHS)
def test_every_path_it_names_exists_and_holds_what_it_points_to(name: str) -> None:
    path, _, inside = name.partition("::")
    assert (ROOT / path).exists()
    if inside:
        found(f"{path.removesuffix('.py').replace('/', '.')}.{inside}")


@pytest.mark.parametrize("name", DOTTED)
def test_every_dotted_name_can_be_imported(name: str) -> None:
    found(name)


@pytest.mark.parametrize("row", SECTION_FIELDS, ids=lambda row: bare(row[0]))
def test_every_default_in_its_tables_is_the_schemas(row: list[str]) -> None:
    info = FIELDS[bare(row[0])]
    kind: Any = info.annotation
    for bound in info.metadata:  # bounds, and the reading of a bare number as a constant
        kind = Annotated[kind, bound]
    said = TypeAdapter(kind).validate_python(value_of(row[1]))
    assert said == info.get_default(call_default_factory=True)


@pytest.mark.parametrize("row", CODE_CONSTANTS, ids=lambda row: bare(row[0]))
def test_every_constant_in_its_tables_is_the_codes(row: list[str]) -> None:
    assert found(bare(row[0])) == value_of(row[1])


def test_every_default_is_called_measured_or_assumed_or_neutral() -> None:
    said = [bare(row[0]) for row in SECTION_FIELDS] + re.findall(r"`([\w.]+)`", NEUTRAL)
    assert len(said) == len(set(said)), "named twice"
    empty: tuple[object, ...] = (None, "", (), {})
    some = {
        name
        for name, info in FIELDS.items()
        if not info.is_required() and info.get_default(call_default_factory=True) not in empty
    }
    assert set(said) == some


def test_its_inputs_and_fitted_figures_are_those_of_the_registry() -> None:
    said = {bare(row[0]): set(re.findall(r"`([\w.]+)`", row[1])) for row in table("| basis | KPIs |")}
    for basis in ("input", "fitted"):
        assert said[basis] == {name for name, k in KPIS.items() if k.basis == basis}


def test_its_order_within_an_instant_is_the_engines() -> None:
    said = [(int(row[0]), row[1]) for row in table("| rank | name | what happens | by |")]
    assert said == [(number, rank.name) for number, rank in enumerate(sorted(Rank), start=1)]


def test_it_names_every_rule() -> None:
    rules = [row[0].split()[0] for row in table("| rule | in the engine | prepared in |")]
    assert [rule for rule in rules if re.fullmatch(r"R\d", rule)] == [f"R{n}" for n in range(1, 10)]
