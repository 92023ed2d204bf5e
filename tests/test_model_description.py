"""The description of the model, `sim/README.md`, against the code it describes."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim.cli.files import schema
from sim.floor.order import Rank
from sim.scenario import fields, json_schema
from sim.scenario.schema.fields import ASSUMPTION, NEUTRAL
from sim.scenario.writing.description import renewed
from sim.scenario.writing.jsonschema import FILE_NAME
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


FACTS = {row[0]: row for row in table("| fact | value | grade | source |")}
WORDS = table("| word | what it is here | and not | where |")
CONSTANTS = table("| constant | value | what it does |")
CITED = re.compile(r"FACTS: ?([\w-]+)|\bFACTS\b|\bDESIGN\b")


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


def missing(names: tuple[str, ...]) -> list[str]:
    """The dotted names that are none."""
    wrong = []
    for name in names:
        try:
            found(name)
        except (ModuleNotFoundError, AttributeError) as error:
            wrong.append(f"{name}: {error}")
    return wrong


def citations(text: str) -> list[str]:
    """The names of facts that a text cites; an empty one for a citation that names no row."""
    return [match[1] or "" for match in CITED.finditer(text)]


def test_the_description_names_places_and_its_tables_are_found() -> None:
    assert len(PATHS) > 80
    assert len(DOTTED) > 25
    assert min(len(FACTS), len(CONSTANTS)) > 20


def test_every_path_it_names_exists_and_holds_what_it_points_to() -> None:
    parts = [name.partition("::") for name in PATHS]
    assert [path for path, _, _ in parts if not (ROOT / path).exists()] == []
    inner = (f"{path.removesuffix('.py').replace('/', '.')}.{inside}" for path, _, inside in parts if inside)
    assert missing(tuple(inner)) == []


def test_every_dotted_name_can_be_imported() -> None:
    assert missing(DOTTED) == []


def test_what_is_made_from_the_fields_is_current() -> None:
    assert renewed(TEXT) == TEXT, "renew it: exposim schema --write"


def test_schema_write_renews_both_files_of_a_checkout_and_refuses_an_installed_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, description = tmp_path / "scenarios", tmp_path / "sim" / "README.md"
    monkeypatch.setattr("sim.scenario.reading.catalogue.shipped_directory", lambda: beside)
    beside.mkdir()
    refused = CliRunner().invoke(schema, ["--write"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "this copy is installed" in refused.stderr
    assert list(beside.iterdir()) == []
    description.parent.mkdir()
    description.write_text(TEXT.replace("`venue.net_share` | `0.5`", "`venue.net_share` | `0.7`"), "utf-8")
    assert CliRunner().invoke(schema, ["--write"]).exit_code == 0
    assert description.read_text("utf-8") == TEXT
    assert (beside / FILE_NAME).read_text("utf-8") == json_schema()


def test_a_description_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="made from the fields: assumed"):
        renewed(TEXT.replace("<!-- made from the fields: assumed -->", ""))


def test_every_constant_in_its_tables_is_the_codes() -> None:
    said = {bare(name): value_of(value) for name, value, _ in CONSTANTS if value != "–"}
    assert said == {name: found(name) for name in said}
    assert missing(tuple(bare(row[0]) for row in CONSTANTS)) == []


def test_every_source_of_a_default_is_a_fact_of_that_grade_or_called_an_assumption_or_neutral() -> None:
    said = {each.path: (each.source, each.grade) for each in fields().values() if each.source}
    grades = {ASSUMPTION: "", NEUTRAL: ""} | {name: row[2] for name, row in FACTS.items()}
    assert {path: pair for path, pair in said.items() if grades.get(pair[0]) != pair[1]} == {}


def test_every_fact_that_is_cited_is_a_row_and_every_row_is_cited() -> None:
    cited = {each.source for each in fields().values()} - {ASSUMPTION, NEUTRAL, ""}
    wrong = []
    for folder in ("sim", "tests", "scenarios", "notebooks"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix not in (".py", ".toml", ".ipynb") or path == Path(__file__):
                continue
            names = citations(path.read_text(encoding="utf-8"))
            wrong += [f"{path}: {name or 'names no row'}" for name in names if name not in FACTS]
            cited |= set(names)
    assert wrong == []
    assert sorted(set(FACTS) - cited) == [], "cited nowhere"


def test_a_citation_without_a_row_is_found() -> None:
    text = "a (FACTS: patience, B), b (FACTS, section 4), c DESIGN § 8, d FACTS: net area"
    assert citations(text) == ["patience", "", "", "net"]


def test_the_words_of_its_glossary_are_those_of_the_code() -> None:
    assert len(WORDS) > 8
    places = [re.findall(r"`([^`]+)`", row[3]) for row in WORDS]
    assert all(places), "each says where it is"
    assert [name for names in places for name in names if name not in (*PATHS, *DOTTED)] == []


def test_its_inputs_and_fitted_figures_are_those_of_the_registry() -> None:
    said = {bare(row[0]): set(re.findall(r"`([\w.]+)`", row[1])) for row in table("| basis | KPIs |")}
    for basis in ("input", "fitted"):
        assert said[basis] == {name for name, k in KPIS.items() if k.basis == basis}


def test_its_order_within_an_instant_is_the_engines() -> None:
    said = [(int(row[0]), row[1]) for row in table("| rank | name | what happens | by |")]
    assert said == [(number, rank.name) for number, rank in enumerate(sorted(Rank), start=1)]


def test_it_names_every_rule() -> None:
    rules = [row[0].split()[0] for row in table("| rule | prepared in |")]
    assert [rule for rule in rules if re.fullmatch(r"R\d", rule)] == [f"R{n}" for n in range(1, 10)]
