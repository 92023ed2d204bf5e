"""A scenario written as a file that extends another: what is set in it, and why, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_origin

from sim.files.lines import wrapped
from sim.files.locator import Keys, split_path
from sim.files.text import printable
from sim.scenario.checks.wording import is_distribution, is_section, shape_at
from sim.scenario.reading.catalogue import shipped_files
from sim.scenario.reading.document import strays
from sim.scenario.scenario import Scenario
from sim.scenario.schema.data import ScenarioData
from sim.scenario.writing.toml import toml_document, toml_value

__all__ = ["base_of", "extending"]

_WIDTH = 100


def extending(
    scenario: Scenario, paths: Iterable[str], said: Sequence[str] = (), beside: Path | None = None
) -> str:
    """A scenario file that extends the one this scenario is made of, with its values at these paths.

    It loads to the same hash, where it is to lie. What is extended is a shipped scenario, or a file that lies
    beside or below it; where it is neither, the file says the whole scenario instead (`Scenario.to_toml`).

    Args:
        scenario: what is written.
        paths: where its values differ from those of its file: numbers within a list or a distribution bring
            the whole of that.
        said: what stands above, as comments, a paragraph each.
        beside: the directory in which the file is to lie; without it only shipped scenarios are extended.
    """
    head = "".join(
        f"{line}\n" for text in said for line in wrapped(printable(text, lines=False), _WIDTH, "# ", "#   ")
    )
    base = base_of(scenario.path, beside)
    if base is None:
        return f"{head}\n{scenario.to_toml()}"
    tree: dict[str, Any] = {}
    for keys in dict.fromkeys(_whole(split_path(path)) for path in paths):
        value: Any = scenario.document.tree
        for key in keys:
            value = value[key]
        section = tree
        for key in keys[:-1]:
            section = section.setdefault(str(key), {})
        section[str(keys[-1])] = value
    return f"{head}\nextends = {toml_value(base)}\n\n{toml_document(tree)}"


def base_of(path: Path, beside: Path | None) -> str | None:
    """What a file in that directory calls the file of a scenario; None if it cannot extend it."""
    place = path.resolve()
    for name, shipped in shipped_files().items():
        if place == shipped.resolve() and (beside is None or not (beside / name).exists()):
            return name
    if beside is None or strays(path, beside):
        return None
    return Path(os.path.relpath(place, beside.resolve())).as_posix()


def _whole(path: tuple[str, ...]) -> Keys:
    """The part of a path that names what an extending file replaces as a whole."""
    for depth in range(1, len(path)):
        shape = shape_at(path[:depth], ScenarioData)
        sections = shape is not None and (is_section(shape) or get_origin(shape.hint) is dict)
        if not sections or (shape is not None and is_distribution(shape)):
            return path[:depth]
    return path
