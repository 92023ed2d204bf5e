"""From a name or a file to a scenario, or to all that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from sim.files.problems import Fault, ScenarioError
from sim.scenario.reading.document import find, read
from sim.scenario.reading.settings import read_sets, with_settings
from sim.scenario.scenario import Scenario, resolve

__all__ = ["load", "load_typed", "scenario_of"]


def load(
    name_or_path: str | os.PathLike[str],
    overrides: Mapping[str, object] | None = None,
    *,
    allow_outside: bool = False,
) -> Scenario:
    """The scenario of a file, or a shipped one by its bare name.

    `overrides` maps dotted paths to values, `{"matchmaking.hungary.tables": 40}`, and wins over
    the file; None takes a value away. The files that a scenario names lie beside or below it, unless
    `allow_outside`; those of overrides may lie anywhere. Raises ScenarioError with everything that is
    wrong at once.
    """
    return _load(name_or_path, overrides or {}, {}, [], allow_outside)


def scenario_of(given: Scenario | str | os.PathLike[str]) -> Scenario:
    """The scenario itself, or what `load` makes of a name or a path."""
    return given if isinstance(given, Scenario) else load(given)


def load_typed(name_or_path: str, sets: Iterable[str], *, allow_outside: bool = False) -> Scenario:
    """As `load`, with settings as typed, `path=value`; those that are none are told with all else."""
    return _load(name_or_path, *read_sets(sets), allow_outside)


def _load(
    name_or_path: str | os.PathLike[str],
    settings: Mapping[str, object],
    labels: Mapping[str, str],
    problems: list[Fault],
    allow_outside: bool,
) -> Scenario:
    try:
        path = find(name_or_path)
        given = os.fspath(name_or_path)
        shown = given if path == Path(given) else None  # a file is called what its user calls it
        document, more = with_settings(read(path, shown, outside=allow_outside), settings, labels)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from None
    return resolve(document, path, [*problems, *more])
