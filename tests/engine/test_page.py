"""The page of the two engines, `sim/engine/README.md`, names what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "sim" / "engine"
TEXT = (ENGINE / "README.md").read_text(encoding="utf-8")
NAMED = [name.partition("::") for name in re.findall(r"`([\w./]+\.py(?:::[\w.]+)?)`", TEXT)]
HOUSES = (ENGINE, ENGINE.parents[1], ENGINE.parent / "floor")  # where a path may begin


def file_of(path: str) -> Path | None:
    """The file that a path of the page names."""
    return next((house / path for house in HOUSES if (house / path).is_file()), None)


def defined(path: Path) -> set[str]:
    """The names that a file defines, those within a class by its name."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("path", sorted({path for path, _, _ in NAMED}))
def test_every_file_that_it_names_is_there_and_defines_what_it_says(path: str) -> None:
    file = file_of(path)
    assert file is not None
    assert {name for of, _, name in NAMED if of == path and name} - defined(file) == set()


def test_each_rule_is_told_in_both_engines() -> None:
    rows = [row.split("|")[1:4] for row in TEXT.splitlines() if "`processes/" in row and row.startswith("|")]
    rules = [rule.split()[0] for rule, _, _ in rows]
    assert [rule for rule in rules if re.fullmatch(r"R\d", rule)] == [f"R{n}" for n in range(1, 10)]
    assert all("`processes/" in simpy and "`compiled/" in compiled for _, simpy, compiled in rows)
