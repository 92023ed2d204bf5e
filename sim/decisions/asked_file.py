"""What all files of questions have in common: found by name, read with lines, of a scenario beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeGuard, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.decisions.figures import Place
from sim.files.locator import Keys, split_path
from sim.files.problems import Fault, ScenarioError, did_you_mean
from sim.scenario import Scenario
from sim.scenario.checks.wording import Shape, describe, shape_at
from sim.scenario.load import load
from sim.scenario.reading.catalogue import shipped_directory, shipped_files
from sim.scenario.reading.document import Document, read
from sim.scenario.schema.data import ScenarioData
from sim.studies.varying import paths_of

__all__ = [
    "STRICT",
    "declared_at",
    "is_number",
    "new_paths",
    "place_of",
    "read_form",
    "scenario_beside",
    "section_of",
    "shipped_in",
    "told_once",
    "value_at",
]

STRICT: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
"""How sections of such a file are read: a key that is not known is an error."""

_File = TypeVar("_File", bound=BaseModel)


def shipped_in(folder: str) -> dict[str, Path]:
    """The shipped files of a folder beside the scenarios, by name."""
    return {path.stem: path for path in sorted((shipped_directory() / folder).glob("*.toml"))}


def read_form(
    form: type[_File], name_or_path: str | os.PathLike[str], known: Mapping[str, Path], what: str
) -> tuple[_File | None, Document, Path, list[Fault]]:
    """A file of this form, or a shipped one by its bare name: what it says, where that stands, its path.

    Last comes what is wrong with its form; if anything is, None stands for what it says.

    Raises:
        ScenarioError: there is none, it is no TOML, or a scenario.
    """
    text = os.fspath(name_or_path)
    path = Path(text)
    if text in known and not path.is_file():
        path = known[text]
    elif path.suffix != ".toml" and not path.is_file():
        names = ", ".join(known)
        message = f"there is no {what} of this name and no such file; shipped are: {names}"
        if text in shipped_files():
            message = _is_scenario(form, what)
        elif text and path.is_dir():
            message = f"is a folder; allowed: the file of a {what}, or one that is shipped: {names}"
        raise ScenarioError([Fault(text or "''", None, "", message + did_you_mean(text, known))])
    document = read(path)
    own, scenarios = form.model_fields.keys(), ScenarioData.model_fields.keys()
    if not own & document.tree.keys() and scenarios & document.tree.keys():
        raise ScenarioError([Fault(text, None, "", _is_scenario(form, what))])
    try:
        return form.model_validate(document.tree), document, path, []
    except ValidationError as error:
        found = describe(error, form, document.tree)
        return None, document, path, [document.problem(keys, message) for keys, message in found]


def _is_scenario(form: type[BaseModel], what: str) -> str:
    needed = ", ".join(f"[{name}]" for name, info in form.model_fields.items() if info.is_required())
    return (
        f"is a scenario; a {what} is another file, which names its scenario, with sections {needed}: "
        "--help shows one"
    )


def section_of(tree: object, *names: str) -> Mapping[str, Any]:
    """A section of a file as it was written; an empty one if there is none."""
    for name in names:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree if isinstance(tree, Mapping) else {}


def told_once(faults: Sequence[Fault]) -> list[Fault]:
    """One fault of each place, by line: what follows from a fault of the form is not told besides."""
    first = {(each.file, each.line, each.path): each for each in reversed(faults)}
    return sorted(
        (each for each in faults if first[each.file, each.line, each.path] is each or not each.path),
        key=lambda each: (each.file, each.line or 0),
    )


def scenario_beside(
    document: Document,
    keys: Keys,
    path: Path,
    name: str,
    sets: Mapping[str, object],
    *,
    allow_outside: bool,
) -> Scenario:
    """The scenario that a file names at these keys: one beside it, or a shipped one.

    Raises:
        ScenarioError: there is none, or with all that is wrong with it.
    """
    beside = path.parent / name
    if name not in shipped_files() and not beside.is_file():
        message = f"found {name!r}; there is no such shipped scenario, and no such file beside this one"
        raise ScenarioError([document.problem(keys, message + did_you_mean(name, shipped_files()))])
    return load(beside if beside.is_file() else name, sets, allow_outside=allow_outside)


def new_paths(name: str, seen: set[str]) -> tuple[str, ...]:
    """The paths of a key of `[parameters]`, linked ones joined by a slash; from now on they are `seen`.

    Raises ValueError if it is none, or one of them was seen before.
    """
    paths = paths_of(name)
    for path in paths:
        if path in seen:
            raise ValueError(f"is {path} again" if len(paths) == 1 else f"names {path} again")
        seen.add(path)
    return paths


def place_of(document: Document, keys: Keys) -> Place:
    """Where what is at these keys stands, for what is found wrong with it only later."""
    at = document.problem(keys, "")
    return at.file, at.line, at.path


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def declared_at(path: str) -> Shape | None:
    """What the schema says of a path of a scenario; None if it knows no such path."""
    keys = tuple(int(key) if key.isdecimal() else key for key in split_path(path))
    return shape_at(keys, ScenarioData)


def value_at(scenario: Scenario, path: str) -> object:
    """What a scenario has at a path; None if nothing is said there."""
    at: Any = scenario.data
    for key in split_path(path):
        if isinstance(at, tuple):
            at = at[int(key)] if key.isdecimal() and int(key) < len(at) else None
        elif isinstance(at, BaseModel):
            at = {info.alias or name: getattr(at, name) for name, info in type(at).model_fields.items()}.get(
                key
            )
        else:
            at = at.get(key) if isinstance(at, Mapping) else None
    return at
