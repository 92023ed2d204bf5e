"""From a name or a file to a scenario, or to all that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sim.scenario.capacity import capacity_findings
from sim.scenario.document import Document, all_problems, find, read
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.listed import Listed, listed_singles, read_listed, row_findings
from sim.scenario.locator import Keys
from sim.scenario.references import Finding, Names, reference_findings
from sim.scenario.scenario import Scenario, canonical_hash
from sim.scenario.schema import ScenarioData
from sim.scenario.settings import read_sets, with_settings
from sim.scenario.soundness import Sound
from sim.scenario.timing import expo_findings, timing_findings
from sim.scenario.totals import total_findings
from sim.scenario.validation import canonical, validated

__all__ = ["load", "load_typed", "resolve"]


def load(name_or_path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None) -> Scenario:
    """The scenario of a file, or a shipped one by its bare name.

    `overrides` maps dotted paths to values, `{"matchmaking.hungary.tables": 40}`, and wins over
    the file; None takes a value away. Raises ScenarioError with everything that is wrong at once.
    """
    return _load(name_or_path, overrides or {}, {}, [])


def load_typed(name_or_path: str, sets: Iterable[str]) -> Scenario:
    """As `load`, with settings as typed, `path=value`; those that are none are told with all else."""
    return _load(name_or_path, *read_sets(sets))


def _load(
    name_or_path: str | os.PathLike[str],
    settings: Mapping[str, object],
    labels: Mapping[str, str],
    problems: list[Problem],
) -> Scenario:
    try:
        path = find(name_or_path)
        given = os.fspath(name_or_path)
        shown = given if path == Path(given) else None  # a file is called what its user calls it
        document, more = with_settings(read(path, shown), settings, labels)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from None
    return resolve(document, path, [*problems, *more])


def resolve(document: Document, path: Path, problems: list[Problem], name: str | None = None) -> Scenario:
    """The scenario that a document says. Raises ScenarioError with these problems and all others."""
    tree = canonical(document.tree)
    listed = read_listed(tree, document)
    document = replace(document, origins={**document.origins, **listed.origins})
    problems = [*problems, *listed.problems]
    data, wrong, pruned = validated(tree)
    problems += [document.problem(keys, message) for keys, message in wrong]
    if data is not None:
        found = _cross_checks(data, Names.of(tree), listed, pruned)
        problems += [document.problem(keys, message) for keys, message in found]
    if problems or data is None:
        raise ScenarioError(all_problems([problems]))
    return Scenario(
        name=name or path.stem,
        path=path,
        data=data,
        exhibitor_rows=listed.exhibitors,
        activity_rows=listed.activities,
        pair_rows=listed.pairs,
        hash=canonical_hash(data, listed.exhibitors, listed.activities, listed.pairs),
        document=document,
    )


def _cross_checks(data: ScenarioData, names: Names, listed: Listed, pruned: set[Keys]) -> Iterator[Finding]:
    """What does not agree: references, then times, then totals and capacities.

    `data` may lack what was wrong in the file (`pruned`); what depends on that, or on what an earlier
    check found to be wrong, is not spoken of.
    """
    sound = Sound((*pruned, *listed.unsound))
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: reference_findings(data, names),
        lambda: expo_findings(data) if sound.hours() else (),
        lambda: timing_findings(data, sound),
        lambda: row_findings(data, names, listed, sound),
        lambda: total_findings(data, listed.exhibitors, sound),
        lambda: capacity_findings(data, listed.exhibitors, listed_singles(data, listed, sound), sound),
    )
    for check in checks:
        found = [(keys, message) for keys, message in check() if keys not in pruned]
        for keys, _ in found:
            sound.spoil(keys)
        yield from found
